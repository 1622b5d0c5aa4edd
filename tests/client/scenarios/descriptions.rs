//! Descriptions of objects and orders, without which their parameters cannot be read.

use serde_json::{Value, json};

use crate::scenario::{End, Group, scenario};
use tp_frames::{Packet as _, RawFrame, game};
use tp_tests::proxy::actions::{Scripted as _, answers, patched, with_body};
use tp_tests::proxy::script::{Event, Script, announced};

const KEPT: &str = "protocol documentation: parameters that cannot be read are kept as they came";

pub(super) fn group() -> Group {
    Group {
        number: 8,
        name: "Descriptions",
        about: "The parameters of objects and orders are read by descriptions, which a client asks \
                for. Without one the rest of the frame cannot be read, and everything else can.",
        scenarios: vec![
            scenario("8.1", "object-descriptions-refused")
                .does("Descriptions of objects are refused.")
                .ends(End::Answers, KEPT)
                .tp04()
                .script(|| refused(game::GetObjectDesc::TYPE)),
            scenario("8.2", "object-descriptions-never-come")
                .does("Descriptions of objects never come.")
                .ends(End::Answers, KEPT)
                .tp04()
                .answers(game::GetObjectDesc::TYPE, |_, _| {}),
            scenario("8.3", "object-descriptions-wrong")
                .does("Descriptions of objects describe no parameters.")
                .ends(End::Answers, KEPT)
                .tp04()
                .script(|| described(|id| json!({ "id": id, "name": "?" }))),
            scenario("8.4", "order-descriptions-refused")
                .does("Descriptions of orders are refused.")
                .ends(End::Refused, KEPT)
                .script(|| refused(game::GetOrderDesc::TYPE)),
            scenario("8.5", "order-descriptions-never-come")
                .does("Descriptions of orders never come.")
                .ends(End::NoAnswer, KEPT)
                .answers(game::GetOrderDesc::TYPE, |_, _| {}),
            scenario("8.6", "descriptions-change")
                .does("Descriptions of objects are older each time, and wrong at first.")
                .ends(End::Answers, "schema: packet ObjectDesc, modtime")
                .tp04()
                .script(changing),
            scenario("8.7", "unknown-parameters")
                .does("Descriptions of objects name types of parameters that nobody knows.")
                .ends(End::Answers, KEPT)
                .tp04()
                .script(|| {
                    described(|id| {
                        let parameter = json!({ "name": "?", "type": 77, "description": "" });
                        let group = json!({
                            "propertygroupid": 1, "groupname": "?", "groupdescription": "",
                            "parameters": [parameter],
                        });
                        json!({ "id": id, "propertygroups": [group] })
                    })
                }),
            scenario("8.8", "parameters-missing")
                .does("Objects end before their parameters.")
                .ends(End::Answers, KEPT)
                .objects(|object, flow| {
                    // The least body is that of an object without a name.
                    let least = flow.version.body("Object", Value::Null, false);
                    let mut body = least.unwrap_or_default();
                    if let (Some(start), Some(to)) = (object.body.get(..8), body.get_mut(..8)) {
                        to.copy_from_slice(start);
                    }
                    with_body(object, body)
                }),
            scenario("8.9", "order-type-unknown")
                .does("The orders in a queue have a type that nobody describes.")
                .ends(End::Answers, KEPT)
                .script(|| {
                    Box::new(|event, flow| match event {
                        Event::Reply(reply) if reply.header.r#type == game::Order::TYPE => {
                            flow.misbehave();
                            flow.send(&patched(&reply, 8, &65_000_u32.to_be_bytes()));
                        }
                        event => flow.pass(event),
                    })
                }),
            scenario("8.10", "object-lists")
                .does(
                    "Orders have a list of valid types behind the id of an object, and are \
                     malformed without it.",
                )
                .ends(End::Answers, "tpserver-cpp, which wants that list")
                .tp03()
                .script(with_lists),
        ],
    }
}

/// The list of valid types is demanded and sent.
fn with_lists() -> Script {
    Box::new(|event, flow| match event {
        Event::Request(asked)
            if matches!(
                asked.header.r#type,
                game::OrderInsert::TYPE | game::OrderProbe::TYPE
            ) && ends_with_id(&asked) =>
        {
            flow.misbehave();
            flow.fail(asked.header.sequence, 1, "Unable to unpack Frame");
        }
        Event::Reply(reply) if reply.header.r#type == game::Order::TYPE && ends_with_id(&reply) => {
            flow.misbehave();
            let listed = [&reply.body[..], &[0; 4]].concat();
            flow.send(&with_body(&reply, listed));
        }
        event => flow.pass(event),
    })
}

/// Whether the parameters of an order are four bytes, which nothing is but the id of an object.
fn ends_with_id(order: &RawFrame) -> bool {
    let decoded = game::Order::decode(order.header.version, &order.body);
    decoded.is_ok_and(|(order, _)| order.parameters.as_bytes().is_some_and(|it| it.len() == 4))
}

/// Types of objects are described by these fields.
fn described(fields: fn(u32) -> Value) -> Script {
    answers(game::GetObjectDesc::TYPE, move |asked, flow| {
        let number = asked.header.sequence;
        let (_, ids) = asked.body.split_at_checked(4).unwrap_or_default();
        let count = u32::try_from(ids.len() / 4).unwrap_or_default();
        flow.say("Sequence", number, json!({ "number": count }));
        for id in ids.as_chunks().0 {
            flow.say("ObjectDesc", number, fields(u32::from_be_bytes(*id)));
        }
    })
}

/// Requests of this type are refused, each id of them.
fn refused(request: u32) -> Script {
    answers(request, |asked, flow| {
        let number = asked.header.sequence;
        let count = announced(asked);
        flow.say("Sequence", number, json!({ "number": count }));
        for _ in 0..count.min(10_000) {
            flow.fail(number, 4, "nobody knows");
        }
    })
}

/// The first description of objects has no parameters; later ones are the game's, with an older
/// modification time each.
fn changing() -> Script {
    let mut times = 0_u64;
    Box::new(move |event, flow| match event {
        Event::Reply(reply) if flow.asked(&reply) == Some(game::GetObjectDesc::TYPE) => {
            let description = flow.version.read(reply.clone());
            if description.name != "ObjectDesc" {
                flow.send(&reply);
                return;
            }
            flow.misbehave();
            let mut fields = description.fields.clone();
            if let Some(fields) = fields.as_object_mut() {
                times = times.saturating_add(1);
                fields.insert("modtime".into(), json!(1_000_u64.saturating_sub(times)));
                if times == 1 {
                    fields.insert("propertygroups".into(), json!([]));
                }
            }
            flow.say("ObjectDesc", reply.header.sequence, fields);
        }
        event => flow.pass(event),
    })
}
