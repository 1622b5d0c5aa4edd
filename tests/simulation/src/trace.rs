//! All that happens in a run, in one line each, and a hash of it by which two runs are compared.

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// What happens in a run. Clones are the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trace(Arc<Mutex<Lines>>);

#[derive(Debug, Default)]
struct Lines {
    steps: u64,
    hash: u64,
    line: String,
    /// The lines themselves, if somebody wants to read them.
    kept: Option<Vec<String>>,
}

/// The prime of FNV-1a.
const PRIME: u64 = 0x0000_0100_0000_01b3;

impl Trace {
    /// One that keeps its lines, if `keep` is set.
    #[must_use]
    pub(crate) fn new(keep: bool) -> Self {
        let lines = Lines {
            kept: keep.then(Vec::new),
            ..Lines::default()
        };
        Self(Arc::new(Mutex::new(lines)))
    }

    /// Something happened at `now`, in milliseconds.
    pub(crate) fn step(&self, now: u64, what: fmt::Arguments<'_>) {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Lines {
            steps,
            hash,
            line,
            kept,
        } = &mut *lines;
        *steps = steps.wrapping_add(1);
        line.clear();
        let _ = write!(line, "{now} {what}");
        for byte in line.bytes() {
            *hash = (*hash ^ u64::from(byte)).wrapping_mul(PRIME);
        }
        if let Some(kept) = kept {
            kept.push(format!("{steps:>6} {line}"));
        }
    }

    /// How much has happened.
    #[must_use]
    pub(crate) fn steps(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).steps
    }

    /// The hash of all that has happened.
    #[must_use]
    pub(crate) fn hash(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).hash
    }

    /// The lines, if they were kept.
    #[must_use]
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.kept.clone().unwrap_or_default()
    }
}
