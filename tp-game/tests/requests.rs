//! Requests that both versions have get the same true answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests may take shortcuts"
)]

mod client;

use client::Client;
use tp_frames::{Semi32, tp04};
use tp_net::model;

/// All ids of one kind, and a frame for each.
macro_rules! all {
    ($client:ident, $ids:ident, $things:ident) => {{
        let all = v::GetIDSequence {
            key: Semi32::NONE,
            amount: Semi32::NONE,
            ..Default::default()
        };
        let ids = $client.ask(v::$ids::from(all)).unwrap().modtimes;
        let ids: Vec<u32> = ids.iter().map(|id| id.id).collect();
        assert!(!ids.is_empty(), "{}", stringify!($ids));
        let things = $client.ask_all(v::$things { ids: ids.clone() });
        assert_eq!(things.len(), ids.len(), "{}", stringify!($things));
        let missing = $client.ask_all(v::$things {
            ids: vec![987_654, 0],
        });
        assert_eq!(missing[0], Err(4), "{}", stringify!($things));
        assert_eq!(missing.len(), 2);
        things.into_iter().map(Result::unwrap).collect::<Vec<_>>()
    }};
}

in_both_versions! {
    fn everything_listed_is_there(client, _game) {
        assert!(all!(client, GetObjectIDs, GetObjectsByID).len() > 20);
        assert_eq!(all!(client, GetOrderDescIDs, GetOrderDesc).len(), 14);
        assert_eq!(all!(client, GetBoardIDs, GetBoards).len(), 2);
        assert_eq!(all!(client, GetResourceIDs, GetResource).len(), 3);
        assert_eq!(all!(client, GetCategoryIDs, GetCategory).len(), 3);
        assert_eq!(all!(client, GetDesignIDs, GetDesign).len(), 3);
        assert_eq!(all!(client, GetComponentIDs, GetComponent).len(), 6);
        assert_eq!(all!(client, GetPropertyIDs, GetProperty).len(), 9);
    }
}

#[test]
fn what_only_tp04_lists_is_there_too() {
    use tp_frames::tp04 as v;
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::tp04(game.local_addr(), "guest");
    assert_eq!(all!(client, GetObjectDescIDs, GetObjectDesc).len(), 6);
    let players = v::GetPlayerIDs {
        key: Semi32::NONE,
        amount: Semi32::NONE,
        ..Default::default()
    };
    let players = client.ask(players).unwrap().modtimes;
    assert_eq!(players.len(), tp_game::ACCOUNTS.len());
    let queues = all!(client, GetOrderQueueIDs, GetOrderQueue);
    assert_eq!(queues.len(), 2, "of the player's planet and fleet");
    assert_eq!(queues[0].numorders, 0);
}

in_both_versions! {
    fn greetings_and_games(client, game) {
        client.ask(v::Ping {}).unwrap();
        let features = model::Features::from(client.ask(v::GetFeatures {}).unwrap());
        assert!(features.contains(model::Feature::ACCOUNT_CREATE));
        let announced = model::Game::from(client.ask(v::GetGames {}).unwrap());
        assert_eq!(announced.name, "demo");
        assert_eq!(announced, game.game().announcement());
        assert_eq!(announced.long_name(), &"A demonstration");
        let [plain, tunnel] = &announced.connections[..] else {
            panic!("{announced:?}");
        };
        assert_eq!((plain.r#type.as_str(), tunnel.r#type.as_str()), (Some("tp"), Some("tp+http")));
        assert_eq!(plain.port, u32::from(game.local_addr().port()));
        let left = model::TimeRemaining::from(client.ask(v::GetTimeRemaining {}).unwrap());
        assert_eq!(left.time, None, "there is no timer");
        let me = client.ask(v::GetPlayer { ids: vec![0] }).unwrap();
        assert_eq!(me.name, "guest");
        assert_ne!(me.id, 0, "the real id");
    }
}

in_both_versions! {
    fn accounts(client, game) {
        let account = v::CreateAccount {
            username: "carol@demo".into(),
            password: "secret\0".into(),
            ..Default::default()
        };
        client.ask(account.clone()).unwrap();
        assert_eq!(client.ask(account).unwrap_err(), 5, "once");
        for (password, right) in [("wrong", false), ("", false), ("secret", true)] {
            let mut carol = Client::open(game.local_addr());
            carol.ask(v::Connect::default()).unwrap();
            let login = v::Login { username: "carol".into(), password: password.into() };
            assert_eq!(carol.ask(login).is_ok(), right, "{password:?}");
        }
    }
}

in_both_versions! {
    fn objects_by_place(client, _game) {
        let universe = client.ask(v::GetObjectsByID { ids: vec![0] }).unwrap();
        assert_eq!(universe.contains.len(), 2);
        let within = v::GetObjectIDsByContainer { id: universe.contains[0] };
        let within = client.ask(within).unwrap();
        assert!(within.modtimes.len() >= 5, "a galaxy of five systems");
        assert_eq!(client.ask(v::GetObjectIDsByContainer { id: 9999 }), Err(4));
        let pos = model::Vector::default();
        let far = v::GetObjectIDsByPos { pos: pos.into(), r: u64::MAX };
        let far = client.ask(far).unwrap().modtimes;
        let near = v::GetObjectIDsByPos { pos: pos.into(), r: 0 };
        let near = client.ask(near).unwrap().modtimes;
        assert_eq!(near.iter().map(|id| id.id).collect::<Vec<_>>(), [0, 1], "in the centre");
        let objects = client.ask_all(v::GetObjectsByPos { pos: pos.into(), r: u64::MAX });
        assert_eq!(objects.len(), far.len());
        for (object, listed) in objects.into_iter().zip(far) {
            let object = object.unwrap();
            assert_eq!((object.id, object.modtime), (listed.id, listed.modtime));
        }
    }
}

in_both_versions! {
    fn boards_and_messages(client, game) {
        let own = client.ask(v::GetBoards { ids: vec![0] }).unwrap();
        assert_ne!(own.id, 0, "the real id");
        let note = model::Message {
            id: 0,
            subject: "Note".into(),
            body: "To me".into(),
            references: vec![model::Reference::object(1)],
            ..model::Message::default()
        };
        client.ask(v::PostMessage::from(v::Message::from(note))).unwrap();
        let slots = vec![own.messages, 0, 99];
        let messages = client.ask_all(v::GetMessage { id: own.id, slots });
        let message = model::Message::from(messages[0].clone().unwrap());
        assert_eq!((message.id, message.slot), (own.id, Some(own.messages)));
        assert_eq!((message.subject.as_str(), message.turn), (Some("Note"), 1));
        assert!(message.references.contains(&model::Reference::object(1)));
        assert_eq!(messages[1].as_ref().unwrap().subject, "Welcome");
        assert_eq!(messages[2], Err(4));

        client.ask(v::RemoveMessage { id: own.id, slots: vec![own.messages] }).unwrap();
        let after = client.ask(v::GetBoards { ids: vec![own.id] }).unwrap();
        assert_eq!(after.messages, own.messages);
        assert_ne!(after.modtime, own.modtime);
        // Everybody's board can be written to, but belongs to nobody.
        let news = model::Message { id: 1, subject: "Hello".into(), ..model::Message::default() };
        client.ask(v::PostMessage::from(v::Message::from(news))).unwrap();
        assert_eq!(client.ask(v::RemoveMessage { id: 1, slots: vec![0] }), Err(5));
        // Somebody else's can be written to and not be read.
        let mut alice = Client::tp04(game.local_addr(), "alice");
        let hers = alice.ask(tp04::GetBoards { ids: vec![0] }).unwrap();
        let letter = model::Message { id: hers.id, body: "Hi".into(), ..model::Message::default() };
        client.ask(v::PostMessage::from(v::Message::from(letter))).unwrap();
        assert_eq!(client.ask(v::GetMessage { id: hers.id, slots: vec![0] }), Err(4));
        assert_eq!(client.ask(v::GetBoards { ids: vec![hers.id] }), Err(4));
        let slots = vec![hers.messages];
        let letter = alice.ask(tp04::GetMessage { id: 0, slots }).unwrap();
        assert_eq!(letter.body, "Hi");
    }
}

fn value(design: &model::Design, property: u32) -> u64 {
    let found = design
        .properties
        .iter()
        .find(|it| it.id == property)
        .unwrap();
    found.value.as_str().unwrap().parse().unwrap()
}

in_both_versions! {
    fn categories_and_designs(client, game) {
        let wanted = model::Category { name: "Mine".into(), ..model::Category::default() };
        let category = client.ask(v::AddCategory::from(v::Category::from(wanted))).unwrap();
        let category = model::Category::from(category).id.unwrap();

        let part = |id, number| model::DesignComponent { id, number };
        let wanted = model::Design {
            id: None,
            categories: vec![category],
            name: "Bee".into(),
            components: vec![part(1, 1), part(3, 3), part(4, 2)],
            ..model::Design::default()
        };
        let added = client.ask(v::AddDesign::from(v::Design::from(wanted))).unwrap();
        let added = model::Design::from(added);
        let id = added.id.unwrap();
        // A hull of 10, three engines of 5 and two lasers of 4.
        assert_eq!(value(&added, 2), 33, "mass");
        assert_eq!(value(&added, 3), 60, "thrust");
        assert_eq!(value(&added, 5), 30, "attack");
        assert_eq!(value(&added, 9), 60 * 100_000_000_000 / 33, "speed");
        assert_eq!((added.usage, added.feedback.as_str()), (Some(0), Some("")));

        // Nobody else sees it.
        let mut alice = Client::tp04(game.local_addr(), "alice");
        assert_eq!(alice.ask(tp04::GetDesign { ids: vec![id] }), Err(4));

        let two_hulls = model::Design { components: vec![part(1, 2)], ..added };
        let changed = client.ask(v::ModifyDesign::from(v::Design::from(two_hulls))).unwrap();
        let changed = model::Design::from(changed);
        assert_eq!((changed.id, changed.usage), (Some(id), None), "cannot be built");
        assert!(!changed.feedback.is_empty());
        let unknown = model::Design { components: vec![part(77, 1)], ..changed.clone() };
        assert_eq!(client.ask(v::ModifyDesign::from(v::Design::from(unknown))), Err(4));
        let foreign = model::Design { id: Some(1), ..changed };
        assert_eq!(client.ask(v::ModifyDesign::from(v::Design::from(foreign))), Err(5));

        assert_eq!(client.ask(v::RemoveCategory { ids: vec![category] }), Err(3), "in use");
        client.ask(v::RemoveDesign { ids: vec![id] }).unwrap();
        assert_eq!(client.ask(v::GetDesign { ids: vec![id] }), Err(4));
        let removed = client.ask_all(v::RemoveCategory { ids: vec![category, 1, 99] });
        assert!(removed[0].is_ok());
        assert_eq!((&removed[1], &removed[2]), (&Err(5), &Err(4)));
    }
}

#[test]
fn objects_can_be_renamed_by_their_owners() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::tp04(game.local_addr(), "guest");
    let queues = tp04::GetOrderQueueIDs {
        key: Semi32::NONE,
        amount: Semi32::NONE,
        ..Default::default()
    };
    let queue = client.ask(queues).unwrap().modtimes[0].id;
    let mut own = client
        .ask(tp04::GetObjectsByID {
            ids: vec![queue - 10_000],
        })
        .unwrap();
    own.name = "Home".into();
    own.otype = 0;
    let renamed = client.ask(tp04::ModifyObject::from(own.clone())).unwrap();
    assert_eq!(renamed.name, "Home");
    assert_ne!(renamed.modtime, own.modtime);
    own.parameters = tp_frames::Parameters::from_bytes(vec![1, 2, 3]);
    assert_eq!(
        client.ask(tp04::ModifyObject::from(own)),
        Err(1),
        "cut parameters"
    );
    let foreign = client.ask(tp04::GetObjectsByID { ids: vec![1] }).unwrap();
    assert_eq!(client.ask(tp04::ModifyObject::from(foreign)), Err(5));
}
