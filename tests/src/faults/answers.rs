//! Faults of answers: groups, unknown ids, lists.

use serde_json::json;
use tp_frames::{Packet, RawFrame, Semi32, game};

use super::{Fault, changed, fault};
use crate::frame::Version;
use crate::proxy::actions::{Scripted as _, announces, announcing, patched, replies};
use crate::proxy::script::{Event, Flow, Script, announced};

const NO_SUCH_THING: u32 = 4;

/// An id that nothing has.
const NOTHING: u32 = 0x7fff_0000;
/// Ids of things in the demo game.
const PLANET: u32 = 6;
const WORMHOLE: u32 = 15;
const DESIGN: u32 = 1;

pub(super) fn faults() -> Vec<Fault> {
    vec![
        fault("UndescribedOrderType")
            .does("Whatever takes orders takes some of a type that nobody describes.")
            .breaks(&["13.10", "13.11"])
            .replies(|reply, flow| {
                let first = |types: &mut Vec<u32>| {
                    if !types.is_empty() {
                        types.insert(0, NOTHING);
                    }
                };
                let reply = changed(&reply, |object: &mut game::Object| {
                    object.ordertypes.iter_mut().for_each(first);
                });
                flow.send(&changed(&reply, |queue: &mut game::OrderQueue| {
                    first(&mut queue.ordertypes);
                }));
            }),
        fault("UndescribedObjectType")
            .does("The type of wormholes is listed and not described.")
            .breaks(&["12.67.1", "13.7"])
            .rewrites(game::GetObjectDesc::TYPE, |asked| {
                changed(asked, |get: &mut game::GetObjectDesc| {
                    hide(&mut get.ids, WORMHOLE);
                })
            }),
        fault("MissingObject")
            .does("A planet is listed, and is not there.")
            .breaks(&["12.5.1", "13.3"])
            .rewrites(game::GetObjectsByID::TYPE, |asked| {
                changed(asked, |get: &mut game::GetObjectsByID| {
                    hide(&mut get.ids, PLANET)
                })
            }),
        fault("MissingDesign")
            .does("The first design is listed, and is not there.")
            .breaks(&["12.47.1"])
            .rewrites(game::GetDesign::TYPE, |asked| {
                changed(asked, |get: &mut game::GetDesign| {
                    hide(&mut get.ids, DESIGN)
                })
            }),
        fault("RemovedWithFail")
            .does("Messages are removed with a Fail.")
            .breaks(&["15.10", "15.11", "15.12"])
            .replies_to(game::RemoveMessage::TYPE, |reply, flow| {
                match reply.header.r#type == game::Okay::TYPE {
                    true => flow.fail(reply.header.sequence, 3, "not now"),
                    false => flow.send(&reply),
                }
            }),
        fault("SequenceOneTooMany")
            .does("The Sequence before the Okays to RemoveMessage counts one too many.")
            // For no messages it says one.
            .breaks(&["5.21", "15.11"])
            .replies_to(game::RemoveMessage::TYPE, |reply, flow| {
                match announces(&reply) {
                    true => {
                        let more = announced(&reply).saturating_add(1);
                        flow.send(&announcing(&reply, more));
                    }
                    false => flow.send(&reply),
                }
            }),
        fault("SilentOnUnknownResource")
            .does("An unknown resource is not answered.")
            .breaks(&["12.22.2", "12.22.5"])
            .replies_to(game::GetResource::TYPE, |reply, flow| {
                if !(is_about_one(&reply, flow) && fails(&reply, NO_SUCH_THING)) {
                    flow.send(&reply);
                }
            }),
        fault("InventsProperties")
            .does("An unknown property is answered with an empty one.")
            .breaks(&["12.58.2", "12.58.5"])
            .replies_to(game::GetProperty::TYPE, |reply, flow| {
                let asked = flow
                    .request_of(&reply)
                    .and_then(|asked| asked.body.get(4..));
                let id = asked.and_then(<[u8]>::first_chunk);
                let id = id.map_or(0, |id| u32::from_be_bytes(*id));
                if is_about_one(&reply, flow) && reply.header.r#type == game::Fail::TYPE {
                    flow.say("Property", reply.header.sequence, json!({ "id": id }));
                } else {
                    flow.send(&reply);
                }
            }),
        fault("OtherFailCode")
            .does("The Fail for an unknown object has code 2.")
            .breaks(&["12.5.2", "21.13"])
            .replies_to(game::GetObjectsByID::TYPE, |reply, flow| {
                match fails(&reply, NO_SUCH_THING) {
                    true => flow.send(&patched(&reply, 0, &2_u32.to_be_bytes())),
                    false => flow.send(&reply),
                }
            }),
        fault("NoFailReferences")
            .does("Fails of TP04 have no references.")
            .breaks(&[
                "12.5.5", "12.8.5", "12.16.5", "12.22.5", "12.41.5", "12.47.5", "12.54.5",
                "12.58.5", "12.67.5", "12.74.5", "21.3",
            ])
            .replies(
                |reply, flow| match (Version::of(&reply), reply.header.r#type) {
                    (Some(Version::Tp04), game::Fail::TYPE) => {
                        let fail = changed(&reply, |fail: &mut game::Fail| fail.references = None);
                        flow.send(&fail);
                    }
                    _ => flow.send(&reply),
                },
            ),
        fault("SortsObjects")
            .does("Objects come in the order of their ids, whatever the order asked for.")
            .breaks(&["9.5", "9.6", "9.8", "9.10"])
            .rewrites(game::GetObjectsByID::TYPE, |asked| {
                changed(asked, |get: &mut game::GetObjectsByID| {
                    get.ids.sort_unstable()
                })
            }),
        fault("MergesComponents")
            .does("Components that are asked for twice come once.")
            .breaks(&["12.54.3"])
            .rewrites(game::GetComponent::TYPE, |asked| {
                changed(asked, |get: &mut game::GetComponent| get.ids.dedup())
            }),
        fault("NoModtimes")
            .does("ComponentIDs say that everything changed at time 0.")
            .breaks(&["10.56.4"])
            .replies(|reply, flow| {
                flow.send(&changed(&reply, |ids: &mut game::ComponentIDs| {
                    ids.modtimes.iter_mut().for_each(|entry| entry.modtime = 0);
                }));
            }),
        fault("RemainingTooMany")
            .does("ResourceIDs count the ids that they hold as remaining.")
            .breaks(&["10.37.1", "10.37.2"])
            .script(|| {
                let more = |remaining: Semi32, here: usize| {
                    let here = u32::try_from(here).unwrap_or(u32::MAX);
                    remaining.get().map(|left| left.saturating_add(here)).into()
                };
                replies(move |reply, flow| {
                    flow.send(&changed(&reply, |ids: &mut game::ResourceIDs| {
                        ids.remaining = more(ids.remaining, ids.modtimes.len());
                    }));
                })
            }),
        fault("AnyKey")
            .does("GetOrderDescIDs takes any key.")
            .breaks(&["11.3", "11.4", "11.5", "11.7", "21.10"])
            .script(|| {
                lists(|asked, list| {
                    let key = Semi32::from(list.map(|(key, _)| key));
                    changed(asked, |get: &mut game::GetOrderDescIDs| {
                        if !get.key.is_none() {
                            get.key = key;
                        }
                    })
                })
            }),
        fault("AnyStart")
            .does("GetOrderDescIDs takes a start behind the end.")
            .breaks(&["11.9", "11.10"])
            .script(|| {
                lists(|asked, list| {
                    let end = list.map_or(u32::MAX, |(_, total)| total);
                    changed(asked, |get: &mut game::GetOrderDescIDs| {
                        get.start = get.start.min(end)
                    })
                })
            }),
    ]
}

/// Puts an id that nothing has in the place of this one.
fn hide(ids: &mut [u32], hidden: u32) {
    for id in ids.iter_mut().filter(|id| **id == hidden) {
        *id = NOTHING;
    }
}

/// Whether it is a Fail with this code.
pub(super) fn fails(reply: &RawFrame, code: u32) -> bool {
    reply.header.r#type == game::Fail::TYPE && announced(reply) == code
}

/// Whether it answers a request that names one thing.
fn is_about_one(reply: &RawFrame, flow: &Flow) -> bool {
    let asked = flow.request_of(reply);
    asked.is_some_and(|asked| announced(asked) == 1)
}

/// GetOrderDescIDs goes through `change`, with the key and the length of the last list.
fn lists(change: fn(&RawFrame, Option<(u32, u32)>) -> RawFrame) -> Script {
    let mut last: Option<(u32, u32)> = None;
    Box::new(move |event, flow| match event {
        Event::Request(asked) if asked.header.r#type == game::GetOrderDescIDs::TYPE => {
            flow.forward(change(&asked, last));
        }
        Event::Reply(reply) => {
            if let Some(list) = list(&reply)
                && last.is_none_or(|(key, _)| key != list.0)
            {
                last = Some(list);
            }
            flow.send(&reply);
        }
        event => flow.pass(event),
    })
}

/// The key and the length of a list of order types, from its first slice.
fn list(reply: &RawFrame) -> Option<(u32, u32)> {
    if reply.header.r#type != game::OrderDescIDs::TYPE {
        return None;
    }
    // Key, remaining and the number of ids stand first in both versions.
    let (words, _) = reply.body.as_chunks();
    let [key, remaining, here, ..] = words else {
        return None;
    };
    let [key, remaining, here] = [key, remaining, here].map(|word| u32::from_be_bytes(*word));
    Some((key, remaining.saturating_add(here)))
}
