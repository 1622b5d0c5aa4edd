//! Puts TLS in front of a server that has none.

use std::net::SocketAddr;

use tokio::io::{AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tp_net::transport::AsyncLayered;
use tp_net::transport::tls::Identity;

pub(crate) struct TlsFront {
    address: SocketAddr,
    /// What is accepted ends with it.
    _runtime: tokio::runtime::Runtime,
}

impl TlsFront {
    /// Whatever comes by TLS goes on to `server`.
    pub(crate) fn start(identity: Identity, server: SocketAddr) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                let layer = identity.layer().unwrap();
                tokio::spawn(async move {
                    let mut client = AsyncLayered::new(socket, layer);
                    // A client that trusts nobody is no reason to fail.
                    if client.handshake().await.is_ok() {
                        let mut server = TcpStream::connect(server).await.unwrap();
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                        let _ = client.shutdown().await;
                    }
                });
            }
        });
        Self {
            address,
            _runtime: runtime,
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}
