//! Orders.

mod builder;
mod error;
mod limits;
mod of_object;
mod value;

use tp_frames::{Parameters, Version, game};

pub use builder::{OrderBuilder, OrderDescExt};
pub use error::{OrderError, OrderErrorKind};
pub use of_object::ObjectOrders;
pub use value::OrderValue;

use super::downgrade::{self, has_descriptions};
use super::{NotInVersion, OrderDesc, OrderParams, OrderResource, UndecodedParameters, Vector};

/// An order in a queue.
///
/// The frames hold one id: in TP03 of the object that the order is for, in TP04 of the queue that
/// it is in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "serde",
    derive(tp_frames::serde::Serialize, tp_frames::serde::Deserialize),
    serde(crate = "tp_frames::serde")
)]
pub struct Order {
    /// The queue it is in; `None` in TP03.
    pub queue: Option<u32>,
    /// The object it is for; `None` in TP04.
    pub object: Option<u32>,
    /// Its place in the queue; `None` to append it.
    pub slot: Option<u32>,
    /// Its type: an [`OrderDesc`].
    pub otype: u32,
    /// How many turns it will take, says the server; clients send 0.
    pub turns: u32,
    /// What it will cost, says the server; clients send none.
    pub resources: Vec<OrderResource>,
    /// What it says: values, or bytes that only the order's description can tell the meaning of.
    pub parameters: Parameters<OrderParams>,
}

impl Order {
    /// Decodes the parameters by the description of the order's type.
    ///
    /// # Errors
    ///
    /// They do not fit; the order is then as it was.
    pub fn decode_parameters(&mut self, desc: &OrderDesc) -> Result<(), UndecodedParameters> {
        if desc.id != self.otype {
            let (wanted, got) = (self.otype, desc.id);
            let wrong = tp_frames::ParameterError::WrongDescription { wanted, got };
            return UndecodedParameters::check(self.parameters.stopped(wrong)).map(|_| ());
        }
        let Parameters::Bytes { form, .. } = &self.parameters else {
            return Ok(());
        };
        let (types, version) = (desc.order_params_types(), form.version);
        let sent = types.clone();
        let sent = sent.map(|r#type| downgrade::order_parameter_type(r#type, version));
        let values = UndecodedParameters::check(self.parameters.decode(sent))?;
        let values = values.into_iter().zip(types);
        let values = values.map(|(value, r#type)| downgrade::upgrade(value, r#type));
        self.parameters = Parameters::Values(values.collect());
        Ok(())
    }

    /// The list of valid types of each object among its values, which TP03 has in two shapes: with
    /// such a list behind its id, or without.
    pub(crate) fn valid_types(&self) -> impl Iterator<Item = Option<&Vec<u32>>> {
        let values = self.parameters.values().iter();
        values.filter_map(|value| match value {
            OrderParams::Object(object) => Some(object.validtypes.as_ref()),
            _ => None,
        })
    }

    /// Gives each object among its values such a list, or takes it away.
    pub(crate) fn set_valid_types(&mut self, listed: bool) {
        if let Parameters::Values(values) = &mut self.parameters {
            downgrade::set_valid_types(values, listed);
        }
    }

    /// The place that it names: its first parameter that is one.
    ///
    /// ```
    /// # use tp_net::model::{Object, ObjectKind, OrderDesc, OrderDescExt, OrderParams, Vector};
    /// # let fleet = Object::new(12, "Fleet", ObjectKind::fleet(1)).with_orders([1001], 0);
    /// let desc = OrderDesc::new(1001, "Move", "Flies to a place.");
    /// let desc = desc.parameter("To", OrderParams::ABS_SPACE_COORDS, "Where to.");
    /// let order = desc.order(&fleet).at(Vector::new(1, 2, 3)).build()?;
    /// assert_eq!(order.position(), Some(Vector::new(1, 2, 3)));
    /// # Ok::<(), tp_net::model::OrderError>(())
    /// ```
    #[must_use]
    pub fn position(&self) -> Option<Vector> {
        let mut values = self.parameters.values().iter();
        values.find_map(|value| match value {
            OrderParams::AbsSpaceCoords(to) => Some(to.pos.into()),
            _ => None,
        })
    }

    /// The order that a frame of `version` holds.
    #[must_use]
    pub fn from_frame(frame: game::Order, version: Version) -> Self {
        // Before there were queues with ids of their own, `id` was that of the object.
        let in_queue = has_descriptions(version);
        Self {
            queue: in_queue.then_some(frame.id),
            object: (!in_queue).then_some(frame.id),
            slot: frame.slot.get(),
            otype: frame.otype,
            turns: frame.turns,
            resources: frame.resources,
            parameters: frame.parameters,
        }
    }

    /// The frame of `version` that holds the order.
    ///
    /// # Errors
    ///
    /// The order names no object in TP03, or no queue in TP04.
    pub fn into_frame(self, version: Version) -> Result<game::Order, NotInVersion> {
        // As in `from_frame`.
        let id = match has_descriptions(version) {
            true => self.queue.ok_or("order without a queue"),
            false => self.object.ok_or("order without an object"),
        };
        let parameters = match self.parameters {
            Parameters::Values(values) => {
                let values = values.into_iter();
                let values = values.map(|value| downgrade::order_parameter(value, version));
                Parameters::Values(values.collect())
            }
            bytes @ Parameters::Bytes { .. } => bytes,
        };
        Ok(game::Order {
            id: id.map_err(|what| NotInVersion::new(version, what))?,
            slot: self.slot.into(),
            otype: self.otype,
            turns: self.turns,
            resources: self.resources,
            parameters,
        })
    }
}
