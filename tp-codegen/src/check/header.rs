//! The packet named `Header`: one of the two layouts that exist.

use crate::ast::context::Context;
use crate::ast::header::{HEADER, form};
use crate::ast::{FieldKind, Packet};
use crate::diagnostic::{Code, Findings};

/// Checks the packet named `Header`, if there is one.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let Some(header) = context.packet(HEADER) else {
        return;
    };
    if let Some(base) = &header.base {
        found
            .report(Code::BadHeader, base.span, "packet `Header` has a base")
            .help("the header is built on nothing; give this packet another name");
    }
    if let Some(span) = header.id_span {
        found
            .report(Code::BadHeader, span, "packet `Header` has an id")
            .help("the header is no frame; give this packet another name");
    }
    if !header.structure.broken && form(header).is_none() && !is_incomplete(header) {
        let span = header.name.as_ref().map_or(header.span, |name| name.span);
        found
            .report(
                Code::BadHeader,
                span,
                "packet `Header` is no header that TP has",
            )
            .help(
                "a header is a character field of size 4 and three unsigned integers of size 32, \
                 or a character field of size 2, two unsigned integers of size 8 and three of \
                 size 32",
            );
    }
}

/// Whether the sign of an integer is missing, which has been reported.
fn is_incomplete(header: &Packet) -> bool {
    header
        .structure
        .fields
        .iter()
        .any(|field| match &field.kind {
            FieldKind::Integer { integer, .. } => integer.sign.is_none(),
            _ => false,
        })
}
