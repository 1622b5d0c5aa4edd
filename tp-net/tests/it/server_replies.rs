//! Every kind of reply that a game can give, said in every version of the protocol.

use std::fmt::Debug;

use tp_frames::{DecodeOptions, Packet, Request, Semi32, TpString, Version, game};
use tp_net::model::{
    Board, Category, Component, ComponentProperty, Design, DesignComponent, DesignProperty,
    FailCode, FailReference, Feature, Features, Game, GameConnection, GameParameter,
    GameParameterId, IdModtime, Ids, Message, MessageReference, Object, ObjectDesc,
    ObjectDescPropertygroup, ObjectDescPropertygroupParameter, ObjectKind, ObjectParams, Order,
    OrderDesc, OrderDescParameter, OrderParams, OrderQueue, OrderResource, Player, Property,
    Refusal, Resource, TimeRemaining, TimeRemainingReason, Vector,
};
use tp_net::server::{
    Caller, ConnectReply, CreateAccount, Handler, Login, LoginReply, ObjectTypes, Peer, Server,
};

use crate::server_client::{Client, address};

/// A game that answers every request, with everything that the answer can have. No field is left to
/// a default: what a new version wants is missing here, until somebody says it.
struct Talkative;

/// What there is, and where.
const ID: u32 = 1;

/// What there is not.
const NOTHING: u32 = 2;

fn ids() -> Ids {
    vec![IdModtime { id: ID, modtime: 2 }].into()
}

fn object() -> Object {
    let size = game::ObjectParamSize { size: 7 };
    Object {
        id: ID,
        otype: ID,
        name: "Sol".into(),
        desc: Some("A star".into()),
        parent: Some(0),
        contains: vec![3],
        modtime: 4,
        size: Some(7),
        position: Some(Vector::new(1, 2, 3)),
        velocity: Some(Vector::new(4, 5, 6)),
        order_queue: Some(ID),
        ordertypes: Some(vec![ID]),
        orders: Some(1),
        kind: Some(ObjectKind::StarSystem),
        parameters: vec![ObjectParams::Size(size)].into(),
    }
}

fn object_desc() -> ObjectDesc {
    ObjectDesc {
        id: ID,
        name: "Star".into(),
        description: "Shines".into(),
        modtime: 2,
        propertygroups: vec![ObjectDescPropertygroup {
            propertygroupid: 3,
            groupname: "Size".into(),
            groupdescription: "How large it is".into(),
            parameters: vec![ObjectDescPropertygroupParameter {
                name: "Diameter".into(),
                r#type: 9,
                description: "From side to side".into(),
            }],
        }],
    }
}

fn wait() -> OrderParams {
    OrderParams::Time(game::OrderParamTime {
        turns: 3,
        maxtime: 9,
    })
}

fn order() -> Order {
    Order {
        queue: Some(ID),
        object: Some(ID),
        slot: Some(0),
        otype: ID,
        turns: 3,
        resources: vec![OrderResource { id: 1, amount: 2 }],
        parameters: vec![wait()].into(),
    }
}

fn category() -> Category {
    Category {
        id: ID.into(),
        modtime: 2,
        name: "Ships".into(),
        description: "Whatever flies".into(),
    }
}

fn design() -> Design {
    Design {
        id: ID.into(),
        modtime: 2,
        catlist: vec![ID],
        name: "Scout".into(),
        description: "Sees far".into(),
        inuse: 3.into(),
        owner: Semi32::NONE,
        components: vec![DesignComponent {
            componentid: ID,
            compquant: 4,
        }],
        feedback: "Fine".into(),
        properties: vec![DesignProperty {
            propertyid: ID,
            displaystring: "5".into(),
        }],
    }
}

fn board() -> Board {
    Board {
        id: ID,
        name: "News".into(),
        description: "What everybody may know".into(),
        messages: 2,
        modtime: 3,
    }
}

fn message() -> Message {
    Message {
        id: ID,
        slot: 0.into(),
        msgtypelist: vec![1],
        subject: "Hello".into(),
        body: "Goodbye".into(),
        turn: 2,
        references: vec![MessageReference::object(ID)],
    }
}

fn resource() -> Resource {
    Resource {
        id: ID,
        singularname: "metal".into(),
        pluralname: "metals".into(),
        singularunit: "ton".into(),
        pluralunit: "tons".into(),
        description: "What ships are made of".into(),
        weight: 2,
        size: 3,
        modtime: 4,
    }
}

fn player() -> Player {
    Player {
        id: ID,
        name: "Ada".into(),
        race: "Terran".into(),
        modtime: Some(2),
    }
}

fn component() -> Component {
    Component {
        id: ID,
        modtime: 2,
        catlist: vec![ID],
        name: "Engine".into(),
        description: "Loud".into(),
        requirements: "(lambda (design) #t)".into(),
        properties: vec![ComponentProperty {
            propertyid: ID,
            valuefunc: "(lambda (design) 5)".into(),
        }],
    }
}

fn property() -> Property {
    Property {
        id: ID,
        modtime: 2,
        catlist: vec![ID],
        rank: 3,
        name: "speed".into(),
        displayname: "Speed".into(),
        description: "How fast".into(),
        calculatefunc: "(lambda (design bits) 5)".into(),
        requirementfunc: "(lambda (design) #t)".into(),
    }
}

fn order_queue() -> OrderQueue {
    OrderQueue {
        id: ID,
        serial: 2,
        maxslots: 3,
        numorders: 1,
        ordertypes: vec![ID],
    }
}

fn order_desc() -> OrderDesc {
    OrderDesc {
        id: ID,
        name: "Wait".into(),
        description: "Does nothing".into(),
        parameters: vec![OrderDescParameter {
            name: "Turns".into(),
            r#type: 1,
            description: "How long".into(),
        }],
        modtime: 2,
    }
}

fn time_remaining() -> TimeRemaining {
    TimeRemaining {
        time: 30,
        reason: Some(TimeRemainingReason::TIMER_WARNING),
        turn: Some(2),
        turnname: Some("Turn 2".into()),
        waiting: Some(vec![ID]),
    }
}

fn features() -> Features {
    Features {
        features: vec![Feature::KEEP_ALIVE],
    }
}

fn game() -> Game {
    Game {
        name: "tp".into(),
        key: "k".into(),
        tp: vec!["0.4".into()],
        server: "1".into(),
        sertype: "test".into(),
        rule: "none".into(),
        rulever: "2".into(),
        connections: vec![GameConnection {
            r#type: "tp".into(),
            dns: "game.example".into(),
            ip: "192.0.2.1".into(),
            port: 6923,
        }],
        parameters: vec![GameParameter {
            paramid: GameParameterId::LN,
            stringvalue: "Friday's game".into(),
            intvalue: 0,
        }],
        mediabase: Some("http://media.example".into()),
        ctime: Some(3),
    }
}

fn refusal() -> Refusal {
    Refusal(game::Fail {
        code: FailCode::NO_SUCH_THING,
        result: "there is none".into(),
        references: Some(vec![FailReference::object(NOTHING)]),
    })
}

type By<'a> = &'a Caller<()>;

/// Methods that answer the same to everything.
macro_rules! answers {
    ($($name:ident($($argument:ty),*) -> $reply:ty = $value:expr;)*) => {$(
        async fn $name(&self, $(_: $argument),*) -> Result<$reply, Refusal> {
            Ok($value)
        }
    )*};
}

impl Handler for Talkative {
    type Player = ();

    fn object_types(&self) -> ObjectTypes {
        ObjectTypes::Own(vec![object_desc()])
    }

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![order_desc()]
    }

    async fn connect(&self, _: &Peer, client: TpString) -> Result<ConnectReply, Refusal> {
        Ok(match client == "elsewhere" {
            true => ConnectReply::redirect("tp://example.org"),
            false => ConnectReply::okay("hello"),
        })
    }

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(match login.username == "elsewhere" {
            true => LoginReply::redirect("tp://example.org"),
            false => LoginReply::okay((), "welcome"),
        })
    }

    async fn object(&self, _: By<'_>, id: u32) -> Result<Object, Refusal> {
        match id {
            ID => Ok(object()),
            _ => Err(refusal()),
        }
    }

    answers! {
        create_account(&Peer, CreateAccount) -> TpString = "done".into();
        ping(&Peer) -> TpString = "done".into();
        features(&Peer) -> Features = features();
        games(&Peer) -> Vec<Game> = vec![game()];
        time_remaining(&Peer) -> TimeRemaining = time_remaining();
        finish_turn(By<'_>) -> TpString = "done".into();
        object_ids(By<'_>, Option<u64>) -> Ids = ids();
        object_ids_by_position(By<'_>, Vector, u64) -> Ids = ids();
        object_ids_by_container(By<'_>, u32) -> Ids = ids();
        modify_object(By<'_>, Object) -> Object = object();
        object_order_queue(By<'_>, u32) -> u32 = ID;
        order_queue_object(By<'_>, u32) -> u32 = ID;
        order_queue_ids(By<'_>, Option<u64>) -> Ids = ids();
        order_queue(By<'_>, u32) -> OrderQueue = order_queue();
        order(By<'_>, u32, u32) -> Order = order();
        insert_order(By<'_>, Order) -> Order = order();
        probe_order(By<'_>, Order) -> Order = order();
        remove_order(By<'_>, u32, u32) -> TpString = "done".into();
        board_ids(By<'_>, Option<u64>) -> Ids = ids();
        board(By<'_>, u32) -> Board = board();
        message(By<'_>, u32, u32) -> Message = message();
        post_message(By<'_>, Message) -> TpString = "done".into();
        remove_message(By<'_>, u32, u32) -> TpString = "done".into();
        resource_ids(By<'_>, Option<u64>) -> Ids = ids();
        resource(By<'_>, u32) -> Resource = resource();
        player_ids(By<'_>, Option<u64>) -> Ids = ids();
        player(By<'_>, u32) -> Player = player();
        category_ids(By<'_>, Option<u64>) -> Ids = ids();
        category(By<'_>, u32) -> Category = category();
        add_category(By<'_>, Category) -> Category = category();
        remove_category(By<'_>, u32) -> TpString = "done".into();
        design_ids(By<'_>, Option<u64>) -> Ids = ids();
        design(By<'_>, u32) -> Design = design();
        add_design(By<'_>, Design) -> Design = design();
        modify_design(By<'_>, Design) -> Design = design();
        remove_design(By<'_>, u32) -> TpString = "done".into();
        component_ids(By<'_>, Option<u64>) -> Ids = ids();
        component(By<'_>, u32) -> Component = component();
        property_ids(By<'_>, Option<u64>) -> Ids = ids();
        property(By<'_>, u32) -> Property = property();
    }
}

/// The reply, which must be a `P` without a byte too many.
#[track_caller]
fn says<P: Packet>(client: &mut Client, request: &impl Request) -> P {
    let sequence = client.send(request);
    let frame = client.frame().unwrap();
    let r#type = frame.header.r#type;
    let expected = (client.version, sequence, P::TYPE);
    let said = (frame.header.version, frame.header.sequence, r#type);
    assert_eq!(said, expected, "version, number and type of {}", P::NAME);
    let strict = DecodeOptions::new().strict(true);
    let (packet, rest) = frame.decode::<P>(&strict).unwrap();
    assert!(
        rest.is_empty(),
        "{} has {} bytes too many",
        P::NAME,
        rest.len()
    );
    packet
}

/// The reply is this.
#[track_caller]
fn tells<P: Packet + Debug + PartialEq>(client: &mut Client, request: &impl Request, reply: P) {
    assert_eq!(says::<P>(client, request), reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reply_is_said_in_every_version() {
    let builder = Server::builder().listen("127.0.0.1:0");
    let server = builder.start(Talkative).await.unwrap();
    for version in game::VERSIONS {
        elsewhere(address(&server), *version);
        let mut client = Client::ready(address(&server), *version);
        let client = &mut client;
        for_everybody(client, *version);
        ids_of_everything(client, *version);
        things(client, *version);
        if *version != game::TP03 {
            since_tp04(client);
        }
    }
}

fn elsewhere(address: std::net::SocketAddr, version: Version) {
    let mut client = Client::open(address, version);
    let connect = |string: &str| game::Connect {
        string: string.into(),
    };
    let redirect: game::Redirect = says(&mut client, &connect("elsewhere"));
    assert_eq!(redirect.uri, "tp://example.org");
    let mut client = Client::open(address, version);
    let okay: game::Okay = says(&mut client, &connect("here"));
    assert_eq!(okay.result, "hello");
    let login = |username: &str| game::Login {
        username: username.into(),
        password: "".into(),
    };
    let redirect: game::Redirect = says(&mut client, &login("elsewhere"));
    assert_eq!(redirect.uri, "tp://example.org");
}

/// An Okay with the text of the game.
#[track_caller]
fn done(client: &mut Client, request: &impl Request) {
    assert_eq!(says::<game::Okay>(client, request).result, "done");
}

fn for_everybody(client: &mut Client, version: Version) {
    done(client, &game::Ping {});
    done(client, &game::CreateAccount::default());
    let said: Features = says(client, &game::GetFeatures {});
    assert!(said.contains(Feature::KEEP_ALIVE));
    // A client that is not known gets the published frame.
    let published = match version {
        game::TP03 => Game {
            mediabase: None,
            ctime: None,
            ..game()
        },
        _ => Game {
            ctime: None,
            ..game()
        },
    };
    tells(client, &game::GetGames {}, published);
    let said: TimeRemaining = says(client, &game::GetTimeRemaining {});
    let told = match version {
        game::TP03 => TimeRemaining {
            time: 30,
            reason: None,
            turn: None,
            turnname: None,
            waiting: None,
        },
        _ => time_remaining(),
    };
    assert_eq!(said, told);
    done(client, &game::FinishedTurn {});
    let said: game::Fail = says(client, &game::GetObjectsByID { ids: vec![NOTHING] });
    let told = match version {
        game::TP03 => game::Fail {
            references: None,
            ..refusal().0
        },
        _ => refusal().0,
    };
    assert_eq!(said, told);
}

macro_rules! ids_of {
    ($client:ident, $version:ident, $($request:ident => $reply:ident),* $(,)?) => {$(
        let said: game::$reply = says($client, &game::$request::default());
        assert_eq!(said.modtimes, ids()[..]);
        assert_eq!(said.from.is_some(), $version != game::TP03);
    )*};
}

fn ids_of_everything(client: &mut Client, version: Version) {
    ids_of!(
        client, version,
        GetObjectIDs => ObjectIDs,
        GetObjectIDsByPos => ObjectIDs,
        GetObjectIDsByContainer => ObjectIDs,
        GetOrderDescIDs => OrderDescIDs,
        GetBoardIDs => BoardIDs,
        GetResourceIDs => ResourceIDs,
        GetCategoryIDs => CategoryIDs,
        GetDesignIDs => DesignIDs,
        GetComponentIDs => ComponentIDs,
        GetPropertyIDs => PropertyIDs,
    );
}

/// The object as a frame of the version.
fn object_frame(version: Version) -> game::Object {
    let is_tp03 = version == game::TP03;
    let size = ObjectParams::Size(game::ObjectParamSize { size: 7 });
    game::Object {
        id: ID,
        otype: if is_tp03 { 2 } else { ID },
        name: "Sol".into(),
        desc: (!is_tp03).then(|| "A star".into()),
        parent: (!is_tp03).then_some(0),
        size: is_tp03.then_some(7),
        pos: is_tp03.then_some(game::ObjectPos { x: 1, y: 2, z: 3 }),
        vel: is_tp03.then_some(game::ObjectVel { x: 4, y: 5, z: 6 }),
        contains: vec![3],
        ordertypes: is_tp03.then(|| vec![ID]),
        orders: is_tp03.then_some(1),
        modtime: 4,
        padding: Default::default(),
        parameters: if is_tp03 { vec![] } else { vec![size] }.into(),
    }
}

fn order_frame() -> game::Order {
    game::Order {
        id: ID,
        slot: 0.into(),
        otype: ID,
        turns: 3,
        resources: vec![OrderResource { id: 1, amount: 2 }],
        parameters: vec![wait()].into(),
    }
}

fn things(client: &mut Client, version: Version) {
    let ids = || vec![ID];
    let slots = || vec![0];
    let object = || object_frame(version);
    tells(client, &game::GetObjectsByID { ids: ids() }, object());
    tells(client, &game::GetObjectsByPos::default(), object());
    tells(client, &game::GetOrderDesc { ids: ids() }, order_desc());

    let (id, order) = (ID, order_frame);
    let get = game::GetOrder { id, slots: slots() };
    tells(client, &get, order());
    tells(client, &game::OrderProbe::from(order()), order());
    let insert = game::OrderInsert::from(order());
    match version {
        game::TP03 => drop(says::<game::Okay>(client, &insert)),
        _ => tells(client, &insert, order()),
    }
    done(client, &game::RemoveOrder { id, slots: slots() });

    tells(client, &game::GetBoards { ids: ids() }, board());
    let get = game::GetMessage { id, slots: slots() };
    tells(client, &get, message());
    done(client, &game::PostMessage::from(message()));
    done(client, &game::RemoveMessage { id, slots: slots() });

    tells(client, &game::GetResource { ids: ids() }, resource());
    let published = Player {
        modtime: None,
        ..player()
    };
    tells(client, &game::GetPlayer { ids: ids() }, published);
    tells(client, &game::GetCategory { ids: ids() }, category());
    tells(client, &game::AddCategory::from(category()), category());
    done(client, &game::RemoveCategory { ids: ids() });
    tells(client, &game::GetDesign { ids: ids() }, design());
    tells(client, &game::AddDesign::from(design()), design());
    tells(client, &game::ModifyDesign::from(design()), design());
    done(client, &game::RemoveDesign { ids: ids() });
    tells(client, &game::GetComponent { ids: ids() }, component());
    tells(client, &game::GetProperty { ids: ids() }, property());
}

fn since_tp04(client: &mut Client) {
    let version = client.version;
    ids_of!(
        client, version,
        GetObjectDescIDs => ObjectDescIDs,
        GetOrderQueueIDs => OrderQueueIDs,
        GetPlayerIDs => PlayerIDs,
    );
    let ids = || vec![ID];
    tells(client, &game::GetObjectDesc { ids: ids() }, object_desc());
    tells(client, &game::GetOrderQueue { ids: ids() }, order_queue());
    let object = object_frame(version);
    let modify = game::ModifyObject::from(object.clone());
    tells(client, &modify, object);
}
