//! How many clients there are, and how servers end.

use std::io::Read;
use std::net::SocketAddr;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tp_frames::game;
use tp_net::server::{Server, ServerError};

use crate::server_client::{
    Client, LONG, Okay, Other, SLOW, Shallow, address, start, start_limited, start_timed,
    start_with,
};

#[tokio::test(flavor = "multi_thread")]
async fn more_clients_than_allowed_are_turned_away() {
    let (server, game) = start_limited(|it| it.connections = 2).await;
    let first = Client::tp04(address(&server));
    let mut second = Client::tp04(address(&server));
    let mut third = Client::open(address(&server), game::TP04);
    let text = String::from_utf8(third.rest()).unwrap();
    assert!(text.contains("full"), "{text:?}");
    assert_eq!(second.ask(&game::Ping {}), Okay);
    // Whoever leaves makes room.
    drop(first);
    timeout(LONG, game.somebody_left.notified()).await.unwrap();
    let end = Instant::now() + LONG;
    loop {
        let mut next = Client::open(address(&server), game::TP04);
        next.send(&game::Connect::default());
        let mut start = [0; 2];
        if next.socket.read(&mut start).is_ok() && start == *b"TP" {
            break;
        }
        assert!(Instant::now() < end, "no room is made");
        sleep(Duration::from_millis(5)).await;
    }
}

// One thread, so that the server looks only when the client has said something.
#[tokio::test]
async fn who_is_turned_away_reads_why_whatever_it_has_sent() {
    let (server, _) = start_limited(|it| it.connections = 0).await;
    let mut client = Client::open(address(&server), game::TP04);
    client.write(&[b'x'; 1000]);
    // A reset instead of an end is an error here.
    let said = tokio::task::spawn_blocking(move || client.rest()).await;
    let said = String::from_utf8(said.unwrap()).unwrap();
    assert!(said.contains("full"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_cannot_take_all_places() {
    let (server, _) = start_limited(|it| it.connections_per_address = 1).await;
    let _first = Client::tp04(address(&server));
    let mut second = Client::open(address(&server), game::TP04);
    assert!(String::from_utf8(second.rest()).unwrap().contains("full"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_finishes_what_was_begun() {
    let (server, game) = start().await;
    let address = address(&server);
    let mut client = Client::tp04(address);
    let mut idle = Client::tp04(address);
    let slow = client.send(&game::GetObjectsByID { ids: vec![SLOW] });
    let ping = client.send(&game::Ping {});
    while game.objects_asked.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    let ending = tokio::spawn(server.shutdown());
    idle.ended();
    nobody_comes_in(address).await;
    assert!(!ending.is_finished(), "it waits");
    game.gate.notify_one();
    assert_eq!(client.reply(slow), Other(7));
    // Whether this had arrived is nobody's guess; if so, it is answered.
    if let Some(frame) = client.frame() {
        assert_eq!(frame.header.sequence, ping);
        client.ended();
    }
    timeout(LONG, ending).await.unwrap().unwrap();
}

/// Waits until the address refuses connections. The listener and the clients that are there are
/// told to end at the same time: who sees a connection end may find the listener still open.
pub(crate) async fn nobody_comes_in(address: SocketAddr) {
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LONG, refused)
        .await
        .expect("it still lets clients in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shutdown_does_not_wait_for_ever_and_tells_the_game_who_is_cut_off() {
    let (server, game) = start_timed(|it| it.shutdown = Duration::from_millis(200)).await;
    let mut idle = Client::tp04(address(&server));
    let mut client = Client::tp04(address(&server));
    client.send(&game::GetObjectsByID { ids: vec![SLOW] });
    while game.objects_asked.load(Ordering::Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    timeout(LONG, server.shutdown()).await.unwrap();
    client.ended();
    idle.ended();
    let mut left = game.left.lock().unwrap().clone();
    left.sort_unstable();
    assert_eq!(left, [Some(1), Some(2)], "each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_server_is_gone() {
    let (server, _) = start().await;
    let address = address(&server);
    let mut client = Client::tp04(address);
    drop(server);
    client.ended();
    nobody_comes_in(address).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_listeners_and_none() {
    let more = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let given = more.local_addr().unwrap();
    let (server, _) = start_with(|builder| builder.listener(more)).await;
    assert_eq!(server.local_addrs().len(), 2);
    assert_eq!(server.local_addrs()[1], given);
    for address in server.local_addrs() {
        Client::tp04(*address);
    }
    let nowhere = Server::builder().start(Shallow::default()).await;
    assert!(matches!(nowhere, Err(ServerError::NothingToListenOn)));
    let taken = Server::builder().listen(given.to_string());
    let taken = taken.start(Shallow::default()).await;
    assert!(matches!(taken, Err(ServerError::Listen { .. })));
}
