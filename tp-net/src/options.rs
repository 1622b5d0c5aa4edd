//! How a client behaves.

use std::time::Duration;

use tp_frames::{DecodeOptions, TpString};

use crate::proto::{Settings, Versions};
use crate::reconnect::Reconnect;
use crate::transport::{Dialer, Url};

/// How a client connects, what it waits for and what it takes.
///
/// ```
/// use std::time::Duration;
/// use tp_frames::{DecodeLimits, DecodeOptions};
/// use tp_net::{Options, blocking::Client, game};
///
/// # let demo = tp_game::serve("127.0.0.1:0")?;
/// # let address = demo.local_addr();
/// let options = Options::default()
///     .client_name("lookout 1.0")
///     .versions(game::TP03)
///     .connect_timeout(Duration::from_secs(3))
///     .reply_timeout(Some(Duration::from_secs(5)))
///     .redirects(2)
///     .decode(DecodeOptions::new().limits(DecodeLimits::default().list(100_000)));
/// let mut client = Client::connect(address, options)?;
/// assert_eq!(client.version()?, game::TP03);
/// # demo.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # What a server can make a client hold, and how long a call can take
///
/// A client holds at most eight bytes for each that the server has sent, and 16 MiB, whatever it
/// sends. Each thing has a bound of its own, too:
///
/// | what is held | at most | then |
/// |---|---|---|
/// | a frame that is on its way | [`decode`](Self::decode): 1 MiB | [`Error::Framing`](crate::Error), and the connection is over |
/// | what a packet is decoded to | [`decode`](Self::decode): 8 MiB | [`Error::Malformed`](crate::Error) |
/// | frames of one answer | one for each thing asked for; where the request does not say, [`answer_frames`](Self::answer_frames) | [`Error::TooMany`](crate::Error); the rest is thrown away |
/// | an answer, with what comes between its frames | [`answer_bytes`](Self::answer_bytes) | [`Error::TooLarge`](crate::Error) |
/// | things of which nothing or next to nothing came | 4 MiB of memory in one operation | [`Error::Incomplete`](crate::Error) or [`Error::TooLarge`](crate::Error) |
/// | the ids of a list | [`answer_bytes`](Self::answer_bytes), and 1,000 that come twice | [`Error::TooLarge`](crate::Error), [`Error::RepeatedIds`](crate::Error) |
/// | answers that nobody takes | [`max_outstanding`](Self::max_outstanding) of these; the polling client reads only when it is called | no more is asked |
/// | events that nobody takes | [`kept_events`](Self::kept_events) | the oldest give way to [`Event::Missed`](crate::Event::Missed) |
/// | descriptions of objects and orders | [`description_bytes`](Self::description_bytes) | they are forgotten |
/// | a mirror | [`Mirror::download_limit`](crate::mirror::Mirror::download_limit) | [`Error::TooLarge`](crate::Error) |
/// | words that are no frames | 1 KiB | [`Error::NotTp`](crate::Error) |
/// | the head of a tunnel's or proxy's answer | 16 KiB, 128 headers | [`Error::Transport`](crate::Error) |
/// | what waits in TLS and tunnels | 64 KiB each way, and a record | nothing more is read or taken |
/// | a metaserver's answer | 4 MiB, 4,096 games | `Error::TooLarge`, `TooManyGames` of `discovery` |
/// | games found by a browser | 4,096, and as many services | more are passed over |
///
/// | what takes time | at most |
/// |---|---|
/// | looking up a name, and opening a connection with all its handshakes | [`connect_timeout`](Self::connect_timeout); a second more, if the connector is one's own |
/// | the greeting on it | [`greeting_timeout`](Self::greeting_timeout) |
/// | `connect` as a whole, with older versions and [`redirects`](Self::redirects) | [`operation_timeout`](Self::operation_timeout) |
/// | the server's silence while something is asked | [`reply_timeout`](Self::reply_timeout), [`optional_reply_timeout`](Self::optional_reply_timeout) |
/// | an operation: all its requests, all pages of a list, a refresh of a mirror, attempts to [`reconnect`](Self::reconnect) meanwhile | [`operation_timeout`](Self::operation_timeout), or the deadline that the asynchronous client was told |
/// | `next_event`, `wait_for_turn`, `wait_timeout` | what they are told |
/// | `wait`, `wait_for` | as long as the operations that were asked before take |
/// | `poll`, `disconnect`, dropping a client | nothing is waited for |
/// | a question to a metaserver | 15 seconds |
#[derive(Debug, Clone)]
pub struct Options {
    pub(crate) client_name: TpString,
    pub(crate) versions: Versions,
    pub(crate) connect_timeout: Duration,
    pub(crate) greeting_timeout: Duration,
    pub(crate) operation_timeout: Option<Duration>,
    pub(crate) redirects: usize,
    pub(crate) unencrypted_redirects: bool,
    pub(crate) max_outstanding: usize,
    pub(crate) kept_events: KeptEvents,
    pub(crate) description_bytes: usize,
    pub(crate) reconnect: Option<Reconnect>,
    dialer: Dialer,
    pub(crate) settings: Settings,
}

/// How much is kept of what came unasked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeptEvents {
    pub(crate) events: usize,
    /// Of their frames.
    pub(crate) bytes: usize,
}

impl Default for KeptEvents {
    fn default() -> Self {
        Self {
            events: 1024,
            bytes: 1 << 20,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            client_name: concat!("tp-net/", env!("CARGO_PKG_VERSION")).into(),
            versions: Versions::all(),
            connect_timeout: Duration::from_secs(10),
            greeting_timeout: Duration::from_secs(5),
            operation_timeout: Some(Duration::from_secs(600)),
            redirects: 0,
            unencrypted_redirects: false,
            max_outstanding: 4096,
            kept_events: KeptEvents::default(),
            description_bytes: 1 << 20,
            reconnect: None,
            dialer: Dialer::default(),
            settings: Settings::default(),
        }
    }
}

impl Options {
    /// What the client calls itself when it connects; name and version of the program.
    #[must_use]
    pub fn client_name(mut self, name: impl Into<TpString>) -> Self {
        self.client_name = name.into();
        self
    }

    /// Which versions of the protocol to speak, or which one; the newest that the server knows by
    /// default.
    #[must_use]
    pub fn versions(mut self, versions: impl Into<Versions>) -> Self {
        self.versions = versions.into();
        self
    }

    /// How long finding the server and opening one connection may take, with the handshakes of
    /// TLS and tunnels; 10 seconds by default.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long a server may take to greet, before an older version is tried on a new
    /// connection; 5 seconds by default.
    #[must_use]
    pub fn greeting_timeout(mut self, timeout: Duration) -> Self {
        self.greeting_timeout = timeout;
        self
    }

    /// How long the server may leave requests waiting without answering any; 30 seconds by
    /// default, `None` for never. A request that waits behind others that are answered has time.
    /// Where the request is the one for padding, the connection is over with it:
    /// [`Error::PaddingUnknown`](crate::Error).
    #[must_use]
    pub fn reply_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.settings.reply_timeout = timeout;
        self
    }

    /// How long an operation may take, from when it begins to its last answer, with all the pages of
    /// a list, and all the attempts to connect again; 10 minutes by default, `None` for any time. Then
    /// it fails with [`Error::Timeout`](crate::Error), and the connection is kept. Making the first
    /// connection is such an operation, and so is the refresh of a [mirror](crate::mirror).
    ///
    /// A server that sends a little every second keeps to
    /// [`reply_timeout`](Self::reply_timeout) for as long as it likes; here it does not. Who waits for
    /// events and turns says how long in the call, and so does
    /// [`with_deadline`](../client/struct.Client.html#method.with_deadline) of the asynchronous client.
    /// On the polling client an operation begins when those asked before it have sent what they will,
    /// and time is looked at when it is polled.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// How long to wait for an answer that servers are known not to give, if nothing is asked
    /// after it; 5 seconds by default.
    #[must_use]
    pub fn optional_reply_timeout(mut self, timeout: Duration) -> Self {
        self.settings.optional_reply_timeout = timeout;
        self
    }

    /// Sends a Ping after this long without traffic; never by default, at least one second.
    /// Whether it is answered does not matter: real servers stay silent. Only the asynchronous
    /// client does this between calls, as nothing runs the others then.
    #[must_use]
    pub fn keep_alive(mut self, after: Option<Duration>) -> Self {
        self.settings.keep_alive = after;
        self
    }

    /// Follows up to this many redirects, one after another; none by default. A redirect can
    /// answer the login, and the new server is then sent the same name and password.
    #[must_use]
    pub fn redirects(mut self, limit: usize) -> Self {
        self.redirects = limit;
        self
    }

    /// Whether [`redirects`](Self::redirects) may lead from an encrypted connection to one that
    /// is not, where everybody on the way can read name and password; not by default.
    #[must_use]
    pub fn unencrypted_redirects(mut self, allowed: bool) -> Self {
        self.unencrypted_redirects = allowed;
        self
    }

    /// Which connections go through an HTTP proxy; by default those that the environment
    /// variables name, for `tp+http` and `tp+https`.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn proxies(mut self, proxies: crate::transport::Proxies) -> Self {
        self.dialer.proxies = proxies;
        self
    }

    /// Whom to trust to be the server, where the URL asks for TLS; by default whom the operating
    /// system trusts.
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn trust(mut self, trust: crate::transport::tls::Trust) -> Self {
        self.dialer.trust = trust;
        self
    }

    /// How many operations may wait for their answers; 4096 by default. The polling client hands
    /// back what is more, the asynchronous one waits.
    #[must_use]
    pub fn max_outstanding(mut self, limit: usize) -> Self {
        self.max_outstanding = limit;
        self
    }

    /// Connects again when the connection is cut, as `how` says; not by default.
    ///
    /// A connection that takes the place of one that was cut speaks the same version. The client
    /// logs in on it as it did last, if that went well, keeping name and password in memory for it;
    /// turns padding on again if it was on; and tells of [`Event::Reconnected`](crate::Event). Where
    /// a redirect led to, it stays. What came unasked while there was no connection is lost, and
    /// nobody can say how much that was.
    ///
    /// What is asked meanwhile waits, for as long as the attempts go on and
    /// [`operation_timeout`](Self::operation_timeout) allows. Of what waits for its answer when the connection is cut
    ///
    /// * what changes nothing is asked again, and is answered as if nothing had happened; a list of
    ///   ids is begun again;
    /// * what changes something and was not sent, or not to its end, is sent on the next
    ///   connection;
    /// * what changes something and was sent fails with [`Error::FateUnknown`](crate::Error), since
    ///   nobody knows whether the server has done it. Nothing is done twice.
    ///
    /// A packet of [`request`](crate::blocking::Client::request) that is in neither protocol counts
    /// as one that changes something.
    ///
    /// The client is over, with [`Error::NotReconnected`](crate::Error), when there were enough
    /// attempts, when the server does not let it in any more, or names itself otherwise in its
    /// greeting, which makes it another game. A first connection that cannot be made is an error
    /// at once.
    ///
    /// The blocking and the polling client notice a cut when something is asked or polled, and do
    /// all this then. A connection that is silent is not known to be cut before something is sent on
    /// it: see [`keep_alive`](Self::keep_alive).
    #[must_use]
    pub fn reconnect(mut self, how: Reconnect) -> Self {
        self.reconnect = Some(how);
        self
    }

    /// How frames are read, and how large they may be.
    #[must_use]
    pub fn decode(mut self, decode: DecodeOptions) -> Self {
        self.settings.decode = decode;
        self
    }

    /// How many frames may answer a request that does not itself say how many things it asks for:
    /// one for the objects around a place, or for the games of a server; 65,536 by default. To all
    /// others there is an answer for each thing, and no more.
    #[must_use]
    pub fn answer_frames(mut self, limit: u32) -> Self {
        self.settings.answer_frames = limit;
        self
    }

    /// How many bytes all frames of one answer may take in memory, with what comes between them,
    /// and how many all ids of one list may have; 64 MiB by default.
    #[must_use]
    pub fn answer_bytes(mut self, limit: usize) -> Self {
        self.settings.answer_bytes = limit;
        self
    }

    /// How many [events](crate::Event) are kept that nobody takes, and how many bytes their frames
    /// may have; 1,024 and 1 MiB by default. Then the oldest give way, but for the last, and
    /// [`Event::Missed`](crate::Event::Missed) says how many did.
    #[must_use]
    pub fn kept_events(mut self, events: usize, bytes: usize) -> Self {
        self.kept_events = KeptEvents { events, bytes };
        self
    }

    /// How many bytes of descriptions of objects and orders, as they came, are kept to read others
    /// with; 1 MiB by default. If there are more, they are fetched again when they are needed.
    #[must_use]
    pub fn description_bytes(mut self, limit: usize) -> Self {
        self.description_bytes = limit;
        self
    }

    /// Who answers what is said to a server, as messages name it.
    pub(crate) fn peer(&self, url: &Url) -> String {
        self.dialer.peer(url)
    }

    /// What opens connections as these options say; the clients' `connect` uses it.
    #[must_use]
    pub fn dialer(&self) -> Dialer {
        self.dialer.clone()
    }
}
