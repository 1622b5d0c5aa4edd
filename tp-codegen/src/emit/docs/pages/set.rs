//! One parameter set, every parameter with its layout.

use super::{comparison, rust, since, trail};
use crate::emit::docs::drawing::{self, Drawing};
use crate::emit::docs::page::{
    Block, Inline, Look, Page, Table, TableRow, code, heading, join, text, words,
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
    Page {
        path: entry.set_path(&set.name).unwrap_or_default().to_owned(),
        title: set.name.clone(),
        subtitle: prose::longname(&set.prose, &set.name).map(str::to_owned),
        trail: trail(entry),
        blocks,
        neighbours: (None, None),
    }
}

fn facts(
    site: &Site<'_>,
    entry: &Entry<'_>,
    set: &ParameterSet,
) -> Vec<(&'static str, Vec<Inline>)> {
    let mut facts = Vec::new();
    let users = entry.users(set);
    if users.is_empty() {
        facts.push(("Used by", words("nothing")));
    } else {
        let users = users.iter().map(|one| {
            let field = fields::link(entry, &one.packet.name, &one.field);
            [entry.packet_link(&one.packet.name), text(" in "), field]
        });
        let mut uses = Vec::new();
        for one in users {
            if !uses.is_empty() {
                uses.push(text(", "));
            }
            uses.extend(one);
        }
        facts.push(("Used by", uses));
    }
    if let Some(since) = since(set.prose.since.as_ref()) {
        facts.push(("Since", since));
    }
    let others = comparison::sets_elsewhere(site, entry, set);
    if !others.is_empty() {
        facts.push(("Also in", join(others, ", ")));
    }
    facts.push(("In Rust", vec![rust(site, entry, "enum", &set.rust_name)]));
    facts
}

/// Where links to a parameter lead.
pub(in crate::emit::docs) fn anchor(parameter: &Parameter) -> String {
    format!("type-{}", parameter.type_id)
}

fn overview(set: &ParameterSet) -> Block {
    let rows = set.parameters.iter().map(|one| {
        TableRow::from(vec![
            vec![text(one.type_id.to_string())],
            vec![
                Inline::Link {
                    to: crate::emit::docs::page::Target::Here(anchor(one)),
                    words: vec![code(&one.name)],
                },
                text(" "),
                Inline::About(prose::about(&one.prose, &one.name)),
            ],
            vec![text(wire_words::size(one.use_size))],
        ])
    });
    Block::Table(Table {
        look: Look::Plain,
        head: ["Type", "Parameter", "Takes"].map(str::to_owned).into(),
        rows: rows.collect(),
    })
}

fn section(site: &Site<'_>, entry: &Entry<'_>, parameter: &Parameter) -> Vec<Block> {
    let title = format!("{} {}", parameter.type_id, parameter.name);
    let mut blocks = vec![heading(2, anchor(parameter), title)];
    if let Some(name) = &parameter.prose.longname {
        blocks.push(Block::Paragraph(vec![Inline::Strong(
            wire_words::sentence(name),
        )]));
    }
    blocks.extend(prose::blocks(entry, &parameter.prose));
    let mut facts = vec![
        ("Type", words(&parameter.type_id.to_string())),
        ("Takes", words(&wire_words::size(parameter.use_size))),
    ];
    if let Some(since) = since(parameter.prose.since.as_ref()) {
        facts.push(("Since", since));
    }
    facts.push((
        "In Rust",
        vec![rust(site, entry, "struct", &parameter.rust_name)],
    ));
    blocks.push(Block::Facts(facts));
    let prefix = format!("{}-", anchor(parameter));
    let what = "In a frame";
    blocks.extend(structure(
        entry,
        parameter,
        &parameter.use_fields,
        what,
        &prefix,
    ));
    if !parameter.desc_fields.is_empty() {
        let prefix = format!("{}-description-", anchor(parameter));
        blocks.push(heading(3, format!("{prefix}fields"), "In a description"));
        let what = "In a description";
        blocks.extend(structure(
            entry,
            parameter,
            &parameter.desc_fields,
            what,
            &prefix,
        ));
    }
    blocks
}

fn structure(
    entry: &Entry<'_>,
    parameter: &Parameter,
    all: &[Field],
    what: &str,
    prefix: &str,
) -> Vec<Block> {
    if all.is_empty() {
        return vec![Block::Paragraph(words(
            "It has no fields and takes no bytes.",
        ))];
    }
    let mut blocks = vec![Block::Drawing(Drawing {
        caption: format!("The bytes of {}: {}", parameter.name, what.to_lowercase()),
        header: Vec::new(),
        parts: drawing::parts(all, prefix, &parameter.name),
    })];
    blocks.extend(fields::blocks(entry, all, prefix, &parameter.name, 3));
    blocks
}
