//! Lists of fields, merged from the newest version back.

use super::pairing::{forms, inherit, insert, keep_apart, merge_prose, pair, place};
use super::{Version, values};
use crate::model::{Enumeration, Field, FieldKind, Item, Parameters, Presence, Record, Stage};
use crate::names::type_name;

/// Whether a field is there in the version that declares it.
pub(super) fn presence(field: &Field) -> Presence {
    if field.optional {
        Presence::Optional
    } else {
        Presence::Required
    }
}

fn stage(field: &Field, number: u8, position: usize) -> Stage {
    Stage {
        since: number,
        presence: presence(field),
        count: match field.kind {
            FieldKind::Character { count } => Some(count),
            _ => None,
        },
        position,
    }
}

/// The enumeration that a field is, or that the entries of a list are.
pub(super) fn enumeration(kind: &mut FieldKind) -> Option<&mut Enumeration> {
    match kind {
        FieldKind::Enumeration(enumeration) => Some(enumeration),
        FieldKind::List {
            item: Item::Field(entry),
            ..
        } => enumeration(&mut entry.kind),
        _ => None,
    }
}

/// The fields of version `number`, from which merging starts; `before` are the versions merged
/// already, in which they are not.
pub(super) fn start(fields: &mut [Field], number: u8) {
    for (position, field) in fields.iter_mut().enumerate() {
        field.stages = vec![stage(field, number, position)];
        if let Some(record) = field.kind.record_mut() {
            start(&mut record.fields, number);
        }
        if let Some(enumeration) = enumeration(&mut field.kind) {
            for value in &mut enumeration.values {
                (value.history.since, value.history.until) = (Some(number), Some(number));
            }
        }
    }
}

/// The versions in which a field is there.
pub(super) fn present(field: &Field) -> Vec<u8> {
    let stages = field.stages.iter();
    let there = stages.filter(|stage| stage.presence != Presence::Absent);
    there.map(|stage| stage.since).collect()
}

/// Merges the fields of the older `version` into `merged`, whose owner is in the versions `seen`.
pub(super) fn merge(
    merged: &mut Vec<Field>,
    seen: &[u8],
    mut older: Vec<Field>,
    version: &Version,
) {
    let number = version.number;
    let mut pairs = pair(merged, &older);
    follow_typefields(merged, &mut older, &pairs);
    for (position, one) in older.into_iter().enumerate() {
        let is_free = |index: usize, field: &Field| {
            let is_there = field.stages.last().is_some_and(|last| last.since == number);
            !is_there && !pairs.contains(&Some(index))
        };
        let forms = forms(merged, &pairs, position, &one, is_free);
        let mut rest = Some(one);
        for index in forms {
            let (Some(field), Some(one)) = (merged.get_mut(index), rest.take()) else {
                break;
            };
            rest = merge_field(field, one, position, version);
            if rest.is_none() {
                if let Some(pair) = pairs.get_mut(position) {
                    *pair = Some(index);
                }
                break;
            }
        }
        let Some(mut alone) = rest else { continue };
        keep_apart(merged, &mut alone, |field| set_apart(field, version));
        start(std::slice::from_mut(&mut alone), number);
        let now = stage(&alone, number, position);
        alone.stages = seen.iter().map(|number| absent(*number)).collect();
        alone.stages.push(now);
        let at = place(merged, &pairs, position);
        merged.insert(at, alone);
        insert(&mut pairs, at, position);
    }
    for field in merged {
        if field.stages.last().is_none_or(|last| last.since != number) {
            field.stages.push(absent(number));
        }
    }
}

fn absent(number: u8) -> Stage {
    Stage {
        since: number,
        presence: Presence::Absent,
        count: None,
        position: 0,
    }
}

/// Calls the fields that select parameters what the merged ones are called.
fn follow_typefields(merged: &[Field], older: &mut [Field], pairs: &[Option<usize>]) {
    let renamed = older.iter().zip(pairs).filter_map(|(one, pair)| {
        let newer = merged.get((*pair)?)?;
        (newer.name != one.name).then(|| (one.name.clone(), newer.clone()))
    });
    let renamed: Vec<(String, Field)> = renamed.collect();
    for field in older {
        if let FieldKind::Parameters(Parameters {
            typefield: name,
            typefield_rust_name: rust_name,
            ..
        })
        | FieldKind::Description {
            typefield: name,
            typefield_rust_name: rust_name,
            ..
        } = &mut field.kind
            && let Some((_, newer)) = renamed.iter().find(|(old, _)| old == name)
        {
            name.clone_from(&newer.name);
            rust_name.clone_from(&newer.rust_name);
        }
    }
}

/// Gives a field, and the types it declares, names of their own: those it had mean something else
/// in newer versions.
fn set_apart(field: &mut Field, version: &Version) {
    let suffix = version.suffix();
    field.name = format!("{}_{suffix}", field.name);
    let name = field.rust_name.trim_start_matches("r#");
    field.rust_name = format!("{name}_{suffix}");
    set_types_apart(&mut field.kind, &type_name(&suffix));
}

fn set_types_apart(kind: &mut FieldKind, suffix: &str) {
    if let Some(enumeration) = enumeration(kind) {
        enumeration.rust_name.push_str(suffix);
    }
    if let Some(record) = kind.record_mut() {
        record.rust_name.push_str(suffix);
        for field in &mut record.fields {
            set_types_apart(&mut field.kind, suffix);
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
    field.secret |= older.secret;
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
        )
        | (
            FieldKind::Enumeration(Enumeration { integer, .. }),
            FieldKind::Integer { integer: older, .. },
        ) => integer.bits == older.bits,
        (FieldKind::Enumeration(enumeration), FieldKind::Enumeration(older)) => {
            if enumeration.integer.bits != older.integer.bits {
                return false;
            }
            values::merge(enumeration, older, version);
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
                // What was direct and became so again would need two bounds.
                (Some(_), Some(_)) if parameters.direct_until.is_some() => false,
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
            let is_same = *set == older_set && *typefield == older_field;
            if is_same && rust_name.is_none() {
                *rust_name = older_name;
            }
            is_same
        }
        _ => false,
    }
}

/// A list whose entries had one field and have several, or the other way round, is a list of
/// records in every version.
fn merge_item(merged: &mut Item, older: Item, seen: &[u8], version: &Version) -> bool {
    if let (Item::Field(entry), Item::Field(older)) = (&mut *merged, &older) {
        // An entry that is raw bytes has one width.
        if let (FieldKind::Character { count }, FieldKind::Character { count: older }) =
            (&entry.kind, &older.kind)
            && count != older
        {
            return false;
        }
        if !merge_kind(&mut entry.kind, older.kind.clone(), seen, version) {
            return false;
        }
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
        let mut entry = (**entry).clone();
        let stages = seen.iter().map(|number| stage(&entry, *number, 0));
        entry.stages = stages.collect();
        *merged = Item::Record(Record {
            rust_name: older.rust_name.clone(),
            size: older.size,
            fields: vec![entry],
        });
    }
    if let Item::Record(record) = merged {
        merge(&mut record.fields, seen, older.fields, version);
    }
    true
}
