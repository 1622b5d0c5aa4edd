//! Order types.

use std::sync::Arc;

use tp_frames::{TpString, tp03, tp04};

use super::across::{Across, record};
use super::{Source, stand_in};

/// A type of order: what parameters its orders have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OrderDesc {
    /// Its id.
    pub id: u32,
    /// Its name.
    pub name: TpString,
    /// What such an order does.
    pub description: TpString,
    /// The parameters of its orders, in their order.
    pub parameters: Vec<ParameterDesc>,
    /// When it last changed.
    pub modtime: u64,
    /// The frame it came in.
    pub source: Source<tp03::OrderDesc, tp04::OrderDesc>,
}

/// A parameter of an order type or object type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ParameterDesc {
    /// Its name.
    pub name: TpString,
    /// Its type, within the orders' or the objects' set.
    pub r#type: u32,
    /// What it is.
    pub description: TpString,
}

impl ParameterDesc {
    /// A parameter.
    pub fn new(name: impl Into<TpString>, r#type: u32, description: impl Into<TpString>) -> Self {
        Self {
            name: name.into(),
            r#type,
            description: description.into(),
        }
    }
}

impl OrderDesc {
    /// The types of the parameters of its orders, in their order.
    pub fn parameter_types(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.parameters.iter().map(|parameter| parameter.r#type)
    }
}

record!(ParameterDesc:
    tp03::OrderDescParameter { name = name, r#type = r#type, description = description }
    tp04::OrderDescParameter { name = name, r#type = r#type, description = description }
);

impl From<tp03::OrderDesc> for OrderDesc {
    fn from(frame: tp03::OrderDesc) -> Self {
        Self {
            id: frame.id,
            name: frame.name.clone(),
            description: frame.description.clone(),
            parameters: frame.parameters.clone().across(),
            modtime: frame.modtime,
            source: Source::Tp03(Arc::new(frame)),
        }
    }
}

impl From<tp04::OrderDesc> for OrderDesc {
    fn from(frame: tp04::OrderDesc) -> Self {
        Self {
            id: frame.id,
            name: frame.name.clone(),
            description: frame.description.clone(),
            parameters: frame.parameters.clone().across(),
            modtime: frame.modtime,
            source: Source::Tp04(Arc::new(frame)),
        }
    }
}

impl From<OrderDesc> for tp03::OrderDesc {
    fn from(mut desc: OrderDesc) -> Self {
        for parameter in &mut desc.parameters {
            parameter.r#type = stand_in::order_parameter_type(parameter.r#type);
        }
        Self {
            id: desc.id,
            name: desc.name,
            description: desc.description,
            parameters: desc.parameters.across(),
            modtime: desc.modtime,
        }
    }
}

impl From<OrderDesc> for tp04::OrderDesc {
    fn from(desc: OrderDesc) -> Self {
        Self {
            id: desc.id,
            name: desc.name,
            description: desc.description,
            parameters: desc.parameters.across(),
            modtime: desc.modtime,
        }
    }
}
