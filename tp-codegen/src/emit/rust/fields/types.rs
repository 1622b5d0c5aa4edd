//! The Rust types of fields, and where they are found.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Scope, at_name, at_path, borrows, integer_type, is_absent, is_fixed, number};
use crate::emit::rust::ident;
use crate::model::{Field, FieldKind, Item, Record};

impl Scope<'_> {
    /// The path of a type that `declared_in` declares.
    pub(super) fn path(&self, declared_in: &str, name: &str) -> TokenStream {
        let name = ident(name);
        if declared_in == self.owner && !self.view {
            quote!(#name)
        } else {
            let elsewhere = self.elsewhere;
            quote!(#elsewhere::#name)
        }
    }

    /// The path of a record: owned, or as a view where it borrows.
    pub(super) fn record(&self, declared_in: &str, record: &Record) -> TokenStream {
        if !self.view || !borrows(&record.fields) {
            return self.path(declared_in, &record.rust_name);
        }
        let view = format_ident!("{}View", ident(&record.rust_name));
        if declared_in == self.owner {
            quote!(#view<'a>)
        } else {
            quote!(super::#view<'a>)
        }
    }

    pub(super) fn at(&self, field: &Field) -> TokenStream {
        let (at, name) = (self.at, at_name(self.path, field));
        quote!(&#at::#name)
    }

    /// The place of a list's string entries.
    pub(super) fn entry_at(&self, list: &Field, entry: &Field) -> TokenStream {
        let (at, name) = (self.at, at_name(&at_path(self.path, list), entry));
        quote!(&#at::#name)
    }

    /// The type of a field that is there.
    pub(super) fn present_type(&self, field: &Field) -> TokenStream {
        let declared_in = field.declared_in.as_str();
        match &field.kind {
            FieldKind::Character { count } => {
                let count = number((*count).into());
                quote!(wire::RawBytes<#count>)
            }
            FieldKind::Integer { integer, .. } => integer_type(*integer),
            FieldKind::String { .. } if self.view => quote!(wire::TpStr<'a>),
            FieldKind::String { .. } => quote!(wire::TpString),
            FieldKind::Enumeration(enumeration) => self.path(declared_in, &enumeration.rust_name),
            FieldKind::Group(record) => self.record(declared_in, record),
            FieldKind::List { item, .. } => self.list_type(declared_in, item),
            FieldKind::Parameters(parameters) => {
                let (elsewhere, set) = (self.elsewhere, ident(&parameters.set_rust_name));
                if self.view {
                    quote!(wire::ParametersView<'a, #elsewhere::#set>)
                } else {
                    quote!(wire::Parameters<#elsewhere::#set>)
                }
            }
            FieldKind::Description { rust_name, .. } => {
                let elsewhere = self.elsewhere;
                let name = rust_name.as_deref().map(ident);
                quote!(#elsewhere::#name)
            }
        }
    }

    fn list_type(&self, declared_in: &str, item: &Item) -> TokenStream {
        match item {
            Item::Field(entry) => {
                let of = self.present_type(entry);
                match (&entry.kind, self.view) {
                    (FieldKind::String { .. }, true) => quote!(wire::StringList<'a>),
                    (_, true) => {
                        let size = number(entry.size.min);
                        quote!(wire::FixedList<'a, #size, #of>)
                    }
                    (_, false) => quote!(wire::Vec<#of>),
                }
            }
            Item::Record(record) => {
                let of = self.record(declared_in, record);
                if !self.view {
                    quote!(wire::Vec<#of>)
                } else if is_fixed(record) {
                    let size = number(record.size.min);
                    quote!(wire::FixedList<'a, #size, #of>)
                } else {
                    quote!(wire::List<'a, #of>)
                }
            }
        }
    }

    /// The type of a field.
    pub(in super::super) fn field_type(&self, field: &Field) -> TokenStream {
        let of = self.present_type(field);
        if field.option {
            quote!(Option<#of>)
        } else {
            of
        }
    }

    /// `name: Type` with docs, for each field.
    pub(in super::super) fn declarations(
        &self,
        fields: &[Field],
        docs: impl Fn(&Field) -> TokenStream,
        attributes: impl Fn(&Field) -> TokenStream,
    ) -> TokenStream {
        let fields = fields
            .iter()
            .filter(|field| !is_absent(field))
            .map(|field| {
                let (name, of) = (ident(&field.rust_name), self.field_type(field));
                let (docs, attributes) = (docs(field), attributes(field));
                quote!(#docs #attributes pub #name: #of)
            });
        quote!(#(#fields),*)
    }
}
