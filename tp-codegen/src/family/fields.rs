//! Lists of fields, merged from the newest version back.

use super::{FamilyError, Version};
use crate::model::{
    Enumeration, Field, FieldKind, History, Item, Presence, Prose, Record, Sign, Size, Stage, Value,
};
use crate::resolve::size;

/// A thing with a name that may have been another in older versions.
pub(super) trait Named {
    /// Its newest name.
    fn name(&self) -> &str;
    /// Its past.
    fn history(&self) -> &History;
    /// Its past, to be added to.
    fn history_mut(&mut self) -> &mut History;

    /// Its name in the oldest version that was merged so far.
    fn last_name(&self) -> &str {
        let older = self.history().older_names.last();
        older.map_or(self.name(), String::as_str)
    }
}

macro_rules! named {
    ($($type:ty),*) => {$(
        impl Named for $type {
            fn name(&self) -> &str {
                &self.name
            }

            fn history(&self) -> &History {
                &self.history
            }

            fn history_mut(&mut self) -> &mut History {
                &mut self.history
            }
        }
    )*};
}

named!(Field, Value, crate::model::Packet, crate::model::Parameter);

/// For each of `older`, which of `merged` it is an older form of.
///
/// What says that it was another matches that, unless the older version has its own name too.
pub(super) fn pair<T: Named>(merged: &[T], older: &[T]) -> Vec<Option<usize>> {
    let is_taken = |name: &str| older.iter().any(|one| one.name() == name);
    let mut pairs: Vec<Option<usize>> = vec![None; older.len()];
    for renamed in [true, false] {
        for (index, one) in merged.iter().enumerate() {
            let name = match &one.history().was {
                Some(was) if !is_taken(one.last_name()) => {
                    if !renamed {
                        continue;
                    }
                    was.as_str()
                }
                _ if renamed => continue,
                _ => one.last_name(),
            };
            let found = older.iter().position(|older| older.name() == name);
            if let Some(free) = found.and_then(|at| pairs.get_mut(at)) {
                free.get_or_insert(index);
            }
        }
    }
    pairs
}

/// Takes over what the older form `one` says of its own past, and its name if that was another.
pub(super) fn inherit<T: Named>(merged: &mut T, one: &T) {
    if merged.last_name() != one.name() {
        let name = one.name().to_owned();
        let history = merged.history_mut();
        history.older_names.push(name);
        history.was = None;
    }
    if let Some(was) = &one.history().was {
        merged.history_mut().was = Some(was.clone());
    }
}

/// Where something that only the older version has goes among `merged`: in front of what follows
/// it there, or else at the end.
pub(super) fn place<T>(merged: &[T], pairs: &[Option<usize>], at: usize) -> usize {
    let behind = pairs.iter().skip(at.saturating_add(1));
    behind.flatten().next().copied().unwrap_or(merged.len())
}

/// Newest words win; notes that only the older version has say so.
pub(super) fn merge_prose(merged: &mut Prose, older: &Prose, version: &Version) {
    if merged.longname.is_none() {
        merged.longname.clone_from(&older.longname);
    }
    if merged.description.is_none() {
        merged.description.clone_from(&older.description);
    }
    if merged.example.is_none() {
        merged.example.clone_from(&older.example);
    }
    for note in &older.notes {
        let said = |other: &String| other == note || other.ends_with(note.as_str());
        if !merged.notes.iter().any(said) {
            merged.notes.push(format!("In {}: {note}", version.name));
        }
    }
}

fn stage(field: &Field, number: u8, position: usize) -> Stage {
    Stage {
        since: number,
        presence: if field.optional {
            Presence::Optional
        } else {
            Presence::Required
        },
        count: match field.kind {
            FieldKind::Character { count } => Some(count),
            _ => None,
        },
        position,
    }
}

/// Prepares raw bytes for the type of their base, which has `most` of them in some version: of
/// those, only as many travel as before.
pub(super) fn keep_width(field: &mut Field, most: u32) {
    if matches!(field.kind, FieldKind::Character { count } if count < most)
        && field.stages.is_empty()
    {
        field.stages = vec![stage(field, 0, 0)];
    }
}

/// The lists of fields inside a field.
fn members(kind: &mut FieldKind) -> Option<&mut Vec<Field>> {
    match kind {
        FieldKind::Group(record)
        | FieldKind::List {
            item: Item::Record(record),
            ..
        } => Some(&mut record.fields),
        _ => None,
    }
}

fn enumeration(kind: &mut FieldKind) -> Option<&mut Enumeration> {
    match kind {
        FieldKind::Enumeration(enumeration) => Some(enumeration),
        FieldKind::List {
            item: Item::Field(entry),
            ..
        } => enumeration_of(entry),
        _ => None,
    }
}

fn enumeration_of(field: &mut Field) -> Option<&mut Enumeration> {
    enumeration(&mut field.kind)
}

/// The fields of version `number`, from which merging starts; `before` are the versions merged
/// already, in which they are not.
pub(super) fn start(fields: &mut [Field], number: u8) {
    for (position, field) in fields.iter_mut().enumerate() {
        field.stages = vec![stage(field, number, position)];
        if let Some(members) = members(&mut field.kind) {
            start(members, number);
        }
        if let Some(enumeration) = enumeration(&mut field.kind) {
            for value in &mut enumeration.values {
                (value.history.since, value.history.until) = (Some(number), Some(number));
            }
        }
    }
}

/// The versions in which a field is there.
fn present(field: &Field) -> Vec<u8> {
    field
        .stages
        .iter()
        .filter(|stage| stage.presence != Presence::Absent)
        .map(|stage| stage.since)
        .collect()
}

/// Merges the fields of the older `version` into `merged`, whose owner is in the versions `seen`.
pub(super) fn merge(merged: &mut Vec<Field>, seen: &[u8], older: Vec<Field>, version: &Version) {
    let number = version.number;
    let mut pairs = pair(merged, &older);
    for (position, one) in older.into_iter().enumerate() {
        let partner = pairs.get(position).copied().flatten();
        let partner = partner.and_then(|index| merged.get_mut(index));
        let rest = match partner {
            Some(field) => merge_field(field, one, position, version),
            None => Some(one),
        };
        let Some(mut alone) = rest else { continue };
        if merged.iter().any(|field| field.name == alone.name) {
            let suffix = version.name.to_ascii_lowercase();
            alone.name = format!("{}_{suffix}", alone.name);
            let name = alone.rust_name.trim_start_matches("r#");
            alone.rust_name = format!("{name}_{suffix}");
        }
        start(std::slice::from_mut(&mut alone), number);
        let absent = |number: &u8| Stage {
            since: *number,
            presence: Presence::Absent,
            count: None,
            position: 0,
        };
        let now = stage(&alone, number, position);
        alone.stages = seen.iter().map(absent).chain([now]).collect();
        let at = place(merged, &pairs, position);
        merged.insert(at, alone);
        for pair in pairs.iter_mut().flatten() {
            if *pair >= at {
                *pair = pair.saturating_add(1);
            }
        }
        if let Some(pair) = pairs.get_mut(position) {
            *pair = Some(at);
        }
    }
    for field in merged {
        if field.stages.last().is_none_or(|last| last.since != number) {
            field.stages.push(Stage {
                since: number,
                presence: Presence::Absent,
                count: None,
                position: 0,
            });
        }
    }
}

/// Merges the older form of a field into it; gives it back if it is something else.
fn merge_field(
    field: &mut Field,
    older: Field,
    position: usize,
    version: &Version,
) -> Option<Field> {
    let seen = present(field);
    let now = stage(&older, version.number, position);
    let mut kind = field.kind.clone();
    if !merge_kind(&mut kind, older.kind.clone(), &seen, version) {
        return Some(older);
    }
    field.kind = kind;
    inherit(field, &older);
    merge_prose(&mut field.prose, &older.prose, version);
    field.readonly |= older.readonly;
    field.stages.push(now);
    None
}

/// Merges the older kind of a field into the newer one; says whether they are the same thing.
fn merge_kind(merged: &mut FieldKind, older: FieldKind, seen: &[u8], version: &Version) -> bool {
    match (merged, older) {
        (FieldKind::Character { count }, FieldKind::Character { count: older }) => {
            *count = (*count).max(older);
            true
        }
        (
            FieldKind::Integer { integer, .. },
            FieldKind::Integer { integer: older, .. }
            | FieldKind::Enumeration(Enumeration { integer: older, .. }),
        ) => integer.bits == older.bits,
        (FieldKind::Enumeration(enumeration), FieldKind::Integer { integer, .. }) => {
            enumeration.integer.bits == integer.bits
        }
        (FieldKind::Enumeration(enumeration), FieldKind::Enumeration(older)) => {
            if enumeration.integer.bits != older.integer.bits {
                return false;
            }
            merge_values(enumeration, older, version);
            true
        }
        (FieldKind::String { max, .. }, FieldKind::String { max: older, .. }) => {
            *max = max.zip(older).map(|(one, other)| one.max(other));
            true
        }
        (
            FieldKind::List { max, item },
            FieldKind::List {
                max: older_max,
                item: older,
            },
        ) => {
            *max = max.zip(older_max).map(|(one, other)| one.max(other));
            merge_item(item, older, seen, version)
        }
        (FieldKind::Group(record), FieldKind::Group(older)) => {
            merge(&mut record.fields, seen, older.fields, version);
            true
        }
        (FieldKind::Parameters(parameters), FieldKind::Parameters(older)) => {
            if parameters.set != older.set || parameters.typefield != older.typefield {
                return false;
            }
            match (&parameters.typeframe, older.typeframe) {
                (Some(_), None) => {
                    let last = parameters.direct_until.unwrap_or(version.number);
                    parameters.direct_until = Some(last);
                    true
                }
                (None, Some(_)) => false,
                (Some(frame), Some(older)) => frame.packet == older.packet,
                (None, None) => true,
            }
        }
        (
            FieldKind::Description {
                set,
                typefield,
                rust_name,
                ..
            },
            FieldKind::Description {
                set: older_set,
                typefield: older_field,
                rust_name: older_name,
                ..
            },
        ) => {
            if rust_name.is_none() {
                *rust_name = older_name;
            }
            *set == older_set && *typefield == older_field
        }
        _ => false,
    }
}

/// A list whose entries had one field and have several, or the other way round, is a list of
/// records in every version.
fn merge_item(merged: &mut Item, older: Item, seen: &[u8], version: &Version) -> bool {
    if let (Item::Field(entry), Item::Field(older)) = (&mut *merged, &older) {
        let mut kind = entry.kind.clone();
        // An entry has no stages: raw bytes of two widths are two lists.
        let widths = [&entry.kind, &older.kind].map(|kind| match kind {
            FieldKind::Character { count } => Some(*count),
            _ => None,
        });
        let [width, older_width] = widths;
        if width != older_width || !merge_kind(&mut kind, older.kind.clone(), seen, version) {
            return false;
        }
        entry.kind = kind;
        if entry.name != older.name {
            inherit(&mut **entry, older);
        }
        return true;
    }
    let older = match older {
        Item::Record(record) => record,
        Item::Field(entry) => Record {
            rust_name: String::new(),
            size: entry.size,
            fields: vec![*entry],
        },
    };
    if let Item::Field(entry) = merged {
        let mut field = (**entry).clone();
        field.stages = seen
            .iter()
            .map(|number| stage(&field, *number, 0))
            .collect();
        *merged = Item::Record(Record {
            rust_name: older.rust_name.clone(),
            size: older.size,
            fields: vec![field],
        });
    }
    if let Item::Record(record) = merged {
        merge(&mut record.fields, seen, older.fields, version);
    }
    true
}

fn merge_values(merged: &mut Enumeration, older: Enumeration, version: &Version) {
    let mut pairs = pair(&merged.values, &older.values);
    for (position, mut one) in older.values.into_iter().enumerate() {
        let partner = pairs.get(position).copied().flatten();
        if let Some(value) = partner.and_then(|index| merged.values.get_mut(index)) {
            if value.id == one.id {
                inherit(value, &one);
                merge_prose(&mut value.prose, &one.prose, version);
                value.history.since = Some(version.number);
                continue;
            }
            // The name means another number now.
            let suffix = &version.name;
            one.name = format!("{}_{}", one.name, suffix.to_ascii_lowercase());
            one.const_name = format!("{}_{}", one.const_name, suffix.to_ascii_uppercase());
        }
        one.history.since = Some(version.number);
        one.history.until = Some(version.number);
        // Of two names for one number the newer one is shown: it stands first.
        let same = merged.values.iter().rposition(|value| value.id == one.id);
        let at = match same {
            Some(same) => same.saturating_add(1),
            None => place(&merged.values, &pairs, position),
        };
        merged.values.insert(at, one);
        for pair in pairs.iter_mut().flatten() {
            if *pair >= at {
                *pair = pair.saturating_add(1);
            }
        }
        if let Some(pair) = pairs.get_mut(position) {
            *pair = Some(at);
        }
    }
}

/// Ends merging: what is the same in every version needs no stages, and sizes are those of the
/// smallest version. `seen` are the versions of the owner, newest first.
pub(super) fn finish(fields: &mut [Field], seen: &[u8], owner: &str) -> Result<(), FamilyError> {
    for field in fields.iter_mut() {
        // What is inherited is looked at where it is declared.
        if let Some(was) = unused(&field.history).filter(|_| field.declared_in == owner) {
            return Err(FamilyError::Was {
                place: format!("{owner}.{}", field.name),
                was,
            });
        }
        let there = present(field);
        if let Some(members) = members(&mut field.kind) {
            finish(members, &there, owner)?;
        }
        if let Some(enumeration) = enumeration(&mut field.kind) {
            for value in &mut enumeration.values {
                settle(&mut value.history, &there);
                if let Some(was) = unused(&value.history) {
                    return Err(FamilyError::Was {
                        place: format!("{owner}.{}", value.name),
                        was,
                    });
                }
            }
        }
        field.history.since = there.last().copied();
        field.history.until = there.first().copied();
        settle(&mut field.history, seen);
    }
    set_places(fields, seen);
    for field in fields.iter_mut() {
        compress(&mut field.stages);
        let of = |presence| {
            let mut stages = field.stages.iter();
            stages.any(|stage| stage.presence == presence)
        };
        field.optional = of(Presence::Optional);
        field.option = field.optional || of(Presence::Absent) && !is_neutral(&field.kind);
        resize(&mut field.kind);
        field.size = size::of(&field.kind);
        if let [_] = field.stages.as_slice() {
            field.stages.clear();
        } else {
            let counts = field.stages.iter().filter_map(|stage| stage.count);
            if let Some(least) = counts.min() {
                field.size.min = least.into();
            }
        }
    }
    Ok(())
}

/// A name that a schema says and no older version has.
pub(super) fn unused(history: &History) -> Option<String> {
    let was = history.was.as_ref()?;
    let known = history.older_names.iter().any(|name| name == was);
    (!known).then(|| was.clone())
}

/// Forgets the bounds that are those of the owner, which is in the versions `seen`.
pub(super) fn settle(history: &mut History, seen: &[u8]) {
    if history.since <= seen.last().copied() {
        history.since = None;
    }
    if history.until >= seen.first().copied() {
        history.until = None;
    }
}

/// Whether a value of that kind can say that there is none: −1 of a semisigned integer.
fn is_neutral(kind: &FieldKind) -> bool {
    matches!(kind, FieldKind::Integer { integer, .. } if integer.sign == Sign::Semisigned)
}

/// Leaves one stage for versions that say the same, the oldest from 0 on.
fn compress(stages: &mut Vec<Stage>) {
    let mut result: Vec<Stage> = Vec::new();
    for stage in stages.drain(..) {
        match result.last_mut() {
            Some(last) if (last.presence, last.count) == (stage.presence, stage.count) => {
                last.since = stage.since;
            }
            _ => result.push(stage),
        }
    }
    if let Some(oldest) = result.last_mut() {
        oldest.since = 0;
    }
    *stages = result;
}

/// Records where fields stand on the wire, if one order cannot tell for every version: for each
/// order the first of its versions, newest first.
fn set_places(fields: &mut [Field], seen: &[u8]) {
    let mut orders: Vec<(u8, Vec<usize>)> = vec![(u8::MAX, (0..fields.len()).collect())];
    for (at, number) in seen.iter().enumerate() {
        let mut sent: Vec<(usize, usize)> = Vec::new();
        for (index, field) in fields.iter().enumerate() {
            let stage = field.stages.iter().find(|stage| stage.since == *number);
            if let Some(stage) = stage.filter(|stage| stage.presence != Presence::Absent) {
                sent.push((stage.position, index));
            }
        }
        sent.sort_unstable();
        let sent: Vec<usize> = sent.into_iter().map(|(_, index)| index).collect();
        let fits = orders.last().is_some_and(|(_, order)| {
            let mut order = order.iter();
            sent.iter().all(|index| order.any(|other| other == index))
        });
        if fits || at == 0 && fields.is_empty() {
            if let Some((since, _)) = orders.last_mut() {
                *since = *number;
            }
            continue;
        }
        let rest = (0..fields.len()).filter(|index| !sent.contains(index));
        orders.push((*number, sent.iter().copied().chain(rest).collect()));
    }
    if orders.len() < 2 {
        return;
    }
    for (index, field) in fields.iter_mut().enumerate() {
        let place = |order: &[usize]| order.iter().position(|other| *other == index);
        let places = orders.iter();
        field.places = places
            .map(|(since, order)| (*since, place(order).unwrap_or_default()))
            .collect();
        if let Some((since, _)) = field.places.last_mut() {
            *since = 0;
        }
    }
}

/// Sizes of records, of the smallest version.
fn resize(kind: &mut FieldKind) {
    if let FieldKind::Group(record)
    | FieldKind::List {
        item: Item::Record(record),
        ..
    } = kind
    {
        record.size = smallest(&record.fields);
    }
}

/// The size of all fields, of the smallest version.
pub(super) fn smallest(fields: &[Field]) -> Size {
    let mut size = size::NOTHING;
    for field in fields {
        let always = match field.stages.as_slice() {
            [] => !field.optional,
            stages => stages
                .iter()
                .all(|stage| stage.presence == Presence::Required),
        };
        if always {
            size.min = size.min.saturating_add(field.size.min);
        }
        size.fixed &= always && field.size.fixed && field.stages.is_empty();
    }
    size
}

/// The size of the fields that version `number` has.
pub(super) fn size_in(fields: &[Field], number: u8) -> Size {
    let mut size = size::NOTHING;
    for field in fields {
        let stage = field.stages.iter().find(|stage| number >= stage.since);
        let presence = stage.map_or(
            if field.optional {
                Presence::Optional
            } else {
                Presence::Required
            },
            |stage| stage.presence,
        );
        let least = match (stage.and_then(|stage| stage.count), &field.kind) {
            (Some(count), _) => count.into(),
            (None, FieldKind::Group(record)) => size_in(&record.fields, number).min,
            _ => field.size.min,
        };
        match presence {
            Presence::Absent => {}
            Presence::Optional => size.fixed = false,
            Presence::Required => {
                size.min = size.min.saturating_add(least);
                size.fixed &= field.size.fixed;
            }
        }
    }
    size
}
