//! Where a report goes: the options that every program has that writes one.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;

use super::{Expectations, Format, Report};

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
