//! Who loses a place when the server is full, and who finds one.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tp_frames::game;
use tp_net::server::{EndReason, Metrics, RefuseReason, Server};

use crate::server_client::{Client, LONG, Okay, Shallow, address, start_limited};

/// As many places, and how many of them one network may have.
async fn start(places: usize, of_one: usize) -> Server {
    let (server, _) = start_limited(|it| {
        it.connections = places;
        it.connections_per_address = of_one;
    })
    .await;
    server
}

/// A client from 127.0.0.`from` that has said nothing.
fn open(server: &Server, from: u8) -> Client {
    Client::open_from(from, address(server), game::TP04)
}

/// One that has connected, but not logged in.
fn connected(server: &Server, from: u8) -> Client {
    let mut client = open(server, from);
    assert_eq!(client.ask(&game::Connect::default()), Okay);
    client
}

fn ended(metrics: &Metrics, reason: EndReason) -> u64 {
    let mut ended = metrics.connections_ended();
    ended.find(|it| it.0 == reason).unwrap().1
}

fn refused(metrics: &Metrics, reason: RefuseReason) -> u64 {
    let mut refused = metrics.connections_refused();
    refused.find(|it| it.0 == reason).unwrap().1
}

/// Waits until so many connections are open.
async fn until_open(metrics: &Metrics, count: u64) {
    let end = Instant::now() + LONG;
    while metrics.connections_open() != count {
        assert!(Instant::now() < end, "{metrics:?}");
        sleep(Duration::from_millis(2)).await;
    }
}

/// It is told in a Fail that it has to make room, and nothing else.
#[track_caller]
fn made_room(client: &mut Client) {
    let (sequence, fail) = client.packet::<game::Fail>();
    assert_eq!(sequence, 0);
    assert_eq!(fail.code, game::FailCode::UNAVAILABLE_TEMPORARILY);
    let text = fail.result.as_str().unwrap();
    assert!(text.contains("your network has most"), "{text}");
    client.ended();
}

#[track_caller]
fn turned_away(mut client: Client) {
    let text = String::from_utf8(client.rest()).unwrap();
    assert!(text.contains("server is full"), "{text:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_addresses_cannot_keep_a_fifth_out() {
    let server = start(64, 16).await;
    let metrics = server.metrics();
    let mut crowd: Vec<Client> = Vec::new();
    for from in 2..6 {
        for _ in 0..16 {
            crowd.push(open(&server, from).logged_in());
        }
    }
    for client in &mut crowd {
        assert_eq!(client.ask(&game::Ping {}), Okay);
    }
    // As if nobody else were there.
    let mut newcomer = open(&server, 6).logged_in();
    assert_eq!(
        newcomer.ask(&game::GetTimeRemaining {}),
        crate::server_client::Fail(2)
    );
    until_open(&metrics, 64).await;
    assert_eq!(ended(&metrics, EndReason::Crowded), 1);
    let mut losers: Vec<&mut Client> = Vec::new();
    for client in &mut crowd {
        client.socket.set_nonblocking(true).unwrap();
        if client.socket.peek(&mut [0]).is_ok() {
            losers.push(client);
        }
    }
    assert_eq!(losers.len(), 1, "only one had to make room");
    losers[0].socket.set_nonblocking(false).unwrap();
    made_room(losers[0]);
    // The crowd does not get the place back, nor any of those that others have no more of.
    for from in 2..6 {
        for _ in 0..16 {
            turned_away(open(&server, from));
        }
    }
    assert_eq!(newcomer.ask(&game::Ping {}), Okay);
    // The others of the fifth address find places too, until it has as many as each.
    let more: Vec<_> = (0..11).map(|_| open(&server, 6).logged_in()).collect();
    turned_away(open(&server, 6));
    until_open(&metrics, 64).await;
    assert_eq!(ended(&metrics, EndReason::Crowded), 12);
    let refusals = refused(&metrics, RefuseReason::Full) + refused(&metrics, RefuseReason::Network);
    assert_eq!(refusals, 4 * 16 + 1);
    drop((crowd, newcomer, more));
    until_open(&metrics, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_logged_in_makes_room_first_and_who_was_silent_longest() {
    let server = start(4, 4).await;
    let metrics = server.metrics();
    let mut player = open(&server, 2).logged_in();
    // Here for longer, but heard later.
    let mut talker = open(&server, 2);
    until_open(&metrics, 2).await;
    let mut silent = open(&server, 2);
    until_open(&metrics, 3).await;
    assert_eq!(talker.ask(&game::Connect::default()), Okay);
    let mut other = open(&server, 3).logged_in();

    let mut first = open(&server, 4).logged_in();
    let words = String::from_utf8(silent.rest()).unwrap();
    assert!(words.contains("your network has most"), "{words:?}");
    assert_eq!(
        talker.ask(&game::GetFeatures {}),
        crate::server_client::Other(26)
    );
    let mut second = open(&server, 5).logged_in();
    made_room(&mut talker);
    // Now nobody has more than a newcomer would have.
    turned_away(open(&server, 6));
    turned_away(open(&server, 2));
    for client in [&mut player, &mut other, &mut first, &mut second] {
        assert_eq!(client.ask(&game::Ping {}), Okay);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_kept_for_networks_that_are_known() {
    let server = start(16, 16).await;
    let metrics = server.metrics();
    drop(open(&server, 20).logged_in());
    until_open(&metrics, 0).await;
    let strangers: Vec<_> = (2..16).map(|from| connected(&server, from)).collect();
    turned_away(open(&server, 16));
    let known = [(); 2].map(|()| open(&server, 20).logged_in());
    // There is no more than all.
    turned_away(open(&server, 20));
    assert_eq!(metrics.connections_open(), 16);
    drop(known);
    until_open(&metrics, 14).await;
    turned_away(open(&server, 16));
    // Who logs in is a stranger no more, which makes room for one.
    let mut strangers = strangers.into_iter();
    let mut guest = strangers.next().unwrap();
    assert_eq!(guest.ask(&game::Login::default()), Okay);
    connected(&server, 16);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_network_alone_is_turned_away_as_ever() {
    let server = start(8, 100).await;
    let mut players: Vec<_> = (0..8).map(|_| open(&server, 2).logged_in()).collect();
    turned_away(open(&server, 2));
    for player in &mut players {
        assert_eq!(player.ask(&game::Ping {}), Okay);
    }
    assert_eq!(refused(&server.metrics(), RefuseReason::Full), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_makes_room_does_not_hold_it_up() {
    // A game that never answers, and a client that reads nothing.
    let (server, game) = start_limited(|it| it.connections = 2).await;
    let mut waiting = open(&server, 2).logged_in();
    waiting.send(&game::GetObjectsByID {
        ids: vec![crate::server_client::SLOW],
    });
    let mut idle = open(&server, 2).logged_in();
    let mut newcomer = open(&server, 3).logged_in();
    made_room(&mut waiting);
    assert_eq!(newcomer.ask(&game::Ping {}), Okay);
    assert_eq!(idle.ask(&game::Ping {}), Okay);
    let end = Instant::now() + LONG;
    while game.left.lock().unwrap().len() != 1 {
        assert!(Instant::now() < end, "the game is told");
        sleep(Duration::from_millis(2)).await;
    }
    let _: &Shallow = &game;
}
