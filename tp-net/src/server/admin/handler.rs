//! What a program that can be administrated answers.

use std::future::Future;

use tp_frames::TpString;
use tp_frames::admin::CommandResult;

use super::{Command, Log, Value};
use crate::server::{Answer, Login, Peer};

/// What can be administrated: who may, which commands there are, and what they do.
///
/// Write the methods as `async fn`, where they answer in a while. As with a game's
/// [`Handler`](crate::server::Handler), they are called one after the other for one connection, and
/// at the same time for different ones; one that panics ends its connection and no other.
#[allow(
    unused_variables,
    reason = "methods that are not written use no arguments"
)]
pub trait AdminHandler: Send + Sync + 'static {
    /// Who is logged in on a connection.
    type Admin: Send + Sync + 'static;

    /// `Connect`: a client names itself. The text names the server.
    fn connect(&self, peer: &Peer, client: TpString) -> impl Answer<TpString> {
        async { Ok(concat!("tp-net ", env!("CARGO_PKG_VERSION")).into()) }
    }

    /// `Login`: who is it?
    fn login(&self, peer: &Peer, login: Login) -> impl Answer<Self::Admin>;

    /// The commands. Asked once, when the server starts; clients know them by their place in the
    /// list, from 0.
    fn commands(&self) -> Vec<Command>;

    /// Runs one of the [`commands`](Self::commands), with a value for each of its parameters, in
    /// their order and each of its kind.
    ///
    /// What became of it is told by a [`CommandResult`]. A refusal says that it was not run at all:
    /// this administrator may not, or there is no such command.
    fn run(
        &self,
        admin: &Self::Admin,
        command: &str,
        values: &[Value],
    ) -> impl Answer<CommandResult>;

    /// The log that administrators follow while they are logged in; none by default.
    fn log(&self) -> Option<&Log> {
        None
    }

    /// The connection has ended, with who was logged in: as of a
    /// [game](super::super::Handler::disconnected).
    fn disconnected(
        &self,
        peer: &Peer,
        admin: Option<&Self::Admin>,
    ) -> impl Future<Output = ()> + Send {
        async {}
    }
}
