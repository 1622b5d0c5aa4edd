//! What a plan allows.

use tp_codegen::Source;
use tp_codegen::lint::{Allow, AllowList, Linter, Report};

/// A schema with one finding, `field-name` at `One.where.URI`.
const SCHEMA: &str = "<protocol version='TP04'><packet name='One' id='1'>
  <longname>One</longname><description>The only one.</description>
  <structure>
    <group><name>where</name><longname>Where</longname><description>Where it is.</description>
      <structure>
        <integer type='unsigned'><name>URI</name><longname>Address</longname>
          <description>Its address.</description></integer>
      </structure>
    </group>
  </structure>
</packet></protocol>";

const PLAN: &str = "rule = 1\nrule = 2\n";

fn entry(rule: &str, schema: Option<&str>, place: Option<&str>) -> Allow {
    Allow {
        rule: rule.to_owned(),
        schema: schema.map(str::to_owned),
        place: place.map(str::to_owned),
        reason: Some("it was published so".to_owned()),
        span: 7..8,
    }
}

/// Looks at the schemas of these names with a plan about `a.xml` and `b.xml`.
fn lint(seen: &[&str], entries: Vec<Allow>) -> Report {
    let plan = Source::new("plan.toml", PLAN).unwrap();
    let schemas = vec!["a.xml".to_owned(), "b.xml".to_owned()];
    let allow = AllowList::new(plan, schemas, entries);
    let mut linter = Linter::new(&allow);
    for name in seen {
        linter.schema(&Source::new(name, SCHEMA).unwrap());
    }
    linter.finish()
}

fn found(report: &Report) -> Vec<(&str, &str)> {
    report
        .findings()
        .map(|finding| (finding.rule, finding.file.as_str()))
        .collect()
}

#[test]
fn an_entry_covers_its_place_and_what_is_in_it() {
    for place in [
        None,
        Some("*"),
        Some("One"),
        Some("One.where"),
        Some("One.where.URI"),
        Some("*.URI"),
        Some("O*.w*"),
    ] {
        let report = lint(&["a.xml", "b.xml"], vec![entry("field-name", None, place)]);
        assert_eq!(found(&report), [], "{place:?}");
        assert_eq!(report.allowed(), 2);
    }
}

#[test]
fn an_entry_covers_nothing_else() {
    for (rule, schema, place) in [
        ("field-name", None, Some("On")),
        ("field-name", None, Some("URI")),
        ("field-name", None, Some("One.where.URI.x")),
        ("packet-name", None, None),
    ] {
        let report = lint(&["a.xml", "b.xml"], vec![entry(rule, schema, place)]);
        assert_eq!(
            found(&report),
            [
                ("field-name", "a.xml"),
                ("field-name", "b.xml"),
                ("allow-unused", "plan.toml")
            ],
            "{rule} {place:?}"
        );
        assert_eq!(report.allowed(), 0);
    }
    let report = lint(
        &["a.xml", "b.xml"],
        vec![entry("field-name", Some("b.xml"), None)],
    );
    assert_eq!(found(&report), [("field-name", "a.xml")]);
}

#[test]
fn an_entry_is_unused_only_if_all_its_schemas_were_looked_at() {
    let entries = || {
        vec![
            entry("packet-name", None, None),
            entry("packet-name", Some("b.xml"), None),
        ]
    };
    assert_eq!(
        found(&lint(&["a.xml"], entries())),
        [("field-name", "a.xml")]
    );
    let rules: Vec<_> = [("field-name", "b.xml"), ("allow-unused", "plan.toml")].into();
    assert_eq!(found(&lint(&["b.xml"], entries())), rules);
}

#[test]
fn the_plan_is_about_its_own_schemas_only() {
    let report = lint(&["c.xml"], vec![entry("field-name", None, None)]);
    assert_eq!(found(&report), [("field-name", "c.xml")]);
}

#[test]
fn bad_entries_are_found_where_they_stand() {
    let nameless = entry("feild-name", None, None);
    let foreign = entry("field-name", Some("c.xml"), None);
    let own = entry("allow-unused", None, None);
    for bad in [nameless, foreign, own] {
        let report = lint(&["a.xml"], vec![bad]);
        let expected = [("field-name", "a.xml"), ("allow-malformed", "plan.toml")];
        assert_eq!(found(&report), expected);
    }
    let report = lint(&["a.xml"], vec![entry("feild-name", None, None)]);
    let text = report.text(false);
    assert!(text.contains("--> plan.toml:1:8"), "{text}");
    assert!(text.contains("did you mean `field-name`?"), "{text}");
}

#[test]
fn an_entry_without_reason_allows_and_is_found() {
    for reason in [None, Some(" \n".to_owned())] {
        let silent = Allow {
            reason,
            ..entry("field-name", None, None)
        };
        let report = lint(&["a.xml"], vec![silent]);
        assert_eq!(found(&report), [("allow-without-reason", "plan.toml")]);
        assert_eq!(report.allowed(), 1);
    }
}

#[test]
fn a_comment_covers_its_element_only() {
    let lint = |schema: &str| -> Vec<&str> {
        let report = super::lint(schema);
        report.findings().map(|finding| finding.rule).collect()
    };
    let comment = "<!-- lint: allow(field-name) Published so. -->";
    let beside = |place: &str| SCHEMA.replace(place, &format!("{comment}{place}"));
    for place in [
        "<protocol",
        "<packet",
        "<structure>\n    <group>",
        "<group>",
        "<integer",
        "<name>URI",
    ] {
        assert_eq!(lint(&beside(place)), [""; 0], "{place}");
    }
    for place in [
        "<longname>One",
        "<name>where",
        "</packet>",
        "<description>Its",
    ] {
        let found = lint(&beside(place));
        assert_eq!(found.len(), 2, "{place}");
        assert!(found.contains(&"field-name") && found.contains(&"allow-unused"));
    }
    let behind = SCHEMA.replace(
        "</name><longname>Address",
        &format!("</name> {comment}<longname>Address"),
    );
    assert_eq!(lint(&behind), [""; 0]);
}
