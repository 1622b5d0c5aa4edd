//! Enumerations: an open integer with constants.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Context, docs, fields, ident};
use crate::model::{Enumeration, Field, Integer, Sign, Style, Value};

/// The Rust names it declares.
pub(super) fn declared(enumeration: &Enumeration, names: &mut Vec<String>) {
    names.push(enumeration.rust_name.clone());
}

/// Its items.
pub(super) fn items(
    context: &Context<'_>,
    field: &Field,
    enumeration: &Enumeration,
) -> Vec<TokenStream> {
    let name = ident(&enumeration.rust_name);
    let number = fields::integer_type(enumeration.integer);
    let mut items = vec![structure(field, enumeration)];
    items.push(constants(context, enumeration));
    if enumeration.style == Style::Mask {
        items.extend(mask_operators(enumeration));
    }
    items.push(named(enumeration));
    let (show, parse) = if enumeration.style == Style::Mask {
        (
            quote!(wire::fmt_mask(*self, f)),
            quote!(wire::parse_mask(text)),
        )
    } else {
        (
            quote!(wire::fmt_enumeration(*self, f)),
            quote!(wire::parse_enumeration(text)),
        )
    };
    for format in ["Debug", "Display"].map(|name| format_ident!("{name}")) {
        items.push(quote! {
            impl ::core::fmt::#format for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    #show
                }
            }
        });
    }
    items.push(quote! {
        impl ::core::str::FromStr for #name {
            type Err = wire::ParseEnumerationError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                #parse
            }
        }
    });
    items.push(quote! {
        impl From<#number> for #name {
            fn from(number: #number) -> Self {
                Self(number)
            }
        }
    });
    items.push(quote! {
        impl From<#name> for #number {
            fn from(value: #name) -> Self {
                value.0
            }
        }
    });
    let size = Literal::u8_unsuffixed(enumeration.integer.bits.div_euclid(8));
    items.push(quote! {
        impl wire::Fixed<#size> for #name {
            fn from_run(run: wire::FixedBytes<'_, #size>) -> Self {
                Self(<#number as wire::Fixed<#size>>::from_run(run))
            }

            fn to_run(&self) -> [u8; #size] {
                wire::Fixed::to_run(&self.0)
            }
        }
    });
    items.extend(serde(context, enumeration));
    items
}

fn structure(field: &Field, enumeration: &Enumeration) -> TokenStream {
    let name = ident(&enumeration.rust_name);
    let number = fields::integer_type(enumeration.integer);
    let mut lines = docs::short(&field.prose, &field.name);
    let style = match enumeration.style {
        Style::List => "One of the constants; other values may come and are kept.",
        Style::Single => {
            "Exactly one of the constants by the schema; other values may come and are kept."
        }
        Style::Mask => "Any of the constants together; other bits may come and are kept.",
    };
    lines.extend([String::new(), style.to_owned()]);
    let docs = docs::attributes(&lines);
    quote! {
        #docs
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct #name(
            /// The number on the wire.
            pub #number,
        );
    }
}

/// The literal of a value, in the notation of the schema.
fn literal(integer: Integer, value: &Value) -> TokenStream {
    let digits = if value.hex && value.id >= 0 {
        format!("{:#x}", value.id)
    } else {
        value.id.to_string()
    };
    let literal: TokenStream = digits.parse().unwrap_or_default();
    match integer.sign {
        Sign::Semisigned => {
            let semi = format_ident!("Semi{}", integer.bits);
            if value.id < 0 {
                quote!(wire::#semi::NONE)
            } else {
                quote!(wire::#semi::from_bits(#literal))
            }
        }
        _ => literal,
    }
}

fn constants(context: &Context<'_>, enumeration: &Enumeration) -> TokenStream {
    let name = ident(&enumeration.rust_name);
    let constants = enumeration.values.iter().map(|value| {
        let (constant, number) = (
            ident(&value.const_name),
            literal(enumeration.integer, value),
        );
        let mut lines = docs::prose(&value.prose, &value.name);
        docs::add_versions(context, &value.prose, &value.history, &mut lines);
        let docs = docs::attributes(&lines);
        quote!(#docs pub const #constant: Self = Self(#number);)
    });
    quote!(impl #name { #(#constants)* })
}

fn mask_operators(enumeration: &Enumeration) -> Vec<TokenStream> {
    let name = ident(&enumeration.rust_name);
    let semi = match enumeration.integer.sign {
        Sign::Semisigned => Some(format_ident!("Semi{}", enumeration.integer.bits)),
        _ => None,
    };
    let bits = semi.as_ref().map(|_| quote!(.to_bits()));
    let made = |bits: TokenStream| match &semi {
        Some(semi) => quote!(Self(wire::#semi::from_bits(#bits))),
        None => quote!(Self(#bits)),
    };
    let (or, and, not) = (
        made(quote!(self.0 #bits | other.0 #bits)),
        made(quote!(self.0 #bits & other.0 #bits)),
        made(quote!(!self.0 #bits)),
    );
    let none = made(quote!(0));
    vec![
        quote! {
            impl #name {
                /// Returns `true` if every bit of `other` is set.
                #[must_use]
                pub const fn contains(self, other: Self) -> bool {
                    self.0 #bits & other.0 #bits == other.0 #bits
                }
            }
        },
        quote! {
            impl ::core::ops::BitOr for #name {
                type Output = Self;

                fn bitor(self, other: Self) -> Self {
                    #or
                }
            }
        },
        quote! {
            impl ::core::ops::BitOrAssign for #name {
                fn bitor_assign(&mut self, other: Self) {
                    *self = *self | other;
                }
            }
        },
        quote! {
            impl ::core::ops::BitAnd for #name {
                type Output = Self;

                fn bitand(self, other: Self) -> Self {
                    #and
                }
            }
        },
        quote! {
            impl ::core::ops::Not for #name {
                type Output = Self;

                fn not(self) -> Self {
                    #not
                }
            }
        },
        quote! {
            impl FromIterator<Self> for #name {
                fn from_iter<I: IntoIterator<Item = Self>>(bits: I) -> Self {
                    bits.into_iter().fold(#none, |mask, bit| mask | bit)
                }
            }
        },
        quote! {
            impl ::core::fmt::LowerHex for #name {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::LowerHex::fmt(&self.0 #bits, f)
                }
            }
        },
    ]
}

/// `impl wire::Enumeration`: the names.
fn named(enumeration: &Enumeration) -> TokenStream {
    let name = ident(&enumeration.rust_name);
    let newest = enumeration.values.iter().map(|value| (value, &value.name));
    // Behind all newer ones: they are read, never shown.
    let older = enumeration.values.iter().flat_map(|value| {
        let names = value.history.older_names.iter();
        names.map(move |name| (value, name))
    });
    let pairs = newest.chain(older).map(|(value, schema_name)| {
        let constant = ident(&value.const_name);
        quote!((Self::#constant, #schema_name))
    });
    let bits = enumeration.integer.bits;
    let (to, from) = match enumeration.integer.sign {
        Sign::Semisigned => {
            let (semi, wide) = (
                format_ident!("Semi{bits}"),
                match bits {
                    8 => format_ident!("i16"),
                    32 => format_ident!("i64"),
                    _ => format_ident!("i128"),
                },
            );
            let from = if bits == 64 {
                quote!(wire::#semi::try_from(number).ok().map(Self))
            } else {
                quote! {
                    #wide::try_from(number)
                        .ok()
                        .and_then(|number| wire::#semi::try_from(number).ok())
                        .map(Self)
                }
            };
            (quote!(#wide::from(self.0).into()), from)
        }
        _ => {
            let number = fields::integer_type(enumeration.integer);
            (
                quote!(self.0.into()),
                quote!(#number::try_from(number).ok().map(Self)),
            )
        }
    };
    quote! {
        impl wire::Enumeration for #name {
            const NAMED: &'static [(Self, &'static str)] = &[#(#pairs),*];

            fn number(self) -> i128 {
                #to
            }

            fn from_number(number: i128) -> Option<Self> {
                #from
            }
        }
    }
}

fn serde(context: &Context<'_>, enumeration: &Enumeration) -> Vec<TokenStream> {
    let Some(feature) = &context.options.serde_feature else {
        return Vec::new();
    };
    let name = ident(&enumeration.rust_name);
    let kind = if enumeration.style == Style::Mask {
        "mask"
    } else {
        "enumeration"
    };
    let (write, read) = (
        format_ident!("serialize_{kind}"),
        format_ident!("deserialize_{kind}"),
    );
    vec![
        quote! {
            #[cfg(feature = #feature)]
            impl ::tp_frames::serde::Serialize for #name {
                fn serialize<S>(&self, to: S) -> Result<S::Ok, S::Error>
                where
                    S: ::tp_frames::serde::Serializer,
                {
                    wire::json::#write(self, to)
                }
            }
        },
        quote! {
            #[cfg(feature = #feature)]
            impl<'de> ::tp_frames::serde::Deserialize<'de> for #name {
                fn deserialize<D>(from: D) -> Result<Self, D::Error>
                where
                    D: ::tp_frames::serde::Deserializer<'de>,
                {
                    wire::json::#read(from)
                }
            }
        },
    ]
}
