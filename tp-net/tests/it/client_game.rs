//! Plays of all classes of operations, on every client, in both versions, against the demo game.

use tp_frames::{Parameters, TpString};
use tp_net::model::{self, FailCode, Object, OrderParams};
use tp_net::{BatchResult, Error, IdListQuery, Versions, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::options;

/// What a logged-in client does. It leaves the game as it was, but for messages of the game's own.
type Play = fn(&mut AnyClient, Versions);

const PLAYS: [(&str, Play); 8] = [
    ("every list of ids and every thing on it", lists),
    ("pages are the whole list", pages),
    ("objects by place and container", places),
    ("an own object is renamed and a foreign one is not", names),
    ("orders with words keep them to the letter", words),
    ("orders are given, read and taken back", orders),
    ("messages are posted, read and removed", messages),
    (
        "categories and designs are added, changed and removed",
        designs,
    ),
];

/// Version, and whether strings are padded.
pub(crate) const FORMS: [(Versions, bool); 3] = [
    (Versions::only(game::TP03), false),
    (Versions::only(game::TP04), false),
    (Versions::only(game::TP04), true),
];

/// Makes an account, enters the game with it, and plays.
pub(crate) fn play(client: &mut AnyClient, versions: Versions, padded: bool, account: &str) {
    if padded {
        ask!(*client, enable_padding()).unwrap();
    }
    enter(client, versions, account);
    for (name, play) in PLAYS {
        eprintln!("{name}");
        play(client, versions);
    }
}

#[test]
fn every_client_plays_in_every_version() {
    for (versions, padded) in FORMS {
        for api in APIS {
            eprintln!("{api:?} {versions:?}, padded: {padded}");
            let game = tp_game::Game::new(7).serve("127.0.0.1:0").unwrap();
            let options = options().versions(versions);
            let mut client = AnyClient::connect(api, game.local_addr(), options).unwrap();
            play(&mut client, versions, padded, "eve");
        }
    }
}

/// What was asked for, all of it.
#[track_caller]
fn all<T>(things: Result<BatchResult<T>, Error>) -> Vec<T> {
    things
        .unwrap()
        .into_iter()
        .map(|thing| thing.unwrap())
        .collect()
}

fn numbers(ids: &[model::IdModtime]) -> Vec<u32> {
    ids.iter().map(|it| it.id).collect()
}

fn enter(client: &mut AnyClient, versions: Versions, account: &str) {
    let wrong = ask!(*client, login("guest", "wrong")).unwrap_err();
    assert!(wrong.is_refused(), "{wrong}");
    let created = ask!(
        *client,
        create_account(account, "s3cret", "eve@example.org", "")
    );
    created.unwrap();
    ask!(*client, login(account, "s3cret")).unwrap();
    let features = ask!(*client, features()).unwrap();
    assert!(features.contains(model::Feature::ACCOUNT_CREATE));
    assert_eq!(
        features.contains(model::Feature::FILTER_PADDING),
        versions == Versions::only(game::TP04)
    );
    assert!(ask!(*client, ping()).unwrap());
    assert_eq!(all(ask!(*client, games())).len(), 1);
    ask!(*client, time_remaining()).unwrap();
    ask!(*client, finish_turn()).unwrap();
}

/// What is on a list of ids is there.
macro_rules! whole {
    ($client:ident, $ids:ident => $things:ident) => {
        let ids = numbers(&ask!(*$client, $ids(None)).unwrap());
        let things = all(ask!(*$client, $things(ids.clone())));
        assert_eq!(things.len(), ids.len(), stringify!($things));
    };
}

fn lists(client: &mut AnyClient, versions: Versions) {
    let objects = numbers(&ask!(*client, object_ids(None)).unwrap());
    assert!(objects.len() > 10);
    let things = all(ask!(*client, objects(objects.clone())));
    assert_eq!(things.iter().map(|it| it.id).collect::<Vec<_>>(), objects);
    for object in &things {
        assert!(
            !matches!(object.parameters, Parameters::Bytes { .. }),
            "{object:?}"
        );
    }
    whole!(client, order_desc_ids => order_descs);
    whole!(client, board_ids => boards);
    whole!(client, resource_ids => resources);
    whole!(client, category_ids => categories);
    whole!(client, design_ids => designs);
    whole!(client, component_ids => components);
    whole!(client, property_ids => properties);
    assert_eq!(all(ask!(*client, players([0]))).len(), 1);
    if versions != Versions::only(game::TP03) {
        whole!(client, object_desc_ids => object_descs);
        whole!(client, order_queue_ids => order_queues);
        whole!(client, player_ids => players);
    }
}

fn pages(client: &mut AnyClient, _: Versions) {
    let whole = numbers(&ask!(*client, ids::<game::Object>(None)).unwrap());
    let mut paged = Vec::new();
    let mut next = Some(IdListQuery::<game::Object>::new().page_size(7));
    while let Some(pages) = next {
        let page = ask!(*client, id_page(pages)).unwrap();
        assert!(page.ids.len() <= 7);
        paged.extend(numbers(&page.ids));
        next = page.next;
    }
    assert_eq!(paged, whole);
}

fn places(client: &mut AnyClient, _: Versions) {
    let universe = all(ask!(*client, objects([0]))).remove(0);
    let inside = ask!(*client, object_ids_by_container(0)).unwrap();
    assert_eq!(numbers(&inside.modtimes), universe.contains);
    let here = model::Vector::new(0, 0, 0);
    let ids = ask!(*client, object_ids_by_position(here, u64::MAX)).unwrap();
    let objects = all(ask!(*client, objects_by_position(here, u64::MAX)));
    let found: Vec<u32> = objects.iter().map(|it| it.id).collect();
    assert_eq!(found, numbers(&ids.modtimes));
    assert!(!found.is_empty());
    let nothing = ask!(*client, objects([0, 999_999])).unwrap();
    assert_eq!(nothing[0].as_ref().unwrap().id, 0);
    let code = nothing[1].as_ref().unwrap_err().refusal().unwrap().code;
    assert_eq!(code, FailCode::NO_SUCH_THING);
}

/// The type of orders that take one parameter, of this type.
fn order_type(client: &mut AnyClient, parameter: u32) -> u32 {
    let ids = numbers(&ask!(*client, order_desc_ids(None)).unwrap());
    let descs = all(ask!(*client, order_descs(ids))).into_iter();
    let mut fit = descs.filter(|desc| desc.order_params_types().eq([parameter]));
    fit.next().expect("such an order").id
}

/// What this player can give orders, such as this one: an object, and whose orders they are in this
/// version.
fn commanded(client: &mut AnyClient, versions: Versions, order: &model::Order) -> (Object, u32) {
    let ids = numbers(&ask!(*client, object_ids(None)).unwrap());
    let me = all(ask!(*client, players([0]))).remove(0).id;
    let objects = all(ask!(*client, objects(ids))).into_iter();
    for object in objects.filter(|it| it.owner() == Some(me)) {
        let order = to(&object, order);
        if ask!(*client, probe_order(order.clone())).is_ok() {
            let place = match versions == Versions::only(game::TP03) {
                true => order.object,
                false => order.queue,
            };
            return (object, place.unwrap());
        }
    }
    panic!("nothing takes orders");
}

/// The order, to this object.
fn to(object: &Object, order: &model::Order) -> model::Order {
    model::Order {
        queue: Some(object.order_queue.unwrap_or(object.id)),
        object: Some(object.id),
        ..order.clone()
    }
}

fn order(otype: u32, parameter: OrderParams) -> model::Order {
    model::Order {
        otype,
        parameters: vec![parameter].into(),
        ..Default::default()
    }
}

fn words(client: &mut AnyClient, versions: Versions) {
    let otype = order_type(client, OrderParams::STRING);
    for name in ["Aton", "Isis", "Ra II", "Osiris", "Thoth I"] {
        let words = game::OrderParamString {
            string: name.into(),
            ..Default::default()
        };
        let order = order(otype, OrderParams::String(words));
        let (object, place) = commanded(client, versions, &order);
        let order = to(&object, &order);
        let probed = ask!(*client, probe_order(order.clone())).unwrap();
        ask!(*client, insert_order(order)).unwrap();
        let got = all(ask!(*client, orders(place, [0]))).remove(0);
        for order in [&probed, &got] {
            let values = order.parameters.values();
            assert!(
                matches!(values, [OrderParams::String(words)] if words.string == name),
                "{order:?}"
            );
        }
        // As it came: its parameters are bytes no longer, and so fit the connection.
        ask!(*client, probe_order(got)).unwrap();
        ask!(*client, remove_orders(place, [0])).unwrap();
    }
}

fn orders(client: &mut AnyClient, versions: Versions) {
    let time = game::OrderParamTime {
        turns: 3,
        maxtime: 0,
    };
    let order = order(
        order_type(client, OrderParams::TIME),
        OrderParams::Time(time),
    );
    let (object, place) = commanded(client, versions, &order);
    for _ in 0..3 {
        ask!(*client, insert_order(to(&object, &order))).unwrap();
    }
    let twice = all(ask!(*client, remove_orders(place, [0, 0])));
    assert_eq!(twice.len(), 2);
    for order in all(ask!(*client, orders(place, [0, 1]))) {
        let values = order.parameters.values();
        assert!(
            matches!(values, [OrderParams::Time(time)] if time.turns == 3),
            "{order:?}"
        );
    }
    assert_eq!(all(ask!(*client, remove_orders(place, [0, 1]))).len(), 2);
    let gone = ask!(*client, orders(place, [0])).unwrap();
    assert!(gone[0].as_ref().unwrap_err().is_refused());
}

/// The first object that the player may rename, and the universe, which the player may not.
fn names(client: &mut AnyClient, versions: Versions) {
    if versions == Versions::only(game::TP03) {
        return;
    }
    let me = all(ask!(*client, players([0]))).remove(0).id;
    let ids = numbers(&ask!(*client, object_ids(None)).unwrap());
    let objects = all(ask!(*client, objects(ids)));
    let own = objects.iter().find(|it| it.owner() == Some(me)).unwrap();
    let renamed = |object: &Object, name: &TpString| Object {
        name: name.clone(),
        ..object.clone()
    };
    for name in ["Renamed".into(), own.name.clone()] {
        let said = ask!(*client, modify_object(renamed(own, &name))).unwrap();
        assert_eq!(said.name, name);
        assert_eq!(all(ask!(*client, objects([own.id]))).remove(0).name, name);
    }
    let mine = renamed(&objects[0], &"Mine".into());
    let refused = ask!(*client, modify_object(mine)).unwrap_err();
    assert!(refused.is_refused(), "{refused}");
}

fn messages(client: &mut AnyClient, _: Versions) {
    let mine = all(ask!(*client, boards([0]))).remove(0);
    let message = model::Message {
        id: mine.id,
        subject: "to myself".into(),
        body: "remember".into(),
        ..Default::default()
    };
    for _ in 0..2 {
        ask!(*client, post_message(message.clone())).unwrap();
    }
    let board = all(ask!(*client, boards([mine.id]))).remove(0);
    assert_eq!(board.messages, mine.messages + 2);
    let last = mine.messages;
    let twice = all(ask!(*client, remove_messages(mine.id, [last, last])));
    assert_eq!(twice.len(), 2);
    let read = all(ask!(*client, messages(mine.id, [last]))).remove(0);
    assert_eq!(read.subject, "to myself");
    let removed = all(ask!(*client, remove_messages(mine.id, [last])));
    assert_eq!(removed.len(), 1);
    let board = all(ask!(*client, boards([mine.id]))).remove(0);
    assert_eq!(board.messages, mine.messages);
}

fn designs(client: &mut AnyClient, _: Versions) {
    let category = model::Category {
        name: "mine".into(),
        ..Default::default()
    };
    let category = ask!(*client, add_category(category)).unwrap();
    assert_eq!(category.name, "mine");
    let component = ask!(*client, component_ids(None)).unwrap()[0].id;
    let catlist = all(ask!(*client, components([component])))
        .remove(0)
        .catlist;
    let design = model::Design {
        name: "boat".into(),
        catlist,
        components: vec![model::DesignComponent {
            componentid: component,
            compquant: 1,
        }],
        ..Default::default()
    };
    let mut design = ask!(*client, add_design(design)).unwrap();
    design.name = "ship".into();
    let design = ask!(*client, modify_design(design)).unwrap();
    assert_eq!(design.name, "ship");
    let id = design.id.get().unwrap();
    assert_eq!(all(ask!(*client, remove_designs([id]))).len(), 1);
    let id = category.id.get().unwrap();
    assert_eq!(all(ask!(*client, remove_categories([id]))).len(), 1);
}

/// The examples, as they are, against the demo game.
mod examples {
    use std::process::Command;

    fn run(name: &str) -> String {
        let serving = tp_game::Game::builder()
            .seed(7)
            .build()
            .serve("127.0.0.1:0")
            .unwrap();
        // Cargo builds examples beside the tests that need them.
        let tests = std::env::current_exe().unwrap();
        let program = tests
            .parent()
            .unwrap()
            .with_file_name("examples")
            .join(name);
        let output = Command::new(program)
            .args([&serving.local_addr().to_string(), "guest", "guest"])
            .output()
            .expect("an example, which `cargo test --test it` alone does not build");
        serving.shutdown();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        said
    }

    #[test]
    fn the_game_loop_sees_the_universe() {
        assert!(run("game_loop").lines().count() > 10);
    }

    #[test]
    fn the_bot_plays_ten_turns() {
        let said = run("bot");
        assert!(said.contains("turn 10: "), "{said}");
        assert!(!said.contains("turn 1: 0 fleets"), "{said}");
    }
}
