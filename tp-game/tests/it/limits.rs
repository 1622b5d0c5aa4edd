//! What one player can make the game keep, and how fast.

use std::time::Duration;

use tp_frames::game::{self, TP03, TP04};
use tp_frames::{Parameters, Version};
use tp_game::Game;
use tp_net::blocking;
use tp_net::model::{
    Category, Design, DesignComponent, Message, MessageReference, Object, Order, OrderParams,
};
use tp_net::server::Server;
use tp_net::{Options, Versions, client};
use tp_test_components::Client;

use crate::{everything, in_each_version};

/// What a player and three accounts take that have done nothing.
const AT_REST: u64 = 8_192;

/// Most bytes that one player makes the game keep.
const OF_ONE: u64 = 262_144 + 32_768;

/// The code of a Fail that says that a request is too big: TP03 has none of its own.
fn too_big(version: Version) -> u32 {
    if version == TP03 { 2 } else { 8 }
}

fn text(length: usize) -> String {
    "x".repeat(length)
}

/// The player's planet, and the fleet.
fn own(client: &mut Client) -> [u32; 2] {
    let objects = everything(client).into_iter();
    let own = objects.filter(|it| match client.version {
        TP03 => !Object::from(it.clone()).ordertypes.unwrap().is_empty(),
        _ => it.desc.as_ref().is_some_and(|desc| {
            let desc = desc.to_string();
            desc == "Your planet" || desc == "Your fleet"
        }),
    });
    let own: Vec<u32> = own.map(|it| it.id).collect();
    own.try_into().unwrap()
}

/// An order of this object's, as the version names its queue.
fn order(version: Version, object: u32, otype: u32, parameters: Vec<OrderParams>) -> game::Order {
    let order = Order {
        object: Some(object),
        queue: Some(object + 10_000),
        otype,
        parameters: parameters.into(),
        ..Order::default()
    };
    order.into_frame(version).unwrap()
}

fn build(ships: impl IntoIterator<Item = u32>, name: String) -> Vec<OrderParams> {
    let ships = ships.into_iter();
    let list = game::OrderParamList {
        selection: ships
            .map(|id| game::OrderParamListSelection { id, number: 1 })
            .collect(),
        ..Default::default()
    };
    let name = game::OrderParamString {
        maxlength: 0,
        string: name.into(),
    };
    vec![OrderParams::List(list), OrderParams::String(name)]
}

#[test]
fn fields_as_long_as_a_frame_are_refused_and_not_kept() {
    in_each_version(|mut client, game| {
        let too_big = too_big(client.version);
        let at_rest = game.game().stored_bytes();
        assert!(at_rest <= AT_REST, "{at_rest}");
        let letters = [
            Message {
                msgtypelist: vec![7; 260_000],
                ..Message::default()
            },
            Message {
                references: vec![MessageReference::object(1); 130_000],
                ..Message::default()
            },
            Message::new(0, text(1_000_000)),
            Message::new(1, "Long").body(text(1_000_000)),
        ];
        for letter in letters {
            let refused = client.ask(game::PostMessage::from(letter));
            assert_eq!(refused.unwrap_err(), too_big);
        }
        for (name, description) in [(1_000_000, 0), (1, 1_000_000), (101, 0), (1, 1_001)] {
            let category = Category {
                name: text(name).into(),
                description: text(description).into(),
                ..Category::default()
            };
            let refused = client.ask(game::AddCategory::from(category));
            assert_eq!(refused.unwrap_err(), too_big);
        }
        let part = DesignComponent {
            componentid: 1,
            compquant: 0,
        };
        let designs = [
            Design::new(text(1_000_000)),
            Design {
                description: text(1_000_000).into(),
                ..Design::new("Long")
            },
            Design {
                catlist: vec![1; 260_000],
                ..Design::new("Often")
            },
            Design {
                components: vec![part; 130_000],
                ..Design::new("Much")
            },
        ];
        for design in designs {
            let refused = client.ask(game::AddDesign::from(design));
            assert_eq!(refused.unwrap_err(), too_big);
        }
        let [planet, _] = own(&mut client);
        let frame = order(
            client.version,
            planet,
            1005,
            build(vec![1; 120_000], text(1)),
        );
        let refused = client.ask(game::OrderInsert::from(frame.clone()));
        assert_eq!(refused.unwrap_err(), too_big);
        assert_eq!(
            client.ask(game::OrderProbe::from(frame)).unwrap_err(),
            too_big
        );
        assert_eq!(game.game().stored_bytes(), at_rest);
    });
}

#[test]
fn one_who_makes_all_there_can_be_has_a_share_and_no_more() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let stored = || game.game().stored_bytes();
    let category = |number: usize| Category {
        name: format!("{number}").into(),
        ..Category::default()
    };
    let mut made = 0;
    for number in 0..400 {
        let category = game::AddCategory::from(category(number));
        made += usize::from(client.ask(category).is_ok());
    }
    assert_eq!(made, 50, "categories");
    let mut ids = Vec::new();
    for number in 0..120 {
        let name = format!("{number} {}", text(90));
        let design = Design::new(name).component(1, 1).component(3, 2);
        if let Ok(design) = client.ask(game::AddDesign::from(design)) {
            ids.push(design.id.get().unwrap());
        }
    }
    assert_eq!(ids.len(), 100, "designs");
    // What an order stores grows with what is chosen, not with what could be.
    let [planet, _] = own(&mut client);
    let before = stored();
    for _ in 0..20 {
        let frame = order(TP04, planet, 1005, build([ids[0]], String::new()));
        let inserted = client.ask(game::OrderInsert::from(frame)).unwrap();
        let game::OrderInsertReply::Order(shown) = inserted else {
            panic!("{inserted:?}")
        };
        let mut shown = Order::from_frame(shown, TP04);
        let desc = client.ask(game::GetOrderDesc { ids: vec![1005] }).unwrap();
        shown.decode_parameters(&desc).unwrap();
        let OrderParams::List(list) = &shown.parameters.values()[0] else {
            panic!("{shown:?}")
        };
        assert_eq!(list.possibleselections.len(), 103, "with their names");
    }
    let each = (stored() - before) / 20;
    assert!(each <= 600, "{each} bytes for an order");
    let mut orders = 20;
    for _ in 0..120 {
        let frame = order(TP04, planet, 1005, build(ids[..16].to_vec(), text(80)));
        orders += usize::from(client.ask(game::OrderInsert::from(frame)).is_ok());
    }
    assert_eq!(orders, 100, "orders in a queue");
    let frame = order(TP04, planet, 1005, build(ids[..17].to_vec(), text(80)));
    assert!(client.ask(game::OrderProbe::from(frame)).is_err());
    // All the rest goes into messages.
    let mut letters = 0;
    for _ in 0..1_100 {
        let letter = Message::new(0, text(250)).body(text(1_000));
        letters += usize::from(client.ask(game::PostMessage::from(letter)).is_ok());
    }
    assert!((50..500).contains(&letters), "{letters} messages");
    assert!(stored() <= OF_ONE + AT_REST, "{} bytes", stored());
    // What one has taken, the others have not lost.
    let mut alice = Client::login(game.local_addr(), TP03, "alice");
    let letter = Message::new(0, "Note").body(text(16_000));
    alice.ask(game::PostMessage::from(letter)).unwrap();
    // And what is removed is there again.
    client
        .ask(game::RemoveDesign { ids: vec![ids[99]] })
        .unwrap();
    let design = Design::new("Again").component(1, 1);
    client.ask(game::AddDesign::from(design)).unwrap();
}

#[test]
fn nobody_pushes_out_what_others_have_written() {
    in_each_version(|mut client, game| {
        let mut alice = Client::login(game.local_addr(), TP04, "alice");
        let letter = |board: u32, subject: &str| Message::new(board, subject);
        for board in [1, 0] {
            let kept = letter(board, "Kept");
            alice.ask(game::PostMessage::from(kept)).unwrap();
        }
        let hers = alice.ask(game::GetBoards { ids: vec![0] }).unwrap().id;
        for board in [1, hers] {
            let codes = (0..500).map(|_| {
                let letter = letter(board, "Noise");
                client.ask(game::PostMessage::from(letter)).err()
            });
            let codes: Vec<_> = codes.collect();
            assert_eq!(codes.iter().filter(|it| it.is_none()).count(), 20);
            assert_eq!(codes[20..], vec![Some(3); 480]);
        }
        // Nor does what the game tells.
        for _ in 0..120 {
            let [_, fleet] = own(&mut alice);
            let wait = game::OrderParamTime::default();
            let frame = order(TP04, fleet, 1004, vec![OrderParams::Time(wait)]);
            alice.ask(game::OrderInsert::from(frame)).unwrap();
            game.game().end_turn();
        }
        let board = alice.ask(game::GetBoards { ids: vec![0] }).unwrap();
        assert!(board.messages <= 1 + 20 + 100, "{}", board.messages);
        let slots = (0..board.messages).collect();
        let messages = alice.ask_all(game::GetMessage { id: 0, slots });
        let messages: Vec<_> = messages.into_iter().map(Result::unwrap).collect();
        let number = |subject: &str| messages.iter().filter(|it| it.subject == subject).count();
        assert_eq!((number("Kept"), number("Noise")), (1, 20));
        assert!(number("Order carried out") > 50);
        // Slots are still places: what is removed is what was there.
        let slot = messages
            .iter()
            .position(|it| it.subject == "Noise")
            .unwrap();
        let slots = vec![u32::try_from(slot).unwrap()];
        let remove = game::RemoveMessage { id: 0, slots };
        alice.ask(remove).unwrap();
        let again = letter(hers, "Noise");
        client.ask(game::PostMessage::from(again)).unwrap();
        // On the public board, who wrote it removes it.
        let news = client.ask(game::GetBoards { ids: vec![1] }).unwrap();
        let last = |client: &mut Client| {
            let slots = vec![news.messages - 1];
            client.ask(game::RemoveMessage { id: 1, slots })
        };
        assert_eq!(last(&mut alice).unwrap_err(), 5);
        last(&mut client).unwrap();
        let again = letter(1, "Noise");
        client.ask(game::PostMessage::from(again)).unwrap();
    });
}

#[test]
fn things_added_and_removed_for_ever_leave_nothing() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let at_rest = game.game().stored_bytes();
    let mut gone = 0;
    for _ in 0..5_000 {
        let category = Category {
            name: "Short".into(),
            ..Category::default()
        };
        let added = client.ask(game::AddCategory::from(category)).unwrap();
        gone = added.id.get().unwrap();
        let ids = vec![gone];
        client.ask(game::RemoveCategory { ids }).unwrap();
    }
    assert_eq!(game.game().stored_bytes(), at_rest);
    let changed = client.ask(game::GetCategoryIDs {
        from: 1.into(),
        ..Default::default()
    });
    let modtimes = changed.unwrap().modtimes;
    let told: Vec<u32> = modtimes.iter().map(|it| it.id).collect();
    assert!(told.len() <= 3 + 4_096, "{}", told.len());
    assert!(
        told.contains(&gone),
        "{gone} of {}..{:?}",
        told.len(),
        told.last()
    );
}

/// The longest of everything.
fn longest(client: &mut blocking::Client, is_padded: bool) {
    if is_padded {
        client.enable_padding().unwrap();
    }
    client.login("guest", "guest").unwrap();
    // Lengths that are not multiples of four, so that pads are needed.
    let category = Category {
        name: text(99).into(),
        description: text(999).into(),
        ..Category::default()
    };
    let mut categories = vec![];
    for _ in 0..50 {
        let added = client.add_category(category.clone()).unwrap();
        let id = added.id.get().unwrap();
        assert_eq!(client.get_one::<Category>(id).unwrap(), added);
        categories.push(id);
    }
    let mut designs = vec![];
    for number in 0..30 {
        let parts = (1..=6).map(|componentid| DesignComponent {
            componentid,
            compquant: if componentid == 2 { 0 } else { 1 },
        });
        let design = Design {
            catlist: categories[..16].to_vec(),
            components: parts.collect(),
            description: text(999).into(),
            ..Design::new(format!("{number:02}{}", text(97)))
        };
        let added = client.add_design(design).unwrap();
        assert_eq!(added.components.len(), 6);
        let id = added.id.get().unwrap();
        assert_eq!(client.get_one::<Design>(id).unwrap(), added);
        let changed = client.modify_design(added.clone()).unwrap();
        assert_eq!(changed.properties, added.properties);
        designs.push(id);
    }
    let objects = client.all_objects().unwrap();
    let objects: Vec<Object> = objects.into_iter().map(Result::unwrap).collect();
    let own = |object: &&Object| object.owner() == Some(1);
    let own: Vec<Object> = objects.iter().filter(own).cloned().collect();
    let version = client.version().unwrap();
    for object in own.iter().filter(|_| version == TP04) {
        let object = Object {
            name: text(79).into(),
            ..object.clone()
        };
        assert_eq!(client.modify_object(object).unwrap().name.len(), 79);
    }
    for object in &own {
        let is_planet = object.ships().is_empty();
        let (otype, parameters) = match is_planet {
            true => (1005, build(designs[..16].to_vec(), text(79))),
            false => {
                let to = game::OrderParamReferenceList {
                    references: vec![object.id; 100],
                    allowed: vec![],
                };
                (1010, vec![OrderParams::ReferenceList(to)])
            }
        };
        let orders = client.orders_of(object.clone()).unwrap();
        for slot in 0..100 {
            let order = Order {
                object: Some(object.id),
                queue: Some(object.id + 10_000),
                otype,
                parameters: Parameters::Values(parameters.clone()),
                ..Order::default()
            };
            let probed = client.probe_order(order.clone()).unwrap();
            let given = client.insert_order(order).unwrap();
            assert_eq!(given.is_some(), version == TP04);
            if slot % 33 == 0 {
                let shown = client.order(orders.queue, slot).unwrap();
                assert_eq!(shown.parameters.values().len(), parameters.len());
                assert_eq!(shown.turns, probed.turns);
            }
            if slot % 20 == 0 && !is_planet {
                break;
            }
        }
        assert!(
            client
                .all_orders(object.clone())
                .unwrap()
                .iter()
                .all(Result::is_ok)
        );
    }
    let mut number = 0;
    let slot = client.board(0).unwrap().messages;
    let letter = Message {
        msgtypelist: vec![1; 16],
        references: vec![MessageReference::object(1); 64],
        ..Message::new(0, text(249)).body(text(16_383))
    };
    while client.post_message(letter.clone()).is_ok() {
        let read = client.message(0, slot + number).unwrap();
        assert_eq!((read.body.len(), read.references.len()), (16_383, 65));
        number += 1;
    }
    assert!(number >= 2, "{number} of the longest letters");
}

#[test]
fn the_longest_of_everything_is_read_again() {
    for (version, is_padded) in [(TP03, false), (TP04, false), (TP04, true)] {
        println!("{version}, padded: {is_padded}");
        let game = tp_game::serve("127.0.0.1:0").unwrap();
        let options = Options::default().versions(Versions::only(version));
        let mut client = blocking::Client::connect(game.local_addr(), options).unwrap();
        longest(&mut client, is_padded);
    }
}

/// How many turns a lone guest ends in this time.
async fn turns_in(game: &Game, time: Duration) -> u32 {
    let server = Server::builder()
        .start_in_memory(game.clone())
        .await
        .unwrap();
    let options = Options::default();
    let client = client::Client::connect_with("tp://game", options, server.connector());
    let client = client.await.unwrap();
    client.login("guest", "guest").await.unwrap();
    let before = game.turn();
    let all = async {
        // Where nothing limits them, time would not pass.
        for _ in 0..2_000 {
            let turn = game.turn();
            client.finish_turn().await.unwrap();
            assert_eq!(game.turn(), turn + 1, "it has ended when that is answered");
        }
    };
    tokio::select! {
        () = game.run_turns() => {}
        () = all => {}
        () = tokio::time::sleep(time) => {}
    }
    game.turn() - before
}

#[tokio::test(start_paused = true)]
async fn one_who_is_alone_ends_ten_turns_a_second_in_the_long_run() {
    let minute = Duration::from_secs(60);
    let turns = turns_in(&Game::new(1), minute).await;
    assert!((695..=701).contains(&turns), "{turns} turns: 100, and 600");
    let slow = Game::builder().least_turn_time(Duration::from_secs(10));
    let turns = turns_in(&slow.build(), minute).await;
    assert!((105..=107).contains(&turns), "{turns} turns: 100, and 6");
}

#[tokio::test(start_paused = true)]
async fn who_leaves_ends_turns_no_faster() {
    let game = Game::builder()
        .least_turn_time(Duration::from_secs(60))
        .build();
    let server = Server::builder()
        .start_in_memory(game.clone())
        .await
        .unwrap();
    let connect = || async {
        let options = Options::default();
        let client = client::Client::connect_with("tp://game", options, server.connector());
        client.await.unwrap()
    };
    let guest = connect().await;
    guest.login("guest", "guest").await.unwrap();
    let play = async {
        for _ in 0..150 {
            guest.finish_turn().await.ok();
            let turn = game.turn();
            let alice = connect().await;
            alice.login("alice", "alice").await.unwrap();
            if game.turn() == turn {
                guest.finish_turn().await.unwrap();
            }
            drop(alice);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        () = game.run_turns() => {}
        () = play => {}
        () = tokio::time::sleep(Duration::from_secs(600)) => {}
    }
    assert!(
        game.turn() > 50 && game.turn() <= 112,
        "turn {}",
        game.turn()
    );
}

#[tokio::test]
async fn turns_that_nobody_times_end_at_once() {
    let game = Game::new(1);
    let server = Server::builder()
        .start_in_memory(game.clone())
        .await
        .unwrap();
    let options = Options::default();
    let client = client::Client::connect_with("tp://game", options, server.connector());
    let client = client.await.unwrap();
    client.login("guest", "guest").await.unwrap();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    for _ in 0..300 {
        client.finish_turn().await.unwrap();
    }
    assert_eq!((game.turn(), began.elapsed()), (301, Duration::ZERO));
}

#[test]
fn what_a_game_is_made_of_shows_no_passwords() {
    let builder = Game::builder().account("ada", "s3cretive");
    let shown = format!("{builder:?} {:#?}", builder.clone().build());
    assert!(
        shown.contains("ada") && !shown.contains("s3cretive"),
        "{shown}"
    );
    let admin = tp_game::Admin::new(&builder.build(), "root", "s3cretive");
    assert!(!format!("{admin:?}").contains("s3cretive"));
}
