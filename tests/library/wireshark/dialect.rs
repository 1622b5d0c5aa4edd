//! A schema with every construct in its oddest form: no construct is accepted that the dissector
//! cannot read.

use std::collections::BTreeSet;

use serde_json::Value;
use tp_codegen::Source;
use tp_codegen::vectors::{Options, vectors};
use tp_tests::from_hex;

use crate::pcap::Connection;
use crate::traffic::{Said, Way, carry};
use crate::tshark::{Item, Tshark};

/// How many fields a value stands for, entries of lists and members of groups among them.
fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(fields) if fields.contains_key("hex") => 1,
        Value::Object(fields) => fields.values().map(leaves).sum(),
        Value::Array(entries) => entries.iter().map(leaves).sum(),
        _ => 1,
    }
}

fn shown(connections: &[Connection], tshark: &Tshark) -> Vec<Vec<Item>> {
    let items = tshark.read(connections);
    let in_stream = |stream| items.iter().filter(move |item| item.stream == stream);
    let streams = 0..connections.len();
    streams
        .map(|stream| in_stream(stream).cloned().collect())
        .collect()
}

fn connection(frames: &[&str]) -> Connection {
    let frames = frames
        .iter()
        .map(|hex| Said::new(Way::ToClient, &from_hex(hex)));
    Connection {
        port: 6923,
        segments: carry(&frames.collect::<Vec<_>>()),
    }
}

fn text<'a>(vector: &'a Value, key: &str) -> &'a str {
    vector[key].as_str().unwrap_or_default()
}

#[test]
fn every_construct_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/dialect/dialect.xml");
    let source = Source::new("dialect.xml", std::fs::read(path).unwrap()).unwrap();
    let models = [tp_codegen::compile(&source).unwrap()];
    let Some(tshark) = Tshark::with(&tp_codegen::emit::wireshark(&models)) else {
        return;
    };
    let files = vectors(&models, Options { seed: 1, count: 4 }).unwrap();
    let all: Value = serde_json::from_str(&files[0].text).unwrap();
    let of = |part: &str| all[part].as_array().unwrap().clone();

    let good: Vec<_> = of("frames");
    let connections: Vec<_> = good
        .iter()
        .map(|it| connection(&[text(it, "hex")]))
        .collect();
    for (vector, items) in good.iter().zip(shown(&connections, &tshark)) {
        let [item] = &items[..] else {
            panic!("{vector}: {items:?}");
        };
        let trailing = item.fields.iter().find(|field| field.name == "tp.trailing");
        assert_eq!(
            trailing.map_or("", |it| &it.value),
            text(vector, "trailing"),
            "{vector}"
        );
        assert!(
            !item.is_marked("truncated") && !item.is_marked("count"),
            "{vector} {item:?}"
        );
        if vector["frame"]["name"] != "Unknown" {
            assert!(
                item.title.contains(text(&vector["frame"], "name")),
                "{vector}"
            );
            // Groups and lists are lines of their own.
            assert!(
                item.body().count() >= leaves(&vector["frame"]["fields"]) / 2,
                "{vector}"
            );
        }
    }

    let bad: Vec<_> = of("invalid")
        .into_iter()
        .filter(|it| it.get("strict").is_none())
        .collect();
    let connections: Vec<_> = bad
        .iter()
        .map(|it| connection(&[text(it, "hex")]))
        .collect();
    let mut seen = BTreeSet::new();
    for (vector, items) in bad.iter().zip(shown(&connections, &tshark)) {
        let mark = match text(&vector["error"], "kind") {
            "Truncated" => "truncated",
            "Count" => "count",
            "StringLimit" | "ListLimit" if vector.get("limits").is_none() => "limit",
            _ => continue,
        };
        assert!(items[0].is_marked(mark), "{vector}: {:?}", items[0]);
        seen.insert(mark);
    }
    assert_eq!(seen.len(), 3);

    let described: Vec<_> = of("described");
    let described = described
        .iter()
        .filter(|it| it.get("description").is_some());
    let described: Vec<_> = described.filter(|it| it["stopped"].is_null()).collect();
    let connections: Vec<_> = described
        .iter()
        .map(|it| connection(&[text(it, "description"), text(it, "frame")]))
        .collect();
    assert!(!described.is_empty());
    for (vector, items) in described.iter().zip(shown(&connections, &tshark)) {
        let strings = |item: &Item| -> usize {
            let of_set = |field: &&crate::tshark::Shown| field.name == "tp.sets.string.string";
            item.body().filter(of_set).count()
        };
        let values = vector["values"].as_array().unwrap();
        let wanted = values
            .iter()
            .filter(|it| it.get("String").is_some())
            .count();
        assert_eq!(strings(&items[1]), wanted, "{vector}: {:?}", items[1]);
        assert!(!items[1].is_marked("undescribed"), "{vector}");
    }
}
