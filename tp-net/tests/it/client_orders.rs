//! The two shapes of order parameter Object in TP03, on every client: the object's id alone, and the
//! id with a list of valid types behind it.

use tp_frames::{Packet, Parameters};
use tp_net::model::{FailCode, Order, OrderParams};
use tp_net::{Versions, client, game, polling};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{Line, PATIENCE, Peer, fail, in_version, okay, options, time_remaining};

const OTYPE: u32 = 6;
const FLEET: u32 = 2;
const TARGET: [u8; 4] = [0, 0, 0, 7];
/// The target as published, and with lists of no type and of two.
const BARE: &[u8] = &TARGET;
const EMPTY: &[u8] = &[0, 0, 0, 7, 0, 0, 0, 0];
const LISTED: &[u8] = &[0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4];
/// A text behind it.
const TEXT: &[u8] = &[0, 0, 0, 0, 0, 0, 0, 2, b'h', b'i'];

/// Parameters of TP03 as these bytes.
fn tail(bytes: &[u8]) -> Parameters<OrderParams> {
    Parameters::from_bytes(game::TP03, bytes.to_vec())
}

/// An order to do something to object 7, as its author writes it.
fn order(validtypes: Option<Vec<u32>>) -> Order {
    let target = OrderParams::Object(game::OrderParamObject {
        objectid: 7,
        validtypes,
    });
    Order {
        object: Some(FLEET),
        otype: OTYPE,
        parameters: vec![target].into(),
        ..Order::default()
    }
}

/// An order that says something, and is for no object.
fn text() -> Order {
    let text = OrderParams::String(game::OrderParamString {
        maxlength: 0,
        string: "hi".into(),
    });
    Order {
        parameters: vec![text].into(),
        ..order(None)
    }
}

fn frame(parameters: &[u8]) -> game::Order {
    game::Order {
        id: FLEET,
        otype: OTYPE,
        parameters: tail(parameters),
        ..game::Order::default()
    }
}

fn desc(types: &[u32]) -> game::OrderDesc {
    let parameters = types.iter().map(|r#type| game::OrderDescParameter {
        r#type: *r#type,
        ..Default::default()
    });
    game::OrderDesc {
        id: OTYPE,
        parameters: parameters.collect(),
        ..Default::default()
    }
}

/// Takes an order of type `P`, whose parameters are these bytes.
#[track_caller]
fn expect<P: Packet>(line: &mut Line, parameters: &[u8]) {
    let taken = line.take();
    assert_eq!(taken.header.r#type, P::TYPE, "{} expected", P::NAME);
    // Id, slot, type, turns, and no resources.
    assert_eq!(&taken.body[20..], parameters, "of {}", P::NAME);
}

/// Takes an order with these bytes, and another with those when it has refused the first.
fn expect_twice<P: Packet>(line: &mut Line, first: &[u8], code: u32, second: &[u8]) {
    expect::<P>(line, first);
    line.reply(fail(code));
    expect::<P>(line, second);
}

fn in_tp03(script: fn(&mut Line), play: fn(&mut AnyClient)) {
    in_version(Versions::only(game::TP03), script, play);
}

#[test]
fn what_was_read_with_a_list_goes_back_with_it() {
    const TAILS: [(&[u8], &[u32]); 4] = [
        (LISTED, &[2]),
        (EMPTY, &[2]),
        (BARE, &[2]),
        // Two objects with a text between them.
        (
            b"\0\0\0\x07\0\0\0\x01\0\0\0\x09\0\0\0\0\0\0\0\x02hi\0\0\0\x08\0\0\0\0",
            &[2, 7, 2],
        ),
    ];
    fn play(client: &mut AnyClient) {
        let orders = ask!(*client, orders(FLEET, [0])).unwrap();
        let read = orders[0].as_ref().unwrap();
        assert!(!read.parameters.values().is_empty(), "{read:?} is read");
        ask!(*client, insert_order(read.clone())).unwrap();
        ask!(*client, probe_order(read.clone())).unwrap();
    }
    for api in APIS {
        for (bytes, types) in TAILS {
            eprintln!("{api:?} {types:?} {bytes:?}");
            let peer = Peer::greeting(|line| {
                line.answer::<game::GetOrder>(frame(bytes));
                line.answer::<game::GetOrderDesc>(desc(types));
                expect::<game::OrderInsert>(line, bytes);
                line.reply(okay("taken"));
                expect::<game::OrderProbe>(line, bytes);
                line.reply(frame(bytes));
                line.expect_end();
            });
            let options = options().versions(Versions::only(game::TP03));
            play(&mut AnyClient::connect(api, peer.address(), options).unwrap());
        }
    }
}

#[test]
fn a_new_order_is_sent_in_the_other_shape_if_it_is_malformed_in_the_first() {
    in_tp03(
        |line| {
            expect_twice::<game::OrderInsert>(line, BARE, 1, EMPTY);
            line.reply(okay("taken"));
            // The connection remembers it.
            expect::<game::OrderInsert>(line, EMPTY);
            line.reply(okay("taken"));
            expect::<game::OrderProbe>(line, EMPTY);
            line.reply(fail(1));
        },
        |client| {
            assert!(ask!(*client, insert_order(order(None))).unwrap().is_none());
            let empty = order(Some(vec![]));
            assert!(ask!(*client, insert_order(empty)).unwrap().is_none());
            // In the shape that was taken before it is malformed for another reason.
            let error = ask!(*client, probe_order(order(None))).unwrap_err();
            assert_eq!(error.refusal().unwrap().code, FailCode::FRAME);
        },
    );
}

#[test]
fn a_probe_is_tried_in_both_shapes_too() {
    in_tp03(
        |line| {
            // As tpserver-cpp refuses a probe that it cannot read.
            expect_twice::<game::OrderProbe>(line, BARE, u32::MAX, EMPTY);
            line.reply(frame(LISTED));
            line.answer::<game::GetOrderDesc>(desc(&[2]));
            expect::<game::OrderInsert>(line, EMPTY);
            line.reply(okay("taken"));
        },
        |client| {
            let probed = ask!(*client, probe_order(order(None))).unwrap();
            assert_eq!(
                probed.parameters.values(),
                order(Some(vec![3, 4])).parameters.values()
            );
            ask!(*client, insert_order(order(None))).unwrap();
        },
    );
}

#[test]
fn a_list_from_elsewhere_is_left_out_where_it_is_malformed() {
    in_tp03(
        |line| {
            expect_twice::<game::OrderInsert>(line, LISTED, 1, BARE);
            line.reply(okay("taken"));
            expect::<game::OrderProbe>(line, BARE);
            line.reply(fail(4));
        },
        |client| {
            let listed = || order(Some(vec![3, 4]));
            ask!(*client, insert_order(listed())).unwrap();
            ask!(*client, probe_order(listed())).unwrap_err();
        },
    );
}

#[test]
fn a_shape_that_is_taken_at_once_is_remembered() {
    in_tp03(
        |line| {
            expect::<game::OrderInsert>(line, BARE);
            line.reply(okay("taken"));
            expect::<game::OrderInsert>(line, BARE);
            line.reply(fail(1));
            // A list that is read says more.
            line.answer::<game::GetOrder>(frame(LISTED));
            line.answer::<game::GetOrderDesc>(desc(&[2]));
            expect_twice::<game::OrderInsert>(line, EMPTY, 1, BARE);
            line.reply(okay("taken"));
        },
        |client| {
            ask!(*client, insert_order(order(None))).unwrap();
            let listed = order(Some(vec![3, 4]));
            ask!(*client, insert_order(listed)).unwrap_err();
            ask!(*client, orders(FLEET, [0])).unwrap();
            ask!(*client, insert_order(order(None))).unwrap();
        },
    );
}

#[test]
fn only_what_the_shape_may_have_spoilt_is_sent_again() {
    in_tp03(
        |line| {
            // For another reason.
            expect::<game::OrderInsert>(line, BARE);
            line.reply(fail(4));
            // In neither shape: the first refusal counts.
            expect_twice::<game::OrderInsert>(line, BARE, 1, EMPTY);
            line.reply(fail(1));
            // Read, but not taken.
            expect_twice::<game::OrderProbe>(line, BARE, 1, EMPTY);
            line.reply(fail(2));
            // No object in it.
            expect::<game::OrderInsert>(line, TEXT);
            line.reply(fail(1));
        },
        |client| {
            let code = |error: tp_net::Error| error.refusal().unwrap().code;
            let error = ask!(*client, insert_order(order(None))).unwrap_err();
            assert_eq!(code(error), FailCode::NO_SUCH_THING);
            let error = ask!(*client, insert_order(order(None))).unwrap_err();
            assert_eq!(code(error), FailCode::FRAME);
            let error = ask!(*client, probe_order(order(None))).unwrap_err();
            assert_eq!(code(error), FailCode::UNAVAILABLE_PERMANENTLY);
            let error = ask!(*client, insert_order(text())).unwrap_err();
            assert_eq!(code(error), FailCode::FRAME);
        },
    );
}

#[test]
fn tp04_has_one_shape() {
    in_version(
        Versions::only(game::TP04),
        |line| {
            for _ in 0..2 {
                expect::<game::OrderInsert>(line, EMPTY);
                line.reply(fail(1));
            }
        },
        |client| {
            for types in [None, Some(vec![])] {
                let order = Order {
                    queue: Some(FLEET),
                    ..order(types)
                };
                ask!(*client, insert_order(order)).unwrap_err();
            }
        },
    );
}

#[test]
fn another_server_is_asked_anew() {
    for api in APIS {
        let target = Peer::playing(|line| {
            line.answer::<game::GetOrder>(frame(BARE));
            // What the other server described does not count either.
            line.answer::<game::GetOrderDesc>(desc(&[2]));
            expect::<game::OrderInsert>(line, BARE);
            line.reply(okay("taken"));
        });
        let to = format!("tp://{}/", target.address());
        let peer = Peer::greeting(move |line| {
            line.answer::<game::GetOrder>(frame(LISTED));
            line.answer::<game::GetOrderDesc>(desc(&[2]));
            expect::<game::OrderInsert>(line, EMPTY);
            line.reply(okay("taken"));
            line.answer::<game::Login>(game::Redirect { uri: to.into() });
            line.expect_end();
        });
        let options = options().versions(Versions::only(game::TP03)).redirects(1);
        let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
        ask!(client, orders(FLEET, [0])).unwrap();
        ask!(client, insert_order(order(None))).unwrap();
        ask!(client, login("ada", "s3cret")).unwrap();
        let orders = ask!(client, orders(FLEET, [0])).unwrap();
        let read = orders[0].as_ref().unwrap();
        assert_eq!(read.parameters.values(), order(None).parameters.values());
        ask!(client, insert_order(order(None))).unwrap();
    }
}

/// Two orders at once: the second waits until it is known how the first is taken.
fn two_orders(line: &mut Line) {
    expect_twice::<game::OrderInsert>(line, BARE, 1, EMPTY);
    line.reply(okay("first"));
    expect::<game::OrderInsert>(line, TEXT);
    line.reply(okay("second"));
    expect::<game::OrderProbe>(line, EMPTY);
    line.reply(fail(4));
    line.answer::<game::GetTimeRemaining>(time_remaining(9));
}

#[test]
fn orders_polled_for_keep_their_order() {
    let peer = Peer::greeting(two_orders);
    let options = options().versions(Versions::only(game::TP03));
    let mut client = polling::Client::connect(peer.address(), options).unwrap();
    let first = client.insert_order(order(None)).unwrap();
    let second = client.insert_order(text()).unwrap();
    let probe = client.probe_order(order(None)).unwrap();
    let time = client.time_remaining().unwrap();
    let mut next = || client.wait_timeout(PATIENCE).unwrap().unwrap();
    next().redeem(&first).unwrap().unwrap();
    next().redeem(&second).unwrap().unwrap();
    next().redeem(&probe).unwrap().unwrap_err();
    assert_eq!(next().redeem(&time).unwrap().unwrap().time, 9);
}

#[tokio::test]
async fn orders_of_clones_keep_their_order() {
    let peer = Peer::greeting(two_orders);
    let options = options().versions(Versions::only(game::TP03));
    let client = client::Client::connect(peer.address(), options)
        .await
        .unwrap();
    let all = async {
        tokio::join!(
            biased;
            client.insert_order(order(None)),
            client.insert_order(text()),
            client.probe_order(order(None)),
        )
    };
    let (first, second, probe) = tokio::time::timeout(PATIENCE, all).await.unwrap();
    first.unwrap();
    second.unwrap();
    probe.unwrap_err();
    assert_eq!(client.time_remaining().await.unwrap().time, 9);
}

#[tokio::test]
async fn an_order_that_is_given_up_holds_up_no_other() {
    let (came, has_come) = tokio::sync::oneshot::channel();
    let peer = Peer::greeting(|line| {
        expect::<game::OrderInsert>(line, BARE);
        let given_up = line.sequence();
        came.send(()).unwrap();
        expect::<game::OrderInsert>(line, TEXT);
        let next = line.sequence();
        line.reply_to(given_up, fail(1));
        line.reply_to(next, okay("taken"));
    });
    let options = options().versions(Versions::only(game::TP03));
    let connected = client::Client::connect(peer.address(), options).await;
    let client = connected.unwrap();
    let mut first = Box::pin(client.insert_order(order(None)));
    let mut second = Box::pin(client.insert_order(text()));
    tokio::select! {
        biased;
        _ = &mut first => panic!("not answered yet"),
        _ = &mut second => panic!("not sent yet"),
        come = has_come => come.unwrap(),
    }
    drop(first);
    let taken = tokio::time::timeout(PATIENCE, second).await.unwrap();
    taken.unwrap();
}
