//! Reading fields. Neighbours of fixed width become one run with one bounds check.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    Optional, Scope, as_u32, integer_type, is_absent, is_fixed, is_varying_group, local, number,
    stages, width,
};
use crate::emit::rust::ident;
use crate::model::{Enumeration, Field, FieldKind, Integer, Item, Presence, Sign, Stage};

impl Scope<'_> {
    /// Reads every field into a local variable, then `Ok(Self { … })`.
    pub(in super::super) fn decode(&self, fields: &[Field]) -> TokenStream {
        let orders = stages::orders(fields).into_iter().map(|(since, order)| {
            let there = stages::there_in_order(&order);
            let statements = self.decode_in_order(&there, &there);
            let members = self.members(fields, &there);
            (since, quote!(#statements Ok(Self { #members })))
        });
        stages::choose(&quote!(reader), orders)
    }

    /// `name`, `name: local`, or what stands for a field that is not there, for each field.
    fn members(&self, fields: &[Field], there: &[Field]) -> TokenStream {
        let fields = fields.iter().filter(|field| !is_absent(field));
        let members = fields.map(|field| {
            let (name, local) = (ident(&field.rust_name), local(field));
            match there.iter().find(|other| other.name == field.name) {
                None => {
                    let absent = stages::absent(field, self.view);
                    quote!(#name: #absent)
                }
                Some(there) if field.option && !there.option => quote!(#name: Some(#local)),
                Some(_) if name == local => quote!(#name),
                Some(_) => quote!(#name: #local),
            }
        });
        quote!(#(#members),*)
    }

    /// Reads `fields`; `siblings` are they and all others that have been read.
    fn decode_in_order(&self, fields: &[Field], siblings: &[Field]) -> TokenStream {
        let mut statements = TokenStream::new();
        let mut rest = fields;
        while let Some((field, after)) = rest.split_first() {
            let (together, run) = (stages::neighbours(rest), run_length(rest));
            let several = together.max(run);
            if several > 1 {
                let (group, after) = rest.split_at_checked(several).unwrap_or((rest, &[]));
                statements.extend(if together > 1 {
                    self.decode_by_stage(group, siblings)
                } else {
                    self.decode_run(group)
                });
                rest = after;
                continue;
            }
            if !is_absent(field) {
                let (name, value) = (local(field), self.decode_field(field, siblings));
                let of = match &field.kind {
                    FieldKind::Integer { integer, .. } if stages::is_constant(field) => {
                        let of = integer_type(*integer);
                        quote!(: #of)
                    }
                    _ => TokenStream::new(),
                };
                statements.extend(quote!(let #name #of = #value;));
            }
            rest = after;
        }
        statements
    }

    /// Reads neighbours that change with the same versions.
    fn decode_by_stage(&self, fields: &[Field], siblings: &[Field]) -> TokenStream {
        let cases = stages::each(fields).into_iter().map(|(since, there)| {
            let others = siblings.iter();
            let others = others.filter(|other| fields.iter().all(|own| own.name != other.name));
            let known: Vec<Field> = there.iter().chain(others).cloned().collect();
            let read = self.decode_in_order(&there, &known);
            let values = fields.iter().map(|field| {
                let name = local(field);
                match there.iter().find(|other| other.name == field.name) {
                    None => stages::absent(field, self.view),
                    Some(there) if field.option && !there.option => quote!(Some(#name)),
                    Some(_) => quote!(#name),
                }
            });
            (since, quote!(#read (#(#values),*)))
        });
        let value = stages::choose(&quote!(reader), cases);
        let names = fields.iter().map(local);
        quote!(let (#(#names),*) = #value;)
    }

    /// Reads a run of fields behind one bounds check.
    fn decode_run(&self, fields: &[Field]) -> TokenStream {
        let length = number(
            fields
                .iter()
                .map(|field| field.size.min)
                .fold(0, u64::saturating_add),
        );
        let places = fields.iter().map(|field| self.at(field));
        let mut statements = quote!(let run: wire::FixedBytes<'_, #length> = reader.run(const { &[#(#places),*] })?;);
        let mut offset = 0_u64;
        for field in fields {
            let (name, value) = (local(field), self.run_value(field, offset));
            statements.extend(quote!(let #name = #value;));
            offset = offset.saturating_add(field.size.min);
        }
        statements
    }

    /// The value of a field at `offset` of `run`.
    fn run_value(&self, field: &Field, offset: u64) -> TokenStream {
        let at = number(offset);
        match &field.kind {
            FieldKind::Character { count } => {
                let count = number((*count).into());
                quote!(run.chars::<#at, #count>())
            }
            FieldKind::Integer { integer, .. } => run_integer(*integer, offset),
            FieldKind::Enumeration(Enumeration {
                rust_name, integer, ..
            }) => {
                let path = self.path(&field.declared_in, rust_name);
                let value = run_integer(*integer, offset);
                quote!(#path(#value))
            }
            FieldKind::Group(record) => {
                let size = number(record.size.min);
                quote!(wire::Fixed::from_run(run.sub::<#at, #size>()))
            }
            // No other field is part of a run.
            _ => TokenStream::new(),
        }
    }

    /// The body of `Fixed::from_run`.
    pub(in super::super) fn members_of_run(&self, fields: &[Field]) -> TokenStream {
        let mut offset = 0_u64;
        let members = fields.iter().map(|field| {
            let (name, value) = (ident(&field.rust_name), self.run_value(field, offset));
            offset = offset.saturating_add(field.size.min);
            quote!(#name: #value)
        });
        let members: Vec<TokenStream> = members.collect();
        quote!(Self { #(#members),* })
    }

    /// Reads one field that is no part of a run.
    fn decode_field(&self, field: &Field, siblings: &[Field]) -> TokenStream {
        let cases = stages::stages(field)
            .into_iter()
            .map(|stage| (stage.since, self.decode_stage(field, stage, siblings)));
        stages::choose(&quote!(reader), cases)
    }

    /// The value of a field in the versions of one stage.
    fn decode_stage(&self, field: &Field, stage: Stage, siblings: &[Field]) -> TokenStream {
        match stage.presence {
            Presence::Absent => stages::absent(field, self.view),
            // Whatever is left is parameters.
            Presence::Required if self.view && matches!(field.kind, FieldKind::Parameters(_)) => {
                quote!(reader.parameters_view())
            }
            Presence::Required => {
                let value = self.decode_width(field, stage, siblings, &quote!(reader));
                if field.option {
                    quote!(Some(#value?))
                } else {
                    quote!(#value?)
                }
            }
            Presence::Optional => match self.optional {
                Optional::Trailing if is_varying_group(field) => {
                    let of = self.present_type(field);
                    quote!(reader.optional(<#of as wire::Decode<'_>>::decode_from)?)
                }
                Optional::Trailing => {
                    let value = self.decode_width(field, stage, siblings, &quote!(r));
                    quote!(reader.optional(|r| #value)?)
                }
                Optional::Told => {
                    let value = self.decode_width(field, stage, siblings, &quote!(reader));
                    quote!(if optional { Some(#value?) } else { None })
                }
            },
        }
    }

    /// A `Result` of the field's value, of which a stage may have fewer raw bytes than its type.
    fn decode_width(
        &self,
        field: &Field,
        stage: Stage,
        siblings: &[Field],
        reader: &TokenStream,
    ) -> TokenStream {
        match stages::fewer(field, stage) {
            Some(count) => {
                let (at, count) = (self.at(field), number(count.into()));
                quote!(#reader.chars(#at, #count))
            }
            None => self.decode_present(field, siblings, reader),
        }
    }

    /// A `Result` of the field's value.
    fn decode_present(
        &self,
        field: &Field,
        siblings: &[Field],
        reader: &TokenStream,
    ) -> TokenStream {
        let at = self.at(field);
        if width(field).is_some() {
            return quote!(#reader.fixed(#at));
        }
        match &field.kind {
            FieldKind::String { .. } if self.view => quote!(#reader.str(#at)),
            FieldKind::String { .. } => quote!(#reader.string(#at)),
            FieldKind::List {
                item: Item::Field(entry),
                ..
            } if matches!(entry.kind, FieldKind::String { .. }) => {
                let entry = self.entry_at(field, entry);
                if self.view {
                    quote!(#reader.string_list_view(#at, #entry))
                } else {
                    quote!(#reader.string_list(#at, #entry))
                }
            }
            FieldKind::List { item, .. } => {
                let fixed = match item {
                    Item::Field(_) => true,
                    Item::Record(record) => is_fixed(record),
                };
                let method = match (fixed, self.view) {
                    (true, true) => quote!(fixed_list_view),
                    (true, false) => quote!(fixed_list),
                    (false, true) => quote!(list_view),
                    (false, false) => quote!(list),
                };
                quote!(#reader.#method(#at))
            }
            FieldKind::Parameters(_) => quote!(#reader.parameters(#at)),
            FieldKind::Description {
                rust_name,
                typefield,
                ..
            } => {
                let elsewhere = self.elsewhere;
                let name = rust_name.as_deref().map(ident);
                let r#type = siblings.iter().find(|sibling| sibling.name == *typefield);
                let r#type = r#type.map(|sibling| {
                    let value = local(sibling);
                    as_u32(sibling, quote!(#value))
                });
                quote!(#elsewhere::#name::decode_desc(#r#type, #reader))
            }
            // A group that varies in width; everything else was fixed.
            _ => {
                let of = self.present_type(field);
                quote!(<#of as wire::Decode<'_>>::decode_from(#reader))
            }
        }
    }
}

/// How many neighbouring fields from the first on make one run.
fn run_length(fields: &[Field]) -> usize {
    let in_run = |field: &&Field| stages::is_constant(field);
    fields.iter().take_while(in_run).count()
}

fn run_integer(integer: Integer, offset: u64) -> TokenStream {
    let (at, bits) = (number(offset), integer.bits);
    let method = match integer.sign {
        Sign::Signed => format_ident!("i{bits}"),
        Sign::Unsigned => format_ident!("u{bits}"),
        Sign::Semisigned => format_ident!("semi{bits}"),
    };
    quote!(run.#method::<#at>())
}
