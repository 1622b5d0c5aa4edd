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
    let (kind, size) = kind(field);
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
    let secret = field.holds_secret().then(|| quote!(.secret()));
    places.push(quote! {
        pub(crate) static #name: Field =
            Field::#kind(#packet, #shown #size)#max #since #until #secret;
    });
}

/// The function of the runtime that makes such a field, and how many bytes it takes if it says so.
fn kind(field: &Field) -> (&'static str, Option<u64>) {
    let size = Some(field.size.min);
    match &field.kind {
        FieldKind::Character { .. } => ("raw_bytes", size),
        FieldKind::Integer { integer, .. } => match integer.sign {
            Sign::Unsigned => ("unsigned", size),
            Sign::Signed => ("signed", size),
            Sign::Semisigned => ("semisigned", size),
        },
        FieldKind::Enumeration(_) => ("enumeration", size),
        FieldKind::Group(record) if fields::is_fixed(record) => ("group", size),
        FieldKind::Group(_) | FieldKind::Description { .. } => ("group", Some(0)),
        FieldKind::String { .. } => ("string", None),
        FieldKind::List { .. } => ("list", None),
        FieldKind::Parameters(_) => ("parameters", None),
    }
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
