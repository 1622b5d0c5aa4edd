//! The head of an answer, however odd, if there is one way to read it.

use std::mem::MaybeUninit;

use httparse::{ParserConfig, Response, Status};

use crate::transport::TunnelError;
use crate::transport::words::{self, shown};

/// How long a head may be. Proxies add to it, so it is more than servers take.
pub(super) const LIMIT: usize = 16 * 1024;

/// How many headers it may have.
const HEADERS: usize = 128;

/// What has come of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// The blank line has not come yet.
    Part,
    /// Not the answer yet, but word of it; its length.
    Interim(usize),
    /// Yes; its length.
    Success(usize),
}

/// Reads an answer of `peer`. Any status from 200 to 299 is a yes.
pub(super) fn read(bytes: &[u8], peer: &str) -> Result<Head, TunnelError> {
    if !may_be_http(bytes) {
        return strange(bytes, peer);
    }
    let mut headers = [const { MaybeUninit::uninit() }; HEADERS];
    let mut response = Response::new(&mut []);
    let mut parser = ParserConfig::default();
    parser
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_space_before_first_header_name(true)
        .allow_spaces_after_header_name_in_responses(true)
        .ignore_invalid_headers_in_responses(true);
    let parsed = parser.parse_response_with_uninit_headers(&mut response, bytes, &mut headers);
    let too_long = || TunnelError::TooLong {
        peer: peer.to_owned(),
        limit: LIMIT,
        headers: HEADERS,
    };
    let length = match parsed {
        Ok(Status::Complete(length)) => length,
        Ok(Status::Partial) if bytes.len() < LIMIT => return Ok(Head::Part),
        Ok(Status::Partial) | Err(httparse::Error::TooManyHeaders) => return Err(too_long()),
        Err(_) => return Err(not_http(bytes, peer)),
    };
    let peer = peer.to_owned();
    let status = shown(bytes);
    let head = bytes.get(..length).unwrap_or_default();
    let is_ambiguous = has_two_ends(head) || has_two_lengths(&response);
    Err(match response.code {
        Some(101) | None => TunnelError::Refused {
            peer,
            code: 101,
            status,
        },
        Some(100..=299) if is_ambiguous => TunnelError::Ambiguous { peer, status },
        Some(100..=199) => return Ok(Head::Interim(length)),
        Some(200..=299) => return Ok(Head::Success(length)),
        Some(300..=399) => TunnelError::Elsewhere {
            peer,
            status,
            location: location(&response),
        },
        Some(407) => TunnelError::ProxyLogin { peer, status },
        Some(code) => TunnelError::Refused { peer, code, status },
    })
}

/// What the peer has said when it hung up before the end of the head.
pub(super) fn ended(bytes: &[u8], peer: &str) -> Option<TunnelError> {
    (!bytes.is_empty() && !may_be_http(bytes)).then(|| not_http(bytes, peer))
}

/// Returns `true` if this can become an answer.
fn may_be_http(bytes: &[u8]) -> bool {
    // Some send an empty line first.
    let bytes = bytes.trim_ascii_start();
    let start = b"HTTP/1.";
    bytes.iter().zip(start).all(|(byte, wanted)| byte == wanted)
}

/// Returns `true` if whoever stands in between may see the end of the head, or of a line, somewhere
/// else. Old servers end all lines without a carriage return; none ends some so, or has a control
/// character inside one.
fn has_two_ends(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let text = head.strip_suffix(b"\n").unwrap_or(head);
    let lines = || text.split(|byte| *byte == b'\n');
    let with_return = lines().filter(|line| line.ends_with(b"\r")).count();
    let mut inside = lines().flat_map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let is_odd = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    inside.any(is_odd) || (with_return > 0 && with_return < lines().count())
}

/// Returns `true` if the answer says more than once how long it is (RFC 9112, 6.3).
fn has_two_lengths(response: &Response<'_, '_>) -> bool {
    let tells = |name: &str| {
        name.eq_ignore_ascii_case("Content-Length")
            || name.eq_ignore_ascii_case("Transfer-Encoding")
    };
    response.headers.iter().filter(|it| tells(it.name)).count() > 1
}

/// Waits for the end of a line, to show it whole.
fn strange(bytes: &[u8], peer: &str) -> Result<Head, TunnelError> {
    match words::are_part(bytes) {
        true => Ok(Head::Part),
        false => Err(not_http(bytes, peer)),
    }
}

fn not_http(bytes: &[u8], peer: &str) -> TunnelError {
    TunnelError::NotHttp {
        peer: peer.to_owned(),
        text: shown(bytes),
    }
}

fn location(response: &Response<'_, '_>) -> Option<String> {
    let location = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("Location"))?;
    Some(shown(location.value))
}
