//! Whoever asks a metaserver what: it answers, by frames that a client can read, holds no more than
//! its limits, and lists what was registered. Whatever a metaserver answers: a client reads it, or
//! says in one line why not.
//!
//! Input: a byte that says which of both. Then steps: an update or any request, from one of a few
//! addresses, or time passes; or the answer.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use tp_frames::{DecodeOptions, RawFrame, game};
use tp_fuzz::Input;
use tp_net::discovery::Error;
use tp_net::discovery::metaserver::{Directory, Limits, Method, Request, fuzzing};
use tp_net::model::Game;
use tp_net::transport::Url;

const GAMES: usize = 8;
const GAMES_PER_ADDRESS: usize = 3;
const UPDATE: usize = 512;

fuzz_target!(|bytes: &[u8]| {
    let mut input = Input::new(bytes);
    match input.byte() % 2 {
        0 => ask(input),
        _ => read(&input.rest()),
    }
});

/// Asks a metaserver.
fn ask(mut input: Input) {
    let limits = Limits::default()
        .games(GAMES)
        .games_per_address(GAMES_PER_ADDRESS)
        .update(UPDATE);
    let mut directory = Directory::new(limits);
    let mut now = Instant::now();
    while !input.is_empty() {
        match input.byte() % 4 {
            0 => now += Duration::from_secs(input.short().into()),
            // One of few games, so that they meet.
            1 => {
                let [name, key, port] = [input.byte() % 16, input.byte() % 3, input.byte()];
                let more = String::from_utf8_lossy(&input.bytes()).into_owned();
                let name = format!("game {name}");
                let query = format!(
                    "action=update&type0=tp&port0={}&{more}&ln={name}&key={key}",
                    u16::from(port) + 1
                );
                let okay = request(&mut directory, &mut input, (&query, b""), now);
                let is_listed = directory.games(now).any(|it| *it.long_name() == *name);
                assert!(is_listed || !okay, "{query}");
            }
            2 => {
                let query = String::from_utf8_lossy(&input.many_bytes()).into_owned();
                let body = input.many_bytes();
                request(&mut directory, &mut input, (&query, &body), now);
            }
            _ => {
                request(&mut directory, &mut input, ("action=get", b""), now);
            }
        }
        assert!(directory.games(now).count() <= GAMES);
    }
}

/// Asks once; returns whether the answer is Okay.
fn request(
    directory: &mut Directory,
    input: &mut Input,
    (query, body): (&str, &[u8]),
    now: Instant,
) -> bool {
    let flags = input.byte();
    let last = flags >> 4 & 3;
    let from: IpAddr = match flags & 0x40 {
        0 => Ipv4Addr::new(192, 0, 2, last).into(),
        _ => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, last.into()).into(),
    };
    let method = [Method::Get, Method::Post, Method::Other, Method::Get][usize::from(flags & 3)];
    let user_agent =
        [None, Some("Python-urllib/1.17"), Some("tp")][usize::from(flags >> 2 & 3) % 3];
    let request = Request {
        by_web_page: false,
        method,
        query,
        body,
        user_agent,
        from,
    };
    let answer = directory.answer(&request, now);
    assert!([200, 405].contains(&answer.status));
    if answer.content_type.starts_with("text/html") {
        let page = str::from_utf8(&answer.body).expect("a page is UTF-8");
        assert!(!page.contains("<script") && !page.contains("<img"));
    }
    if answer.content_type != "application/octet-stream" {
        return false;
    }
    match fuzzing::games(&answer.body) {
        Ok(games) => {
            assert_eq!(games.len(), directory.games(now).count());
            false
        }
        Err(Error::Refused(_)) => {
            assert!(fuzzing::refused(&answer.body).is_some());
            false
        }
        Err(_) => {
            let receipt = fuzzing::receipt(&answer.body).expect("an Okay");
            assert!(receipt.confirmed);
            true
        }
    }
}

/// Reads the answer of a metaserver.
fn read(body: &[u8]) {
    match fuzzing::games(body) {
        Ok(games) => games.iter().for_each(registered),
        Err(error) => is_one_line(&error),
    }
    if let Err(error) = fuzzing::receipt(body) {
        is_one_line(&error);
    }
    if let Some(error) = fuzzing::refused(body) {
        is_one_line(&error);
        let first = RawFrame::split(body.trim_ascii_start(), &DecodeOptions::default());
        let kind = first.ok().flatten().map(|(raw, _)| raw.header.r#type);
        assert_eq!(kind, Some(<game::Fail as tp_frames::Packet>::TYPE));
    }
}

/// A game that a metaserver told of can be shown, and registered with another.
fn registered(game: &Game) {
    for url in Url::of_game(game) {
        assert_eq!(url.to_string().parse(), Ok(url));
    }
    let form = fuzzing::update(game, &"s3cret".into());
    let request = Request {
        by_web_page: false,
        method: Method::Post,
        query: "",
        body: form.as_bytes(),
        user_agent: None,
        from: [192, 0, 2, 7].into(),
    };
    let mut directory = Directory::default();
    let answer = directory.answer(&request, Instant::now());
    match fuzzing::receipt(&answer.body) {
        Ok(receipt) => assert!(receipt.confirmed),
        Err(error) => is_one_line(&error),
    }
}

fn is_one_line(error: &Error) {
    let shown = error.to_string();
    assert!(
        !shown.is_empty() && !shown.contains(char::is_control),
        "{shown:?}"
    );
}
