//! Reports of conformance programs: what was tried, what came of it, and what was said.
//!
//! The program that tests servers and the program that tests clients fill the same [`Report`];
//! [`Format`] says how it is written.

mod characters;
mod expect;
mod html;
mod journal;
mod junit;
mod output;
mod selection;
mod text;

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use tp_frames::printable_json;

pub use expect::{Expectation, Expectations, ExpectationsError};
pub use journal::Journal;
pub use output::{Output, ReportArgs};
pub use selection::Selection;

/// Everything that a run found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The program that made it.
    pub program: String,
    /// What was tested: a URL, or the name of a client.
    pub subject: String,
    /// What the subject says it is.
    pub subject_says: Option<String>,
    /// When the run began, in seconds since 1970 UTC.
    pub began: u64,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// Whatever the reader should know that is no case.
    pub remarks: Vec<String>,
    /// Why this is too little to judge by, if it is: the run was cut short, or few cases were tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete: Option<String>,
    /// What each case was run for: `TP03`, `TP04`.
    pub columns: Vec<String>,
    /// Cases by topic.
    pub groups: Vec<Group>,
}

/// Cases of one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its number, which the ids of its cases begin with.
    pub number: u32,
    /// Its name.
    pub name: String,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// One rule that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its number: `3.4`.
    pub id: String,
    /// The rule, in a sentence.
    pub rule: String,
    /// Where the rule comes from.
    pub source: String,
    /// What came of it, for each column that it was run for.
    pub outcomes: Vec<Outcome>,
}

/// What came of a case in one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The column.
    pub column: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Why, unless it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What a file of known deviations says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expectation>,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// What was sent and received.
    pub exchange: Vec<Step>,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// As the rule says.
    Pass,
    /// Not as the rule says, but the protocol allows it, or real programs are known for it.
    Deviation,
    /// Against the rule.
    Fail,
    /// The server was gone when it had been tried: it crashed, most likely.
    Vanished,
    /// It could not be tried.
    Skipped,
}

/// One thing that happened on a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which connection of the case, from 1.
    pub connection: u32,
    /// What happened.
    pub way: Way,
    /// The frame, in words; or what happened.
    pub text: String,
    /// The bytes in hexadecimal digits; long ones are cut short.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub bytes: String,
}

/// Which way a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// From the client to the server.
    #[serde(rename = "C>S")]
    ToServer,
    /// From the server to the client.
    #[serde(rename = "S>C")]
    ToClient,
    /// Neither: a connection opened or closed, or nothing came.
    #[serde(rename = "--")]
    Event,
}

/// How many outcomes there are of each verdict, in the order of verdicts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([usize; 5]);

/// What a report comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// Nothing failed that was not known before.
    Good,
    /// Something did.
    Bad,
    /// Whatever failed or not, it is too little to judge by.
    Incomplete,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a terminal.
    Text,
    /// One JSON object, the form of [`Report`].
    Json,
    /// JUnit XML, as continuous integration reads it.
    Junit,
    /// One page that needs nothing else.
    Html,
}

impl Report {
    /// Writes the report.
    ///
    /// # Errors
    ///
    /// `out` takes no more.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Text => text::write(self, out),
            Format::Json => {
                let json = serde_json::to_string_pretty(self)?;
                writeln!(out, "{}", printable_json(&json))
            }
            Format::Junit => junit::write(self, out),
            Format::Html => html::write(self, out),
        }
    }

    /// Every outcome, with its case.
    pub fn outcomes(&self) -> impl Iterator<Item = (&Case, &Outcome)> {
        let cases = self.groups.iter().flat_map(|group| &group.cases);
        cases.flat_map(|case| case.outcomes.iter().map(move |outcome| (case, outcome)))
    }

    /// How many outcomes there are of each verdict.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts::of(self.outcomes().map(|(_, outcome)| outcome))
    }

    /// Whether nothing went wrong that was not known before, in what was tried.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.outcomes().all(|(_, outcome)| outcome.is_good())
    }

    /// What it comes to.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match self.incomplete {
            Some(_) => Conclusion::Incomplete,
            None if self.is_good() => Conclusion::Good,
            None => Conclusion::Bad,
        }
    }

    /// How many cases were tried in some column, and how many there are.
    #[must_use]
    pub fn tried(&self) -> (usize, usize) {
        let cases = || self.groups.iter().flat_map(|group| &group.cases);
        (
            cases().filter(|case| case.was_tried()).count(),
            cases().count(),
        )
    }

    /// Sets what the file says of each outcome.
    pub fn expect(&mut self, expectations: &Expectations) {
        for case in self.groups.iter_mut().flat_map(|group| &mut group.cases) {
            for outcome in &mut case.outcomes {
                let known = expectations.of(&case.id, &outcome.column, outcome.verdict);
                outcome.expected = known.cloned();
            }
        }
    }
}

impl Group {
    /// How many outcomes there are of each verdict; of one column, or of all.
    #[must_use]
    pub fn counts(&self, column: Option<&str>) -> Counts {
        let outcomes = self.cases.iter().flat_map(|case| &case.outcomes);
        Counts::of(outcomes.filter(|outcome| column.is_none_or(|column| outcome.column == column)))
    }
}

impl Case {
    /// Whether it was tried in some column.
    #[must_use]
    pub fn was_tried(&self) -> bool {
        let mut outcomes = self.outcomes.iter();
        outcomes.any(|outcome| outcome.verdict != Verdict::Skipped)
    }
}

impl Counts {
    /// Counts outcomes.
    fn of<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            counts.0[outcome.verdict as usize] += 1;
        }
        counts
    }

    /// How many there are of one.
    #[must_use]
    pub fn get(&self, verdict: Verdict) -> usize {
        self.0[verdict as usize]
    }
}

impl Outcome {
    /// One that took no time, without an exchange.
    #[must_use]
    pub fn new(column: &str, verdict: Verdict, reason: Option<String>) -> Self {
        Self {
            column: column.to_owned(),
            verdict,
            reason,
            expected: None,
            took: 0,
            exchange: Vec::new(),
        }
    }

    /// Whether it is no reason to worry: nothing failed, or just as was known before.
    #[must_use]
    pub fn is_good(&self) -> bool {
        match (&self.expected, self.verdict) {
            (_, Verdict::Skipped) => true,
            (Some(expected), verdict) => expected.verdict == verdict,
            (None, verdict) => !matches!(verdict, Verdict::Fail | Verdict::Vanished),
        }
    }

    /// What the known deviations have to do with it.
    #[must_use]
    pub fn remark(&self) -> Option<String> {
        let expected = self.expected.as_ref()?;
        if self.verdict == Verdict::Skipped {
            return None;
        }
        let (known, why) = (expected.verdict, &expected.reason);
        Some(match (self.is_good(), self.verdict) {
            (true, _) => format!("known: {why}"),
            (false, Verdict::Pass) => format!("unexpected pass, where {known} was known: {why}"),
            (false, _) => format!("where {known} was known: {why}"),
        })
    }
}

/// A time, as reports have it.
#[must_use]
pub fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// How a program ends that has written a report, or could not.
#[must_use]
pub fn exit_code(program: &str, ran: &Result<Report, String>) -> ExitCode {
    match ran {
        Ok(report) => match report.conclusion() {
            Conclusion::Good => ExitCode::SUCCESS,
            Conclusion::Bad => ExitCode::FAILURE,
            Conclusion::Incomplete => ExitCode::from(3),
        },
        Err(error) => {
            eprintln!("{program}: {}", characters::printable(error));
            ExitCode::from(2)
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Pass => "pass",
            Self::Deviation => "deviation",
            Self::Fail => "fail",
            Self::Vanished => "vanished",
            Self::Skipped => "skipped",
        })
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::ToServer => "C>S",
            Self::ToClient => "S>C",
            Self::Event => "--",
        })
    }
}

impl fmt::Display for Counts {
    /// `12 pass, 1 fail`: what there is none of is left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = ["passed", "deviating", "failed", "vanished", "skipped"];
        let parts = self.0.iter().zip(words).filter(|(count, _)| **count > 0);
        let parts: Vec<String> = parts
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        match parts.is_empty() {
            true => f.write_str("nothing"),
            false => f.write_str(&parts.join(", ")),
        }
    }
}
