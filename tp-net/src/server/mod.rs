//! A server: any number of clients, in every version, answered by one [`Handler`].
//!
//! ```no_run
//! use tp_net::model::{Features, Object, Refusal};
//! use tp_net::server::{Caller, Handler, Login, LoginReply, Peer, Server};
//!
//! struct EmptySpace;
//!
//! impl Handler for EmptySpace {
//!     type Player = ();
//!
//!     async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
//!         Ok(LoginReply::okay((), format!("Welcome, {}.", login.username)))
//!     }
//!
//!     async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
//!         Err(Refusal::no_such_thing(format!("There is no object {id}; space is empty.")))
//!     }
//! }
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::builder().listen("127.0.0.1:6923").start(EmptySpace).await?;
//! println!("listening on {:?}", server.local_addrs());
//! tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What the library does
//!
//! * One port takes every [`Transport`]: the first bytes of a connection tell which it is. A
//!   browser gets a page that says what this is.
//! * Each connection is answered in the version it opened with. Who does not speak Thousand
//!   Parsec is told so in plain text.
//! * `Connect` comes first, then `Login`, each within a [time](Timeouts) that nothing else
//!   prolongs; what needs a player is refused before. A handler's game methods are given the
//!   player that its [`login`](Handler::login) made.
//! * Requests for several things become one call of the handler for each, and the replies one
//!   group. Lists of ids are cut into the slices that the client asks for.
//! * What an object states is shown in every version: TP04 clients get descriptions that follow
//!   from the objects' kinds, unless the handler has [types of its own](Handler::object_types), and
//!   order queues that follow from what objects say of their orders.
//! * Order parameters are decoded by the [types](Handler::order_types) that the handler declares. TP03 clients get the
//!   [stand-ins](crate::model::downgrade), and refusals where there is none.
//! * Clients of the old libraries get the frames that they can read: see [`Quirks`].
//! * What is to be administrated is served in the same way, on listeners of its own: see [`admin`].
//!
//! For games with turns there is a [`Lobby`]; for tests of games and bots, and for computer players, a
//! [connector](Server::connector) without sockets. `examples/server.rs` is a whole game.
//!
//! # Web pages
//!
//! A script or a form on any page that a player visits can send requests to any port, also to one of
//! the player's own machine, and what it writes is not always harmless to who reads frames. Here a page
//! may look and not play:
//!
//! * A POST with a header that only browsers send, `Origin`, `Referer` or one that begins with `Sec-`, is
//!   answered with 403. No client library ever sent any of these. Without them a POST still has no body
//!   (413, 501), and behind the head of one that a page sends comes nothing but a body.
//! * What a page must ask for first, such as a method of its own, is not allowed: OPTIONS is answered with
//!   405, and no answer has `Access-Control-Allow-Origin`. CONNECT is no method here. A WebSocket is
//!   asked for by a GET, and gets the page that every GET gets, after which the connection ends.
//! * The page is the same for everybody who can reach the port, so a host's name that leads here since a
//!   moment ago (DNS rebinding) shows nothing that could not be seen before; it repeats the `Host` only if
//!   that is a name or an address, and nothing in it is run.
//! * A port without HTTP says one line of text to whatever does not begin with `TP`. A method that does
//!   is asked for first, see above; and a request line has no bytes below 33 where frames have their
//!   length, so it would claim at least 555 MB, and the connection ends.
//! * In TLS it is all the same. A browser that is led here by somebody on its way, with a certificate that
//!   is good for another service as well (ALPACA), speaks HTTP and is answered as above: no answer holds
//!   anything that a player wrote. The server chooses no ALPN protocol, as no client offers one.
//!
//! # Who guesses passwords
//!
//! Wrong logins delay the next ones from the same network, and from everywhere to the same account, but
//! never from where the account was made or has been logged in to before: see [`Limits::login_delay`].
//! The administration has delays of its own. Each refused login is a `tracing` event of the level
//! `WARN` and the target `tp_net::login`, whose fields are `address`, `username` (without blanks,
//! escaped) and the `code` of the Fail. As `tracing_subscriber` prints it, without colours:
//!
//! ```text
//! 2026-11-30T20:38:25.016Z  WARN connection{id=7 address=192.0.2.7:50123}: tp_net::login: login refused address=192.0.2.7 username=ada code=1
//! ```
//!
//! This form does not change within a major version. A filter for fail2ban that takes nothing else for
//! it, whatever clients call themselves:
//!
//! ```text
//! [Definition]
//! failregex = ^\s*(?:\S+\s+)?WARN (?:\w+\{[^{}]*\}: )*tp_net::login: login refused address=<ADDR> username=\S* code=\d+$
//! ```
//!
//! # How a connection lives
//!
//! ```text
//!  accepted ──► first bytes ─┬─ frames ─────────────────────────────► as below
//!                            ├─ HTTP ──► GET: a page; POST: a tunnel ─► as below
//!                            └─ TLS ───► first bytes again: frames or HTTP
//!
//!          ┌──────────────────────── one task ────────────────────────┐
//!          │          ≤ bytes                            ≤ bytes      │
//!  frames ─┼─► read ───────────► Handler ──────────────────────► write ┼─► frames
//!          │       (in bursts)    one after the other     ▲           │
//!          └──────────────────────────────────────────────┼───────────┘
//!                                          Peer::send_… ──┘
//! ```
//!
//! What has come in one go is answered in one go: one request after the other, so replies are in
//! request order, and written together. While a handler awaits, what was answered before is written,
//! and more is read; what there is of a group is written when it has waited for 100 ms, which for
//! objects is looked at after each four. When the client does not read, writing stops, then answering,
//! then reading, and then the client itself: a slow client takes the memory that [`Limits`] allow, and
//! delays nobody else. A connection that waits holds no buffers.
//!
//! # What it tells
//!
//! [`Metrics`] count what happens. `tracing` events tell of each, those of one connection in a span
//! `connection` with the fields `id`, `address` and `network`, which is what [counts as one
//! address](Limits::connections):
//!
//! | message | level | fields | |
//! |---|---|---|---|
//! | `listening` | info | `address`, `transports` | a listener is open |
//! | `cannot accept` | warn | `error` | mostly too many open files |
//! | `turned away` | warn | `address`, `network`, `reason` | a [`RefuseReason`]: nobody is let in |
//! | `accepted` | debug | | somebody is let in |
//! | `ended before frames` | debug | `error` | TLS or HTTP failed, or the connection broke |
//! | `connected` | info | `client`, `version` | `Connect` has come |
//! | `logged in` | info | `username` | `Login` is answered with Okay |
//! | `login refused` | warn | `address`, `username`, `code` | or with a Fail: see above |
//! | `too many wrong logins` | warn | | [`Limits::login_attempts`] |
//! | `refused` | debug | `code`, `result` | any request is answered with a Fail |
//! | `has to leave` | warn | `network`, `reason`, `memory` | one loses its place, or takes too much memory; outside of the span |
//! | `the handler panicked` | error | | |
//! | `ended` | debug, or info where the client was too slow | `reason` | an [`EndReason`] |
//! | `shutting down`, `shut down` | info | | |
//! | `some clients did not end in time` | warn | | [`Timeouts::shutdown`] |
//!
//! Names of clients and users are printable, whatever was sent. No event has a password in it; the
//! frames themselves, with all that they say, are told at the level `TRACE` only.

mod accept;
pub mod admin;
mod builder;
mod connection;
mod declared_types;
mod dispatch;
mod endpoint;
mod error;
mod game;
mod greeting;
mod handler;
mod handshake;
#[cfg(feature = "http")]
mod http;
mod id_lists;
mod in_memory;
mod limits;
mod lobby;
mod login;
mod login_throttle;
mod metrics;
mod object_types;
mod objects;
mod orders;
mod outbox;
mod pace;
mod peer;
mod places;
mod quirks;
mod received;
pub mod relay;
mod reply;
mod session;
mod shared;
mod stop;
mod timer;
mod transports;
#[cfg(feature = "http")]
pub(crate) mod web_page;

pub use builder::{Builder, Server};
pub use declared_types::{ObjectTypes, TypeError};
pub use error::{SendError, ServerError};
pub use handler::{Answer, Handler};
#[cfg(all(fuzzing, feature = "http"))]
#[doc(hidden)]
pub use http::fuzzing;
pub use in_memory::MemoryConnector;
pub use limits::{Limits, Timeouts};
pub use lobby::Lobby;
pub use login::{ConnectReply, CreateAccount, Login, LoginReply};
pub use metrics::{EndReason, Metrics, RefuseReason};
pub use peer::{Caller, Peer};
pub use quirks::{GameEnd, Quirks};
pub use transports::Transport;
