//! Opens connections on the network, with what their URLs ask for over them.

use std::io;
use std::time::{Duration, Instant};

use tokio::time::timeout;
use tp_net::client::{AsyncConnector, AsyncStream, Opened};
use tp_net::transport::{AsyncLayered, Connector, Dialer, Layered, Stream, Url};

use super::Network;
use crate::clock;

/// A client's way into the network.
#[derive(Debug, Clone)]
pub(crate) struct Way {
    network: Network,
    client: usize,
    dialer: Dialer,
}

impl Network {
    /// The way of this client, who trusts whom this dialer does.
    #[must_use]
    pub(crate) fn way(&self, client: usize, dialer: Dialer) -> Way {
        Way {
            network: self.clone(),
            client,
            dialer,
        }
    }
}

impl Connector for Way {
    fn open(&self, url: &Url, _: Duration) -> io::Result<Box<dyn Stream>> {
        let route = self.dialer.route(url)?;
        let end = self.network.open(self.client, route.host(), route.port());
        let mut stream: Box<dyn Stream> = Box::new(end);
        for layer in route.into_layers() {
            stream = Box::new(Layered::new(stream, layer));
        }
        Ok(stream)
    }

    fn opens_at_once(&self) -> bool {
        true
    }

    fn clock(&self) -> fn() -> Instant {
        clock::instant
    }

    fn sleep(&self, pause: Duration) {
        clock::block_on(tokio::time::sleep(pause));
    }
}

impl AsyncConnector for Way {
    fn open<'a>(&'a self, url: &'a Url, limit: Duration) -> Opened<'a> {
        Box::pin(async move {
            let route = self.dialer.route(url)?;
            let opening = async {
                let end = self.network.open(self.client, route.host(), route.port());
                end.opened().await?;
                let mut stream: Box<dyn AsyncStream> = Box::new(end);
                for layer in route.into_layers() {
                    let mut layered = AsyncLayered::new(stream, layer);
                    layered.handshake().await?;
                    stream = Box::new(layered);
                }
                Ok(stream)
            };
            let opened = timeout(limit, opening).await;
            opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        })
    }
}
