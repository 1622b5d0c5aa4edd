//! Before the cases, and when the server was gone: is there one, which versions does it speak, and
//! who may log in?

use std::time::Duration;

use serde_json::json;

use crate::connection::{Connection, Event, hello};
use crate::context::Context;
use crate::outcome::Stop;
use crate::target::{Account, Target};
use tp_tests::frame::{Version, with};

/// What a server says to Connect.
pub(crate) enum Greeting {
    /// Come in; its text.
    Welcome(String),
    /// Not in this version, for this reason.
    Refused(String),
}

/// Says Connect in one version.
///
/// # Errors
///
/// Nobody is there.
pub(crate) fn greet(target: &Target, version: Version) -> Result<Greeting, String> {
    let context = Context::new(target, version);
    let mut connection = context.open().map_err(words)?;
    connection.send("Connect", hello()).map_err(words)?;
    let what = version.name();
    let why = match connection.event() {
        Event::Frame(frame) if frame.name == "Okay" => {
            let text = frame.field("result").as_str().unwrap_or_default();
            return Ok(Greeting::Welcome(text.to_owned()));
        }
        Event::Frame(frame) => {
            let answer = frame.what();
            format!("the server answers a Connect in {what} with {answer}")
        }
        Event::Text(text) => {
            let text = shortened(&text);
            format!("no Thousand Parsec server: it answers \"{text}\"")
        }
        Event::Closed => format!("the server closes the connection on a Connect in {what}"),
        Event::Silence => format!(
            "the server accepts connections and says nothing for {:?} to a Connect in {what}",
            target.patience
        ),
    };
    Ok(Greeting::Refused(why))
}

/// Text of a server, in one short line.
fn shortened(text: &[u8]) -> String {
    let line = text.split(|byte| matches!(byte, b'\r' | b'\n')).next();
    let line = line.unwrap_or_default();
    line.get(..80).unwrap_or(line).escape_ascii().to_string()
}

fn words(stop: Stop) -> String {
    match stop {
        Stop::Fail(why) | Stop::Deviation(why) | Stop::Skip(why) | Stop::Unreachable(why) => why,
    }
}

/// Says Connect, and gives the connection if there is somebody who does not end it.
pub(crate) fn alive(target: &Target, version: Version) -> Option<Connection> {
    let mut connection = Context::new(target, version).open().ok()?;
    connection.send("Connect", hello()).ok()?;
    match connection.event() {
        Event::Closed => None,
        Event::Frame(_) | Event::Text(_) | Event::Silence => Some(connection),
    }
}

/// Lets all accounts in. Those of this program's making are made where the server does not know
/// them: the first time, or because it was started again and has forgotten them.
///
/// # Errors
///
/// The server does not let one in, or makes none.
pub(crate) fn admit(target: &Target, version: Version) -> Result<(), String> {
    target
        .accounts
        .iter()
        .try_for_each(|account| admit_one(target, version, account))
}

fn admit_one(target: &Target, version: Version, account: &Account) -> Result<(), String> {
    let context = Context::new(target, version);
    let log_in = || context.connect()?.log_in(account);
    match log_in() {
        Err(Stop::Fail(_)) if account.made => {}
        admitted => return admitted.map_err(|stop| format!("cannot log in: {}", words(stop))),
    }
    let comment = json!({ "comment": "made by test-client" });
    let fields = with(&account.credentials(), comment);
    let asked = context.connect();
    let made = asked.and_then(|mut connection| connection.okays("CreateAccount", fields));
    made.map_err(|stop| format!("no account can be made: {}", words(stop)))?;
    log_in().map_err(|stop| format!("cannot log in: {}", words(stop)))
}

/// Seconds as a duration.
pub(crate) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}
