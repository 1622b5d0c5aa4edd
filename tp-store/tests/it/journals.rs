//! What many write at once.

use std::io;
use std::path::Path;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tp_store::{Journal, Store, WriteError};

use super::{kept, place, store};

/// A journal of texts, whose state is all of them in one.
fn journal(store: Store) -> (Journal, Arc<Mutex<String>>) {
    let state = Arc::new(Mutex::new(String::new()));
    let snapshot = Arc::clone(&state);
    let snapshot = move || Ok(snapshot.lock().unwrap().clone().into_bytes());
    (Journal::start(store, snapshot).unwrap(), state)
}

fn log(file: &Path) -> Vec<String> {
    let log = kept(file).unwrap().log.into_iter();
    log.map(|entry| String::from_utf8(entry).unwrap()).collect()
}

/// Holds the journal up until told to go on, so that others come to wait.
fn hold(journal: &Journal) -> mpsc::Sender<()> {
    let (go_on, wait) = mpsc::channel();
    let (held, holds) = mpsc::channel();
    journal.insist(b"hold".to_vec(), move |_| {
        held.send(()).unwrap();
        wait.recv().unwrap();
    });
    holds.recv().unwrap();
    go_on
}

#[tokio::test]
async fn what_is_written_is_done_in_order_and_kept_by_a_snapshot_at_the_end() {
    let (_folder, file) = place();
    let (journal, state) = journal(store(&file, &[]));
    let write = |text: &str| {
        let state = Arc::clone(&state);
        let done = move |entry: &[u8]| {
            let mut state = state.lock().unwrap();
            state.push_str(str::from_utf8(entry).unwrap());
            state.len()
        };
        journal.write(text.as_bytes().to_vec(), done)
    };
    assert_eq!(write("one ").await.unwrap(), 4);
    let (two, three, four) = tokio::join!(write("two "), write("three "), write("four "));
    assert_eq!([two, three, four].map(Result::unwrap), [8, 14, 19]);
    journal.close();
    assert!(matches!(write("five").await, Err(WriteError::Closed)));
    assert!(matches!(
        journal.write_blocking(vec![], |_| ()),
        Err(WriteError::Closed)
    ));
    let kept = kept(&file).unwrap();
    assert_eq!(
        (kept.snapshot, kept.log.len()),
        (b"one two three four ".to_vec(), 0)
    );
}

#[tokio::test]
async fn who_does_not_wait_any_more_is_not_written() {
    let (_folder, file) = place();
    let snapshot = || Err(io::Error::other("none is made"));
    let journal = Journal::start(store(&file, &[]), snapshot).unwrap();
    let go_on = hold(&journal);
    let mut writes: Vec<_> = (0..4)
        .map(|number| Box::pin(journal.write(format!("{number}").into_bytes(), |_| ())))
        .collect();
    for write in &mut writes {
        assert!(waits(write.as_mut()).await);
    }
    drop(writes.remove(1));
    go_on.send(()).unwrap();
    for write in writes {
        write.await.unwrap();
    }
    drop(journal);
    assert_eq!(log(&file), ["hold", "0", "2", "3"]);
}

/// Polls once; `true` if it waits.
async fn waits<F: Future + Unpin>(mut future: F) -> bool {
    std::future::poll_fn(|context| {
        let polled = std::pin::Pin::new(&mut future).poll(context);
        std::task::Poll::Ready(polled.is_pending())
    })
    .await
}

#[tokio::test]
async fn one_that_panics_is_told_so_and_the_others_go_on() {
    let (_folder, file) = place();
    let (journal, _) = journal(store(&file, &[]));
    let panics = journal.write(b"one".to_vec(), |_| panic!("on purpose"));
    assert!(matches!(panics.await, Err::<(), _>(WriteError::Panicked)));
    journal.write(b"two".to_vec(), |_| ()).await.unwrap();
}

#[tokio::test]
async fn a_long_log_becomes_a_snapshot_while_it_is_written() {
    let (_folder, file) = place();
    let (journal, state) = journal(store(&file, &[]));
    state.lock().unwrap().push_str("all of it");
    for _ in 0..40 {
        journal.write(vec![b'x'; 100_000], |_| ()).await.unwrap();
    }
    let bytes = std::fs::metadata(&file).unwrap().len();
    // Four megabytes were written, and a log of one is long.
    assert!(bytes < 6 << 20, "{bytes}");
    let go_on = hold(&journal);
    go_on.send(()).unwrap();
    journal.write(vec![], |_| ()).await.unwrap();
    drop(journal);
    assert_eq!(kept(&file).unwrap().snapshot, b"all of it");
}

#[test]
fn the_last_of_a_game_may_be_dropped_by_what_it_does() {
    let (_folder, file) = place();
    let (journal, state) = journal(store(&file, &[]));
    state.lock().unwrap().push_str("state");
    let journal = Arc::new(journal);
    let (done, waits) = mpsc::channel();
    let go_on = hold(&journal);
    let last = Arc::clone(&journal);
    journal.insist(b"last".to_vec(), move |_| {
        drop(last);
        done.send(()).unwrap();
    });
    drop(journal);
    go_on.send(()).unwrap();
    waits.recv().unwrap();
    // It is closed once it has written a snapshot, which nobody waits for.
    let mut opened = (0..10_000).map(|_| {
        std::thread::sleep(Duration::from_millis(1));
        kept(&file)
    });
    let opened = opened.find_map(Result::ok).expect("it is closed");
    assert_eq!(opened.snapshot, b"state");
}
