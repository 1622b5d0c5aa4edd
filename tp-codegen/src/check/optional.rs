//! Optional fields stand where remaining bytes can tell whether they are there.

use crate::ast::context::Context;
use crate::ast::header::is_header;
use crate::ast::walk::{Place, structures};
use crate::ast::{Field, FieldKind, Packet};
use crate::diagnostic::{Code, Findings};
use crate::source::Span;

/// Checks all optional fields.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for located in structures(context.schema) {
        let place = match located.place {
            Place::Packet(packet) => {
                // The header is checked as a whole.
                if !is_header(packet) {
                    self::packet(context, packet, found);
                }
                continue;
            }
            Place::Use => "usestruct",
            Place::Desc => "descstruct",
            Place::Within(field) => field.kind.noun(),
        };
        for field in &located.structure.fields {
            if !by_kind(field, found) && !matches!(located.place, Place::Use) {
                refuse(field, &format!("in a {place}"), None, found);
            }
        }
    }
}

/// Refuses `optional` on fields that cannot have it anywhere. Says whether `field` is such a one.
fn by_kind(field: &Field, found: &mut Findings) -> bool {
    let element = match &field.kind {
        FieldKind::Parameters(_) => "`useparameters`",
        FieldKind::Description { .. } => "`descparameter`",
        _ => return false,
    };
    if let Some(optional) = field.optional {
        found.report(
            Code::OptionalRefused,
            optional,
            format!("{element} cannot be optional"),
        );
    }
    true
}

fn refuse(field: &Field, why: &str, related: Option<(Span, &str)>, found: &mut Findings) {
    let Some(optional) = field.optional else {
        return;
    };
    let message = format!("field {field} cannot be optional {why}");
    let finding = found.report(Code::OptionalRefused, optional, message);
    if let Some((span, text)) = related {
        finding.related(span, text);
    }
}

/// Checks what `packet` itself declares; its bases are checked as packets of their own.
fn packet(context: &Context<'_>, packet: &Packet, found: &mut Findings) {
    let body = context.body(packet);
    let (inherited, own) = (&body.inherited, body.own.iter());
    let own: Vec<&Field> = own.filter(|field| !by_kind(field, found)).collect();
    let is_parameters = |field: &&Field| matches!(field.kind, FieldKind::Parameters(_));
    let Some(parameters) = body.fields().into_iter().find(is_parameters) else {
        trailing(inherited, &own, found);
        return;
    };
    for field in own {
        let related = Some((parameters.span, "this takes the rest of the body"));
        refuse(field, "in a packet with `useparameters`", related, found);
    }
    let optional = inherited
        .iter()
        .find_map(|field| Some((field, field.optional?)));
    if let Some((optional, span)) = optional
        && !inherited.iter().any(is_parameters)
    {
        let message = format!("field {optional} cannot be optional in front of `useparameters`");
        found
            .report(Code::OptionalRefused, parameters.span, message)
            .label("this takes the rest of the body")
            .related(span, "not always there");
    }
}

/// Reports the first field of `own` that is always there behind one that is not.
fn trailing(inherited: &[&Field], own: &[&Field], found: &mut Findings) {
    let mut earlier = inherited
        .iter()
        .find_map(|field| Some((*field, field.optional?)));
    for field in own {
        match (field.optional, earlier) {
            (Some(span), None) => earlier = Some((field, span)),
            (None, Some((optional, span))) => {
                let message = format!("field {field} follows optional field {optional}");
                found
                    .report(Code::OptionalBeforeOther, field.span, message)
                    .label("always there")
                    .related(span, "not always there")
                    .help("make it optional as well, or put it in front");
                return;
            }
            _ => {}
        }
    }
}
