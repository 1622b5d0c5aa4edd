//! TLS, on the port that was given.

use serde_json::json;
use tp_net::transport::Scheme;

use crate::case::{Group, case};
use crate::connection::Connection;
use crate::context::{Context, credentials};
use crate::outcome::{Outcome, Stop, ensure, require};

use super::kinds::OBJECTS;

const TLS: &str = "protocol documentation: encrypted connections";
const RFC: &str = "RFC 8446; protocol documentation: encrypted connections";

pub(super) fn group() -> Group {
    Group {
        number: 24,
        name: "TLS",
        about: "Where the features say so, or the URL does, frames travel through TLS from the \
                first byte. Whose certificate it is does not count here: most servers vouch for \
                themselves.",
        cases: vec![
            case("24.1", "Frames are answered through TLS.", TLS, |cx| {
                let mut connection = encrypted(cx)?;
                cx.greet(&mut connection)?;
                connection.still_works()
            }),
            case(
                "24.2",
                "A player can log in and play through TLS.",
                TLS,
                |cx| player(cx).map(|_| ()),
            ),
            case(
                "24.3",
                "Replies of many frames come through TLS whole.",
                TLS,
                |cx| {
                    let mut connection = player(cx)?;
                    let ids = OBJECTS.some_ids(&mut connection)?;
                    let many: Vec<u32> = ids.iter().cycle().take(500).copied().collect();
                    let reply = connection.ask("GetObjectsByID", json!({ "ids": many }))?;
                    reply.all(many.len(), "Object")?;
                    connection.still_works()
                },
            ),
            case(
                "24.4",
                "Requests sent at once through TLS are answered in their order.",
                TLS,
                |cx| {
                    let mut connection = player(cx)?;
                    let mut asked = Vec::new();
                    for _ in 0..50 {
                        asked.push(connection.send("GetTimeRemaining", json!({}))?);
                    }
                    for number in asked {
                        connection
                            .reply("GetTimeRemaining", number)?
                            .one("TimeRemaining")?;
                    }
                    Ok(())
                },
            ),
            case(
                "24.5",
                "Two clients through TLS have nothing to do with each other.",
                TLS,
                |cx| {
                    let (mut first, mut second) = (encrypted(cx)?, encrypted(cx)?);
                    cx.greet(&mut first)?;
                    cx.greet(&mut second)?;
                    first.close();
                    second.still_works()
                },
            ),
            case(
                "24.6",
                "A client that leaves within the handshake disturbs nobody.",
                RFC,
                |cx| {
                    encrypted(cx)?.close();
                    let mut connection = cx.open_as(Scheme::Tp)?;
                    connection.send_bytes(HELLO)?;
                    connection.close();
                    cx.still_serves()
                },
            ),
            case(
                "24.7",
                "A handshake that is broken off ends in an alert or a close.",
                RFC,
                |cx| {
                    encrypted(cx)?.close();
                    let mut connection = cx.open_as(Scheme::Tp)?;
                    // A record of a handshake that holds none.
                    connection.send_bytes(&[&[0x16, 3, 1, 0, 40][..], &[0xff; 40]].concat())?;
                    connection.rest()?;
                    cx.still_serves()
                },
            ),
            case(
                "24.8",
                "Where the features name no TLS, a handshake is turned away.",
                "schema: packet Features, SecureHere",
                |cx| {
                    require!(!offers(cx)?, "this port takes TLS");
                    let mut connection = cx.open_as(Scheme::Tp)?;
                    connection.send_bytes(&[HELLO, &[0; 512][..]].concat())?;
                    connection.rest()?;
                    cx.still_serves()
                },
            ),
            case(
                "24.9",
                "The features say the same through TLS.",
                "schema: packet Features, SecureHere",
                |cx| {
                    let mut connection = encrypted(cx)?;
                    cx.greet(&mut connection)?;
                    let reply = connection.ask("GetFeatures", json!({}))?;
                    let features = reply.one("Features")?.list("features")?;
                    ensure!(
                        features.contains(&json!("SecureHere")),
                        "they are {}",
                        json!(features)
                    );
                    Ok(())
                },
            ),
        ],
    }
}

/// The start of a first message of TLS.
const HELLO: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 7, 7, 7];

fn offers(cx: &Context<'_>) -> Outcome<bool> {
    Ok(cx.target.url.scheme().is_encrypted() || cx.offers("SecureHere")?)
}

/// A connection through TLS, where there is TLS.
fn encrypted(cx: &Context<'_>) -> Outcome<Connection> {
    let offers = offers(cx)?;
    require!(offers, "the features do not say that this port takes TLS");
    match cx.open_as(Scheme::Tps) {
        Err(Stop::Unreachable(why)) => Err(Stop::Fail(format!("there is no TLS: {why}"))),
        other => other,
    }
}

fn player(cx: &Context<'_>) -> Outcome<Connection> {
    let mut connection = encrypted(cx)?;
    cx.greet(&mut connection)?;
    connection
        .ask("Login", credentials(cx.first()?))?
        .one("Okay")?;
    Ok(connection)
}
