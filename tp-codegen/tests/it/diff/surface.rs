//! What programs can use of the generated Rust: read off the code itself. Knows nothing of the
//! diff.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, Visibility};
use tp_codegen::emit::{self, RustOptions};
use tp_codegen::family::Family;
use tp_codegen::model::{Field, FieldKind, Model, Packet, ParameterSet};

/// Every public item and what it is.
type Surface = BTreeMap<String, String>;

/// Whether something is gone or different in the code of `new`, and whether there is more.
///
/// Only what differs is generated, with what it refers to: the rest would take long.
pub(crate) fn compare(old: &Model, new: &Model) -> (bool, bool) {
    let mut names = BTreeSet::new();
    let pairs = [(old, new), (new, old)];
    for (one, other) in pairs {
        let same = |packet: &Packet| other.packets.contains(packet);
        let differing = one.packets.iter().filter(|packet| !same(packet));
        names.extend(differing.map(|packet| packet.name.clone()));
        let changed = one.parameter_sets.iter();
        let changed = changed.filter(|set| !other.parameter_sets.contains(set));
        for set in changed {
            let users = one.packets.iter().filter(|packet| uses(packet, &set.name));
            names.extend(users.map(|packet| packet.name.clone()));
        }
    }
    loop {
        let before = names.len();
        for packet in old.packets.iter().chain(&new.packets) {
            if names.contains(&packet.name) {
                names.extend(packet.base.clone());
                names.extend(packet.replies.iter().map(|reply| reply.packet.clone()));
                names.extend(packet.fields.iter().filter_map(typeframe));
            }
        }
        if names.len() == before {
            break;
        }
    }
    let same = |set: &ParameterSet| {
        let both = old.parameter_sets.contains(set) && new.parameter_sets.contains(set);
        let packets = old.packets.iter().chain(&new.packets);
        let mut kept = packets.filter(|packet| names.contains(&packet.name));
        both && !kept.any(|packet| uses(packet, &set.name))
    };
    let only = |model: &Model| {
        let mut model = model.clone();
        model.packets.retain(|packet| names.contains(&packet.name));
        model.parameter_sets.retain(|set| !same(set));
        of(&model)
    };
    let (old, new) = (only(old), only(new));
    let breaking = old.iter().any(|(name, what)| new.get(name) != Some(what));
    let more = new.keys().any(|name| !old.contains_key(name));
    (breaking, more)
}

fn uses(packet: &Packet, set: &str) -> bool {
    // Wherever it stands: fields show all they are made of.
    format!("{:?}", packet.fields).contains(&format!("set: {set:?}"))
}

fn typeframe(field: &Field) -> Option<String> {
    match &field.kind {
        FieldKind::Parameters(parameters) => Some(parameters.typeframe.as_ref()?.packet.clone()),
        _ => None,
    }
}

fn of(model: &Model) -> Surface {
    let options = RustOptions {
        serde_feature: Some("serde".to_owned()),
        ..RustOptions::default()
    };
    let mut surface = Surface::new();
    for file in emit::rust(&Family::of_one("surface", model.clone()), &options).unwrap() {
        let place = if file.path.starts_with("views/") {
            "views::"
        } else {
            ""
        };
        for item in syn::parse_file(&file.text).unwrap().items {
            add(&mut surface, place, &item);
        }
    }
    surface
}

fn text(tokens: &impl ToTokens) -> String {
    // How many bytes an entry of a view's list takes is told by its type already.
    let text = tokens.to_token_stream().to_string();
    match text.split_once("FixedList < 'a , ") {
        Some((before, after)) => {
            let entry = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{before}FixedList < 'a {entry}")
        }
        None => text,
    }
}

/// What serde calls it.
fn json(attributes: &[Attribute]) -> String {
    let texts = attributes.iter().map(|attribute| text(&attribute.meta));
    texts.filter(|text| text.contains("rename =")).collect()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn add_fields(surface: &mut Surface, name: &str, fields: &Fields) {
    for (at, field) in fields.iter().enumerate() {
        let of = field
            .ident
            .as_ref()
            .map_or(at.to_string(), ToString::to_string);
        let what = format!("{} {}", text(&field.ty), json(&field.attrs));
        surface.insert(format!("{name}.{of}"), what);
    }
}

fn add(surface: &mut Surface, place: &str, item: &Item) {
    match item {
        Item::Struct(item) if is_public(&item.vis) => {
            let name = format!("{place}{}", item.ident);
            surface.insert(name.clone(), text(&item.generics));
            for attribute in item
                .attrs
                .iter()
                .filter(|one| one.path().is_ident("derive"))
            {
                let derives = text(&attribute.meta);
                for word in ["Copy", "Hash", "Default"] {
                    if derives.contains(word) {
                        surface.insert(format!("{name}: {word}"), String::new());
                    }
                }
            }
            add_fields(surface, &name, &item.fields);
        }
        Item::Enum(item) if is_public(&item.vis) => {
            let name = format!("{place}{}", item.ident);
            surface.insert(name.clone(), text(&item.generics));
            for variant in &item.variants {
                let what = format!("{} {}", text(&variant.fields), json(&variant.attrs));
                surface.insert(format!("{name}::{}", variant.ident), what);
            }
        }
        Item::Impl(item) => {
            let of = format!("{place}{}", text(&item.self_ty));
            if let Some((of_trait, _)) = &item.trait_ {
                let of_trait = text(of_trait);
                // The width in `Fixed<N>` is no promise.
                let of_trait = of_trait.split("Fixed <").next().unwrap();
                surface.insert(format!("impl {of_trait} for {of}"), String::new());
            }
            for inner in &item.items {
                match inner {
                    ImplItem::Const(one) if item.trait_.is_none() => {
                        surface.insert(format!("{of}::{}", one.ident), text(&one.ty));
                    }
                    ImplItem::Fn(one) if is_public(&one.vis) => {
                        surface.insert(format!("{of}::{}", one.sig.ident), text(&one.sig));
                    }
                    ImplItem::Type(one) => {
                        surface.insert(format!("{of}::{}", one.ident), text(&one.ty));
                    }
                    _ => {}
                }
            }
        }
        Item::Const(item) if is_public(&item.vis) => {
            surface.insert(format!("{place}{}", item.ident), text(&item.ty));
        }
        _ => {}
    }
}
