//! Every operation, on every client, in both versions, against the demo game.

use tp_frames::Parameters;
use tp_net::model::{self, FailCode};
use tp_net::{BatchResult, Error, IdListQuery, Versions, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::options;

/// A game of its own and a client that is not logged in, of each API and in each version, and
/// in TP04 with padding and without.
fn with_every_client(play: impl Fn(&mut AnyClient, Versions)) {
    let ways = [
        (Versions::only(game::TP04), false),
        (Versions::only(game::TP04), true),
        (Versions::only(game::TP03), false),
    ];
    for (versions, padded) in ways {
        for api in APIS {
            eprintln!("{api:?} {versions:?}, padded: {padded}");
            let game = tp_game::Game::builder().seed(7).build();
            let serving = game.serve("127.0.0.1:0").unwrap();
            let options = options().versions(versions);
            let mut client = AnyClient::connect(api, serving.local_addr(), options).unwrap();
            if padded {
                ask!(client, enable_padding()).unwrap();
            }
            play(&mut client, versions);
            drop(client);
            serving.shutdown();
        }
    }
}

/// As [`with_every_client`], logged in.
fn in_the_game(play: impl Fn(&mut AnyClient, Versions)) {
    with_every_client(|client, versions| {
        ask!(*client, login("guest", "guest")).unwrap();
        play(client, versions);
    });
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

#[test]
fn accounts_and_the_server() {
    with_every_client(|client, versions| {
        let wrong = ask!(*client, login("guest", "wrong")).unwrap_err();
        assert!(wrong.is_refused(), "{wrong}");
        ask!(
            *client,
            create_account("eve", "s3cret", "eve@example.org", "")
        )
        .unwrap();
        ask!(*client, login("eve", "s3cret")).unwrap();
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
    });
}

#[test]
fn every_list_of_ids_and_every_thing_on_it() {
    in_the_game(|client, versions| {
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
        let ids = numbers(&ask!(*client, order_desc_ids(None)).unwrap());
        assert_eq!(
            all(ask!(*client, order_descs(ids.clone()))).len(),
            ids.len()
        );
        let ids = numbers(&ask!(*client, board_ids(None)).unwrap());
        assert_eq!(all(ask!(*client, boards(ids.clone()))).len(), ids.len());
        let ids = numbers(&ask!(*client, resource_ids(None)).unwrap());
        assert_eq!(all(ask!(*client, resources(ids.clone()))).len(), ids.len());
        let ids = numbers(&ask!(*client, category_ids(None)).unwrap());
        assert_eq!(all(ask!(*client, categories(ids.clone()))).len(), ids.len());
        let ids = numbers(&ask!(*client, design_ids(None)).unwrap());
        assert_eq!(all(ask!(*client, designs(ids.clone()))).len(), ids.len());
        let ids = numbers(&ask!(*client, component_ids(None)).unwrap());
        assert_eq!(all(ask!(*client, components(ids.clone()))).len(), ids.len());
        let ids = numbers(&ask!(*client, property_ids(None)).unwrap());
        assert_eq!(all(ask!(*client, properties(ids.clone()))).len(), ids.len());
        assert_eq!(all(ask!(*client, players([0]))).len(), 1);
        if versions == Versions::only(game::TP03) {
            let errors = [
                ask!(*client, object_desc_ids(None)).unwrap_err(),
                ask!(*client, object_descs([0])).unwrap_err(),
                ask!(*client, order_queue_ids(None)).unwrap_err(),
                ask!(*client, order_queues([0])).unwrap_err(),
                ask!(*client, player_ids(None)).unwrap_err(),
                ask!(*client, modify_object(model::Object::default())).unwrap_err(),
            ];
            for error in errors {
                assert!(matches!(error, Error::NotInVersion { .. }), "{error}");
            }
        } else {
            let ids = numbers(&ask!(*client, object_desc_ids(None)).unwrap());
            assert_eq!(
                all(ask!(*client, object_descs(ids.clone()))).len(),
                ids.len()
            );
            let ids = numbers(&ask!(*client, order_queue_ids(None)).unwrap());
            assert_eq!(
                all(ask!(*client, order_queues(ids.clone()))).len(),
                ids.len()
            );
            let ids = numbers(&ask!(*client, player_ids(None)).unwrap());
            assert_eq!(all(ask!(*client, players(ids.clone()))).len(), ids.len());
        }
    });
}

#[test]
fn pages_are_the_whole_list() {
    in_the_game(|client, _| {
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
    });
}

#[test]
fn objects_by_place_and_container() {
    in_the_game(|client, _| {
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
    });
}

/// Where this player can give orders: queue, object, and a type of order that takes a time.
fn commanded(client: &mut AnyClient) -> (u32, u32, u32) {
    let ids = numbers(&ask!(*client, object_ids(None)).unwrap());
    let waiting = numbers(&ask!(*client, order_desc_ids(None)).unwrap());
    let waiting = all(ask!(*client, order_descs(waiting)));
    let is_wait = |desc: &model::OrderDesc| {
        let mut types = desc.order_params_types();
        types.next() == Some(1) && types.next().is_none()
    };
    let wait = waiting
        .into_iter()
        .find(is_wait)
        .expect("an order that takes a time")
        .id;
    let me = all(ask!(*client, players([0]))).remove(0).id;
    let owned = all(ask!(*client, objects(ids)))
        .into_iter()
        .filter(|it| it.owner() == Some(me));
    for object in owned {
        let queue = object.order_queue.unwrap_or(object.id);
        let order = wait_order(queue, object.id, wait);
        if ask!(*client, probe_order(order)).is_ok() {
            return (queue, object.id, wait);
        }
    }
    panic!("nothing takes orders");
}

fn wait_order(queue: u32, object: u32, otype: u32) -> model::Order {
    let time = game::OrderParamTime {
        turns: 3,
        maxtime: 0,
    };
    model::Order {
        queue: Some(queue),
        object: Some(object),
        otype,
        parameters: Parameters::Values(vec![model::OrderParams::Time(time)]),
        ..Default::default()
    }
}

#[test]
fn orders_with_words_keep_them_to_the_letter() {
    in_the_game(|client, versions| {
        let (queue, object, _) = commanded(client);
        let ids = numbers(&ask!(*client, order_desc_ids(None)).unwrap());
        let descs = all(ask!(*client, order_descs(ids)));
        let wordy = descs.iter().find(|desc| desc.order_params_types().eq([7]));
        let otype = wordy.expect("an order that takes words").id;
        let place = if versions == Versions::only(game::TP03) {
            object
        } else {
            queue
        };
        for name in ["Aton", "Isis", "Ra II", "Osiris", "Thoth I"] {
            let words = game::OrderParamString {
                string: name.into(),
                ..Default::default()
            };
            let values = vec![model::OrderParams::String(words)];
            let order = model::Order {
                parameters: Parameters::Values(values),
                ..wait_order(queue, object, otype)
            };
            let probed = ask!(*client, probe_order(order.clone())).unwrap();
            ask!(*client, insert_order(order)).unwrap();
            let got = all(ask!(*client, orders(place, [0]))).remove(0);
            for order in [&probed, &got] {
                assert!(
                    matches!(
                        order.parameters.values(),
                        [model::OrderParams::String(words)] if words.string == name
                    ),
                    "{order:?}"
                );
            }
            // As it came: its parameters are bytes no longer, and so fit the connection.
            ask!(*client, probe_order(got)).unwrap();
            ask!(*client, remove_orders(place, [0])).unwrap();
        }
    });
}

#[test]
fn orders_are_given_read_and_taken_back() {
    in_the_game(|client, versions| {
        let (queue, object, wait) = commanded(client);
        let place = if versions == Versions::only(game::TP03) {
            object
        } else {
            queue
        };
        for _ in 0..2 {
            ask!(*client, insert_order(wait_order(queue, object, wait))).unwrap();
        }
        let orders = all(ask!(*client, orders(place, [0, 1])));
        for order in orders {
            let values = order.parameters.values();
            assert!(
                matches!(values, [model::OrderParams::Time(time)] if time.turns == 3),
                "{order:?}"
            );
        }
        assert_eq!(all(ask!(*client, remove_orders(place, [0, 1]))).len(), 2);
        let gone = ask!(*client, orders(place, [0])).unwrap();
        assert!(gone[0].as_ref().unwrap_err().is_refused());
    });
}

#[test]
fn messages_are_posted_read_and_removed() {
    in_the_game(|client, _| {
        let mine = all(ask!(*client, boards([0]))).remove(0);
        let message = model::Message {
            id: mine.id,
            subject: "to myself".into(),
            body: "remember".into(),
            ..Default::default()
        };
        ask!(*client, post_message(message)).unwrap();
        let board = all(ask!(*client, boards([mine.id]))).remove(0);
        assert_eq!(board.messages, mine.messages + 1);
        let last = board.messages - 1;
        let read = all(ask!(*client, messages(mine.id, [last]))).remove(0);
        assert_eq!(read.subject, "to myself");
        assert_eq!(
            all(ask!(*client, remove_messages(mine.id, [last]))).len(),
            1
        );
    });
}

#[test]
fn categories_and_designs_are_added_changed_and_removed() {
    in_the_game(|client, _| {
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
    });
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
            .unwrap();
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
