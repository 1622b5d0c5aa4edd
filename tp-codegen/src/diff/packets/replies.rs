//! What a server answers.

use super::super::reach::Reached;
use super::super::{Found, Kind, SourceEffect};
use super::Packets;
use crate::model::{Reply, ReplySequence};

impl Packets<'_, '_, '_> {
    pub(super) fn replies(&mut self) {
        let (old, new, pairing) = (self.old, self.new, self.reach.pairing);
        let same = |was: &Reply, is: &Reply| pairing.is_same_packet(&was.packet, &is.packet);
        for is in &new.replies {
            match old.replies.iter().find(|was| same(was, is)) {
                Some(was) => self.reply(was, is),
                None => {
                    let source = if old.replies.len() == 1 {
                        SourceEffect::Breaking
                    } else {
                        SourceEffect::Additive
                    };
                    let what = format!("may be answered by {}", answer(is));
                    let found = Found {
                        after: Some(answer(is)),
                        ..Found::new(Kind::ReplyAdded, what).source(source)
                    };
                    let unexpected = !old.replies.is_empty();
                    self.push(found, Reached::one(new, unexpected, false));
                }
            }
        }
        for was in &old.replies {
            if !new.replies.iter().any(|is| same(was, is)) {
                let what = format!("is no longer answered by {}", answer(was));
                let found = Found {
                    before: Some(answer(was)),
                    ..Found::new(Kind::ReplyRemoved, what).source(SourceEffect::Breaking)
                };
                self.push(found, Reached::one(new, false, true));
            }
        }
    }

    fn reply(&mut self, was: &Reply, is: &Reply) {
        if was.sequence == is.sequence && was.silent == is.silent {
            return;
        }
        let what = format!("was answered by {} and is by {}", answer(was), answer(is));
        let found = Found::new(Kind::ReplyChanged, what).between(answer(was), answer(is));
        let expects = |client: &Reply, server: &Reply| {
            let sequence =
                client.sequence == ReplySequence::Maybe || client.sequence == server.sequence;
            sequence && (client.silent || !server.silent)
        };
        self.push(
            found,
            Reached::one(self.new, !expects(was, is), !expects(is, was)),
        );
    }
}

/// An answer, in words.
fn answer(reply: &Reply) -> String {
    let sequence = match reply.sequence {
        ReplySequence::Never => "",
        ReplySequence::Maybe => ", behind a `Sequence` if several",
        ReplySequence::Always => ", behind a `Sequence`",
    };
    let silent = if reply.silent { ", or by nothing" } else { "" };
    format!("`{}`{sequence}{silent}", reply.packet)
}
