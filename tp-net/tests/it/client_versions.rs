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

/// What a server does about a Connect of TP04 that it does not speak.
type Refuse = fn(&mut Line);

const REFUSALS: [(&str, Refuse); 8] = [
    ("refuses under a TP03 header with number 0", |line| {
        line.send_raw(&tp03_fail(0));
    }),
    ("refuses under the header of the request", |line| {
        line.reply(fail(0));
    }),
    ("answers with Okay under TP03", |line| {
        line.send_raw(&frame(game::TP03, line.sequence(), &okay("hello")));
    }),
    ("answers in plain text and closes", |line| {
        line.send_raw(b"You are not running the right version of TP, please upgrade\n");
        line.close();
    }),
    ("answers in plain text and stays open", |line| {
        line.send_raw(b"You are not running the correct protocol\n");
    }),
    ("closes without a word", Line::close),
    ("gets stuck", |_| {}),
    ("gets stuck inside its answer", |line| {
        line.send_raw(b"TP03\0\0\0\0\0\0\0\x01\0\0\x10\0half a Fail");
    }),
];

#[test]
fn a_client_falls_back_to_tp03() {
    for (name, refuse) in REFUSALS {
        eprintln!("the server {name}");
        let peer = Peer::start(move |server| {
            let mut first = server.accept();
            first.take();
            refuse(&mut first);
            let mut second = server.accept();
            // The old connection is given up, not used again.
            first.expect_end();
            second.greet_in(game::TP03);
        });
        let options = options().greeting_timeout(Duration::from_millis(300));
        let mut client = Client::connect(peer.address(), options).unwrap();
        assert_eq!(client.version().unwrap(), game::TP03, "{name}");
    }
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
