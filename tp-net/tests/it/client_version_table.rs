//! Which operation works in which version: one table for every client, against the demo game.

use Outcome::{NotInVersion, Works};
use tp_net::model::{DesignComponent, Message, Object, Order, OrderParams, Vector};
use tp_net::{IdListQuery, Versions, blocking, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::options;

/// What becomes of an operation.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Outcome {
    Works,
    NotInVersion,
}

/// An operation with its arguments, and what becomes of it in TP03 and in TP04.
struct Row {
    call: &'static str,
    run: fn(&mut AnyClient, &Given) -> Outcome,
    outcomes: [Outcome; 2],
}

/// What the arguments are made of.
struct Given {
    /// A fleet of the player's, as it is.
    fleet: Object,
    /// Whose orders it has: the fleet itself in TP03, its queue in TP04.
    place: u32,
}

/// The versions of the table's columns.
const COLUMNS: [tp_frames::Version; 2] = [game::TP03, game::TP04];

/// Runs an operation, of which nothing may fail but all of it in a version that has no such thing.
macro_rules! outcome {
    ($client:ident, $name:ident $(::<$item:ty>)? ($($arg:expr),*)) => {
        match ask!(*$client, $name $(::<$item>)? ($($arg),*)) {
            Ok(what) => {
                let what = format!("{what:?}");
                assert!(!what.contains("Err("), "{}: {what}", stringify!($name));
                Works
            }
            Err(error) if error.is_not_in_version() => NotInVersion,
            Err(error) => panic!("{}: {error}", stringify!($name)),
        }
    };
}

macro_rules! table {
    ($given:ident => $(
        $name:ident $(::<$item:ty>)? ($($arg:expr),*): $tp03:expr, $tp04:expr;
    )*) => {
        [$(Row {
            call: stringify!($name $(::<$item>)? ($($arg),*)),
            run: |client, $given| {
                let _ = $given;
                outcome!(client, $name $(::<$item>)? ($($arg),*))
            },
            outcomes: [$tp03, $tp04],
        }),*]
    };
}

/// Every operation, in an order in which each finds what it needs.
#[rustfmt::skip]
fn operations() -> Vec<Row> {
    table! { given =>
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
        objects([0, FLEET]):                                    Works,        Works;
        objects_by_position(Vector::new(0, 0, 0), 1_000):       Works,        Works;
        modify_object(given.fleet.clone()):                     NotInVersion, Works;
        object_descs([10, 11]):                                 NotInVersion, Works;
        order_descs([1001, WAIT]):                              Works,        Works;
        order_queues([QUEUE]):                                  NotInVersion, Works;
        probe_order(wait()):                                    Works,        Works;
        insert_order(wait()):                                   Works,        Works;
        orders(given.place, [0]):                               Works,        Works;
        remove_orders(given.place, [0]):                        Works,        Works;
        boards([0, 1]):                                         Works,        Works;
        post_message(message()):                                Works,        Works;
        messages(0, [0, 1]):                                    Works,        Works;
        remove_messages(0, [0, 1]):                             Works,        Works;
        resources([1, 2]):                                      Works,        Works;
        players([0, 2]):                                        Works,        Works;
        categories([1, 2]):                                     Works,        Works;
        add_category(category()):                               Works,        Works;
        remove_categories([4]):                                 Works,        Works;
        designs([1, 2]):                                        Works,        Works;
        add_design(boat()):                                     Works,        Works;
        modify_design(boat()):                                  Works,        Works;
        remove_designs([4]):                                    Works,        Works;
        components([1, 2]):                                     Works,        Works;
        properties([1, 2]):                                     Works,        Works;
        enable_padding():                                       NotInVersion, Works;
        finish_turn():                                          Works,        Works;
    }
    .into()
}

/// A fleet of the player in this game, and its order queue, which only TP04 has.
const FLEET: u32 = 42;
const QUEUE: u32 = 10_042;

/// The type of orders that take a time and nothing else.
const WAIT: u32 = 1004;

fn wait() -> Order {
    let time = game::OrderParamTime {
        turns: 3,
        maxtime: 0,
    };
    Order {
        queue: Some(QUEUE),
        object: Some(FLEET),
        otype: WAIT,
        parameters: vec![OrderParams::Time(time)].into(),
        ..Default::default()
    }
}

fn message() -> Message {
    Message {
        subject: "to myself".into(),
        ..Default::default()
    }
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
        name: "boat".into(),
        catlist: vec![2],
        components: vec![DesignComponent {
            componentid: 1,
            compquant: 1,
        }],
        ..Default::default()
    }
}

/// The fleet, as another client of the same player gets it.
fn fleet(address: std::net::SocketAddr) -> Object {
    let mut client = blocking::Client::connect(address, options()).unwrap();
    client.login("guest", "guest").unwrap();
    client.objects([FLEET]).unwrap().remove(0).unwrap()
}

#[test]
fn every_operation_works_or_is_not_in_the_version() {
    assert_eq!(game::VERSIONS, COLUMNS, "a column for each version");
    for (column, version) in COLUMNS.into_iter().enumerate() {
        for api in APIS {
            let game = tp_game::Game::builder().seed(7).build();
            let serving = game.serve("127.0.0.1:0").unwrap();
            let given = Given {
                fleet: fleet(serving.local_addr()),
                place: [FLEET, QUEUE][column],
            };
            let options = options().versions(Versions::only(version));
            let mut client = AnyClient::connect(api, serving.local_addr(), options).unwrap();
            for row in operations() {
                let outcome = (row.run)(&mut client, &given);
                let expected = row.outcomes[column];
                assert_eq!(outcome, expected, "{} in {version}, {api:?}", row.call);
            }
            drop(client);
            serving.shutdown();
        }
    }
}
