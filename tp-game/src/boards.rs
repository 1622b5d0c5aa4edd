//! Boards and messages.

use tp_frames::{TpString, reference};
use tp_net::model::{FailReference, Message, MessageReference, Refusal};

use crate::limits::{self, Holder};
use crate::world::{Board, Posted, World};

/// Everybody's board.
pub(crate) const PUBLIC: u32 = 1;

/// A player's own board.
pub(crate) fn own(player: u32) -> u32 {
    player.saturating_add(100)
}

/// What a board is for, by whose it is.
pub(crate) fn description(owner: Option<u32>) -> &'static str {
    match owner {
        None => "What everybody should know.",
        Some(_) => "What happened to you, and what others write to you.",
    }
}

pub(crate) fn create(world: &mut World) {
    let modtime = world.clock.tick();
    let board = Board {
        name: "News".into(),
        description: description(None),
        owner: None,
        modtime,
        messages: Vec::new(),
        reports: 0,
    };
    world.boards.insert(PUBLIC, board);
    tell(
        world,
        PUBLIC,
        "The universe begins",
        "Good luck to everybody.",
        Vec::new(),
    );
}

/// A new player's own board.
pub(crate) fn create_for(world: &mut World, player: u32, name: &TpString) {
    let modtime = world.clock.tick();
    let board = Board {
        name: format!("Messages for {name}").into(),
        description: description(Some(player)),
        owner: Some(player),
        modtime,
        messages: Vec::new(),
        reports: 0,
    };
    world.boards.insert(own(player), board);
    let text = "You have a planet and a fleet. Give them orders.";
    tell(
        world,
        own(player),
        "Welcome",
        text,
        vec![MessageReference::player(player)],
    );
}

/// The board that a player means: 0 is the player's own.
pub(crate) fn meant(player: u32, id: u32) -> u32 {
    if id == 0 { own(player) } else { id }
}

/// Puts a message of the game on a board. The oldest of the game's make room; if that is not enough,
/// it is not told.
pub(crate) fn tell(
    world: &mut World,
    board: u32,
    subject: impl Into<TpString>,
    body: impl Into<String>,
    references: Vec<MessageReference>,
) {
    let body = limits::cut(body.into(), limits::REPORT);
    let message = Message {
        turn: world.turn,
        references,
        ..Message::new(board, subject).body(body)
    };
    let told = Posted {
        author: None,
        message,
    };
    while !has_room(world, &told) {
        if !forget_oldest(world, board) {
            return;
        }
    }
    put(world, told);
}

/// Whether there is room for a message of the game.
fn has_room(world: &World, told: &Posted) -> bool {
    let Some(board) = world.boards.get(&told.message.id) else {
        return true;
    };
    let holder = told.holder(board.owner);
    let cost = limits::cost_of_message(&told.message);
    let fits = holder.is_none_or(|holder| world.stored.check(holder, cost).is_ok());
    fits && board.reports < limits::REPORTS
}

/// Takes the oldest message of the game from a board; `false` if there is none.
fn forget_oldest(world: &mut World, id: u32) -> bool {
    let messages = world.boards.get(&id).map(|board| &board.messages);
    let messages = messages.map(Vec::as_slice).unwrap_or_default();
    match messages.iter().position(|it| it.author.is_none()) {
        Some(slot) => take(world, id, slot).is_some(),
        None => false,
    }
}

/// Puts a message into its slot of its board, or behind the last.
fn put(world: &mut World, posted: Posted) {
    let modtime = world.clock.tick();
    let Some(board) = world.boards.get_mut(&posted.message.id) else {
        return;
    };
    if let Some(holder) = posted.holder(board.owner) {
        let cost = limits::cost_of_message(&posted.message);
        world.stored.add(holder, cost);
    }
    let is_report = usize::from(posted.author.is_none());
    board.reports = board.reports.saturating_add(is_report);
    let end = board.messages.len();
    let slot = posted.message.slot.get();
    let at = slot.map_or(end, |slot| slot as usize).min(end);
    board.messages.insert(at, posted);
    board.modtime = modtime;
}

/// Takes the message out of a slot of a board.
fn take(world: &mut World, id: u32, slot: usize) -> Option<Posted> {
    let board = world.boards.get_mut(&id)?;
    if slot >= board.messages.len() {
        return None;
    }
    let posted = board.messages.remove(slot);
    limits::slim(&mut board.messages);
    if let Some(holder) = posted.holder(board.owner) {
        let cost = limits::cost_of_message(&posted.message);
        world.stored.remove(holder, cost);
    }
    let is_report = usize::from(posted.author.is_none());
    board.reports = board.reports.saturating_sub(is_report);
    board.modtime = world.clock.tick();
    Some(posted)
}

/// Whether a player may see a board.
pub(crate) fn sees(board: &Board, player: u32) -> bool {
    board.owner.is_none_or(|owner| owner == player)
}

/// The board with this id, if the player may see it.
pub(crate) fn seen(world: &World, player: u32, id: u32) -> Result<&Board, Refusal> {
    world
        .boards
        .get(&id)
        .filter(|board| sees(board, player))
        .ok_or_else(|| no_board(id))
}

fn no_board(id: u32) -> Refusal {
    Refusal::no_such_thing("there is no such board").about(FailReference::new(reference::BOARD, id))
}

pub(crate) fn message(world: &World, player: u32, id: u32, slot: u32) -> Result<Message, Refusal> {
    let id = meant(player, id);
    let board = seen(world, player, id)?;
    let posted = board
        .messages
        .get(slot as usize)
        .ok_or_else(|| no_message(id, slot))?;
    Ok(Message {
        slot: slot.into(),
        ..posted.message.clone()
    })
}

fn no_message(board: u32, slot: u32) -> Refusal {
    Refusal::no_such_thing("there is no such message")
        .about(FailReference::new(reference::BOARD, board))
        .about(FailReference::new(reference::MESSAGE, slot))
}

/// A player writes: on the public board, or to anybody's own board.
pub(crate) fn post(world: &mut World, player: u32, message: Message) -> Result<(), Refusal> {
    let id = meant(player, message.id);
    let board = world.boards.get(&id).ok_or_else(|| no_board(id))?;
    for (what, number, most, unit) in [
        ("a message", message.body.len(), limits::BODY, "bytes"),
        ("a subject", message.subject.len(), limits::SUBJECT, "bytes"),
        (
            "a message",
            message.msgtypelist.len(),
            limits::MESSAGE_TYPES,
            "types",
        ),
        (
            "a message",
            message.references.len(),
            limits::MESSAGE_REFERENCES,
            "references",
        ),
    ] {
        limits::fits(what, number, most, unit)?;
    }
    let about = FailReference::new(reference::BOARD, id);
    let posts = board.messages.len().saturating_sub(board.reports);
    limits::one_more("a board", posts, limits::POSTS, "messages of players")
        .map_err(|refusal| refusal.about(about))?;
    if board.owner != Some(player) {
        let own = board.messages.iter().filter(|it| it.author == Some(player));
        let what = "a board that is not yours";
        limits::one_more(what, own.count(), limits::POSTS_OF_ONE, "messages of yours")
            .map_err(|refusal| refusal.about(about))?;
    }
    let mut references = vec![MessageReference::player(player)];
    references.extend_from_slice(&message.references);
    // As copies, lists have no more room than they need.
    let message = Message {
        id,
        slot: message.slot,
        msgtypelist: message.msgtypelist.clone(),
        subject: message.subject.clone(),
        body: message.body.clone(),
        turn: world.turn,
        references,
    };
    let cost = limits::cost_of_message(&message);
    world.stored.check(Holder::Player(player), cost)?;
    let author = Some(player);
    put(world, Posted { author, message });
    Ok(())
}

/// A player removes a message from the own board, or an own one from the public board.
pub(crate) fn remove(world: &mut World, player: u32, id: u32, slot: u32) -> Result<(), Refusal> {
    let id = meant(player, id);
    let board = seen(world, player, id)?;
    let is_own = board.owner == Some(player);
    match board.messages.get(slot as usize) {
        Some(posted) if is_own || posted.author == Some(player) => {
            take(world, id, slot as usize);
            Ok(())
        }
        None if is_own => Err(no_message(id, slot)),
        _ => {
            let about = FailReference::new(reference::BOARD, id);
            Err(Refusal::permission_denied("this is not yours").about(about))
        }
    }
}
