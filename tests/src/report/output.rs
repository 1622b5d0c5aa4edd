//! Where a report goes: the options that every program has that writes one.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::{Case, Expectations, Format, Report};

/// Options of the command line.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The form of the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    report: Format,

    /// Write the report to this file, and a summary to the terminal
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Known deviations, a TOML file: what is in it does not count, and what is in it and passes
    /// does
    #[arg(long, value_name = "FILE")]
    expect: Option<PathBuf>,

    /// Take a run for enough in which few cases were tried; without this it says too little where
    /// fewer than half were
    #[arg(long)]
    allow_skipped: bool,

    /// Show passwords and keys in the report
    #[arg(long)]
    pub show_secrets: bool,
}

impl ReportArgs {
    /// What is known to deviate, of the cases with these ids.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or names another case.
    pub fn expectations(&self, ids: &[&str]) -> Result<Expectations, String> {
        match &self.expect {
            None => Ok(Expectations::default()),
            Some(path) => Expectations::read(path, ids).map_err(|error| error.to_string()),
        }
    }

    /// Notes in the report that too little was tried, if it was and that is not allowed: not all cases
    /// that `must` be, or fewer than half of them all.
    pub fn require_tried(&self, report: &mut Report, must: impl Fn(&Case) -> bool) {
        if self.allow_skipped || report.incomplete.is_some() {
            return;
        }
        let cases = report.groups.iter().flat_map(|group| &group.cases);
        let missing = cases.filter(|case| must(case) && !case.was_tried());
        let missing: Vec<&str> = missing.map(|case| case.id.as_str()).collect();
        let (tried, of) = report.tried();
        let why = match missing.is_empty() {
            false => format!("--only names what was not tried: {}", missing.join(" ")),
            true if tried < of.div_ceil(2) => {
                format!("{tried} of {of} cases were tried, fewer than half")
            }
            true => return,
        };
        report.incomplete = Some(format!("{why}; --allow-skipped takes that for enough"));
    }

    /// Opens the file before a run, so that a run is not for nothing.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn open(&self) -> Result<Output, String> {
        let file = self.out.as_ref().map(|path| {
            File::create(path).map_err(|error| format!("cannot write {}: {error}", path.display()))
        });
        Ok(Output {
            format: self.report,
            file: file.transpose()?,
        })
    }
}

/// Where a report goes.
#[derive(Debug)]
pub struct Output {
    format: Format,
    file: Option<File>,
}

impl Output {
    /// Writes the report; where it goes to a file, the terminal gets it as text.
    ///
    /// # Errors
    ///
    /// The file or the terminal takes no more.
    pub fn write(self, report: &Report) -> Result<(), String> {
        self.written(report)
            .map_err(|error| format!("no report: {error}"))
    }

    fn written(self, report: &Report) -> io::Result<()> {
        let mut terminal = io::stdout().lock();
        match self.file {
            Some(file) => {
                let mut file = BufWriter::new(file);
                report.write(self.format, &mut file)?;
                file.flush()?;
                report.write(Format::Text, &mut terminal)
            }
            None => report.write(self.format, &mut terminal),
        }
    }
}
