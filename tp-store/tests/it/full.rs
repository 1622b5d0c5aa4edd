//! A disk that is full for a while.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;

use tp_store::{Journal, Store, WriteError};
use tp_test_components::alone;

use super::{FORMAT, kept};

/// Writes until nothing more is taken, which is when the disk is full.
fn fill(journal: &Journal, taken: &mut Vec<Vec<u8>>) {
    for number in 0_u32.. {
        let entry = [&number.to_be_bytes()[..], &[7; 500]].concat();
        match journal.write_blocking(entry.clone(), |_| ()) {
            Ok(()) => taken.push(entry),
            Err(error) => {
                assert!(matches!(error, WriteError::Full), "{error}");
                return;
            }
        }
    }
}

#[test]
fn what_is_insisted_upon_is_done_as_soon_as_there_is_room() {
    alone(|| {
        let disk = Path::new("/run/disk");
        fs::create_dir(disk).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=400k", "tmpfs", "/run/disk"]);
        assert!(mount.status().unwrap().success());
        let file = disk.join("data/test.redb");
        let store = Store::create(&file, FORMAT, b"").unwrap();
        let snapshot = || Err(std::io::Error::other("none is made"));
        let journal = Journal::start(store, snapshot).unwrap();
        let mut taken = Vec::new();
        for round in 0..3 {
            let filler = disk.join("filler");
            let mut filling = fs::File::create(&filler).unwrap();
            while filling.write_all(&[0; 4096]).is_ok() {}
            drop(filling);
            fill(&journal, &mut taken);
            let (done, waits) = mpsc::channel();
            let entry = format!("insisted upon {round}").into_bytes();
            taken.push(entry.clone());
            journal.insist(entry, move |_| done.send(()).unwrap());
            // It was tried when this has been.
            journal.write_blocking(vec![0; 500], |_| ()).unwrap_err();
            assert!(waits.try_recv().is_err());
            fs::remove_file(filler).unwrap();
            waits.recv().unwrap();
        }
        drop(journal);
        assert!(taken.len() > 3, "{}", taken.len());
        let kept = kept(&file).unwrap();
        assert!(kept.log == taken, "{} of {}", kept.log.len(), taken.len());
    });
}
