//! After every refresh a mirror shows what a fresh download shows.

use proptest::prelude::*;
use tp_frames::{Version, game};
use tp_net::Versions;
use tp_net::blocking::Client;
use tp_net::mirror::{Habits, Mirror};

use super::changes::{Change, any_change};
use super::tapped::{Tap, Tapped};
use super::world::{Clock, Running, State, World};
use crate::peer::options;

use std::sync::Arc;

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

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

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
            prop_assert_eq!(changes.is_empty(), before == mirror || mirror.turn() != before.turn() && changes.is_empty());
        }
    }
}
