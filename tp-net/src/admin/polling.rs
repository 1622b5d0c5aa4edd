//! Administration, polling.

use std::sync::Arc;

use tp_frames::TpString;

use super::frames::{CommandDesc, CommandParams, CommandResult, LogMessage};
use super::{frames, log_line, target};
use crate::BatchResult;
use crate::error::Error;
use crate::model::IdModtime;
use crate::operations::{admin_operations, begin, polling_methods};
use crate::options::Options;
use crate::polling::{Access, Client, Full, Ticket};
use crate::transport::Url;

/// A polling client of a server's administration: operations return at once, and
/// [`client`](Self::client) has [`poll`](Client::poll) and the rest.
#[derive(Debug)]
pub struct PollingClient {
    client: Client,
}

impl PollingClient {
    /// Begins to connect as the URL says.
    ///
    /// # Errors
    ///
    /// The URL cannot be read.
    pub fn connect<A>(url: A, options: Options) -> Result<Self, Error>
    where
        A: TryInto<Url>,
        Error: From<A::Error>,
    {
        let (url, options) = target(url, options)?;
        let connector = Arc::new(options.dialer());
        let client = Client::open(url, options, connector);
        Ok(Self { client })
    }

    /// The oldest line of the server's log that was not taken yet. Of those that nobody takes the
    /// last 1,024 are kept.
    pub fn take_log(&mut self) -> Option<LogMessage> {
        std::iter::from_fn(|| self.client.take_asynchronous()).find_map(|it| log_line(&it))
    }

    /// The connection underneath: where to poll, to wait, and to send exact packets.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }
}

admin_operations!(polling_methods, PollingClient, admin => admin.client);
