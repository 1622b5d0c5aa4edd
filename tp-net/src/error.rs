//! What can go wrong between a client and a server.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tp_frames::game::Fail;
use tp_frames::{DecodeError, DecodeOptions, EncodeError, FramingError, NotTp, Packet, RawFrame};
use tp_frames::{EncodeErrorKind, TpString, Version, printable};

use crate::model::{NotInVersion, OrderError, Refusal};
use crate::transport::{TransportError, Url, UrlError};

/// Why a connection or an operation failed.
///
/// Ask the predicates first: [`is_refused`](Self::is_refused),
/// [`is_timeout`](Self::is_timeout), [`is_disconnected`](Self::is_disconnected), and, of a client
/// that connects again, [`is_fate_unknown`](Self::is_fate_unknown). The variants say more, and more
/// of them will come.
///
/// ```
/// use tp_net::{Options, blocking::Client};
///
/// # let demo = tp_game::serve("127.0.0.1:0")?;
/// # let address = demo.local_addr();
/// let mut client = Client::connect(address, Options::default())?;
/// match client.login("guest", "wrong") {
///     Err(error) if error.is_refused() => println!("ask for the password again: {error}"),
///     Err(error) if error.is_timeout() => println!("try again later: {error}"),
///     Err(error) => return Err(error.into()),
///     Ok(_) => unreachable!("that is not the password"),
/// }
/// # demo.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Its text is the whole story in one line, that of the error under it included;
/// [`source`](std::error::Error::source) leads only to what the text does not say, so that
/// whoever prints the chain prints nothing twice. The errors of this crate are all made so.
///
/// Cheap to clone: one lost connection fails many operations.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server said no. The connection is fine.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The answer did not come in time. The connection is kept: an answer that comes later is
    /// thrown away. Where that may not be, see [`PaddingUnknown`](Self::PaddingUnknown).
    #[error("no answer within {} s", .0.as_secs_f64())]
    Timeout(
        /// How long it was waited for.
        Duration,
    ),
    /// The server announced more answers than it gave, then went on to something else.
    #[error("the server announced {announced} answers and gave {got}")]
    Incomplete {
        /// How many answers the server announced.
        announced: u32,
        /// How many came.
        got: u32,
    },
    /// The server announced more answers than there can be to what was asked. The connection is
    /// kept: those that come all the same are thrown away.
    #[error("the server announced {announced} answers where there can be {most}")]
    TooMany {
        /// How many answers the server announced.
        announced: u32,
        /// How many there can be; where the request does not say, what
        /// [`Options::answer_frames`](crate::Options::answer_frames) allows.
        most: u32,
    },
    /// The answer passes the limit on the bytes of one answer, or takes much more memory than the
    /// bytes that came of it.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The server closed the connection, or the connection broke.
    #[error("the connection is closed{}", shown_cause(.0.as_deref()))]
    Disconnected(Option<Arc<io::Error>>),
    /// No connection could be made, or the operating system failed it.
    #[error("no connection to {}: {source}", printable(.address))]
    Unreachable {
        /// Where to, a URL without user and password.
        address: String,
        /// What the operating system said.
        r#source: Arc<io::Error>,
    },
    /// There is a connection, and nobody greets on it: the peer is silent or hangs up.
    #[error("{peer} takes the connection and does not greet: {source}")]
    NotGreeted {
        /// Who, such as `"the server game.example:6923"`. If a proxy is on the way, it is named
        /// too, as nobody knows which of the two it is.
        peer: String,
        /// What happens instead: a [`Timeout`](Self::Timeout), or
        /// [`Disconnected`](Self::Disconnected).
        r#source: Arc<Error>,
    },
    /// What stands between the TCP connection and the frames failed: TLS, a tunnel or a proxy.
    #[error(transparent)]
    Transport(Arc<TransportError>),
    /// The peer speaks something else than Thousand Parsec.
    #[error("the peer does not speak Thousand Parsec; it sent: {}", shown_text(.0))]
    NotTp(
        /// What it sent, from its first byte that is no frame; at most a kilobyte is kept.
        TpString,
    ),
    /// The bytes cannot be split into frames, so the connection is given up.
    #[error(transparent)]
    Framing(FramingError),
    /// The server did not say in time whether it pads frames from now on, so that nobody knows how it
    /// reads what would be sent next: the connection is given up.
    #[error("the server did not answer within {} s whether it pads frames; the connection is closed", .0.as_secs_f64())]
    PaddingUnknown(
        /// How long it was waited for.
        Duration,
    ),
    /// A frame arrived whole, but its body is not what its type says.
    #[error("the answer is malformed: {0}")]
    Malformed(DecodeError),
    /// The request cannot be written as a frame.
    #[error("the request cannot be sent: {0}")]
    Encode(EncodeError),
    /// The server answered with a frame that does not answer this request.
    #[error("the server answered with frame type {got}, which is no answer to {request}")]
    Unexpected {
        /// Schema name of the request.
        request: &'static str,
        /// Frame type that came.
        got: u32,
    },
    /// The answer is a group of several where one was asked for.
    #[error("the server answered with a group of {0} where one answer was expected")]
    Group(
        /// How many.
        u32,
    ),
    /// The slices of a list of ids do not add up: none came though some are left, or what came and
    /// what is left are not together what was left before.
    #[error("of {expected} ids in a list the server gave {got}, and says that {left} are left")]
    IdList {
        /// How many were left before the slice, as the server said.
        expected: u64,
        /// How many came.
        got: u64,
        /// How many are left, as the server says now.
        left: u64,
    },
    /// A list of ids goes on and on with ids that came before.
    #[error("a list has {ids} ids, and the server goes on giving them again")]
    RepeatedIds {
        /// How many ids there were.
        ids: usize,
    },
    /// An order does not fit the description of its type. Nothing was sent.
    #[error(transparent)]
    Order(Box<OrderError>),
    /// The version that this connection speaks has nothing like it.
    #[error("{version} has no {what}")]
    NotInVersion {
        /// What is missing.
        what: &'static str,
        /// What the connection speaks.
        version: Version,
    },
    /// This client cannot do what the request would turn on.
    #[error("{0} are not supported")]
    Unsupported(
        /// What is not.
        &'static str,
    ),
    /// The server speaks none of the versions that the options allow.
    #[error("the server speaks {0}, which this client was not asked to speak")]
    VersionRefused(
        /// What the server answered in.
        Version,
    ),
    /// The server wants the client to go elsewhere, and the options do not allow to follow.
    #[error("the server redirects to {}", .0.place())]
    Redirected(
        /// Where to.
        Box<Url>,
    ),
    /// Redirects lead in a circle, or to more places than the options allow.
    #[error("the server redirects too often, last to {}", .0.place())]
    TooManyRedirects(
        /// Where to.
        Box<Url>,
    ),
    /// The server redirects from an encrypted connection to one that is not, and the options do
    /// not allow that.
    #[error("the server redirects to {}, which is not encrypted; this connection is", .0.place())]
    UnencryptedRedirect(
        /// Where to.
        Box<Url>,
    ),
    /// The connection was cut when this request was sent and not answered, so that nobody knows
    /// whether the server has done it. There is another connection, or will be; look there. Only
    /// where [`Options::reconnect`](crate::Options::reconnect) is set.
    #[error("the connection was cut before {request} was answered; it may have been done or not")]
    FateUnknown {
        /// Schema name of the request.
        request: &'static str,
    },
    /// The connection was cut, and no other could take its place.
    #[error("the connection was cut, and not made again in {}: {source}", shown_attempts(*.attempts))]
    NotReconnected {
        /// How often that was tried.
        attempts: u32,
        /// What went wrong the last time.
        r#source: Arc<Error>,
    },
    /// Where a game was is another: it greets otherwise.
    #[error("there is another server now: it was {was:?} and is {is:?}")]
    OtherGame {
        /// How the server greeted before.
        was: TpString,
        /// How it greets now.
        is: TpString,
    },
    /// A URL cannot be read.
    #[error(transparent)]
    Url(#[from] UrlError),
    /// More operations are outstanding than the options allow.
    #[error("{0} operations are outstanding, which is the limit")]
    Full(
        /// The limit.
        usize,
    ),
    /// There is no outstanding operation to wait for.
    #[error("no operation is outstanding")]
    NothingOutstanding,
    /// Operations are outstanding, so the client cannot change its API.
    #[error("{0} operations are outstanding")]
    Busy(
        /// How many.
        usize,
    ),
    /// The user did not want an operation to go on; see
    /// [`refresh_with`](crate::blocking::Client::refresh_with).
    #[error("the operation was cancelled")]
    Cancelled,
    /// This client was closed by its user.
    #[error("this client is closed")]
    Closed,
}

impl Error {
    /// Returns `true` if the server answered, and the answer was no.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(self, Self::Refused(_))
    }

    /// Returns `true` if the version that the connection speaks has no such request, or cannot say
    /// what the request holds. Nothing was sent.
    #[must_use]
    pub fn is_not_in_version(&self) -> bool {
        match self {
            Self::NotInVersion { .. } => true,
            Self::Encode(error) => error.kind() == EncodeErrorKind::NotInVersion,
            _ => false,
        }
    }

    /// What the server said when it [refused](Self::is_refused).
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Returns `true` if time ran out: for an answer, or for making a connection.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout(_) | Self::PaddingUnknown(_) => true,
            Self::Unreachable { source, .. } => source.kind() == io::ErrorKind::TimedOut,
            Self::Transport(error) => error.is_timeout(),
            Self::NotGreeted { source, .. } | Self::NotReconnected { source, .. } => {
                source.is_timeout()
            }
            _ => false,
        }
    }

    /// What stood between the TCP connection and the frames, if that failed: TLS, a tunnel or a
    /// proxy.
    #[must_use]
    pub fn transport(&self) -> Option<&TransportError> {
        match self {
            Self::Transport(error) => Some(error),
            _ => None,
        }
    }

    /// The server's certificate, if it was not trusted: what is wrong with it, and the
    /// fingerprint by which to trust it all the same.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn untrusted(&self) -> Option<&crate::transport::tls::Untrusted> {
        match self.transport()? {
            TransportError::Tls(crate::transport::tls::TlsError::Untrusted(it)) => Some(it),
            _ => None,
        }
    }

    /// Returns `true` if nobody knows whether the server has done what was asked, as the
    /// connection was cut meanwhile. More can be asked.
    #[must_use]
    pub fn is_fate_unknown(&self) -> bool {
        matches!(self, Self::FateUnknown { .. })
    }

    /// Returns `true` if the connection is gone, or never was: nothing more can be asked on it.
    #[must_use]
    pub fn is_disconnected(&self) -> bool {
        matches!(
            self,
            Self::Disconnected(_)
                | Self::Unreachable { .. }
                | Self::NotGreeted { .. }
                | Self::Transport(_)
                | Self::NotTp(_)
                | Self::Framing(_)
                | Self::PaddingUnknown(_)
                | Self::NotReconnected { .. }
                | Self::Closed
        )
    }
}

impl Error {
    /// Returns `true` if a frame is a Fail.
    pub(crate) fn is_fail(frame: &RawFrame) -> bool {
        frame.header.r#type == Fail::TYPE
    }

    /// What a Fail frame says.
    pub(crate) fn from_fail(frame: &RawFrame) -> Self {
        match frame.decode::<Fail>(&DecodeOptions::default()) {
            Ok((fail, _)) => Self::Refused(fail.into()),
            Err(error) => Self::Malformed(error),
        }
    }
}

impl From<NotInVersion> for Error {
    fn from(error: NotInVersion) -> Self {
        Self::NotInVersion {
            what: error.what(),
            version: error.version(),
        }
    }
}

impl From<OrderError> for Error {
    fn from(error: OrderError) -> Self {
        Self::Order(Box::new(error))
    }
}

impl From<DecodeError> for Error {
    fn from(error: DecodeError) -> Self {
        Self::Malformed(error)
    }
}

impl From<FramingError> for Error {
    fn from(error: FramingError) -> Self {
        match error {
            FramingError::NotTp(NotTp { start }) => Self::NotTp(TpString::from(&start)),
            error => Self::Framing(error),
        }
    }
}

impl From<EncodeError> for Error {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Self {
        Self::Transport(Arc::new(error))
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

fn shown_cause(cause: Option<&io::Error>) -> String {
    cause.map(|cause| format!(": {cause}")).unwrap_or_default()
}

fn shown_attempts(count: u32) -> String {
    match count {
        1 => "1 attempt".to_owned(),
        count => format!("{count} attempts"),
    }
}

/// What the peer sent, in quotes.
fn shown_text(bytes: &TpString) -> String {
    if bytes.is_empty() {
        return "nothing".to_owned();
    }
    format!("{bytes:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_server_never_reaches_a_terminal_raw() {
        let bytes = b"can't \x1b]0;pwned\x07\r\n\xe2\x80\xaee\xcc\x81\xff";
        let text = TpString::from_bytes(bytes.to_vec());
        let safe = "can't \\u{1b}]0;pwned\\u{7}\\r\\n\\u{202e}e\u{301}\\xff";
        for error in [
            Error::Refused(Refusal::protocol(text.clone())),
            Error::NotTp(text),
        ] {
            let shown = error.to_string();
            assert!(shown.contains(safe), "{shown}");
            assert!(!shown.contains(char::is_control), "{shown}");
        }
        let text = Error::NotTp("say \"hi\"".into()).to_string();
        assert!(text.ends_with(r#"it sent: "say \"hi\"""#), "{text}");
    }

    #[test]
    fn a_redirect_shows_no_password() {
        let url: Box<Url> = Box::new("tp://ada:s3cret@h:7/risk".parse().unwrap());
        for error in [
            Error::Redirected(url.clone()),
            Error::TooManyRedirects(url.clone()),
            Error::UnencryptedRedirect(url),
        ] {
            let shown = error.to_string();
            assert!(shown.contains("tp://h:7"), "{shown}");
            assert!(!shown.contains("ada"), "{shown}");
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }

    #[test]
    fn times_are_short() {
        let shown = |time| Error::Timeout(time).to_string();
        assert_eq!(shown(Duration::from_secs(5)), "no answer within 5 s");
        assert_eq!(shown(Duration::from_millis(50)), "no answer within 0.05 s");
    }

    #[test]
    fn predicates_tell_apart() {
        let refused = Error::Refused(Refusal::protocol("no"));
        assert!(refused.is_refused() && !refused.is_timeout() && !refused.is_disconnected());
        let slow = Error::Timeout(Duration::from_secs(1));
        assert!(slow.is_timeout() && !slow.is_refused() && !slow.is_disconnected());
        let gone = Error::Disconnected(None);
        assert!(gone.is_disconnected() && !gone.is_timeout());
    }

    #[test]
    fn errors_are_small() {
        assert!(size_of::<Error>() <= 88, "{}", size_of::<Error>());
    }
}
