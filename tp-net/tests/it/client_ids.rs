//! Lists of ids, an id at a time, on every client.

use std::time::Duration;

use tp_frames::Semi64;
use tp_net::model::FailCode;
use tp_net::{Error, IdListQuery, Versions, client, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{Line, PATIENCE, Peer, options};

/// The ids of a list one by one, as each client gives them, up to the first error.
fn walk(client: &mut AnyClient, query: IdListQuery<game::Object>) -> Result<Vec<u32>, Error> {
    match client {
        AnyClient::Blocking(client) => client.paged_ids(query).map(|id| Ok(id?.id)).collect(),
        AnyClient::Polling(client) => {
            let mut all = Vec::new();
            let mut next = Some(query);
            while let Some(query) = next {
                let page = client.id_page(query).unwrap();
                let page = client.wait().unwrap().redeem(&page).unwrap()?;
                all.extend(page.ids.iter().map(|id| id.id));
                next = page.next;
            }
            Ok(all)
        }
        AnyClient::Async(runtime, client) => runtime.block_on(async {
            let mut ids = client.paged_ids(query);
            let mut all = Vec::new();
            while let Some(id) = ids.next().await {
                all.push(id?.id);
            }
            Ok(all)
        }),
    }
}

fn with_every_client(script: fn(&mut Line), play: fn(&mut AnyClient)) {
    for api in APIS {
        eprintln!("{api:?}");
        let peer = Peer::greeting(move |line| {
            script(line);
            line.expect_end();
        });
        let mut client = AnyClient::connect(api, peer.address(), options()).unwrap();
        play(&mut client);
    }
}

/// Answers a request for `amount` ids from `start`.
#[track_caller]
fn give(line: &mut Line, (key, start, amount): (u32, u32, u32), remaining: u32, ids: &[u32]) {
    let request = line.expect::<game::GetObjectIDs>();
    assert_eq!((request.start, request.amount), (start, amount.into()));
    if start > 0 {
        assert_eq!(request.key, key.into());
    }
    let modtimes = ids.iter().map(|id| game::IDSequenceModtime {
        id: *id,
        modtime: 1,
    });
    let answer = game::IDSequence {
        key: key.into(),
        remaining: remaining.into(),
        modtimes: modtimes.collect(),
        from: Some(Semi64::NONE),
    };
    line.reply(game::ObjectIDs::from(answer));
}

/// The list is gone because it has changed.
fn gone(line: &mut Line) {
    line.answer::<game::GetObjectIDs>(game::Fail {
        code: FailCode::NO_SUCH_THING,
        ..Default::default()
    });
}

fn pages() -> IdListQuery<game::Object> {
    IdListQuery::<game::Object>::new().page_size(2)
}

#[test]
fn the_game_gives_every_id_once() {
    for versions in [Versions::only(game::TP04), Versions::only(game::TP03)] {
        for api in APIS {
            let game = tp_game::serve("127.0.0.1:0").unwrap();
            let options = options().versions(versions);
            let mut client = AnyClient::connect(api, game.local_addr(), options).unwrap();
            ask!(client, login("guest", "guest")).unwrap();
            let whole = ask!(client, object_ids(None)).unwrap();
            let whole: Vec<u32> = whole.iter().map(|id| id.id).collect();
            let paged = walk(&mut client, IdListQuery::<game::Object>::new().page_size(7));
            assert_eq!(paged.unwrap(), whole, "{api:?} {versions:?}");
            let all_at_once = walk(&mut client, IdListQuery::<game::Object>::new());
            assert_eq!(all_at_once.unwrap(), whole, "{api:?} {versions:?}");
        }
    }
}

#[test]
fn a_list_that_changes_at_every_page_is_read_to_its_end_and_repeats_nothing() {
    with_every_client(
        |line| {
            give(line, (0, 0, 0), 3, &[]);
            give(line, (0, 0, 2), 1, &[0, 1]);
            // Five times the list changes; each time one thing more is found.
            for round in 1..=5 {
                gone(line);
                give(line, (round, 0, 0), 3 + round, &[]);
                give(line, (round, 0, 2), 1 + round, &[round, round + 1]);
            }
            gone(line);
            // In the end all of it, half of which is known.
            give(line, (9, 0, 0), 5, &[]);
            give(line, (9, 0, 2), 3, &[2, 3]);
            give(line, (9, 2, 2), 1, &[9, 6]);
            give(line, (9, 4, 1), 0, &[7]);
        },
        |client| {
            assert_eq!(walk(client, pages()).unwrap(), [0, 1, 2, 3, 4, 5, 6, 9, 7]);
        },
    );
}

#[test]
fn a_list_that_only_ever_changes_is_an_error() {
    with_every_client(
        |line| {
            give(line, (0, 0, 0), 4, &[]);
            give(line, (0, 0, 2), 2, &[0, 1]);
            for _ in 0..3 {
                gone(line);
                give(line, (0, 0, 0), 4, &[]);
                give(line, (0, 0, 2), 2, &[1, 0]);
            }
            gone(line);
        },
        |client| assert!(walk(client, pages()).unwrap_err().is_refused()),
    );
}

#[test]
fn after_an_error_there_is_nothing() {
    with_every_client(gone, |client| match client {
        AnyClient::Blocking(client) => {
            let mut ids = client.paged_ids(IdListQuery::<game::Object>::new());
            assert!(ids.next().unwrap().unwrap_err().is_refused());
            assert!(ids.next().is_none());
            assert!(ids.next().is_none());
        }
        AnyClient::Polling(_) => assert!(walk(client, pages()).unwrap_err().is_refused()),
        AnyClient::Async(runtime, client) => runtime.block_on(async {
            let mut ids = client.paged_ids(IdListQuery::<game::Object>::new());
            assert!(ids.next().await.unwrap().unwrap_err().is_refused());
            assert!(ids.next().await.is_none());
            assert!(ids.next().await.is_none());
        }),
    });
}

#[test]
fn what_is_not_taken_is_not_fetched() {
    with_every_client(
        |line| {
            give(line, (5, 0, 0), 9, &[]);
            give(line, (5, 0, 2), 7, &[0, 1]);
        },
        |client| match client {
            AnyClient::Blocking(client) => assert_eq!(client.paged_ids(pages()).take(2).count(), 2),
            AnyClient::Polling(client) => {
                let page = client.id_page(pages()).unwrap();
                let page = client.wait().unwrap().redeem(&page).unwrap().unwrap();
                assert_eq!(page.ids.len(), 2);
            }
            AnyClient::Async(runtime, client) => runtime.block_on(async {
                let mut ids = client.paged_ids(pages());
                assert_eq!(ids.next().await.unwrap().unwrap().id, 0);
                assert_eq!(ids.next().await.unwrap().unwrap().id, 1);
            }),
        },
    );
}

#[test]
fn a_dropped_future_loses_no_page() {
    let (go, wait) = std::sync::mpsc::channel();
    let peer = Peer::greeting(move |line| {
        wait.recv_timeout(PATIENCE).unwrap();
        give(line, (5, 0, 0), 3, &[]);
        give(line, (5, 0, 2), 1, &[0, 1]);
        give(line, (5, 2, 1), 0, &[2]);
        line.expect_end();
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = client::Client::connect(peer.address(), options())
            .await
            .unwrap();
        let mut ids = client.paged_ids(pages());
        // The server says nothing before it is told to.
        let early = tokio::time::timeout(Duration::from_millis(20), ids.next()).await;
        assert!(early.is_err());
        go.send(()).unwrap();
        let mut all = Vec::new();
        while let Some(id) = ids.next().await {
            all.push(id.unwrap().id);
        }
        assert_eq!(all, [0, 1, 2]);
    });
}
