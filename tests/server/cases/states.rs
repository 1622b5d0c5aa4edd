//! Which requests a server takes when: a case for each, numbered by its frame type.

use serde_json::Value;

use crate::case::{Group, rule};
use crate::outcome::{Outcome, Stop};
use crate::reply::Reply;
use tp_frames::PacketInfo;
use tp_tests::frame::Version;

const STATES: &str = "protocol documentation: life of a connection";

/// Taken before Login by some servers at least.
const BEFORE_LOGIN: [&str; 8] = [
    "Connect",
    "Login",
    "CreateAccount",
    "GetFeatures",
    "Ping",
    "SetFilters",
    "GetGames",
    "GetTimeRemaining",
];

/// Tried in groups of their own: they leave something behind, or need not be answered.
const ELSEWHERE: [&str; 7] = [
    "Ping",
    "FinishedTurn",
    "AddCategory",
    "AddDesign",
    "PostMessage",
    "CreateAccount",
    "SetFilters",
];

pub(super) fn before_connect() -> Group {
    let cases = requests("Connect").map(|packet| {
        let (name, r#type) = (packet.name, packet.r#type);
        let text = match name {
            "GetFeatures" => "is answered with Features or Fail; Connect is still taken.",
            _ => "is refused with Fail, and Connect is still taken.",
        };
        let text = format!("{name} before Connect {text}");
        rule(format!("3.{type}"), STATES)
            .says(text)
            .about(packet)
            .tried_by_stranger(move |connection| {
                let reply = connection.ask(name, Value::Null)?;
                if name != "GetFeatures" || reply.only()?.name != "Features" {
                    refused_once(&reply)?;
                }
                connection.greet()
            })
    });
    Group {
        number: 3,
        name: "Requests before Connect",
        about: "Connect comes first. The number behind the dot is the frame type of the request.",
        cases: cases.collect(),
    }
}

pub(super) fn before_login() -> Group {
    let guarded = |packet: &&PacketInfo| !BEFORE_LOGIN.contains(&packet.name);
    let cases = requests("Login").filter(guarded).map(|packet| {
        let (name, r#type) = (packet.name, packet.r#type);
        let text = format!("{name} before Login is refused with Fail, and the connection goes on.");
        rule(format!("4.{type}"), STATES)
            .says(text)
            .about(packet)
            .tried_by_guest(move |connection| {
                refused_once(&connection.ask(name, Value::Null)?)?;
                connection.still_works()
            })
    });
    Group {
        number: 4,
        name: "Requests before Login",
        about: "What belongs to a player is for players. The number behind the dot is the frame \
                type of the request.",
        cases: cases.collect(),
    }
}

pub(super) fn after_login() -> Group {
    let here = |packet: &&PacketInfo| !ELSEWHERE.contains(&packet.name);
    let cases = requests("").filter(here).map(|packet| {
        let (name, r#type) = (packet.name, packet.r#type);
        let answered = "is answered, and the connection goes on.";
        let text = format!("{name} with everything zero or empty {answered}");
        rule(format!("5.{type}"), STATES)
            .says(text)
            .about(packet)
            .tried_by_player(move |connection| {
                connection.ask(name, Value::Null)?;
                connection.still_works()
            })
    });
    Group {
        number: 5,
        name: "Requests after Login",
        about: "Every request gets an answer: what it asks for, or a Fail. Silence hangs a client. \
                The number behind the dot is the frame type of the request.",
        cases: cases.collect(),
    }
}

/// One Fail, perhaps one for each of no things.
fn refused_once(reply: &Reply) -> Outcome {
    match (reply.announced, reply.frames.as_slice()) {
        (Some(0), []) => Err(Stop::Deviation(
            "it was answered with an empty Sequence instead of Fail".into(),
        )),
        _ => reply.refused().map(|_| ()),
    }
}

/// What a client may send, but one request.
fn requests(but: &str) -> impl Iterator<Item = &'static PacketInfo> + '_ {
    let all = Version::Tp04.requests();
    let mut all: Vec<_> = all.filter(|packet| packet.name != but).collect();
    all.sort_unstable_by_key(|packet| packet.r#type);
    all.into_iter()
}
