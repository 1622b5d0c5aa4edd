//! Lists of ids: whole, by the page and an id at a time, on every client.

use std::time::Duration;

use tp_frames::{DecodeOptions, Packet, Semi32, Semi64};
use tp_net::model::FailCode;
use tp_net::{Error, IdListQuery, Versions, client, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::{Line, PATIENCE, Peer, options, with_every_client};

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

/// Answers a request for `amount` ids from `start`.
#[track_caller]
fn give(
    line: &mut Line,
    (key, start, amount): (u32, u32, impl Into<Semi32>),
    remaining: u32,
    ids: impl IntoIterator<Item = u32>,
) {
    let amount = amount.into();
    // Whoever asks for all, or how many there are, begins a list, which only then has a key.
    let begins = start == 0 && amount.get().is_none_or(|amount| amount == 0);
    let asked_key = if begins { Semi32::NONE } else { key.into() };
    let request = line.expect::<game::GetObjectIDs>();
    assert_eq!(
        (request.key, request.start, request.amount, request.from),
        (asked_key, start, amount, Semi64::NONE)
    );
    let modtimes = ids.into_iter().map(|id| game::IDSequenceModtime {
        id,
        modtime: u64::from(id) + 7,
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
fn a_whole_list_of_ids_takes_what_servers_give() {
    with_every_client(
        |line| {
            give(line, (5, 0, Semi32::NONE), 3, 0..2);
            give(line, (5, 2, Semi32::NONE), 0, 2..5);
        },
        |client| {
            let ids = ask!(*client, object_ids(None)).unwrap();
            let numbers: Vec<_> = ids.iter().map(|it| it.id).collect();
            assert_eq!(numbers, [0, 1, 2, 3, 4]);
            assert_eq!(ids[4].modtime, 11);
        },
    );
}

#[track_caller]
fn assert_does_not_add_up(error: Error, expected: u64, got: u64, left: u64) {
    let told =
        format!("of {expected} ids in a list the server gave {got}, and says that {left} are left");
    assert_eq!(error.to_string(), told);
    assert!(matches!(error, Error::IdList { .. }));
}

#[test]
fn a_list_of_which_more_are_left_but_none_given_is_no_list_of_none() {
    with_every_client(
        |line| give(line, (5, 0, Semi32::NONE), 1000, 0..0),
        |client| {
            let error = ask!(*client, object_ids(None)).unwrap_err();
            assert_does_not_add_up(error, 1000, 0, 1000);
        },
    );
    // Behind some, too.
    with_every_client(
        |line| {
            give(line, (5, 0, Semi32::NONE), 9, 0..4);
            give(line, (5, 4, Semi32::NONE), 9, 0..0);
        },
        |client| {
            let error = ask!(*client, object_ids(None)).unwrap_err();
            assert_does_not_add_up(error, 9, 0, 9);
        },
    );
    with_every_client(
        |line| {
            give(line, (7, 0, 0), 9, 0..0);
            give(line, (7, 0, 2), 9, 0..0);
        },
        |client| assert_does_not_add_up(walk(client, pages()).unwrap_err(), 9, 0, 9),
    );
}

/// Gives ten ids more whenever asked for some, and says that a thousand are left, until the client
/// hangs up. Returns how often it was asked.
fn give_without_end(line: &mut Line) -> usize {
    let mut next = 0;
    let mut asked = 0;
    while let Some(request) = line.take_or_end() {
        assert_eq!(request.header.r#type, game::GetObjectIDs::TYPE);
        let (query, _) = request
            .decode::<game::GetObjectIDs>(&DecodeOptions::default())
            .unwrap();
        asked += 1;
        assert!(asked < 1000, "it asks for ever");
        let count = if query.amount == 0_u32.into() { 0 } else { 10 };
        let ids = next..next + count;
        next += count;
        let modtimes = ids.map(|id| game::IDSequenceModtime { id, modtime: 0 });
        line.reply(game::ObjectIDs::from(game::IDSequence {
            key: 5_u32.into(),
            remaining: 1000_u32.into(),
            modtimes: modtimes.collect(),
            from: Some(Semi64::NONE),
        }));
    }
    asked
}

#[test]
fn a_list_of_which_never_less_is_left_is_not_asked_for_for_ever() {
    for api in APIS {
        for paged in [false, true] {
            let peer = Peer::greeting(|line| {
                assert!(give_without_end(line) >= 2);
            });
            let mut client = AnyClient::connect(api, peer.address(), options()).unwrap();
            let error = match paged {
                false => ask!(client, object_ids(None)).unwrap_err(),
                true => walk(&mut client, pages()).unwrap_err(),
            };
            assert_does_not_add_up(error, 1000, 10, 1000);
        }
    }
}

#[test]
fn a_list_of_more_bytes_than_an_answer_may_have_is_an_error() {
    for api in APIS {
        for paged in [false, true] {
            let peer = Peer::greeting(|line| {
                // What it says adds up.
                for _ in 0..1000 {
                    let Some(request) = line.take_or_end() else {
                        return;
                    };
                    let (query, _) = request
                        .decode::<game::GetObjectIDs>(&DecodeOptions::default())
                        .unwrap();
                    let count = query.amount.get().unwrap_or(100);
                    let modtimes = (query.start..query.start + count)
                        .map(|id| game::IDSequenceModtime { id, modtime: 0 });
                    line.reply(game::ObjectIDs::from(game::IDSequence {
                        key: 5_u32.into(),
                        remaining: (u32::MAX - 9 - query.start - count).into(),
                        modtimes: modtimes.collect(),
                        from: Some(Semi64::NONE),
                    }));
                }
                panic!("it asks for ever");
            });
            let options = options().answer_bytes(12_000);
            let mut client = AnyClient::connect(api, peer.address(), options).unwrap();
            let error = match paged {
                false => ask!(client, object_ids(None)).unwrap_err(),
                true => walk(&mut client, pages()).unwrap_err(),
            };
            assert!(
                matches!(error, Error::TooLarge { limit: 12_000 }),
                "{error}"
            );
        }
    }
}

#[test]
fn a_list_that_is_suddenly_shorter_or_longer_is_begun_anew() {
    // Some servers empty a list when somebody asks with another key; others have no keys.
    for (remaining, ids) in [(0, 0..0), (0, 3..4), (2, 2..4)] {
        for api in APIS {
            let ids = ids.clone();
            let peer = Peer::greeting(move |line| {
                give(line, (5, 0, Semi32::NONE), 3, 0..2);
                give(line, (5, 2, Semi32::NONE), remaining, ids);
                give(line, (6, 0, Semi32::NONE), 0, 0..5);
            });
            let mut client = AnyClient::connect(api, peer.address(), options()).unwrap();
            let ids = ask!(client, object_ids(None)).unwrap();
            assert!(ids.iter().map(|it| it.id).eq(0..5));
        }
    }
    with_every_client(
        |line| {
            give(line, (5, 0, 0), 4, []);
            give(line, (5, 0, 2), 2, [0, 1]);
            give(line, (5, 2, 2), 0, []);
            give(line, (6, 0, 0), 3, []);
            give(line, (6, 0, 2), 1, [1, 0]);
            give(line, (6, 2, 1), 0, [2]);
        },
        |client| assert_eq!(walk(client, pages()).unwrap(), [0, 1, 2]),
    );
}

#[test]
fn lists_are_read_as_old_servers_give_them() {
    // tpserver-cpp has one board for each player, whatever is asked for.
    with_every_client(
        |line| {
            for (remaining, ids) in [(0, 0..1), (1, 0..0), (0, 0..1)] {
                let modtimes = ids.map(|id| game::IDSequenceModtime { id, modtime: 1 });
                line.answer::<game::GetBoardIDs>(game::BoardIDs::from(game::IDSequence {
                    key: 0_u32.into(),
                    remaining: remaining.into(),
                    modtimes: modtimes.collect(),
                    from: Some(Semi64::NONE),
                }));
            }
            // Of what is inside an object it gives nothing but the number.
            line.answer::<game::GetObjectIDsByContainer>(game::ObjectIDs::from(game::IDSequence {
                key: 0_u32.into(),
                remaining: 65_u32.into(),
                modtimes: vec![],
                from: Some(Semi64::NONE),
            }));
            // Fewer than were asked for.
            give(line, (5, 0, Semi32::NONE), 60, 0..5);
            give(line, (5, 5, Semi32::NONE), 59, 5..6);
            give(line, (5, 6, Semi32::NONE), 0, 6..65);
        },
        |client| {
            assert_eq!(ask!(*client, board_ids(None)).unwrap().len(), 1);
            let page = ask!(*client, id_page(IdListQuery::<game::Board>::new())).unwrap();
            assert!(page.ids.len() == 1 && page.next.is_none());
            let inside = ask!(*client, object_ids_by_container(0)).unwrap();
            assert_eq!(
                (inside.remaining, inside.modtimes.len()),
                (65_u32.into(), 0)
            );
            assert_eq!(ask!(*client, object_ids(None)).unwrap().len(), 65);
        },
    );
}

#[test]
fn pages_ask_first_how_many_there_are() {
    with_every_client(
        |line| {
            give(line, (7, 0, 0), 65, 0..0);
            give(line, (7, 0, 30), 35, 0..30);
            give(line, (7, 30, 30), 5, 30..60);
            give(line, (7, 60, 5), 0, 60..65);
        },
        |client| {
            let mut pages = Some(IdListQuery::<game::Object>::new().page_size(30));
            let mut sizes = Vec::new();
            while let Some(next) = pages {
                let page = ask!(*client, id_page(next)).unwrap();
                sizes.push(page.ids.len());
                pages = page.next;
            }
            assert_eq!(sizes, [30, 30, 5]);
        },
    );
}

#[test]
fn a_list_that_changes_at_every_page_is_read_to_its_end_and_repeats_nothing() {
    with_every_client(
        |line| {
            give(line, (0, 0, 0), 3, []);
            give(line, (0, 0, 2), 1, [0, 1]);
            // Five times the list changes; each time one thing more is found.
            for round in 1..=5 {
                gone(line);
                give(line, (round, 0, 0), 3 + round, []);
                give(line, (round, 0, 2), 1 + round, [round, round + 1]);
            }
            gone(line);
            // In the end all of it, half of which is known.
            give(line, (9, 0, 0), 5, []);
            give(line, (9, 0, 2), 3, [2, 3]);
            give(line, (9, 2, 2), 1, [9, 6]);
            give(line, (9, 4, 1), 0, [7]);
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
            give(line, (0, 0, 0), 4, []);
            give(line, (0, 0, 2), 2, [0, 1]);
            for _ in 0..3 {
                gone(line);
                give(line, (0, 0, 0), 4, []);
                give(line, (0, 0, 2), 2, [1, 0]);
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
            give(line, (5, 0, 0), 9, []);
            give(line, (5, 0, 2), 7, [0, 1]);
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
        give(line, (5, 0, 0), 3, []);
        give(line, (5, 0, 2), 1, [0, 1]);
        give(line, (5, 2, 1), 0, [2]);
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
