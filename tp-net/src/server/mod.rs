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
//! and more is read. When the client does not read, writing stops, then answering, then reading,
//! and then the client itself: a slow client takes the memory that [`Limits`] allow, and delays nobody
//! else. A connection that waits holds no buffers.

mod accept;
pub mod admin;
mod builder;
mod connection;
mod declared_types;
mod dispatch;
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
mod object_types;
mod objects;
mod orders;
mod outbox;
mod pace;
mod peer;
mod quirks;
mod received;
mod reply;
mod session;
mod shared;
mod stop;
mod timer;
mod transports;

#[cfg(feature = "metaserver-server")]
pub(crate) use accept::ConnectionLimiter;
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
pub use peer::{Caller, Peer};
pub use quirks::{GameEnd, Quirks};
pub use transports::Transport;
