//! Measuring and writing fields, and making owned ones of borrowed ones.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Optional, Scope, borrows, is_absent, is_fixed, local, number, stages, width};
use crate::emit::rust::ident;
use crate::model::{Field, FieldKind, Item, Presence, Stage};

impl Scope<'_> {
    /// The body of `encoded_len`.
    pub(in super::super) fn lengths(&self, fields: &[Field]) -> TokenStream {
        let orders = stages::orders(fields)
            .into_iter()
            .map(|(since, order)| (since, self.lengths_in_order(&order)));
        stages::choose(&quote!(version), orders)
    }

    /// The sum of the fixed bytes and of each field that varies.
    fn lengths_in_order(&self, fields: &[Field]) -> TokenStream {
        let mut fixed = 0_u64;
        let mut terms: Vec<TokenStream> = Vec::new();
        let mut rest: Vec<Field> = Vec::new();
        for field in fields.iter().filter(|field| !is_absent(field)) {
            match stages::stages(field)[..] {
                [only] if only.presence == Presence::Absent => {}
                [only] => match width_in_stage(field, only) {
                    Some(width) => fixed = fixed.saturating_add(width),
                    None => terms.push(self.length_in_stage(field, only)),
                },
                _ => rest.push(field.clone()),
            }
        }
        // The order of terms does not count: what changes with the same versions stands together.
        rest.sort_by_key(|field| {
            field
                .stages
                .iter()
                .map(|stage| stage.since)
                .collect::<Vec<_>>()
        });
        while !rest.is_empty() {
            let (group, others) = rest
                .split_at_checked(stages::neighbours(&rest).max(1))
                .unwrap_or((&rest, &[]));
            let first = group.first().map(stages::stages).unwrap_or_default();
            let cases = first.iter().enumerate().map(|(index, stage)| {
                let lengths = group.iter().filter_map(|field| {
                    let stage = *field.stages.get(index)?;
                    let there = stage.presence != Presence::Absent;
                    there.then(|| self.length_in_stage(field, stage))
                });
                (stage.since, sum(lengths.collect()))
            });
            terms.push(stages::choose(&quote!(version), cases));
            rest = others.to_vec();
        }
        if fixed > 0 || terms.is_empty() {
            let fixed = number(fixed);
            terms.insert(0, quote!(#fixed));
        }
        sum(terms)
    }

    /// How many bytes a field takes in the versions of one stage.
    fn length_in_stage(&self, field: &Field, stage: Stage) -> TokenStream {
        if let Some(width) = width_in_stage(field, stage).map(number) {
            return quote!(#width);
        }
        let name = ident(&field.rust_name);
        if !field.option {
            return length(field, &quote!(self.#name), &quote!(&));
        }
        let width = stage.count.map(u64::from).or(width(field)).map(number);
        let length = match (&field.kind, width) {
            (FieldKind::String { .. }, _) => quote!(wire::string_len),
            (_, Some(width)) => quote!(|_| #width),
            _ => {
                let length = length(field, &quote!(value), &TokenStream::new());
                quote!(|value| #length)
            }
        };
        quote!(self.#name.as_ref().map_or(0, #length))
    }

    /// Writes every field.
    pub(in super::super) fn encode(&self, fields: &[Field]) -> TokenStream {
        let orders = stages::orders(fields)
            .into_iter()
            .map(|(since, order)| (since, self.encode_in_order(&order)));
        let statements = stages::choose(&quote!(writer), orders);
        quote!(#statements Ok(()))
    }

    fn encode_in_order(&self, fields: &[Field]) -> TokenStream {
        let mut statements = TokenStream::new();
        let mut rest = fields;
        while !rest.is_empty() {
            let same = |field: &&Field| field.stages.len() < 2;
            let same = rest.iter().take_while(same).count();
            let (group, others) = rest
                .split_at_checked(stages::neighbours(rest).max(same))
                .unwrap_or((rest, &[]));
            let first = group.first().map(stages::stages).unwrap_or_default();
            let cases = first.iter().enumerate().map(|(index, stage)| {
                let fields = group.iter().filter(|field| !is_absent(field));
                let fields = fields.filter_map(|field| {
                    let stage = *stages::stages(field).get(index)?;
                    Some((field, stage))
                });
                (
                    stage.since,
                    self.encode_in_stage(&fields.collect::<Vec<_>>()),
                )
            });
            statements.extend(stages::choose(&quote!(writer), cases));
            rest = others;
        }
        statements
    }

    /// Writes neighbours, as each is in the versions of its stage; those of fixed width as one run.
    fn encode_in_stage(&self, fields: &[(&Field, Stage)]) -> TokenStream {
        let in_run = |(field, stage): &&(&Field, Stage)| {
            let fixed = width(field).is_some() && stages::fewer(field, *stage).is_none();
            stage.presence == Presence::Required && fixed
        };
        let mut statements = TokenStream::new();
        let mut rest = fields;
        while let Some(((field, stage), after)) = rest.split_first() {
            let run = rest.iter().take_while(in_run).count();
            if run > 1 {
                let (run, after) = rest.split_at_checked(run).unwrap_or((rest, &[]));
                statements.extend(self.encode_run(run));
                rest = after;
                continue;
            }
            statements.extend(self.encode_field(field, *stage));
            rest = after;
        }
        statements
    }

    /// Writes neighbours of fixed width as one run.
    fn encode_run(&self, fields: &[(&Field, Stage)]) -> TokenStream {
        let required = fields.iter().filter(|(field, _)| field.option);
        let required = required.map(|(field, _)| {
            let (name, at, value) = (ident(&field.rust_name), self.at(field), local(field));
            quote!(let #value = writer.required(#at, &self.#name)?;)
        });
        let run = filled_run(fields.iter().map(|(field, _)| *field));
        quote!(#(#required)* #run writer.run(run);)
    }

    /// Writes a field in the versions of one stage.
    fn encode_field(&self, field: &Field, stage: Stage) -> TokenStream {
        let (name, at, value) = (ident(&field.rust_name), self.at(field), local(field));
        match stage.presence {
            Presence::Absent if self.refuse => {
                let says_nothing = match field.kind {
                    FieldKind::Parameters(_) => quote!(is_empty),
                    _ => quote!(is_none),
                };
                quote!(writer.leave_out(#at, self.#name.#says_nothing())?;)
            }
            Presence::Absent => TokenStream::new(),
            Presence::Required if field.option => {
                let write = self.encode_width(field, stage, &quote!(#value), false);
                quote! {
                    let #value = writer.required(#at, &self.#name)?;
                    #write;
                }
            }
            Presence::Required => {
                let write = self.encode_width(field, stage, &quote!(self.#name), true);
                quote!(#write;)
            }
            Presence::Optional => {
                let write = self.encode_width(field, stage, &quote!(#value), false);
                let there = match self.optional {
                    Optional::Trailing => quote!(writer.optional(#at, &self.#name)?),
                    Optional::Told => quote!(&self.#name),
                };
                quote!(if let Some(#value) = #there { #write; })
            }
        }
    }

    /// Writes one field, of which a stage may have fewer raw bytes than its type.
    fn encode_width(
        &self,
        field: &Field,
        stage: Stage,
        value: &TokenStream,
        place: bool,
    ) -> TokenStream {
        let Some(count) = stages::fewer(field, stage) else {
            return self.encode_present(field, value, place);
        };
        let (at, count) = (self.at(field), number(count.into()));
        let reference = place.then(|| quote!(&));
        quote!(writer.chars(#at, #reference #value, #count)?)
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
                let value = if field.option && matches!(field.kind, FieldKind::String { .. }) {
                    // Not a closure: on a reference, std's `ToOwned` would come first.
                    quote!(self.#name.map(wire::TpStr::to_owned))
                } else if field.option && width(field).is_none() && !is_owned(field) {
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

/// Makes `run` of fields that stand side by side; one that is an `Option` is in a local variable.
pub(in super::super) fn filled_run<'f>(fields: impl Iterator<Item = &'f Field>) -> TokenStream {
    let mut puts = TokenStream::new();
    let mut length = 0_u64;
    for field in fields {
        let (offset, size) = (number(length), number(field.size.min));
        let (name, value) = (ident(&field.rust_name), local(field));
        puts.extend(match field.option {
            true => quote!(run.put::<#offset, #size>(#value);),
            false => quote!(run.put::<#offset, #size>(&self.#name);),
        });
        length = length.saturating_add(field.size.min);
    }
    let length = number(length);
    quote!(let mut run = wire::FixedBytesMut::<#length>::new(); #puts)
}

/// How many bytes a field always takes in the versions of one stage; without a required one
/// nothing is written at all.
fn width_in_stage(field: &Field, stage: Stage) -> Option<u64> {
    let required = stage.presence == Presence::Required;
    let width = stage.count.map(u64::from).or(width(field));
    width.filter(|_| required)
}

/// The sum of `terms`.
fn sum(terms: Vec<TokenStream>) -> TokenStream {
    match terms.as_slice() {
        [] => quote!(0),
        [only] => only.clone(),
        several => quote!(wire::total([#(#several),*])),
    }
}

/// The bytes a field that is there takes; `reference` makes a reference of `value`.
fn length(field: &Field, value: &TokenStream, reference: &TokenStream) -> TokenStream {
    if let Some(width) = width(field) {
        let width = number(width);
        return quote!(#width);
    }
    let function = match &field.kind {
        FieldKind::Parameters(_) => return quote!(#value.encoded_len(version)),
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
        FieldKind::List { .. } => return quote!(wire::list_len(#reference #value, version)),
        _ => return quote!(wire::Encode::encoded_len(#reference #value, version)),
    };
    quote!(#function(#reference #value))
}

/// Whether a view owns a field that varies in width.
fn is_owned(field: &Field) -> bool {
    match &field.kind {
        FieldKind::Group(record) => !borrows(&record.fields),
        FieldKind::Description { .. } => true,
        _ => false,
    }
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
        _ if is_owned(field) => quote!(#value.clone()),
        _ => quote!(#value.to_owned()),
    }
}
