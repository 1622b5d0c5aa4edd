//! A trace of frames, for those who turn it on.

use std::fmt;

use tp_frames::wire::Secret;
use tp_frames::{
    AnyFrame, DecodeError, DecodeLimits, DecodeOptions, Header, RawFrame, admin, game,
};
use tracing::{Level, Span};

/// What the events say they are from: part of what this crate promises, for it stands in filters.
const TARGET: &str = "tp_net::frames";

/// Tells of the frames of one connection.
#[derive(Debug, Clone)]
pub(crate) struct FrameTrace {
    span: Span,
}

impl FrameTrace {
    /// The events are about whatever the caller does.
    pub(crate) fn here() -> Self {
        Self {
            span: Span::current(),
        }
    }

    /// The events are about a connection with `peer`.
    pub(crate) fn with_peer(peer: impl fmt::Display) -> Self {
        Self {
            span: tracing::trace_span!(target: TARGET, "connection", %peer),
        }
    }

    /// Whether anybody wants to be told.
    pub(crate) fn is_on() -> bool {
        tracing::enabled!(target: TARGET, Level::TRACE)
    }

    /// A frame has come, padded or not.
    pub(crate) fn received(&self, frame: &RawFrame, padded: bool) {
        if Self::is_on() {
            self.tell("received", frame, padded);
        }
    }

    /// Whole frames are on their way, padded or not.
    pub(crate) fn sent(&self, frames: &[u8], padded: bool) {
        if !Self::is_on() {
            return;
        }
        let mut rest = frames;
        while let Ok(Some((frame, behind))) = RawFrame::split(rest, &all()) {
            self.tell("sent", &frame, padded);
            rest = behind;
        }
    }

    /// Never the bytes: one who cannot read a frame does not know what in it is secret.
    fn tell(&self, way: &'static str, frame: &RawFrame, padded: bool) {
        let Header {
            version,
            sequence,
            r#type,
            length,
        } = frame.header;
        match decoded(frame, padded) {
            Ok((name, Some(frame))) => tracing::trace!(
                target: TARGET, parent: &self.span,
                %version, sequence, name, length, %frame, "{way}"
            ),
            Ok((name, None)) => tracing::trace!(
                target: TARGET, parent: &self.span,
                %version, sequence, name, r#type, length, "{way}"
            ),
            Err(error) => tracing::trace!(
                target: TARGET, parent: &self.span,
                %version, sequence, r#type, length, %error, "{way}"
            ),
        }
    }
}

/// Whatever is there was taken already.
fn all() -> DecodeOptions {
    let limits = DecodeLimits::default();
    DecodeOptions::new().limits(limits.frame(usize::MAX).memory(usize::MAX))
}

/// The name of a frame, and the frame as text if its type is known. Where the game and its
/// administration have the same type, they have the same frame.
fn decoded(frame: &RawFrame, padded: bool) -> Result<(&'static str, Option<String>), DecodeError> {
    let (
        Header {
            version, r#type, ..
        },
        options,
    ) = (frame.header, all().padded(padded));
    match game::Frame::decode_body(version, r#type, &frame.body, &options)? {
        (game::Frame::Unknown { .. }, _) => {}
        (known, _) => return Ok((known.name(), Some(packet(known.name(), &known)))),
    }
    let (frame, _) = admin::Frame::decode_body(version, r#type, &frame.body, &options)?;
    let text = match &frame {
        admin::Frame::Unknown { .. } => None,
        // It may be about an account and its password.
        admin::Frame::Command(command) => {
            let (ctype, parameters) = (command.ctype, Secret);
            Some(format!(
                "Command {{ ctype: {ctype}, parameters: {parameters:?} }}"
            ))
        }
        known => Some(packet(known.name(), known)),
    };
    Ok((frame.name(), text))
}

/// The packet in a frame as text, without the variant around it, which has the same name.
fn packet(name: &str, frame: &dyn fmt::Debug) -> String {
    let text = format!("{frame:?}");
    let inside = text.strip_prefix(name).and_then(|it| it.strip_prefix('('));
    inside
        .and_then(|it| it.strip_suffix(')'))
        .map_or_else(|| text.clone(), str::to_owned)
}
