//! Loads on the demo game, and on servers that do something wrong.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail"
)]

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream};
use tp_bench::{Ask, Error, FailureKind, Load, Mix, Report, Through};
use tp_frames::bytes::BytesMut;
use tp_frames::{DecodeOptions, Packet as _, RawFrame, game};
use tp_net::client::{AsyncConnector, Opened};
use tp_net::model::Refusal;
use tp_net::server::{Handler, Limits, Login, LoginReply, Peer, Server};
use tp_net::transport::Url;
use tp_net::transport::tls::{Identity, Trust};
use tp_net::{Options, TpString, Versions};

/// A load of 60 requests on the demo game.
async fn on_the_demo_game(mix: &str, through: Through, versions: Versions) -> Report {
    let game = tp_game::Game::new(7);
    let server = Server::builder().start_in_memory(game).await.unwrap();
    let load = Load::new("tp://game").unwrap();
    let load = load.options(Options::default().versions(versions));
    let report = load
        .connector(server.connector())
        .login("guest", "guest")
        .connections(3)
        .depth(7)
        .mix(mix.parse::<Mix>().unwrap())
        .requests(60)
        .through(through)
        .run();
    report.await.unwrap()
}

#[tokio::test]
async fn every_request_is_answered_in_every_version_and_both_ways() {
    for version in game::VERSIONS {
        for mix in ["ping", "turn", "objects=40", "ids=5", "mixed"] {
            let mut received = Vec::new();
            for through in [Through::Frames, Through::Client] {
                let report = on_the_demo_game(mix, through, Versions::only(*version)).await;
                assert_eq!((report.requests, &report.failures), (60, &vec![]), "{mix}");
                assert_eq!(report.version, version.to_string());
                let counted = report.latency.histogram.iter().map(|it| it.count);
                assert_eq!(counted.sum::<u64>(), 60);
                received.push(report.bytes_received);
            }
            let least = match mix {
                "objects=40" => 60 * 40 * 60,
                "ids=5" => 60 * (16 + 12 + 5 * 12),
                _ => 60 * 20,
            };
            assert!(
                received.first().is_some_and(|it| *it >= least),
                "{mix}: {received:?}"
            );
        }
    }
}

#[tokio::test]
async fn connections_that_are_left_are_loaded_again() {
    let server = Server::builder()
        .start_in_memory(tp_game::Game::new(7))
        .await
        .unwrap();
    for through in [Through::Frames, Through::Client] {
        let load = Load::new("tp://game")
            .unwrap()
            .connector(server.connector());
        let load = load
            .login("guest", "guest")
            .connections(3)
            .depth(5)
            .through(through);
        let mut ready = load.mix(Mix::mixed()).requests(50).connect().await.unwrap();
        for _ in 0..3 {
            let report = ready.run().await;
            assert_eq!((report.requests, report.failed()), (50, 0), "{through:?}");
            assert_eq!(ready.connections(), 3);
        }
        let load = Load::new("tp://game")
            .unwrap()
            .connector(server.connector());
        let load = load.login("guest", "guest").connections(3).depth(5);
        let report = load.through(through).requests_each(20).run().await.unwrap();
        assert_eq!(
            (report.requests, report.failed()),
            (3 * 20, 0),
            "{through:?}"
        );
    }
}

#[tokio::test]
async fn a_report_is_text_for_people_and_json_for_programs() {
    let report = on_the_demo_game("ping:2,ids=5", Through::Frames, Versions::all()).await;
    let text = report.to_string();
    let start = "tp://game TP04: ping:2,ids=5\n60 requests on 3 connections, each 7 deep, in ";
    assert!(text.starts_with(start), "{text}");
    assert!(
        text.contains(" requests/s\nsent ") && text.contains("\n  99 %  "),
        "{text}"
    );
    let json = serde_json::to_value(&report).unwrap();
    for (key, wanted) in [
        ("version", "TP04".into()),
        ("connections", 3.into()),
        ("requests", 60.into()),
        ("bytes_sent", (40 * 16 + 20 * 36).into()),
        ("failures", serde_json::json!([])),
    ] {
        assert_eq!(json.get(key), Some(&wanted), "{key}");
    }
    let latency = |key: &str| json.pointer(&format!("/latency/{key}")).unwrap().as_f64();
    assert!(latency("p50_us") <= latency("max_us") && latency("max_us") > Some(0.0));
}

#[tokio::test]
async fn every_kind_of_connection_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), ["localhost"]).unwrap();
    let server = Server::builder().listen("127.0.0.1:0").tls(identity);
    let server = server.start(tp_game::Game::new(7)).await.unwrap();
    let address = server.local_addrs().first().unwrap().to_string();
    for scheme in ["tp", "tps", "tp+http", "tp+https"] {
        let options = Options::default()
            .trust(Trust::dangerously_anyone())
            .proxies(tp_net::transport::Proxies::Never);
        let load = Load::new(format!("{scheme}://{address}")).unwrap();
        let load = load.options(options).login("guest", "guest").connections(2);
        let load = load.depth(3).mix(Ask::Objects(10)).requests(20);
        let report = load.run().await.unwrap();
        assert_eq!((report.requests, report.failed()), (20, 0), "{scheme}");
    }
    server.shutdown().await;
}

/// A game that says no to all but the login.
struct Unwilling;

impl Handler for Unwilling {
    type Player = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        match login.password == "right" {
            true => Ok(LoginReply::okay((), "Welcome")),
            false => Err(Refusal::permission_denied("wrong password")),
        }
    }

    async fn ping(&self, _: &Peer) -> Result<TpString, Refusal> {
        Err(Refusal::unavailable_temporarily("not today"))
    }
}

#[tokio::test]
async fn what_a_server_refuses_is_counted() {
    let server = Server::builder().start_in_memory(Unwilling).await.unwrap();
    for through in [Through::Frames, Through::Client] {
        let load = Load::new("tp://game")
            .unwrap()
            .connector(server.connector());
        let load = load.login("ada", "right").through(through).requests(5);
        let report = load.run().await.unwrap();
        assert_eq!(report.requests, 0);
        let [failure] = &report.failures[..] else {
            panic!("{report:?}")
        };
        assert_eq!((failure.kind, failure.count), (FailureKind::Refused, 5));
        assert!(failure.example.contains("not today"), "{failure:?}");
        assert!(
            report
                .to_string()
                .contains("\nnot answered well: 5\n  refused ")
        );
    }
}

#[tokio::test]
async fn what_does_not_begin_is_told() {
    let limits = Limits::default().connections(3);
    let server = Server::builder().listen("127.0.0.1:0").limits(limits);
    let server = server.start(Unwilling).await.unwrap();
    let address = server.local_addrs().first().unwrap().to_string();
    let load = || {
        Load::new(&*address)
            .unwrap()
            .login("ada", "right")
            .requests(1)
    };

    let told = |error: Error| error.to_string();
    let wrong = load().login("ada", "wrong").run().await.unwrap_err();
    assert!(
        matches!(&wrong, Error::LoggingIn(it) if it.is_refused()),
        "{wrong:?}"
    );
    let many = load().connections(9).run().await.unwrap_err();
    assert!(matches!(many, Error::Connection { all: 9, .. }), "{many:?}");
    assert!(told(many).contains(" of 9: the peer does not speak Thousand Parsec"));
    let objects = load().mix(Ask::Objects(1)).run().await.unwrap_err();
    assert!(matches!(objects, Error::Asking(_)), "{objects:?}");
    server.shutdown().await;
    let nobody = load().run().await.unwrap_err();
    assert!(matches!(nobody, Error::Connecting(_)), "{nobody:?}");

    let none = load().connections(0).run().await.unwrap_err();
    let wanted = "the number of connections is 0, and has to be from 1 to 10000";
    assert_eq!(told(none), wanted);
    let deep = load().depth(5_000).run().await.unwrap_err();
    assert_eq!(
        told(deep),
        "the depth is 5000, and has to be from 1 to 4096"
    );
    let mix = load().mix(Ask::Ids(0)).run().await.unwrap_err();
    assert_eq!(told(mix), "ids=0: N is from 1 to 80000");
    assert!(Load::new("gopher://here").is_err());
}

/// Servers that answer so many requests well on each connection, beginning with `Connect`, and then
/// do this.
#[derive(Clone)]
struct Faulty {
    good: u32,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    Nothing,
    HangUp,
    Talk(&'static [u8]),
}

impl AsyncConnector for Faulty {
    fn open<'a>(&'a self, _: &'a Url, _: Duration) -> Opened<'a> {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        tokio::spawn(self.clone().serve(ours));
        Box::pin(async move { Ok(Box::new(theirs) as Box<_>) })
    }
}

impl Faulty {
    async fn serve(self, mut stream: DuplexStream) {
        let mut received = BytesMut::new();
        for _ in 0..self.good {
            let frame = loop {
                if let Some(frame) =
                    RawFrame::take(&mut received, &DecodeOptions::default()).unwrap()
                {
                    break frame;
                }
                if stream.read_buf(&mut received).await.unwrap() == 0 {
                    return;
                }
            };
            let mut out = BytesMut::new();
            let okay = game::Okay::default();
            okay.encode_frame(game::TP04, frame.header.sequence, &mut out)
                .unwrap();
            stream.write_all(&out).await.unwrap();
        }
        match self.then {
            Then::HangUp => {}
            Then::Nothing => while stream.read_buf(&mut received).await.unwrap() > 0 {},
            Then::Talk(text) => {
                stream.write_all(text).await.unwrap();
                while stream.read_buf(&mut received).await.unwrap() > 0 {}
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_is_of_no_more_use_is_given_up() {
    for (then, kind, text) in [
        (Then::Nothing, FailureKind::Timeout, "no answer within 2 s"),
        (Then::HangUp, FailureKind::Disconnected, ""),
        (
            Then::Talk(b"Good bye, and thanks"),
            FailureKind::Malformed,
            "it starts with \"Good bye",
        ),
    ] {
        // `Connect`, and three requests.
        let faulty = Faulty { good: 4, then };
        let load = Load::new("tp://game").unwrap().connector(faulty);
        let load = load.connections(2).depth(2).requests(100);
        let load = load.patience(Duration::from_secs(2));
        let mut ready = load.connect().await.unwrap();
        let report = ready.run().await;
        assert_eq!(report.requests, 2 * 3, "{report:?}");
        assert_eq!(ready.connections(), 0);
        let [failure] = &report.failures[..] else {
            panic!("{report:?}")
        };
        // Of the two that were on their way on each connection one may just have been answered.
        assert_eq!(failure.kind, kind);
        assert!((2..=4).contains(&failure.count), "{failure:?}");
        assert!(failure.example.contains(text), "{failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_load_ends_in_time_and_waits_for_what_it_asked() {
    let slow = Arc::new(Slow);
    let server = Server::builder()
        .start_in_memory_shared(slow)
        .await
        .unwrap();
    let load = Load::new("tp://game")
        .unwrap()
        .connector(server.connector());
    let load = load.login("ada", "right").connections(2);
    let report = load
        .duration(Duration::from_millis(2_500))
        .run()
        .await
        .unwrap();
    // Three on each connection, the last of which was asked after two seconds.
    assert_eq!((report.requests, report.failed()), (6, 0));
    assert!((3.0..3.1).contains(&report.seconds), "{}", report.seconds);
    assert!(
        (1.0e6..1.1e6).contains(&report.latency.p50_us),
        "{report:?}"
    );
}

/// A game that takes a second for an answer.
struct Slow;

impl Handler for Slow {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn ping(&self, _: &Peer) -> Result<TpString, Refusal> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok("Pong".into())
    }
}
