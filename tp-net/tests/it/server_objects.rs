//! What a handler states of its objects, and what clients of every version see of it.

use std::sync::Mutex;

use tp_frames::game;
use tp_net::client::Client;
use tp_net::model::{
    FailCode, IdModtime, Ids, Message, Object, ObjectDesc, ObjectDescPropertygroup,
    ObjectDescPropertygroupParameter, ObjectKind, ObjectParams, ObjectResource, Order, OrderDesc,
    Refusal, Ships, Vector,
};
use tp_net::server::{Caller, Handler, Login, LoginReply, ObjectTypes, Peer, Server};
use tp_net::{Options, Versions};

/// A game that states all it knows in its objects, and describes none.
#[derive(Default)]
struct Stated {
    /// What clients made of objects.
    modified: Mutex<Vec<Object>>,
}

/// The order types that objects take.
const WAIT: u32 = 2_000;
/// No object has such a number.
const QUEUES: u32 = 100;

fn resource() -> ObjectResource {
    ObjectResource {
        id: 1,
        units: 2,
        unitsminable: 3,
        unitsinaccessible: 4,
    }
}

/// An object of each kind, and one of none. No field of any has a value that it has by default.
fn kinds() -> Vec<Option<ObjectKind>> {
    let planet = |owner| ObjectKind::Planet {
        owner,
        resources: vec![resource()],
    };
    let fleet = |owner| ObjectKind::Fleet {
        owner,
        ships: vec![Ships {
            design: 5,
            number: 6,
        }],
        damage: 7,
    };
    vec![
        Some(ObjectKind::Universe { age: 8 }),
        Some(ObjectKind::Galaxy),
        Some(ObjectKind::StarSystem),
        Some(planet(Some(9))),
        Some(fleet(Some(10))),
        Some(ObjectKind::Wormhole {
            end: Vector::new(11, -12, i64::MIN),
        }),
        Some(planet(None)),
        Some(fleet(None)),
        None,
    ]
}

/// The ids of objects: those without orders, and those that take some.
fn all() -> Vec<(u32, Option<ObjectKind>, bool)> {
    let both = [false, true].into_iter();
    let all = both.flat_map(|orders| kinds().into_iter().map(move |kind| (kind, orders)));
    (0..)
        .zip(all)
        .map(|(id, (kind, orders))| (id, kind, orders))
        .collect()
}

fn stated(id: u32) -> Option<Object> {
    let (id, kind, orders) = all().into_iter().nth(usize::try_from(id).unwrap())?;
    let number = i64::from(id);
    Some(Object {
        id,
        otype: 0,
        name: format!("object {id}").into(),
        desc: Some(format!("the object {id}").into()),
        parent: (id != 0).then_some(0),
        contains: vec![id + 1],
        modtime: u64::from(id) + 1_000,
        size: Some(u64::from(id) + 2_000),
        position: Some(Vector::new(number, -number, i64::MAX)),
        velocity: Some(Vector::new(-number, 1, number)),
        order_queue: orders.then_some(id + QUEUES),
        ordertypes: Some(if orders { vec![WAIT] } else { vec![] }),
        orders: Some(if orders { 1 } else { 0 }),
        kind,
        ..Object::default()
    })
}

impl Handler for Stated {
    type Player = ();

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![OrderDesc {
            id: WAIT,
            name: "Wait".into(),
            ..OrderDesc::default()
        }]
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "welcome"))
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Ids, Refusal> {
        let objects = all().into_iter().filter_map(|(id, ..)| stated(id));
        Ok(objects
            .map(|object| IdModtime {
                id: object.id,
                modtime: object.modtime,
            })
            .collect())
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        stated(id).ok_or_else(|| Refusal::no_such_thing("no"))
    }

    async fn modify_object(&self, by: &Caller<()>, object: Object) -> Result<Object, Refusal> {
        let id = object.id;
        self.modified.lock().unwrap().push(object);
        self.object(by, id).await
    }

    async fn object_order_queue(&self, _: &Caller<()>, object: u32) -> Result<u32, Refusal> {
        Ok(object + QUEUES)
    }

    async fn order_queue_object(&self, _: &Caller<()>, queue: u32) -> Result<u32, Refusal> {
        queue
            .checked_sub(QUEUES)
            .ok_or_else(|| Refusal::no_such_thing("no"))
    }

    async fn order(&self, _: &Caller<()>, queue: u32, slot: u32) -> Result<Order, Refusal> {
        // Each slot says otherwise where the order is.
        Ok(Order {
            queue: (slot == 1).then_some(queue),
            object: (slot == 2).then_some(queue - QUEUES),
            slot: Some(slot),
            otype: WAIT,
            ..Order::default()
        })
    }
}

async fn client(server: &Server, version: tp_frames::Version) -> Client {
    let options = Options::default().versions(Versions::only(version));
    let connecting = Client::connect_with("tp://game", options, server.connector());
    let client = connecting.await.unwrap();
    client.login("ada", "s3cret").await.unwrap();
    client
}

async fn start<H: Handler>(handler: H) -> Server {
    Server::builder().start_in_memory(handler).await.unwrap()
}

async fn object(client: &Client, id: u32) -> Object {
    let mut objects = client.objects([id]).await.unwrap();
    objects.remove(0).unwrap()
}

/// Each parameter by its name.
fn named(object: &Object, desc: &ObjectDesc) -> Vec<(String, ObjectParams)> {
    assert_eq!(object.otype, desc.id);
    let groups = desc.propertygroups.iter();
    let names = groups.flat_map(|group| group.parameters.iter().map(|it| it.name.to_string()));
    let names: Vec<_> = names.collect();
    let values = object.parameters.values();
    assert_eq!(names.len(), values.len(), "{object:?}");
    names.into_iter().zip(values.iter().cloned()).collect()
}

#[tokio::test]
async fn every_field_of_every_kind_is_shown_in_every_version() {
    let server = start(Stated::default()).await;
    let old = client(&server, game::TP03).await;
    let new = client(&server, game::TP04).await;
    let types = new.object_desc_ids(None).await.unwrap();
    let queues = new.order_queue_ids(None).await.unwrap();
    for (id, kind, takes_orders) in all() {
        let stated = stated(id).unwrap();
        if kind.is_some() {
            let shown = object(&old, id).await;
            let unsaid = Object {
                otype: shown.otype,
                desc: None,
                parent: None,
                order_queue: None,
                parameters: shown.parameters.clone(),
                ..stated.clone()
            };
            assert_eq!(shown, unsaid, "TP03 says all else");
        } else {
            let error = old.objects([id]).await.unwrap().remove(0).unwrap_err();
            let code = error.refusal().unwrap().code;
            assert_eq!(code, FailCode::UNAVAILABLE_PERMANENTLY);
        }

        let shown = object(&new, id).await;
        assert!(!shown.parameters.is_empty(), "{shown:?}");
        let whole = Object {
            otype: shown.otype,
            ordertypes: None,
            orders: None,
            parameters: shown.parameters.clone(),
            ..stated.clone()
        };
        assert_eq!(shown, whole, "TP04 says all of it");
        assert_eq!(shown.owner(), stated.owner());
        assert_eq!(shown.resources(), stated.resources());
        assert_eq!(shown.ships(), stated.ships());

        // The type is described, and listed with the same time.
        let desc = new.object_descs([shown.otype]).await.unwrap().remove(0);
        let desc = desc.unwrap();
        let modtime = desc.modtime;
        assert!(types.contains(&IdModtime {
            id: shown.otype,
            modtime
        }));
        let named = named(&shown, &desc);
        let of = |name: &str| {
            let value = named.iter().find(|(it, _)| it == name);
            value.map(|(_, value)| value.clone())
        };
        let integer = |intvalue| ObjectParams::Integer(game::ObjectParamInteger { intvalue });
        let (age, damage, end) = match kind {
            Some(ObjectKind::Universe { age }) => (Some(integer(age)), None, None),
            Some(ObjectKind::Fleet { damage, .. }) => (None, Some(integer(damage)), None),
            Some(ObjectKind::Wormhole { end }) => {
                let position = end.into();
                let relative = 0;
                let end = game::ObjectParamPosition3d { position, relative };
                (None, None, Some(ObjectParams::Position3d(end)))
            }
            _ => (None, None, None),
        };
        assert_eq!(of("Age"), age);
        assert_eq!(of("Damage"), damage);
        assert_eq!(of("End"), end);

        // Its queue says what TP03 says of its orders.
        let queue = id + QUEUES;
        let modtime = stated.modtime;
        let listed = queues.contains(&IdModtime { id: queue, modtime });
        assert_eq!(listed, takes_orders);
        if takes_orders {
            let said = new.order_queues([queue]).await.unwrap().remove(0).unwrap();
            assert_eq!((said.id, said.serial), (queue, modtime));
            assert_eq!(Some(said.ordertypes), stated.ordertypes);
            assert_eq!(Some(said.numorders), stated.orders);
        }
    }
    // Each type is one.
    let mut ids: Vec<u32> = types.iter().map(|it| it.id).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    let told = new.object_descs(ids.clone()).await.unwrap().into_iter();
    assert!(told.zip(ids).all(|(desc, id)| desc.unwrap().id == id));
    let none = new
        .object_descs([999])
        .await
        .unwrap()
        .remove(0)
        .unwrap_err();
    assert_eq!(none.refusal().unwrap().code, FailCode::NO_SUCH_THING);
    assert!(
        new.object_desc_ids(Some(u64::MAX - 1))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn orders_are_shown_wherever_the_handler_says_that_they_are() {
    let server = start(Stated::default()).await;
    let object = 12;
    let old = client(&server, game::TP03).await;
    for order in old.orders(object, [0, 1, 2]).await.unwrap() {
        assert_eq!(order.unwrap().object, Some(object));
    }
    let new = client(&server, game::TP04).await;
    for order in new.orders(object + QUEUES, [0, 1, 2]).await.unwrap() {
        assert_eq!(order.unwrap().queue, Some(object + QUEUES));
    }
}

#[tokio::test]
async fn a_modified_object_comes_as_the_handler_states_objects() {
    let game = std::sync::Arc::new(Stated::default());
    let starting = Server::builder().start_in_memory_shared(game.clone());
    let server = starting.await.unwrap();
    let client = client(&server, game::TP04).await;
    for (id, ..) in all() {
        let seen = object(&client, id).await;
        let answer = client.modify_object(seen.clone()).await.unwrap();
        assert_eq!(answer, seen);
        let told = game.modified.lock().unwrap().pop().unwrap();
        let stated = Object {
            // Its queue says these.
            ordertypes: None,
            orders: None,
            ..stated(id).unwrap()
        };
        assert_eq!(told, stated);
    }
}

/// Says of its orders what TP03 says, and of queues nothing.
struct Ordered;

impl Handler for Ordered {
    type Player = ();

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![OrderDesc {
            id: WAIT,
            name: "Wait".into(),
            ..OrderDesc::default()
        }]
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "welcome"))
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Ids, Refusal> {
        Ok((0..4).map(|id| IdModtime { id, modtime: 1 }).collect())
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let (ordertypes, orders) = match id {
            0 => (None, None),
            1 => (Some(vec![WAIT]), None),
            2 => (None, Some(5)),
            // Gone since it was listed.
            3 => return Err(Refusal::no_such_thing("no")),
            _ => (Some(vec![]), Some(0)),
        };
        Ok(Object {
            id,
            modtime: 1,
            kind: Some(ObjectKind::StarSystem),
            ordertypes,
            orders,
            ..Object::default()
        })
    }
}

#[tokio::test]
async fn objects_that_take_orders_have_a_queue_in_tp04() {
    let server = start(Ordered).await;
    let client = client(&server, game::TP04).await;
    for (id, queue) in [(0, None), (1, Some(1)), (2, Some(2)), (4, None)] {
        assert_eq!(object(&client, id).await.order_queue, queue);
    }
    let ids = client.order_queue_ids(None).await.unwrap();
    let ids: Vec<u32> = ids.into_iter().map(|it| it.id).collect();
    assert_eq!(ids, [1, 2]);
    let mut queues = client.order_queues([1, 2, 0]).await.unwrap().into_iter();
    assert_eq!(queues.next().unwrap().unwrap().ordertypes, [WAIT]);
    assert_eq!(queues.next().unwrap().unwrap().numorders, 5);
    let none = queues.next().unwrap().unwrap_err();
    let code = none.refusal().unwrap().code;
    assert_eq!(code, FailCode::UNAVAILABLE_PERMANENTLY);
}

/// Describes its objects itself.
struct Described;

/// A type with a position, and one with nothing.
const STAR: u32 = 3;
const CLOUD: u32 = 4;

fn place() -> Vector {
    Vector::new(1, 2, 3)
}

fn described(id: u32, name: &str, parameters: &[u32]) -> ObjectDesc {
    let parameters = parameters.iter();
    ObjectDesc {
        id,
        name: name.into(),
        modtime: 7,
        propertygroups: vec![ObjectDescPropertygroup {
            parameters: parameters
                .map(|r#type| ObjectDescPropertygroupParameter {
                    name: format!("of type {type}").into(),
                    r#type: *r#type,
                    ..Default::default()
                })
                .collect(),
            ..Default::default()
        }],
        ..ObjectDesc::default()
    }
}

impl Handler for Described {
    type Player = ();

    fn object_types(&self) -> ObjectTypes {
        ObjectTypes::Own(vec![
            described(STAR, "mine", &[0]),
            described(CLOUD, "cloud", &[]),
        ])
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "welcome"))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let position = ObjectParams::Position3d(game::ObjectParamPosition3d {
            position: place().into(),
            relative: 0,
        });
        let kind = Some(ObjectKind::StarSystem);
        let (otype, parameters) = match id {
            // As it should be, without a type that there is, without parameters.
            1 => (STAR, vec![position]),
            2 => (0, vec![]),
            3 => (STAR, vec![]),
            _ => (CLOUD, vec![]),
        };
        Ok(Object {
            id,
            otype,
            kind,
            parameters: parameters.into(),
            ..Object::default()
        })
    }
}

#[tokio::test]
async fn the_handlers_own_descriptions_win() {
    let server = start(Described).await;
    let new = client(&server, game::TP04).await;
    let ids = new.object_desc_ids(None).await.unwrap();
    assert_eq!(ids, [STAR, CLOUD].map(|id| IdModtime { id, modtime: 7 }));
    let descs = new.object_descs([STAR, 0, 6]).await.unwrap();
    assert_eq!(descs[0].as_ref().unwrap().name, "mine");
    assert!(descs[1].is_err() && descs[2].is_err());
    let star = object(&new, 1).await;
    assert_eq!((star.otype, star.position), (STAR, Some(place())));
    assert_eq!(star.parameters.values().len(), 1);
    assert_eq!(object(&new, 4).await.otype, CLOUD);
    // What would be lost is refused.
    for shown in new.objects([2, 3]).await.unwrap() {
        let error = shown.unwrap_err();
        let refusal = error.refusal().unwrap();
        assert_eq!(refusal.code, FailCode::UNAVAILABLE_PERMANENTLY);
    }
    // TP03 has the position in every object, and takes it from the parameters.
    let old = client(&server, game::TP03).await;
    assert_eq!(object(&old, 1).await.position, Some(place()));
    assert_eq!(object(&old, 2).await.kind, Some(ObjectKind::StarSystem));
}

/// States objects, and leaves it to the library to list them.
struct Unlisted;

/// The numbers of the objects that are there, and what each contains: object 1 the universe again, and
/// the universe one that is not there.
fn inside(id: u32) -> Option<Vec<u32>> {
    match id {
        0 => Some(vec![9, 2, 1]),
        1 => Some(vec![0, 7, 1]),
        2 => Some((100..300).collect()),
        7 | 8 | 100..300 => Some(vec![]),
        _ => None,
    }
}

impl Handler for Unlisted {
    type Player = ();

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![OrderDesc::new(WAIT, "Wait", "Does nothing.")]
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "welcome"))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let contains = inside(id).ok_or_else(|| Refusal::no_such_thing("no"))?;
        let object = Object::new(id, "object", ObjectKind::Galaxy);
        Ok(Object {
            modtime: u64::from(id) + 5,
            contains,
            ..object.at(Vector::new(i64::from(id), 0, 0))
        })
    }

    async fn order(&self, _: &Caller<()>, _: u32, _: u32) -> Result<Order, Refusal> {
        Ok(Order {
            otype: WAIT,
            ..Order::default()
        })
    }

    async fn message(&self, _: &Caller<()>, _: u32, _: u32) -> Result<Message, Refusal> {
        Ok(Message::default())
    }
}

#[tokio::test]
async fn what_objects_contain_lists_them() {
    let server = start(Unlisted).await;
    for version in game::VERSIONS {
        let client = client(&server, *version).await;
        let listed = |id: u32| IdModtime {
            id,
            modtime: u64::from(id) + 5,
        };
        let mut all: Vec<_> = [0, 1, 2, 7].map(listed).into();
        all.extend((100..300).map(listed));
        assert_eq!(client.object_ids(None).await.unwrap(), all);
        let near = client.object_ids_by_position(Vector::new(5, 0, 0), 3);
        assert_eq!(near.await.unwrap().modtimes, [2, 7].map(listed));
        let inside = client.object_ids_by_container(1).await.unwrap();
        assert_eq!(inside.modtimes, [0, 7, 1].map(listed));
        let none = client.object_ids_by_container(9).await.unwrap_err();
        let code = none.refusal().unwrap().code;
        assert_eq!(code, FailCode::NO_SUCH_THING);
    }
}

#[tokio::test]
async fn slots_need_not_be_said() {
    let server = start(Unlisted).await;
    for version in game::VERSIONS {
        let client = client(&server, *version).await;
        for (slot, order) in (3..).zip(client.orders(7, [3, 4]).await.unwrap()) {
            assert_eq!(order.unwrap().slot, Some(slot));
        }
        for (slot, message) in (3..).zip(client.messages(0, [3, 4]).await.unwrap()) {
            assert_eq!(message.unwrap().slot.get(), Some(slot));
        }
    }
}
