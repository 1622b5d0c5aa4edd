//! A proxy between a client and the demo game, with a script in the middle that can spoil what
//! passes.

pub mod actions;
pub mod script;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::runtime::{self, Runtime};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::{sleep, timeout};
use tp_frames::{DecodeOptions, FramingError, RawFrame, Version, game};
use tp_game::{Game, Serving};
use tp_net::server::{Limits, Server};

use script::{Action, Event, Flow, Script};

/// After this long without a word from either side the script gets an event of its own.
const QUIET: Duration = Duration::from_millis(50);

/// A client that takes nothing for this long does not read.
pub const STALLED: Duration = Duration::from_secs(20);

/// How long a client may take to end what this side has ended.
const FAREWELL: Duration = Duration::from_secs(5);

/// A new game behind a proxy. Dropping it ends both.
#[derive(Debug)]
pub struct ProxiedGame {
    address: SocketAddr,
    // Dropped before the game: connections end first.
    _runtime: Runtime,
    _game: Serving,
}

impl ProxiedGame {
    /// Plays every connection by a script of its own.
    ///
    /// # Panics
    ///
    /// There is no port, or no thread.
    #[must_use]
    pub fn serve(
        address: impl ToSocketAddrs,
        script: impl Fn() -> Script + Send + 'static,
    ) -> Self {
        // Passwords may be guessed as often as tests do.
        let limits = Limits::default().login_delay(Duration::ZERO);
        let server = Server::builder().limits(limits).listen("127.0.0.1:0");
        let game = Game::new(1).serve_by(server).unwrap();
        let server = game.local_addr();
        let mut builder = runtime::Builder::new_multi_thread();
        let runtime = builder.worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (flow, script) = (Flow::new(address), script());
                tokio::spawn(async move {
                    client.set_nodelay(true)?;
                    let game = TcpStream::connect(server).await?;
                    game.set_nodelay(true)?;
                    play(client, BytesMut::new(), game, flow, script).await;
                    io::Result::Ok(())
                });
            }
        });
        Self {
            address,
            _runtime: runtime,
            _game: game,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }
}

/// Plays one connection until both sides have ended it. The client has already sent `received`.
pub async fn play(
    client: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    received: BytesMut,
    game: TcpStream,
    flow: Flow,
    script: Script,
) {
    let (mut from_client, to_client) = tokio::io::split(client);
    let (mut from_game, to_game) = game.into_split();
    // Each side is written to by a task of its own: one that does not read must not stop the other.
    let (actions, queue) = mpsc::unbounded_channel();
    let mut performing = tokio::spawn(perform(to_client, queue, flow.resets));
    let (requests, queue) = mpsc::unbounded_channel();
    tokio::spawn(forward(to_game, queue));
    let mut connection = Connection {
        flow,
        script,
        requests: Incoming::new(received),
        replies: Incoming::new(BytesMut::new()),
        to_client: actions,
        to_game: Some(requests),
        over: false,
    };
    let (mut hears, mut speaks) = (true, true);
    connection.requests();
    while !connection.over {
        tokio::select! {
            came = from_client.read_buf(&mut connection.requests.bytes),
                if speaks && connection.flow.reads() =>
            {
                match came {
                    Ok(1..) => connection.requests(),
                    ended => {
                        speaks = false;
                        connection.client_ended(ended.is_err());
                        if ended.is_err() {
                            return;
                        }
                    }
                }
            }
            came = from_game.read_buf(&mut connection.replies.bytes) => match came {
                Ok(1..) => connection.replies(),
                _ => {
                    connection.flow.close();
                    connection.event(Event::GameClosed);
                }
            },
            stalled = &mut performing, if hears => {
                hears = false;
                if stalled.unwrap_or(false) {
                    connection.event(Event::ClientStalled);
                    return;
                }
            }
            () = sleep(QUIET) => connection.event(Event::Quiet),
        }
    }
    if hears && performing.await.unwrap_or(false) {
        connection.event(Event::ClientStalled);
    } else if speaks && !connection.flow.resets {
        // What is on its way has been sent; what the client does then is still of interest.
        let _ = timeout(FAREWELL, connection.rest(&mut from_client)).await;
    }
}

/// What goes on between both ends.
struct Connection {
    flow: Flow,
    script: Script,
    requests: Incoming,
    replies: Incoming,
    to_client: UnboundedSender<Action>,
    /// `None` when the game has been told that nothing more comes.
    to_game: Option<UnboundedSender<BytesMut>>,
    /// This side has ended it.
    over: bool,
}

impl Connection {
    /// Takes the requests that have come whole.
    fn requests(&mut self) {
        while !self.over
            && let Some(taken) = self.requests.take(self.flow.padded)
        {
            match taken {
                Ok(request) => {
                    self.flow.note_request(&request);
                    self.event(Event::Request(request));
                }
                Err(bytes) => self.event(Event::UnframedRequest(bytes)),
            }
        }
    }

    /// Takes the replies that have come whole.
    fn replies(&mut self) {
        while !self.over
            && let Some(taken) = self.replies.take(self.flow.padded)
        {
            match taken {
                Ok(reply) => {
                    self.event(Event::Reply(reply.clone()));
                    self.flow.note_reply(&reply);
                }
                Err(bytes) => self.event(Event::UnframedReply(bytes)),
            }
        }
    }

    /// The client sends nothing more, and the game is told so.
    fn client_ended(&mut self, reset: bool) {
        let rest = self.requests.bytes.split();
        let left = rest.len();
        self.event(Event::ClientEnded { left, reset });
        if let Some(to_game) = self.to_game.take() {
            // An error means that the game has ended.
            let _ = to_game.send(rest);
        }
    }

    /// Lets the script do something, and does it.
    fn event(&mut self, event: Event) {
        (self.script)(event, &mut self.flow);
        for bytes in self.flow.to_game.drain(..) {
            if let Some(to_game) = &self.to_game {
                // An error means that the game has ended.
                let _ = to_game.send(bytes);
            }
        }
        for action in self.flow.actions.drain(..) {
            self.over |= matches!(action, Action::Close);
            // An error means that the client takes nothing more.
            let _ = self.to_client.send(action);
        }
    }

    /// Reads to the end.
    async fn rest(&mut self, client: &mut (impl AsyncRead + Unpin)) {
        self.requests.bytes.clear();
        // Whoever was reset has nothing to end.
        while let Ok(count) = client.read_buf(&mut self.requests.bytes).await {
            self.requests.bytes.clear();
            if count == 0 {
                return self.client_ended(false);
            }
        }
    }
}

/// What has come from one side.
struct Incoming {
    bytes: BytesMut,
    /// Something that is no frame has come.
    unframed: bool,
}

impl Incoming {
    fn new(bytes: BytesMut) -> Self {
        let unframed = false;
        Self { bytes, unframed }
    }

    /// The next frame, or all bytes where frames are none; `None` if more have to come first.
    fn take(&mut self, padded: bool) -> Option<Result<RawFrame, BytesMut>> {
        if !self.unframed {
            match take(&mut self.bytes, padded) {
                Ok(Some(frame)) => return Some(Ok(frame)),
                Ok(None) if begins_frame(&self.bytes) => {}
                Ok(None) | Err(_) => self.unframed = true,
            }
        }
        (self.unframed && !self.bytes.is_empty()).then(|| Err(self.bytes.split()))
    }
}

/// Whether these may be the first bytes of a frame: the game turns old versions away before their
/// header is whole.
fn begins_frame(start: &[u8]) -> bool {
    match *start {
        [b'T', b'P', first, second, ..] => {
            let version = Version::from_bytes([first, second]);
            version == game::TP03 || first == 4
        }
        _ => b"TP0".starts_with(start) || b"TP\x04".starts_with(start),
    }
}

/// Takes a frame.
///
/// # Errors
///
/// The bytes are none, or it is too long.
pub fn take(received: &mut BytesMut, padded: bool) -> Result<Option<RawFrame>, FramingError> {
    RawFrame::take(received, &DecodeOptions::default().padded(padded))
}

/// Does to the client what is to be done; returns `true` if it does not take it.
async fn perform(
    mut client: impl AsyncWrite + Unpin,
    mut actions: UnboundedReceiver<Action>,
    resets: bool,
) -> bool {
    while let Some(action) = actions.recv().await {
        let done = match action {
            Action::Bytes(bytes) => {
                let written = async {
                    client.write_all(&bytes).await?;
                    client.flush().await
                };
                match timeout(STALLED, written).await {
                    Ok(written) => written,
                    Err(_) => return true,
                }
            }
            Action::Pause(time) => {
                sleep(time).await;
                Ok(())
            }
            Action::Finish => client.shutdown().await,
            Action::Close => {
                if !resets {
                    // An error means that the client has ended it.
                    let _ = client.shutdown().await;
                }
                break;
            }
        };
        if done.is_err() {
            break;
        }
    }
    false
}

/// Writes to the game until nothing more comes.
async fn forward(mut game: OwnedWriteHalf, mut requests: UnboundedReceiver<BytesMut>) {
    while let Some(bytes) = requests.recv().await {
        if game.write_all(&bytes).await.is_err() {
            return;
        }
    }
    // An error means that the game has ended.
    let _ = game.shutdown().await;
}
