//! How to read the reference.

use super::{GUIDE, top};
use crate::emit::docs::drawing::{Cell, Drawing, HeaderCell, Part, Shape};
use crate::emit::docs::layout::At;
use crate::emit::docs::page::{
    Block, Look, Page, Table, TableRow, code, heading, link, text, words,
};
use crate::emit::docs::site::Site;

pub(super) fn page(site: &Site<'_>) -> Page {
    let mut page = top(
        GUIDE,
        "How to read this reference",
        "Drawings, types, marks, replies, versions",
    );
    let mut blocks = Vec::new();
    section(
        &mut blocks,
        "frames",
        "Frames",
        &[
            "All that travels is a frame: a header of 16 bytes, then a body. The header names the \
         version, carries a sequence number that ties a reply to its request, says by its type \
         which packet the body is, and how many bytes the body has. Every number on the wire is big \
         endian, and nothing is aligned.",
            "A packet without a type number is a base. It never travels; its fields come first in the \
         packets built on it.",
        ],
    );
    section(
        &mut blocks,
        "drawings",
        "Drawings",
        &[
            "A drawing shows a body as a receiver reads it, four bytes to a full row. A row ends where \
         its boxes end: there are no bytes in an empty place. The narrow row on top is the header, \
         in boxes of four bytes.",
        ],
    );
    blocks.push(Block::Drawing(sample()));
    blocks.push(Block::List(vec![
        words("The number on the left is the offset in the body, in bytes: the offset in the frame is \
               16 more. `+4` is four bytes behind the end of the last part of variable length, or \
               behind the start of an entry."),
        words("A box with a torn edge has no fixed length. In front of a string there is its length \
               in bytes, in front of a list the number of its entries, 32 bits each."),
        words("A frame around boxes is a list, drawn once and there for every entry, or a group, \
               which adds no bytes of its own."),
        words("A shaded box is inherited from the base that it names. A dashed box is optional."),
    ]));
    blocks.push(heading(2, "types", "Types"));
    blocks.push(types());
    section(
        &mut blocks,
        "marks",
        "Marks",
        &[
            "`read-only`: the field is always on the wire, in both directions, but only the server gives \
         it a meaning. A client sends 0, an empty string or an empty list; a server ignores it.",
            "`optional`: programs are known that leave the field out. In a packet it is there when bytes \
         remain behind the fields in front of it; in a parameter the whole rest of the frame is read \
         with the optional fields, and without them if that does not come out even. Offsets count \
         the optional fields in front as present.",
            "`since`: the protocol version that introduced the thing. It is a note for people and does \
         not change a byte.",
        ],
    );
    section(
        &mut blocks,
        "parameters",
        "Parameters",
        &[
            "What an order or an object holds depends on its kind, and the kinds are the game's own. The \
         last field of such a packet holds parameters: shapes out of a numbered set, one after \
         another, without a count and without a length. A description, which the server sends on \
         request, says which parameters a kind has and in which order. Where there is no \
         description, a number in the packet itself chooses the one parameter.",
            "The description has to be fetched first. Until then, the rest of the body can only be kept \
         as bytes.",
        ],
    );
    section(
        &mut blocks,
        "replies",
        "Replies",
        &[
            "A reply carries the sequence number of its request. Every request may be answered by Fail, \
         which the pages name last. Where a reply may come behind a Sequence, a request for several \
         things is answered by a Sequence frame that tells how many frames follow, then by those; \
         each of them may be a Fail instead. A frame with the sequence number 0 answers nothing: the \
         server sent it by itself.",
        ],
    );
    section(
        &mut blocks,
        "versions",
        "Protocols side by side",
        &[
            "A packet that several protocols have is compared at the end of its page, field by field; \
         what differs is marked. The drawings and tables above are those of one protocol, the one \
         that the page is in.",
        ],
    );
    section(
        &mut blocks,
        "searching",
        "Search",
        &[
            "Press `/` and type a name, a part of one, a number (`7`, `0x3E8`), or several words, such as \
         `tp03 order`. Arrow keys choose, Enter opens, Escape closes. An address that ends in \
         `#q=` and words opens the search with them. Without JavaScript there are the two indexes.",
        ],
    );
    blocks.push(Block::List(
        [
            (super::BY_ID, "Frames by id"),
            (super::BY_NAME, "Packets by name"),
        ]
        .map(|(path, title)| vec![link(path, title)])
        .into(),
    ));
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

fn section(blocks: &mut Vec<Block>, id: &str, title: &str, paragraphs: &[&str]) {
    blocks.push(heading(2, id, title));
    blocks.extend(paragraphs.iter().map(|one| Block::Paragraph(words(one))));
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
    Block::Table(Table {
        look: Look::Plain,
        head: ["Type", "Bytes", "What it is"].map(str::to_owned).into(),
        rows: rows
            .into_iter()
            .map(|row| TableRow::from(vec![words(row.0), words(row.1), words(row.2)]))
            .collect(),
    })
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
    let row = |at, cell| Part::Row {
        at,
        cells: vec![cell],
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
