//! How much memory something takes.

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// What is held of the heap, beside what was when this was made. The fuzzer's own memory is not
/// Rust's and does not count.
#[derive(Debug)]
pub struct Held {
    before: usize,
}

impl Held {
    /// Begins to watch.
    #[must_use]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        HEAP.reset_peak_usage();
        Self {
            before: HEAP.current_usage(),
        }
    }

    /// The most that was held at once, in bytes.
    #[must_use]
    pub fn most(&self) -> usize {
        HEAP.peak_usage().saturating_sub(self.before)
    }

    /// What is held now, in bytes.
    #[must_use]
    pub fn now(&self) -> usize {
        HEAP.current_usage().saturating_sub(self.before)
    }
}
