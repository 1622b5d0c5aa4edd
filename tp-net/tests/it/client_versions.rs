//! How a client finds a version that the server speaks, whatever servers do about one they do not.

use std::time::Duration;

use tp_net::blocking::Client;
use tp_net::model::FailCode;
use tp_net::{Error, Versions, game};

use crate::peer::{Line, Peer, fail, frame, okay, options, tp03_fail};

#[test]
fn answers_tp04() {
    let peer = Peer::playing(|line| {
        line.answer::<game::GetFeatures>(game::Features {
            features: vec![game::FeaturesFeature(5)],
        });
    });
    let mut client = Client::connect(peer.address(), options()).unwrap();
    assert_eq!(client.version().unwrap(), game::TP04);
    assert_eq!(client.greeting(), "hello");
    assert_eq!(client.login("ada", "s3cret").unwrap(), "welcome");
    let features = client.request(game::GetFeatures::default()).unwrap();
    assert_eq!(features.features, [game::FeaturesFeature(5)]);
}

/// Runs `refuse` on the first connection, then speaks TP03 on a second.
fn falls_back(refuse: impl FnOnce(&mut Line) + Send + 'static) {
    let peer = Peer::start(|server| {
        let mut first = server.accept();
        refuse(&mut first);
        let mut second = server.accept();
        // The old connection is given up, not used again.
        first.expect_end();
        second.greet_in(game::TP03);
    });
    let options = options().greeting_timeout(Duration::from_millis(300));
    let mut client = Client::connect(peer.address(), options).unwrap();
    assert_eq!(client.version().unwrap(), game::TP03);
}

#[test]
fn refuses_tp04_under_a_tp03_header_with_number_0() {
    falls_back(|line| {
        line.take();
        line.send_raw(&tp03_fail(0));
    });
}

#[test]
fn refuses_tp04_under_its_own_header() {
    falls_back(|line| {
        line.take();
        line.reply(fail(0));
    });
}

#[test]
fn answers_tp04_with_okay_under_tp03() {
    falls_back(|line| {
        line.take();
        let okay = okay("hello");
        line.send_raw(&frame(game::TP03, line.sequence(), &okay));
    });
}

#[test]
fn answers_tp04_in_plain_text_and_closes() {
    falls_back(|line| {
        line.take();
        line.send_raw(b"You are not running the right version of TP, please upgrade\n");
        line.close();
    });
}

#[test]
fn answers_tp04_in_plain_text_and_stays_open() {
    falls_back(|line| {
        line.take();
        line.send_raw(b"You are not running the correct protocol\n");
    });
}

#[test]
fn closes_on_tp04_without_a_word() {
    falls_back(|line| {
        line.take();
        line.close();
    });
}

#[test]
fn gets_stuck_on_tp04() {
    falls_back(|line| {
        line.take();
    });
}

#[test]
fn gets_stuck_inside_its_answer_to_tp04() {
    falls_back(|line| {
        line.take();
        line.send_raw(b"TP03\0\0\0\0\0\0\0\x01\0\0\x10\0half a Fail");
    });
}

#[test]
fn is_no_thousand_parsec_at_all() {
    let peer = Peer::start(|server| {
        for _ in 0..2 {
            let mut line = server.accept();
            line.take();
            line.send_raw(b"HTTP/1.1 400 Bad Request\r\n\r\n");
            line.close();
        }
    });
    let error = Client::connect(peer.address(), options()).unwrap_err();
    assert!(matches!(&error, Error::NotTp(text) if text.to_string().starts_with("HTTP/1.1 400")));
    assert!(
        error.to_string().contains("HTTP/1.1 400 Bad Request"),
        "{error}"
    );
    assert!(error.is_disconnected());
}

#[test]
fn a_refusal_says_more_than_what_an_older_version_meets() {
    let peer = Peer::start(|server| {
        let mut first = server.accept();
        first.take();
        first.reply(fail(3));
        let mut second = server.accept();
        second.take();
        second.send_raw(b"too old\n");
        second.close();
    });
    let error = Client::connect(peer.address(), options()).unwrap_err();
    let code = error.refusal().map(|it| it.code);
    assert_eq!(code, Some(FailCode::UNAVAILABLE_TEMPORARILY));
}

#[test]
fn one_version_only_does_not_fall_back() {
    let peer = Peer::start(|server| {
        let mut line = server.accept();
        line.take();
        line.send_raw(&tp03_fail(0));
        line.expect_end();
    });
    let only = options().versions(Versions::only(game::TP04));
    let error = Client::connect(peer.address(), only).unwrap_err();
    assert!(error.is_refused(), "{error}");
}

#[test]
fn nobody_listens() {
    let peer = Peer::start(|_| ());
    let address = peer.address();
    drop(peer);
    let error = Client::connect(address, options()).unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { .. }) && error.is_disconnected(),
        "{error}"
    );
    assert!(error.to_string().contains(&address.to_string()));
}
