//! The asynchronous client.

use std::time::Duration;

use tokio::task::JoinHandle;
use tp_net::client::{AsyncConnector, AsyncStream, Client, Opened};
use tp_net::transport::Url;
use tp_net::{Error, Options, game};

use crate::peer::{
    Line, PATIENCE, Peer, frame, object, options, player, time_remaining, turn_remaining,
};

/// Fails rather than hangs.
async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("in time")
}

async fn connected(peer: &Peer) -> Client {
    let connected = soon(Client::connect(peer.address(), options())).await;
    connected.unwrap()
}

/// Waits for a script that waits for the end of the connection.
async fn ended(peer: Peer) {
    tokio::task::spawn_blocking(|| drop(peer)).await.unwrap();
}

#[tokio::test]
async fn clones_ask_at_the_same_time() {
    let peer = Peer::playing(|line| {
        // All are asked before any is answered.
        let mut asked = Vec::new();
        for _ in 0..50 {
            let ids = line.expect::<game::GetPlayer>().ids;
            asked.push((line.sequence(), ids[0]));
        }
        for (sequence, id) in asked {
            line.reply_to(sequence, player(id));
        }
    });
    let client = connected(&peer).await;
    client.login("ada", "s3cret").await.unwrap();
    let tasks: Vec<_> = (0..50_u32)
        .map(|id| {
            let client = client.clone();
            tokio::spawn(async move { (id, client.players([id]).await) })
        })
        .collect();
    for task in tasks {
        let (id, players) = soon(task).await.unwrap();
        assert_eq!(players.unwrap()[0].as_ref().unwrap().id, id);
    }
}

#[tokio::test]
async fn a_dropped_future_leaves_the_connection_in_step() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetObjectsByID>();
        let dropped = line.sequence();
        line.reply(game::Sequence { number: 2 });
        line.reply(object(0));
        line.expect::<game::GetTimeRemaining>();
        let time = line.sequence();
        line.reply_to(dropped, object(0));
        line.reply_to(time, turn_remaining(8));
    });
    let client = connected(&peer).await;
    let objects = client.objects([1, 2]);
    tokio::time::timeout(Duration::from_millis(100), objects)
        .await
        .expect_err("dropped");
    let time = soon(client.time_remaining()).await.unwrap();
    assert_eq!(time.turn, Some(8));
}

#[tokio::test]
async fn a_future_dropped_before_its_request_is_sent_sends_nothing() {
    let (answer, told) = std::sync::mpsc::channel();
    let peer = Peer::greeting(move |line| {
        line.expect::<game::Login>();
        told.recv_timeout(PATIENCE).unwrap();
        line.reply(game::Okay::default());
        line.answer::<game::GetTimeRemaining>(time_remaining(0));
    });
    let client = connected(&peer).await;
    // Nothing is sent behind a login until it is answered.
    let mut login = Box::pin(client.login("ada", "s3cret"));
    let mut dropped = Box::pin(client.features());
    tokio::select! {
        biased;
        _ = &mut login => panic!("not answered yet"),
        _ = &mut dropped => panic!("not sent yet"),
        () = tokio::time::sleep(Duration::from_millis(20)) => {}
    }
    drop(dropped);
    answer.send(()).unwrap();
    soon(login).await.unwrap();
    soon(client.time_remaining()).await.unwrap();
}

#[tokio::test]
async fn a_deadline_of_its_own_ends_one_operation() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetFeatures>();
        line.answer::<game::GetTimeRemaining>(time_remaining(0));
    });
    let client = connected(&peer).await;
    let hasty = client.with_deadline(Duration::from_millis(50));
    let error = hasty.features().await.unwrap_err();
    assert!(error.is_timeout() && !error.is_disconnected(), "{error}");
    soon(client.time_remaining()).await.unwrap();
}

#[tokio::test]
async fn events_are_a_stream_for_each_who_listens() {
    let peer = Peer::playing(|line| {
        for turn in 0..3 {
            line.reply_to(0, turn_remaining(turn));
        }
        line.close();
    });
    let client = connected(&peer).await;
    let mut one = client.events();
    let mut two = client.events();
    client.login("ada", "s3cret").await.unwrap();
    for events in [&mut one, &mut two] {
        for turn in 0..3 {
            let event = soon(events.next()).await.unwrap();
            assert_eq!(event.time_remaining().unwrap().turn, Some(turn));
        }
    }
    drop(client);
    assert!(soon(one.next()).await.is_none());
}

#[tokio::test]
async fn the_end_ends_everything_once() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetTimeRemaining>();
        line.close();
    });
    let client = connected(&peer).await;
    let (time, features) =
        soon(async { tokio::join!(client.time_remaining(), client.features()) }).await;
    assert!(time.unwrap_err().is_disconnected());
    assert!(features.unwrap_err().is_disconnected());
    assert!(soon(client.games()).await.unwrap_err().is_disconnected());
}

#[tokio::test]
async fn the_last_clone_closes_the_connection() {
    let peer = Peer::greeting(Line::expect_end);
    let client = connected(&peer).await;
    let clone = client.clone();
    drop(client);
    assert!(clone.version().await.is_ok());
    drop(clone);
    ended(peer).await;
}

#[tokio::test]
async fn closing_fails_what_is_outstanding() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::GetFeatures>();
        line.expect_end();
    });
    let client = connected(&peer).await;
    let other = client.clone();
    let features = tokio::spawn(async move { other.features().await });
    while client.outstanding() == 0 {
        tokio::task::yield_now().await;
    }
    // It is sent before the connection is closed.
    tokio::time::sleep(Duration::from_millis(50)).await;
    client.disconnect();
    assert!(matches!(soon(features).await.unwrap(), Err(Error::Closed)));
    ended(peer).await;
}

/// A network without sockets: the other end is a task.
struct Simulated(std::sync::Mutex<Option<tokio::io::DuplexStream>>);

impl AsyncConnector for Simulated {
    fn open<'a>(&'a self, _: &'a Url, _: Duration) -> Opened<'a> {
        let stream = self.0.lock().unwrap().take();
        Box::pin(async move {
            let stream = stream.ok_or_else(|| std::io::Error::other("one connection only"))?;
            Ok(Box::new(stream) as Box<dyn AsyncStream>)
        })
    }
}

/// Reads frames off the other end of a simulated connection and answers each with Okay.
async fn answer_okay(stream: tokio::io::DuplexStream, first_pause: Duration) -> usize {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tp_frames::{DecodeOptions, RawFrame};
    let (mut read, mut write) = tokio::io::split(stream);
    let mut received = bytes::BytesMut::new();
    let mut answered = 0;
    loop {
        while let Some(frame) = RawFrame::take(&mut received, &DecodeOptions::default()).unwrap() {
            let okay = game::Okay::default();
            let bytes = self::frame(game::TP04, frame.header.sequence, &okay);
            if write.write_all(&bytes).await.is_err() {
                return answered;
            }
            answered += 1;
            if answered == 1 {
                // The greeting is out; now the peer stops reading for a while.
                tokio::time::sleep(first_pause).await;
            }
        }
        match read.read_buf(&mut received).await {
            Ok(0) | Err(_) => return answered,
            Ok(_) => {}
        }
    }
}

/// A client over such a network, and how many frames the other end has answered in the end.
async fn simulated(options: Options, first_pause: Duration) -> (Client, JoinHandle<usize>) {
    let (ours, theirs) = tokio::io::duplex(1024);
    let peer = tokio::spawn(answer_okay(theirs, first_pause));
    let simulated = Simulated(std::sync::Mutex::new(Some(ours)));
    let client = Client::connect_with("nowhere", options, simulated).await;
    (client.unwrap(), peer)
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_pings_neither_deadlock_nor_pile_up_when_the_peer_stops_reading() {
    let options = Options::default().max_outstanding(256);
    let (client, peer) = simulated(options, Duration::from_secs(3)).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10_000 {
        let client = client.clone();
        tasks.spawn(async move { client.ping().await });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(client.outstanding() <= 256, "{}", client.outstanding());
    while let Some(answered) = tasks.join_next().await {
        assert!(answered.unwrap().unwrap());
    }
    drop(client);
    assert_eq!(peer.await.unwrap(), 10_001);
}

#[tokio::test(start_paused = true)]
async fn keep_alive_pings_between_calls() {
    let options = Options::default().keep_alive(Some(Duration::from_secs(60)));
    let (client, peer) = simulated(options, Duration::ZERO).await;
    tokio::time::sleep(Duration::from_secs(305)).await;
    drop(client);
    assert_eq!(peer.await.unwrap(), 1 + 5);
}

#[tokio::test]
async fn operations_can_be_spawned() {
    fn is_send<T: Send>(_: &T) {}
    let peer = Peer::greeting(Line::expect_end);
    let client = connected(&peer).await;
    is_send(&client.objects([1]));
    is_send(&client.ids::<game::Board>(None));
    is_send(&client.request(game::GetFeatures::default()));
    is_send(&client.events().next());
    drop(client);
    tokio::task::spawn_blocking(|| drop(peer)).await.unwrap();
}
