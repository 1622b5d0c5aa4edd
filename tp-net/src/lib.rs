//! Thousand Parsec clients and servers.
//!
//! A client has one of three APIs. They ask the same operations, in every version of the protocol,
//! and differ in who waits:
//!
//! | API | who waits | for |
//! |---|---|---|
//! | [`blocking::Client`] | each call, until it has its answer | scripts and tools |
//! | [`polling::Client`] | nobody; answers are fetched when they are there | game loops, select and epoll |
//! | [`client::Client`](https://docs.rs/tp-net/latest/tp_net/client/struct.Client.html) | each future; any number at a time | asynchronous programs |
//!
//! Every API has two levels. Named operations, such as `objects`, work in whichever version was
//! agreed on and return the types of [`model`]; `get` and `ids` do so for every [`GameItem`].
//! `request` sends one exact packet of [`game`] that this version has, and returns its typed
//! answer.
//!
//! Under the client APIs is [`proto`], which knows neither sockets nor clocks: its page has a
//! diagram of what a request goes through. [`admin`] is for the administration of servers, by
//! clients and on the server's side.
//!
//! # The blocking client
//!
//! ```
//! use tp_net::{IdListQuery, Options, blocking::Client, game};
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! let mut client = Client::connect(address, Options::default())?;
//! client.login("guest", "guest")?;
//! for id in client.paged_ids(IdListQuery::<game::Design>::new()) {
//!     println!("design {}", id?.id);
//! }
//! println!("{:?}", client.objects([0])?);
//! # game.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The polling client
//!
//! ```
//! use tp_net::polling::{Answers, Client};
//! use tp_net::{Error, Options, model::Object, tp_frames::TpString};
//!
//! enum Answered {
//!     Login(Result<TpString, Error>),
//!     Universe(Result<Object, Error>),
//! }
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! // Nothing waits; what is asked goes out as soon as there is a connection.
//! let mut client = Client::connect(address, Options::default())?;
//! let mut answers = Answers::new();
//! answers.add(client.login("guest", "guest")?, Answered::Login);
//! answers.add(client.object(0)?, Answered::Universe);
//! while !answers.is_empty() {
//!     // Answers come in the order asked.
//!     while let Some(answer) = answers.poll(&mut client) {
//!         match answer {
//!             Answered::Login(said) => println!("{}", said?),
//!             Answered::Universe(universe) => println!("{}", universe?.name),
//!         }
//!     }
//!     // … draw a picture, move the stars …
//!     # std::thread::yield_now();
//! }
//! # game.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The asynchronous client
//!
#![cfg_attr(feature = "tokio", doc = "```")]
#![cfg_attr(not(feature = "tokio"), doc = "```ignore")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use tp_net::{Options, client::Client};
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! let client = Client::connect(address, Options::default()).await?;
//! client.login("guest", "guest").await?;
//! // On their way at the same time.
//! let (time, universe) = tokio::join!(client.time_remaining(), client.objects([0]));
//! println!("{:?} {:?}", time?, universe?);
//! # game.shutdown();
//! # Ok(())
//! # }
//! ```
//!
//! # Turns, and what comes unasked
//!
//! `wait_for_turn` of every client returns when a turn has ended, in every version, whether or not
//! the server announces it. What comes unasked is an [`Event`]: `next_event` of the blocking and the
//! polling client gives the next one, `events` of the asynchronous client is a stream of them.
//!
//! ```
//! use std::time::Duration;
//! use tp_net::{Event, Options, blocking::Client};
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! let mut client = Client::connect(address, Options::default())?;
//! client.login("guest", "guest")?;
//! client.finish_turn()?;
//! client.wait_for_turn(Duration::from_secs(60))?;
//! while let Some(event) = client.next_event(Duration::ZERO)? {
//!     if let Event::TurnTime(time) = event {
//!         println!("{} s are left for {:?}", time.time, time.waiting);
//!     }
//! }
//! # game.shutdown();
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What a client goes through
//!
//! The same in every API. What is asked before the client is ready waits until it is, and what
//! is outstanding when it is over is answered with the error that ended it.
//!
//! ```text
//!   opening ──────────────► greeting ───────────────────► ready
//!   ▲ ▲  │     connected       │  │     Okay to Connect     │  │
//!   │ │  │                     │  │                         │  │
//!   │ │  │ nobody is there     │  │ nothing left to try     │  │ disconnected
//!   │ │  ├─────────────────────┼──┴─────────────────────────┼──┘
//!   │ │  │                     │                            │
//!   │ └──┼─────────────────────┴────────────────────────────┘
//!   │    │      older version, redirect       redirect from Login
//!   │    │
//!   │    ├───────► over
//!   │    │
//!   │    │ it was ready once, and is to connect again
//!   │    ▼
//!   └── away
//!        after a pause
//! ```
//!
//! What each request goes through is on the page of [`proto`].
//!
//! # When the connection is cut
//!
//! The client is over, unless it is [told](Options::reconnect) to connect again. Then it does, and
//! logs in as before. What only asks is asked again and answered as if nothing had happened;
//! nothing that changes the game is done twice. What is left to the program is a change of which
//! nobody knows whether the server has made it:
//!
#![cfg_attr(feature = "tokio", doc = "```")]
#![cfg_attr(not(feature = "tokio"), doc = "```ignore")]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use tp_net::{Options, Reconnect, client::Client, game};
//!
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! let options = Options::default().reconnect(Reconnect::default());
//! let client = Client::connect(address, options).await?;
//! client.login("guest", "guest").await?;
//! let mine = game::Category {
//!     name: "mine".into(),
//!     ..Default::default()
//! };
//! match client.add_category(mine).await {
//!     Err(error) if error.is_fate_unknown() => {
//!         // Asks whether it is there, on the next connection.
//!         println!("{:?}", client.category_ids(None).await?);
//!     }
//!     added => println!("{:?}", added?),
//! }
//! # game.shutdown();
//! # Ok(())
//! # }
//! ```
//!
//! # Where a server is
//!
//! Clients take a [`Url`](transport::Url), or whatever becomes one: text, or a socket's address.
//! Its scheme says what lies between TCP and the frames: nothing (`tp`), an HTTP tunnel
//! (`tp+http`), or TLS (`tps`, and `tp+https` where there is a proxy).
//!
#![cfg_attr(feature = "tls", doc = "```no_run")]
#![cfg_attr(not(feature = "tls"), doc = "```ignore")]
//! use tp_net::transport::{Url, tls::Trust};
//! use tp_net::{Options, blocking::Client};
//!
//! let url: Url = "tps://ada:s3cret@game.example/risk".parse()?;
//! // The first certificate seen there is the server's, until somebody changes the file.
//! let options = Options::default().trust(Trust::on_first_use("servers.txt"));
//! let mut client = Client::connect(&url, options)?;
//! if let (Some(name), Some(password)) = (url.login_name(), url.password()) {
//!     client.login(name, password)?; // as ada@risk
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
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
mod operations;
mod ops;
mod options;
pub mod polling;
pub mod proto;
mod reconnect;
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
pub use tp_frames::{self, bytes, game};
