//! How much memory something takes.

use peak_alloc::PeakAlloc;

#[global_allocator]
static HEAP: PeakAlloc = PeakAlloc;

/// Bytes that may be left when all is over: buffers of the thread.
const LEFT: usize = 1 << 20;

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

    /// All is over.
    ///
    /// # Panics
    ///
    /// More than `bound` bytes were held at once, of `received` that came, or something is left.
    pub fn judge(&self, bound: usize, received: usize) {
        let most = HEAP.peak_usage().saturating_sub(self.before);
        let left = HEAP.current_usage().saturating_sub(self.before);
        assert!(most <= bound, "{most} bytes held of {received} received");
        assert!(left <= LEFT, "{left} bytes are held at the end");
    }
}
