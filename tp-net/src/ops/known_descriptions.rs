//! The descriptions of object and order types that are known.

use std::any::Any;
use std::collections::HashMap;

use tp_frames::Packet;

use crate::model::{IdModtime, ObjectDesc, OrderDesc};

/// The descriptions known on this connection. They are worth nothing on another: ids are a
/// game's own.
#[derive(Debug, Default)]
pub(crate) struct KnownDescriptions {
    pub(super) objects: HashMap<u32, ObjectDesc>,
    pub(super) orders: HashMap<u32, OrderDesc>,
}

impl KnownDescriptions {
    /// Keeps what came for this id, if it is a description.
    pub(crate) fn keep<T: Packet>(&mut self, id: u32, thing: &T) {
        let thing: &dyn Any = thing;
        if let Some(desc) = thing.downcast_ref::<ObjectDesc>() {
            self.objects.insert(id, desc.clone());
        } else if let Some(desc) = thing.downcast_ref::<OrderDesc>() {
            self.orders.insert(id, desc.clone());
        }
    }

    /// Forgets what a list of ids shows to have changed.
    pub(crate) fn check<T: Packet>(&mut self, ids: &[IdModtime]) {
        for IdModtime { id, modtime } in ids {
            match T::TYPE {
                ObjectDesc::TYPE => {
                    self.objects
                        .retain(|known, desc| known != id || desc.modtime == *modtime);
                }
                OrderDesc::TYPE => {
                    self.orders
                        .retain(|known, desc| known != id || desc.modtime == *modtime);
                }
                _ => return,
            }
        }
    }
}
