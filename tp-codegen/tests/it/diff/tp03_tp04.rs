//! TP03 against TP04: the differences that implementers of both know, listed here by hand, against
//! what `diff` says of the two schemas. Where our schemas differ from the published ones on
//! purpose (the corrections in SCHEMA.md), so does the list.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tp_codegen::diff::{Changes, diff};
use tp_codegen::{Source, compile};

use crate::expected;

/// A difference: where, of which kind, in which field or value, what it means for programs, and
/// the frames it breaks between old clients and new servers, and new clients and old servers.
struct Known(
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

/// All frames, because the header differs.
const ALL: &[&str] = &["every frame"];
const NONE: &[&str] = &[];
/// The requests for lists of ids.
const ID_LISTS: &[&str] = &[
    "GetObjectIDs",
    "GetOrderDescIDs",
    "GetBoardIDs",
    "GetResourceIDs",
    "GetCategoryIDs",
    "GetDesignIDs",
    "GetComponentIDs",
    "GetPropertyIDs",
];
const OBJECT: &[&str] = &["Object"];
const TIME: &[&str] = &["TimeRemaining"];

#[rustfmt::skip]
const KNOWN: &[Known] = &[
    // The header: four letters become two letters and two numbers.
    Known("TP04", "version-changed", "", "none", ALL, ALL),
    Known("Header", "field-removed", "version", "none", ALL, ALL),
    Known("Header", "field-added", "magic", "none", ALL, ALL),
    Known("Header", "field-added", "protocolversion", "none", ALL, ALL),
    Known("Header", "field-added", "frameversion", "none", ALL, ALL),
    // The bases of id lists.
    Known("GetIDSequence", "field-added", "from", "additive", ID_LISTS, NONE),
    Known("IDSequence", "field-added", "from", "additive", NONE, NONE),
    // 1 Fail. The list is optional, since programs leave it out.
    Known("Fail", "field-added", "references", "additive", NONE, NONE),
    Known("Fail", "value-added", "code=Gone", "additive", NONE, NONE),
    Known("Fail", "value-added", "code=FrameVersionNotSupported", "additive", NONE, NONE),
    Known("Fail", "value-added", "code=RequestTooBig", "additive", NONE, NONE),
    // 7 Object: other fields, and parameters by description.
    Known("Object", "readonly-changed", "id", "none", NONE, NONE),
    Known("Object", "readonly-changed", "otype", "none", NONE, NONE),
    Known("Object", "field-removed", "size", "breaking", OBJECT, OBJECT),
    Known("Object", "field-removed", "pos", "breaking", OBJECT, OBJECT),
    Known("Object", "field-removed", "vel", "breaking", OBJECT, OBJECT),
    Known("Object", "field-added", "desc", "additive", OBJECT, OBJECT),
    Known("Object", "field-added", "parent", "additive", OBJECT, OBJECT),
    Known("Object", "readonly-changed", "contains[].id", "none", NONE, NONE),
    Known("Object", "field-removed", "ordertypes", "breaking", OBJECT, OBJECT),
    Known("Object", "field-removed", "orders", "breaking", OBJECT, OBJECT),
    Known("Object", "readonly-changed", "modtime", "none", NONE, NONE),
    Known("Object", "type-changed", "padding", "breaking", OBJECT, OBJECT),
    Known("Object", "field-renamed", "parameters", "breaking", NONE, NONE),
    Known("Object", "parameters-changed", "parameters", "breaking", OBJECT, OBJECT),
    // 11 Order, and what is built on it.
    Known("Order", "field-renamed", "parameters", "breaking", NONE, NONE),
    // 15 TimeRemaining grows at its end. Before, it was too plain for a view.
    Known("TimeRemaining", "field-added", "reason", "additive", NONE, TIME),
    Known("TimeRemaining", "field-added", "turn", "additive", NONE, TIME),
    Known("TimeRemaining", "field-added", "turnname", "breaking", NONE, TIME),
    Known("TimeRemaining", "field-added", "waiting", "breaking", NONE, TIME),
    // 23 Resource: names only.
    Known("Resource", "field-renamed", "singularunit", "breaking", NONE, NONE),
    Known("Resource", "field-renamed", "pluralunit", "breaking", NONE, NONE),
    // 26 Features.
    Known("Features", "value-added", "features[].feature=FilterSSL", "additive", NONE, NONE),
    Known("Features", "value-added", "features[].feature=FilterPadding", "additive", NONE, NONE),
    // 48 Design: names, and the sign of the id.
    Known("Design", "type-changed", "id", "breaking", NONE, NONE),
    Known("Design", "field-renamed", "catlist", "breaking", NONE, NONE),
    Known("Design", "field-renamed", "catlist[].catid", "none", NONE, NONE),
    Known("Design", "field-renamed", "inuse", "breaking", NONE, NONE),
    Known("Design", "field-renamed", "components[].compquant", "breaking", NONE, NONE),
    Known("Design", "field-renamed", "properties[].propertyid", "breaking", NONE, NONE),
    Known("Design", "field-renamed", "properties[].displaystring", "breaking", NONE, NONE),
    // 55 Component and 59 Property: names only. The misspelt name of a TP04 property is corrected.
    Known("Component", "field-renamed", "catlist", "breaking", NONE, NONE),
    Known("Component", "field-renamed", "catlist[].catid", "none", NONE, NONE),
    Known("Component", "field-renamed", "properties[].propertyid", "breaking", NONE, NONE),
    Known("Property", "field-renamed", "catlist", "breaking", NONE, NONE),
    Known("Property", "field-renamed", "catlist[].catid", "none", NONE, NONE),
    // 64 to 77 are new; 65 and 66 are exchanged in TP03 as well, and our schema has them.
    Known("SetFilters", "packet-added", "", "additive", NONE, NONE),
    Known("GetObjectDesc", "packet-added", "", "additive", NONE, NONE),
    Known("ObjectDesc", "packet-added", "", "additive", NONE, NONE),
    Known("GetObjectDescIDs", "packet-added", "", "additive", NONE, NONE),
    Known("ObjectDescIDs", "packet-added", "", "additive", NONE, NONE),
    Known("ModifyObject", "packet-added", "", "additive", NONE, NONE),
    Known("GetPlayerIDs", "packet-added", "", "additive", NONE, NONE),
    Known("PlayerIDs", "packet-added", "", "additive", NONE, NONE),
    Known("GetOrderQueue", "packet-added", "", "additive", NONE, NONE),
    Known("OrderQueue", "packet-added", "", "additive", NONE, NONE),
    Known("GetOrderQueueIDs", "packet-added", "", "additive", NONE, NONE),
    Known("OrderQueueIDs", "packet-added", "", "additive", NONE, NONE),
    // Order parameters: 2 gained a list, which some send in TP03 too; 10 and 11 are new, and only a
    // server can bring them up.
    Known("orderParamObject", "optional-changed", "validtypes", "breaking", &["OrderInsert", "OrderProbe"], &["Order"]),
    Known("orderParamResourceList", "parameter-added", "", "additive", &["Order"], NONE),
    Known("orderParamGenericReferenceQuantityList", "parameter-added", "", "additive", &["Order"], NONE),
    // Object parameters: the fixed types gave way to properties.
    Known("objectParamPosition3d", "parameter-replaced", "", "breaking", OBJECT, OBJECT),
    Known("objectParamVelocity3d", "parameter-replaced", "", "breaking", OBJECT, OBJECT),
    Known("objectParamAcceleration3d", "parameter-replaced", "", "breaking", OBJECT, OBJECT),
    Known("objectParamBoundPosition", "parameter-replaced", "", "breaking", OBJECT, OBJECT),
    Known("objectParamOrderQueue", "parameter-replaced", "", "breaking", OBJECT, OBJECT),
    Known("objectParamResourceList", "parameter-replaced", "", "breaking", OBJECT, OBJECT),
    Known("objectParamReference", "parameter-added", "", "additive", OBJECT, NONE),
    Known("objectParamReferenceQuantityList", "parameter-added", "", "additive", OBJECT, NONE),
    Known("objectParamInteger", "parameter-added", "", "additive", OBJECT, NONE),
    Known("objectParamSize", "parameter-added", "", "additive", OBJECT, NONE),
    Known("objectParamMedia", "parameter-added", "", "additive", OBJECT, NONE),
    Known("objectParamInfluence", "parameter-added", "", "additive", OBJECT, NONE),
];

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
    let mut detail = named("field").unwrap_or_default().to_owned();
    if let Some(value) = named("value") {
        detail += &format!("={value}");
    }
    let broken = |side: &str| {
        let all = change["frames"].as_array().cloned().unwrap_or_default();
        let broken = all.iter().filter(|frame| frame[side] == true);
        let names: BTreeSet<_> = broken
            .map(|frame| frame["packet"].as_str().unwrap().to_owned())
            .collect();
        if names.len() == frames {
            BTreeSet::from(["every frame".to_owned()])
        } else {
            names
        }
    };
    format!(
        "{subject} {} {detail} {} {:?} {:?}",
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
    let known: Vec<String> = KNOWN
        .iter()
        .map(
            |Known(subject, kind, detail, source, old_client, new_client)| {
                let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
                let (old, new): (BTreeSet<String>, BTreeSet<String>) =
                    (set(old_client), set(new_client));
                format!("{subject} {kind} {detail} {source} {old:?} {new:?}")
            },
        )
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
        assert_eq!(
            (&change["breaks_wire"], &change["source"]),
            (&Value::Bool(false), &"none".into())
        );
    }
    // The frames that stand on the two bases of id lists.
    for base in ["GetIDSequence", "IDSequence"] {
        let mut added = all.iter().filter(|one| one["place"]["field"] == "from");
        assert_eq!(
            added.find(|one| one["place"]["packet"] == base).unwrap()["reaches"],
            8
        );
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
