//! Guessing passwords.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::task::JoinSet;
use tokio::time::Instant;
use tp_frames::{Packet as _, game};

use super::{Attack, Outcome, attack};
use crate::wire::Target;

/// Guesses a second that four addresses may have answered.
const GUESSES: f64 = 50.0;

pub(crate) fn all() -> Vec<Attack> {
    vec![
        attack!(
            "guess-one-account",
            "100 connections guess the password of one account",
            Game,
            one_account
        ),
        attack!(
            "guess-many-accounts",
            "100 connections try one password on many accounts",
            Game,
            many_accounts
        ),
        attack!(
            "guess-administrator",
            "100 connections guess the administrator's password",
            Admin,
            administrator
        ),
    ]
}

async fn one_account(target: Arc<Target>) -> Outcome {
    guess(target, |_| "bob".to_owned()).await
}

async fn many_accounts(target: Arc<Target>) -> Outcome {
    guess(target, |number| format!("player{number}")).await
}

async fn administrator(target: Arc<Target>) -> Outcome {
    guess(target, |_| "root".to_owned()).await
}

async fn guess(target: Arc<Target>, user: fn(u64) -> String) -> Outcome {
    let (guesses, began) = (Arc::new(AtomicU64::new(0)), Instant::now());
    let mut guessing = JoinSet::new();
    for _ in 0..100 {
        let (target, guesses) = (Arc::clone(&target), Arc::clone(&guesses));
        guessing.spawn(async move {
            while !target.is_over() {
                let Ok(mut wire) = target.greeted().await else {
                    tokio::task::yield_now().await;
                    continue;
                };
                let number = guesses.load(Relaxed);
                let user = user(number);
                let logging_in = wire.log_in(&user, "wrong");
                let frame = tokio::time::timeout_at(target.until, logging_in).await;
                // Told to come again later is not told whether it was right.
                let answered = matches!(&frame, Ok(Ok(frame)) if frame.header.r#type == game::Fail::TYPE
                    && !String::from_utf8_lossy(&frame.body).contains("later"));
                if answered {
                    guesses.fetch_add(1, Relaxed);
                }
            }
        });
    }
    guessing.join_all().await;
    let rate = guesses.load(Relaxed) as f64 / began.elapsed().as_secs_f64();
    Outcome {
        ended: format!("{rate:.0} guesses a second"),
        broken: (rate > GUESSES).then(|| format!("{rate:.0} guesses a second, not {GUESSES}")),
    }
}
