//! Names that become the same in Rust, or cannot be names there.

use std::collections::BTreeMap;

use crate::ast::context::Context;
use crate::ast::walk::{Place, structures};
use crate::ast::{Enumeration, FieldKind, ParameterSet};
use crate::diagnostic::{Code, Findings, quoted};
use crate::names::{
    assign, const_name, is_possible, is_type_possible, snake_name, type_name, variant_name,
};
use crate::output::is_portable;
use crate::source::{Span, Spanned};

/// Modules of the generated code that are no packet and no parameter set. `mod` would be a file
/// that is the whole folder.
const MODULES: &[&str] = &["frame", "mod", "table", "views"];

/// How many bytes a name may bring into those of files, which have at most 255: the reference puts
/// `packet.` in front of it, and behind it a number and `.html`.
const LONGEST: usize = 230;

/// The variant of generated enums for what the schema does not know.
const UNKNOWN: &str = "Unknown";

/// Checks all names.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    assign(context.schema, found);
    files(context, found);
    modules(context, found);
    for located in structures(context.schema) {
        let mut fields = Scope::new("field", &[]);
        if let Place::Packet(packet) = located.place {
            let inherited = context.body(packet).inherited.into_iter();
            for name in inherited.filter_map(|field| field.name.as_ref()) {
                fields.know(snake_name(&name.value), name);
            }
        }
        for field in &located.structure.fields {
            if let Some(name) = &field.name {
                fields.add(snake_name(&name.value), name, found);
            }
            if let FieldKind::Enumeration(enumeration) = &field.kind {
                values(enumeration, found);
            }
        }
    }
    for set in &context.schema.sets {
        variants(set, found);
    }
}

/// Packets and parameter sets have files of their names.
fn files(context: &Context<'_>, found: &mut Findings) {
    let packets = context
        .schema
        .packets
        .iter()
        .map(|one| ("packet", &one.name));
    let sets = context
        .schema
        .sets
        .iter()
        .map(|one| ("parameter set", &one.name));
    for (noun, name) in packets.chain(sets) {
        let Some(name) = name else { continue };
        let module = snake_name(&name.value);
        let length = module.len().max(name.value.len());
        if length > LONGEST {
            let message = format!("the name of {noun} {name} is too long for a file");
            found
                .report(Code::BadFileName, name.span, message)
                .label(format!("{length} bytes, {LONGEST} at most"));
        } else if !is_portable(&module) {
            let message = format!("{noun} {name} cannot have a file of its name on Windows");
            found
                .report(Code::BadFileName, name.span, message)
                .label(format!("{} is a device there", quoted(&module)));
        }
    }
}

/// Packets and parameter sets have modules.
fn modules(context: &Context<'_>, found: &mut Findings) {
    let schema = context.schema;
    let mut modules = Scope::new("module", MODULES);
    let mut frames = Scope::new("variant", &[UNKNOWN]);
    for packet in &schema.packets {
        let Some(name) = &packet.name else { continue };
        modules.add_beside_type(snake_name(&name.value), name, found);
        if packet.id_span.is_some() {
            frames.add_beside_type(type_name(&name.value), name, found);
        }
    }
    for name in schema.sets.iter().filter_map(|set| set.name.as_ref()) {
        modules.add_beside_type(snake_name(&name.value), name, found);
    }
}

fn values(enumeration: &Enumeration, found: &mut Findings) {
    let mut constants = Scope::new("constant", &[]);
    let mut variants = Scope::new("variant", &[]);
    for name in enumeration.list().filter_map(|value| value.name.as_ref()) {
        // Once is enough for a value.
        if constants.add(const_name(&name.value), name, found) {
            variants.add(type_name(&name.value), name, found);
        }
    }
}

fn variants(set: &ParameterSet, found: &mut Findings) {
    let Some(set_name) = &set.name else { return };
    let mut variants = Scope::new("variant", &[UNKNOWN]);
    let mut constants = Scope::new("constant", &[]);
    for name in set.parameters.iter().filter_map(|one| one.name.as_ref()) {
        let variant = variant_name(&name.value, &set_name.value);
        let constant = const_name(&variant);
        // Once is enough for a parameter.
        if variants.add_beside_type(variant, name, found) {
            constants.add(constant, name, found);
        }
    }
}

/// Names that must differ from one another.
struct Scope<'s> {
    noun: &'static str,
    reserved: &'static [&'static str],
    /// By Rust name: the name in the schema and its place.
    taken: BTreeMap<String, (&'s str, Span)>,
}

impl<'s> Scope<'s> {
    fn new(noun: &'static str, reserved: &'static [&'static str]) -> Self {
        Scope {
            noun,
            reserved,
            taken: BTreeMap::new(),
        }
    }

    /// Takes a name that has been checked elsewhere.
    fn know(&mut self, rust: String, name: &'s Spanned<String>) {
        self.taken.entry(rust).or_insert((&name.value, name.span));
    }

    /// [`Scope::add`] for what has a type named after it too: what is wrong with the name of that
    /// has been reported.
    fn add_beside_type(
        &mut self,
        rust: String,
        name: &'s Spanned<String>,
        found: &mut Findings,
    ) -> bool {
        let own = type_name(&name.value);
        let other = self.taken.get(&rust).map(|(other, _)| type_name(other));
        is_type_possible(&own) && other != Some(own) && self.add(rust, name, found)
    }

    /// Takes the name `rust` for `name`. Says whether that went well.
    fn add(&mut self, rust: String, name: &'s Spanned<String>, found: &mut Findings) -> bool {
        let noun = self.noun;
        let shown = quoted(&name.value);
        if !is_possible(&rust) {
            let message = format!("{shown} cannot be the name of a {noun} in Rust");
            found
                .report(Code::NotRustName, name.span, message)
                .label(format!("would be {}", quoted(&rust)));
            return false;
        }
        if self.reserved.contains(&rust.as_str()) {
            let message = format!(
                "{shown} becomes {noun} {} in Rust, which is taken",
                quoted(&rust)
            );
            found.report(Code::ReservedRustName, name.span, message);
            return false;
        }
        match self.taken.get(&rust) {
            // The same name twice has been reported as that.
            Some((other, _)) if *other == name.value => true,
            Some((other, span)) => {
                let message = format!(
                    "{shown} and {} are both {noun} {} in Rust",
                    quoted(other),
                    quoted(&rust)
                );
                found
                    .report(Code::RustNameCollision, name.span, message)
                    .related(*span, "the other one");
                false
            }
            None => {
                self.taken.insert(rust, (&name.value, name.span));
                true
            }
        }
    }
}
