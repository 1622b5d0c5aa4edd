//! Taking places and room from others.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;
use tp_frames::game;

use super::{Attack, Outcome, attack};
use crate::wire::{Target, Wire, raw};

/// As many connections as a server takes by default.
const ALL: usize = 1_024;
/// Types of frames.
const GET_OBJECTS: u32 = 5;

pub(crate) fn all() -> Vec<Attack> {
    vec![
        attack!(
            "full-house",
            "1,024 connections from four addresses, one Ping each",
            Game,
            full_house
        ),
        attack!(
            "full-house-players",
            "1,024 connections of guests from four addresses",
            Game,
            full_of_guests
        ),
        attack!(
            "slow-readers",
            "1,024 connections that ask much and read nothing",
            Game,
            slow_readers
        ),
        attack!(
            "slow-readers-guests",
            "the same, logged in",
            Game,
            slow_guests
        ),
        attack!(
            "nearly-whole-frames",
            "1,024 connections with 1 MiB frames less a byte",
            Game,
            nearly_whole
        ),
        attack!(
            "nearly-whole-guests",
            "the same, logged in",
            Game,
            nearly_whole_guests
        ),
        attack!(
            "half-open",
            "1,024 connections that say nothing",
            Game,
            half_open
        ),
        attack!(
            "churn",
            "connections made and closed as fast as can be",
            Game,
            churn
        ),
        attack!(
            "reset-storm",
            "connections reset in the middle of a request",
            Game,
            reset_storm
        ),
        attack!(
            "admin-half-open",
            "1,024 connections to the administrators' port",
            Admin,
            half_open
        ),
        attack!(
            "admin-nearly-whole",
            "1 MiB frames less a byte there",
            Admin,
            nearly_whole
        ),
        attack!(
            "admin-churn",
            "connections made and closed there",
            Admin,
            churn
        ),
    ]
}

/// Opens all, does something on each, and keeps those that are left until the end.
async fn hold<F>(target: &Arc<Target>, begin: fn(Wire) -> F) -> Outcome
where
    F: Future<Output = io::Result<Wire>> + Send + 'static,
{
    let number = target.scaled(ALL, 256);
    let mut beginning = JoinSet::new();
    let (mut held, mut refused) = (Vec::new(), 0);
    for _ in 0..number {
        if target.is_over() {
            break;
        }
        match target.connect().await {
            Ok(wire) => drop(beginning.spawn(begin(wire))),
            Err(_) => refused += 1,
        }
    }
    let ending = target.end();
    tokio::pin!(ending);
    loop {
        tokio::select! {
            Some(begun) = beginning.join_next() => match begun.unwrap() {
                Ok(wire) => held.push(wire),
                Err(_) => refused += 1,
            },
            () = &mut ending => break,
        }
    }
    format!(
        "{} held, {refused} turned away or let go",
        held.len() + beginning.len()
    )
    .into()
}

async fn pinged(mut wire: Wire) -> io::Result<Wire> {
    wire.greet().await?;
    wire.ask(&game::Ping {}).await?;
    Ok(wire)
}

async fn full_house(target: Arc<Target>) -> Outcome {
    hold(&target, pinged).await
}

async fn guest(mut wire: Wire) -> io::Result<Wire> {
    wire.greet().await?;
    wire.log_in("guest", "guest").await?;
    Ok(wire)
}

async fn full_of_guests(target: Arc<Target>) -> Outcome {
    hold(&target, guest).await
}

/// Asks for all objects, over and over, until no more goes out.
async fn greedy(mut wire: Wire) -> io::Result<Wire> {
    let ids: Vec<u8> = (0..10_000_u32)
        .flat_map(|id| (id % 40).to_be_bytes())
        .collect();
    let mut body = 10_000_u32.to_be_bytes().to_vec();
    body.extend_from_slice(&ids);
    for sequence in 3..200 {
        let frame = raw(game::TP04, sequence, GET_OBJECTS, body.len() as u32, &body);
        wire.send(&frame).await?;
    }
    Ok(wire)
}

async fn slow_readers(target: Arc<Target>) -> Outcome {
    async fn begin(mut wire: Wire) -> io::Result<Wire> {
        wire.greet().await?;
        greedy(wire).await
    }
    hold(&target, begin).await
}

async fn slow_guests(target: Arc<Target>) -> Outcome {
    async fn begin(wire: Wire) -> io::Result<Wire> {
        greedy(guest(wire).await?).await
    }
    hold(&target, begin).await
}

/// A frame of a MiB, but for the last byte.
async fn unfinished(mut wire: Wire) -> io::Result<Wire> {
    let body = vec![0; (1 << 20) - 1];
    wire.send(&raw(game::TP04, 9, GET_OBJECTS, 1 << 20, &body))
        .await?;
    // Whoever is cut off is not held.
    match wire.drain().await {
        Ok(()) => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(error) => Err(error),
    }
}

async fn nearly_whole(target: Arc<Target>) -> Outcome {
    hold(&target, unfinished).await
}

async fn nearly_whole_guests(target: Arc<Target>) -> Outcome {
    async fn begin(wire: Wire) -> io::Result<Wire> {
        unfinished(guest(wire).await?).await
    }
    hold(&target, begin).await
}

async fn half_open(target: Arc<Target>) -> Outcome {
    async fn begin(mut wire: Wire) -> io::Result<Wire> {
        wire.drain().await?;
        Err(io::ErrorKind::UnexpectedEof.into())
    }
    hold(&target, begin).await
}

async fn churn(target: Arc<Target>) -> Outcome {
    let mut refused = 0;
    while !target.is_over() {
        match target.connect().await {
            // Resets it, so that this machine's ports last.
            Ok(wire) => wire.stream.set_zero_linger().unwrap(),
            Err(_) => {
                refused += 1;
                sleep(Duration::from_millis(1)).await;
            }
        }
    }
    format!("{} made, {refused} failed", target.made.load(Relaxed)).into()
}

async fn reset_storm(target: Arc<Target>) -> Outcome {
    let mut storming = JoinSet::new();
    for _ in 0..16 {
        let target = Arc::clone(&target);
        storming.spawn(async move {
            while !target.is_over() {
                let Ok(mut wire) = target.greeted().await else {
                    sleep(Duration::from_millis(1)).await;
                    continue;
                };
                let _ = wire.stream.set_zero_linger();
                let _ = wire
                    .send(&raw(game::TP04, 2, GET_OBJECTS, 4_000, &[0; 100]))
                    .await;
            }
        });
    }
    storming.join_all().await;
    format!("{} reset", target.made.load(Relaxed)).into()
}
