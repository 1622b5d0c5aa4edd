//! What may be chosen: limits that no description has. Servers say them beside each choice, in the
//! orders that they send.

use super::error::OrderErrorKind;
use crate::model::OrderParams;

/// Checks a choice by the limits beside another of the same type. A limit that is 0 or an empty
/// list says nothing.
pub(super) fn check(chosen: &OrderParams, limits: &OrderParams) -> Result<(), OrderErrorKind> {
    match (chosen, limits) {
        (OrderParams::Time(chosen), OrderParams::Time(limits)) if limits.maxtime != 0 => {
            within(chosen.turns, 0, limits.maxtime)
        }
        (OrderParams::Range(chosen), OrderParams::Range(limits)) => {
            if (limits.minvalue, limits.maxvalue) != (0, 0) {
                within(chosen.value, limits.minvalue, limits.maxvalue)?;
            }
            on_step(chosen.value, limits.minvalue, limits.increment)
        }
        (OrderParams::List(chosen), OrderParams::List(limits)) => {
            let options = &limits.possibleselections;
            let chosen = chosen.selection.iter().map(|it| (it.id, it.number));
            offered(chosen, options, |it| (it.id, Some(it.maxnum)))
        }
        (OrderParams::String(chosen), OrderParams::String(limits)) if limits.maxlength != 0 => {
            let greatest = usize::try_from(limits.maxlength).unwrap_or(usize::MAX);
            let length = chosen.string.len();
            if length > greatest {
                return Err(OrderErrorKind::TooLong { length, greatest });
            }
            Ok(())
        }
        (OrderParams::ResourceList(chosen), OrderParams::ResourceList(limits)) => {
            // What resources weigh is not known here.
            let chosen = chosen.selected.iter();
            let chosen = chosen.map(|it| (it.resourcetype, it.quantity));
            offered(chosen, &limits.allowed, |it| {
                (it.resourcetype, Some(it.max))
            })
        }
        (
            OrderParams::GenericReferenceQuantityList(chosen),
            OrderParams::GenericReferenceQuantityList(limits),
        ) => {
            let options = &limits.possibles;
            let chosen = chosen.selection.iter().map(|it| (it.id, it.number));
            offered(chosen.clone(), options, |it| (it.optionid, it.max.get()))?;
            for (budget, of_all) in limits.weightmaximums.iter().enumerate() {
                let used = chosen.clone().map(|(id, number)| {
                    let option = options.iter().find(|it| it.optionid == id);
                    let weight = option.and_then(|it| it.weights.get(budget)).copied();
                    u64::from(weight.unwrap_or_default()).saturating_mul(number.into())
                });
                let used = used.fold(0, u64::saturating_add);
                let greatest = of_all.max;
                if used > greatest.into() {
                    return Err(OrderErrorKind::OverBudget { used, greatest });
                }
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn within(value: i32, least: i32, greatest: i32) -> Result<(), OrderErrorKind> {
    if (least..=greatest).contains(&value) {
        return Ok(());
    }
    Err(OrderErrorKind::OutOfRange {
        value: value.into(),
        least: least.into(),
        greatest: greatest.into(),
    })
}

fn on_step(value: i32, least: i32, step: i32) -> Result<(), OrderErrorKind> {
    let (value, least, step) = (i64::from(value), i64::from(least), i64::from(step));
    match value.saturating_sub(least).checked_rem(step) {
        Some(rest) if rest != 0 && step > 0 => Err(OrderErrorKind::OffStep { value, least, step }),
        _ => Ok(()),
    }
}

/// Whether all that is chosen is among the options, and no more of each than there may be.
fn offered<O>(
    chosen: impl Iterator<Item = (u32, u32)>,
    options: &[O],
    limit: impl Fn(&O) -> (u32, Option<u32>),
) -> Result<(), OrderErrorKind> {
    if options.is_empty() {
        return Ok(());
    }
    for (id, number) in chosen {
        let mut limits = options.iter().map(&limit);
        match limits.find(|(option, _)| *option == id) {
            None => return Err(OrderErrorKind::NotOffered(id)),
            Some((option, Some(greatest))) if number > greatest => {
                return Err(OrderErrorKind::TooMany {
                    option,
                    number: number.into(),
                    greatest,
                });
            }
            Some(_) => {}
        }
    }
    Ok(())
}
