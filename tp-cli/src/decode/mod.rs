//! `tp decode`: captured frames for a person, or as JSON lines.

mod capture;
mod descriptions;
mod json;
mod node;
mod parameters;
mod reader;
mod secrets;
mod summary;
mod text;

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::args::DecodeArgs;
use crate::failure::{Failure, complain};
use crate::output::Format;
use capture::Captured;
use reader::{Decoded, Reader};
use summary::Summary;

/// Runs the subcommand.
pub(crate) fn run(args: &DecodeArgs) -> Result<ExitCode, Failure> {
    let (mut input, name) = open(&args.file)?;
    let mut output = io::stdout().lock();
    let mut reader = Reader::new(args.protocol, args.strict);
    let mut summary = Summary::default();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input
            .read_until(b'\n', &mut line)
            .map_err(|error| unreadable(&name, &error))?;
        if read == 0 {
            break;
        }
        if number == 1 && capture::is_utf16(&line) {
            return Err(Failure::misuse(format_args!(
                "{name} is in UTF-16; a capture is text in UTF-8 or ASCII"
            )));
        }
        let warn = |what: &dyn Display| complain(format_args!("{name}:{number}: {what}"));
        let captured = match capture::parse(&line) {
            Ok(Some(captured)) => captured,
            Ok(None) => continue,
            Err(error) => {
                summary.count_failed();
                warn(&error);
                continue;
            }
        };
        match reader.decode(&captured) {
            Ok(mut decoded) => {
                summary.count(&decoded);
                if !args.show_secrets {
                    secrets::hide(captured.header.r#type, &mut decoded);
                }
                print(args.format, &captured, &decoded, &mut output)?;
                if let Some(difference) = &decoded.difference {
                    warn(difference);
                }
            }
            Err(error) => {
                summary.count_failed();
                warn(&format_args!(
                    "{} frame of type {}, sequence {}: {error}",
                    captured.direction.mark(),
                    captured.header.r#type,
                    captured.header.sequence,
                ));
            }
        }
    }
    writeln!(output, "{summary}").map_err(|error| Failure::output(&error))?;
    Ok(summary.exit_code())
}

/// The capture, and what to call it.
fn open(path: &Path) -> Result<(Box<dyn BufRead>, String), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin().lock()), "stdin".into()));
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| unreadable(&name, &error))?;
    Ok((Box::new(BufReader::new(file)), name))
}

fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::misuse(format_args!("cannot read {name}: {error}"))
}

fn print(
    format: Format,
    captured: &Captured,
    decoded: &Decoded,
    output: &mut impl Write,
) -> Result<(), Failure> {
    let mut shown = match format {
        Format::Text => text::frame(captured, decoded),
        Format::Json => json::line(captured, decoded).map_err(Failure::misuse)?,
    };
    shown.push('\n');
    output
        .write_all(shown.as_bytes())
        .map_err(|error| Failure::output(&error))
}
