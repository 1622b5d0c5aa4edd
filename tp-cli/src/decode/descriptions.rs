//! The descriptions that a capture holds, and the frames that they make readable.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::value::Error;
use tp_frames::{AnyFrame, EncodeOptions, Packet as _, admin, game};

use super::parameters::{Described, ReadParameters, Shape, read};

/// A protocol whose frames describe one another.
pub(crate) trait Describing: AnyFrame + Serialize {
    /// The newest description of each type.
    type Descriptions: Default;

    /// Whether the protocol does not have the frame's type.
    fn is_unknown(&self) -> bool;

    /// Keeps the frame if it is a description.
    fn keep(&self, descriptions: &mut Self::Descriptions);

    /// Reads the parameters of a frame of that version and padding, if it is of a kind that has
    /// some, and puts in their place what their values encode to.
    fn read_parameters(
        &mut self,
        descriptions: &Self::Descriptions,
        form: EncodeOptions,
    ) -> Result<Option<ReadParameters>, Error>;
}

/// What the description of type `id` says, if it came.
fn shape<D>(
    descriptions: &HashMap<u32, D>,
    kind: &str,
    id: u32,
    parameters: impl FnOnce(&D) -> Vec<Described>,
) -> Shape {
    match descriptions.get(&id) {
        Some(found) => Shape::Known {
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
#[derive(Default)]
pub(crate) struct GameDescriptions {
    objects: HashMap<u32, game::ObjectDesc>,
    orders: HashMap<u32, game::OrderDesc>,
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

    fn keep(&self, descriptions: &mut Self::Descriptions) {
        match self {
            Self::ObjectDesc(description) => {
                descriptions
                    .objects
                    .insert(description.id, description.clone());
            }
            Self::OrderDesc(description) => {
                descriptions
                    .orders
                    .insert(description.id, description.clone());
            }
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
    type Descriptions = HashMap<u32, admin::CommandDesc>;

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    fn keep(&self, descriptions: &mut Self::Descriptions) {
        if let Self::CommandDesc(description) = self {
            descriptions.insert(description.id, description.clone());
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
