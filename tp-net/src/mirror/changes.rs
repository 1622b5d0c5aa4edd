//! What is another than it was.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::Arc;

use super::picture::Picture;
use super::things::Things;
use crate::model::Message;

/// What a refresh found to be another than at the one before.
///
/// Everything has appeared at the first refresh, and at one that threw away what was there before.
///
/// ```
/// use tp_net::{Options, blocking::Client, mirror::Mirror};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// # let mut client = Client::connect(address, Options::default())?;
/// # client.login("guest", "guest")?;
/// let mut mirror = Mirror::new();
/// let changes = client.refresh(&mut mirror)?;
/// assert_eq!(changes.objects.appeared.len(), mirror.objects().len());
/// let changes = client.refresh(&mut mirror)?;
/// assert!(changes.is_empty() && changes.is_consistent);
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Changes {
    /// Why all that was there before was thrown away, if it was.
    pub discarded: Option<Discarded>,
    /// Whether the picture is of one moment, as far as the server lets one know. If it is not, the
    /// world has changed while it was looked at, or something could not be had just now; the next
    /// refresh makes up for it.
    pub is_consistent: bool,
    /// Whether the server says other things of what it can do.
    pub features: bool,
    /// Types of objects.
    pub object_descs: Changed,
    /// Types of orders.
    pub order_descs: Changed,
    /// Objects.
    pub objects: Changed,
    /// Order queues.
    pub order_queues: Changed,
    /// Queues, or in TP03 objects, whose first orders appeared, whose orders are others, and whose
    /// last orders went.
    pub orders: Changed,
    /// Boards.
    pub boards: Changed,
    /// Messages that are new, by their boards and slots.
    pub news: Vec<(u32, u32)>,
    /// Messages that went, by their boards and the slots that they had.
    pub removed_messages: Vec<(u32, u32)>,
    /// Designs.
    pub designs: Changed,
    /// Players.
    pub players: Changed,
    /// Resources.
    pub resources: Changed,
    /// Categories.
    pub categories: Changed,
    /// Components.
    pub components: Changed,
    /// Properties.
    pub properties: Changed,
}

/// The ids of things of one kind that are others than they were; each list rises.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Changed {
    /// Those that are new.
    pub appeared: Vec<u32>,
    /// Those that are not as they were.
    pub changed: Vec<u32>,
    /// Those that are gone, or cannot be seen any more.
    pub went: Vec<u32>,
}

/// Why a picture was thrown away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discarded {
    /// It was made in another version of the protocol.
    OtherVersion,
    /// It was of another server.
    OtherServer,
    /// It was of another game.
    OtherGame,
    /// It was what another player sees.
    OtherPlayer,
    /// It was of a later turn: the game was begun anew.
    LaterTurn,
}

impl fmt::Display for Discarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OtherVersion => "the picture was made in another version of the protocol",
            Self::OtherServer => "the picture was of another server",
            Self::OtherGame => "the picture was of another game",
            Self::OtherPlayer => "the picture was another player's",
            Self::LaterTurn => "the picture was of a later turn",
        })
    }
}

impl Changed {
    /// Returns `true` if nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.appeared.is_empty() && self.changed.is_empty() && self.went.is_empty()
    }

    pub(super) fn between<T: PartialEq>(old: &Things<T>, new: &Things<T>) -> Self {
        let mut changed = Self::default();
        for entry in new.entries() {
            let before = old.entry(entry.id).and_then(|it| it.thing.as_ref());
            match (before, &entry.thing) {
                (None, Some(_)) => changed.appeared.push(entry.id),
                (Some(before), Some(now)) if !Arc::ptr_eq(before, now) && before != now => {
                    changed.changed.push(entry.id);
                }
                _ => {}
            }
        }
        let there = old.with_ids().map(|(id, _)| id);
        changed.went = there.filter(|id| new.get(*id).is_none()).collect();
        changed
    }
}

impl Changes {
    /// Returns `true` if nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let nothing = Self {
            is_consistent: self.is_consistent,
            ..Self::default()
        };
        *self == nothing
    }

    /// What is another in `new` than in `old`.
    pub(super) fn between(old: &Picture, new: &Picture) -> Self {
        let (news, removed_messages) = messages(&old.messages, &new.messages);
        Self {
            discarded: None,
            is_consistent: true,
            features: old.features != new.features,
            object_descs: Changed::between(&old.object_descs, &new.object_descs),
            order_descs: Changed::between(&old.order_descs, &new.order_descs),
            objects: Changed::between(&old.objects, &new.objects),
            order_queues: Changed::between(&old.order_queues, &new.order_queues),
            orders: Changed::between(&old.orders, &new.orders),
            boards: Changed::between(&old.boards, &new.boards),
            news,
            removed_messages,
            designs: Changed::between(&old.designs, &new.designs),
            players: Changed::between(&old.players, &new.players),
            resources: Changed::between(&old.resources, &new.resources),
            categories: Changed::between(&old.categories, &new.categories),
            components: Changed::between(&old.components, &new.components),
            properties: Changed::between(&old.properties, &new.properties),
        }
    }
}

/// Messages that are new, and those that went, by their boards and slots.
type Messages = (Vec<(u32, u32)>, Vec<(u32, u32)>);

fn messages(old: &Things<Vec<Message>>, new: &Things<Vec<Message>>) -> Messages {
    let (mut news, mut removed) = Messages::default();
    let nothing = Vec::new();
    for (board, now) in new.with_ids() {
        let before = old.get(board).unwrap_or(&nothing);
        if before == now {
            continue;
        }
        let (fresh, gone) = unmatched(before, now);
        news.extend(fresh.into_iter().map(|slot| (board, slot)));
        removed.extend(gone.into_iter().map(|slot| (board, slot)));
    }
    for (board, before) in old.with_ids() {
        if new.get(board).is_none() {
            removed.extend((0_u32..).zip(before).map(|(slot, _)| (board, slot)));
        }
    }
    removed.sort_unstable();
    (news, removed)
}

/// Slots of `now` that were not there before, and slots of `before` that are not there now: what
/// stays on a board stays in its order.
fn unmatched(before: &[Message], now: &[Message]) -> (Vec<u32>, Vec<u32>) {
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    for (place, message) in before.iter().enumerate().rev() {
        places.entry(key(message)).or_default().push(place);
    }
    let mut stayed = vec![false; before.len()];
    let mut news = Vec::new();
    let mut next = 0;
    for (slot, message) in (0_u32..).zip(now) {
        let mut places = places.get_mut(&key(message));
        // The first that is not behind one that was matched already.
        let place = std::iter::from_fn(|| places.as_mut()?.pop()).find(|place| *place >= next);
        match place {
            Some(place) => {
                next = place.saturating_add(1);
                if let Some(stayed) = stayed.get_mut(place) {
                    *stayed = true;
                }
            }
            None => news.push(slot),
        }
    }
    let gone = (0_u32..).zip(stayed).filter(|(_, stayed)| !stayed);
    (news, gone.map(|(slot, _)| slot).collect())
}

/// What a message says, wherever it stands.
fn key(message: &Message) -> impl Hash + Eq + '_ {
    let references = message.references.iter().map(|it| (it.r#type, it.id));
    (
        message.turn,
        &message.subject,
        &message.body,
        &message.msgtypelist,
        references.collect::<Vec<_>>(),
    )
}

/// Returns `true` if two messages say the same, wherever they stand.
pub(super) fn say_the_same(one: &Message, other: &Message) -> bool {
    key(one) == key(other)
}
