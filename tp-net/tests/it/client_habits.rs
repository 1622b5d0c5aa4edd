//! What real servers do: each habit in a test of its own.

use std::time::{Duration, Instant};

use tp_net::blocking::Client;
use tp_net::model::FailCode;
use tp_net::{Error, game};

use crate::peer::{
    PATIENCE, Peer, fail, frame, group, object, options, player, time_remaining, turn_remaining,
};

/// Connects and logs in by the peer's script.
fn ready(peer: &Peer) -> Client {
    let mut client = Client::connect(peer.address(), options()).unwrap();
    client.login("ada", "s3cret").unwrap();
    client
}

#[test]
fn sends_unasked_frames_between_any_two() {
    let time = || frame(game::TP04, 0, &turn_remaining(7));
    let peer = Peer::start(move |server| {
        let mut line = server.accept();
        line.expect::<game::Connect>();
        line.send_raw(&time());
        line.reply(game::Okay::default());
        line.let_in();
        line.expect::<game::GetObjectsByID>();
        line.send_raw(&time());
        line.reply(group(2));
        line.send_raw(&time());
        line.reply(object(1));
        line.send_raw(&time());
        line.reply(object(2));
        line.send_raw(&time());
        line.answer::<game::GetObjectDesc>(fail(4));
        line.expect_end();
    });
    let mut client = ready(&peer);
    let objects = client.objects([1, 2]).unwrap();
    let ids: Vec<_> = objects.into_iter().map(|it| it.unwrap().id).collect();
    assert_eq!(ids, [1, 2]);
    let mut times = 0;
    let started = Instant::now();
    while times < 5 && started.elapsed() < PATIENCE {
        times += usize::from(client.next_event(Duration::ZERO).unwrap().is_some());
    }
    assert_eq!(times, 5);
    client.disconnect();
}

#[test]
fn puts_a_group_of_one_around_one() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetPlayer>(group(1));
        line.reply(player(9));
        line.answer::<game::GetPlayer>(group(1));
        line.reply(game::Player {
            id: 9,
            modtime: Some(3),
            ..Default::default()
        });
    });
    let mut client = ready(&peer);
    let me = client.request(game::GetPlayer { ids: vec![0] }).unwrap();
    assert_eq!(me.id, 9);
    let me = client.players([0]).unwrap();
    assert_eq!(me[0].as_ref().unwrap().modtime, Some(3));
}

#[test]
fn answers_one_bare() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetPlayer>(game::Player::default());
        line.answer::<game::GetPlayer>(fail(4));
    });
    let mut client = ready(&peer);
    assert_eq!(client.players([0]).unwrap().len(), 1);
    // A bare refusal of one thing is about that thing.
    let players = client.players([5]).unwrap();
    assert!(players[0].as_ref().unwrap_err().is_refused());
}

#[test]
fn answers_nothing_with_an_empty_group_and_may_refuse_it() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetMessage>(group(0));
        line.answer::<game::GetTimeRemaining>(time_remaining(0));
        line.answer::<game::GetMessage>(group(0));
        line.reply(fail(1));
        line.answer::<game::GetTimeRemaining>(time_remaining(0));
    });
    let mut client = ready(&peer);
    for _ in 0..2 {
        let slots = vec![];
        let empty = game::GetMessage { id: 1, slots };
        assert!(client.request_many(empty).unwrap().is_empty());
        // The named operations do not even ask.
        assert!(client.messages(1, []).unwrap().is_empty());
        client.time_remaining().unwrap();
    }
}

#[test]
fn puts_a_refusal_in_the_place_of_one_thing() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetObjectsByID>(group(3));
        line.reply(object(1));
        line.reply(game::Fail {
            code: FailCode::NO_SUCH_THING,
            result: "no such object".into(),
            references: Some(vec![game::FailReference { r#type: 1, id: 999 }]),
        });
        line.reply(object(3));
        // Without their description objects stay undecoded, and are had all the same.
        line.answer::<game::GetObjectDesc>(fail(4));
    });
    let mut client = ready(&peer);
    let objects = client.objects([1, 999, 3]).unwrap();
    assert_eq!(objects[0].as_ref().unwrap().id, 1);
    let refusal = objects[1].as_ref().unwrap_err().refusal().unwrap();
    assert_eq!(refusal.code, FailCode::NO_SUCH_THING);
    assert_eq!(refusal.result, "no such object");
    let about = game::FailReference { r#type: 1, id: 999 };
    assert_eq!(refusal.references, Some(vec![about]));
    assert_eq!(objects[2].as_ref().unwrap().id, 3);
}

#[test]
fn stops_a_group_at_the_first_refusal() {
    let message = |slot: u32| game::Message {
        slot: slot.into(),
        ..Default::default()
    };
    let peer = Peer::playing(move |line| {
        line.answer::<game::GetMessage>(group(3));
        line.reply(message(0));
        line.reply(fail(4));
        // Quiet until the client asks for something else, which it does by itself.
        line.answer::<game::GetTimeRemaining>(time_remaining(0));
        // And then for what is left.
        let rest = line.expect::<game::GetMessage>();
        assert_eq!(rest.slots, [2]);
        line.reply(group(1));
        line.reply(message(2));
    });
    let mut client = ready(&peer);
    let messages = client.messages(4, [0, 1, 2]).unwrap();
    assert_eq!(messages[0].as_ref().unwrap().slot.get(), Some(0));
    assert!(messages[1].as_ref().unwrap_err().is_refused());
    assert_eq!(messages[2].as_ref().unwrap().slot.get(), Some(2));
}

#[test]
fn announces_many_and_refuses_all_in_one_frame() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetMessage>(group(2));
        line.reply(fail(2));
        line.answer::<game::GetTimeRemaining>(time_remaining(0));
    });
    let mut client = ready(&peer);
    let slots = game::GetMessage {
        id: 77,
        slots: vec![0, 1],
    };
    let messages = client.request_many(slots).unwrap();
    assert!(messages[0].as_ref().unwrap_err().is_refused());
    assert!(matches!(
        messages[1],
        Err(Error::Incomplete {
            announced: 2,
            got: 1
        })
    ));
}

#[test]
fn leaves_pings_unanswered() {
    let peer = Peer::playing(|line| {
        line.expect::<game::Ping>();
        line.answer::<game::Ping>(game::Okay::default());
        line.answer::<game::GetTimeRemaining>(time_remaining(0));
    });
    let options = options().optional_reply_timeout(Duration::from_millis(200));
    let mut client = Client::connect(peer.address(), options).unwrap();
    client.login("ada", "s3cret").unwrap();
    assert!(!client.ping().unwrap());
    assert!(client.ping().unwrap());
    client.time_remaining().unwrap();
}

#[test]
fn answers_late_and_twice() {
    let peer = Peer::playing(|line| {
        line.expect::<game::GetTimeRemaining>();
        let late = line.sequence();
        line.expect::<game::GetTimeRemaining>();
        line.reply_to(late, time_remaining(1));
        line.reply(time_remaining(2));
        line.reply(time_remaining(2));
        line.answer::<game::GetTimeRemaining>(time_remaining(3));
    });
    let options = options().reply_timeout(Some(Duration::from_millis(300)));
    let mut client = Client::connect(peer.address(), options).unwrap();
    client.login("ada", "s3cret").unwrap();
    let error = client.time_remaining().unwrap_err();
    assert!(error.is_timeout() && !error.is_disconnected(), "{error}");
    assert_eq!(client.time_remaining().unwrap().time, 2);
    assert_eq!(client.time_remaining().unwrap().time, 3);
}

#[test]
fn appends_fields_and_leaves_some_out() {
    let peer = Peer::playing(|line| {
        line.expect::<game::GetTimeRemaining>();
        let mut bytes = line.frame(&time_remaining(9));
        bytes.extend(b"more");
        bytes[15] += 4;
        line.send_raw(&bytes);
        // As php servers send it, without references.
        line.answer::<game::GetTimeRemaining>(fail(3));
    });
    let mut client = ready(&peer);
    assert_eq!(client.time_remaining().unwrap().time, 9);
    let error = client.time_remaining().unwrap_err();
    assert_eq!(error.refusal().unwrap().code.0, 3);
}

#[test]
fn uses_codes_nobody_knows() {
    let peer = Peer::playing(|line| {
        line.answer::<game::OrderProbe>(fail(u32::MAX));
    });
    let mut client = ready(&peer);
    let error = client.request(game::OrderProbe::default()).unwrap_err();
    assert_eq!(error.refusal().unwrap().code.0, u32::MAX);
}

#[test]
fn refuses_a_wrong_login_with_code_1_and_stays() {
    let peer = Peer::greeting(|line| {
        line.answer::<game::Login>(fail(1));
        line.let_in();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    assert!(client.login("ada", "wrong").unwrap_err().is_refused());
    client.login("ada", "right").unwrap();
}

#[test]
fn hangs_up_inside_a_frame() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetPlayer>(group(2));
        line.reply(player(1));
        line.send_raw(b"TP\x04");
        line.close();
    });
    let mut client = ready(&peer);
    let players = client.get::<game::Player>([1, 2]).unwrap();
    assert_eq!(players[0].as_ref().unwrap().id, 1);
    assert!(players[1].as_ref().unwrap_err().is_disconnected());
    assert!(client.features().unwrap_err().is_disconnected());
}

#[test]
fn repeats_no_password_in_its_errors() {
    let peer = Peer::greeting(|line| {
        line.expect::<game::Login>();
        line.close();
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    let error = client.login("ada", "s3cret").unwrap_err();
    assert!(!format!("{error} {error:?} {client:?}").contains("s3cret"));
}
