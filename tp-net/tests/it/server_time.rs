//! How long the server waits.

use std::io::Write as _;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use tp_frames::{Packet, game};
use tp_net::server::{Limits, Timeouts};

use crate::peer::frame;
use crate::server_client::{Client, LONG, Okay, Other, SLOW, address, start_timed, start_with};

const SHORT: Duration = Duration::from_millis(600);

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_connect_is_not_waited_for() {
    let (server, _) = start_timed(|it| it.handshake = SHORT).await;
    let began = Instant::now();
    let mut silent = Client::open(address(&server), game::TP04);
    silent.ended();
    assert!(began.elapsed() >= SHORT);
    let mut stammering = Client::open(address(&server), game::TP04);
    stammering.write(b"TP\x04");
    assert_eq!(stammering.rest(), b"");
    // Afterwards another clock counts.
    let mut client = Client::tp04(address(&server));
    sleep(SHORT * 2).await;
    assert_eq!(client.ask(&game::Ping {}), Okay);
}

/// Asks for features now and then until the connection ends, and never connects.
async fn dawdle(mut line: impl AsyncRead + AsyncWrite + Unpin) {
    let features = frame(game::TP04, 1, &game::GetFeatures {});
    let mut answers = [0; 4096];
    let end = Instant::now() + LONG;
    let mut said = 0;
    loop {
        if line.write_all(&features).await.is_err() || line.flush().await.is_err() {
            break;
        }
        match line.read(&mut answers).await {
            Ok(1..) => said += 1,
            Ok(0) | Err(_) => break,
        }
        assert!(Instant::now() < end, "kept alive by what is no Connect");
        sleep(SHORT / 8).await;
    }
    assert!(said > 0, "it is answered");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_without_connecting_is_not_waited_for_on_any_way_in() {
    let mut timeouts = Timeouts::default();
    timeouts.handshake = SHORT * 4;
    #[cfg(feature = "tls")]
    let (identity, _folder) = crate::client_tls::identity();
    let (server, _) = start_with(|builder| {
        #[cfg(feature = "tls")]
        let builder = builder.tls(identity);
        builder.timeouts(timeouts)
    })
    .await;
    let mut dawdling = JoinSet::new();
    for head in [&b""[..], b"POST /x HTTP/1.0\r\n\r\n"] {
        let mut line = TcpStream::connect(address(&server)).await.unwrap();
        line.write_all(head).await.unwrap();
        dawdling.spawn(dawdle(line));
        #[cfg(feature = "tls")]
        {
            use tp_net::transport::{AsyncLayered, tls::Trust};
            let line = TcpStream::connect(address(&server)).await.unwrap();
            let layer = Trust::dangerously_anyone().layer("127.0.0.1", 1).unwrap();
            let mut line = AsyncLayered::new(line, layer);
            line.write_all(head).await.unwrap();
            dawdling.spawn(dawdle(line));
        }
    }
    dawdling.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_connects_without_logging_in_is_not_waited_for() {
    let (server, game) = start_timed(|it| it.login = SHORT).await;
    let mut client = Client::open(address(&server), game::TP04);
    assert_eq!(client.ask(&game::Connect::default()), Okay);
    let end = Instant::now() + LONG;
    let features = frame(game::TP04, 1, &game::GetFeatures {});
    while client.socket.write_all(&features).is_ok() {
        assert!(Instant::now() < end, "kept alive by what is no Login");
        sleep(SHORT / 8).await;
    }
    timeout(LONG, game.somebody_left.notified()).await.unwrap();
    // Who has logged in has another clock.
    let mut client = Client::tp04(address(&server));
    sleep(SHORT * 2).await;
    assert_eq!(client.ask(&game::Ping {}), Okay);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_nothing_is_not_waited_for() {
    let (server, game) = start_timed(|it| it.idle = SHORT).await;
    let mut client = Client::tp04(address(&server));
    client.ended();
    timeout(LONG, game.somebody_left.notified()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_in_small_pieces_must_be_whole_in_time() {
    let (server, _) = start_timed(|it| it.idle = SHORT).await;
    let mut client = Client::tp04(address(&server));
    client.write_header(3, game::Connect::TYPE, 1000);
    // A byte now and then does not keep the connection alive.
    let end = Instant::now() + LONG;
    while client.socket.write_all(b"x").is_ok() {
        assert!(Instant::now() < end, "kept alive by single bytes");
        sleep(SHORT / 8).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_an_answer_is_not_idle() {
    let (server, game) = start_timed(|it| it.idle = SHORT).await;
    let mut client = Client::tp04(address(&server));
    let sequence = client.send(&game::GetObjectsByID { ids: vec![SLOW] });
    sleep(SHORT * 3).await;
    game.gate.notify_one();
    assert_eq!(client.reply(sequence), Other(7));
    assert_eq!(client.ask(&game::Ping {}), Okay, "and goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_nothing_of_what_is_sent_is_dropped() {
    let mut timeouts = Timeouts::default();
    timeouts.write = SHORT;
    let mut limits = Limits::default();
    limits.bytes_sent = 64 * 1024;
    let (server, game) = start_with(|builder| builder.timeouts(timeouts).limits(limits)).await;
    let mut deaf = Client::tp04(address(&server));
    // A hundred thousand objects of some sixty bytes are more than sockets hold.
    deaf.send(&game::GetObjectsByID {
        ids: vec![1; 200_000],
    });
    timeout(LONG, game.somebody_left.notified()).await.unwrap();
    assert_eq!(*game.left.lock().unwrap(), [Some(1)]);
}
