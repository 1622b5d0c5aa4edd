//! Requests that both versions have get the same true answers.

use tp_frames::game::{self, TP04};
use tp_frames::{Parameters, Semi32, TpString, Version};
use tp_game::Serving;
use tp_net::model::Vector;
use tp_test_components::Client;

use crate::in_each_version;

/// All ids of one kind, and a frame for each.
macro_rules! all {
    ($client:ident, $ids:ident, $things:ident) => {{
        let ids = $client.ask(game::$ids::default()).unwrap().modtimes;
        let ids: Vec<u32> = ids.iter().map(|id| id.id).collect();
        assert!(!ids.is_empty(), "{}", stringify!($ids));
        let things = $client.ask_all(game::$things { ids: ids.clone() });
        assert_eq!(things.len(), ids.len(), "{}", stringify!($things));
        let missing = $client.ask_all(game::$things {
            ids: vec![987_654, 0],
        });
        assert_eq!(missing[0], Err(4), "{}", stringify!($things));
        assert_eq!(missing.len(), 2);
        things.into_iter().map(Result::unwrap).collect::<Vec<_>>()
    }};
}

#[test]
fn everything_listed_is_there() {
    in_each_version(|mut client, _game| {
        assert!(all!(client, GetObjectIDs, GetObjectsByID).len() > 20);
        assert_eq!(all!(client, GetOrderDescIDs, GetOrderDesc).len(), 14);
        assert_eq!(all!(client, GetBoardIDs, GetBoards).len(), 2);
        assert_eq!(all!(client, GetResourceIDs, GetResource).len(), 3);
        assert_eq!(all!(client, GetCategoryIDs, GetCategory).len(), 3);
        assert_eq!(all!(client, GetDesignIDs, GetDesign).len(), 3);
        assert_eq!(all!(client, GetComponentIDs, GetComponent).len(), 6);
        assert_eq!(all!(client, GetPropertyIDs, GetProperty).len(), 9);
    });
}

#[test]
fn what_only_tp04_lists_is_there_too() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    assert_eq!(all!(client, GetObjectDescIDs, GetObjectDesc).len(), 6);
    let players = client.ask(game::GetPlayerIDs::default());
    let players = players.unwrap().modtimes;
    assert_eq!(players.len(), tp_game::ACCOUNTS.len());
    let queues = all!(client, GetOrderQueueIDs, GetOrderQueue);
    assert_eq!(queues.len(), 2, "of the player's planet and fleet");
    assert_eq!(queues[0].numorders, 0);
}

#[test]
fn greetings_and_games() {
    in_each_version(|mut client, game| {
        client.ask(game::Ping {}).unwrap();
        let features = client.ask(game::GetFeatures {}).unwrap();
        assert!(features.contains(game::FeaturesFeature::ACCOUNT_CREATE));
        let announced = client.ask(game::GetGames {}).unwrap();
        assert_eq!(announced.name, "demo");
        // As published: TP03 never had a media base, nor any version a time of creation.
        let told = game.game().announcement();
        assert!(told.ctime.is_some());
        let published = game::Game {
            mediabase: told.mediabase.clone().filter(|_| client.version == TP04),
            ctime: None,
            ..told
        };
        assert_eq!(announced, published);
        assert_eq!(announced.long_name(), &"A demonstration");
        let [plain, tunnel] = &announced.connections[..] else {
            panic!("{announced:?}");
        };
        assert_eq!(
            (plain.r#type.as_str(), tunnel.r#type.as_str()),
            (Some("tp"), Some("tp+http"))
        );
        assert_eq!(plain.port, u32::from(game.local_addr().port()));
        let left = client.ask(game::GetTimeRemaining {}).unwrap();
        assert_eq!(left.time, u32::MAX, "there is no timer");
        let me = client.ask(game::GetPlayer { ids: vec![0] }).unwrap();
        assert_eq!(me.name, "guest");
        assert_ne!(me.id, 0, "the real id");
    });
}

#[test]
fn accounts() {
    in_each_version(|mut client, game| {
        let account = game::CreateAccount {
            username: "carol@demo".into(),
            password: "secret\0".into(),
            ..Default::default()
        };
        client.ask(account.clone()).unwrap();
        assert_eq!(client.ask(account).unwrap_err(), 5, "once");
        for (password, right) in [("wrong", false), ("", false), ("secret", true)] {
            let mut carol = Client::open(game.local_addr(), client.version);
            carol.ask(game::Connect::default()).unwrap();
            let login = game::Login {
                username: "carol".into(),
                password: password.into(),
            };
            assert_eq!(carol.ask(login).is_ok(), right, "{password:?}");
        }
    });
}

/// A client that asks to log in.
fn logs_in(game: &Serving, version: Version, name: &[u8]) -> bool {
    let mut client = Client::open(game.local_addr(), version);
    client.ask(game::Connect::default()).unwrap();
    let login = game::Login {
        username: TpString::from_bytes(name.to_vec()),
        password: "pw".into(),
    };
    match client.ask(login) {
        Ok(_) => true,
        Err(code) => {
            assert_eq!(code, 5, "as for any unknown name: {name:?}");
            false
        }
    }
}

#[test]
fn names_that_cannot_be_told_apart_are_refused() {
    in_each_version(|mut client, game| {
        let version = client.version;
        let mut create = |name: &[u8]| {
            let account = game::CreateAccount {
                username: TpString::from_bytes(name.to_vec()),
                password: "pw".into(),
                ..Default::default()
            };
            client.ask(account).err()
        };
        assert_eq!(create(b"ada"), None);
        let odd: [&[u8]; 16] = [
            b"\xff",
            b"\xfe",
            b"caf\xe9",
            b"ada\0\0",
            b"ada\0@demo",
            b"a\0da",
            b" ",
            b" ada",
            b"ada ",
            b"ada  lovelace",
            b"ada\n",
            b"\x1b[31mada",
            "ada\u{202e}".as_bytes(),
            "\u{2066}ada\u{2069}".as_bytes(),
            "ada\u{200b}".as_bytes(),
            "ada\u{a0}".as_bytes(),
        ];
        for name in odd {
            assert_eq!(create(name), Some(1), "{name:?}");
        }
        let good = [
            "Ada Lovelace",
            "\"Ada\" O'Neill \\",
            "Адa",
            "अदा",
            "ade\u{301}",
            "星",
        ];
        for name in good {
            assert_eq!(create(name.as_bytes()), None, "{name}");
        }
        // What an old client means by these is taken.
        for name in [&b"ada\0"[..], b"ada@demo", b"ada@demo\0"] {
            assert_eq!(create(name), Some(5), "{name:?}");
            assert!(logs_in(&game, version, name), "{name:?}");
        }
        for name in odd {
            assert!(!logs_in(&game, version, name), "{name:?}");
        }
        for name in good {
            assert!(logs_in(&game, version, name.as_bytes()), "{name}");
        }
    });
}

#[test]
fn objects_by_place() {
    in_each_version(|mut client, _game| {
        let universe = client.ask(game::GetObjectsByID { ids: vec![0] }).unwrap();
        assert_eq!(universe.contains.len(), 2);
        let within = game::GetObjectIDsByContainer {
            id: universe.contains[0],
        };
        let within = client.ask(within).unwrap();
        assert!(within.modtimes.len() >= 5, "a galaxy of five systems");
        let nowhere = client.ask(game::GetObjectIDsByContainer { id: 9999 });
        assert_eq!(nowhere, Err(4));
        let pos = Vector::default();
        let mut within = |r| {
            let pos = pos.into();
            let ids = client.ask(game::GetObjectIDsByPos { pos, r });
            ids.unwrap().modtimes
        };
        let (far, near) = (within(u64::MAX), within(0));
        let near: Vec<u32> = near.iter().map(|id| id.id).collect();
        assert_eq!(near, [0, 1], "in the centre");
        let objects = client.ask_all(game::GetObjectsByPos {
            pos: pos.into(),
            r: u64::MAX,
        });
        assert_eq!(objects.len(), far.len());
        for (object, listed) in objects.into_iter().zip(far) {
            let object = object.unwrap();
            assert_eq!((object.id, object.modtime), (listed.id, listed.modtime));
        }
    });
}

#[test]
fn boards_and_messages() {
    let get = |id, slot| game::GetMessage {
        id,
        slots: vec![slot],
    };
    let remove = |id, slot| game::RemoveMessage {
        id,
        slots: vec![slot],
    };
    in_each_version(|mut client, game| {
        let own = client.ask(game::GetBoards { ids: vec![0] }).unwrap();
        assert_ne!(own.id, 0, "the real id");
        let note = game::Message {
            id: 0,
            subject: "Note".into(),
            body: "To me".into(),
            references: vec![game::MessageReference::object(1)],
            ..game::Message::default()
        };
        client.ask(game::PostMessage::from(note)).unwrap();
        let slots = vec![own.messages, 0, 99];
        let messages = client.ask_all(game::GetMessage { id: own.id, slots });
        let message = messages[0].clone().unwrap();
        assert_eq!((message.id, message.slot), (own.id, own.messages.into()));
        assert_eq!((message.subject.as_str(), message.turn), (Some("Note"), 1));
        assert!(
            message
                .references
                .contains(&game::MessageReference::object(1))
        );
        assert_eq!(messages[1].as_ref().unwrap().subject, "Welcome");
        assert_eq!(messages[2], Err(4));

        client.ask(remove(own.id, own.messages)).unwrap();
        let after = client.ask(game::GetBoards { ids: vec![own.id] }).unwrap();
        assert_eq!(after.messages, own.messages);
        assert_ne!(after.modtime, own.modtime);
        // Everybody's board can be written to, but belongs to nobody.
        let news = game::Message {
            id: 1,
            subject: "Hello".into(),
            ..game::Message::default()
        };
        client.ask(game::PostMessage::from(news)).unwrap();
        assert_eq!(client.ask(remove(1, 0)), Err(5));
        // Somebody else's can be written to and not be read.
        let mut alice = Client::login(game.local_addr(), TP04, "alice");
        let hers = alice.ask(game::GetBoards { ids: vec![0] }).unwrap();
        let letter = game::Message {
            id: hers.id,
            body: "Hi".into(),
            ..game::Message::default()
        };
        client.ask(game::PostMessage::from(letter)).unwrap();
        assert_eq!(client.ask(get(hers.id, 0)), Err(4));
        assert_eq!(client.ask(game::GetBoards { ids: vec![hers.id] }), Err(4));
        let letter = alice.ask(get(0, hers.messages)).unwrap();
        assert_eq!(letter.body, "Hi");
    });
}

fn value(design: &game::Design, property: u32) -> u64 {
    let found = design
        .properties
        .iter()
        .find(|it| it.propertyid == property)
        .unwrap();
    found.displaystring.as_str().unwrap().parse().unwrap()
}

#[test]
fn categories_and_designs() {
    in_each_version(|mut client, game| {
        let wanted = game::Category {
            name: "Mine".into(),
            ..game::Category::default()
        };
        let category = client.ask(game::AddCategory::from(wanted)).unwrap();
        let category = category.id.get().unwrap();

        let part = |componentid, compquant| game::DesignComponent {
            componentid,
            compquant,
        };
        let wanted = game::Design {
            id: Semi32::NONE,
            catlist: vec![category],
            name: "Bee".into(),
            components: vec![part(1, 1), part(3, 3), part(4, 2)],
            ..game::Design::default()
        };
        let added = client.ask(game::AddDesign::from(wanted)).unwrap();
        let id = added.id.get().unwrap();
        // A hull of 10, three engines of 5 and two lasers of 4.
        assert_eq!(value(&added, 2), 33, "mass");
        assert_eq!(value(&added, 3), 60, "thrust");
        assert_eq!(value(&added, 5), 30, "attack");
        assert_eq!(value(&added, 9), 60 * 100_000_000_000 / 33, "speed");
        assert_eq!(
            (added.inuse.get(), added.feedback.as_str()),
            (Some(0), Some(""))
        );

        // Nobody else sees it.
        let mut alice = Client::login(game.local_addr(), TP04, "alice");
        assert_eq!(alice.ask(game::GetDesign { ids: vec![id] }), Err(4));

        let two_hulls = game::Design {
            components: vec![part(1, 2)],
            ..added
        };
        let changed = client.ask(game::ModifyDesign::from(two_hulls)).unwrap();
        assert_eq!(
            (changed.id, changed.inuse),
            (id.into(), Semi32::NONE),
            "cannot be built"
        );
        assert!(!changed.feedback.is_empty());
        let unknown = game::Design {
            components: vec![part(77, 1)],
            ..changed.clone()
        };
        assert_eq!(client.ask(game::ModifyDesign::from(unknown)), Err(4));
        let foreign = game::Design {
            id: 1.into(),
            ..changed
        };
        assert_eq!(client.ask(game::ModifyDesign::from(foreign)), Err(5));

        let ids = vec![category];
        let in_use = client.ask(game::RemoveCategory { ids });
        assert_eq!(in_use, Err(3), "in use");
        client.ask(game::RemoveDesign { ids: vec![id] }).unwrap();
        assert_eq!(client.ask(game::GetDesign { ids: vec![id] }), Err(4));
        let removed = client.ask_all(game::RemoveCategory {
            ids: vec![category, 1, 99],
        });
        assert!(removed[0].is_ok());
        assert_eq!((&removed[1], &removed[2]), (&Err(5), &Err(4)));
    });
}

#[test]
fn objects_can_be_renamed_by_their_owners() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let queues = client.ask(game::GetOrderQueueIDs::default());
    let queue = queues.unwrap().modtimes[0].id;
    let mut own = client
        .ask(game::GetObjectsByID {
            ids: vec![queue - 10_000],
        })
        .unwrap();
    own.name = "Home".into();
    own.otype = 0;
    let renamed = client.ask(game::ModifyObject::from(own.clone())).unwrap();
    assert_eq!(renamed.name, "Home");
    assert_ne!(renamed.modtime, own.modtime);
    own.parameters = Parameters::from_bytes(TP04, vec![1, 2, 3]);
    assert_eq!(
        client.ask(game::ModifyObject::from(own)),
        Err(1),
        "cut parameters"
    );
    let foreign = client.ask(game::GetObjectsByID { ids: vec![1] }).unwrap();
    assert_eq!(client.ask(game::ModifyObject::from(foreign)), Err(5));
}
