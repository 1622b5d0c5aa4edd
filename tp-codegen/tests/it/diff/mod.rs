//! `diff` reports every change once, with the right class. The class is found out by other means:
//! frames are encoded with one schema and decoded with the other (`exchange`), and the generated
//! Rust of both is compared (`surface`). More cases: `DIFF_CASES=100`; 12 is the default.

pub(crate) mod edits;
pub(crate) mod exchange;
mod surface;
mod tp03_tp04;
pub(crate) mod tree;

use std::collections::BTreeMap;

use tp_codegen::diff::{Change, Changes, Kind, SourceEffect, diff};
use tp_codegen::model::Model;
use tp_codegen::{Source, compile};

use crate::random::Random;
use edits::{Edit, FIELDS, OTHERS, PACKETS};
use tree::Tree;

const SAMPLE: &str = include_str!("sample.xml");

/// The model of a schema, if it is one.
fn model(text: &str) -> Option<Model> {
    compile(&Source::new("sample.xml", text.as_bytes()).unwrap()).ok()
}

/// The changes, and the schema after.
fn changes(old: &Model, edit: &Edit) -> Option<(Changes, Model)> {
    let new = model(&edit.tree.write())?;
    Some((diff(old, &new), new))
}

/// Whether a change is the report of an edit.
fn reports(change: &Change, edit: &Edit) -> bool {
    let kind = serde_json::to_value(change.kind).unwrap();
    let field = match &change.place.field {
        Some(field) => edit.fields.contains(field),
        None => edit.fields.is_empty(),
    };
    kind == edit.kind
        && change.place.subject.to_string() == edit.subject
        && field
        && change.place.value == edit.value
}

/// What the changes say about frames.
fn claimed(changes: &Changes) -> BTreeMap<String, exchange::Broken> {
    let mut all = BTreeMap::new();
    for frame in changes.changes.iter().flat_map(|change| &change.frames) {
        let entry = all.entry(frame.packet.clone()).or_insert((false, false));
        entry.0 |= frame.old_client_new_server;
        entry.1 |= frame.new_client_old_server;
    }
    all
}

/// What the changes say about programs.
fn source(changes: &Changes) -> SourceEffect {
    let each = changes.changes.iter().map(|change| change.source);
    each.max().unwrap_or(SourceEffect::None)
}

/// Tries an edit with as many seeds as it takes to make it `often` with a valid result, and
/// gathers what is wrong.
fn each(
    tree: &Tree,
    often: usize,
    edit: fn(&Tree, &mut Random) -> Option<Edit>,
    check: impl Fn(usize, &Edit) -> Option<Result<(), String>>,
) -> Vec<String> {
    let mut made = 0;
    let mut wrong = Vec::new();
    for seed in 1..100_000 {
        let Some(edit) = edit(tree, &mut Random::new(seed)) else {
            continue;
        };
        match check(made, &edit) {
            None => continue,
            Some(Ok(())) => {}
            Some(Err(what)) => wrong.push(format!("seed {seed}: {what}")),
        }
        made += 1;
        if made == often {
            return wrong;
        }
    }
    panic!("only {made} schemas were valid after the edit");
}

/// What is wrong with the report of an edit; nothing if the schema after is not valid.
fn check(old: &Model, edit: &Edit, with_surface: bool) -> Option<Result<(), String>> {
    let (changes, new) = changes(old, edit)?;
    let text = changes.to_text();
    let wanted = (edit.kind, &edit.subject, &edit.fields, &edit.value);
    let [change] = &*changes.changes else {
        return Some(Err(format!("not one change {wanted:?}:\n{text}")));
    };
    if !reports(change, edit) {
        return Some(Err(format!("not {wanted:?}:\n{text}")));
    }
    let broken = exchange::broken(old, &new, &edit.renamed);
    if claimed(&changes) != broken {
        return Some(Err(format!("on the wire {broken:?} breaks, not\n{text}")));
    }
    if with_surface {
        let wanted = match surface::compare(old, &new) {
            (true, _) => SourceEffect::Breaking,
            (false, true) => SourceEffect::Additive,
            (false, false) => SourceEffect::None,
        };
        if source(&changes) != wanted {
            return Some(Err(format!("for programs it is {wanted:?}, not\n{text}")));
        }
    }
    Some(Ok(()))
}

/// How often an edit is tried at places that are valid.
fn often() -> usize {
    let cases = std::env::var("DIFF_CASES").ok();
    cases.map_or(12, |cases| cases.parse().unwrap())
}

/// Tries some of the edits. Code is generated for the first results only, since that takes long.
fn try_all(edits: &[(&str, edits::Maker)]) {
    let tree = Tree::parse(SAMPLE);
    let old = model(SAMPLE).unwrap();
    let mut wrong = Vec::new();
    for (name, edit) in edits {
        let often = if *name == "change the version" { 1 } else { 12 };
        let found = each(&tree, often, *edit, |made, edit| {
            check(&old, edit, made < 2)
        });
        wrong.extend(found.into_iter().map(|what| format!("{name}, {what}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_edit_of_a_packet_is_reported_once_with_the_right_class() {
    try_all(PACKETS);
}

#[test]
fn every_edit_of_a_field_is_reported_once_with_the_right_class() {
    try_all(FIELDS);
}

#[test]
fn every_other_edit_is_reported_once_with_the_right_class() {
    try_all(OTHERS);
}

/// The packet or parameter set that a change is about.
fn about(subject: &str) -> &str {
    let set = subject.strip_prefix("parameter set ");
    let of_set = || subject.strip_prefix("parameter ")?.split(['(', ' ']).nth(2);
    let packet = || subject.strip_prefix("packet ")?.split(" (").next();
    set.or_else(of_set).or_else(packet).unwrap_or_default()
}

/// Two edits, one after the other, of different declarations.
fn two(tree: &Tree, random: &mut Random) -> Option<(Edit, Edit)> {
    let all: Vec<_> = [PACKETS, FIELDS, OTHERS].concat();
    let mut edit = |tree: &Tree| random.pick(&all)?.1(tree, random);
    let first = edit(tree)?;
    let second = edit(&first.tree)?;
    // Neither is to be about what the other made, renamed or moved.
    let of = about(&first.subject);
    let renames = |(old, _): &(String, String)| old == of;
    let apart = of != about(&second.subject) && !second.renamed.0.iter().any(renames);
    apart.then_some((first, second))
}

#[test]
fn two_edits_are_both_reported_and_hide_nothing() {
    let tree = Tree::parse(SAMPLE);
    let old = model(SAMPLE).unwrap();
    let pairs = often() * 20;
    let mut made = 0;
    let mut wrong = Vec::new();
    for seed in 1..1_000_000 {
        let Some((first, second)) = two(&tree, &mut Random::new(seed)) else {
            continue;
        };
        let Some((changes, new)) = changes(&old, &second) else {
            continue;
        };
        made += 1;
        if made > pairs {
            break;
        }
        let text = || changes.to_text();
        let both = [&first, &second];
        let count = |edit: &Edit| {
            let all = changes.changes.iter();
            all.filter(|change| reports(change, edit)).count()
        };
        if changes.changes.len() != 2 || both.iter().any(|edit| count(edit) != 1) {
            let wanted = both.map(|edit| (edit.kind, &edit.subject, &edit.fields));
            wrong.push(format!("seed {seed}: {wanted:?}\n{}", text()));
            continue;
        }
        let mut renamed = first.renamed.clone();
        renamed.0.extend(second.renamed.0.clone());
        // Together they may break no more than they are said to break.
        let claimed = claimed(&changes);
        for (frame, broken) in exchange::broken(&old, &new, &renamed) {
            let said = claimed.get(&frame).copied().unwrap_or_default();
            if (broken.0 && !said.0) || (broken.1 && !said.1) {
                wrong.push(format!(
                    "seed {seed}: {frame} breaks {broken:?}\n{}",
                    text()
                ));
            }
        }
    }
    assert!(made > pairs, "only {made} pairs");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn order_and_layout_are_no_change() {
    let mut tree = Tree::parse(SAMPLE);
    let old = model(SAMPLE).unwrap();
    tree.every(&mut |one| {
        // The order of fields is that of their bytes, and what a way goes through comes in turn.
        let free = !["structure", "getlist", "getfield", "typeframe"].contains(&one.tag.as_str());
        if free && !one.is_field() {
            one.children.reverse();
        }
        if one.tag == "value" {
            let id = one.get("id").unwrap();
            let id = match id.strip_prefix("0x") {
                Some(digits) => i64::from_str_radix(digits, 16).unwrap().to_string(),
                None => format!("{:#x}", id.parse::<i64>().unwrap()),
            };
            one.set("id", Some(&id));
        }
    });
    // The dialect wants sets in front.
    tree.children.sort_by_key(|one| one.tag != "parameterset");
    let text = tree
        .write()
        .replace("<structure>", "<structure><!-- a comment -->\n\n");
    assert_ne!(text, tree.write());
    let new = model(&text).unwrap();
    assert_ne!(old, new);
    let changes = diff(&old, &new);
    assert!(changes.is_empty(), "{}", changes.to_text());
}

#[test]
fn a_type_that_loses_its_name_to_a_new_packet_is_told_of() {
    // The entries of `parts` are called ThingPart as long as nothing else is.
    let packet = "<packet name=\"ThingPart\" base=\"Response\" id=\"99\"/></protocol>";
    let (old, new) = edited("</protocol>", packet);
    let changes = diff(&old, &new).changes;
    let told: Vec<_> = changes
        .iter()
        .map(|one| (one.kind, one.place.field.as_deref(), one.source))
        .collect();
    assert_eq!(
        told,
        [
            (Kind::RustNameChanged, Some("parts"), SourceEffect::Breaking),
            (Kind::PacketAdded, None, SourceEffect::Additive),
        ]
    );
    assert_eq!(surface::compare(&old, &new), (true, true));
}

/// The sample, and the same with other words in it.
fn edited(before: &str, after: &str) -> (Model, Model) {
    let text = SAMPLE.replacen(before, after, 1);
    assert_ne!(text, SAMPLE, "{before} is not in the sample");
    (model(SAMPLE).unwrap(), model(&text).unwrap())
}

/// What the changes say about frames, if it is what happens to them.
fn told(before: &str, after: &str) -> BTreeMap<String, exchange::Broken> {
    let (old, new) = edited(before, after);
    let changes = diff(&old, &new);
    let broken = exchange::broken(&old, &new, &exchange::Renamed::default());
    assert_eq!(claimed(&changes), broken, "{}", changes.to_text());
    broken
}

#[test]
fn what_servers_do_not_look_at_cannot_be_misread() {
    // Only read-only fields follow, which clients fill with zeros.
    let seen = "<integer type=\"unsigned\" readonly=\"yes\"><name>seen</name></integer>";
    let more = format!("<integer type=\"unsigned\"><name>more</name></integer>{seen}");
    let broken = told(seen, &more);
    let report = ("Report".to_owned(), (true, false));
    assert_eq!(broken, BTreeMap::from([report]));
    let when = "<string readonly=\"yes\"><name>when</name></string>";
    let broken = told(&format!("{seen}{when}"), &format!("{when}{seen}"));
    assert_eq!(broken, BTreeMap::new());
}

#[test]
fn ends_that_take_each_others_place_are_misread() {
    let more = "<integer type=\"unsigned\" optional=\"yes\"><name>more</name></integer>";
    let other = "<string optional=\"yes\"><name>other</name></string>";
    let ids = ("LongIDs".to_owned(), (true, true));
    assert_eq!(told(more, other), BTreeMap::from([ids]));
}

/// The kinds of changes, with the field and what stood there before, in both directions.
fn kinds(before: &str, after: &str) -> [Vec<String>; 2] {
    let (old, new) = edited(before, after);
    [(&old, &new), (&new, &old)].map(|(old, new)| {
        let line = |change: &Change| {
            let kind = serde_json::to_value(change.kind).unwrap();
            let field = change.place.field.as_deref().unwrap_or_default();
            let before = change.before.as_deref().unwrap_or_default();
            format!("{} {field} {before}", kind.as_str().unwrap())
        };
        diff(old, new).changes.iter().map(line).collect()
    })
}

#[test]
fn what_says_what_it_was_is_that_whatever_it_looks_like() {
    // Another name, type and place.
    let was = "<string was=\"channel\"><name>room</name></string>";
    let [there, back] = kinds(
        "<string><name>text</name></string>
    <integer type=\"unsigned\" size=\"8\"><name>channel</name></integer>",
        &format!("{was}<string><name>text</name></string>"),
    );
    assert_eq!(
        there,
        [
            "field-renamed room channel",
            "field-moved room `text`",
            "type-changed room unsigned 8-bit"
        ]
    );
    assert_eq!(
        back,
        [
            "field-moved text `room`",
            "field-renamed channel room",
            "type-changed channel string"
        ]
    );
    let [there, back] = kinds(
        "packet name=\"Chat\" id=\"30\"",
        "packet name=\"Talk\" id=\"33\" was=\"Chat\"",
    );
    assert_eq!(there, ["packet-renamed  Chat", "packet-moved  30"]);
    assert_eq!(back, ["packet-renamed  Talk", "packet-moved  33"]);
    let [there, _] = kinds(
        "<value id=\"3\" name=\"Lost\"/>",
        "<value id=\"9\" name=\"Gone\" was=\"Lost\"/>",
    );
    assert_eq!(
        there,
        [
            "value-renamed parts[].state Lost",
            "value-renumbered parts[].state 3"
        ]
    );
}

#[test]
fn an_older_name_that_is_taken_says_nothing() {
    // It was copied from a version before.
    let taken = "<string was=\"channel\"><name>text";
    let (old, new) = edited("<string><name>text", taken);
    assert_ne!(old, new);
    let changes = diff(&old, &new);
    assert!(changes.is_empty(), "{}", changes.to_text());
}

#[test]
fn the_last_version_is_a_version_note() {
    let [there, _] = kinds(
        "<packet name=\"Chat\"",
        "<packet until=\"TP04\" name=\"Chat\"",
    );
    assert_eq!(there, ["since-changed  "]);
}
