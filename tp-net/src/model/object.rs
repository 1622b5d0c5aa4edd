//! Objects.

use tp_frames::{ParameterError, Parameters, TpString, Version, game, reference};

use super::downgrade::has_descriptions;
use super::{
    NotInVersion, ObjectDesc, ObjectKind, ObjectParams, ObjectResource, Ships, UndecodedParameters,
    Vector,
};

/// An object of the universe, as one player sees it.
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
pub struct Object {
    /// Its id; 0 is the universe.
    pub id: u32,
    /// Its type: an [`ObjectDesc`] in TP04, the number of its [`ObjectKind`] in TP03. A server makes
    /// it of the kind if there are no parameters.
    pub otype: u32,
    /// Its name.
    pub name: TpString,
    /// What it is, for people; `None` in TP03.
    pub desc: Option<TpString>,
    /// The object that holds it; `None` in TP03 and if none does.
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
    /// Its order queue; `None` in TP03 and if it takes no orders.
    pub order_queue: Option<u32>,
    /// The order types it takes; `None` in TP04, where its queue tells.
    pub ordertypes: Option<Vec<u32>>,
    /// How many orders it has; `None` in TP04, where its queue tells.
    pub orders: Option<u32>,
    /// What TP03 says of it; `None` if TP03 has no such kind, or if it came in TP04. A server says
    /// it in TP04 too, in parameters, unless there are others.
    pub kind: Option<ObjectKind>,
    /// What TP04 says of it: values, or bytes that only the object's description can tell the
    /// meaning of. In TP03 they are one value: its kind.
    pub parameters: Parameters<ObjectParams>,
}

impl Object {
    /// Decodes the parameters by the description of the object's type, and with them the size,
    /// position, velocity and order queue. A TP03 object has nothing to decode.
    ///
    /// # Errors
    ///
    /// They do not fit; the object is then as it was.
    pub fn decode_parameters(&mut self, desc: &ObjectDesc) -> Result<(), UndecodedParameters> {
        if matches!(self.parameters, Parameters::Values(_)) {
            return Ok(());
        }
        let decoded = if desc.id == self.otype {
            self.parameters.decode(desc.object_params_types())
        } else {
            let (wanted, got) = (self.otype, desc.id);
            let wrong = ParameterError::WrongDescription { wanted, got };
            self.parameters.stopped(wrong)
        };
        self.set_parameters(UndecodedParameters::check(decoded)?);
        Ok(())
    }

    /// Sets the parameters, and with them the size, position, velocity and order queue.
    pub fn set_parameters(&mut self, values: Vec<ObjectParams>) {
        (self.size, self.order_queue) = (None, None);
        (self.position, self.velocity) = (None, None);
        self.parameters = Parameters::Values(values);
        self.fill_from_parameters();
    }

    /// Takes the size, position, velocity and order queue, where none is set, from the parameters.
    pub(crate) fn fill_from_parameters(&mut self) {
        for value in self.parameters.values() {
            match value {
                ObjectParams::Size(size) => {
                    self.size.get_or_insert(size.size);
                }
                ObjectParams::Position3d(at) if at.relative == 0 => {
                    self.position.get_or_insert(at.position.into());
                }
                ObjectParams::Velocity3d(at) if at.relative == 0 => {
                    self.velocity.get_or_insert(at.velocity.into());
                }
                ObjectParams::OrderQueue(queue) => {
                    self.order_queue.get_or_insert(queue.queueid);
                }
                _ => {}
            }
        }
    }

    /// Returns `true` if it says of orders that it takes some, or has some.
    pub(crate) fn takes_orders(&self) -> bool {
        let takes = self.ordertypes.as_ref().is_some_and(|it| !it.is_empty());
        self.order_queue.is_some() || takes || self.orders.is_some_and(|it| it > 0)
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

/// A copy, so that what takes an object takes it borrowed too.
impl From<&Object> for Object {
    fn from(object: &Object) -> Self {
        object.clone()
    }
}

/// The object that a frame holds. What needs no description is decoded: the kind of a TP03 object.
impl From<game::Object> for Object {
    fn from(frame: game::Object) -> Self {
        let decoded = UndecodedParameters::check(frame.decode_parameters(None));
        let parameters = decoded.map_or(frame.parameters, Parameters::Values);
        let kind = match parameters.values() {
            [value] => ObjectKind::try_from(value.clone()).ok(),
            _ => None,
        };
        // The universe has no parent: old servers write its own id there, some documents −1.
        let is_parent = |parent: &u32| frame.id != *parent && *parent != u32::MAX;
        Self {
            id: frame.id,
            otype: frame.otype,
            name: frame.name,
            desc: frame.desc,
            parent: frame.parent.filter(is_parent),
            contains: frame.contains,
            modtime: frame.modtime,
            size: frame.size,
            position: frame.pos.map(Vector::from),
            velocity: frame.vel.map(Vector::from),
            order_queue: None,
            ordertypes: frame.ordertypes,
            orders: frame.orders,
            kind,
            parameters,
        }
    }
}

impl Object {
    /// The frame of `version` that holds the object.
    ///
    /// # Errors
    ///
    /// The object has no [`kind`](Self::kind), which TP03 needs. Parameters that came in another
    /// version are refused when the frame is encoded.
    pub fn into_frame(mut self, version: Version) -> Result<game::Object, NotInVersion> {
        self.fill_from_parameters();
        // The kind is the one parameter that needs no description.
        let (otype, parameters) = match (self.kind, self.parameters) {
            (_, parameters) if has_descriptions(version) => (self.otype, parameters),
            (Some(kind), _) => (kind.number(), Parameters::Values(vec![kind.into()])),
            (None, bytes @ Parameters::Bytes { .. }) => (self.otype, bytes),
            (None, Parameters::Values(_)) => {
                return Err(NotInVersion::new(version, "object of such a type"));
            }
        };
        let no_parent = if self.id == 0 { 0 } else { u32::MAX };
        Ok(game::Object {
            id: self.id,
            otype,
            name: self.name,
            desc: Some(self.desc.unwrap_or_default()),
            parent: Some(self.parent.unwrap_or(no_parent)),
            size: Some(self.size.unwrap_or_default()),
            pos: Some(self.position.unwrap_or_default().into()),
            vel: Some(self.velocity.unwrap_or_default().into()),
            contains: self.contains,
            ordertypes: Some(self.ordertypes.unwrap_or_default()),
            orders: Some(self.orders.unwrap_or_default()),
            modtime: self.modtime,
            padding: Default::default(),
            parameters,
        })
    }
}
