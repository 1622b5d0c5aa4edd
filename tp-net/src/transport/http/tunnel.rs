//! One HTTP request, and then whatever both sides want to say.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};

use bytes::{Buf, BytesMut};

use super::Proxy;
use super::response::{self, Head};
use crate::transport::inbox::KEPT;
use crate::transport::{Layer, TransportError, TunnelError, Url};

/// How much output may wait before no more is taken.
const ROOM: usize = 64 * 1024;

const USER_AGENT: &str = concat!("tp-net/", env!("CARGO_PKG_VERSION"));

/// Asks for a tunnel, and passes everything through once there is one.
pub(in crate::transport) struct Tunnel {
    what: &'static str,
    /// Who answers, in errors.
    peer: String,
    /// The head of the answer, as far as it has come; `None` once it is there.
    head: Option<Vec<u8>>,
    output: BytesMut,
}

impl Tunnel {
    /// The tunnel of the protocol: a POST to the server, perhaps by way of a proxy.
    pub(in crate::transport) fn post(url: &Url, proxy: Option<&Proxy>) -> Self {
        let host = url.place();
        let authority = host.authority_for_others();
        // A name that nobody has asked for yet, so that no cache answers.
        let name = random_name();
        let target = match proxy {
            Some(_) => format!("http://{authority}/{name}"),
            None => format!("/{name}"),
        };
        let request = format!(
            "POST {target} HTTP/1.0\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: 0\r\n\
             Host: {authority}\r\n\
             User-Agent: {USER_AGENT}\r\n\
             Accept: */*\r\n\
             {}\r\n",
            authorization(proxy),
        );
        let peer = match proxy {
            Some(proxy) => format!("the proxy {proxy}"),
            None => format!("the server {}", host.authority()),
        };
        Self::new("HTTP tunnel's set-up", peer, request)
    }

    /// A connection to a server that the proxy makes.
    pub(in crate::transport) fn connect(url: &Url, proxy: &Proxy) -> Self {
        let place = url.place().with_port(url.port_or_default());
        let authority = place.authority_for_others();
        let request = format!(
            "CONNECT {authority} HTTP/1.0\r\n\
             Host: {authority}\r\n\
             User-Agent: {USER_AGENT}\r\n\
             {}\r\n",
            authorization(Some(proxy)),
        );
        Self::new("proxy's set-up", format!("the proxy {proxy}"), request)
    }

    fn new(what: &'static str, peer: String, request: String) -> Self {
        Self {
            what,
            peer,
            head: Some(Vec::new()),
            output: request.as_bytes().into(),
        }
    }

    /// Takes the heads of answers off `head`; returns what follows them once they are whole.
    fn rest_of(&self, head: &mut Vec<u8>) -> Result<Option<Vec<u8>>, TunnelError> {
        loop {
            match response::read(head, &self.peer)? {
                Head::Part => return Ok(None),
                Head::Interim(length) => drop(head.drain(..length.min(head.len()))),
                Head::Success(length) => return Ok(Some(head.split_off(length.min(head.len())))),
            }
        }
    }
}

impl Layer for Tunnel {
    fn handshake(&self) -> &'static str {
        self.what
    }

    fn peer(&self) -> &str {
        &self.peer
    }

    fn is_ready(&self) -> bool {
        self.head.is_none()
    }

    fn receive(&mut self, input: &[u8], above: &mut Vec<u8>) -> Result<(), TransportError> {
        let Some(mut head) = self.head.take() else {
            above.extend_from_slice(input);
            return Ok(());
        };
        head.extend_from_slice(input);
        match self.rest_of(&mut head) {
            Ok(Some(rest)) => above.extend_from_slice(&rest),
            Ok(None) => self.head = Some(head),
            Err(error) => {
                self.head = Some(Vec::new());
                return Err(error.into());
            }
        }
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<usize, TransportError> {
        if !self.is_ready() {
            return Ok(0);
        }
        let room = ROOM.saturating_sub(self.output.len());
        let taken = bytes.get(..room).unwrap_or(bytes);
        self.output.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn output(&self) -> &[u8] {
        &self.output
    }

    fn written(&mut self, count: usize) {
        self.output.advance(count.min(self.output.len()));
        if self.output.is_empty() && count > KEPT {
            self.output = BytesMut::new();
        }
    }

    fn end_of_input(&mut self) -> Result<(), TransportError> {
        let said = self.head.as_deref().unwrap_or_default();
        match response::ended(said, &self.peer) {
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Tunnel {
    /// Without the request: there may be a password in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel")
            .field("peer", &self.peer)
            .field("is_ready", &self.is_ready())
            .finish_non_exhaustive()
    }
}

/// The header that tells a proxy who asks (RFC 7617), with its line end.
fn authorization(proxy: Option<&Proxy>) -> String {
    match proxy.and_then(Proxy::basic) {
        Some(credentials) => format!("Proxy-Authorization: Basic {credentials}\r\n"),
        None => String::new(),
    }
}

/// Twelve letters and digits.
fn random_name() -> String {
    // Each has keys of its own from the system; it need not be unguessable, only new.
    let mut number = RandomState::new().build_hasher().finish();
    let letters = std::iter::from_fn(|| {
        let digit = u32::try_from(number.checked_rem(36)?).ok()?;
        number = number.checked_div(36)?;
        char::from_digit(digit, 36)
    });
    letters.take(12).collect()
}
