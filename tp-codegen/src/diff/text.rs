//! Changes for a terminal.

use std::fmt::Write as _;

use super::{Change, Changes, CrateBump, Kind, SourceEffect, Subject, Totals};

/// As many broken frames are named; of more only the number is told.
const NAMED: usize = 4;

/// Which of two programs that no longer understand each other is the old one.
#[derive(Clone, Copy)]
pub(super) enum Side {
    /// The client; the server is new.
    OldClient,
    /// The server; the client is new.
    NewClient,
}

impl Changes {
    /// For a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let (old, new) = (&self.old, &self.new);
        let mut text = format!(
            "{} ({}) -> {} ({})\n",
            old.source, old.version, new.source, new.version
        );
        if self.is_empty() {
            return text + "no changes\n";
        }
        let (words, others) = self.parted();
        let mut last: Option<&Subject> = None;
        for change in others {
            let subject = &change.place.subject;
            if last != Some(subject) {
                last = Some(subject);
                // Writing to a string cannot fail.
                let _ = writeln!(text, "\n{subject}");
            }
            let _ = writeln!(text, "  {}{}", change.what, aside(change));
            for (side, between) in [
                (Side::OldClient, "an old client and a new server"),
                (Side::NewClient, "a new client and an old server"),
            ] {
                if let Some(frames) = broken(change, side) {
                    let _ = writeln!(text, "      wire: breaks between {between}: {frames}");
                }
            }
            if change.source == SourceEffect::Breaking {
                text.push_str("      source: breaks programs that use it\n");
            }
        }
        if !words.is_empty() {
            text += "\ndocumentation only\n";
        }
        for change in words {
            let _ = writeln!(text, "  {}: {}", change.place.subject, change.what);
        }
        text + "\n" + &totals(self)
    }
}

/// What else is worth knowing about a change.
pub(super) fn aside(change: &Change) -> String {
    let mut text = String::new();
    if let Some(reason) = &change.source_reason {
        let _ = write!(text, "; {reason}");
    }
    let is_base = matches!(change.place.subject, Subject::Packet { id: None, .. });
    if is_base && change.reaches > 0 && !is_everywhere(change) {
        let _ = write!(text, " (in {})", count(change.reaches, "frame"));
    }
    text
}

/// Whether a change is about the header, which all frames have.
fn is_everywhere(change: &Change) -> bool {
    change.kind == Kind::VersionChanged
        || matches!(&change.place.subject, Subject::Packet { packet, .. } if packet == "Header")
}

/// The frames that no longer get across, in words.
pub(super) fn broken(change: &Change, side: Side) -> Option<String> {
    let frames = change.frames.iter().filter(|frame| match side {
        Side::OldClient => frame.old_client_new_server,
        Side::NewClient => frame.new_client_old_server,
    });
    let names: Vec<&str> = frames.map(|frame| frame.packet.as_str()).collect();
    if names.is_empty() {
        return None;
    }
    if is_everywhere(change) {
        return Some("every frame".to_owned());
    }
    let more = names.len().saturating_sub(NAMED);
    let first: Vec<&str> = names.into_iter().take(NAMED).collect();
    Some(match more {
        0 => first.join(", "),
        more => format!("{} and {}", first.join(", "), count(more, "more frame")),
    })
}

/// How many changes there are, and what they call for.
fn totals(changes: &Changes) -> String {
    let mut text = format!("{}\n", count(changes.totals.changes, "change"));
    for (number, what) in classes(&changes.totals) {
        let _ = writeln!(text, "{number:5} {what}");
    }
    text + &format!("calls for {}\n", bump(changes))
}

/// The classes that there are changes of.
pub(super) fn classes(totals: &Totals) -> impl Iterator<Item = (usize, &'static str)> {
    let all = [
        (totals.wire, "break the wire"),
        (
            totals.old_client_new_server,
            "… between old clients and new servers",
        ),
        (
            totals.new_client_old_server,
            "… between new clients and old servers",
        ),
        (totals.source, "break programs"),
        (totals.additive, "only add"),
        (totals.documentation, "are documentation"),
    ];
    all.into_iter().filter(|(number, _)| *number > 0)
}

pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        many => format!("{many} {noun}s"),
    }
}

/// What the changes call for, in words.
pub(super) fn bump(changes: &Changes) -> String {
    let bump = &changes.bump;
    let krate = match bump.krate {
        CrateBump::None => "no new version of the crate",
        CrateBump::Patch => "a new patch version of the crate",
        CrateBump::Minor => "a new minor version of the crate",
        CrateBump::Major => "a new major version of the crate (before 1.0: minor)",
    };
    let (old, new) = (&changes.old.version, &changes.new.version);
    match (bump.protocol, bump.protocol_done) {
        // As everywhere in this project, a new protocol may become a module beside the old one.
        (true, true) => format!(
            "a new protocol version, which {new} is, and a new major version of the crate (minor if \
             {new} comes beside {old})"
        ),
        (true, false) => format!("a new protocol version and {krate}"),
        (false, _) => krate.to_owned(),
    }
}
