//! Lists of ids, of every kind: numbered by the frame type of the request.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Case, Group, rule};
use crate::connection::Connection;
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
    let about = |number: u32, source| rule(format!("10.{type}.{number}"), source).about(kind.list);
    let mut cases = vec![
        about(1, LISTS)
            .says(format!(
                "{request} for all gives every id once, and nothing remains."
            ))
            .tried_by_player(move |it| whole(it, kind)),
        about(2, LISTS)
            .says(format!(
                "{request} in slices gives the same ids as at once, and each slice says how many \
                 remain."
            ))
            .tried_by_player(move |it| in_slices(it, kind)),
        about(3, LISTS)
            .says(format!("{request} for none gives a key and the total."))
            .tried_by_player(move |it| counted(it, kind)),
    ];
    if let Some(modtime) = kind.modtime {
        cases.push(
            about(4, MODTIME)
                .says(format!(
                    "{request} says of each what the thing itself says of when it last changed."
                ))
                .tried_by_player(move |it| same_modtimes(it, kind, modtime)),
        );
    }
    cases
}

fn whole(connection: &mut Connection, kind: Kind) -> Outcome {
    let all = kind.slice(connection, -1, 0, -1)?;
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

fn in_slices(connection: &mut Connection, kind: Kind) -> Outcome {
    let all = kind.slice(connection, -1, 0, -1)?.only_ids();
    let first = kind.slice(connection, -1, 0, 0)?;
    let total = first.remaining;
    let step = all.len().div_ceil(3).clamp(1, 40);
    let mut ids: Vec<u32> = Vec::new();
    let mut remaining = total;
    while remaining > 0 {
        let start = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        // The last slice asks for no more than there is, which not all servers bear.
        let amount = remaining.min(i128::try_from(step).unwrap_or(1));
        let amount = i64::try_from(amount).unwrap_or(1);
        let slice = kind.slice(connection, first.key, start, amount)?;
        let came = slice.count();
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

fn counted(connection: &mut Connection, kind: Kind) -> Outcome {
    let counted = kind.slice(connection, -1, 0, 0)?;
    ensure!(counted.ids.is_empty(), "{} ids came", counted.ids.len());
    ensure!(counted.key != -1, "the list has no key");
    let all = kind.slice(connection, -1, 0, -1)?.ids.len();
    ensure!(
        i128::try_from(all) == Ok(counted.remaining),
        "{} are said to remain of {all}",
        counted.remaining
    );
    Ok(())
}

fn same_modtimes(connection: &mut Connection, kind: Kind, modtime: &str) -> Outcome {
    let mut listed = kind.slice(connection, -1, 0, -1)?.ids;
    require!(!listed.is_empty(), "the server has no {}", kind.name);
    listed.truncate(100);
    let ids: Vec<u32> = listed.iter().map(|(id, _)| *id).collect();
    let things = kind.those_there(connection, &ids)?;
    require!(!things.is_empty(), "none of the {} is there", kind.name);
    let listed: BTreeMap<u32, i128> = listed.into_iter().collect();
    for (id, thing) in &things {
        let own = thing.number(modtime)?;
        let listed = listed.get(id).copied().unwrap_or_default();
        ensure!(
            listed == own,
            "the list says {listed} of {id} where the {} says {own}",
            kind.thing
        );
    }
    Ok(())
}
