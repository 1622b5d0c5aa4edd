//! Order queues.

use std::sync::Arc;

use tp_frames::{Semi32, tp04};

use super::Source;

/// A queue of orders. In TP03 every object that takes orders is its own queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrderQueue {
    /// Its id.
    pub id: u32,
    /// When it last changed.
    pub serial: u64,
    /// How many orders it holds at most; nothing if there is no bound.
    pub maxslots: Option<u32>,
    /// How many orders it holds.
    pub numorders: u32,
    /// The order types it takes.
    pub ordertypes: Vec<u32>,
    /// The frame it came in.
    pub source: Source<std::convert::Infallible, tp04::OrderQueue>,
}

impl From<tp04::OrderQueue> for OrderQueue {
    fn from(frame: tp04::OrderQueue) -> Self {
        Self {
            id: frame.id,
            serial: frame.serial,
            maxslots: Semi32::from_bits(frame.maxslots).get(),
            numorders: frame.numorders,
            ordertypes: frame.ordertypes.clone(),
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl From<OrderQueue> for tp04::OrderQueue {
    fn from(queue: OrderQueue) -> Self {
        Self {
            id: queue.id,
            serial: queue.serial,
            maxslots: Semi32::from(queue.maxslots).to_bits(),
            numorders: queue.numorders,
            ordertypes: queue.ordertypes,
        }
    }
}
