//! The same packet in every protocol that has it, side by side.

use crate::emit::docs::layout::{kind, number, rows};
use crate::emit::docs::page::{
    Block, Inline, Look, Table, TableRow, code, heading, link, text, words,
};
use crate::emit::docs::site::{Entry, Site};
use crate::model::{Field, FieldKind, Packet, ParameterSet};
use crate::words as wire_words;

/// What is called the same in another protocol.
struct Other<'a, T> {
    entry: &'a Entry<'a>,
    one: &'a T,
}

fn same_packet<'a>(site: &'a Site<'a>, packet: &Packet) -> Vec<Other<'a, Packet>> {
    let found = site.protocols.iter().filter_map(|entry| {
        let one = entry.packet(&packet.name)?;
        Some(Other { entry, one })
    });
    found.collect()
}

fn same_set<'a>(site: &'a Site<'a>, set: &ParameterSet) -> Vec<Other<'a, ParameterSet>> {
    let found = site.protocols.iter().filter_map(|entry| {
        let one = entry.set(&set.name)?;
        Some(Other { entry, one })
    });
    found.collect()
}

/// Links to the packet of that name in the other protocols.
pub(super) fn elsewhere(site: &Site<'_>, entry: &Entry<'_>, packet: &Packet) -> Vec<Inline> {
    let others = same_packet(site, packet).into_iter();
    let others = others.filter(|other| other.entry.name != entry.name);
    others
        .filter_map(|other| {
            let path = other.entry.packet_path(&packet.name)?;
            Some(link(path, other.entry.label.clone()))
        })
        .collect()
}

/// The same for a set.
pub(super) fn sets_elsewhere(
    site: &Site<'_>,
    entry: &Entry<'_>,
    set: &ParameterSet,
) -> Vec<Inline> {
    let others = same_set(site, set).into_iter();
    let others = others.filter(|other| other.entry.name != entry.name);
    others
        .filter_map(|other| {
            let path = other.entry.set_path(&set.name)?;
            Some(link(path, other.entry.label.clone()))
        })
        .collect()
}

/// A packet beside its namesakes.
pub(super) fn packets(site: &Site<'_>, entry: &Entry<'_>, packet: &Packet) -> Vec<Block> {
    let all = same_packet(site, packet);
    if all.len() < 2 {
        return Vec::new();
    }
    let id = |packet: &Packet| packet.id.map_or("–".to_owned(), |id| id.to_string());
    let mut lines = vec![
        line("Frame type", all.iter().map(|one| id(one.one))),
        line("Body", all.iter().map(|one| wire_words::size(one.one.size))),
        line(
            "Answered by",
            all.iter().map(|one| {
                let replies = one.one.replies.iter().map(|reply| &*reply.packet);
                or_dash(replies.collect::<Vec<_>>().join(", "))
            }),
        ),
    ];
    // A row in which nobody has anything says nothing.
    lines.retain(|line| line.cells.iter().any(|cell| cell != "–"));
    let columns: Vec<_> = all.iter().map(|one| described(&one.one.fields)).collect();
    // There are many values, and those that are the same are on the page already.
    let fields = merged(&columns).into_iter();
    lines.extend(fields.filter(|line| differs(line) || !line.name.contains(VALUE)));
    let labels = all.iter().map(|one| one.entry);
    table(entry, labels.collect(), lines)
}

/// A parameter set beside its namesakes.
pub(super) fn sets(site: &Site<'_>, entry: &Entry<'_>, set: &ParameterSet) -> Vec<Block> {
    let all = same_set(site, set);
    if all.len() < 2 {
        return Vec::new();
    }
    let columns: Vec<Vec<(String, String)>> = all
        .iter()
        .map(|other| {
            let mut column = Vec::new();
            for one in &other.one.parameters {
                let number = one.type_id.to_string();
                let fields = described(&one.use_fields).into_iter();
                column.push((number.clone(), one.name.clone()));
                column
                    .extend(fields.map(|(name, words)| (format!("{number}{INSIDE}{name}"), words)));
            }
            column
        })
        .collect();
    let labels = all.iter().map(|one| one.entry);
    let parameters = merged(&columns).into_iter();
    let lines = parameters.filter(|line| differs(line) || !line.name.contains(INSIDE));
    table(entry, labels.collect(), lines.collect())
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

fn line(name: &str, cells: impl Iterator<Item = String>) -> Line {
    Line {
        name: name.to_owned(),
        is_field: false,
        cells: cells.collect(),
    }
}

fn differs(line: &Line) -> bool {
    line.cells
        .iter()
        .any(|cell| Some(cell) != line.cells.first())
}

fn or_dash(words: String) -> String {
    if words.is_empty() {
        "–".to_owned()
    } else {
        words
    }
}

/// Every field with what it is, and every value with its number.
fn described(fields: &[Field]) -> Vec<(String, String)> {
    let mut described = Vec::new();
    for row in rows(fields) {
        let mut words = kind(row.field);
        for (mark, is_so) in [
            ("read-only", row.field.readonly),
            ("optional", row.field.optional),
        ] {
            if is_so {
                words = format!("{words}, {mark}");
            }
        }
        described.push((row.path.clone(), words));
        if let FieldKind::Enumeration(enumeration) = &row.field.kind {
            let values = enumeration.values.iter();
            let values =
                values.map(|one| (format!("{}{VALUE}{}", row.path, one.name), number(one)));
            described.extend(values);
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

fn table(here: &Entry<'_>, entries: Vec<&Entry<'_>>, lines: Vec<Line>) -> Vec<Block> {
    let differs = |line: &Line| {
        line.cells
            .iter()
            .any(|cell| Some(cell) != line.cells.first())
    };
    let mut blocks = vec![heading(2, "elsewhere", "In other protocols")];
    let others = entries.iter().filter(|one| one.name != here.name);
    let others: Vec<&str> = others.map(|one| &*one.label).collect();
    if !lines.iter().any(differs) {
        let same = format!("The same in {}.", others.join(" and "));
        blocks.push(Block::Paragraph(words(&same)));
        return blocks;
    }
    let labels = entries.iter().map(|entry| entry.label.clone());
    let rows = lines.iter().map(|line| TableRow {
        id: None,
        differs: differs(line),
        cells: [vec![if line.is_field {
            code(&line.name)
        } else {
            text(&line.name)
        }]]
        .into_iter()
        .chain(line.cells.iter().map(|cell| vec![text(cell)]))
        .collect(),
    });
    blocks.push(Block::Table(Table {
        look: Look::Comparison,
        head: [String::new()].into_iter().chain(labels).collect(),
        rows: rows.collect(),
    }));
    blocks
}
