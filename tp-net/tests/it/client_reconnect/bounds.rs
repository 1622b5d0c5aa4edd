//! How long a client tries to connect again, and what ends it before.

use std::io::{self, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use tokio::time::Instant;
use tp_frames::{Header, Packet as _, game};
use tp_net::client::Client;
use tp_net::{Error, Options, Reconnect, polling};

use super::model::{BOARDS, Model};
use super::network::{Cut, Fate, Network};
use super::{cut_down, options, playing, steady};

/// More than the greeting and the answer to the login are, and less than the answer after it.
const AFTER_LOGIN: usize = 110;

/// When each attempt after the first was, in seconds after the cut.
fn seconds(network: &Network, cut: Instant) -> Vec<u64> {
    let attempts = network.attempts().into_iter().skip(1);
    attempts.map(|it| (it - cut).as_secs()).collect()
}

#[tokio::test(start_paused = true)]
async fn attempts_are_ever_further_apart_and_end() {
    let fates = [&[cut_down(AFTER_LOGIN)][..], &[Fate::Refused; 20]].concat();
    let (client, network) =
        playing(&Model::new(game::TP04), &fates, steady().attempts(Some(6))).await;
    let cut = Instant::now();
    let error = client.time_remaining().await.unwrap_err();
    assert_eq!(seconds(&network, cut), [1, 3, 7, 15, 25, 35]);
    assert!(error.is_disconnected() && !error.is_timeout(), "{error}");
    assert_eq!(
        error.to_string(),
        "the connection was cut, and not made again in 6 attempts: \
         no connection to tp://game.example:6923: connection refused"
    );
    let again = client.features().await.unwrap_err();
    assert!(
        matches!(again, Error::NotReconnected { attempts: 6, .. }),
        "{again}"
    );
}

#[tokio::test(start_paused = true)]
async fn time_ends_attempts() {
    let fates = [&[cut_down(AFTER_LOGIN)][..], &[Fate::Refused; 20]].concat();
    let how = steady()
        .attempts(None)
        .total_time(Some(Duration::from_secs(20)));
    let (client, network) = playing(&Model::new(game::TP04), &fates, how).await;
    let cut = Instant::now();
    client.time_remaining().await.unwrap_err();
    assert_eq!(seconds(&network, cut), [1, 3, 7, 15]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_lets_in_and_answers_nothing_is_left_alone_more_and_more() {
    // It hangs up behind the login, and behind each that is made again.
    let fates = [cut_down(AFTER_LOGIN); 30];
    let (client, network) =
        playing(&Model::new(game::TP04), &fates, steady().attempts(Some(5))).await;
    let cut = Instant::now();
    let error = client.time_remaining().await.unwrap_err();
    assert!(error.is_disconnected(), "{error}");
    // The last attempt is without the request.
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(seconds(&network, cut), [1, 3, 7, 15, 25]);
    client.version().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_first_connection_is_made_or_not() {
    let network = Network::new([Fate::Refused], |_, _| {});
    let client = Client::connect_with("game.example", options(steady()), network.clone());
    let error = client.await.unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert_eq!(network.attempts().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn no_attempts_are_no_attempts() {
    let fates = [cut_down(AFTER_LOGIN)];
    let (client, network) =
        playing(&Model::new(game::TP04), &fates, steady().attempts(Some(0))).await;
    let error = client.time_remaining().await.unwrap_err();
    assert!(matches!(error, Error::Disconnected(_)), "{error}");
    assert_eq!(network.attempts().len(), 1);
}

/// A client that is between two attempts, or that waits for one to be answered.
async fn away(second: Fate) -> (Client, Network) {
    let fates = [cut_down(AFTER_LOGIN), second];
    let how = Reconnect::default().first_delay(Duration::from_secs(3600));
    let how = match second {
        Fate::Silent => how.first_delay(Duration::ZERO),
        _ => how.longest_delay(Duration::from_secs(3600)),
    };
    let (client, network) = playing(&Model::new(game::TP04), &fates, how).await;
    let hasty = client.with_deadline(Duration::from_secs(1));
    let error = hasty.time_remaining().await.unwrap_err();
    assert!(matches!(error, Error::Timeout(_)), "{error}");
    (client, network)
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_meanwhile_waits_for_its_deadline_or_the_end() {
    for second in [Fate::Refused, Fate::Silent] {
        let (client, network) = away(second).await;
        let waiting = client.clone();
        let waiting = tokio::spawn(async move { waiting.features().await });
        tokio::task::yield_now().await;
        let before = (Instant::now(), network.attempts().len());
        client.disconnect();
        let error = waiting.await.unwrap().unwrap_err();
        assert!(matches!(error, Error::Closed), "{error}");
        assert_eq!((Instant::now(), network.attempts().len()), before);
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_clone_ends_the_attempts() {
    for second in [Fate::Refused, Fate::Silent] {
        let (client, network) = away(second).await;
        let mut events = client.events();
        let before = (Instant::now(), network.attempts().len());
        drop(client);
        // The task that drives it is at its end.
        assert_eq!(events.next().await, None);
        tokio::task::yield_now().await;
        assert_eq!((Instant::now(), network.attempts().len()), before);
        tokio::time::sleep(Duration::from_secs(100_000)).await;
        assert_eq!(network.attempts().len(), before.1);
    }
}

/// A cut amid the first request after the login, when so much of the rest is lost.
async fn cut_amid_request(lost: usize) -> Fate {
    let (_client, network) = playing(&Model::new(game::TP04), &[], steady()).await;
    Fate::Cut(Cut {
        up: network.traffic()[0].up + 20,
        lost,
        down: usize::MAX / 4,
        reset: false,
    })
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waits_for_any_more_is_not_sent() {
    let model = Model::new(game::TP04);
    let fates = [cut_amid_request(0).await, Fate::Refused, Fate::Refused];
    let (client, _) = playing(&model, &fates, steady()).await;
    let hasty = client.with_deadline(Duration::from_secs(2));
    hasty.post_message(post("given up")).await.unwrap_err();
    client.post_message(post("kept")).await.unwrap();
    let done = (model.book.times("given up"), model.book.times("kept"));
    assert_eq!(done, (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_list_is_begun_anew_as_often_as_it_is_cut() {
    // Behind the first slice.
    let fates = [cut_down(AFTER_LOGIN + 100); 8];
    let (client, network) = playing(&Model::new(game::TP04), &fates, steady()).await;
    let ids = client.board_ids(None).await.unwrap();
    assert!(ids.into_iter().map(|it| it.id).eq(BOARDS));
    assert_eq!(network.attempts().len(), 9);
}

#[tokio::test(start_paused = true)]
async fn half_a_write_is_none() {
    for (lost, is_known) in [(0, true), (5, true), (1000, false)] {
        let model = Model::new(game::TP04);
        let fates = [cut_amid_request(lost).await];
        let (client, _) = playing(&model, &fates, steady()).await;
        let posted = client.post_message(post("a post")).await;
        assert_eq!(posted.is_ok(), is_known);
        assert_eq!(model.book.times("a post"), usize::from(is_known));
        client.time_remaining().await.unwrap();
    }
}

fn post(subject: &str) -> game::Message {
    game::Message {
        subject: subject.into(),
        ..Default::default()
    }
}

/// A network that leads to one server, until the connection is cut, and then to the other.
fn replaced_by(other: Model) -> Network {
    let first = Model::new(game::TP04);
    let number = std::sync::atomic::AtomicUsize::new(0);
    Network::new([cut_down(AFTER_LOGIN)], move |_, stream| {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        [&first, &other][number.min(1)].serve(stream);
    })
}

/// What comes of finding the other server in the place of the one.
async fn time_from(network: Network) -> (Client, Result<game::TimeRemaining, Error>) {
    let client = Client::connect_with("game.example", options(steady()), network);
    let client = client.await.unwrap();
    client.login("ada", "s3cret").await.unwrap();
    let time = client.time_remaining().await;
    (client, time)
}

#[tokio::test(start_paused = true)]
async fn who_is_not_let_in_again_stays_out() {
    let mut other = Model::new(game::TP04);
    other.password = "changed";
    let (client, time) = time_from(replaced_by(other)).await;
    for error in [time.unwrap_err(), client.features().await.unwrap_err()] {
        let Error::NotReconnected { source, .. } = &error else {
            panic!("{error}")
        };
        assert!(source.is_refused(), "{error}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_busy_is_not_kept_waiting() {
    let mut other = Model::new(game::TP04);
    other.busy = true;
    let network = replaced_by(other);
    let (_client, time) = time_from(network.clone()).await;
    let Error::NotReconnected {
        attempts: 10,
        source,
    } = time.unwrap_err()
    else {
        panic!()
    };
    assert!(source.is_refused(), "{source}");
    // Each connection but the first is left as soon as it is of no use.
    assert_eq!(network.attempts()[1..], network.left()[1..]);
}

#[tokio::test(start_paused = true)]
async fn another_game_in_its_place_is_none() {
    let mut other = Model::new(game::TP04);
    other.greeting = "other \x1b[2J";
    let book = other.book.clone();
    let (_client, time) = time_from(replaced_by(other)).await;
    let error = time.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the connection was cut, and not made again in 1 attempt: there is another server now: \
         it was \"the model\" and is \"other \\u{1b}[2J\""
    );
    // Not even the password was sent.
    assert!(book.wrong().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_server_of_another_version_is_another() {
    let (_client, time) = time_from(replaced_by(Model::new(game::TP03))).await;
    let Error::NotReconnected { source, .. } = time.unwrap_err() else {
        panic!()
    };
    assert!(
        matches!(*source, Error::VersionRefused(version) if version == game::TP03),
        "{source}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_was_of_use_makes_good_for_the_attempts_before() {
    let how = steady().attempts(Some(2));
    let fates = [cut_down(AFTER_LOGIN + 60); 8];
    let (client, network) = playing(&Model::new(game::TP04), &fates, how).await;
    for _ in 0..14 {
        client.time_remaining().await.unwrap();
    }
    assert!(network.attempts().len() > 5);
}

#[tokio::test(start_paused = true)]
async fn so_does_one_that_held_for_long() {
    let model = Model::new(game::TP04);
    let network = Network::new([], move |_, stream| {
        let line = model.serve(stream);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_secs(20)).await;
            line.abort();
        });
    });
    let how = steady().attempts(Some(2));
    let client = Client::connect_with("game.example", options(how), network.clone());
    let client = client.await.unwrap();
    client.login("ada", "s3cret").await.unwrap();
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert!(network.attempts().len() > 5);
    client.time_remaining().await.unwrap();
}

#[test]
fn who_is_left_for_a_while_sees_so_at_once() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let long = Duration::from_secs(20);
        socket.set_read_timeout(Some(long)).unwrap();
        for _ in ["Connect", "Login"] {
            let mut header = [0; Header::SIZE];
            socket.read_exact(&mut header).unwrap();
            let asked = Header::from_bytes(&header).unwrap();
            let mut body = vec![0; asked.length as usize];
            socket.read_exact(&mut body).unwrap();
            let okay = game::Okay::default().to_frame(asked.version, asked.sequence);
            socket.write_all(&okay.unwrap()).unwrap();
        }
        socket.write_all(b"The game is over.\r\n").unwrap();
        socket.read_to_end(&mut Vec::new())
    });
    let hour = Duration::from_secs(3600);
    let how = steady().first_delay(hour).longest_delay(hour);
    let mut client = polling::Client::connect(address, Options::default().reconnect(how)).unwrap();
    let login = client.login("guest", "guest").unwrap();
    client.wait_for(&login).unwrap();
    while !server.is_finished() {
        client.poll();
        thread::yield_now();
    }
    assert!(client.error().is_none(), "it will come again");
    let waited = [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut];
    if let Err(error) = server.join().unwrap() {
        assert!(
            !waited.contains(&error.kind()),
            "the connection is still open"
        );
    }
}
