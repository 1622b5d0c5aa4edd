//! The one layout: what it looks like, that nothing else changes, and that it stays as it is.
//!
//! To accept a new look after reading it: `UPDATE_EXPECT=1 cargo test -p tp-codegen --test it format`.

mod properties;

use std::fs;
use std::path::PathBuf;

use tp_codegen::diagnostic::Code;
use tp_codegen::{Diagnostics, Source, compile, format};

use crate::expected;

fn formatted(bytes: &[u8]) -> Result<String, Diagnostics> {
    Source::new("s.xml", bytes).and_then(|source| format(&source))
}

/// What the compiler makes of a schema: the model, or the codes of all that is wrong.
fn compiled(bytes: &[u8]) -> Result<String, Vec<Code>> {
    let model = Source::new("s.xml", bytes).and_then(|source| compile(&source));
    match model {
        Ok(model) => Ok(serde_json::to_string_pretty(&model).unwrap()),
        Err(found) => {
            let mut codes: Vec<_> = found.iter().map(|one| one.code).collect();
            codes.sort();
            Err(codes)
        }
    }
}

/// Formats a schema, and checks that it means what it did and that it would stay as it is.
fn check(bytes: &[u8]) -> Option<String> {
    let once = formatted(bytes).ok()?;
    let shown = || format!("{}\nbecame\n{once}", String::from_utf8_lossy(bytes));
    assert_eq!(compiled(bytes), compiled(once.as_bytes()), "{}", shown());
    let twice = formatted(once.as_bytes()).unwrap_or_else(|found| panic!("{found}\n{}", shown()));
    assert!(once == twice, "{}\nbecame\n{twice}", shown());
    assert!(
        once.ends_with(">\n") && !once.contains("\r\n"),
        "{}",
        shown()
    );
    Some(once)
}

/// Every schema among the tests.
fn schemas() -> Vec<PathBuf> {
    expected::schemas(&["accepted", "diagnostics/cases", "format"])
}

#[test]
fn an_odd_layout_becomes_the_one() {
    let folder = expected::folder("format");
    let odd = fs::read(folder.join("odd.xml")).unwrap();
    let even = check(&odd).unwrap();
    expected::are_current([(folder.join("even.xml"), even)]);
}

#[test]
fn line_ends_and_a_byte_order_mark_make_no_difference() {
    let odd = fs::read_to_string(expected::folder("format/odd.xml")).unwrap();
    let windows = format!("\u{FEFF}{}", odd.replace('\n', "\r\n"));
    assert_eq!(check(windows.as_bytes()), check(odd.as_bytes()));
}

#[test]
fn every_schema_of_the_tests_keeps_its_meaning() {
    let kept = schemas()
        .iter()
        .filter_map(|path| check(&fs::read(path).unwrap()))
        .count();
    assert!(kept > 50, "{kept}");
}

#[test]
fn the_schemas_of_the_protocol_have_the_one_layout() {
    for name in ["protocol.xml", "protocol3.xml", "admin.xml"] {
        let bytes = fs::read(expected::top().join(name)).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            check(text.as_bytes()).unwrap(),
            text,
            "run `tp-codegen fmt`"
        );
        // Whatever it looked like before, as long as comments have lines of their own.
        let (_, root) = text.split_at(text.find("<protocol ").unwrap());
        let flat: Vec<_> = root.lines().map(str::trim).collect();
        let one_line = flat.join(" ").replace("<!--", "\n<!--");
        for other in [one_line, flat.join("\r\n\t")] {
            let again = check(other.as_bytes()).unwrap();
            let (_, again) = again.split_once("?>\n").unwrap();
            assert!(again == root, "{name}");
        }
    }
}
