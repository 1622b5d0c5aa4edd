//! The types that a handler declares, and what contradicts them.

use tp_frames::game;
use tp_net::client::Client;
use tp_net::model::{
    FailCode, Object, ObjectDesc, ObjectDescPropertygroup, ObjectDescPropertygroupParameter,
    ObjectKind, ObjectParams, Order, OrderDesc, OrderDescParameter, OrderParams, OrderQueue,
    Refusal,
};
use tp_net::server::{
    Caller, Handler, Login, LoginReply, ObjectTypes, Peer, Server, ServerError, TypeError,
};
use tp_net::{BatchResult, Options, Versions};

/// Declares these types, and states the same object, order and queue wherever it is asked.
#[derive(Clone, Default)]
struct Declared {
    objects: ObjectTypes,
    orders: Vec<OrderDesc>,
    object: Object,
    order: Order,
    queue: OrderQueue,
}

impl Handler for Declared {
    type Player = ();

    fn object_types(&self) -> ObjectTypes {
        self.objects.clone()
    }

    fn order_types(&self) -> Vec<OrderDesc> {
        self.orders.clone()
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "welcome"))
    }

    async fn object(&self, _: &Caller<()>, _: u32) -> Result<Object, Refusal> {
        Ok(self.object.clone())
    }

    async fn order_queue(&self, _: &Caller<()>, _: u32) -> Result<OrderQueue, Refusal> {
        Ok(self.queue.clone())
    }

    async fn order(&self, _: &Caller<()>, _: u32, _: u32) -> Result<Order, Refusal> {
        Ok(self.order.clone())
    }
}

fn object_type(id: u32, name: &str, groups: &[&[(&str, u32)]]) -> ObjectDesc {
    let groups = groups.iter().map(|parameters| ObjectDescPropertygroup {
        parameters: parameters
            .iter()
            .map(|(name, r#type)| ObjectDescPropertygroupParameter {
                name: (*name).into(),
                r#type: *r#type,
                ..Default::default()
            })
            .collect(),
        ..Default::default()
    });
    ObjectDesc {
        id,
        name: name.into(),
        modtime: 5,
        propertygroups: groups.collect(),
        ..ObjectDesc::default()
    }
}

fn order_type(id: u32, name: &str, parameters: &[(&str, u32)]) -> OrderDesc {
    let parameters = parameters.iter().map(|(name, r#type)| OrderDescParameter {
        name: (*name).into(),
        r#type: *r#type,
        ..Default::default()
    });
    OrderDesc {
        id,
        name: name.into(),
        modtime: 6,
        parameters: parameters.collect(),
        ..OrderDesc::default()
    }
}

#[tokio::test]
async fn what_clients_could_not_tell_apart_does_not_start() {
    let own = |types: &[ObjectDesc]| Declared {
        objects: ObjectTypes::Own(types.to_vec()),
        ..Declared::default()
    };
    let orders = |types: &[OrderDesc]| Declared {
        orders: types.to_vec(),
        ..Declared::default()
    };
    for (declared, wrong) in [
        (
            own(&[object_type(3, "Star", &[]), object_type(3, "Sun", &[])]),
            r#"two object types have the id 3: "Star" and "Sun""#,
        ),
        (
            own(&[object_type(3, "Star", &[]), object_type(4, "Star", &[])]),
            r#"two object types are called "Star": 3 and 4"#,
        ),
        (
            own(&[object_type(3, "Star", &[&[("Size", 9), ("Size", 9)]])]),
            r#"the object type "Star" has two parameters "Size""#,
        ),
        (
            own(&[object_type(3, "Star", &[&[("Size", 9)], &[("Age", 12)]])]),
            r#"the object type "Star" has a parameter "Age" of type 12, which there is not"#,
        ),
        (
            orders(&[order_type(3, "Go", &[]), order_type(3, "Stay", &[])]),
            r#"two order types have the id 3: "Go" and "Stay""#,
        ),
        (
            orders(&[order_type(3, "Go", &[]), order_type(4, "Go", &[])]),
            r#"two order types are called "Go": 3 and 4"#,
        ),
        (
            orders(&[order_type(3, "Go", &[("To", 0), ("To", 2)])]),
            r#"the order type "Go" has two parameters "To""#,
        ),
        (
            orders(&[order_type(3, "Go", &[("To", 12)])]),
            r#"the order type "Go" has a parameter "To" of type 12, which there is not"#,
        ),
    ] {
        let started = Server::builder().start_in_memory(declared.clone()).await;
        let error = started.unwrap_err();
        assert_eq!(error.to_string(), wrong);
        assert!(matches!(error, ServerError::Types(_)));
        // Before anything listens.
        let builder = Server::builder().listen("256.0.0.1:0");
        let error = builder.start(declared).await.unwrap_err();
        assert_eq!(error.to_string(), wrong);
    }
    // Names are parameters' own in each group; and every type of parameter is one.
    let known: Vec<(String, u32)> = (0..12).map(|it| (it.to_string(), it)).collect();
    let known: Vec<(&str, u32)> = known.iter().map(|(name, it)| (&**name, *it)).collect();
    let fine = Declared {
        objects: ObjectTypes::Own(vec![object_type(3, "Star", &[&known, &known])]),
        orders: vec![order_type(3, "Star", &known)],
        ..Declared::default()
    };
    Server::builder().start_in_memory(fine).await.unwrap();
}

#[test]
fn an_error_tells_what_it_is_about() {
    let declared = TypeError::SameName {
        of: "order",
        name: "Go".into(),
        first: 1,
        second: 2,
    };
    let error = ServerError::from(declared);
    assert_eq!(
        error.to_string(),
        r#"two order types are called "Go": 1 and 2"#
    );
    assert!(
        std::error::Error::source(&error).is_none(),
        "it is said once"
    );
}

async fn client(server: &Server, version: tp_frames::Version) -> Client {
    let options = Options::default().versions(Versions::only(version));
    let connecting = Client::connect_with("tp://game", options, server.connector());
    let client = connecting.await.unwrap();
    client.login("ada", "").await.unwrap();
    client
}

/// Why the one thing was refused; `None` if it was not.
#[track_caller]
fn refused<T: std::fmt::Debug>(mut things: BatchResult<T>) -> Option<String> {
    let error = things.remove(0).err()?;
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.code, FailCode::UNAVAILABLE_PERMANENTLY);
    Some(refusal.result.to_string())
}

fn size() -> ObjectParams {
    ObjectParams::Size(game::ObjectParamSize { size: 3 })
}

#[tokio::test]
async fn an_object_that_contradicts_its_types_is_refused() {
    let stated = |objects: &ObjectTypes, otype, parameters: Vec<ObjectParams>| Declared {
        objects: objects.clone(),
        object: Object {
            id: 7,
            otype,
            kind: Some(ObjectKind::Galaxy),
            parameters: parameters.into(),
            ..Object::default()
        },
        ..Declared::default()
    };
    let own = ObjectTypes::Own(vec![
        object_type(3, "Star", &[&[("Size", 9)]]),
        object_type(4, "Void", &[]),
    ]);
    let other = "object 7 has other parameters than its type";
    for (declared, wrong) in [
        (stated(&ObjectTypes::ByKind, 9, vec![]), None),
        (
            stated(&ObjectTypes::ByKind, 1, vec![size()]),
            Some("object 7 states parameters, and types follow from kinds here"),
        ),
        (stated(&own, 3, vec![size()]), None),
        (stated(&own, 3, vec![]), Some(other)),
        (stated(&own, 3, vec![size(), size()]), Some(other)),
        (stated(&own, 4, vec![]), None),
        (stated(&own, 4, vec![size()]), Some(other)),
        (
            stated(&own, 1, vec![]),
            Some("object 7 has a type that is not declared"),
        ),
    ] {
        let server = Server::builder().start_in_memory(declared).await.unwrap();
        let client = client(&server, game::TP04).await;
        let objects = client.objects([7]).await.unwrap();
        assert_eq!(refused(objects).as_deref(), wrong);
    }
}

#[tokio::test]
async fn an_order_that_contradicts_its_types_is_refused() {
    let time = || {
        OrderParams::Time(game::OrderParamTime {
            turns: 3,
            maxtime: 9,
        })
    };
    let stated = |otype, parameters: Vec<OrderParams>| Declared {
        orders: vec![order_type(3, "Wait", &[("Turns", 1)])],
        object: Object {
            id: 7,
            kind: Some(ObjectKind::Galaxy),
            order_queue: Some(7),
            ..Object::default()
        },
        order: Order {
            otype,
            parameters: parameters.into(),
            ..Order::default()
        },
        queue: OrderQueue {
            ordertypes: vec![otype],
            ..OrderQueue::default()
        },
        ..Declared::default()
    };
    let undeclared = "has a type that is not declared";
    let other = "has other parameters than its type";
    for version in game::VERSIONS {
        for (declared, wrong) in [
            (stated(3, vec![time()]), None),
            (stated(3, vec![]), Some(other)),
            (stated(3, vec![time(), time()]), Some(other)),
            (stated(4, vec![time()]), Some(undeclared)),
        ] {
            let is_declared = declared.order.otype == 3;
            let server = Server::builder().start_in_memory(declared).await.unwrap();
            let client = client(&server, *version).await;
            let descs = client.order_desc_ids(None).await.unwrap();
            assert_eq!(descs[0], game::IDSequenceModtime { id: 3, modtime: 6 });
            let desc = client.order_descs([3]).await.unwrap().remove(0).unwrap();
            assert_eq!(desc.name, "Wait");
            let order = refused(client.orders(7, [0]).await.unwrap());
            let wrong = wrong.map(|wrong| format!("order of queue 7 {wrong}"));
            assert_eq!(order, wrong, "{version}");
            // Where it is said that the object takes such orders.
            let (what, list) = match *version == game::TP03 {
                true => ("object", refused(client.objects([7]).await.unwrap())),
                false => {
                    let queues = client.order_queues([7]).await.unwrap();
                    ("order queue", refused(queues))
                }
            };
            let wrong = format!("{what} 7 takes orders of a type that is not declared");
            assert_eq!(list, (!is_declared).then_some(wrong));
        }
    }
}
