//! Login and CreateAccount.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::{Context, unique};
use crate::outcome::{Outcome, Step as _, Stop, ensure, prefer, require};
use crate::target::Account;
use tp_tests::frame::{self, with};

use super::kinds::OBJECTS;
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
            rule("6.1", LOGIN)
                .says("Login with the right name and password is answered with Okay.")
                .tried_by(|cx| cx.connect().needed("1.1")?.log_in(cx.first()?)),
            rule("6.2", LOGIN)
                .says("Login with a wrong password is refused.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    refused_login(&mut cx.connect()?, &account.name, "certainly wrong")
                }),
            rule("6.3", LOGIN)
                .says("Login with a name that nobody has is refused.")
                .tried_by_guest(|it| refused_login(it, &unique("nobody"), "secret")),
            rule("6.4", LOGIN)
                .says("Login without a name is refused.")
                .tried_by_guest(|it| refused_login(it, "", "secret")),
            rule("6.5", LOGIN)
                .says("Login without a password is refused.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    refused_login(&mut cx.connect()?, &account.name, "")
                }),
            rule("6.6", LOGIN)
                .says("After a wrong password the right one is taken on the same connection.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut connection = cx.connect()?;
                    wrong_password(&mut connection, account)?;
                    connection.log_in(account)
                }),
            rule("6.7", LOGIN)
                .says("A second Login is refused, and the player stays logged in.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut connection = cx.login()?;
                    connection.ask("Login", account.credentials())?.refused()?;
                    plays(&mut connection)
                }),
            rule("6.8", LOGIN)
                .says("A wrong Login does not let the client play.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut connection = cx.connect()?;
                    wrong_password(&mut connection, account)?;
                    let universe = json!({ "ids": [0] });
                    connection.refusal("GetObjectsByID", universe).map(|_| ())
                }),
            rule("6.9", LOGIN)
                .says(
                    "A name of 100,000 bytes is refused, and the connection goes on or is closed.",
                )
                .tried_by_guest(|connection| {
                    let long = json!({ "username": "n".repeat(100_000), "password": "secret" });
                    refusal(connection, "Login", long)
                }),
            rule("6.10", LOGIN)
                .says("A name that is not UTF-8 is refused.")
                .tried_by_guest(|connection| {
                    let odd =
                        json!({ "username": frame::text(b"\xff\xfe\x80"), "password": "secret" });
                    refusal(connection, "Login", odd)
                }),
            rule("6.11", "schema: packet Login; Fail code 1")
                .says("A Login cut short is refused with Fail.")
                .tried_by_guest(|connection| {
                    let reply = connection.ask_raw("a short Login", 4, b"\0\0\0\x04test")?;
                    reply.refused()?;
                    connection.still_works()
                }),
            rule("6.12", "protocol documentation: connections")
                .says("One account can be used on two connections, or the second is refused.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut first = cx.login()?;
                    let mut second = cx.connect()?;
                    let reply = second.ask("Login", account.credentials())?;
                    let frame = reply.only()?;
                    ensure!(
                        frame.is_fail() || frame.name == "Okay",
                        "the answer is {}",
                        frame.what()
                    );
                    plays(&mut first)
                }),
            rule("6.13", CREATE)
                .says("CreateAccount is answered with Okay, and the new account can log in.")
                .tried_by(|cx| {
                    let (account, _) = made(cx)?;
                    let mut connection = cx.connect()?;
                    connection.log_in(&account)?;
                    plays(&mut connection)
                }),
            rule("6.14", CREATE)
                .says("CreateAccount does not log in.")
                .tried_by(|cx| {
                    let (_, mut connection) = made(cx).needed("6.13")?;
                    let reply = connection.ask("GetObjectsByID", json!({ "ids": [0] }))?;
                    prefer!(
                        reply.only()?.is_fail(),
                        "the new player is logged in at once"
                    );
                    Ok(())
                }),
            rule("6.15", CREATE)
                .says("An account whose name is taken is refused.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut connection = takes_accounts(cx)?;
                    connection.is_refused("CreateAccount", form(&account.name))
                }),
            rule("6.16", CREATE)
                .says("An account without a name is refused.")
                .tried_on(takes_accounts, |it| bad_account(it, "username")),
            rule("6.17", CREATE)
                .says("An account without a password is refused.")
                .tried_on(takes_accounts, |it| bad_account(it, "password")),
            rule("6.18", CREATE)
                .says("An account of which a name is taken keeps its password.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut connection = takes_accounts(cx)?;
                    connection.refusal("CreateAccount", form(&account.name))?;
                    connection.log_in(account)
                }),
            rule("6.19", "schema: packet Features, AccountCreate")
                .says("Where the features do not name accounts, CreateAccount is refused.")
                .tried_by(|cx| {
                    require!(
                        !cx.offers("AccountCreate")?,
                        "the features say that accounts can be made"
                    );
                    let mut connection = cx.connect()?;
                    connection.is_refused("CreateAccount", form(&unique("test")))
                }),
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

/// A connection to a server of which the features say that accounts can be made.
fn takes_accounts(cx: &Context<'_>) -> Outcome<Connection> {
    let offers = cx.offers("AccountCreate")?;
    require!(offers, "the features say that accounts cannot be made");
    cx.connect()
}

/// A new account, and the connection that asked for it.
fn made(cx: &mut Context<'_>) -> Outcome<(Account, Connection)> {
    cx.may_register()?;
    let mut connection = takes_accounts(cx)?;
    let name = unique("test");
    let reply = connection.ask("CreateAccount", form(&name))?;
    let frame = reply.only()?;
    // Codes 2 and 3: not possible here, not now. A game can be full.
    let full = frame.is_fail() && matches!(frame.first_number(), Some(2 | 3));
    require!(!full, "no account can be made: {}", frame.what());
    reply.one("Okay")?;
    let account = Account {
        name,
        password: "a secret of the tests".into(),
        made: true,
    };
    Ok((account, connection))
}

fn bad_account(connection: &mut Connection, empty: &str) -> Outcome {
    let fields = with(&form(&unique("test")), json!({ empty: "" }));
    connection.is_refused("CreateAccount", fields)
}

fn wrong_password(connection: &mut Connection, account: &Account) -> Outcome {
    let wrong = json!({ "username": account.name, "password": "certainly wrong" });
    connection.refusal("Login", wrong).map(|_| ())
}

fn refused_login(connection: &mut Connection, name: &str, password: &str) -> Outcome {
    let wrong = json!({ "username": name, "password": password });
    connection.ask("Login", wrong)?.refused()?;
    recovers(connection, Connection::still_works)
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
    OBJECTS.get(connection, 0).map(|_| ())
}
