//! Every operation, on every client, in both versions, over lines that split, coalesce, interleave,
//! cut short and close amid a frame.
//!
//! The demo game is deterministic, so that whatever comes over a bad line can be compared with
//! what comes over a good one.

use std::sync::Arc;
use std::time::Duration;

use tp_net::{Error, Event, Versions, game};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::operations::{SEED, Shown, operations, place};
use crate::peer::options;
use crate::proxy::{Habits, Proxy};

const VERSIONS: [Versions; 2] = [Versions::only(game::TP04), Versions::only(game::TP03)];

/// A new game behind a line with these habits, and a client that is logged in.
fn behind<T>(
    habits: Habits,
    api: Api,
    versions: Versions,
    play: impl FnOnce(AnyClient, &Proxy) -> T,
) -> T {
    let game = tp_game::Game::new(SEED).serve("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(game.local_addr(), habits);
    let client = logged_in(api, &proxy, versions);
    play(client, &proxy)
}

fn logged_in(api: Api, proxy: &Proxy, versions: Versions) -> AnyClient {
    let options = options().versions(versions);
    let mut client = AnyClient::connect(api, proxy.address(), options).unwrap();
    ask!(client, login("guest", "guest")).unwrap();
    client
}

/// What each operation gives, one after the other.
fn transcript(client: &mut AnyClient, versions: Versions) -> Vec<String> {
    let operations = operations().into_iter();
    operations
        .map(|it| format!("{}: {:?}", it.call, (it.run)(client, place(versions))))
        .collect()
}

fn over_a_good_line(versions: Versions) -> Vec<String> {
    behind(
        Habits::default(),
        Api::Blocking,
        versions,
        |mut client, _| transcript(&mut client, versions),
    )
}

/// Runs `test` for each client in each version, all at the same time.
fn with_every_client(test: impl Fn(Api, Versions, &[String]) + Sync) {
    std::thread::scope(|scope| {
        for versions in VERSIONS {
            let expected = Arc::new(over_a_good_line(versions));
            for api in APIS {
                let (test, expected) = (&test, Arc::clone(&expected));
                scope.spawn(move || test(api, versions, &expected));
            }
        }
    });
}

/// What came unasked, as far as the client has it at hand.
fn unasked(client: &mut AnyClient) -> Option<Event> {
    match client {
        AnyClient::Blocking(client) => client.next_event(Duration::ZERO).unwrap(),
        AnyClient::Polling(client) => client.next_event(Duration::ZERO).unwrap(),
        AnyClient::Async(..) => None,
    }
}

#[test]
fn answers_survive_being_split_at_every_byte() {
    let habits = Habits {
        split: true,
        ..Habits::default()
    };
    with_every_client(|api, versions, expected| {
        behind(habits, api, versions, |mut client, _| {
            assert_eq!(
                transcript(&mut client, versions),
                expected,
                "{api:?} {versions:?}"
            );
        });
    });
}

#[test]
fn answers_survive_being_coalesced_with_frames_nobody_asked_for() {
    let habits = Habits {
        coalesce: true,
        interleave: true,
        ..Habits::default()
    };
    with_every_client(|api, versions, expected| {
        behind(habits, api, versions, |mut client, proxy| {
            assert_eq!(
                transcript(&mut client, versions),
                expected,
                "{api:?} {versions:?}"
            );
            assert!(proxy.injected() > 50);
            if !matches!(api, Api::Async) {
                assert!(unasked(&mut client).is_some());
            }
        });
    });
}

#[test]
fn groups_cut_short_lose_no_more_than_what_is_missing() {
    let habits = Habits {
        cut: true,
        interleave: true,
        split: true,
        ..Habits::default()
    };
    with_every_client(|api, versions, expected| {
        behind(habits, api, versions, |mut client, proxy| {
            for (said, expected) in transcript(&mut client, versions).iter().zip(expected) {
                // What only reads asks again for what is missing, if it knows what that is.
                let once = ["remove_", "objects_by_position"];
                let may_lack = once.iter().any(|name| said.starts_with(name));
                let is_incomplete = may_lack && said.contains("Incomplete");
                assert!(
                    said == expected || is_incomplete,
                    "{api:?} {versions:?}: {said}"
                );
            }
            assert!(proxy.cut() > 5, "{}", proxy.cut());
        });
    });
}

#[test]
fn each_operation_ends_once_when_the_line_closes_amid_its_answer() {
    with_every_client(|api, versions, _| {
        behind(Habits::default(), api, versions, |client, proxy| {
            drop(client);
            for operation in operations() {
                proxy.mend();
                let mut client = logged_in(api, proxy, versions);
                proxy.close_after(0);
                let call = operation.call;
                let error = (operation.run)(&mut client, place(versions)).unwrap_err();
                if error.is_not_in_version() {
                    continue;
                }
                assert!(error.is_disconnected(), "{api:?} {call}: {error}");
                if let AnyClient::Polling(client) = &mut client {
                    assert!(client.poll().is_none(), "{call}: twice");
                }
                let again = ask!(client, features()).unwrap_err();
                assert!(again.is_disconnected(), "{api:?} {call}: {again}");
            }
        });
    });
}

/// Asks everything at once, then fetches the answers, each once and in order.
fn at_once(client: &mut AnyClient, versions: Versions) -> Vec<(&'static str, Shown)> {
    let AnyClient::Polling(client) = client else {
        panic!("only the polling client asks ahead");
    };
    let operations = operations().into_iter();
    let asked: Vec<_> = operations
        .map(|it| (it.call, (it.begin)(client, place(versions))))
        .collect();
    let outcomes = asked
        .into_iter()
        .map(|(call, redeem)| (call, redeem(&mut client.wait().unwrap()).expect("in order")))
        .collect();
    assert!(client.poll().is_none(), "more answers than questions");
    assert!(matches!(client.wait(), Err(Error::NothingOutstanding)));
    outcomes
}

#[test]
fn a_pipeline_of_everything_over_a_bad_line_gives_what_one_by_one_gives() {
    let habits = Habits {
        split: true,
        interleave: true,
        ..Habits::default()
    };
    for versions in VERSIONS {
        let expected = over_a_good_line(versions);
        behind(habits, Api::Polling, versions, |mut client, _| {
            let outcomes = at_once(&mut client, versions);
            for ((call, outcome), expected) in outcomes.into_iter().zip(&expected) {
                assert_eq!(&format!("{call}: {outcome:?}"), expected, "{versions:?}");
            }
        });
    }
}

#[test]
fn a_pipeline_that_closes_amid_any_frame_gives_each_operation_one_end() {
    for versions in VERSIONS {
        let expected = over_a_good_line(versions);
        for frames in (0..60).step_by(4) {
            let habits = Habits::default();
            behind(habits, Api::Polling, versions, |mut client, proxy| {
                proxy.close_after(frames);
                let outcomes = at_once(&mut client, versions);
                let mut lost = 0;
                for ((call, outcome), expected) in outcomes.into_iter().zip(&expected) {
                    let said = format!("{call}: {outcome:?}");
                    let whole = said == *expected;
                    // Of what came whole, the description may be what is lost: the parameters
                    // are bytes then.
                    let is_told = said.contains("Disconnected") || said.contains("Parameters(TP");
                    assert!(whole || is_told, "{said}");
                    lost += u32::from(!whole);
                }
                assert!(lost > 0, "{frames}");
            });
        }
    }
}
