//! Reports as JUnit XML: a suite for each group, a test case for each outcome.
//!
//! JUnit has no word for a deviation: it is a passed test with a line of output. What a file of
//! known deviations expects passes as well. That enough was tried is a test of its own, behind the
//! others: who reads only this file is to know.

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
    let counts = report.counts();
    let bad = report.outcomes().filter(|(_, outcome)| !outcome.is_good());
    let run = usize::from(report.incomplete.is_some());
    attribute(&mut suites, "name", &report.program);
    let tests = report.outcomes().count().saturating_add(1);
    attribute(&mut suites, "tests", &tests.to_string());
    let bad = bad.count().saturating_add(run);
    attribute(&mut suites, "failures", &bad.to_string());
    let skipped = counts.get(Verdict::Skipped);
    attribute(&mut suites, "skipped", &skipped.to_string());
    attribute(&mut suites, "time", &seconds(report.took));
    xml.write_event(Event::Start(suites))?;
    for group in &report.groups {
        self::group(report, group, &mut xml)?;
    }
    self::run(report, &mut xml)?;
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    writeln!(xml.get_mut())
}

/// Whether enough was tried, and what else there is to be known of the run.
fn run(report: &Report, xml: &mut Out<'_>) -> io::Result<()> {
    let mut suite = BytesStart::new("testsuite");
    attribute(&mut suite, "name", "The run");
    attribute(&mut suite, "hostname", &report.subject);
    attribute(&mut suite, "tests", "1");
    let incomplete = usize::from(report.incomplete.is_some());
    attribute(&mut suite, "failures", &incomplete.to_string());
    xml.write_event(Event::Start(suite))?;
    let mut test = BytesStart::new("testcase");
    attribute(&mut test, "classname", "The run");
    attribute(&mut test, "name", "Enough was tried to judge by.");
    xml.write_event(Event::Start(test))?;
    let (tried, of) = report.tried();
    let counts = format!("{}; {tried} of {of} cases were tried", report.counts());
    if let Some(why) = &report.incomplete {
        element(xml, "failure", Some(why), &counts)?;
    }
    let told: Vec<&str> = [counts.as_str()]
        .into_iter()
        .chain(report.remarks.iter().map(String::as_str))
        .collect();
    element(xml, "system-out", None, &told.join("\n"))?;
    xml.write_event(Event::End(BytesEnd::new("testcase")))?;
    xml.write_event(Event::End(BytesEnd::new("testsuite")))
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
