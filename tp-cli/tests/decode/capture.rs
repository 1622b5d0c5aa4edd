//! Captures for tests.

use std::fmt::Write as _;

use bytes::BytesMut;
use tp_frames::{Header, Packet, Version};

/// The text of a capture.
#[derive(Default)]
pub(crate) struct Capture(pub(crate) String);

impl Capture {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A frame from the client to the server.
    pub(crate) fn sent<P: Packet>(self, sequence: u32, packet: &P) -> Self {
        self.packet("C>S", sequence, packet, &[])
    }

    /// A frame from the server to the client.
    pub(crate) fn received<P: Packet>(self, sequence: u32, packet: &P) -> Self {
        self.packet("S>C", sequence, packet, &[])
    }

    /// A frame with bytes behind its last field.
    pub(crate) fn packet<P: Packet>(
        self,
        direction: &str,
        sequence: u32,
        packet: &P,
        trailing: &[u8],
    ) -> Self {
        let mut body = BytesMut::new();
        packet.encode_body(&mut body).unwrap();
        body.extend_from_slice(trailing);
        self.frame(direction, P::VERSION, sequence, P::TYPE, &body)
    }

    /// A frame of any bytes.
    pub(crate) fn frame(
        self,
        direction: &str,
        version: Version,
        sequence: u32,
        r#type: u32,
        body: &[u8],
    ) -> Self {
        let length = u32::try_from(body.len()).unwrap();
        let header = Header {
            version,
            sequence,
            r#type,
            length,
        };
        let mut line = format!("{direction} ");
        for byte in header.to_bytes().iter().chain(body) {
            write!(line, "{byte:02x}").unwrap();
        }
        self.line(&line)
    }

    /// Any line.
    pub(crate) fn line(mut self, line: &str) -> Self {
        self.0.push_str(line);
        self.0.push('\n');
        self
    }
}
