//! Who waits for something other than the answer to a request: that the connection is ready or
//! over, that something comes unasked, that time passes.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::Instant;

/// Those who wait. Each looks for itself whether what has happened is what it waits for.
#[derive(Debug, Default)]
pub(super) struct Waiters {
    next_id: u64,
    waiting: BTreeMap<u64, (Option<Instant>, Waker)>,
}

impl Waiters {
    /// A place for one who will wait.
    pub(super) fn join(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        id
    }

    /// Who has this place is to be woken once, at `due` at the latest.
    pub(super) fn wait(&mut self, id: u64, due: Option<Instant>, waker: &Waker) {
        self.waiting.insert(id, (due, waker.clone()));
    }

    /// The place is free again.
    pub(super) fn leave(&mut self, id: u64) {
        self.waiting.remove(&id);
    }

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
