//! The descriptions that a capture holds, and the frames that they make readable.

use std::collections::HashMap;

use serde::Serialize;
use serde::de::value::Error;
use tp_frames::{AnyFrame, admin, tp03, tp04};

use super::parameters::{Described, ReadParameters, Shape, read};

/// A protocol whose frames describe one another.
pub(crate) trait Describing: AnyFrame + Serialize {
    /// What output calls it.
    const PROTOCOL: &'static str;

    /// The newest description of each type.
    type Descriptions: Default;

    /// Whether the protocol does not have the frame's type.
    fn is_unknown(&self) -> bool;

    /// Keeps the frame if it is a description.
    fn keep(&self, descriptions: &mut Self::Descriptions);

    /// Reads the frame's parameters, if it is of a kind that has some, and puts in their place
    /// what their values encode to.
    fn read_parameters(
        &mut self,
        descriptions: &Self::Descriptions,
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
    ($list:expr) => {
        $list
            .iter()
            .map(|entry| Described {
                name: Some(entry.name.clone()),
                r#type: entry.r#type,
            })
            .collect()
    };
}

impl Describing for tp03::Frame {
    const PROTOCOL: &'static str = "TP03";

    type Descriptions = HashMap<u32, tp03::OrderDesc>;

    fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    fn keep(&self, descriptions: &mut Self::Descriptions) {
        if let Self::OrderDesc(description) = self {
            descriptions.insert(description.id, description.clone());
        }
    }

    fn read_parameters(
        &mut self,
        descriptions: &Self::Descriptions,
    ) -> Result<Option<ReadParameters>, Error> {
        let (otype, tail) = match self {
            // The object's type is itself the type of its one parameter.
            Self::Object(object) => {
                let parameters = vec![Described {
                    name: None,
                    r#type: object.otype,
                }];
                let by = format!("object type {}", object.otype);
                let shape = Shape::Known { by, parameters };
                return read("object", &mut object.object, shape).map(Some);
            }
            Self::Order(order) => (order.otype, &mut order.orderparams),
            Self::OrderInsert(order) => (order.otype, &mut order.orderparams),
            Self::OrderProbe(order) => (order.otype, &mut order.orderparams),
            _ => return Ok(None),
        };
        let shape = shape(descriptions, "OrderDesc", otype, |description| {
            described!(description.parameters)
        });
        read("orderparams", tail, shape).map(Some)
    }
}

/// The descriptions of TP04.
#[derive(Default)]
pub(crate) struct Tp04Descriptions {
    objects: HashMap<u32, tp04::ObjectDesc>,
    orders: HashMap<u32, tp04::OrderDesc>,
}

impl Describing for tp04::Frame {
    const PROTOCOL: &'static str = "TP04";

    type Descriptions = Tp04Descriptions;

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
    ) -> Result<Option<ReadParameters>, Error> {
        let object = |otype| {
            shape(&descriptions.objects, "ObjectDesc", otype, |description| {
                let groups = &description.propertygroups;
                described!(
                    groups
                        .iter()
                        .flat_map(|group| &group.parameters)
                        .collect::<Vec<_>>()
                )
            })
        };
        let order = |otype| {
            shape(&descriptions.orders, "OrderDesc", otype, |description| {
                described!(description.parameters)
            })
        };
        const FIELD: &str = "parameters";
        match self {
            Self::Object(packet) => read(FIELD, &mut packet.parameters, object(packet.otype)),
            Self::ModifyObject(packet) => read(FIELD, &mut packet.parameters, object(packet.otype)),
            Self::Order(packet) => read(FIELD, &mut packet.parameters, order(packet.otype)),
            Self::OrderInsert(packet) => read(FIELD, &mut packet.parameters, order(packet.otype)),
            Self::OrderProbe(packet) => read(FIELD, &mut packet.parameters, order(packet.otype)),
            _ => return Ok(None),
        }
        .map(Some)
    }
}

impl Describing for admin::Frame {
    const PROTOCOL: &'static str = "admin";

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
    ) -> Result<Option<ReadParameters>, Error> {
        let Self::Command(command) = self else {
            return Ok(None);
        };
        let shape = shape(descriptions, "CommandDesc", command.ctype, |description| {
            described!(description.parameters)
        });
        read("parameters", &mut command.parameters, shape).map(Some)
    }
}
