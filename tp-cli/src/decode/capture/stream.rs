//! One side of a TCP connection: its segments in the order of their bytes.

use std::collections::BTreeMap;

use super::super::limits::{JUMP, OUT_OF_ORDER, PATIENCE, PIECE};

/// What comes next in a stream.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Bytes(&'a [u8]),
    /// So many bytes are not there, or nobody knows how many.
    Missing(Option<u64>),
}

/// One side of a connection.
#[derive(Debug, Default)]
pub(super) struct Stream {
    /// The number of the first byte; `None` before anything came.
    first: Option<u32>,
    /// The number of the next byte that goes on.
    next: u32,
    /// How many bytes went on, those that were missing too.
    offset: u64,
    /// What lies behind what is next, by its own offset.
    waiting: BTreeMap<u64, Waiting>,
    /// What the waiting ones take, in bytes.
    held: usize,
    /// Up to where the other side has got everything.
    acknowledged: u64,
    /// Packets since it is known that what is next does not come.
    patience: u32,
    /// Where the stream ends.
    end: Option<u64>,
}

#[derive(Debug)]
struct Waiting {
    bytes: Vec<u8>,
    missing: u64,
}

impl Waiting {
    fn length(&self) -> u64 {
        self.missing.saturating_add(self.bytes.len() as u64)
    }

    fn cost(&self) -> usize {
        self.bytes.len().saturating_add(PIECE)
    }
}

impl Stream {
    /// What is held of it, in bytes.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    /// Its first byte has this number, unless something came already.
    pub(super) fn start(&mut self, number: u32) {
        if self.first.is_none() {
            self.first = Some(number);
            self.next = number;
        }
    }

    /// Returns `true` if a stream that starts with this number is another. Unless its start is known,
    /// that may be captured late, behind bytes that were sent later.
    pub(super) fn is_other(&self, number: u32, is_known: bool) -> bool {
        self.first.is_some_and(|first| {
            let behind = first.wrapping_sub(number) as usize;
            behind > if is_known { 0 } else { OUT_OF_ORDER }
        })
    }

    /// Returns `true` if nothing has come.
    pub(super) fn is_new(&self) -> bool {
        self.first.is_none()
    }

    /// Returns `true` if all of it went on, up to its end.
    pub(super) fn is_over(&self) -> bool {
        self.end.is_some_and(|end| self.offset >= end)
    }

    /// How far behind what is next a number is.
    fn ahead(&self, number: u32) -> i64 {
        number.wrapping_sub(self.next).cast_signed().into()
    }

    /// Adds a segment, of which so many bytes behind these are missing.
    pub(super) fn add(
        &mut self,
        number: u32,
        bytes: &[u8],
        missing: u32,
        mut pass: impl FnMut(Piece<'_>),
    ) {
        let length = u64::from(missing).saturating_add(bytes.len() as u64);
        if length == 0 {
            return;
        }
        self.start(number);
        let mut ahead = self.ahead(number);
        if ahead.unsigned_abs() > JUMP.into() {
            // Not of this stream: of one that began while nobody captured.
            self.finish(&mut pass);
            pass(Piece::Missing(None));
            self.first = Some(number);
            self.next = number;
            self.end = None;
            ahead = 0;
        }
        let at = self.offset.checked_add_signed(ahead);
        match at.filter(|at| *at > self.offset) {
            Some(at) => self.wait(at, bytes, missing),
            None => self.advance(bytes, missing, ahead.unsigned_abs(), &mut pass),
        }
        self.drain(&mut pass);
        while self.held > OUT_OF_ORDER {
            self.give_up(&mut pass);
        }
    }

    /// The sequence number behind the last byte is this one.
    pub(super) fn ends(&mut self, number: u32) {
        self.start(number);
        let ahead = self.ahead(number);
        if ahead.unsigned_abs() <= JUMP.into() {
            self.end = self.offset.checked_add_signed(ahead);
        }
    }

    /// The other side has everything in front of this number.
    pub(super) fn acknowledge(&mut self, number: u32) {
        let ahead = self.ahead(number);
        if self.first.is_some() && ahead.unsigned_abs() <= JUMP.into() {
            let at = self.offset.saturating_add_signed(ahead);
            self.acknowledged = self.acknowledged.max(at);
        }
    }

    /// Another packet of the connection came, of either side.
    pub(super) fn tick(&mut self, mut pass: impl FnMut(Piece<'_>)) {
        let waiting = self.waiting.first_key_value();
        if waiting.is_none_or(|(at, _)| *at > self.acknowledged) {
            self.patience = 0;
            return;
        }
        self.patience = self.patience.saturating_add(1);
        if self.patience > PATIENCE {
            self.patience = 0;
            self.give_up(&mut pass);
        }
    }

    /// Nothing more comes.
    pub(super) fn finish(&mut self, mut pass: impl FnMut(Piece<'_>)) {
        while !self.waiting.is_empty() {
            self.give_up(&mut pass);
        }
        // The end of a stream is acknowledged as if it were a byte.
        let missing = self.acknowledged.saturating_sub(self.offset);
        if missing > 1 && self.end.is_none_or(|end| end > self.offset) {
            self.miss(missing, &mut pass);
        }
    }

    /// Takes what is in front of the first that waits for lost.
    fn give_up(&mut self, pass: &mut impl FnMut(Piece<'_>)) {
        if let Some((at, _)) = self.waiting.first_key_value() {
            self.miss(at.saturating_sub(self.offset), pass);
        }
        self.drain(pass);
    }

    fn miss(&mut self, bytes: u64, pass: &mut impl FnMut(Piece<'_>)) {
        if bytes > 0 {
            pass(Piece::Missing(Some(bytes)));
            self.offset = self.offset.saturating_add(bytes);
            // Modulo 2^32, as TCP counts.
            self.next = self.next.wrapping_add(bytes as u32);
        }
    }

    /// Passes a piece on, without the bytes at its beginning that went on before.
    fn advance(
        &mut self,
        bytes: &[u8],
        missing: u32,
        known: u64,
        pass: &mut impl FnMut(Piece<'_>),
    ) {
        let skip = usize::try_from(known).unwrap_or(usize::MAX);
        let fresh = bytes.get(skip..).unwrap_or_default();
        if !fresh.is_empty() {
            pass(Piece::Bytes(fresh));
            self.offset = self.offset.saturating_add(fresh.len() as u64);
            self.next = self.next.wrapping_add(fresh.len() as u32);
        }
        let known = known.saturating_sub(bytes.len() as u64);
        self.miss(u64::from(missing).saturating_sub(known), pass);
    }

    fn wait(&mut self, at: u64, bytes: &[u8], missing: u32) {
        let piece = Waiting {
            bytes: bytes.to_vec(),
            missing: missing.into(),
        };
        let same = self.waiting.get(&at);
        if same.is_some_and(|same| same.length() >= piece.length()) {
            return;
        }
        self.held = self.held.saturating_add(piece.cost());
        if let Some(shorter) = self.waiting.insert(at, piece) {
            self.held = self.held.saturating_sub(shorter.cost());
        }
    }

    /// Passes on what waited for what just went on.
    fn drain(&mut self, pass: &mut impl FnMut(Piece<'_>)) {
        while let Some(first) = self.waiting.first_entry() {
            let Some(known) = self.offset.checked_sub(*first.key()) else {
                return;
            };
            let piece = first.remove();
            self.held = self.held.saturating_sub(piece.cost());
            let missing = u32::try_from(piece.missing).unwrap_or(u32::MAX);
            self.advance(&piece.bytes, missing, known, pass);
        }
        self.patience = 0;
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may fail")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The bytes that pass; `.` for each that is missing, `?` where nobody knows.
    #[derive(Default)]
    struct Passed(Vec<u8>);

    impl Passed {
        fn take(&mut self, piece: Piece<'_>) {
            match piece {
                Piece::Bytes(bytes) => self.0.extend(bytes),
                Piece::Missing(Some(count)) => self.0.resize(self.0.len() + count as usize, b'.'),
                Piece::Missing(None) => self.0.push(b'?'),
            }
        }

        fn text(&self) -> &str {
            std::str::from_utf8(&self.0).unwrap()
        }
    }

    #[test]
    fn what_is_lost_is_told_and_passed() {
        let mut stream = Stream::default();
        let mut passed = Passed::default();
        stream.start(u32::MAX);
        stream.add(u32::MAX, b"ab", 0, |it| passed.take(it));
        stream.add(4, b"fg", 0, |it| passed.take(it));
        assert_eq!(passed.text(), "ab");
        // Nobody says that it was sent.
        for _ in 0..100 {
            stream.tick(|it| passed.take(it));
        }
        assert_eq!(passed.text(), "ab");
        stream.acknowledge(6);
        for _ in 0..=PATIENCE {
            assert_eq!(passed.text(), "ab");
            stream.tick(|it| passed.take(it));
        }
        assert_eq!(passed.text(), "ab...fg");
        // What was given up comes too late.
        stream.add(1, b"cde", 0, |it| passed.take(it));
        // Cut by the length that is captured; and some of it was there before.
        stream.add(5, b"ghi", 2, |it| passed.take(it));
        stream.add(12, b"n", 0, |it| passed.take(it));
        stream.finish(|it| passed.take(it));
        assert_eq!(passed.text(), "ab...fghi....n");
        assert_eq!(stream.held(), 0);
    }

    #[test]
    fn a_stream_that_jumps_is_another() {
        let mut stream = Stream::default();
        let mut passed = Passed::default();
        stream.add(5, b"ab", 0, |it| passed.take(it));
        stream.add(9, b"ef", 0, |it| passed.take(it));
        for (number, bytes) in [(1 << 30, b"x"), (5, b"y")] {
            stream.add(number, bytes, 0, |it| passed.take(it));
        }
        assert_eq!(passed.text(), "ab..ef?x?y");
    }

    #[test]
    fn no_more_waits_than_may() {
        let mut stream = Stream::default();
        let mut missing = 0;
        stream.start(0);
        for number in (1..80_000).step_by(2) {
            stream.add(number, b"x", 0, |it| {
                missing += usize::from(it == Piece::Missing(Some(1)));
            });
            assert!(stream.held() <= OUT_OF_ORDER);
        }
        assert!(stream.waiting.len() * PIECE <= OUT_OF_ORDER);
        assert!(missing > 20_000, "{missing}");
    }

    #[test]
    fn its_end_is_known() {
        let mut stream = Stream::default();
        let mut passed = Passed::default();
        stream.start(1);
        stream.ends(3);
        // The end counts as one.
        stream.acknowledge(4);
        assert!(!stream.is_over());
        stream.add(1, b"ab", 0, |it| passed.take(it));
        assert!(stream.is_over());
        stream.finish(|it| passed.take(it));
        assert_eq!(passed.text(), "ab");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Any segments, in any order, some of them several times, give the stream.
        #[test]
        fn order_and_repetition_do_not_matter(
            length in 1_usize..300,
            start: u32,
            cuts in prop::collection::vec((0_usize..300, 1_usize..40), 0..60),
            order: prop::sample::Index,
            seed: u64,
        ) {
            let whole: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            // All of it once, in pieces, and parts of it again.
            let mut segments: Vec<_> = (0..length).step_by(7).map(|at| (at, 7)).collect();
            segments.extend(cuts);
            let count = segments.len();
            segments.rotate_left(order.index(count));
            let mut random = seed;
            for last in (1..count).rev() {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                segments.swap(last, (random >> 33) as usize % (last + 1));
            }
            let mut stream = Stream::default();
            let mut passed = Passed::default();
            stream.start(start);
            for (at, size) in segments {
                let end = (at + size).min(length);
                if at < end {
                    let number = start.wrapping_add(at as u32);
                    stream.add(number, &whole[at..end], 0, |it| passed.take(it));
                }
            }
            prop_assert_eq!(&passed.0, &whole);
            prop_assert_eq!(stream.held(), 0);
        }
    }
}
