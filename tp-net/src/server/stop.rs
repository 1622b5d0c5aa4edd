//! The end of a server: announced to everything that runs in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use tokio::sync::Notify;

/// How far the end of the server has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Not at all.
    Running,
    /// What was begun is finished.
    Finishing,
    /// Everything ends now.
    Now,
}

/// In so many rows stand those who wait, each under a lock of its own.
const ROWS: usize = 8;

#[derive(Debug)]
struct Announced {
    stop: AtomicU8,
    /// Who waits is woken row by row, and in each in the order they came: so that a simulation goes
    /// the same way each time.
    rows: [Notify; ROWS],
    last_row: AtomicUsize,
}

/// Announces the end, at the latest when it is dropped.
#[derive(Debug)]
pub(super) struct Stopper(Arc<Announced>);

/// Hears of the end.
#[derive(Debug)]
pub(super) struct Stopping {
    announced: Arc<Announced>,
    row: usize,
}

pub(super) fn channel() -> (Stopper, Stopping) {
    let announced = Arc::new(Announced {
        stop: AtomicU8::new(Stop::Running as u8),
        rows: Default::default(),
        last_row: AtomicUsize::new(0),
    });
    let stopper = Stopper(Arc::clone(&announced));
    (stopper, Stopping { announced, row: 0 })
}

impl Stopper {
    /// Announces how far the end has come.
    pub(super) fn announce(&self, stop: Stop) {
        let Self(announced) = self;
        announced.stop.store(stop as u8, Ordering::SeqCst);
        announced.rows.iter().for_each(Notify::notify_waiters);
    }
}

impl Drop for Stopper {
    fn drop(&mut self) {
        self.announce(Stop::Now);
    }
}

impl Stopping {
    /// Waits until nothing new is to be begun.
    pub(super) async fn begun(&self) {
        self.reached(Stop::Finishing).await;
    }

    /// Waits until everything is to end.
    pub(super) async fn now(&self) {
        self.reached(Stop::Now).await;
    }

    async fn reached(&self, stop: Stop) {
        let Some(row) = self.announced.rows.get(self.row) else {
            return;
        };
        loop {
            // Who is there before it looks misses nothing.
            let more = row.notified();
            if self.announced.stop.load(Ordering::SeqCst) >= stop as u8 {
                return;
            }
            more.await;
        }
    }
}

impl Clone for Stopping {
    /// One more who waits, in the next row.
    fn clone(&self) -> Self {
        let announced = Arc::clone(&self.announced);
        let row = announced.last_row.fetch_add(1, Ordering::Relaxed);
        let row = row.checked_rem(ROWS).unwrap_or_default();
        Self { announced, row }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::task::JoinSet;

    use super::*;
    use crate::lock::lock;

    /// So few that the runtime polls all of them before it comes back to the test.
    const MANY: usize = 40;

    #[tokio::test]
    async fn who_waits_is_woken_row_by_row_and_in_the_order_they_came() {
        let (stopper, stopping) = channel();
        let woken = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = JoinSet::new();
        for number in 0..MANY {
            let (stopping, woken) = (stopping.clone(), Arc::clone(&woken));
            waiting.spawn(async move {
                stopping.begun().await;
                lock(&woken).push(number);
                stopping.now().await;
                lock(&woken).push(number);
            });
        }
        let rows = (0..ROWS).flat_map(|row| (row..MANY).step_by(ROWS));
        let rows: Vec<usize> = rows.collect();
        tokio::task::yield_now().await;
        stopper.announce(Stop::Finishing);
        tokio::task::yield_now().await;
        assert_eq!(std::mem::take(&mut *lock(&woken)), rows);
        drop(stopper);
        while waiting.join_next().await.is_some() {}
        assert_eq!(*lock(&woken), rows);
    }
}
