//! The game on a thread of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;

use tokio::runtime;
use tokio::sync::oneshot;
use tp_net::server::{self, MemoryConnector, Server, ServerError};

use crate::Game;

/// A game cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The system gives no thread.
    #[error("cannot start a thread: {0}")]
    Thread(io::Error),
    /// The server does not start.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The thread ended before the server had started.
    #[error("the server's thread ended")]
    Ended,
}

impl From<io::Error> for ServeError {
    fn from(error: io::Error) -> Self {
        Self::Thread(error)
    }
}

/// Serves a new game, made from seed 1, at `address`: `"127.0.0.1:0"` is any free port here.
///
/// # Errors
///
/// The address cannot be had, or no thread.
pub fn serve(address: &str) -> Result<Serving, ServeError> {
    Game::new(1).serve(address)
}

impl Game {
    /// Serves this game at `address`, on a thread of its own.
    ///
    /// # Errors
    ///
    /// The address cannot be had, or no thread.
    pub fn serve(&self, address: &str) -> Result<Serving, ServeError> {
        self.serve_by(Server::builder().name("The demo game").listen(address))
    }

    /// Serves this game by a server with listeners, limits and timeouts of your own, on a thread
    /// of its own.
    ///
    /// # Errors
    ///
    /// An address cannot be had, there is none, or no thread.
    pub fn serve_by(&self, builder: server::Builder) -> Result<Serving, ServeError> {
        let game = self.clone();
        let (stop, stopped) = oneshot::channel();
        let (started, starting) = mpsc::sync_channel(1);
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let thread = std::thread::Builder::new()
            .name("tp-game".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let server = match builder.start(game.clone()).await {
                        Ok(server) => server,
                        Err(error) => {
                            // Nobody is there to hear it if the receiver is gone.
                            let _ = started.send(Err(error));
                            return;
                        }
                    };
                    let connector = server.connector();
                    let addresses = server.local_addrs().to_vec();
                    game.set_connections(server.connections());
                    if started.send(Ok((connector, addresses))).is_ok() {
                        tokio::select! {
                            () = game.run_turns() => {}
                            // Dropped or told so: the end in either case.
                            _ = stopped => {}
                        }
                    }
                    server.shutdown().await;
                });
            })?;
        let (connector, addresses) = starting.recv().map_err(|_| ServeError::Ended)??;
        let Some(first) = addresses.first().copied() else {
            return Err(ServeError::Ended);
        };
        let (stop, thread) = (Some(stop), Some(thread));
        Ok(Serving {
            connector,
            game: self.clone(),
            first,
            addresses,
            stop,
            thread,
        })
    }
}

/// A game being served. Dropping it ends the server as [`shutdown`](Self::shutdown) does.
#[derive(Debug)]
pub struct Serving {
    connector: MemoryConnector,
    game: Game,
    first: SocketAddr,
    addresses: Vec<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Serving {
    /// Where it listens; the first place if there are several.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.first
    }

    /// Everywhere it listens.
    #[must_use]
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// What connects a client to it without a socket.
    #[must_use]
    pub fn connector(&self) -> MemoryConnector {
        self.connector.clone()
    }

    /// The game.
    #[must_use]
    pub fn game(&self) -> &Game {
        &self.game
    }

    /// Answers what has been asked, ends all connections, and waits until all that is done.
    pub fn shutdown(self) {
        drop(self);
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // An error means that it has ended already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the server's thread panicked");
        }
    }
}
