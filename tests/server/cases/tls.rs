//! TLS, on the port that was given.

use serde_json::json;
use tp_net::transport::Scheme;

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Step as _, Stop, ensure, require};

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
            rule("24.1", TLS)
                .says("Frames are answered through TLS.")
                .tried_on(tls, |connection| {
                    connection.greet()?;
                    connection.still_works()
                }),
            rule("24.2", TLS)
                .says("A player can log in and play through TLS.")
                .tried_by(|cx| logged_in(cx).map(|_| ())),
            rule("24.3", TLS)
                .says("Replies of many frames come through TLS whole.")
                .tried_on(player, |connection| {
                    let many = OBJECTS.many_ids(connection, 500)?;
                    let reply = connection.ask("GetObjectsByID", json!({ "ids": many }))?;
                    reply.all(many.len(), "Object")?;
                    connection.still_works()
                }),
            rule("24.4", TLS)
                .says("Requests sent at once through TLS are answered in their order.")
                .tried_on(player, |connection| {
                    let mut asked = Vec::new();
                    for _ in 0..50 {
                        asked.push(connection.send("GetTimeRemaining", json!({}))?);
                    }
                    for number in asked {
                        let reply = connection.reply("GetTimeRemaining", number)?;
                        reply.one("TimeRemaining")?;
                    }
                    Ok(())
                }),
            rule("24.5", TLS)
                .says("Two clients through TLS have nothing to do with each other.")
                .tried_by(|cx| {
                    let (mut first, mut second) = (encrypted(cx)?, encrypted(cx)?);
                    first.greet()?;
                    second.greet()?;
                    first.close();
                    second.still_works()
                }),
            rule("24.6", RFC)
                .says("A client that leaves within the handshake disturbs nobody.")
                .tried_by(|cx| {
                    encrypted(cx)?.close();
                    let mut connection = cx.open_as(Scheme::Tp)?;
                    connection.send_bytes(HELLO)?;
                    connection.close();
                    cx.still_serves()
                }),
            rule("24.7", RFC)
                .says("A handshake that is broken off ends in an alert or a close.")
                .tried_by(|cx| {
                    encrypted(cx)?.close();
                    let mut connection = cx.open_as(Scheme::Tp)?;
                    // A record of a handshake that holds none.
                    connection.send_bytes(&[&[0x16, 3, 1, 0, 40][..], &[0xff; 40]].concat())?;
                    connection.rest()?;
                    cx.still_serves()
                }),
            rule("24.8", "schema: packet Features, SecureHere")
                .says("Where the features name no TLS, a handshake is turned away.")
                .tried_by(|cx| {
                    require!(!offers(cx)?, "this port takes TLS");
                    let mut connection = cx.open_as(Scheme::Tp)?;
                    connection.send_bytes(&[HELLO, &[0; 512][..]].concat())?;
                    connection.rest()?;
                    cx.still_serves()
                }),
            rule("24.9", "schema: packet Features, SecureHere")
                .says("The features say the same through TLS.")
                .tried_on(encrypted, |connection| {
                    connection.greet()?;
                    let reply = connection.ask_one("GetFeatures", json!({}), "Features")?;
                    let features = reply.list("features")?;
                    ensure!(
                        features.contains(&json!("SecureHere")),
                        "they are {}",
                        json!(features)
                    );
                    Ok(())
                }),
        ],
    }
}

/// The start of a first message of TLS.
const HELLO: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 7, 7, 7];

fn offers(cx: &Context<'_>) -> Outcome<bool> {
    Ok(cx.target.url.scheme().is_encrypted() || cx.offers("SecureHere")?)
}

/// A connection through TLS, where there is TLS.
fn tls(cx: &Context<'_>) -> Outcome<Connection> {
    let offers = offers(cx)?;
    require!(offers, "the features do not say that this port takes TLS");
    match cx.open_as(Scheme::Tps) {
        Err(Stop::Unreachable(why)) => Err(Stop::Fail(format!("there is no TLS: {why}"))),
        other => other,
    }
}

/// The same, where something else is tried.
fn encrypted(cx: &Context<'_>) -> Outcome<Connection> {
    tls(cx).needed("24.1")
}

fn logged_in(cx: &Context<'_>) -> Outcome<Connection> {
    let mut connection = encrypted(cx)?;
    connection.greet()?;
    connection.log_in(cx.first()?)?;
    Ok(connection)
}

fn player(cx: &Context<'_>) -> Outcome<Connection> {
    logged_in(cx).needed("24.2")
}
