//! What programs, code scanners and GitHub get.

use std::collections::BTreeSet;

use serde_json::Value;
use tp_codegen::lint::Rule;

use super::{cases, lint};

/// A schema with an error, a warning and a note.
fn three() -> String {
    let schema = "<protocol version='TP04'>
  <packet name='One' id='1' since='TP05'>
    <longname>Eins: 100%, \u{fc}</longname>
    <description>The only one.</description>
    <structure>
      <string><name>URI</name><longname>Address</longname><description>Where it is.</description></string>
    </structure>
  </packet>
</protocol>";
    schema.to_owned()
}

#[test]
fn json_has_everything() {
    let report = lint(&three());
    let json: Value = serde_json::from_str(&report.json()).unwrap();
    assert_eq!(
        json["counts"],
        serde_json::json!({ "error": 1, "warning": 1, "note": 1 })
    );
    assert_eq!(json["allowed"], 0);
    assert_eq!(
        json["findings"][0],
        serde_json::json!({
            "rule": "impossible-since",
            "severity": "error",
            "category": "versions",
            "message": "`TP05` is yet to come",
            "file": "s.xml",
            "place": "One",
            "line": 2,
            "column": 36,
            "end_line": 2,
            "end_column": 40,
            "related": [{
                "line": 1,
                "column": 20,
                "end_line": 1,
                "end_column": 24,
                "label": "this is the version of the protocol",
            }],
        })
    );
    assert_eq!(json["findings"][2]["place"], "One.URI");
    assert!(report.json().ends_with("}\n"));
}

#[test]
fn github_gets_one_command_a_finding() {
    let lines: Vec<_> = lint(&three()).github().lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "::error file=s.xml,line=2,endLine=2,col=36,endColumn=40,\
             title=impossible-since (One)::`TP05` is yet to come",
            "::notice file=s.xml,line=6,endLine=6,col=7,endColumn=15,\
             title=unbounded (One.URI)::string `URI` has no `max`",
            "::warning file=s.xml,line=6,endLine=6,col=21,endColumn=24,\
             title=field-name (One.URI)::field `URI` is not in small letters",
        ]
    );
    for (name, report) in cases() {
        let text = report.github();
        assert_eq!(text.lines().count(), report.findings().count(), "{name}");
        assert!(text.lines().all(|line| line.starts_with("::")), "{text}");
    }
}

/// The keys of an object that SARIF 2.1.0 knows, and which of them it requires.
fn keys(object: &Value, required: &[&str], optional: &[&str]) {
    let object = object.as_object().unwrap();
    for key in required {
        assert!(object.contains_key(*key), "{key} is missing: {object:?}");
    }
    for key in object.keys() {
        let known = required.iter().chain(optional).any(|known| known == key);
        assert!(known, "{key} is unknown: {object:?}");
    }
}

fn location(location: &Value) {
    keys(
        location,
        &["physicalLocation"],
        &["id", "message", "logicalLocations"],
    );
    let physical = &location["physicalLocation"];
    keys(physical, &["artifactLocation", "region"], &[]);
    keys(&physical["artifactLocation"], &["uri"], &[]);
    let region = &physical["region"];
    keys(
        region,
        &["startLine", "startColumn", "endLine", "endColumn"],
        &[],
    );
    let number = |key: &str| region[key].as_u64().filter(|number| *number > 0).unwrap();
    assert!(
        (number("startLine"), number("startColumn")) <= (number("endLine"), number("endColumn"))
    );
    if let Some(message) = location.get("message") {
        keys(message, &["text"], &[]);
    }
}

#[test]
fn sarif_has_the_shape_of_its_standard() {
    let broken = lint("<protocol version='TP04'><packet name='A' base='B'/></protocol>");
    let reports = cases().into_iter().map(|(_, report)| report);
    for report in reports.chain([lint(&three()), broken]) {
        let log: Value = serde_json::from_str(&report.sarif()).unwrap();
        keys(&log, &["version", "runs", "$schema"], &[]);
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(log["runs"].as_array().unwrap().len(), 1);
        let run = &log["runs"][0];
        keys(run, &["tool", "results", "columnKind"], &[]);
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let driver = &run["tool"]["driver"];
        keys(driver, &["name", "semanticVersion", "rules"], &[]);
        let rules = driver["rules"].as_array().unwrap();
        let ids: BTreeSet<_> = rules
            .iter()
            .map(|rule| rule["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids.len(), rules.len());
        assert!(Rule::all().all(|rule| ids.contains(rule.name)));
        for rule in rules {
            keys(
                rule,
                &[
                    "id",
                    "shortDescription",
                    "fullDescription",
                    "defaultConfiguration",
                ],
                &["properties"],
            );
            keys(&rule["shortDescription"], &["text"], &[]);
            keys(&rule["fullDescription"], &["text"], &["markdown"]);
            let level = rule["defaultConfiguration"]["level"].as_str().unwrap();
            assert!(["error", "warning", "note"].contains(&level), "{level}");
        }
        let results = run["results"].as_array().unwrap();
        assert_eq!(results.len(), report.findings().count());
        for (result, finding) in results.iter().zip(report.findings()) {
            keys(
                result,
                &["ruleId", "ruleIndex", "level", "message", "locations"],
                &["relatedLocations"],
            );
            keys(&result["message"], &["text"], &[]);
            assert_eq!(result["ruleId"], finding.rule);
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert_eq!(result["locations"].as_array().unwrap().len(), 1);
            let primary = &result["locations"][0];
            location(primary);
            assert_eq!(
                primary["logicalLocations"][0]["fullyQualifiedName"],
                finding.place.as_str()
            );
            for related in result["relatedLocations"].as_array().into_iter().flatten() {
                location(related);
            }
        }
    }
}
