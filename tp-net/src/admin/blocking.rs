//! Administration, blocking.

use std::sync::Arc;

use tp_frames::TpString;

use super::frames::{CommandDesc, CommandParams, CommandResult, LogMessage};
use super::{frames, log_line, target};
use crate::BatchResult;
use crate::blocking::Client;
use crate::error::Error;
use crate::model::IdModtime;
use crate::operations::{admin_operations, begin, blocking_methods};
use crate::options::Options;
use crate::transport::Url;

/// A blocking client of a server's administration.
///
/// ```no_run
/// use tp_net::{Options, admin::BlockingClient};
///
/// let mut client = BlockingClient::connect("demo.example", Options::default())?;
/// client.login("root", "s3cret")?;
/// let ids: Vec<u32> = client.command_ids()?.iter().map(|id| id.id).collect();
/// for command in client.command_descs(ids)? {
///     println!("{}", command?.name);
/// }
/// # Ok::<(), tp_net::Error>(())
/// ```
#[derive(Debug)]
pub struct BlockingClient {
    client: Client,
}

impl BlockingClient {
    /// Connects as the URL says.
    ///
    /// # Errors
    ///
    /// As [`Client::connect`].
    pub fn connect<A>(url: A, options: Options) -> Result<Self, Error>
    where
        A: TryInto<Url>,
        Error: From<A::Error>,
    {
        let (url, options) = target(url, options)?;
        let connector = Arc::new(options.dialer());
        let client = Client::open(url, options, connector)?;
        Ok(Self { client })
    }

    /// The oldest line of the server's log that was not taken yet. Lines come in while other
    /// calls wait; this one does not wait. Of those that nobody takes the last 1,024 are kept.
    pub fn take_log(&mut self) -> Option<LogMessage> {
        std::iter::from_fn(|| self.client.take_asynchronous()).find_map(|it| log_line(&it))
    }

    /// The connection underneath, for exact packets.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }
}

admin_operations!(blocking_methods, BlockingClient, admin => admin.client);
