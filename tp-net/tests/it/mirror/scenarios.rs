//! What mirrors do in single cases, on every client.

use std::ops::ControlFlow;
use std::sync::mpsc;
use std::time::Duration;

use tp_frames::{Version, game};
use tp_net::mirror::{Changes, Discarded, Mirror, Part, Progress};
use tp_net::model::{FailCode, Message, Order, OrderParams};
use tp_net::{Error, Versions};

use super::properties::client;
use super::world::{Clock, State, World, message, order};
use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::peer::options;

/// The greetings, logins and refreshes of a client of some API.
fn connect(api: Api, address: std::net::SocketAddr, version: Version) -> AnyClient {
    let options = options().versions(Versions::only(version));
    let mut client = AnyClient::connect(api, address, options).unwrap();
    ask!(client, login("guest", "guest")).unwrap();
    client
}

fn refresh(client: &mut AnyClient, mirror: &mut Mirror) -> Result<Changes, Error> {
    refresh_with(client, mirror, |_| ControlFlow::Continue(()))
}

fn refresh_with(
    client: &mut AnyClient,
    mirror: &mut Mirror,
    report: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static,
) -> Result<Changes, Error> {
    match client {
        AnyClient::Blocking(client) => client.refresh_with(mirror, report),
        AnyClient::Polling(client) => {
            let ticket = client.refresh_with(mirror, report).unwrap();
            let refreshed = client.wait().unwrap().redeem(&ticket).unwrap();
            refreshed.map(|refreshed| mirror.apply(refreshed))
        }
        AnyClient::Async(runtime, client) => runtime.block_on(client.refresh_with(mirror, report)),
    }
}

/// Each API in each version.
fn everywhere(test: impl Fn(Api, Version)) {
    for api in APIS {
        for &version in game::VERSIONS {
            eprintln!("{api:?} {version}");
            test(api, version);
        }
    }
}

/// A world with a little of everything.
fn some() -> State {
    let mut state = State::new(Clock::PerThing);
    let star = state.add_body("Sol", 0, None, false);
    let fleet = state.add_body("Falcon", star, Some(1), true);
    state.add_body("Eagle", star, Some(2), true);
    state.change_orders(fleet, |orders| orders.extend([order(1), order(2)]));
    state.resources.add(&mut state.time, "water".into());
    let time = &mut state.time;
    state
        .boards
        .change(time, 0, |it| it.push(message("hello", 1)));
    state.designs.add(time, ("boat".into(), Some(2)));
    state
}

#[test]
fn what_is_there_can_be_looked_up() {
    everywhere(|api, version| {
        let world = World::new(some());
        let server = world.serve();
        let mut client = connect(api, server.address, version);
        let mut mirror = Mirror::new();
        assert!(mirror.is_empty());
        let changes = refresh(&mut client, &mut mirror).unwrap();
        assert!(changes.is_consistent && changes.discarded.is_none());
        assert_eq!(changes.objects.appeared, [0, 1, 2, 3]);
        assert_eq!(changes.news, [(0, 0)]);

        assert!(!mirror.is_empty());
        assert_eq!(mirror.turn(), (version == game::TP04).then_some(1));
        let falcon = mirror.object_named("Falcon").unwrap();
        let sol = mirror.parent(&falcon).unwrap();
        assert_eq!(sol.name, "Sol");
        assert_eq!(mirror.parent(&sol), mirror.object(0));
        assert_eq!(mirror.parent(&mirror.object(0).unwrap()), None);
        let children: Vec<u32> = mirror.children(&sol).map(|it| it.id).collect();
        assert_eq!(children, [2, 3]);
        let orders = mirror.orders_of(&falcon).collect::<Vec<_>>();
        assert_eq!(orders.len(), 2);
        assert_eq!(
            (orders[1].slot, orders[1].parameters.values().len()),
            (Some(1), 1)
        );
        assert_eq!(mirror.orders_of(&sol).len(), 0);
        let me = mirror.me().unwrap();
        assert_eq!(me.name, "guest");
        let mine: Vec<_> = mirror.owned_by(me.id).map(|it| it.id).collect();
        assert_eq!(mine, [2]);
        let eagle = mirror.object_named("Eagle").unwrap();
        assert_eq!(mirror.owner(&eagle).unwrap().name, "eve");
        assert_eq!(mirror.message(0, 0).unwrap().body, "hello");
        assert_eq!(mirror.message(0, 1), None);
        assert_eq!(mirror.resources().named("water").unwrap().id, 0);
        assert_eq!(mirror.designs().len(), 1);
        assert_eq!(mirror.order_descs().get(0).unwrap().name, "wait");
        assert_eq!(mirror.object_descs().is_empty(), version == game::TP03);

        // Nothing is lost by a clone, which does not change any more.
        let before = mirror.clone();
        world.state().remove_body(2);
        world.state().next_turn();
        let changes = refresh(&mut client, &mut mirror).unwrap();
        assert_eq!(changes.objects.went, [2]);
        assert_eq!(changes.objects.changed, [1]);
        assert_eq!(mirror.object(2), None);
        assert_eq!(before.object(2).unwrap().name, "Falcon");
    });
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    everywhere(|api, version| {
        let world = World::new(some());
        let server = world.serve();
        let mut client = connect(api, server.address, version);
        let mut mirror = Mirror::new().patience(3, Duration::from_millis(1));
        let mut whole = mirror.clone();
        refresh(&mut client, &mut whole).unwrap();
        // As many questions as a refresh has, each met by a server that is busy for a while.
        let questions = {
            let before = world.state().asked;
            refresh(&mut client, &mut Mirror::new()).unwrap();
            world.state().asked - before
        };
        assert!(questions > 20);
        for question in 1..=questions {
            let mut state = world.state();
            let at = state.asked + question;
            state.plans.insert(at, Box::new(|state| state.busy = 3));
            drop(state);
            let changes = refresh(&mut client, &mut mirror).unwrap();
            assert_eq!(mirror, whole, "{question}");
            assert!(changes.is_consistent);
            mirror = Mirror::new().patience(3, Duration::from_millis(1));
        }
        // Not forever.
        world.state().busy = u32::MAX;
        let error = refresh(&mut client, &mut mirror).unwrap_err();
        let code = error.refusal().map(|refusal| refusal.code);
        assert_eq!(code, Some(FailCode::UNAVAILABLE_TEMPORARILY));
        assert!(mirror.is_empty());
    });
}

#[test]
fn what_a_server_does_not_have_is_known_to_be_missing() {
    for &version in game::VERSIONS {
        let world = World::new(some());
        world.state().lacks = vec![
            "features",
            "games",
            "time",
            "queues",
            "boards",
            "players",
            "designs",
            "resources",
        ];
        let server = world.serve();
        let (mut client, _) = client(&server, version);
        let mut mirror = Mirror::new();
        let changes = client.refresh(&mut mirror).unwrap();
        assert!(changes.is_consistent);
        assert_eq!(mirror.objects().len(), 4);
        let refusal = mirror.designs().refusal().unwrap();
        assert_eq!(refusal.code, FailCode::UNAVAILABLE_PERMANENTLY);
        assert!(mirror.designs().is_empty() && mirror.boards().refusal().is_some());
        assert_eq!(mirror.categories().refusal(), None);
        assert_eq!(mirror.turn(), None);
        // Players that are not listed are still those that one meets.
        let names: Vec<_> = mirror
            .players()
            .iter()
            .map(|it| it.name.to_string())
            .collect();
        assert_eq!(names, ["guest", "eve"]);
        // It can come, and go.
        world.state().lacks.clear();
        let changes = client.refresh(&mut mirror).unwrap();
        assert_eq!(
            (changes.designs.appeared, changes.news),
            (vec![0], vec![(0, 0)])
        );
        world.state().lacks.push("designs");
        assert_eq!(client.refresh(&mut mirror).unwrap().designs.went, [0]);
        // Whoever may not see any object is not logged in.
        world.state().lacks.push("objects");
        let before = mirror.clone();
        assert!(client.refresh(&mut mirror).unwrap_err().is_refused());
        assert_eq!(mirror, before);
    }
}

#[test]
fn a_picture_of_another_game_is_thrown_away() {
    let world = World::new(some());
    let server = world.serve();
    let (mut tp04, _) = client(&server, game::TP04);
    let (mut tp03, _) = client(&server, game::TP03);
    let mut mirror = Mirror::new();
    let all = |changes: &Changes| changes.objects.appeared == [0, 1, 2, 3];
    assert_eq!(tp04.refresh(&mut mirror).unwrap().discarded, None);
    let same = tp04.refresh(&mut mirror).unwrap();
    assert!(same.discarded.is_none() && same.is_empty());

    let changes = tp03.refresh(&mut mirror).unwrap();
    assert_eq!(changes.discarded, Some(Discarded::OtherVersion));
    assert!(all(&changes));
    tp04.refresh(&mut mirror).unwrap();
    world.state().name = "Other".into();
    let changes = tp04.refresh(&mut mirror).unwrap();
    assert_eq!(changes.discarded, Some(Discarded::OtherGame));
    assert!(all(&changes));
    world.state().turn = 7;
    assert_eq!(tp04.refresh(&mut mirror).unwrap().discarded, None);
    world.state().turn = 2;
    let changes = tp04.refresh(&mut mirror).unwrap();
    assert_eq!(changes.discarded, Some(Discarded::LaterTurn));
    assert!(all(&changes));
    assert_eq!(mirror.turn(), Some(2));

    world.state().greeting = "another server".into();
    let (mut other, _) = client(&server, game::TP04);
    let changes = other.refresh(&mut mirror).unwrap();
    assert_eq!(changes.discarded, Some(Discarded::OtherServer));
    world.state().me = 2;
    let (mut eve, _) = client(&server, game::TP04);
    let changes = eve.refresh(&mut mirror).unwrap();
    assert_eq!(changes.discarded, Some(Discarded::OtherPlayer));
    assert_eq!(mirror.me().unwrap().name, "eve");
}

#[test]
fn progress_is_reported_and_can_end_it() {
    everywhere(|api, version| {
        let world = World::new(some());
        let server = world.serve();
        let mut client = connect(api, server.address, version);
        let mut mirror = Mirror::new();
        let (sender, steps) = mpsc::channel();
        let report = move |step| {
            sender.send(step).unwrap();
            ControlFlow::Continue(())
        };
        refresh_with(&mut client, &mut mirror, report).unwrap();
        let steps: Vec<Progress> = steps.iter().collect();
        assert!(steps.is_sorted_by_key(|step| step.what));
        let mut objects = steps.iter().filter(|step| step.what == Part::Objects);
        let last = objects.next_back().unwrap();
        assert_eq!((last.done, last.of), (4, 4));
        assert_eq!(last.to_string(), "objects: 4 of 4");

        world.state().remove_body(2);
        let before = mirror.clone();
        for end in 0_u32.. {
            let mut left = end;
            let report = move |_| {
                left = match left.checked_sub(1) {
                    Some(left) => left,
                    None => return ControlFlow::Break(()),
                };
                ControlFlow::Continue(())
            };
            match refresh_with(&mut client, &mut mirror, report) {
                Err(Error::Cancelled) => assert_eq!(mirror, before),
                refreshed => {
                    assert_eq!(refreshed.unwrap().objects.went, [2]);
                    assert!(end > 20);
                    break;
                }
            }
        }
    });
}

/// Everything is looked at but for the last question, then the turn ends and an object changes.
#[test]
fn a_turn_that_ends_behind_what_was_looked_at_is_noticed() {
    // By what it is noticed: that there is more time than before, that it is announced, or by the
    // number of the turn, which TP03 does not have.
    for (version, announces, times) in [
        (game::TP03, false, true),
        (game::TP03, true, false),
        (game::TP04, false, true),
        (game::TP04, true, false),
    ] {
        let world = World::new(some());
        if !times {
            world.state().lacks.push("time");
        }
        let server = world.serve();
        let (mut client, _) = client(&server, version);
        if !announces {
            world.state().peers.clear();
        }
        let before = world.state().asked;
        client.refresh(&mut Mirror::new()).unwrap();
        let mut state = world.state();
        let last = state.asked + (state.asked - before);
        let end = |state: &mut State| {
            let time = &mut state.time;
            state
                .bodies
                .change(time, 2, |it| it.name = "Phoenix".into());
            state.next_turn();
        };
        state.plans.insert(last, Box::new(end));
        drop(state);
        let mut mirror = Mirror::new();
        let changes = client.refresh(&mut mirror).unwrap();
        assert!(world.state().plans.is_empty() && changes.is_consistent);
        assert_eq!(mirror.object(2).unwrap().name, "Phoenix", "{version}");
    }
}

#[test]
fn news_are_told_from_what_stood_on_the_board_before() {
    let world = World::new(some());
    let server = world.serve();
    for &version in game::VERSIONS {
        let (mut client, tap) = client(&server, version);
        let mut mirror = Mirror::new();
        let set = |texts: &[&str]| {
            let mut state = world.state();
            let state = &mut *state;
            state.boards.change(&mut state.time, 0, |board| {
                *board = texts.iter().map(|text| message(text, 1)).collect();
            });
        };
        let texts = |mirror: &Mirror| -> Vec<String> {
            let messages = mirror.messages(0).iter();
            messages.map(|it: &Message| it.body.to_string()).collect()
        };
        set(&["a", "b", "c"]);
        client.refresh(&mut mirror).unwrap();
        for (now, news, removed) in [
            (&["a", "b", "c", "d"][..], &[3][..], &[][..]),
            (&["b", "c", "d"], &[], &[0]),
            (&["b", "d", "e", "f"], &[2, 3], &[1]),
            // As many as before, and one that says what another has said.
            (&["d", "e", "f", "f"], &[3], &[0]),
            (&["e", "f", "f", "f"], &[3], &[0]),
            (&["f", "f", "f", "f"], &[3], &[0]),
            (&["x"], &[0], &[0, 1, 2, 3]),
            // The last few are what they were, and yet one before them went.
            (&["a", "f", "f", "f", "f"], &[0, 1, 2, 3, 4], &[0]),
            (&["f", "f", "f", "f", "f"], &[4], &[0]),
            (&["x"], &[0], &[0, 1, 2, 3, 4]),
            (&[], &[], &[0]),
            (&["x"], &[0], &[]),
        ] {
            set(now);
            let changes = client.refresh(&mut mirror).unwrap();
            assert_eq!(texts(&mirror), now);
            let slots = |them: &[(u32, u32)]| them.iter().map(|it| it.1).collect::<Vec<_>>();
            assert_eq!(slots(&changes.news), news, "{now:?}");
            assert_eq!(slots(&changes.removed_messages), removed, "{now:?}");
        }
        // One that comes in the same second as another.
        world
            .state()
            .boards
            .things
            .get_mut(&0)
            .unwrap()
            .1
            .push(message("y", 1));
        assert_eq!(client.refresh(&mut mirror).unwrap().news, [(0, 1)]);
        // Of many only the last few are looked at again.
        let many: Vec<String> = (0..200).map(|number| format!("text {number}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        set(&many[..199]);
        client.refresh(&mut mirror).unwrap();
        client.refresh(&mut mirror).unwrap();
        tap.take_traffic();
        client.refresh(&mut mirror).unwrap();
        let (nothing, _) = tap.take_traffic();
        set(&many);
        assert_eq!(client.refresh(&mut mirror).unwrap().news, [(0, 199)]);
        let (received, _) = tap.take_traffic();
        let one = 16 + 4 * 7 + "news".len() + "text 199".len();
        assert!(received <= nothing + 20 + 5 * one, "{received} {nothing}");
    }
}

#[test]
fn a_count_that_is_a_lie_is_not_believed() {
    let world = World::new(some());
    world.state().lie = Some(u32::MAX);
    let server = world.serve();
    for &version in game::VERSIONS {
        let (mut client, tap) = client(&server, version);
        let mut mirror = Mirror::new();
        client.refresh(&mut mirror).unwrap();
        assert_eq!(mirror.orders_of(&mirror.object(2).unwrap()).len(), 2);
        assert!(!mirror.messages(0).is_empty());
        let (received, sent) = tap.take_traffic();
        assert!(received + sent < 1 << 20, "{received} {sent}");
    }
}

#[test]
fn a_download_has_a_limit() {
    let world = World::new(some());
    let server = world.serve();
    let (mut client, _) = client(&server, game::TP04);
    let mut mirror = Mirror::new().download_limit(1000);
    let error = client.refresh(&mut mirror).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit: 1000 }), "{error}");
    client.refresh(&mut mirror.download_limit(100_000)).unwrap();
}

/// Sends every fleet and planet of the player's somewhere, as far as it takes such an order.
fn move_all(client: &mut AnyClient, mirror: &Mirror, turn: usize) {
    let me = mirror.me().unwrap().id;
    let places = mirror.objects().iter().filter_map(|it| it.position);
    let mut places: Vec<_> = places.collect();
    places.rotate_left(turn * 7 % mirror.objects().len());
    for (object, place) in mirror.owned_by(me).zip(places.iter().cycle()) {
        let queue = object
            .order_queue
            .and_then(|id| mirror.order_queues().get(id));
        let types = queue.map(|queue| &queue.ordertypes);
        let types = types.or(object.ordertypes.as_ref()).into_iter().flatten();
        let mut descs = types.filter_map(|id| mirror.order_descs().get(*id));
        let Some(desc) = descs.find(|it| it.order_params_types().eq([0])) else {
            continue;
        };
        let to = game::OrderParamAbsSpaceCoords {
            pos: (*place).into(),
        };
        let order = Order {
            queue: object.order_queue,
            object: Some(object.id),
            otype: desc.id,
            parameters: vec![OrderParams::AbsSpaceCoords(to)].into(),
            ..Order::default()
        };
        ask!(*client, insert_order(order)).unwrap();
    }
}

#[test]
fn the_demo_game_turn_by_turn() {
    everywhere(|api, version| {
        let game = tp_game::Game::new(7).serve("127.0.0.1:0").unwrap();
        let mut client = connect(api, game.local_addr(), version);
        let mut mirror = Mirror::new();
        refresh(&mut client, &mut mirror).unwrap();
        for turn in 0..6 {
            move_all(&mut client, &mirror, turn);
            let changes = refresh(&mut client, &mut mirror).unwrap();
            assert!(!changes.orders.is_empty());
            ask!(client, finish_turn()).unwrap();
            let changes = refresh(&mut client, &mut mirror).unwrap();
            assert!(changes.is_consistent && !changes.objects.changed.is_empty());
            let mut fresh = Mirror::new();
            refresh(&mut client, &mut fresh).unwrap();
            assert_eq!(mirror, fresh);
        }
        game.shutdown();
    });
}

#[cfg(feature = "serde")]
#[test]
fn a_mirror_that_was_saved_asks_only_for_what_changed() {
    for &version in game::VERSIONS {
        let mut state = some();
        for number in 0..100 {
            let name = format!("thing {number}");
            state.properties.add(&mut state.time, name.into());
        }
        let world = World::new(state);
        let server = world.serve();
        let mut mirror = Mirror::new();
        let (mut first, tap) = client(&server, version);
        tap.take_traffic();
        first.refresh(&mut mirror).unwrap();
        let (whole, _) = tap.take_traffic();
        let saved = serde_json::to_string(&mirror).unwrap();
        let mut loaded: Mirror = serde_json::from_str(&saved).unwrap();
        assert_eq!(loaded, mirror);
        assert_eq!(serde_json::to_string(&loaded).unwrap(), saved);
        let parent = |mirror: &Mirror| mirror.parent(&mirror.object(2).unwrap()).map(|it| it.id);
        assert_eq!(parent(&loaded), Some(1));

        world.state().remove_body(3);
        let (mut second, tap) = client(&server, version);
        tap.take_traffic();
        let changes = second.refresh(&mut loaded).unwrap();
        assert_eq!((changes.discarded, changes.objects.went), (None, vec![3]));
        let (rest, _) = tap.take_traffic();
        assert!(rest * 2 < whole, "{rest} of {whole}");
        second.refresh(&mut mirror).unwrap();
        assert_eq!(loaded, mirror);
    }
}

#[cfg(feature = "serde")]
mod saved {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static SAVED: LazyLock<String> = LazyLock::new(|| {
        let world = World::new(some());
        let server = world.serve();
        let (mut client, _) = client(&server, game::TP03);
        let mut mirror = Mirror::new();
        client.refresh(&mut mirror).unwrap();
        serde_json::to_string(&mirror).unwrap()
    });

    /// Looks at everything.
    fn look(mirror: &Mirror) {
        for object in mirror.objects() {
            let _ = (mirror.parent(&object), mirror.owner(&object));
            let _ = mirror.children(&object).count() + mirror.orders_of(&object).count();
        }
        let boards = mirror.boards().with_ids();
        let _ = boards
            .map(|(id, _)| mirror.messages(id).len())
            .sum::<usize>();
        let _ = (
            mirror.me(),
            mirror.turn(),
            format!("{:?}", mirror.objects()),
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_damaged_file_does_no_harm(at in any::<prop::sample::Index>(), text in "[0-9\"{}\\[\\],x-]{0,3}") {
            let mut saved = SAVED.clone();
            let at = at.index(saved.len());
            let end = (at + text.len()).min(saved.len());
            saved.replace_range(at..end, &text);
            if let Ok(mirror) = serde_json::from_str::<Mirror>(&saved) {
                look(&mirror);
            }
            prop_assert!(serde_json::from_str::<Mirror>(&SAVED[..at]).is_err());
        }
    }

    #[test]
    fn another_file_is_no_mirror() {
        let other = SAVED.replace("mirror 1", "mirror 2");
        let error = serde_json::from_str::<Mirror>(&other).unwrap_err();
        assert!(error.to_string().contains("no mirror"), "{error}");
    }

    #[test]
    fn ids_in_any_order_and_twice_are_found() {
        // Objects 3 and 1 change places, and 3 comes again.
        let mut saved: serde_json::Value = serde_json::from_str(&SAVED).unwrap();
        let objects = saved["picture"]["objects"][1].as_array_mut().unwrap();
        objects.swap(1, 3);
        objects.push(objects[1].clone());
        let mirror: Mirror = serde_json::from_value(saved).unwrap();
        assert_eq!(mirror, serde_json::from_str(&SAVED).unwrap());
        assert_eq!(mirror.object(3).unwrap().name, "Eagle");
    }
}
