//! Many connections, many requests.

use serde_json::{Value, json};

use crate::case::{Group, rule};
use crate::connection::Event;
use crate::outcome::{Stop, ensure};

use super::kinds::OBJECTS;

const MANY: &str = "protocol documentation: connections are independent of each other";
const PIPELINE: &str = "protocol documentation: replies come in the order of the requests";

pub(super) fn group() -> Group {
    Group {
        number: 23,
        name: "Much at a time",
        about: "No more than a busy evening: a server that falls over here falls over in use.",
        cases: vec![
            rule("23.1", MANY)
                .says("Thirty clients at a time are all answered.")
                .tried_by(|cx| {
                    let mut all = Vec::new();
                    for _ in 0..30 {
                        all.push(cx.open()?);
                    }
                    for connection in &mut all {
                        connection.greet()?;
                    }
                    for connection in &mut all {
                        connection.still_works()?;
                    }
                    Ok(())
                }),
            rule("23.2", MANY)
                .says("A hundred connections one after the other are all answered.")
                .tried_by(|cx| {
                    for _ in 0..100 {
                        let connection = cx.connect()?;
                        connection.close();
                    }
                    Ok(())
                }),
            rule("23.3", PIPELINE)
                .says("Replies of thousands of frames are whole.")
                .tried_by_player(|connection| {
                    let many = OBJECTS.many_ids(connection, 1500)?;
                    let mut asked = Vec::new();
                    for _ in 0..5 {
                        asked.push(connection.send("GetObjectsByID", json!({ "ids": many }))?);
                    }
                    for number in asked {
                        let reply = connection.reply("GetObjectsByID", number)?;
                        reply.all(many.len(), "Object")?;
                    }
                    connection.still_works()
                }),
            rule("23.4", PIPELINE)
                .says("Five thousand ids in one request are answered, or refused.")
                .tried_by_player(|connection| {
                    let many = vec![0x7abc_def0_u32; 5_000];
                    let reply = connection.ask("GetResource", json!({ "ids": many }))?;
                    let fails = reply.frames.iter().all(|frame| frame.is_fail());
                    ensure!(fails, "something came of an id that nothing has");
                    connection.still_works()
                }),
            rule("23.5", MANY)
                .says("A connection on which nothing happens for a second stays open.")
                .tried_by_guest(|connection| {
                    match connection.next(std::time::Duration::from_secs(1)) {
                        Event::Silence => connection.still_works(),
                        Event::Frame(frame) if frame.header.sequence == 0 => {
                            connection.still_works()
                        }
                        Event::Frame(frame) => {
                            Err(Stop::Fail(format!("{} came unasked", frame.what())))
                        }
                        _ => Err(Stop::Fail("it was closed".into())),
                    }
                }),
            rule("23.6", PIPELINE)
                .says("Requests that are sent while the last replies are still read are answered.")
                .tried_by_player(|connection| {
                    for _ in 0..50 {
                        let first = connection.send("GetTimeRemaining", Value::Null)?;
                        let second = connection.send("GetFeatures", Value::Null)?;
                        connection.reply("GetTimeRemaining", first)?.only()?;
                        connection.reply("GetFeatures", second)?.only()?;
                    }
                    Ok(())
                }),
        ],
    }
}
