//! Features, keep-alive, the time, and the games of a server.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::case::{Group, case};
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
            case(
                "7.1",
                "GetFeatures before Login is answered with Features.",
                FEATURES,
                |cx| {
                    let mut connection = cx.connect()?;
                    connection
                        .ask("GetFeatures", Value::Null)?
                        .one("Features")?;
                    Ok(())
                },
            ),
            case(
                "7.2",
                "GetFeatures after Login is answered with Features.",
                FEATURES,
                |cx| {
                    let mut connection = cx.login()?;
                    connection
                        .ask("GetFeatures", Value::Null)?
                        .one("Features")?;
                    Ok(())
                },
            ),
            case("7.3", "No feature is named twice.", FEATURES, |cx| {
                let features = features(cx)?;
                let unique: BTreeSet<String> = features.iter().map(Value::to_string).collect();
                ensure!(
                    unique.len() == features.len(),
                    "they are {}",
                    json!(features)
                );
                Ok(())
            }),
            case(
                "7.4",
                "The features are the same when asked again.",
                FEATURES,
                |cx| {
                    let (first, second) = (features(cx)?, features(cx)?);
                    ensure!(
                        first == second,
                        "first {}, then {}",
                        json!(first),
                        json!(second)
                    );
                    Ok(())
                },
            ),
            case(
                "7.5",
                "TP03 does not offer filters, which it has no request for.",
                FEATURES,
                |cx| {
                    let features = features(cx)?;
                    let filter = features.iter().find(|feature| {
                        feature.as_u64() == Some(0x1d00) || feature.as_u64() == Some(0x1000)
                    });
                    ensure!(filter.is_none(), "it offers filter {}", json!(filter));
                    Ok(())
                },
            )
            .tp03(),
            case("7.6", "A Ping is answered with Okay.", PING, |cx| {
                let mut connection = cx.login()?;
                pinged(&mut connection)
            }),
            case("7.7", "Two Pings in a row are both answered.", PING, |cx| {
                let mut connection = cx.login()?;
                pinged(&mut connection)?;
                pinged(&mut connection)
            }),
            case("7.8", "A Ping disturbs no other request.", PING, |cx| {
                let mut connection = cx.login()?;
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
            case(
                "7.9",
                "GetTimeRemaining before Login is answered.",
                TIME,
                |cx| {
                    let mut connection = cx.connect()?;
                    connection.ask("GetTimeRemaining", Value::Null)?.only()?;
                    Ok(())
                },
            ),
            case(
                "7.10",
                "GetTimeRemaining after Login is answered with TimeRemaining.",
                TIME,
                |cx| {
                    let mut connection = cx.login()?;
                    connection
                        .ask("GetTimeRemaining", Value::Null)?
                        .one("TimeRemaining")?;
                    Ok(())
                },
            ),
            case(
                "7.11",
                "A TimeRemaining that was asked for has the reason of one.",
                "schema: packet TimeRemaining, reason",
                |cx| {
                    let mut connection = cx.login()?;
                    let reply = connection.ask("GetTimeRemaining", Value::Null)?;
                    let reason = reply.one("TimeRemaining")?.field("reason").clone();
                    ensure!(reason == json!("Requested"), "the reason is {reason}");
                    Ok(())
                },
            )
            .tp04(),
            case(
                "7.12",
                "GetGames before Login is answered with games.",
                GAMES,
                |cx| {
                    let mut connection = cx.connect()?;
                    games(&mut connection).map(|_| ())
                },
            )
            .tp04(),
            case(
                "7.13",
                "GetGames after Login is answered with games.",
                GAMES,
                |cx| {
                    let mut connection = cx.login()?;
                    games(&mut connection).map(|_| ())
                },
            )
            .tp04(),
            case(
                "7.14",
                "A game names the versions that it is played in.",
                "schema: packet Game, tp",
                |cx| {
                    let mut connection = cx.connect()?;
                    for game in games(&mut connection)? {
                        let versions = game.get("tp").and_then(Value::as_array);
                        let speaks = versions.is_some_and(|all| {
                            all.iter()
                                .any(|it| it.as_str().is_some_and(|it| it.starts_with("0.4")))
                        });
                        prefer!(speaks, "its versions are {}", json!(versions));
                    }
                    Ok(())
                },
            )
            .tp04(),
            case(
                "7.15",
                "A game has no parameter twice.",
                "schema: packet Game, parameters",
                |cx| {
                    let mut connection = cx.connect()?;
                    for game in games(&mut connection)? {
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
                },
            )
            .tp04(),
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
