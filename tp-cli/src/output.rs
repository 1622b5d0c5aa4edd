//! What commands print: tables for people, a JSON object a line for programs.

use std::fmt;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use comfy_table::{CellAlignment, ContentArrangement, presets};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use tp_frames::{printable, printable_json};

use crate::failure::Failure;

/// How a command prints.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a person
    Text,
    /// One JSON object a line
    Json,
}

/// How a command prints what it was asked for.
#[derive(Args, Clone, Copy)]
pub(crate) struct OutputArgs {
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

impl OutputArgs {
    /// Prints the lines of JSON, or the text.
    pub(crate) fn print<T: Serialize>(
        self,
        lines: impl IntoIterator<Item = T>,
        text: impl FnOnce() -> String,
    ) -> Result<ExitCode, Failure> {
        match self.format {
            Format::Text => print(&text())?,
            Format::Json => {
                for line in lines {
                    print_json(&line)?;
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes to standard output.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut out = anstream::stdout();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    written.map_err(|error| Failure::output(&error))
}

/// Writes a line of JSON to standard output.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(value).map_err(Failure::failed)?;
    let line = format!("{}\n", printable_json(&line));
    let written = io::stdout().write_all(line.as_bytes());
    written.map_err(|error| Failure::output(&error))
}

/// How far something is that takes long, on the terminal of a person; nothing elsewhere, and for what is
/// done soon.
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// So many of something are to be had.
    pub(crate) fn new(what: &'static str, number: usize) -> Self {
        if number < Self::MANY {
            return Self(ProgressBar::hidden());
        }
        // It is on standard error, and nowhere if that is no terminal.
        let bar = ProgressBar::new(u64::try_from(number).unwrap_or(u64::MAX)).with_message(what);
        let style = ProgressStyle::with_template("{pos} of {len} {msg} {wide_bar} {eta}");
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// What is done in a moment needs no bar.
    const MANY: usize = 2000;

    /// So many more are there.
    pub(crate) fn advance(&self, number: usize) {
        self.0.inc(u64::try_from(number).unwrap_or(u64::MAX));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// How many columns there are for a person to read; `None` if it is not written to a terminal.
pub(crate) fn columns() -> Option<u16> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size()?;
    Some(columns)
}

/// Columns with a name each. On a terminal it is as wide as that is, and what does not fit goes on
/// below; elsewhere it is as wide as it has to be.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// Numbers are aligned to the right, so their columns are known by a name in front of a `>`.
    pub(crate) fn new<const N: usize>(names: [&str; N]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING);
        match columns() {
            Some(columns) => {
                table.set_content_arrangement(ContentArrangement::Dynamic);
                table.set_width(columns);
            }
            None => {
                table.set_content_arrangement(ContentArrangement::Disabled);
            }
        }
        table.set_header(names.map(|name| name.trim_start_matches('>')));
        for (column, name) in table.column_iter_mut().zip(names) {
            column.set_padding((0, 2));
            if name.starts_with('>') {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self(table)
    }

    /// Adds a row. What a server says is made printable.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.0
            .add_row(cells.map(|cell| printable(&cell).to_string()));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .lines()
            .try_for_each(|line| writeln!(f, "{}", line.trim_end()))
    }
}
