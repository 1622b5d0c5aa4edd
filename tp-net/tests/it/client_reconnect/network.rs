//! A network without sockets whose connections are cut where a test says.

use std::collections::VecDeque;
use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tp_net::client::{AsyncConnector, AsyncStream, Opened};
use tp_net::transport::Url;

/// What becomes of one connection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Holds,
    /// Nobody is there.
    Refused,
    /// Nobody answers within the time there is.
    Silent,
    Cut(Cut),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cut {
    /// How many bytes reach the server.
    pub(crate) up: usize,
    /// How many more leave the client at once, to be lost on the way.
    pub(crate) lost: usize,
    /// How many bytes reach the client.
    pub(crate) down: usize,
    /// Whether the client is told by an error rather than an end.
    pub(crate) reset: bool,
}

/// What went over a connection.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traffic {
    pub(crate) up: usize,
    pub(crate) down: usize,
}

#[derive(Debug, Default)]
struct State {
    fates: VecDeque<Fate>,
    traffic: Vec<Traffic>,
    /// When each attempt to connect began.
    attempts: Vec<tokio::time::Instant>,
    /// When the client left each connection.
    left: Vec<tokio::time::Instant>,
}

type Serve = dyn Fn(&Url, DuplexStream) + Send + Sync;

/// Connects to whatever `serve` makes of the other end.
#[derive(Clone)]
pub(crate) struct Network {
    state: Arc<Mutex<State>>,
    serve: Arc<Serve>,
}

impl Network {
    /// A network whose first connections have these fates; those after hold.
    pub(crate) fn new(
        fates: impl IntoIterator<Item = Fate>,
        serve: impl Fn(&Url, DuplexStream) + Send + Sync + 'static,
    ) -> Self {
        let fates = fates.into_iter().collect();
        let state = State {
            fates,
            ..State::default()
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            serve: Arc::new(serve),
        }
    }

    /// What went over the connections, in the order opened.
    pub(crate) fn traffic(&self) -> Vec<Traffic> {
        self.state.lock().unwrap().traffic.clone()
    }

    /// When each attempt to connect began.
    pub(crate) fn attempts(&self) -> Vec<tokio::time::Instant> {
        self.state.lock().unwrap().attempts.clone()
    }

    /// When the client left each connection.
    pub(crate) fn left(&self) -> Vec<tokio::time::Instant> {
        self.state.lock().unwrap().left.clone()
    }

    fn connect(&self, url: &Url, fate: Fate) -> Result<Box<dyn AsyncStream>> {
        let cut = match fate {
            Fate::Cut(cut) => Some(cut),
            _ => None,
        };
        // Small, so that writing has to wait now and then.
        let (ours, theirs) = tokio::io::duplex(512);
        (self.serve)(url, theirs);
        let mut state = self.state.lock().unwrap();
        let number = state.traffic.len();
        state.traffic.push(Traffic::default());
        Ok(Box::new(CutStream {
            below: Some(ours),
            cut,
            number,
            state: Arc::clone(&self.state),
        }))
    }
}

impl AsyncConnector for Network {
    fn open<'a>(&'a self, url: &'a Url, _: Duration) -> Opened<'a> {
        Box::pin(async move {
            let fate = {
                let mut state = self.state.lock().unwrap();
                state.attempts.push(tokio::time::Instant::now());
                state.fates.pop_front().unwrap_or(Fate::Holds)
            };
            match fate {
                Fate::Refused => Err(ErrorKind::ConnectionRefused.into()),
                Fate::Silent => std::future::pending().await,
                fate => self.connect(url, fate),
            }
        })
    }
}

/// The client's end of a connection.
struct CutStream {
    /// `None` once it is cut.
    below: Option<DuplexStream>,
    cut: Option<Cut>,
    number: usize,
    state: Arc<Mutex<State>>,
}

impl CutStream {
    fn traffic(&self, count: impl FnOnce(&mut Traffic)) -> Traffic {
        let mut state = self.state.lock().unwrap();
        let traffic = &mut state.traffic[self.number];
        count(traffic);
        *traffic
    }

    /// Returns `true` if there is no connection any more.
    fn is_cut(&mut self) -> bool {
        let traffic = self.traffic(|_| {});
        if let Some(cut) = self.cut
            && (traffic.up >= cut.up + cut.lost.min(1) || traffic.down >= cut.down)
        {
            self.below = None;
        }
        self.below.is_none()
    }

    fn is_reset(&self) -> bool {
        self.cut.is_some_and(|cut| cut.reset)
    }
}

impl Drop for CutStream {
    fn drop(&mut self) {
        let mut state = self.state.lock().unwrap();
        state.left.push(tokio::time::Instant::now());
    }
}

impl AsyncRead for CutStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        if self.is_cut() {
            let reset = Err(Error::from(ErrorKind::ConnectionReset));
            return Poll::Ready(if self.is_reset() { reset } else { Ok(()) });
        }
        let passed = self.traffic(|_| {}).down;
        let room = self.cut.map_or(usize::MAX, |cut| cut.down - passed);
        let mut some = buffer.take(room);
        let below = Pin::new(self.below.as_mut().unwrap());
        std::task::ready!(below.poll_read(context, &mut some))?;
        let count = some.filled().len();
        // It has initialized the very bytes that `some` is of.
        buffer.advance(count);
        self.traffic(|traffic| traffic.down += count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for CutStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        if self.is_cut() {
            return Poll::Ready(Err(ErrorKind::BrokenPipe.into()));
        }
        let passed = self.traffic(|_| {}).up;
        let cut = self.cut.unwrap_or(Cut {
            up: usize::MAX,
            lost: 0,
            down: usize::MAX,
            reset: false,
        });
        let count = if passed < cut.up {
            let some = &bytes[..bytes.len().min(cut.up - passed)];
            let below = Pin::new(self.below.as_mut().unwrap());
            std::task::ready!(below.poll_write(context, some))?
        } else {
            bytes.len().min(cut.up + cut.lost - passed)
        };
        self.traffic(|traffic| traffic.up += count);
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(Ok(()))
    }
}
