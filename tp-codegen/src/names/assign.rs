//! Which type of the generated code gets which name.
//!
//! All types of a protocol share one namespace. Packets, parameters and sets have the first
//! claim, then what their structures declare, in schema order.

use std::collections::BTreeMap;

use super::{is_possible, singular, type_name};
use crate::ast::{Field, FieldKind, Schema, Structure, firsts};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::{Span, Spanned};

/// Types the generated code declares or uses itself.
const RESERVED: &[&str] = &[
    "Default",
    "Err",
    "Frame",
    "FrameView",
    "From",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Result",
    "Self",
    "Some",
    "TryFrom",
    "UnknownFrame",
    "Vec",
];

/// Whether `name` can be the name of a type of a schema, apart from what else the schema names.
pub(crate) fn is_type_possible(name: &str) -> bool {
    is_possible(name) && !RESERVED.contains(&name)
}

/// Names of the types for the elements of a schema.
#[derive(Debug, Default)]
pub(crate) struct TypeNames {
    /// By the offset of the element's start tag.
    names: BTreeMap<usize, String>,
}

impl TypeNames {
    /// Name of the type for the list entry, group or enumeration that `field` declares.
    pub(crate) fn of(&self, field: &Field) -> String {
        self.names
            .get(&field.span.start)
            .cloned()
            .unwrap_or_default()
    }
}

/// Names every type. What collides is reported and named all the same.
pub(crate) fn assign(schema: &Schema, found: &mut Findings) -> TypeNames {
    let mut names = Names {
        found,
        taken: BTreeMap::new(),
        assigned: TypeNames::default(),
    };
    let wholes = wholes(schema);
    for whole in &wholes {
        names.record(&whole.rust, &whole.what, whole.name.span);
    }
    for whole in &wholes {
        if let Some(structure) = whole.structure {
            names.nested(&whole.rust, &whole.name.value, structure);
        }
    }
    names.assigned
}

/// A type that is not declared within another.
struct Whole<'s> {
    rust: String,
    what: String,
    /// What it is named after.
    name: &'s Spanned<String>,
    structure: Option<&'s Structure>,
}

impl<'s> Whole<'s> {
    fn new(rust: String, noun: &str, name: &'s Spanned<String>) -> Self {
        Whole {
            rust,
            what: format!("{noun} {name}"),
            name,
            structure: None,
        }
    }

    fn with(mut self, structure: &'s Structure) -> Self {
        self.structure = Some(structure);
        self
    }
}

/// Every packet, set and parameter in schema order. Of several with one name only the first:
/// the others have been reported as such.
fn wholes(schema: &Schema) -> Vec<Whole<'_>> {
    let mut wholes = Vec::new();
    for (name, packet) in firsts(&schema.packets, |one| &one.name) {
        let rust = type_name(&name.value);
        if packet.replies.len() > 1 {
            let replies = format!("{rust}Reply");
            wholes.push(Whole::new(replies, "replies of packet", name));
        }
        wholes.push(Whole::new(rust, "packet", name).with(&packet.structure));
    }
    for (name, set) in firsts(&schema.sets, |one| &one.name) {
        let rust = type_name(&name.value);
        if set.is_described() {
            wholes.push(Whole::new(format!("{rust}Desc"), "descriptions of", name));
        }
        wholes.push(Whole::new(rust, "parameter set", name));
        for (name, parameter) in firsts(&set.parameters, |one| &one.name) {
            let rust = type_name(&name.value);
            if !parameter.desc_fields.fields.is_empty() {
                let desc = Whole::new(format!("{rust}Desc"), "description of", name);
                wholes.push(desc.with(&parameter.desc_fields));
            }
            wholes.push(Whole::new(rust, "parameter", name).with(&parameter.use_fields));
        }
    }
    wholes.sort_by_key(|whole| whole.name.span);
    wholes
}

/// Who has a name.
struct Owner {
    what: String,
    span: Span,
}

struct Names<'f> {
    found: &'f mut Findings,
    taken: BTreeMap<String, Owner>,
    assigned: TypeNames,
}

impl Names<'_> {
    fn is_free(&self, rust: &str) -> bool {
        !RESERVED.contains(&rust) && !self.taken.contains_key(rust)
    }

    /// Takes the name `rust` for `what`. Says whether it was free.
    fn claim(&mut self, rust: &str, what: &str, span: Span) -> bool {
        if !is_possible(rust) {
            let message = format!("{what} would be {} in Rust", quoted(rust));
            self.found.report(Code::NotRustName, span, message);
        } else if RESERVED.contains(&rust) {
            let message = format!(
                "{what} becomes {} in Rust, which the generated code uses",
                quoted(rust)
            );
            self.found.report(Code::ReservedRustName, span, message);
        } else if let Some(owner) = self.taken.get(rust) {
            let message = format!(
                "{what} and {} are both {} in Rust",
                owner.what,
                quoted(rust)
            );
            self.found
                .report(Code::RustNameCollision, span, message)
                .related(owner.span, owner.what.clone());
        } else {
            self.taken.insert(
                rust.to_owned(),
                Owner {
                    what: what.to_owned(),
                    span,
                },
            );
            return true;
        }
        false
    }

    /// Takes the names for a struct: its own and that of its view.
    fn record(&mut self, rust: &str, what: &str, span: Span) {
        if self.claim(rust, what, span) {
            self.claim(&format!("{rust}View"), &format!("the view of {what}"), span);
        }
    }

    /// Names what the fields of `structure` declare.
    fn nested(&mut self, owner: &str, path: &str, structure: &Structure) {
        for (name, field) in firsts(&structure.fields, |one| &one.name) {
            let path = format!("{path}.{}", name.value);
            match &field.kind {
                FieldKind::Enumeration(_) => self.enumeration(owner, &path, name, field),
                FieldKind::Group(inner) => {
                    let rust = format!("{owner}{}", type_name(&name.value));
                    self.record(&rust, &format!("group {}", quoted(&path)), name.span);
                    self.nested(&rust, &path, inner);
                    self.assigned.names.insert(field.span.start, rust);
                }
                FieldKind::List {
                    structure: inner, ..
                } => match inner.sole_value() {
                    Some(entry) => {
                        if let (FieldKind::Enumeration(_), Some(name)) = (&entry.kind, &entry.name)
                        {
                            let path = format!("{path}.{}", name.value);
                            self.enumeration(owner, &path, name, entry);
                        }
                    }
                    None => {
                        let one = format!("{owner}{}", type_name(&singular(&name.value)));
                        let many = format!("{owner}{}", type_name(&name.value));
                        let rust = if self.is_free(&one) || !self.is_free(&many) {
                            one
                        } else {
                            many
                        };
                        let what = format!("an entry of list {}", quoted(&path));
                        self.record(&rust, &what, name.span);
                        self.nested(&rust, &path, inner);
                        self.assigned.names.insert(field.span.start, rust);
                    }
                },
                _ => {}
            }
        }
    }

    fn enumeration(&mut self, owner: &str, path: &str, name: &Spanned<String>, field: &Field) {
        let rust = format!("{owner}{}", type_name(&name.value));
        let what = format!("enumeration {}", quoted(path));
        self.claim(&rust, &what, name.span);
        self.assigned.names.insert(field.span.start, rust);
    }
}
