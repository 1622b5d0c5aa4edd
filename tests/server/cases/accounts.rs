//! Login and CreateAccount.

use serde_json::{Value, json};

use crate::case::{Group, case};
use crate::connection::Connection;
use crate::context::{Context, credentials, unique};
use crate::outcome::{Outcome, Stop, ensure, prefer, require};
use crate::target::Account;
use tp_tests::frame;

use super::recovers;

const LOGIN: &str = "schema: packet Login";
const CREATE: &str = "schema: packet CreateAccount";

pub(super) fn group() -> Group {
    Group {
        number: 6,
        name: "Accounts",
        about: "Login names a player; CreateAccount makes one, where the features say so. What is \
                wrong is refused, and the client may try again.",
        cases: vec![
            case(
                "6.1",
                "Login with the right name and password is answered with Okay.",
                LOGIN,
                |cx| cx.login().map(|_| ()),
            ),
            case(
                "6.2",
                "Login with a wrong password is refused.",
                LOGIN,
                |cx| {
                    let account = cx.first()?;
                    refused_login(cx, &account.name, "certainly wrong")
                },
            ),
            case(
                "6.3",
                "Login with a name that nobody has is refused.",
                LOGIN,
                |cx| refused_login(cx, &unique("nobody"), "secret"),
            ),
            case("6.4", "Login without a name is refused.", LOGIN, |cx| {
                refused_login(cx, "", "secret")
            }),
            case("6.5", "Login without a password is refused.", LOGIN, |cx| {
                let account = cx.first()?;
                refused_login(cx, &account.name, "")
            }),
            case(
                "6.6",
                "After a wrong password the right one is taken on the same connection.",
                LOGIN,
                |cx| {
                    let account = cx.first()?;
                    let mut connection = cx.connect()?;
                    let wrong = json!({ "username": account.name, "password": "certainly wrong" });
                    connection.ask("Login", wrong)?.refused()?;
                    connection.ask("Login", credentials(account))?.one("Okay")?;
                    Ok(())
                },
            ),
            case(
                "6.7",
                "A second Login is refused, and the player stays logged in.",
                LOGIN,
                |cx| {
                    let account = cx.first()?;
                    let mut connection = cx.login()?;
                    let again = connection.ask("Login", credentials(account))?;
                    again.refused()?;
                    plays(&mut connection)
                },
            ),
            case(
                "6.8",
                "A wrong Login does not let the client play.",
                LOGIN,
                |cx| {
                    let account = cx.first()?;
                    let mut connection = cx.connect()?;
                    let wrong = json!({ "username": account.name, "password": "certainly wrong" });
                    connection.ask("Login", wrong)?.refused()?;
                    connection
                        .ask("GetObjectsByID", json!({ "ids": [0] }))?
                        .refused()?;
                    Ok(())
                },
            ),
            case(
                "6.9",
                "A name of 100,000 bytes is refused, and the connection goes on or is closed.",
                LOGIN,
                |cx| {
                    let mut connection = cx.connect()?;
                    let long = json!({ "username": "n".repeat(100_000), "password": "secret" });
                    refusal(&mut connection, "Login", long)
                },
            ),
            case(
                "6.10",
                "A name that is not UTF-8 is refused.",
                LOGIN,
                |cx| {
                    let mut connection = cx.connect()?;
                    let odd =
                        json!({ "username": frame::text(b"\xff\xfe\x80"), "password": "secret" });
                    refusal(&mut connection, "Login", odd)
                },
            ),
            case(
                "6.11",
                "A Login cut short is refused with Fail.",
                "schema: packet Login; Fail code 1",
                |cx| {
                    let mut connection = cx.connect()?;
                    let reply = connection.ask_raw("a short Login", 4, b"\0\0\0\x04test")?;
                    reply.refused()?;
                    connection.still_works()
                },
            ),
            case(
                "6.12",
                "One account can be used on two connections, or the second is refused.",
                "protocol documentation: connections",
                |cx| {
                    let account = cx.first()?;
                    let mut first = cx.login()?;
                    let mut second = cx.connect()?;
                    let reply = second.ask("Login", credentials(account))?;
                    let frame = reply.only()?;
                    ensure!(
                        frame.is_fail() || frame.name == "Okay",
                        "the answer is {}",
                        frame.what()
                    );
                    plays(&mut first)
                },
            ),
            case(
                "6.13",
                "CreateAccount is answered with Okay, and the new account can log in.",
                CREATE,
                |cx| {
                    let (account, _) = made(cx)?;
                    let mut connection = cx.connect()?;
                    connection
                        .ask("Login", credentials(&account))?
                        .one("Okay")?;
                    plays(&mut connection)
                },
            ),
            case("6.14", "CreateAccount does not log in.", CREATE, |cx| {
                let (_, mut connection) = made(cx)?;
                let reply = connection.ask("GetObjectsByID", json!({ "ids": [0] }))?;
                prefer!(
                    reply.only()?.is_fail(),
                    "the new player is logged in at once"
                );
                Ok(())
            }),
            case(
                "6.15",
                "An account whose name is taken is refused.",
                CREATE,
                |cx| {
                    let account = cx.first()?;
                    require!(
                        cx.offers("AccountCreate")?,
                        "the features say that accounts cannot be made"
                    );
                    let mut connection = cx.connect()?;
                    connection
                        .ask("CreateAccount", form(&account.name))?
                        .refused()?;
                    connection.still_works()
                },
            ),
            case(
                "6.16",
                "An account without a name is refused.",
                CREATE,
                |cx| bad_account(cx, "username"),
            ),
            case(
                "6.17",
                "An account without a password is refused.",
                CREATE,
                |cx| bad_account(cx, "password"),
            ),
            case(
                "6.18",
                "An account of which a name is taken keeps its password.",
                CREATE,
                |cx| {
                    let account = cx.first()?;
                    require!(
                        cx.offers("AccountCreate")?,
                        "the features say that accounts cannot be made"
                    );
                    let mut connection = cx.connect()?;
                    connection
                        .ask("CreateAccount", form(&account.name))?
                        .refused()?;
                    connection.ask("Login", credentials(account))?.one("Okay")?;
                    Ok(())
                },
            ),
            case(
                "6.19",
                "Where the features do not name accounts, CreateAccount is refused.",
                "schema: packet Features, AccountCreate",
                |cx| {
                    require!(
                        !cx.offers("AccountCreate")?,
                        "the features say that accounts can be made"
                    );
                    let mut connection = cx.connect()?;
                    connection
                        .ask("CreateAccount", form(&unique("test")))?
                        .refused()?;
                    connection.still_works()
                },
            ),
        ],
    }
}

/// A form that asks for an account.
fn form(name: &str) -> Value {
    json!({
        "username": name,
        "password": "a secret of the tests",
        "email": "nobody@example.org",
        "comment": "made by test-client",
    })
}

/// A new account, and the connection that asked for it.
fn made(cx: &mut Context<'_>) -> Outcome<(Account, Connection)> {
    cx.may_register()?;
    require!(
        cx.offers("AccountCreate")?,
        "the features say that accounts cannot be made"
    );
    let name = unique("test");
    let mut connection = cx.connect()?;
    let reply = connection.ask("CreateAccount", form(&name))?;
    let frame = reply.only()?;
    // Codes 2 and 3: not possible here, not now. A game can be full.
    let full = frame.is_fail() && matches!(frame.first_number(), Some(2 | 3));
    require!(!full, "no account can be made: {}", frame.what());
    reply.one("Okay")?;
    let account = Account {
        name,
        password: "a secret of the tests".into(),
    };
    Ok((account, connection))
}

fn bad_account(cx: &mut Context<'_>, empty: &str) -> Outcome {
    require!(
        cx.offers("AccountCreate")?,
        "the features say that accounts cannot be made"
    );
    let mut fields = form(&unique("test"));
    if let Some(field) = fields.get_mut(empty) {
        *field = json!("");
    }
    let mut connection = cx.connect()?;
    connection.ask("CreateAccount", fields)?.refused()?;
    connection.still_works()
}

fn refused_login(cx: &mut Context<'_>, name: &str, password: &str) -> Outcome {
    let mut connection = cx.connect()?;
    let wrong = json!({ "username": name, "password": password });
    connection.ask("Login", wrong)?.refused()?;
    recovers(&mut connection, Connection::still_works)
}

/// A Fail, or the end of the connection.
fn refusal(connection: &mut Connection, name: &str, fields: Value) -> Outcome {
    match connection.ask(name, fields) {
        Ok(reply) => reply.refused().map(|_| ())?,
        Err(Stop::Fail(_)) if connection.has_ended() => return Ok(()),
        Err(stop) => return Err(stop),
    }
    recovers(connection, Connection::still_works)
}

/// That the player is logged in: the universe is there.
fn plays(connection: &mut Connection) -> Outcome {
    let reply = connection.ask("GetObjectsByID", json!({ "ids": [0] }))?;
    reply.one("Object").map(|_| ())
}
