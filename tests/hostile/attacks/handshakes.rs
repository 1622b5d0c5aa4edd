//! Slowness and nonsense before a client says who it is, in each layer.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout_at};
use tp_frames::game;

use super::{Attack, Outcome, attack};
use crate::wire::{Target, Wire, frame};

pub(crate) fn all() -> Vec<Attack> {
    vec![
        attack!(
            "drip-frames",
            "256 connections, a byte of a frame at a time",
            Game,
            drip_frames
        ),
        attack!(
            "drip-tls",
            "256 connections, a byte of a TLS handshake at a time",
            Game,
            drip_tls
        ),
        attack!(
            "drip-http",
            "256 connections, a byte of an HTTP head at a time",
            Game,
            drip_http
        ),
        attack!(
            "drip-tunnel",
            "256 tunnels, a byte of a frame at a time",
            Game,
            drip_tunnel
        ),
        attack!(
            "tls-handshakes",
            "TLS handshakes begun as fast as can be",
            Game,
            tls_handshakes
        ),
        attack!("tls-garbage", "TLS records of nonsense", Game, tls_garbage),
        attack!(
            "http-endless-head",
            "HTTP heads that never end",
            Game,
            endless_head
        ),
        attack!("http-many-requests", "requests for the page", Game, page),
        attack!(
            "tunnel-from-a-page",
            "POST with what only browsers send",
            Game,
            from_a_page
        ),
        attack!("garbage", "random bytes", Game, garbage),
        attack!(
            "admin-garbage",
            "random bytes to administrators' port",
            Admin,
            garbage
        ),
        attack!(
            "admin-drip",
            "a byte of a frame at a time there",
            Admin,
            drip_frames
        ),
    ]
}

/// How long between one byte and the next.
const PAUSE: Duration = Duration::from_millis(100);

async fn drip(target: &Arc<Target>, first: &'static [u8], then: Vec<u8>) -> Outcome {
    let mut dripping = JoinSet::new();
    let then: Arc<[u8]> = then.into();
    for mut wire in target.many(256).await {
        let then = Arc::clone(&then);
        dripping.spawn(async move {
            wire.send(first).await?;
            for byte in then.iter().cycle() {
                wire.send(&[*byte]).await?;
                sleep(PAUSE).await;
            }
            io::Result::Ok(())
        });
    }
    let mut cut = 0;
    while let Ok(Some(_)) = timeout_at(target.until, dripping.join_next()).await {
        cut += 1;
    }
    format!("{cut} cut, {} left", dripping.len()).into()
}

async fn drip_frames(target: Arc<Target>) -> Outcome {
    let connect = game::Connect {
        string: "x".repeat(10_000).into(),
    };
    drip(&target, b"", frame(&connect, 1).to_vec()).await
}

async fn drip_tls(target: Arc<Target>) -> Outcome {
    drip(&target, b"", client_hello()).await
}

async fn drip_http(target: Arc<Target>) -> Outcome {
    drip(&target, b"GET / HTTP/1.1\r\n", b"X: y\r\n".repeat(10)).await
}

const TUNNEL: &[u8] = b"POST /a1B2c3D4e5F6 HTTP/1.0\r\nContent-Length: 0\r\n\r\n";

async fn drip_tunnel(target: Arc<Target>) -> Outcome {
    let connect = game::Connect {
        string: "x".repeat(10_000).into(),
    };
    drip(&target, TUNNEL, frame(&connect, 1).to_vec()).await
}

/// The first message of TLS 1.3, with a key that is none but cannot be told from one.
fn client_hello() -> Vec<u8> {
    let extension = |number: u16, body: &[u8]| {
        let mut out = number.to_be_bytes().to_vec();
        out.extend((body.len() as u16).to_be_bytes());
        out.extend(body);
        out
    };
    let x25519 = [0x00, 0x1d];
    let mut share = vec![0, 36];
    share.extend(x25519);
    share.extend([0, 32]);
    share.extend([9; 32]);
    let extensions = [
        // TLS 1.3; X25519; ECDSA on P-256 and RSA-PSS; the key.
        extension(43, &[2, 3, 4]),
        extension(10, &[0, 2, x25519[0], x25519[1]]),
        extension(13, &[0, 4, 4, 3, 8, 4]),
        extension(51, &share),
    ]
    .concat();
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.push(0);
    // TLS_AES_128_GCM_SHA256, no compression.
    body.extend([0, 2, 0x13, 0x01, 1, 0]);
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    let mut message = vec![1, 0];
    message.extend((body.len() as u16).to_be_bytes());
    message.extend(body);
    let mut record = vec![22, 3, 1];
    record.extend((message.len() as u16).to_be_bytes());
    record.extend(message);
    record
}

/// Connects and says this, over and over; so many times was there an answer.
async fn again(target: &Arc<Target>, say: Vec<u8>) -> Outcome {
    let mut saying = JoinSet::new();
    let say: Arc<[u8]> = say.into();
    for _ in 0..32 {
        let (target, say) = (Arc::clone(target), Arc::clone(&say));
        saying.spawn(async move {
            let mut answered = 0_u64;
            while !target.is_over() {
                let Ok(mut wire) = target.connect().await else {
                    sleep(Duration::from_millis(1)).await;
                    continue;
                };
                let _ = wire.stream.set_zero_linger();
                if wire.send(&say).await.is_ok() {
                    let reading = timeout_at(target.until, first_bytes(&mut wire));
                    answered += u64::from(matches!(reading.await, Ok(true)));
                }
            }
            answered
        });
    }
    let answered: u64 = saying.join_all().await.into_iter().sum();
    format!("{} made, {answered} answered", target.made.load(Relaxed)).into()
}

async fn first_bytes(wire: &mut Wire) -> bool {
    let _ = wire.stream.readable().await;
    matches!(wire.stream.try_read(&mut [0; 64]), Ok(1..))
}

async fn tls_handshakes(target: Arc<Target>) -> Outcome {
    again(&target, client_hello()).await
}

async fn tls_garbage(target: Arc<Target>) -> Outcome {
    let mut say = client_hello();
    say.extend([23, 3, 3, 0x40, 0]);
    say.extend([0x55; 0x4000]);
    again(&target, say).await
}

async fn page(target: Arc<Target>) -> Outcome {
    again(
        &target,
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
    )
    .await
}

/// Sends the same on every one of these connections until it is cut off, and then anew.
async fn endless(
    target: &Arc<Target>,
    connections: usize,
    first: &'static [u8],
    then: Vec<u8>,
) -> Outcome {
    let mut sending = JoinSet::new();
    let then: Arc<[u8]> = then.into();
    for _ in 0..connections {
        let (target, then) = (Arc::clone(target), Arc::clone(&then));
        sending.spawn(async move {
            while !target.is_over() {
                let Ok(mut wire) = target.connect().await else {
                    sleep(Duration::from_millis(1)).await;
                    continue;
                };
                let _ = wire.stream.set_zero_linger();
                let _ = wire.send(first).await;
                while !target.is_over() && wire.send(&then).await.is_ok() {}
            }
        });
    }
    let _ = timeout_at(target.until, sending.join_all()).await;
    format!("{} cut off", target.made.load(Relaxed)).into()
}

async fn endless_head(target: Arc<Target>) -> Outcome {
    endless(&target, 64, b"GET / HTTP/1.1\r\nX: ", vec![b'x'; 65_536]).await
}

async fn garbage(target: Arc<Target>) -> Outcome {
    // The same on each run: numbers of Marsaglia.
    let mut state = 2_463_534_242_u32;
    let bytes = (0..65_536).map(|_| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    });
    endless(&target, 64, b"", bytes.collect()).await
}

/// What a browser sends for a script of another page must not open a tunnel.
async fn from_a_page(target: Arc<Target>) -> Outcome {
    let mut opened = Vec::new();
    for header in [
        "Origin: http://evil.example",
        "Origin: null",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Mode: no-cors",
        "Referer: http://evil.example/",
    ] {
        for method in ["POST /a1B2c3D4e5F6", "CONNECT game.example:6923"] {
            let Ok(mut wire) = target.connect().await else {
                return "not let in".into();
            };
            let request = format!("{method} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n");
            let connect = game::Connect {
                string: "a page".into(),
            };
            let mut say = request.into_bytes();
            say.extend(frame(&connect, 1));
            let _ = wire.send(&say).await;
            let said = wire.text(64).await;
            if said
                .split(' ')
                .nth(1)
                .is_some_and(|status| status.starts_with('2'))
            {
                opened.push(format!("{method} with {header}"));
            }
        }
    }
    Outcome {
        ended: format!("{} of 10 opened a tunnel", opened.len()),
        broken: (!opened.is_empty()).then(|| format!("{} opened a tunnel", opened.join(", "))),
    }
}
