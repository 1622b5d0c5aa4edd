//! Replies: from a request to frames that go to the client.

use std::collections::BTreeMap;

use crate::ast::context::{ChainEnd, Context};
use crate::ast::{Packet, Reply};
use crate::diagnostic::{Code, Findings, quoted};
use crate::model::Direction;
use crate::source::Spanned;

/// Checks the replies of all packets.
pub(super) fn check(context: &Context<'_>, found: &mut Findings) {
    for packet in &context.schema.packets {
        if let Some(first) = packet.replies.first() {
            request(context, packet, first, found);
        }
        let mut seen = BTreeMap::new();
        for answer in packet
            .replies
            .iter()
            .filter_map(|reply| reply.packet.as_ref())
        {
            if let Some(earlier) = seen.get(answer.value.as_str()) {
                let message = format!("reply {} is given twice", quoted(&answer.value));
                found
                    .report(Code::DuplicateReply, answer.span, message)
                    .related(*earlier, "the first one");
            } else {
                seen.insert(answer.value.as_str(), answer.span);
                self::answer(context, answer, found);
            }
        }
    }
}

/// Checks that `packet`, which has `reply`, is a request.
fn request(context: &Context<'_>, packet: &Packet, reply: &Reply, found: &mut Findings) {
    let problem = if packet.id_span.is_none() {
        "has no id"
    } else if goes(context, packet) == Some(Direction::Client) {
        "goes to the client"
    } else {
        return;
    };
    let name = packet
        .name
        .as_ref()
        .map(|name| name.value.as_str())
        .unwrap_or_default();
    let message = format!("packet {} has a reply, but {problem}", quoted(name));
    found
        .report(Code::NotRequest, reply.span, message)
        .related(packet.span, format!("this packet {problem}"));
}

/// Checks that `answer` names a frame that can be one.
fn answer(context: &Context<'_>, answer: &Spanned<String>, found: &mut Findings) {
    if answer.value == "Fail" {
        found
            .report(
                Code::DuplicateReply,
                answer.span,
                "`Fail` is named as a reply",
            )
            .help("leave it out: every request may fail");
        return;
    }
    let Some(packet) = context.packet(&answer.value) else {
        if !context.is_phantom(&answer.value) {
            let message = format!("there is no packet {}", quoted(&answer.value));
            found
                .report(Code::UnknownReply, answer.span, message)
                .maybe_help(context.suggest_packet(&answer.value));
        }
        return;
    };
    let problem = if packet.id_span.is_none() {
        "has no id"
    } else if goes(context, packet) == Some(Direction::Server) {
        "goes to the server"
    } else {
        return;
    };
    let message = format!(
        "packet {} cannot be a reply: it {problem}",
        quoted(&answer.value)
    );
    found
        .report(Code::BadReply, answer.span, message)
        .related(packet.span, format!("this packet {problem}"));
}

/// Which way `packet` goes; none if a base that might say it is missing.
fn goes(context: &Context<'_>, packet: &Packet) -> Option<Direction> {
    let packet = context.packet(&packet.name.as_ref()?.value)?;
    let whole = context.chain(packet).end == ChainEnd::Whole;
    (whole || packet.direction.is_some()).then(|| context.direction(packet))
}
