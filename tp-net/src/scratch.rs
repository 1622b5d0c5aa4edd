//! Buffers that all connections of a thread take turns with: one that waits holds none.

use std::cell::RefCell;

/// Bytes in each.
pub(crate) const SIZE: usize = 64 << 10;

/// How many a thread keeps. Layers that stand on each other read at the same time.
const KEPT: usize = 4;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer with room for [`SIZE`] bytes.
#[cfg(feature = "tokio")]
pub(crate) fn take() -> Vec<u8> {
    let mut buffer = spare();
    buffer.clear();
    buffer
}

/// A buffer of [`SIZE`] bytes, whatever they are, for what reads into bytes and not into room.
pub(crate) fn take_filled() -> Vec<u8> {
    let mut buffer = spare();
    buffer.resize(SIZE, 0);
    buffer
}

fn spare() -> Vec<u8> {
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
    let spare = spare.ok().flatten();
    spare.unwrap_or_else(|| Vec::with_capacity(SIZE))
}

/// Gives back what was taken, be it on another thread.
pub(crate) fn give_back(buffer: Vec<u8>) {
    // A thread that ends keeps nothing.
    let _ = SPARE.try_with(|spare| {
        let mut spare = spare.borrow_mut();
        if spare.len() < KEPT {
            spare.push(buffer);
        }
    });
}
