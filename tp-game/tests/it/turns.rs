//! How turns end, what players see of each other, and that seeds make worlds.

use std::time::Duration;

use tp_frames::Semi64;
use tp_frames::game::{self, TP03, TP04, TimeRemainingReason};
use tp_game::Game;
use tp_test_components::Client;

use crate::everything;

#[test]
fn a_turn_ends_when_all_who_are_there_have_finished() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut guest = Client::login(game.local_addr(), TP04, "guest");
    let mut alice = Client::login(game.local_addr(), TP03, "alice");
    guest.ask(game::FinishedTurn {}).unwrap();
    let waiting = guest.ask(game::GetTimeRemaining {}).unwrap();
    assert_eq!(
        (waiting.turn, waiting.waiting),
        (Some(1), Some(vec![2])),
        "for alice"
    );
    alice.send(&game::FinishedTurn {});
    // Everybody is told before she gets her answer: it is over, and the next begins.
    assert_eq!(alice.asynchronous::<game::TimeRemaining>().time, 0);
    assert_eq!(alice.asynchronous::<game::TimeRemaining>().time, u32::MAX);
    assert_eq!(alice.frame().unwrap().header.r#type, 0);
    let over = guest.asynchronous::<game::TimeRemaining>();
    assert_eq!((over.time, over.turn), (0, Some(1)));
    assert_eq!(over.reason, Some(TimeRemainingReason::ALL_FINISHED));
    let next = guest.asynchronous::<game::TimeRemaining>();
    assert_eq!((next.time, next.turn), (u32::MAX, Some(2)));
    assert_eq!(next.reason, Some(TimeRemainingReason::TIMER_STARTED));
    assert_eq!(next.waiting, Some(vec![1, 2]));

    // Who leaves is not waited for.
    guest.ask(game::FinishedTurn {}).unwrap();
    drop(alice);
    assert_eq!(guest.asynchronous::<game::TimeRemaining>().turn, Some(2));
    assert_eq!(guest.asynchronous::<game::TimeRemaining>().turn, Some(3));
}

#[test]
fn a_time_that_is_set_in_the_first_turn_is_told_with_its_number() {
    let game = Game::new(1);
    let serving = game.serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(serving.local_addr(), TP04, "guest");
    game.set_turn_time(Some(Duration::from_secs(60)));
    let told = client.asynchronous::<game::TimeRemaining>();
    assert_eq!((told.time, told.turn), (60, Some(1)));
}

#[test]
fn a_turn_ends_when_its_time_is_over() {
    let game = Game::builder()
        .turn_time(Duration::from_millis(400))
        .build();
    let serving = game.serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(serving.local_addr(), TP04, "guest");
    let mut reasons = Vec::new();
    while reasons.last() != Some(&TimeRemainingReason::TIMER_STARTED) {
        let told = client.asynchronous::<game::TimeRemaining>();
        reasons.push(told.reason.unwrap());
    }
    let whole = [
        TimeRemainingReason::TIMER_WARNING,
        TimeRemainingReason::END_OF_TURN_STARTED,
        TimeRemainingReason::TIMER_STARTED,
    ];
    assert!(whole.ends_with(&reasons), "{reasons:?}");
    assert!(game.turn() >= 2);
    assert_eq!(
        client.ask(game::GetTimeRemaining {}).unwrap().time,
        1,
        "rounded up"
    );
}

#[test]
fn players_see_their_own_fleets_and_not_those_far_away() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut guest = Client::login(game.local_addr(), TP04, "guest");
    let mut bob = Client::login(game.local_addr(), TP04, "bob");
    let fleets = |client: &mut Client| {
        let fleets = everything(client).into_iter();
        let fleets = fleets.filter(|object| object.otype == 14);
        fleets.map(|object| object.id).collect::<Vec<u32>>()
    };
    let (hers, his) = (fleets(&mut guest), fleets(&mut bob));
    assert!(!hers.is_empty() && !his.is_empty());
    assert_ne!(hers, his);
    let hidden = his.iter().find(|id| !hers.contains(id)).unwrap();
    let ids = vec![*hidden];
    assert_eq!(guest.ask(game::GetObjectsByID { ids }), Err(4));
    // Orders are secret even of what is seen.
    let his = bob.ask(game::GetOrderQueueIDs::default()).unwrap().modtimes;
    for queue in his {
        let ids = vec![queue.id];
        let refused = guest.ask(game::GetOrderQueue { ids });
        assert!(matches!(refused, Err(4 | 5)), "{refused:?}");
    }
}

fn played(seed: u64) -> Vec<game::Object> {
    let game = Game::new(seed).serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    for _ in 0..3 {
        client.ask(game::FinishedTurn {}).unwrap();
    }
    everything(&mut client)
}

#[test]
fn a_seed_makes_a_world() {
    let world = played(7);
    assert_eq!(world, played(7));
    assert_ne!(world, played(8));
}

#[test]
fn what_is_gone_is_told_to_those_who_ask_what_changed() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let ids = |from| game::GetDesignIDs {
        from,
        ..Default::default()
    };
    let before = client.ask(ids(Semi64::NONE)).unwrap().modtimes;
    let latest = before.iter().map(|id| id.modtime).max().unwrap();
    let design = game::AddDesign {
        name: "Bee".into(),
        ..Default::default()
    };
    let id = client.ask(design).unwrap().id.get().unwrap();
    let changed = client.ask(ids(latest.into())).unwrap().modtimes;
    assert_eq!(changed.iter().map(|id| id.id).collect::<Vec<_>>(), [id]);
    client.ask(game::RemoveDesign { ids: vec![id] }).unwrap();
    assert_eq!(client.ask(ids(Semi64::NONE)).unwrap().modtimes, before);
    let gone = client.ask(ids(latest.into())).unwrap().modtimes;
    assert_eq!(gone.iter().map(|id| id.id).collect::<Vec<_>>(), [id]);
    assert!(gone[0].modtime > changed[0].modtime);
}
