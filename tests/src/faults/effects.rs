//! Faults of what requests do: logins, messages, orders, categories, padding.

use bytes::BytesMut;
use serde_json::json;
use tp_frames::{AnyFrame, DecodeOptions, Packet, RawFrame, Semi32, TpString, game};

use super::answers::fails;
use super::{Fault, changed, fault};
use crate::proxy::actions::{Scripted as _, with_body};
use crate::proxy::script::{Event, Flow, Script, announced};

const UNAVAILABLE_TEMPORARILY: u32 = 3;

pub(super) fn faults() -> Vec<Fault> {
    vec![
        fault("ListsBeforeLogin")
            .does("GetResourceIDs is answered before Login.")
            .breaks(&["4.37"])
            .replies_to(game::GetResourceIDs::TYPE, |reply, flow| {
                match !flow.is_logged_in() && fails(&reply, UNAVAILABLE_TEMPORARILY) {
                    true => flow.say("ResourceIDs", reply.header.sequence, json!({})),
                    false => flow.send(&reply),
                }
            }),
        fault("SecondLogin")
            .does("A second Login is answered with Okay.")
            .breaks(&["6.7", "21.7"])
            .script(|| okays(|asked| asked.header.r#type == game::Login::TYPE)),
        fault("NoPing")
            .does("Ping is not answered.")
            .breaks(&["7.6", "7.7"])
            .script(|| {
                Box::new(|event, flow| match event {
                    Event::Request(asked)
                        if flow.is_logged_in() && asked.header.r#type == game::Ping::TYPE => {}
                    event => flow.pass(event),
                })
            }),
        fault("StringsCutAtNul")
            .does("Strings of messages end at their first NUL.")
            .breaks(&["19.9"])
            .rewrites(game::PostMessage::TYPE, |asked| {
                changed(asked, |message: &mut game::PostMessage| {
                    message.subject = until_nul(&message.subject);
                    message.body = until_nul(&message.body);
                })
            }),
        fault("LongBodiesCut")
            .does("Bodies of messages are cut to 255 bytes.")
            .breaks(&["15.17", "15.18"])
            .rewrites(game::PostMessage::TYPE, |asked| {
                changed(asked, |message: &mut game::PostMessage| {
                    let body = message.body.as_bytes();
                    let start = body.get(..255).unwrap_or(body).to_vec();
                    message.body = TpString::from_bytes(start);
                })
            }),
        fault("AppendsInFront")
            .does("Orders for the end of a queue go to its start.")
            .breaks(&["14.3", "14.14"])
            .rewrites(game::OrderInsert::TYPE, |asked| {
                changed(asked, |order: &mut game::OrderInsert| {
                    if order.slot.is_none() {
                        order.slot = Semi32::from(0);
                    }
                })
            }),
        fault("KeepsCategories")
            .does("RemoveCategory is answered with Okay, and removes nothing.")
            .breaks(&["16.4", "16.5", "16.6", "16.8", "21.9"])
            .script(|| {
                okays(|asked| {
                    asked.header.r#type == game::RemoveCategory::TYPE && announced(asked) == 1
                })
            }),
        fault("NoPads")
            .does("What is sent after the padding filter was set is not padded.")
            // Whatever has a string that is no multiple of four.
            .breaks(&[
                "20.5", "20.6", "20.7", "20.9", "20.10", "20.11", "20.14.0", "20.14.1", "20.14.2",
                "20.14.3", "20.14.4",
            ])
            .replies(|reply, flow| match reply.padded {
                true => flow.send(&unpadded(&reply)),
                false => flow.send(&reply),
            }),
    ]
}

/// Such requests are answered with Okay behind the login, and the game does not hear of them.
fn okays(such: fn(&RawFrame) -> bool) -> Script {
    Box::new(move |event, flow: &mut Flow| match event {
        Event::Request(asked) if flow.is_logged_in() && flow.outstanding() == 0 && such(&asked) => {
            flow.say("Okay", asked.header.sequence, json!({ "result": "Okay" }));
        }
        event => flow.pass(event),
    })
}

fn until_nul(text: &TpString) -> TpString {
    let bytes = text.as_bytes().split(|byte| *byte == 0).next();
    TpString::from_bytes(bytes.unwrap_or_default().to_vec())
}

/// The frame without pads.
fn unpadded(frame: &RawFrame) -> RawFrame {
    let mut body = BytesMut::new();
    match game::Frame::decode(frame, &DecodeOptions::default()) {
        Ok((packet, _)) if packet.encode_body(frame.header.version, &mut body).is_ok() => {
            with_body(frame, body)
        }
        _ => frame.clone(),
    }
}
