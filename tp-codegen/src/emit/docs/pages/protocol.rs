//! One protocol: all that it has, by number.

use super::{named, number, rust, top};
use crate::emit::docs::page::{
    Block, Look, Page, TableRow, code, filled, heading, join, table, text, words,
};
use crate::emit::docs::site::{Entry, Site};
use crate::model::{Packet, Role};
use crate::words as wire_words;

/// Every packet: the header, the bases, then frames by their number.
pub(super) fn order<'a>(entry: &Entry<'a>) -> Vec<&'a Packet> {
    let mut packets: Vec<&Packet> = entry.model.packets.iter().collect();
    packets.sort_by_key(|packet| match packet.role {
        Role::Header => (0, None),
        Role::Base => (1, None),
        Role::Frame => (2, packet.id),
    });
    packets
}

pub(super) fn page(site: &Site<'_>, entry: &Entry<'_>) -> Page {
    let subtitle = format!("Everything in {}", entry.model.source);
    let packets = order(entry).into_iter();
    let (frames, bases): (Vec<&Packet>, Vec<&Packet>) =
        packets.partition(|packet| packet.role == Role::Frame);

    let head = ["Id", "Frame", "Direction", "Answered by"];
    let rows = frames.iter().map(|packet| frame(entry, packet));
    let frames = table(Look::Plain, head, rows);
    let mut blocks = vec![heading(2, "frames", "Frames"), frames];
    if !bases.is_empty() {
        blocks.push(heading(2, "bases", "Header and bases"));
        blocks.push(Block::Paragraph(words(
            "These never travel by themselves: the header stands in front of every frame, and the \
             fields of a base come first in the packets built on it.",
        )));
        let rows = bases.iter().map(|packet| {
            let built = entry.built_on(packet).into_iter();
            let built = built.map(|one| entry.packet_link(&one.name));
            let name = named(entry.packet_link(&packet.name), &packet.prose, &packet.name);
            TableRow::from(vec![name, join(built, ", ")])
        });
        let head = ["Packet", "Built on it"];
        blocks.push(table(Look::Plain, head, rows));
    }
    if !entry.model.parameter_sets.is_empty() {
        let title = heading(2, "parameter-sets", "Parameter sets");
        let rows = entry.model.parameter_sets.iter().map(|set| {
            let name = named(entry.set_link(&set.name), &set.prose, &set.name);
            TableRow::from(vec![name, vec![text(set.parameters.len().to_string())]])
        });
        let sets = table(Look::Plain, ["Set", "Parameters"], rows);
        blocks.extend([title, sets]);
    }
    blocks.push(heading(2, "rust", "In Rust"));
    blocks.push(Block::Paragraph(filled(
        "The module {} holds a struct for each packet, and {}, which is any of them.",
        [code(entry.module), rust(site, entry, "enum", "Frame")],
    )));
    top(&entry.path(), &entry.label, &subtitle, blocks)
}

fn frame(entry: &Entry<'_>, packet: &Packet) -> TableRow {
    let replies = packet.replies.iter();
    let replies = replies.map(|reply| entry.packet_link(&reply.packet));
    TableRow {
        id: packet.id.map(|id| format!("id-{id}")),
        differs: false,
        cells: vec![
            vec![text(number(packet))],
            named(entry.packet_link(&packet.name), &packet.prose, &packet.name),
            vec![text(wire_words::direction(packet.direction))],
            join(replies, ", "),
        ],
    }
}
