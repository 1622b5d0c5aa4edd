//! The borrowed form of a packet, in a file of its own so that its diff drowns no other.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::fields;
use super::fields::{Optional, Scope};
use super::{Context, EmitError, docs, file, ident, module_path, packet, record};
use crate::GeneratedFile;
use crate::model::{Packet, Role};

/// The Rust names a packet's view file declares.
pub(super) fn declared(packet: &Packet) -> Vec<String> {
    let mut names = Vec::new();
    if packet.role == Role::Frame {
        names.push(format!("{}View", packet.rust_name));
    }
    record::for_each(packet::own_fields(packet), "", &mut |_, record, _| {
        if fields::borrows(&record.fields) {
            names.push(format!("{}View", record.rust_name));
        }
    });
    names.sort();
    names
}

/// The view file of a packet.
pub(super) fn file(context: &Context<'_>, packet: &Packet) -> Result<GeneratedFile, EmitError> {
    let module = ident(&packet.module);
    let mut file = file::File::new(
        context.family,
        format!("views/{}.rs", module_path(&packet.module)),
    );
    let (elsewhere, at) = (quote!(owned), quote!(fields));
    let scope = Scope {
        owner: &packet.name,
        elsewhere: &elsewhere,
        at: &at,
        path: "",
        view: true,
        optional: Optional::Trailing,
        refuse: false,
    };
    let mut items = Vec::new();
    if packet.role == Role::Frame {
        let name = ident(&packet.rust_name);
        let view = format_ident!("{}View", name);
        let doc = format!(" [`{name}`](owned::{name}), borrowed from the receive buffer.");
        items.extend(view_items(&doc, &name, &packet.fields, scope));
        items.push(quote! {
            impl<'a> wire::PacketView<'a> for #view<'a> {
                type Owned = owned::#name;
            }
        });
    }
    record::for_each(packet::own_fields(packet), "", &mut |_, record, path| {
        if fields::borrows(&record.fields) {
            let name = ident(&record.rust_name);
            let doc = format!(" [`{name}`](owned::{name}), borrowed.");
            items.extend(view_items(
                &doc,
                &name,
                &record.fields,
                Scope { path, ..scope },
            ));
        }
    });
    if !items.is_empty() {
        file.item(quote!(
            use ::tp_frames::wire;
        ));
        let used = |name: &str| items.iter().any(|item| item.to_string().contains(name));
        if used("& fields ::") {
            file.item(quote!(use super::super::#module::fields;));
        }
        if used("owned ::") {
            file.item(quote!(
                use super::super as owned;
            ));
        }
    }
    items.into_iter().for_each(|item| file.item(item));
    file.finish()
}

fn view_items(
    doc: &str,
    name: &proc_macro2::Ident,
    members: &[crate::model::Field],
    scope: Scope<'_>,
) -> Vec<TokenStream> {
    let view = format_ident!("{name}View");
    let declarations = scope.declarations(
        members,
        |field| docs::attributes(&docs::short(&field.prose, &field.name)),
        |_| TokenStream::new(),
    );
    let (debug, shown) = record::debug(&quote!(#view<'_>), &view.to_string(), members);
    let body = scope.decode(members);
    let owned = scope.owned_members(members);
    vec![
        quote! {
            #[doc = #doc]
            #[derive(#debug Clone, PartialEq)]
            pub struct #view<'a> {
                #declarations
            }
            #shown
        },
        quote! {
            impl<'a> wire::Decode<'a> for #view<'a> {
                const MIN_WIRE_SIZE: usize = <owned::#name as wire::Decode<'_>>::MIN_WIRE_SIZE;

                #[inline(always)]
                fn decode_from(reader: &mut wire::Reader<'a>) -> Result<Self, wire::DecodeError> {
                    #body
                }
            }
        },
        quote! {
            impl #view<'_> {
                /// The same values, owned.
                #[must_use]
                pub fn to_owned(&self) -> owned::#name {
                    owned::#name { #owned }
                }
            }
        },
    ]
}
