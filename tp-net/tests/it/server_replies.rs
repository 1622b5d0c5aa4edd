//! Every kind of reply that a game can give, said in every version of the protocol.

use tp_frames::{DecodeOptions, Packet, Request, Semi32, TpString, Version, game};
use tp_net::model::{
    Board, Category, Component, ComponentProperty, Design, DesignComponent, DesignProperty,
    FailCode, FailReference, Feature, Features, Game, GameConnection, GameParameter,
    GameParameterId, IdModtime, Message, MessageReference, Object, ObjectDesc,
    ObjectDescPropertygroup, ObjectDescPropertygroupParameter, ObjectKind, ObjectParams, Order,
    OrderDesc, OrderDescParameter, OrderParams, OrderQueue, OrderResource, Player, Property,
    Refusal, Resource, TimeRemaining, TimeRemainingReason, Vector,
};
use tp_net::server::{
    Caller, ConnectReply, CreateAccount, Handler, Login, LoginReply, Peer, Server,
};

use crate::server_client::{Client, address};

/// A game that answers every request, with everything that the answer can have. No field is left to
/// a default: what a new version wants is missing here, until somebody says it.
struct Talkative;

/// What there is, and where.
const ID: u32 = 1;

/// What there is not.
const NOTHING: u32 = 2;

fn text() -> Result<TpString, Refusal> {
    Ok("done".into())
}

fn ids() -> Result<Vec<IdModtime>, Refusal> {
    Ok(vec![IdModtime { id: ID, modtime: 2 }])
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

impl Handler for Talkative {
    type Player = ();

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

    async fn create_account(&self, _: &Peer, _: CreateAccount) -> Result<TpString, Refusal> {
        text()
    }

    async fn ping(&self, _: &Peer) -> Result<TpString, Refusal> {
        text()
    }

    async fn get_features(&self, _: &Peer) -> Result<Features, Refusal> {
        Ok(features())
    }

    async fn get_games(&self, _: &Peer) -> Result<Vec<Game>, Refusal> {
        Ok(vec![game()])
    }

    async fn get_time_remaining(&self, _: &Peer) -> Result<TimeRemaining, Refusal> {
        Ok(time_remaining())
    }

    async fn finish_turn(&self, _: By<'_>) -> Result<TpString, Refusal> {
        text()
    }

    async fn get_object_ids(&self, _: By<'_>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn object_ids_by_position(
        &self,
        _: By<'_>,
        _: Vector,
        _: u64,
    ) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_object_ids_by_container(
        &self,
        _: By<'_>,
        _: u32,
    ) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_object(&self, _: By<'_>, id: u32) -> Result<Object, Refusal> {
        match id {
            ID => Ok(object()),
            _ => Err(refusal()),
        }
    }

    async fn modify_object(&self, _: By<'_>, _: Object) -> Result<Object, Refusal> {
        Ok(object())
    }

    async fn get_object_desc_ids(
        &self,
        _: By<'_>,
        _: Option<u64>,
    ) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_object_desc(&self, _: By<'_>, _: u32) -> Result<ObjectDesc, Refusal> {
        Ok(object_desc())
    }

    async fn object_order_queue(&self, _: By<'_>, _: u32) -> Result<u32, Refusal> {
        Ok(ID)
    }

    async fn order_queue_object(&self, _: By<'_>, _: u32) -> Result<u32, Refusal> {
        Ok(ID)
    }

    async fn get_order_queue_ids(
        &self,
        _: By<'_>,
        _: Option<u64>,
    ) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_order_queue(&self, _: By<'_>, _: u32) -> Result<OrderQueue, Refusal> {
        Ok(order_queue())
    }

    async fn get_order_desc_ids(
        &self,
        _: By<'_>,
        _: Option<u64>,
    ) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_order_desc(&self, _: By<'_>, _: u32) -> Result<OrderDesc, Refusal> {
        Ok(order_desc())
    }

    async fn get_order(&self, _: By<'_>, _: u32, _: u32) -> Result<Order, Refusal> {
        Ok(order())
    }

    async fn insert_order(&self, _: By<'_>, _: Order) -> Result<Order, Refusal> {
        Ok(order())
    }

    async fn probe_order(&self, _: By<'_>, _: Order) -> Result<Order, Refusal> {
        Ok(order())
    }

    async fn remove_order(&self, _: By<'_>, _: u32, _: u32) -> Result<TpString, Refusal> {
        text()
    }

    async fn get_board_ids(&self, _: By<'_>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_board(&self, _: By<'_>, _: u32) -> Result<Board, Refusal> {
        Ok(board())
    }

    async fn get_message(&self, _: By<'_>, _: u32, _: u32) -> Result<Message, Refusal> {
        Ok(message())
    }

    async fn post_message(&self, _: By<'_>, _: Message) -> Result<TpString, Refusal> {
        text()
    }

    async fn remove_message(&self, _: By<'_>, _: u32, _: u32) -> Result<TpString, Refusal> {
        text()
    }

    async fn get_resource_ids(&self, _: By<'_>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_resource(&self, _: By<'_>, _: u32) -> Result<Resource, Refusal> {
        Ok(resource())
    }

    async fn get_player_ids(&self, _: By<'_>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_player(&self, _: By<'_>, _: u32) -> Result<Player, Refusal> {
        Ok(player())
    }

    async fn get_category_ids(&self, _: By<'_>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_category(&self, _: By<'_>, _: u32) -> Result<Category, Refusal> {
        Ok(category())
    }

    async fn add_category(&self, _: By<'_>, _: Category) -> Result<Category, Refusal> {
        Ok(category())
    }

    async fn remove_category(&self, _: By<'_>, _: u32) -> Result<TpString, Refusal> {
        text()
    }

    async fn get_design_ids(&self, _: By<'_>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_design(&self, _: By<'_>, _: u32) -> Result<Design, Refusal> {
        Ok(design())
    }

    async fn add_design(&self, _: By<'_>, _: Design) -> Result<Design, Refusal> {
        Ok(design())
    }

    async fn modify_design(&self, _: By<'_>, _: Design) -> Result<Design, Refusal> {
        Ok(design())
    }

    async fn remove_design(&self, _: By<'_>, _: u32) -> Result<TpString, Refusal> {
        text()
    }

    async fn get_component_ids(
        &self,
        _: By<'_>,
        _: Option<u64>,
    ) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_component(&self, _: By<'_>, _: u32) -> Result<Component, Refusal> {
        Ok(component())
    }

    async fn get_property_ids(&self, _: By<'_>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        ids()
    }

    async fn get_property(&self, _: By<'_>, _: u32) -> Result<Property, Refusal> {
        Ok(property())
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
    assert_eq!(says::<Game>(client, &game::GetGames {}), game());
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
        assert_eq!(said.modtimes, ids().unwrap());
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
    let object = object_frame(version);
    let said: game::Object = says(client, &game::GetObjectsByID { ids: ids() });
    assert_eq!(said, object);
    let said: game::Object = says(client, &game::GetObjectsByPos::default());
    assert_eq!(said, object);
    let said: OrderDesc = says(client, &game::GetOrderDesc { ids: ids() });
    assert_eq!(said, order_desc());

    let (id, order) = (ID, order_frame());
    let get = game::GetOrder { id, slots: slots() };
    assert_eq!(says::<game::Order>(client, &get), order);
    let probe = game::OrderProbe::from(order.clone());
    assert_eq!(says::<game::Order>(client, &probe), order);
    let insert = game::OrderInsert::from(order.clone());
    match version {
        game::TP03 => drop(says::<game::Okay>(client, &insert)),
        _ => assert_eq!(says::<game::Order>(client, &insert), order),
    }
    done(client, &game::RemoveOrder { id, slots: slots() });

    let said: Board = says(client, &game::GetBoards { ids: ids() });
    assert_eq!(said, board());
    let get = game::GetMessage { id, slots: slots() };
    assert_eq!(says::<Message>(client, &get), message());
    done(client, &game::PostMessage::from(message()));
    done(client, &game::RemoveMessage { id, slots: slots() });

    let said: Resource = says(client, &game::GetResource { ids: ids() });
    assert_eq!(said, resource());
    let said: Player = says(client, &game::GetPlayer { ids: ids() });
    assert_eq!(said, player());
    let said: Category = says(client, &game::GetCategory { ids: ids() });
    assert_eq!(said, category());
    let said: Category = says(client, &game::AddCategory::from(category()));
    assert_eq!(said, category());
    done(client, &game::RemoveCategory { ids: ids() });
    let said: Design = says(client, &game::GetDesign { ids: ids() });
    assert_eq!(said, design());
    let said: Design = says(client, &game::AddDesign::from(design()));
    assert_eq!(said, design());
    let said: Design = says(client, &game::ModifyDesign::from(design()));
    assert_eq!(said, design());
    done(client, &game::RemoveDesign { ids: ids() });
    let said: Component = says(client, &game::GetComponent { ids: ids() });
    assert_eq!(said, component());
    let said: Property = says(client, &game::GetProperty { ids: ids() });
    assert_eq!(said, property());
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
    let said: ObjectDesc = says(client, &game::GetObjectDesc { ids: ids() });
    assert_eq!(said, object_desc());
    let said: OrderQueue = says(client, &game::GetOrderQueue { ids: ids() });
    assert_eq!(said, order_queue());
    let object = object_frame(version);
    let modify = game::ModifyObject::from(object.clone());
    assert_eq!(says::<game::Object>(client, &modify), object);
}
