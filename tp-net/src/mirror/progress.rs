//! How far a refresh has come.

use std::fmt;

/// How far a refresh has come: `done` of the `of` things of this part that are asked for.
///
/// A refresh goes through the parts in the order of [`Part`], and through some of them again if the
/// world changes meanwhile. `of` is 0 as long as it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What is being asked for.
    pub what: Part,
    /// How many have come.
    pub done: usize,
    /// How many are asked for.
    pub of: usize,
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.of {
            0 => write!(f, "{}", self.what),
            of => write!(f, "{}: {} of {of}", self.what, self.done),
        }
    }
}

/// A part of the picture of a game.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Part {
    /// What the server can do.
    Features,
    /// Types of objects.
    ObjectDescs,
    /// Types of orders.
    OrderDescs,
    /// Objects.
    Objects,
    /// Order queues.
    OrderQueues,
    /// The orders in queues, or of objects in TP03.
    Orders,
    /// Boards.
    Boards,
    /// The messages on boards.
    Messages,
    /// Designs.
    Designs,
    /// Players.
    Players,
    /// Resources.
    Resources,
    /// Categories.
    Categories,
    /// Components.
    Components,
    /// Properties.
    Properties,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Features => "features",
            Self::ObjectDescs => "object types",
            Self::OrderDescs => "order types",
            Self::Objects => "objects",
            Self::OrderQueues => "order queues",
            Self::Orders => "orders",
            Self::Boards => "boards",
            Self::Messages => "messages",
            Self::Designs => "designs",
            Self::Players => "players",
            Self::Resources => "resources",
            Self::Categories => "categories",
            Self::Components => "components",
            Self::Properties => "properties",
        })
    }
}
