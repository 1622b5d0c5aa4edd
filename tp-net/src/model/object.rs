//! Objects.

use std::sync::Arc;

use tp_frames::{EncodeError, Parameters, TpString, Version, reference, tp03, tp04};

use super::{
    Inexpressible, ObjectDesc, ObjectKind, ObjectParams, ObjectResource, Ships, Source,
    UnreadParameters, Vector,
};

/// An object of the universe, as one player sees it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object {
    /// Its id; 0 is the universe.
    pub id: u32,
    /// Its type: an [`ObjectDesc`] in TP04, the number of its [`ObjectKind`] in TP03.
    pub otype: u32,
    /// Its name.
    pub name: TpString,
    /// What it is, for people; nothing in TP03.
    pub desc: Option<TpString>,
    /// The object that holds it; nothing in TP03, nor if none does.
    pub parent: Option<u32>,
    /// The objects it holds.
    pub contains: Vec<u32>,
    /// When it last changed in a way the player can see.
    pub modtime: u64,
    /// Its diameter.
    pub size: Option<u64>,
    /// Where it is, in the coordinates of the universe.
    pub position: Option<Vector>,
    /// How far it moves in a turn.
    pub velocity: Option<Vector>,
    /// Its order queue; nothing in TP03, nor if it takes no orders.
    pub order_queue: Option<u32>,
    /// The order types it takes; nothing in TP04, where its queue tells.
    pub ordertypes: Option<Vec<u32>>,
    /// How many orders it has; nothing in TP04, where its queue tells.
    pub orders: Option<u32>,
    /// What TP03 says of it; nothing if TP03 has no such kind, or if it came in TP04.
    pub kind: Option<ObjectKind>,
    /// What TP04 says of it.
    pub parameters: ObjectParameters,
    /// The frame it came in.
    pub source: Source<tp03::Object, tp04::Object>,
}

/// The parameters of a TP04 object.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ObjectParameters {
    /// Read, or made here.
    Read(Vec<ObjectParams>),
    /// Not read yet: only the object's description can tell what these bytes are.
    Unread(Parameters<ObjectParams>),
    /// None: the object came in TP03.
    Absent,
}

impl Default for ObjectParameters {
    fn default() -> Self {
        Self::Read(Vec::new())
    }
}

impl ObjectParameters {
    /// The values, as far as they have been read.
    #[must_use]
    pub fn values(&self) -> &[ObjectParams] {
        match self {
            Self::Read(values) => values,
            Self::Unread(_) | Self::Absent => &[],
        }
    }
}

impl Object {
    /// Reads the parameters by the description of the object's type, and with them the size,
    /// position, velocity and order queue. A TP03 object has nothing to read.
    ///
    /// # Errors
    ///
    /// They do not fit; the object is then as it was.
    pub fn read_parameters(&mut self, desc: &ObjectDesc) -> Result<(), UnreadParameters> {
        let ObjectParameters::Unread(tail) = &self.parameters else {
            return Ok(());
        };
        if desc.id != self.otype {
            return Err(UnreadParameters::wrong_description(self.otype, desc.id));
        }
        let decoded = tail.decode(desc.parameter_types());
        if !decoded.is_exact() {
            return Err(UnreadParameters::new(&decoded));
        }
        self.set_parameters(decoded.values);
        Ok(())
    }

    /// Sets the parameters, and with them the size, position, velocity and order queue.
    pub fn set_parameters(&mut self, values: Vec<ObjectParams>) {
        self.size = values.iter().find_map(|value| match value {
            ObjectParams::Size(size) => Some(size.size),
            _ => None,
        });
        self.position = values.iter().find_map(|value| match value {
            ObjectParams::Position3d(at) if at.relative == 0 => Some(at.position.into()),
            _ => None,
        });
        self.velocity = values.iter().find_map(|value| match value {
            ObjectParams::Velocity3d(at) if at.relative == 0 => Some(at.velocity.into()),
            _ => None,
        });
        self.order_queue = values.iter().find_map(|value| match value {
            ObjectParams::OrderQueue(queue) => Some(queue.queueid),
            _ => None,
        });
        self.parameters = ObjectParameters::Read(values);
    }

    /// Who owns it: by its kind, or by its first parameter that refers to a player.
    #[must_use]
    pub fn owner(&self) -> Option<u32> {
        match &self.kind {
            Some(ObjectKind::Planet { owner, .. } | ObjectKind::Fleet { owner, .. }) => *owner,
            _ => self
                .parameters
                .values()
                .iter()
                .find_map(|value| match value {
                    ObjectParams::Reference(to) if to.r#type == reference::PLAYER => Some(to.id),
                    _ => None,
                }),
        }
    }

    /// Which resources it has: by its kind, or by its first list of resources.
    #[must_use]
    pub fn resources(&self) -> Vec<ObjectResource> {
        if let Some(ObjectKind::Planet { resources, .. }) = &self.kind {
            return resources.clone();
        }
        let found = self
            .parameters
            .values()
            .iter()
            .find_map(|value| match value {
                ObjectParams::ResourceList(list) => Some(&list.resources),
                _ => None,
            });
        found
            .into_iter()
            .flatten()
            .copied()
            .map(ObjectResource::from)
            .collect()
    }

    /// Which ships it has: by its kind, or by its first list of quantities, as far as that
    /// refers to designs.
    #[must_use]
    pub fn ships(&self) -> Vec<Ships> {
        if let Some(ObjectKind::Fleet { ships, .. }) = &self.kind {
            return ships.clone();
        }
        let found = self
            .parameters
            .values()
            .iter()
            .find_map(|value| match value {
                ObjectParams::ReferenceQuantityList(list) => Some(&list.references),
                _ => None,
            });
        let designs = found
            .into_iter()
            .flatten()
            .filter(|to| to.r#type == reference::DESIGN);
        designs
            .map(|to| Ships {
                design: to.id,
                number: to.number,
            })
            .collect()
    }
}

impl From<tp03::Object> for Object {
    fn from(frame: tp03::Object) -> Self {
        let mut values = frame
            .object
            .decode(std::iter::once(frame.otype))
            .values
            .into_iter();
        Self {
            id: frame.id,
            otype: frame.otype,
            name: frame.name.clone(),
            desc: None,
            parent: None,
            contains: frame.contains.clone(),
            modtime: frame.modtime,
            size: Some(frame.size),
            position: Some(frame.pos.into()),
            velocity: Some(frame.vel.into()),
            order_queue: None,
            ordertypes: Some(frame.ordertypes.clone()),
            orders: Some(frame.orders),
            kind: values
                .next()
                .and_then(|value| ObjectKind::try_from(value).ok()),
            parameters: ObjectParameters::Absent,
            source: Source::Tp03(Arc::new(frame)),
        }
    }
}

impl From<tp04::Object> for Object {
    fn from(frame: tp04::Object) -> Self {
        Self {
            id: frame.id,
            otype: frame.otype,
            name: frame.name.clone(),
            desc: Some(frame.desc.clone()),
            // The universe has no parent: old servers write its own id there, some documents −1.
            parent: (frame.id != frame.parent && frame.parent != u32::MAX).then_some(frame.parent),
            contains: frame.contains.clone(),
            modtime: frame.modtime,
            size: None,
            position: None,
            velocity: None,
            order_queue: None,
            ordertypes: None,
            orders: None,
            kind: None,
            parameters: ObjectParameters::Unread(frame.parameters.clone()),
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl TryFrom<Object> for tp03::Object {
    type Error = Inexpressible;

    fn try_from(object: Object) -> Result<Self, Inexpressible> {
        let Some(kind) = object.kind else {
            return Err(Inexpressible::new(Version::TP03, "object of such a type"));
        };
        Ok(Self {
            id: object.id,
            otype: kind.number(),
            name: object.name,
            size: object.size.unwrap_or_default(),
            pos: object.position.unwrap_or_default().into(),
            vel: object.velocity.unwrap_or_default().into(),
            contains: object.contains,
            ordertypes: object.ordertypes.unwrap_or_default(),
            orders: object.orders.unwrap_or_default(),
            modtime: object.modtime,
            padding: Default::default(),
            object: Parameters::encode(&[kind.into()])
                .map_err(|error| too_long(Version::TP03, &error))?,
        })
    }
}

impl TryFrom<Object> for tp04::Object {
    type Error = Inexpressible;

    fn try_from(object: Object) -> Result<Self, Inexpressible> {
        let parameters = match object.parameters {
            ObjectParameters::Read(values) => {
                Parameters::encode(&values).map_err(|error| too_long(Version::TP04, &error))?
            }
            ObjectParameters::Unread(tail) => tail,
            ObjectParameters::Absent => {
                return Err(Inexpressible::new(
                    Version::TP04,
                    "object without parameters",
                ));
            }
        };
        Ok(Self {
            id: object.id,
            otype: object.otype,
            name: object.name,
            desc: object.desc.unwrap_or_default(),
            parent: object
                .parent
                .unwrap_or(if object.id == 0 { 0 } else { u32::MAX }),
            contains: object.contains,
            modtime: object.modtime,
            padding: Default::default(),
            parameters,
        })
    }
}

/// Parameters hold no string or list that is too long but through a mistake of the caller.
fn too_long(version: Version, _: &EncodeError) -> Inexpressible {
    Inexpressible::new(
        version,
        "parameter with more than 4294967295 entries or bytes",
    )
}

impl From<tp04::ModifyObject> for Object {
    fn from(frame: tp04::ModifyObject) -> Self {
        tp04::Object::from(frame).into()
    }
}
