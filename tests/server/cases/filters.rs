//! Filters of TP04: the padding of strings.

use serde_json::{Value, json};

use crate::case::{Case, Group, case};
use crate::connection::Connection;
use crate::context::{Context, credentials};
use crate::outcome::{Outcome, ensure, require};
use tp_tests::frame;

use super::boards::{kept, with_message_on};

const SET: &str = "schema: packet SetFilters";
const PADDING: &str = "schema: packet SetFilters, padding of strings";

pub(super) fn group() -> Group {
    let mut cases: Vec<Case> = vec![
        case(
            "20.1",
            "No filters are set with Okay, and nothing changes.",
            SET,
            |cx| {
                let mut connection = cx.connect()?;
                connection
                    .ask("SetFilters", json!({ "filters": [] }))?
                    .one("Okay")?;
                connection.still_works()
            },
        ),
        case(
            "20.2",
            "A filter that nobody knows is refused, and nothing changes.",
            SET,
            |cx| {
                let mut connection = cx.connect()?;
                connection
                    .ask("SetFilters", json!({ "filters": [0x00ab_cdef] }))?
                    .refused()?;
                connection.still_works()
            },
        ),
        case(
            "20.3",
            "An unknown filter beside padding is refused, and nothing is padded.",
            SET,
            |cx| {
                offered(cx)?;
                let mut connection = cx.connect()?;
                let both = json!({ "filters": [PADDING_FILTER, 0x00ab_cdef] });
                connection.ask("SetFilters", both)?.refused()?;
                connection.still_works()
            },
        ),
        case(
            "20.4",
            "The Okay to the padding filter is not padded yet.",
            PADDING,
            |cx| {
                let mut connection = cx.connect()?;
                offered(cx)?;
                let reply = connection.ask("SetFilters", json!({ "filters": [PADDING_FILTER] }))?;
                let okay = reply.one("Okay")?;
                ensure!(
                    okay.trailing.is_empty(),
                    "{} bytes follow its text",
                    okay.trailing.len()
                );
                Ok(())
            },
        ),
        case(
            "20.5",
            "Requests and replies are padded after the Okay.",
            PADDING,
            |cx| {
                let mut connection = padded(cx)?;
                let account = cx.first()?;
                connection.ask("Login", credentials(account))?.one("Okay")?;
                timed(&mut connection)
            },
        ),
        case(
            "20.6",
            "Strings in replies are followed by pads up to a multiple of four.",
            PADDING,
            |cx| {
                let mut connection = player(cx)?;
                for id in super::kinds::ORDER_TYPES
                    .some_ids(&mut connection)?
                    .into_iter()
                    .take(20)
                {
                    let desc = super::kinds::ORDER_TYPES.get(&mut connection, id)?;
                    let length = desc.body.len();
                    ensure!(
                        length % 4 == 0,
                        "the body of {} has {length} bytes",
                        desc.what()
                    );
                    ensure!(
                        desc.trailing.is_empty(),
                        "{} bytes follow the last field",
                        desc.trailing.len()
                    );
                }
                Ok(())
            },
        ),
        case(
            "20.7",
            "A Fail is padded like any other frame.",
            PADDING,
            |cx| {
                let mut connection = player(cx)?;
                let reply = connection.ask("GetObjectsByID", json!({ "ids": [0x7abc_def0] }))?;
                let fail = reply.refused()?;
                let length = fail.body.len();
                ensure!(
                    fail.problem.is_none() && length % 4 == 0,
                    "its body has {length} bytes"
                );
                connection.still_works()
            },
        ),
        case(
            "20.8",
            "A string without its pads is refused, and the connection goes on.",
            PADDING,
            |cx| {
                let mut connection = padded(cx)?;
                // 1 and 2 bytes, as they would be without padding: cut short where pads are due.
                let reply = connection.ask_raw("Login without pads", 4, b"\0\0\0\x01u\0\0\0\x02pw");
                reply?.refused()?;
                connection.still_works()
            },
        ),
        case(
            "20.9",
            "What the pads hold does not count.",
            PADDING,
            |cx| {
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
                connection
                    .ask_raw("Login with odd pads", 4, &body)?
                    .one("Okay")?;
                timed(&mut connection)
            },
        ),
        case(
            "20.10",
            "Padding that is set twice is set.",
            PADDING,
            |cx| {
                let mut connection = padded(cx)?;
                connection
                    .ask("SetFilters", json!({ "filters": [PADDING_FILTER] }))?
                    .one("Okay")?;
                connection.still_works()
            },
        ),
        case(
            "20.11",
            "What is told unasked is padded too.",
            PADDING,
            |cx| {
                let mut connection = player(cx)?;
                connection.ask("FinishedTurn", Value::Null)?.one("Okay")?;
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
            },
        )
        .alone(),
        case(
            "20.12",
            "Where padding is not offered, it is refused.",
            "schema: packet Features, FilterPadding",
            |cx| {
                require!(
                    !cx.offers("FilterPadding")?,
                    "the features say that strings can be padded"
                );
                let mut connection = cx.connect()?;
                connection
                    .ask("SetFilters", json!({ "filters": [PADDING_FILTER] }))?
                    .refused()?;
                connection.still_works()
            },
        ),
        case(
            "20.13",
            "Padding of one connection is none of another's.",
            PADDING,
            |cx| {
                let _padded = padded(cx)?;
                cx.still_serves()
            },
        ),
    ];
    for length in 0..5_u32 {
        cases.push(
            case(
                format!("20.14.{length}"),
                format!("Strings of {length} bytes come back from padded frames as they were."),
                PADDING,
                move |cx| {
                    let mut connection = player(cx)?;
                    let text = "s".repeat(length as usize);
                    let message = json!({ "subject": text, "body": frame::text(text.as_bytes()) });
                    with_message_on(&mut connection, message.clone(), |_, read, _| {
                        kept(&message, read)
                    })
                },
            )
            .alone(),
        );
    }
    cases.push(
        case(
            "20.15",
            "TP03 has no filters: SetFilters is refused.",
            SET,
            |cx| {
                let mut connection = cx.connect()?;
                connection
                    .ask_raw("SetFilters", 64, b"\0\0\0\x01\0\0\x1d\0")?
                    .refused()?;
                connection.still_works()
            },
        )
        .tp03(),
    );
    let cases = cases.into_iter();
    let cases = cases.map(|case| {
        if case.versions.len() == 1 {
            case
        } else {
            case.tp04()
        }
    });
    Group {
        number: 20,
        name: "Filters",
        about: "A client of TP04 may have strings padded, so that what follows them stands on \
                multiples of four bytes. The Okay to it is the last frame that is not padded.",
        cases: cases.collect(),
    }
}

/// A request whose reply has a string that is not its last field.
fn timed(connection: &mut Connection) -> Outcome {
    let reply = connection.ask("GetTimeRemaining", Value::Null)?;
    reply.one("TimeRemaining").map(|_| ())
}

/// Padding of strings.
const PADDING_FILTER: u32 = 0x1d00;

fn offered(cx: &Context<'_>) -> Outcome {
    let offers = cx.offers("FilterPadding")?;
    require!(offers, "the features do not say that strings can be padded");
    Ok(())
}

/// A connection with padding set.
fn padded(cx: &Context<'_>) -> Outcome<Connection> {
    offered(cx)?;
    let mut connection = cx.connect()?;
    connection
        .ask("SetFilters", json!({ "filters": [PADDING_FILTER] }))?
        .one("Okay")?;
    connection.padded = true;
    Ok(connection)
}

/// A connection with padding set, of the first player.
fn player(cx: &Context<'_>) -> Outcome<Connection> {
    let mut connection = padded(cx)?;
    connection
        .ask("Login", credentials(cx.first()?))?
        .one("Okay")?;
    Ok(connection)
}
