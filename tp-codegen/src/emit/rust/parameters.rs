//! A parameter set: a struct per parameter, and the enum of its values.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::fields::{self, Optional, Scope};
use super::{Context, EmitError, docs, file, ident, module_path, places, record};
use crate::GeneratedFile;
use crate::model::{Field, Parameter, ParameterSet};
use crate::names::{const_name, escape, snake_name};

/// The Rust names a set's file declares.
pub(super) fn declared(set: &ParameterSet) -> Vec<String> {
    let mut names = vec![set.rust_name.clone()];
    for parameter in &set.parameters {
        names.push(parameter.rust_name.clone());
        record::declared(&parameter.use_fields, &mut names);
        if let Some(desc) = &parameter.desc_rust_name {
            names.push(desc.clone());
            record::declared(&parameter.desc_fields, &mut names);
        }
    }
    if described(set).next().is_some() {
        names.push(format!("{}Desc", set.rust_name));
    }
    names.sort();
    names
}

/// The parameters with something to say in a description.
fn described(set: &ParameterSet) -> impl Iterator<Item = (&Parameter, &str)> {
    set.parameters
        .iter()
        .filter_map(|parameter| Some((parameter, parameter.desc_rust_name.as_deref()?)))
}

/// The file of a set.
pub(super) fn file(context: &Context<'_>, set: &ParameterSet) -> Result<GeneratedFile, EmitError> {
    let mut file = file::File::new(context.family, format!("{}.rs", module_path(&set.module)));
    file.item(quote!(
        use ::tp_frames::wire;
    ));
    values_enum(context, set)
        .into_iter()
        .for_each(|item| file.item(item));
    let mut places = Vec::new();
    for parameter in &set.parameters {
        let structures = [
            (
                Some(&parameter.rust_name),
                &parameter.use_fields,
                parameter.use_size.min,
                true,
            ),
            (
                parameter.desc_rust_name.as_ref(),
                &parameter.desc_fields,
                parameter.desc_size.min,
                false,
            ),
        ];
        for (name, members, min, used) in structures {
            let Some(name) = name else { continue };
            let (items, at) = structure(context, parameter, name, members, min, used);
            items.into_iter().for_each(|item| file.item(item));
            places.extend(at);
        }
    }
    if described(set).next().is_some() {
        desc_enum(context, set)
            .into_iter()
            .for_each(|item| file.item(item));
    }
    if !places.is_empty() {
        file.item(quote! {
            /// What each field is, for tables and errors.
            pub(crate) mod fields {
                #(#places)*
            }
        });
    }
    file.finish()
}

/// The struct of a parameter (`used`) or of its description, and its places.
fn structure(
    context: &Context<'_>,
    parameter: &Parameter,
    name: &str,
    members: &[Field],
    min: u64,
    used: bool,
) -> (Vec<TokenStream>, Option<TokenStream>) {
    let module = places_module(parameter, used);
    let (elsewhere, at) = (quote!(super), quote!(fields::#module));
    let scope = Scope {
        owner: &parameter.name,
        elsewhere: &elsewhere,
        at: &at,
        path: "",
        view: false,
        optional: if used {
            Optional::Told
        } else {
            Optional::Trailing
        },
        refuse: true,
    };
    let prose = &parameter.prose;
    let mut lines = docs::prose(prose, &parameter.name);
    docs::add_versions(context, prose, &parameter.history, &mut lines);
    if used {
        lines.extend([
            String::new(),
            format!("Parameter type {}.", parameter.type_id),
        ]);
    } else {
        let doc = format!("What a description says about `{}`.", parameter.name);
        lines = vec![doc];
    }
    if !members.is_empty() {
        lines.extend([String::new(), "# Wire layout".to_owned(), String::new()]);
        docs::layout(context, members, &mut lines);
    }
    let ident = ident(name);
    let docs = docs::attributes(&lines);
    let mut items = vec![record::structure(context, name, members, &docs, scope)];
    if used && has_optional(parameter) {
        let body = scope.decode(members);
        items.push(quote! {
            impl #ident {
                /// Reads it with its optional fields, or without.
                fn decode(
                    reader: &mut wire::Reader<'_>,
                    optional: bool,
                ) -> Result<Self, wire::DecodeError> {
                    #body
                }
            }
        });
    } else {
        items.push(record::decode(&quote!(#ident), members, min, scope));
    }
    items.push(record::encode(&quote!(#ident), members, scope));
    items.extend(record::items(context, members, scope));
    let mut places = places::of_fields(
        &parameter.name,
        "",
        "",
        members,
        scope.optional,
        scope.refuse,
    );
    places.extend(places::of_entries(&parameter.name, members, scope.refuse));
    if used && fields::condition(&parameter.history, &quote!(writer)).is_some() {
        let name = &parameter.name;
        places.insert(
            0,
            quote!(pub(crate) static SELF: Field = Field::packet_itself(#name);),
        );
    }
    let at = (!places.is_empty()).then(|| {
        quote! {
            pub(crate) mod #module {
                use ::tp_frames::wire::Field;

                #(#places)*
            }
        }
    });
    (items, at)
}

fn has_optional(parameter: &Parameter) -> bool {
    parameter.use_fields.iter().any(|field| field.optional)
}

/// The module with the places of a parameter, or of its description.
fn places_module(parameter: &Parameter, used: bool) -> Ident {
    let mut name = snake_name(&parameter.variant);
    if !used {
        name.push_str("_desc");
    }
    ident(&escape(&name))
}

/// A constant for each parameter type.
fn type_constants(context: &Context<'_>, set: &ParameterSet) -> TokenStream {
    let name = ident(&set.rust_name);
    let constants = set.parameters.iter().map(|parameter| {
        let (constant, variant) = (constant(parameter), &parameter.variant);
        let number = Literal::u32_unsuffixed(parameter.type_id);
        let mut lines = vec![format!(
            "The type of parameter [`{variant}`](Self::{variant})."
        )];
        docs::add_versions(context, &parameter.prose, &parameter.history, &mut lines);
        let docs = docs::attributes(&lines);
        quote!(#docs pub const #constant: u32 = #number;)
    });
    quote!(impl #name { #(#constants)* })
}

/// The constant for the type of a parameter.
fn constant(parameter: &Parameter) -> Ident {
    ident(&const_name(&parameter.variant))
}

/// The enum of values and what makes it a parameter set.
fn values_enum(context: &Context<'_>, set: &ParameterSet) -> Vec<TokenStream> {
    let (name, schema_name) = (ident(&set.rust_name), &set.name);
    let docs = docs::attributes(&docs::prose(&set.prose, &set.name));
    let serde = context.serde_derive();
    let variants = set.parameters.iter().map(|parameter| {
        let (variant, of) = (ident(&parameter.variant), ident(&parameter.rust_name));
        let docs = docs::attributes(&docs::short(&parameter.prose, &parameter.name));
        quote!(#docs #variant(#of))
    });
    let optional = set.parameters.iter().any(has_optional);
    let decode = set.parameters.iter().map(|parameter| {
        let (variant, of) = (ident(&parameter.variant), ident(&parameter.rust_name));
        let number = constant(parameter);
        let when = fields::condition(&parameter.history, &quote!(reader));
        let when = when.map(|when| quote!(if #when));
        if has_optional(parameter) {
            quote!(Self::#number #when => #of::decode(reader, optional).map(Self::#variant))
        } else {
            quote!(Self::#number #when => wire::Decode::decode_from(reader).map(Self::#variant))
        }
    });
    let decode = if set.parameters.is_empty() {
        quote!(Ok(None))
    } else {
        quote! {
            let value = match r#type {
                #(#decode,)*
                _ => return Ok(None),
            };
            value.map(Some)
        }
    };
    let kind = if set.parameters.is_empty() {
        quote!(_)
    } else {
        quote!(r#type)
    };
    let types = set.parameters.iter().map(|parameter| {
        let (variant, number) = (ident(&parameter.variant), constant(parameter));
        quote!(Self::#variant(_) => Self::#number)
    });
    let lengths = set.parameters.iter().map(|parameter| {
        let variant = ident(&parameter.variant);
        quote!(Self::#variant(value) => value.encoded_len(version))
    });
    let encode = set.parameters.iter().map(|parameter| {
        let variant = ident(&parameter.variant);
        let when = fields::condition(&parameter.history, &quote!(writer));
        let when = when.map(|when| {
            let module = places_module(parameter, true);
            let refuse = quote!(Self::#variant(_) => writer.refuse(&fields::#module::SELF));
            (quote!(if #when), quote!(, #refuse))
        });
        let (when, refuse) = when.unzip();
        quote!(Self::#variant(value) #when => value.encode_to(writer) #refuse)
    });
    let empty = set.parameters.is_empty();
    let of_self = if empty { quote!(*self) } else { quote!(self) };
    let (reader, writer, version) = if empty {
        (quote!(_), quote!(_), quote!(_))
    } else {
        (quote!(reader), quote!(writer), quote!(version))
    };
    let told = if optional {
        quote!(optional)
    } else {
        quote!(_)
    };
    let mut items = vec![quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq)]
        #serde
        #[non_exhaustive]
        pub enum #name {
            #(#variants),*
        }
    }];
    items.extend((!empty).then(|| type_constants(context, set)));
    items.extend([
        quote! {
            impl wire::ParameterSet for #name {
                const NAME: &'static str = #schema_name;
                const HAS_OPTIONAL_FIELDS: bool = #optional;

                fn decode_value(
                    #kind: u32,
                    #told: bool,
                    #reader: &mut wire::Reader<'_>,
                ) -> Result<Option<Self>, wire::DecodeError> {
                    #decode
                }

                fn parameter_type(&self) -> u32 {
                    match #of_self {
                        #(#types),*
                    }
                }
            }
        },
        quote! {
            impl wire::Encode for #name {
                fn encoded_len(&self, #version: wire::Version) -> usize {
                    match #of_self {
                        #(#lengths),*
                    }
                }

                #[inline]
                fn encode_to(
                    &self,
                    #writer: &mut wire::Writer<'_>,
                ) -> Result<(), wire::EncodeError> {
                    match #of_self {
                        #(#encode),*
                    }
                }
            }
        },
    ]);
    items
}

/// The enum of what descriptions say about parameters of each type.
fn desc_enum(context: &Context<'_>, set: &ParameterSet) -> Vec<TokenStream> {
    let of_set = ident(&set.rust_name);
    let name = format_ident!("{of_set}Desc");
    let doc = format!(
        " What a description says about a parameter of `{}`.",
        set.name
    );
    let serde = context.serde_derive();
    let variants = described(set).map(|(parameter, desc)| {
        let (variant, of) = (ident(&parameter.variant), ident(desc));
        let docs = docs::attributes(&docs::short(&parameter.prose, &parameter.name));
        quote!(#docs #variant(#of))
    });
    let decode = described(set).map(|(parameter, desc)| {
        let (variant, of) = (ident(&parameter.variant), ident(desc));
        let number = constant(parameter);
        let when = fields::condition(&parameter.history, &quote!(reader));
        let when = when.map(|when| quote!(if #when));
        quote! {
            #of_set::#number #when => <#of as wire::Decode<'_>>::decode_from(reader).map(Self::#variant)
        }
    });
    // Where a version does not know the parameter, nothing is read, and nothing written.
    let lengths = described(set).map(|(parameter, _)| {
        let variant = ident(&parameter.variant);
        let when = fields::condition(&parameter.history, &quote!(version));
        let when = when.map(|when| (quote!(if #when), quote!(, Self::#variant(_) => 0)));
        let (when, otherwise) = when.unzip();
        quote!(Self::#variant(value) #when => value.encoded_len(version) #otherwise)
    });
    let encode = described(set).map(|(parameter, _)| {
        let variant = ident(&parameter.variant);
        let when = fields::condition(&parameter.history, &quote!(writer));
        let when = when.map(|when| {
            let module = places_module(parameter, true);
            let leave_out = quote!(writer.leave_out(&fields::#module::SELF, false));
            (quote!(if #when), quote!(, Self::#variant(_) => #leave_out))
        });
        let (when, otherwise) = when.unzip();
        quote!(Self::#variant(value) #when => value.encode_to(writer) #otherwise)
    });
    vec![
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, PartialEq, Eq, Default)]
            #serde
            #[non_exhaustive]
            pub enum #name {
                /// Nothing: the parameter's type has no description, or is unknown.
                #[default]
                Nothing,
                #(#variants),*
            }
        },
        quote! {
            impl #name {
                /// Reads what belongs to parameter type `type`.
                pub(super) fn decode_desc(
                    r#type: u32,
                    reader: &mut wire::Reader<'_>,
                ) -> Result<Self, wire::DecodeError> {
                    match r#type {
                        #(#decode,)*
                        _ => Ok(Self::Nothing),
                    }
                }
            }
        },
        quote! {
            impl wire::Encode for #name {
                fn encoded_len(&self, version: wire::Version) -> usize {
                    match self {
                        Self::Nothing => 0,
                        #(#lengths),*
                    }
                }

                fn encode_to(
                    &self,
                    writer: &mut wire::Writer<'_>,
                ) -> Result<(), wire::EncodeError> {
                    match self {
                        Self::Nothing => Ok(()),
                        #(#encode),*
                    }
                }
            }
        },
    ]
}
