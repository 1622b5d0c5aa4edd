//! The server's side of the administration protocol: commands, and the log as it is written.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use tp_net::Event;
//! use tp_net::admin::frames::{CommandResult, LogMessageLevel};
//! use tp_net::model::Refusal;
//! use tp_net::server::admin::{AdminHandler, Command, Log, Value};
//! use tp_net::server::{Login, Peer, Server};
//!
//! struct Reactor {
//!     log: Log,
//! }
//!
//! impl AdminHandler for Reactor {
//!     type Admin = ();
//!
//!     async fn login(&self, _: &Peer, login: Login) -> Result<(), Refusal> {
//!         match login.username == "root" && login.password == "s3cret" {
//!             true => Ok(()),
//!             false => Err(Refusal::permission_denied("wrong name or password")),
//!         }
//!     }
//!
//!     fn commands(&self) -> Vec<Command> {
//!         vec![
//!             Command::new("status", "Tells how it goes."),
//!             Command::new("heat", "Heats up.").integer("kelvin", "By how much."),
//!         ]
//!     }
//!
//!     async fn run(&self, _: &(), command: &str, values: &[Value]) -> Result<CommandResult, Refusal> {
//!         Ok(match (command, values) {
//!             ("status", []) => CommandResult::okay("It is warm."),
//!             ("heat", [Value::Integer(kelvin)]) if *kelvin < 1000 => {
//!                 self.log.send(LogMessageLevel::WARNING, "it becomes warmer");
//!                 CommandResult::okay("It is warmer now.")
//!             }
//!             ("heat", _) => CommandResult::failed("That is too much."),
//!             _ => return Err(Refusal::unavailable_permanently("there is no such command")),
//!         })
//!     }
//!
//!     fn log(&self) -> Option<&Log> {
//!         Some(&self.log)
//!     }
//! }
//!
//! // A server of its own, beside that of the game; 6925 is the usual port.
//! let builder = Server::builder().listen("127.0.0.1:0");
//! let server = builder.start_admin(Reactor { log: Log::new() }).await?;
//!
//! // Any client of the protocol can use it, such as that of this crate.
//! let url = server.local_addrs()[0];
//! let client = tp_net::admin::Client::connect(url, tp_net::Options::default()).await?;
//! let mut events = client.events();
//! client.login("root", "s3cret").await?;
//! let result = client.command(1, [10_u32.into()]).await?;
//! assert_eq!(result.output, "It is warmer now.");
//! let Some(Event::Log(line)) = events.next().await else { panic!("it was written") };
//! assert_eq!(line.message, "it becomes warmer");
//! server.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! # What the library does
//!
//! * Listeners, TLS, limits, timeouts and the shutdown are those of every [`Server`](super::Server):
//!   administration is another [`start`](super::Builder::start_admin). Passwords travel as they were
//!   typed, so listen on the loopback, or take [TLS](super::Builder::tls) only.
//! * `Connect` comes first, then `Login`; anything else is refused before. Clients that are logged in
//!   may be silent as long as they like.
//! * Commands are described as the handler [says](AdminHandler::commands), and numbered from 0. One
//!   is run with values of the right number and kinds: any other are refused, with the name of the
//!   parameter that is wrong. Texts are taken as tpserver-cpp and its client library send them, and
//!   as they were published.
//! * The [`Log`] goes to everybody who is logged in. A line that is written while a command runs
//!   comes before the command's result.

mod command;
mod handler;
mod log;
mod service;

pub use command::{Command, Value};
pub use handler::AdminHandler;
pub use log::Log;
pub(super) use service::Administration;
