//! What is done to servers.

mod handshakes;
mod metaserver;
mod passwords;
mod places;
mod requests;
mod stored;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use rustix::thread::{CpuSet, sched_setaffinity};
use serde::{Deserialize, Serialize};
use tokio::runtime;
use tokio::time::{Instant, timeout_at};
use tp_tests::serving::allow_files;

use crate::bounds;
use crate::subject::Subject;
use crate::wire::Target;

type Run = fn(Arc<Target>) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Something that is done to a server.
pub(crate) struct Attack {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) subject: Subject,
    /// Whether honest players are there; else nobody has logged in but the attacker.
    pub(crate) players: bool,
    /// Whether it ends by itself: there is only so much of it.
    pub(crate) ends: bool,
    run: Run,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Outcome {
    /// How it ended.
    pub(crate) ended: String,
    /// What it reached that it must not.
    pub(crate) broken: Option<String>,
}

impl<T: ToString> From<T> for Outcome {
    fn from(ended: T) -> Self {
        Self {
            ended: ended.to_string(),
            broken: None,
        }
    }
}

/// What an attacker tells of itself.
#[derive(Serialize, Deserialize)]
pub(crate) struct Told {
    pub(crate) connections: u64,
    pub(crate) sent: u64,
    pub(crate) seconds: f64,
    pub(crate) ended: String,
    pub(crate) broken: Option<String>,
}

macro_rules! attack {
    ($name:literal, $what:literal, $subject:ident, $run:path) => {
        attack!($name, $what, $subject, $run, players)
    };
    ($name:literal, $what:literal, $subject:ident, $run:path, $players:ident) => {
        $crate::attacks::Attack {
            name: $name,
            what: $what,
            subject: $crate::subject::Subject::$subject,
            players: stringify!($players) == "players",
            ends: false,
            run: |target| Box::pin($run(target)),
        }
    };
}
use attack;

/// All of them.
pub(crate) fn all() -> Vec<Attack> {
    let groups = [
        stored::all(),
        passwords::all(),
        places::all(),
        handshakes::all(),
        requests::all(),
        metaserver::all(),
    ];
    groups.into_iter().flatten().collect()
}

/// Attacks, on one core, and prints what came of it.
pub(crate) fn run(name: &str, address: &str, quick: bool) {
    let mut core = CpuSet::new();
    core.set(0);
    // Where only one is allowed, that is it.
    let _ = sched_setaffinity(None, &core);
    allow_files();
    let attack = all()
        .into_iter()
        .find(|attack| attack.name == name)
        .unwrap();
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let told = runtime.unwrap().block_on(async {
        let time = bounds::attack_time(attack.ends, quick);
        let target = Arc::new(Target::new(address.parse().unwrap(), quick, time));
        let began = Instant::now();
        let attacking = (attack.run)(Arc::clone(&target));
        // What an attack has to find out at its end takes some time more.
        let outcome = timeout_at(target.until + time, attacking).await;
        let outcome = outcome.unwrap_or_else(|_| "went on and on".into());
        Told {
            connections: target.most.load(Relaxed),
            sent: target.sent.load(Relaxed),
            seconds: began.elapsed().as_secs_f64(),
            ended: outcome.ended,
            broken: outcome.broken,
        }
    });
    println!("{}", serde_json::to_string(&told).unwrap());
}
