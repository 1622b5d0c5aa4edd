//! Thousand Parsec clients, and the server that they play on.
//!
//! ```
//! use std::time::Duration;
//! use tp_net::{Options, blocking::Client};
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! let mut client = Client::connect(address, Options::default())?;
//! client.login("guest", "guest")?;
//! for object in client.all_objects()?.into_iter().flatten() {
//!     println!("{} {:?}", object.name, object.position);
//! }
//! client.finish_turn()?;
//! client.wait_for_turn(Duration::from_secs(60))?;
//! # game.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The **[cookbook](cookbook/index.html)** has the shortest program for everything that bots, clients,
//! tools and servers do. Who comes from libtpproto-py, -java or -cpp finds their calls in the
//! **[porting guide](porting/index.html)**.
//!
//! # Clients
//!
//! Three APIs ask the same operations, in every version of the protocol, and differ in who waits:
//!
//! | client | who waits | for |
//! |---|---|---|
//! | [`blocking::Client`] | each call, until it has its answer | scripts and tools |
//! | [`polling::Client`] | nobody; answers are fetched when they are there | game loops, select and epoll |
//! | [`client::Client`](client/struct.Client.html) | each future; any number at a time | asynchronous programs |
//!
//! | to … | there is, on each of them |
//! |---|---|
//! | get one thing | [`object`](blocking::Client::object), [`board`](blocking::Client::board), [`me`](blocking::Client::me) … |
//! | get many, or all | [`objects`](blocking::Client::objects), [`all_objects`](blocking::Client::all_objects), [`all`](blocking::Client::all); by page [`paged_ids`](blocking::Client::paged_ids) |
//! | see what an object can be told, and tell it | [`order_descs_of`](blocking::Client::order_descs_of), [`OrderDescExt`](model::OrderDescExt), [`insert_order`](blocking::Client::insert_order) |
//! | design things | [`Design::new`](model::Design::new), [`add_design`](blocking::Client::add_design) |
//! | read and write messages | [`all_messages`](blocking::Client::all_messages), [`Message::new`](model::Message::new), [`post_message`](blocking::Client::post_message) |
//! | end a turn and wait for the next | [`finish_turn`](blocking::Client::finish_turn), [`wait_for_turn`](blocking::Client::wait_for_turn) |
//! | hear what comes unasked | [`Event`], from [`next_event`](blocking::Client::next_event) or a [stream](client/struct.Client.html#method.events) |
//! | keep a picture of the game, and hear what changed | [`mirror`] |
//! | stay connected | [`Reconnect`] |
//! | say where a server is, and whom to trust | [`transport`] |
//! | find games | [`discovery`](discovery/index.html) |
//! | know what went wrong | [`Error`] |
//! | send exact packets | [`request`](blocking::Client::request) with those of [`game`] |
//! | administrate a server | [`admin`] |
//!
//! Things of a game are the types of [`model`]. Under the clients is [`proto`], which knows neither
//! sockets nor clocks: its page has diagrams of what a client and each of its requests go through.
//!
//! # Servers
//!
//! | to … | there is |
//! |---|---|
//! | serve a game | [`server`](server/index.html): a [`Handler`](server/trait.Handler.html) with a method for each request |
//! | tell players of the turn | [`Lobby`](server/struct.Lobby.html) |
//! | be administrated | [`server::admin`](server/admin/index.html) |
//! | be found | [`discovery`](discovery/index.html) |
//! | test a bot, or a game, without sockets | [`Server::connector`](server/struct.Server.html#method.connector) |
//!
//! # Logs
//!
//! Clients and servers tell what they do by [`tracing`]; no password is ever in it. The target
//! `tp_net::frames` has, at level trace, every frame sent and received, on which connection, with
//! its sequence number, its length and what is in it. With `tracing-subscriber`:
//!
//! ```text
//! tracing_subscriber::fmt().with_env_filter("tp_net=info,tp_net::frames=trace").init();
//!
//! TRACE connection{peer=tp://game.example:6923}: tp_net::frames: sent version=TP04 sequence=2
//!     name="Login" length=19 frame=Login { username: "ada", password: [secret] }
//! ```
//!
//! # Dependencies
//!
//! ```toml
//! [dependencies]
//! tp-net = "0.1" # tp_net::tp_frames are the frames
//! # For the asynchronous client and the server; the other clients need no runtime.
//! tokio = { version = "1", features = ["macros", "rt-multi-thread"] }
//!
//! [dev-dependencies]
//! tp-game = "0.1" # a small game to test against
//! ```
//!
//! # Features
//!
//! * `tokio` (on by default): the asynchronous client and the server. Without it the blocking and
//!   polling clients remain, on the standard library alone.
//! * `http` (on by default): tunnels through HTTP and proxies, for every client
//!   ([`Options::proxies`](Options#method.proxies)); on the server's port tunnels, and a page for
//!   browsers.
//! * `tls`: TLS for every client ([`transport::tls`](transport/tls/index.html)), and for the
//!   server. It needs a C compiler, so it is off by default; without it a `tps` URL is an error
//!   that says so.
//! * `serde`: objects, orders and [mirrors](mirror) can be saved and loaded.
//! * `zeroconf`, `metaserver`: finding games and letting them be found. `metaserver-server`: an
//!   HTTP server around a metaserver.

pub mod model;

pub mod admin;
pub mod blocking;
#[cfg(feature = "tokio")]
pub mod client;
#[cfg(any(feature = "zeroconf", feature = "metaserver"))]
pub mod discovery;
mod error;
mod event;
mod frame_trace;
mod into_url;
mod lock;
pub mod mirror;
#[cfg(any(feature = "tokio", feature = "metaserver"))]
mod network;
mod operations;
mod ops;
mod options;
pub mod polling;
pub mod proto;
mod reconnect;
mod scratch;
#[cfg(feature = "tokio")]
pub mod server;
mod session;
mod sync_driver;
pub mod transport;

pub use error::Error;
pub use event::Event;
pub use into_url::IntoUrl;
pub use ops::{BatchResult, GameItem, IdListPage, IdListQuery};
pub use options::Options;
pub use proto::Versions;
pub use reconnect::Reconnect;
pub use tp_frames::{self, TpString, bytes, game};

/// Programs for everything that bots, clients, tools and servers do.
///
/// [porting]: crate::porting
#[cfg(all(doc, not(doctest)))]
#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}

/// What the calls of libtpproto-py, -java and -cpp are here.
///
/// [cookbook]: crate::cookbook
/// [connect]: crate::cookbook#connect
/// [mirror]: crate::cookbook#the-mirror
#[cfg(all(doc, not(doctest)))]
#[doc = include_str!("../docs/porting.md")]
pub mod porting {}
