//! The types of objects and orders that a game declares, checked once, when its server starts.

use std::collections::{BTreeMap, BTreeSet};

use tp_frames::{ParameterError, ParameterSet, Parameters, TpString, game};

use super::object_types;
use crate::model::{IdModtime, Ids, ObjectDesc, ObjectParams, OrderDesc, OrderParams, Refusal};

/// The types of a game's objects, of which TP04 clients are told.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum ObjectTypes {
    /// Those that follow from what objects state: the library makes a type for each
    /// [`ObjectKind`](crate::model::ObjectKind), and an object's parameters from its fields.
    #[default]
    ByKind,
    /// The game's own, and no others. Each object names one of them in its
    /// [`otype`](crate::model::Object::otype), and states the
    /// [`parameters`](crate::model::Object::parameters) that this type has.
    Own(Vec<ObjectDesc>),
}

/// The types that a game declares are none that clients could make sense of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TypeError {
    /// Two types have the same id.
    #[error("two {of} types have the id {id}: {first:?} and {second:?}")]
    SameId {
        /// `object` or `order`.
        of: &'static str,
        /// The id.
        id: u32,
        /// The name of one.
        first: TpString,
        /// The name of the other.
        second: TpString,
    },
    /// Two types have the same name.
    #[error("two {of} types are called {name:?}: {first} and {second}")]
    SameName {
        /// `object` or `order`.
        of: &'static str,
        /// The name.
        name: TpString,
        /// The id of one.
        first: u32,
        /// The id of the other.
        second: u32,
    },
    /// Two parameters of an order type, or in one group of an object type, have the same name.
    #[error("the {of} type {of_type:?} has two parameters {name:?}")]
    SameParameter {
        /// `object` or `order`.
        of: &'static str,
        /// The name of the type.
        of_type: TpString,
        /// The name of the parameters.
        name: TpString,
    },
    /// A parameter is of a type that no version of the protocol has.
    #[error(
        "the {of} type {of_type:?} has a parameter {name:?} of type {parameter_type}, which there is not"
    )]
    UnknownParameter {
        /// `object` or `order`.
        of: &'static str,
        /// The name of the type.
        of_type: TpString,
        /// The name of the parameter.
        name: TpString,
        /// Its type.
        parameter_type: u32,
    },
}

/// The types that a game has.
#[derive(Debug)]
pub(super) struct DeclaredTypes {
    /// Whether the types of objects follow from their kinds.
    by_kind: bool,
    objects: BTreeMap<u32, ObjectDesc>,
    /// The types of the parameters of each, looked at for every object that is sent.
    object_parameters: BTreeMap<u32, Vec<u32>>,
    orders: BTreeMap<u32, OrderDesc>,
}

impl DeclaredTypes {
    /// What a handler declares.
    pub(super) fn new(objects: ObjectTypes, orders: Vec<OrderDesc>) -> Result<Self, TypeError> {
        let (by_kind, objects) = match objects {
            ObjectTypes::ByKind => (true, object_types::all()),
            ObjectTypes::Own(own) => (false, checked(own)?),
        };
        let types = objects.iter();
        let object_parameters = types
            .map(|(id, desc)| (*id, desc.object_params_types().collect()))
            .collect();
        Ok(Self {
            by_kind,
            objects,
            object_parameters,
            orders: checked(orders)?,
        })
    }

    /// Returns `true` if the types of objects follow from their kinds.
    pub(super) fn are_by_kind(&self) -> bool {
        self.by_kind
    }

    pub(super) fn object(&self, id: u32) -> Option<&ObjectDesc> {
        self.objects.get(&id)
    }

    /// The types of the parameters that an object of this type has.
    pub(super) fn object_parameters(&self, id: u32) -> Option<&[u32]> {
        self.object_parameters.get(&id).map(Vec::as_slice)
    }

    /// # Errors
    ///
    /// There is no such type, or none at all.
    pub(super) fn order(&self, id: u32) -> Result<&OrderDesc, Refusal> {
        self.orders.get(&id).ok_or_else(|| match self.orders.len() {
            0 => no_orders(),
            _ => Refusal::no_such_thing("there is no such order type"),
        })
    }

    /// Returns `true` if types of orders are declared.
    pub(super) fn has_orders(&self) -> bool {
        !self.orders.is_empty()
    }

    pub(super) fn object_ids(&self) -> Ids {
        ids(&self.objects)
    }

    /// # Errors
    ///
    /// There are none.
    pub(super) fn order_ids(&self) -> Result<Ids, Refusal> {
        match self.orders.len() {
            0 => Err(no_orders()),
            _ => Ok(ids(&self.orders)),
        }
    }
}

fn no_orders() -> Refusal {
    Refusal::unavailable_permanently("there are no order types")
}

/// A declared type, of objects or of orders.
trait Declared {
    const OF: &'static str;
    /// What its parameters are.
    type Parameters: ParameterSet;

    fn id(&self) -> u32;
    fn name(&self) -> &TpString;
    fn modtime(&self) -> u64;

    /// The name and type of each parameter, by groups.
    fn groups(&self) -> Vec<Vec<(&TpString, u32)>>;
}

impl Declared for ObjectDesc {
    const OF: &'static str = "object";
    type Parameters = ObjectParams;

    fn id(&self) -> u32 {
        self.id
    }

    fn name(&self) -> &TpString {
        &self.name
    }

    fn modtime(&self) -> u64 {
        self.modtime
    }

    fn groups(&self) -> Vec<Vec<(&TpString, u32)>> {
        let groups = self.propertygroups.iter().map(|group| {
            let parameters = group.parameters.iter();
            parameters.map(|it| (&it.name, it.r#type)).collect()
        });
        groups.collect()
    }
}

impl Declared for OrderDesc {
    const OF: &'static str = "order";
    type Parameters = OrderParams;

    fn id(&self) -> u32 {
        self.id
    }

    fn name(&self) -> &TpString {
        &self.name
    }

    fn modtime(&self) -> u64 {
        self.modtime
    }

    fn groups(&self) -> Vec<Vec<(&TpString, u32)>> {
        let parameters = self.parameters.iter();
        vec![parameters.map(|it| (&it.name, it.r#type)).collect()]
    }
}

fn ids<T: Declared>(types: &BTreeMap<u32, T>) -> Ids {
    let listed = types.values().map(|it| IdModtime {
        id: it.id(),
        modtime: it.modtime(),
    });
    listed.collect()
}

/// The types by their ids, if clients can tell them and their parameters apart.
fn checked<T: Declared>(types: Vec<T>) -> Result<BTreeMap<u32, T>, TypeError> {
    let mut by_id = BTreeMap::new();
    let mut names = BTreeMap::new();
    for declared in types {
        check_parameters(&declared)?;
        let (id, name) = (declared.id(), declared.name().clone());
        if let Some(first) = names.insert(name.clone(), id).filter(|it| *it != id) {
            return Err(TypeError::SameName {
                of: T::OF,
                name,
                first,
                second: id,
            });
        }
        if let Some(other) = by_id.insert(id, declared) {
            return Err(TypeError::SameId {
                of: T::OF,
                id,
                first: other.name().clone(),
                second: name,
            });
        }
    }
    Ok(by_id)
}

fn check_parameters<T: Declared>(declared: &T) -> Result<(), TypeError> {
    for group in declared.groups() {
        let mut names = BTreeSet::new();
        for (name, parameter_type) in group {
            if !is_known::<T::Parameters>(parameter_type) {
                return Err(TypeError::UnknownParameter {
                    of: T::OF,
                    of_type: declared.name().clone(),
                    name: name.clone(),
                    parameter_type,
                });
            }
            if !names.insert(name) {
                return Err(TypeError::SameParameter {
                    of: T::OF,
                    of_type: declared.name().clone(),
                    name: name.clone(),
                });
            }
        }
    }
    Ok(())
}

/// Returns `true` if the newest version has parameters of this type.
fn is_known<S: ParameterSet>(parameter_type: u32) -> bool {
    let newest = game::VERSIONS.last().copied();
    newest.is_some_and(|version| {
        // Nothing is there to be read, but whoever does not know the type says so first.
        let nothing = Parameters::<S>::from_bytes(version, Vec::new());
        let decoded = nothing.decode(std::iter::once(parameter_type));
        !matches!(decoded.stopped, Some(ParameterError::UnknownType { .. }))
    })
}
