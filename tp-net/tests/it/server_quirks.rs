//! What clients of the old libraries are sent, byte by byte: each reads a frame of its own.

use std::net::SocketAddr;
use std::sync::Mutex;

use bytes::BytesMut;
use tp_frames::game::{self, TP03, TP04};
use tp_frames::{Packet, ParameterSet, Request, TpString, Version};
use tp_net::model::{Game, Order, OrderDesc, OrderDescParameter, OrderParams, Player, Refusal};
use tp_net::server::{
    Caller, ConnectReply, GameEnd, Handler, Login, LoginReply, Peer, Quirks, Server,
};

use crate::server_client::{Client, address};

const PYTHON: &str = "libtpproto-py/0.2.5 lookout";
const CPP: &str = "libtpproto-cpp/0.2.0 lookout";
const JAVA: &str = "libtpproto-java-test";
const OTHER: &str = "lookout 1.0";

/// A game that says all that there is to say.
#[derive(Default)]
struct Complete {
    /// Who is there.
    peers: Mutex<Vec<Peer>>,
    /// What it was given.
    given: Mutex<Vec<Order>>,
}

const ID: u32 = 1;

fn announced() -> Game {
    Game {
        name: "demo".into(),
        mediabase: Some("m".into()),
        ctime: Some(7),
        ..Game::default()
    }
}

fn player() -> Player {
    Player {
        id: ID,
        name: "Ada".into(),
        race: "Terran".into(),
        modtime: Some(9),
    }
}

/// A type of orders with one parameter of each type.
fn order_desc() -> OrderDesc {
    let parameters = (0..12).map(|r#type| OrderDescParameter {
        name: format!("of type {type}").into(),
        r#type,
        description: "one".into(),
    });
    OrderDesc {
        id: ID,
        parameters: parameters.collect(),
        ..OrderDesc::default()
    }
}

fn values() -> Vec<OrderParams> {
    vec![
        OrderParams::AbsSpaceCoords(game::OrderParamAbsSpaceCoords::default()),
        OrderParams::Time(game::OrderParamTime {
            turns: 3,
            maxtime: 9,
        }),
        OrderParams::Object(game::OrderParamObject {
            objectid: 5,
            validtypes: Some(vec![]),
        }),
        OrderParams::Player(game::OrderParamPlayer {
            playerid: 1,
            ..Default::default()
        }),
        OrderParams::RelSpaceCoords(game::OrderParamRelSpaceCoords {
            objectid: 6,
            ..Default::default()
        }),
        OrderParams::Range(game::OrderParamRange {
            value: 1,
            ..Default::default()
        }),
        OrderParams::List(game::OrderParamList::default()),
        OrderParams::String(game::OrderParamString {
            maxlength: 8,
            string: "x".into(),
        }),
        OrderParams::Reference(game::OrderParamReference {
            reference: 7,
            allowed: vec![1],
        }),
        OrderParams::ReferenceList(game::OrderParamReferenceList {
            references: vec![8, 9, 8],
            allowed: vec![1],
        }),
        OrderParams::ResourceList(game::OrderParamResourceList::default()),
        OrderParams::GenericReferenceQuantityList(Default::default()),
    ]
}

impl Handler for Complete {
    type Player = ();

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![order_desc()]
    }

    async fn connect(&self, _: &Peer, client: TpString) -> Result<ConnectReply, Refusal> {
        Ok(match client.as_bytes().ends_with(b"elsewhere") {
            true => ConnectReply::redirect("tp://example.org"),
            false => ConnectReply::okay("hello"),
        })
    }

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        self.peers.lock().unwrap().push(peer.clone());
        Ok(match login.username == "elsewhere" {
            true => LoginReply::Redirect("tp://example.org".into()),
            false => LoginReply::okay((), "welcome"),
        })
    }

    async fn games(&self, _: &Peer) -> Result<Vec<Game>, Refusal> {
        Ok(vec![announced()])
    }

    async fn player(&self, _: &Caller<()>, _: u32) -> Result<Player, Refusal> {
        Ok(player())
    }

    async fn order(&self, _: &Caller<()>, queue: u32, slot: u32) -> Result<Order, Refusal> {
        Ok(Order {
            queue: Some(queue),
            slot: Some(slot),
            otype: ID,
            parameters: values().into(),
            ..Order::default()
        })
    }

    async fn insert_order(&self, _: &Caller<()>, order: Order) -> Result<Order, Refusal> {
        self.given.lock().unwrap().push(order.clone());
        Ok(order)
    }

    async fn other_request(&self, _: &Caller<()>, _: game::Frame) -> Result<game::Frame, Refusal> {
        Ok(game::Frame::Player(player()))
    }
}

/// Connected under this name, and logged in.
fn named(server: SocketAddr, version: Version, name: &str) -> Client {
    let mut client = Client::open(server, version);
    let string = name.into();
    body(&mut client, &game::Connect { string });
    body(&mut client, &game::Login::default());
    client
}

/// The body of the one frame that answers.
fn body(client: &mut Client, request: &impl Request) -> Vec<u8> {
    client.send(request);
    let frame = client.frame().unwrap();
    assert_ne!(frame.header.r#type, game::Fail::TYPE, "{frame:?}");
    frame.body.to_vec()
}

fn encoded(version: Version, packet: &impl Packet) -> Vec<u8> {
    let mut out = BytesMut::new();
    packet.encode_body(version, &mut out).unwrap();
    out.to_vec()
}

async fn serve() -> (Server, std::sync::Arc<Complete>) {
    let handler = std::sync::Arc::new(Complete::default());
    let builder = Server::builder().listen("127.0.0.1:0");
    let server = builder.start_shared(handler.clone()).await.unwrap();
    (server, handler)
}

/// Nothing, `mediabase`, or that and `ctime`.
const GAME_ENDS: [&[u8]; 3] = [b"", b"\0\0\0\x01m", b"\0\0\0\x01m\0\0\0\0\0\0\0\x07"];

#[tokio::test(flavor = "multi_thread")]
async fn games_and_players_end_where_each_client_expects_it() {
    let (server, handler) = serve().await;
    for (name, version, game_end, with_modtime) in [
        (PYTHON, TP03, GAME_ENDS[0], false),
        (PYTHON, TP04, GAME_ENDS[2], true),
        (CPP, TP03, GAME_ENDS[2], true),
        (CPP, TP04, GAME_ENDS[2], true),
        (JAVA, TP03, GAME_ENDS[0], false),
        (JAVA, TP04, GAME_ENDS[1], false),
        (OTHER, TP03, GAME_ENDS[0], false),
        (OTHER, TP04, GAME_ENDS[1], false),
        // Whoever only speaks of a library is not one.
        ("my libtpproto-py/0.2.5", TP04, GAME_ENDS[1], false),
    ] {
        let mut client = named(address(&server), version, name);
        let without = Game {
            mediabase: None,
            ctime: None,
            ..announced()
        };
        let games = body(&mut client, &game::GetGames {});
        let expected = [&encoded(version, &without), game_end].concat();
        assert_eq!(games, expected, "{name} in {version}");

        let modtime: &[u8] = if with_modtime {
            b"\0\0\0\0\0\0\0\x09"
        } else {
            b""
        };
        let expected = [b"\0\0\0\x01\0\0\0\x03Ada\0\0\0\x06Terran", modtime].concat();
        let asked = body(&mut client, &game::GetPlayer { ids: vec![0] });
        assert_eq!(asked, expected, "{name} in {version}");
        let peer = handler.peers.lock().unwrap().last().unwrap().clone();
        peer.send(&player()).unwrap();
        let pushed = client.frame().unwrap();
        assert_eq!(
            (pushed.header.sequence, &pushed.body[..]),
            (0, &expected[..])
        );
        // And where the handler writes the frame itself.
        client.write_header(9, 4711, 0);
        assert_eq!(&client.frame().unwrap().body[..], expected);
    }
}

/// What stands for the value of a type, as the client sends it and as it is sent.
fn parameter(r#type: u32, stand_in: Option<u32>, version: Version, short: bool) -> Vec<u8> {
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|it| it.to_be_bytes()).collect();
    let list = |object: u32| match short || version == TP03 {
        true => numbers(&[object]),
        false => numbers(&[object, 0]),
    };
    match (r#type, stand_in) {
        (0, None) => vec![0; 24],
        (1, None) => numbers(&[3, 9]),
        (2, None) => list(5),
        (3, None) => numbers(&[1, 0]),
        (4, None) => numbers(&[6, 0, 0, 0, 0, 0, 0]),
        (5, None) => numbers(&[1, 0, 0, 0]),
        (6, None) => numbers(&[0, 0]),
        (7, None) => [&numbers(&[8, 1])[..], b"x"].concat(),
        (8, None) => numbers(&[7, 1, 1]),
        (8, Some(2)) => list(7),
        (9, None) => numbers(&[3, 8, 9, 8, 1, 1]),
        (9, Some(6)) => [
            &numbers(&[2, 8, 8])[..],
            b"object 8",
            &numbers(&[1, 9, 8]),
            b"object 9",
            &numbers(&[1, 3, 8, 1, 9, 1, 8, 1]),
        ]
        .concat(),
        (10 | 11, Some(6)) => numbers(&[0, 0]),
        (10, None) => numbers(&[0, 0, 0, 0]),
        (11, None) => numbers(&[0, 0, 0]),
        other => panic!("{other:?}"),
    }
}

/// The types of parameters that a client is shown, each with its stand-in.
type Shown = Vec<(u32, Option<u32>)>;

fn all(stand_ins: &[(u32, u32)]) -> Shown {
    let stand_in = |r#type| stand_ins.iter().find(|it| it.0 == r#type).map(|it| it.1);
    (0..12).map(|r#type| (r#type, stand_in(r#type))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_go_both_ways_in_the_types_that_each_client_knows() {
    let (server, handler) = serve().await;
    let cpp = || {
        let mut shown = all(&[(8, 2), (9, 6), (10, 6), (11, 6)]);
        shown.retain(|(r#type, _)| ![3, 4, 5, 7].contains(r#type));
        shown
    };
    let lists = &[(10, 6), (11, 6)];
    for (name, version, shown) in [
        (PYTHON, TP03, all(&[(8, 2), (9, 6), (10, 6), (11, 6)])),
        (PYTHON, TP04, all(&[])),
        (CPP, TP03, cpp()),
        (CPP, TP04, cpp()),
        (JAVA, TP03, all(lists)),
        (JAVA, TP04, all(&[])),
        (OTHER, TP03, all(lists)),
        (OTHER, TP04, all(&[])),
    ] {
        let who = format!("{name} in {version}");
        let mut client = named(address(&server), version, name);
        let desc = body(&mut client, &game::GetOrderDesc { ids: vec![ID] });
        let (desc, rest) = OrderDesc::decode(version, &desc).unwrap();
        assert!(rest.is_empty());
        let types: Vec<u32> = desc.order_params_types().collect();
        let expected: Vec<u32> = shown.iter().map(|it| it.1.unwrap_or(it.0)).collect();
        assert_eq!(types, expected, "{who}");

        let shape = |short| {
            let each = shown.iter();
            let each = each.map(|it| parameter(it.0, it.1, version, short));
            each.collect::<Vec<_>>().concat()
        };
        let get = game::GetOrder {
            id: ID,
            slots: vec![0],
        };
        let head = game::Order {
            id: ID,
            slot: 0.into(),
            otype: ID,
            ..game::Order::default()
        };
        // libtpproto-cpp has no list of types behind an object.
        let expected = [encoded(version, &head), shape(name == CPP)].concat();
        assert_eq!(body(&mut client, &get), expected, "{who}");

        let sent = shape(name == CPP);
        let order = game::Order {
            parameters: tp_frames::Parameters::from_bytes(version, sent),
            ..head
        };
        body(&mut client, &game::OrderInsert::from(order));
        let given = handler.given.lock().unwrap().pop().unwrap();
        let given = given.parameters.values().to_vec();
        let types: Vec<u32> = given.iter().map(OrderParams::parameter_type).collect();
        let expected: Vec<u32> = shown.iter().map(|it| it.0).collect();
        assert_eq!(types, expected, "{who}");
        for value in given {
            match value {
                OrderParams::Object(object) => assert_eq!(object.objectid, 5),
                OrderParams::Reference(to) => assert_eq!(to.reference, 7),
                OrderParams::ReferenceList(to) => assert_eq!(to.references, [8, 9, 8]),
                _ => {}
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_knows_no_redirect_is_told_in_words() {
    let (server, _) = serve().await;
    for (name, version, knows) in [
        (PYTHON, TP03, false),
        (PYTHON, TP04, false),
        (CPP, TP04, true),
        (JAVA, TP04, true),
        (OTHER, TP03, true),
    ] {
        // Java's text is longer then, but begins the same.
        let string = format!("{name} elsewhere").into();
        let mut client = Client::open(address(&server), version);
        client.send(&game::Connect { string });
        let connecting = client.frame().unwrap();

        let string = name.into();
        let mut client = Client::open(address(&server), version);
        body(&mut client, &game::Connect { string });
        let username = "elsewhere".into();
        let login = game::Login {
            username,
            ..game::Login::default()
        };
        client.send(&login);
        let login = client.frame().unwrap();
        for frame in [connecting, login] {
            if knows {
                assert_eq!(frame.header.r#type, game::Redirect::TYPE, "{name}");
            } else {
                assert_eq!(frame.header.r#type, game::Fail::TYPE, "{name}");
                let (fail, _) = game::Fail::decode(version, &frame.body).unwrap();
                assert_eq!(fail.result, "the game is at tp://example.org now");
            }
        }
    }
}

/// Answers with all that it has to everybody.
struct Its;

impl Handler for Its {
    type Player = ();

    fn quirks(&self, _: &Peer, client: &TpString) -> Quirks {
        assert_eq!(*client, "lookout");
        let mut quirks = Quirks::of(client, TP04);
        quirks.game_end = GameEnd::Ctime;
        quirks
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "welcome"))
    }

    async fn games(&self, _: &Peer) -> Result<Vec<Game>, Refusal> {
        Ok(vec![Game::default()])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_may_know_its_clients_better() {
    let builder = Server::builder().listen("127.0.0.1:0");
    let server = builder.start(Its).await.unwrap();
    let mut client = named(address(&server), TP04, "lookout");
    // What the handler leaves open is there all the same.
    let games = body(&mut client, &game::GetGames {});
    let empty = encoded(TP04, &Game::default());
    assert_eq!(games, [&empty[..], &[0; 4], &[0; 8]].concat());
}
