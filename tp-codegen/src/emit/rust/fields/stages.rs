//! What is there in some versions and not in others.

use proc_macro2::TokenStream;
use quote::quote;

use super::number;
use crate::model::{Field, FieldKind, History, Integer, Presence, Stage};

/// The stages of a field, newest first; never empty.
pub(super) fn stages(field: &Field) -> Vec<Stage> {
    if !field.stages.is_empty() {
        return field.stages.clone();
    }
    vec![Stage {
        since: 0,
        presence: if field.optional {
            Presence::Optional
        } else {
            Presence::Required
        },
        count: None,
        position: 0,
    }]
}

/// Whether a field is not the same in every version.
pub(super) fn varies(field: &Field) -> bool {
    !field.stages.is_empty()
}

/// Whether it is there in every version, and always takes the same bytes.
pub(super) fn is_constant(field: &Field) -> bool {
    !varies(field) && !field.option && super::width(field).is_some()
}

/// How many raw bytes of a field travel in a stage, if its type has more.
pub(super) fn fewer(field: &Field, stage: Stage) -> Option<u32> {
    match field.kind {
        FieldKind::Character { count: most } => stage.count.filter(|count| *count < most),
        _ => None,
    }
}

/// How many neighbouring fields from the first on change with the same versions; 0 if the first is
/// the same in all.
pub(super) fn neighbours(fields: &[Field]) -> usize {
    let changes = |field: &Field| -> Vec<u8> {
        let stages = field.stages.iter();
        stages.map(|stage| stage.since).collect()
    };
    let first = fields.first().map(changes).unwrap_or_default();
    let same = |field: &&Field| first.len() > 1 && changes(field) == first;
    fields.iter().take_while(same).count()
}

/// For each stage of `fields`, which all change with the same versions: its first version, and
/// the fields that are there, as if there were no other version.
pub(super) fn each(fields: &[Field]) -> Vec<(u8, Vec<Field>)> {
    let first = fields.first().map(stages).unwrap_or_default();
    let in_stage = |index: usize| {
        let there = move |field: &Field| there(field, *field.stages.get(index)?);
        fields.iter().filter_map(there).collect()
    };
    let stages = first.iter().enumerate();
    stages
        .map(|(index, stage)| (stage.since, in_stage(index)))
        .collect()
}

/// A field of one stage, as if there were no other; `None` if it is not there.
fn there(field: &Field, stage: Stage) -> Option<Field> {
    let mut field = field.clone();
    if let Some(count) = stage.count {
        field.size.min = count.into();
    }
    field.stages = match fewer(&field, stage) {
        Some(_) => vec![stage],
        None => Vec::new(),
    };
    field.optional = stage.presence == Presence::Optional;
    field.option = field.optional;
    (stage.presence != Presence::Absent).then_some(field)
}

/// The fields that are there in the versions of an order, those of one stage as if there were no
/// other.
pub(super) fn there_in_order(order: &[Field]) -> Vec<Field> {
    let fields = order.iter().filter_map(|field| match field.stages[..] {
        [only] => there(field, only),
        _ => Some(field.clone()),
    });
    fields.collect()
}

/// The fields in the order in which they stand on the wire, for each order the first of its
/// versions, newest first.
///
/// A version has an order of its own where it moves fields, and where it drops some in one place
/// and has new ones in another: read in one go, both would be a row of conditions.
pub(super) fn orders(fields: &[Field]) -> Vec<(u8, Vec<Field>)> {
    let moved = fields.first().map_or(&[][..], |field| &field.places);
    let mut begins: Vec<u8> = moved.iter().map(|(since, _)| *since).collect();
    begins.extend(recast(fields));
    begins.push(0);
    begins.sort_unstable_by(|a, b| b.cmp(a));
    begins.dedup();
    if begins.len() == 1 {
        return vec![(0, fields.to_vec())];
    }
    let mut newer = None;
    let mut orders = Vec::new();
    for since in begins {
        let order = moved.iter().position(|(first, _)| *first <= since);
        let place = |field: &Field| field.places.get(order?).map(|(_, place)| *place);
        let mut sorted: Vec<Field> = fields.to_vec();
        sorted.sort_by_key(place);
        for field in &mut sorted {
            field.stages = between(field, since, newer);
        }
        newer = Some(since);
        orders.push((since, sorted));
    }
    orders
}

/// The versions that drop fields and have new ones, in several places.
fn recast(fields: &[Field]) -> Vec<u8> {
    let mut begins: Vec<u8> = Vec::new();
    let all = fields.iter().flat_map(|field| &field.stages);
    for since in all.map(|stage| stage.since).filter(|since| *since > 0) {
        let mut rest = fields;
        let (mut places, mut dropped, mut new) = (0_usize, false, false);
        while !rest.is_empty() {
            let together = neighbours(rest).max(1);
            let (group, others) = rest.split_at_checked(together).unwrap_or((rest, &[]));
            let changes: Vec<(bool, bool)> = group
                .iter()
                .filter_map(|field| {
                    let at = field.stages.iter().position(|stage| stage.since == since)?;
                    let is = |stage: &Stage| stage.presence != Presence::Absent;
                    let before = field.stages.get(at.saturating_add(1))?;
                    Some((is(before), is(field.stages.get(at)?)))
                })
                .collect();
            places = places.saturating_add(usize::from(!changes.is_empty()));
            dropped |= changes.contains(&(true, false));
            new |= changes.contains(&(false, true));
            rest = others;
        }
        if places > 1 && dropped && new && !begins.contains(&since) {
            begins.push(since);
        }
    }
    begins
}

/// The stages from version `since` on, up to the version before `newer`.
fn between(field: &Field, since: u8, newer: Option<u8>) -> Vec<Stage> {
    let mut result = Vec::new();
    let mut end = None;
    for stage in stages(field) {
        let begins = newer.is_none_or(|newer| stage.since < newer);
        let reaches = end.is_none_or(|end| end > since);
        if begins && reaches {
            result.push(stage);
        }
        end = Some(stage.since);
    }
    if let Some(oldest) = result.last_mut() {
        oldest.since = 0;
    }
    if let [only] = result[..]
        && only.presence == Presence::Required
        && fewer(field, only).is_none()
        && !field.option
    {
        result.clear();
    }
    result
}

/// `if version.has(5) { newest } else if version.has(4) { … } else { oldest }`, where `version`
/// is whatever knows; neighbours that say the same become one.
pub(super) fn choose(
    version: &TokenStream,
    cases: impl IntoIterator<Item = (u8, TokenStream)>,
) -> TokenStream {
    let mut distinct: Vec<(u8, TokenStream)> = Vec::new();
    for (since, case) in cases {
        match distinct.last_mut() {
            Some((last, same)) if same.to_string() == case.to_string() => *last = since,
            _ => distinct.push((since, case)),
        }
    }
    let Some((_, mut chosen)) = distinct.pop() else {
        return TokenStream::new();
    };
    while let Some((since, case)) = distinct.pop() {
        let since = number(since.into());
        let inner: Option<syn::ExprIf> = syn::parse2(chosen.clone()).ok();
        chosen = match (case.is_empty(), inner) {
            _ if chosen.is_empty() => quote!(if #version.has(#since) { #case }),
            // Nothing to do in the newer versions: ask for the older ones.
            (true, Some(inner)) if inner.else_branch.is_none() => {
                let (condition, block) = (inner.cond, inner.then_branch);
                quote!(if !#version.has(#since) && #condition #block)
            }
            (true, _) => quote!(if !#version.has(#since) { #chosen }),
            // What follows does the same where its own condition holds.
            (false, Some(inner))
                if !matches!(*inner.cond, syn::Expr::Let(_)) && does(&inner.then_branch, &case) =>
            {
                let condition = inner.cond;
                let rest = inner.else_branch.map(|(_, rest)| quote!(else #rest));
                quote!(if #version.has(#since) || #condition { #case } #rest)
            }
            (false, Some(_)) => quote!(if #version.has(#since) { #case } else #chosen),
            (false, None) => quote!(if #version.has(#since) { #case } else { #chosen }),
        };
    }
    chosen
}

/// Whether a block says `case` and nothing else.
fn does(block: &syn::Block, case: &TokenStream) -> bool {
    quote!(#block).to_string() == quote!({ #case }).to_string()
}

/// The condition under which something of that history is there; `None` if it always is.
pub(in super::super) fn condition(history: &History, version: &TokenStream) -> Option<TokenStream> {
    let since = history.since.map(|since| {
        let since = number(since.into());
        quote!(#version.has(#since))
    });
    let until = history.until.map(|until| {
        let after = number(u64::from(until).saturating_add(1));
        quote!(!#version.has(#after))
    });
    match (since, until) {
        (Some(since), Some(until)) => Some(quote!(#since && #until)),
        (since, until) => since.or(until),
    }
}

/// What a field holds that the version does not have.
pub(super) fn absent(field: &Field, view: bool) -> TokenStream {
    match &field.kind {
        FieldKind::Parameters(_) if view => quote!(reader.no_parameters_view()),
        FieldKind::Parameters(_) => quote!(reader.no_parameters()),
        FieldKind::Integer {
            integer: Integer { bits, .. },
            ..
        } if !field.option => {
            let semi = quote::format_ident!("Semi{bits}");
            quote!(wire::#semi::NONE)
        }
        _ => quote!(None),
    }
}
