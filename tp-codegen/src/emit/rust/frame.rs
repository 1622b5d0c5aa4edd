//! The enum of all frames of a protocol, owned and borrowed.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::{Context, EmitError, docs, fields, file, ident};
use crate::GeneratedFile;
use crate::model::Packet;

pub(super) fn id(packet: &Packet) -> Literal {
    Literal::u32_unsuffixed(packet.id.unwrap_or_default())
}

/// The frame type, and in which versions it is this packet's.
pub(super) fn pattern(packet: &Packet) -> TokenStream {
    let id = id(packet);
    match fields::condition(&packet.history, &quote!(version)) {
        Some(condition) => quote!(#id if #condition),
        None => quote!(#id),
    }
}

/// `frame.rs`.
pub(super) fn file(context: &Context<'_>) -> Result<GeneratedFile, EmitError> {
    let mut file = file::File::new(context.family, "frame.rs");
    file.item(quote!(
        use ::tp_frames::wire;
    ));
    let doc = format!(" Any frame of `{}`.", context.family.name);
    let serde = context.serde_derive();
    let tag = context.serde_attribute(quote!(tag = "name", content = "fields"));
    let hex = context.serde_attribute(quote!(with = "::tp_frames::wire::json::hex"));
    let variants = context.frames().map(|packet| {
        let name = ident(&packet.rust_name);
        let docs = docs::attributes(&docs::short(&packet.prose, &packet.name));
        let rename = if packet.rust_name == packet.name {
            TokenStream::new()
        } else {
            let schema_name = &packet.name;
            context.serde_attribute(quote!(rename = #schema_name))
        };
        let is_taken = |name: &str| context.frames().any(|other| other.name == name);
        let aliases = context.serde_aliases(&packet.history, is_taken);
        quote!(#docs #rename #aliases #name(super::#name))
    });
    file.item(quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, PartialEq, Eq)]
        #serde
        #tag
        #[non_exhaustive]
        pub enum Frame {
            #(#variants,)*
            /// A frame of a type that its version does not have, as it was.
            Unknown {
                /// The number in the frame's header.
                r#type: u32,
                /// The body.
                #hex
                body: wire::Vec<u8>,
            },
        }
    });
    let decode = context.frames().map(|packet| {
        let (name, pattern) = (ident(&packet.rust_name), pattern(packet));
        quote!(#pattern => wire::decode_as(version, body, options, Self::#name))
    });
    let types = context.frames().map(|packet| {
        let (name, id) = (ident(&packet.rust_name), id(packet));
        quote!(Self::#name(_) => #id)
    });
    let names = context.frames().map(|packet| {
        let (name, schema_name) = (ident(&packet.rust_name), &packet.name);
        quote!(Self::#name(_) => #schema_name)
    });
    let encode = context.frames().map(|packet| {
        let name = ident(&packet.rust_name);
        quote!(Self::#name(packet) => wire::Packet::encode_body(packet, options, out))
    });
    let versions = if context.family.is_versioned() {
        quote!(super::VERSIONS)
    } else {
        quote!(&[super::VERSION])
    };
    file.item(quote! {
        impl wire::AnyFrame for Frame {
            const VERSIONS: &'static [wire::Version] = #versions;

            fn decode_body<'a>(
                version: wire::Version,
                r#type: u32,
                body: &'a [u8],
                options: &wire::DecodeOptions,
            ) -> Result<(Self, &'a [u8]), wire::DecodeError> {
                match r#type {
                    #(#decode,)*
                    _ => {
                        let body = wire::decode_unknown(version, body, options)?.to_vec();
                        Ok((Self::Unknown { r#type, body }, &[]))
                    }
                }
            }

            fn frame_type(&self) -> u32 {
                match self {
                    #(#types,)*
                    Self::Unknown { r#type, .. } => *r#type,
                }
            }

            fn name(&self) -> &'static str {
                match self {
                    #(#names,)*
                    Self::Unknown { .. } => "Unknown",
                }
            }

            fn encode_body(
                &self,
                options: impl Into<wire::EncodeOptions>,
                out: &mut wire::BytesMut,
            ) -> Result<(), wire::EncodeError> {
                match self {
                    #(#encode,)*
                    Self::Unknown { body, .. } => wire::encode_unknown(body, out),
                }
            }
        }
    });
    file.finish()
}

/// `views/frame.rs`.
pub(super) fn view_file(context: &Context<'_>) -> Result<GeneratedFile, EmitError> {
    let mut file = file::File::new(context.family, "views/frame.rs");
    file.item(quote!(
        use ::tp_frames::wire;
    ));
    file.item(quote!(
        use super::super as owned;
    ));
    let doc = format!(
        " Any frame of `{}`, borrowed from the receive buffer.",
        context.family.name
    );
    let variants = context.frames().map(|packet| {
        let name = ident(&packet.rust_name);
        let docs = docs::attributes(&docs::short(&packet.prose, &packet.name));
        if fields::borrows(&packet.fields) {
            let view = format_ident!("{name}View");
            quote!(#docs #name(super::#view<'a>))
        } else {
            quote!(#docs #name(owned::#name))
        }
    });
    file.item(quote! {
        #[doc = #doc]
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum FrameView<'a> {
            #(#variants,)*
            /// A frame of a type that its version does not have, as it was.
            Unknown {
                /// The number in the frame's header.
                r#type: u32,
                /// The body.
                body: &'a [u8],
            },
        }
    });
    let view = context.frames().map(|packet| {
        let (name, pattern) = (ident(&packet.rust_name), pattern(packet));
        if fields::borrows(&packet.fields) {
            quote!(#pattern => wire::view_as(version, body, options, Self::#name))
        } else {
            quote!(#pattern => wire::decode_as(version, body, options, Self::#name))
        }
    });
    let owned = context.frames().map(|packet| {
        let name = ident(&packet.rust_name);
        if fields::borrows(&packet.fields) {
            quote!(Self::#name(view) => owned::Frame::#name(view.to_owned()))
        } else {
            quote!(Self::#name(packet) => owned::Frame::#name(packet.clone()))
        }
    });
    file.item(quote! {
        impl<'a> FrameView<'a> {
            /// Views a body of frame type `type`, and gives the bytes behind its last field.
            ///
            /// # Errors
            ///
            /// As [`Packet::decode_with`](wire::Packet::decode_with).
            pub fn view_body(
                version: wire::Version,
                r#type: u32,
                body: &'a [u8],
                options: &wire::DecodeOptions,
            ) -> Result<(Self, &'a [u8]), wire::DecodeError> {
                match r#type {
                    #(#view,)*
                    _ => {
                        let body = wire::decode_unknown(version, body, options)?;
                        Ok((Self::Unknown { r#type, body }, &[]))
                    }
                }
            }

            /// The same frame, owned.
            #[must_use]
            pub fn to_owned(&self) -> owned::Frame {
                match self {
                    #(#owned,)*
                    Self::Unknown { r#type, body } => {
                        owned::Frame::Unknown { r#type: *r#type, body: body.to_vec() }
                    }
                }
            }
        }
    });
    file.finish()
}
