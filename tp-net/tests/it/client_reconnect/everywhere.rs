//! Connections that are cut at every place there is.

use std::time::Duration;

use proptest::prelude::*;
use tokio::time::timeout;
use tp_frames::{Version, game};
use tp_net::client::{Client, Events};
use tp_net::{Error, Event, IdListQuery, Options, Reconnect, Versions};

use super::model::{BOARDS, CATEGORIES, Model};
use super::network::{Cut, Fate, Network, Traffic};

/// One life of a client.
#[derive(Debug, Clone)]
struct Case {
    version: Version,
    padded: bool,
    /// How much is asked.
    tasks: u32,
    fates: Vec<Fate>,
}

fn options(version: Version) -> Options {
    let patient = Reconnect::default().attempts(Some(100));
    let only = Versions::only(version);
    Options::default().versions(only).reconnect(patient)
}

/// Lives it, and returns what went over the connections, and how many there were in the place of
/// one that was cut.
fn live(case: &Case) -> (Vec<Traffic>, usize) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let mut model = Model::new(case.version);
    model.padded = case.padded;
    let serving = model.clone();
    let network = Network::new(case.fates.clone(), move |_, stream| {
        serving.serve(stream);
    });
    let reconnected = runtime.block_on(async {
        let day = Duration::from_secs(86_400);
        let played = timeout(day, play(case, &model, network.clone()));
        played.await.expect("an end")
    });
    let done = model.book.done();
    assert!(done.values().all(|times| *times == 1), "{done:?}");
    assert_eq!(model.book.wrong(), Vec::<String>::new());
    (network.traffic(), reconnected)
}

async fn play(case: &Case, model: &Model, network: Network) -> usize {
    let connected = Client::connect_with("game.example", options(case.version), network).await;
    let client = match connected {
        Ok(client) => client,
        // There is no connection yet that could be cut.
        Err(error) => {
            assert!(case.fates.first() != Some(&Fate::Holds), "{error}");
            return 0;
        }
    };
    let mut events = client.events();
    client.login("ada", "s3cret").await.unwrap();
    if case.padded {
        client.enable_padding().await.unwrap();
    }
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..case.tasks {
        let (client, model) = (client.clone(), model.clone());
        tasks.spawn(async move {
            read(&client).await;
            write(&client, &model, number).await;
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    client.disconnect();
    told(&mut events).await
}

/// Reads are answered as if nothing had happened.
async fn read(client: &Client) {
    let time = client.time_remaining().await.unwrap();
    assert_eq!(time.time, 0);
    let (boards, categories, ids) = tokio::join!(
        client.board_ids(None),
        client.category_ids(None),
        client.boards(BOARDS.collect::<Vec<_>>())
    );
    let mut pages = client.paged_ids(IdListQuery::<game::Board>::new().page_size(2));
    for id in BOARDS {
        assert_eq!(pages.next().await.unwrap().unwrap().id, id);
    }
    assert!(pages.next().await.is_none());
    let ids_of = |list: Vec<tp_net::model::IdModtime>| list.into_iter().map(|it| it.id);
    assert!(ids_of(boards.unwrap()).eq(BOARDS));
    assert!(ids_of(categories.unwrap()).eq(CATEGORIES));
    let named = ids.unwrap().into_iter().map(|board| board.unwrap().name);
    assert!(named.eq(BOARDS.map(|id| tp_frames::TpString::from(format!("board {id}")))));
}

/// Writes are done once, or nobody knows.
async fn write(client: &Client, model: &Model, number: u32) {
    let judge = |what: &str, outcome: Result<(), &Error>| {
        let times = model.book.times(what);
        match outcome {
            Ok(()) => assert_eq!(times, 1, "{what}"),
            Err(Error::FateUnknown { .. }) => assert!(times <= 1, "{what}"),
            Err(error) => panic!("{what}: {error}"),
        }
    };
    let post = format!("post {number}");
    let message = game::Message {
        subject: post.as_str().into(),
        ..Default::default()
    };
    let name = format!("add {number}");
    let category = game::Category {
        name: name.as_str().into(),
        ..Default::default()
    };
    let ids: Vec<u32> = (0..3).map(|id| number * 10 + id).collect();
    let (posted, added, removed) = tokio::join!(
        client.post_message(message),
        client.add_category(category),
        client.remove_categories(ids.clone())
    );
    judge(&post, posted.as_ref().map(|_| ()));
    judge(&name, added.as_ref().map(|_| ()));
    for (id, removed) in ids.iter().zip(removed.unwrap()) {
        judge(&format!("remove {id}"), removed.as_ref().map(|_| ()));
    }
}

/// How often the client was connected again. Events go on after it.
async fn told(events: &mut Events) -> usize {
    let (mut logins, mut reconnected) = (0_usize, 0_usize);
    while let Some(event) = events.next().await {
        match event {
            // The model tells so after each login.
            Event::TurnTime(_) | Event::TurnEnded(_) => logins += 1,
            Event::Reconnected => reconnected += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(logins > 0);
    reconnected
}

/// Every life that there is with one cut.
fn all_cuts(version: Version, padded: bool) {
    let whole = Case {
        version,
        padded,
        tasks: 1,
        fates: Vec::new(),
    };
    let (traffic, reconnected) = live(&whole);
    assert_eq!(reconnected, 0);
    let [Traffic { up, down }] = traffic[..] else {
        panic!("one connection");
    };
    let everything = usize::MAX / 4;
    let ups = (1..up).map(|up| Cut {
        up,
        lost: up % 3 * 4,
        down: everything,
        reset: up % 2 == 0,
    });
    let downs = (1..down).map(|down| Cut {
        up: everything,
        lost: 0,
        down,
        reset: down % 2 == 0,
    });
    let mut again = 0;
    for cut in ups.chain(downs) {
        let fates = vec![Fate::Cut(cut)];
        let case = Case {
            fates,
            ..whole.clone()
        };
        let lived = std::panic::catch_unwind(|| live(&case));
        let (_, reconnected) = lived.unwrap_or_else(|panic| {
            eprintln!("{case:?}");
            std::panic::resume_unwind(panic)
        });
        assert!(reconnected <= 1, "{case:?}");
        again += reconnected;
    }
    assert!(again > (up + down) / 2, "{again} of {up} and {down}");
}

#[test]
fn one_cut_at_every_byte_in_tp03() {
    all_cuts(game::TP03, false);
}

#[test]
fn one_cut_at_every_byte_in_tp04() {
    all_cuts(game::TP04, false);
}

#[test]
fn one_cut_at_every_byte_with_padding() {
    all_cuts(game::TP04, true);
}

fn fate() -> impl Strategy<Value = Fate> {
    let cut = (0..2000_usize, 0..60_usize, 0..4000_usize, any::<bool>());
    prop_oneof![
        1 => Just(Fate::Refused),
        1 => Just(Fate::Silent),
        8 => cut.prop_map(|(up, lost, down, reset)| {
            Fate::Cut(Cut { up, lost, down, reset })
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn cuts_everywhere(
        fates in proptest::collection::vec(fate(), 0..30),
        first in 60..3000_usize,
        in_tp04 in any::<bool>(),
        padded in any::<bool>(),
    ) {
        // The first connection lasts for its greeting.
        let begins = Fate::Cut(Cut { up: 60, lost: 60, down: first, reset: false });
        let case = Case {
            version: if in_tp04 { game::TP04 } else { game::TP03 },
            padded: padded && in_tp04,
            tasks: 3,
            fates: std::iter::once(begins).chain(fates).collect(),
        };
        live(&case);
    }
}
