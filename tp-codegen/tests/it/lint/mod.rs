//! Every rule, shown: a schema in `cases/` and what is found in it beside it.
//!
//! What a rule has to compare it with, its version before, is a schema of the same name in `older/`.
//! The name of a case begins with the rule that it breaks, and it breaks no other; one that begins
//! with `clean` breaks none. To accept new texts after reading them:
//! `UPDATE_EXPECT=1 cargo test -p tp-codegen --test it lint`.

mod allow;
mod cli;
mod formats;

use std::collections::BTreeSet;
use std::fs;

use tp_codegen::Source;
use tp_codegen::lint::{AllowList, Category, Linter, Report, Rule, Severity};

use crate::expected;

const CASES: &str = "lint/cases";

/// What is found in a schema, which may have a version before it.
fn look_at(source: &Source, older: Option<&Source>) -> Report {
    let allow = AllowList::default();
    let mut linter = Linter::new(&allow);
    linter.version(source, older);
    linter.finish()
}

/// What is found in a schema of that text.
pub(crate) fn lint(text: &str) -> Report {
    look_at(&Source::new("s.xml", text).unwrap(), None)
}

/// Every case: its name and what is found in it.
fn cases() -> Vec<(String, Report)> {
    let older = expected::folder("lint/older");
    expected::cases(CASES, |name, schema| {
        let file = format!("{name}.xml");
        let older = fs::read(older.join(&file)).ok();
        let older = older.map(|older| Source::new("older.xml", older).unwrap());
        look_at(&Source::new(&file, schema).unwrap(), older.as_ref())
    })
}

/// The rule that a case breaks; none if it is clean.
fn promised(name: &str) -> Option<&'static str> {
    let rules = Rule::all().map(|rule| rule.name);
    // `request-without-reply-at-all` is no case of a shorter name.
    let rule = rules
        .filter(|rule| name.starts_with(rule))
        .max_by_key(|rule| rule.len());
    assert!(rule.is_some() || name.starts_with("clean"), "{name}");
    rule
}

#[test]
fn findings_read_as_expected() {
    expected::are_described(CASES, &cases(), |report| report.text(false));
}

#[test]
fn every_case_breaks_the_rule_in_its_name_and_no_other() {
    for (name, report) in cases() {
        let found: BTreeSet<&str> = report.findings().map(|finding| finding.rule).collect();
        let expected: BTreeSet<&str> = promised(&name).into_iter().collect();
        assert_eq!(found, expected, "{name}\n{}", report.text(false));
    }
}

#[test]
fn every_rule_has_a_case() {
    let names: Vec<String> = cases().into_iter().map(|(name, _)| name).collect();
    let covered: BTreeSet<_> = names.iter().filter_map(|name| promised(name)).collect();
    for rule in Rule::all() {
        assert!(covered.contains(rule.name), "no case for {}", rule.name);
    }
}

#[test]
fn findings_come_in_the_order_of_the_text_with_their_place() {
    for (name, report) in cases() {
        let text = report.text(false);
        let places: Vec<_> = report
            .findings()
            .map(|finding| (finding.primary.line, finding.primary.column))
            .collect();
        assert!(places.is_sorted(), "{name}: {places:?}");
        for finding in report.findings() {
            let (line, column) = (finding.primary.line, finding.primary.column);
            let place = format!("--> {name}.xml:{line}:{column}\n");
            assert!(text.contains(&place), "{name} lacks {place}\n{text}");
            let title = format!("{}[{}]: ", finding.severity, finding.rule);
            assert!(text.contains(&title), "{name} lacks {title}\n{text}");
        }
    }
}

#[test]
fn rules_are_told_apart_and_explained() {
    let names: BTreeSet<_> = Rule::all().map(|rule| rule.name).collect();
    assert_eq!(names.len(), Rule::all().count());
    for rule in Rule::all() {
        let kebab = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(rule.name.chars().all(kebab), "{}", rule.name);
        assert_eq!(Rule::named(rule.name).map(|one| one.name), Some(rule.name));
        assert!(rule.explanation.ends_with('.') && !rule.explanation.contains("  "));
        assert!(!rule.title.ends_with('.') && !rule.title.contains('|'));
    }
}

#[test]
fn what_the_compiler_refuses_is_what_is_found() {
    let report = lint("<protocol version='TP04'><packet name='A' base='B'/></protocol>");
    let found: Vec<_> = report
        .findings()
        .map(|finding| (finding.rule, finding.severity, finding.category))
        .collect();
    assert_eq!(found, [("TP040", Severity::Error, Category::Schema)]);
    assert!(report.text(false).contains("error[TP040]: "));
}

#[test]
fn the_typing_errors_that_were_once_published_are_found() {
    let schema = "<protocol version='TP04'><parameterset name='ObjectParams'>
        <parameter name='objectParamSize' type='1'><usestruct><structure/></usestruct></parameter>
        <parameter name='objectParamMedia' type='2'><usestruct><structure/></usestruct></parameter>
        <parameter name='objectParamInteger' type='3'><usestruct><structure/></usestruct></parameter>
        <parameter name='objectParmReference' type='6'><usestruct><structure/></usestruct></parameter>
        </parameterset><packet name='Property' id='59'><structure>
        <integer type='unsigned'><name>dispalyname</name></integer>
        <integer type='unsigned'><name>maxvolument</name></integer>
        </structure></packet></protocol>";
    let report = lint(schema);
    let found: Vec<_> = report
        .findings()
        .filter(|finding| matches!(finding.rule, "misspelt-word" | "similar-names"))
        .map(|finding| finding.place.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "ObjectParams.objectParmReference",
            "Property.dispalyname",
            "Property.maxvolument"
        ]
    );
}
