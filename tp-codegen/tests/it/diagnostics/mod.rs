//! Every diagnostic, shown: a broken schema in `cases/` and what is said about it beside it.
//!
//! The name of a case begins with the codes it must report, and reports no other. To accept new
//! texts after reading them: `UPDATE_EXPECT=1 cargo test -p tp-codegen --test it diagnostics`.

use std::collections::BTreeSet;

use tp_codegen::diagnostic::{Code, Diagnostic};
use tp_codegen::{Diagnostics, Source, compile, visible};

use crate::expected;

const CASES: &str = "diagnostics/cases";

/// Every case: its name and what is wrong with it.
fn cases() -> Vec<(String, Diagnostics)> {
    expected::cases(CASES, |name, schema| {
        let source = Source::new(&format!("{name}.xml"), schema);
        let result = source.and_then(|source| compile(&source));
        result.err().unwrap_or_else(|| panic!("{name} compiles"))
    })
}

/// The codes at the beginning of a case's name.
fn promised(name: &str) -> BTreeSet<&str> {
    name.split('-')
        .take_while(|part| part.starts_with("TP"))
        .collect()
}

#[test]
fn diagnostics_read_as_expected() {
    expected::are_described(CASES, &cases(), |found| format!("{found}\n"));
}

#[test]
fn every_case_reports_the_codes_in_its_name() {
    for (name, diagnostics) in cases() {
        let found: BTreeSet<&str> = diagnostics.iter().map(|one| one.code.name()).collect();
        assert_eq!(found, promised(&name), "{name}\n{diagnostics}");
    }
}

#[test]
fn every_code_has_a_case() {
    let names: Vec<String> = cases().into_iter().map(|(name, _)| name).collect();
    let covered: BTreeSet<&str> = names.iter().flat_map(|name| promised(name)).collect();
    for code in Code::ALL {
        assert!(
            covered.contains(code.name()),
            "no case for {code}, {}",
            code.title()
        );
    }
}

#[test]
fn diagnostics_come_in_the_order_of_the_text_with_their_place() {
    for (name, diagnostics) in cases() {
        let text = diagnostics.to_string();
        let place = |one: &Diagnostic| (one.primary.line, one.primary.column);
        let places: Vec<_> = diagnostics.iter().map(place).collect();
        assert!(places.is_sorted(), "{name}: {places:?}");
        for (one, (line, column)) in diagnostics.iter().zip(places) {
            let place = format!("--> {}:{line}:{column}\n", one.file);
            assert!(text.contains(&place), "{name} lacks {place}\n{text}");
            assert!(text.contains(&format!("error[{}]: ", one.code)), "{name}");
        }
    }
}

/// What a schema must not bring into a terminal is shown as something else.
#[test]
fn hidden_characters_are_not_printed() {
    for (name, diagnostics) in cases() {
        for line in diagnostics.to_string().lines() {
            assert_eq!(visible(line), line, "{name}");
        }
        for one in &diagnostics {
            assert_eq!(visible(&one.message), one.message, "{name}");
        }
    }
}

#[test]
fn colour_changes_nothing_else() {
    for (name, diagnostics) in cases() {
        let colored = diagnostics.render(true);
        assert!(colored.contains("\u{1b}["), "{name}");
        let mut plain = String::new();
        let mut rest = colored.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            rest = after.split_once('m').map_or("", |(_, rest)| rest);
        }
        plain.push_str(rest);
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(words(&plain), words(&diagnostics.render(false)), "{name}");
    }
}

/// Of a long line only the surroundings of a place are shown, so that many mistakes in one cost as
/// much as in many.
#[test]
fn a_long_line_is_not_shown_once_for_every_mistake() {
    let packets = "<packet name='P' id='1'><note>ü</note></packet>".repeat(2_000);
    let text = format!("<protocol version='TP04'>{packets}\n</protocol>");
    let source = Source::new("long.xml", text).unwrap();
    let found = compile(&source).unwrap_err();
    let rendered = found.render(false);
    assert_eq!(found.iter().count(), 2 * 1_999);
    assert!(rendered.len() < 1_000 * 2 * 1_999, "{}", rendered.len());
    assert!(rendered.lines().all(|line| line.chars().count() < 200));
    let last = found.iter().next_back().unwrap();
    let shown = format!(
        "\
error[TP033]: there is a second packet id 1
 --> long.xml:1:{}
  |
1 | …ame='P' id='1'><note>ü</note></packet><packet name='P' id='1'><note>ü</note></packet>
  |                                                             ^ the number is taken
  |
 ::: long.xml:1:47
  |
1 | <protocol version='TP04'><packet name='P' id='1'><note>ü</note></packet><packet name='P' id='1'><note>ü</note></pa…
  |                                               - the first one",
        last.primary.column
    );
    assert!(
        rendered.ends_with(&shown),
        "{}",
        &rendered[rendered.len() - 900..]
    );
    assert_eq!(last.primary.column, 25 + 47 * 1_999 + 22);
}

#[test]
fn programs_can_read_them() {
    let (_, diagnostics) = cases()
        .into_iter()
        .find(|(name, _)| name == "TP033-id")
        .unwrap();
    let json: serde_json::Value = serde_json::to_value(&diagnostics).unwrap();
    assert_eq!(
        json,
        serde_json::json!([{
            "code": "TP033",
            "message": "there is a second packet id 16",
            "file": "TP033-id.xml",
            "line": 3,
            "column": 24,
            "end_line": 3,
            "end_column": 28,
            "label": "the number is taken",
            "related": [{
                "line": 2,
                "column": 24,
                "end_line": 2,
                "end_column": 26,
                "label": "the first one",
            }],
        }])
    );
}
