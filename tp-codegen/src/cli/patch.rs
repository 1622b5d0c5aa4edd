//! What would change in a file, as a patch.

use std::fmt::Write as _;
use std::path::Path;

use clap::builder::styling::{AnsiColor, Style};
use similar::TextDiff;

/// A unified diff of the file at `path`.
pub(super) fn patch(path: &Path, before: &str, after: &str, color: bool) -> String {
    let path = path.display();
    let diff = TextDiff::from_lines(before, after)
        .unified_diff()
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    let mut text = String::new();
    for line in diff.lines() {
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
