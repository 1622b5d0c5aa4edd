//! One parameter set, every parameter with its layout.

use super::{below, comparison, listed, named, rust, since};
use crate::emit::docs::anchor::parameter_anchor;
use crate::emit::docs::drawing::{self, Drawing};
use crate::emit::docs::page::{
    Block, Fact, Inline, Look, Page, TableRow, Target, code, heading, link, table, text, words,
};
use crate::emit::docs::site::{Entry, Site};
use crate::emit::docs::{fields, prose};
use crate::model::{Field, Parameter, ParameterSet};
use crate::words as wire_words;

pub(super) fn page(site: &Site<'_>, entry: &Entry<'_>, set: &ParameterSet) -> Page {
    let mut blocks = prose::blocks(entry, &set.prose);
    blocks.push(Block::Facts(facts(site, entry, set)));
    if !set.parameters.is_empty() {
        blocks.push(heading(2, "parameters", "Parameters"));
        blocks.push(overview(set));
    }
    for parameter in &set.parameters {
        blocks.extend(section(site, entry, parameter));
    }
    blocks.extend(comparison::sets(site, entry, set));
    let path = entry.set_path(&set.name);
    below(entry, path, &set.name, &set.prose, blocks)
}

fn facts(site: &Site<'_>, entry: &Entry<'_>, set: &ParameterSet) -> Vec<Fact> {
    let mut uses = Vec::new();
    for (packet, field) in entry.users(set) {
        if !uses.is_empty() {
            uses.push(text(", "));
        }
        let field = fields::link(entry, &packet.name, &field);
        uses.extend([entry.packet_link(&packet.name), text(" in "), field]);
    }
    if uses.is_empty() {
        uses = words("nothing");
    }
    let mut facts = vec![("Used by", uses)];
    facts.extend(since(&set.prose));
    let others = comparison::elsewhere(site, entry, |other| other.set_path(&set.name));
    facts.extend(listed("Also in", others, ", "));
    facts.push(("In Rust", vec![rust(site, entry, "enum", &set.rust_name)]));
    facts
}

fn overview(set: &ParameterSet) -> Block {
    let rows = set.parameters.iter().map(|one| {
        TableRow::from(vec![
            vec![text(one.type_id.to_string())],
            named(
                link(Target::Here(parameter_anchor(one)), code(&one.name)),
                &one.prose,
                &one.name,
            ),
            vec![text(wire_words::size(one.use_size))],
        ])
    });
    table(Look::Plain, ["Type", "Parameter", "Takes"], rows)
}

fn section(site: &Site<'_>, entry: &Entry<'_>, parameter: &Parameter) -> Vec<Block> {
    let title = format!("{} {}", parameter.type_id, parameter.name);
    let anchor = parameter_anchor(parameter);
    let mut blocks = vec![heading(2, &*anchor, title)];
    if let Some(name) = &parameter.prose.longname {
        let name = Inline::Strong(wire_words::sentence(name));
        blocks.push(Block::Paragraph(vec![name]));
    }
    blocks.extend(prose::blocks(entry, &parameter.prose));
    let mut facts = vec![
        ("Type", words(&parameter.type_id.to_string())),
        ("Takes", words(&wire_words::size(parameter.use_size))),
    ];
    facts.extend(since(&parameter.prose));
    let item = rust(site, entry, "struct", &parameter.rust_name);
    facts.push(("In Rust", vec![item]));
    blocks.push(Block::Facts(facts));
    let structure = |all: &[Field], place: &str, prefix: &str| {
        let mut blocks = vec![Block::Drawing(Drawing {
            caption: format!("The bytes of {}: {place}", parameter.name),
            header: None,
            parts: drawing::parts(all, prefix, &parameter.name),
        })];
        blocks.extend(fields::blocks(entry, all, prefix, &parameter.name, 3));
        blocks
    };
    if parameter.use_fields.is_empty() {
        let nothing = words("It has no fields and takes no bytes.");
        blocks.push(Block::Paragraph(nothing));
    } else {
        let prefix = format!("{anchor}-");
        blocks.extend(structure(&parameter.use_fields, "in a frame", &prefix));
    }
    if !parameter.desc_fields.is_empty() {
        let prefix = format!("{anchor}-description-");
        blocks.push(heading(3, format!("{prefix}fields"), "In a description"));
        blocks.extend(structure(
            &parameter.desc_fields,
            "in a description",
            &prefix,
        ));
    }
    blocks
}
