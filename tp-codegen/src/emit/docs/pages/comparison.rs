//! The same packet in every protocol that has it, side by side.

use crate::emit::docs::layout::{kind, marks, number, rows};
use crate::emit::docs::page::{
    Block, Inline, Look, TableRow, code, heading, page_link, table, text, words,
};
use crate::emit::docs::site::{Entry, Site};
use crate::model::{Field, FieldKind, Packet, ParameterSet};
use crate::words as wire_words;

/// What `find` finds in each protocol that has it.
fn namesakes<'a, T>(
    site: &'a Site<'a>,
    find: impl Fn(&'a Entry<'a>) -> Option<&'a T>,
) -> Vec<(&'a Entry<'a>, &'a T)> {
    let entries = site.protocols.iter();
    let found = entries.filter_map(|entry| Some((entry, find(entry)?)));
    found.collect()
}

/// Links to the pages of that name in the other protocols, where `path` finds one.
pub(super) fn elsewhere<'a>(
    site: &'a Site<'_>,
    here: &Entry<'_>,
    path: impl Fn(&'a Entry<'_>) -> Option<&'a str>,
) -> Vec<Inline> {
    let others = site
        .protocols
        .iter()
        .filter(|other| other.name != here.name);
    let links = others.filter_map(|other| Some(page_link(path(other)?, other.label.clone())));
    links.collect()
}

/// A packet beside its namesakes.
pub(super) fn packets(site: &Site<'_>, entry: &Entry<'_>, packet: &Packet) -> Vec<Block> {
    let all = namesakes(site, |entry| entry.packet(&packet.name));
    let id = |packet: &Packet| packet.id.map_or("–".to_owned(), |id| id.to_string());
    let replies = |packet: &Packet| {
        let replies = packet.replies.iter().map(|reply| &*reply.packet);
        let replies = replies.collect::<Vec<_>>().join(", ");
        let replies = Some(replies).filter(|replies| !replies.is_empty());
        replies.unwrap_or("–".to_owned())
    };
    let line = |name: &str, cell: &dyn Fn(&Packet) -> String| Line {
        name: name.to_owned(),
        is_field: false,
        cells: all.iter().map(|(_, one)| cell(one)).collect(),
    };
    let mut lines = vec![
        line("Frame type", &id),
        line("Body", &|one| wire_words::size(one.size)),
        line("Answered by", &replies),
    ];
    // A row in which nobody has anything says nothing.
    lines.retain(|line| line.cells.iter().any(|cell| cell != "–"));
    let columns = all.iter().map(|(_, one)| described(&one.fields));
    let columns: Vec<_> = columns.collect();
    // There are many values, and those that are the same are on the page already.
    let fields = merged(&columns).into_iter();
    lines.extend(fields.filter(|line| differs(line) || !line.name.contains(VALUE)));
    compared(entry, &all, lines)
}

/// A parameter set beside its namesakes.
pub(super) fn sets(site: &Site<'_>, entry: &Entry<'_>, set: &ParameterSet) -> Vec<Block> {
    let all = namesakes(site, |entry| entry.set(&set.name));
    let columns = all.iter().map(|(_, set)| {
        let mut column = Vec::new();
        for one in &set.parameters {
            let number = one.type_id.to_string();
            column.push((number.clone(), one.name.clone()));
            for (name, words) in described(&one.use_fields) {
                column.push((format!("{number}{INSIDE}{name}"), words));
            }
        }
        column
    });
    let columns: Vec<Vec<(String, String)>> = columns.collect();
    let parameters = merged(&columns).into_iter();
    let lines = parameters.filter(|line| differs(line) || !line.name.contains(INSIDE));
    compared(entry, &all, lines.collect())
}

/// What stands between a parameter's type and one of its fields.
const INSIDE: &str = ": ";

/// What stands between a field and one of its values.
const VALUE: &str = " = ";

/// One row: what is compared, and what each has there.
struct Line {
    name: String,
    is_field: bool,
    cells: Vec<String>,
}

fn differs(line: &Line) -> bool {
    let mut cells = line.cells.iter();
    cells.any(|cell| Some(cell) != line.cells.first())
}

/// Every field with what it is, and every value with its number.
fn described(fields: &[Field]) -> Vec<(String, String)> {
    let mut described = Vec::new();
    for row in rows(fields) {
        let mut words = kind(row.field);
        for mark in marks(row.field) {
            words = format!("{words}, {mark}");
        }
        described.push((row.path.clone(), words));
        if let FieldKind::Enumeration(enumeration) = &row.field.kind {
            for one in &enumeration.values {
                described.push((format!("{}{VALUE}{}", row.path, one.name), number(one)));
            }
        }
    }
    described
}

/// The rows of all columns. A name that some columns lack stands behind the one that it follows
/// where it is.
fn merged(columns: &[Vec<(String, String)>]) -> Vec<Line> {
    let mut names: Vec<&str> = Vec::new();
    for column in columns {
        let mut behind = 0_usize;
        for (name, _) in column {
            let place = match names.iter().position(|known| known == name) {
                Some(place) => place,
                None => {
                    names.insert(behind, name);
                    behind
                }
            };
            behind = place.saturating_add(1);
        }
    }
    let cell = |column: &Vec<(String, String)>, name: &str| {
        let found = column.iter().find(|(known, _)| known == name);
        found.map_or("–".to_owned(), |(_, words)| words.clone())
    };
    let lines = names.into_iter().map(|name| Line {
        name: name.to_owned(),
        is_field: true,
        cells: columns.iter().map(|column| cell(column, name)).collect(),
    });
    lines.collect()
}

/// What is compared, if there is anything to compare with.
fn compared<T>(here: &Entry<'_>, all: &[(&Entry<'_>, &T)], lines: Vec<Line>) -> Vec<Block> {
    if all.len() < 2 {
        return Vec::new();
    }
    let mut blocks = vec![heading(2, "elsewhere", "In other protocols")];
    let others = all.iter().filter(|(entry, _)| entry.name != here.name);
    let others: Vec<&str> = others.map(|(entry, _)| &*entry.label).collect();
    if !lines.iter().any(differs) {
        let same = format!("The same in {}.", others.join(" and "));
        blocks.push(Block::Paragraph(words(&same)));
        return blocks;
    }
    let labels = all.iter().map(|(entry, _)| &*entry.label);
    let rows = lines.iter().map(|line| {
        let name = if line.is_field { code } else { text };
        let cells = line.cells.iter().map(|cell| vec![text(cell)]);
        TableRow {
            id: None,
            differs: differs(line),
            cells: [vec![name(&line.name)]].into_iter().chain(cells).collect(),
        }
    });
    let head = [""].into_iter().chain(labels);
    blocks.push(table(Look::Comparison, head, rows));
    blocks
}
