//! Files that are not as they were left.

use std::panic::catch_unwind;
use std::path::Path;
use std::{env, fs};

use tp_store::{Kept, OpenError};

use super::{kept, place, store};

/// What comes of a file with these bytes: a sentence, or all that was kept.
#[track_caller]
fn try_with(file: &Path, bytes: &[u8], expected: &Kept) -> bool {
    fs::write(file, bytes).unwrap();
    match catch_unwind(|| kept(file)).expect("no panic") {
        Ok(kept) => {
            assert_eq!(kept, *expected);
            true
        }
        Err(OpenError::Damaged { .. } | OpenError::Foreign { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Files of a store, as it was left by a program that was killed and by one that ended properly, and
/// what they keep.
fn examples(file: &Path) -> ([Vec<u8>; 2], Kept) {
    let store = store(file, &[b"one", b"two", &[7; 5000]]);
    let killed = fs::read(file).unwrap();
    drop(store);
    let ended = fs::read(file).unwrap();
    assert_ne!(killed, ended);
    ([killed, ended], kept(file).unwrap())
}

/// The bits are spread over the file; `TP_FLIPS=1` tries all bytes.
#[test]
fn a_bit_that_has_changed_is_told_or_matters_to_nobody() {
    let (_folder, file) = place();
    let (wholes, expected) = examples(&file);
    let step = env::var("TP_FLIPS").map_or(113, |step| step.parse().unwrap());
    for whole in wholes {
        let mut told = 0;
        for at in (0..whole.len()).step_by(step) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            told += usize::from(!try_with(&file, &bytes, &expected));
        }
        assert!(told > whole.len() / step / 16, "{told}");
    }
}

#[test]
fn a_file_that_is_cut_off_is_told() {
    let (_folder, file) = place();
    let (wholes, expected) = examples(&file);
    for whole in wholes {
        for length in (0..whole.len()).step_by(1021).chain([1, whole.len() - 1]) {
            assert!(!try_with(&file, &whole[..length], &expected), "{length}");
        }
        assert!(try_with(&file, &whole, &expected));
    }
}

#[test]
fn nothing_that_is_no_file_of_a_store_is_touched() {
    let (_folder, file) = place();
    let (_, expected) = examples(&file);
    for text in [
        &b"A text."[..],
        &[0; 100_000],
        &[0xff; 4096],
        b"redb\x1a\n\xa9\r\n",
    ] {
        assert!(!try_with(&file, text, &expected));
        assert_eq!(fs::read(&file).unwrap(), text);
    }
}
