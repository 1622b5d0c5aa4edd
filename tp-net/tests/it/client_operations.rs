//! What operations ask and make of the answers, on every client.

use bytes::BytesMut;
use tp_frames::{Packet, Parameters, Semi64};
use tp_net::model::{self, FailCode, ObjectParams, OrderParams};
use tp_net::{Error, Versions, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{
    Peer, fail, group, in_version, object, okay, options, player, time_remaining, with_every_client,
};

#[test]
fn a_list_that_is_refused_is_refused() {
    with_every_client(
        |line| {
            line.answer::<game::GetDesignIDs>(fail(3));
        },
        |client| {
            let error = ask!(*client, design_ids(None)).unwrap_err();
            assert_eq!(
                error.refusal().unwrap().code,
                FailCode::UNAVAILABLE_TEMPORARILY
            );
        },
    );
}

#[test]
fn what_changed_is_asked_by_modtime() {
    with_every_client(
        |line| {
            assert_eq!(
                line.expect::<game::GetBoardIDs>().from,
                Semi64::from_bits(42)
            );
            line.reply(game::BoardIDs::default());
        },
        |client| assert!(ask!(*client, board_ids(Some(42))).unwrap().is_empty()),
    );
    in_version(
        Versions::only(game::TP03),
        |_| {},
        |client| {
            let error = ask!(*client, board_ids(Some(42))).unwrap_err();
            assert!(error.is_not_in_version(), "{error}");
            let error = ask!(*client, player_ids(None)).unwrap_err();
            assert!(error.is_not_in_version(), "{error}");
        },
    );
}

#[test]
fn many_things_are_asked_in_several_frames() {
    with_every_client(
        |line| {
            let mut left = 10_000;
            while left > 0 {
                let asked = line.expect::<game::GetResource>().ids;
                assert!(asked.len() < 87_378);
                line.reply(group(u32::try_from(asked.len()).unwrap()));
                for id in &asked {
                    line.reply(game::Resource {
                        id: *id,
                        ..Default::default()
                    });
                }
                left -= asked.len();
            }
        },
        |client| {
            let wanted: Vec<u32> = (0..10_000).rev().collect();
            let resources = ask!(*client, resources(wanted.clone())).unwrap();
            let got: Vec<u32> = resources.into_iter().map(|it| it.unwrap().id).collect();
            assert_eq!(got, wanted);
        },
    );
}

fn ship_desc(modtime: u64, r#type: u32) -> game::ObjectDesc {
    game::ObjectDesc {
        id: 4,
        modtime,
        propertygroups: vec![game::ObjectDescPropertygroup {
            parameters: vec![game::ObjectDescPropertygroupParameter {
                r#type,
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    }
}

fn ship(id: u32, tail: &ObjectParams) -> game::Object {
    let parameters = Parameters::Values(vec![tail.clone()]);
    game::Object {
        otype: 4,
        parameters,
        ..object(id)
    }
}

#[test]
fn descriptions_are_fetched_once_and_again_when_they_no_longer_fit() {
    with_every_client(
        |line| {
            let size = ObjectParams::Size(game::ObjectParamSize { size: 60_000 });
            line.answer::<game::GetObjectsByID>(group(2));
            line.reply(ship(1, &size));
            line.reply(ship(2, &size));
            assert_eq!(line.expect::<game::GetObjectDesc>().ids, [4]);
            line.reply(group(1));
            line.reply(ship_desc(1, 9));
            // Known by now.
            line.answer::<game::GetObjectsByID>(ship(1, &size));
            // The type has changed: an integer instead of a size.
            let integer = ObjectParams::Integer(game::ObjectParamInteger { intvalue: 6 });
            line.answer::<game::GetObjectsByID>(ship(1, &integer));
            line.answer::<game::GetObjectDesc>(ship_desc(2, 8));
            // A list shows that it has changed once more.
            line.answer::<game::GetObjectDescIDs>(game::ObjectDescIDs::from(game::IDSequence {
                modtimes: vec![game::IDSequenceModtime { id: 4, modtime: 3 }],
                ..Default::default()
            }));
            line.answer::<game::GetObjectsByID>(ship(1, &integer));
            line.answer::<game::GetObjectDesc>(ship_desc(3, 8));
        },
        |client| {
            for ids in [vec![1, 2], vec![1]] {
                for object in ask!(*client, objects(ids)).unwrap() {
                    assert_eq!(object.unwrap().size, Some(60_000));
                }
            }
            let changed = ask!(*client, objects([1])).unwrap();
            let values = changed[0].as_ref().unwrap().parameters.values();
            assert!(matches!(values, [ObjectParams::Integer(it)] if it.intvalue == 6));
            ask!(*client, object_desc_ids(None)).unwrap();
            ask!(*client, objects([1])).unwrap();
        },
    );
}

#[test]
fn nothing_is_handed_out_undecoded_where_the_connection_ends() {
    let size = || ObjectParams::Size(game::ObjectParamSize { size: 60_000 });
    // Nothing comes of the descriptions, or one of two.
    for announced in [0, 2] {
        for api in APIS {
            let peer = Peer::greeting(move |line| {
                let ids = [1, 2].map(|id| game::IDSequenceModtime { id, modtime: 3 });
                let ids = game::IDSequence {
                    modtimes: ids.to_vec(),
                    ..Default::default()
                };
                line.answer::<game::GetObjectIDs>(game::ObjectIDs::from(ids));
                line.answer::<game::GetObjectsByID>(group(2));
                line.reply(ship(1, &size()));
                line.reply(game::Object {
                    otype: 5,
                    ..ship(2, &size())
                });
                assert_eq!(line.expect::<game::GetObjectDesc>().ids, [4, 5]);
                if announced > 0 {
                    line.reply(group(announced));
                    line.reply(ship_desc(1, ObjectParams::SIZE));
                }
                line.close();
            });
            let mut client = AnyClient::connect(api, peer.address(), options()).unwrap();
            let objects = ask!(client, all_objects()).unwrap();
            let [first, second] = &objects[..] else {
                panic!("{api:?} {objects:?}");
            };
            match first {
                Ok(first) if announced > 0 => assert_eq!(first.size, Some(60_000), "{api:?}"),
                first => assert!(first.as_ref().unwrap_err().is_disconnected(), "{api:?}"),
            }
            assert!(second.as_ref().unwrap_err().is_disconnected(), "{api:?}");
        }
    }
}

#[test]
fn what_was_changed_is_told_even_if_it_cannot_be_read_any_more() {
    for api in APIS {
        let peer = Peer::greeting(|line| {
            let size = ObjectParams::Size(game::ObjectParamSize { size: 60_000 });
            line.answer::<game::ModifyObject>(ship(1, &size));
            line.expect::<game::GetObjectDesc>();
            line.close();
        });
        let mut client = AnyClient::connect(api, peer.address(), options()).unwrap();
        let object = model::Object::from(object(1));
        let changed = ask!(client, modify_object(object)).unwrap();
        assert_eq!((changed.id, changed.size), (1, None), "{api:?}");
    }
}

#[test]
fn a_description_that_was_asked_for_is_not_asked_for_again() {
    with_every_client(
        |line| {
            let size = ObjectParams::Size(game::ObjectParamSize { size: 60_000 });
            line.answer::<game::GetObjectDesc>(ship_desc(1, ObjectParams::SIZE));
            line.answer::<game::GetObjectsByID>(ship(1, &size));
            // One that is of another type than was asked for is worth nothing.
            line.answer::<game::GetOrderDesc>(order_desc());
            line.answer::<game::GetOrder>(three_turns());
            line.answer::<game::GetOrderDesc>(order_desc());
        },
        |client| {
            ask!(*client, object_desc(4)).unwrap();
            assert_eq!(ask!(*client, object(1)).unwrap().size, Some(60_000));
            ask!(*client, order_desc(3)).unwrap();
            let order = ask!(*client, order(13, 0)).unwrap();
            assert_eq!(order.parameters.values().len(), 1);
        },
    );
}

#[test]
fn what_is_wrong_with_the_answer_for_one_thing_is_the_error() {
    with_every_client(
        |line| {
            line.answer::<game::GetBoards>(fail(4));
            // A group of one, as some servers send.
            line.answer::<game::GetBoards>(group(1));
            line.reply(game::Board::default());
            line.answer::<game::GetBoards>(group(0));
            line.answer::<game::GetBoards>(group(2));
            line.reply(game::Board::default());
            line.reply(game::Board::default());
            line.answer::<game::RemoveOrder>(group(1));
            line.reply(fail(4));
            assert_eq!(line.expect::<game::GetPlayer>().ids, [0]);
            line.reply(player(7));
        },
        |client| {
            assert!(ask!(*client, board(1)).unwrap_err().is_refused());
            ask!(*client, board(1)).unwrap();
            for number in [0, 2] {
                let error = ask!(*client, board(1)).unwrap_err();
                assert!(matches!(error, Error::Group(it) if it == number), "{error}");
            }
            assert!(ask!(*client, remove_order(1, 2)).unwrap_err().is_refused());
            assert_eq!(ask!(*client, me()).unwrap().id, 7);
        },
    );
}

#[test]
fn everything_comes_with_what_is_wrong_with_it() {
    with_every_client(
        |line| {
            let entry = |id| game::IDSequenceModtime { id, modtime: 0 };
            line.answer::<game::GetResourceIDs>(game::ResourceIDs::from(game::IDSequence {
                modtimes: vec![entry(3), entry(5)],
                ..Default::default()
            }));
            assert_eq!(line.expect::<game::GetResource>().ids, [3, 5]);
            line.reply(group(2));
            line.reply(fail(4));
            line.reply(game::Resource::default());
            // Nothing is not asked for.
            line.answer::<game::GetBoardIDs>(game::BoardIDs::default());
            let board = game::Board {
                id: 6,
                messages: 2,
                ..Default::default()
            };
            assert_eq!(line.answer::<game::GetBoards>(board).ids, [0]);
            assert_eq!(line.expect::<game::GetMessage>().slots, [0, 1]);
            line.reply(group(2));
            line.reply(game::Message::new(6, "first"));
            line.reply(fail(4));
            // Nobody asks for as many as there cannot be.
            line.answer::<game::GetBoards>(game::Board {
                messages: u32::MAX,
                ..Default::default()
            });
        },
        |client| {
            let resources = ask!(*client, all::<game::Resource>()).unwrap();
            assert!(resources[0].is_err() && resources[1].is_ok() && resources.len() == 2);
            assert!(ask!(*client, all::<game::Board>()).unwrap().is_empty());
            let messages = ask!(*client, all_messages(0)).unwrap();
            assert_eq!(messages[0].as_ref().unwrap().subject, "first");
            assert!(messages[1].is_err() && messages.len() == 2);
            let error = ask!(*client, all_messages(0)).unwrap_err();
            assert!(matches!(error, Error::TooLarge { .. }), "{error}");
        },
    );
}

/// An object with this order queue, as it is before anybody decodes it.
fn commanded() -> game::Object {
    let queue = game::ObjectParamOrderQueue { queueid: 70 };
    ship(7, &ObjectParams::OrderQueue(queue))
}

#[test]
fn the_orders_of_an_object_are_where_its_queue_says() {
    with_every_client(
        |line| {
            line.answer::<game::GetObjectDesc>(ship_desc(1, ObjectParams::ORDER_QUEUE));
            let queue = game::OrderQueue {
                id: 70,
                maxslots: u32::MAX,
                numorders: 2,
                ordertypes: vec![2],
                ..Default::default()
            };
            assert_eq!(line.answer::<game::GetOrderQueue>(queue.clone()).ids, [70]);
            line.answer::<game::GetOrderQueue>(queue);
            assert_eq!(line.answer::<game::GetOrderDesc>(order_desc()).ids, [2]);
            line.answer::<game::GetOrderQueue>(fail(5));
            line.answer::<game::GetOrderQueue>(fail(4));
        },
        |client| {
            let undecoded = received(&commanded());
            let object = || model::Object::from(undecoded.clone());
            let orders = ask!(*client, orders_of(object())).unwrap();
            assert_eq!((orders.queue, orders.number, orders.most), (70, 2, None));
            assert_eq!(orders.types, [2]);
            assert_eq!(ask!(*client, order_descs_of(object())).unwrap().len(), 1);
            // Those of others are closed, and what is wrong is an error.
            let orders = ask!(*client, orders_of(object())).unwrap();
            assert_eq!(
                (orders.queue, orders.number, orders.types.len()),
                (70, 0, 0)
            );
            assert!(ask!(*client, orders_of(object())).unwrap_err().is_refused());
            // Without a queue there is nothing to ask about.
            let star = model::Object::default();
            let orders = ask!(*client, orders_of(&star)).unwrap();
            assert_eq!((orders.queue, orders.number), (u32::MAX, 0));
            assert!(ask!(*client, all_orders(&star)).unwrap().is_empty());
        },
    );
    in_version(
        Versions::only(game::TP03),
        |line| {
            let with_orders = game::Object {
                ordertypes: Some(vec![2]),
                orders: Some(1),
                ..object(7)
            };
            assert_eq!(
                line.answer::<game::GetObjectsByID>(with_orders.clone()).ids,
                [7]
            );
            line.answer::<game::GetObjectsByID>(with_orders);
            let asked = line.answer::<game::GetOrder>(three_turns());
            assert_eq!((asked.id, asked.slots), (7, vec![0]));
            line.answer::<game::GetOrderDesc>(order_desc());
        },
        |client| {
            let object = model::Object {
                id: 7,
                ordertypes: Some(vec![2]),
                ..Default::default()
            };
            let orders = ask!(*client, orders_of(&object)).unwrap();
            assert_eq!((orders.queue, orders.number, orders.most), (7, 1, None));
            assert_eq!(ask!(*client, all_orders(&object)).unwrap().len(), 1);
            let star = model::Object {
                ordertypes: Some(vec![]),
                orders: Some(0),
                ..Default::default()
            };
            assert!(ask!(*client, orders_of(&star)).unwrap().types.is_empty());
        },
    );
}

/// The object as it comes in TP04.
fn received(object: &game::Object) -> game::Object {
    let mut body = BytesMut::new();
    object.encode_body(game::TP04, &mut body).unwrap();
    game::Object::decode(game::TP04, &body).unwrap().0
}

fn three_turns() -> game::Order {
    let time = OrderParams::Time(game::OrderParamTime {
        turns: 3,
        maxtime: 9,
    });
    game::Order {
        id: 13,
        otype: 2,
        parameters: Parameters::Values(vec![time]),
        ..Default::default()
    }
}

fn order_desc() -> game::OrderDesc {
    game::OrderDesc {
        id: 2,
        parameters: vec![game::OrderDescParameter {
            r#type: 1,
            ..Default::default()
        }],
        ..Default::default()
    }
}

#[test]
fn orders_come_with_their_parameters_read_in_both_versions() {
    with_every_client(
        |line| {
            let asked = line.answer::<game::GetOrder>(group(1));
            assert_eq!((asked.id, asked.slots), (13, vec![0]));
            line.reply(three_turns());
            assert_eq!(line.answer::<game::GetOrderDesc>(order_desc()).ids, [2]);
        },
        expect_three_turns,
    );
    in_version(
        Versions::only(game::TP03),
        |line| {
            line.answer::<game::GetOrder>(three_turns());
            line.answer::<game::GetOrderDesc>(order_desc());
        },
        expect_three_turns,
    );
}

fn expect_three_turns(client: &mut AnyClient) {
    let orders = ask!(*client, orders(13, [0])).unwrap();
    let values = orders[0].as_ref().unwrap().parameters.values();
    assert!(
        matches!(values, [OrderParams::Time(it)] if it.turns == 3),
        "{values:?}"
    );
}

#[test]
fn slots_are_removed_from_the_highest_and_answered_in_the_order_given() {
    with_every_client(
        |line| {
            assert_eq!(line.expect::<game::RemoveOrder>().slots, [10, 4, 1]);
            line.reply(group(3));
            for slot in ["ten", "four", "one"] {
                line.reply(game::Okay {
                    result: slot.into(),
                });
            }
        },
        |client| {
            let said = ask!(*client, remove_orders(1, [4, 1, 10])).unwrap();
            let said: Vec<_> = said.into_iter().map(|it| it.unwrap().to_string()).collect();
            assert_eq!(said, ["four", "one", "ten"]);
        },
    );
}

#[test]
fn a_slot_given_twice_is_removed_once_and_answered_twice() {
    with_every_client(
        |line| {
            assert_eq!(line.expect::<game::RemoveOrder>().slots, [3, 0]);
            line.reply(group(2));
            line.reply(fail(4));
            line.reply(okay("zero"));
            // What is left is one.
            let removed = line.answer::<game::RemoveMessage>(okay("gone"));
            assert_eq!(removed.slots, [0]);
        },
        |client| {
            let said = ask!(*client, remove_orders(1, [0, 3, 0, 3, 0])).unwrap();
            let said = said.into_iter().map(|it| it.map(|it| it.to_string()).ok());
            let zero = || Some("zero".to_owned());
            assert!(said.eq([zero(), None, zero(), None, zero()]));
            let said = ask!(*client, remove_messages(1, [0, 0])).unwrap();
            assert!(said.iter().all(|it| it.as_ref().unwrap() == "gone"));
            assert_eq!(said.len(), 2);
        },
    );
}

#[test]
fn a_removal_that_is_cut_short_is_not_asked_twice() {
    with_every_client(
        |line| {
            line.answer::<game::RemoveOrder>(group(2));
            line.reply(game::Okay::default());
            line.answer::<game::GetTimeRemaining>(time_remaining(0));
        },
        |client| {
            let said = ask!(*client, remove_orders(1, [0, 1])).unwrap();
            assert!(said[1].is_ok());
            assert!(matches!(said[0], Err(Error::Incomplete { .. })));
        },
    );
}

#[test]
fn an_inserted_order_comes_back_if_the_server_says_it() {
    with_every_client(
        |line| {
            line.answer::<game::OrderInsert>(game::Order {
                id: 2,
                slot: 5.into(),
                ..Default::default()
            });
            line.answer::<game::GetOrderDesc>(fail(4));
            line.answer::<game::OrderInsert>(game::Okay::default());
        },
        |client| {
            let order = model::Order {
                queue: Some(2),
                ..Default::default()
            };
            let inserted = ask!(*client, insert_order(order.clone())).unwrap();
            assert_eq!(inserted.unwrap().slot, Some(5));
            assert!(ask!(*client, insert_order(order)).unwrap().is_none());
        },
    );
    in_version(
        Versions::only(game::TP03),
        |line| {
            assert_eq!(line.expect::<game::OrderInsert>().id, 2);
            line.reply(game::Okay::default());
        },
        |client| {
            let order = model::Order {
                object: Some(2),
                ..Default::default()
            };
            assert!(ask!(*client, insert_order(order)).unwrap().is_none());
            let nowhere = model::Order {
                queue: Some(2),
                ..Default::default()
            };
            let error = ask!(*client, insert_order(nowhere)).unwrap_err();
            assert!(matches!(error, Error::NotInVersion { .. }), "{error}");
        },
    );
}

#[test]
fn tp03_headers_are_sent_in_tp03() {
    in_version(
        Versions::only(game::TP03),
        |line| {
            let frame = line.take();
            assert_eq!(frame.header.version, game::TP03);
            line.reply(game::Features::default());
        },
        |client| assert!(ask!(*client, features()).unwrap().features.is_empty()),
    );
}
