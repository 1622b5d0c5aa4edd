//! The values of enumerations, merged from the newest version back.

use super::Version;
use super::pairing::{forms, inherit, insert, keep_apart, merge_prose, pair, place};
use crate::model::{Enumeration, Integer, Sign};
use crate::names::type_name;

/// Merges the values of an older enumeration of the same width.
pub(super) fn merge(merged: &mut Enumeration, older: Enumeration, version: &Version) {
    let mut pairs = pair(&merged.values, &older.values);
    for (position, mut one) in older.values.into_iter().enumerate() {
        one.id = read_as(one.id, older.integer, merged.integer);
        one.hex &= one.id >= 0;
        let forms = forms(&merged.values, &pairs, position, &one, |_, _| true);
        let same = forms.into_iter().find(|index| {
            let value = merged.values.get(*index);
            value.is_some_and(|value| value.id == one.id)
        });
        if let Some(value) = same.and_then(|index| merged.values.get_mut(index)) {
            inherit(value, &one);
            merge_prose(&mut value.prose, &one.prose, version);
            value.history.since = Some(version.number);
            if let Some(pair) = pairs.get_mut(position) {
                *pair = same;
            }
            continue;
        }
        // The name means another number now.
        keep_apart(&merged.values, &mut one, |value| {
            let suffix = version.suffix();
            value.name = format!("{}_{suffix}", value.name);
            value.const_name = format!("{}_{}", value.const_name, suffix.to_ascii_uppercase());
            value.variant += &type_name(&suffix);
        });
        one.history.since = Some(version.number);
        one.history.until = Some(version.number);
        // Of two names for one number the newer one is shown: it stands first.
        let same = merged.values.iter().rposition(|value| value.id == one.id);
        let at = match same {
            Some(same) => same.saturating_add(1),
            None => place(&merged.values, &pairs, position),
        };
        merged.values.insert(at, one);
        insert(&mut pairs, at, position);
    }
}

/// The number that the bits of `id` are for another integer of the same width.
fn read_as(id: i128, from: Integer, to: Integer) -> i128 {
    let all = 1_i128.checked_shl(to.bits.into()).unwrap_or_default();
    let ones = all.saturating_sub(1);
    if from == to || all == 0 {
        return id;
    }
    let bits = id.rem_euclid(all);
    match to.sign {
        Sign::Signed if bits > ones.div_euclid(2) => bits.saturating_sub(all),
        Sign::Semisigned if bits == ones => -1,
        _ => bits,
    }
}
