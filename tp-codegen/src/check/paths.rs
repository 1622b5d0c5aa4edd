//! `typeframe`: the description exists, and the path through it ends at a type.

use crate::ast::context::Context;
use crate::ast::walk::fields;
use crate::ast::{Field, FieldKind, PathStep, TypeFrame};
use crate::diagnostic::{Code, Findings};
use crate::source::{Span, Spanned};

/// Checks all of them.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for field in fields(context.schema) {
        if let FieldKind::Parameters(parameters) = &field.kind
            && let Some(typeframe) = &parameters.typeframe
        {
            self::typeframe(context, typeframe, found);
        }
    }
}

fn typeframe(context: &Context<'_>, typeframe: &TypeFrame, found: &mut Findings) {
    if typeframe.path.as_ref().is_some_and(Vec::is_empty) {
        found
            .report(
                Code::BadPath,
                typeframe.span,
                "`typeframe` has no path to the types",
            )
            .help("`getlist` and `getfield` in it lead from the packet to its types");
    }
    let Some(name) = &typeframe.packet else {
        return;
    };
    let Some(packet) = context.find_packet(name, Code::BadTypeframe, found) else {
        return;
    };
    if packet.id_span.is_none() {
        let message = format!("packet {name} describes nothing: it has no id");
        found
            .report(Code::BadTypeframe, name.span, message)
            .related(packet.span, "this packet has no id");
    }
    let body = context.body(packet);
    let level = Level {
        fields: body.fields(),
        broken: body.broken,
        what: format!("packet {name}"),
    };
    if let Some(idfield) = &typeframe.idfield {
        self::idfield(&level, idfield, found);
    }
    path(level, typeframe.path.as_deref().unwrap_or_default(), found);
}

fn idfield(level: &Level<'_>, idfield: &Spanned<String>, found: &mut Findings) {
    let Some(field) = level.find(Code::BadIdfield, idfield, found) else {
        return;
    };
    let problem = match (&field.kind, field.optional) {
        (FieldKind::Integer { .. }, None) => return,
        (FieldKind::Integer { .. }, Some(_)) => "is optional",
        _ => "is no integer",
    };
    let message = format!("field {idfield} is no id: it {problem}");
    found
        .report(Code::BadIdfield, idfield.span, message)
        .related(field.span, format!("this {problem}"));
}

/// Fields among which a step chooses.
struct Level<'s> {
    fields: Vec<&'s Field>,
    /// Whether there may be more.
    broken: bool,
    /// Whose they are.
    what: String,
}

impl<'s> Level<'s> {
    fn find(&self, code: Code, name: &Spanned<String>, found: &mut Findings) -> Option<&'s Field> {
        let field = self.fields.iter().find(|field| field.name() == name.value);
        if field.is_none() && !self.broken {
            let message = format!("there is no field {name} in {}", self.what);
            let help = found.guess(&name.value, self.fields.iter().map(|field| field.name()));
            found.report(code, name.span, message).maybe_help(help);
        }
        field.copied()
    }
}

/// Follows the steps as far as they can be followed.
fn path(mut level: Level<'_>, steps: &[PathStep], found: &mut Findings) {
    let mut steps = steps.iter().peekable();
    while let Some(step) = steps.next() {
        let Some(name) = &step.name else { return };
        let Some(field) = level.find(Code::BadPath, name, found) else {
            return;
        };
        let mut wrong = |why: &str| {
            let message = format!("{name} {why}");
            let note = format!("this is a {}", field.kind.noun());
            report(name.span, message, field, &note, found);
        };
        let last = steps.peek().is_none();
        let inner = match (&field.kind, step.list) {
            (FieldKind::List { structure, .. }, true) => structure,
            (FieldKind::List { .. }, false) => return wrong("is a list: `getlist` goes into it"),
            (_, true) => return wrong("is no list: `getfield` goes to it"),
            (FieldKind::Group(structure), false) => structure,
            (FieldKind::Integer { .. }, false) if last => {
                if field.optional.is_some() {
                    let message = format!("type {name} is optional");
                    report(name.span, message, field, "this may be missing", found);
                }
                return;
            }
            (_, false) if last => return wrong("is no integer, so the path cannot end here"),
            (_, false) => return wrong("has no fields, so the path cannot go on"),
        };
        if last {
            return wrong("is no integer, so the path cannot end here");
        }
        if field.optional.is_some() {
            let message = format!("{name} on the path is optional");
            report(name.span, message, field, "this may be missing", found);
            return;
        }
        level = Level {
            fields: inner.fields.iter().collect(),
            broken: inner.broken,
            what: format!("{} {name}", field.kind.noun()),
        };
    }
}

fn report(span: Span, message: String, field: &Field, note: &str, found: &mut Findings) {
    found
        .report(Code::BadPath, span, message)
        .related(field.span, note);
}
