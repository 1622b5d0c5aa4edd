//! Everything by its number and by its name, the protocols side by side.

use std::collections::BTreeMap;

use super::{BY_ID, BY_NAME, number, top};
use crate::emit::docs::page::{Block, Inline, Look, Page, TableRow, join, page_link, table, text};
use crate::emit::docs::prose;
use crate::emit::docs::site::{Entry, Site};
use crate::model::Role;

/// What each protocol has in a row, by its place among the protocols.
type Found = BTreeMap<usize, Vec<Inline>>;

pub(super) fn by_id(site: &Site<'_>) -> Page {
    let mut rows: BTreeMap<u32, Found> = BTreeMap::new();
    for (column, entry) in site.protocols.iter().enumerate() {
        for packet in &entry.model.packets {
            if let (Role::Frame, Some(id)) = (packet.role, packet.id) {
                let cell = rows.entry(id).or_default().entry(column).or_default();
                cell.push(entry.packet_link(&packet.name));
            }
        }
    }
    let rows = rows.into_iter().map(|(id, found)| {
        let mut row = row(site, vec![text(id.to_string())], found);
        row.id = Some(format!("id-{id}"));
        row
    });
    let subtitle = "The type number in the header of each frame";
    let blocks = vec![columns(site, "Id", rows)];
    top(BY_ID, "Frames by id", subtitle, blocks)
}

pub(super) fn by_name(site: &Site<'_>) -> Page {
    let mut rows: BTreeMap<(String, &str), (String, Found)> = BTreeMap::new();
    for (column, entry) in site.protocols.iter().enumerate() {
        for (name, meaning, cell) in named(entry) {
            let key = (name.to_ascii_lowercase(), name);
            let (words, found) = rows.entry(key).or_default();
            if words.is_empty() {
                *words = meaning;
            }
            found.entry(column).or_default().push(cell);
        }
    }
    let rows = rows.into_iter().map(|((_, name), (meaning, found))| {
        let first = vec![
            Inline::Strong(name.to_owned()),
            text(" "),
            Inline::About(meaning),
        ];
        row(site, first, found)
    });
    let subtitle = "Frames, the bases they are built on, and parameter sets";
    let blocks = vec![columns(site, "Name", rows)];
    top(BY_NAME, "Packets by name", subtitle, blocks)
}

/// Everything of a protocol that has a page: its name, what it is, a link.
fn named<'a>(entry: &'a Entry<'a>) -> Vec<(&'a str, String, Inline)> {
    let packets = entry.model.packets.iter().map(|packet| {
        let path = entry.packet_path(&packet.name).unwrap_or_default();
        let cell = page_link(path, number(packet));
        (
            &*packet.name,
            prose::about(&packet.prose, &packet.name),
            cell,
        )
    });
    let sets = entry.model.parameter_sets.iter().map(|set| {
        let path = entry.set_path(&set.name).unwrap_or_default();
        let cell = page_link(path, "set");
        (&*set.name, prose::about(&set.prose, &set.name), cell)
    });
    packets.chain(sets).collect()
}

fn row(site: &Site<'_>, first: Vec<Inline>, mut found: Found) -> TableRow {
    let mut cells = vec![first];
    for column in 0..site.protocols.len() {
        let cell = found.remove(&column).unwrap_or_else(|| vec![text("–")]);
        cells.push(join(cell, ", "));
    }
    TableRow::from(cells)
}

/// A table with a column for each protocol behind the first.
fn columns(site: &Site<'_>, first: &str, rows: impl Iterator<Item = TableRow>) -> Block {
    let labels = site.protocols.iter().map(|entry| &*entry.label);
    table(Look::Names, [first].into_iter().chain(labels), rows)
}
