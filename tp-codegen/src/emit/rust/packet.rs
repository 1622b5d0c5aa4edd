//! One packet: its struct, its codec, and what it has to do with other packets.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::fields::{self, Optional, Scope};
use super::{Context, EmitError, docs, file, frame, ident, module_path, places, record};
use crate::GeneratedFile;
use crate::model::{
    Direction, Field, FieldKind, Packet, Parameters, ReplySequence, Role, TypeFrame,
};
use crate::names::snake_name;

/// The Rust names a packet's file declares.
pub(super) fn declared(packet: &Packet) -> Vec<String> {
    let mut names = vec![packet.rust_name.clone()];
    if packet.replies.len() > 1 {
        names.push(format!("{}Reply", packet.rust_name));
    }
    record::declared(own_fields(packet), &mut names);
    names.sort();
    names
}

/// The fields it declares itself.
pub(super) fn own_fields(packet: &Packet) -> &[Field] {
    packet.fields.get(packet.inherited..).unwrap_or_default()
}

/// The file of a packet.
pub(super) fn file(context: &Context<'_>, packet: &Packet) -> Result<GeneratedFile, EmitError> {
    let path = format!("{}.rs", module_path(&packet.module));
    let mut file = file::File::new(context.family, path);
    let (elsewhere, at) = (quote!(super), quote!(fields));
    let scope = Scope {
        owner: &packet.name,
        elsewhere: &elsewhere,
        at: &at,
        path: "",
        view: false,
        optional: Optional::Trailing,
        refuse: packet.direction != Direction::Client,
    };
    let mut items = Vec::new();
    let docs = docs::attributes(&docs::packet(context, packet));
    let name = ident(&packet.rust_name);
    items.push(record::structure(
        context,
        &packet.rust_name,
        &packet.fields,
        &docs,
        scope,
    ));
    if let (Role::Frame, Some(id)) = (packet.role, packet.id) {
        items.push(packet_impl(context, packet, id));
        items.push(record::decode(
            &quote!(#name),
            &packet.fields,
            packet.size.min,
            scope,
        ));
        items.push(record::encode(&quote!(#name), &packet.fields, scope));
        items.extend(request(context, packet));
        items.extend(item(context, packet));
    }
    items.extend(base_conversions(context, packet));
    items.extend(decode_parameters(context, packet));
    items.extend(parameter_types(context, packet));
    items.extend(record::items(context, own_fields(packet), scope));
    items.extend(places::module(places(packet, scope.refuse)));

    // A packet without fields of its own shape may need nothing of the runtime.
    if items.iter().any(names_wire) {
        file.item(quote!(
            use ::tp_frames::wire;
        ));
    }
    items.into_iter().for_each(|item| file.item(item));
    file.finish()
}

/// Whether an item says `wire` where the import is in scope.
fn names_wire(item: &TokenStream) -> bool {
    let mut tokens = item.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            proc_macro2::TokenTree::Group(group) if names_wire(&group.stream()) => return true,
            proc_macro2::TokenTree::Ident(ident) if ident == "wire" => return true,
            proc_macro2::TokenTree::Ident(ident) if ident == "tp_frames" => {
                // `::tp_frames::wire` names it by itself.
                tokens.nth(2);
            }
            _ => {}
        }
    }
    false
}

fn places(packet: &Packet, refuse: bool) -> Vec<TokenStream> {
    let name = &packet.name;
    let mut places = Vec::new();
    if packet.role == Role::Frame {
        places.push(quote!(pub(crate) static SELF: Field = Field::packet_itself(#name);));
        places.extend(places::of_fields(
            name,
            "",
            "",
            &packet.fields,
            Optional::Trailing,
            refuse,
        ));
    }
    places.extend(places::of_entries(name, own_fields(packet), refuse));
    places
}

fn packet_impl(context: &Context<'_>, packet: &Packet, id: u32) -> TokenStream {
    let (name, schema_name) = (ident(&packet.rust_name), &packet.name);
    let since = context.version(packet.history.since);
    let until = packet.history.until.map(|until| {
        let until = context.version(Some(until));
        quote!(
            const UNTIL: Option<wire::Version> = Some(super::#until);
        )
    });
    let names = places::names("", &packet.fields);
    let reply = (!packet.replies.is_empty()).then(|| {
        quote!(
            const REPLY: Option<wire::ReplyInfo> = Some(wire::ReplyInfo::of::<Self>());
        )
    });
    let read = parameters(packet).map(|(field, parameters)| {
        let (field, set, typefield) = (&field.name, &parameters.set, &parameters.typefield);
        let description = match &parameters.typeframe {
            Some(frame) => {
                let packet = &frame.packet;
                quote!(Some(#packet))
            }
            None => quote!(None),
        };
        let since = match direct_until(packet, parameters) {
            Some(last) => {
                let since = Literal::u8_unsuffixed(last.saturating_add(1));
                quote!(Some(#since))
            }
            None => quote!(None),
        };
        quote! {
            const PARAMETERS: Option<wire::ParametersInfo> = Some(
                wire::ParametersInfo::new(#field, #set, #typefield, #description, #since)
            );
        }
    });
    let ids_of = context.ids_of(packet).map(|of| {
        let of = &of.name;
        quote!(
            const IDS_OF: Option<&'static str> = Some(#of);
        )
    });
    let id = Literal::u32_unsuffixed(id);
    let direction = match packet.direction {
        Direction::Server => quote!(ToServer),
        Direction::Client => quote!(ToClient),
        Direction::Any => quote!(Either),
    };
    quote! {
        impl wire::Packet for #name {
            const TYPE: u32 = #id;
            const NAME: &'static str = #schema_name;
            const DIRECTION: wire::Direction = wire::Direction::#direction;
            const SINCE: wire::Version = super::#since;
            #until
            const SELF: &'static wire::Field = &fields::SELF;
            const FIELDS: &'static [&'static wire::Field] = &[#(&fields::#names),*];
            #reply
            #read
            #ids_of
        }
    }
}

/// `impl wire::Item`, for a packet that is got by its id and whose ids are listed.
fn item(context: &Context<'_>, packet: &Packet) -> Option<TokenStream> {
    let listing = context.frames().find(|listing| {
        context
            .ids_of(listing)
            .is_some_and(|of| of.name == packet.name)
    })?;
    let get_ids = request_for(context, listing)?;
    let get = request_for(context, packet)?;
    let (by_ids, slice) = (base(context, get)?, base(context, get_ids)?);
    let sequence = base(context, listing)?;
    let name = ident(&packet.rust_name);
    let [get, by_ids, get_ids, slice, ids, sequence] =
        [get, by_ids, get_ids, slice, listing, sequence].map(|packet| ident(&packet.rust_name));
    Some(quote! {
        impl wire::Item for #name {
            type Get = super::#get;
            type ByIds = super::#by_ids;
            type GetIds = super::#get_ids;
            type Slice = super::#slice;
            type Ids = super::#ids;
            type IdSequence = super::#sequence;
        }
    })
}

/// The request that is answered by nothing but `reply` and adds nothing to its base.
fn request_for<'c>(context: &'c Context<'_>, reply: &Packet) -> Option<&'c Packet> {
    context.frames().find(|request| {
        let only = matches!(request.replies.as_slice(), [only] if only.packet == reply.name);
        let own = request.inherited < request.fields.len();
        let list = request.fields.len() != 1
            || matches!(request.fields.first(), Some(field) if matches!(field.kind, FieldKind::List { .. }));
        only && !own && list && base(context, request).is_some()
    })
}

/// The base of a packet that adds nothing to it.
fn base<'c>(context: &'c Context<'_>, packet: &Packet) -> Option<&'c Packet> {
    let base = packet.base.as_ref().and_then(|base| context.packet(base))?;
    let same = packet.inherited == packet.fields.len() && packet.inherited > 0;
    (same && base.role == Role::Base).then_some(base)
}

/// `impl wire::Request`, with an enum of its own where several packets may answer.
fn request(context: &Context<'_>, packet: &Packet) -> Vec<TokenStream> {
    let replies: Vec<&Packet> = packet
        .replies
        .iter()
        .filter_map(|reply| context.packet(&reply.packet))
        .collect();
    let Some(first) = replies.first() else {
        return Vec::new();
    };
    let name = ident(&packet.rust_name);
    let sequence = sequence(packet);
    let silent = packet.replies.iter().any(|reply| reply.silent);
    let silent = silent.then(|| {
        quote!(
            const MAY_STAY_SILENT: bool = true;
        )
    });
    let several = replies.len() > 1;
    let reply = if several {
        let reply = format_ident!("{}Reply", name);
        quote!(#reply)
    } else {
        let reply = ident(&first.rust_name);
        quote!(super::#reply)
    };
    let mut items = vec![quote! {
        impl wire::Request for #name {
            type Reply = #reply;
            const SEQUENCE: wire::ReplySequence = wire::ReplySequence::#sequence;
            #silent
        }
    }];
    if several {
        items.extend(reply_enum(context, packet, &replies));
    }
    items
}

fn sequence(packet: &Packet) -> TokenStream {
    let mut sequences = packet.replies.iter().map(|reply| reply.sequence);
    let first = sequences.next().unwrap_or(ReplySequence::Never);
    // Where the alternatives differ, either may come.
    let both = if sequences.all(|other| other == first) {
        first
    } else {
        ReplySequence::Maybe
    };
    match both {
        ReplySequence::Never => quote!(Never),
        ReplySequence::Maybe => quote!(Maybe),
        ReplySequence::Always => quote!(Always),
    }
}

fn reply_enum(context: &Context<'_>, packet: &Packet, replies: &[&Packet]) -> Vec<TokenStream> {
    let name = format_ident!("{}Reply", ident(&packet.rust_name));
    let doc = format!(" What a server answers to [`{}`].", packet.rust_name);
    let variants = replies.iter().map(|reply| {
        let variant = ident(&reply.rust_name);
        let docs = docs::attributes(&docs::short(&reply.prose, &reply.name));
        quote!(#docs #variant(super::#variant))
    });
    let arms = replies.iter().map(|reply| {
        let (variant, id) = (ident(&reply.rust_name), frame::id(reply));
        let of_one = replies.iter().filter(|other| other.id == reply.id).count() == 1;
        // A type that one packet had and another has now: the version tells.
        let pattern = if of_one {
            quote!(#id)
        } else {
            frame::pattern(reply)
        };
        quote!(#pattern => wire::decode_as(version, body, options, Self::#variant))
    });
    let first = replies.iter().enumerate().filter(|(index, reply)| {
        let mut before = replies.iter().take(*index);
        before.all(|other| other.id != reply.id)
    });
    let ids = first.map(|(_, reply)| frame::id(reply));
    let serde = context.serde_derive();
    vec![
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, PartialEq, Eq)]
            #serde
            #[non_exhaustive]
            pub enum #name {
                #(#variants),*
            }
        },
        quote! {
            impl wire::Reply for #name {
                const TYPES: &'static [u32] = &[#(#ids),*];

                fn decode_reply(
                    version: wire::Version,
                    r#type: u32,
                    body: &[u8],
                    options: &wire::DecodeOptions,
                ) -> Result<Option<Self>, wire::DecodeError> {
                    let decoded = match r#type {
                        #(#arms,)*
                        _ => return Ok(None),
                    };
                    decoded.map(|(reply, _)| Some(reply))
                }
            }
        },
    ]
}

/// A packet that adds nothing to its base converts to and from it.
fn base_conversions(context: &Context<'_>, packet: &Packet) -> Vec<TokenStream> {
    let same = packet.inherited == packet.fields.len() && packet.inherited > 0;
    let base = packet.base.as_ref().and_then(|base| context.packet(base));
    let Some(base) = base.filter(|base| same && base.role != Role::Header) else {
        return Vec::new();
    };
    // A packet that came later than its base does not have what the base had lost by then.
    let rest = (packet.fields.len() < base.fields.len()).then(|| quote!(..Self::default()));
    let (name, base) = (ident(&packet.rust_name), ident(&base.rust_name));
    let fields: Vec<_> = packet
        .fields
        .iter()
        .filter(|field| !fields::is_absent(field))
        .map(|field| ident(&field.rust_name))
        .collect();
    vec![
        quote! {
            impl From<super::#base> for #name {
                fn from(base: super::#base) -> Self {
                    Self { #(#fields: base.#fields),* }
                }
            }
        },
        quote! {
            impl From<#name> for super::#base {
                fn from(packet: #name) -> Self {
                    Self { #(#fields: packet.#fields,)* #rest }
                }
            }
        },
    ]
}

/// The field of a packet whose shape another field or packet tells.
pub(super) fn parameters(packet: &Packet) -> Option<(&Field, &Parameters)> {
    packet.fields.iter().find_map(|field| match &field.kind {
        FieldKind::Parameters(parameters) => Some((field, parameters)),
        _ => None,
    })
}

/// The integer `field` of a packet, as a parameter type or description id.
fn as_u32(packet: &Packet, field: &str, value: TokenStream) -> TokenStream {
    match packet
        .fields
        .iter()
        .find(|candidate| candidate.name == field)
    {
        Some(field) => fields::as_u32(field, value),
        None => value,
    }
}

/// `decode_<field>`: the parameters, read by the description or the type at hand.
fn decode_parameters(context: &Context<'_>, packet: &Packet) -> Option<TokenStream> {
    let (field, parameters) = parameters(packet)?;
    let (name, field_name) = (ident(&packet.rust_name), ident(&field.rust_name));
    let set = ident(&parameters.set_rust_name);
    let method = format_ident!(
        "decode_{}",
        field
            .rust_name
            .strip_prefix("r#")
            .unwrap_or(&field.rust_name)
    );
    let typefield = ident(&parameters.typefield_rust_name);
    let r#type = as_u32(packet, &parameters.typefield, quote!(self.#typefield));
    let values = quote!(wire::DecodedParameters<'_, super::#set>);
    let Some(frame) = &parameters.typeframe else {
        let doc = format!(
            " Reads `{}`, whose one parameter is of type `{}`.",
            field.name, parameters.typefield
        );
        return Some(quote! {
            impl #name {
                #[doc = #doc]
                #[must_use]
                pub fn #method(&self) -> #values {
                    self.#field_name.decode(::core::iter::once(#r#type))
                }
            }
        });
    };
    let description = ident(&frame.rust_name);
    let idfield = ident(&frame.idfield_rust_name);
    let id = quote!(description.#idfield);
    let id = match context.packet(&frame.packet) {
        Some(description) => as_u32(description, &frame.idfield, id),
        None => id,
    };
    let types = types_method(&parameters.set_rust_name);
    if let Some(last) = direct_until(packet, parameters) {
        return Some(decode_by_version(
            context,
            packet,
            (field, parameters),
            &id,
            last,
        ));
    }
    let lines = [
        format!(
            "Reads `{}` by the description that `{}` names.",
            field.name, parameters.typefield
        ),
        String::new(),
        "Nothing is lost when it does not fit: what could not be read is left over, with the"
            .to_owned(),
        "reason.".to_owned(),
    ];
    let docs = docs::attributes(&lines);
    Some(quote! {
        impl #name {
            #docs
            #[must_use]
            pub fn #method(&self, description: &super::#description) -> #values {
                let (wanted, got) = (#r#type, #id);
                if wanted != got {
                    let reason = wire::ParameterError::WrongDescription { wanted, got };
                    return self.#field_name.stopped(reason);
                }
                self.#field_name.decode(description.#types())
            }
        }
    })
}

/// The last version in which the packet needs no description, if it has one.
fn direct_until(packet: &Packet, parameters: &Parameters) -> Option<u8> {
    let last = parameters.direct_until?;
    let since = packet.history.since;
    since.is_none_or(|since| since <= last).then_some(last)
}

/// `decode_<field>` of a packet whose type field is a parameter type itself up to version `last`,
/// and later names a description.
fn decode_by_version(
    context: &Context<'_>,
    packet: &Packet,
    (field, parameters): (&Field, &Parameters),
    id: &TokenStream,
    last: u8,
) -> TokenStream {
    let (name, field_name) = (ident(&packet.rust_name), ident(&field.rust_name));
    let set = ident(&parameters.set_rust_name);
    let plain = field.rust_name.trim_start_matches("r#");
    let method = format_ident!("decode_{plain}");
    let typefield = ident(&parameters.typefield_rust_name);
    let r#type = as_u32(packet, &parameters.typefield, quote!(self.#typefield));
    let description = parameters
        .typeframe
        .as_ref()
        .map(|frame| ident(&frame.rust_name));
    let types = types_method(&parameters.set_rust_name);
    let next = Literal::u8_unsuffixed(last.saturating_add(1));
    let lines = [
        format!(
            "Reads `{}` by the description that `{}` names.",
            field.name, parameters.typefield
        ),
        String::new(),
        format!(
            "Up to {}, `{}` is the type of the one parameter, and no description is needed.",
            context.family.version(last),
            parameters.typefield
        ),
        String::new(),
        "Nothing is lost when it does not fit: what could not be read is left over, with the"
            .to_owned(),
        "reason.".to_owned(),
    ];
    let docs = docs::attributes(&lines);
    quote! {
        impl #name {
            #docs
            #[must_use]
            pub fn #method(
                &self,
                description: Option<&super::#description>,
            ) -> wire::DecodedParameters<'_, super::#set> {
                let wanted = #r#type;
                if self.#field_name.are_older_than(#next) {
                    return self.#field_name.decode(::core::iter::once(wanted));
                }
                let Some(description) = description else {
                    return self.#field_name.stopped(wire::ParameterError::NoDescription { wanted });
                };
                let got = #id;
                if wanted != got {
                    let reason = wire::ParameterError::WrongDescription { wanted, got };
                    return self.#field_name.stopped(reason);
                }
                self.#field_name.decode(description.#types())
            }
        }
    }
}

fn types_method(set: &str) -> proc_macro2::Ident {
    format_ident!("{}_types", snake_name(set))
}

/// `<set>_types` of a description: the parameter types it lists, in order.
fn parameter_types(context: &Context<'_>, packet: &Packet) -> Vec<TokenStream> {
    let mut seen: Vec<&str> = Vec::new();
    let mut items = Vec::new();
    for user in context.emitted_packets() {
        let Some((_, parameters)) = parameters(user) else {
            continue;
        };
        let Some(frame) = &parameters.typeframe else {
            continue;
        };
        if frame.packet != packet.name || seen.contains(&parameters.set.as_str()) {
            continue;
        }
        seen.push(&parameters.set);
        items.extend(types_impl(packet, parameters, frame));
    }
    items
}

fn types_impl(packet: &Packet, parameters: &Parameters, frame: &TypeFrame) -> Option<TokenStream> {
    let name = ident(&packet.rust_name);
    let method = types_method(&parameters.set_rust_name);
    let doc = format!(
        " The parameter types of `{}` that it lists, in order.",
        parameters.set
    );
    let mut members = packet.fields.as_slice();
    let mut walk = quote!(self);
    let mut iterating = false;
    let mut last = None;
    for step in &frame.path {
        let field = members.iter().find(|field| field.name == step.name)?;
        let step_name = ident(&step.rust_name);
        walk = match (step.list, iterating) {
            (true, false) if field.option => quote!(#walk.#step_name.iter().flatten()),
            (true, false) => quote!(#walk.#step_name.iter()),
            (true, true) => quote!(#walk.flat_map(|entry| entry.#step_name.iter())),
            (false, false) => quote!(#walk.#step_name),
            (false, true) => match &field.kind {
                FieldKind::Group(_) => quote!(#walk.map(|entry| &entry.#step_name)),
                _ => quote!(#walk.map(|entry| entry.#step_name)),
            },
        };
        iterating |= step.list;
        last = Some(field);
        members = match &field.kind {
            FieldKind::Group(record) => &record.fields,
            FieldKind::List {
                item: crate::model::Item::Record(record),
                ..
            } => &record.fields,
            // The entry is the integer itself, so a last `getfield` names it.
            FieldKind::List {
                item: crate::model::Item::Field(entry),
                ..
            } => {
                walk = quote!(#walk.copied());
                last = Some(&**entry);
                break;
            }
            _ => &[],
        };
    }
    if let Some(last) = last {
        let plain = fields::as_u32(last, quote!(number));
        if !iterating {
            walk = fields::as_u32(last, walk);
        } else if plain.to_string() == quote!(u32::from(number)).to_string() {
            walk = quote!(#walk.map(u32::from));
        } else if plain.to_string() != "number" {
            walk = quote!(#walk.map(|number| #plain));
        }
    }
    if !iterating {
        walk = quote!(::core::iter::once(#walk));
    }
    Some(quote! {
        impl #name {
            #[doc = #doc]
            pub fn #method(&self) -> impl Iterator<Item = u32> + Clone + '_ {
                #walk
            }
        }
    })
}
