//! Changes for a review.

use std::fmt::Write as _;

use super::text::{self, Side};
use super::{Change, Changes, SourceEffect};

impl Changes {
    /// For a review: Markdown.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let (old, new) = (&self.old, &self.new);
        let versions = if old.version == new.version {
            format!("Changes of {}", new.version)
        } else {
            format!("Changes from {} to {}", old.version, new.version)
        };
        let mut page = format!("# {versions}\n\n`{}` → `{}`: ", old.source, new.source);
        if self.is_empty() {
            return page + "no changes.\n";
        }
        page += &totals(self);
        let (words, others) = self.parted();
        if !others.is_empty() {
            page += &table(&others);
        }
        if !words.is_empty() {
            page += &documentation(&words);
        }
        page
    }
}

fn totals(changes: &Changes) -> String {
    let totals = &changes.totals;
    let mut text = format!(
        "{}. Calls for {}.\n\n| changes that | |\n|---|---:|\n",
        text::count(totals.changes, "change"),
        text::bump(changes),
    );
    for (number, what) in text::classes(totals) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {what} | {number} |");
    }
    text
}

fn table(changes: &[&Change]) -> String {
    let mut text = String::from(
        "\n✗ names the frames that no longer get across.\n\n\
         | in | change | old client, new server | new client, old server | programs |\n\
         |---|---|---|---|---|\n",
    );
    let mut last = None;
    for change in changes {
        let subject = &change.place.subject;
        let first = if last == Some(subject) {
            String::new()
        } else {
            subject.to_string()
        };
        last = Some(subject);
        let side = |side| match text::broken(change, side) {
            Some(frames) => format!("✗ {frames}"),
            None => String::new(),
        };
        let programs = match change.source {
            SourceEffect::Breaking => "✗",
            SourceEffect::Additive => "more",
            SourceEffect::None => "",
        };
        let _ = writeln!(
            text,
            "| {first} | {}{} | {} | {} | {programs} |",
            change.what,
            text::aside(change),
            side(Side::OldClient),
            side(Side::NewClient),
        );
    }
    text
}

fn documentation(changes: &[&Change]) -> String {
    let mut text = format!(
        "\n<details><summary>{} of documentation</summary>\n\n",
        text::count(changes.len(), "change")
    );
    for change in changes {
        let _ = writeln!(text, "- {}: {}", change.place.subject, change.what);
    }
    text + "\n</details>\n"
}
