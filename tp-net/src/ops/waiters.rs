//! Who waits for something other than the answer to a request: that the connection is ready or
//! over, that something comes unasked, that time passes.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Instant;

use super::SessionHandle;

/// Those who wait. Each looks for itself whether what has happened is what it waits for.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    next_id: u64,
    waiting: BTreeMap<u64, (Option<Instant>, Waker)>,
}

impl Waiters {
    /// When the first of them is to be woken if nothing happens.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.waiting.values().filter_map(|(due, _)| *due).min()
    }

    /// Something has happened.
    pub(super) fn wake_all(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        waiting.into_values().for_each(|(_, waker)| waker.wake());
    }

    /// Time has passed.
    pub(super) fn wake_due(&mut self, now: Instant) {
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        self.waiting.retain(|_, (due, waker)| {
            let wake = is_due(*due);
            if wake {
                waker.wake_by_ref();
            }
            !wake
        });
    }
}

/// A place among those who wait, until it is dropped.
#[derive(Debug)]
pub(super) struct Waiting {
    handle: SessionHandle,
    id: u64,
}

impl Waiting {
    pub(super) fn new(handle: &SessionHandle) -> Self {
        let waiters = &mut handle.lock().waiters;
        let id = waiters.next_id;
        waiters.next_id = id.wrapping_add(1);
        Self {
            handle: handle.clone(),
            id,
        }
    }

    /// Asks to be woken once, at `due` at the latest.
    pub(super) fn wake(&self, waiters: &mut Waiters, due: Option<Instant>, waker: &Waker) {
        waiters.waiting.insert(self.id, (due, waker.clone()));
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.handle.lock().waiters.waiting.remove(&self.id);
    }
}
