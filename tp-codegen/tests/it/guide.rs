//! The list of diagnostics in the schema guide is that of the compiler, and the list of rules that of
//! lint. To bring them up to date:
//! `UPDATE_EXPECT=1 cargo test -p tp-codegen --test it guide`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tp_codegen::diagnostic::Code;
use tp_codegen::lint::Rule;

use crate::expected;

/// What each block of ten codes is about.
const PARTS: &[(&str, &str)] = &[
    ("TP00", "Text"),
    ("TP01", "Text"),
    ("TP02", "Elements and values"),
    ("TP030", "Elements and values"),
    ("TP03", "Names and numbers"),
    ("TP04", "Packets"),
    ("TP05", "Fields"),
    ("TP06", "References"),
    ("TP07", "Names in Rust"),
];

fn part(code: Code) -> &'static str {
    let found = PARTS
        .iter()
        .find(|(front, _)| code.name().starts_with(front));
    found
        .map(|(_, title)| *title)
        .expect("a code that belongs to no part")
}

fn diagnostics() -> String {
    let mut text = String::from(
        "\nA broken schema is refused with everything that is wrong with it: for each mistake its \
         place, the\nlines it stands in, and a code that never changes its meaning.\n",
    );
    let mut last = "";
    for &code in Code::ALL {
        if part(code) != last {
            last = part(code);
            let _ = write!(
                text,
                "\n### {last}\n\n| code | what | meaning |\n|---|---|---|\n"
            );
        }
        let explanation = code.explanation().replace('|', "\\|");
        let _ = writeln!(text, "| `{code}` | {} | {explanation} |", code.title());
    }
    text.push('\n');
    text
}

fn rules() -> String {
    let mut text = String::from("\n| rule | severity | what | meaning |\n|---|---|---|---|\n");
    for rule in Rule::all() {
        let explanation = rule.explanation.replace('|', "\\|");
        let _ = writeln!(
            text,
            "| `{}` | {} | {} | {explanation} |",
            rule.name, rule.severity, rule.title
        );
    }
    text.push('\n');
    text
}

#[test]
fn the_guide_lists_every_diagnostic() {
    is_current("diagnostics", &diagnostics());
}

#[test]
fn the_guide_lists_every_rule() {
    is_current("rules", &rules());
}

/// Checks that the part of the guide between two comments says what it should.
fn is_current(part: &str, wanted: &str) {
    let begin = format!("<!-- {part}: begin -->\n");
    let end = format!("<!-- {part}: end -->");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("SCHEMA.md");
    let guide = fs::read_to_string(&path).unwrap();
    let (before, rest) = guide
        .split_once(&begin)
        .expect("SCHEMA.md has a place for it");
    let (_, after) = rest.split_once(&end).expect("the place ends");
    let wanted = format!("{before}{begin}{wanted}{end}{after}");
    expected::are_current([(path, wanted)]);
}
