//! `useparameters` and `descparameter`: where they stand, and what they refer to.

use crate::ast::context::Context;
use crate::ast::header::is_header;
use crate::ast::walk::{Place, structures};
use crate::ast::{Field, FieldKind, Packet};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::Spanned;

/// Checks all of them.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for located in structures(context.schema) {
        // What stands in front of the fields of this structure, and whether all of it is known.
        let (before, mut broken) = match located.place {
            Place::Packet(packet) => {
                let body = context.body(packet);
                (body.inherited, body.broken)
            }
            _ => (Vec::new(), false),
        };
        broken |= located.structure.broken;
        let own = &located.structure.fields;
        for (index, field) in own.iter().enumerate() {
            let siblings = Siblings {
                earlier: before
                    .iter()
                    .copied()
                    .chain(own.iter().take(index))
                    .collect(),
                later: own.iter().skip(index).collect(),
                broken,
            };
            match &field.kind {
                FieldKind::Parameters(parameters) => {
                    let place = match located.place {
                        Place::Packet(_) => None,
                        Place::Use | Place::Desc => Some("parameter"),
                        Place::Within(field) => Some(field.kind.noun()),
                    };
                    if let Some(place) = place {
                        let message = format!("`useparameters` in a {place}");
                        found
                            .report(Code::MisplacedParameters, field.span, message)
                            .label("it takes the rest of the body, so it ends a packet");
                    } else {
                        siblings.check(parameters.typefield.as_ref(), found);
                    }
                    if let Some(set) = &parameters.set {
                        context.find_set(set, found);
                    }
                }
                FieldKind::Description { set, typefield } => {
                    siblings.check(typefield.as_ref(), found);
                    if located.in_desc {
                        found.report(
                            Code::MisplacedDescription,
                            field.span,
                            "`descparameter` in a `descstruct`",
                        );
                    }
                    if let Some(set) = set {
                        context.find_set(set, found);
                    }
                }
                _ => {}
            }
        }
        if let Place::Packet(packet) = located.place
            && !is_header(packet)
        {
            last(context, packet, found);
        }
    }
}

/// Reports the first field that follows `useparameters`, if `packet` declares it.
fn last(context: &Context<'_>, packet: &Packet, found: &mut Findings) {
    let body = context.body(packet);
    let mut fields = body.fields().into_iter().enumerate();
    let is_parameters =
        |(_, field): &(usize, &Field)| matches!(field.kind, FieldKind::Parameters(_));
    if let Some((_, parameters)) = fields.find(is_parameters)
        && let Some((index, field)) = fields.next()
        && index >= body.inherited.len()
    {
        found
            .report(
                Code::ParametersNotLast,
                field.span,
                "a field behind `useparameters`",
            )
            .label("nothing can follow")
            .related(parameters.span, "this takes the rest of the body");
    }
}

/// The fields around one that has a `typefield`.
struct Siblings<'s> {
    earlier: Vec<&'s Field>,
    later: Vec<&'s Field>,
    broken: bool,
}

impl Siblings<'_> {
    fn check(&self, typefield: Option<&Spanned<String>>, found: &mut Findings) {
        let Some(name) = typefield else { return };
        let is_it = |field: &&&Field| field.name() == name.value;
        let integer = |field: &Field| matches!(field.kind, FieldKind::Integer { .. });
        let shown = quoted(&name.value);
        let (message, other) = if let Some(field) = self.earlier.iter().find(is_it) {
            if !integer(field) {
                let noun = field.kind.noun();
                (
                    format!("field {shown} holds no type: it is no integer"),
                    Some((*field, format!("this is a {noun}"))),
                )
            } else if field.optional.is_some() {
                let note = "this may be missing".to_owned();
                (
                    format!("field {shown} holds no type: it is optional"),
                    Some((*field, note)),
                )
            } else {
                return;
            }
        } else if let Some(field) = self.later.iter().find(is_it) {
            let note = "it must stand in front".to_owned();
            (
                format!("field {shown} does not stand in front of what needs it"),
                Some((*field, note)),
            )
        } else if self.broken {
            return;
        } else {
            (
                format!("there is no field {shown} in the same structure"),
                None,
            )
        };
        let known = self.earlier.iter().filter(|field| integer(field));
        let known = known.map(|field| field.name());
        let help = found.guess(&name.value, known.filter(|own| *own != name.value));
        let finding = found.report(Code::BadTypefield, name.span, message);
        finding.maybe_help(help);
        if let Some((field, note)) = other {
            finding.related(field.span, note);
        }
    }
}
