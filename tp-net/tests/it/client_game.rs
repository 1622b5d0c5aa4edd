//! Plays of all classes of operations, on every client, in both versions, against the demo game.

use tp_frames::{Parameters, TpString};
use tp_net::model::{self, FailCode, Object, OrderDescExt, OrderParams};
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
    let me = ask!(*client, me()).unwrap();
    assert_ne!(me.id, 0, "the real id");
    assert_eq!(ask!(*client, player(me.id)).unwrap(), me);
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

/// The player's first object that takes orders with one parameter, of this type, and what such
/// orders are.
fn commanded(client: &mut AnyClient, parameter: u32) -> (Object, model::OrderDesc) {
    let me = ask!(*client, me()).unwrap();
    let objects = all(ask!(*client, all_objects())).into_iter();
    for object in objects.filter(|it| it.owner() == Some(me.id)) {
        let mut descs = all(ask!(*client, order_descs_of(&object))).into_iter();
        if let Some(desc) = descs.find(|desc| desc.takes(&[parameter])) {
            return (object, desc);
        }
    }
    panic!("nothing takes such orders");
}

fn words(client: &mut AnyClient, _: Versions) {
    let (object, rename) = commanded(client, OrderParams::STRING);
    for name in ["Aton", "Isis", "Ra II", "Osiris", "Thoth I"] {
        let order = rename.order(&object).text(name).build().unwrap();
        let probed = ask!(*client, probe_order(order.clone())).unwrap();
        ask!(*client, insert_order(order)).unwrap();
        let got = all(ask!(*client, all_orders(&object))).remove(0);
        for order in [&probed, &got] {
            let values = order.parameters.values();
            assert!(
                matches!(values, [OrderParams::String(words)] if words.string == name),
                "{order:?}"
            );
        }
        // As it came: its parameters are bytes no longer, and so fit the connection.
        ask!(*client, probe_order(got)).unwrap();
        let queue = ask!(*client, orders_of(&object)).unwrap().queue;
        ask!(*client, remove_order(queue, 0)).unwrap();
    }
    // As long as a name may be, and a letter longer, which is not even sent.
    let nothing = rename.order(&object).unchosen().build().unwrap();
    let probed = ask!(*client, probe_order(nothing)).unwrap();
    let longest = "x".repeat(80);
    let order = rename.order(&object).text(longest.clone()).within(&probed);
    ask!(*client, probe_order(order.build().unwrap())).unwrap();
    let order = rename.order(&object).text(longest + "x").within(&probed);
    let error = order.build().unwrap_err();
    assert_eq!(error.parameter().unwrap(), "Name", "{error}");
}

fn orders(client: &mut AnyClient, versions: Versions) {
    let (object, wait) = commanded(client, OrderParams::TIME);
    let of_object = |client: &mut AnyClient| ask!(*client, orders_of(&object)).unwrap();
    let none = of_object(client);
    let object_is_queue = versions == Versions::only(game::TP03);
    assert_eq!(none.queue == object.id, object_is_queue);
    assert_eq!(none.most.is_none(), object_is_queue);
    assert!(none.types.contains(&wait.id));
    for turns in [1, 2, 3] {
        let order = wait.order(&object).number(turns).before(0).build().unwrap();
        ask!(*client, insert_order(order)).unwrap();
    }
    assert_eq!(of_object(client).number, none.number + 3);
    let turns: Vec<i32> = all(ask!(*client, all_orders(&object)))
        .iter()
        .map(|order| match order.parameters.values() {
            [OrderParams::Time(time)] => time.turns,
            _ => panic!("{order:?}"),
        })
        .collect();
    assert_eq!(turns, [3, 2, 1]);
    let twice = all(ask!(*client, remove_orders(none.queue, [0, 0])));
    assert_eq!(twice.len(), 2);
    let second = ask!(*client, order(none.queue, 0)).unwrap();
    assert_eq!(
        all(ask!(*client, orders(none.queue, [0, 1])))[0],
        second.clone()
    );
    assert_eq!(
        all(ask!(*client, remove_orders(none.queue, [0, 1]))).len(),
        2
    );
    let gone = ask!(*client, orders(none.queue, [0])).unwrap();
    assert!(gone[0].as_ref().unwrap_err().is_refused());
    assert!(
        ask!(*client, order(none.queue, 0))
            .unwrap_err()
            .is_refused()
    );
    // What takes no orders has none, and what is not the player's says nothing of them.
    for object in all(ask!(*client, all_objects())) {
        let orders = ask!(*client, orders_of(&object)).unwrap();
        let me = ask!(*client, me()).unwrap();
        assert_eq!(!orders.types.is_empty(), object.owner() == Some(me.id));
        let number = all(ask!(*client, all_orders(object))).len();
        assert_eq!(number, orders.number as usize);
    }
}

/// The first object that the player may rename, and the universe, which the player may not.
fn names(client: &mut AnyClient, versions: Versions) {
    if versions == Versions::only(game::TP03) {
        return;
    }
    let me = ask!(*client, me()).unwrap();
    let objects = all(ask!(*client, all_objects()));
    let own = objects.iter().find(|it| it.owner() == Some(me.id)).unwrap();
    let renamed = |object: &Object, name: &TpString| Object {
        name: name.clone(),
        ..object.clone()
    };
    for name in ["Renamed".into(), own.name.clone()] {
        let said = ask!(*client, modify_object(renamed(own, &name))).unwrap();
        assert_eq!(said.name, name);
        assert_eq!(ask!(*client, object(own.id)).unwrap().name, name);
    }
    let mine = renamed(&objects[0], &"Mine".into());
    let refused = ask!(*client, modify_object(mine)).unwrap_err();
    assert!(refused.is_refused(), "{refused}");
}

fn messages(client: &mut AnyClient, _: Versions) {
    let mine = ask!(*client, board(0)).unwrap();
    let about = model::MessageReference::board(mine.id);
    for board in [0, mine.id] {
        let message = model::Message::new(board, "to myself").about(about);
        ask!(*client, post_message(message.body("remember"))).unwrap();
    }
    let board = ask!(*client, board(mine.id)).unwrap();
    assert_eq!(board.messages, mine.messages + 2);
    let all_messages = all(ask!(*client, all_messages(0)));
    assert_eq!(all_messages.len(), board.messages as usize);
    let last = mine.messages;
    let twice = all(ask!(*client, remove_messages(mine.id, [last, last])));
    assert_eq!(twice.len(), 2);
    let read = ask!(*client, message(mine.id, last)).unwrap();
    assert_eq!(
        (&read.subject, &read.body),
        (&"to myself".into(), &"remember".into())
    );
    assert!(read.references.contains(&about));
    assert_eq!(all_messages.last().unwrap().body, read.body);
    ask!(*client, remove_message(mine.id, last)).unwrap();
    let board = ask!(*client, board(mine.id)).unwrap();
    assert_eq!(board.messages, mine.messages);
}

fn designs(client: &mut AnyClient, _: Versions) {
    let category = model::Category {
        name: "mine".into(),
        ..Default::default()
    };
    let category = ask!(*client, add_category(category)).unwrap();
    assert_eq!(category.name, "mine");
    let component = all(ask!(*client, all::<game::Component>())).remove(0);
    let boat = model::Design::new("boat").component(component.id, 1);
    let boat = component
        .catlist
        .iter()
        .fold(boat, |it, id| it.category(*id));
    let design = ask!(*client, add_design(boat)).unwrap();
    let mut design = design.component(component.id, 2);
    design.name = "ship".into();
    let design = ask!(*client, modify_design(design)).unwrap();
    assert_eq!(
        (&design.name, design.number_of(component.id)),
        (&"ship".into(), 3)
    );
    let id = design.id.get().unwrap();
    assert_eq!(ask!(*client, design(id)).unwrap(), design);
    ask!(*client, remove_design(id)).unwrap();
    assert!(ask!(*client, design(id)).unwrap_err().is_refused());
    let id = category.id.get().unwrap();
    ask!(*client, remove_category(id)).unwrap();
    assert!(ask!(*client, category(id)).unwrap_err().is_refused());
}

/// The examples, as they are, against the demo game.
mod examples {
    use std::process::Command;

    use tp_net::server::Server;
    use tp_net::{Versions, game};

    /// The bots, one for each API.
    const BOTS: [&str; 3] = ["bot", "bot_blocking", "bot_polling"];

    /// Runs an example against a game that speaks these versions; gives what it printed.
    fn run(name: &str, versions: Versions) -> String {
        let server = Server::builder().versions(versions).listen("127.0.0.1:0");
        let serving = tp_game::Game::new(7).serve_by(server).unwrap();
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
        assert!(run("game_loop", Versions::all()).lines().count() > 10);
    }

    #[test]
    fn the_bots_play_ten_turns_in_every_version() {
        for name in BOTS {
            for version in [game::TP03, game::TP04] {
                let said = run(name, Versions::only(version));
                for turn in [1, 10] {
                    let sent = format!("turn {turn}: ");
                    assert!(said.contains(&sent), "{name} in {version}: {said}");
                }
                let news = said.lines().any(|line| !line.starts_with("turn "));
                assert!(news, "{name} in {version} reads no news: {said}");
            }
        }
    }

    #[test]
    fn the_bots_are_short_and_know_nothing_of_the_protocol() {
        for name in BOTS {
            let path = format!("{}/examples/{name}.rs", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let lines = text.lines().map(str::trim);
            let lines: Vec<_> = lines
                .filter(|line| !line.is_empty() && !line.starts_with("//"))
                .collect();
            assert!(lines.len() <= 35, "{name} has {} lines", lines.len());
            let program = lines.concat();
            for word in [
                "TP03",
                "TP04",
                "Version",
                "Frame",
                "game::",
                "tp_frames",
                "r#type",
            ] {
                assert!(!program.contains(word), "{name} says {word}");
            }
        }
    }
}
