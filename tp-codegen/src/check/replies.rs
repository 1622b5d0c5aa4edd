//! Replies: from a request to frames that go to the client.

use std::collections::BTreeMap;

use crate::ast::context::{ChainEnd, Context};
use crate::ast::{Packet, Reply, text};
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
        for answer in packet.replies.iter().filter_map(|one| one.packet.as_ref()) {
            let first = *seen.entry(&answer.value).or_insert(answer.span);
            if first == answer.span {
                self::answer(context, answer, found);
            } else {
                let message = format!("reply {answer} is given twice");
                found
                    .report(Code::DuplicateReply, answer.span, message)
                    .related(first, "the first one");
            }
        }
    }
}

/// Checks that `packet`, which has `reply`, is a request.
fn request(context: &Context<'_>, packet: &Packet, reply: &Reply, found: &mut Findings) {
    let Some(problem) = problem(context, packet, Direction::Server) else {
        return;
    };
    let name = quoted(text(&packet.name));
    let message = format!("packet {name} has a reply, but {problem}");
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
    let Some(packet) = context.find_packet(answer, Code::UnknownReply, found) else {
        return;
    };
    let Some(problem) = problem(context, packet, Direction::Client) else {
        return;
    };
    let message = format!("packet {answer} cannot be a reply: it {problem}");
    found
        .report(Code::BadReply, answer.span, message)
        .related(packet.span, format!("this packet {problem}"));
}

/// Why `packet` is no frame that goes `there`, if it is none.
fn problem(context: &Context<'_>, packet: &Packet, there: Direction) -> Option<&'static str> {
    if packet.id_span.is_none() {
        return Some("has no id");
    }
    match goes(context, packet)? {
        Direction::Server if there == Direction::Client => Some("goes to the server"),
        Direction::Client if there == Direction::Server => Some("goes to the client"),
        _ => None,
    }
}

/// Which way `packet` goes; none if a base that might say it is missing.
fn goes(context: &Context<'_>, packet: &Packet) -> Option<Direction> {
    let packet = context.packet(&packet.name.as_ref()?.value)?;
    let whole = context.chain(packet).end == ChainEnd::Whole;
    (whole || packet.direction.is_some()).then(|| context.direction(packet))
}
