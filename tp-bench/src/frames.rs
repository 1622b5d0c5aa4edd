//! The dialogue of a game: frames that were made once, and answers of which no more is read than
//! their headers and what a Fail says.

use std::sync::Arc;

use bytes::Bytes;
use tp_frames::game::{Fail, Sequence};
use tp_frames::{DecodeOptions, Header, Packet, RawFrame};
use tp_net::model::Refusal;

use crate::asking::Asking;
use crate::pipeline::{Dialogue, Malformed, Outcome};

/// Bytes that are kept of a body that is looked at: a Fail's, or a Sequence's.
const KEPT: usize = 4 << 10;

/// One connection's place in what is asked.
#[derive(Debug)]
pub(crate) struct Frames {
    asking: Arc<Asking>,
    /// Which request is next.
    next: usize,
    /// The sequence number of the request asked last.
    last: u32,
    /// The sequence number of the request whose answer is next.
    due: u32,
    /// Requests that wait.
    waiting: u32,
    /// How many frames of its answer are to come, once it is known to be a group.
    group: Option<u32>,
    /// What the server refused of the answer that is coming.
    refusal: Option<String>,
    reading: Reading,
}

/// The frame that is coming.
#[derive(Debug, Default)]
struct Reading {
    /// Of its header, as far as it has come.
    head: [u8; Header::SIZE],
    has: usize,
    /// Its header, once that is whole.
    header: Option<Header>,
    /// Bytes of its body that are to come.
    left: usize,
    kept: Vec<u8>,
}

impl Frames {
    /// A connection whose last sequence number was `last`; what it asks begins at this place of what
    /// is asked.
    pub(crate) fn new(asking: Arc<Asking>, place: usize, last: u32) -> Self {
        Self {
            asking,
            next: place,
            last,
            due: after(last),
            waiting: 0,
            group: None,
            refusal: None,
            reading: Reading::default(),
        }
    }

    /// A whole frame has come.
    fn came(&mut self, header: Header, became: &mut dyn FnMut(Outcome)) -> Result<(), Malformed> {
        if header.sequence == 0 {
            // Nobody asked for it.
            return Ok(());
        }
        let passed_over = distance(self.due, header.sequence);
        if passed_over >= self.waiting {
            let text = format!(
                "an answer to no request, with sequence number {}",
                header.sequence
            );
            return Err(Malformed(text));
        }
        for _ in 0..passed_over {
            self.is_done(Outcome::Unanswered, became);
        }
        let body = std::mem::take(&mut self.reading.kept);
        let left = match (header.r#type, self.group) {
            (Sequence::TYPE, None) => sequence(header, body)?,
            (r#type, group) => {
                if r#type == Fail::TYPE {
                    self.refusal = Some(refusal(header, body));
                }
                group.unwrap_or(1).saturating_sub(1)
            }
        };
        if left == 0 {
            let refusal = self.refusal.take();
            self.is_done(refusal.map_or(Outcome::Answered, Outcome::Refused), became);
        } else {
            self.group = Some(left);
        }
        Ok(())
    }

    /// It is known what became of the request whose answer was next.
    fn is_done(&mut self, outcome: Outcome, became: &mut dyn FnMut(Outcome)) {
        self.due = after(self.due);
        self.waiting = self.waiting.saturating_sub(1);
        self.group = None;
        self.refusal = None;
        became(outcome);
    }
}

impl Dialogue for Frames {
    fn ask(&mut self, out: &mut Vec<u8>) {
        let Some(template) = self.asking.template(self.next) else {
            return;
        };
        self.next = self.next.wrapping_add(1);
        self.last = after(self.last);
        self.waiting = self.waiting.saturating_add(1);
        let start = out.len();
        out.extend_from_slice(&template.frame);
        if let Some(sequence) = out.get_mut(start..).and_then(|frame| frame.get_mut(4..8)) {
            sequence.copy_from_slice(&self.last.to_be_bytes());
        }
    }

    fn read(&mut self, mut bytes: &[u8], became: &mut dyn FnMut(Outcome)) -> Result<(), Malformed> {
        while let Some(header) = self.reading.take(&mut bytes)? {
            self.came(header, became)?;
        }
        Ok(())
    }
}

impl Reading {
    /// Takes bytes up to the end of the frame that is coming; returns its header if that was
    /// reached.
    fn take(&mut self, bytes: &mut &[u8]) -> Result<Option<Header>, Malformed> {
        let header = match self.header {
            Some(header) => header,
            None => {
                let missing = Header::SIZE.saturating_sub(self.has);
                let taken = first(bytes, missing);
                let end = self.has.saturating_add(taken.len());
                if let Some(room) = self.head.get_mut(self.has..end) {
                    room.copy_from_slice(taken);
                }
                self.has = end;
                if end < Header::SIZE {
                    return Ok(None);
                }
                let header = Header::from_bytes(&self.head);
                let header = header.map_err(|error| Malformed(error.to_string()))?;
                self.left = header.length as usize;
                self.kept.clear();
                *self.header.insert(header)
            }
        };
        let taken = first(bytes, self.left);
        self.left = self.left.saturating_sub(taken.len());
        if matches!(header.r#type, Fail::TYPE | Sequence::TYPE) && header.length as usize <= KEPT {
            self.kept.extend_from_slice(taken);
        }
        if self.left > 0 {
            return Ok(None);
        }
        self.has = 0;
        Ok(self.header.take())
    }
}

/// Takes up to `number` bytes.
fn first<'a>(bytes: &mut &'a [u8], number: usize) -> &'a [u8] {
    let (first, rest) = bytes.split_at(number.min(bytes.len()));
    *bytes = rest;
    first
}

/// The sequence number behind this one; 0 is nobody's.
fn after(sequence: u32) -> u32 {
    sequence.checked_add(1).unwrap_or(1)
}

/// How many requests after one another was asked.
fn distance(from: u32, to: u32) -> u32 {
    match to.checked_sub(from) {
        Some(distance) => distance,
        // It has gone over the end, where 0 is left out.
        None => to.wrapping_sub(from).wrapping_sub(1),
    }
}

fn decode<P: Packet + for<'a> tp_frames::Decode<'a>>(
    header: Header,
    body: Vec<u8>,
) -> Result<P, Malformed> {
    let raw = RawFrame {
        header,
        body: Bytes::from(body),
        padded: false,
    };
    match raw.decode::<P>(&DecodeOptions::default()) {
        Ok((packet, _)) => Ok(packet),
        Err(error) => Err(Malformed(error.to_string())),
    }
}

fn sequence(header: Header, body: Vec<u8>) -> Result<u32, Malformed> {
    decode::<Sequence>(header, body).map(|it| it.number)
}

/// What the server says.
fn refusal(header: Header, body: Vec<u8>) -> String {
    match decode::<Fail>(header, body) {
        Ok(fail) => Refusal::from(fail).to_string(),
        Err(error) => format!("refused, and the reason is malformed: {error}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use bytes::BytesMut;
    use tp_frames::game;

    use super::*;
    use crate::mix::Mix;

    /// A connection that waits for so many answers, the first of which has sequence number 3.
    fn waiting(number: usize) -> Frames {
        let asking = Asking::new(&Mix::default(), &[], game::TP04).unwrap();
        let mut frames = Frames::new(Arc::new(asking), 0, 2);
        let mut out = Vec::new();
        for _ in 0..number {
            frames.ask(&mut out);
        }
        let headers = out.as_chunks().0.iter();
        let sequences = headers.map(|it| Header::from_bytes(it).unwrap().sequence);
        assert!(sequences.eq((3..).take(number)));
        frames
    }

    fn read(frames: &mut Frames, bytes: &[u8]) -> Result<Vec<Outcome>, Malformed> {
        let mut outcomes = Vec::new();
        frames.read(bytes, &mut |outcome| outcomes.push(outcome))?;
        Ok(outcomes)
    }

    fn put(out: &mut BytesMut, sequence: u32, packet: &impl Packet) {
        packet.encode_frame(game::TP04, sequence, out).unwrap();
    }

    fn answers() -> BytesMut {
        let okay = game::Okay {
            result: "Pong".into(),
        };
        let fail = Fail {
            code: game::FailCode::NO_SUCH_THING,
            result: "gone".into(),
            ..Fail::default()
        };
        let mut out = BytesMut::new();
        put(&mut out, 3, &okay);
        // Unasked.
        put(&mut out, 0, &okay);
        put(&mut out, 4, &Sequence { number: 2 });
        put(&mut out, 4, &okay);
        put(&mut out, 4, &okay);
        put(&mut out, 5, &Sequence { number: 0 });
        put(&mut out, 6, &Sequence { number: 2 });
        put(&mut out, 6, &fail);
        put(&mut out, 6, &okay);
        // A group that is not whole, and a request that was passed over.
        put(&mut out, 7, &Sequence { number: 2 });
        put(&mut out, 7, &okay);
        put(&mut out, 9, &fail);
        out
    }

    #[test]
    fn answers_are_told_apart_however_they_are_cut() {
        let refused = Outcome::Refused("refused: gone (NoSuchThing)".into());
        let expected = [
            Outcome::Answered,
            Outcome::Answered,
            Outcome::Answered,
            refused.clone(),
            Outcome::Unanswered,
            Outcome::Unanswered,
            refused,
        ];
        let answers = answers();
        for size in [1, 5, 16, 17, answers.len()] {
            let mut frames = waiting(7);
            let pieces = answers.chunks(size);
            let outcomes = pieces.flat_map(|piece| read(&mut frames, piece).unwrap());
            let outcomes: Vec<Outcome> = outcomes.collect();
            assert_eq!(outcomes, expected, "{size} bytes at once");
        }
    }

    #[test]
    fn what_answers_nothing_ends_the_connection() {
        let told = |bytes: &[u8]| read(&mut waiting(1), bytes).unwrap_err().0;
        let mut twice = BytesMut::new();
        put(&mut twice, 3, &game::Okay::default());
        put(&mut twice, 3, &game::Okay::default());
        assert_eq!(
            told(&twice),
            "an answer to no request, with sequence number 3"
        );
        assert!(told(b"HTTP/1.1 400 Bad").contains("it starts with \"HTTP/1.1 400 Bad\""));
        let mut long = BytesMut::new();
        put(&mut long, 3, &Sequence { number: 1 });
        long.truncate(15);
        assert_eq!(read(&mut waiting(1), &long), Ok(vec![]));
    }

    #[test]
    fn sequence_numbers_leave_out_zero() {
        assert_eq!((after(7), after(u32::MAX)), (8, 1));
        assert_eq!(distance(u32::MAX, 1), 1);
        assert_eq!(distance(u32::MAX - 1, 2), 3);
        assert_eq!(distance(5, 5), 0);
        assert!(distance(5, 4) > 1_000_000);
    }
}
