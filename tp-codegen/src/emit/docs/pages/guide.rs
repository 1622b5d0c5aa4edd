//! How to read the reference.

use super::{BY_ID, BY_NAME, GUIDE, top};
use crate::emit::docs::drawing::{Cell, Drawing, Part, Shape, row};
use crate::emit::docs::layout::At;
use crate::emit::docs::page::{
    Block, Look, Page, TableRow, code, filled, heading, page_link, table, words,
};
use crate::emit::docs::prose::one_line;
use crate::emit::docs::site::Site;

/// The words of the guide. `## place: Title` is a heading, each row of a table begins with a bar, and
/// `[drawing]` stands where the drawing comes.
const WORDS: &str = include_str!("guide.md");

pub(super) fn page(site: &Site<'_>) -> Page {
    let mut blocks: Vec<Block> = WORDS.split("\n\n").map(block).collect();
    blocks.push(Block::List(vec![
        vec![page_link(BY_ID, "Frames by id")],
        vec![page_link(BY_NAME, "Packets by name")],
    ]));
    let names = site.protocols.iter().map(|entry| {
        let protocol = page_link(entry.path(), entry.label.clone());
        filled("{}, made from {}", [protocol, code(&entry.model.source)])
    });
    blocks.push(heading(2, "protocols", "Protocols here"));
    blocks.push(Block::List(names.collect()));
    let subtitle = "Drawings, types, marks, replies, versions";
    top(GUIDE, "How to read this reference", subtitle, blocks)
}

/// What a paragraph of the guide's words is.
fn block(paragraph: &str) -> Block {
    if let Some(title) = paragraph.strip_prefix("## ") {
        let (place, title) = title.split_once(": ").unwrap_or((title, title));
        return heading(2, place, title);
    }
    if let Some(items) = paragraph.strip_prefix("- ") {
        let items = items.split("\n- ").map(|item| words(&one_line(item)));
        return Block::List(items.collect());
    }
    if let Some(rows) = paragraph.strip_prefix("| ") {
        let (head, rows) = rows.split_once("\n| ").unwrap_or((rows, ""));
        let rows = rows.split("\n| ").map(|row| {
            let cells = one_line(row);
            TableRow::from(cells.split(" | ").map(words).collect::<Vec<_>>())
        });
        return table(Look::Plain, head.split(" | "), rows);
    }
    if paragraph == "[drawing]" {
        return Block::Drawing(sample());
    }
    Block::Paragraph(words(&one_line(paragraph)))
}

/// A drawing that has everything.
fn sample() -> Drawing {
    let cell = |name: &str, kind: &str, shape| Cell {
        name: name.to_owned(),
        kind: kind.to_owned(),
        width: 4,
        height: 1,
        shape,
        tags: Vec::new(),
        optional: false,
        inherited: None,
        anchor: "drawings".to_owned(),
    };
    let number = |name| cell(name, "unsigned 32-bit", Shape::Fixed);
    let inherited = Cell {
        inherited: Some("itsBase".to_owned()),
        ..number("inherited")
    };
    let size = Cell {
        height: 2,
        tags: vec!["read-only".to_owned()],
        ..cell("size", "unsigned 64-bit", Shape::Fixed)
    };
    let turn = Cell {
        optional: true,
        tags: vec!["optional".to_owned()],
        ..number("turn")
    };
    let things = Part::Nest {
        name: "things — each entry".to_owned(),
        repeated: true,
        cell: cell("things", "list", Shape::Variable),
        parts: vec![row(At::Plus(0), number("thing")), row(At::Plus(4), size)],
    };
    Drawing {
        caption: "A body with everything that drawings show".to_owned(),
        header: Some(["“TP”, 4, 0", "", "7", "12 or more"].map(str::to_owned)),
        parts: vec![
            row(At::Start(0), inherited),
            row(At::Start(4), cell("length of text", "", Shape::Count)),
            row(At::Start(8), cell("text", "string", Shape::Variable)),
            row(At::Plus(0), cell("number of things", "", Shape::Count)),
            things,
            row(At::Plus(0), turn),
        ],
    }
}
