//! Widths of fields, and that list entries have one.

use crate::ast::context::Context;
use crate::ast::walk::fields;
use crate::ast::{Field, FieldKind, Integer, Structure};
use crate::diagnostic::{Code, Findings};

/// Checks all fields.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for field in fields(context.schema) {
        match &field.kind {
            FieldKind::Character { size: Some(size) } if !(1..=65535).contains(&size.value) => {
                found
                    .report(Code::BadSize, size.span, "no character field has this size")
                    .label("from 1 to 65535 bytes");
            }
            FieldKind::Integer { integer, .. } => width(integer, found),
            FieldKind::Enumeration(enumeration) => width(&enumeration.integer, found),
            FieldKind::List { structure, .. } => entries(field, structure, found),
            _ => {}
        }
    }
}

fn width(integer: &Integer, found: &mut Findings) {
    if let Some(size) = integer
        .size
        .filter(|size| !matches!(size.value, 8 | 32 | 64))
    {
        found
            .report(Code::BadSize, size.span, "no integer has this size")
            .label("8, 32 or 64 bits");
    }
}

fn entries(list: &Field, structure: &Structure, found: &mut Findings) {
    if !structure.broken && structure.fields.iter().all(may_be_nothing) {
        let message = format!("an entry of list {list} may take no bytes");
        let finding = found.report(Code::UnboundedList, list.name_span(), message);
        finding.label(match structure.fields.is_empty() {
            true => "its structure is empty",
            false => "nothing in its structure always takes a byte",
        });
    }
}

/// Whether a field may take no bytes.
fn may_be_nothing(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Group(structure) => {
            !structure.broken && structure.fields.iter().all(may_be_nothing)
        }
        FieldKind::Parameters(_) | FieldKind::Description { .. } => true,
        FieldKind::Character { .. }
        | FieldKind::Integer { .. }
        | FieldKind::String { .. }
        | FieldKind::Enumeration(_)
        | FieldKind::List { .. } => false,
    }
}
