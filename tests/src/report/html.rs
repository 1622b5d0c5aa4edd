//! Reports as one page that needs nothing else: no other file, no network, no server.

use std::io::{self, Write};

use quick_xml::escape::escape;

use super::characters::printable;
use super::{Case, Conclusion, Counts, Group, Outcome, Report, Step, Verdict, Way};

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");
/// Steps of an exchange that are shown of what went well: as many at its start and at its end.
const STEPS: usize = 15;

const VERDICTS: [Verdict; 5] = [
    Verdict::Vanished,
    Verdict::Fail,
    Verdict::Deviation,
    Verdict::Pass,
    Verdict::Skipped,
];

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{} {}", report.program, report.subject);
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>",
        text(&title)
    )?;
    head(report, out)?;
    matrix(report, out)?;
    filter(report, out)?;
    writeln!(out, "<main>")?;
    for group in &report.groups {
        self::group(report, group, out)?;
    }
    writeln!(
        out,
        "<p id=\"none\" hidden>No case is like that.</p>\n</main>\n<script>\n{SCRIPT}</script>\n\
         </body>\n</html>"
    )
}

fn head(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let (class, words) = match report.conclusion() {
        Conclusion::Good => ("pass", "Nothing failed that was not known."),
        Conclusion::Bad => ("fail", "This does not conform."),
        Conclusion::Incomplete if report.is_good() => {
            ("incomplete", "This is too little to judge by.")
        }
        Conclusion::Incomplete => (
            "fail",
            "This does not conform, and is too little to judge by.",
        ),
    };
    let (tried, of) = report.tried();
    writeln!(
        out,
        "<header class=\"{class}\">\n<h1>{}</h1>\n<p class=\"verdict\">{words}</p>\n\
         <p>{}; {tried} of {of} cases were tried.</p>",
        text(&report.subject),
        report.counts()
    )?;
    if let Some(why) = &report.incomplete {
        writeln!(out, "<p class=\"remark\">{}</p>", text(why))?;
    }
    writeln!(out, "<p>")?;
    if let Some(says) = &report.subject_says {
        writeln!(out, "It says it is <q>{}</q>. ", text(says))?;
    }
    writeln!(
        out,
        "Tested by {} at <time data-seconds=\"{}\">{} seconds since 1970</time>, in {}.{} s.</p>",
        text(&report.program),
        report.began,
        report.began,
        report.took / 1000,
        report.took % 1000 / 100
    )?;
    for remark in &report.remarks {
        writeln!(out, "<p class=\"remark\">{}</p>", text(remark))?;
    }
    writeln!(out, "</header>")
}

/// Groups down, columns across, and in each cell how many ended how.
fn matrix(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<table class=\"matrix\">\n<thead><tr><th>Group</th>")?;
    for column in &report.columns {
        writeln!(out, "<th>{}</th>", text(column))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for group in &report.groups {
        let (number, name) = (group.number, text(&group.name));
        writeln!(
            out,
            "<tr><th><a href=\"#group-{number}\"><span>{number}</span> {name}</a></th>"
        )?;
        for column in &report.columns {
            cell(&group.counts(Some(column)), out)?;
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>\n</table>")
}

fn cell(counts: &Counts, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<td title=\"{counts}\"><span class=\"bar\">")?;
    for verdict in VERDICTS {
        let count = counts.get(verdict);
        if count > 0 {
            write!(
                out,
                "<i class=\"{verdict}\" style=\"flex:{count}\">{count}</i>"
            )?;
        }
    }
    writeln!(out, "</span></td>")
}

fn filter(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let counts = report.counts();
    writeln!(out, "<form id=\"filter\">")?;
    for verdict in VERDICTS {
        let count = counts.get(verdict);
        writeln!(
            out,
            "<label class=\"{verdict}\"><input type=\"checkbox\" name=\"verdict\" \
             value=\"{verdict}\" checked> {verdict} <b>{count}</b></label>"
        )?;
    }
    writeln!(
        out,
        "<input type=\"search\" name=\"text\" placeholder=\"Search rules, reasons, frames\" \
         aria-label=\"Search\">\n<button type=\"button\" id=\"fold\">Fold all</button>\n</form>"
    )
}

fn group(report: &Report, group: &Group, out: &mut dyn Write) -> io::Result<()> {
    let (number, name) = (group.number, text(&group.name));
    writeln!(
        out,
        "<section id=\"group-{number}\">\n<h2><span>{number}</span> {name}</h2>"
    )?;
    for case in &group.cases {
        self::case(report, case, out)?;
    }
    writeln!(out, "</section>")
}

fn case(report: &Report, case: &Case, out: &mut dyn Write) -> io::Result<()> {
    let verdicts: Vec<String> = case
        .outcomes
        .iter()
        .map(|outcome| outcome.verdict.to_string())
        .collect();
    let bad = case.outcomes.iter().any(|outcome| !outcome.is_good());
    writeln!(
        out,
        "<details id=\"case-{}\" data-verdicts=\"{}\"{}>\n<summary><b>{}</b> <span>{}</span>",
        text(&case.id),
        verdicts.join(" "),
        if bad { " open" } else { "" },
        text(&case.id),
        text(&case.rule)
    )?;
    for column in &report.columns {
        let outcome = case.outcomes.iter().find(|it| it.column == *column);
        match outcome {
            Some(outcome) => {
                let verdict = outcome.verdict;
                let known = if outcome.expected.is_some() && outcome.is_good() {
                    " known"
                } else {
                    ""
                };
                let column = text(column);
                writeln!(
                    out,
                    "<em class=\"{verdict}{known}\" title=\"{column}\">{verdict}</em>"
                )?;
            }
            None => writeln!(out, "<em class=\"not\" title=\"{}\">–</em>", text(column))?,
        }
    }
    writeln!(
        out,
        "</summary>\n<p class=\"source\">Source: {}</p>",
        text(&case.source)
    )?;
    for outcome in &case.outcomes {
        self::outcome(outcome, out)?;
    }
    writeln!(out, "</details>")
}

fn outcome(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<h3>{} <em class=\"{}\">{}</em></h3>",
        text(&outcome.column),
        outcome.verdict,
        outcome.verdict
    )?;
    if let Some(reason) = &outcome.reason {
        writeln!(out, "<p class=\"reason\">{}</p>", text(reason))?;
    }
    if let Some(remark) = outcome.remark() {
        writeln!(out, "<p class=\"remark\">{}</p>", text(&remark))?;
    }
    if outcome.exchange.is_empty() {
        return Ok(());
    }
    writeln!(out, "<table class=\"exchange\">")?;
    let steps = outcome.exchange.len();
    let all = !matches!(outcome.verdict, Verdict::Pass | Verdict::Skipped)
        || steps <= STEPS.saturating_mul(2);
    for (index, step) in outcome.exchange.iter().enumerate() {
        let end = index.saturating_add(STEPS) >= steps;
        if all || index < STEPS || end {
            self::step(step, out)?;
        } else if index == STEPS {
            let hidden = steps.saturating_sub(STEPS.saturating_mul(2));
            writeln!(
                out,
                "<tr class=\"event\"><td colspan=\"3\">… {hidden} steps, which the JSON report \
                 has …</td></tr>"
            )?;
        }
    }
    writeln!(out, "</table>")
}

fn step(step: &Step, out: &mut dyn Write) -> io::Result<()> {
    let (class, arrow) = match step.way {
        Way::ToServer => ("out", "C→S"),
        Way::ToClient => ("in", "S→C"),
        Way::Event => ("event", ""),
    };
    write!(
        out,
        "<tr class=\"{class}\"><td>{}</td><td>{arrow}</td><td>{}",
        step.connection,
        text(&step.text)
    )?;
    if !step.bytes.is_empty() {
        write!(out, "<code>{}</code>", text(&step.bytes))?;
    }
    writeln!(out, "</td></tr>")
}

/// Text from elsewhere, harmless in a page.
fn text(text: &str) -> String {
    escape(printable(text)).into_owned()
}
