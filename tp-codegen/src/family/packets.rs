//! Packets and parameter sets, merged from the newest version back.

use std::collections::BTreeMap;

use super::pairing::{
    Named, forget_apart, inherit, insert, known, merge_prose, pair, place, settle,
};
use super::{FamilyError, Version, fields, stages, types};
use crate::model::{
    Field, FieldKind, Model, Packet, Parameter, ParameterSet, Presence, ReplySequence, Role, Stage,
};
use crate::names::type_name;

/// The versions in which each packet or parameter is, newest first, by its newest name; that of
/// its set stands in front of a parameter's.
type Seen = BTreeMap<String, Vec<u8>>;

/// What packets and parameters of an older version are called now, in the schema and in Rust.
type Names = BTreeMap<String, (String, String)>;

/// Merges the models of all versions, the newest and the older ones, oldest first.
pub(super) fn merge(
    newest: Model,
    mut older: Vec<Model>,
    versions: &[Version],
) -> Result<Model, FamilyError> {
    let mut merged = Model {
        parameter_sets: Vec::new(),
        packets: Vec::new(),
        ..newest.clone()
    };
    older.push(newest);
    let mut seen = Seen::new();
    let mut newer = 0;
    for (mut model, version) in older.into_iter().zip(versions).rev() {
        rename(&merged, &mut model);
        let mut step = Step {
            version,
            newer,
            seen: &mut seen,
        };
        step.merge_sets(&mut merged.parameter_sets, model.parameter_sets)?;
        step.merge_packets(&mut merged.packets, model.packets)?;
        newer = version.number;
    }
    let all: Vec<u8> = versions.iter().rev().map(|one| one.number).collect();
    finish(&mut merged, &seen, &all)?;
    Ok(merged)
}

/// Calls the packets and parameters of an older model what the merged one calls them, wherever
/// they are named.
fn rename(merged: &Model, model: &mut Model) {
    let mut names = Names::new();
    add_renamed(&merged.packets, &model.packets, &mut names);
    for set in &model.parameter_sets {
        let mut merged = merged.parameter_sets.iter();
        if let Some(newer) = merged.find(|newer| newer.name == set.name) {
            add_renamed(&newer.parameters, &set.parameters, &mut names);
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
        let replies = packet.replies.iter_mut();
        replies.for_each(|reply| new(&mut reply.packet));
        rename_in(&mut packet.fields, &names);
    }
    for set in &mut model.parameter_sets {
        for parameter in &mut set.parameters {
            rename_in(&mut parameter.use_fields, &names);
            rename_in(&mut parameter.desc_fields, &names);
        }
    }
}

fn add_renamed<T: Named>(merged: &[T], older: &[T], names: &mut Names) {
    for (one, newer) in older.iter().zip(pair(merged, older)) {
        let newer = newer.and_then(|index| merged.get(index));
        if let Some(newer) = newer.filter(|newer| newer.name() != one.name()) {
            let name = (newer.name().to_owned(), newer.rust_name().to_owned());
            names.insert(one.name().to_owned(), name);
        }
    }
}

fn rename_in(fields: &mut [Field], names: &Names) {
    for field in fields {
        if let Some((name, _)) = names.get(&field.declared_in) {
            field.declared_in.clone_from(name);
        }
        if let FieldKind::Parameters(parameters) = &mut field.kind
            && let Some(frame) = &mut parameters.typeframe
            && let Some((name, rust_name)) = names.get(&frame.packet)
        {
            frame.packet.clone_from(name);
            frame.rust_name.clone_from(rust_name);
        }
        rename_in(field.kind.members_mut(), names);
    }
}

fn parameter_key(set: &str, name: &str) -> String {
    format!("{set}.{name}")
}

/// The merging of one version into those that are newer.
struct Step<'m> {
    version: &'m Version,
    /// The next version.
    newer: u8,
    seen: &'m mut Seen,
}

impl Step<'_> {
    /// Adds the version to those in which `key` is, and gives the others; the next one must be among
    /// them if there are any.
    fn see(&mut self, key: &str, name: &str) -> Result<Vec<u8>, FamilyError> {
        let all = self.seen.entry(key.to_owned()).or_default();
        let before = all.clone();
        if before.last().is_some_and(|last| *last != self.newer) {
            return Err(FamilyError::ComesBack {
                name: name.to_owned(),
                version: self.version.name.clone(),
            });
        }
        all.push(self.version.number);
        Ok(before)
    }

    fn merge_packets(
        &mut self,
        merged: &mut Vec<Packet>,
        older: Vec<Packet>,
    ) -> Result<(), FamilyError> {
        let mut pairs = pair(merged, &older);
        for (position, mut one) in older.into_iter().enumerate() {
            let partner = pairs.get(position).copied().flatten();
            if let Some(packet) = partner.and_then(|index| merged.get_mut(index)) {
                let before = self.see(&packet.name, &packet.name)?;
                merge_packet(packet, one, &before, self.version)?;
                continue;
            }
            self.see(&one.name, &one.name)?;
            fields::start(&mut one.fields, self.version.number);
            let at = place(merged, &pairs, position);
            merged.insert(at, one);
            insert(&mut pairs, at, position);
        }
        Ok(())
    }

    fn merge_sets(
        &mut self,
        merged: &mut Vec<ParameterSet>,
        older: Vec<ParameterSet>,
    ) -> Result<(), FamilyError> {
        for mut one in older {
            let parameters = std::mem::take(&mut one.parameters);
            if let Some(set) = merged.iter_mut().find(|set| set.name == one.name) {
                merge_prose(&mut set.prose, &one.prose, self.version);
                self.merge_parameters(set, parameters)?;
            } else {
                self.merge_parameters(&mut one, parameters)?;
                merged.push(one);
            }
        }
        Ok(())
    }

    fn merge_parameters(
        &mut self,
        set: &mut ParameterSet,
        older: Vec<Parameter>,
    ) -> Result<(), FamilyError> {
        let pairs = pair(&set.parameters, &older);
        for (mut one, partner) in older.into_iter().zip(pairs) {
            let Some(parameter) = partner.and_then(|index| set.parameters.get_mut(index)) else {
                self.see(&parameter_key(&set.name, &one.name), &one.name)?;
                fields::start(&mut one.use_fields, self.version.number);
                fields::start(&mut one.desc_fields, self.version.number);
                let is_taken = |variant: &String| {
                    let mut parameters = set.parameters.iter();
                    parameters.any(|parameter| parameter.variant == *variant)
                };
                while is_taken(&one.variant) {
                    one.variant += &type_name(&self.version.suffix());
                }
                set.parameters.push(one);
                continue;
            };
            let before = self.see(&parameter_key(&set.name, &parameter.name), &parameter.name)?;
            merge_parameter(parameter, one, &before, self.version)?;
        }
        Ok(())
    }
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
        let mut replies = packet.replies.iter_mut();
        match replies.find(|newer| newer.packet == reply.packet) {
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

fn merge_parameter(
    parameter: &mut Parameter,
    older: Parameter,
    seen: &[u8],
    version: &Version,
) -> Result<(), FamilyError> {
    if parameter.type_id != older.type_id {
        return Err(FamilyError::ParameterType {
            parameter: parameter.name.clone(),
            version: version.name.clone(),
            older: older.type_id,
            newer: parameter.type_id,
        });
    }
    inherit(parameter, &older);
    merge_prose(&mut parameter.prose, &older.prose, version);
    fields::merge(&mut parameter.use_fields, seen, older.use_fields, version);
    fields::merge(&mut parameter.desc_fields, seen, older.desc_fields, version);
    if parameter.desc_rust_name.is_none() {
        parameter.desc_rust_name = older.desc_rust_name;
    }
    Ok(())
}

/// Ends merging; `all` are the versions, newest first.
fn finish(model: &mut Model, seen: &Seen, all: &[u8]) -> Result<(), FamilyError> {
    put_inherited_first(&mut model.packets, seen);
    for packet in &mut model.packets {
        let there = seen.get(&packet.name).map_or(all, Vec::as_slice);
        // The header is written by hand, in each version as it is.
        if packet.role == Role::Header {
            let fields = packet.fields.iter_mut();
            fields.for_each(|field| field.stages.clear());
            continue;
        }
        stages::finish(&mut packet.fields, there, &packet.name, &packet.name)?;
        settle(&mut packet.history, there, all);
        known(packet, &packet.name)?;
    }
    forget_apart(&mut model.packets);
    for set in &mut model.parameter_sets {
        for parameter in &mut set.parameters {
            let key = parameter_key(&set.name, &parameter.name);
            let there = seen.get(&key).map_or(all, Vec::as_slice);
            let name = &parameter.name;
            stages::finish(&mut parameter.use_fields, there, name, name)?;
            stages::finish(&mut parameter.desc_fields, there, name, name)?;
            settle(&mut parameter.history, there, all);
            known(parameter, &parameter.name)?;
            parameter.use_size = stages::smallest(&parameter.use_fields);
            parameter.desc_size = stages::smallest(&parameter.desc_fields);
        }
        forget_apart(&mut set.parameters);
    }
    share_inherited(&mut model.packets, seen)?;
    for packet in &mut model.packets {
        packet.size = stages::smallest(&packet.fields);
        let own = packet.fields.iter();
        packet.inherited = own.filter(|field| field.declared_in != packet.name).count();
    }
    types::check_selection(model)?;
    types::check_names(model)
}

/// What a packet has from its bases stands in front of what is its own. What its newest base does
/// not have is its own, wherever it came from once.
fn put_inherited_first(packets: &mut [Packet], seen: &Seen) {
    let all: BTreeMap<String, Vec<Field>> = packets
        .iter()
        .map(|packet| (packet.name.clone(), packet.fields.clone()))
        .collect();
    for packet in packets {
        let base = packet.base.as_ref();
        let base = base.and_then(|name| Some((all.get(name)?, seen.get(name)?)));
        for field in &mut packet.fields {
            match base.and_then(|(fields, versions)| inherited(field, fields, versions)) {
                Some(same) => {
                    field.name.clone_from(&same.name);
                    field.rust_name.clone_from(&same.rust_name);
                }
                None => field.declared_in.clone_from(&packet.name),
            }
        }
        let own = |field: &Field| field.declared_in == packet.name;
        packet.fields.sort_by_key(own);
    }
}

/// Which field of a base, that is in `versions`, a packet's field is; it may have been kept apart.
fn inherited<'b>(field: &Field, base: &'b [Field], versions: &[u8]) -> Option<&'b Field> {
    let mut needed = fields::present(field);
    needed.retain(|number| versions.contains(number));
    let is_there = |one: &&Field| {
        let there = fields::present(one);
        needed.iter().all(|number| there.contains(number))
    };
    let is_called = |one: &&Field| one.name == field.name;
    let is_apart = |one: &&Field| one.history.older_names.contains(&field.name);
    let mut called = base.iter().filter(is_called).filter(is_there);
    let mut apart = base.iter().filter(is_apart).filter(is_there);
    called.next().or_else(|| apart.next())
}

/// A field that a base declares is the same thing in every packet built on it, in whatever
/// versions those are: its type is the base's, and an `Option` in all if it has to be in one.
fn share_inherited(packets: &mut [Packet], seen: &Seen) -> Result<(), FamilyError> {
    let key = |field: &Field| (field.declared_in.clone(), field.name.clone());
    let mut options: BTreeMap<(String, String), bool> = BTreeMap::new();
    let mut declared: BTreeMap<(String, String), Field> = BTreeMap::new();
    for packet in &*packets {
        for field in &packet.fields {
            *options.entry(key(field)).or_default() |= field.option;
            if field.declared_in == packet.name {
                declared.insert(key(field), field.clone());
            }
        }
    }
    let versions = |name: &str| seen.get(name).map_or(&[][..], Vec::as_slice);
    for packet in packets {
        for field in &mut packet.fields {
            field.option = options.get(&key(field)).copied().unwrap_or(field.option);
            let Some(base) = declared.get(&key(field)) else {
                continue;
            };
            let base_versions = versions(&field.declared_in);
            let mut own_versions = versions(&packet.name).iter();
            let is_older = own_versions.any(|number| !base_versions.contains(number));
            if is_older && !types::is_alike(&field.kind, &base.kind) {
                return Err(FamilyError::Inherited {
                    packet: packet.name.clone(),
                    base: field.declared_in.clone(),
                    field: field.name.clone(),
                });
            }
            if let (FieldKind::Character { count }, FieldKind::Character { count: most }) =
                (&field.kind, &base.kind)
                && count < most
                && field.stages.is_empty()
            {
                // In its versions it is shorter than in others that its base has.
                field.stages.push(Stage {
                    since: 0,
                    presence: Presence::Required,
                    count: Some(*count),
                    position: 0,
                });
            }
            field.kind.clone_from(&base.kind);
            if field.declared_in != packet.name {
                field.prose.clone_from(&base.prose);
            }
        }
    }
    Ok(())
}
