//! Why an order is not one that its description allows.

use std::fmt;

use tp_frames::TpString;

/// An order does not fit the description of its type, or the limits of it that are known.
///
/// ```
/// use tp_net::model::{Object, OrderDesc, OrderDescExt, OrderDescParameter, OrderParams};
///
/// let desc = OrderDesc {
///     name: "Wait".into(),
///     parameters: vec![OrderDescParameter {
///         name: "Turns".into(),
///         r#type: OrderParams::TIME,
///         ..Default::default()
///     }],
///     ..Default::default()
/// };
/// let fleet = Object { id: 7, order_queue: Some(7), ..Default::default() };
/// let error = desc.order(&fleet).text("long").build().unwrap_err();
/// assert_eq!(error.to_string(), r#"order "Wait": no parameter is a text"#);
/// let error = desc.order(&fleet).set("Turns", "long").build().unwrap_err();
/// assert_eq!(error.to_string(), r#"order "Wait": parameter "Turns" is a number of turns, not a text"#);
/// assert_eq!(error.parameter().unwrap(), "Turns");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderError {
    order: TpString,
    parameter: Option<TpString>,
    kind: OrderErrorKind,
}

/// What is wrong with an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderErrorKind {
    /// The object has no order queue.
    #[error("object {0} takes no orders")]
    NoQueue(
        /// The object's id.
        u32,
    ),
    /// Limits were given that are of another type of orders, or whose parameters are not decoded.
    #[error("the limits given are none of such an order")]
    OtherLimits,
    /// A value was given for the one parameter of a kind, and there is none.
    #[error("no parameter is {0}")]
    NoneOfKind(
        /// Which kind.
        &'static str,
    ),
    /// A value was given for the one parameter of a kind, and there are several.
    #[error("several parameters are {0}, so say which")]
    SeveralOfKind(
        /// Which kind.
        &'static str,
    ),
    /// The description has no such parameter.
    #[error("is not in its description")]
    Superfluous,
    /// The description has several parameters of this name, or several values were given for one.
    #[error("stands more than once in its description, so say by number which")]
    Ambiguous,
    /// Two values were given.
    #[error("is given twice")]
    GivenTwice,
    /// No value was given.
    #[error("is missing")]
    Missing,
    /// The parameter is of a type that the protocol of this crate does not have.
    #[error("is of type {0}, which nobody knows here")]
    UnknownType(
        /// The type.
        u32,
    ),
    /// The value is of another kind than the parameter.
    #[error("is {wanted}, not {given}")]
    WrongKind {
        /// What the parameter is.
        wanted: &'static str,
        /// What was given.
        given: &'static str,
    },
    /// The number is too small or too great.
    #[error("is {value}, not from {least} to {greatest}")]
    OutOfRange {
        /// The number.
        value: i64,
        /// The smallest that there may be.
        least: i64,
        /// The greatest.
        greatest: i64,
    },
    /// The number lies between two that may be chosen.
    #[error("is {value}, not {least} and a number of steps of {step}")]
    OffStep {
        /// The number.
        value: i64,
        /// The smallest that may be chosen.
        least: i64,
        /// How far the others lie apart.
        step: i64,
    },
    /// This cannot be chosen.
    #[error("has no option {0}")]
    NotOffered(
        /// The option's id.
        u32,
    ),
    /// So many of an option cannot be chosen.
    #[error("takes {greatest} of option {option} at most, not {number}")]
    TooMany {
        /// The option's id.
        option: u32,
        /// How many were chosen.
        number: u64,
        /// How many may be.
        greatest: u32,
    },
    /// What is chosen is together more than one of the server's budgets for it.
    #[error("takes {greatest} in all, not {used}")]
    OverBudget {
        /// What the choice takes of the budget.
        used: u64,
        /// The budget.
        greatest: u32,
    },
    /// The value is longer than the server or a frame takes.
    #[error("has {length} bytes, of {greatest} at most")]
    TooLong {
        /// Bytes that it has.
        length: usize,
        /// Bytes that it may have.
        greatest: usize,
    },
}

impl OrderError {
    pub(super) fn new(order: &TpString, parameter: Option<TpString>, kind: OrderErrorKind) -> Self {
        let order = order.clone();
        Self {
            order,
            parameter,
            kind,
        }
    }

    /// The name of the order's type.
    #[must_use]
    pub fn order(&self) -> &TpString {
        &self.order
    }

    /// The name of the parameter; `None` if it is about none, or about a kind that no parameter or
    /// several have.
    #[must_use]
    pub fn parameter(&self) -> Option<&TpString> {
        self.parameter.as_ref()
    }

    /// What is wrong with it.
    #[must_use]
    pub fn kind(&self) -> &OrderErrorKind {
        &self.kind
    }
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names are the server's: quoted, so that no terminal obeys them.
        write!(f, "order {:?}: ", self.order)?;
        if let Some(parameter) = &self.parameter {
            write!(f, "parameter {parameter:?} ")?;
        }
        self.kind.fmt(f)
    }
}

impl std::error::Error for OrderError {}
