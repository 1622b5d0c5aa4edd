//! Boards and messages.

use tp_frames::{TpString, reference};
use tp_net::model::{FailCode, FailReference, Message, MessageReference, Refusal};

use crate::world::{Board, World};

/// Everybody's board.
pub(crate) const PUBLIC: u32 = 1;

/// A player's own board.
pub(crate) fn own(player: u32) -> u32 {
    player.saturating_add(100)
}

/// Most messages a board holds; the oldest makes room.
const MOST: usize = 1000;
/// Most bytes of a message's text.
const LONGEST: usize = 16 * 1024;

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

/// Puts a message of the game on a board.
pub(crate) fn tell(
    world: &mut World,
    board: u32,
    subject: impl Into<TpString>,
    body: impl Into<TpString>,
    references: Vec<MessageReference>,
) {
    let message = Message {
        turn: world.turn,
        references,
        ..Message::new(board, subject).body(body)
    };
    put(world, message);
}

/// Puts a message into its slot of its board, or behind the last.
fn put(world: &mut World, message: Message) {
    let modtime = world.clock.tick();
    let Some(board) = world.boards.get_mut(&message.id) else {
        return;
    };
    if board.messages.len() >= MOST {
        board.messages.remove(0);
    }
    let end = board.messages.len();
    let at = message.slot.get().map_or(end, |slot| slot as usize);
    board.messages.insert(at.min(end), message);
    board.modtime = modtime;
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
    let message = board
        .messages
        .get(slot as usize)
        .ok_or_else(|| no_message(id, slot))?;
    Ok(Message {
        slot: slot.into(),
        ..message.clone()
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
    if !world.boards.contains_key(&id) {
        return Err(no_board(id));
    }
    if message.body.len() > LONGEST || message.subject.len() > LONGEST {
        return Err(Refusal::new(
            FailCode::REQUEST_TOO_BIG,
            format!("a message has at most {LONGEST} bytes"),
        ));
    }
    let mut references = vec![MessageReference::player(player)];
    references.extend(message.references.iter().take(64).copied());
    let message = Message {
        id,
        turn: world.turn,
        references,
        ..message
    };
    put(world, message);
    Ok(())
}

/// A player removes a message from the own board.
pub(crate) fn remove(world: &mut World, player: u32, id: u32, slot: u32) -> Result<(), Refusal> {
    let id = meant(player, id);
    let owner = seen(world, player, id)?.owner;
    if owner != Some(player) {
        let about = FailReference::new(reference::BOARD, id);
        return Err(Refusal::permission_denied("this board is not yours").about(about));
    }
    let modtime = world.clock.tick();
    let Some(board) = world.boards.get_mut(&id) else {
        return Err(no_board(id));
    };
    let at = slot as usize;
    if at >= board.messages.len() {
        return Err(no_message(id, slot));
    }
    board.messages.remove(at);
    board.modtime = modtime;
    Ok(())
}
