//! Reports in every form: what is in them, and that nothing in them is taken for markup.

use quick_xml::Reader;
use quick_xml::events::Event;
use tp_tests::report::{Case, Expectation, Format, Group, Outcome, Report, Step, Verdict, Way};

/// Text that would do harm in a page, and cannot stand in XML.
const HOSTILE: &str = "</td><script>window.attacked = true</script>\u{0}\u{1b}[2J\u{202e} & \"'<b>";

fn outcome(column: &str, verdict: Verdict) -> Outcome {
    let step = |way, text: &str| Step {
        connection: 1,
        way,
        text: text.into(),
        bytes: "5450".into(),
    };
    Outcome {
        column: column.into(),
        verdict,
        reason: (verdict != Verdict::Pass).then(|| format!("because {HOSTILE}")),
        expected: None,
        took: 12,
        exchange: vec![
            step(Way::Event, "connected"),
            step(Way::ToServer, "TP04 Ping (27)"),
            step(Way::ToClient, HOSTILE),
        ],
    }
}

fn case(id: &str, rule: &str, verdicts: [Verdict; 2]) -> Case {
    let outcomes = ["TP03", "TP04"].iter().zip(verdicts);
    Case {
        id: id.into(),
        rule: rule.into(),
        source: format!("schema {HOSTILE}"),
        outcomes: outcomes
            .map(|(column, verdict)| outcome(column, verdict))
            .collect(),
    }
}

fn report() -> Report {
    use Verdict::{Deviation, Fail, Pass, Skipped};
    let mut known = case("1.3", "Known to fail.", [Fail, Fail]);
    for outcome in &mut known.outcomes {
        outcome.expected = Some(Expectation {
            case: "1.3".into(),
            column: None,
            verdict: Fail,
            reason: "old".into(),
        });
    }
    Report {
        program: "test-program".into(),
        subject: format!("tp://example {HOSTILE}"),
        subject_says: Some(HOSTILE.into()),
        began: 1_700_000_000,
        took: 2345,
        remarks: vec![HOSTILE.into()],
        incomplete: None,
        columns: vec!["TP03".into(), "TP04".into()],
        groups: vec![
            Group {
                number: 1,
                name: "Greetings".into(),
                cases: vec![
                    case("1.1", "All is well.", [Pass, Pass]),
                    case("1.2", HOSTILE, [Pass, Fail]),
                    known,
                ],
            },
            Group {
                number: 2,
                name: HOSTILE.into(),
                cases: vec![case("2.1", "Neither here nor there.", [Deviation, Skipped])],
            },
        ],
    }
}

fn written(format: Format) -> String {
    form(&report(), format)
}

fn form(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    report.write(format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn too_little_is_told_in_every_form() {
    let told = |format, incomplete: Option<&str>| {
        let mut report = report();
        // Nothing is wrong in what was tried.
        report.groups.remove(0);
        report.incomplete = incomplete.map(str::to_owned);
        form(&report, format)
    };
    for (format, good, plain) in [
        (Format::Text, "", "1 of 1 cases were tried"),
        (Format::Html, "Nothing failed", "1 of 1 cases were tried"),
        (Format::Junit, "failures=\"0\"", "1 of 1 cases were tried"),
        (Format::Json, "", "\"skipped\""),
    ] {
        let enough = told(format, None);
        let little = told(format, Some("the server went home"));
        assert!(enough.contains(good) && enough.contains(plain), "{enough}");
        assert!(little.contains(plain), "{little}");
        assert!(little.contains("the server went home"), "{little}");
    }
    let little = told(Format::Html, Some("the server went home"));
    assert!(little.contains("too little to judge by") && !little.contains("Nothing failed"));
    let little = told(Format::Junit, Some("the server went home"));
    assert!(
        little.contains("<failure message=\"the server went home\""),
        "{little}"
    );
    let root = little.lines().nth(1).unwrap();
    assert!(
        root.contains("tests=\"3\" failures=\"1\" skipped=\"1\""),
        "{root}"
    );
}

#[test]
fn a_server_that_vanished_is_told_in_every_form() {
    let mut report = report();
    report.groups[0].cases[0].outcomes[0].verdict = Verdict::Vanished;
    let counts = "2 passed, 1 deviating, 3 failed, 1 vanished, 1 skipped";
    for (format, told) in [
        (Format::Text, "VANISHED  1.1 TP03  All is well."),
        (Format::Text, counts),
        (
            Format::Html,
            "<em class=\"vanished\" title=\"TP03\">vanished</em>",
        ),
        (Format::Html, counts),
        (Format::Junit, "failures=\"2\""),
        (Format::Json, "\"verdict\": \"vanished\""),
    ] {
        let text = form(&report, format);
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!report.is_good());
}

#[test]
fn json_is_the_report() {
    let again: Report = serde_json::from_str(&written(Format::Json)).unwrap();
    assert_eq!(again, report());
}

#[test]
fn text_tells_what_is_wrong_and_what_not() {
    let text = written(Format::Text);
    for told in [
        "FAIL      1.2 TP04",
        "FAIL      1.3 TP03  Known to fail.",
        "known: old",
        "DEVIATION 2.1 TP03",
        "1 C>S TP04 Ping (27)",
        "3 passed, 1 deviating, 3 failed, 1 skipped in 2.3 s",
        "This does not conform.",
    ] {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(
        !text.contains("1.1 TP"),
        "what is well is only counted: {text}"
    );
    assert!(
        !text.contains(['\u{0}', '\u{1b}', '\u{202e}']),
        "terminals obey: {text:?}"
    );
}

#[test]
fn junit_is_xml_with_a_failure_for_what_is_not_known() {
    let text = written(Format::Junit);
    let mut xml = Reader::from_str(&text);
    let mut elements = Vec::new();
    let mut attributes = Vec::new();
    loop {
        match xml.read_event().unwrap() {
            Event::Eof => break,
            Event::Start(start) | Event::Empty(start) => {
                let name = start.name();
                elements.push(name.as_ref().to_owned());
                for attribute in start.attributes() {
                    let attribute = attribute.unwrap();
                    let key = attribute.key.as_ref().to_owned();
                    attributes.push((key, attribute.value.to_string()));
                }
            }
            _ => {}
        }
    }
    let count = |name: &str| elements.iter().filter(|it| *it == name).count();
    // One of each for the run itself.
    assert_eq!(count("testsuite"), 3);
    assert_eq!(count("testcase"), 9);
    assert_eq!(count("failure"), 1);
    assert_eq!(count("skipped"), 1);
    // The deviation, the two that are known to fail, and what is told of the run.
    assert_eq!(count("system-out"), 4);
    let failures: Vec<_> = attributes
        .iter()
        .filter(|(key, _)| key == "failures")
        .collect();
    assert_eq!(
        failures
            .iter()
            .map(|(_, value)| &value[..])
            .collect::<Vec<_>>(),
        ["1", "1", "0", "0"]
    );
    assert!(!text.contains(['\u{0}', '\u{1b}', '\u{202e}']));
}

/// What the browser makes of a page with this script at its end; none without a browser.
fn browsed(page: &str, script: &str) -> Option<(String, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.html");
    let end = format!("<pre id=\"found\"></pre><script>{script}</script></body>");
    std::fs::write(&file, page.replace("</body>", &end)).unwrap();
    let url = format!("file://{}#case-1.1", file.display());
    let page = tp_test_components::browse(&url, &[])?;
    Some((page.dom, page.console))
}

/// Cases that are shown after each change of the filter.
const DRIVER: &str = r#"
const found = document.getElementById("found");
const shown = (name) => {
  const ids = [...document.querySelectorAll("details:not([hidden])")].map((one) => one.id);
  found.textContent += `${name}: ${ids.join(" ")}\n`;
};
const input = (selector, change) => {
  const one = document.querySelector(selector);
  change(one);
  one.dispatchEvent(new Event("input", { bubbles: true }));
};
const tick = (verdict, on) => input(`[value=${verdict}]`, (box) => { box.checked = on; });
shown("all");
tick("pass", false);
shown("without pass");
tick("fail", false);
shown("without fail");
tick("deviation", false); tick("skipped", false);
shown("without any");
found.textContent += `none: ${!document.getElementById("none").hidden}\n`;
["pass", "fail", "deviation", "skipped"].forEach((verdict) => tick(verdict, true));
input("[name=text]", (box) => { box.value = "NEITHER there"; });
shown("words");
input("[name=text]", (box) => { box.value = ""; });
document.getElementById("fold").click();
found.textContent += `open: ${document.querySelectorAll("details[open]").length}\n`;
found.textContent += `attacked: ${window.attacked === true}\n`;
found.textContent += `bold: ${document.querySelectorAll("summary span b").length}\n`;
found.textContent += `wide: ${document.documentElement.scrollWidth > innerWidth}\n`;
"#;

#[test]
fn the_page_is_read_and_filtered_in_a_browser() {
    let page = written(Format::Html);
    let Some((dom, console)) = browsed(&page, DRIVER) else {
        return;
    };
    assert_eq!(console, [""; 0]);
    let found = dom.split("<pre id=\"found\">").nth(1).unwrap();
    let found: Vec<&str> = found.split("</pre>").next().unwrap().lines().collect();
    assert_eq!(
        found,
        [
            "all: case-1.1 case-1.2 case-1.3 case-2.1",
            "without pass: case-1.2 case-1.3 case-2.1",
            "without fail: case-2.1",
            "without any: ",
            "none: true",
            "words: case-2.1",
            "open: 0",
            "attacked: false",
            "bold: 0",
            "wide: false",
        ]
    );
    // The page needs nothing from elsewhere.
    for elsewhere in ["http://", "https://", "src=", "@import", "url("] {
        assert!(!page.contains(elsewhere), "{elsewhere}");
    }
}

#[test]
fn a_link_to_a_case_opens_it_and_what_is_wrong_is_open() {
    let page = written(Format::Html);
    let Some((dom, _)) = browsed(&page, "") else {
        return;
    };
    let opened = |id: &str| {
        let tag = dom.split(&format!("<details id=\"{id}\"")).nth(1).unwrap();
        tag.split('>').next().unwrap().contains("open")
    };
    assert!(opened("case-1.1"), "it was linked to");
    assert!(opened("case-1.2"), "it failed");
    assert!(!opened("case-1.3"), "it is known to fail");
    assert!(!opened("case-2.1"), "it deviates");
    let matrix = dom
        .split("class=\"matrix\"")
        .nth(1)
        .unwrap()
        .split("</table>")
        .next()
        .unwrap();
    assert_eq!(matrix.matches("<tr>").count(), 3);
}
