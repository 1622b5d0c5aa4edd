//! How long the server waits.

use std::io::Write;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tp_frames::{Packet, game};
use tp_net::server::{Limits, Timeouts};

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
