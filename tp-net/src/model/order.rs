//! Orders.

use std::sync::Arc;

use tp_frames::{Parameters, Version, tp03, tp04};

use super::across::{Across, record};
use super::order_params::{lift, lower};
use super::{Inexpressible, OrderDesc, OrderParams, Source, UnreadParameters, stand_in};

/// An order in a queue.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order {
    /// The queue it is in; nothing in TP03.
    pub queue: Option<u32>,
    /// The object it is for; nothing in TP04.
    pub object: Option<u32>,
    /// Its place in the queue; nothing to append it.
    pub slot: Option<u32>,
    /// Its type: an [`OrderDesc`].
    pub otype: u32,
    /// How many turns it will take; a client sends 0.
    pub turns: u32,
    /// What it will cost; a client sends none.
    pub resources: Vec<OrderResource>,
    /// What it says.
    pub parameters: OrderParameters,
    /// The frame it came in.
    pub source: Source<tp03::Order, tp04::Order>,
}

/// How much of a resource an order costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct OrderResource {
    /// The resource's id.
    pub id: u32,
    /// How much.
    pub amount: u32,
}

/// The parameters of an order.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum OrderParameters {
    /// Read, or made here.
    Read(Vec<OrderParams>),
    /// Not read yet: only the order's description can tell what these bytes of TP03 are.
    UnreadTp03(Parameters<tp03::OrderParams>),
    /// Not read yet: only the order's description can tell what these bytes of TP04 are.
    UnreadTp04(Parameters<OrderParams>),
}

impl Default for OrderParameters {
    fn default() -> Self {
        Self::Read(Vec::new())
    }
}

impl OrderParameters {
    /// The values, as far as they have been read.
    #[must_use]
    pub fn values(&self) -> &[OrderParams] {
        match self {
            Self::Read(values) => values,
            Self::UnreadTp03(_) | Self::UnreadTp04(_) => &[],
        }
    }
}

impl Order {
    /// Reads the parameters by the description of the order's type.
    ///
    /// # Errors
    ///
    /// They do not fit; the order is then as it was.
    pub fn read_parameters(&mut self, desc: &OrderDesc) -> Result<(), UnreadParameters> {
        if desc.id != self.otype {
            return Err(UnreadParameters::wrong_description(self.otype, desc.id));
        }
        let values = match &self.parameters {
            OrderParameters::Read(_) => return Ok(()),
            OrderParameters::UnreadTp04(tail) => {
                let decoded = tail.decode(desc.parameter_types());
                if !decoded.is_exact() {
                    return Err(UnreadParameters::new(&decoded));
                }
                decoded.values
            }
            OrderParameters::UnreadTp03(tail) => {
                let types = desc.parameter_types();
                let decoded = tail.decode(types.clone().map(stand_in::order_parameter_type));
                if !decoded.is_exact() {
                    return Err(UnreadParameters::new(&decoded));
                }
                let values = decoded.values.into_iter().zip(types);
                let lifted = values.map(|(value, r#type)| lift(value, r#type));
                lifted
                    .collect::<Option<_>>()
                    .ok_or_else(UnreadParameters::version)?
            }
        };
        self.parameters = OrderParameters::Read(values);
        Ok(())
    }
}

record!(OrderResource:
    tp03::OrderResource { id = id, amount = amount }
    tp04::OrderResource { id = id, amount = amount }
);

impl From<tp03::Order> for Order {
    fn from(frame: tp03::Order) -> Self {
        Self {
            queue: None,
            object: Some(frame.id),
            slot: frame.slot.get(),
            otype: frame.otype,
            turns: frame.turns,
            resources: frame.resources.clone().across(),
            parameters: OrderParameters::UnreadTp03(frame.orderparams.clone()),
            source: Source::Tp03(Arc::new(frame)),
        }
    }
}

impl From<tp04::Order> for Order {
    fn from(frame: tp04::Order) -> Self {
        Self {
            queue: Some(frame.id),
            object: None,
            slot: frame.slot.get(),
            otype: frame.otype,
            turns: frame.turns,
            resources: frame.resources.clone().across(),
            parameters: OrderParameters::UnreadTp04(frame.parameters.clone()),
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl TryFrom<Order> for tp03::Order {
    type Error = Inexpressible;

    fn try_from(order: Order) -> Result<Self, Inexpressible> {
        let Some(id) = order.object else {
            return Err(Inexpressible::new(Version::TP03, "order without an object"));
        };
        let orderparams = match order.parameters {
            OrderParameters::Read(values) => {
                let values: Vec<_> = values.into_iter().map(lower).collect::<Result<_, _>>()?;
                encode(Version::TP03, &values)?
            }
            OrderParameters::UnreadTp03(tail) => tail,
            OrderParameters::UnreadTp04(_) => {
                return Err(Inexpressible::new(
                    Version::TP03,
                    "unread parameters of TP04",
                ));
            }
        };
        Ok(Self {
            id,
            slot: order.slot.into(),
            otype: order.otype,
            turns: order.turns,
            resources: order.resources.across(),
            orderparams,
        })
    }
}

impl TryFrom<Order> for tp04::Order {
    type Error = Inexpressible;

    fn try_from(order: Order) -> Result<Self, Inexpressible> {
        let Some(id) = order.queue else {
            return Err(Inexpressible::new(Version::TP04, "order without a queue"));
        };
        let parameters = match order.parameters {
            OrderParameters::Read(values) => encode(Version::TP04, &values)?,
            OrderParameters::UnreadTp04(tail) => tail,
            OrderParameters::UnreadTp03(_) => {
                return Err(Inexpressible::new(
                    Version::TP04,
                    "unread parameters of TP03",
                ));
            }
        };
        Ok(Self {
            id,
            slot: order.slot.into(),
            otype: order.otype,
            turns: order.turns,
            resources: order.resources.across(),
            parameters,
        })
    }
}

fn encode<S: tp_frames::ParameterSet>(
    version: Version,
    values: &[S],
) -> Result<Parameters<S>, Inexpressible> {
    Parameters::encode(values).map_err(|_| Inexpressible::new(version, "parameter as long"))
}
