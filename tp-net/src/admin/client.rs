//! Administration, asynchronous.

use tp_frames::TpString;

use super::frames::{CommandDesc, CommandParams, CommandResult};
use super::{frames, target};
use crate::client::Events;
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

    /// What comes unasked from now on: the server's log, as
    /// [`Event::Log`](crate::Event::Log). Call it before the login to miss none.
    pub fn events(&self) -> Events {
        self.client.events()
    }

    /// The connection underneath, for exact packets.
    #[must_use]
    pub fn client(&self) -> &crate::client::Client {
        &self.client
    }
}

admin_operations!(async_methods, Client, admin => admin.client);
