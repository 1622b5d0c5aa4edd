//! TP03 against TP04: the differences that implementers of both know, listed here by hand, against
//! what `diff` says of the two schemas. Where our schemas differ from the published ones on
//! purpose (the corrections in SCHEMA.md), so does the list.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tp_codegen::diff::{Changes, diff};
use tp_codegen::{Source, compile};

use crate::expected;

/// The differences that are known, a line each.
const KNOWN: &str = include_str!("tp03_tp04.txt");

/// The requests for lists of ids.
const ID_LISTS: &str = "GetBoardIDs,GetCategoryIDs,GetComponentIDs,GetDesignIDs,GetObjectIDs,\
                        GetOrderDescIDs,GetPropertyIDs,GetResourceIDs";

fn changes(old: &str, new: &str) -> Changes {
    let model = |name: &str| {
        let schema = fs::read(expected::top().join(name)).unwrap();
        compile(&Source::new(name, schema).unwrap()).unwrap()
    };
    diff(&model(old), &model(new))
}

/// A change as a line of the list, from the JSON.
fn line(change: &Value, frames: usize) -> String {
    let text = |key: &str| change[key].as_str().unwrap_or_default();
    let place = &change["place"];
    let named = |key: &str| place[key].as_str();
    let subject = ["parameter", "packet", "parameterset", "protocol"];
    let subject = subject.iter().find_map(|key| named(key)).unwrap();
    let detail = match (named("field"), named("value")) {
        (Some(field), Some(value)) => format!("{field}={value}"),
        (field, _) => field.unwrap_or("-").to_owned(),
    };
    let broken = |side: &str| {
        let all = change["frames"].as_array().into_iter().flatten();
        let broken = all.filter(|frame| frame[side] == true);
        let names: BTreeSet<_> = broken.filter_map(|one| one["packet"].as_str()).collect();
        match names.len() {
            0 => "-".to_owned(),
            all if all == frames => "every".to_owned(),
            _ => names.into_iter().collect::<Vec<_>>().join(","),
        }
    };
    format!(
        "{subject} {} {detail} {} {} {}",
        text("kind"),
        text("source"),
        broken("old_client_new_server"),
        broken("new_client_old_server")
    )
}

#[test]
fn every_known_difference_of_tp03_and_tp04_is_found_and_classed_right() {
    let json = serde_json::to_value(changes("protocol3.xml", "protocol.xml")).unwrap();
    let words = ["words-changed", "since-changed", "failtypes-changed"];
    let all = json["changes"].as_array().unwrap();
    let of_words = |change: &&Value| words.contains(&change["kind"].as_str().unwrap());
    // Frames 0 to 63, 65 and 66 are in both.
    let found: Vec<String> = all
        .iter()
        .filter(|change| !of_words(change))
        .map(|change| line(change, 66))
        .collect();
    let known = KNOWN
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let columns = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let known: Vec<String> = known
        .map(|line| columns(line).replace("id-lists", ID_LISTS))
        .collect();
    let (found_set, known_set): (BTreeSet<_>, BTreeSet<_>) =
        (found.iter().collect(), known.iter().collect());
    let missed: Vec<_> = known_set.difference(&found_set).collect();
    let surplus: Vec<_> = found_set.difference(&known_set).collect();
    assert!(
        missed.is_empty() && surplus.is_empty(),
        "missed {missed:#?}\nsurplus {surplus:#?}"
    );
    assert_eq!(found.len(), known.len(), "something is reported twice");
    for change in all.iter().filter(of_words) {
        assert_eq!(change["breaks_wire"], false);
        assert_eq!(change["source"], "none");
    }
    // The frames that stand on the two bases of id lists.
    for base in ["GetIDSequence", "IDSequence"] {
        let mut added = all.iter().filter(|one| one["place"]["field"] == "from");
        let added = added.find(|one| one["place"]["packet"] == base);
        assert_eq!(added.unwrap()["reaches"], 8);
    }
    assert_eq!(
        json["bump"],
        serde_json::json!({ "protocol": true, "protocol_done": true, "crate": "major" })
    );
}

#[test]
fn the_other_way_round_additions_are_removals() {
    let there = changes("protocol3.xml", "protocol.xml");
    let back = changes("protocol.xml", "protocol3.xml");
    assert_eq!(there.changes.len(), back.changes.len());
    let count = |changes: &Changes, kind: &str| {
        let all = changes.changes.iter();
        all.filter(|one| serde_json::to_value(one.kind).unwrap() == kind)
            .count()
    };
    for (come, gone) in [
        ("packet-added", "packet-removed"),
        ("field-added", "field-removed"),
        ("value-added", "value-removed"),
        ("parameter-added", "parameter-removed"),
        ("field-renamed", "field-renamed"),
        ("parameter-replaced", "parameter-replaced"),
        ("type-changed", "type-changed"),
    ] {
        assert_eq!(count(&there, come), count(&back, gone), "{come}");
        assert_eq!(count(&there, gone), count(&back, come), "{gone}");
    }
}

/// To bring the page up to date: `UPDATE_EXPECT=1 cargo test -p tp-codegen --test it tp03_tp04`.
#[test]
fn the_page_about_the_protocol_is_up_to_date() {
    let page = expected::top().join("docs/protocol-changes.md");
    let wanted = changes("protocol3.xml", "protocol.xml").to_markdown();
    expected::are_current([(page, wanted)]);
}

#[test]
fn equal_schemas_have_no_changes() {
    for schema in [
        "protocol.xml",
        "protocol3.xml",
        "admin.xml",
        "tests/dialect/dialect.xml",
    ] {
        assert!(changes(schema, schema).is_empty(), "{schema}");
    }
}
