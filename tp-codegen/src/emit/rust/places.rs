//! The module `fields` of a packet or parameter: what tables list, and where errors point.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::fields::{self, Optional};
use crate::model::{Field, FieldKind, Item, Sign};

/// The places of fields and of the members of their groups.
pub(super) fn of_fields(
    packet: &str,
    path: &str,
    prefix: &str,
    fields: &[Field],
    optional: Optional,
) -> Vec<TokenStream> {
    let mut places = Vec::new();
    let mut gap = false;
    for field in fields {
        // A group that varies in width names its members instead, unless it leaves a gap.
        if is_named(field) || gap {
            place(packet, path, prefix, field, &mut places);
        }
        gap |= field.optional && optional == Optional::Trailing;
        match &field.kind {
            // A record of fixed width is missing as a whole, so its fields need no places.
            FieldKind::Group(record) if !fields::is_fixed(record) => {
                let (path, prefix) = (
                    fields::at_path(path, field),
                    format!("{prefix}{}.", field.name),
                );
                places.extend(of_fields(
                    packet,
                    &path,
                    &prefix,
                    &record.fields,
                    Optional::Told,
                ));
            }
            FieldKind::List {
                item: Item::Field(entry),
                ..
            } if matches!(entry.kind, FieldKind::String { .. }) => {
                let (path, prefix) = (
                    fields::at_path(path, field),
                    format!("{prefix}{}[].", field.name),
                );
                place(packet, &path, &prefix, entry, &mut places);
            }
            _ => {}
        }
    }
    places
}

/// The places of the fields of every list entry that varies in width: beside the entry's struct.
pub(super) fn of_entries(packet: &str, fields: &[Field]) -> Vec<TokenStream> {
    let mut places = Vec::new();
    of_entries_in(packet, "", "", fields, &mut places);
    places
}

fn of_entries_in(
    packet: &str,
    path: &str,
    prefix: &str,
    fields: &[Field],
    places: &mut Vec<TokenStream>,
) {
    for field in fields {
        match &field.kind {
            FieldKind::List {
                item: Item::Record(record),
                ..
            } => {
                let path = fields::at_path(path, field);
                let prefix = format!("{prefix}{}[].", field.name);
                if !fields::is_fixed(record) {
                    places.extend(of_fields(
                        packet,
                        &path,
                        &prefix,
                        &record.fields,
                        Optional::Told,
                    ));
                }
                of_entries_in(packet, &path, &prefix, &record.fields, places);
            }
            FieldKind::Group(record) => {
                let path = fields::at_path(path, field);
                of_entries_in(
                    packet,
                    &path,
                    &format!("{prefix}{}.", field.name),
                    &record.fields,
                    places,
                );
            }
            _ => {}
        }
    }
}

/// Whether a field has a place of its own. A group that varies in width names its members instead,
/// unless it has to be named where it is missing.
fn is_named(field: &Field) -> bool {
    !fields::is_varying_group(field) || field.option || !field.stages.is_empty()
}

/// The names of the places of a packet's fields, in order; of a group that varies, the members'.
pub(super) fn names(path: &str, fields: &[Field]) -> Vec<Ident> {
    let mut names = Vec::new();
    for field in fields {
        if matches!(field.kind, FieldKind::Description { .. }) {
            continue;
        }
        match &field.kind {
            FieldKind::Group(record) if !fields::is_fixed(record) => {
                names.extend(self::names(&fields::at_path(path, field), &record.fields));
            }
            _ => names.push(fields::at_name(path, field)),
        }
    }
    names
}

fn place(packet: &str, path: &str, prefix: &str, field: &Field, places: &mut Vec<TokenStream>) {
    let name = fields::at_name(path, field);
    let shown = format!("{prefix}{}", field.name);
    let Some((kind, size)) = kind(field) else {
        return;
    };
    let kind = format_ident!("{kind}");
    let size = size.map(|size| {
        let size = Literal::u64_unsuffixed(size);
        quote!(, #size)
    });
    let max = match &field.kind {
        FieldKind::String { max, .. } | FieldKind::List { max, .. } => *max,
        _ => None,
    };
    let max = max.map(|max| {
        let max = Literal::u32_unsuffixed(max);
        quote!(.max(#max))
    });
    let version = |number: u8| Literal::u8_unsuffixed(number);
    let since = field
        .history
        .since
        .map(version)
        .map(|since| quote!(.since(#since)));
    let until = field
        .history
        .until
        .map(version)
        .map(|until| quote!(.until(#until)));
    places.push(quote! {
        pub(crate) static #name: Field = Field::#kind(#packet, #shown #size)#max #since #until;
    });
}

/// The function of the runtime that makes such a field, and how many bytes it takes if it says so.
fn kind(field: &Field) -> Option<(&'static str, Option<u64>)> {
    let size = Some(field.size.min);
    Some(match &field.kind {
        FieldKind::Character { .. } => ("raw_bytes", size),
        FieldKind::Integer { integer, .. } => match integer.sign {
            Sign::Unsigned => ("unsigned", size),
            Sign::Signed => ("signed", size),
            Sign::Semisigned => ("semisigned", size),
        },
        FieldKind::Enumeration(_) => ("enumeration", size),
        FieldKind::Group(record) if fields::is_fixed(record) => ("group", size),
        FieldKind::Group(_) => ("group", Some(0)),
        FieldKind::String { .. } => ("string", None),
        FieldKind::List { .. } => ("list", None),
        FieldKind::Parameters(_) => ("parameters", None),
        FieldKind::Description { .. } => return None,
    })
}

/// The module `fields` around its places.
pub(super) fn module(places: Vec<TokenStream>) -> Option<TokenStream> {
    if places.is_empty() {
        return None;
    }
    Some(quote! {
        /// What each field is, for tables and errors.
        pub(crate) mod fields {
            use ::tp_frames::wire::Field;

            #(#places)*
        }
    })
}
