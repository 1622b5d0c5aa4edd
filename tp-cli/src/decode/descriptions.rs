//! The descriptions that a capture holds, and the frames that they make readable.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use serde::Serialize;
use serde::de::value::Error;
use tp_frames::{AnyFrame, EncodeOptions, Packet as _, admin, game};

use super::limits::{DESCRIPTIONS, PIECE};
use super::parameters::{Described, ReadParameters, Shape, read};

/// A protocol whose frames describe one another.
pub(crate) trait Describing: AnyFrame + Serialize {
    /// The newest description of each type.
    type Descriptions: From<Room>;

    /// Whether the protocol does not have the frame's type.
    fn is_unknown(&self) -> bool;

    /// Keeps the frame, of that many bytes, if it is a description.
    fn keep(&self, bytes: usize, descriptions: &mut Self::Descriptions);

    /// Reads the parameters of a frame of that version and padding, if it is of a kind that has
    /// some, and puts in their place what their values encode to.
    fn read_parameters(
        &mut self,
        descriptions: &Self::Descriptions,
        form: EncodeOptions,
    ) -> Result<Option<ReadParameters>, Error>;
}

/// How many bytes of descriptions are kept, by all that have a clone of this.
#[derive(Debug, Clone, Default)]
pub(crate) struct Room(Rc<Cell<usize>>);

/// The newest descriptions of one kind, by the type that they describe.
pub(crate) struct Descriptions<D> {
    /// With their sizes in bytes.
    by_type: HashMap<u32, (usize, D)>,
    room: Room,
}

impl<D> From<Room> for Descriptions<D> {
    fn from(room: Room) -> Self {
        Self {
            by_type: HashMap::new(),
            room,
        }
    }
}

impl<D> Descriptions<D> {
    /// Keeps a description in place of an older one, if there is room.
    fn keep(&mut self, id: u32, bytes: usize, description: &D)
    where
        D: Clone,
    {
        let bytes = bytes.saturating_add(PIECE);
        let older = self.by_type.get(&id).map_or(0, |(bytes, _)| *bytes);
        let kept = self.room.0.get().saturating_sub(older);
        let kept = kept.saturating_add(bytes);
        if kept <= DESCRIPTIONS {
            self.room.0.set(kept);
            self.by_type.insert(id, (bytes, description.clone()));
        }
    }
}

impl<D> Drop for Descriptions<D> {
    fn drop(&mut self) {
        let bytes = self.by_type.values().map(|(bytes, _)| *bytes).sum();
        self.room.0.set(self.room.0.get().saturating_sub(bytes));
    }
}

/// What the description of type `id` says, if it came.
fn shape<D>(
    descriptions: &Descriptions<D>,
    kind: &str,
    id: u32,
    parameters: impl FnOnce(&D) -> Vec<Described>,
) -> Shape {
    match descriptions.by_type.get(&id) {
        Some((_, found)) => Shape::Known {
            by: format!("{kind} {id}"),
            parameters: parameters(found),
        },
        None => Shape::Unknown {
            missing: format!("{kind} {id}"),
        },
    }
}

macro_rules! described {
    ($entries:expr) => {
        $entries
            .map(|entry| Described {
                name: Some(entry.name.clone()),
                r#type: entry.r#type,
            })
            .collect()
    };
}

/// The descriptions of a version of the game's protocol.
pub(crate) struct GameDescriptions {
    objects: Descriptions<game::ObjectDesc>,
    orders: Descriptions<game::OrderDesc>,
}

impl From<Room> for GameDescriptions {
    fn from(room: Room) -> Self {
        Self {
            objects: room.clone().into(),
            orders: room.into(),
        }
    }
}

impl GameDescriptions {
    fn object(&self, otype: u32, form: EncodeOptions) -> Shape {
        let parameters = game::Object::PARAMETERS;
        let Some(kind) = parameters.and_then(|it| it.description_in(form.version)) else {
            return Shape::Known {
                by: format!("object type {otype}"),
                parameters: vec![Described {
                    name: None,
                    r#type: otype,
                }],
            };
        };
        shape(&self.objects, kind, otype, |description| {
            let groups = description.propertygroups.iter();
            described!(groups.flat_map(|group| &group.parameters))
        })
    }

    fn order(&self, otype: u32) -> Shape {
        shape(&self.orders, game::OrderDesc::NAME, otype, |description| {
            described!(description.parameters.iter())
        })
    }
}

impl Describing for game::Frame {
    type Descriptions = GameDescriptions;

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    fn keep(&self, bytes: usize, descriptions: &mut Self::Descriptions) {
        match self {
            Self::ObjectDesc(found) => descriptions.objects.keep(found.id, bytes, found),
            Self::OrderDesc(found) => descriptions.orders.keep(found.id, bytes, found),
            _ => {}
        }
    }

    fn read_parameters(
        &mut self,
        descriptions: &Self::Descriptions,
        form: EncodeOptions,
    ) -> Result<Option<ReadParameters>, Error> {
        let object = |otype| descriptions.object(otype, form);
        let order = |otype| descriptions.order(otype);
        match self {
            Self::Object(packet) => read(&mut packet.parameters, form, object(packet.otype)),
            Self::ModifyObject(packet) => read(&mut packet.parameters, form, object(packet.otype)),
            Self::Order(packet) => read(&mut packet.parameters, form, order(packet.otype)),
            Self::OrderInsert(packet) => read(&mut packet.parameters, form, order(packet.otype)),
            Self::OrderProbe(packet) => read(&mut packet.parameters, form, order(packet.otype)),
            _ => return Ok(None),
        }
        .map(Some)
    }
}

impl Describing for admin::Frame {
    type Descriptions = Descriptions<admin::CommandDesc>;

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    fn keep(&self, bytes: usize, descriptions: &mut Self::Descriptions) {
        if let Self::CommandDesc(description) = self {
            descriptions.keep(description.id, bytes, description);
        }
    }

    fn read_parameters(
        &mut self,
        descriptions: &Self::Descriptions,
        form: EncodeOptions,
    ) -> Result<Option<ReadParameters>, Error> {
        let Self::Command(command) = self else {
            return Ok(None);
        };
        let shape = shape(
            descriptions,
            admin::CommandDesc::NAME,
            command.ctype,
            |description| described!(description.parameters.iter()),
        );
        read(&mut command.parameters, form, shape).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_so_many_descriptions_are_kept() {
        let room = Room::default();
        let mut first = Descriptions::from(room.clone());
        let mut second = Descriptions::from(room.clone());
        first.keep(1, DESCRIPTIONS - 10 * PIECE, &());
        second.keep(1, PIECE, &());
        // There is no room for more, but in place of what is there.
        second.keep(2, 10 * PIECE, &());
        first.keep(1, DESCRIPTIONS, &());
        assert_eq!(
            (first.by_type[&1].0, second.by_type.len()),
            (DESCRIPTIONS - 9 * PIECE, 1)
        );
        first.keep(1, PIECE, &());
        second.keep(2, 10 * PIECE, &());
        assert_eq!(second.by_type.len(), 2);
        drop((first, second));
        assert_eq!(room.0.get(), 0);
    }
}
