//! Reports for a terminal.

use std::io::{self, Write};

use unicode_width::UnicodeWidthChar as _;

use super::characters::printable;
use super::{Case, Outcome, Report, Step, Verdict};

/// Lines of an exchange that are shown of a case that failed: the last ones tell most.
const STEPS: usize = 8;
/// Most columns of a line of an exchange.
const WIDTH: usize = 160;

pub(super) fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut text = Vec::new();
    whole(report, &mut text)?;
    // Much of it is from elsewhere, and terminals obey.
    out.write_all(printable(&String::from_utf8_lossy(&text)).as_bytes())
}

fn whole(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} {}", report.program, report.subject)?;
    if let Some(says) = &report.subject_says {
        writeln!(out, "  it says: {}", tp_frames::printable(says))?;
    }
    for remark in &report.remarks {
        writeln!(out, "  {remark}")?;
    }
    for (case, outcome) in report.outcomes().filter(|(_, outcome)| is_news(outcome)) {
        writeln!(out)?;
        self::outcome(case, outcome, out)?;
    }
    summary(report, out)
}

fn is_news(outcome: &Outcome) -> bool {
    !outcome.is_good()
        || matches!(
            outcome.verdict,
            Verdict::Fail | Verdict::Vanished | Verdict::Deviation
        )
}

fn outcome(case: &Case, outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{:<9} {} {}  {}",
        outcome.verdict.to_string().to_uppercase(),
        case.id,
        outcome.column,
        case.rule
    )?;
    writeln!(out, "          source: {}", case.source)?;
    if let Some(reason) = &outcome.reason {
        writeln!(out, "          {reason}")?;
    }
    if let Some(remark) = outcome.remark() {
        writeln!(out, "          {remark}")?;
    }
    if !matches!(outcome.verdict, Verdict::Fail | Verdict::Vanished) {
        return Ok(());
    }
    let hidden = outcome.exchange.len().saturating_sub(STEPS);
    if hidden > 0 {
        writeln!(out, "          … {hidden} earlier lines")?;
    }
    for step in outcome.exchange.iter().skip(hidden) {
        writeln!(out, "          {}", line(step))?;
    }
    Ok(())
}

fn line(step: &Step) -> String {
    let text = format!("{} {} {}", step.connection, step.way, step.text);
    let text = tp_frames::printable(&text).to_string();
    let mut columns: usize = 0;
    let fits = text.chars().take_while(|character| {
        columns = columns.saturating_add(character.width().unwrap_or_default());
        columns <= WIDTH
    });
    let shown: String = fits.collect();
    if shown == text { text } else { shown + "…" }
}

fn summary(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let width = report.groups.iter().map(|group| group.name.chars().count());
    let width = width.max().unwrap_or_default();
    writeln!(out)?;
    for group in &report.groups {
        write!(out, "{:>3}  {:<width$}", group.number, group.name)?;
        for column in &report.columns {
            let counts = group.counts(Some(column));
            write!(out, "  {column}: {:<34}", counts.to_string())?;
        }
        writeln!(out)?;
    }
    let skipped = reasons(report);
    if !skipped.is_empty() {
        writeln!(out)?;
    }
    for (reason, count) in skipped {
        writeln!(out, "skipped {count}: {reason}")?;
    }
    let seconds = report.took / 1000;
    let tenths = report.took % 1000 / 100;
    writeln!(out)?;
    let (tried, of) = report.tried();
    writeln!(
        out,
        "{} in {seconds}.{tenths} s; {tried} of {of} cases were tried",
        report.counts()
    )?;
    if !report.is_good() {
        writeln!(out, "This does not conform.")?;
    }
    if let Some(why) = &report.incomplete {
        writeln!(out, "This is too little to judge by: {why}.")?;
    }
    Ok(())
}

/// Why cases were skipped, and how many for each reason.
fn reasons(report: &Report) -> Vec<(&str, usize)> {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for (_, outcome) in report.outcomes() {
        if outcome.verdict != Verdict::Skipped {
            continue;
        }
        let reason = outcome.reason.as_deref().unwrap_or_default();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => reasons.push((reason, 1)),
        }
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Way;

    #[test]
    fn lines_are_one_line_and_end_where_a_terminal_is_full() {
        let shown = |text: &str| {
            line(&Step {
                connection: 1,
                way: Way::ToClient,
                text: text.into(),
                bytes: String::new(),
            })
        };
        assert_eq!(shown("a\nPASS\u{202e}"), r"1 S>C a\nPASS\u{202e}");
        let combining = "e\u{301}".repeat(WIDTH - 6);
        assert_eq!(shown(&combining), format!("1 S>C {combining}"));
        let wide = "星".repeat(WIDTH / 2 - 3);
        assert_eq!(shown(&wide), format!("1 S>C {wide}"));
        assert_eq!(shown(&format!("{wide}星")), format!("1 S>C {wide}…"));
    }
}
