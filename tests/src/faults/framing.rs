//! Faults of greetings, frames and their numbers.

use tp_frames::{DecodeOptions, FramingError, Packet, RawFrame, game};

use super::{Fault, fault};
use crate::proxy::actions::{Scripted as _, numbered, replies, with_body};
use crate::proxy::script::{Event, Script};
use crate::proxy::take;

pub(super) fn faults() -> Vec<Fault> {
    vec![
        fault("SilentToStrangers")
            .does("The first bytes of something else than this protocol are not answered.")
            .breaks(&["1.6"])
            .script(|| {
                let mut framed = false;
                ignores(move |event| match event {
                    Event::UnframedRequest(bytes) => !framed && !bytes.starts_with(b"TP"),
                    event => {
                        framed |= matches!(event, Event::Request(_));
                        false
                    }
                })
            }),
        fault("SilentOnTooLong")
            .does("A frame that claims to be too long is not answered.")
            .breaks(&["2.20", "2.21", "2.22"])
            .script(|| {
                ignores(|event| match event {
                    Event::UnframedRequest(bytes) => {
                        let taken = take(&mut bytes.clone(), false);
                        matches!(taken, Err(FramingError::TooLong { .. }))
                    }
                    _ => false,
                })
            }),
        fault("OtherVersion")
            .does("The reply to Connect says the other version.")
            .breaks(&["1.2"])
            .replies_to(game::Connect::TYPE, |mut reply, flow| {
                reply.header.version = match reply.header.version {
                    game::TP03 => game::TP04,
                    _ => game::TP03,
                };
                flow.send(&reply);
            }),
        fault("SequenceNumberCut")
            .does("The greatest bit of sequence numbers is lost.")
            .breaks(&["8.2", "8.3"])
            .replies(|reply, flow| {
                let number = reply.header.sequence & (u32::MAX >> 1);
                flow.send(&numbered(&reply, number));
            }),
        fault("UnknownFrameUnnumbered")
            .does("The Fail to a frame of unknown type has sequence number 0.")
            .breaks(&["2.16", "2.17", "2.18", "8.8"])
            .replies(|reply, flow| match flow.asked(&reply) {
                Some(unknown) if is_unknown(unknown) => flow.send(&numbered(&reply, 0)),
                _ => flow.send(&reply),
            }),
        fault("ClosesOnUnknownFrame")
            .does("A frame of unknown type ends the connection.")
            .breaks(&["2.16", "2.17", "2.18", "8.8", "21.12"])
            .script(|| {
                Box::new(|event, flow| match event {
                    Event::Request(asked) if is_unknown(asked.header.r#type) => flow.close(),
                    event => flow.pass(event),
                })
            }),
        fault("RepliesSwapped")
            .does("A reply to GetOrderDescIDs comes after the reply to the next request.")
            .breaks(&["8.12"])
            .script(|| {
                let mut held: Option<RawFrame> = None;
                replies(move |reply, flow| {
                    let list = reply.header.r#type == game::OrderDescIDs::TYPE;
                    if list && flow.outstanding() > 1 && held.is_none() {
                        held = Some(reply);
                        return;
                    }
                    flow.send(&reply);
                    if let Some(held) = held.take() {
                        flow.send(&held);
                    }
                })
            }),
        fault("UnaskedNumbered")
            .does("Frames that nobody asked for have a number other than 0.")
            // Every case that ends a turn is told so.
            .breaks(&[
                "18.1", "18.2", "18.3", "18.4", "18.5", "18.6", "18.7", "18.8", "18.9", "18.10",
                "18.11", "18.12", "20.11",
            ])
            .replies(
                |reply, flow| match (reply.header.sequence, reply.header.r#type) {
                    (0, r#type) if r#type != game::Fail::TYPE => {
                        flow.send(&numbered(&reply, 0x00de_fec7));
                    }
                    _ => flow.send(&reply),
                },
            ),
        fault("RefusesTrailingBytes")
            .does("Bytes behind the last field of a request are refused.")
            .breaks(&["2.14", "2.15"])
            .script(|| {
                Box::new(|event, flow| match event {
                    Event::Request(asked) if flow.outstanding() == 0 && trails(&asked) => {
                        flow.fail(asked.header.sequence, 1, "what is this?");
                    }
                    event => flow.pass(event),
                })
            }),
        fault("TrailingGarbage")
            .does("Four bytes follow the last field of Board.")
            .breaks(&["2.29"])
            .replies(|reply, flow| match reply.header.r#type {
                game::Board::TYPE => {
                    let body = [&reply.body[..], b"junk"].concat();
                    flow.send(&with_body(&reply, body));
                }
                _ => flow.send(&reply),
            }),
    ]
}

/// From such an event on, nothing that the client sends is answered.
fn ignores(mut such: impl FnMut(&Event) -> bool + Send + 'static) -> Script {
    let mut silent = false;
    Box::new(move |event, flow| {
        silent |= such(&event);
        if !silent {
            flow.pass(event);
        }
    })
}

/// Whether no version has this frame.
fn is_unknown(r#type: u32) -> bool {
    r#type > game::OrderQueueIDs::TYPE
}

/// Whether bytes follow the last field of a Connect or a GetTimeRemaining.
fn trails(frame: &RawFrame) -> bool {
    match frame.header.r#type {
        game::Connect::TYPE => frame
            .decode::<game::Connect>(&DecodeOptions::default())
            .is_ok_and(|(_, trailing)| !trailing.is_empty()),
        game::GetTimeRemaining::TYPE => !frame.body.is_empty(),
        _ => false,
    }
}
