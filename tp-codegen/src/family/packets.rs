//! Packets and parameter sets, merged from the newest version back.

use std::collections::BTreeMap;

use super::fields::{self, inherit, merge_prose, pair, place, settle, unused};
use super::{FamilyError, Version};
use crate::model::{
    Field, FieldKind, Item, Model, Packet, Parameter, ParameterSet, ReplySequence, Role,
};

/// The versions in which each packet or parameter is, newest first, by its newest name.
type Seen = BTreeMap<String, Vec<u8>>;

/// Merges the models of older versions, oldest first, into that of the newest.
pub(super) fn merge(
    mut newest: Model,
    older: Vec<Model>,
    versions: &[Version],
) -> Result<Model, FamilyError> {
    let all: Vec<u8> = versions
        .iter()
        .rev()
        .map(|version| version.number)
        .collect();
    let (mut packets, mut parameters) = (Seen::new(), Seen::new());
    let number = all.first().copied().unwrap_or_default();
    for packet in &mut newest.packets {
        packets.insert(packet.name.clone(), vec![number]);
        fields::start(&mut packet.fields, number);
    }
    for set in &mut newest.parameter_sets {
        for parameter in &mut set.parameters {
            parameters.insert(parameter.name.clone(), vec![number]);
            fields::start(&mut parameter.use_fields, number);
            fields::start(&mut parameter.desc_fields, number);
        }
    }
    for (mut model, version) in older.into_iter().zip(versions).rev() {
        rename(&newest, &mut model);
        merge_sets(&mut newest, model.parameter_sets, &mut parameters, version)?;
        merge_packets(&mut newest, model.packets, &mut packets, version)?;
    }
    finish(&mut newest, &packets, &parameters, &all)?;
    Ok(newest)
}

/// Calls the packets and parameters of an older model what the merged one calls them, wherever
/// they are named.
fn rename(merged: &Model, model: &mut Model) {
    let pairs = pair(&merged.packets, &model.packets);
    let mut names: BTreeMap<String, (String, String)> = BTreeMap::new();
    for (packet, newer) in model.packets.iter().zip(pairs) {
        let newer = newer.and_then(|index| merged.packets.get(index));
        if let Some(newer) = newer.filter(|newer| newer.name != packet.name) {
            let name = (newer.name.clone(), newer.rust_name.clone());
            names.insert(packet.name.clone(), name);
        }
    }
    for set in &model.parameter_sets {
        let merged = merged.parameter_sets.iter();
        let Some(newer) = merged.into_iter().find(|newer| newer.name == set.name) else {
            continue;
        };
        let pairs = pair(&newer.parameters, &set.parameters);
        for (parameter, newer_one) in set.parameters.iter().zip(pairs) {
            let newer = newer_one.and_then(|index| newer.parameters.get(index));
            if let Some(newer) = newer.filter(|newer| newer.name != parameter.name) {
                let name = (newer.name.clone(), newer.rust_name.clone());
                names.insert(parameter.name.clone(), name);
            }
        }
    }
    if names.is_empty() {
        return;
    }
    let new = |name: &mut String| {
        if let Some((newer, _)) = names.get(name) {
            name.clone_from(newer);
        }
    };
    for packet in &mut model.packets {
        packet.base.iter_mut().for_each(new);
        packet
            .replies
            .iter_mut()
            .for_each(|reply| new(&mut reply.packet));
        rename_in(&mut packet.fields, &names);
    }
    for set in &mut model.parameter_sets {
        for parameter in &mut set.parameters {
            rename_in(&mut parameter.use_fields, &names);
            rename_in(&mut parameter.desc_fields, &names);
        }
    }
}

fn rename_in(fields: &mut [Field], names: &BTreeMap<String, (String, String)>) {
    for field in fields {
        if let Some((name, _)) = names.get(&field.declared_in) {
            field.declared_in.clone_from(name);
        }
        match &mut field.kind {
            FieldKind::Group(record)
            | FieldKind::List {
                item: Item::Record(record),
                ..
            } => rename_in(&mut record.fields, names),
            FieldKind::List {
                item: Item::Field(entry),
                ..
            } => rename_in(std::slice::from_mut(&mut **entry), names),
            FieldKind::Parameters(parameters) => {
                if let Some(frame) = &mut parameters.typeframe
                    && let Some((name, rust_name)) = names.get(&frame.packet)
                {
                    frame.packet.clone_from(name);
                    frame.rust_name.clone_from(rust_name);
                }
            }
            _ => {}
        }
    }
}

/// Adds version `number` to those in which `name` is.
fn see(seen: &mut Seen, name: &str, version: &Version, newer: u8) -> Result<Vec<u8>, FamilyError> {
    let before = seen.get(name).cloned().unwrap_or_default();
    if before.last().is_some_and(|last| *last != newer) {
        return Err(FamilyError::ComesBack {
            name: name.to_owned(),
            version: version.name.clone(),
        });
    }
    seen.entry(name.to_owned())
        .or_default()
        .push(version.number);
    Ok(before)
}

/// The version that was merged last: the next newer one.
fn newer(seen: &Seen) -> u8 {
    let last = seen.values().filter_map(|versions| versions.last());
    last.min().copied().unwrap_or_default()
}

fn merge_packets(
    merged: &mut Model,
    older: Vec<Packet>,
    seen: &mut Seen,
    version: &Version,
) -> Result<(), FamilyError> {
    let newer = newer(seen);
    let mut pairs = pair(&merged.packets, &older);
    for (position, mut one) in older.into_iter().enumerate() {
        let partner = pairs.get(position).copied().flatten();
        if let Some(packet) = partner.and_then(|index| merged.packets.get_mut(index)) {
            let before = see(seen, &packet.name, version, newer)?;
            merge_packet(packet, one, &before, version)?;
            continue;
        }
        see(seen, &one.name, version, newer)?;
        fields::start(&mut one.fields, version.number);
        let at = place(&merged.packets, &pairs, position);
        merged.packets.insert(at, one);
        for pair in pairs.iter_mut().flatten() {
            if *pair >= at {
                *pair = pair.saturating_add(1);
            }
        }
        if let Some(pair) = pairs.get_mut(position) {
            *pair = Some(at);
        }
    }
    Ok(())
}

fn merge_packet(
    packet: &mut Packet,
    older: Packet,
    seen: &[u8],
    version: &Version,
) -> Result<(), FamilyError> {
    if packet.id != older.id {
        let say = |id: Option<u32>| id.map_or("none".to_owned(), |id| id.to_string());
        return Err(FamilyError::FrameType {
            packet: packet.name.clone(),
            version: version.name.clone(),
            older: say(older.id),
            newer: say(packet.id),
        });
    }
    inherit(packet, &older);
    merge_prose(&mut packet.prose, &older.prose, version);
    if packet.role != Role::Header {
        fields::merge(&mut packet.fields, seen, older.fields, version);
    }
    for reply in older.replies {
        match packet
            .replies
            .iter_mut()
            .find(|newer| newer.packet == reply.packet)
        {
            Some(newer) => {
                newer.silent |= reply.silent;
                if newer.sequence != reply.sequence {
                    newer.sequence = ReplySequence::Maybe;
                }
            }
            None => packet.replies.push(reply),
        }
    }
    for failure in older.failtypes {
        let mut failtypes = packet.failtypes.iter();
        if !failtypes.any(|newer| newer.type_id == failure.type_id) {
            packet.failtypes.push(failure);
        }
    }
    Ok(())
}

fn merge_sets(
    merged: &mut Model,
    older: Vec<ParameterSet>,
    seen: &mut Seen,
    version: &Version,
) -> Result<(), FamilyError> {
    let newer = newer(seen);
    for mut one in older {
        let sets = &mut merged.parameter_sets;
        if let Some(set) = sets.iter_mut().find(|set| set.name == one.name) {
            merge_prose(&mut set.prose, &one.prose, version);
            merge_parameters(set, one.parameters, seen, version, newer)?;
            continue;
        }
        for parameter in &mut one.parameters {
            see(seen, &parameter.name, version, newer)?;
            fields::start(&mut parameter.use_fields, version.number);
            fields::start(&mut parameter.desc_fields, version.number);
        }
        sets.push(one);
    }
    Ok(())
}

fn merge_parameters(
    set: &mut ParameterSet,
    older: Vec<Parameter>,
    seen: &mut Seen,
    version: &Version,
    newer: u8,
) -> Result<(), FamilyError> {
    let pairs = pair(&set.parameters, &older);
    for (one, partner) in older.into_iter().zip(pairs) {
        let Some(parameter) = partner.and_then(|index| set.parameters.get_mut(index)) else {
            see(seen, &one.name, version, newer)?;
            let mut one = one;
            fields::start(&mut one.use_fields, version.number);
            fields::start(&mut one.desc_fields, version.number);
            set.parameters.push(one);
            continue;
        };
        if parameter.type_id != one.type_id {
            return Err(FamilyError::ParameterType {
                parameter: parameter.name.clone(),
                version: version.name.clone(),
                older: one.type_id,
                newer: parameter.type_id,
            });
        }
        let before = see(seen, &parameter.name, version, newer)?;
        inherit(parameter, &one);
        merge_prose(&mut parameter.prose, &one.prose, version);
        fields::merge(&mut parameter.use_fields, &before, one.use_fields, version);
        fields::merge(
            &mut parameter.desc_fields,
            &before,
            one.desc_fields,
            version,
        );
        if parameter.desc_rust_name.is_none() {
            parameter.desc_rust_name = one.desc_rust_name;
        }
    }
    Ok(())
}

/// Ends merging; `all` are the versions, newest first.
fn finish(
    model: &mut Model,
    packets: &Seen,
    parameters: &Seen,
    all: &[u8],
) -> Result<(), FamilyError> {
    for packet in &mut model.packets {
        // Those of bases stand first in every version, and so here.
        let name = &packet.name;
        packet
            .fields
            .sort_by_key(|field| field.declared_in == *name);
        let seen = packets.get(&packet.name).map_or(all, Vec::as_slice);
        fields::finish(&mut packet.fields, seen, &packet.name)?;
        packet.history.since = seen.last().copied();
        packet.history.until = seen.first().copied();
        settle(&mut packet.history, all);
        if let Some(was) = unused(&packet.history) {
            let place = packet.name.clone();
            return Err(FamilyError::Was { place, was });
        }
    }
    for set in &mut model.parameter_sets {
        for parameter in &mut set.parameters {
            let seen = parameters.get(&parameter.name).map_or(all, Vec::as_slice);
            fields::finish(&mut parameter.use_fields, seen, &parameter.name)?;
            fields::finish(&mut parameter.desc_fields, seen, &parameter.name)?;
            parameter.history.since = seen.last().copied();
            parameter.history.until = seen.first().copied();
            settle(&mut parameter.history, all);
            if let Some(was) = unused(&parameter.history) {
                let place = parameter.name.clone();
                return Err(FamilyError::Was { place, was });
            }
            parameter.use_size = fields::smallest(&parameter.use_fields);
            parameter.desc_size = fields::smallest(&parameter.desc_fields);
        }
    }
    share_inherited(model);
    for packet in &mut model.packets {
        packet.size = fields::smallest(&packet.fields);
        let own = packet.fields.iter();
        packet.inherited = own.filter(|field| field.declared_in != packet.name).count();
        for field in &packet.fields {
            if let FieldKind::Parameters(parameters) = &field.kind
                && let Some(selects) = packet
                    .fields
                    .iter()
                    .find(|other| other.name == parameters.typefield && other.option)
            {
                return Err(FamilyError::TypeField {
                    packet: packet.name.clone(),
                    field: selects.name.clone(),
                });
            }
        }
    }
    type_names(model)
}

/// A field that a base declares is the same thing in every packet built on it, in whatever
/// versions those are: its type is the base's.
fn share_inherited(model: &mut Model) {
    let declared: BTreeMap<(String, String), Field> = model
        .packets
        .iter()
        .flat_map(|packet| {
            let own = packet
                .fields
                .iter()
                .filter(|field| field.declared_in == packet.name);
            own.map(|field| ((packet.name.clone(), field.name.clone()), field.clone()))
        })
        .collect();
    for packet in &mut model.packets {
        for field in &mut packet.fields {
            if field.declared_in == packet.name {
                continue;
            }
            let key = (field.declared_in.clone(), field.name.clone());
            if let Some(base) = declared.get(&key) {
                match base.kind {
                    FieldKind::Character { count } => fields::keep_width(field, count),
                    _ => field.size = base.size,
                }
                field.kind.clone_from(&base.kind);
                field.option = base.option;
                field.prose.clone_from(&base.prose);
            }
        }
    }
}

/// No two types may have one name.
fn type_names(model: &Model) -> Result<(), FamilyError> {
    let mut names = Vec::new();
    for packet in &model.packets {
        if packet.role == Role::Header {
            continue;
        }
        names.push(packet.rust_name.as_str());
        let own = packet
            .fields
            .iter()
            .filter(|field| field.declared_in == packet.name);
        own.for_each(|field| types_of(field, &mut names));
    }
    for set in &model.parameter_sets {
        names.push(&set.rust_name);
        for parameter in &set.parameters {
            names.push(&parameter.rust_name);
            names.extend(parameter.desc_rust_name.as_deref());
            let fields = parameter.use_fields.iter().chain(&parameter.desc_fields);
            fields.for_each(|field| types_of(field, &mut names));
        }
    }
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair.first() == pair.last());
    match twice.and_then(|pair| pair.first()) {
        Some(name) => Err(FamilyError::TypeName((*name).to_owned())),
        None => Ok(()),
    }
}

fn types_of<'m>(field: &'m Field, names: &mut Vec<&'m str>) {
    match &field.kind {
        FieldKind::Enumeration(enumeration) => names.push(&enumeration.rust_name),
        FieldKind::Group(record)
        | FieldKind::List {
            item: Item::Record(record),
            ..
        } => {
            names.push(&record.rust_name);
            record
                .fields
                .iter()
                .for_each(|field| types_of(field, names));
        }
        FieldKind::List {
            item: Item::Field(entry),
            ..
        } => types_of(entry, names),
        _ => {}
    }
}
