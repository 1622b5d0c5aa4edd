//! The administration protocol: commands for a server, and its log.
//!
//! A server that can be administrated listens on a port of its own, 6925 unless told otherwise,
//! or 6926 with TLS. After the login it sends each line of its log unasked, often between a request
//! and its answer: an [`Event::Log`].
//!
//! * The clients are here: [`BlockingClient`], [`PollingClient`] and, asynchronous,
//!   [`Client`](https://docs.rs/tp-net/latest/tp_net/admin/struct.Client.html). They are those of
//!   [`blocking`], [`polling`] and `client` with other operations.
//! * A program that is to be administrated implements
//!   [`server::admin::AdminHandler`](https://docs.rs/tp-net/latest/tp_net/server/admin/trait.AdminHandler.html);
//!   that module has a whole example of both sides.

#[cfg(feature = "tokio")]
mod client;

use std::time::Duration;

use tp_frames::TpString;

#[cfg(feature = "tokio")]
pub use client::Client;
pub use tp_frames::admin as frames;

use crate::error::Error;
use crate::event::Event;
use crate::model::IdModtime;
use crate::operations::{admin_operations, begin, blocking_methods, polling_methods};
use crate::options::Options;
use crate::polling::{Access, Full, Ticket};
use crate::proto::Versions;
use crate::transport::Url;
use crate::{BatchResult, IntoUrl, blocking, polling};
use frames::{CommandDesc, CommandParams, CommandResult};

/// Where to, and how.
fn target(url: impl IntoUrl, options: Options) -> Result<(Url, Options), Error> {
    // The protocol has the headers of TP04 and no other version.
    let options = options.versions(Versions::only(tp_frames::admin::VERSION));
    let url = url.into_url()?;
    let port = url.scheme().admin_port();
    Ok((url.or_port(port), options))
}

/// A blocking client of a server's administration.
///
/// ```
/// use std::time::Duration;
/// use tp_net::{Event, Options, admin::BlockingClient};
///
/// # let game = tp_game::Game::new(1);
/// # let anywhere = || tp_net::server::Server::builder().listen("127.0.0.1:0");
/// # let admin = tp_game::Admin::new(&game, "root", "s3cret");
/// # let serving = game.serve_with_admin(anywhere(), anywhere(), admin)?;
/// # let address = serving.admin_addr().unwrap();
/// let mut client = BlockingClient::connect(address, Options::default())?;
/// client.login("root", "s3cret")?;
/// let ids: Vec<u32> = client.command_ids()?.iter().map(|id| id.id).collect();
/// for desc in client.command_descs(ids)? {
///     let desc = desc?;
///     println!("{}: {}", desc.name.printable(), desc.help.printable());
///     if desc.name == "turn-end" {
///         println!("{}", client.command(desc.id, [])?.output.printable());
///     }
/// }
/// // What the log said meanwhile.
/// while let Some(Event::Log(line)) = client.next_event(Duration::ZERO)? {
///     println!("{}: {}", line.level, line.message.printable());
/// }
/// # serving.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BlockingClient {
    client: blocking::Client,
}

impl BlockingClient {
    /// Connects as the URL says.
    ///
    /// # Errors
    ///
    /// As [`blocking::Client::connect`].
    pub fn connect(url: impl IntoUrl, options: Options) -> Result<Self, Error> {
        let (url, options) = target(url, options)?;
        let client = blocking::Client::connect(url, options)?;
        Ok(Self { client })
    }

    /// The next thing that came unasked, such as a line of the server's log, [`Event::Log`]; see
    /// [`blocking::Client::next_event`].
    ///
    /// # Errors
    ///
    /// The connection is over, and nothing is left of what came.
    pub fn next_event(&mut self, limit: Duration) -> Result<Option<Event>, Error> {
        self.client.next_event(limit)
    }

    /// The connection underneath, for exact packets.
    pub fn client(&mut self) -> &mut blocking::Client {
        &mut self.client
    }
}

admin_operations!(blocking_methods, BlockingClient, admin => admin.client);

/// A polling client of a server's administration: operations return at once, and
/// [`client`](Self::client) has [`poll`](polling::Client::poll) and the rest.
#[derive(Debug)]
pub struct PollingClient {
    client: polling::Client,
}

impl PollingClient {
    /// Begins to connect as the URL says.
    ///
    /// # Errors
    ///
    /// The URL cannot be read.
    pub fn connect(url: impl IntoUrl, options: Options) -> Result<Self, Error> {
        let (url, options) = target(url, options)?;
        let client = polling::Client::connect(url, options)?;
        Ok(Self { client })
    }

    /// The next thing that came unasked, such as a line of the server's log, [`Event::Log`]; see
    /// [`polling::Client::next_event`].
    ///
    /// # Errors
    ///
    /// The connection is over, and nothing is left of what came.
    pub fn next_event(&mut self, limit: Duration) -> Result<Option<Event>, Error> {
        self.client.next_event(limit)
    }

    /// The connection underneath: where to poll, to wait, and to send exact packets.
    pub fn client(&mut self) -> &mut polling::Client {
        &mut self.client
    }
}

admin_operations!(polling_methods, PollingClient, admin => admin.client);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administration_has_a_port_and_a_version_of_its_own() {
        let (url, options) = target("demo.example", Options::default()).unwrap();
        assert_eq!(url.port(), Some(6925));
        assert_eq!(options.versions, Versions::only(tp_frames::admin::VERSION));
        let (url, _) = target("tps://demo.example", Options::default()).unwrap();
        assert_eq!(url.port(), Some(6926));
        let (url, _) = target("tps://demo.example:7", Options::default()).unwrap();
        assert_eq!(url.port(), Some(7));
    }
}
