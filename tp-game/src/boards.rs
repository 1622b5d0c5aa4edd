//! Boards and messages.

use tp_frames::{TpString, reference};
use tp_net::model::{Message, Reference, Refusal};

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

pub(crate) fn create(world: &mut World) {
    let modtime = world.clock.tick();
    let board = Board {
        name: "News".into(),
        description: "What everybody should know.",
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
        description: "What happened to you, and what others write to you.",
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
        vec![Reference::player(player)],
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
    references: Vec<Reference>,
) {
    let message = Message {
        subject: subject.into(),
        body: body.into(),
        references,
        ..Message::default()
    };
    put(world, board, None, message);
}

fn put(world: &mut World, id: u32, slot: Option<u32>, message: Message) {
    let (turn, modtime) = (world.turn, world.clock.tick());
    let Some(board) = world.boards.get_mut(&id) else {
        return;
    };
    if board.messages.len() >= MOST {
        board.messages.remove(0);
    }
    let end = board.messages.len();
    let at = slot.map_or(end, |slot| slot as usize).min(end);
    board.messages.insert(
        at,
        Message {
            id,
            turn,
            ..message
        },
    );
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
    Refusal::no_such_thing("there is no such board").about(Reference::new(reference::BOARD, id))
}

pub(crate) fn message(world: &World, player: u32, id: u32, slot: u32) -> Result<Message, Refusal> {
    let id = meant(player, id);
    let board = seen(world, player, id)?;
    let message = board
        .messages
        .get(slot as usize)
        .ok_or_else(|| no_message(id, slot))?;
    Ok(Message {
        slot: Some(slot),
        ..message.clone()
    })
}

fn no_message(board: u32, slot: u32) -> Refusal {
    Refusal::no_such_thing("there is no such message")
        .about(Reference::new(reference::BOARD, board))
        .about(Reference::new(reference::MESSAGE, slot))
}

/// A player writes: on the public board, or to anybody's own board.
pub(crate) fn post(world: &mut World, player: u32, message: Message) -> Result<(), Refusal> {
    let id = meant(player, message.id);
    if !world.boards.contains_key(&id) {
        return Err(no_board(id));
    }
    if message.body.len() > LONGEST || message.subject.len() > LONGEST {
        return Err(Refusal::new(
            tp_net::model::FailCode::REQUEST_TOO_BIG,
            format!("a message has at most {LONGEST} bytes"),
        ));
    }
    let mut references = vec![Reference::player(player)];
    references.extend(message.references.iter().take(64).copied());
    let slot = message.slot;
    put(
        world,
        id,
        slot,
        Message {
            slot: None,
            references,
            ..message
        },
    );
    Ok(())
}

/// A player removes a message from the own board.
pub(crate) fn remove(world: &mut World, player: u32, id: u32, slot: u32) -> Result<(), Refusal> {
    let id = meant(player, id);
    let owner = seen(world, player, id)?.owner;
    if owner != Some(player) {
        let about = Reference::new(reference::BOARD, id);
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
