//! The clients of all three APIs as one, so that a test runs on each.

use tp_net::client::AsyncConnector;
use tp_net::transport::{Connector, Url};
use tp_net::{Error, Options, blocking, client, polling};

pub(crate) enum AnyClient {
    Blocking(blocking::Client),
    Polling(polling::Client),
    Async(tokio::runtime::Runtime, client::Client),
}

/// Which API.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Api {
    Blocking,
    Polling,
    Async,
}

pub(crate) const APIS: [Api; 3] = [Api::Blocking, Api::Polling, Api::Async];

impl AnyClient {
    pub(crate) fn connect(api: Api, url: impl Into<Url>, options: Options) -> Result<Self, Error> {
        let dialer = options.dialer();
        Self::connect_with(api, url, options, dialer)
    }

    pub(crate) fn connect_with(
        api: Api,
        url: impl Into<Url>,
        options: Options,
        connector: impl Connector + AsyncConnector,
    ) -> Result<Self, Error> {
        let url = url.into();
        Ok(match api {
            Api::Blocking => {
                Self::Blocking(blocking::Client::connect_with(url, options, connector)?)
            }
            Api::Polling => Self::Polling(polling::Client::connect_with(url, options, connector)?),
            Api::Async => {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(1)
                    .enable_all()
                    .build()
                    .unwrap();
                let connecting = client::Client::connect_with(url, options, connector);
                let client = runtime.block_on(connecting)?;
                Self::Async(runtime, client)
            }
        })
    }
}

/// Runs an operation on whichever client, to its end.
macro_rules! ask {
    ($any:expr, $name:ident $(::<$item:ty>)? ($($arg:expr),* $(,)?)) => {
        match &mut $any {
            $crate::any_client::AnyClient::Blocking(client) => client.$name $(::<$item>)? ($($arg),*),
            $crate::any_client::AnyClient::Polling(client) => {
                let ticket = client.$name $(::<$item>)? ($($arg),*).unwrap();
                client.wait().unwrap().redeem(&ticket).unwrap()
            }
            $crate::any_client::AnyClient::Async(runtime, client) => {
                runtime.block_on(client.$name $(::<$item>)? ($($arg),*))
            }
        }
    };
}

pub(crate) use ask;
