//! Structures → fields.

use super::prose::{history, prose};
use super::size;
use crate::ast::context::Context;
use crate::ast::{self, Structure};
use crate::model::{
    Enumeration, Field, FieldKind, Integer, Item, Parameters, PathStep, Record, Sign, TypeFrame,
    Value,
};
use crate::names::{self, TypeNames};

/// What is needed to resolve a field.
pub(super) struct Resolver<'s> {
    pub(super) context: &'s Context<'s>,
    pub(super) types: &'s TypeNames,
}

/// Name of the field `name` in Rust.
fn field_name(name: &str) -> String {
    names::escape(&names::snake_name(name))
}

impl Resolver<'_> {
    /// The fields of a structure, declared in the packet or parameter of that name.
    pub(super) fn structure(&self, structure: &Structure, declared_in: &str) -> Vec<Field> {
        structure
            .fields
            .iter()
            .filter_map(|field| self.field(field, declared_in))
            .collect()
    }

    fn field(&self, field: &ast::Field, declared_in: &str) -> Option<Field> {
        let name = &field.name.as_ref()?.value;
        let kind = self.kind(field, declared_in)?;
        Some(Field {
            name: name.clone(),
            rust_name: field_name(name),
            declared_in: declared_in.to_owned(),
            readonly: field.readonly,
            optional: field.optional.is_some(),
            option: field.optional.is_some(),
            secret: field.secret,
            prose: prose(&field.prose),
            history: history(&field.prose),
            stages: Vec::new(),
            places: Vec::new(),
            size: size::of(&kind),
            kind,
        })
    }

    fn kind(&self, field: &ast::Field, declared_in: &str) -> Option<FieldKind> {
        Some(match &field.kind {
            ast::FieldKind::Character { size } => FieldKind::Character {
                count: size.map_or(Some(1), ast::Number::as_u32)?,
            },
            ast::FieldKind::Integer { integer, subtype } => FieldKind::Integer {
                integer: resolve_integer(integer)?,
                subtype: *subtype,
            },
            ast::FieldKind::String { formatted, max } => FieldKind::String {
                formatted: *formatted,
                max: max.and_then(ast::Number::as_u32),
            },
            ast::FieldKind::Enumeration(enumeration) => {
                FieldKind::Enumeration(self.enumeration(field, enumeration)?)
            }
            ast::FieldKind::List { max, structure } => FieldKind::List {
                max: max.and_then(ast::Number::as_u32),
                item: match structure.sole_value() {
                    Some(entry) => Item::Field(Box::new(self.field(entry, declared_in)?)),
                    None => Item::Record(self.record(field, structure, declared_in)),
                },
            },
            ast::FieldKind::Group(structure) => {
                FieldKind::Group(self.record(field, structure, declared_in))
            }
            ast::FieldKind::Parameters(parameters) => {
                FieldKind::Parameters(self.parameters(parameters)?)
            }
            ast::FieldKind::Description { set, typefield } => {
                let set = &set.as_ref()?.value;
                let typefield = &typefield.as_ref()?.value;
                let any = self.context.set(set)?.is_described();
                FieldKind::Description {
                    set: set.clone(),
                    typefield: typefield.clone(),
                    typefield_rust_name: field_name(typefield),
                    rust_name: any.then(|| format!("{}Desc", names::type_name(set))),
                }
            }
        })
    }

    fn record(&self, field: &ast::Field, structure: &Structure, declared_in: &str) -> Record {
        let fields = self.structure(structure, declared_in);
        Record {
            rust_name: self.types.of(field),
            size: size::sum(&fields),
            fields,
        }
    }

    fn enumeration(
        &self,
        field: &ast::Field,
        enumeration: &ast::Enumeration,
    ) -> Option<Enumeration> {
        let integer = resolve_integer(&enumeration.integer)?;
        let values = enumeration.values.as_ref()?.list.iter();
        Some(Enumeration {
            rust_name: self.types.of(field),
            integer,
            style: enumeration.style?,
            values: values
                .filter_map(|value| resolve_value(value, integer))
                .collect(),
        })
    }

    fn parameters(&self, parameters: &ast::Parameters) -> Option<Parameters> {
        let set = &parameters.set.as_ref()?.value;
        let typefield = &parameters.typefield.as_ref()?.value;
        let typeframe = match &parameters.typeframe {
            Some(typeframe) => Some(resolve_typeframe(typeframe)?),
            None => None,
        };
        Some(Parameters {
            set: set.clone(),
            set_rust_name: names::type_name(set),
            typefield: typefield.clone(),
            typefield_rust_name: field_name(typefield),
            typeframe,
            direct_until: None,
        })
    }
}

/// Sign and width; none if they are badly stated.
pub(crate) fn resolve_integer(integer: &ast::Integer) -> Option<Integer> {
    Some(Integer {
        sign: integer.sign?,
        bits: u8::try_from(integer.size.map_or(32, |size| size.value)).ok()?,
    })
}

fn resolve_value(value: &ast::Value, integer: Integer) -> Option<Value> {
    let name = &value.name.as_ref()?.value;
    let number = value.id?;
    let id = worth(number, integer);
    Some(Value {
        name: name.clone(),
        const_name: names::const_name(name),
        variant: names::type_name(name),
        id,
        // There is no hexadecimal for what is negative.
        hex: number.hex && id >= 0,
        prose: prose(&value.prose),
        history: history(&value.prose),
    })
}

/// What an id is worth: all bits one are −1 in a semisigned integer. Only hexadecimal digits show
/// bits; the same number in decimal is one that such an integer cannot have.
pub(crate) fn worth(id: ast::Number, integer: Integer) -> i128 {
    let ones = 1_i128
        .checked_shl(u32::from(integer.bits))
        .unwrap_or(0)
        .saturating_sub(1);
    if integer.sign == Sign::Semisigned && id.hex && id.value == ones {
        -1
    } else {
        id.value
    }
}

fn resolve_typeframe(typeframe: &ast::TypeFrame) -> Option<TypeFrame> {
    let packet = &typeframe.packet.as_ref()?.value;
    let idfield = &typeframe.idfield.as_ref()?.value;
    let steps = typeframe.path.as_ref()?.iter();
    Some(TypeFrame {
        packet: packet.clone(),
        rust_name: names::type_name(packet),
        idfield: idfield.clone(),
        idfield_rust_name: field_name(idfield),
        path: steps
            .filter_map(|step| {
                let name = &step.name.as_ref()?.value;
                Some(PathStep {
                    name: name.clone(),
                    rust_name: field_name(name),
                    list: step.list,
                })
            })
            .collect(),
    })
}
