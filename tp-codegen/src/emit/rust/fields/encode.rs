//! Measuring and writing fields, and making owned ones of borrowed ones.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Optional, Scope, borrows, is_absent, is_fixed, local, number, width};
use crate::emit::rust::ident;
use crate::model::{Field, FieldKind, Item};

impl Scope<'_> {
    /// The terms of `encoded_len`: the fixed bytes first, then each field that varies.
    pub(in super::super) fn lengths(&self, fields: &[Field]) -> TokenStream {
        let fixed = fields
            .iter()
            .filter(|field| !field.optional)
            .filter_map(width)
            .fold(0, u64::saturating_add);
        let mut terms: Vec<TokenStream> = Vec::new();
        for field in fields.iter().filter(|field| !is_absent(field)) {
            let name = ident(&field.rust_name);
            if field.optional {
                let length = match field.kind {
                    FieldKind::String { .. } => quote!(wire::string_len),
                    FieldKind::Group(_) if width(field).is_none() => {
                        quote!(wire::Encode::encoded_len)
                    }
                    _ if width(field).is_some() => {
                        let length = length(field, &TokenStream::new(), &TokenStream::new());
                        quote!(|_| #length)
                    }
                    _ => {
                        let length = length(field, &quote!(value), &TokenStream::new());
                        quote!(|value| #length)
                    }
                };
                terms.push(quote!(self.#name.as_ref().map_or(0, #length)));
            } else if width(field).is_none() {
                terms.push(length(field, &quote!(self.#name), &quote!(&)));
            }
        }
        if fixed > 0 || terms.is_empty() {
            let fixed = number(fixed);
            terms.insert(0, quote!(#fixed));
        }
        match terms.as_slice() {
            [only] => only.clone(),
            several => quote!(wire::total([#(#several),*])),
        }
    }

    /// Writes every field.
    pub(in super::super) fn encode(&self, fields: &[Field]) -> TokenStream {
        let mut statements = TokenStream::new();
        let mut before: Option<&Field> = None;
        for field in fields.iter().filter(|field| !is_absent(field)) {
            let name = ident(&field.rust_name);
            if !field.optional {
                let write = self.encode_present(field, &quote!(self.#name), true);
                statements.extend(quote!(#write;));
                continue;
            }
            if let (Some(before), Optional::Trailing) = (before, self.optional) {
                let (before, at) = (ident(&before.rust_name), self.at(field));
                statements.extend(quote! {
                    writer.no_gap(#at, self.#before.is_some(), self.#name.is_some())?;
                });
            }
            before = Some(field);
            let value = local(field);
            let write = self.encode_present(field, &quote!(#value), false);
            statements.extend(quote!(if let Some(#value) = &self.#name { #write; }));
        }
        quote!(#statements Ok(()))
    }

    /// Writes one field; `place` tells a place from a reference.
    fn encode_present(&self, field: &Field, value: &TokenStream, place: bool) -> TokenStream {
        let at = self.at(field);
        let reference = if place {
            quote!(&#value)
        } else {
            quote!(#value)
        };
        if width(field).is_some() {
            return quote!(writer.fixed(#reference));
        }
        match &field.kind {
            FieldKind::String { .. } => quote!(writer.string(#at, #reference)?),
            FieldKind::List {
                item: Item::Field(entry),
                ..
            } if matches!(entry.kind, FieldKind::String { .. }) => {
                let entry = self.entry_at(field, entry);
                quote!(writer.string_list(#at, #entry, #reference)?)
            }
            FieldKind::List {
                item: Item::Field(_),
                ..
            } => {
                quote!(writer.fixed_list(#at, #reference)?)
            }
            FieldKind::List {
                item: Item::Record(record),
                ..
            } => {
                let method = if is_fixed(record) {
                    quote!(fixed_list)
                } else {
                    quote!(list)
                };
                quote!(writer.#method(#at, #reference)?)
            }
            FieldKind::Parameters(_) => quote!(writer.parameters(#at, #reference)?),
            // A group that varies in width, or a description.
            _ => quote!(wire::Encode::encode_to(#reference, writer)?),
        }
    }

    /// The members of an owned value made from the view `self`.
    pub(in super::super) fn owned_members(&self, fields: &[Field]) -> TokenStream {
        let members = fields
            .iter()
            .filter(|field| !is_absent(field))
            .map(|field| {
                let name = ident(&field.rust_name);
                let value = if field.optional && matches!(field.kind, FieldKind::String { .. }) {
                    // Not a closure: on a reference, std's `ToOwned` would come first.
                    quote!(self.#name.map(wire::TpStr::to_owned))
                } else if field.optional && width(field).is_none() {
                    let value = owned(field, &quote!(value));
                    quote!(self.#name.as_ref().map(|value| #value))
                } else {
                    owned(field, &quote!(self.#name))
                };
                quote!(#name: #value)
            });
        quote!(#(#members),*)
    }
}

/// The bytes a field that is there takes; `reference` makes a reference of `value`.
fn length(field: &Field, value: &TokenStream, reference: &TokenStream) -> TokenStream {
    if let Some(width) = width(field) {
        let width = number(width);
        return quote!(#width);
    }
    let function = match &field.kind {
        FieldKind::Parameters(_) => return quote!(#value.as_bytes().len()),
        FieldKind::String { .. } => quote!(wire::string_len),
        FieldKind::List {
            item: Item::Field(entry),
            ..
        } => match entry.kind {
            FieldKind::String { .. } => quote!(wire::string_list_len),
            _ => quote!(wire::fixed_list_len),
        },
        FieldKind::List {
            item: Item::Record(record),
            ..
        } if is_fixed(record) => {
            quote!(wire::fixed_list_len)
        }
        FieldKind::List { .. } => quote!(wire::list_len),
        _ => quote!(wire::Encode::encoded_len),
    };
    quote!(#function(#reference #value))
}

/// The owned form of a field of a view.
fn owned(field: &Field, value: &TokenStream) -> TokenStream {
    if width(field).is_some() {
        return value.clone();
    }
    match &field.kind {
        FieldKind::List {
            item: Item::Record(record),
            ..
        } if borrows(&record.fields) => {
            quote!(#value.iter().map(|entry| entry.to_owned()).collect())
        }
        FieldKind::List {
            item: Item::Record(record),
            ..
        } if !is_fixed(record) => {
            quote!(#value.iter().collect())
        }
        FieldKind::List { .. } => quote!(#value.to_vec()),
        FieldKind::Group(record) if !borrows(&record.fields) => quote!(#value.clone()),
        FieldKind::Description { .. } => quote!(#value.clone()),
        _ => quote!(#value.to_owned()),
    }
}
