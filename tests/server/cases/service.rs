//! Features, keep-alive, the time, and the games of a server.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::Context;
use crate::outcome::{Outcome, Stop, ensure, prefer, require};

const FEATURES: &str = "schema: packet Features";
const PING: &str = "schema: packet Ping; protocol documentation: keep-alive";
const GAMES: &str = "schema: packets GetGames and Game";
const TIME: &str = "schema: packet TimeRemaining";

pub(super) fn group() -> Group {
    Group {
        number: 7,
        name: "Features, keep-alive, time, games",
        about: "What a client asks of a server rather than of a game.",
        cases: vec![
            rule("7.1", FEATURES)
                .says("GetFeatures before Login is answered with Features.")
                .tried_by_guest(|connection| {
                    connection
                        .ask_one("GetFeatures", Value::Null, "Features")
                        .map(|_| ())
                }),
            rule("7.2", FEATURES)
                .says("GetFeatures after Login is answered with Features.")
                .tried_by_player(|connection| {
                    connection
                        .ask_one("GetFeatures", Value::Null, "Features")
                        .map(|_| ())
                }),
            rule("7.3", FEATURES)
                .says("No feature is named twice.")
                .tried_by(|cx| {
                    let features = features(cx)?;
                    let unique: BTreeSet<String> = features.iter().map(Value::to_string).collect();
                    ensure!(
                        unique.len() == features.len(),
                        "they are {}",
                        json!(features)
                    );
                    Ok(())
                }),
            rule("7.4", FEATURES)
                .says("The features are the same when asked again.")
                .tried_by(|cx| {
                    let (first, second) = (features(cx)?, features(cx)?);
                    ensure!(
                        first == second,
                        "first {}, then {}",
                        json!(first),
                        json!(second)
                    );
                    Ok(())
                }),
            rule("7.5", FEATURES)
                .says("TP03 does not offer filters, which it has no request for.")
                .tp03()
                .tried_by(|cx| {
                    let features = features(cx)?;
                    let filter = features.iter().find(|feature| {
                        feature.as_u64() == Some(0x1d00) || feature.as_u64() == Some(0x1000)
                    });
                    ensure!(filter.is_none(), "it offers filter {}", json!(filter));
                    Ok(())
                }),
            rule("7.6", PING)
                .says("A Ping is answered with Okay.")
                .tried_by_player(pinged),
            rule("7.7", PING)
                .says("Two Pings in a row are both answered.")
                .tried_by_player(|connection| {
                    pinged(connection)?;
                    pinged(connection)
                }),
            rule("7.8", PING)
                .says("A Ping disturbs no other request.")
                .tried_by_player(|connection| {
                    let ping = connection.send("Ping", Value::Null)?;
                    let time = connection.send("GetTimeRemaining", Value::Null)?;
                    // Silence is one of the ways to answer it.
                    let first = connection.frame("GetTimeRemaining")?;
                    if first.header.sequence == ping {
                        connection
                            .reply("GetTimeRemaining", time)?
                            .one("TimeRemaining")?;
                    } else {
                        let number = first.header.sequence;
                        ensure!(number == time, "{} came with number {number}", first.what());
                    }
                    Ok(())
                }),
            rule("7.9", TIME)
                .says("GetTimeRemaining before Login is answered.")
                .tried_by_guest(|connection| {
                    connection.ask("GetTimeRemaining", Value::Null)?.only()?;
                    Ok(())
                }),
            rule("7.10", TIME)
                .says("GetTimeRemaining after Login is answered with TimeRemaining.")
                .tried_by_player(|connection| connection.time().map(|_| ())),
            rule("7.11", "schema: packet TimeRemaining, reason")
                .says("A TimeRemaining that was asked for has the reason of one.")
                .tp04()
                .tried_by_player(|connection| {
                    let reason = connection.time()?.field("reason").clone();
                    ensure!(reason == json!("Requested"), "the reason is {reason}");
                    Ok(())
                }),
            rule("7.12", GAMES)
                .says("GetGames before Login is answered with games.")
                .tp04()
                .tried_by_guest(|connection| games(connection).map(|_| ())),
            rule("7.13", GAMES)
                .says("GetGames after Login is answered with games.")
                .tp04()
                .tried_by_player(|connection| games(connection).map(|_| ())),
            rule("7.14", "schema: packet Game, tp")
                .says("A game names the versions that it is played in.")
                .tp04()
                .tried_by_guest(|connection| {
                    for game in games(connection)? {
                        let versions = game.get("tp").and_then(Value::as_array);
                        let speaks = versions.is_some_and(|all| {
                            all.iter()
                                .any(|it| it.as_str().is_some_and(|it| it.starts_with("0.4")))
                        });
                        prefer!(speaks, "its versions are {}", json!(versions));
                    }
                    Ok(())
                }),
            rule("7.15", "schema: packet Game, parameters")
                .says("A game has no parameter twice.")
                .tp04()
                .tried_by_guest(|connection| {
                    for game in games(connection)? {
                        let all = game.get("parameters").and_then(Value::as_array);
                        let ids: Vec<String> = all
                            .into_iter()
                            .flatten()
                            .map(|parameter| json!(parameter.get("paramid")).to_string())
                            .collect();
                        let unique: BTreeSet<&String> = ids.iter().collect();
                        ensure!(unique.len() == ids.len(), "its parameters are {ids:?}");
                    }
                    Ok(())
                }),
        ],
    }
}

fn features(cx: &mut Context<'_>) -> Outcome<Vec<Value>> {
    let mut connection = cx.connect()?;
    let reply = connection.ask("GetFeatures", Value::Null)?;
    Ok(reply.one("Features")?.list("features")?.clone())
}

/// A Ping, and its Okay. A well-known server answers one a minute and is silent otherwise.
fn pinged(connection: &mut Connection) -> Outcome {
    let ping = connection.send("Ping", Value::Null)?;
    let after = connection.send("GetTimeRemaining", Value::Null)?;
    loop {
        let frame = connection.frame("Ping")?;
        match frame.header.sequence {
            0 => {}
            number if number == ping => {
                ensure!(
                    frame.name == "Okay",
                    "Ping was answered with {}",
                    frame.what()
                );
                connection.reply("GetTimeRemaining", after)?.only()?;
                return Ok(());
            }
            number if number == after => {
                return Err(Stop::Deviation("Ping was not answered".into()));
            }
            number => {
                return Err(Stop::Fail(format!(
                    "{} came with number {number}",
                    frame.what()
                )));
            }
        }
    }
}

fn games(connection: &mut Connection) -> Outcome<Vec<Value>> {
    let reply = connection.ask("GetGames", Value::Null)?;
    require!(!reply.frames.is_empty(), "the server has no games");
    let games = reply.all(reply.frames.len(), "Game")?;
    Ok(games.iter().map(|game| game.fields.clone()).collect())
}
