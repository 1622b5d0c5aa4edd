//! How to read the reference.

use super::{BY_ID, BY_NAME, GUIDE, top};
use crate::emit::docs::drawing::{Cell, Drawing, HeaderCell, Part, Shape, row};
use crate::emit::docs::layout::At;
use crate::emit::docs::page::{
    Block, Look, Page, TableRow, code, heading, link, table, text, words,
};
use crate::emit::docs::prose::one_line;
use crate::emit::docs::site::Site;

/// The words of the guide. `## place: Title` is a heading; `[drawing]` and `[types]` stand where those
/// come.
const WORDS: &str = include_str!("guide.md");

pub(super) fn page(site: &Site<'_>) -> Page {
    let mut page = top(
        GUIDE,
        "How to read this reference",
        "Drawings, types, marks, replies, versions",
    );
    let mut blocks: Vec<Block> = WORDS.split("\n\n").map(block).collect();
    blocks.push(Block::List(vec![
        vec![link(BY_ID, "Frames by id")],
        vec![link(BY_NAME, "Packets by name")],
    ]));
    let names = site.protocols.iter().map(|entry| {
        vec![
            link(entry.path(), entry.label.clone()),
            text(", made from "),
            code(&entry.model.source),
        ]
    });
    blocks.push(heading(2, "protocols", "Protocols here"));
    blocks.push(Block::List(names.collect()));
    page.blocks = blocks;
    page
}

/// What a paragraph of the guide's words is.
fn block(paragraph: &str) -> Block {
    if let Some((place, title)) = paragraph
        .strip_prefix("## ")
        .and_then(|it| it.split_once(": "))
    {
        return heading(2, place, title);
    }
    if let Some(items) = paragraph.strip_prefix("- ") {
        return Block::List(
            items
                .split("\n- ")
                .map(|item| words(&one_line(item)))
                .collect(),
        );
    }
    match paragraph {
        "[drawing]" => Block::Drawing(sample()),
        "[types]" => types(),
        _ => Block::Paragraph(words(&one_line(paragraph))),
    }
}

fn types() -> Block {
    let rows = [
        (
            "unsigned, signed",
            "width / 8",
            "8, 32 or 64 bits, two's complement where signed",
        ),
        (
            "semisigned",
            "width / 8",
            "like unsigned, but all bits one stand for -1, “none”: in 32 bits `0x80000000` is \
             2147483648, and `0xFFFFFFFF` is -1",
        ),
        (
            "enumeration",
            "width / 8",
            "a number whose values have names; keep numbers that have none, servers send them",
        ),
        ("mask", "width / 8", "a number whose bits have names"),
        (
            "string",
            "4 + n",
            "its length in bytes, then UTF-8 without a NUL at the end; a receiver drops one NUL \
             there, and does not fail on bytes that are not UTF-8",
        ),
        (
            "formatted string",
            "4 + n",
            "the same bytes; the text may be structured text",
        ),
        (
            "list",
            "4 + entries",
            "the number of entries, then the entries",
        ),
        ("group", "its fields", "fields under one name"),
        (
            "raw bytes",
            "as many",
            "magic numbers and padding, without a length",
        ),
        (
            "parameters",
            "the rest",
            "shapes that a description names, see below",
        ),
    ];
    let rows = rows
        .map(|(name, bytes, what)| TableRow::from(vec![words(name), words(bytes), words(what)]));
    table(Look::Plain, ["Type", "Bytes", "What it is"], rows)
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
    let header = [
        (0, "version", "“TP”, 4, 0"),
        (4, "sequence", ""),
        (8, "type", "7"),
        (12, "length", "12 or more"),
    ];
    Drawing {
        caption: "A body with everything that drawings show".to_owned(),
        header: header
            .map(|(at, name, value)| HeaderCell {
                at,
                name,
                value: value.to_owned(),
            })
            .into(),
        parts: vec![
            row(
                At::Start(0),
                Cell {
                    inherited: Some("itsBase".to_owned()),
                    ..cell("inherited", "unsigned 32-bit", Shape::Fixed)
                },
            ),
            row(At::Start(4), cell("length of text", "", Shape::Count)),
            row(At::Start(8), cell("text", "string", Shape::Variable)),
            row(At::Plus(0), cell("number of things", "", Shape::Count)),
            Part::Nest {
                name: "things — each entry".to_owned(),
                repeated: true,
                cell: cell("things", "list", Shape::Variable),
                parts: vec![
                    row(At::Plus(0), cell("thing", "unsigned 32-bit", Shape::Fixed)),
                    row(
                        At::Plus(4),
                        Cell {
                            height: 2,
                            tags: vec!["read-only".to_owned()],
                            ..cell("size", "unsigned 64-bit", Shape::Fixed)
                        },
                    ),
                ],
            },
            row(
                At::Plus(0),
                Cell {
                    optional: true,
                    tags: vec!["optional".to_owned()],
                    ..cell("turn", "unsigned 32-bit", Shape::Fixed)
                },
            ),
        ],
    }
}
