//! Lists of ids, of every kind: numbered by the frame type of the request.

use std::collections::BTreeSet;

use crate::case::{Case, Group, case};
use crate::context::Context;
use crate::outcome::{Outcome, ensure, require};

use super::kinds::{ALL, Kind};

const LISTS: &str = "schema: packets GetIDSequence and IDSequence";
const MODTIME: &str = "schema: packet IDSequence, modtimes";

pub(super) fn group() -> Group {
    Group {
        number: 10,
        name: "Lists of ids, by kind",
        about: "Every kind of thing is found by a list of ids. The middle number is the frame type \
                of the request.",
        cases: ALL.iter().flat_map(of_kind).collect(),
    }
}

fn of_kind(kind: &Kind) -> Vec<Case> {
    let kind = *kind;
    let (request, r#type) = (kind.list.name, kind.list.r#type);
    let mut cases = vec![
        case(
            format!("10.{type}.1"),
            format!("{request} for all gives every id once, and nothing remains."),
            LISTS,
            move |cx| whole(cx, kind),
        ),
        case(
            format!("10.{type}.2"),
            format!(
                "{request} in slices gives the same ids as at once, and each slice says how many remain."
            ),
            LISTS,
            move |cx| in_slices(cx, kind),
        ),
        case(
            format!("10.{type}.3"),
            format!("{request} for none gives a key and the total."),
            LISTS,
            move |cx| counted(cx, kind),
        ),
    ];
    if kind.modtime.is_some() {
        cases.push(case(
            format!("10.{type}.4"),
            format!("{request} says of each what the thing itself says of when it last changed."),
            MODTIME,
            move |cx| same_modtimes(cx, kind),
        ));
    }
    let cases = cases.into_iter();
    cases.map(|case| case.about(kind.list)).collect()
}

fn whole(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let mut connection = cx.login()?;
    let all = kind.slice(&mut connection, -1, 0, -1)?;
    let unique: BTreeSet<u32> = all.only_ids().into_iter().collect();
    ensure!(
        unique.len() == all.ids.len(),
        "an id comes twice: {:?}",
        all.only_ids()
    );
    require!(
        all.ids.len() < 80_000,
        "there are too many to fit one frame"
    );
    ensure!(
        all.remaining == 0,
        "{} remain behind all of them",
        all.remaining
    );
    Ok(())
}

fn in_slices(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let mut connection = cx.login()?;
    let all = kind.slice(&mut connection, -1, 0, -1)?.only_ids();
    let first = kind.slice(&mut connection, -1, 0, 0)?;
    let total = first.remaining;
    let step = all.len().div_ceil(3).clamp(1, 40);
    let mut ids: Vec<u32> = Vec::new();
    let mut remaining = total;
    while remaining > 0 {
        let start = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        // The last slice asks for no more than there is, which not all servers bear.
        let amount = remaining.min(i128::try_from(step).unwrap_or(1));
        let amount = i64::try_from(amount).unwrap_or(1);
        let slice = kind.slice(&mut connection, first.key, start, amount)?;
        let came = i128::try_from(slice.ids.len()).unwrap_or_default();
        ensure!(came > 0, "{remaining} ids remain at {start}, and none came");
        ensure!(
            came <= i128::from(amount),
            "{came} ids came where {amount} were asked for"
        );
        let left = remaining.saturating_sub(came);
        ensure!(
            slice.remaining == left,
            "{came} of {remaining} came, and {} are said to remain",
            slice.remaining
        );
        ids.extend(slice.only_ids());
        remaining = left;
    }
    ensure!(ids == all, "in slices they are {ids:?}, at once {all:?}");
    Ok(())
}

fn counted(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let mut connection = cx.login()?;
    let counted = kind.slice(&mut connection, -1, 0, 0)?;
    ensure!(counted.ids.is_empty(), "{} ids came", counted.ids.len());
    ensure!(counted.key != -1, "the list has no key");
    let all = kind.slice(&mut connection, -1, 0, -1)?.ids.len();
    ensure!(
        i128::try_from(all) == Ok(counted.remaining),
        "{} are said to remain of {all}",
        counted.remaining
    );
    Ok(())
}

fn same_modtimes(cx: &mut Context<'_>, kind: Kind) -> Outcome {
    let Some(field) = kind.modtime else {
        return Ok(());
    };
    let mut connection = cx.login()?;
    let mut listed = kind.slice(&mut connection, -1, 0, -1)?.ids;
    require!(!listed.is_empty(), "the server has no {}", kind.name);
    listed.truncate(100);
    let ids: Vec<u32> = listed.iter().map(|(id, _)| *id).collect();
    let things = kind.get_all(&mut connection, &ids)?;
    for ((id, modtime), thing) in listed.iter().zip(&things) {
        let own = thing.number(field)?;
        ensure!(
            *modtime == own,
            "the list says {modtime} of {id} where the {} says {own}",
            kind.thing
        );
    }
    Ok(())
}
