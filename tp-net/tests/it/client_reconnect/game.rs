//! Every operation of the demo game, over a line that is cut again and again.

use std::time::Duration;

use tp_game::Game;
use tp_net::{Reconnect, Versions, game};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::operations::{SEED, operations, place};
use crate::peer::options;
use crate::proxy::{Habits, Proxy};

/// What each operation gives, when the connection is cut amid a frame of each, that many frames
/// after it was asked; or never.
fn play(api: Api, versions: Versions, cut_after: Option<i64>) -> Vec<String> {
    let game = Game::new(SEED).serve("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(game.local_addr(), Habits::default());
    let at_once = Reconnect::default()
        .first_delay(Duration::from_millis(1))
        .attempts(None);
    let options = options().versions(versions).reconnect(at_once);
    let mut client = AnyClient::connect(api, proxy.address(), options).unwrap();
    // The polling client is not connected before.
    let _ = ask!(client, features());
    let outcomes = operations().into_iter().map(|operation| {
        if let Some(frames) = cut_after {
            proxy.close_once_after(frames);
        }
        let outcome = (operation.run)(&mut client, place(versions));
        format!("{}: {outcome:?}", operation.call)
    });
    outcomes.collect()
}

/// How many operations gave something else than over a good line.
fn differing(api: Api, versions: Versions, cut_after: i64) -> usize {
    let good = play(api, versions, None);
    let cut = play(api, versions, Some(cut_after));
    let mut differing = 0;
    for (good, cut) in good.into_iter().zip(cut) {
        // Nobody knows, but as it was the answer that was cut, it was done.
        let is_unknown = cut.contains("FateUnknown");
        assert!(good == cut || is_unknown, "{cut}, and not {good}");
        assert!(!is_unknown || !cut.contains("\"Get"), "{cut}");
        differing += usize::from(is_unknown);
    }
    differing
}

#[test]
fn every_operation_gives_the_same_or_says_that_nobody_knows() {
    for version in game::VERSIONS {
        let versions = Versions::only(*version);
        for api in APIS {
            // The answer is cut, or what comes behind it.
            let unknown = differing(api, versions, 0);
            assert!(unknown > 10, "{unknown} of {version}, {api:?}");
        }
        for frames in 1..5 {
            differing(Api::Async, versions, frames);
        }
    }
}
