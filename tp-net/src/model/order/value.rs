//! What a client says in an order, by natural types, and the parameters that it makes.

use tp_frames::{TpString, game};

use super::error::OrderErrorKind;
use crate::model::{OrderParams, Vector};

/// A value for a parameter of an order. Made of the usual types:
///
/// | of | for parameters |
/// |---|---|
/// | [`Vector`] | AbsSpaceCoords |
/// | `(u32, Vector)`: the id of an object, and how far from it | RelSpaceCoords |
/// | `u32`, `i32`, `i64` | Time, Range; the id of an Object, a Player or a Reference |
/// | `&str`, `String`, [`TpString`] | String |
/// | `[u32; N]`, `Vec<u32>`: ids | ReferenceList |
/// | `[(u32, u32); N]`, `Vec<(u32, u32)>`: ids of options, each with how many | List, ResourceList, GenericReferenceQuantityList |
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OrderValue {
    /// A point.
    Position(Vector),
    /// A point beside an object.
    Beside(
        /// The object's id.
        u32,
        /// How far from it.
        Vector,
    ),
    /// A number, or the id of one thing.
    Number(i64),
    /// A text.
    Text(TpString),
    /// The ids of several things.
    Ids(Vec<u32>),
    /// Ids of options, and how many of each. Those of one option are added up, and options of
    /// which there are none are left out.
    Choice(Vec<(u32, u32)>),
}

impl From<Vector> for OrderValue {
    fn from(position: Vector) -> Self {
        Self::Position(position)
    }
}

impl From<(u32, Vector)> for OrderValue {
    fn from((object, offset): (u32, Vector)) -> Self {
        Self::Beside(object, offset)
    }
}

impl From<i64> for OrderValue {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for OrderValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for OrderValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&str> for OrderValue {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for OrderValue {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<TpString> for OrderValue {
    fn from(text: TpString) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u32>> for OrderValue {
    fn from(ids: Vec<u32>) -> Self {
        Self::Ids(ids)
    }
}

impl<const N: usize> From<[u32; N]> for OrderValue {
    fn from(ids: [u32; N]) -> Self {
        Self::Ids(ids.into())
    }
}

impl From<Vec<(u32, u32)>> for OrderValue {
    fn from(choice: Vec<(u32, u32)>) -> Self {
        Self::Choice(choice)
    }
}

impl<const N: usize> From<[(u32, u32); N]> for OrderValue {
    fn from(choice: [(u32, u32); N]) -> Self {
        Self::Choice(choice.into())
    }
}

impl OrderValue {
    /// What a parameter of this type says as long as nobody has chosen; `None` if nobody knows the
    /// type.
    pub(super) fn unchosen(r#type: u32) -> Option<Self> {
        Some(match r#type {
            OrderParams::ABS_SPACE_COORDS => Self::Position(Vector::default()),
            OrderParams::REL_SPACE_COORDS => Self::Beside(0, Vector::default()),
            OrderParams::TIME
            | OrderParams::OBJECT
            | OrderParams::PLAYER
            | OrderParams::RANGE
            | OrderParams::REFERENCE => Self::Number(0),
            OrderParams::STRING => Self::Text(TpString::new()),
            OrderParams::REFERENCE_LIST => Self::Ids(Vec::new()),
            OrderParams::LIST
            | OrderParams::RESOURCE_LIST
            | OrderParams::GENERIC_REFERENCE_QUANTITY_LIST => Self::Choice(Vec::new()),
            _ => return None,
        })
    }

    /// The parameter of this type that says so, with what is for the server to say left empty.
    pub(super) fn into_parameter(self, r#type: u32) -> Result<OrderParams, OrderErrorKind> {
        Ok(match (r#type, self) {
            (OrderParams::ABS_SPACE_COORDS, Self::Position(at)) => {
                OrderParams::AbsSpaceCoords(game::OrderParamAbsSpaceCoords { pos: at.into() })
            }
            (OrderParams::TIME, Self::Number(turns)) => OrderParams::Time(game::OrderParamTime {
                turns: number(turns, 0, i32::MAX)?,
                maxtime: 0,
            }),
            (OrderParams::OBJECT, Self::Number(id)) => {
                OrderParams::Object(game::OrderParamObject {
                    objectid: number(id, 0, u32::MAX)?,
                    validtypes: None,
                })
            }
            (OrderParams::PLAYER, Self::Number(id)) => {
                OrderParams::Player(game::OrderParamPlayer {
                    playerid: number(id, 0, u32::MAX)?,
                    ..Default::default()
                })
            }
            (OrderParams::REL_SPACE_COORDS, Self::Beside(objectid, offset)) => {
                OrderParams::RelSpaceCoords(game::OrderParamRelSpaceCoords {
                    objectid,
                    relpos: offset.into(),
                })
            }
            (OrderParams::RANGE, Self::Number(value)) => {
                OrderParams::Range(game::OrderParamRange {
                    value: number(value, i32::MIN, i32::MAX)?,
                    ..Default::default()
                })
            }
            (OrderParams::LIST, Self::Choice(choice)) => {
                let chosen = added_up(choice)?.into_iter();
                OrderParams::List(game::OrderParamList {
                    selection: chosen
                        .map(|(id, number)| game::OrderParamListSelection { id, number })
                        .collect(),
                    ..Default::default()
                })
            }
            (OrderParams::STRING, Self::Text(string)) => {
                OrderParams::String(game::OrderParamString {
                    maxlength: 0,
                    string,
                })
            }
            (OrderParams::REFERENCE, Self::Number(id)) => {
                OrderParams::Reference(game::OrderParamReference {
                    reference: number(id, 0, u32::MAX)?,
                    ..Default::default()
                })
            }
            (OrderParams::REFERENCE_LIST, Self::Ids(references)) => {
                OrderParams::ReferenceList(game::OrderParamReferenceList {
                    references,
                    ..Default::default()
                })
            }
            (OrderParams::RESOURCE_LIST, Self::Choice(choice)) => {
                let chosen = added_up(choice)?.into_iter();
                OrderParams::ResourceList(game::OrderParamResourceList {
                    selected: chosen
                        .map(
                            |(resourcetype, quantity)| game::OrderParamResourceListSelected {
                                resourcetype,
                                quantity,
                            },
                        )
                        .collect(),
                    ..Default::default()
                })
            }
            (OrderParams::GENERIC_REFERENCE_QUANTITY_LIST, Self::Choice(choice)) => {
                let chosen = added_up(choice)?.into_iter();
                OrderParams::GenericReferenceQuantityList(
                    game::OrderParamGenericReferenceQuantityList {
                        selection: chosen
                            .map(|(id, number)| {
                                game::OrderParamGenericReferenceQuantityListSelection { id, number }
                            })
                            .collect(),
                        ..Default::default()
                    },
                )
            }
            (r#type, given) => {
                let wanted = wanted(r#type).ok_or(OrderErrorKind::UnknownType(r#type))?;
                let given = given.kind();
                return Err(OrderErrorKind::WrongKind { wanted, given });
            }
        })
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Position(_) => "a position",
            Self::Beside(..) => "a place beside an object",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Ids(_) => "a list of ids",
            Self::Choice(_) => "a choice of options",
        }
    }
}

/// What a parameter of this type is; `None` if nobody knows the type.
fn wanted(r#type: u32) -> Option<&'static str> {
    Some(match r#type {
        OrderParams::ABS_SPACE_COORDS => "a position",
        OrderParams::TIME => "a number of turns",
        OrderParams::OBJECT => "the id of an object",
        OrderParams::PLAYER => "the id of a player",
        OrderParams::REL_SPACE_COORDS => "a place beside an object",
        OrderParams::RANGE => "a number",
        OrderParams::LIST => "a choice of options",
        OrderParams::STRING => "a text",
        OrderParams::REFERENCE => "the id of a thing",
        OrderParams::REFERENCE_LIST => "a list of ids",
        OrderParams::RESOURCE_LIST => "a choice of resources",
        OrderParams::GENERIC_REFERENCE_QUANTITY_LIST => "a choice of things",
        _ => return None,
    })
}

/// A number of the field's size, within bounds.
fn number<N>(value: i64, least: N, greatest: N) -> Result<N, OrderErrorKind>
where
    N: TryFrom<i64> + Into<i64> + PartialOrd + Copy,
{
    match N::try_from(value) {
        Ok(fits) if fits >= least && fits <= greatest => Ok(fits),
        _ => Err(OrderErrorKind::OutOfRange {
            value,
            least: least.into(),
            greatest: greatest.into(),
        }),
    }
}

/// How many of each option, in the order in which they were first chosen; the protocol leaves out
/// what is not wanted.
fn added_up(choice: Vec<(u32, u32)>) -> Result<Vec<(u32, u32)>, OrderErrorKind> {
    let mut sums: Vec<(u32, u32)> = Vec::with_capacity(choice.len());
    let mut places = std::collections::HashMap::new();
    for (option, number) in choice.into_iter().filter(|(_, number)| *number > 0) {
        let place = *places.entry(option).or_insert(sums.len());
        match sums.get_mut(place) {
            None => sums.push((option, number)),
            Some((_, sum)) => {
                let both = u64::from(*sum).saturating_add(number.into());
                *sum = u32::try_from(both).map_err(|_| OrderErrorKind::TooMany {
                    option,
                    number: both,
                    greatest: u32::MAX,
                })?;
            }
        }
    }
    Ok(sums)
}
