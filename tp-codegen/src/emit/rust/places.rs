//! The module `at` of a packet or parameter: where each field stands, for errors.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::fields::{self, Optional};
use crate::model::{Field, FieldKind, Item};

/// The places of fields and of the members of their groups.
pub(super) fn of_fields(
    packet: &str,
    path: &str,
    prefix: &str,
    fields: &[Field],
    optional: Optional,
    refuse: bool,
) -> Vec<TokenStream> {
    let mut places = Vec::new();
    for field in fields.iter().filter(|field| !fields::is_absent(field)) {
        // A group that varies in width names its members, and a description those of another
        // file, unless there is none at all.
        let named_inside =
            fields::is_varying_group(field) || matches!(field.kind, FieldKind::Description { .. });
        if !named_inside || fields::may_lack(field, optional, refuse) {
            place(packet, path, prefix, field, &mut places);
        }
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
                    refuse,
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
pub(super) fn of_entries(packet: &str, fields: &[Field], refuse: bool) -> Vec<TokenStream> {
    let mut places = Vec::new();
    of_entries_in(packet, ("", ""), fields, refuse, &mut places);
    places
}

fn of_entries_in(
    packet: &str,
    (path, prefix): (&str, &str),
    fields: &[Field],
    refuse: bool,
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
                        refuse,
                    ));
                }
                of_entries_in(packet, (&path, &prefix), &record.fields, refuse, places);
            }
            FieldKind::Group(record) => {
                let path = fields::at_path(path, field);
                let prefix = format!("{prefix}{}.", field.name);
                of_entries_in(packet, (&path, &prefix), &record.fields, refuse, places);
            }
            _ => {}
        }
    }
}

fn place(packet: &str, path: &str, prefix: &str, field: &Field, places: &mut Vec<TokenStream>) {
    let name = fields::at_name(path, field);
    let shown = format!("{prefix}{}", field.name);
    let place = match (fields::width(field), &field.kind) {
        (Some(width), _) => {
            let width = Literal::u64_unsuffixed(width);
            quote!(Field::fixed(#packet, #shown, #width))
        }
        (
            None,
            FieldKind::String { max: Some(max), .. } | FieldKind::List { max: Some(max), .. },
        ) => {
            let max = Literal::u32_unsuffixed(*max);
            quote!(Field::counted(#packet, #shown).max(#max))
        }
        _ => quote!(Field::counted(#packet, #shown)),
    };
    places.push(quote!(pub(crate) static #name: Field = #place;));
}

/// The module `at` around its places.
pub(super) fn module(places: Vec<TokenStream>) -> Option<TokenStream> {
    if places.is_empty() {
        return None;
    }
    Some(quote! {
        /// Where each field stands, for errors.
        pub(crate) mod fields {
            use ::tp_frames::wire::Field;

            #(#places)*
        }
    })
}
