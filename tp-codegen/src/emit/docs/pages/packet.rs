//! One packet.

use super::{below, comparison, listed, rust, since, size};
use crate::emit::docs::drawing::{self, Drawing};
use crate::emit::docs::page::{
    Block, Fact, Inline, Look, Page, TableRow, code, filled, heading, table, text, words,
};
use crate::emit::docs::site::{Entry, Site};
use crate::emit::docs::{example, fields, prose};
use crate::family::Version;
use crate::model::{Direction, FieldKind, HeaderForm, Packet, Parameters, ReplySequence, Role};
use crate::words as wire_words;

/// Longer examples are shown in pieces only.
const LONGEST_HEX: usize = 512;

pub(super) fn page(site: &Site<'_>, entry: &Entry<'_>, packet: &Packet) -> Page {
    let mut blocks = prose::blocks(entry, &packet.prose);
    blocks.push(Block::Facts(facts(site, entry, packet)));
    blocks.extend(layout(entry, packet));
    blocks.extend(parameters(entry, packet));
    blocks.extend(failures(entry, packet));
    blocks.extend(example(entry, packet));
    blocks.extend(comparison::packets(site, entry, packet));
    let path = entry.packet_path(&packet.name);
    below(entry, path, &packet.name, &packet.prose, blocks)
}

fn facts(site: &Site<'_>, entry: &Entry<'_>, packet: &Packet) -> Vec<Fact> {
    let links = |packets: Vec<&Packet>| -> Vec<Inline> {
        let packets = packets.into_iter();
        packets.map(|one| entry.packet_link(&one.name)).collect()
    };
    let mut facts = Vec::new();
    match (packet.role, packet.id) {
        (Role::Frame, Some(id)) => facts.push((
            "Frame type",
            vec![Inline::Strong(id.to_string()), text(format!(" (0x{id:X})"))],
        )),
        (Role::Header, _) => facts.push(("Role", words("stands in front of every frame"))),
        _ => facts.push(("Role", words("a base: never travels by itself"))),
    }
    facts.push(("Direction", words(wire_words::direction(packet.direction))));
    facts.extend(listed("Built on", links(entry.bases(packet)), " ← "));
    facts.extend(listed("Base of", links(entry.built_on(packet)), ", "));
    let has_header = entry.model.header != HeaderForm::None;
    let sized = match packet.role {
        Role::Header => "Size",
        Role::Base | Role::Frame => "Body",
    };
    facts.push((sized, words(&size(packet, has_header))));
    if packet.role == Role::Frame && packet.direction == Direction::Server {
        facts.push(("Answered by", replies(entry, packet)));
    }
    if packet.name == "Fail" {
        facts.push(("Answers", words("any request")));
    } else {
        facts.extend(listed("Answers", links(entry.answers(packet)), ", "));
    }
    if packet.name == "Sequence" && packet.role == Role::Frame {
        let requests = links(entry.answered_in_groups());
        facts.extend(
            listed("Comes before", requests, ", ")
                .map(|(name, requests)| (name, [words("the replies to "), requests].concat())),
        );
    }
    let described = entry.described_by(packet).into_iter();
    let described = links(described.map(|(packet, _)| packet).collect());
    facts.extend(listed("Describes the parameters of", described, ", "));
    facts.extend(since(&packet.prose));
    let others = comparison::elsewhere(site, entry, |other| other.packet_path(&packet.name));
    facts.extend(listed("Also in", others, ", "));
    // A base without fields has no Rust type.
    if packet.role == Role::Frame || (packet.role == Role::Base && !packet.fields.is_empty()) {
        let item = rust(site, entry, "struct", &packet.rust_name);
        facts.push(("In Rust", vec![item]));
    }
    facts
}

/// What answers a request.
fn replies(entry: &Entry<'_>, packet: &Packet) -> Vec<Inline> {
    let mut words = Vec::new();
    for reply in &packet.replies {
        let how = match reply.sequence {
            ReplySequence::Never => "{}",
            ReplySequence::Maybe => "{}, or several of them behind a {}",
            ReplySequence::Always => "{}, behind a {}",
        };
        let links = [&*reply.packet, "Sequence"].map(|name| entry.packet_link(name));
        words.extend(filled(how, links));
        if reply.silent {
            words.push(text(", or by nothing: servers are known that stay silent"));
        }
        words.push(text("; or "));
    }
    words.push(entry.packet_link("Fail"));
    words
}

/// The drawing and the table of fields.
fn layout(entry: &Entry<'_>, packet: &Packet) -> Vec<Block> {
    let title = match packet.role {
        Role::Base => "Layout of the first fields",
        Role::Header | Role::Frame => "Layout",
    };
    let mut blocks = vec![heading(2, "layout", title)];
    blocks.push(Block::Drawing(Drawing {
        caption: format!("The bytes of {}", packet.name),
        header: header(entry, packet),
        parts: drawing::parts(&packet.fields, "", &packet.name),
    }));
    if !packet.fields.is_empty() {
        blocks.push(heading(2, "fields", "Fields"));
        blocks.extend(fields::blocks(entry, &packet.fields, "", &packet.name, 3));
    }
    blocks
}

/// The header in the drawing of a packet that travels.
fn header(entry: &Entry<'_>, packet: &Packet) -> Option<[String; 4]> {
    let id = packet.id.filter(|_| packet.role == Role::Frame)?;
    let version = match entry.model.header {
        HeaderForm::None => return None,
        HeaderForm::Ascii => format!("“{}”", entry.model.version),
        HeaderForm::Binary => format!("“TP”, {}, 0", Version::of(entry.model).number),
    };
    let more = if packet.size.fixed { "" } else { " or more" };
    let length = format!("{}{more}", packet.size.min);
    Some([version, String::new(), id.to_string(), length])
}

/// Where the shape of the parameters is found.
fn parameters(entry: &Entry<'_>, packet: &Packet) -> Vec<Block> {
    let mut blocks = Vec::new();
    for field in &packet.fields {
        if let FieldKind::Parameters(parameters) = &field.kind {
            let title = format!("What {} holds", field.name);
            blocks.push(heading(2, "parameters", title));
            blocks.push(Block::Paragraph(resolution(entry, packet, parameters)));
            blocks.push(Block::Note(words(
                "A parameter type that the receiver does not know makes the rest of the body \
                 unreadable: there is no length to skip it by. Keep the bytes.",
            )));
        }
    }
    blocks
}

fn resolution(entry: &Entry<'_>, packet: &Packet, parameters: &Parameters) -> Vec<Inline> {
    let set = entry.set_link(&parameters.set);
    let typefield = fields::link(entry, &packet.name, &parameters.typefield);
    let Some(frame) = &parameters.typeframe else {
        let words = "One parameter of {}: the one whose type is {}.";
        return filled(words, [set, typefield]);
    };
    let steps = frame.path.iter();
    let steps = steps.map(|step| format!("{}{}", step.name, if step.list { "[]" } else { "" }));
    let path = steps.collect::<Vec<_>>().join(".");
    filled(
        "Parameters of {}, one after another without a count. Which, is said by the {} whose {} \
         equals {}: one parameter for each {}, in that order.",
        [
            set,
            entry.packet_link(&frame.packet),
            fields::link(entry, &frame.packet, &frame.idfield),
            typefield,
            fields::link(entry, &frame.packet, &path),
        ],
    )
}

fn failures(entry: &Entry<'_>, packet: &Packet) -> Vec<Block> {
    if packet.failtypes.is_empty() {
        return Vec::new();
    }
    let rows = packet.failtypes.iter().map(|fail| {
        let mut name = vec![text(fail.type_id.to_string())];
        if let Some(known) = entry.failure(fail.type_id) {
            name.extend([text(" "), known]);
        }
        TableRow::from(vec![name, prose::cell(entry, &fail.prose, "")])
    });
    vec![
        heading(2, "failures", "Failures"),
        table(Look::Plain, ["Code", "When"], rows),
    ]
}

fn example(entry: &Entry<'_>, packet: &Packet) -> Vec<Block> {
    let Some(example) = example::of(entry, packet) else {
        return Vec::new();
    };
    let row = |part: &str, piece: &example::Piece| {
        let mut meaning = vec![text(part), Inline::Strong(piece.what.clone())];
        if !piece.value.is_empty() {
            meaning.extend([text(" "), text(&piece.value)]);
        }
        TableRow::from(vec![
            vec![text(piece.at.to_string())],
            vec![code(piece.shown())],
            meaning,
        ])
    };
    let header = example.header.iter().map(|piece| row("header ", piece));
    let body = example.body.iter().map(|piece| row("", piece));
    let mut blocks = vec![
        heading(2, "example", "Example"),
        Block::Paragraph(words(
            "The simplest frame that shows every field: numbers are 0, each list has one entry, \
             each string holds its own name.",
        )),
    ];
    let hex = example.hex();
    if hex.len() <= LONGEST_HEX {
        blocks.push(Block::Hex(hex));
    }
    let head = ["Offset", "Bytes", "Meaning"];
    blocks.push(table(Look::Bytes, head, header.chain(body)));
    blocks
}
