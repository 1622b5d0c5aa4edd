//! Where the orders of an object are.

/// Which orders an object takes, how many it has and where they are, whatever the version: clients
/// get it from `orders_of`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectOrders {
    /// What `orders`, `remove_order` and their like take: in TP03 the object's id, since TP04 that of
    /// its order queue. An object that takes no orders has none, and here stands a number that is no
    /// queue's, 4,294,967,295.
    pub queue: u32,
    /// The types of orders that it takes from this player.
    pub types: Vec<u32>,
    /// How many orders it has, as far as this player may know: they are in the slots from 0 on.
    pub number: u32,
    /// How many it may have; `None` if nobody says, as in TP03, or if there is no limit.
    pub most: Option<u32>,
}

impl ObjectOrders {
    /// None, in a queue that is closed to the player, or in no queue.
    pub(crate) const fn none(queue: Option<u32>) -> Self {
        Self {
            queue: match queue {
                Some(queue) => queue,
                None => u32::MAX,
            },
            types: Vec::new(),
            number: 0,
            most: None,
        }
    }
}
