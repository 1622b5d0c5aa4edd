//! Wire sizes. All arithmetic saturates: nobody sends 2⁶⁴ bytes.

use crate::model::{Field, FieldKind, Item, Record, Size};

/// Nothing on the wire.
pub(crate) const NOTHING: Size = Size {
    min: 0,
    fixed: true,
};

/// Size of all `fields`, optional ones left out of `min`.
pub(crate) fn sum(fields: &[Field]) -> Size {
    fields.iter().fold(NOTHING, |sum, field| Size {
        min: if field.optional {
            sum.min
        } else {
            sum.min.saturating_add(field.size.min)
        },
        fixed: sum.fixed && field.size.fixed && !field.optional,
    })
}

/// Size of a field of that kind.
pub(crate) fn of(kind: &FieldKind) -> Size {
    let fixed = |min: u64| Size { min, fixed: true };
    let counted = Size {
        min: 4,
        fixed: false,
    };
    match kind {
        FieldKind::Character { count } => fixed(u64::from(*count)),
        FieldKind::Integer { integer, .. } => fixed(u64::from(integer.bits / 8)),
        FieldKind::Enumeration(enumeration) => fixed(u64::from(enumeration.integer.bits / 8)),
        FieldKind::String { .. } => counted,
        FieldKind::List {
            item: Item::Field(_) | Item::Record(_),
            ..
        } => counted,
        FieldKind::Group(Record { size, .. }) => *size,
        // As many parameters as a description says; possibly none.
        FieldKind::Parameters(_) => Size {
            min: 0,
            fixed: false,
        },
        // What a type that nobody knows yet takes cannot be told.
        FieldKind::Description { rust_name, .. } => Size {
            min: 0,
            fixed: rust_name.is_none(),
        },
    }
}
