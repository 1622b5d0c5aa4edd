//! Before the cases: is there a server, which versions does it speak, and who may log in?

use std::time::Duration;

use serde_json::json;

use crate::connection::{Event, hello};
use crate::context::{Context, unique};
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

/// Makes accounts until there are two.
///
/// # Errors
///
/// The server makes none.
pub(crate) fn register(target: &mut Target, version: Version) -> Result<(), String> {
    while target.accounts.len() < 2 {
        let account = Account {
            name: unique("test"),
            password: unique("secret"),
        };
        let comment = json!({ "comment": "made by test-client" });
        let fields = with(&account.credentials(), comment);
        let context = Context::new(target, version);
        let asked = context.connect();
        let asked = asked.and_then(|mut connection| connection.okays("CreateAccount", fields));
        asked.map_err(|stop| format!("no account can be made: {}", words(stop)))?;
        target.accounts.push(account);
    }
    Ok(())
}

/// Whether the first account can log in at all.
///
/// # Errors
///
/// It cannot.
pub(crate) fn log_in(target: &Target, version: Version) -> Result<(), String> {
    let context = Context::new(target, version);
    for login in [Context::login, Context::login_other] {
        match login(&context) {
            Ok(connection) => connection.close(),
            Err(Stop::Skip(_)) => {}
            Err(stop) => return Err(format!("cannot log in: {}", words(stop))),
        }
    }
    Ok(())
}

/// Seconds as a duration.
pub(crate) fn duration(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
}
