//! The first page.

use super::{BY_ID, BY_NAME, GUIDE, TITLE};
use crate::emit::docs::page::{
    Block, Look, Page, TableRow, code, heading, page_link, table, text, words,
};
use crate::emit::docs::site::Site;
use crate::model::Role;

pub(super) fn page(site: &Site<'_>) -> Page {
    let rows = site.protocols.iter().map(|entry| {
        let packets = &entry.model.packets;
        let count = |role| packets.iter().filter(|one| one.role == role).count();
        TableRow::from(vec![
            vec![page_link(entry.path(), entry.label.clone())],
            vec![code(&entry.model.source)],
            vec![text(count(Role::Frame).to_string())],
            vec![text(count(Role::Base).to_string())],
            vec![text(entry.model.parameter_sets.len().to_string())],
        ])
    });
    let head = ["Protocol", "Schema", "Frames", "Bases", "Parameter sets"];
    Page {
        path: super::HOME.to_owned(),
        title: TITLE.to_owned(),
        subtitle: None,
        trail: Vec::new(),
        blocks: vec![
            Block::Paragraph(words(
                "Every frame that clients and servers exchange, byte for byte: what each field \
                 means, what answers what, and what changed between versions.",
            )),
            table(Look::Plain, head, rows),
            heading(2, "ways-in", "Ways in"),
            Block::List(vec![
                vec![
                    page_link(BY_ID, "By id"),
                    text(": frames by their type number"),
                ],
                vec![
                    page_link(BY_NAME, "By name"),
                    text(": packets and parameter sets"),
                ],
                vec![
                    page_link(GUIDE, "How to read this reference"),
                    text(": drawings, types, marks, replies"),
                ],
            ]),
        ],
        neighbours: (None, None),
    }
}
