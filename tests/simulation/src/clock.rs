//! The simulated time, which tokio keeps, and waiting for it outside of its tasks.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use tokio::runtime::{Builder, EnterGuard, Runtime};
use tokio::time::Instant;

/// Milliseconds since the run began.
pub(crate) type Millis = u64;

thread_local! {
    static CURRENT: RefCell<Option<(Rc<Runtime>, Instant)>> = const { RefCell::new(None) };
}

/// The runtime of this thread's run, with its own time, until it is dropped.
#[derive(Debug)]
pub(crate) struct Clock(Rc<Runtime>);

impl Clock {
    /// Begins a run on this thread.
    ///
    /// # Panics
    ///
    /// The system gives no runtime.
    #[must_use]
    pub(crate) fn start() -> Self {
        let mut builder = Builder::new_current_thread();
        let runtime = builder.enable_time().start_paused(true).build();
        let runtime = runtime.expect("a runtime needs nothing of the system");
        let start = runtime.block_on(async { Instant::now() });
        let runtime = Rc::new(runtime);
        CURRENT.set(Some((Rc::clone(&runtime), start)));
        Self(runtime)
    }

    /// Timers and tasks may be made outside of tasks while this is held.
    pub(crate) fn enter(&self) -> EnterGuard<'_> {
        self.0.enter()
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        drop(CURRENT.take());
    }
}

fn current() -> (Rc<Runtime>, Instant) {
    let current = CURRENT.with_borrow(Clone::clone);
    current.expect("a run has begun on this thread")
}

/// Runs everything until this future is done. Not for tasks.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    current().0.block_on(future)
}

/// The time now, in a task or outside.
#[must_use]
pub(crate) fn instant() -> std::time::Instant {
    Instant::now().into_std()
}

/// The time now, since the run began.
#[must_use]
pub(crate) fn now() -> Millis {
    let (_, start) = current();
    let since = instant().saturating_duration_since(start.into_std());
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// So many milliseconds.
#[must_use]
pub(crate) const fn millis(count: Millis) -> Duration {
    Duration::from_millis(count)
}
