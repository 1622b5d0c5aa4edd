//! A client that is lied to, in a process of its own.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tp_net::discovery::metaserver::Metaserver;
use tp_net::mirror::Mirror;
use tp_net::polling::Ticket;
use tp_net::transport::tls::Trust;
use tp_net::{Error, Options, blocking, client, game, polling};

/// The clients.
pub(crate) const CLIENTS: [&str; 3] = ["blocking", "polling", "async"];

/// What came of it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Felt {
    /// What the call said.
    pub(crate) ended: String,
    pub(crate) seconds: f64,
    /// The longest that one call of the polling client took, in seconds.
    pub(crate) longest: f64,
}

/// How long a client waits by itself for what may come.
const IDLE: Duration = Duration::from_secs(3);

/// The default options, or short ones.
pub(crate) fn options(quick: bool) -> Options {
    let options = Options::default()
        .trust(Trust::dangerously_anyone())
        .redirects(5);
    match quick {
        true => options
            .connect_timeout(Duration::from_secs(1))
            .greeting_timeout(Duration::from_millis(500))
            .reply_timeout(Some(Duration::from_secs(1))),
        false => options,
    }
}

/// Does what it is told to as soon as it is told so, and says what came of it.
pub(crate) fn run(client: &str, call: &str, url: &str, quick: bool) {
    println!("ready");
    let mut lines = io::stdin().lines();
    lines.next();
    let began = Instant::now();
    let mut longest = Duration::ZERO;
    let result = match (client, call) {
        (_, "games") => games(url),
        ("blocking", _) => blocking(call, url, options(quick)),
        ("polling", _) => polling(call, url, options(quick), &mut longest),
        _ => asynchronous(call, url, options(quick)),
    };
    let felt = Felt {
        ended: match result {
            Ok(text) => text,
            Err(error) => error,
        },
        seconds: began.elapsed().as_secs_f64(),
        longest: longest.as_secs_f64(),
    };
    println!("{}", serde_json::to_string(&felt).unwrap());
    lines.for_each(drop);
}

type Ended = Result<String, String>;

fn told(error: impl std::fmt::Display) -> String {
    error.to_string().chars().take(160).collect()
}

fn games(url: &str) -> Ended {
    let metaserver = Metaserver::new(url).map_err(told)?;
    let games = metaserver.games().map_err(told)?;
    Ok(format!("{} games", games.len()))
}

/// What the calls of all clients are.
macro_rules! called {
    ($call:expr, $client:ident $($waited:tt)*) => {
        match $call {
            "connect" => Ok("let in".to_owned()),
            "objects" => {
                let objects = $client.all_objects() $($waited)* .map_err(told)?;
                Ok(format!("{} objects", objects.len()))
            }
            "ids" => {
                let ids = $client.object_ids(None) $($waited)* .map_err(told)?;
                Ok(format!("{} ids", ids.len()))
            }
            "designs" => {
                let designs = $client.all::<game::Design>() $($waited)* .map_err(told)?;
                Ok(format!("{} designs", designs.len()))
            }
            "object" => {
                let object = $client.object(1) $($waited)* .map_err(told)?;
                Ok(format!("object {}", object.id))
            }
            "refresh" => {
                let mut mirror = Mirror::new();
                $client.refresh(&mut mirror) $($waited)* .map_err(told)?;
                Ok("refreshed".to_owned())
            }
            "turn" => {
                let turn = $client.wait_for_turn(IDLE) $($waited)* .map_err(told)?;
                Ok(format!("turn {:?}", turn.turn))
            }
            other => panic!("no such call: {other}"),
        }
    };
}

fn blocking(call: &str, url: &str, options: Options) -> Ended {
    let mut client = blocking::Client::connect(url, options).map_err(told)?;
    client.login("ada", "lovelace").map_err(told)?;
    if call == "idle" {
        let began = Instant::now();
        while began.elapsed() < IDLE {
            client.ping().map_err(told)?;
        }
        return Ok("idled".to_owned());
    }
    called!(call, client)
}

fn asynchronous(call: &str, url: &str, options: Options) -> Ended {
    let runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = { runtime }.worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let client = client::Client::connect(url, options).await.map_err(told)?;
        client.login("ada", "lovelace").await.map_err(told)?;
        if call == "idle" {
            // Somebody who will read them, later.
            let _events = client.events();
            tokio::time::sleep(IDLE).await;
            return Ok("idled".to_owned());
        }
        called!(call, client.await)
    })
}

fn polling(call: &str, url: &str, options: Options, longest: &mut Duration) -> Ended {
    let mut timed = Timed { longest };
    let mut client = timed
        .call(|| polling::Client::connect(url, options))
        .map_err(told)?;
    let login = timed
        .call(|| client.login("ada", "lovelace"))
        .map_err(told)?;
    timed.polled(&mut client, &login).map_err(told)?;
    match call {
        "connect" => Ok("let in".to_owned()),
        "idle" => {
            let began = Instant::now();
            while began.elapsed() < IDLE {
                timed.call(|| client.poll());
                thread::sleep(Duration::from_millis(1));
            }
            Ok("idled".to_owned())
        }
        "objects" => {
            let ticket = timed.call(|| client.all_objects()).map_err(told)?;
            let objects = timed.polled(&mut client, &ticket).map_err(told)?;
            Ok(format!("{} objects", objects.len()))
        }
        "ids" => {
            let ticket = timed.call(|| client.object_ids(None)).map_err(told)?;
            let ids = timed.polled(&mut client, &ticket).map_err(told)?;
            Ok(format!("{} ids", ids.len()))
        }
        "designs" => {
            let ticket = timed.call(|| client.all::<game::Design>()).map_err(told)?;
            let designs = timed.polled(&mut client, &ticket).map_err(told)?;
            Ok(format!("{} designs", designs.len()))
        }
        "object" => {
            let ticket = timed.call(|| client.object(1)).map_err(told)?;
            let object = timed.polled(&mut client, &ticket).map_err(told)?;
            Ok(format!("object {}", object.id))
        }
        "refresh" => {
            let mut mirror = Mirror::new();
            let ticket = timed.call(|| client.refresh(&mirror)).map_err(told)?;
            let refreshed = timed.polled(&mut client, &ticket).map_err(told)?;
            mirror.apply(refreshed);
            Ok("refreshed".to_owned())
        }
        "turn" => {
            let turn = client.wait_for_turn(IDLE).map_err(told)?;
            Ok(format!("turn {:?}", turn.turn))
        }
        other => panic!("no such call: {other}"),
    }
}

/// How long calls took that are to return at once.
struct Timed<'a> {
    longest: &'a mut Duration,
}

impl Timed<'_> {
    fn call<T>(&mut self, call: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = call();
        *self.longest = began.elapsed().max(*self.longest);
        result
    }

    fn polled<T: 'static>(
        &mut self,
        client: &mut polling::Client,
        ticket: &Ticket<T>,
    ) -> Result<T, Error> {
        loop {
            if let Some(mut answer) = self.call(|| client.poll()) {
                if let Some(result) = answer.redeem(ticket) {
                    return result;
                }
            } else {
                let pause = client.next_timeout().unwrap_or(IDLE);
                thread::sleep(pause.min(Duration::from_millis(1)));
            }
        }
    }
}
