//! The descriptions of object and order types that are known.

use std::any::Any;
use std::collections::HashMap;

use tp_frames::Packet;
use tp_frames::game::TP04;

use crate::model::{IdModtime, ObjectDesc, OrderDesc};

/// The descriptions known on this connection. They are worth nothing on another: ids are a
/// game's own.
#[derive(Debug, Default)]
pub(crate) struct KnownDescriptions {
    pub(super) objects: HashMap<u32, ObjectDesc>,
    pub(super) orders: HashMap<u32, OrderDesc>,
    /// Bytes on the wire of all that were kept.
    bytes: usize,
}

impl KnownDescriptions {
    /// Keeps what came for this id, if it is a description. If that were too much, it forgets the
    /// others: they are fetched again when they are needed.
    pub(crate) fn keep<T: Packet>(&mut self, id: u32, thing: &T, limit: usize) {
        let any: &dyn Any = thing;
        let (object, order) = (any.downcast_ref(), any.downcast_ref());
        if object.is_none() && order.is_none() {
            return;
        }
        let bytes = thing.encoded_len(TP04);
        if bytes > limit {
            return;
        }
        if self.bytes.saturating_add(bytes) > limit {
            *self = Self::default();
        }
        self.bytes = self.bytes.saturating_add(bytes);
        if let Some(desc) = object {
            self.objects.insert(id, ObjectDesc::clone(desc));
        }
        if let Some(desc) = order {
            self.orders.insert(id, OrderDesc::clone(desc));
        }
    }

    /// Forgets what a list of ids shows to have changed.
    pub(crate) fn check<T: Packet>(&mut self, ids: &[IdModtime]) {
        for IdModtime { id, modtime } in ids {
            match T::TYPE {
                ObjectDesc::TYPE => {
                    let known = self.objects.get(id);
                    if known.is_some_and(|desc| desc.modtime != *modtime) {
                        self.objects.remove(id);
                    }
                }
                OrderDesc::TYPE => {
                    let known = self.orders.get(id);
                    if known.is_some_and(|desc| desc.modtime != *modtime) {
                        self.orders.remove(id);
                    }
                }
                _ => return,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tp_frames::Encode as _;

    use super::*;

    fn desc(name: usize) -> ObjectDesc {
        ObjectDesc {
            name: "x".repeat(name).as_str().into(),
            ..Default::default()
        }
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let limit = desc(100).encoded_len(TP04).saturating_mul(3);
        let mut known = KnownDescriptions::default();
        let mut kept = Vec::new();
        for id in 0..7 {
            known.keep(id, &desc(100), limit);
            kept.push(known.objects.len());
        }
        assert_eq!(kept, [1, 2, 3, 1, 2, 3, 1]);
        assert!(known.objects.contains_key(&6));
        // One that is too large alone drives out nothing.
        known.keep(7, &desc(limit), limit);
        assert!(known.objects.keys().eq(&[6]));
        // Orders count as well.
        for id in 0..3 {
            known.keep(
                id,
                &OrderDesc::default(),
                OrderDesc::default().encoded_len(TP04),
            );
            assert_eq!((known.objects.len(), known.orders.len()), (0, 1));
        }
    }
}
