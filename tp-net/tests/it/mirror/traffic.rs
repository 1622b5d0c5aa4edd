//! What a refresh costs.

use tp_frames::{Encode, Header, Version, game};
use tp_net::mirror::{Habits, Mirror};

use super::properties::client;
use super::world::{Clock, State, World, order};

const OBJECTS: u32 = 10_000;

/// A world of stars, each with nine fleets, of which every tenth is the player's and has an order.
fn large(clock: Clock) -> State {
    let mut state = State::new(clock);
    state.touches = true;
    let mut star = 0;
    for number in 1..OBJECTS {
        if number % 10 == 1 {
            star = state.add_body(&format!("Star {number}"), 0, None, false);
            continue;
        }
        let mine = number % 10 == 2;
        let name = format!("Fleet {number}");
        let owner = if mine { 1 } else { 2 };
        let fleet = state.add_body(&name, star, Some(owner), mine);
        if mine {
            state.change_orders(fleet, |orders| orders.push(order(3)));
        }
    }
    state
}

/// Bytes from the server in a refresh after so many fleets have moved, and the bytes of the ids and of
/// what changed.
struct Figures {
    changed: usize,
    received: usize,
    sent: usize,
    ids: usize,
    fleets: usize,
}

fn measure(version: Version, clock: Clock) -> (usize, Vec<Figures>) {
    let world = World::new(large(clock));
    let server = world.serve();
    let (mut client, tap) = client(&server, version);
    let habits = Habits::new()
        .one_clock(clock == Clock::One)
        .orders_touch_objects(true);
    let mut mirror = Mirror::new().habits(habits);
    tap.take_traffic();
    client.refresh(&mut mirror).unwrap();
    let (first, _) = tap.take_traffic();
    let mut figures = Vec::new();
    for count in [0, 10, 1_000] {
        let mut state = world.state();
        let ids: Vec<u32> = state.bodies.things.keys().copied().collect();
        let fleets = ids.into_iter().filter(|id| id % 10 > 2).take(count);
        for id in fleets {
            let state = &mut *state;
            state
                .bodies
                .change(&mut state.time, id, |body| body.at += 1);
        }
        let queues = state.queues.things.len();
        drop(state);
        let changes = client.refresh(&mut mirror).unwrap();
        assert_eq!(changes.objects.changed.len(), count);
        let (received, sent) = tap.take_traffic();
        let listed = match (version, clock) {
            (game::TP04, Clock::One) => count,
            (game::TP04, _) => OBJECTS as usize + queues,
            _ => OBJECTS as usize,
        };
        let fleets = client.get::<game::Object>(changes.objects.changed).unwrap();
        let fleets = fleets.iter().flatten();
        let fleets = fleets
            .map(|it| Header::SIZE + it.encoded_len(version))
            .sum();
        tap.take_traffic();
        figures.push(Figures {
            changed: count,
            received,
            sent,
            ids: listed * 12,
            fleets,
        });
    }
    (first, figures)
}

/// The overhead of a refresh: what is asked each time, and the headers of the pages of ids.
const OVERHEAD: usize = 2_000;

/// With `--nocapture` it prints the table.
#[test]
fn a_refresh_costs_the_ids_and_what_changed() {
    println!("server | first download | changed | received | of it ids | of it changed | sent");
    for (version, clock) in [
        (game::TP03, Clock::PerThing),
        (game::TP04, Clock::PerThing),
        (game::TP04, Clock::One),
    ] {
        let (first, figures) = measure(version, clock);
        for it in figures {
            let (received, ids, fleets) = (it.received, it.ids, it.fleets);
            println!(
                "{version} {clock:?} | {first} | {} | {received} | {ids} | {fleets} | {}",
                it.changed, it.sent,
            );
            assert!(received <= ids + fleets + OVERHEAD);
        }
    }
}
