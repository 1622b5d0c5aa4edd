//! What is sent and received, written down for a report.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use serde_json::Value;
use tp_frames::wire::Secret;
use tp_frames::{DecodeOptions, RawFrame, TpStr};

use super::{Step, Way};
use crate::frame::{Frame, Version};
use crate::{secrets, to_hex};

/// Most steps that are kept of a case; of more, the last ones are counted only.
const STEPS: usize = 200;
/// Most characters of a frame in words.
const TEXT: usize = 600;
/// Most bytes that are shown.
const BYTES: usize = 96;

/// What was sent and received, shared by the connections of a case.
#[derive(Debug, Clone)]
pub struct Journal {
    kept: Arc<Mutex<Kept>>,
    show_secrets: bool,
}

#[derive(Debug, Default)]
struct Kept {
    steps: Vec<Step>,
    left_out: usize,
}

impl Journal {
    /// An empty one, which shows passwords and keys if that was asked for.
    #[must_use]
    pub fn new(show_secrets: bool) -> Self {
        Self {
            kept: Arc::default(),
            show_secrets,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a step, which is not even put into words once there are too many.
    fn add(&self, connection: u32, way: Way, words: impl FnOnce() -> (String, String)) {
        let mut kept = self.kept();
        if kept.steps.len() >= STEPS {
            kept.left_out = kept.left_out.saturating_add(1);
            return;
        }
        let (text, bytes) = words();
        kept.steps.push(Step {
            connection,
            way,
            text,
            bytes,
        });
    }

    /// Something that is no bytes.
    pub fn event(&self, connection: u32, what: impl Into<String>) {
        self.add(connection, Way::Event, || (what.into(), String::new()));
    }

    /// Bytes on their way to the server: as frames where they are some.
    pub fn sent(&self, connection: u32, version: Version, padded: bool, bytes: &[u8]) {
        let mut rest = BytesMut::from(bytes);
        let options = DecodeOptions::default().padded(padded);
        while let Ok(Some(raw)) = RawFrame::take(&mut rest, &options) {
            self.request(connection, version, raw);
        }
        if !rest.is_empty() {
            let words = || (format!("{} bytes", rest.len()), self.bytes(&rest));
            self.add(connection, Way::ToServer, words);
        }
    }

    /// A frame on its way to the server.
    pub fn request(&self, connection: u32, version: Version, raw: RawFrame) {
        self.add(connection, Way::ToServer, || {
            let mut bytes = BytesMut::new();
            raw.encode(&mut bytes);
            let text = match raw.header.version == version.header() {
                true => self.frame(&version.read(raw)),
                false => format!("a frame of {}", raw.header.version),
            };
            (text, self.bytes(&bytes))
        });
    }

    /// A frame on its way to the client.
    pub fn received(&self, connection: u32, frame: &Frame) {
        self.add(connection, Way::ToClient, || {
            let mut bytes = frame.header.to_bytes().to_vec();
            bytes.extend_from_slice(&frame.body);
            (self.frame(frame), self.bytes(&bytes))
        });
    }

    /// Bytes on their way to the client that are no frame.
    pub fn received_text(&self, connection: u32, bytes: &[u8]) {
        self.no_frame(connection, Way::ToClient, bytes);
    }

    /// Bytes that are no frame.
    pub fn no_frame(&self, connection: u32, way: Way, bytes: &[u8]) {
        self.add(connection, way, || {
            let start = bytes.get(..TEXT).unwrap_or(bytes);
            let text = match self.hides(bytes) {
                true => format!("no frame: {} bytes", bytes.len()),
                false => format!("no frame: {:?}", TpStr::from_bytes(start)),
            };
            (shortened(text), self.bytes(bytes))
        });
    }

    /// Whether there is something in bytes that is not to be shown.
    fn hides(&self, bytes: &[u8]) -> bool {
        !self.show_secrets && secrets::are_in(bytes)
    }

    /// Bytes in hexadecimal digits; none if there is something secret in them.
    fn bytes(&self, bytes: &[u8]) -> String {
        match self.hides(bytes) {
            true => String::new(),
            false => hex(bytes),
        }
    }

    /// A frame in words.
    fn frame(&self, frame: &Frame) -> String {
        let r#type = frame.header.r#type;
        let mut fields = frame.fields.clone();
        if !self.show_secrets {
            secrets::hide(r#type, &mut fields);
        }
        let fields = match &fields {
            Value::Null => String::new(),
            Value::Object(map) if map.is_empty() => String::new(),
            fields => format!(" {fields}"),
        };
        let mut text = format!(
            "{} {} ({}) sequence {}{fields}",
            frame.header.version, frame.name, r#type, frame.header.sequence
        );
        if let Some(problem) = &frame.problem {
            text.push_str(&format!(" which does not decode: {problem}"));
        }
        if !frame.trailing.is_empty() {
            let trailing = match !self.show_secrets && secrets::has_secrets(r#type) {
                true => format!("{Secret:?}"),
                false => self.bytes(&frame.trailing),
            };
            text.push_str(&format!(" and behind it {trailing}"));
        }
        shortened(text)
    }

    /// What is kept, in the order in which it happened.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let kept = self.kept();
        let mut steps = kept.steps.clone();
        if kept.left_out > 0 {
            steps.push(Step {
                connection: 0,
                way: Way::Event,
                text: format!("{} more steps", kept.left_out),
                bytes: String::new(),
            });
        }
        steps
    }
}

fn shortened(text: String) -> String {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

fn hex(bytes: &[u8]) -> String {
    match bytes.get(..BYTES) {
        Some(start) if bytes.len() > BYTES => format!("{}…", to_hex(start)),
        _ => to_hex(bytes),
    }
}
