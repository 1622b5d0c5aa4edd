//! What errors say, on every client.

use std::time::Duration;

use tp_net::{Error, Versions, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{Line, Peer, options, with_every_client};
use crate::proxy::Listening;

#[test]
fn a_late_answer_is_told_by_the_time_that_was_set() {
    for api in APIS {
        // Says nothing until the client is gone.
        let peer = Peer::greeting(Line::read_to_end);
        // Enough for the greeting on a machine that is busy.
        let timeout = Duration::from_millis(500);
        let options = options().reply_timeout(Some(timeout));
        let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
        let error = ask!(client, features()).unwrap_err();
        assert!(matches!(error, Error::Timeout(after) if after == timeout));
        assert_eq!(error.to_string(), "no answer within 0.5 s", "{api:?}");
    }
}

#[test]
fn a_late_greeting_is_told_by_the_time_that_was_set() {
    for api in APIS {
        let peer = Peer::start(|server| server.accept().read_to_end());
        let options = options()
            .versions(Versions::only(game::TP04))
            .greeting_timeout(Duration::from_millis(50));
        let error = match AnyClient::connect(api, peer.address(), options) {
            Ok(mut client) => ask!(client, features()).unwrap_err(),
            Err(error) => error,
        };
        let server = peer.address();
        assert_eq!(
            error.to_string(),
            format!(
                "the server {server} takes the connection and does not greet: \
                 no answer within 0.05 s"
            ),
            "{api:?}"
        );
        assert!(error.is_timeout());
    }
}

#[test]
fn who_hangs_up_instead_of_greeting_is_named() {
    let hanging_up = Listening::start(drop);
    let address = hanging_up.address;
    for api in APIS {
        for versions in [Versions::only(game::TP03), Versions::all()] {
            let options = options().versions(versions);
            let error = match AnyClient::connect(api, address, options) {
                Ok(mut client) => ask!(client, features()).unwrap_err(),
                Err(error) => error,
            };
            let named = format!("the server {address} takes the connection and does not greet: ");
            assert!(error.to_string().starts_with(&named), "{api:?} {error}");
            assert!(error.is_disconnected() && !error.is_timeout());
        }
    }
}

#[test]
fn a_refusal_cannot_play_with_the_terminal() {
    with_every_client(
        |line| {
            line.answer::<game::GetFeatures>(game::Fail {
                result: "no\u{1b}[2J, I won't\r\n".into(),
                ..Default::default()
            });
        },
        |client| {
            let error = ask!(*client, features()).unwrap_err();
            let shown = error.to_string();
            assert!(shown.contains(r"no\u{1b}[2J, I won't\r\n"), "{shown}");
            // As it came, for who wants it.
            let said = &error.refusal().unwrap().result;
            assert_eq!(said, "no\u{1b}[2J, I won't\r\n");
        },
    );
}
