//! `structure` and the fields in it.

use super::grammar::{FIELDS, Rule};
use super::node::Node;
use super::values::{self, number, required_text, word, yes};
use super::{prose, version};
use crate::ast::{
    Enumeration, Field, FieldKind, Integer, Parameters, PathStep, Prose, Structure, TypeFrame,
    Value, Values,
};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::Spanned;

/// The `structure` in `parent`; an empty one if there is none.
pub(super) fn structure(parent: Node<'_>, found: &mut Findings) -> Structure {
    let Some(node) = parent.child("structure", found) else {
        // A packet may have none; elsewhere it has been reported.
        return Structure {
            fields: Vec::new(),
            broken: parent.name() != "packet",
        };
    };
    let mut structure = Structure::default();
    for element in node.elements() {
        let field = FIELDS.iter().any(|(name, _)| *name == element.name);
        match Rule::of(&element.name).filter(|_| field) {
            Some(rule) => {
                let child = Node::new(element, rule, found);
                let field = self::field(child, found);
                structure.broken |= field.name.is_none();
                structure.fields.push(field);
            }
            None => structure.broken = true,
        }
    }
    structure
}

fn field(node: Node<'_>, found: &mut Findings) -> Field {
    Field {
        span: node.span(),
        name: node
            .child("name", found)
            .and_then(|name| required_text(name, found)),
        readonly: yes(node, "readonly", found).is_some(),
        optional: yes(node, "optional", found),
        secret: yes(node, "secret", found).is_some(),
        prose: prose(node, found),
        kind: kind(node, found),
    }
}

fn kind(node: Node<'_>, found: &mut Findings) -> FieldKind {
    match node.name() {
        "character" => FieldKind::Character {
            size: number(node, "size", found),
        },
        "string" => FieldKind::String {
            formatted: word(node, "type", values::STRINGS, found).unwrap_or(false),
            max: number(node, "max", found),
        },
        "enumeration" => FieldKind::Enumeration(Enumeration {
            integer: integer(node, found),
            style: word(node, "style", values::STYLES, found),
            values: node
                .child("values", found)
                .map(|values| self::values(values, found)),
        }),
        "list" => FieldKind::List {
            max: number(node, "max", found),
            structure: structure(node, found),
        },
        "group" => FieldKind::Group(structure(node, found)),
        "useparameters" => FieldKind::Parameters(Parameters {
            set: node.value("ref"),
            typefield: node
                .child("typefield", found)
                .and_then(|typefield| required_text(typefield, found)),
            typeframe: node
                .child("typeframe", found)
                .map(|frame| typeframe(frame, found)),
        }),
        "descparameter" => FieldKind::Description {
            set: node.value("ref"),
            typefield: node.value("typefield"),
        },
        // `integer`; the table of fields has no other.
        _ => FieldKind::Integer {
            integer: integer(node, found),
            subtype: node.child("subtype", found).is_some(),
        },
    }
}

fn integer(node: Node<'_>, found: &mut Findings) -> Integer {
    Integer {
        sign: word(node, "type", values::SIGNS, found),
        size: number(node, "size", found),
    }
}

fn values(node: Node<'_>, found: &mut Findings) -> Values {
    let list = node.each("value", found, |value, found| Value {
        name: value.value("name"),
        id: number(value, "id", found),
        prose: Prose {
            description: value.text().map(|text| text.value),
            since: version(value, "since", found),
            until: version(value, "until", found),
            was: value.value("was"),
            ..Prose::default()
        },
    });
    Values {
        span: node.span(),
        broken: node.elements().count() > list.len(),
        list,
    }
}

fn typeframe(node: Node<'_>, found: &mut Findings) -> TypeFrame {
    let idfield = node.value("idfield").or_else(|| {
        // Left out it is `id`; an empty one has been reported.
        let absent = node.attribute_span("idfield").is_none();
        absent.then(|| Spanned::new("id".to_owned(), node.span()))
    });
    TypeFrame {
        span: node.span(),
        packet: node.value("name"),
        idfield,
        path: path(node, found),
    }
}

/// The chain of steps in `typeframe`. None if it branches, which is reported.
fn path(typeframe: Node<'_>, found: &mut Findings) -> Option<Vec<PathStep>> {
    let mut path = Vec::new();
    let mut node = typeframe;
    loop {
        let step = |name: &str| matches!(name, "getlist" | "getfield");
        let mut steps = node.elements().filter(|element| step(&element.name));
        let Some(element) = steps.next() else { break };
        if let Some(second) = steps.next() {
            let message = format!("element {} has more than one chain", quoted(node.name()));
            found
                .report(Code::BadPath, second.tag, message)
                .label("a second one")
                .related(element.tag, "the first one")
                .help("put the steps into one another");
            return None;
        }
        node = Node::new(element, Rule::of(&element.name)?, found);
        path.push(PathStep {
            list: element.name == "getlist",
            name: node.value("name"),
        });
    }
    // Something unknown in the innermost step stands for the steps that are missing.
    node.elements().next().is_none().then_some(path)
}
