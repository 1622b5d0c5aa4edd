//! What comes unasked: every client gets it typed, all of it, and is told what it missed.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use futures_core::Stream;
use tp_frames::{RawFrame, TpString};
use tp_net::client::Client;
use tp_net::model::FailCode;
use tp_net::{Error, Event, game, polling};

use crate::any_client::{AnyClient, Api, ask};
use crate::peer::{
    Line, PATIENCE, Peer, fail, frame, okay, options, turn_remaining, with_every_client,
};

/// The next event on the blocking and the polling client.
fn next_event(client: &mut AnyClient, limit: Duration) -> Option<Result<Option<Event>, Error>> {
    match client {
        AnyClient::Blocking(client) => Some(client.next_event(limit)),
        AnyClient::Polling(client) => Some(client.next_event(limit)),
        AnyClient::Async(..) => None,
    }
}

/// A frame of a type that nobody knows.
fn unknown() -> Vec<u8> {
    let mut bytes = frame(game::TP04, 0, &okay("news"));
    bytes[8..12].copy_from_slice(&1234_u32.to_be_bytes());
    bytes
}

/// One event of every kind that a game's server can send, then the end.
fn tell(line: &mut Line) {
    line.reply_to(0, turn_remaining(7));
    line.reply_to(0, turn_remaining(8));
    let component = game::Component {
        id: 5,
        ..game::Component::default()
    };
    line.reply_to(0, component);
    line.reply_to(0, okay("unasked"));
    line.send_raw(&unknown());
    // A TimeRemaining without a body.
    let mut bytes = frame(game::TP04, 0, &okay(""));
    bytes[8..16].copy_from_slice(&[0, 0, 0, 15, 0, 0, 0, 0]);
    bytes.truncate(16);
    line.send_raw(&bytes);
    line.reply_to(0, fail(0));
    line.close();
}

#[track_caller]
fn is_told(mut next: impl FnMut() -> Event) {
    let event = next();
    assert_eq!(event.time_remaining().unwrap().turn, Some(7));
    assert!(matches!(event, Event::TurnTime(_)), "{event:?}");
    let event = next();
    assert!(matches!(event, Event::TurnEnded(_)), "{event:?}");
    let event = next();
    assert!(
        matches!(&event, Event::Component(it) if it.id == 5),
        "{event:?}"
    );
    let event = next();
    let Event::Other(other) = event else {
        panic!("{event:?}");
    };
    assert_eq!(*other, game::Frame::Okay(okay("unasked")));
    let event = next();
    let Event::Unknown(RawFrame { header, body, .. }) = event else {
        panic!("{event:?}");
    };
    assert_eq!((header.r#type, &body[..]), (1234, &b"\0\0\0\x04news"[..]));
    let event = next();
    assert!(
        matches!(&event, Event::Unknown(it) if it.header.r#type == 15),
        "{event:?}"
    );
    let event = next();
    assert!(
        matches!(&event, Event::Refused(it) if it.code == FailCode::PROTOCOL),
        "{event:?}"
    );
}

#[test]
fn everything_is_typed_and_comes_before_the_end() {
    let script = |line: &mut Line| {
        line.answer::<game::GetFeatures>(game::Features::default());
        tell(line);
        line.read_to_end();
    };
    with_every_client(script, |client| {
        ask!(*client, features()).unwrap();
        if let AnyClient::Async(..) = client {
            // Whoever leaves before all is told breaks the line, so it waits for the end.
            ask!(*client, features()).unwrap_err();
            return;
        }
        is_told(|| next_event(client, PATIENCE).unwrap().unwrap().unwrap());
        let error = next_event(client, PATIENCE).unwrap().unwrap_err();
        assert!(error.is_disconnected(), "{error}");
    });
}

#[tokio::test]
async fn everything_is_typed_in_the_stream() {
    let peer = Peer::greeting(|line| {
        line.let_in();
        tell(line);
    });
    let client = Client::connect(peer.address(), options()).await.unwrap();
    let events = client.events();
    client.login("ada", "s3cret").await.unwrap();
    let mut told = Vec::new();
    // As a stream, as those see it who combine streams.
    let mut stream: Pin<Box<dyn Stream<Item = Event> + Send>> = Box::pin(events);
    while let Some(event) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        told.push(event);
    }
    let mut told = told.into_iter();
    is_told(|| told.next().unwrap());
    assert_eq!(told.next(), None);
}

#[tokio::test]
async fn a_dropped_future_loses_no_event() {
    let peer = Peer::playing(|line| {
        let mut turns = 0..20;
        while line.take_or_end().is_some() {
            if let Some(turn) = turns.next() {
                line.reply_to(0, turn_remaining(turn));
            }
            line.reply(game::Features::default());
        }
    });
    let client = Client::connect(peer.address(), options()).await.unwrap();
    let mut events = client.events();
    client.login("ada", "s3cret").await.unwrap();
    let mut turns = Vec::new();
    for _ in 0..20 {
        tokio::select! {
            Some(event) = events.next() => turns.push(event.time_remaining().unwrap().turn.unwrap()),
            features = client.features() => drop(features.unwrap()),
        }
        client.features().await.unwrap();
    }
    while turns.len() < 20 {
        let event = events.next().await.unwrap();
        turns.push(event.time_remaining().unwrap().turn.unwrap());
    }
    assert_eq!(turns, (0..20).collect::<Vec<_>>());
    drop(client);
    tokio::task::spawn_blocking(|| drop(peer)).await.unwrap();
}

#[test]
fn what_came_before_anybody_asked_is_there_without_waiting() {
    with_every_client(
        |line| {
            line.reply_to(0, turn_remaining(7));
            line.let_in();
            // Between two calls.
            line.reply_to(0, turn_remaining(7));
            line.answer::<game::GetTimeRemaining>(turn_remaining(7));
        },
        |client| {
            ask!(*client, login("ada", "s3cret")).unwrap();
            let Some(event) = next_event(client, Duration::ZERO) else {
                ask!(*client, time_remaining()).unwrap();
                return;
            };
            assert!(event.unwrap().is_some());
            ask!(*client, time_remaining()).unwrap();
            assert!(
                next_event(client, Duration::ZERO)
                    .unwrap()
                    .unwrap()
                    .is_some()
            );
            let limit = Duration::from_millis(20);
            for limit in [Duration::ZERO, limit] {
                assert!(next_event(client, limit).unwrap().unwrap().is_none());
            }
        },
    );
}

#[test]
fn what_comes_between_two_calls_is_there_without_waiting() {
    for api in [Api::Blocking, Api::Polling] {
        eprintln!("{api:?}");
        let (tell, told) = std::sync::mpsc::channel();
        let peer = Peer::greeting(move |line| {
            for turn in 7..9 {
                line.answer::<game::GetFeatures>(game::Features::default());
                line.reply_to(0, turn_remaining(turn));
                tell.send(()).unwrap();
            }
            line.expect_end();
        });
        let mut client = AnyClient::connect(api, peer.address(), options()).unwrap();
        ask!(client, features()).unwrap();
        told.recv_timeout(PATIENCE).unwrap();
        let event = next_event(&mut client, Duration::ZERO).unwrap().unwrap();
        assert!(matches!(event, Some(Event::TurnTime(_))), "{event:?}");
        ask!(client, features()).unwrap();
        told.recv_timeout(PATIENCE).unwrap();
        let time = match &mut client {
            AnyClient::Blocking(client) => client.wait_for_turn(Duration::ZERO),
            AnyClient::Polling(client) => client.wait_for_turn(Duration::ZERO),
            AnyClient::Async(..) => unreachable!(),
        };
        assert_eq!(time.unwrap().turn, Some(8));
    }
}

#[test]
fn who_takes_nothing_is_told_how_much_was_missed() {
    with_every_client(
        |line| {
            line.expect::<game::GetFeatures>();
            let told: Vec<u8> = (0..1500)
                .flat_map(|_| frame(game::TP04, 0, &turn_remaining(7)))
                .collect();
            line.send_raw(&told);
            line.reply(game::Features::default());
        },
        |client| {
            ask!(*client, features()).unwrap();
            let Some(event) = next_event(client, PATIENCE) else {
                return;
            };
            assert_eq!(event.unwrap(), Some(Event::Missed(1500 - 1024)));
            for _ in 0..1024 {
                let event = next_event(client, Duration::ZERO).unwrap().unwrap();
                assert!(matches!(event, Some(Event::TurnTime(_))), "{event:?}");
            }
            assert!(
                next_event(client, Duration::ZERO)
                    .unwrap()
                    .unwrap()
                    .is_none()
            );
        },
    );
}

#[test]
fn polling_goes_on_with_what_is_outstanding_while_events_are_waited_for() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetFeatures>(game::Features::default());
        line.reply_to(0, turn_remaining(7));
    });
    let mut client = polling::Client::connect(peer.address(), options()).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let features = client.features().unwrap();
    let event = client.next_event(PATIENCE).unwrap();
    assert!(matches!(event, Some(Event::TurnTime(_))), "{event:?}");
    assert_eq!(client.outstanding(), 2);
    client.wait_for(&features).unwrap();
    let said: TpString = client.wait_for(&login).unwrap();
    assert_eq!(said, "welcome");
}
