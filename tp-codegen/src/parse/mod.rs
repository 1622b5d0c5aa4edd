//! Tree of elements → schema as written.
//!
//! What an element may hold stands in one table, [`grammar`]. Everything is reported here that
//! can be seen by looking at one element alone; the checks that compare elements come after.

mod fields;
pub(crate) mod grammar;
mod node;
mod values;

use crate::ast::{FailType, Packet, Parameter, ParameterSet, Prose, Reply, Schema, Structure};
use crate::diagnostic::{Code, Findings, quoted};
use crate::xml::Element;

use fields::structure;
use grammar::Rule;
use node::Node;
use values::{choose, number, required_text, version, word};

/// Reads the schema whose root element is `root`. None if that is no `protocol`.
pub(crate) fn parse(root: &Element, found: &mut Findings) -> Option<Schema> {
    let Some(rule) = Rule::of("protocol").filter(|rule| rule.name == root.name) else {
        let message = format!("the root element is {}", quoted(&root.name));
        found
            .report(Code::WrongRoot, root.name_span, message)
            .label("`protocol` belongs here");
        return None;
    };
    let protocol = Node::new(root, rule, found);
    let version = version(protocol, "version", found);
    let sets = protocol.each("parameterset", found, parameter_set);
    let packets = protocol.each("packet", found, packet);
    let unknown = || {
        protocol
            .elements()
            .filter(|element| rule.child(&element.name).is_none())
    };
    if packets.is_empty() && unknown().next().is_none() {
        found.report(
            Code::NoPackets,
            protocol.span(),
            "the protocol has no packets",
        );
    }
    Some(Schema {
        version,
        sets,
        packets,
        phantoms: unknown()
            .flat_map(|element| &element.attributes)
            .filter(|attribute| attribute.name == "name")
            .map(|attribute| attribute.value.clone())
            .collect(),
    })
}

fn parameter_set(node: Node<'_>, found: &mut Findings) -> ParameterSet {
    ParameterSet {
        name: node.value("name"),
        prose: prose(node, found),
        parameters: node.each("parameter", found, parameter),
    }
}

fn parameter(node: Node<'_>, found: &mut Findings) -> Parameter {
    let mut inner = |name: &str| -> Structure {
        match node.child(name, found) {
            Some(node) => structure(node, found),
            None => Structure {
                fields: Vec::new(),
                broken: true,
            },
        }
    };
    Parameter {
        use_fields: inner("usestruct"),
        desc_fields: inner("descstruct"),
        name: node.value("name"),
        type_id: number(node, "type", found),
        prose: prose(node, found),
    }
}

fn packet(node: Node<'_>, found: &mut Findings) -> Packet {
    let direction = node.child("direction", found).and_then(|node| {
        let text = required_text(node, found)?;
        choose(
            "element `direction`",
            &text.value,
            text.span,
            values::DIRECTIONS,
            found,
        )
    });
    Packet {
        span: node.span(),
        name: node.value("name"),
        base: node.value("base"),
        id_span: node.attribute_span("id"),
        id: number(node, "id", found),
        direction,
        prose: prose(node, found),
        structure: structure(node, found),
        replies: node.each("reply", found, reply),
        failtypes: node.each("failtype", found, |node, found| FailType {
            type_id: number(node, "type", found),
            prose: prose(node, found),
        }),
    }
}

fn reply(node: Node<'_>, found: &mut Findings) -> Reply {
    Reply {
        span: node.span(),
        packet: node.value("packet"),
        sequence: word(node, "sequence", values::SEQUENCES, found),
        silent: word(node, "silent", values::SILENCE, found).unwrap_or(false),
    }
}

/// The words of an element: its prose children, and what it says of versions.
fn prose(node: Node<'_>, found: &mut Findings) -> Prose {
    let notes = node.each("note", found, |note, _| Some(note.text()?.value));
    let mut one = |name: &str| {
        let text = node.child(name, found)?.text()?;
        Some(text.value)
    };
    Prose {
        longname: one("longname"),
        description: one("description"),
        example: one("example"),
        notes: notes.into_iter().flatten().collect(),
        since: version(node, "since", found),
        until: version(node, "until", found),
        was: node.value("was"),
    }
}
