//! Fields one below the other: where each is, what it is made of, what it means.

use super::page::{Block, Inline, Look, Table, TableRow, code, heading, link_into, tag, text};
use super::prose;
use super::site::{Entry, field_anchor, members, values_anchor};
use crate::emit::words;
use crate::model::{Enumeration, Field, FieldKind, Style, Value};

/// Where something begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// So many bytes from the start.
    Start(u64),
    /// So many bytes from the start of the entry, or from the end of the last part of variable
    /// length.
    Plus(u64),
}

impl At {
    /// Where something begins that stands behind `bytes` bytes.
    pub(super) fn after(self, bytes: u64) -> Self {
        match self {
            Self::Start(at) => Self::Start(at.saturating_add(bytes)),
            Self::Plus(at) => Self::Plus(at.saturating_add(bytes)),
        }
    }

    /// Where something begins that stands behind `field`; optional fields count as present.
    pub(super) fn behind(self, field: &Field) -> Self {
        if field.size.fixed {
            self.after(field.size.min)
        } else if let FieldKind::Group(record) = &field.kind {
            let members = record.fields.iter();
            members.fold(self, Self::behind)
        } else {
            Self::Plus(0)
        }
    }

    pub(super) fn words(self) -> String {
        match self {
            Self::Start(at) => at.to_string(),
            Self::Plus(at) => format!("+{at}"),
        }
    }
}

/// A field with its place, members of lists and groups included.
pub(super) struct Row<'a> {
    /// `list[].member`, `group.member`.
    pub(super) path: String,
    pub(super) at: At,
    pub(super) field: &'a Field,
}

/// Every field, those within lists and groups behind the one they are in.
pub(super) fn rows(fields: &[Field]) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    add(fields, "", At::Start(0), &mut rows);
    rows
}

fn add<'a>(fields: &'a [Field], prefix: &str, mut at: At, rows: &mut Vec<Row<'a>>) {
    for field in fields {
        let path = format!("{prefix}{}", field.name);
        let (inner, start) = match &field.kind {
            FieldKind::List { .. } => (format!("{path}[]."), At::Plus(0)),
            _ => (format!("{path}."), at),
        };
        rows.push(Row { path, at, field });
        add(members(field), &inner, start, rows);
        at = at.behind(field);
    }
}

/// What is told about the fields of a structure: a table, and the values of its enumerations.
/// `prefix` tells the structures of a page apart, `owner` is whose own fields are not inherited.
pub(super) fn blocks(
    entry: &Entry<'_>,
    fields: &[Field],
    prefix: &str,
    owner: &str,
    level: u8,
) -> Vec<Block> {
    let rows = rows(fields);
    if rows.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![Block::Table(Table {
        look: Look::Fields,
        head: ["Offset", "Bytes", "Field", "Meaning"]
            .map(str::to_owned)
            .into(),
        rows: rows
            .iter()
            .map(|row| table_row(entry, row, prefix, owner))
            .collect(),
    })];
    for row in &rows {
        if let FieldKind::Enumeration(enumeration) = &row.field.kind {
            let id = values_anchor(prefix, &row.path);
            blocks.push(heading(level, id, format!("Values of {}", row.path)));
            blocks.push(values(entry, enumeration));
        }
    }
    blocks
}

fn table_row(entry: &Entry<'_>, row: &Row<'_>, prefix: &str, owner: &str) -> TableRow {
    let field = row.field;
    let mut name = vec![Inline::Strong(row.path.clone()), Inline::Break];
    name.extend(kind_words(entry, field, &values_anchor(prefix, &row.path)));
    let tags = tags(field);
    let inherited = field.declared_in != owner;
    if !tags.is_empty() || inherited {
        name.push(Inline::Break);
    }
    for one in tags {
        name.extend([tag(one), text(" ")]);
    }
    if inherited {
        name.extend([text("from "), entry.packet_link(&field.declared_in)]);
    }
    TableRow {
        id: Some(field_anchor(prefix, &row.path)),
        differs: false,
        cells: vec![
            vec![text(row.at.words())],
            vec![text(bytes(field))],
            name,
            prose::cell(entry, &field.prose, &field.name),
        ],
    }
}

/// The marks of a field.
pub(super) fn tags(field: &Field) -> Vec<String> {
    let mut tags = Vec::new();
    if field.readonly {
        tags.push("read-only".to_owned());
    }
    if field.optional {
        tags.push("optional".to_owned());
    }
    if let Some(since) = &field.prose.since {
        tags.push(format!("since {since}"));
    }
    tags
}

/// How many bytes a field takes.
fn bytes(field: &Field) -> String {
    match &field.kind {
        FieldKind::Description {
            rust_name: None, ..
        } => "0".to_owned(),
        kind => words::bytes(kind),
    }
}

/// What a field is, in a few words.
pub(super) fn kind(field: &Field) -> String {
    match &field.kind {
        FieldKind::Character { count: 1 } => "1 raw byte".to_owned(),
        FieldKind::Character { count } => format!("{count} raw bytes"),
        FieldKind::String {
            formatted: true, ..
        } => format!("formatted {}", words::kind(&field.kind)),
        FieldKind::Parameters(parameters) => format!("parameters, {}", parameters.set),
        FieldKind::Description { set, .. } => format!("parameter description, {set}"),
        kind => words::kind(kind),
    }
}

/// The same with links.
fn kind_words(entry: &Entry<'_>, field: &Field, values: &str) -> Vec<Inline> {
    match &field.kind {
        FieldKind::Enumeration(_) => vec![Inline::Link {
            to: super::page::Target::Here(values.to_owned()),
            words: vec![text(kind(field))],
        }],
        FieldKind::Parameters(parameters) => {
            vec![text("parameters, "), entry.set_link(&parameters.set)]
        }
        FieldKind::Description { set, typefield, .. } => vec![
            text("description of parameter type "),
            code(typefield),
            text(", "),
            entry.set_link(set),
        ],
        FieldKind::Integer { subtype: true, .. } => {
            vec![text(kind(field)), text(", selects a shape")]
        }
        _ => vec![text(kind(field))],
    }
}

/// The table of an enumeration's values, and how they combine.
fn values(entry: &Entry<'_>, enumeration: &Enumeration) -> Block {
    let style = match enumeration.style {
        Style::List => "One of these; others may come.",
        Style::Single => "Exactly one of these.",
        Style::Mask => "Any of these bits, or-ed together.",
    };
    let rows = enumeration.values.iter().map(|value| {
        let mut name = vec![code(&value.name)];
        if let Some(since) = &value.prose.since {
            name.extend([text(" "), tag(format!("since {since}"))]);
        }
        TableRow::from(vec![
            vec![text(number(value))],
            name,
            prose::cell(entry, &value.prose, &value.name),
        ])
    });
    Block::Table(Table {
        look: Look::Plain,
        head: vec!["Value".to_owned(), "Name".to_owned(), style.to_owned()],
        rows: rows.collect(),
    })
}

/// The number of a value, in hexadecimal where the schema has it so.
pub(super) fn number(value: &Value) -> String {
    if value.hex {
        format!("0x{:X}", value.id)
    } else {
        value.id.to_string()
    }
}

/// A link to the field at `path` of a packet.
pub(super) fn link(entry: &Entry<'_>, packet: &str, path: &str) -> Inline {
    match entry.packet_path(packet) {
        Some(page) => link_into(page, field_anchor("", path), vec![code(path)]),
        None => code(path),
    }
}
