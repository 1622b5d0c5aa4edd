//! Requests and their replies.

#![cfg(feature = "tokio")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests may take shortcuts"
)]

mod server_client;

use server_client::{
    Client, FLEET, Fail, Okay, Other, QUEUE, SAY, STRANGE, Sequence, address, start,
};
use tp_frames::{Header, Packet, Parameters, Semi32, Semi64, Version, reference, tp03, tp04};

#[tokio::test(flavor = "multi_thread")]
async fn connect_comes_first_and_login_second() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server));
    assert_eq!(client.ask(&tp04::Ping {}), Fail(0));
    assert_eq!(client.ask(&tp04::Login::default()), Fail(0));
    assert_eq!(client.ask(&tp04::GetFeatures {}), Other(26), "at any time");
    assert_eq!(client.ask(&tp04::Connect::default()), Okay);
    assert_eq!(client.ask(&tp04::Connect::default()), Fail(0), "once");
    assert_eq!(client.ask(&tp04::Ping {}), Okay);
    assert_eq!(client.ask(&tp04::GetObjectsByID { ids: vec![1] }), Fail(3));
    assert_eq!(client.ask(&tp04::Login::default()), Okay);
    assert_eq!(client.ask(&tp04::Login::default()), Fail(0), "once");
    assert_eq!(client.ask(&tp04::GetObjectsByID { ids: vec![1] }), Other(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_may_be_wrong_only_so_often() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server));
    assert_eq!(client.ask(&tp03::Connect::default()), Okay);
    let wrong = tp03::Login {
        username: "nobody".into(),
        password: "x".into(),
    };
    for _ in 0..5 {
        assert_eq!(client.ask(&wrong), Fail(5));
    }
    client.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn login_may_send_elsewhere() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server));
    assert_eq!(client.ask(&tp04::Connect::default()), Okay);
    client.send(&tp04::Login {
        username: "elsewhere".into(),
        ..Default::default()
    });
    assert_eq!(client.packet::<tp04::Redirect>().1.uri, "tp://example.org");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused_and_the_connection_goes_on() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    for (r#type, body, code) in [
        (9999, &[][..], 0),
        (tp04::Object::TYPE, &[0; 200], 0),
        // A list that claims more than there is.
        (tp04::GetObjectsByID::TYPE, &[0, 0, 0, 9], 1),
        (tp04::GetObjectIDs::TYPE, &[0; 12], 1),
    ] {
        let length = u32::try_from(body.len()).unwrap();
        let header = Header {
            version: Version::TP04,
            sequence: 77,
            r#type,
            length,
        };
        client.write(&header.to_bytes());
        client.write(body);
        assert_eq!(
            client.reply(77, Version::TP04),
            Fail(code),
            "type {}",
            r#type
        );
    }
    assert_eq!(client.ask(&tp04::Ping {}), Okay);
    // TP03 has no such request.
    let mut client = Client::tp03(address(&server));
    let header = Header {
        version: Version::TP03,
        sequence: 77,
        r#type: 72,
        length: 0,
    };
    client.write(&header.to_bytes());
    assert_eq!(client.reply(77, Version::TP03), Fail(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_behind_the_last_field_are_ignored_and_number_0_is_echoed() {
    let (server, _) = start().await;
    let mut client = Client::tp03(address(&server));
    let header = Header {
        version: Version::TP03,
        sequence: 0,
        r#type: 27,
        length: 3,
    };
    client.write(&header.to_bytes());
    client.write(b"abc");
    assert_eq!(client.reply(0, Version::TP03), Okay);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_game_that_does_nothing_refuses_everything() {
    struct Nothing;
    impl tp_net::server::Handler for Nothing {
        type Player = ();
        async fn login(
            &self,
            _: &tp_net::server::Peer,
            _: tp_net::server::Login,
        ) -> Result<tp_net::server::LoginReply<()>, tp_net::model::Refusal> {
            Ok(tp_net::server::LoginReply::okay((), ""))
        }
    }
    let builder = tp_net::server::Server::builder().listen("127.0.0.1:0");
    let server = builder.start(Nothing).await.unwrap();

    let mut client = Client::tp04(address(&server));
    macro_rules! refused {
        ($version:ident, $($request:ident),* $(,)?) => {$(
            let request = $version::$request::default();
            assert_eq!(client.ask(&request), Fail(2), "{}", stringify!($request));
        )*};
    }
    macro_rules! refused_each {
        ($version:ident, $($request:ident),* $(,)?) => {$(
            let request = $version::$request { ids: vec![1, 2] };
            assert_eq!(client.ask(&request), Sequence(2), "{}", stringify!($request));
            for _ in 0..2 {
                let sequence = client.sequence;
                assert_eq!(client.reply(sequence, $version::VERSION), Fail(2));
            }
        )*};
    }
    macro_rules! shared {
        ($version:ident) => {
            refused!(
                $version,
                CreateAccount,
                GetGames,
                GetTimeRemaining,
                FinishedTurn,
                GetObjectIDsByPos,
                GetObjectIDsByContainer,
                GetObjectsByPos,
                PostMessage,
                AddCategory,
                AddDesign,
                ModifyDesign,
                OrderInsert,
                OrderProbe,
            );
            for all in [Semi32::NONE] {
                macro_rules! ids {
                    ($request:ident) => {
                        let request = $version::$request {
                            key: all,
                            ..Default::default()
                        };
                        assert_eq!(client.ask(&request), Fail(2), stringify!($request));
                    };
                }
                ids!(GetObjectIDs);
                ids!(GetOrderDescIDs);
                ids!(GetBoardIDs);
                ids!(GetResourceIDs);
                ids!(GetCategoryIDs);
                ids!(GetDesignIDs);
                ids!(GetComponentIDs);
                ids!(GetPropertyIDs);
            }
            refused_each!(
                $version,
                GetObjectsByID,
                GetOrderDesc,
                GetBoards,
                GetResource,
                GetPlayer,
                GetCategory,
                GetDesign,
                GetComponent,
                GetProperty,
                RemoveCategory,
                RemoveDesign,
            );
            macro_rules! slots {
                ($request:ident) => {
                    let request = $version::$request {
                        id: 1,
                        slots: vec![0],
                    };
                    assert_eq!(client.ask(&request), Fail(2), stringify!($request));
                };
            }
            slots!(GetOrder);
            slots!(RemoveOrder);
            slots!(GetMessage);
            slots!(RemoveMessage);
        };
    }
    shared!(tp04);
    refused!(tp04, ModifyObject);
    refused_each!(tp04, GetObjectDesc, GetOrderQueue);
    let none = Semi32::NONE;
    let ids = tp04::GetObjectDescIDs {
        key: none,
        ..Default::default()
    };
    assert_eq!(client.ask(&ids), Fail(2));
    let ids = tp04::GetOrderQueueIDs {
        key: none,
        ..Default::default()
    };
    assert_eq!(client.ask(&ids), Fail(2));
    assert_eq!(
        client.ask(&tp04::GetPlayerIDs {
            key: none,
            ..Default::default()
        }),
        Fail(2)
    );
    client = Client::tp03(address(&server));
    shared!(tp03);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_have_one_answer_for_each_in_their_order() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    assert_eq!(
        client.ask(&tp04::GetObjectsByID { ids: vec![] }),
        Sequence(0)
    );
    assert_eq!(client.ask(&tp04::GetObjectsByID { ids: vec![9] }), Other(7));
    let sequence = client.send(&tp04::GetObjectsByID {
        ids: vec![3, 5000, 2, 3],
    });
    assert_eq!(client.reply(sequence, Version::TP04), Sequence(4));
    assert_eq!(client.packet::<tp04::Object>().1.id, 3);
    assert_eq!(client.reply(sequence, Version::TP04), Fail(4));
    assert_eq!(client.packet::<tp04::Object>().1.id, 2);
    let (last, object) = client.packet::<tp04::Object>();
    assert_eq!((last, object.id), (sequence, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tp03_cannot_say_is_refused_in_its_place() {
    let (server, _) = start().await;
    let mut client = Client::tp03(address(&server));
    let sequence = client.send(&tp03::GetObjectsByID {
        ids: vec![1, STRANGE, 2],
    });
    for said in [Sequence(3), Other(7), Fail(2), Other(7)] {
        assert_eq!(client.reply(sequence, Version::TP03), said);
    }
    let mut client = Client::tp04(address(&server));
    assert_eq!(
        client.ask(&tp04::GetObjectsByID { ids: vec![STRANGE] }),
        Other(7)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_come_in_slices_in_both_versions() {
    let (server, _) = start().await;
    let mut client = Client::tp03(address(&server));
    let get = |key, start, amount| tp03::GetObjectIDs { key, start, amount };
    client.send(&get(Semi32::NONE, 0, Semi32::from(0)));
    let counted = client.packet::<tp03::ObjectIDs>().1;
    assert_eq!(
        (counted.remaining, counted.modtimes.len()),
        (Semi32::from(65), 0)
    );
    let mut seen = Vec::new();
    for (start, left) in [(0, 35), (30, 5), (60, 0)] {
        client.send(&get(counted.key, start, Semi32::from(30)));
        let slice = client.packet::<tp03::ObjectIDs>().1;
        assert_eq!(slice.remaining, Semi32::from(left));
        seen.extend(slice.modtimes.iter().map(|id| id.id));
    }
    assert_eq!(seen, (0..65).collect::<Vec<u32>>());
    client.send(&get(Semi32::from(9999), 0, Semi32::NONE));
    assert_eq!(
        client.packet::<tp03::Fail>().1.code,
        tp03::FailCode::NO_SUCH_THING
    );

    let mut client = Client::tp04(address(&server));
    let all = Semi32::NONE;
    for (from, count) in [
        (Semi64::NONE, 65),
        (Semi64::from(0), 65),
        (Semi64::from(150), 14),
    ] {
        client.send(&tp04::GetObjectIDs {
            key: all,
            start: 0,
            amount: all,
            from,
        });
        let slice = client.packet::<tp04::ObjectIDs>().1;
        assert_eq!(slice.modtimes.len(), count, "from {from}");
        assert_eq!(slice.from, Some(from));
    }
}

fn text(string: &str) -> Vec<tp04::OrderParams> {
    let string = string.into();
    vec![tp04::OrderParams::String(tp04::OrderParamString {
        maxlength: 0,
        string,
    })]
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_named_by_queues_in_tp04_and_by_objects_in_tp03() {
    let (server, _) = start().await;
    let mut new = Client::tp04(address(&server));
    let parameters = Parameters::encode(&text("hello")).unwrap();
    let bytes = parameters.as_bytes().to_vec();
    let order = tp04::Order {
        id: QUEUE,
        slot: Semi32::NONE,
        otype: SAY,
        parameters,
        ..Default::default()
    };
    let insert = tp04::OrderInsert::from(order.clone());
    new.send(&insert);
    let inserted = new.packet::<tp04::Order>().1;
    assert_eq!(
        (inserted.id, inserted.slot, inserted.turns),
        (QUEUE, Semi32::from(3), 4)
    );
    assert_eq!(inserted.parameters, order.parameters);

    let mut old = Client::tp03(address(&server));
    let order = tp03::Order {
        id: FLEET,
        slot: Semi32::NONE,
        otype: SAY,
        orderparams: Parameters::from_bytes(bytes),
        ..Default::default()
    };
    assert_eq!(old.ask(&tp03::OrderInsert::from(order.clone())), Okay);
    old.send(&tp03::OrderProbe::from(order.clone()));
    let probed = old.packet::<tp03::Order>().1;
    assert_eq!((probed.id, probed.turns), (FLEET, 4));
    assert_eq!(probed.orderparams, order.orderparams);
    assert_eq!(
        old.ask(&tp03::RemoveOrder {
            id: FLEET,
            slots: vec![0]
        }),
        Okay
    );
    assert_eq!(
        old.ask(&tp03::RemoveOrder {
            id: QUEUE,
            slots: vec![0]
        }),
        Fail(4)
    );

    // What the queue knows stands in the object.
    old.send(&tp03::GetObjectsByID { ids: vec![FLEET] });
    let fleet = old.packet::<tp03::Object>().1;
    assert_eq!((fleet.ordertypes, fleet.orders), (vec![SAY], 7));
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_do_not_fit_their_description_are_malformed() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    let order = tp04::OrderInsert {
        id: QUEUE,
        otype: SAY,
        ..Default::default()
    };
    client.send(&order);
    let fail = client.packet::<tp04::Fail>().1;
    assert_eq!(fail.code, tp04::FailCode::FRAME);
    let about = tp04::FailReference {
        r#type: reference::ORDER_TYPE,
        id: SAY,
    };
    assert_eq!(fail.references, Some(vec![about]));
    let order = tp04::OrderInsert {
        id: QUEUE,
        otype: 1,
        ..Default::default()
    };
    assert_eq!(client.ask(&order), Fail(4), "there is no such type");
}
