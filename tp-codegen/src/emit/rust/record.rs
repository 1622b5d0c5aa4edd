//! Records and groups: structures with a name of their own, declared beside their owner.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::fields::{self, Scope};
use super::{Context, docs, enumeration, ident};
use crate::model::{Field, FieldKind, Item, Record};

/// Calls `each` with every record and group that `fields` declare, outermost first, with its
/// place in `at`.
pub(super) fn for_each<'a>(
    fields: &'a [Field],
    path: &str,
    each: &mut dyn FnMut(&'a Field, &'a Record, &str),
) {
    for field in fields {
        let (FieldKind::Group(record)
        | FieldKind::List {
            item: Item::Record(record),
            ..
        }) = &field.kind
        else {
            continue;
        };
        let path = fields::at_path(path, field);
        each(field, record, &path);
        for_each(&record.fields, &path, each);
    }
}

/// The Rust names of the records and enumerations that `fields` declare.
pub(super) fn declared(fields: &[Field], names: &mut Vec<String>) {
    for field in fields {
        match &field.kind {
            FieldKind::Enumeration(enumeration) => enumeration::declared(enumeration, names),
            FieldKind::Group(record)
            | FieldKind::List {
                item: Item::Record(record),
                ..
            } => {
                names.push(record.rust_name.clone());
                declared(&record.fields, names);
            }
            FieldKind::List {
                item: Item::Field(entry),
                ..
            } => {
                declared(std::slice::from_ref(&**entry), names);
            }
            _ => {}
        }
    }
}

/// The items of every record and enumeration that `fields` declare.
pub(super) fn items(context: &Context<'_>, fields: &[Field], scope: Scope<'_>) -> Vec<TokenStream> {
    let mut items = Vec::new();
    for field in fields {
        match &field.kind {
            FieldKind::Enumeration(enumeration) => {
                items.extend(enumeration::items(context, field, enumeration));
            }
            FieldKind::Group(record)
            | FieldKind::List {
                item: Item::Record(record),
                ..
            } => {
                let path = fields::at_path(scope.path, field);
                let scope = Scope {
                    path: &path,
                    ..scope
                };
                items.extend(record_items(context, field, record, scope));
                items.extend(self::items(context, &record.fields, scope));
            }
            FieldKind::List {
                item: Item::Field(entry),
                ..
            } => {
                items.extend(self::items(context, std::slice::from_ref(&**entry), scope));
            }
            _ => {}
        }
    }
    items
}

/// The struct and its codec.
fn record_items(
    context: &Context<'_>,
    field: &Field,
    record: &Record,
    scope: Scope<'_>,
) -> Vec<TokenStream> {
    let name = ident(&record.rust_name);
    let what = match field.kind {
        FieldKind::Group(_) => format!("The group `{}` of `{}`.", field.name, field.declared_in),
        _ => format!(
            "An entry of the list `{}` of `{}`.",
            field.name, field.declared_in
        ),
    };
    let docs = docs::attributes(&[what]);
    let derives = if fields::is_fixed(record) {
        quote!(Clone, Copy, PartialEq, Eq, Hash, Default)
    } else {
        quote!(Clone, PartialEq, Eq, Default)
    };
    let structure = derived_structure(
        context,
        &name.to_string(),
        &record.fields,
        &docs,
        &derives,
        scope,
    );
    let mut items = vec![structure];
    if fields::is_fixed(record) {
        let size = Literal::u64_unsuffixed(record.size.min);
        let from_run = scope.members_of_run(&record.fields);
        let (run, bytes) = if record.fields.is_empty() {
            (quote!(_), quote!([]))
        } else {
            let filled = fields::filled_run(record.fields.iter());
            (quote!(run), quote!(#filled run.finish()))
        };
        items.push(quote! {
            impl wire::Fixed<#size> for #name {
                fn from_run(#run: wire::FixedBytes<'_, #size>) -> Self {
                    #from_run
                }

                fn to_run(&self) -> [u8; #size] {
                    #bytes
                }
            }
        });
    } else {
        items.push(decode(
            &quote!(#name),
            &record.fields,
            record.size.min,
            scope,
        ));
        items.push(encode(&quote!(#name), &record.fields, scope));
    }
    items
}

/// A public struct of `fields`.
pub(super) fn structure(
    context: &Context<'_>,
    name: &str,
    fields: &[Field],
    docs: &TokenStream,
    scope: Scope<'_>,
) -> TokenStream {
    let derives = quote!(Clone, PartialEq, Eq, Default);
    derived_structure(context, name, fields, docs, &derives, scope)
}

fn derived_structure(
    context: &Context<'_>,
    name: &str,
    fields: &[Field],
    docs: &TokenStream,
    derives: &TokenStream,
    scope: Scope<'_>,
) -> TokenStream {
    let name = format_ident!("{name}");
    let serde = context.serde_derive();
    let declarations = scope.declarations(
        fields,
        |field| docs::attributes(&docs::field(context, field)),
        |field| {
            // serde drops the `r#` of raw names itself.
            let rust_name = field
                .rust_name
                .strip_prefix("r#")
                .unwrap_or(&field.rust_name);
            let schema_name = &field.name;
            let mut attributes = TokenStream::new();
            if rust_name != schema_name {
                attributes.extend(context.serde_attribute(quote!(rename = #schema_name)));
            }
            let is_taken = |name: &str| fields.iter().any(|other| other.name == name);
            attributes.extend(context.serde_aliases(&field.history, is_taken));
            if field.option {
                attributes.extend(
                    context
                        .serde_attribute(quote!(default, skip_serializing_if = "Option::is_none")),
                );
            } else if let Some(is_nothing) = fields::is_nothing(field) {
                attributes.extend(
                    context.serde_attribute(quote!(default, skip_serializing_if = #is_nothing)),
                );
            }
            attributes
        },
    );
    let (debug, shown) = debug(&quote!(#name), &name.to_string(), fields);
    quote! {
        #docs
        #[derive(#debug #derives)]
        #serde
        pub struct #name {
            #declarations
        }
        #shown
    }
}

/// What makes a struct of `fields` show itself: an entry of its `derive`, or code that leaves out
/// what is secret.
pub(super) fn debug(
    of: &TokenStream,
    name: &str,
    fields: &[Field],
) -> (TokenStream, Option<TokenStream>) {
    if !fields.iter().any(fields::is_secret) {
        return (quote!(Debug,), None);
    }
    let shown = fields.iter().filter(|field| !fields::is_absent(field));
    let shown = shown.map(|field| {
        let (member, name) = (ident(&field.rust_name), &field.name);
        if fields::is_secret(field) {
            quote!(.field(#name, &wire::Secret))
        } else {
            quote!(.field(#name, &self.#member))
        }
    });
    let shown = quote! {
        impl ::core::fmt::Debug for #of {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(#name) #(#shown)* .finish()
            }
        }
    };
    (TokenStream::new(), Some(shown))
}

/// `impl wire::Decode` for an owned struct.
pub(super) fn decode(
    name: &TokenStream,
    fields: &[Field],
    min: u64,
    scope: Scope<'_>,
) -> TokenStream {
    let min = Literal::u64_unsuffixed(min);
    let body = scope.decode(fields);
    let reader = if fields.iter().all(fields::is_absent) {
        quote!(_)
    } else {
        quote!(reader)
    };
    // A packet of one field is no more than that field, so a call would cost more than the reading.
    let inline = match fields {
        [_] => quote!(#[inline(always)]),
        _ => quote!(#[inline]),
    };
    quote! {
        impl wire::Decode<'_> for #name {
            const MIN_WIRE_SIZE: usize = #min;

            #inline
            fn decode_from(#reader: &mut wire::Reader<'_>) -> Result<Self, wire::DecodeError> {
                #body
            }
        }
    }
}

/// `impl wire::Encode` for an owned struct.
pub(super) fn encode(name: &TokenStream, fields: &[Field], scope: Scope<'_>) -> TokenStream {
    let (lengths, body) = (scope.lengths(fields), scope.encode(fields));
    let version = if fields::names(&lengths, "version") {
        quote!(version)
    } else {
        quote!(_)
    };
    let writer = if fields.iter().all(fields::is_absent) {
        quote!(_)
    } else {
        quote!(writer)
    };
    quote! {
        impl wire::Encode for #name {
            #[inline]
            fn encoded_len(&self, #version: wire::Version) -> usize {
                #lengths
            }

            #[inline]
            fn encode_to(&self, #writer: &mut wire::Writer<'_>) -> Result<(), wire::EncodeError> {
                #body
            }
        }
    }
}
