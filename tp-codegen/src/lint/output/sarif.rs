//! Findings for code scanners: SARIF 2.1.0.
//!
//! Source: OASIS, Static Analysis Results Interchange Format Version 2.1.0.

use serde::Serialize;

use crate::diagnostic::{Code, Label};
use crate::lint::report::{Finding, Report};
use crate::lint::rule::{Category, Rule as LintRule, Severity};

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
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome<'r>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
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
    short_description: Text<&'static str>,
    full_description: Markdown,
    default_configuration: Configuration,
    properties: Properties,
}

#[derive(Serialize)]
struct Text<T> {
    text: T,
}

#[derive(Serialize)]
struct Markdown {
    text: &'static str,
    markdown: &'static str,
}

/// The names of the severities are those of SARIF's levels.
#[derive(Serialize)]
struct Configuration {
    level: Severity,
}

#[derive(Serialize)]
struct Properties {
    category: Category,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'r> {
    rule_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: Severity,
    message: Text<String>,
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
    logical_locations: Vec<Logical<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<&'r str>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'r> {
    fully_qualified_name: &'r str,
}

/// A log with one run.
pub(super) fn sarif(report: &Report) -> String {
    let rules = rules(report);
    let results = report.findings().map(|finding| {
        let index = rules.iter().position(|rule| rule.id == finding.rule);
        outcome(finding, index)
    });
    let results = results.collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules,
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    super::pretty(&log)
}

/// Every rule, and the codes of mistakes in the report.
fn rules(report: &Report) -> Vec<Rule> {
    let rules = LintRule::all().map(|rule| Rule {
        id: rule.name,
        short_description: Text { text: rule.title },
        full_description: Markdown {
            text: rule.explanation,
            markdown: rule.explanation,
        },
        default_configuration: Configuration {
            level: rule.severity,
        },
        properties: Properties {
            category: rule.category,
        },
    });
    let is_found = |code: &&Code| report.findings().any(|finding| finding.rule == code.name());
    let codes = Code::ALL.iter().filter(is_found).map(|code| Rule {
        id: code.name(),
        short_description: Text { text: code.title() },
        full_description: Markdown {
            text: code.explanation(),
            markdown: code.explanation(),
        },
        default_configuration: Configuration {
            level: Severity::Error,
        },
        properties: Properties {
            category: Category::Schema,
        },
    });
    rules.chain(codes).collect()
}

fn outcome(finding: &Finding, rule_index: Option<usize>) -> Outcome<'_> {
    let text = match &finding.help {
        Some(help) => format!("{} ({help})", finding.message),
        None => finding.message.clone(),
    };
    let mut location = location(&finding.file, &finding.primary);
    location.logical_locations.push(Logical {
        fully_qualified_name: &finding.place,
    });
    let related = finding.related.iter().enumerate().map(|(id, label)| {
        let mut location = self::location(&finding.file, label);
        location.id = Some(id);
        location.message = (!label.text.is_empty()).then_some(Text { text: &label.text });
        location
    });
    Outcome {
        rule_id: finding.rule,
        rule_index,
        level: finding.severity,
        message: Text { text },
        related_locations: related.collect(),
        locations: [location],
    }
}

fn location<'r>(file: &str, label: &Label) -> Location<'r> {
    Location {
        id: None,
        physical_location: Physical {
            artifact_location: Artifact { uri: uri(file) },
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
