//! Bases exist, and no packet builds on itself.

use crate::ast::context::{ChainEnd, Context, MAX_BASES};
use crate::ast::header::is_header;
use crate::ast::{Packet, text};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::Spanned;

/// Checks the bases of all packets.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    let mut deep = false;
    for packet in &context.schema.packets {
        let Some(base) = packet.base.as_ref().filter(|_| !is_header(packet)) else {
            continue;
        };
        context.find_packet(base, Code::UnknownBase, found);
        let chain = context.chain(packet);
        match chain.end {
            ChainEnd::Circle => circle(packet, base, &chain.bases, found),
            // Once is enough: what builds on the packet, or is in one huge circle with it, is as
            // deep.
            ChainEnd::TooLong if !deep => {
                deep = true;
                let message = format!("a packet on more than {MAX_BASES} bases");
                found.report(Code::TooDeep, base.span, message);
            }
            _ => {}
        }
    }
}

/// Reports a circle once, at the packet of it that stands first in the schema. What only builds
/// on a circle is not in it.
fn circle(packet: &Packet, base: &Spanned<String>, bases: &[&Packet], found: &mut Findings) {
    let Some(name) = &packet.name else { return };
    let back = bases.last().map_or(Some(base), |last| last.base.as_ref());
    let closed = back.is_some_and(|base| base.value == name.value);
    if !closed || bases.iter().any(|base| base.span < packet.span) {
        return;
    }
    let names = bases.iter().map(|base| text(&base.name));
    let chain: Vec<&str> = [name.value.as_str()]
        .into_iter()
        .chain(names)
        .chain([&*name.value])
        .collect();
    let message = format!("packet {name} builds on itself");
    found
        .report(Code::CircularBase, base.span, message)
        .label(format!("the chain is {}", quoted(&chain.join(" → "))));
}
