//! One of the three clients.

use std::net::SocketAddr;

use tokio::runtime::Handle;
use tp_net::model::{Message, Object, Player, TimeRemaining};
use tp_net::{BatchResult, Error, Options, TpString, blocking, client, polling};

pub(crate) enum Api {
    Blocking(blocking::Client),
    Polling(polling::Client),
    Async(client::Client, Handle),
}

/// Asks whichever client it is.
macro_rules! ask {
    ($api:expr, $name:ident($($argument:expr),*)) => {
        match $api {
            Api::Blocking(client) => client.$name($($argument),*),
            Api::Polling(client) => {
                // There is never more than one.
                let ticket = client.$name($($argument),*).unwrap();
                client.wait_for(&ticket)
            }
            Api::Async(client, runtime) => runtime.block_on(client.$name($($argument),*)),
        }
    };
}

/// How many there are.
pub(crate) const NUMBER: usize = 3;

impl Api {
    /// The client of this number.
    pub(crate) fn connect(
        number: usize,
        scheme: &str,
        address: SocketAddr,
        options: Options,
        runtime: &Handle,
    ) -> Result<Self, Error> {
        let url = format!("{scheme}://{address}");
        Ok(match number {
            0 => Self::Blocking(blocking::Client::connect(url, options)?),
            1 => Self::Polling(polling::Client::connect(url, options)?),
            _ => {
                let client = runtime.block_on(client::Client::connect(url, options))?;
                Self::Async(client, runtime.clone())
            }
        })
    }

    pub(crate) fn login(&mut self, account: &str) -> Result<TpString, Error> {
        ask!(self, login(account, account))
    }

    pub(crate) fn me(&mut self) -> Result<Player, Error> {
        ask!(self, me())
    }

    pub(crate) fn objects(&mut self, ids: &[u32]) -> Result<BatchResult<Object>, Error> {
        ask!(self, objects(ids))
    }

    pub(crate) fn all_objects(&mut self) -> Result<BatchResult<Object>, Error> {
        ask!(self, all_objects())
    }

    pub(crate) fn time_remaining(&mut self) -> Result<TimeRemaining, Error> {
        ask!(self, time_remaining())
    }

    pub(crate) fn post(&mut self, message: Message) -> Result<TpString, Error> {
        ask!(self, post_message(message))
    }
}
