//! Fields: their types, and the statements that read, measure and write them.
//!
//! Packets, views, records and parameters are all made of these.

mod decode;
mod encode;
mod stages;
mod types;

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::ident;
use crate::model::{Field, FieldKind, Integer, Item, Presence, Record, Sign};

pub(super) use encode::filled_run;
pub(super) use stages::condition;

/// Whose fields are being emitted, and as what.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The packet or parameter whose file this is: its types are named bare.
    pub(super) owner: &'a str,
    /// Where the types of other files, and in views all owned types, are found.
    pub(super) elsewhere: &'a TokenStream,
    /// Where the `at` module with the fields' places is found.
    pub(super) at: &'a TokenStream,
    /// What stands before the names in `at`: the path of lists and groups around these fields.
    pub(super) path: &'a str,
    /// Borrowed, not owned.
    pub(super) view: bool,
    /// Optional fields are there when bytes remain (packets), or when the caller says so.
    pub(super) optional: Optional,
    /// What a version cannot say may have to be refused: anything but a packet that only goes to
    /// clients.
    pub(super) refuse: bool,
}

/// What decides whether an optional field is there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Optional {
    /// Bytes remain.
    Trailing,
    /// The variable `optional`.
    Told,
}

/// Whether a view of these fields differs from owning them.
pub(crate) fn borrows(fields: &[Field]) -> bool {
    fields.iter().any(|field| match &field.kind {
        FieldKind::String { .. } | FieldKind::List { .. } | FieldKind::Parameters(_) => true,
        FieldKind::Group(record) => borrows(&record.fields),
        _ => false,
    })
}

/// The name of a field's place in `at`.
pub(super) fn at_name(path: &str, field: &Field) -> Ident {
    let name = field
        .rust_name
        .strip_prefix("r#")
        .unwrap_or(&field.rust_name);
    format_ident!("{}", format!("{path}{name}").to_uppercase())
}

/// What stands before the names in `at` of the members of `field`.
pub(super) fn at_path(path: &str, field: &Field) -> String {
    let name = field
        .rust_name
        .strip_prefix("r#")
        .unwrap_or(&field.rust_name);
    format!("{path}{name}__")
}

/// The name of a field's local variable: its own, unless the function uses that.
fn local(field: &Field) -> Ident {
    match field.rust_name.as_str() {
        "reader" | "writer" | "run" | "optional" | "version" => {
            format_ident!("{}_", field.rust_name)
        }
        name => ident(name),
    }
}

/// Whether a field, or what a list holds, is not to be shown.
pub(super) fn is_secret(field: &Field) -> bool {
    match &field.kind {
        FieldKind::List {
            item: Item::Field(entry),
            ..
        } => field.secret || is_secret(entry),
        _ => field.secret,
    }
}

/// The width of a field that always takes the same bytes.
pub(super) fn width(field: &Field) -> Option<u64> {
    let fixed = match &field.kind {
        FieldKind::Character { .. } | FieldKind::Integer { .. } | FieldKind::Enumeration(_) => true,
        FieldKind::Group(record) => is_fixed(record),
        _ => false,
    };
    fixed.then_some(field.size.min)
}

/// Whether a record always takes the same bytes and so is read and written as a whole.
pub(super) fn is_fixed(record: &Record) -> bool {
    record.fields.iter().all(is_fixed_field)
}

/// Whether a field always takes the same bytes; a record of such fields is `Copy`.
pub(crate) fn is_fixed_field(field: &Field) -> bool {
    !field.option && is_same(field) && width(field).is_some()
}

/// Whether a field is the same in every version, and stands at the same place.
fn is_same(field: &Field) -> bool {
    !stages::varies(field) && field.places.is_empty()
}

/// Whether a field has no Rust form: a description whose parameters have none.
pub(crate) fn is_absent(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldKind::Description {
            rust_name: None,
            ..
        }
    )
}

fn number(number: u64) -> Literal {
    Literal::u64_unsuffixed(number)
}

/// The Rust type of an integer.
pub(super) fn integer_type(integer: Integer) -> TokenStream {
    let bits = integer.bits;
    let name = match integer.sign {
        Sign::Signed => format_ident!("i{bits}"),
        Sign::Unsigned => format_ident!("u{bits}"),
        Sign::Semisigned => {
            let semi = format_ident!("Semi{bits}");
            return quote!(wire::#semi);
        }
    };
    quote!(#name)
}

/// `value` of an integer field, as the type of a parameter or the id of a description.
pub(super) fn as_u32(field: &Field, value: TokenStream) -> TokenStream {
    let FieldKind::Integer { integer, .. } = field.kind else {
        return value;
    };
    if field.option {
        let there = Field {
            option: false,
            ..field.clone()
        };
        let number = as_u32(&there, quote!(number));
        return quote!(#value.map_or(u32::MAX, |number| #number));
    }
    match (integer.sign, integer.bits) {
        (Sign::Unsigned, 32) => value,
        (Sign::Unsigned, 8) => quote!(u32::from(#value)),
        (Sign::Semisigned, 32) => quote!(#value.to_bits()),
        (Sign::Semisigned, 8) => quote!(u32::from(#value.to_bits())),
        (Sign::Semisigned, _) => quote!(u32::try_from(#value.to_bits()).unwrap_or(u32::MAX)),
        _ => quote!(u32::try_from(#value).unwrap_or(u32::MAX)),
    }
}

/// What tells that a field that is not in every version, and no `Option`, is not there: it is −1, or
/// no parameters at all.
pub(super) fn is_nothing(field: &Field) -> Option<String> {
    if !stages::varies(field) || field.option {
        return None;
    }
    match field.kind {
        FieldKind::Integer { integer, .. } if integer.sign == Sign::Semisigned => {
            Some(format!("::tp_frames::wire::Semi{}::is_none", integer.bits))
        }
        FieldKind::Parameters(_) => Some("::tp_frames::wire::Parameters::is_empty".to_owned()),
        _ => None,
    }
}

/// Whether errors name the place of a field although nothing is read there: it is missing, left
/// out or behind a gap.
pub(super) fn may_lack(field: &Field, optional: Optional, refuse: bool) -> bool {
    let stages = stages::stages(field);
    stages.iter().any(|stage| match stage.presence {
        Presence::Absent => refuse,
        Presence::Required => field.option,
        Presence::Optional => optional == Optional::Trailing,
    })
}

/// Whether tokens name `name`.
pub(super) fn names(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Group(group) => names(&group.stream(), name),
        TokenTree::Ident(ident) => ident == name,
        _ => false,
    })
}

/// Whether a field is a group whose codec is the group's own.
pub(super) fn is_varying_group(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Group(_)) && width(field).is_none()
}
