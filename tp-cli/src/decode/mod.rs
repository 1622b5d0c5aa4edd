//! `tp decode`: captured frames for a person, or as JSON lines.

pub(crate) mod args;
pub(crate) mod capture;
mod descriptions;
mod filter;
mod json;
mod limits;
mod node;
mod parameters;
mod reader;
mod secrets;
mod summary;
mod text;

use std::collections::HashMap;
use std::fmt::Display;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use tp_frames::Header;

use crate::failure::{Failure, complain};
use crate::output::Format;
use args::{DecodeArgs, ShowArgs};
use capture::{Bad, Capture, Captured, Direction, Ends, Item, OpenError, Place, What};
use descriptions::Room;
use filter::Filter;
use limits::{BAD_FRAMES, NOTES};
use reader::{Decoded, Reader};
use summary::Summary;

/// Runs the subcommand.
pub(crate) fn run(args: &DecodeArgs) -> Result<ExitCode, Failure> {
    let (file, name) = open(&args.file)?;
    show(
        file,
        &name,
        &args.show,
        &mut io::stdout().lock(),
        None::<io::Sink>,
    )
}

/// Shows a capture at `output`. Its frames are appended to `lines`, as those of a text capture.
pub(crate) fn show(
    file: impl Read,
    name: &str,
    args: &ShowArgs,
    output: &mut dyn Write,
    lines: Option<impl Write>,
) -> Result<ExitCode, Failure> {
    let capture = Capture::open(file).map_err(|error| match error {
        OpenError::Read(error) => unreadable(name, &error),
        OpenError::NoCapture(what) => Failure::misuse(format_args!("{name} {what}")),
        OpenError::Damage(damage) => Failure::misuse(format_args!("{name}: {damage}")),
    })?;
    if !args.filter.connection.is_empty() && !capture.has_connections() {
        return Err(Failure::misuse(format_args!(
            "{name} is a text capture, which tells no connections; --connection is for pcap and pcapng"
        )));
    }
    let mut decoding = Decoding::new(args, name, output, lines);
    for item in capture {
        let item = item.map_err(|error| unreadable(name, &error))?;
        decoding.take(item)?;
        if decoding.is_hopeless() {
            break;
        }
    }
    decoding.finish()
}

/// The capture, and what to call it.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn Read>, String), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin().lock()), "stdin".into()));
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    Ok((Box::new(file), name))
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::misuse(format_args!("cannot read {name}: {error}"))
}

/// A capture that is shown.
struct Decoding<'a, L> {
    args: &'a ShowArgs,
    /// The file's.
    name: &'a str,
    filter: Filter<'a>,
    output: &'a mut dyn Write,
    /// By the number of the connection; a text capture is one.
    readers: HashMap<Option<u64>, OneReader>,
    room: Room,
    summary: Summary,
    /// Notes about connections.
    notes: u64,
    /// Where frames are kept as text.
    lines: Option<L>,
}

/// The reader of a connection.
struct OneReader {
    reader: Reader,
    /// Whether the connection has been told.
    is_told: bool,
}

impl<'a, L: Write> Decoding<'a, L> {
    fn new(args: &'a ShowArgs, name: &'a str, output: &'a mut dyn Write, lines: Option<L>) -> Self {
        let filter = Filter::new(&args.filter);
        let summary = Summary::new(filter.is_open());
        Self {
            args,
            name,
            filter,
            output,
            readers: HashMap::new(),
            room: Room::default(),
            summary,
            notes: 0,
            lines,
        }
    }

    fn take(&mut self, item: Item) -> Result<(), Failure> {
        match item.what {
            What::Frame(captured) => return self.frame(item.place, &captured),
            What::Bad(bad) => self.bad(item.place, &bad),
            What::Note(note) => self.note(item.place, &note),
            What::End(number) => {
                self.readers.remove(&Some(number));
            }
        }
        Ok(())
    }

    fn frame(&mut self, place: Option<Place>, captured: &Captured) -> Result<(), Failure> {
        self.summary.count_any();
        self.keep(captured)?;
        let connection = captured.connection();
        let one = self.readers.entry(connection).or_insert_with(|| OneReader {
            reader: Reader::new(self.args.protocol, self.args.strict, &self.room),
            is_told: false,
        });
        // Also what is not shown tells how to read what follows.
        let decoded = one.reader.decode(captured);
        if !self.filter.shows(captured) {
            return Ok(());
        }
        match decoded {
            Ok(mut decoded) => {
                let is_told = std::mem::replace(&mut one.is_told, true);
                if let Some(origin) = captured.origin.as_ref().filter(|_| !is_told) {
                    self.connection(&origin.connection)?;
                }
                self.summary.count(&decoded);
                if !self.args.show_secrets {
                    secrets::hide(captured.header.r#type, &mut decoded);
                }
                self.print(captured, &decoded)?;
                if let Some(difference) = &decoded.difference {
                    self.warn(place, difference);
                }
            }
            Err(error) => {
                self.summary.count_failed();
                self.warn(place, &about(captured.direction, &captured.header, &error));
            }
        }
        Ok(())
    }

    /// Keeps it as a line of text, if that is wanted.
    fn keep(&mut self, captured: &Captured) -> Result<(), Failure> {
        let Some(lines) = &mut self.lines else {
            return Ok(());
        };
        // At once: a moment later the program may be ended.
        let line = format!(
            "{} {}\n",
            captured.direction.mark(),
            text::hex(&captured.bytes)
        );
        let kept = lines.write_all(line.as_bytes());
        kept.map_err(|error| Failure::failed(format_args!("frames are not kept: {error}")))
    }

    fn bad(&mut self, place: Option<Place>, bad: &Bad) {
        self.summary.count_any();
        let shown = match bad {
            Bad::Cut {
                direction, header, ..
            } => self.filter.shows_header(*direction, header),
            _ => true,
        };
        if !shown || !self.filter.shows_connection(connection(place)) {
            return;
        }
        self.summary.count_failed();
        match bad {
            Bad::Cut {
                direction, header, ..
            } => self.warn(place, &about(*direction, header, bad)),
            _ => self.warn(place, bad),
        }
    }

    fn note(&mut self, place: Option<Place>, note: &dyn Display) {
        if !self.filter.shows_connection(connection(place)) {
            return;
        }
        if place.is_some() {
            self.notes = self.notes.saturating_add(1);
            if self.notes > NOTES && !self.args.keep_going {
                return;
            }
        }
        self.warn(place, note);
    }

    /// Tells a connection, in front of the first frame that is shown of it.
    fn connection(&mut self, ends: &Ends) -> Result<(), Failure> {
        match self.args.output.format {
            Format::Text => self.line(ends.to_string()),
            Format::Json => {
                complain(format_args!("{}: {ends}", self.name));
                Ok(())
            }
        }
    }

    fn print(&mut self, captured: &Captured, decoded: &Decoded) -> Result<(), Failure> {
        self.line(match self.args.output.format {
            Format::Text => text::frame(captured, decoded),
            Format::Json => json::line(captured, decoded).map_err(Failure::misuse)?,
        })
    }

    fn line(&mut self, mut line: String) -> Result<(), Failure> {
        line.push('\n');
        let written = self.output.write_all(line.as_bytes());
        written.map_err(|error| Failure::output(&error))
    }

    fn warn(&self, place: Option<Place>, what: &dyn Display) {
        let name = self.name;
        match place {
            Some(place) => complain(format_args!("{name}{place}: {what}")),
            None => complain(format_args!("{name}: {what}")),
        }
    }

    /// Returns `true` if so much is bad that the rest is not worth it.
    fn is_hopeless(&self) -> bool {
        self.summary.bad() >= BAD_FRAMES && !self.args.keep_going
    }

    /// Tells what is left to tell.
    fn finish(mut self) -> Result<ExitCode, Failure> {
        let untold = self.notes.saturating_sub(NOTES);
        if untold > 0 && !self.args.keep_going {
            let more = format_args!("{untold} notes more; --keep-going tells them");
            self.warn(None, &more);
        }
        if self.is_hopeless() {
            let (bad, frames) = (self.summary.bad(), self.summary.frames());
            let stopped = format_args!(
                "stopped, as {bad} of {frames} frames so far are bad; if this is the right file, \
                 --keep-going reads the rest"
            );
            self.warn(None, &stopped);
        }
        let counts = self.summary.to_string();
        match self.args.output.format {
            Format::Text => self.line(counts)?,
            Format::Json => complain(counts),
        }
        Ok(self.summary.exit_code())
    }
}

fn connection(place: Option<Place>) -> Option<u64> {
    match place {
        Some(Place::Packet { connection, .. }) => Some(connection),
        _ => None,
    }
}

/// What is wrong with a frame, behind what its header says.
fn about(direction: Direction, header: &Header, wrong: &dyn Display) -> String {
    let (mark, kind, sequence) = (direction.mark(), header.r#type, header.sequence);
    format!("{mark} frame of type {kind}, sequence {sequence}: {wrong}")
}
