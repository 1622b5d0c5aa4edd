//! Objects.

use std::mem::take;

use tp_frames::{ParameterError, Parameters, RawBytes, TpString, Version, game};

use super::downgrade::{DESCRIBED, has_descriptions};
use super::{
    NotInVersion, ObjectDesc, ObjectKind, ObjectParams, ObjectResource, Ships, UndecodedParameters,
    Vector, object_kind,
};

/// An object of the universe, as one player sees it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// What it is; `None` if it is of none of the six kinds that TP03 has. Which of them it is a
    /// client sees in TP04 too, by what the [description](ObjectDesc) of its type calls it, and its
    /// parameters say the rest: see [`ObjectKind`].
    pub kind: Option<ObjectKind>,
    /// What TP04 says of it: values, or bytes that only the object's description can tell the
    /// meaning of. In TP03 they are one value: its kind.
    pub parameters: Parameters<ObjectParams>,
}

impl Object {
    /// What a server states of an object at least. The universe has id 0.
    ///
    /// ```
    /// use tp_net::model::{Object, ObjectKind, Vector};
    ///
    /// let earth = Object::new(1, "Earth", ObjectKind::planet(None))
    ///     .within(0)
    ///     .at(Vector::new(149_597_871, 0, 0));
    /// assert_eq!(earth.parent, Some(0));
    /// ```
    #[must_use]
    pub fn new(id: u32, name: impl Into<TpString>, kind: ObjectKind) -> Self {
        Self {
            id,
            name: name.into(),
            kind: Some(kind),
            ..Self::default()
        }
    }

    /// The same at this place.
    #[must_use]
    pub fn at(self, position: Vector) -> Self {
        let position = Some(position);
        Self { position, ..self }
    }

    /// The same with other objects directly in it, which have to say so too, by
    /// [`within`](Self::within).
    #[must_use]
    pub fn containing(self, objects: impl Into<Vec<u32>>) -> Self {
        let contains = objects.into();
        Self { contains, ..self }
    }

    /// The same in another object, which has to say so too, in [`contains`](Self::contains).
    #[must_use]
    pub fn within(self, parent: u32) -> Self {
        let parent = Some(parent);
        Self { parent, ..self }
    }

    /// The same with orders: it takes those of these types, and has so many.
    #[must_use]
    pub fn with_orders(self, types: impl Into<Vec<u32>>, number: u32) -> Self {
        Self {
            ordertypes: Some(types.into()),
            orders: Some(number),
            ..self
        }
    }

    /// Decodes the parameters by the description of the object's type, and with them the size,
    /// position, velocity, order queue and kind. A TP03 object has nothing to decode.
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
        self.kind = ObjectKind::described(desc, self.parameters.values());
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

    /// Returns `true` if it says of orders that it takes some, or has some. Which they are,
    /// `orders_of` of the clients tells.
    #[must_use]
    pub fn takes_orders(&self) -> bool {
        let takes = self.ordertypes.as_ref().is_some_and(|it| !it.is_empty());
        self.order_queue.is_some() || takes || self.orders.is_some_and(|it| it > 0)
    }

    /// Who owns it, if anybody: by its kind, or by its first parameter that refers to a player.
    #[must_use]
    pub fn owner(&self) -> Option<u32> {
        match &self.kind {
            Some(ObjectKind::Planet { owner, .. } | ObjectKind::Fleet { owner, .. }) => *owner,
            _ => object_kind::owner(self.parameters.values()),
        }
    }

    /// Which resources it has: by its kind, or by its first list of resources.
    #[must_use]
    pub fn resources(&self) -> Vec<ObjectResource> {
        if let Some(ObjectKind::Planet { resources, .. }) = &self.kind {
            return resources.clone();
        }
        object_kind::resources(self.parameters.values())
    }

    /// Which ships it has: by its kind, or by its first list of quantities, as far as that
    /// refers to designs.
    #[must_use]
    pub fn ships(&self) -> Vec<Ships> {
        if let Some(ObjectKind::Fleet { ships, .. }) = &self.kind {
            return ships.clone();
        }
        object_kind::ships(self.parameters.values())
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
        let decoded = frame.parameters.are_older_than(DESCRIBED).then(|| {
            let decoded = frame.decode_parameters(None);
            UndecodedParameters::check(decoded).ok()
        });
        let parameters = decoded
            .flatten()
            .map_or(frame.parameters, Parameters::Values);
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
        self.take_frame(version)
    }

    /// As [`into_frame`](Self::into_frame): what the frame has is no longer there.
    pub(crate) fn take_frame(&mut self, version: Version) -> Result<game::Object, NotInVersion> {
        let described = has_descriptions(version);
        if !described {
            self.fill_from_parameters();
        }
        let (otype, parameters) = match take(&mut self.parameters) {
            parameters if described => (self.otype, parameters),
            // The kind is the one parameter that needs no description.
            parameters => match (self.kind.take(), parameters) {
                (Some(kind), _) => (kind.number(), Parameters::Values(vec![kind.into()])),
                (None, bytes @ Parameters::Bytes { .. }) => (self.otype, bytes),
                (None, Parameters::Values(_)) => {
                    return Err(NotInVersion::new(version, "object of such a type"));
                }
            },
        };
        let no_parent = if self.id == 0 { 0 } else { u32::MAX };
        let older = !described;
        Ok(game::Object {
            id: self.id,
            otype,
            name: take(&mut self.name),
            desc: described.then(|| self.desc.take().unwrap_or_default()),
            parent: described.then(|| self.parent.unwrap_or(no_parent)),
            size: older.then(|| self.size.unwrap_or_default()),
            pos: older.then(|| self.position.unwrap_or_default().into()),
            vel: older.then(|| self.velocity.unwrap_or_default().into()),
            contains: take(&mut self.contains),
            ordertypes: older.then(|| self.ordertypes.take().unwrap_or_default()),
            orders: older.then(|| self.orders.unwrap_or_default()),
            modtime: self.modtime,
            padding: RawBytes::default(),
            parameters,
        })
    }
}
