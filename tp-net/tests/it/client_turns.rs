//! Waiting for the end of a turn: every client, both versions, servers that announce it and servers
//! that do not.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tp_frames::{DecodeOptions, Packet, RawFrame, Version};
use tp_net::client::{AsyncConnector, AsyncStream, Client, Opened};
use tp_net::model::{TimeRemaining, TimeRemainingReason};
use tp_net::transport::Url;
use tp_net::{Error, Event, Options, Versions, game, polling};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{
    Line, PATIENCE, Peer, fail, frame, in_version, okay, options, time_remaining, turn_remaining,
};

const TP03: Versions = Versions::only(game::TP03);
const TP04: Versions = Versions::only(game::TP04);

/// Long enough for what does not come.
const SHORT: Duration = Duration::from_millis(60);

/// The time of who does not know.
const UNKNOWN: u32 = u32::MAX;

fn wait_for_turn(client: &mut AnyClient, limit: Duration) -> Result<TimeRemaining, Error> {
    match client {
        AnyClient::Blocking(client) => client.wait_for_turn(limit),
        AnyClient::Polling(client) => client.wait_for_turn(limit),
        AnyClient::Async(runtime, client) => runtime.block_on(client.wait_for_turn(limit)),
    }
}

#[track_caller]
fn turn_ended(client: &mut AnyClient) -> TimeRemaining {
    wait_for_turn(client, PATIENCE).unwrap()
}

#[track_caller]
fn no_turn_ended(client: &mut AnyClient) {
    let error = wait_for_turn(client, SHORT).unwrap_err();
    assert!(matches!(error, Error::Timeout(SHORT)), "{error}");
}

/// What is told unasked, or answered.
fn time(time: u32, reason: TimeRemainingReason, turn: u32) -> TimeRemaining {
    TimeRemaining {
        reason: Some(reason),
        turn: Some(turn),
        ..time_remaining(time)
    }
}

/// The universe as TP03 has it.
fn universe(age: u32) -> game::Object {
    let kind = game::ObjectParams::Universe(game::Universe { age });
    game::Object {
        parameters: vec![kind].into(),
        ..crate::peer::object(0)
    }
}

/// Takes the questions that precede FinishedTurn and those of who waits for a silent server, and
/// answers them.
fn show(line: &mut Line, time: TimeRemaining, age: Option<u32>) {
    line.answer::<game::GetTimeRemaining>(time);
    if let Some(age) = age {
        assert_eq!(line.expect::<game::GetObjectsByID>().ids, [0]);
        line.reply(universe(age));
    }
}

#[test]
fn it_has_ended_before_finish_turn_returns() {
    in_version(
        TP04,
        |line| {
            line.let_in();
            for turn in 7..9 {
                if turn == 7 {
                    show(line, time(9, TimeRemainingReason::REQUESTED, turn), None);
                }
                line.expect::<game::FinishedTurn>();
                let told = [
                    time(0, TimeRemainingReason::ALL_FINISHED, turn),
                    time(60, TimeRemainingReason::TIMER_STARTED, turn + 1),
                    time(15, TimeRemainingReason::TIMER_WARNING, turn + 1),
                ];
                for told in told {
                    line.reply_to(0, told);
                }
                line.reply(okay("done"));
            }
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            for turn in [8, 9] {
                ask!(*client, finish_turn()).unwrap();
                let told = turn_ended(client);
                assert_eq!(
                    (told.turn, told.time),
                    (Some(turn), 15),
                    "what was said last"
                );
            }
            no_turn_ended(client);
        },
    );
    in_version(
        TP03,
        |line| {
            line.let_in();
            show(line, time_remaining(9), Some(7));
            for _ in 0..2 {
                line.expect::<game::FinishedTurn>();
                line.reply_to(0, time_remaining(0));
                line.reply_to(0, time_remaining(60));
                line.reply(okay("done"));
            }
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            for _ in 0..2 {
                ask!(*client, finish_turn()).unwrap();
                assert_eq!(turn_ended(client).time, 60);
            }
            no_turn_ended(client);
        },
    );
}

#[test]
fn the_end_is_announced_while_it_is_waited_for() {
    in_version(
        TP04,
        |line| {
            line.let_in();
            line.answer::<game::GetTimeRemaining>(turn_remaining(7));
            line.reply_to(0, time(0, TimeRemainingReason::END_OF_TURN_STARTED, 7));
            // Nobody asks again.
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            turn_ended(client);
            no_turn_ended(client);
        },
    );
    // What has come is known to who does not wait.
    in_version(
        TP04,
        |line| {
            line.reply_to(0, turn_remaining(7));
            line.answer::<game::GetFeatures>(game::Features::default());
            line.reply_to(0, turn_remaining(8));
            line.answer::<game::GetFeatures>(game::Features::default());
        },
        |client| {
            ask!(*client, features()).unwrap();
            ask!(*client, features()).unwrap();
            assert_eq!(wait_for_turn(client, Duration::ZERO).unwrap().turn, Some(8));
        },
    );
    // As servers do that libtpproto-py was made for.
    in_version(
        TP03,
        |line| {
            line.let_in();
            show(line, time_remaining(UNKNOWN), None);
            line.expect::<game::GetObjectsByID>();
            line.reply(fail(4));
            for _ in 0..2 {
                line.reply_to(0, time_remaining(UNKNOWN));
                line.answer::<game::GetFeatures>(game::Features::default());
            }
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            for _ in 0..2 {
                turn_ended(client);
                ask!(*client, features()).unwrap();
            }
        },
    );
}

#[test]
fn that_all_have_finished_is_not_the_end() {
    in_version(
        TP04,
        |line| {
            line.let_in();
            line.reply_to(0, time(0, TimeRemainingReason::ALL_FINISHED, 7));
            line.answer::<game::GetTimeRemaining>(turn_remaining(7));
            line.expect::<game::GetFeatures>();
            line.reply_to(0, time(9, TimeRemainingReason::TIMER_STARTED, 8));
            line.reply(game::Features::default());
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            no_turn_ended(client);
            ask!(*client, features()).unwrap();
            assert_eq!(turn_ended(client).turn, Some(8));
        },
    );
}

#[test]
fn a_silent_server_ends_the_turn_inside_finished_turn() {
    in_version(
        TP04,
        |line| {
            line.let_in();
            show(line, turn_remaining(7), None);
            line.answer::<game::FinishedTurn>(okay("done"));
            line.answer::<game::GetTimeRemaining>(turn_remaining(8));
            // What was answered last is known.
            line.answer::<game::FinishedTurn>(okay("done"));
            line.answer::<game::GetTimeRemaining>(turn_remaining(9));
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            for turn in [8, 9] {
                ask!(*client, finish_turn()).unwrap();
                assert_eq!(turn_ended(client).turn, Some(turn));
            }
        },
    );
    in_version(
        TP03,
        |line| {
            line.let_in();
            for age in [7, 8] {
                if age == 7 {
                    show(line, time_remaining(UNKNOWN), Some(age));
                }
                line.answer::<game::FinishedTurn>(okay("done"));
                show(line, time_remaining(UNKNOWN), Some(age + 1));
            }
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            for _ in 0..2 {
                ask!(*client, finish_turn()).unwrap();
                assert_eq!(turn_ended(client).time, UNKNOWN);
            }
        },
    );
}

#[test]
fn what_ended_before_the_login_is_of_no_interest() {
    in_version(
        TP04,
        |line| {
            for turn in [7, 8] {
                line.answer::<game::GetTimeRemaining>(turn_remaining(turn));
            }
            line.let_in();
            line.answer::<game::GetTimeRemaining>(turn_remaining(8));
        },
        |client| {
            for _ in 0..2 {
                ask!(*client, time_remaining()).unwrap();
            }
            ask!(*client, login("ada", "s3cret")).unwrap();
            no_turn_ended(client);
        },
    );
}

#[test]
fn waiting_ends_with_the_connection() {
    in_version(
        TP04,
        |line| {
            line.expect::<game::GetTimeRemaining>();
            line.reply_to(0, time(0, TimeRemainingReason::END_OF_TURN_STARTED, 7));
            line.close();
        },
        |client| {
            turn_ended(client);
            let error = wait_for_turn(client, PATIENCE).unwrap_err();
            assert!(error.is_disconnected(), "{error}");
        },
    );
}

#[test]
fn other_answers_are_kept_while_polling_waits() {
    let peer = Peer::playing(|line| {
        line.expect::<game::GetPlayer>();
        let first = line.sequence();
        line.answer::<game::GetFeatures>(game::Features::default());
        line.expect::<game::GetTimeRemaining>();
        line.reply_to(first, crate::peer::player(3));
        line.reply(turn_remaining(7));
        line.reply_to(0, turn_remaining(8));
    });
    let mut client = polling::Client::connect(peer.address(), options()).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let player = client.player(3).unwrap();
    let features = client.features().unwrap();
    assert_eq!(client.wait_for_turn(PATIENCE).unwrap().turn, Some(8));
    assert_eq!(client.outstanding(), 3);
    let mut answer = client.wait().unwrap();
    assert_eq!(answer.redeem(&login).unwrap().unwrap(), "welcome");
    let mut answer = client.wait().unwrap();
    assert_eq!(answer.redeem(&player).unwrap().unwrap().id, 3);
    client.wait_for(&features).unwrap();
}

#[test]
fn the_demo_game_is_waited_for_in_every_version() {
    for versions in [TP03, TP04] {
        for api in APIS {
            eprintln!("{api:?} {versions:?}");
            let game = tp_game::Game::new(7);
            let serving = game.serve("127.0.0.1:0").unwrap();
            let options = options().versions(versions);
            let mut client = AnyClient::connect(api, serving.local_addr(), options).unwrap();
            ask!(client, login("guest", "guest")).unwrap();
            for turn in 2..5 {
                ask!(client, finish_turn()).unwrap();
                let told = turn_ended(&mut client);
                assert_eq!(game.turn(), turn);
                if versions == TP04 {
                    assert_eq!(told.turn, Some(turn));
                }
            }
            no_turn_ended(&mut client);
            game.end_turn();
            turn_ended(&mut client);
            no_turn_ended(&mut client);
        }
    }
}

/// A server that announces nothing, without sockets, whose time is tokio's.
struct Silent {
    stream: Mutex<Option<DuplexStream>>,
}

impl AsyncConnector for Silent {
    fn open<'a>(&'a self, _: &'a Url, _: Duration) -> Opened<'a> {
        let stream = self.stream.lock().unwrap().take();
        Box::pin(async move {
            let stream = stream.ok_or_else(|| std::io::Error::other("one connection only"))?;
            Ok(Box::new(stream) as Box<dyn AsyncStream>)
        })
    }
}

/// When a silent server was asked for the time.
type Asked = Arc<Mutex<Vec<Duration>>>;

/// Connects to a silent server, which says this of its turn.
async fn silent(
    version: Version,
    mut says: impl FnMut(Duration) -> (TimeRemaining, Option<u32>) + Send + 'static,
) -> (Client, Asked) {
    let (ours, mut theirs) = tokio::io::duplex(1024);
    let asked = Asked::default();
    let seen = Arc::clone(&asked);
    tokio::spawn(async move {
        let started = tokio::time::Instant::now();
        let mut received = BytesMut::new();
        while theirs
            .read_buf(&mut received)
            .await
            .is_ok_and(|count| count > 0)
        {
            while let Some(raw) = RawFrame::take(&mut received, &DecodeOptions::default()).unwrap()
            {
                let sequence = raw.header.sequence;
                let now = started.elapsed();
                let (time, age) = says(now);
                let bytes = match raw.header.r#type {
                    game::GetTimeRemaining::TYPE => {
                        seen.lock().unwrap().push(now);
                        frame(version, sequence, &time)
                    }
                    game::GetObjectsByID::TYPE => match age {
                        Some(age) => frame(version, sequence, &universe(age)),
                        None => frame(version, sequence, &fail(4)),
                    },
                    _ => frame(version, sequence, &okay("")),
                };
                theirs.write_all(&bytes).await.unwrap();
            }
        }
    });
    let connector = Silent {
        stream: Mutex::new(Some(ours)),
    };
    let options = Options::default().versions(Versions::only(version));
    let client = Client::connect_with("nowhere", options, connector).await;
    (client.unwrap(), asked)
}

/// How much is left of a turn of a hundred seconds, and which it is.
fn turn_at(now: Duration) -> (u32, u32) {
    let now = u32::try_from(now.as_secs()).unwrap();
    (100 - now % 100, now / 100)
}

fn numbered(now: Duration) -> (TimeRemaining, Option<u32>) {
    let (left, turn) = turn_at(now);
    (time(left, TimeRemainingReason::REQUESTED, turn), None)
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_asked_again_and_seldom() {
    const HOUR: Duration = Duration::from_secs(3600);
    // Numbered turns; a universe that ages; and a time that rises, timer or not.
    let ages = |now| (time_remaining(UNKNOWN), Some(turn_at(now).1));
    let rises = |now| (time_remaining(turn_at(now).0), None);
    let started = tokio::time::Instant::now();
    let servers = [
        (true, silent(game::TP04, numbered).await),
        (false, silent(game::TP03, ages).await),
        (true, silent(game::TP03, rises).await),
        (true, silent(game::TP04, rises).await),
    ];
    for (index, (has_timer, (client, asked))) in servers.into_iter().enumerate() {
        client.login("ada", "s3cret").await.unwrap();
        let base = asked.lock().unwrap().len();
        for turn in 1..4 {
            client.wait_for_turn(HOUR).await.unwrap();
            let late = started.elapsed().as_secs() % 100;
            assert!(
                late <= if has_timer { 1 } else { 10 },
                "{index} {turn}: {late} s late"
            );
        }
        let asked = asked.lock().unwrap()[base..].to_vec();
        assert!(asked.len() < 60, "{index}: {asked:?}");
        // No sooner than after a second, but when a new turn is waited for.
        let soon = asked
            .windows(2)
            .filter(|two| two[1] - two[0] < Duration::from_millis(999));
        assert!(soon.count() <= 3, "{index}: {asked:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_who_wait_are_told_and_who_gives_up_loses_nothing() {
    let (client, _) = silent(game::TP04, numbered).await;
    client.login("ada", "s3cret").await.unwrap();
    let mut events = client.events();
    let limit = Duration::from_secs(10);
    let started = tokio::time::Instant::now();
    let error = client.wait_for_turn(limit).await.unwrap_err();
    assert!(matches!(error, Error::Timeout(Duration { .. })), "{error}");
    assert_eq!(started.elapsed(), limit);
    // One whose time limit is that of its client.
    let hasty = client.with_deadline(limit);
    hasty.wait_for_turn(PATIENCE * 9).await.unwrap_err();
    // One that is dropped.
    let dropped = client.wait_for_turn(PATIENCE * 99);
    tokio::time::timeout(limit, dropped).await.unwrap_err();
    let (one, two) = tokio::join!(client.wait_for_turn(PATIENCE * 99), async {
        tokio::time::sleep(limit).await;
        client.wait_for_turn(PATIENCE * 99).await
    });
    assert_eq!(one.unwrap().turn, Some(1));
    assert_eq!(two.unwrap().turn, Some(1));
    assert_eq!(started.elapsed().as_secs(), 100);
    // Who listens is told, too.
    let event = events.next().await.unwrap();
    assert!(
        matches!(&event, Event::TurnEnded(time) if time.turn == Some(1)),
        "{event:?}"
    );
}
