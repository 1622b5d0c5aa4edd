//! What would change in a file, as a patch.

use std::fmt::Write as _;
use std::path::Path;

use clap::builder::styling::{AnsiColor, Style};
use similar::TextDiff;
use tp_codegen::visible;

use super::input;

/// A unified diff of the file at `path`.
pub(super) fn patch(path: &Path, before: &str, after: &str, color: bool) -> String {
    let path = input::shown(path);
    let diff = TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    // Any line end is one here, also the lone carriage return of an old file.
    let diff = diff.replace("\r\n", "\n").replace('\r', "\n");
    let mut text = String::new();
    for line in diff.lines() {
        let line: Vec<_> = line.split('\t').map(visible).collect();
        let line = line.join("\t");
        let style = match line.as_bytes().first() {
            Some(b'+') if color => AnsiColor::Green.on_default(),
            Some(b'-') if color => AnsiColor::Red.on_default(),
            Some(b'@') if color => AnsiColor::Cyan.on_default(),
            _ => Style::new(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{style}{line}{style:#}");
    }
    text
}
