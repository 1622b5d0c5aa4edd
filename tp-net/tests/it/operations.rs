//! Every operation: what every client is tried with, and which works in which version.

use std::sync::LazyLock;

use Outcome::{NotInVersion, Refused, Works};
use tp_game::Game;
use tp_net::model::{Message, MessageReference, Object, Order, OrderDescExt, Vector};
use tp_net::polling::{self, Answer};
use tp_net::{Error, IdListQuery, Versions, blocking, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::options;

/// What becomes of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome {
    Works,
    /// All of it, or a part.
    Refused,
    NotInVersion,
}

/// What an operation gave, as text.
pub(crate) type Shown = Result<String, Error>;

/// Takes what one operation gave from its answer.
pub(crate) type Redeem = Box<dyn FnOnce(&mut Answer) -> Option<Shown>>;

/// An operation with its arguments, to be run to its end or only to be asked, and what becomes of it
/// in TP03 and in TP04. It is told whose orders the player's fleet has.
pub(crate) struct Operation {
    pub(crate) call: &'static str,
    pub(crate) run: fn(&mut AnyClient, u32) -> Shown,
    pub(crate) begin: fn(&mut polling::Client, u32) -> Redeem,
    outcomes: [Outcome; 2],
}

/// The versions of the table's columns.
const COLUMNS: [tp_frames::Version; 2] = [game::TP03, game::TP04];

/// What came, without what differs from game to game: the ports.
fn shown(what: impl std::fmt::Debug) -> String {
    let text = format!("{what:?}");
    let mut parts = text.split("port: ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |before, part| {
        let after = part.trim_start_matches(|it: char| it.is_ascii_digit());
        format!("{before}port: {after}")
    })
}

macro_rules! table {
    ($place:ident => $(
        $name:ident $(::<$item:ty>)? ($($arg:expr),*): $tp03:expr, $tp04:expr;
    )*) => {
        [$(Operation {
            call: stringify!($name $(::<$item>)? ($($arg),*)),
            run: |client, $place| {
                let _ = $place;
                ask!(*client, $name $(::<$item>)? ($($arg),*)).map(shown)
            },
            begin: |client, $place| {
                let _ = $place;
                let ticket = client.$name $(::<$item>)? ($($arg),*).unwrap();
                Box::new(move |answer| Some(answer.redeem(&ticket)?.map(shown)))
            },
            outcomes: [$tp03, $tp04],
        }),*]
    };
}

/// Every operation, in an order in which each finds what it needs.
#[rustfmt::skip]
pub(crate) fn operations() -> Vec<Operation> {
    table! { place =>
        create_account("eve", "s3cret", "eve@example.org", ""): Works,        Works;
        login("guest", "guest"):                                Works,        Works;
        ping():                                                 Works,        Works;
        features():                                             Works,        Works;
        games():                                                Works,        Works;
        time_remaining():                                       Works,        Works;
        ids::<game::Object>(None):                              Works,        Works;
        ids::<game::ObjectDesc>(None):                          NotInVersion, Works;
        ids::<game::OrderDesc>(None):                           Works,        Works;
        ids::<game::OrderQueue>(None):                          NotInVersion, Works;
        ids::<game::Board>(None):                               Works,        Works;
        ids::<game::Resource>(None):                            Works,        Works;
        ids::<game::Player>(None):                              NotInVersion, Works;
        ids::<game::Category>(None):                            Works,        Works;
        ids::<game::Design>(None):                              Works,        Works;
        ids::<game::Component>(None):                           Works,        Works;
        ids::<game::Property>(None):                            Works,        Works;
        id_page(IdListQuery::<game::Object>::new()):            Works,        Works;
        id_page(IdListQuery::<game::ObjectDesc>::new()):        NotInVersion, Works;
        id_page(IdListQuery::<game::OrderDesc>::new()):         Works,        Works;
        id_page(IdListQuery::<game::OrderQueue>::new()):        NotInVersion, Works;
        id_page(IdListQuery::<game::Board>::new()):             Works,        Works;
        id_page(IdListQuery::<game::Resource>::new()):          Works,        Works;
        id_page(IdListQuery::<game::Player>::new()):            NotInVersion, Works;
        id_page(IdListQuery::<game::Category>::new()):          Works,        Works;
        id_page(IdListQuery::<game::Design>::new()):            Works,        Works;
        id_page(IdListQuery::<game::Component>::new()):         Works,        Works;
        id_page(IdListQuery::<game::Property>::new()):          Works,        Works;
        get::<game::Object>([0, FLEET]):                        Works,        Works;
        get::<game::ObjectDesc>([10, 11]):                      NotInVersion, Works;
        get::<game::OrderDesc>([1001, WAIT]):                   Works,        Works;
        get::<game::OrderQueue>([QUEUE]):                       NotInVersion, Works;
        get::<game::Board>([0, 1]):                             Works,        Works;
        get::<game::Resource>([1, 2]):                          Works,        Works;
        get::<game::Player>([0, 2]):                            Works,        Works;
        get::<game::Category>([1, 2]):                          Works,        Works;
        get::<game::Design>([1, 2]):                            Works,        Works;
        get::<game::Component>([1, 2]):                         Works,        Works;
        get::<game::Property>([1, 2]):                          Works,        Works;
        get_one::<game::Object>(FLEET):                         Works,        Works;
        get_one::<game::ObjectDesc>(10):                        NotInVersion, Works;
        get_one::<game::OrderDesc>(1001):                       Works,        Works;
        get_one::<game::OrderQueue>(QUEUE):                     NotInVersion, Works;
        get_one::<game::Board>(0):                              Works,        Works;
        get_one::<game::Board>(9):                              Refused,      Refused;
        get_one::<game::Resource>(1):                           Works,        Works;
        get_one::<game::Player>(0):                             Works,        Works;
        get_one::<game::Category>(1):                           Works,        Works;
        get_one::<game::Design>(1):                             Works,        Works;
        get_one::<game::Component>(1):                          Works,        Works;
        get_one::<game::Property>(1):                           Works,        Works;
        all::<game::Object>():                                  Works,        Works;
        all::<game::ObjectDesc>():                              NotInVersion, Works;
        all::<game::OrderDesc>():                               Works,        Works;
        all::<game::OrderQueue>():                              NotInVersion, Works;
        all::<game::Board>():                                   Works,        Works;
        all::<game::Resource>():                                Works,        Works;
        all::<game::Player>():                                  NotInVersion, Works;
        all::<game::Category>():                                Works,        Works;
        all::<game::Design>():                                  Works,        Works;
        all::<game::Component>():                               Works,        Works;
        all::<game::Property>():                                Works,        Works;
        object_ids(None):                                       Works,        Works;
        object_ids(Some(1)):                                    NotInVersion, Works;
        object_desc_ids(None):                                  NotInVersion, Works;
        object_desc_ids(Some(1)):                               NotInVersion, Works;
        order_desc_ids(None):                                   Works,        Works;
        order_desc_ids(Some(1)):                                NotInVersion, Works;
        order_queue_ids(None):                                  NotInVersion, Works;
        order_queue_ids(Some(1)):                               NotInVersion, Works;
        board_ids(None):                                        Works,        Works;
        board_ids(Some(1)):                                     NotInVersion, Works;
        resource_ids(None):                                     Works,        Works;
        resource_ids(Some(1)):                                  NotInVersion, Works;
        player_ids(None):                                       NotInVersion, Works;
        player_ids(Some(1)):                                    NotInVersion, Works;
        category_ids(None):                                     Works,        Works;
        category_ids(Some(1)):                                  NotInVersion, Works;
        design_ids(None):                                       Works,        Works;
        design_ids(Some(1)):                                    NotInVersion, Works;
        component_ids(None):                                    Works,        Works;
        component_ids(Some(1)):                                 NotInVersion, Works;
        property_ids(None):                                     Works,        Works;
        property_ids(Some(1)):                                  NotInVersion, Works;
        object_ids_by_position(Vector::new(0, 0, 0), u64::MAX): Works,        Works;
        object_ids_by_container(0):                             Works,        Works;
        object(0):                                              Works,        Works;
        object(FLEET):                                          Works,        Works;
        object(999_999):                                        Refused,      Refused;
        all_objects():                                          Works,        Works;
        objects([0, FLEET]):                                    Works,        Works;
        objects_by_position(Vector::new(0, 0, 0), 1_000):       Works,        Works;
        modify_object(object(FLEET)):                           NotInVersion, Works;
        modify_object(object(0)):                               NotInVersion, Refused;
        object_desc(10):                                        NotInVersion, Works;
        object_descs([10, 11]):                                 NotInVersion, Works;
        order_desc(WAIT):                                       Works,        Works;
        order_descs([1001, WAIT]):                              Works,        Works;
        order_queue(QUEUE):                                     NotInVersion, Works;
        order_queue(9):                                         NotInVersion, Refused;
        order_queues([QUEUE]):                                  NotInVersion, Works;
        order_queues([QUEUE, 9]):                               NotInVersion, Refused;
        probe_order(wait()):                                    Works,        Works;
        insert_order(wait()):                                   Works,        Works;
        orders_of(object(FLEET)):                               Works,        Works;
        order_descs_of(&object(FLEET)):                         Works,        Works;
        all_orders(&object(FLEET)):                             Works,        Works;
        order(place, 0):                                        Works,        Works;
        order(place, 1):                                        Refused,      Refused;
        orders(place, [0]):                                     Works,        Works;
        orders(place, [0, 1]):                                  Refused,      Refused;
        remove_orders(place, [0]):                              Works,        Works;
        remove_order(place, 0):                                 Refused,      Refused;
        insert_order(wait()):                                   Works,        Works;
        remove_order(place, 0):                                 Works,        Works;
        board(0):                                               Works,        Works;
        boards([0, 1]):                                         Works,        Works;
        post_message(message()):                                Works,        Works;
        message(0, 0):                                          Works,        Works;
        message(0, 999):                                        Refused,      Refused;
        all_messages(0):                                        Works,        Works;
        all_messages(9):                                        Refused,      Refused;
        messages(0, [0, 1]):                                    Works,        Works;
        remove_messages(0, [0, 1]):                             Works,        Works;
        post_message(message()):                                Works,        Works;
        remove_message(0, 0):                                   Works,        Works;
        remove_message(0, 999):                                 Refused,      Refused;
        resource(1):                                            Works,        Works;
        resources([1, 2]):                                      Works,        Works;
        me():                                                   Works,        Works;
        player(0):                                              Works,        Works;
        player(2):                                              Works,        Works;
        player(9):                                              Refused,      Refused;
        players([0, 2]):                                        Works,        Works;
        category(1):                                            Works,        Works;
        categories([1, 2]):                                     Works,        Works;
        add_category(category()):                               Works,        Works;
        remove_categories([4]):                                 Works,        Works;
        add_category(category()):                               Works,        Works;
        remove_categories([5, 9]):                              Refused,      Refused;
        add_category(category()):                               Works,        Works;
        remove_category(6):                                     Works,        Works;
        remove_category(6):                                     Refused,      Refused;
        design(1):                                              Works,        Works;
        designs([1, 2]):                                        Works,        Works;
        add_design(boat()):                                     Works,        Works;
        modify_design(boat()):                                  Works,        Works;
        remove_designs([4]):                                    Works,        Works;
        add_design(boat()):                                     Works,        Works;
        remove_designs([5, 9]):                                 Refused,      Refused;
        add_design(boat()):                                     Works,        Works;
        remove_design(6):                                       Works,        Works;
        remove_design(6):                                       Refused,      Refused;
        component(1):                                           Works,        Works;
        components([1, 2]):                                     Works,        Works;
        property(1):                                            Works,        Works;
        properties([1, 2]):                                     Works,        Works;
        enable_padding():                                       NotInVersion, Works;
        finish_turn():                                          Works,        Works;
    }
    .into()
}

/// What the game is made from.
pub(crate) const SEED: u64 = 7;

/// A fleet of the player in this game, and its order queue, which only TP04 has.
const FLEET: u32 = 42;
const QUEUE: u32 = 10_042;

/// Whose orders the fleet has: its own in TP03, its queue's in TP04.
pub(crate) fn place(versions: Versions) -> u32 {
    match versions == Versions::only(game::TP03) {
        true => FLEET,
        false => QUEUE,
    }
}

/// The type of orders that take a time and nothing else.
const WAIT: u32 = 1004;

/// A wait of three turns. What it is made of is the same in every version.
fn wait() -> Order {
    static DESC: LazyLock<game::OrderDesc> =
        LazyLock::new(|| connected().order_desc(WAIT).unwrap());
    DESC.order(&object(FLEET)).number(3).build().unwrap()
}

/// A client of this game.
fn connected() -> blocking::Client {
    static GAME: LazyLock<tp_game::Serving> =
        LazyLock::new(|| Game::new(SEED).serve("127.0.0.1:0").unwrap());
    let mut client = blocking::Client::connect(GAME.local_addr(), options()).unwrap();
    client.login("guest", "guest").unwrap();
    client
}

/// An object of this game, as a client gets it.
fn object(id: u32) -> Object {
    static OBJECTS: LazyLock<Vec<Object>> = LazyLock::new(|| {
        let objects = connected().objects([0, FLEET]).unwrap().into_iter();
        objects.map(|object| object.unwrap()).collect()
    });
    let object = OBJECTS.iter().find(|object| object.id == id);
    object.unwrap().clone()
}

fn message() -> Message {
    Message::new(0, "to myself").about(MessageReference::object(FLEET))
}

fn category() -> game::Category {
    game::Category {
        name: "mine".into(),
        ..Default::default()
    }
}

fn boat() -> game::Design {
    game::Design {
        id: 4.into(),
        ..game::Design::new("boat").category(2).component(1, 1)
    }
}

#[test]
fn every_operation_works_or_is_not_in_the_version() {
    assert_eq!(game::VERSIONS, COLUMNS, "a column for each version");
    for (column, version) in COLUMNS.into_iter().enumerate() {
        for api in APIS {
            let game = Game::new(SEED).serve("127.0.0.1:0").unwrap();
            let versions = Versions::only(version);
            let options = options().versions(versions);
            let mut client = AnyClient::connect(api, game.local_addr(), options).unwrap();
            for operation in operations() {
                let call = format!("{} in {version}, {api:?}", operation.call);
                let outcome = match (operation.run)(&mut client, place(versions)) {
                    Ok(what) if what.contains("Err(") => Refused,
                    Ok(_) => Works,
                    Err(error) if error.is_not_in_version() => NotInVersion,
                    Err(error) if error.is_refused() => Refused,
                    Err(error) => panic!("{call}: {error}"),
                };
                assert_eq!(outcome, operation.outcomes[column], "{call}");
            }
        }
    }
}
