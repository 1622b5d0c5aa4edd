//! Schema prose as rustdoc: sanitised so that no link or doc test breaks.

use proc_macro2::TokenStream;
use quote::quote;

use super::Context;
use crate::family::Family;
use crate::model::{
    Field, FieldKind, History, Item, Packet, Presence, Prose, ReplySequence, Role, Stage,
};
use crate::words::{self, sentence};

/// Columns of prose behind `/// `.
const WIDTH: usize = 90;

/// Doc attributes, one a line.
pub(super) fn attributes(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| {
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// Escapes what Markdown or rustdoc would take for markup.
fn escape_word(word: &str) -> String {
    if word.starts_with("http://") || word.starts_with("https://") {
        let end = word.trim_end_matches(['.', ',', ';', ')', '"', '\'']);
        let rest = word.strip_prefix(end).unwrap_or_default();
        return format!("<{end}>{rest}");
    }
    let mut escaped = String::with_capacity(word.len());
    for character in word.chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '$'
        ) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Escapes a word that would open a list, quotation or heading at the start of a line.
fn escape_first(word: &str, escaped: String) -> String {
    let number = word.strip_suffix(['.', ')']).unwrap_or_default();
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        let mark = if word.ends_with('.') { '.' } else { ')' };
        return format!("{number}\\{mark}");
    }
    if matches!(word, "-" | "+" | "=") || word.starts_with('#') {
        return format!("\\{escaped}");
    }
    escaped
}

/// One paragraph, escaped and wrapped.
fn wrap(text: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let escaped = escape_word(word);
        let wide = line.chars().count().saturating_add(escaped.chars().count());
        if !line.is_empty() && wide >= WIDTH {
            lines.push(std::mem::take(&mut line));
        }
        if line.is_empty() {
            line.push_str(&escape_first(word, escaped));
        } else {
            line.push(' ');
            line.push_str(&escaped);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
}

/// Adds paragraphs, each apart from what stands before.
fn paragraphs(text: &str, lines: &mut Vec<String>) {
    for paragraph in text.split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        wrap(paragraph, lines);
    }
}

/// Everything the schema says about an element; `name` where it says nothing.
pub(super) fn prose(prose: &Prose, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    match (&prose.longname, &prose.description) {
        (Some(longname), _) => wrap(&sentence(longname), &mut lines),
        (None, None) => lines.push(format!("`{name}` of the schema.")),
        (None, Some(_)) => {}
    }
    if let Some(description) = &prose.description {
        paragraphs(description, &mut lines);
    }
    if let Some(example) = &prose.example {
        paragraphs(&format!("Example: {example}"), &mut lines);
    }
    for note in &prose.notes {
        paragraphs(note, &mut lines);
    }
    lines
}

/// The first words about an element, for places that link to the rest.
pub(super) fn short(prose: &Prose, name: &str) -> Vec<String> {
    let mut lines = Vec::new();
    match prose.longname.as_ref().or(prose.description.as_ref()) {
        Some(text) => wrap(
            &sentence(text.split("\n\n").next().unwrap_or_default()),
            &mut lines,
        ),
        None => lines.push(format!("`{name}` of the schema.")),
    }
    lines
}

/// The docs of a field: name and description in one paragraph, notes, then its marks.
pub(super) fn field(context: &Context<'_>, field: &Field) -> Vec<String> {
    let mut words = field.prose.clone();
    if let (Some(longname), Some(description)) = (&words.longname, &words.description) {
        words.description = Some(format!("{} {description}", sentence(longname)));
        words.longname = None;
    }
    let mut lines = prose(&words, &field.name);
    let mut marks = Vec::new();
    if field.readonly {
        marks.push("Read-only.".to_owned());
    }
    if field.optional {
        marks.push("Optional.".to_owned());
    }
    if field.secret {
        marks.push("Secret.".to_owned());
    }
    marks.extend(versions_mark(context, &field.prose, &field.history));
    if !marks.is_empty() {
        paragraphs(&marks.join(" "), &mut lines);
    }
    let older: Vec<String> = field
        .history
        .older_names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect();
    if !older.is_empty() {
        let name = older.join(", before that ");
        lines.extend([String::new(), format!("In older versions called {name}.")]);
    }
    lines
}

/// In which versions something is there, if not in all: of a family as merging found it, of a
/// single schema as that says.
fn versions_mark(context: &Context<'_>, prose: &Prose, history: &History) -> Option<String> {
    let (since, until) = if context.family.is_versioned() {
        let name = |number: Option<u8>| number.map(|number| context.family.version(number));
        (name(history.since), name(history.until))
    } else {
        (prose.since.as_deref(), prose.until.as_deref())
    };
    match (since, until) {
        (Some(since), Some(until)) if since == until => Some(format!("Only in {since}.")),
        (Some(since), Some(until)) => Some(format!("From {since} to {until}.")),
        (Some(since), None) => Some(format!("Since {since}.")),
        (None, Some(until)) => Some(format!("Until {until}.")),
        (None, None) => None,
    }
}

/// Adds the version note of an element that has no other marks.
pub(super) fn add_versions(
    context: &Context<'_>,
    prose: &Prose,
    history: &History,
    lines: &mut Vec<String>,
) {
    if let Some(mark) = versions_mark(context, prose, history) {
        paragraphs(&mark, lines);
    }
}

/// The docs of a protocol's module.
pub(super) fn protocol(family: &Family) -> Vec<String> {
    let versions: Vec<&str> = family
        .versions
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    vec![
        format!("Every frame of `{}`: {}.", family.name, versions.join(", ")),
        String::new(),
        "[`Frame`] is any of them; each packet is a struct of its own.".into(),
    ]
}

/// The docs of a packet: its words, what it is, and its bytes.
pub(super) fn packet(context: &Context<'_>, packet: &Packet) -> Vec<String> {
    let mut lines = prose(&packet.prose, &packet.name);
    lines.extend([String::new(), "| | |".to_owned(), "|---|---|".to_owned()]);
    if let Some(id) = packet.id {
        lines.push(format!("| frame type | {id} |"));
    }
    lines.push(format!(
        "| direction | {} |",
        words::direction(packet.direction)
    ));
    if let Some(base) = packet.base.as_ref().and_then(|base| context.packet(base))
        && base.role != Role::Header
        && !base.fields.is_empty()
    {
        lines.push(format!(
            "| built on | [`{0}`](super::{0}) |",
            base.rust_name
        ));
    }
    if let Some(reply) = replies(context, packet) {
        lines.push(format!("| answered by | {reply} |"));
    }
    lines.push(format!("| versions | {} |", versions(context, packet)));
    lines.push(format!("| body | {} |", body(context, packet)));
    if !packet.fields.is_empty() {
        lines.extend([String::new(), "# Wire layout".to_owned(), String::new()]);
        layout(context, &packet.fields, &mut lines);
    }
    if !packet.failtypes.is_empty() {
        lines.extend([String::new(), "# Failures".to_owned(), String::new()]);
        for failtype in &packet.failtypes {
            let mut words = Vec::new();
            let text = failtype
                .prose
                .description
                .as_deref()
                .unwrap_or("See `Fail`.");
            wrap(text, &mut words);
            lines.push(format!("- {}: {}", failtype.type_id, words.join(" ")));
        }
    }
    lines
}

fn replies(context: &Context<'_>, packet: &Packet) -> Option<String> {
    let replies: Vec<String> = packet
        .replies
        .iter()
        .filter_map(|reply| {
            let name = &context.packet(&reply.packet)?.rust_name;
            let mut text = format!("[`{name}`](super::{name})");
            match reply.sequence {
                ReplySequence::Never => {}
                ReplySequence::Maybe => text.push_str(", one each, behind a `Sequence` if several"),
                ReplySequence::Always => text.push_str(", behind a `Sequence`"),
            }
            if reply.silent {
                text.push_str(", or by nothing");
            }
            Some(text)
        })
        .collect();
    if replies.is_empty() {
        return None;
    }
    Some(format!("{}; or `Fail`", replies.join(" or ")))
}

fn versions(context: &Context<'_>, packet: &Packet) -> String {
    let mut versions = context
        .family
        .versions_of(packet)
        .map(|version| &version.name);
    let first = versions.next().cloned().unwrap_or_default();
    match packet.history.until {
        None => format!("since {first}"),
        Some(until) if context.family.version(until) == first => format!("only {first}"),
        Some(until) => format!("{first} to {}", context.family.version(until)),
    }
}

/// How long the body is: in the newest version, and where that is another, in those before.
fn body(context: &Context<'_>, packet: &Packet) -> String {
    let sizes = context.family.sizes(packet);
    let Some((&(mut since, ref newest), older)) = sizes.split_first() else {
        return words::size(packet.size);
    };
    let mut text = words::size(*newest);
    for (first, size) in older {
        let before = context.family.version(since);
        text.push_str(&format!("; before {before} {}", words::size(*size)));
        since = *first;
    }
    text
}

/// The table of fields in wire order, members of lists and groups indented below them.
pub(super) fn layout(context: &Context<'_>, fields: &[Field], lines: &mut Vec<String>) {
    lines.push("| field | bytes | type |".to_owned());
    lines.push("|---|---|---|".to_owned());
    rows(context, fields, "", lines);
}

fn rows(context: &Context<'_>, fields: &[Field], prefix: &str, lines: &mut Vec<String>) {
    for field in fields {
        let name = format!("{prefix}{}", field.name);
        let bytes = words::bytes(&field.kind);
        let mut kind = words::kind(&field.kind);
        if field.readonly {
            kind.push_str(", read-only");
        }
        if field.optional && field.stages.is_empty() {
            kind.push_str(", optional");
        }
        kind.push_str(&stages(context, &field.stages));
        lines.push(format!("| `{name}` | {bytes} | {kind} |"));
        match &field.kind {
            FieldKind::Group(record) => rows(context, &record.fields, &format!("{name}."), lines),
            FieldKind::List {
                item: Item::Record(record),
                ..
            } => {
                rows(context, &record.fields, &format!("{name}[]."), lines);
            }
            _ => {}
        }
    }
}

/// What a field is in which versions, if not the same in all, oldest last.
fn stages(context: &Context<'_>, stages: &[Stage]) -> String {
    let mut text = String::new();
    let mut newer: Option<u8> = None;
    for stage in stages {
        let what = match (stage.presence, stage.count) {
            (Presence::Absent, _) => "not there".to_owned(),
            (Presence::Optional, _) => "optional".to_owned(),
            (Presence::Required, Some(count)) => format!("{count} bytes"),
            (Presence::Required, None) => "always there".to_owned(),
        };
        let name = |number: u8| context.family.version(number);
        let when = match (stage.since, newer) {
            (0, Some(newer)) => format!("before {}", name(newer)),
            (since, None) => format!("since {}", name(since)),
            (since, Some(newer)) => format!("from {}, before {}", name(since), name(newer)),
        };
        newer = Some(stage.since);
        let said = match (stage.presence, stage.count, stages) {
            // "Since TP04" says that it was not there before.
            (Presence::Required, None, [_, older])
                if older.presence == Presence::Absent && stage.since > 0 =>
            {
                when
            }
            (Presence::Absent, _, [_, _]) if stage.since == 0 => continue,
            (Presence::Required, None, [newest, _])
                if newest.presence == Presence::Absent && stage.since == 0 =>
            {
                when
            }
            (Presence::Absent, _, [_, _]) => continue,
            _ => format!("{what} {when}"),
        };
        text.push_str(&format!(", {said}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped(text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        paragraphs(text, &mut lines);
        lines
    }

    #[test]
    fn markup_is_shown_not_obeyed() {
        assert_eq!(
            wrapped("a [b] <c> *d* e_f `g`"),
            [r"a \[b\] \<c\> \*d\* e\_f \`g\`"]
        );
        assert_eq!(wrapped("- x"), [r"\- x"]);
        assert_eq!(wrapped("1. first"), [r"1\. first"]);
        assert_eq!(wrapped("# not a heading"), [r"\# not a heading"]);
    }

    #[test]
    fn addresses_become_links() {
        assert_eq!(wrapped("see http://a.b/c_d."), ["see <http://a.b/c_d>."]);
    }

    #[test]
    fn paragraphs_stay_apart_and_lines_short() {
        let lines = wrapped(&format!("{}\n\nend", "word ".repeat(40)));
        assert!(lines.iter().all(|line| line.len() <= WIDTH));
        assert_eq!(lines.last().map(String::as_str), Some("end"));
        assert!(lines.contains(&String::new()));
    }
}
