//! From the description of a type of orders to an order.

use tp_frames::game::VERSIONS;
use tp_frames::{Encode, MAX_BODY, TpString};

use super::Order;
use super::error::{OrderError, OrderErrorKind};
use super::limits;
use super::value::OrderValue;
use crate::model::{Object, OrderDesc, OrderParams, Vector};

/// Bytes of an order in a frame, its parameters aside.
const ORDER_ALONE: usize = 20;

/// Pads behind a text, at most, where frames are padded.
const PADS: usize = 3;

/// What the description of a type of orders is good for: making such orders.
pub trait OrderDescExt {
    /// Begins an order of this type to an object, in whichever version that was read.
    ///
    /// Each parameter gets its value by what it is, such as [`at`](OrderBuilder::at) for the one
    /// position, or by its name with [`set`](OrderBuilder::set). What does not fit the description
    /// is an error of [`build`](OrderBuilder::build), before anything is sent.
    ///
    /// ```
    /// use tp_net::model::{OrderDescExt, OrderParams};
    /// use tp_net::{Options, blocking::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// client.login("guest", "guest")?;
    /// let me = client.me()?;
    /// let objects: Vec<_> = client.all_objects()?.into_iter().flatten().collect();
    /// let mine: Vec<_> = objects.iter().filter(|it| it.owner() == Some(me.id)).collect();
    /// let home = mine[0].position.ok_or("home is nowhere")?;
    /// for object in mine {
    ///     for desc in client.order_descs_of(object)?.into_iter().flatten() {
    ///         if desc.takes(&[OrderParams::ABS_SPACE_COORDS]) {
    ///             client.insert_order(desc.order(object).at(home).build()?)?;
    ///         } else if desc.name == "Rename" {
    ///             client.insert_order(desc.order(object).set("Name", "Mine").build()?)?;
    ///         }
    ///     }
    /// }
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    fn order(&self, object: &Object) -> OrderBuilder<'_>;

    /// Returns `true` if orders of this type have parameters of exactly these types, in this order.
    /// The types are constants of [`OrderParams`]. In TP03
    /// [`LIST`](OrderParams::LIST) stands for [`RESOURCE_LIST`](OrderParams::RESOURCE_LIST) and
    /// [`GENERIC_REFERENCE_QUANTITY_LIST`](OrderParams::GENERIC_REFERENCE_QUANTITY_LIST).
    fn takes(&self, types: &[u32]) -> bool;
}

impl OrderDescExt for OrderDesc {
    fn order(&self, object: &Object) -> OrderBuilder<'_> {
        OrderBuilder {
            desc: self,
            order: Order {
                queue: object.order_queue,
                object: Some(object.id),
                otype: self.id,
                ..Order::default()
            },
            // One that was read in TP03 has no queue of its own.
            has_queue: object.takes_orders() || object.ordertypes.is_some(),
            given: Vec::new(),
            unchosen: false,
            limits: None,
        }
    }

    fn takes(&self, types: &[u32]) -> bool {
        self.order_params_types().eq(types.iter().copied())
    }
}

/// An order in the making; see [`OrderDescExt::order`].
#[derive(Debug, Clone)]
#[must_use]
pub struct OrderBuilder<'a> {
    desc: &'a OrderDesc,
    order: Order,
    has_queue: bool,
    given: Vec<(Which, OrderValue)>,
    /// Parameters without a value say that nothing is chosen.
    unchosen: bool,
    limits: Option<&'a Order>,
}

/// Which parameter is meant.
#[derive(Debug, Clone)]
enum Which {
    /// The one of this name.
    Named(TpString),
    /// The one in this place.
    Numbered(usize),
    /// The one of these types, and what such a parameter is called.
    Only(&'static [u32], &'static str),
}

impl<'a> OrderBuilder<'a> {
    /// Puts the order before the one in this slot of the queue. Without it, it comes last.
    pub fn before(mut self, slot: u32) -> Self {
        self.order.slot = Some(slot);
        self
    }

    /// The value of the parameter of this name, letter for letter.
    pub fn set(self, parameter: impl Into<TpString>, value: impl Into<OrderValue>) -> Self {
        self.give(Which::Named(parameter.into()), value)
    }

    /// The value of the parameter in this place of the description, counted from 0: for
    /// descriptions in which several have one name.
    pub fn set_nth(self, parameter: usize, value: impl Into<OrderValue>) -> Self {
        self.give(Which::Numbered(parameter), value)
    }

    /// The one position.
    pub fn at(self, position: Vector) -> Self {
        let which = Which::Only(&[OrderParams::ABS_SPACE_COORDS], "a position");
        self.give(which, position)
    }

    /// The one place beside an object: its id, and how far from it.
    pub fn beside(self, object: u32, offset: Vector) -> Self {
        let which = Which::Only(&[OrderParams::REL_SPACE_COORDS], "a place beside an object");
        self.give(which, (object, offset))
    }

    /// The one object, by its id.
    pub fn target(self, object: u32) -> Self {
        self.give(Which::Only(&[OrderParams::OBJECT], "an object"), object)
    }

    /// The one player, by the id.
    pub fn player(self, player: u32) -> Self {
        self.give(Which::Only(&[OrderParams::PLAYER], "a player"), player)
    }

    /// The one number: of turns, or in a range.
    pub fn number(self, number: impl Into<i64>) -> Self {
        let which = Which::Only(&[OrderParams::TIME, OrderParams::RANGE], "a number");
        self.give(which, number.into())
    }

    /// The one text.
    pub fn text(self, text: impl Into<TpString>) -> Self {
        self.give(Which::Only(&[OrderParams::STRING], "a text"), text.into())
    }

    /// The one reference, by the id of the thing.
    pub fn reference(self, id: u32) -> Self {
        self.give(Which::Only(&[OrderParams::REFERENCE], "a reference"), id)
    }

    /// The one list of references, by the ids of the things.
    pub fn references(self, ids: impl Into<Vec<u32>>) -> Self {
        let which = Which::Only(&[OrderParams::REFERENCE_LIST], "a list of references");
        self.give(which, ids.into())
    }

    /// The one choice among options, resources or things: ids of options, each with how many.
    pub fn choose(self, choice: impl Into<Vec<(u32, u32)>>) -> Self {
        let types = &[
            OrderParams::LIST,
            OrderParams::RESOURCE_LIST,
            OrderParams::GENERIC_REFERENCE_QUANTITY_LIST,
        ];
        let which = Which::Only(types, "a choice of options");
        self.give(which, choice.into())
    }

    /// Lets the parameters that get no value say that nothing is chosen yet: 0, no text, no option.
    /// For `probe_order`, where the server answers what may be chosen.
    pub fn unchosen(mut self) -> Self {
        self.unchosen = true;
        self
    }

    /// Checks the values also by the limits that no description has, only orders that come from the
    /// server: how many turns, which numbers, which options and how many of each, how long a text.
    /// Take an order of this type that was probed, or where the server refuses that, read from a
    /// queue.
    ///
    /// A limit that is 0 or an empty list says nothing. Which types of objects, kinds of players and
    /// kinds of references may be named, and what resources weigh together, is not checked: ids do
    /// not tell.
    ///
    /// ```
    /// use tp_net::model::OrderDescExt;
    /// use tp_net::{Options, blocking::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// client.login("guest", "guest")?;
    /// let me = client.me()?;
    /// let mut objects = client.all_objects()?.into_iter().flatten();
    /// let planet = objects.find(|it| it.owner() == Some(me.id)).ok_or("no planet")?;
    /// let mut descs = client.order_descs_of(&planet)?.into_iter().flatten();
    /// let wait = descs.find(|desc| desc.name == "Wait").ok_or("nobody waits")?;
    ///
    /// let probed = client.probe_order(wait.order(&planet).unchosen().build()?)?;
    /// let error = wait.order(&planet).number(1000).within(&probed).build().unwrap_err();
    /// assert_eq!(error.to_string(), r#"order "Wait": parameter "Turns" is 1000, not from 0 to 100"#);
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn within(mut self, limits: &'a Order) -> Self {
        self.limits = Some(limits);
        self
    }

    fn give(mut self, which: Which, value: impl Into<OrderValue>) -> Self {
        self.given.push((which, value.into()));
        self
    }

    /// The order, if it has exactly the parameters of its description and their values fit.
    ///
    /// # Errors
    ///
    /// The object takes no orders; a parameter is missing, superfluous, of another kind, out of its
    /// range, not offered, or too long.
    pub fn build(self) -> Result<Order, OrderError> {
        let (desc, parameters) = (self.desc, &self.desc.parameters);
        let error = |place: Option<usize>, kind| {
            let parameter = place.and_then(|place| parameters.get(place));
            OrderError::new(&desc.name, parameter.map(|it| it.name.clone()), kind)
        };
        if !self.has_queue {
            let object = self.order.object.unwrap_or_default();
            return Err(error(None, OrderErrorKind::NoQueue(object)));
        }
        let mut values = vec![None; parameters.len()];
        for (which, value) in self.given {
            let place = which.place(desc)?;
            match values.get_mut(place) {
                Some(empty @ None) => *empty = Some(value),
                _ => return Err(error(Some(place), OrderErrorKind::GivenTwice)),
            }
        }
        let mut length = ORDER_ALONE;
        let mut made = Vec::with_capacity(values.len());
        for (place, (value, parameter)) in values.into_iter().zip(parameters).enumerate() {
            let r#type = parameter.r#type;
            let parameter = match value {
                Some(value) => value.into_parameter(r#type),
                None => match OrderValue::unchosen(r#type) {
                    Some(value) if self.unchosen => value.into_parameter(r#type),
                    Some(_) => Err(OrderErrorKind::Missing),
                    None => Err(OrderErrorKind::UnknownType(r#type)),
                },
            };
            let parameter = parameter.map_err(|kind| error(Some(place), kind))?;
            let newest = VERSIONS.last().copied();
            let own = newest.map_or(0, |newest| parameter.encoded_len(newest));
            length = length.saturating_add(own).saturating_add(PADS);
            if length > MAX_BODY {
                let rest = length.saturating_sub(own);
                let greatest = MAX_BODY.saturating_sub(rest);
                let kind = OrderErrorKind::TooLong {
                    length: own,
                    greatest,
                };
                return Err(error(Some(place), kind));
            }
            made.push(parameter);
        }
        if let Some(limits) = self.limits {
            let said = limits.parameters.values();
            if limits.otype != desc.id || said.len() != made.len() {
                return Err(error(None, OrderErrorKind::OtherLimits));
            }
            for (place, (chosen, limits)) in made.iter().zip(said).enumerate() {
                limits::check(chosen, limits).map_err(|kind| error(Some(place), kind))?;
            }
        }
        Ok(Order {
            parameters: made.into(),
            ..self.order
        })
    }
}

impl Which {
    /// The place of the parameter in the description.
    fn place(self, desc: &OrderDesc) -> Result<usize, OrderError> {
        let fits = |r#type: u32, name: &TpString| match &self {
            Self::Named(wanted) => name.as_tp_str() == wanted.as_tp_str(),
            Self::Numbered(_) => false,
            Self::Only(types, _) => types.contains(&r#type),
        };
        let parameters = desc.parameters.iter().enumerate();
        let mut fitting = parameters.filter(|(_, it)| fits(it.r#type, &it.name));
        let first = match &self {
            Self::Numbered(place) => Some(*place).filter(|place| *place < desc.parameters.len()),
            _ => fitting.next().map(|(place, _)| place),
        };
        let several = fitting.next().is_some();
        let wrong =
            |parameter: Option<TpString>, kind| OrderError::new(&desc.name, parameter, kind);
        match (first, several) {
            (Some(place), false) => Ok(place),
            (first, _) => Err(match self {
                Self::Only(_, what) if first.is_none() => {
                    wrong(None, OrderErrorKind::NoneOfKind(what))
                }
                Self::Only(_, what) => wrong(None, OrderErrorKind::SeveralOfKind(what)),
                Self::Named(name) if first.is_none() => {
                    wrong(Some(name), OrderErrorKind::Superfluous)
                }
                Self::Named(name) => wrong(Some(name), OrderErrorKind::Ambiguous),
                Self::Numbered(place) => {
                    let number = TpString::from(place.to_string());
                    wrong(Some(number), OrderErrorKind::Superfluous)
                }
            }),
        }
    }
}
