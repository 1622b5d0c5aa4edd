//! What came for each of many things, in as much memory as its bytes allow.

use crate::error::Error;

/// Bytes of memory that entries may take beyond what the bytes that came for them pay for. A
/// refusal takes less on the wire than here, and what a server leaves out takes nothing there.
const UNPAID: usize = 4 << 20;

/// Bytes of memory that a byte on the wire pays for: eight are allowed in all, and the entries need
/// room to grow.
const PER_BYTE: usize = 6;

/// An entry for each thing asked for, as they come.
///
/// How many there are is often for the server to say, so room is made as they come.
#[derive(Debug)]
pub(super) struct Entries<T> {
    list: Vec<Result<T, Error>>,
    unpaid: usize,
}

impl<T> Entries<T> {
    pub(super) fn new() -> Self {
        Self {
            list: Vec::new(),
            unpaid: 0,
        }
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, count: usize) {
        let room = self.list.capacity().saturating_sub(self.list.len());
        if room < count {
            // By a quarter: a list that doubles takes three times its size meanwhile.
            let more = self.list.len() / 4;
            self.list.reserve_exact(count.max(more));
        }
    }

    /// Takes what came in so many bytes.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], if the entries take too much more than their bytes.
    pub(super) fn push(&mut self, entry: Result<T, Error>, bytes: usize) -> Result<(), Error> {
        let paid = bytes.saturating_mul(PER_BYTE);
        let unpaid = size_of::<Result<T, Error>>().saturating_sub(paid);
        self.unpaid = self.unpaid.saturating_add(unpaid);
        if self.unpaid > UNPAID {
            return Err(Error::TooLarge { limit: UNPAID });
        }
        self.list.push(entry);
        Ok(())
    }

    /// Takes an error for something for which nothing came.
    ///
    /// # Errors
    ///
    /// That error, if it is one of too many.
    pub(super) fn push_missing(&mut self, error: &Error) -> Result<(), Error> {
        self.push(Err(error.clone()), 0).map_err(|_| error.clone())
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Leaves out all from `len` on.
    pub(super) fn truncate(&mut self, len: usize) {
        self.list.truncate(len);
    }

    /// Those from `start` on.
    pub(super) fn from(&self, start: usize) -> &[Result<T, Error>] {
        self.list.get(start..).unwrap_or_default()
    }

    pub(super) fn into_vec(self) -> Vec<Result<T, Error>> {
        self.list
    }
}
