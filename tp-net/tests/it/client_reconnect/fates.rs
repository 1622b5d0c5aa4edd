//! What becomes of what is asked, on every client.

use std::time::Duration;

use tp_frames::Packet;
use tp_frames::game;
use tp_net::model::{Order, OrderParams};
use tp_net::{Reconnect, Versions};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::peer::{Line, Peer, Server, fail, group, okay, options, time_remaining};

/// A client of each API that is logged in at the first of the connections of which the script is,
/// in each version.
fn with_every_client(script: fn(&mut Server), play: fn(&mut AnyClient)) {
    for version in [game::TP03, game::TP04] {
        for api in APIS {
            eprintln!("{api:?}, {version}");
            let peer = Peer::start(script);
            let soon = Reconnect::default().first_delay(Duration::from_millis(1));
            let options = options()
                .versions(Versions::only(version))
                .redirects(2)
                .reconnect(soon);
            let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
            ask!(client, login("ada", "s3cret")).unwrap();
            play(&mut client);
        }
    }
}

/// The next connection, with the same login.
fn let_in(server: &mut Server) -> Line {
    let mut line = server.accept();
    line.greet();
    let login = line.answer::<game::Login>(okay("welcome"));
    assert_eq!(
        (login.username, login.password),
        ("ada".into(), "s3cret".into())
    );
    line
}

fn post() -> game::Message {
    game::Message::default()
}

#[test]
fn reads_are_asked_again_and_writes_are_not() {
    with_every_client(
        |server| {
            let mut line = let_in(server);
            line.expect::<game::GetTimeRemaining>();
            drop(line);
            let mut line = let_in(server);
            line.answer::<game::GetTimeRemaining>(time_remaining(3));
            line.expect::<game::PostMessage>();
            drop(line);
            let mut line = let_in(server);
            line.answer::<game::GetTimeRemaining>(time_remaining(4));
            line.answer::<game::PostMessage>(okay("posted"));
            line.expect_end();
        },
        |client| {
            ask!(*client, time_remaining()).unwrap();
            let error = ask!(*client, post_message(post())).unwrap_err();
            assert!(
                error.is_fate_unknown() && !error.is_disconnected(),
                "{error}"
            );
            assert_eq!(
                error.to_string(),
                "the connection was cut before PostMessage was answered; it may have been done or not"
            );
            ask!(*client, time_remaining()).unwrap();
            ask!(*client, post_message(post())).unwrap();
        },
    );
}

#[test]
fn of_a_group_the_rest_is_unknown() {
    with_every_client(
        |server| {
            let mut line = let_in(server);
            line.expect::<game::RemoveCategory>();
            line.reply(group(3));
            line.reply(okay("gone"));
            line.reply(fail(4));
            drop(line);
            let_in(server).answer::<game::GetTimeRemaining>(time_remaining(3));
        },
        |client| {
            let removed = ask!(*client, remove_categories([1, 2, 3])).unwrap();
            assert!(removed[0].is_ok());
            assert!(removed[1].as_ref().unwrap_err().is_refused());
            assert!(removed[2].as_ref().unwrap_err().is_fate_unknown());
            ask!(*client, time_remaining()).unwrap();
        },
    );
}

/// A client of each API over the connections of which the script is.
fn with_each_client(
    versions: Versions,
    script: impl Fn(&mut Server) + Send + Clone + 'static,
    play: impl Fn(&mut AnyClient),
) {
    for api in APIS {
        eprintln!("{api:?}");
        let peer = Peer::start(script.clone());
        let at_once = Reconnect::default().first_delay(Duration::ZERO);
        let options = options().versions(versions).redirects(1).reconnect(at_once);
        play(&mut AnyClient::connect(api, peer.address(), options).unwrap());
    }
}

/// Waits until the time is told.
fn expect_time(client: &mut AnyClient, time: u32) {
    assert_eq!(ask!(*client, time_remaining()).unwrap().time, time);
}

#[test]
fn the_place_that_a_redirect_led_to_is_kept() {
    for api in APIS {
        let target = Peer::start(|server| {
            drop(let_in(server));
            let_in(server).answer::<game::GetTimeRemaining>(time_remaining(3));
        });
        let to = format!("tp://{}/", target.address());
        let peer = Peer::greeting(move |line| {
            line.answer::<game::Login>(game::Redirect { uri: to.into() });
            line.expect_end();
        });
        play_redirected(api, &peer);
    }
}

#[test]
fn a_login_that_is_made_again_may_be_sent_elsewhere() {
    for api in APIS {
        let target = Peer::start(|server| {
            let_in(server).answer::<game::GetTimeRemaining>(time_remaining(3));
        });
        let to = format!("tp://{}/", target.address());
        let peer = Peer::start(move |server| {
            drop(let_in(server));
            let mut line = server.accept();
            line.greet();
            line.answer::<game::Login>(game::Redirect { uri: to.into() });
            line.expect_end();
        });
        play_redirected(api, &peer);
    }
}

#[test]
fn a_redirect_may_lead_back_after_a_cut() {
    for api in APIS {
        let (told, home) = std::sync::mpsc::channel::<String>();
        let target = Peer::start(move |server| {
            drop(let_in(server));
            let mut line = server.accept();
            line.greet();
            let uri = home.recv().unwrap().into();
            line.answer::<game::Login>(game::Redirect { uri });
            line.expect_end();
        });
        let to = format!("tp://{}/", target.address());
        let peer = Peer::start(move |server| {
            let mut line = server.accept();
            line.greet();
            line.answer::<game::Login>(game::Redirect { uri: to.into() });
            line.expect_end();
            let_in(server).answer::<game::GetTimeRemaining>(time_remaining(3));
        });
        told.send(format!("tp://{}/", peer.address())).unwrap();
        play_redirected(api, &peer);
    }
}

fn play_redirected(api: Api, peer: &Peer) {
    let at_once = Reconnect::default().first_delay(Duration::ZERO);
    let options = options().redirects(1).reconnect(at_once);
    let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
    ask!(client, login("ada", "s3cret")).unwrap();
    expect_time(&mut client, 3);
}

#[test]
fn a_server_that_is_busy_is_tried_again() {
    with_every_client(
        |server| {
            drop(let_in(server));
            for _ in 0..2 {
                let mut line = server.accept();
                line.greet();
                line.answer::<game::Login>(fail(3));
                line.expect_end();
            }
            let_in(server).answer::<game::GetTimeRemaining>(time_remaining(3));
        },
        |client| expect_time(client, 3),
    );
}

#[test]
fn who_is_not_in_does_not_log_in() {
    with_each_client(
        Versions::all(),
        |server| {
            let mut line = server.accept();
            line.greet();
            line.expect::<game::GetTimeRemaining>();
            drop(line);
            let mut line = server.accept();
            line.greet();
            line.answer::<game::GetTimeRemaining>(time_remaining(3));
            // What is wrong is not kept.
            line.answer::<game::Login>(fail(5));
            drop(line);
            let mut line = server.accept();
            line.greet();
            line.answer::<game::GetTimeRemaining>(time_remaining(4));
        },
        |client| {
            expect_time(client, 3);
            let error = ask!(*client, login("ada", "wrong")).unwrap_err();
            assert!(error.is_refused(), "{error}");
            expect_time(client, 4);
        },
    );
}

/// An order of which nobody knows in which of two shapes the server takes it.
fn order() -> Order {
    let target = OrderParams::Object(game::OrderParamObject {
        objectid: 7,
        validtypes: None,
    });
    Order {
        object: Some(2),
        otype: 6,
        parameters: vec![target].into(),
        ..Order::default()
    }
}

#[test]
fn an_order_in_two_shapes_is_given_once() {
    with_each_client(
        Versions::only(game::TP03),
        |server| {
            let mut line = server.accept();
            line.greet();
            let first = line.take();
            assert_eq!(first.header.r#type, game::OrderInsert::TYPE);
            line.reply(fail(1));
            let second = line.take();
            assert_eq!(second.header.r#type, game::OrderInsert::TYPE);
            assert_ne!(first.body, second.body);
            drop(line);
            let mut line = server.accept();
            line.greet();
            line.answer::<game::GetTimeRemaining>(time_remaining(3));
        },
        |client| {
            let error = ask!(*client, insert_order(order())).unwrap_err();
            assert!(error.is_fate_unknown(), "{error}");
            expect_time(client, 3);
        },
    );
}
