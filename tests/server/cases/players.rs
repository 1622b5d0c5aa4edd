//! Two players at a time.

use serde_json::json;

use crate::case::{Group, rule};
use crate::connection::Connection;
use crate::context::{Context, unique};
use crate::outcome::{Outcome, ensure, prefer, require};

use super::kinds::{BOARDS, ORDER_TYPES, PLAYERS};
use super::turned_away;

const PLAYER: &str = "schema: packet GetPlayer, id 0";
const EACH: &str = "protocol documentation: connections are independent of each other";

pub(super) fn group() -> Group {
    Group {
        number: 22,
        name: "Two players at a time",
        about: "What one client does is none of another's business, unless the game makes it so.",
        cases: vec![
            rule("22.1", PLAYER)
                .says("Player 0 is the one who asks, under the real id.")
                .tried_by_player(|connection| {
                    let own = PLAYERS.get(connection, 0)?;
                    let same = PLAYERS.get(connection, own.id("id")?)?;
                    ensure!(
                        same.field("name") == own.field("name"),
                        "they have different names"
                    );
                    Ok(())
                }),
            rule("22.2", PLAYER)
                .says("Player 0 has the name that logged in.")
                .tried_by(|cx| {
                    let account = cx.first()?;
                    let mut connection = cx.login()?;
                    let name = PLAYERS.get(&mut connection, 0)?.field("name").clone();
                    // What follows an @ names the game.
                    let wanted = account.name.split('@').next().unwrap_or_default();
                    prefer!(name == json!(wanted), "{name} instead of {wanted:?}");
                    Ok(())
                }),
            rule("22.3", PLAYER)
                .says("Player 0 is another player for another player.")
                .tried_by(|cx| {
                    let (mut first, mut other) = two(cx)?;
                    let own = PLAYERS.get(&mut first, 0)?.id("id")?;
                    let others = PLAYERS.get(&mut other, 0)?.id("id")?;
                    ensure!(own != others, "both are {own}");
                    Ok(())
                }),
            rule("22.4", "schema: packet Player")
                .says("Each sees the other by the real id.")
                .tried_by(|cx| {
                    let (mut first, mut other) = two(cx)?;
                    let others = PLAYERS.get(&mut other, 0)?;
                    let seen = PLAYERS.get(&mut first, others.id("id")?)?;
                    ensure!(
                        seen.field("name") == others.field("name"),
                        "under another name"
                    );
                    Ok(())
                }),
            rule("22.5", "schema: packet GetBoards, id 0")
                .says("Board 0 is another board for another player.")
                .alone()
                .tried_by(|cx| {
                    let (mut first, mut other) = two(cx)?;
                    let subject = unique("Mine");
                    let message = json!({ "subject": subject });
                    super::boards::with_message_on(&mut first, message, |_, _, _| {
                        let count = BOARDS.get(&mut cx.login_other()?, 0)?.id("messages")?;
                        let slots: Vec<u32> = (0..count.min(200)).collect();
                        if slots.is_empty() {
                            return Ok(());
                        }
                        let request = json!({ "id": 0, "slots": slots });
                        let mut again = cx.login_other()?;
                        let reply = again.ask("GetMessage", request)?;
                        let mut read = reply.frames.iter();
                        let seen = read.any(|it| *it.field("subject") == json!(subject));
                        ensure!(!seen, "the other player reads it");
                        Ok(())
                    })?;
                    other.still_works()
                }),
            rule("22.6", EACH)
                .says("Replies go to who asked, however requests of two interleave.")
                .tried_by(|cx| {
                    let (mut first, mut other) = two(cx)?;
                    let own = PLAYERS.get(&mut first, 0)?.id("id")?;
                    let others = PLAYERS.get(&mut other, 0)?.id("id")?;
                    let mut asked = Vec::new();
                    for _ in 0..20 {
                        let request = json!({ "ids": [0] });
                        asked.push((
                            first.send("GetPlayer", request.clone())?,
                            other.send("GetPlayer", request)?,
                        ));
                    }
                    for (mine, theirs) in asked {
                        let mine = first.reply("GetPlayer", mine)?.one("Player")?.id("id")?;
                        let theirs = other.reply("GetPlayer", theirs)?.one("Player")?.id("id")?;
                        ensure!((mine, theirs) == (own, others), "{mine} and {theirs} came");
                    }
                    Ok(())
                }),
            rule("22.7", EACH)
                .says("Garbage of one client does not disturb another.")
                .tried_by(|cx| {
                    let mut other = cx.login()?;
                    let mut bad = cx.connect()?;
                    bad.send_bytes(&[0xee; 100])?;
                    turned_away(&mut bad, "garbage")?;
                    other.still_works()
                }),
            rule("22.8", EACH)
                .says("A client that leaves in the middle of a reply does not disturb another.")
                .tried_by(|cx| {
                    let mut other = cx.login()?;
                    let mut leaving = cx.login()?;
                    for _ in 0..50 {
                        leaving.send("GetOrderDescIDs", super::kinds::query(-1, 0, -1, -1))?;
                    }
                    leaving.close();
                    other.still_works()?;
                    cx.still_serves()
                }),
            rule("22.9", EACH)
                .says("A client that does not read delays nobody else.")
                .tried_by(|cx| {
                    let mut deaf = cx.login()?;
                    let many = ORDER_TYPES.many_ids(&mut deaf, 500)?;
                    let request = json!({ "ids": many });
                    for _ in 0..5 {
                        deaf.send("GetOrderDesc", request.clone())?;
                    }
                    let mut other = cx.login()?;
                    other.still_works()
                }),
            rule("22.10", EACH)
                .says("Lists of ids on two connections have nothing to do with each other.")
                .tried_by(|cx| {
                    let (mut first, mut second) = (cx.login()?, cx.login()?);
                    let mine = ORDER_TYPES.slice(&mut first, -1, 0, 0)?;
                    let theirs = ORDER_TYPES.slice(&mut second, -1, 0, 0)?;
                    for (connection, key) in [(&mut first, mine.key), (&mut second, theirs.key)] {
                        let rest = ORDER_TYPES.slice(connection, key, 0, -1)?;
                        let (count, all) = (rest.count(), mine.remaining);
                        ensure!(count == all, "{count} of {all} came");
                    }
                    Ok(())
                }),
            rule("22.11", "protocol documentation: versions of the protocol")
                .says("The two versions are spoken side by side.")
                .tried_by(|cx| {
                    let mut mine = cx.login()?;
                    let other = cx.version.other();
                    let mut theirs = cx.open()?;
                    theirs.version = other;
                    let hello = theirs.ask("Connect", json!({ "string": "side by side" }));
                    require!(
                        hello.is_ok_and(|reply| reply.one("Okay").is_ok()),
                        "the server speaks one version"
                    );
                    for _ in 0..3 {
                        mine.still_works()?;
                        theirs.time()?;
                    }
                    Ok(())
                }),
            rule("22.12", "schema: packet PostMessage")
                .says("A message to another player arrives.")
                .alone()
                .tried_by(arrives),
        ],
    }
}

fn two(cx: &Context<'_>) -> Outcome<(Connection, Connection)> {
    cx.second()?;
    Ok((cx.login()?, cx.login_other()?))
}

fn arrives(cx: &mut Context<'_>) -> Outcome {
    let (mut first, mut other) = two(cx)?;
    let board = BOARDS.get(&mut other, 0)?;
    let (id, slot) = (board.id("id")?, board.id("messages")?);
    require!(id != 0, "the server does not tell the real ids of boards");
    let subject = unique("For you");
    let message = json!({ "id": id, "slot": -1, "subject": subject, "body": "Hello" });
    let reply = first.ask("PostMessage", message)?;
    reply.granted("players cannot write to each other")?;
    let slots = json!({ "id": 0, "slots": [slot] });
    let read = other.ask("GetMessage", slots.clone())?;
    other.ask("RemoveMessage", slots)?.only()?;
    let came = read.one("Message")?.field("subject").clone();
    ensure!(came == json!(subject), "the other player reads {came}");
    Ok(())
}
