//! The clock of a script.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Nanoseconds that have passed for who has no runtime.
static PASSED: AtomicU64 = AtomicU64::new(0);

/// Runs to its end what waits for nothing but time, which passes when all wait for it.
///
/// # Panics
///
/// There is no memory for a runtime.
pub fn run<F: Future>(play: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without I/O")
        .block_on(play)
}

/// A script without a runtime begins.
pub fn begin() {
    PASSED.store(0, Ordering::Relaxed);
}

/// Its time.
#[must_use]
pub fn now() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    let passed = Duration::from_nanos(PASSED.load(Ordering::Relaxed));
    *START.get_or_init(Instant::now) + passed
}

/// Time passes in it.
pub fn pass(time: Duration) {
    // So much does not pass in centuries.
    let time = u64::try_from(time.as_nanos()).unwrap_or_default();
    PASSED.fetch_add(time, Ordering::Relaxed);
}
