//! After every refresh a mirror shows what a fresh download shows.

use std::sync::Arc;

use proptest::prelude::*;
use tp_frames::{Version, game};
use tp_net::Versions;
use tp_net::blocking::Client;
use tp_net::mirror::{Habits, Mirror};

use super::changes::{Change, any_change};
use super::tapped::{Tap, Tapped};
use super::world::{Clock, Running, State, World, order};
use crate::peer::options;

/// A client in `version` that is logged in.
pub(super) fn client(server: &Running, version: Version) -> (Client, Arc<Tap>) {
    let options = options().versions(Versions::only(version));
    let (connector, tap) = Tapped::new(&options);
    let mut client = Client::connect_with(server.address, options, connector).unwrap();
    client.login("guest", "guest").unwrap();
    (client, tap)
}

/// All there is, downloaded anew.
fn fresh(server: &Running, version: Version) -> Mirror {
    let mut mirror = Mirror::new();
    let (mut client, _) = client(server, version);
    let changes = client.refresh(&mut mirror).unwrap();
    assert!(changes.is_consistent);
    mirror
}

/// How a server is, and how it is looked at.
#[derive(Debug, Clone, Copy)]
struct Case {
    version: Version,
    clock: Clock,
    touches: bool,
    page: u32,
}

impl Case {
    fn mirror(self) -> Mirror {
        let one_clock = self.clock == Clock::One;
        Mirror::new()
            .page_size(self.page)
            .habits(Habits::new().one_clock(one_clock))
    }

    fn world(self) -> World {
        let mut state = State::new(self.clock);
        state.touches = self.touches;
        // Some that have orders, so that these can change.
        for number in 0..3 {
            let fleet = state.add_body("fleet", 0, Some(1), true);
            state.change_orders(fleet, |orders| orders.push(order(number)));
        }
        World::new(state)
    }
}

fn case() -> impl Strategy<Value = Case> {
    let version = prop::sample::select(game::VERSIONS.to_vec());
    let clock = prop::sample::select(vec![Clock::One, Clock::PerThing]);
    // In TP04 it is the queues that tell.
    (version, clock, any::<bool>(), 1..7_u32).prop_map(|(version, clock, touches, page)| Case {
        version,
        clock,
        touches: touches || version == game::TP04,
        page,
    })
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec(any_change(), 0..25)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn a_refreshed_mirror_equals_a_fresh_one(
        case in case(),
        turns in prop::collection::vec(changes(), 1..6),
    ) {
        let world = case.world();
        let server = world.serve();
        let (mut client, _) = client(&server, case.version);
        let mut mirror = case.mirror();
        client.refresh(&mut mirror).unwrap();
        for turn in turns {
            turn.iter().for_each(|change| change.apply(&mut world.state()));
            let before = mirror.clone();
            let changes = client.refresh(&mut mirror).unwrap();
            let fresh = fresh(&server, case.version);
            prop_assert!(changes.is_consistent);
            prop_assert_eq!(&mirror, &fresh);
            // That it is another turn is nothing that has changed.
            prop_assert!(mirror.turn() != before.turn() || changes.is_empty() == (before == mirror));
        }
    }

    #[test]
    fn a_turn_that_ends_in_a_refresh_is_seen_or_told(
        case in case(),
        turns in prop::collection::vec((changes(), 1..150_u32), 1..4),
    ) {
        let world = case.world();
        let server = world.serve();
        let (mut client, _) = client(&server, case.version);
        let mut mirror = case.mirror();
        for (turn, at) in turns {
            {
                let mut state = world.state();
                let at = state.asked + at;
                state.plans.insert(at, Box::new(move |state| {
                    turn.iter().for_each(|change| change.apply(state));
                    state.next_turn();
                }));
            }
            let changes = client.refresh(&mut mirror).unwrap();
            world.state().plans.clear();
            if changes.is_consistent {
                prop_assert_eq!(&mirror, &fresh(&server, case.version));
            }
            let changes = client.refresh(&mut mirror).unwrap();
            prop_assert!(changes.is_consistent);
            prop_assert_eq!(&mirror, &fresh(&server, case.version));
        }
    }

    #[test]
    fn whatever_happens_in_a_refresh_the_next_one_sees_it(
        case in case(),
        turns in prop::collection::vec(
            prop::collection::btree_map(1..150_u32, any_change(), 1..40),
            1..4,
        ),
    ) {
        let world = case.world();
        let server = world.serve();
        let (mut client, _) = client(&server, case.version);
        let mut mirror = case.mirror();
        for turn in turns {
            {
                let mut state = world.state();
                for (at, change) in turn {
                    let at = state.asked + at;
                    state.plans.insert(at, Box::new(move |state| change.apply(state)));
                }
            }
            client.refresh(&mut mirror).unwrap();
            world.state().plans.clear();
            client.refresh(&mut mirror).unwrap();
            prop_assert_eq!(&mirror, &fresh(&server, case.version));
        }
    }
}

proptest! {
    #![proptest_config(config(8))]

    #[test]
    fn a_connection_that_is_cut_leaves_the_last_whole_picture(
        case in case(),
        first in changes(),
        then in changes(),
    ) {
        let world = case.world();
        let server = world.serve();
        let mut mirror = case.mirror();
        for turn in [first, then] {
            turn.iter().for_each(|change| change.apply(&mut world.state()));
            let (mut whole, tap) = client(&server, case.version);
            let before = tap.frames();
            whole.refresh(&mut mirror.clone()).unwrap();
            let frames = tap.frames() - before;
            let seen = mirror.clone();
            for cut in 0..frames {
                let (mut client, tap) = client(&server, case.version);
                tap.cut_after(cut);
                let error = client.refresh(&mut mirror).unwrap_err();
                prop_assert!(error.is_disconnected(), "{error}");
                prop_assert_eq!(&mirror, &seen);
            }
            whole.refresh(&mut mirror).unwrap();
            prop_assert_eq!(&mirror, &fresh(&server, case.version));
        }
    }
}
