//! Fields one below the other, as a table: where each is, what it is made of, what it means.

use super::anchor::{field_anchor, values_anchor};
use super::layout::{Row, kind, number, rows, tags};
use super::page::{
    self, Block, Inline, Look, TableRow, Target, code, filled, heading, table, tag, text,
};
use super::prose;
use super::site::Entry;
use crate::model::{Enumeration, Field, FieldKind, Style};
use crate::words;

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
    let mut blocks = vec![table(
        Look::Fields,
        ["Offset", "Bytes", "Field", "Meaning"],
        rows.iter().map(|row| table_row(entry, row, prefix, owner)),
    )];
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

/// How many bytes a field takes.
fn bytes(field: &Field) -> String {
    match &field.kind {
        FieldKind::Description {
            rust_name: None, ..
        } => "0".to_owned(),
        kind => words::bytes(kind),
    }
}

/// What a field is, with links.
fn kind_words(entry: &Entry<'_>, field: &Field, values: &str) -> Vec<Inline> {
    match &field.kind {
        FieldKind::Enumeration(_) => {
            vec![page::link(
                Target::Here(values.to_owned()),
                text(kind(field)),
            )]
        }
        FieldKind::Parameters(parameters) => {
            filled("parameters, {}", [entry.set_link(&parameters.set)])
        }
        FieldKind::Description { set, typefield, .. } => filled(
            "description of parameter type {}, {}",
            [code(typefield), entry.set_link(set)],
        ),
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
    table(Look::Plain, ["Value", "Name", style], rows)
}

/// A link to the field at `path` of a packet.
pub(super) fn link(entry: &Entry<'_>, packet: &str, path: &str) -> Inline {
    match entry.packet_path(packet) {
        Some(page) => {
            let place = Target::place(page, field_anchor("", path));
            page::link(place, code(path))
        }
        None => code(path),
    }
}
