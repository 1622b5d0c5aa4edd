//! Administration, polling.

use std::sync::Arc;

use tp_frames::TpString;

use super::frames::{CommandDesc, CommandParams, CommandResult, LogMessage};
use super::operations::admin_operations;
use super::{log_line, target};
use crate::BatchResult;
use crate::error::Error;
use crate::model::IdModtime;
use crate::options::Options;
use crate::polling::{Client, Full, Kind, Ticket};
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
        Ok(Self {
            client: Client::open(url, options, connector),
        })
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

macro_rules! kind {
    (read) => {
        Kind::Read
    };
    (write) => {
        Kind::Write
    };
}

macro_rules! method {
    (
        $(#[$doc:meta])*
        $kind:ident $name:ident($($arg:ident: $type:ty),*; $($into:ident: $what:ty),*) -> $out:ty
    ) => {
        impl PollingClient {
            $(#[$doc])*
            ///
            /// # Errors
            ///
            /// Too many operations are outstanding; the arguments are handed back.
            pub fn $name(
                &mut self,
                $($arg: $type,)*
                $($into: impl Into<$what>,)*
            ) -> Result<Ticket<$out>, Full<($($type,)* $($what,)*)>> {
                let request = ($($arg,)* $($into.into(),)*);
                self.client.ask(kind!($kind), request, |handle, ($($arg,)* $($into,)*)| {
                    handle.$name($($arg,)* $($into,)*)
                })
            }
        }
    };
}

admin_operations!(method);
