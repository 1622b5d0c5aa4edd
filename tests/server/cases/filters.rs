//! Filters of TP04: the padding of strings.

use serde_json::{Value, json};

use crate::case::{Case, Group, Rule, rule};
use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Step as _, ensure, require};
use tp_tests::frame;

use super::boards::{kept, with_message_on};
use super::kinds::ORDER_TYPES;

const SET: &str = "schema: packet SetFilters";
const PADDING: &str = "schema: packet SetFilters, padding of strings";

pub(super) fn group() -> Group {
    let mut cases: Vec<Case> = vec![
        tp04("20.1", SET)
            .says("No filters are set with Okay, and nothing changes.")
            .tried_by_guest(|connection| {
                connection.okays("SetFilters", json!({ "filters": [] }))?;
                connection.still_works()
            }),
        tp04("20.2", SET)
            .says("A filter that nobody knows is refused, and nothing changes.")
            .tried_by_guest(|connection| {
                connection.is_refused("SetFilters", json!({ "filters": [0x00ab_cdef] }))
            }),
        tp04("20.3", SET)
            .says("An unknown filter beside padding is refused, and nothing is padded.")
            .tried_by(|cx| {
                offered(cx)?;
                let mut connection = cx.connect()?;
                let both = json!({ "filters": [0x1d00, 0x00ab_cdef] });
                connection.is_refused("SetFilters", both)
            }),
        tp04("20.4", PADDING)
            .says("The Okay to the padding filter is not padded yet.")
            .tried_by(|cx| {
                let mut connection = cx.connect()?;
                offered(cx)?;
                let okay = connection.ask_one("SetFilters", padding(), "Okay")?;
                let behind = okay.trailing.len();
                ensure!(behind == 0, "{behind} bytes follow its text");
                Ok(())
            }),
        tp04("20.5", PADDING)
            .says("Requests and replies are padded after the Okay.")
            .tried_by(|cx| {
                let mut connection = padded(cx)?;
                connection.log_in(cx.first()?)?;
                connection.time().map(|_| ())
            }),
        tp04("20.6", PADDING)
            .says("Strings in replies are followed by pads up to a multiple of four.")
            .tried_on(player, |connection| {
                let ids = ORDER_TYPES.some_ids(connection)?;
                for id in ids.into_iter().take(20) {
                    let desc = ORDER_TYPES.get(connection, id)?;
                    let length = desc.body.len();
                    ensure!(
                        length % 4 == 0,
                        "the body of {} has {length} bytes",
                        desc.what()
                    );
                    let behind = desc.trailing.len();
                    ensure!(behind == 0, "{behind} bytes follow the last field");
                }
                Ok(())
            }),
        tp04("20.7", PADDING)
            .says("A Fail is padded like any other frame.")
            .tried_on(player, |connection| {
                let reply = connection.ask("GetObjectsByID", json!({ "ids": [0x7abc_def0] }))?;
                let fail = reply.refused()?;
                let length = fail.body.len();
                ensure!(
                    fail.problem.is_none() && length % 4 == 0,
                    "its body has {length} bytes"
                );
                connection.still_works()
            }),
        tp04("20.8", PADDING)
            .says("A string without its pads is refused, and the connection goes on.")
            .tried_on(padded, |connection| {
                // 1 and 2 bytes, as they would be without padding: cut short where pads are due.
                let reply = connection.ask_raw("Login without pads", 4, b"\0\0\0\x01u\0\0\0\x02pw");
                reply?.refused()?;
                connection.still_works()
            }),
        tp04("20.9", PADDING)
            .says("What the pads hold does not count.")
            .tried_by(|cx| {
                let mut connection = padded(cx)?;
                let account = cx.first()?;
                let mut body = Vec::new();
                for text in [&account.name, &account.password] {
                    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                    body.extend(length.to_be_bytes());
                    body.extend(text.as_bytes());
                    while body.len() % 4 != 0 {
                        body.push(b'x');
                    }
                }
                let reply = connection.ask_raw("Login with odd pads", 4, &body)?;
                reply.one("Okay")?;
                connection.time().map(|_| ())
            }),
        tp04("20.10", PADDING)
            .says("Padding that is set twice is set.")
            .tried_on(padded, |connection| {
                connection.okays("SetFilters", padding())?;
                connection.still_works()
            }),
        tp04("20.11", PADDING)
            .says("What is told unasked is padded too.")
            .alone()
            .tried_on(player, |connection| {
                connection.okays("FinishedTurn", Value::Null)?;
                connection.still_works()?;
                require!(
                    !connection.unasked.is_empty(),
                    "nothing was told; others may be playing"
                );
                for frame in &connection.unasked {
                    let whole = frame.problem.is_none() && frame.trailing.is_empty();
                    ensure!(
                        whole && frame.body.len() % 4 == 0,
                        "{} is not padded",
                        frame.what()
                    );
                }
                Ok(())
            }),
        tp04("20.12", "schema: packet Features, FilterPadding")
            .says("Where padding is not offered, it is refused.")
            .tried_by(|cx| {
                require!(
                    !cx.offers("FilterPadding")?,
                    "the features say that strings can be padded"
                );
                let mut connection = cx.connect()?;
                connection.is_refused("SetFilters", padding())
            }),
        tp04("20.13", PADDING)
            .says("Padding of one connection is none of another's.")
            .tried_by(|cx| {
                let _padded = padded(cx)?;
                cx.still_serves()
            }),
    ];
    for length in 0..5_u32 {
        cases.push(
            tp04(format!("20.14.{length}"), PADDING)
                .says(format!(
                    "Strings of {length} bytes come back from padded frames as they were."
                ))
                .alone()
                .tried_on(player, move |connection| {
                    let text = "s".repeat(length as usize);
                    let message = json!({ "subject": text, "body": frame::text(text.as_bytes()) });
                    with_message_on(connection, message.clone(), |_, read, _| {
                        kept(&message, read)
                    })
                }),
        );
    }
    cases.push(
        rule("20.15", SET)
            .says("TP03 has no filters: SetFilters is refused.")
            .tp03()
            .tried_by_guest(|connection| {
                let reply = connection.ask_raw("SetFilters", 64, b"\0\0\0\x01\0\0\x1d\0")?;
                reply.refused()?;
                connection.still_works()
            }),
    );
    Group {
        number: 20,
        name: "Filters",
        about: "A client of TP04 may have strings padded, so that what follows them stands on \
                multiples of four bytes. The Okay to it is the last frame that is not padded.",
        cases,
    }
}

/// The fields of a request for the padding of strings.
fn padding() -> Value {
    json!({ "filters": [0x1d00] })
}

fn offered(cx: &Context<'_>) -> Outcome {
    let offers = cx.offers("FilterPadding")?;
    require!(offers, "the features do not say that strings can be padded");
    Ok(())
}

/// A rule of TP04, which alone has filters.
fn tp04(id: impl Into<String>, source: &'static str) -> Rule {
    rule(id, source).tp04()
}

/// A connection with padding set.
fn padded(cx: &Context<'_>) -> Outcome<Connection> {
    offered(cx)?;
    let mut connection = cx.connect().needed("1.1")?;
    let okay = connection.okays("SetFilters", padding());
    okay.needed("20.4")?;
    connection.padded = true;
    Ok(connection)
}

/// A connection with padding set, of the first player.
fn player(cx: &Context<'_>) -> Outcome<Connection> {
    let mut connection = padded(cx)?;
    connection.log_in(cx.first()?)?;
    Ok(connection)
}
