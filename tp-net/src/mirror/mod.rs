//! A picture of a game, kept up to date by asking only for what has changed.
//!
//! A [`Mirror`] holds everything that a player can see. Every client refreshes it: the first time
//! all is downloaded, after that what has changed. It can be looked at in between without asking
//! the server anything.
//!
//! ```
//! use tp_net::{Options, blocking::Client, mirror::Mirror};
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! let mut client = Client::connect(address, Options::default())?;
//! client.login("guest", "guest")?;
//! let mut mirror = Mirror::new();
//! client.refresh(&mut mirror)?;
//!
//! for object in mirror.mine() {
//!     let star = mirror.parent(&object).map(|it| it.name.to_string());
//!     println!("{} at {star:?}: {} orders", object.name, mirror.orders_of(&object).len());
//! }
//! client.finish_turn()?;
//! // … until the turn has ended …
//! let changes = client.refresh(&mut mirror)?;
//! for id in changes.objects.appeared {
//!     println!("new: {:?}", mirror.object(id));
//! }
//! for (board, slot) in changes.news {
//!     println!("{:?}", mirror.message(board, slot));
//! }
//! # game.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is asked
//!
//! First what the server can do and which turn it is; then, kind by kind, the list of ids, page by
//! page, and the things in batches: descriptions of objects and orders, objects, order queues,
//! orders, boards, messages, designs, players, resources, categories, components, properties.
//!
//! An id costs 12 bytes at each refresh, and a thing that has another modification time than
//! before is asked for again. It is compared for being different only, as many servers count
//! changes for each thing on its own. For a server known to have one clock, [`Habits::one_clock`]
//! spares the 12 bytes. What no modification time tells is asked again when in doubt:
//!
//! | what | asked again |
//! |---|---|
//! | boards | always; there are few, and a message may come in the second of the one before |
//! | messages | of a board that is another: the last few known and the new ones; all if those are not what they were |
//! | orders in TP04 | of queues with another serial |
//! | orders in TP03 | of objects that take orders, always, and these objects too; see [`Habits::orders_touch_objects`] |
//! | objects that hold others | if one of those is gone, or has come and says so |
//! | players in TP03, which lists none | always: the player, and whoever owns an object or a design |
//!
//! So for 10,000 objects, 1,000 of them the player's with a queue, a refresh takes about this many
//! bytes from the server, where the first download took 1,880,000 in TP04:
//!
//! | objects that changed | TP03 | TP04 | TP04, one clock |
//! |---|---|---|---|
//! | 0 | 121,000 | 133,000 | 640 |
//! | 10 | 122,000 | 135,000 | 2,400 |
//! | 1,000 | 254,000 | 296,000 | 175,000 |
//!
//! A kind that a server refuses to list is empty, and [`Things::refusal`] says why; but the objects
//! it has to list. One thing that a server lists and does not give is left out, and so are orders
//! and messages behind a slot that it does not give. In memory a mirror takes less than half as much
//! again as the frames that came, also while it is refreshed.
//!
//! # When something goes wrong
//!
//! A refresh that fails leaves the mirror as it was, whatever has happened. A server that is busy
//! with its turn (it refuses as temporarily unavailable) is asked again, paced
//! ([`Mirror::patience`]). If the turn ends in the midst of a refresh, or things change in it, what
//! has changed is asked again, up to three times; [`Changes::is_consistent`] tells how that ended.
//! What no server tells, two things of the same kind with the same modification time, nobody finds.
//!
//! # Saving
//!
//! With feature `serde` mirrors can be saved and loaded, in any format for people, such as JSON. A
//! program that starts again then downloads only what has changed meanwhile, unless the picture is
//! of another game, or for another player: [`Changes::discarded`].
//!
#![cfg_attr(feature = "serde", doc = "```")]
#![cfg_attr(not(feature = "serde"), doc = "```ignore")]
//! # use tp_net::{Options, blocking::Client};
//! use tp_net::mirror::Mirror;
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! # let mut client = Client::connect(address, Options::default())?;
//! # client.login("guest", "guest")?;
//! # let mut mirror = Mirror::new();
//! # client.refresh(&mut mirror)?;
//! let saved = serde_json::to_string(&mirror)?;
//! let mut loaded: Mirror = serde_json::from_str(&saved)?;
//! let changes = client.refresh(&mut loaded)?;
//! assert!(changes.is_empty(), "nothing has changed meanwhile");
//! # game.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod changes;
mod clients;
mod habits;
mod objects;
mod picture;
mod progress;
mod refresh;
#[cfg(feature = "serde")]
mod saved;
mod things;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use changes::{Changed, Changes, Discarded};
pub use habits::Habits;
pub use objects::{ObjectIter, Objects};
use picture::Picture;
pub use progress::{Part, Progress};
pub use refresh::Refreshed;
use refresh::Settings;
pub use things::{Iter, Named, Things};

use crate::model::{
    Board, Category, Component, Design, Features, Message, Object, ObjectDesc, Order, OrderDesc,
    OrderQueue, Player, Property, Resource,
};

/// Everything that a player can see, as it was at the last refresh.
///
/// Clones are cheap, and share what has not changed: a clone is how to remember the turn before.
/// Two mirrors are equal if they show the same.
#[derive(Clone, Default)]
pub struct Mirror {
    picture: Arc<Picture>,
    settings: Settings,
}

impl Mirror {
    /// One that shows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// States how the server tells that something has changed, beyond what its greeting tells.
    #[must_use]
    pub fn habits(mut self, habits: Habits) -> Self {
        self.settings.habits = habits;
        self
    }

    /// How often a server that is busy is asked again, and after how long each time; 60 times after
    /// a second each by default. Then its refusal is the refresh's error.
    #[must_use]
    pub fn patience(mut self, times: u32, pause: Duration) -> Self {
        self.settings.patience = (times, pause);
        self
    }

    /// How many ids to ask for at a time; 1,000 by default, at least one.
    #[must_use]
    pub fn page_size(mut self, ids: u32) -> Self {
        self.settings.page = ids.max(1);
        self
    }

    /// How many bytes a server may send while it is looked at before that fails; 1 GiB by default.
    #[must_use]
    pub fn download_limit(mut self, bytes: u64) -> Self {
        self.settings.download_limit = bytes;
        self
    }

    /// Takes what [`polling::Client::refresh`](crate::polling::Client::refresh) has brought, and says
    /// what changed. The other clients do this themselves.
    pub fn apply(&mut self, refreshed: Refreshed) -> Changes {
        let Refreshed {
            picture,
            discarded,
            is_consistent,
        } = refreshed;
        let nothing = Picture::default();
        let before = match discarded {
            Some(_) => &nothing,
            None => &*self.picture,
        };
        let changes = Changes {
            discarded,
            is_consistent,
            ..Changes::between(before, &picture)
        };
        self.picture = picture;
        changes
    }

    /// Returns `true` if nothing was downloaded yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.picture.subject.is_none()
    }

    /// Which turn it was, if the server counts them. In TP03 none does.
    #[must_use]
    pub fn turn(&self) -> Option<u32> {
        self.picture.turn
    }

    /// What the server can do beyond what every server can.
    #[must_use]
    pub fn features(&self) -> &Features {
        &self.picture.features
    }

    /// The objects that the player sees.
    #[must_use]
    pub fn objects(&self) -> Objects<'_> {
        Objects::of(&self.picture)
    }

    /// The object with this id.
    #[must_use]
    pub fn object(&self, id: u32) -> Option<Object> {
        self.objects().get(id)
    }

    /// The object with this name; that with the lowest id if several have it.
    #[must_use]
    pub fn object_named(&self, name: &str) -> Option<Object> {
        self.objects().named(name)
    }

    /// The objects directly inside another, in the order in which it states them.
    pub fn children<'a>(&'a self, object: &'a Object) -> impl Iterator<Item = Object> {
        let held = object.contains.iter();
        held.filter_map(|id| self.object(*id))
    }

    /// The object that directly holds another; `None` if none does, or it is not seen.
    #[must_use]
    pub fn parent(&self, object: &Object) -> Option<Object> {
        self.object(self.picture.parent(object)?)
    }

    /// The objects that the player who looks owns.
    pub fn mine(&self) -> impl Iterator<Item = Object> {
        let me = self.me().map(|me| me.id).into_iter();
        me.flat_map(|me| self.owned_by(me))
    }

    /// The objects that a player owns.
    pub fn owned_by(&self, player: u32) -> impl Iterator<Item = Object> {
        let objects = self.objects().iter();
        objects.filter(move |object| object.owner() == Some(player))
    }

    /// Who owns an object; `None` if nobody does, or nothing is known of the player.
    #[must_use]
    pub fn owner(&self, object: &Object) -> Option<&Player> {
        self.players().get(object.owner()?)
    }

    /// The orders of an object, in the order of their slots.
    #[must_use]
    pub fn orders_of(&self, object: &Object) -> impl ExactSizeIterator<Item = Order> {
        self.picture.orders_of(object)
    }

    /// The types of objects. In TP03 there are none.
    #[must_use]
    pub fn object_descs(&self) -> &Things<ObjectDesc> {
        &self.picture.object_descs
    }

    /// The types of orders.
    #[must_use]
    pub fn order_descs(&self) -> &Things<OrderDesc> {
        &self.picture.order_descs
    }

    /// The player's order queues. In TP03 there are none.
    #[must_use]
    pub fn order_queues(&self) -> &Things<OrderQueue> {
        &self.picture.order_queues
    }

    /// The boards.
    #[must_use]
    pub fn boards(&self) -> &Things<Board> {
        &self.picture.boards
    }

    /// The messages on the board that is listed by this id, in the order of their slots.
    #[must_use]
    pub fn messages(&self, board: u32) -> &[Message] {
        let messages = self.picture.messages.get(board);
        messages.map(Vec::as_slice).unwrap_or_default()
    }

    /// The message in a slot of the board that is listed by this id.
    #[must_use]
    pub fn message(&self, board: u32, slot: u32) -> Option<&Message> {
        self.messages(board).get(usize::try_from(slot).ok()?)
    }

    /// The designs.
    #[must_use]
    pub fn designs(&self) -> &Things<Design> {
        &self.picture.designs
    }

    /// The players. In TP03, which lists none: the one who looks, and whoever owns an object or a
    /// design.
    #[must_use]
    pub fn players(&self) -> &Things<Player> {
        &self.picture.players
    }

    /// The player who looks.
    #[must_use]
    pub fn me(&self) -> Option<&Player> {
        self.players().get(self.picture.subject.as_ref()?.player?)
    }

    /// The resources.
    #[must_use]
    pub fn resources(&self) -> &Things<Resource> {
        &self.picture.resources
    }

    /// The categories.
    #[must_use]
    pub fn categories(&self) -> &Things<Category> {
        &self.picture.categories
    }

    /// The components.
    #[must_use]
    pub fn components(&self) -> &Things<Component> {
        &self.picture.components
    }

    /// The properties.
    #[must_use]
    pub fn properties(&self) -> &Things<Property> {
        &self.picture.properties
    }
}

impl PartialEq for Mirror {
    fn eq(&self, other: &Self) -> bool {
        self.picture == other.picture
    }
}

impl fmt::Debug for Mirror {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mirror")
            .field("turn", &self.picture.turn)
            .field("objects", &self.picture.objects.len())
            .finish_non_exhaustive()
    }
}
