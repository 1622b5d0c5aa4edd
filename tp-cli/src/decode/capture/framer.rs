//! The frames of a stream, and what is between them where something is missing.

use tp_frames::wire::MAX_BODY;
use tp_frames::{Header, admin, game};

/// What was found in a stream.
#[derive(Debug, PartialEq)]
pub(super) enum Found {
    /// A frame, header and body.
    Frame(Header, Vec<u8>),
    /// A frame of which so many bytes are missing.
    Cut(Header, u64),
    /// Bytes between frames are missing.
    Gap(Option<u64>),
    /// So many bytes are no frame.
    Skipped(u64, Reason),
}

/// Why bytes are no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// The stream does not begin with a frame.
    Middle,
    /// Bytes in front of them are missing.
    Gap,
    /// A frame should be there.
    NoFrame,
}

/// Cuts a stream into frames.
#[derive(Debug)]
pub(super) enum Framer {
    /// Frames follow one another; the beginning of the next.
    InStep(Vec<u8>),
    /// Parts of this frame are missing; so many bytes of it are to come.
    Damaged {
        header: Header,
        missing: u64,
        rest: u64,
    },
    /// It is not known where the next frame begins.
    Searching {
        reason: Reason,
        skipped: u64,
        /// Fewer bytes than a header has.
        last: Vec<u8>,
    },
}

impl Framer {
    /// A frame begins here.
    pub(super) fn in_step() -> Self {
        Self::InStep(Vec::new())
    }

    /// A frame begins somewhere.
    pub(super) fn searching(reason: Reason) -> Self {
        Self::Searching {
            reason,
            skipped: 0,
            last: Vec::new(),
        }
    }

    /// What is held, in bytes.
    pub(super) fn held(&self) -> usize {
        match self {
            Self::InStep(bytes) => bytes.len(),
            Self::Damaged { .. } => 0,
            Self::Searching { last, .. } => last.len(),
        }
    }

    /// Takes the next bytes.
    pub(super) fn take(&mut self, mut bytes: &[u8], found: &mut impl FnMut(Found)) {
        while !bytes.is_empty() {
            bytes = match self {
                Self::InStep(start) => match in_step(start, bytes, found) {
                    Ok(rest) => rest,
                    Err(rest) => {
                        let mut last = std::mem::take(start);
                        last.remove(0);
                        *self = Self::Searching {
                            reason: Reason::NoFrame,
                            skipped: 1,
                            last,
                        };
                        rest
                    }
                },
                Self::Damaged {
                    header,
                    missing,
                    rest,
                } => {
                    let now = usize::try_from(*rest)
                        .unwrap_or(usize::MAX)
                        .min(bytes.len());
                    *rest = rest.saturating_sub(now as u64);
                    if *rest == 0 {
                        found(Found::Cut(*header, *missing));
                        *self = Self::in_step();
                    }
                    bytes.get(now..).unwrap_or_default()
                }
                Self::Searching {
                    reason,
                    skipped,
                    last,
                } => match search(last, skipped, bytes) {
                    Some((start, rest)) => {
                        if *skipped > 0 {
                            found(Found::Skipped(*skipped, *reason));
                        }
                        *self = Self::InStep(start);
                        rest
                    }
                    None => &[],
                },
            };
        }
    }

    /// So many bytes are missing, or nobody knows how many.
    pub(super) fn miss(&mut self, count: Option<u64>, found: &mut impl FnMut(Found)) {
        let (header, missing, rest) = match self {
            Self::InStep(start) => match header(start) {
                Some((header, rest)) => (header, 0, rest),
                None => {
                    let skipped = start.len() as u64;
                    found(Found::Gap(count));
                    *self = Self::Searching {
                        reason: Reason::Gap,
                        skipped,
                        last: Vec::new(),
                    };
                    return;
                }
            },
            Self::Damaged {
                header,
                missing,
                rest,
            } => (*header, *missing, *rest),
            Self::Searching {
                reason,
                skipped,
                last,
            } => {
                *skipped = skipped.saturating_add(last.len() as u64);
                last.clear();
                if *reason != Reason::Middle {
                    found(Found::Gap(count));
                }
                return;
            }
        };
        let gone = count.unwrap_or(u64::MAX).min(rest);
        let (missing, rest) = (missing.saturating_add(gone), rest.saturating_sub(gone));
        *self = match rest {
            0 => {
                found(Found::Cut(header, missing));
                match count {
                    Some(count) if count == gone => Self::in_step(),
                    _ => {
                        found(Found::Gap(count.map(|it| it.saturating_sub(gone))));
                        Self::searching(Reason::Gap)
                    }
                }
            }
            _ => Self::Damaged {
                header,
                missing,
                rest,
            },
        };
    }

    /// The stream is at its end.
    pub(super) fn finish(self, found: &mut impl FnMut(Found)) {
        match self {
            Self::InStep(start) => match header(&start) {
                Some((header, rest)) => found(Found::Cut(header, rest)),
                None if start.is_empty() => {}
                None => found(Found::Skipped(start.len() as u64, Reason::NoFrame)),
            },
            Self::Damaged {
                header,
                missing,
                rest,
            } => found(Found::Cut(header, missing.saturating_add(rest))),
            Self::Searching {
                reason,
                skipped,
                last,
            } => match skipped.saturating_add(last.len() as u64) {
                0 => {}
                skipped => found(Found::Skipped(skipped, reason)),
            },
        }
    }
}

/// Adds to the beginning of a frame what belongs to it, and gives what is left; the error is what is
/// left where no frame is.
fn in_step<'a>(
    start: &mut Vec<u8>,
    bytes: &'a [u8],
    found: &mut impl FnMut(Found),
) -> Result<&'a [u8], &'a [u8]> {
    let bytes = append(start, bytes, Header::SIZE);
    let Some((header, _)) = header(start) else {
        return if start.len() < Header::SIZE {
            Ok(bytes)
        } else {
            Err(bytes)
        };
    };
    let whole = Header::SIZE.saturating_add(header.length as usize);
    let bytes = append(start, bytes, whole);
    if start.len() >= whole {
        found(Found::Frame(header, std::mem::take(start)));
    }
    Ok(bytes)
}

/// Looks for a header in what was kept of the bytes before and in these: its beginning in the former,
/// and the rest of the latter. Keeps as much as may be a part of one.
fn search<'a>(
    last: &mut Vec<u8>,
    skipped: &mut u64,
    bytes: &'a [u8],
) -> Option<(Vec<u8>, &'a [u8])> {
    const KEPT: usize = Header::SIZE - 1;
    let likely = |bytes: &[u8]| {
        matches!(bytes, [b'T', b'P', ..]) && bytes.first_chunk().is_some_and(is_likely)
    };
    let mut skip = |count: usize| *skipped = skipped.saturating_add(count as u64);
    let near = bytes.get(..KEPT).unwrap_or(bytes);
    let both = [last, near].concat();
    let mut starts = both.windows(Header::SIZE).take(last.len());
    if let Some(at) = starts.position(likely) {
        skip(at);
        return Some((last.split_off(at), bytes));
    }
    if let Some(at) = bytes.windows(Header::SIZE).position(likely) {
        skip(last.len().saturating_add(at));
        return Some((Vec::new(), bytes.get(at..).unwrap_or_default()));
    }
    let far = bytes.get(near.len()..).unwrap_or_default();
    let (_, tail) = far
        .split_at_checked(far.len().saturating_sub(KEPT))
        .unwrap_or_default();
    let all = last.len().saturating_add(bytes.len());
    last.extend_from_slice(near);
    last.extend_from_slice(tail);
    last.drain(..last.len().saturating_sub(KEPT));
    skip(all.saturating_sub(last.len()));
    None
}

/// Makes `to` as long as it should be, as far as there are bytes, and gives those that are left.
fn append<'a>(to: &mut Vec<u8>, bytes: &'a [u8], length: usize) -> &'a [u8] {
    let more = length.saturating_sub(to.len()).min(bytes.len());
    let (now, later) = bytes.split_at_checked(more).unwrap_or_default();
    to.extend_from_slice(now);
    later
}

/// The header of a frame, and how many bytes are behind these; `None` if there is none.
fn header(start: &[u8]) -> Option<(Header, u64)> {
    let header = Header::from_bytes(start.first_chunk()?).ok()?;
    let there = start.len().saturating_sub(Header::SIZE) as u64;
    let rest = u64::from(header.length).saturating_sub(there);
    (header.length as usize <= MAX_BODY).then_some((header, rest))
}

/// Returns `true` for what is a header of a frame and hardly anything else.
fn is_likely(bytes: &[u8; Header::SIZE]) -> bool {
    let Some((header, rest)) = header(bytes) else {
        return false;
    };
    let is_version = |known: &tp_frames::Version| *known == header.version;
    let mut packets = game::PACKETS.iter().chain(admin::PACKETS);
    game::VERSIONS.iter().any(is_version)
        && packets.any(|packet| packet.r#type == header.r#type && rest >= packet.min_size as u64)
}

/// Returns `true` for what begins a stream of frames, of a version that is not known maybe.
pub(super) fn is_first(bytes: &[u8; Header::SIZE]) -> bool {
    // Versions are digits, or a small number.
    let is_version = matches!(
        bytes,
        [_, _, b'0'..=b'9', b'0'..=b'9', ..] | [_, _, 1..b' ', ..]
    );
    is_version && header(bytes).is_some()
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "a test may fail")]
mod tests {
    use super::*;

    fn frame(sequence: u8, body: &[u8]) -> Vec<u8> {
        let mut frame = b"TP04\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        frame[2..4].copy_from_slice(&[4, 0]);
        frame[7] = sequence;
        frame[15] = 4 + u8::try_from(body.len()).unwrap();
        frame.extend([0, 0, 0, u8::try_from(body.len()).unwrap()]);
        frame.extend(body);
        frame
    }

    /// What is found, in short.
    fn told(pieces: &[Result<&[u8], u64>], framer: Framer) -> Vec<String> {
        let mut told = Vec::new();
        let mut note = |found| {
            told.push(match found {
                Found::Frame(header, bytes) => format!("{}: {}", header.sequence, bytes.len()),
                Found::Cut(header, missing) => format!("{} without {missing}", header.sequence),
                Found::Gap(count) => format!("gap {count:?}"),
                Found::Skipped(count, reason) => format!("{count} {reason:?}"),
            });
        };
        let mut framer = framer;
        for piece in pieces {
            match piece {
                Ok(bytes) => framer.take(bytes, &mut note),
                Err(count) => framer.miss(Some(*count), &mut note),
            }
        }
        framer.finish(&mut note);
        told
    }

    #[test]
    fn any_pieces_give_the_same_frames() {
        let noise = b"TP03 noise TP, TP\x04\0\0\0\0\x01\0\0\xff\0".to_vec();
        let stream = [frame(1, b"one"), frame(2, b""), noise, frame(3, b"three")].concat();
        let wanted = ["1: 23", "2: 20", "27 NoFrame", "3: 25"];
        for size in 1..=stream.len() {
            let pieces: Vec<_> = stream.chunks(size).map(Ok).collect();
            assert_eq!(told(&pieces, Framer::in_step()), wanted, "{size}");
        }
    }

    #[test]
    fn a_stream_may_begin_in_the_middle() {
        let stream = [&frame(1, b"one")[5..], &frame(2, b"")].concat();
        for size in 1..=stream.len() {
            let pieces: Vec<_> = stream.chunks(size).map(Ok).collect();
            let found = told(&pieces, Framer::searching(Reason::Middle));
            assert_eq!(found, ["18 Middle", "2: 20"], "{size}");
        }
        let found = told(&[Ok(b"nothing")], Framer::searching(Reason::Middle));
        assert_eq!(found, ["7 Middle"]);
    }

    #[test]
    fn a_gap_costs_the_frames_that_it_is_in() {
        let [one, two, three] = [1, 2, 3].map(|number| frame(number, b"0123456789"));
        let in_step = Framer::in_step;
        // Inside one body.
        let pieces = [Ok(&one[..20]), Err(5), Ok(&one[25..]), Ok(&two)];
        assert_eq!(told(&pieces, in_step()), ["1 without 5", "2: 30"]);
        // Up to the end of one, exactly.
        let pieces = [Ok(&one[..20]), Err(10), Ok(&two)];
        assert_eq!(told(&pieces, in_step()), ["1 without 10", "2: 30"]);
        // From one into the next.
        let pieces = [Ok(&one[..20]), Err(15), Ok(&two[5..]), Ok(&three)];
        assert_eq!(
            told(&pieces, in_step()),
            ["1 without 10", "gap Some(5)", "25 Gap", "3: 30"]
        );
        // In a header, and between two frames.
        let pieces = [Ok(&one[..9]), Err(10), Ok(&one[19..]), Ok(&two)];
        assert_eq!(
            told(&pieces, in_step()),
            ["gap Some(10)", "20 Gap", "2: 30"]
        );
        let pieces = [Ok(&one[..]), Err(30), Ok(&three)];
        assert_eq!(told(&pieces, in_step()), ["1: 30", "gap Some(30)", "3: 30"]);
        // At the end.
        let pieces = [Ok(&one[..]), Ok(&two[..28])];
        assert_eq!(told(&pieces, in_step()), ["1: 30", "2 without 2"]);
    }
}
