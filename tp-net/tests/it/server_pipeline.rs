//! Many requests at once, slow clients, and handlers that fail.

use std::io::{ErrorKind, Write};
use std::net::Shutdown;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tp_frames::{EncodeErrorKind, Packet, game};
use tp_net::model::TimeRemaining;
use tp_net::server::SendError;

use crate::peer::{frame, okay};
use crate::server_client::{
    Client, LONG, Okay, Other, PANIC, SLOW, Sequence, address, said, start, start_limited,
};

/// Waits until something holds, for as long as a test may.
async fn until(mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !holds() {
        assert!(Instant::now() < end, "it never came to that");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_requests_are_answered_in_their_order() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    let pings = (10..10_010).map(|sequence| frame(game::TP04, sequence, &game::Ping {}));
    let requests: Vec<u8> = pings.flatten().collect();
    // Writes and reads at the same time, as the replies do not fit the pipe.
    let mut socket = client.socket.try_clone().unwrap();
    let writing = std::thread::spawn(move || socket.write_all(&requests).unwrap());
    for sequence in 10..10_010 {
        assert_eq!(client.reply(sequence), Okay);
    }
    writing.join().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_read_is_not_read_from_and_delays_nobody() {
    let started = start_limited(|it| {
        it.bytes_sent = 64 * 1024;
        it.bytes_received = 64 * 1024;
        it.frame = 64 * 1024;
    });
    let (server, game) = started.await;
    let mut deaf = Client::tp03(address(&server));
    let request = game::GetObjectsByID { ids: vec![1; 1000] };
    let requests = (1..=5000).map(|sequence| frame(deaf.version, sequence, &request));
    let requests: Vec<u8> = requests.flatten().collect();
    // 20 MB of requests for 500 MB of objects are more than any socket holds: at some time
    // nothing goes in any more.
    let time = Some(Duration::from_secs(1));
    deaf.socket.set_write_timeout(time).unwrap();
    let mut written = 0;
    let error = loop {
        match deaf.socket.write(&requests[written..]) {
            Ok(count) => written += count,
            Err(error) => break error,
        }
        assert!(written < requests.len(), "the server reads without end");
    };
    assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
    let asked = game.objects_asked.load(Ordering::Relaxed);
    assert!(asked < 1_000_000, "{asked} objects for nobody");

    let mut other = Client::tp04(address(&server));
    for _ in 0..100 {
        assert_eq!(other.ask(&game::Ping {}), Okay);
    }

    // Once it reads, it gets what it asked for, in order.
    for sequence in 1..=20 {
        assert_eq!(deaf.reply(sequence), Sequence(1000));
        for _ in 0..1000 {
            assert_eq!(deaf.reply(sequence), Other(7));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_answer_delays_only_who_asked_for_it() {
    let (server, game) = start().await;
    let mut slow = Client::tp04(address(&server));
    let first = slow.send(&game::GetObjectsByID { ids: vec![SLOW] });
    let second = slow.send(&game::Ping {});
    let mut other = Client::tp04(address(&server));
    assert_eq!(other.ask(&game::GetObjectsByID { ids: vec![1] }), Other(7));
    game.gate.notify_one();
    let object = slow.frame().unwrap();
    assert_eq!((object.header.sequence, said(&object)), (first, Other(7)));
    assert_eq!(slow.reply(second), Okay);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_that_panics_ends_one_connection() {
    let (server, game) = start().await;
    let mut other = Client::tp04(address(&server));
    let mut unlucky = Client::tp04(address(&server));
    unlucky.send(&game::GetObjectsByID { ids: vec![PANIC] });
    unlucky.ended();
    timeout(LONG, game.somebody_left.notified()).await.unwrap();
    assert_eq!(
        *game.left.lock().unwrap(),
        [Some(2)],
        "the game is told who"
    );
    assert_eq!(other.ask(&game::Ping {}), Okay);
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_nobody_asked_for_come_between_any_two() {
    let (server, game) = start().await;
    let mut new = Client::tp04(address(&server));
    let mut old = Client::tp03(address(&server));
    let sequence = new.send(&game::GetPlayer {
        ids: vec![2, SLOW, 2],
    });
    // What is there does not wait for what is not.
    let player = Other(game::Player::TYPE);
    assert_eq!(new.reply(sequence), Sequence(3));
    assert_eq!(new.reply(sequence), player);
    let remaining = TimeRemaining {
        time: 30,
        turn: Some(2),
        ..TimeRemaining::default()
    };
    for peer in &*game.peers.lock().unwrap() {
        peer.send_time_remaining(remaining.clone()).unwrap();
    }
    let (number, pushed) = old.packet::<TimeRemaining>();
    assert_eq!((number, pushed.time), (0, 30));
    let (number, pushed) = new.packet::<TimeRemaining>();
    assert_eq!((number, pushed.time, pushed.turn), (0, 30, Some(2)));
    game.gate.notify_one();
    for _ in 0..2 {
        assert_eq!(new.reply(sequence), player);
    }
    // Of objects, not for long: four are sent, once they took their time.
    let sequence = new.send(&game::GetObjectsByID {
        ids: vec![2, 2, 2, SLOW, SLOW, 2],
    });
    sleep(Duration::from_millis(150)).await;
    game.gate.notify_one();
    assert_eq!(new.reply(sequence), Sequence(6));
    for _ in 0..4 {
        assert_eq!(new.reply(sequence), Other(7));
    }
    game.gate.notify_one();
    for _ in 0..2 {
        assert_eq!(new.reply(sequence), Other(7));
    }
    // Not what the client cannot read.
    let peer = game.peers.lock().unwrap()[1].clone();
    let SendError::Encode(wrong) = peer.send(&game::ObjectDesc::default()).unwrap_err() else {
        panic!("TP03 has no ObjectDesc");
    };
    assert_eq!(wrong.kind(), EncodeErrorKind::NotInVersion);
    // Not to who is gone.
    drop(old);
    until(|| !peer.is_open()).await;
    assert_eq!(peer.send_time_remaining(remaining), Err(SendError::Closed));
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_nobody_asked_for_do_not_pile_up() {
    let (server, game) = start_limited(|it| it.bytes_sent = 64 * 1024).await;
    let client = Client::tp04(address(&server));
    let peer = game.peers.lock().unwrap()[0].clone();
    let okay = game::Okay {
        result: "x".repeat(10_000).into(),
    };
    let mut sent = 0;
    // Who asks again may find room: some was written meanwhile.
    let refused = loop {
        match peer.send(&okay) {
            Ok(()) => sent += 1,
            Err(refused) => break refused,
        }
        assert!(sent < 100_000, "memory without end");
        tokio::task::yield_now().await;
    };
    assert_eq!(refused, SendError::Full);
    drop(client);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_said_everything_still_gets_all_answers() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    for _ in 0..100 {
        client.send(&game::Ping {});
    }
    client.socket.shutdown(Shutdown::Write).unwrap();
    for sequence in 3..103 {
        assert_eq!(client.reply(sequence), Okay);
    }
    client.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_game_may_end_a_connection() {
    let (server, game) = start().await;
    let mut client = Client::tp04(address(&server));
    let peer = game.peers.lock().unwrap()[0].clone();
    peer.send(&okay("goodbye")).unwrap();
    peer.close();
    assert_eq!(client.packet::<game::Okay>().1.result, "goodbye");
    client.ended();
}
