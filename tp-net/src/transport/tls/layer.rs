//! TLS as a layer, for both sides.

use std::io::{Read, Write};

use rustls::{Connection, Error, InvalidMessage};

use super::TlsError;
use super::records::Records;
use crate::transport::inbox::KEPT;
use crate::transport::{Layer, TransportError, words};

/// As much waits for being written at most, and one record more.
const OUTPUT: usize = 64 << 10;

/// TLS over whatever is below. That the peer hangs up without a farewell is nothing special, as
/// many do: frames tell by themselves whether they are whole.
pub(in crate::transport) struct Tls {
    connection: Connection,
    /// Who answers, in errors.
    peer: String,
    /// Whether what came begins as TLS does; until then it is kept in `words`.
    begun: bool,
    words: Vec<u8>,
    records: Records,
    output: Vec<u8>,
    ended: bool,
}

/// The types of records that a handshake can begin with (RFC 8446, 5.1).
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;

impl Tls {
    pub(super) fn new(connection: Connection) -> Self {
        let mut tls = Self {
            connection,
            peer: "the peer".to_owned(),
            begun: false,
            words: Vec::new(),
            records: Records::default(),
            output: Vec::new(),
            ended: false,
        };
        tls.collect();
        tls
    }

    /// The same with `peer` as who answers.
    pub(in crate::transport) fn with(self, peer: String) -> Self {
        Self { peer, ..self }
    }

    /// Takes what TLS wants written.
    fn collect(&mut self) {
        while self.connection.wants_write() {
            // Memory takes it all.
            if self.connection.write_tls(&mut self.output).is_err() {
                return;
            }
        }
    }

    /// Returns `true` if what came is what somebody says who does not speak TLS, and is not whole
    /// yet.
    fn listen(&mut self, input: &[u8]) -> Result<bool, TlsError> {
        self.begun |= self.words.is_empty() && matches!(input, [ALERT | HANDSHAKE, ..]);
        if self.begun {
            return Ok(false);
        }
        self.words.extend_from_slice(input);
        match words::are_part(&self.words) {
            true => Ok(true),
            false => Err(self.not_tls()),
        }
    }

    fn not_tls(&self) -> TlsError {
        TlsError::NotTls {
            peer: self.peer.clone(),
            text: words::shown(&self.words),
        }
    }

    fn take(&mut self, mut input: &[u8], above: &mut Vec<u8>) -> Result<(), TlsError> {
        if !input.is_empty() && self.listen(input)? {
            return Ok(());
        }
        while !input.is_empty() && !self.ended {
            self.connection
                .read_tls(&mut input)
                .map_err(|error| Error::General(error.to_string()))?;
            let begun = !self.connection.is_handshaking();
            let state = self.connection.process_new_packets();
            let state = state.map_err(|error| match error {
                Error::InvalidMessage(
                    InvalidMessage::InvalidContentType
                    | InvalidMessage::UnknownProtocolVersion
                    | InvalidMessage::MessageTooLarge,
                ) if !begun => self.not_tls(),
                other => other.into(),
            })?;
            self.ended = state.peer_has_closed();
            if state.plaintext_bytes_to_read() > 0 {
                // It ends by saying that it would have to wait.
                let _ = self.connection.reader().read_to_end(above);
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }
}

impl Layer for Tls {
    fn handshake(&self) -> &'static str {
        "TLS handshake"
    }

    fn peer(&self) -> &str {
        &self.peer
    }

    fn is_ready(&self) -> bool {
        !self.connection.is_handshaking()
    }

    fn receive(&mut self, input: &[u8], above: &mut Vec<u8>) -> Result<(), TransportError> {
        let taken = self.take(input, above);
        // If it failed, there is an alert to be sent.
        self.collect();
        Ok(taken?)
    }

    fn send(&mut self, bytes: &[u8]) -> Result<usize, TransportError> {
        if !self.is_ready() {
            return Ok(0);
        }
        let mut rest = bytes;
        while !rest.is_empty() && self.output.len() < OUTPUT {
            let record = self.records.next(rest);
            // Each is a record of its own. No limit is in the way: nothing waits inside.
            let _ = self.connection.writer().write(record);
            self.collect();
            rest = rest.get(record.len()..).unwrap_or_default();
        }
        Ok(bytes.len().saturating_sub(rest.len()))
    }

    fn output(&self) -> &[u8] {
        &self.output
    }

    fn held(&self) -> usize {
        self.output.capacity()
    }

    fn written(&mut self, count: usize) {
        self.output.drain(..count.min(self.output.len()));
        if self.output.is_empty() {
            self.output.shrink_to(KEPT);
        }
    }

    fn end_of_input(&mut self) -> Result<(), TransportError> {
        match self.words.is_empty() {
            true => Ok(()),
            false => Err(self.not_tls().into()),
        }
    }

    fn is_ended(&self) -> bool {
        self.ended
    }

    fn close(&mut self) {
        self.connection.send_close_notify();
        self.collect();
    }
}
