//! From a stream of bytes to frames.

use std::time::{Duration, Instant};

use bytes::BytesMut;
use tp_frames::{DecodeOptions, FramingError, RawFrame, TpString};

/// How much of a stranger's words are kept to show.
const TEXT_LIMIT: usize = 1024;

/// How long a stranger may pause before its words are taken as complete.
const TEXT_PAUSE: Duration = Duration::from_millis(500);

/// A body of more bytes shares no memory with frames that follow it.
const LARGE: usize = 64 << 10;

/// Splits what is received into frames. Holds what has arrived and nothing more: a header that
/// claims a large body costs nothing before the body is there.
#[derive(Debug)]
pub(crate) struct Framing {
    received: BytesMut,
    options: DecodeOptions,
    /// Set once the bytes stopped being frames: when the last of them came.
    text_since: Option<Instant>,
}

/// What [`Framing::next`] found.
#[derive(Debug, PartialEq)]
pub(crate) enum Framed {
    /// A whole frame.
    Frame(RawFrame),
    /// Words that are no frames, complete.
    Text(TpString),
    /// A frame that may not be.
    Broken(FramingError),
}

impl Framing {
    pub(crate) fn new(options: DecodeOptions) -> Self {
        Self {
            received: BytesMut::new(),
            options,
            text_since: None,
        }
    }

    /// From the next frame on, strings are padded.
    pub(crate) fn pad(&mut self) {
        self.options = self.options.padded(true);
    }

    /// Returns `true` if strings are padded.
    pub(crate) fn is_padded(&self) -> bool {
        self.options.padded
    }

    /// Takes bytes from the stream.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) {
        let room = match self.text_since {
            Some(_) => TEXT_LIMIT.saturating_sub(self.received.len()),
            None => bytes.len(),
        };
        self.received
            .extend_from_slice(bytes.get(..room).unwrap_or(bytes));
        if self.text_since.is_some() {
            self.text_since = Some(now);
        }
    }

    /// The next thing that is whole.
    pub(crate) fn next(&mut self, now: Instant) -> Option<Framed> {
        if self.text_since.is_none() && !may_be_frame(&self.received) {
            self.text_since = Some(now);
        }
        if self.text_since.is_some() {
            return (self.received.len() >= TEXT_LIMIT).then(|| self.text());
        }
        match RawFrame::take(&mut self.received, &self.options) {
            Ok(frame) => {
                if let Some(frame) = &frame
                    && frame.body.len() > LARGE
                {
                    // Whoever keeps a small one that comes next is not to keep all of this.
                    self.received = BytesMut::from(&*self.received);
                }
                frame.map(Framed::Frame)
            }
            Err(error) => Some(Framed::Broken(error)),
        }
    }

    /// When [`timed_out`](Self::timed_out) has something to say.
    pub(crate) fn timeout(&self) -> Option<Instant> {
        self.text_since
            .and_then(|since| since.checked_add(TEXT_PAUSE))
    }

    /// The words of a stranger that has fallen silent.
    pub(crate) fn timed_out(&mut self, now: Instant) -> Option<Framed> {
        let due = self.timeout().is_some_and(|timeout| timeout <= now);
        due.then(|| self.text())
    }

    /// The words of a stranger that has hung up.
    pub(crate) fn ended(&mut self) -> Option<Framed> {
        self.text_since.is_some().then(|| self.text())
    }

    /// Returns `true` if part of a frame has come.
    pub(crate) fn is_inside_frame(&self) -> bool {
        !self.received.is_empty()
    }

    fn text(&mut self) -> Framed {
        let mut words = Vec::from(self.received.split());
        words.truncate(TEXT_LIMIT);
        Framed::Text(TpString::from_bytes(words))
    }
}

/// Returns `true` if these bytes can be the start of a frame.
fn may_be_frame(bytes: &[u8]) -> bool {
    matches!(bytes, [] | [b'T'] | [b'T', b'P', ..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use tp_frames::{DecodeLimits, Packet, game};

    fn stream() -> BytesMut {
        let mut wire = BytesMut::new();
        game::Ping {}
            .encode_frame(game::TP04, 1, &mut wire)
            .unwrap();
        game::Okay {
            result: "hello".into(),
        }
        .encode_frame(game::TP04, 2, &mut wire)
        .unwrap();
        game::Features::default()
            .encode_frame(game::TP03, 3, &mut wire)
            .unwrap();
        wire
    }

    fn frames(framing: &mut Framing, chunks: &[&[u8]]) -> Vec<RawFrame> {
        let now = Instant::now();
        let mut frames = Vec::new();
        for chunk in chunks {
            framing.receive(chunk, now);
            while let Some(framed) = framing.next(now) {
                match framed {
                    Framed::Frame(frame) => frames.push(frame),
                    other => panic!("{other:?}"),
                }
            }
        }
        frames
    }

    #[test]
    fn every_chunking_gives_the_same_frames() {
        let wire = stream();
        let whole = frames(&mut Framing::new(DecodeOptions::default()), &[&wire]);
        assert_eq!(whole.len(), 3);
        for size in 1..wire.len() {
            let chunks: Vec<&[u8]> = wire.chunks(size).collect();
            let mut framing = Framing::new(DecodeOptions::default());
            assert_eq!(frames(&mut framing, &chunks), whole, "chunks of {size}");
        }
        for cut in 0..=wire.len() {
            let (head, tail) = wire.split_at(cut);
            let mut framing = Framing::new(DecodeOptions::default());
            assert_eq!(frames(&mut framing, &[head, tail]), whole, "cut at {cut}");
        }
    }

    #[test]
    fn a_claimed_length_costs_no_memory() {
        let limits = DecodeLimits::default().frame(1 << 30);
        let mut framing = Framing::new(DecodeOptions::default().limits(limits));
        let now = Instant::now();
        framing.receive(b"TP03\0\0\0\x01\0\0\0\x03\x3f\xff\xff\xff", now);
        assert_eq!(framing.next(now), None);
        assert!(framing.received.capacity() < 4096);
    }

    #[test]
    fn a_body_over_the_limit_is_refused_from_the_header() {
        let mut framing = Framing::new(DecodeOptions::default());
        let now = Instant::now();
        framing.receive(b"TP03\0\0\0\x01\0\0\0\x03\xff\xff\xff\xff", now);
        assert!(matches!(
            framing.next(now),
            Some(Framed::Broken(FramingError::TooLong {
                length: u32::MAX,
                ..
            }))
        ));
    }

    #[test]
    fn text_is_collected_until_it_pauses_ends_or_is_enough() {
        let words = b"You are not running the right version of TP, please upgrade\n";
        let now = Instant::now();
        let text = || Framed::Text(TpString::from_bytes(words.to_vec()));
        for size in 1..=words.len() {
            let mut framing = Framing::new(DecodeOptions::default());
            for chunk in words.chunks(size) {
                framing.receive(chunk, now);
                assert_eq!(framing.next(now), None);
            }
            assert_eq!(framing.timed_out(now), None);
            assert_eq!(framing.timed_out(now + TEXT_PAUSE), Some(text()));
        }
        let mut framing = Framing::new(DecodeOptions::default());
        framing.receive(words, now);
        assert_eq!(framing.next(now), None);
        assert_eq!(framing.ended(), Some(text()));
        let mut framing = Framing::new(DecodeOptions::default());
        framing.receive(b"<", now);
        assert_eq!(framing.next(now), None);
        framing.receive(&[b'x'; 10_000], now);
        assert!(matches!(
            framing.next(now),
            Some(Framed::Text(text)) if text.len() == TEXT_LIMIT
        ));
    }

    #[test]
    fn a_single_t_may_still_become_a_frame() {
        let mut framing = Framing::new(DecodeOptions::default());
        let now = Instant::now();
        framing.receive(b"T", now);
        assert_eq!(framing.next(now), None);
        assert_eq!(framing.timeout(), None);
        framing.receive(b"h", now);
        assert_eq!(framing.next(now), None);
        assert!(framing.timeout().is_some());
    }
}
