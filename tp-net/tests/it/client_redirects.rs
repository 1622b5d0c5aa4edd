//! Where a server sends the client, and how far the client goes.

use tp_net::transport::UrlError;
use tp_net::{Error, game, polling};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::peer::{Peer, okay, options, turn_remaining, with_every_client};

#[test]
fn a_redirect_is_followed_only_as_far_as_allowed() {
    for api in APIS {
        let target = Peer::greeting(|line| {
            let login = line.expect::<game::Login>();
            assert_eq!(
                (login.username, login.password),
                ("ada".into(), "s3cret".into())
            );
            line.reply(okay("here"));
            line.answer::<game::GetTimeRemaining>(turn_remaining(3));
        });
        let to = format!("tp://{}/", target.address());
        let peer = Peer::greeting(move |line| {
            line.answer::<game::Login>(game::Redirect { uri: to.into() });
            line.expect_end();
        });
        let options = options().redirects(1);
        let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
        assert_eq!(ask!(client, login("ada", "s3cret")).unwrap(), "here");
        assert_eq!(ask!(client, time_remaining()).unwrap().turn, Some(3));
    }
}

#[test]
fn a_redirect_is_told_when_it_may_not_be_followed() {
    with_every_client(
        |line| {
            line.answer::<game::Login>(game::Redirect {
                uri: "tp://ada:pa55@elsewhere:1/".into(),
            });
        },
        |client| {
            let error = ask!(*client, login("ada", "s3cret")).unwrap_err();
            let Error::Redirected(to) = &error else {
                panic!("{error}")
            };
            assert_eq!((to.host(), to.port()), ("elsewhere", Some(1)));
            let shown = format!("{error} {error:?}");
            assert!(shown.contains("tp://elsewhere:1"), "{shown}");
            assert!(!shown.contains("pa55"), "{shown}");
        },
    );
}

#[test]
fn a_redirect_that_is_no_url_shows_nothing_of_it() {
    for redirects in [0, 1] {
        for api in APIS {
            let peer = Peer::greeting(|line| {
                line.answer::<game::Login>(game::Redirect {
                    uri: "tp://ada:pa55/x@elsewhere".into(),
                });
            });
            let options = options().redirects(redirects);
            let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
            let error = ask!(client, login("ada", "s3cret")).unwrap_err();
            assert!(matches!(error, Error::Url(UrlError::Slash)), "{error}");
            assert!(!format!("{error:?}").contains("pa55"), "{error:?}");
        }
    }
}

#[test]
fn redirects_in_a_circle_end() {
    let peer = Peer::start(|server| {
        let mut line = server.accept();
        line.take();
        let here = format!("tp://{}", line.local());
        line.reply(game::Redirect { uri: here.into() });
        line.expect_end();
    });
    let options = options().redirects(10);
    let error = AnyClient::connect(Api::Blocking, peer.address(), options)
        .map(drop)
        .unwrap_err();
    assert!(matches!(error, Error::TooManyRedirects(_)), "{error}");
}

#[test]
fn what_is_asked_behind_a_login_goes_where_that_leads() {
    let target = Peer::greeting(|line| {
        line.let_in();
        line.answer::<game::GetTimeRemaining>(turn_remaining(3));
    });
    let to = format!("tp://{}/", target.address());
    let peer = Peer::greeting(move |line| {
        line.answer::<game::Login>(game::Redirect { uri: to.into() });
        line.expect_end();
    });
    let options = options().redirects(1);
    let mut client = polling::Client::connect(peer.address(), options).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let time = client.time_remaining().unwrap();
    client.wait().unwrap().redeem(&login).unwrap().unwrap();
    let time = client.wait().unwrap().redeem(&time).unwrap().unwrap();
    assert_eq!(time.turn, Some(3));
}

#[test]
fn what_is_asked_behind_a_login_stays_where_that_may_not_lead() {
    let peer = Peer::greeting(|line| {
        line.answer::<game::Login>(game::Redirect {
            uri: "tp://elsewhere/".into(),
        });
        line.answer::<game::GetTimeRemaining>(turn_remaining(3));
        line.answer::<game::Login>(game::Redirect {
            uri: "tp://elsewhere/".into(),
        });
        line.answer::<game::GetTimeRemaining>(turn_remaining(3));
    });
    let mut client = polling::Client::connect(peer.address(), options()).unwrap();
    let login = client.login("ada", "s3cret").unwrap();
    let time = client.time_remaining().unwrap();
    let exact = client.request(game::Login::default()).unwrap();
    let again = client.time_remaining().unwrap();
    let error = client.wait().unwrap().redeem(&login).unwrap().unwrap_err();
    assert!(matches!(error, Error::Redirected(_)), "{error}");
    client.wait().unwrap().redeem(&time).unwrap().unwrap();
    client.wait().unwrap().redeem(&exact).unwrap().unwrap();
    client.wait().unwrap().redeem(&again).unwrap().unwrap();
}
