//! The end of merging: what each field is in which versions, where it stands, and its size.

use super::FamilyError;
use super::fields::{enumeration, presence, present};
use super::pairing::{forget_apart, known, settle};
use crate::model::{Field, FieldKind, History, Item, Presence, Sign, Size, Stage};
use crate::resolve::size;

/// Ends merging: what is the same in every version needs no stages. `seen` are the versions of the
/// owner, newest first.
pub(super) fn finish(
    fields: &mut [Field],
    seen: &[u8],
    owner: &str,
    path: &str,
) -> Result<(), FamilyError> {
    for field in fields.iter_mut() {
        let place = format!("{path}.{}", field.name);
        // What is inherited is looked at where it is declared.
        if field.declared_in == owner {
            known(field, &place)?;
        }
        let there = present(field);
        if let Some(record) = field.kind.record_mut() {
            finish(&mut record.fields, &there, owner, &place)?;
        }
        if let FieldKind::List {
            item: Item::Field(entry),
            ..
        } = &field.kind
            && entry.declared_in == owner
        {
            known(&**entry, &format!("{place}.{}", entry.name))?;
        }
        if let Some(enumeration) = enumeration(&mut field.kind) {
            for value in &mut enumeration.values {
                let History { since, until, .. } = value.history;
                let bounds: Vec<u8> = until.into_iter().chain(since).collect();
                settle(&mut value.history, &bounds, &there);
                known(value, &format!("{place}.{}", value.name))?;
            }
            forget_apart(&mut enumeration.values);
        }
        settle(&mut field.history, &there, seen);
    }
    forget_apart(fields);
    set_places(fields, seen);
    for field in fields.iter_mut() {
        compress(&mut field.stages);
        let of = |presence| {
            let mut stages = field.stages.iter();
            stages.any(|stage| stage.presence == presence)
        };
        field.optional = of(Presence::Optional);
        field.option = field.optional || of(Presence::Absent) && !is_neutral(&field.kind);
        if let Some(record) = field.kind.record_mut() {
            record.size = smallest(&record.fields);
        }
        field.size = size::of(&field.kind);
        if let [_] = field.stages.as_slice() {
            field.stages.clear();
        }
    }
    Ok(())
}

/// Whether a value of that kind can say that there is none: −1 of a semisigned integer, or
/// parameters, which may be none.
fn is_neutral(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Integer { integer, .. } => integer.sign == Sign::Semisigned,
        FieldKind::Parameters(_) => true,
        _ => false,
    }
}

/// Leaves one stage for versions that say the same, the oldest from 0 on.
fn compress(stages: &mut Vec<Stage>) {
    stages.dedup_by(|older, newer| {
        let is_same = (newer.presence, newer.count) == (older.presence, older.count);
        if is_same {
            newer.since = older.since;
        }
        is_same
    });
    if let Some(oldest) = stages.last_mut() {
        oldest.since = 0;
    }
}

/// Records where fields stand on the wire, if one order cannot tell for every version: for each
/// order the first of its versions, newest first.
fn set_places(fields: &mut [Field], seen: &[u8]) {
    let mut orders: Vec<(u8, Vec<usize>)> = vec![(u8::MAX, (0..fields.len()).collect())];
    for (at, number) in seen.iter().enumerate() {
        let sent = fields.iter().enumerate().filter_map(|(index, field)| {
            let stage = field.stages.iter().find(|stage| stage.since == *number)?;
            (stage.presence != Presence::Absent).then_some((stage.position, index))
        });
        let mut sent: Vec<(usize, usize)> = sent.collect();
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
        let counts = field.stages.iter().filter_map(|stage| stage.count);
        let least = counts.min().map_or(field.size.min, u64::from);
        if always {
            size.min = size.min.saturating_add(least);
        }
        size.fixed &= always && field.size.fixed && field.stages.is_empty();
    }
    size
}

/// The stage of a field in version `number`; none where it has no stages.
fn stage_in(field: &Field, number: u8) -> Option<&Stage> {
    field.stages.iter().find(|stage| number >= stage.since)
}

/// Whether version `number` has a field.
pub(super) fn is_in(field: &Field, number: u8) -> bool {
    stage_in(field, number).is_none_or(|stage| stage.presence != Presence::Absent)
}

/// The size of the fields that version `number` has.
pub(super) fn size_in(fields: &[Field], number: u8) -> Size {
    let mut size = size::NOTHING;
    for field in fields {
        let stage = stage_in(field, number);
        let presence = stage.map_or(presence(field), |stage| stage.presence);
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
