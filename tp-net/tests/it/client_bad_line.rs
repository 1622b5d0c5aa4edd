//! Every operation, on every client, in both versions, over lines that split, coalesce, interleave,
//! cut short and close amid a frame.
//!
//! The demo game is deterministic, so that whatever comes over a bad line can be compared with
//! what comes over a good one.

use tp_frames::Parameters;
use tp_net::model::{self, Order, OrderParams};
use tp_net::polling::{self, Answer};
use tp_net::{Error, IdListQuery, Options, Versions, game};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::peer::options;
use crate::proxy::{Habits, Proxy};

/// What came of an operation.
type Outcome = Result<String, Error>;

/// Takes the outcome of one operation from its answer.
type Redeem = Box<dyn FnOnce(&mut Answer) -> Option<Outcome>>;

/// An operation, to be run to its end or only to be asked.
struct Operation {
    name: &'static str,
    run: fn(&mut AnyClient) -> Outcome,
    begin: fn(&mut polling::Client) -> Redeem,
}

/// What came, without what differs from game to game: the ports.
fn shown(what: impl std::fmt::Debug) -> String {
    let text = format!("{what:?}");
    let mut parts = text.split("port: ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |before, part| {
        let after = part.trim_start_matches(|it: char| it.is_ascii_digit());
        format!("{before}port: {after}")
    })
}

macro_rules! list {
    ($($name:ident $(::<$item:ty>)? ($($arg:expr),*);)*) => {
        [$(Operation {
            name: stringify!($name $(::<$item>)?),
            run: |client| ask!(*client, $name $(::<$item>)? ($($arg),*)).map(shown),
            begin: |client| {
                let ticket = client.$name $(::<$item>)? ($($arg),*).unwrap();
                Box::new(move |answer| {
                    Some(answer.redeem(&ticket)?.map(shown))
                })
            },
        }),*]
    };
}

/// Every operation, with arguments for which most of them have an answer.
fn operations() -> Vec<Operation> {
    list! {
        ping();
        features();
        games();
        time_remaining();
        get::<game::Board>([0, 1]);
        ids::<game::Object>(None);
        id_page(IdListQuery::<game::Board>::new());
        object_ids_by_position(model::Vector::new(0, 0, 0), u64::MAX);
        object_ids_by_container(0);
        objects([0, 1]);
        objects_by_position(model::Vector::new(0, 0, 0), 1_000);
        modify_object(model::Object::default());
        object_descs([10, 11]);
        order_descs([1001, 1002]);
        order_queues([QUEUE, 10_003]);
        probe_order(order());
        insert_order(order());
        insert_order(order());
        orders(QUEUE, [0, 1]);
        orders(FLEET, [0, 1]);
        remove_orders(QUEUE, [0, 1]);
        remove_orders(FLEET, [0, 1]);
        boards([0, 1]);
        post_message(message());
        messages(0, [0, 1]);
        remove_messages(0, [0, 1]);
        resources([1, 2]);
        players([1, 2]);
        categories([1, 2]);
        add_category(category());
        remove_categories([4, 9]);
        designs([1, 2]);
        add_design(boat());
        modify_design(boat());
        remove_designs([4, 9]);
        components([1, 2]);
        properties([1, 2]);
        object_ids(None);
        object_desc_ids(None);
        order_desc_ids(None);
        order_queue_ids(None);
        board_ids(Some(0));
        resource_ids(None);
        player_ids(None);
        category_ids(None);
        design_ids(None);
        component_ids(None);
        property_ids(None);
        create_account("eve", "s3cret", "eve@example.org", "");
        login("eve", "s3cret");
        finish_turn();
    }
    .into()
}

/// A fleet of the player in this game, and its order queue, which only TP04 has.
const FLEET: u32 = 42;
const QUEUE: u32 = 10_042;

/// The type of orders that take a time and nothing else.
const WAIT: u32 = 1004;

fn boat() -> model::Design {
    model::Design {
        id: 4.into(),
        name: "boat".into(),
        catlist: vec![2],
        components: vec![model::DesignComponent {
            componentid: 1,
            compquant: 1,
        }],
        ..Default::default()
    }
}

fn order() -> Order {
    let time = game::OrderParamTime {
        turns: 3,
        maxtime: 0,
    };
    Order {
        queue: Some(QUEUE),
        object: Some(FLEET),
        otype: WAIT,
        parameters: Parameters::Values(vec![OrderParams::Time(time)]),
        ..Default::default()
    }
}

fn message() -> model::Message {
    model::Message {
        subject: "to myself".into(),
        ..Default::default()
    }
}

fn category() -> model::Category {
    model::Category {
        name: "mine".into(),
        ..Default::default()
    }
}

const VERSIONS: [Versions; 2] = [Versions::only(game::TP04), Versions::only(game::TP03)];

/// A new game behind a line with these habits, and a client that is logged in.
fn behind<T>(
    habits: Habits,
    api: Api,
    options: Options,
    play: impl FnOnce(AnyClient, &Proxy) -> T,
) -> T {
    let game = tp_game::Game::builder().seed(7).build();
    let serving = game.serve("127.0.0.1:0").unwrap();
    let proxy = Proxy::start(serving.local_addr(), habits);
    let mut client = AnyClient::connect(api, proxy.address(), options).unwrap();
    ask!(client, login("guest", "guest")).unwrap();
    play(client, &proxy)
}

fn of(versions: Versions) -> Options {
    options().versions(versions)
}

/// What each operation gives, one after the other.
fn transcript(client: &mut AnyClient) -> Vec<String> {
    operations()
        .iter()
        .map(|it| format!("{}: {:?}", it.name, (it.run)(client)))
        .collect()
}

fn over_a_good_line(versions: Versions) -> Vec<String> {
    behind(
        Habits::default(),
        Api::Blocking,
        of(versions),
        |mut client, _| transcript(&mut client),
    )
}

/// Runs `test` for each client in each version, all at the same time.
fn with_every_client(test: impl Fn(Api, Versions, &[String]) + Sync) {
    std::thread::scope(|scope| {
        for versions in VERSIONS {
            let expected = std::sync::Arc::new(over_a_good_line(versions));
            for api in APIS {
                let (test, expected) = (&test, std::sync::Arc::clone(&expected));
                scope.spawn(move || test(api, versions, &expected));
            }
        }
    });
}

/// What came unasked, as far as the client has it at hand.
fn unasked(client: &mut AnyClient) -> Option<tp_frames::RawFrame> {
    match client {
        AnyClient::Blocking(client) => client.take_asynchronous(),
        AnyClient::Polling(client) => client.take_asynchronous(),
        AnyClient::Async(..) => None,
    }
}

#[test]
fn most_operations_have_an_answer() {
    for versions in VERSIONS {
        let said = over_a_good_line(versions);
        let failed: Vec<_> = said.iter().filter(|it| it.contains(": Err(")).collect();
        assert!(failed.len() < 10, "{failed:#?}");
    }
}

#[test]
fn answers_survive_being_split_at_every_byte() {
    let habits = Habits {
        split: true,
        ..Habits::default()
    };
    with_every_client(|api, versions, expected| {
        behind(habits, api, of(versions), |mut client, _| {
            assert_eq!(transcript(&mut client), expected, "{api:?} {versions:?}");
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
        behind(habits, api, of(versions), |mut client, proxy| {
            assert_eq!(transcript(&mut client), expected, "{api:?} {versions:?}");
            assert!(proxy.injected() > 50);
            if !matches!(api, Api::Async) {
                assert_eq!(unasked(&mut client).unwrap().header.sequence, 0);
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
        behind(habits, api, of(versions), |mut client, proxy| {
            for (said, expected) in transcript(&mut client).iter().zip(expected) {
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
        behind(Habits::default(), api, of(versions), |client, proxy| {
            drop(client);
            for operation in operations() {
                proxy.mend();
                let mut client = AnyClient::connect(api, proxy.address(), of(versions)).unwrap();
                ask!(client, login("guest", "guest")).unwrap();
                proxy.close_after(0);
                let name = operation.name;
                let error = (operation.run)(&mut client).unwrap_err();
                if error.is_not_in_version() {
                    continue;
                }
                assert!(error.is_disconnected(), "{api:?} {name}: {error}");
                if let AnyClient::Polling(client) = &mut client {
                    assert!(client.poll().is_none(), "{name}: twice");
                }
                let again = ask!(client, features()).unwrap_err();
                assert!(again.is_disconnected(), "{api:?} {name}: {again}");
            }
        });
    });
}

/// Asks everything at once, then fetches the answers, each once and in order.
fn at_once(client: &mut polling::Client) -> Vec<(&'static str, Outcome)> {
    let asked: Vec<_> = operations()
        .into_iter()
        .map(|it| (it.name, (it.begin)(client)))
        .collect();
    let outcomes = asked
        .into_iter()
        .map(|(name, redeem)| (name, redeem(&mut client.wait().unwrap()).expect("in order")))
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
        behind(habits, Api::Polling, of(versions), |mut client, _| {
            let AnyClient::Polling(client) = &mut client else {
                return;
            };
            for ((name, outcome), expected) in at_once(client).into_iter().zip(&expected) {
                assert_eq!(&format!("{name}: {outcome:?}"), expected, "{versions:?}");
            }
        });
    }
}

#[test]
fn a_pipeline_that_closes_amid_any_frame_gives_each_operation_one_end() {
    for versions in VERSIONS {
        let expected = over_a_good_line(versions);
        for frames in (0..60).step_by(4) {
            behind(
                Habits::default(),
                Api::Polling,
                of(versions),
                |mut client, proxy| {
                    let AnyClient::Polling(client) = &mut client else {
                        return;
                    };
                    proxy.close_after(frames);
                    let mut lost = 0;
                    for ((name, outcome), expected) in at_once(client).into_iter().zip(&expected) {
                        let whole = &format!("{name}: {outcome:?}") == expected;
                        let said = format!("{outcome:?}");
                        // Of what came whole, the description may be what is lost: the parameters
                        // are bytes then.
                        let is_told =
                            said.contains("Disconnected") || said.contains("Parameters(TP");
                        assert!(whole || is_told, "{name}: {said}");
                        lost += u32::from(!whole);
                    }
                    assert!(lost > 0, "{frames}");
                },
            );
        }
    }
}
