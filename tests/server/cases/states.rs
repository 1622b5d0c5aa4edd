//! Which requests a server takes when: a case for each, numbered by its frame type.

use serde_json::{Value, json};

use crate::case::{Case, Group, case};
use crate::context::{Context, NAME};
use crate::outcome::{Outcome, Stop};
use crate::reply::Reply;
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
    let cases = requests("Connect").map(|(name, r#type, versions)| {
        let rule = match name {
            "GetFeatures" => "GetFeatures before Connect is answered with Features or Fail; Connect is still taken.".to_owned(),
            name => format!("{name} before Connect is refused with Fail, and Connect is still taken."),
        };
        versioned(versions, case(format!("3.{type}"), rule, STATES, move |cx| {
            let mut connection = cx.open()?;
            let reply = connection.ask(name, Value::Null)?;
            if name != "GetFeatures" || reply.only()?.name != "Features" {
                refused_once(&reply)?;
            }
            connection.ask("Connect", json!({ "string": NAME }))?.one("Okay")?;
            Ok(())
        }))
    });
    Group {
        number: 3,
        name: "Requests before Connect",
        about: "Connect comes first. The number behind the dot is the frame type of the request.",
        cases: cases.collect(),
    }
}

pub(super) fn before_login() -> Group {
    let guarded = |(name, _, _): &(&str, u32, _)| !BEFORE_LOGIN.contains(name);
    let cases = requests("Login")
        .filter(guarded)
        .map(|(name, r#type, versions)| {
            let rule =
                format!("{name} before Login is refused with Fail, and the connection goes on.");
            versioned(
                versions,
                case(format!("4.{type}"), rule, STATES, move |cx| {
                    let mut connection = cx.connect()?;
                    refused_once(&connection.ask(name, Value::Null)?)?;
                    connection.still_works()
                }),
            )
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
    let here = |(name, _, _): &(&str, u32, _)| !ELSEWHERE.contains(name);
    let cases = requests("").filter(here).map(|(name, r#type, versions)| {
        let rule = format!(
            "{name} with everything zero or empty is answered, and the connection goes on."
        );
        versioned(
            versions,
            case(format!("5.{type}"), rule, STATES, move |cx| {
                answered(cx, name)
            }),
        )
    });
    Group {
        number: 5,
        name: "Requests after Login",
        about: "Every request gets an answer: what it asks for, or a Fail. Silence hangs a client. \
                The number behind the dot is the frame type of the request.",
        cases: cases.collect(),
    }
}

fn answered(cx: &mut Context<'_>, name: &'static str) -> Outcome {
    let mut connection = cx.login()?;
    connection.ask(name, Value::Null)?;
    connection.still_works()
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

/// What a client may send in one version at least, but one request.
fn requests(but: &str) -> impl Iterator<Item = (&'static str, u32, &'static [Version])> + '_ {
    let mut all: Vec<_> = Version::Tp04
        .requests()
        .map(|packet| {
            let old = Version::Tp03.packet(packet.name).is_some();
            let versions: &'static [Version] = match old {
                true => &Version::ALL,
                false => &[Version::Tp04],
            };
            (packet.name, packet.r#type, versions)
        })
        .filter(move |(name, _, _)| *name != but)
        .collect();
    all.sort_unstable_by_key(|(_, r#type, _)| *r#type);
    all.into_iter()
}

fn versioned(versions: &'static [Version], case: Case) -> Case {
    Case { versions, ..case }
}
