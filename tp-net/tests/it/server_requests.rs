//! Requests and their replies.

use tp_frames::{Packet, Parameters, Semi32, Semi64, game, reference};

use crate::server_client::{
    Client, FLEET, Fail, Okay, Other, QUEUE, SAY, STRANGE, Sequence, TELL, address, start,
};

#[tokio::test(flavor = "multi_thread")]
async fn connect_comes_first_and_login_second() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server), game::TP04);
    assert_eq!(client.ask(&game::Ping {}), Fail(0));
    assert_eq!(client.ask(&game::Login::default()), Fail(0));
    assert_eq!(client.ask(&game::GetFeatures {}), Other(26), "at any time");
    assert_eq!(client.ask(&game::Connect::default()), Okay);
    assert_eq!(client.ask(&game::Connect::default()), Fail(0), "once");
    assert_eq!(client.ask(&game::Ping {}), Okay);
    assert_eq!(client.ask(&game::GetObjectsByID { ids: vec![1] }), Fail(3));
    let sequence = client.send(&game::Okay::default());
    assert_eq!(client.reply(sequence), Fail(0), "no request");
    assert_eq!(client.ask(&game::Login::default()), Okay);
    assert_eq!(client.ask(&game::Login::default()), Fail(0), "once");
    assert_eq!(client.ask(&game::GetObjectsByID { ids: vec![1] }), Other(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn logins_may_be_wrong_only_so_often() {
    let (server, _) = start().await;
    let mut client = Client::open(address(&server), game::TP03);
    assert_eq!(client.ask(&game::Connect::default()), Okay);
    let wrong = game::Login {
        username: "nobody".into(),
        password: "x".into(),
    };
    for _ in 0..5 {
        assert_eq!(client.ask(&wrong), Fail(5));
    }
    client.ended();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused_and_the_connection_goes_on() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    for (r#type, body, code) in [
        (9999, &[][..], 0),
        (game::Object::TYPE, &[0; 200], 0),
        // A list that claims more than there is.
        (game::GetObjectsByID::TYPE, &[0, 0, 0, 9], 1),
        (game::GetObjectIDs::TYPE, &[0; 12], 1),
    ] {
        let length = u32::try_from(body.len()).unwrap();
        client.write_header(77, r#type, length);
        client.write(body);
        assert_eq!(client.reply(77), Fail(code), "type {}", r#type);
    }
    assert_eq!(client.ask(&game::Ping {}), Okay);
    // TP03 has no such request.
    let mut client = Client::tp03(address(&server));
    client.write_header(77, 72, 0);
    assert_eq!(client.reply(77), Fail(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_behind_the_last_field_are_ignored_and_number_0_is_echoed() {
    let (server, _) = start().await;
    let mut client = Client::tp03(address(&server));
    client.write_header(0, game::Ping::TYPE, 3);
    client.write(b"abc");
    assert_eq!(client.reply(0), Okay);
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

    for version in game::VERSIONS {
        let mut client = Client::ready(address(&server), *version);
        macro_rules! refused {
            ($($request:ident),* $(,)?) => {$(
                let request = game::$request::default();
                assert_eq!(client.ask(&request), Fail(2), "{}", stringify!($request));
            )*};
        }
        macro_rules! refused_each {
            ($($request:ident),* $(,)?) => {$(
                let request = game::$request { ids: vec![1, 2] };
                assert_eq!(client.ask(&request), Sequence(2), "{}", stringify!($request));
                for _ in 0..2 {
                    let sequence = client.sequence;
                    assert_eq!(client.reply(sequence), Fail(2));
                }
            )*};
        }
        macro_rules! refused_slots {
            ($($request:ident),* $(,)?) => {$(
                let request = game::$request {
                    id: 1,
                    slots: vec![0],
                };
                assert_eq!(client.ask(&request), Fail(2), stringify!($request));
            )*};
        }
        refused!(
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
            GetObjectIDs,
            GetOrderDescIDs,
            GetBoardIDs,
            GetResourceIDs,
            GetCategoryIDs,
            GetDesignIDs,
            GetComponentIDs,
            GetPropertyIDs,
        );
        refused_each!(
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
        refused_slots!(GetOrder, RemoveOrder, GetMessage, RemoveMessage);
        if *version == game::TP03 {
            continue;
        }
        refused!(GetOrderQueueIDs, GetPlayerIDs);
        refused_each!(GetOrderQueue);
        // Types of objects follow from kinds, and need no game.
        assert_eq!(client.ask(&game::GetObjectDescIDs::default()), Other(70));
        let modify = game::ModifyObject {
            desc: Some("".into()),
            parent: Some(0),
            ..Default::default()
        };
        assert_eq!(client.ask(&modify), Fail(2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_have_one_answer_for_each_in_their_order() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    assert_eq!(
        client.ask(&game::GetObjectsByID { ids: vec![] }),
        Sequence(0)
    );
    assert_eq!(client.ask(&game::GetObjectsByID { ids: vec![9] }), Other(7));
    let sequence = client.send(&game::GetObjectsByID {
        ids: vec![3, 5000, 2, 3],
    });
    assert_eq!(client.reply(sequence), Sequence(4));
    assert_eq!(client.packet::<game::Object>().1.id, 3);
    assert_eq!(client.reply(sequence), Fail(4));
    assert_eq!(client.packet::<game::Object>().1.id, 2);
    let (last, object) = client.packet::<game::Object>();
    assert_eq!((last, object.id), (sequence, 3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tp03_cannot_say_is_refused_in_its_place() {
    let (server, _) = start().await;
    let mut client = Client::tp03(address(&server));
    let sequence = client.send(&game::GetObjectsByID {
        ids: vec![1, STRANGE, 2],
    });
    for said in [Sequence(3), Other(7), Fail(2), Other(7)] {
        assert_eq!(client.reply(sequence), said);
    }
    let mut client = Client::tp04(address(&server));
    assert_eq!(
        client.ask(&game::GetObjectsByID { ids: vec![STRANGE] }),
        Other(7)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_come_in_slices_in_both_versions() {
    let (server, _) = start().await;
    let mut client = Client::tp03(address(&server));
    let get = |key, start, amount| game::GetObjectIDs {
        key,
        start,
        amount,
        from: Semi64::NONE,
    };
    client.send(&get(Semi32::NONE, 0, Semi32::from(0)));
    let counted = client.packet::<game::ObjectIDs>().1;
    assert_eq!(
        (counted.remaining, counted.modtimes.len()),
        (Semi32::from(65), 0)
    );
    let mut seen = Vec::new();
    for (start, left) in [(0, 35), (30, 5), (60, 0)] {
        client.send(&get(counted.key, start, Semi32::from(30)));
        let slice = client.packet::<game::ObjectIDs>().1;
        assert_eq!(slice.remaining, Semi32::from(left));
        seen.extend(slice.modtimes.iter().map(|id| id.id));
    }
    assert_eq!(seen, (0..65).collect::<Vec<u32>>());
    client.send(&get(Semi32::from(9999), 0, Semi32::NONE));
    assert_eq!(
        client.packet::<game::Fail>().1.code,
        game::FailCode::NO_SUCH_THING
    );

    let mut client = Client::tp04(address(&server));
    let all = Semi32::NONE;
    for (from, count) in [
        (Semi64::NONE, 65),
        (Semi64::from(0), 65),
        (Semi64::from(150), 14),
    ] {
        client.send(&game::GetObjectIDs {
            key: all,
            start: 0,
            amount: all,
            from,
        });
        let slice = client.packet::<game::ObjectIDs>().1;
        assert_eq!(slice.modtimes.len(), count, "from {from}");
        assert_eq!(slice.from, Some(from));
    }
}

fn text(string: &str) -> Vec<game::OrderParams> {
    let string = string.into();
    vec![game::OrderParams::String(game::OrderParamString {
        maxlength: 0,
        string,
    })]
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_are_named_by_queues_in_tp04_and_by_objects_in_tp03() {
    let (server, _) = start().await;
    let mut new = Client::tp04(address(&server));
    let parameters = Parameters::Values(text("hello"));
    let order = game::Order {
        id: QUEUE,
        slot: Semi32::NONE,
        otype: SAY,
        parameters: parameters.clone(),
        ..Default::default()
    };
    let insert = game::OrderInsert::from(order.clone());
    new.send(&insert);
    let inserted = new.packet::<game::Order>().1;
    assert_eq!(
        (inserted.id, inserted.slot, inserted.turns),
        (QUEUE, Semi32::from(3), 4)
    );
    assert_eq!(inserted.parameters, order.parameters);

    let mut old = Client::tp03(address(&server));
    let order = game::Order {
        id: FLEET,
        slot: Semi32::NONE,
        otype: SAY,
        parameters,
        ..Default::default()
    };
    assert_eq!(old.ask(&game::OrderInsert::from(order.clone())), Okay);
    old.send(&game::OrderProbe::from(order.clone()));
    let probed = old.packet::<game::Order>().1;
    assert_eq!((probed.id, probed.turns), (FLEET, 4));
    assert_eq!(probed.parameters, order.parameters);
    assert_eq!(
        old.ask(&game::RemoveOrder {
            id: FLEET,
            slots: vec![0]
        }),
        Okay
    );
    assert_eq!(
        old.ask(&game::RemoveOrder {
            id: QUEUE,
            slots: vec![0]
        }),
        Fail(4)
    );

    // What the queue knows stands in the object.
    old.send(&game::GetObjectsByID { ids: vec![FLEET] });
    let fleet = old.packet::<game::Object>().1;
    assert_eq!((fleet.ordertypes, fleet.orders), (Some(vec![SAY]), Some(7)));
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_of_orders_come_with_lists_or_without_in_tp03_and_go_without() {
    const WITHOUT: &[u8] = b"\0\0\0\x07\0\0\0\0\0\0\0\x02hi\0\0\0\x08";
    const EMPTY: &[u8] = b"\0\0\0\x07\0\0\0\0\0\0\0\0\0\0\0\x02hi\0\0\0\x08\0\0\0\0";
    const LISTED: &[u8] = b"\0\0\0\x07\0\0\0\x01\0\0\0\x03\0\0\0\0\0\0\0\x02hi\0\0\0\x08\0\0\0\0";
    /// With one list, and with the other.
    const HALF: [&[u8]; 2] = [
        b"\0\0\0\x07\0\0\0\0\0\0\0\0\0\0\0\x02hi\0\0\0\x08",
        b"\0\0\0\x07\0\0\0\0\0\0\0\x02hi\0\0\0\x08\0\0\0\0",
    ];
    let (server, _) = start().await;
    let mut client = Client::tp03(address(&server));
    let order = |parameters: &[u8]| game::Order {
        id: FLEET,
        otype: TELL,
        parameters: Parameters::from_bytes(game::TP03, parameters.to_vec()),
        ..Default::default()
    };
    for parameters in [WITHOUT, EMPTY, LISTED] {
        let insert = game::OrderInsert::from(order(parameters));
        assert_eq!(client.ask(&insert), Okay, "{parameters:?}");
        client.send(&game::OrderProbe::from(order(parameters)));
        let probed = client.packet::<game::Order>().1;
        assert_eq!(probed.parameters.as_bytes(), Some(WITHOUT));
    }
    for parameters in HALF {
        let insert = game::OrderInsert::from(order(parameters));
        assert_eq!(client.ask(&insert), Fail(1), "{parameters:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_do_not_fit_their_description_are_malformed() {
    let (server, _) = start().await;
    let mut client = Client::tp04(address(&server));
    let order = game::OrderInsert {
        id: QUEUE,
        otype: SAY,
        ..Default::default()
    };
    client.send(&order);
    let fail = client.packet::<game::Fail>().1;
    assert_eq!(fail.code, game::FailCode::FRAME);
    let about = game::FailReference {
        r#type: reference::ORDER_TYPE,
        id: SAY,
    };
    assert_eq!(fail.references, Some(vec![about]));
    let order = game::OrderInsert {
        id: QUEUE,
        otype: 1,
        ..Default::default()
    };
    assert_eq!(client.ask(&order), Fail(4), "there is no such type");
}
