//! Captures for tests.

use std::fmt::Write as _;

use bytes::BytesMut;
use tp_frames::{Header, Packet, Version};

/// The text of a capture.
pub(crate) struct Capture {
    pub(crate) text: String,
    version: Version,
}

impl Capture {
    /// Nothing yet; packets to come are of `version`.
    pub(crate) fn new(version: Version) -> Self {
        Self {
            text: String::new(),
            version,
        }
    }

    /// Packets from here on are of `version`.
    pub(crate) fn speaking(self, version: Version) -> Self {
        Self { version, ..self }
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
        packet.encode_body(self.version, &mut body).unwrap();
        body.extend_from_slice(trailing);
        let version = self.version;
        self.frame(direction, version, sequence, P::TYPE, &body)
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
        self.text.push_str(line);
        self.text.push('\n');
        self
    }
}
