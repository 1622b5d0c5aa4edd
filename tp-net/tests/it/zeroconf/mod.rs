//! Zeroconf with a real Avahi, and with ourselves, each in a network of its own.

mod avahi;

use std::time::{Duration, Instant};

use tp_net::discovery::zeroconf::Publisher;
use tp_net::discovery::{Browser, Event};
use tp_net::model::{Game, GameConnection, GameParameterId};
use tp_test_components::alone;

use avahi::Avahi;

/// A guard against hanging, not a measure.
const PATIENCE: Duration = Duration::from_secs(60);

fn connection(r#type: &str, ip: &str, port: u32) -> GameConnection {
    GameConnection {
        r#type: r#type.into(),
        ip: ip.into(),
        port,
        ..GameConnection::default()
    }
}

fn game(name: &str, types: &[(&str, u32)]) -> Game {
    let connections = types
        .iter()
        .map(|(r#type, port)| connection(r#type, "", *port));
    let mut game = Game {
        name: "friday".into(),
        key: "metaserver-secret".into(),
        tp: vec!["0.3".into(), "0.4".into()],
        server: "0.1".into(),
        sertype: "tp-net".into(),
        rule: "MiniSec".into(),
        rulever: "1.0".into(),
        connections: connections.collect(),
        ..Game::default()
    };
    game.set_text(GameParameterId::LN, name);
    game.set_text(GameParameterId::CMT, "all; are \"welcome\" here");
    game.set_number(GameParameterId::TURN, 1);
    game
}

/// Events until one is what is wanted.
fn wait_for<T>(browser: &mut Browser, wanted: impl Fn(&Event) -> Option<T>) -> T {
    let start = Instant::now();
    let mut seen = Vec::new();
    while start.elapsed() < PATIENCE {
        if let Some(event) = browser.wait(Duration::from_secs(1)) {
            if let Some(found) = wanted(&event) {
                return found;
            }
            seen.push(event);
        }
    }
    panic!("it did not come, but {seen:#?}");
}

/// The game of this name, once it is found.
fn found(browser: &mut Browser, name: &str) -> Game {
    wait_for(browser, |event| match event {
        Event::Found(_, game) if *game.long_name() == name => Some((**game).clone()),
        _ => None,
    })
}

fn wait_until_gone(browser: &mut Browser) {
    wait_for(browser, |event| {
        matches!(event, Event::Gone(_)).then_some(())
    });
}

#[test]
fn avahi_sees_what_we_announce() {
    alone(|| {
        let Some(avahi) = Avahi::start() else {
            return;
        };
        let types = [
            ("tp", 6923),
            ("tps", 6924),
            ("tp+http", 80),
            ("tp+https", 443),
        ];
        let mut game = game("Friday's game v1.0", &types);
        let publisher = Publisher::start(&game).unwrap();
        for (service, port) in [
            ("_tp._tcp", 6923),
            ("_tps._tcp", 6924),
            ("_tp-http._tcp", 80),
            ("_tp-https._tcp", 443),
        ] {
            let row = avahi.wait_for_row(service, |row| row.contains("127.0.0.1"));
            // Avahi escapes what is no letter or number in names.
            assert!(row.contains(";Friday\\039s\\032game\\032v1\\.0;"), "{row}");
            assert!(row.contains(&format!(";127.0.0.1;{port};")), "{row}");
            for entry in [
                "tp=0.3,0.4",
                "server=0.1",
                "sertype=tp-net",
                "rule=MiniSec",
                "rulever=1.0",
                "ln=Friday's game v1.0",
                "sn=friday",
                "turn=1",
                "cmt=all; are",
            ] {
                assert!(row.contains(&format!("\"{entry}")), "{row} has no {entry}");
            }
            assert!(!row.contains("secret"), "{row}");
        }
        game.set_number(GameParameterId::TURN, 2);
        publisher.set(&game).unwrap();
        avahi.wait_for_row("_tp._tcp", |row| row.contains("\"turn=2\""));
        // A way to reach the game that is closed is announced no more, and the others are.
        game.connections.retain(|it| it.r#type != "tps");
        publisher.set(&game).unwrap();
        avahi.wait_for_none("_tps._tcp");
        avahi.wait_for_row("_tp._tcp", |_| true);
        drop(publisher);
        for service in ["_tp._tcp", "_tp-http._tcp", "_tp-https._tcp"] {
            avahi.wait_for_none(service);
        }
    });
}

#[test]
fn we_see_what_avahi_announces() {
    alone(|| {
        let Some(avahi) = Avahi::start() else {
            return;
        };
        let txt = [
            "tp=0.3,0.3+",
            "servtype=tpserver-py",
            "RULE=MiniSec",
            "turn=7",
            "new=thing",
        ];
        let mut browser = Browser::builder().zeroconf().start().unwrap();
        let plain = avahi.publish("Old game", "_tp._tcp", 6923, &txt);
        let found = found(&mut browser, "Old game");
        assert_eq!(found.tp, ["0.3", "0.3+"]);
        assert_eq!(
            (found.sertype.as_str(), found.rule.as_str()),
            (Some("tpserver-py"), Some("MiniSec"))
        );
        assert_eq!(found.number(GameParameterId::TURN), Some(7));

        // One more way to reach the same game, and a better one.
        let safe = avahi.publish("Old game", "_tps._tcp", 6924, &["turn=8"]);
        let updated = wait_for(&mut browser, |event| match event {
            Event::Updated(_, game) if game.connections.iter().any(|it| it.r#type == "tps") => {
                Some((**game).clone())
            }
            _ => None,
        });
        let first = updated.connections.first().unwrap();
        assert_eq!(
            (first.r#type.as_str(), first.dns.as_str(), first.port),
            (Some("tps"), Some("avahi-test.local"), 6924)
        );
        assert_eq!(first.ip, "127.0.0.1");
        assert_eq!(updated.connections.last().unwrap().r#type, "tp");
        assert_eq!(updated.number(GameParameterId::TURN), Some(8));

        drop(safe);
        wait_for(&mut browser, |event| match event {
            Event::Updated(_, game) => game
                .connections
                .iter()
                .all(|it| it.r#type == "tp")
                .then_some(()),
            _ => None,
        });
        drop(plain);
        wait_until_gone(&mut browser);
    });
}

#[test]
fn we_see_each_other() {
    alone(|| {
        // A name that must be escaped, and is longer than an instance can be.
        let name = format!("Dots. And \\ — Sterne {}", "x".repeat(60));
        let mut game = game(&name, &[("tp", 6923)]);
        let publisher = Publisher::start(&game).unwrap();
        let mut browser = Browser::builder().zeroconf().start().unwrap();
        let found = found(&mut browser, &name);
        assert_eq!(found.connections[0].ip, "127.0.0.1");
        assert_eq!(found.key, "", "a secret");
        let facts = |game: &Game| {
            let mut facts = game
                .parameters
                .iter()
                .map(|it| format!("{it:?}"))
                .collect::<Vec<_>>();
            facts.sort();
            facts
        };
        game.set_text(GameParameterId::SN, "friday");
        assert_eq!(facts(&found), facts(&game));

        // Asynchronously, and without losing what came before anybody asked.
        game.set_number(GameParameterId::TURN, 2);
        publisher.set(&game).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap();
        let updated = runtime.block_on(async {
            let next = tokio::time::timeout(PATIENCE, async {
                loop {
                    if let Event::Updated(_, game) = browser.next().await {
                        return game;
                    }
                }
            });
            next.await.unwrap()
        });
        assert_eq!(updated.number(GameParameterId::TURN), Some(2));
        drop(publisher);
        wait_until_gone(&mut browser);
    });
}

#[test]
fn games_of_one_name_are_told_apart() {
    alone(|| {
        let mut browser = Browser::builder().zeroconf().start().unwrap();
        let publishers = [7001, 7002].map(|port| Publisher::start(&game("Same", &[("tp", port)])));
        let mut ports = [(); 2].map(|()| found(&mut browser, "Same").connections[0].port);
        ports.sort();
        assert_eq!(ports, [7001, 7002]);
        drop(publishers);
        wait_until_gone(&mut browser);
        wait_until_gone(&mut browser);
    });
}
