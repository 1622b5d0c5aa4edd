//! A fuzzer's bytes as the steps of a script.

use bytes::Bytes;

/// A fuzzer's bytes, read from the first to the last. What is missing at the end is zeros.
#[derive(Debug, Clone, Default)]
pub struct Input(Bytes);

impl Input {
    /// From these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(bytes))
    }

    /// Returns `true` if all is read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    /// The next two bytes, as a number.
    pub fn short(&mut self) -> u16 {
        u16::from_be_bytes([self.byte(), self.byte()])
    }

    /// A byte that says how many follow, and those.
    pub fn bytes(&mut self) -> Bytes {
        let length = self.byte();
        self.take(length.into())
    }

    /// Two bytes that say how many follow, and those.
    pub fn many_bytes(&mut self) -> Bytes {
        let length = self.short();
        self.take(length.into())
    }

    /// All that is left.
    pub fn rest(&mut self) -> Bytes {
        self.take(usize::MAX)
    }

    fn take(&mut self, count: usize) -> Bytes {
        self.0.split_to(count.min(self.0.len()))
    }
}
