//! Findings for code scanners: SARIF 2.1.0.
//!
//! Source: OASIS, Static Analysis Results Interchange Format Version 2.1.0.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::{Code, Label};
use crate::lint::report::{Finding, Report};
use crate::lint::rule::{Category, Rule as LintRule, Severity};

/// An object with one key.
type One<T> = BTreeMap<&'static str, T>;

fn one<T>(key: &'static str, value: T) -> One<T> {
    BTreeMap::from([(key, value)])
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: One<Driver>,
    column_kind: &'static str,
    results: Vec<Outcome<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: One<&'static str>,
    full_description: Markdown,
    /// The names of the severities are those of SARIF's levels.
    default_configuration: One<Severity>,
    properties: One<Category>,
}

#[derive(Serialize)]
struct Markdown {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'r> {
    rule_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: Severity,
    message: One<String>,
    locations: [Location<'r>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'r>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'r> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<One<&'r str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<One<&'r str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: One<String>,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

impl Report {
    /// A SARIF 2.1.0 log of one run.
    #[must_use]
    pub fn sarif(&self) -> String {
        let rules = rules(self);
        let results = self.findings().map(|finding| {
            let index = rules.iter().position(|rule| rule.id == finding.rule);
            outcome(finding, index)
        });
        let results = results.collect();
        let driver = Driver {
            name: env!("CARGO_PKG_NAME"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules,
        };
        super::pretty(&Log {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Run {
                tool: one("driver", driver),
                column_kind: "unicodeCodePoints",
                results,
            }],
        })
    }
}

/// Every rule, and the codes of mistakes in the report.
fn rules(report: &Report) -> Vec<Rule> {
    let rule = |id, title, explanation, severity, category| Rule {
        id,
        short_description: one("text", title),
        full_description: Markdown {
            text: explanation,
            markdown: explanation,
        },
        default_configuration: one("level", severity),
        properties: one("category", category),
    };
    let rules = LintRule::all().map(|one| {
        rule(
            one.name,
            one.title,
            one.explanation,
            one.severity,
            one.category,
        )
    });
    let is_found = |code: &&Code| report.findings().any(|finding| finding.rule == code.name());
    let (severity, category) = (Severity::Error, Category::Schema);
    let codes = Code::ALL.iter().filter(is_found);
    let codes = codes.map(|code| {
        rule(
            code.name(),
            code.title(),
            code.explanation(),
            severity,
            category,
        )
    });
    rules.chain(codes).collect()
}

fn outcome(finding: &Finding, rule_index: Option<usize>) -> Outcome<'_> {
    let text = match &finding.help {
        Some(help) => format!("{} ({help})", finding.message),
        None => finding.message.clone(),
    };
    let mut location = location(&finding.file, &finding.primary);
    let place = one("fullyQualifiedName", finding.place.as_str());
    location.logical_locations.push(place);
    let related = finding.related.iter().enumerate().map(|(id, label)| {
        let mut location = self::location(&finding.file, label);
        location.id = Some(id);
        location.message = (!label.text.is_empty()).then(|| one("text", label.text.as_str()));
        location
    });
    Outcome {
        rule_id: finding.rule,
        rule_index,
        level: finding.severity,
        message: one("text", text),
        related_locations: related.collect(),
        locations: [location],
    }
}

fn location<'r>(file: &str, label: &Label) -> Location<'r> {
    Location {
        id: None,
        physical_location: Physical {
            artifact_location: one("uri", uri(file)),
            region: Region {
                start_line: label.line,
                start_column: label.column,
                end_line: label.end_line,
                end_column: label.end_column,
            },
        },
        logical_locations: Vec::new(),
        message: None,
    }
}

/// A path as a URI reference (RFC 3986): parts joined by `/`, all but unreserved characters encoded.
/// A path from the root is one of the scheme `file`.
fn uri(path: &str) -> String {
    let path = match cfg!(windows) {
        true => path.replace('\\', "/"),
        false => path.to_owned(),
    };
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uris() {
        for (path, expected) in [
            ("protocol.xml", "protocol.xml"),
            ("../a b/ü#.xml", "../a%20b/%C3%BC%23.xml"),
            ("c:d.xml", "c%3Ad.xml"),
            ("/tmp/a.xml", "file:///tmp/a.xml"),
        ] {
            assert_eq!(uri(path), expected);
        }
    }
}
