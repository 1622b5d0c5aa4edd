//! What our metaserver answers, with the clock in the test's hand.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use tp_net::discovery::metaserver::{Directory, Frames, Limits, Method, Request, Response};
use tp_net::game;

use super::bytes::{TP03, TP04, fail, frame, game_body, okay, sequence, split, string};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 7));

/// As tpserver-cpp sends it: only spaces and the plus of types are escaped.
const CPP: &str = "action=update&sertype=tpserver-cpp&server=0.5.0&tp=0.3,0.4&key=a1b2c3&rule=MiniSec\
    &rulever=0.1&objs=90&plys=4&prd=600&next=1795000000&admin=ada@example.org&cmt=A%20small%20game\
    &ln=Friday%20game&sn=tp&turn=3&type0=tp&port0=6923&dns0=game.example&ip0=203.0.113.5\
    &type1=tp%2Bhttp&port1=80&dns1=game.example&ip1=203.0.113.5&reqid=1804289383";

fn ask<'a>(query: &'a str, body: &'a str, user_agent: Option<&'a str>) -> Request<'a> {
    Request {
        method: if body.is_empty() {
            Method::Get
        } else {
            Method::Post
        },
        query,
        body: body.as_bytes(),
        user_agent,
        from: HERE,
        by_web_page: false,
    }
}

fn update<'a>(query: &'a str) -> Request<'a> {
    ask(query, "", None)
}

fn get<'a>() -> Request<'a> {
    ask("action=get", "", None)
}

/// The code and the words of a refusal.
fn refusal(response: &Response) -> (u32, String) {
    assert_eq!(response.status, 200);
    let frames = split(&response.body);
    let [(_, 1, body)] = &frames[..] else {
        panic!("{frames:?}");
    };
    let code = u32::from_be_bytes(body[..4].try_into().unwrap());
    (code, String::from_utf8_lossy(&body[8..]).into_owned())
}

fn assert_okay(response: &Response) {
    let frames = split(&response.body);
    assert!(matches!(&frames[..], [(_, 0, _)]), "{frames:?}");
}

fn count(directory: &mut Directory, now: Instant) -> usize {
    split(&directory.answer(&get(), now).body).len() - 1
}

#[test]
fn a_game_of_tpserver_cpp_is_listed_as_it_registered() {
    let now = Instant::now();
    let mut directory = Directory::default();
    assert_okay(&directory.answer(&update(CPP), now));
    let answer = directory.answer(&get(), now);
    assert_eq!(answer.content_type, "application/octet-stream");
    let number = |number: u32| number.to_be_bytes().to_vec();
    let fact = |id: u32, text: &str, value: u32| [number(id), string(text), number(value)].concat();
    let connection = |r#type: &str, port: u32| {
        [
            string(r#type),
            string("game.example"),
            string("203.0.113.5"),
            number(port),
        ]
        .concat()
    };
    let body = [
        string("tp"),
        string(""), // Never the key.
        number(2),
        string("0.3"),
        string("0.4"),
        string("0.5.0"),
        string("tpserver-cpp"),
        string("MiniSec"),
        string("0.1"),
        number(2),
        connection("tp", 6923),
        connection("tp+http", 80),
        number(9),
        fact(3, "", 90),
        fact(1, "", 4),
        fact(10, "", 600),
        fact(6, "", 1_795_000_000),
        fact(4, "ada@example.org", 0),
        fact(5, "A small game", 0),
        fact(7, "Friday game", 0),
        fact(8, "tp", 0),
        fact(9, "", 3),
    ]
    .concat();
    assert_eq!(
        answer.body,
        [sequence(TP03, 1), frame(TP03, 66, &body)].concat()
    );
}

#[test]
fn a_post_of_python_is_the_same_as_a_get() {
    let form = "name=Old+game&tp=0.3%2C0.3%2B&server=0.2.5&servtype=tpserver-py&rule=minisec\
        &rulever=0.0.1&key=zyx&action=update&type0=tps&dns0=&ip0=198.51.100.9&port0=6924";
    let now = Instant::now();
    let mut directory = Directory::default();
    assert_okay(&directory.answer(&ask("", form, Some("Python-urllib/1.17")), now));
    let games: Vec<_> = directory.games(now).collect();
    let game = games[0];
    assert_eq!(
        (game.long_name().as_str(), game.sertype.as_str()),
        (Some("Old game"), Some("tpserver-py"))
    );
    assert_eq!(game.tp, ["0.3", "0.3+"]);
    let listed = directory.answer(&ask("", "action=get", Some("Python-urllib/1.17")), now);
    assert_eq!(split(&listed.body).len(), 2);
}

#[test]
fn the_header_is_what_the_program_takes() {
    let now = Instant::now();
    let version = |frames: Frames, agent: Option<&str>| {
        let mut directory = Directory::default().frames(frames);
        directory.answer(&update(CPP), now);
        let answer = directory.answer(&ask("action=get", "", agent), now);
        let frames = split(&answer.body);
        assert!(frames.iter().all(|(version, ..)| *version == frames[0].0));
        frames[0].0
    };
    for (agent, wanted) in [
        (None, TP03),
        (Some("Python-urllib/1.17"), TP03),
        (Some("tp-net/0.1.0"), TP04),
        (Some("tpclient-cpp"), TP04),
    ] {
        assert_eq!(version(Frames::ByUserAgent, agent), *wanted, "{agent:?}");
    }
    assert_eq!(
        version(Frames::Always(game::TP03), Some("tp-net/0.1.0")),
        *TP03
    );
    assert_eq!(version(Frames::Always(game::TP04), None), *TP04);
}

#[test]
fn an_entry_dies_ten_minutes_after_its_last_update() {
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    let mut directory = Directory::default();
    assert_okay(&directory.answer(&update(CPP), at(0)));
    assert_eq!(count(&mut directory, at(600)), 1);
    assert_okay(&directory.answer(&update(CPP), at(600)));
    assert_eq!(count(&mut directory, at(1200)), 1);
    assert_eq!(count(&mut directory, at(1201)), 0);
    // Its name is free again, for any key.
    let other = CPP.replace("key=a1b2c3", "key=other");
    assert_okay(&directory.answer(&update(&other), at(1202)));
}

#[test]
fn only_the_first_key_updates_a_game() {
    let now = Instant::now();
    let mut directory = Directory::default();
    assert_okay(&directory.answer(&update(CPP), now));
    for key in ["other", "a1b2c", "A1B2C3"] {
        let other = CPP
            .replace("key=a1b2c3", &format!("key={key}"))
            .replace("turn=3", "turn=99");
        let refused = directory.answer(&update(&other), now);
        assert_eq!(
            refusal(&refused),
            (5, "This game is registered with another key.".to_owned())
        );
    }
    let next = CPP.replace("turn=3", "turn=4");
    assert_okay(&directory.answer(&update(&next), now));
    let games: Vec<_> = directory.games(now).collect();
    let turn = tp_net::model::GameParameterId::TURN;
    assert_eq!((games.len(), games[0].number(turn)), (1, Some(4)));
}

#[test]
fn floods_end_at_the_limits() {
    let now = Instant::now();
    let mut limits = Limits::default();
    limits.games = 20;
    limits.games_per_address = 3;
    limits.update = 200;
    let mut directory = Directory::new(limits);
    let register = |directory: &mut Directory, name: usize, from: &str| {
        let query = format!("action=update&key=k&ln=game{name}&type0=tp&port0=1&ip0=192.0.2.1");
        let from = from.parse().unwrap();
        let answer = directory.answer(
            &Request {
                from,
                ..update(&query)
            },
            now,
        );
        (split(&answer.body)[0].1 == 1).then(|| refusal(&answer).1)
    };
    for name in 0..3 {
        assert_eq!(register(&mut directory, name, "2001:db8::1"), None);
    }
    // The same network, and what is registered already.
    let told = "Too many games are registered from this address.";
    assert_eq!(
        register(&mut directory, 3, "2001:db8::ffff:1").as_deref(),
        Some(told)
    );
    assert_eq!(register(&mut directory, 2, "2001:db8::ffff:1"), None);
    for name in 3..20 {
        assert_eq!(
            register(&mut directory, name, &format!("198.{name}.100.1")),
            None
        );
    }
    // Who has most makes room, until nobody has more than who comes.
    for name in 20..22 {
        let from = format!("203.{name}.113.1");
        assert_eq!(register(&mut directory, name, &from), None);
    }
    assert_eq!(
        register(&mut directory, 22, "203.0.113.1").as_deref(),
        Some("The metaserver is full.")
    );
    assert_eq!(count(&mut directory, now), 20);
    let long = format!("{CPP}&cmt={}", "x".repeat(200));
    assert_eq!(
        refusal(&directory.answer(&update(&long), now)).1,
        "An update has at most 200 bytes."
    );
}

#[test]
fn who_has_many_addresses_keeps_nobody_out() {
    let mut now = Instant::now();
    let mut directory = Directory::default();
    let register = |directory: &mut Directory, now, name: String, from: &str| {
        let query = format!("action=update&key=k&ln={name}&type0=tp&port0=1&ip0=192.0.2.1");
        let from = from.parse().unwrap();
        let request = Request {
            from,
            ..update(&query)
        };
        let answer = directory.answer(&request, now);
        split(&answer.body)[0].1 == 0
    };
    for game in 0..100 {
        now += Duration::from_millis(1);
        let from = format!("198.{game}.100.7");
        assert!(register(&mut directory, now, format!("early{game}"), &from));
    }
    // One owner has 32 networks of IPv6, or so many addresses of IPv4, and more games than fit.
    for address in 0..64 {
        for game in 0..16 {
            now += Duration::from_millis(1);
            let from = match address % 2 {
                0 => format!("2001:db8:1:{address}::1"),
                _ => format!("203.0.113.{address}"),
            };
            register(&mut directory, now, format!("many{address}-{game}"), &from);
        }
    }
    let of = |directory: &Directory, now, start: &str| {
        let games = directory.games(now);
        let names = games.map(|game| game.long_name().to_string());
        names.filter(|name| name.starts_with(start)).count()
    };
    assert_eq!(of(&directory, now, "early"), 100);
    assert_eq!(of(&directory, now, "many"), 412);
    for game in 0..200 {
        now += Duration::from_millis(1);
        let from = format!("192.{game}.2.9");
        assert!(
            register(&mut directory, now, format!("late{game}"), &from),
            "{game}"
        );
    }
    assert_eq!(directory.games(now).count(), 512);
    assert_eq!(of(&directory, now, "early"), 100);
    assert_eq!(of(&directory, now, "late"), 200);
}

#[test]
fn what_is_wrong_is_refused_with_frames() {
    let now = Instant::now();
    let mut directory = Directory::default();
    for (request, words) in [
        (update("action=remove"), "The actions are get and update."),
        (ask("", "hello=1", None), "The actions are get and update."),
        (update("action=update"), "A game needs a name: ln or sn."),
        (
            update("action=update&ln=a&key=k&type0=ftp&port0=1"),
            "Connection 0: types are tp, tps, tp+http and tp+https.",
        ),
    ] {
        assert_eq!(
            refusal(&directory.answer(&request, now)),
            (1, words.to_owned())
        );
    }
    let modern = directory.answer(&ask("action=x", "", Some("curl/8")), now);
    assert_eq!(
        modern.body,
        fail(TP04, 1, "The actions are get and update.", true)
    );
    let other = Request {
        method: Method::Other,
        ..get()
    };
    assert_eq!(directory.answer(&other, now).status, 405);
    assert_eq!(directory.answer(&get(), now).body, sequence(TP03, 0));
}

#[test]
fn people_get_a_page_that_no_game_can_take_over() {
    let now = Instant::now();
    let mut directory = Directory::default();
    let page = |directory: &mut Directory| {
        let answer = directory.answer(&update(""), now);
        assert_eq!(
            (answer.status, answer.content_type),
            (200, "text/html; charset=utf-8")
        );
        String::from_utf8(answer.body.to_vec()).unwrap()
    };
    assert!(page(&mut directory).contains("No game is registered now."));
    assert_okay(&directory.answer(&update(CPP), now));
    let evil = "action=update&key=k&ln=%3Cscript%3E%26%22'%E2%80%AEe%CC%81&type0=tps&port0=1&ip0=2001:db8::1";
    assert_okay(&directory.answer(&update(evil), now));
    let page = page(&mut directory);
    for wanted in [
        "Friday game",
        "MiniSec 0.1",
        "<code>tp://game.example:6923</code>",
        "<code>tps://[2001:db8::1]:1</code>",
        "&lt;script&gt;&amp;&quot;&#39;\\u{202e}e\u{301}",
    ] {
        assert!(page.contains(wanted), "{page} has no {wanted}");
    }
    assert!(
        !page.contains("<script") && !page.contains("a1b2c3"),
        "{page}"
    );
}

#[test]
fn our_answers_are_what_old_programs_read() {
    let now = Instant::now();
    let mut directory = Directory::default();
    let words = "Registered. Come again within 10 minutes.";
    assert_eq!(directory.answer(&update(CPP), now).body, okay(TP03, words));
    // Browsers of old stop at the parameters; those of TP04 have media behind them.
    let short = "action=update&key=k&sn=a&ln=a&type0=tp&port0=6923&dns0=game.example&ip0=203.0.113.5\
        &tp=0.3&server=0.5.0&sertype=tpserver-cpp&rule=MiniSec&rulever=1.0";
    let mut directory = Directory::default();
    directory.answer(&update(short), now);
    let body = |version: &[u8; 4], agent: Option<&str>, directory: &mut Directory| {
        let answer = directory.answer(&ask("action=get", "", agent), now);
        let frames = split(&answer.body);
        assert_eq!(frames[1].0, *version);
        frames[1].2.clone()
    };
    let old = body(TP03, None, &mut directory);
    let new = body(TP04, Some("x"), &mut directory);
    assert_eq!(new, [&old[..], &[0; 4]].concat());
    let start = game_body("a", "a", 0);
    assert_eq!(old[..100], start[..100]);
}
