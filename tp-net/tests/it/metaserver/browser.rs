//! A browser of metaservers, on its three clients.

use std::time::{Duration, Instant};

use tp_net::discovery::{Browser, Error, Event, Source};

use super::PATIENCE;
use super::bytes::{TP03, TP04, game, sequence};
use super::other::{Other, closed};

fn list(games: &[(&str, u32)]) -> Vec<u8> {
    let count = sequence(TP03, u32::try_from(games.len()).unwrap());
    let games = games
        .iter()
        .map(|(name, turn)| game(TP04, name, name, *turn));
    closed(
        &[count]
            .into_iter()
            .chain(games)
            .collect::<Vec<_>>()
            .concat(),
    )
}

fn shown(event: &Event) -> String {
    match event {
        Event::Found(_, game) => format!("found {}", game.name),
        Event::Updated(_, game) => format!("updated {}", game.name),
        Event::Gone(_) => "gone".to_owned(),
        Event::Failed(_, error) => format!("failed: {error}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn games_come_change_and_go() {
    let down = b"HTTP/1.0 503 Down\r\n\r\n".to_vec();
    let other = Other::start(vec![
        list(&[("a", 1), ("b", 1)]),
        list(&[("a", 2), ("b", 1)]),
        down,
        list(&[("a", 2)]),
        list(&[("a", 2), ("c", 1)]),
    ]);
    let mut browser = Browser::builder().metaserver(&other.url).start().unwrap();
    let mut names = [browser.wait(PATIENCE), browser.wait(PATIENCE)].map(Option::unwrap);
    names.sort_by_key(shown);
    assert_eq!(names.each_ref().map(shown), ["found a", "found b"]);
    let ids = names.map(|event| match event {
        Event::Found(id, _) => id,
        other => panic!("{other:?}"),
    });
    assert_eq!(
        ids[0].source(),
        &Source::Metaserver(other.url.as_str().into())
    );

    // Never blocks; nothing is new.
    assert!(browser.try_next().is_none());
    assert!(browser.wait(Duration::ZERO).is_none());
    browser.refresh();
    let start = Instant::now();
    let updated = loop {
        match browser.try_next() {
            Some(event) => break event,
            None => std::thread::yield_now(),
        }
        assert!(start.elapsed() < PATIENCE, "no event");
    };
    assert!(
        matches!(&updated, Event::Updated(id, _) if *id == ids[0]),
        "{updated:?}"
    );

    // What was found stays while nobody answers.
    browser.refresh();
    let failed = browser.wait(PATIENCE).unwrap();
    assert!(
        matches!(&failed, Event::Failed(_, Error::Status { status: 503, .. })),
        "{failed:?}"
    );
    browser.refresh();
    let gone = browser.wait(PATIENCE).unwrap();
    assert!(
        matches!(&gone, Event::Gone(id) if *id == ids[1]),
        "{gone:?}"
    );

    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let found = runtime.block_on(async {
        browser.refresh();
        browser.next().await
    });
    assert_eq!(shown(&found), "found c");
}

#[test]
fn a_wrong_url_is_told_at_once() {
    let wrong = Browser::builder().metaserver("tp://here").start();
    assert!(matches!(wrong, Err(Error::Url { .. })));
}
