//! One packet.

use super::{comparison, rust, since, size, trail};
use crate::emit::docs::anchor::field_anchor;
use crate::emit::docs::drawing::{self, Drawing};
use crate::emit::docs::page::{
    Block, Inline, Look, Page, Table, TableRow, code, heading, join, link_into, text, words,
};
use crate::emit::docs::site::{Entry, Site};
use crate::emit::docs::{example, fields, prose};
use crate::model::{
    Direction, FieldKind, HeaderForm, Packet, Parameters, Reply, ReplySequence, Role,
};
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
    Page {
        path: entry
            .packet_path(&packet.name)
            .unwrap_or_default()
            .to_owned(),
        title: packet.name.clone(),
        subtitle: prose::longname(&packet.prose, &packet.name).map(str::to_owned),
        trail: trail(entry),
        blocks,
        neighbours: (None, None),
    }
}

fn facts(site: &Site<'_>, entry: &Entry<'_>, packet: &Packet) -> Vec<(&'static str, Vec<Inline>)> {
    let names = |packets: Vec<&Packet>| {
        let packets = packets.into_iter();
        join(packets.map(|one| entry.packet_link(&one.name)), ", ")
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
    let bases = entry.bases(packet);
    if !bases.is_empty() {
        let bases = bases.into_iter().map(|base| entry.packet_link(&base.name));
        facts.push(("Built on", join(bases, " ← ")));
    }
    let built_on = entry.built_on(packet);
    if !built_on.is_empty() {
        facts.push(("Base of", names(built_on)));
    }
    let has_header = entry.model.header != HeaderForm::None;
    let sized = match packet.role {
        Role::Header => "Size",
        Role::Base | Role::Frame => "Body",
    };
    facts.push((sized, words(&size(packet, has_header))));
    if packet.role == Role::Frame && packet.direction == Direction::Server {
        facts.push(("Answered by", replies(entry, packet)));
    }
    let answers = entry.answers(packet);
    if packet.name == "Fail" {
        facts.push(("Answers", words("any request")));
    } else if !answers.is_empty() {
        facts.push(("Answers", names(answers)));
    }
    let groups = entry.answered_in_groups();
    if packet.name == "Sequence" && packet.role == Role::Frame && !groups.is_empty() {
        facts.push((
            "Comes before",
            [words("the replies to "), names(groups)].concat(),
        ));
    }
    let described = entry.described_by(packet);
    if !described.is_empty() {
        let described = described.iter();
        let described = described.map(|one| entry.packet_link(&one.packet.name));
        facts.push(("Describes the parameters of", join(described, ", ")));
    }
    if let Some(since) = since(packet.prose.since.as_ref()) {
        facts.push(("Since", since));
    }
    let others = comparison::elsewhere(site, entry, packet);
    if !others.is_empty() {
        facts.push(("Also in", join(others, ", ")));
    }
    // A base without fields has no Rust type.
    if packet.role == Role::Frame || (packet.role == Role::Base && !packet.fields.is_empty()) {
        facts.push((
            "In Rust",
            vec![rust(site, entry, "struct", &packet.rust_name)],
        ));
    }
    facts
}

/// What answers a request.
fn replies(entry: &Entry<'_>, packet: &Packet) -> Vec<Inline> {
    let mut words = Vec::new();
    for Reply {
        packet,
        sequence,
        silent,
    } in &packet.replies
    {
        if !words.is_empty() {
            words.push(text("; or "));
        }
        words.push(entry.packet_link(packet));
        let several = match sequence {
            ReplySequence::Never => "",
            ReplySequence::Maybe => ", or several of them behind a ",
            ReplySequence::Always => ", behind a ",
        };
        if !several.is_empty() {
            words.extend([text(several), entry.packet_link("Sequence")]);
        }
        if *silent {
            words.push(text(", or by nothing: servers are known that stay silent"));
        }
    }
    if !words.is_empty() {
        words.push(text("; or "));
    }
    words.push(entry.packet_link("Fail"));
    words
}

/// The drawing and the table of fields.
fn layout(entry: &Entry<'_>, packet: &Packet) -> Vec<Block> {
    let title = match packet.role {
        Role::Header => "Layout",
        Role::Base => "Layout of the first fields",
        Role::Frame => "Layout",
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
fn header(entry: &Entry<'_>, packet: &Packet) -> Vec<drawing::HeaderCell> {
    let Some(id) = packet.id.filter(|_| packet.role == Role::Frame) else {
        return Vec::new();
    };
    let version = match entry.model.header {
        HeaderForm::None => return Vec::new(),
        HeaderForm::Ascii => format!("“{}”", entry.model.version),
        HeaderForm::Binary => {
            let digits = |c: char| !c.is_ascii_digit();
            let number = entry.model.version.trim_start_matches(digits);
            format!("“TP”, {}, 0", number.trim_start_matches('0'))
        }
    };
    let more = if packet.size.fixed { "" } else { " or more" };
    let cell = |at, name: &'static str, value| drawing::HeaderCell { at, name, value };
    vec![
        cell(0, "version", version),
        cell(4, "sequence", String::new()),
        cell(8, "type", id.to_string()),
        cell(12, "length", format!("{}{more}", packet.size.min)),
    ]
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
        return vec![
            text("One parameter of "),
            set,
            text(": the one whose type is "),
            typefield,
            text("."),
        ];
    };
    let mut path = String::new();
    for step in &frame.path {
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&step.name);
        if step.list {
            path.push_str("[]");
        }
    }
    let mut words = vec![
        text("Parameters of "),
        set,
        text(", one after another without a count. Which, is said by the "),
        entry.packet_link(&frame.packet),
        text(" whose "),
        fields::link(entry, &frame.packet, &frame.idfield),
        text(" equals "),
        typefield,
        text(": one parameter for each "),
    ];
    words.push(match entry.packet_path(&frame.packet) {
        Some(page) => {
            let id = field_anchor("", &path);
            link_into(page, id, vec![code(path)])
        }
        None => code(path),
    });
    words.push(text(", in that order."));
    words
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
        Block::Table(Table {
            look: Look::Plain,
            head: ["Code", "When"].map(str::to_owned).into(),
            rows: rows.collect(),
        }),
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
    blocks.push(Block::Table(Table {
        look: Look::Bytes,
        head: ["Offset", "Bytes", "Meaning"].map(str::to_owned).into(),
        rows: header.chain(body).collect(),
    }));
    blocks
}
