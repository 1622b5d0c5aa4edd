//! Reports as JUnit XML: a suite for each group, a test case for each outcome.
//!
//! JUnit has no word for a deviation: it is a passed test with a line of output. What a file of
//! known deviations expects passes as well.

use std::io::{self, Write};

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::characters::printable;
use super::{Case, Group, Outcome, Report, Verdict};

type Out<'a> = Writer<&'a mut dyn Write>;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut suites = BytesStart::new("testsuites");
    attribute(&mut suites, "name", &report.program);
    attribute(&mut suites, "time", &seconds(report.took));
    xml.write_event(Event::Start(suites))?;
    for group in &report.groups {
        self::group(report, group, &mut xml)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(xml.get_mut())
}

fn group(report: &Report, group: &Group, xml: &mut Out<'_>) -> io::Result<()> {
    let outcomes = || group.cases.iter().flat_map(|case| &case.outcomes);
    let bad = outcomes().filter(|outcome| !outcome.is_good()).count();
    let mut suite = BytesStart::new("testsuite");
    attribute(
        &mut suite,
        "name",
        &format!("{} {}", group.number, group.name),
    );
    attribute(&mut suite, "hostname", &report.subject);
    attribute(&mut suite, "tests", &outcomes().count().to_string());
    attribute(&mut suite, "failures", &bad.to_string());
    attribute(&mut suite, "errors", "0");
    let skipped = group.counts(None).get(Verdict::Skipped);
    attribute(&mut suite, "skipped", &skipped.to_string());
    let took = outcomes().map(|outcome| outcome.took);
    attribute(
        &mut suite,
        "time",
        &seconds(took.fold(0, u64::saturating_add)),
    );
    xml.write_event(Event::Start(suite))?;
    for case in &group.cases {
        for outcome in &case.outcomes {
            self::outcome(group, case, outcome, xml)?;
        }
    }
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
}

fn outcome(group: &Group, case: &Case, outcome: &Outcome, xml: &mut Out<'_>) -> io::Result<()> {
    let mut test = BytesStart::new("testcase");
    let class = format!("{}.{}", outcome.column, group.name);
    attribute(&mut test, "classname", &class);
    attribute(&mut test, "name", &format!("{} {}", case.id, case.rule));
    attribute(&mut test, "time", &seconds(outcome.took));
    xml.write_event(Event::Start(test))?;
    let reason = outcome.reason.as_deref().unwrap_or_default();
    let told = match outcome.remark() {
        Some(remark) if reason.is_empty() => remark,
        Some(remark) => format!("{reason} ({remark})"),
        None => reason.to_owned(),
    };
    if !outcome.is_good() {
        let mut text = format!("source: {}\n", case.source);
        for step in &outcome.exchange {
            text.push_str(&format!("{} {} {}\n", step.connection, step.way, step.text));
        }
        element(xml, "failure", Some(&told), &text)?;
    } else if outcome.verdict == Verdict::Skipped {
        element(xml, "skipped", Some(&told), "")?;
    } else if outcome.verdict != Verdict::Pass {
        element(
            xml,
            "system-out",
            None,
            &format!("{}: {told}", outcome.verdict),
        )?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

fn element(xml: &mut Out<'_>, name: &str, message: Option<&str>, text: &str) -> io::Result<()> {
    let mut start = BytesStart::new(name);
    if let Some(message) = message {
        attribute(&mut start, "message", message);
    }
    if text.is_empty() {
        return xml.write_event(Event::Empty(start));
    }
    xml.write_event(Event::Start(start))?;
    xml.write_event(Event::Text(BytesText::new(&printable(text))))?;
    xml.write_event(Event::End(BytesEnd::new(name)))
}

fn attribute(element: &mut BytesStart<'_>, name: &str, value: &str) {
    element.push_attribute((name, printable(value).as_str()));
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000)
}
