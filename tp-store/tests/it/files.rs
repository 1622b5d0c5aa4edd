//! Files, and who may have them.

use std::fs;

use redb::{Database, TableDefinition};
use tp_store::{Format, Kept, OpenError, Store};

use super::{FORMAT, kept, place, store};

#[test]
fn what_was_appended_is_there_and_a_snapshot_takes_its_place() {
    let (_folder, file) = place();
    assert!(Store::open(&file, FORMAT).unwrap().is_none());
    let mut store = store(&file, &[b"one", b""]);
    store.append([&b"three"[..], &[3; 100_000]]).unwrap();
    drop(store);
    let log = vec![b"one".to_vec(), vec![], b"three".to_vec(), vec![3; 100_000]];
    let expected = Kept {
        version: 3,
        snapshot: b"snapshot".to_vec(),
        log,
    };
    assert_eq!(kept(&file).unwrap(), expected);

    let (mut store, _) = Store::open(&file, FORMAT).unwrap().unwrap();
    store.append([&b"five"[..]]).unwrap();
    assert!(!store.is_log_empty());
    // More than one piece, and not the same.
    let large: Vec<u8> = (0..300_000_u32).map(|at| (at / 1000) as u8).collect();
    store.replace(&large).unwrap();
    assert!(store.is_log_empty());
    store.append([&b"six"[..]]).unwrap();
    drop(store);
    let expected = Kept {
        version: 3,
        snapshot: large,
        log: vec![b"six".to_vec()],
    };
    assert_eq!(kept(&file).unwrap(), expected);
}

#[test]
fn a_log_is_long_when_it_is_longer_than_two_snapshots() {
    let (_folder, file) = place();
    let mut store = store(&file, &[]);
    store.append([&vec![0; 1 << 20][..]]).unwrap();
    assert!(!store.is_long());
    store.append([&b"x"[..]]).unwrap();
    assert!(store.is_long());
    drop(store);
    let (mut store, _) = Store::open(&file, FORMAT).unwrap().unwrap();
    assert!(store.is_long(), "as it was");
    store.replace(&vec![0; 1 << 20]).unwrap();
    store.append([&vec![0; 2 << 20][..]]).unwrap();
    assert!(!store.is_long());
}

#[test]
fn one_program_has_a_file_at_a_time() {
    let (_folder, file) = place();
    let store = store(&file, &[b"one"]);
    assert!(matches!(kept(&file), Err(OpenError::InUse(_))));
    let again = Store::create(&file, FORMAT, b"");
    assert!(matches!(again, Err(OpenError::InUse(_))));
    drop(store);
    assert_eq!(kept(&file).unwrap().log.len(), 1);
    // And no draft of it is left.
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn files_of_others_and_of_later_versions_are_refused() {
    let (_folder, file) = place();
    drop(store(&file, &[b"one"]));
    let open = |name, version| {
        let opened = Store::open(&file, Format::new(name, version));
        opened.map(|opened| opened.unwrap().1.version)
    };
    assert_eq!(open("test", 4).unwrap(), 3, "an older one");
    assert_eq!(
        open("test", 2).unwrap_err().to_string(),
        format!(
            "{} has format 3, and this program reads 2 and older; start the newer program",
            file.display()
        )
    );
    let foreign = format!(
        "{} is no data of chess; move it away, or give another folder",
        file.display()
    );
    assert_eq!(open("chess", 3).unwrap_err().to_string(), foreign);

    fs::remove_file(&file).unwrap();
    let other = Database::create(&file).unwrap();
    let writing = other.begin_write().unwrap();
    let table = TableDefinition::<&str, u64>::new("about");
    writing.open_table(table).unwrap().insert("x", 1).unwrap();
    writing.commit().unwrap();
    drop(other);
    assert_eq!(open("chess", 3).unwrap_err().to_string(), foreign);
}

#[test]
fn an_older_file_is_of_the_new_version_from_its_next_snapshot_on() {
    let (_folder, file) = place();
    drop(store(&file, &[b"one"]));
    let newer = Format::new("test", 4);
    let (mut store, kept) = Store::open(&file, newer).unwrap().unwrap();
    assert_eq!(kept.version, 3);
    store.append([&b"two"[..]]).unwrap();
    drop(store);
    let (mut store, kept) = Store::open(&file, newer).unwrap().unwrap();
    assert_eq!((kept.version, kept.log.len()), (3, 2));
    store.replace(b"new").unwrap();
    drop(store);
    let (_, kept) = Store::open(&file, newer).unwrap().unwrap();
    assert_eq!((kept.version, kept.log.len()), (4, 0));
}
