//! One connection, as far as a defect has to know it.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use tp_frames::{DecodeOptions, Packet, RawFrame, Version, tp03, tp04};

use super::{Defect, replies, requests};

/// What becomes of what a client sent.
pub(super) enum Passed {
    /// It goes on to the game.
    On(BytesMut),
    /// The game is not asked: this goes back.
    Back(BytesMut),
    /// The connection ends.
    Close,
}

/// A request that is being answered.
pub(super) struct Asked {
    pub(super) sequence: u32,
    pub(super) r#type: u32,
    pub(super) body: Bytes,
    /// How many frames of its reply are still to come, once a Sequence said so.
    left: Option<u32>,
}

pub(super) struct Line {
    pub(super) defect: Defect,
    /// Requests in the order in which they came; the first is being answered.
    pub(super) asked: VecDeque<Asked>,
    /// A reply that waits for the next one.
    pub(super) held: Option<RawFrame>,
    /// The key and the length of the last list of order types.
    pub(super) list: Option<(u32, u32)>,
    pub(super) logged_in: bool,
    started: bool,
    /// Whether something else than frames was said; from then on all passes as it is.
    pub(super) strange: bool,
    padded: bool,
}

impl Line {
    pub(super) fn new(defect: Defect) -> Self {
        Self {
            defect,
            asked: VecDeque::new(),
            held: None,
            list: None,
            logged_in: false,
            started: false,
            strange: false,
            padded: false,
        }
    }

    pub(super) fn options(&self) -> DecodeOptions {
        DecodeOptions::default().padded(self.padded)
    }

    /// What becomes of the first of these bytes; nothing while more are needed.
    pub(super) fn requested(&mut self, received: &mut BytesMut) -> Option<Passed> {
        if !self.started {
            self.started = received.len() >= 4;
            self.strange = !is_known(received);
        }
        if self.strange {
            let silent = self.defect == Defect::SilentToStrangers && !received.starts_with(b"TP");
            return pass_on(received.split(), silent);
        }
        match RawFrame::take(received, &self.options()) {
            Ok(Some(frame)) => Some(requests::passed(self, frame)),
            Ok(None) => None,
            Err(_) => {
                self.strange = true;
                let silent = self.defect == Defect::SilentOnTooLong && received.starts_with(b"TP");
                pass_on(received.split(), silent)
            }
        }
    }

    /// Notes a request that goes on to the game.
    pub(super) fn asks(&mut self, frame: &RawFrame) {
        self.asked.push_back(Asked {
            sequence: frame.header.sequence,
            r#type: frame.header.r#type,
            body: frame.body.clone(),
            left: None,
        });
    }

    /// What becomes of a frame of the game.
    pub(super) fn replied(&mut self, frame: RawFrame, out: &mut BytesMut) {
        let r#type = self.asked.front().map(|asked| asked.r#type);
        let okay = frame.header.r#type == tp04::Okay::TYPE;
        replies::changed(self, &frame, out);
        if self.counts(&frame) {
            self.asked.pop_front();
        }
        match r#type {
            Some(tp04::SetFilters::TYPE) if okay => self.padded = true,
            Some(tp04::Login::TYPE) if okay => self.logged_in = true,
            _ => {}
        }
    }

    /// Whether a frame was the last of the reply to the first request.
    fn counts(&mut self, frame: &RawFrame) -> bool {
        let Some(asked) = self.asked.front_mut() else {
            return false;
        };
        if asked.sequence != frame.header.sequence {
            return false;
        }
        let left = match frame.header.r#type {
            tp04::Sequence::TYPE => number(&frame.body),
            _ => asked.left.unwrap_or(1).saturating_sub(1),
        };
        asked.left = Some(left);
        left == 0
    }
}

/// The number that a body begins with.
pub(super) fn number(body: &[u8]) -> u32 {
    body.first_chunk()
        .map(|bytes| u32::from_be_bytes(*bytes))
        .unwrap_or_default()
}

/// Whether these may be the first bytes of a version that the game speaks.
fn is_known(start: &[u8]) -> bool {
    match *start {
        [b'T', b'P', first, second, ..] => {
            let version = Version([first, second]);
            version == Version::TP03 || first == 4
        }
        _ => b"TP0".starts_with(start) || b"TP\x04".starts_with(start),
    }
}

fn pass_on(bytes: BytesMut, silent: bool) -> Option<Passed> {
    (!bytes.is_empty()).then(|| match silent {
        true => Passed::On(BytesMut::new()),
        false => Passed::On(bytes),
    })
}

/// The bytes of a frame.
pub(super) fn bytes(frame: &RawFrame) -> BytesMut {
    let mut bytes = BytesMut::new();
    frame.encode(&mut bytes);
    bytes
}

/// The frame with another body.
pub(super) fn with_body(frame: &RawFrame, body: impl Into<Bytes>) -> RawFrame {
    let body: Bytes = body.into();
    let mut changed = frame.clone();
    changed.header.length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    changed.body = body;
    changed
}

/// The frame with its packet changed; as it is if it does not decode.
pub(super) fn changed<P: Packet>(frame: &RawFrame, change: impl FnOnce(&mut P)) -> RawFrame {
    let Ok((mut packet, _)) = frame.decode::<P>(&DecodeOptions::default()) else {
        return frame.clone();
    };
    change(&mut packet);
    encoded(frame, &packet, frame.padded)
}

/// The frame with another packet in it.
pub(super) fn encoded<P: Packet>(frame: &RawFrame, packet: &P, padded: bool) -> RawFrame {
    let mut body = BytesMut::new();
    let written = match padded {
        true => packet.encode_body_padded(&mut body),
        false => packet.encode_body(&mut body),
    };
    if written.is_err() {
        return frame.clone();
    }
    let mut changed = with_body(frame, body);
    changed.header.r#type = P::TYPE;
    changed
}

/// Okay in answer to a frame.
pub(super) fn okay(frame: &RawFrame) -> RawFrame {
    let result = "Okay".into();
    match frame.header.version {
        Version::TP03 => encoded(frame, &tp03::Okay { result }, frame.padded),
        _ => encoded(frame, &tp04::Okay { result }, frame.padded),
    }
}
