//! Administration, asynchronous.

use tp_frames::TpString;

use super::frames::{CommandDesc, CommandParams, CommandResult, LogMessage};
use super::{frames, log_line, target};
use crate::client::{Asynchronous, Lagged};
use crate::error::Error;
use crate::model::IdModtime;
use crate::operations::{admin_operations, async_methods, begin};
use crate::options::Options;
use crate::{BatchResult, IntoUrl};

/// An asynchronous client of a server's administration; clones share the connection.
#[derive(Debug, Clone)]
pub struct Client {
    client: crate::client::Client,
}

impl Client {
    /// Connects as the URL says.
    ///
    /// # Errors
    ///
    /// As [`client::Client::connect`](crate::client::Client::connect).
    pub async fn connect(url: impl IntoUrl, options: Options) -> Result<Self, Error> {
        let (url, options) = target(url, options)?;
        let client = crate::client::Client::connect(url, options).await?;
        Ok(Self { client })
    }

    /// The lines of the server's log from now on. Call it before the login to miss none.
    #[must_use]
    pub fn log(&self) -> Log {
        Log {
            frames: self.client.asynchronous(),
        }
    }

    /// The connection underneath, for exact packets.
    #[must_use]
    pub fn client(&self) -> &crate::client::Client {
        &self.client
    }
}

/// The log of a server, as it is written.
#[derive(Debug)]
pub struct Log {
    frames: Asynchronous,
}

impl Log {
    /// The next line; `None` once the connection is over. A dropped future loses none.
    ///
    /// # Errors
    ///
    /// Lines were missed; the next call returns the oldest that is left.
    pub async fn next(&mut self) -> Option<Result<LogMessage, Lagged>> {
        loop {
            match self.frames.next().await? {
                Ok(frame) => {
                    if let Some(line) = log_line(&frame) {
                        return Some(Ok(line));
                    }
                }
                Err(lagged) => return Some(Err(lagged)),
            }
        }
    }
}

admin_operations!(async_methods, Client, admin => admin.client);
