//! What players may store, and the book of how much they do.
//!
//! The table in the documentation of the crate says the same, and a test compares the two.

use std::collections::BTreeMap;

use tp_net::model::{self, Design, FailCode, Message, OrderParams, Refusal};

/// Most bytes of the name of a design or a category.
pub(crate) const NAME: usize = 100;
/// Most bytes of the name of an object, given by its player or by the game.
pub(crate) const OBJECT_NAME: usize = 80;
/// Most bytes of the description of a design or a category.
pub(crate) const DESCRIPTION: usize = 1_000;
/// Most bytes of the subject of a message.
pub(crate) const SUBJECT: usize = 250;
/// Most bytes of the text of a message.
pub(crate) const BODY: usize = 16_384;
/// Most types of a message.
pub(crate) const MESSAGE_TYPES: usize = 16;
/// Most references of a message.
pub(crate) const MESSAGE_REFERENCES: usize = 64;
/// Most categories that a design is in, as they are sent.
pub(crate) const DESIGN_CATEGORIES: usize = 16;
/// Most components of a design, as they are sent: one that is named twice counts twice.
pub(crate) const DESIGN_COMPONENTS: usize = 64;
/// Most components of one type in a design.
pub(crate) const COMPONENT_AMOUNT: u32 = 100;
/// Most entries of a list in an order, as they are sent: one that is named twice counts twice.
pub(crate) const ORDER_ENTRIES: usize = 100;
/// Most designs whose ships one order builds, and so most in a fleet.
pub(crate) const FLEET_DESIGNS: usize = 16;
/// Most orders in a queue.
pub(crate) const ORDERS: u32 = 100;
/// Most designs of a player.
pub(crate) const DESIGNS: usize = 100;
/// Most categories of a player.
pub(crate) const CATEGORIES: usize = 50;
/// Most fleets of a player.
pub(crate) const FLEETS: usize = 100;
/// Most fleets of a player who is given another.
pub(crate) const FLEETS_WITH_GIFTS: usize = 50;
/// Most messages of players on a board.
pub(crate) const POSTS: usize = 500;
/// Most messages of one player on a board that is not the player's own.
pub(crate) const POSTS_OF_ONE: usize = 20;
/// Most messages of the game on a board; the oldest makes room.
pub(crate) const REPORTS: usize = 100;
/// Most bytes of the text of a message of the game; the rest is cut off.
pub(crate) const REPORT: usize = 2_000;
/// Most bytes of all that a player stores.
pub(crate) const PLAYER_BYTES: u64 = 262_144;
/// Most bytes of the messages of the game on a player's board; the oldest make room.
pub(crate) const REPORT_BYTES: u64 = 32_768;
/// Most bytes of all that players store and are told, before those who have much get no more.
pub(crate) const GAME_BYTES: u64 = 12_582_912;
/// Bytes that a player may store in a game that is full.
pub(crate) const SURE_BYTES: u64 = 3_072;
/// Bytes of the messages of the game on a player's board in a game that is full.
pub(crate) const SURE_REPORT_BYTES: u64 = 1_024;
/// Most categories of a game, its own aside.
pub(crate) const GAME_CATEGORIES: usize = 1_000;
/// Most accounts of a game.
pub(crate) const ACCOUNTS: usize = 10_000;
/// Most things of a kind that are remembered when they are gone.
pub(crate) const GONE: usize = 4_096;

/// Refuses more of something than there may be in one request.
pub(crate) fn fits(what: &str, number: usize, most: usize, unit: &str) -> Result<(), Refusal> {
    if number <= most {
        return Ok(());
    }
    let text = format!("{what} has at most {most} {unit}, not {number}");
    Err(Refusal::new(FailCode::REQUEST_TOO_BIG, text))
}

/// Refuses one thing more where there are so many.
pub(crate) fn one_more(
    what: &str,
    number: usize,
    most: usize,
    things: &str,
) -> Result<(), Refusal> {
    if number < most {
        return Ok(());
    }
    let text = format!("{what} has at most {most} {things}");
    Err(Refusal::unavailable_temporarily(text))
}

/// The first bytes of a text, as many whole characters as fit.
pub(crate) fn cut(mut text: String, most: usize) -> String {
    let mut ends = (0..=most).rev();
    let end = ends.find(|end| text.is_char_boundary(*end));
    text.truncate(end.unwrap_or_default());
    text
}

/// Gives back the room of what was taken out of a list. Costs nothing in the long run: half of the
/// list goes before it moves again.
pub(crate) fn slim<T>(list: &mut Vec<T>) {
    if list.capacity() > list.len().saturating_mul(4) {
        list.shrink_to(list.len().saturating_mul(2));
    }
}

/// For whom something is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Holder {
    /// The player who made it.
    Player(u32),
    /// The player whom the game tells of it.
    Reader(u32),
}

/// How many bytes are stored for whom: what things say, and what they take
/// beside that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Stored {
    all: u64,
    of: BTreeMap<Holder, u64>,
}

impl Stored {
    /// The bytes of all.
    pub(crate) fn all(&self) -> u64 {
        self.all
    }

    fn of(&self, holder: Holder) -> u64 {
        self.of.get(&holder).copied().unwrap_or_default()
    }

    /// Refuses what there is no room for: so many bytes more of a holder's.
    pub(crate) fn check(&self, holder: Holder, more: u64) -> Result<(), Refusal> {
        let (most, sure) = match holder {
            Holder::Player(_) => (PLAYER_BYTES, SURE_BYTES),
            Holder::Reader(_) => (REPORT_BYTES, SURE_REPORT_BYTES),
        };
        let then = self.of(holder).saturating_add(more);
        if then > most {
            let text = format!("all that a player stores is at most {most} bytes, not {then}");
            return Err(Refusal::unavailable_temporarily(text));
        }
        if then > sure && self.all.saturating_add(more) > GAME_BYTES {
            let text = format!(
                "the game is full: it stores at most {GAME_BYTES} bytes, and then {sure} of a player"
            );
            return Err(Refusal::unavailable_temporarily(text));
        }
        Ok(())
    }

    pub(crate) fn add(&mut self, holder: Holder, bytes: u64) {
        self.all = self.all.saturating_add(bytes);
        let of = self.of.entry(holder).or_default();
        *of = of.saturating_add(bytes);
    }

    pub(crate) fn remove(&mut self, holder: Holder, bytes: u64) {
        self.all = self.all.saturating_sub(bytes);
        if let Some(of) = self.of.get_mut(&holder) {
            *of = of.saturating_sub(bytes);
            if *of == 0 {
                self.of.remove(&holder);
            }
        }
    }
}

/// What a fleet takes with its queue, its name and its place in every index.
pub(crate) const FLEET_COST: u64 = 1_536;

/// What every thing of a kind takes, whatever it says: with the room that lists, trees and the
/// allocator keep free.
const ORDER_COST: usize = 512;
const DESIGN_COST: usize = 640;
const CATEGORY_COST: usize = 320;
const MESSAGE_COST: usize = 448;

/// The sum of these.
fn sum(bytes: impl IntoIterator<Item = usize>) -> u64 {
    let bytes = bytes.into_iter().fold(0, usize::saturating_add);
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// What so many entries of a list take.
fn entries<T>(list: &[T]) -> usize {
    size_of_val(list)
}

/// The bytes that an order takes.
pub(crate) fn cost_of_order(parameters: &[OrderParams]) -> u64 {
    let says = parameters.iter().map(|parameter| match parameter {
        OrderParams::List(list) => entries(&list.selection),
        OrderParams::String(text) => text.string.len(),
        OrderParams::ReferenceList(to) => entries(&to.references),
        OrderParams::ResourceList(list) => entries(&list.selected),
        OrderParams::GenericReferenceQuantityList(list) => entries(&list.selection),
        _ => 0,
    });
    sum(says.chain([ORDER_COST]))
}

/// The bytes that a design takes.
pub(crate) fn cost_of_design(design: &Design) -> u64 {
    let lists = [entries(&design.catlist), entries(&design.components)];
    let texts = [design.name.len(), design.description.len()];
    sum(lists.into_iter().chain(texts).chain([DESIGN_COST]))
}

/// The bytes that a category takes.
pub(crate) fn cost_of_category(category: &model::Category) -> u64 {
    sum([
        category.name.len(),
        category.description.len(),
        CATEGORY_COST,
    ])
}

/// The bytes that a message takes.
pub(crate) fn cost_of_message(message: &Message) -> u64 {
    let lists = [entries(&message.msgtypelist), entries(&message.references)];
    let texts = [message.subject.len(), message.body.len()];
    sum(lists.into_iter().chain(texts).chain([MESSAGE_COST]))
}

#[cfg(test)]
mod tests;
