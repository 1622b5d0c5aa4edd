//! What is known of how a server tells that something has changed.

use tp_frames::{TpString, Version};

/// How a server tells that something has changed, beyond what every server does.
///
/// What [`of`](Self::of) knows of a server, nobody has to state. State what you know of yours with
/// [`Mirror::habits`](super::Mirror::habits); what is stated and not true lets a mirror miss changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Habits {
    /// The server has one clock for all things of a kind: whatever changes, appears to the player
    /// or is gone from the player's sight gets a modification time that is greater than all that
    /// were listed before; and asked for what changed after such a time, the server lists all of
    /// that, also what is gone. Then, since TP04, only that is asked for, and a refresh without
    /// changes costs next to nothing. No server is known to be so: tpserver-cpp has a small counter
    /// for each thing and never lists what is gone, `tp-game` does not list what goes out of sight.
    pub one_clock: bool,
    /// In TP03, where objects have their orders, an object gets another modification time when
    /// one of its orders changes. Otherwise objects that take orders are asked for at each refresh,
    /// and their orders too.
    pub orders_touch_objects: bool,
}

/// How the text of a server's Okay to Connect begins, and its habits.
const TABLE: [(&str, Habits); 1] = [(
    "tp-game ",
    Habits {
        one_clock: false,
        orders_touch_objects: true,
    },
)];

impl Habits {
    /// The habits of a server about which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The habits of the server that greets so.
    ///
    /// ```
    /// use tp_net::mirror::Habits;
    ///
    /// assert!(Habits::of(&"tp-game 0.1.0, game Demo".into()).orders_touch_objects);
    /// assert_eq!(Habits::of(&"hello".into()), Habits::new());
    /// ```
    #[must_use]
    pub fn of(greeting: &TpString) -> Self {
        let known = TABLE
            .iter()
            .find(|(begin, _)| greeting.as_bytes().starts_with(begin.as_bytes()));
        known.map(|(_, habits)| *habits).unwrap_or_default()
    }

    /// States [`one_clock`](Self::one_clock).
    #[must_use]
    pub fn one_clock(self, one_clock: bool) -> Self {
        Self { one_clock, ..self }
    }

    /// States [`orders_touch_objects`](Self::orders_touch_objects).
    #[must_use]
    pub fn orders_touch_objects(self, orders_touch_objects: bool) -> Self {
        Self {
            orders_touch_objects,
            ..self
        }
    }

    /// What holds of a server of which this is stated, and which greets so.
    pub(super) fn with(self, greeting: &TpString) -> Self {
        let known = Self::of(greeting);
        Self {
            one_clock: self.one_clock || known.one_clock,
            orders_touch_objects: self.orders_touch_objects || known.orders_touch_objects,
        }
    }

    /// Whether it is safe to ask only for what changed.
    pub(super) fn lists_changes(self, version: Version) -> bool {
        self.one_clock && version.has(4)
    }
}
