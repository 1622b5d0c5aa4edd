//! What the blocking and the polling client have in common: a session and the stream under it.

use std::io;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

use crate::error::Error;
use crate::ops::{Listener, ListenerId, SessionHandle};
use crate::options::Options;
use crate::reconnect;
use crate::scratch;
use crate::session::Session;
use crate::transport::{Connector, GRACE, Stream, Url};

/// How often a full buffer is read before others get their turn.
const READS: usize = 16;

/// How long an event loop should leave a connection that is being opened, which has no socket to
/// watch yet.
const CONNECTING_PAUSE: Duration = Duration::from_millis(10);

/// How a connection is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Connect {
    /// In the caller's time.
    Blocking,
    /// On a thread that ends with it.
    Background,
}

/// Drives a session over a stream, in the caller's time.
pub(crate) struct SyncDriver {
    handle: SessionHandle,
    /// The user, who is to have what comes unasked.
    listener: Listener,
    connector: Arc<dyn Connector>,
    clock: fn() -> Instant,
    state: ConnectionState,
    /// When the connection has to be open, handshakes included.
    due: Option<Instant>,
    connect: Connect,
}

enum ConnectionState {
    Closed,
    /// A thread is at it.
    Connecting(Receiver<io::Result<Box<dyn Stream>>>),
    /// Both sides agree on how to speak.
    Handshaking(Box<dyn Stream>),
    Open(Box<dyn Stream>),
}

impl SyncDriver {
    pub(crate) fn new(url: Url, options: Options, connector: Arc<dyn Connector>) -> Self {
        let session = Session::new(url, options, reconnect::seed());
        let clock = connector.clock();
        let handle = SessionHandle::new(session, clock);
        Self {
            listener: Listener::new(&handle),
            handle,
            connector,
            clock,
            state: ConnectionState::Closed,
            due: None,
            connect: Connect::Blocking,
        }
    }

    pub(crate) fn set_connect(&mut self, connect: Connect) {
        self.connect = connect;
    }

    /// The time, as the connector has it.
    pub(crate) fn now(&self) -> Instant {
        (self.clock)()
    }

    pub(crate) fn handle(&self) -> &SessionHandle {
        &self.handle
    }

    /// Who takes the events.
    pub(crate) fn listener(&self) -> ListenerId {
        self.listener.id()
    }

    /// The socket, while there is one.
    pub(crate) fn socket(&self) -> Option<&TcpStream> {
        match &self.state {
            ConnectionState::Handshaking(stream) | ConnectionState::Open(stream) => stream.socket(),
            _ => None,
        }
    }

    /// Returns `true` if it is time to go on when the socket has room.
    pub(crate) fn wants_write(&self) -> bool {
        match &self.state {
            ConnectionState::Handshaking(stream) => stream.wants_write(false),
            ConnectionState::Open(stream) => {
                let waiting = !self.handle.lock().session.output().is_empty();
                stream.wants_write(waiting)
            }
            _ => false,
        }
    }

    /// When the next step is due even if the socket stays quiet.
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let shared = self.handle.lock();
        let state = match &self.state {
            // Another connection is to be opened, for a redirect or an older version.
            _ if shared.session.wants_connection() => Some(self.now()),
            ConnectionState::Connecting(..) => self.now().checked_add(CONNECTING_PAUSE),
            ConnectionState::Handshaking(_) => self.due,
            _ => None,
        };
        let times = [state, shared.next_timeout()];
        times.into_iter().flatten().min()
    }

    /// Opens, writes, reads and keeps time, without waiting for the peer.
    pub(crate) fn step(&mut self) {
        self.open();
        self.handshake();
        self.write();
        self.read();
        let now = self.now();
        let mut shared = self.handle.lock();
        shared.handle_timeout(now);
        if is_over(&shared.session) {
            drop(shared);
            self.state = ConnectionState::Closed;
        }
    }

    /// Writes what is to be written, waits for what comes, and reads it: nearly all that a blocking
    /// client ever does. Returns `false` if it is not so, and a [step](Self::step) is due.
    pub(crate) fn exchange(&mut self) -> bool {
        self.write();
        let Some((write, pause)) = self.rest(None) else {
            return false;
        };
        self.read_by(|stream, buffer| stream.wait_and_read(buffer, write, pause))
            .is_some()
    }

    /// Waits until another step may do something, at most until `limit`.
    pub(crate) fn wait(&mut self, limit: Option<Instant>) {
        // What was asked since the last step is on its way before anybody waits for its answer.
        self.write();
        let Some((write, pause)) = self.rest(limit) else {
            return;
        };
        match &mut self.state {
            // Nothing comes until it is time to connect again.
            ConnectionState::Closed => pause.into_iter().for_each(|it| self.connector.sleep(it)),
            ConnectionState::Connecting(opened) => {
                let stream = match pause {
                    Some(pause) => match opened.recv_timeout(pause) {
                        Err(RecvTimeoutError::Timeout) => return,
                        other => other.ok(),
                    },
                    None => opened.recv().ok(),
                };
                self.opened(stream);
            }
            ConnectionState::Handshaking(stream) | ConnectionState::Open(stream) => {
                if let Err(error) = stream.wait(write, pause) {
                    self.broken(error);
                }
            }
        }
    }

    /// Whether something is to be written, and how long to wait at most for anything to happen;
    /// nothing if a step is due.
    fn rest(&self, limit: Option<Instant>) -> Option<(bool, Option<Duration>)> {
        let (timeout, write) = {
            let shared = self.handle.lock();
            let session = &shared.session;
            if session.wants_connection() || session.error().is_some() {
                return None;
            }
            (shared.next_timeout(), !session.output().is_empty())
        };
        let due = [self.connect_due(), timeout, limit];
        let due = due.into_iter().flatten().min();
        let pause = due.map(|due| due.saturating_duration_since(self.now()));
        (pause != Some(Duration::ZERO)).then_some((write, pause))
    }

    fn open(&mut self) {
        let wanted = {
            let mut shared = self.handle.lock();
            let timeout = shared.session.options().connect_timeout;
            shared.session.take_url().map(|url| (url, timeout))
        };
        if let Some((url, timeout)) = wanted {
            self.due = self.now().checked_add(timeout);
            // The old connection, if any, is over.
            self.state = ConnectionState::Closed;
            match self.connect {
                Connect::Background if !self.connector.opens_at_once() => {
                    self.connect_in_background(url, timeout);
                }
                _ => {
                    let stream = self.connector.open(&url, timeout);
                    self.opened(Some(stream));
                }
            }
        }
        if let ConnectionState::Connecting(opened) = &self.state {
            match opened.try_recv() {
                Err(TryRecvError::Empty)
                    if self.connect_due().is_some_and(|due| due <= self.now()) =>
                {
                    self.opened(Some(Err(io::ErrorKind::TimedOut.into())));
                }
                Err(TryRecvError::Empty) => {}
                Ok(stream) => self.opened(Some(stream)),
                Err(TryRecvError::Disconnected) => self.opened(None),
            }
        }
    }

    /// Name lookup blocks, so it has a thread of its own, which ends with it.
    fn connect_in_background(&mut self, url: Url, timeout: Duration) {
        let (sender, opened) = sync_channel(1);
        let connector = Arc::clone(&self.connector);
        let thread = std::thread::Builder::new()
            .name("tp-connect".to_owned())
            .spawn(move || {
                // If nobody waits any more, the stream is closed again.
                let _ = sender.send(connector.open(&url, timeout));
            });
        match thread {
            Ok(_) => self.state = ConnectionState::Connecting(opened),
            Err(error) => self.opened(Some(Err(error))),
        }
    }

    fn opened(&mut self, stream: Option<io::Result<Box<dyn Stream>>>) {
        let gone = || Err(io::Error::other("the thread that connects is gone"));
        match stream.unwrap_or_else(gone) {
            Ok(stream) => {
                self.state = ConnectionState::Handshaking(stream);
                self.handshake();
            }
            Err(error) => self.broken(error),
        }
    }

    fn handshake(&mut self) {
        let ConnectionState::Handshaking(stream) = &mut self.state else {
            return;
        };
        match stream.handshake() {
            Ok(true) => {
                let agreed = std::mem::replace(&mut self.state, ConnectionState::Closed);
                if let ConnectionState::Handshaking(stream) = agreed {
                    self.state = ConnectionState::Open(stream);
                }
                self.handle.lock().session.opened(self.now());
            }
            Ok(false) if self.due.is_some_and(|due| due <= (self.clock)()) => {
                let error = stream.too_late();
                self.broken(error);
            }
            Ok(false) => {}
            Err(error) => self.broken(error),
        }
    }

    /// When a connection that is being opened is given up.
    fn connect_due(&self) -> Option<Instant> {
        match &self.state {
            ConnectionState::Connecting(_) => self.due?.checked_add(GRACE),
            ConnectionState::Handshaking(_) => self.due,
            _ => None,
        }
    }

    fn broken(&mut self, error: io::Error) {
        self.state = ConnectionState::Closed;
        let mut shared = self.handle.lock();
        shared.session.failed(error, (self.clock)());
        shared.dispatch();
    }

    fn write(&mut self) {
        let ConnectionState::Open(stream) = &mut self.state else {
            return;
        };
        let error = loop {
            let mut shared = self.handle.lock();
            let output = shared.session.output();
            if output.is_empty() {
                return;
            }
            match stream.write(output) {
                Ok(0) => break io::ErrorKind::WriteZero.into(),
                Ok(count) => shared.session.written(count, (self.clock)()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break error,
            }
        };
        // The peer may have said why before it hung up.
        self.read();
        self.broken(error);
    }

    fn read(&mut self) {
        for _ in 0..READS {
            let more = self.read_by(|stream, buffer| stream.read(buffer));
            if more != Some(true) {
                return;
            }
        }
    }

    /// Reads once, if the connection is open; returns `true` if there may be more already.
    fn read_by(
        &mut self,
        read: impl FnOnce(&mut dyn Stream, &mut [u8]) -> io::Result<usize>,
    ) -> Option<bool> {
        let ConnectionState::Open(stream) = &mut self.state else {
            return None;
        };
        let mut buffer = scratch::take_filled();
        let outcome = read(&mut **stream, &mut buffer);
        let more = self.received(outcome, &buffer);
        scratch::give_back(buffer);
        Some(more)
    }

    fn received(&mut self, outcome: io::Result<usize>, buffer: &[u8]) -> bool {
        let now = self.now();
        match outcome {
            Ok(0) => {
                self.state = ConnectionState::Closed;
                let mut shared = self.handle.lock();
                shared.session.end_of_input(now);
                shared.dispatch();
                false
            }
            Ok(count) => {
                let bytes = buffer.get(..count).unwrap_or_default();
                let mut shared = self.handle.lock();
                shared.session.receive(bytes, now);
                shared.dispatch();
                let more = count == scratch::SIZE && !shared.session.wants_connection();
                if is_over(&shared.session) {
                    drop(shared);
                    self.state = ConnectionState::Closed;
                }
                more
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => false,
                io::ErrorKind::Interrupted => true,
                _ => {
                    self.broken(error);
                    false
                }
            },
        }
    }

    /// Closes the connection; whatever is outstanding fails.
    pub(crate) fn close(&mut self) {
        self.state = ConnectionState::Closed;
        let mut shared = self.handle.lock();
        shared.session.close();
        shared.dispatch();
    }

    /// Why nothing more can be asked, if so.
    pub(crate) fn error(&self) -> Option<Error> {
        self.handle.lock().session.error().cloned()
    }
}

/// Returns `true` if there is no use for the connection any more.
fn is_over(session: &Session) -> bool {
    session.error().is_some() || session.is_away()
}
