//! One client above the connections it goes through: version fallback and redirects.
//!
//! ```text
//!             take_url()               opened()              Okay to Connect
//!   Wanted ────────────────► Opening ────────────► Greeting ───────────────► Ready
//!     ▲                         │                     │                        │
//!     │                         │ failed()            │ nothing left to try    │ the connection ends
//!     │                         └────────► Over ◄─────┴────────────────────────┤
//!     │                                                                        │
//!     └──── older version (from Greeting), redirect (from Greeting or Login) ──┘
//! ```
//!
//! What is asked before the session is ready waits; nothing is sent behind Connect, because the
//! answer may lead elsewhere.

mod redirect;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tp_frames::game::{Connect, Sequence};
use tp_frames::{Packet, TpString, Version};

use redirect::Login;

use crate::error::Error;
use crate::frame_trace::FrameTrace;
use crate::options::Options;
use crate::proto::{Completion, Connection, Event, Negotiation, Outgoing, RequestId, Verdict};
use crate::transport::{TransportError, Url};

/// One client's talk with one game, over however many connections that takes.
#[derive(Debug)]
pub(crate) struct Session {
    options: Options,
    url: Url,
    /// What the next connection may speak, and what this one does.
    negotiation: Negotiation,
    state: State,
    /// Asked while there was no connection that was ready.
    unsent: VecDeque<(RequestId, Outgoing)>,
    /// For the operations.
    events: VecDeque<Event>,
    next_id: u64,
    /// How many connections were opened.
    connections: u64,
    /// Where redirects came from.
    visited: Vec<Url>,
    /// What a newer version met, should the older one fail less tellingly.
    refused: Option<Error>,
    login: Option<Login>,
    greeting: TpString,
    span: tracing::Span,
}

#[derive(Debug)]
enum State {
    Wanted,
    Opening,
    Greeting {
        connection: Connection,
        /// When the greeting must have come.
        due: Option<Instant>,
    },
    Ready(Connection),
    Over(Error),
}

impl Session {
    pub(crate) fn new(url: Url, options: Options) -> Self {
        // No password is to come into a log.
        let port = url.port_or_default();
        let url = url.place().or_port(port);
        Self {
            span: tracing::debug_span!("session", %url),
            negotiation: Negotiation {
                versions: options.versions,
                version: options.versions.first(),
            },
            options,
            url,
            state: State::Wanted,
            unsent: VecDeque::new(),
            events: VecDeque::new(),
            next_id: 0,
            connections: 0,
            visited: Vec::new(),
            refused: None,
            login: None,
            greeting: TpString::new(),
        }
    }

    /// Where to open a connection now, handshakes included. The one before it, if any, is to be
    /// closed. Says so once; then [`opened`](Self::opened) or [`failed`](Self::failed) is due.
    pub(crate) fn take_url(&mut self) -> Option<Url> {
        if !matches!(self.state, State::Wanted) {
            return None;
        }
        self.state = State::Opening;
        let (url, version) = (&self.url, self.negotiation.version);
        tracing::debug!(parent: &self.span, %url, %version, "connecting");
        Some(self.url.clone())
    }

    /// Returns `true` if [`take_url`](Self::take_url) has something to say.
    pub(crate) fn wants_connection(&self) -> bool {
        matches!(self.state, State::Wanted)
    }

    /// The connection is open, and frames can be sent.
    pub(crate) fn opened(&mut self, now: Instant) {
        if !matches!(self.state, State::Opening) {
            return;
        }
        self.connections = self.connections.wrapping_add(1);
        let settings = self.options.settings.clone();
        let mut connection = Connection::new(self.negotiation.version, settings, now)
            .traced(FrameTrace::with_peer(self.url.place()));
        let connect = self.take_id();
        let packet = Connect {
            string: self.options.client_name.clone(),
        };
        connection.request(connect, Outgoing::new(packet), now);
        self.state = State::Greeting {
            connection,
            due: now.checked_add(self.options.greeting_timeout),
        };
    }

    /// The connection could not be opened, or broke.
    pub(crate) fn failed(&mut self, error: io::Error, now: Instant) {
        match &mut self.state {
            State::Opening => {
                let address = self.url.to_string();
                let error = broken(error).unwrap_or_else(|error| Error::Unreachable {
                    address,
                    source: Arc::new(error),
                });
                self.end(error);
            }
            State::Greeting { .. } => {
                let verdict = match broken(error) {
                    // An older version would meet the same.
                    Ok(error) => Verdict::Failed(error),
                    // Some servers hang up so fast that the network reports an error.
                    Err(error) => {
                        let error = self.disconnected(error);
                        self.negotiation.older(error)
                    }
                };
                self.judge(verdict, now);
            }
            State::Ready(_) => {
                let error = broken(error).unwrap_or_else(|error| self.disconnected(error));
                self.hang_up(now);
                self.end(error);
            }
            State::Wanted | State::Over(_) => {}
        }
    }

    /// Why a connection that broke is over: what the peer said before says more.
    fn disconnected(&mut self, error: io::Error) -> Error {
        match self.connection_mut().and_then(Connection::take_text) {
            Some(text) => Error::NotTp(text),
            None => Error::Disconnected(Some(error.into())),
        }
    }

    /// Gives up, as the user wants.
    pub(crate) fn close(&mut self, now: Instant) {
        self.hang_up(now);
        self.end(Error::Closed);
    }

    /// Asks something.
    pub(crate) fn request(&mut self, outgoing: Outgoing, now: Instant) -> RequestId {
        let id = self.take_id();
        match &mut self.state {
            State::Ready(connection) => {
                connection.request(id, outgoing, now);
                self.drain(now);
            }
            State::Over(_) => self.complete(id, Completion::Closed),
            _ => self.unsent.push_back((id, outgoing)),
        }
        id
    }

    /// Asks to log in; a redirect is followed if the options allow it.
    pub(crate) fn login(&mut self, outgoing: Outgoing, now: Instant) -> RequestId {
        let id = self.request(outgoing.clone(), now);
        self.login = Some(Login {
            id,
            outgoing,
            leads_to: None,
        });
        id
    }

    /// Takes back a request that was not sent yet.
    pub(crate) fn withdraw(&mut self, id: RequestId) {
        self.unsent.retain(|(unsent, _)| *unsent != id);
        if let State::Ready(connection) = &mut self.state {
            connection.withdraw(id);
        }
    }

    /// Takes bytes that came on the connection.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) {
        if let Some(connection) = self.connection_mut() {
            connection.receive(bytes, now);
            self.drain(now);
        }
    }

    /// The peer ended the connection.
    pub(crate) fn end_of_input(&mut self, now: Instant) {
        if let Some(connection) = self.connection_mut() {
            connection.end_of_input();
            self.drain(now);
        }
    }

    /// Bytes to write.
    pub(crate) fn output(&self) -> &[u8] {
        self.connection().map_or(&[], Connection::output)
    }

    /// See [`Connection::written`].
    pub(crate) fn written(&mut self, count: usize, now: Instant) {
        if let Some(connection) = self.connection_mut() {
            connection.written(count, now);
            self.drain(now);
        }
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let due = match self.state {
            State::Greeting { due, .. } => due,
            _ => None,
        };
        let next = self.connection().and_then(Connection::next_timeout);
        [due, next].into_iter().flatten().min()
    }

    /// Does what is due.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if let Some(connection) = self.connection_mut() {
            connection.handle_timeout(now);
            self.drain(now);
        }
        if let State::Greeting { due: Some(due), .. } = self.state
            && due <= now
        {
            self.judge(self.not_greeted(), now);
        }
    }

    /// The next thing that operations are to know: a frame of an answer or its end, or an
    /// asynchronous frame. That the session is ready or over is for [`version`](Self::version) and
    /// [`error`](Self::error) to say.
    pub(crate) fn poll_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// The version both sides agreed on, once they have.
    pub(crate) fn version(&self) -> Option<Version> {
        match &self.state {
            State::Ready(connection) => Some(connection.version()),
            _ => None,
        }
    }

    /// What the server said of itself.
    pub(crate) fn greeting(&self) -> &TpString {
        &self.greeting
    }

    /// Why the session is over, once it is.
    pub(crate) fn error(&self) -> Option<&Error> {
        match &self.state {
            State::Over(error) => Some(error),
            _ => None,
        }
    }

    /// How many connections were opened: what was learned on one is worth nothing on the next.
    pub(crate) fn connections(&self) -> u64 {
        self.connections
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// How long the server may leave requests without answering any.
    pub(crate) fn reply_timeout(&self) -> Option<Duration> {
        self.options.settings.reply_timeout
    }

    fn take_id(&mut self) -> RequestId {
        let id = RequestId(self.next_id);
        self.next_id = self.next_id.wrapping_add(1);
        id
    }

    fn connection(&self) -> Option<&Connection> {
        match &self.state {
            State::Greeting { connection, .. } | State::Ready(connection) => Some(connection),
            _ => None,
        }
    }

    fn connection_mut(&mut self) -> Option<&mut Connection> {
        match &mut self.state {
            State::Greeting { connection, .. } | State::Ready(connection) => Some(connection),
            _ => None,
        }
    }

    /// What follows when the server lets time pass without a greeting.
    fn not_greeted(&self) -> Verdict {
        let greeting = self.options.greeting_timeout;
        let limit = self.reply_timeout().map_or(greeting, |it| it.min(greeting));
        self.negotiation.stuck(limit)
    }

    /// Acts on what the connection reports, until it has nothing more to say.
    fn drain(&mut self, now: Instant) {
        while let Some(event) = self.connection_mut().and_then(Connection::poll_event) {
            match self.state {
                State::Greeting { .. } => self.greeted(event, now),
                _ => self.happened(event, now),
            }
        }
    }

    /// Something happened before the server has greeted: nothing but Connect is out.
    fn greeted(&mut self, event: Event, now: Instant) {
        let negotiation = self.negotiation;
        let verdict = match event {
            Event::Frame { frame, .. } => negotiation.answered(&frame),
            Event::Asynchronous(frame) => {
                let verdict = negotiation.answered(&frame);
                if verdict.is_none() {
                    self.events.push_back(Event::Asynchronous(frame));
                }
                verdict
            }
            Event::Complete { completion, .. } => match completion {
                Completion::TimedOut { .. } => Some(self.not_greeted()),
                // The end of the connection follows, and says more.
                Completion::Closed => None,
                _ => Some(negotiation.unexpected(Sequence::TYPE)),
            },
            Event::Closed(closed) => Some(negotiation.ended(closed)),
            Event::Stray(_) => None,
        };
        if let Some(verdict) = verdict {
            self.judge(verdict, now);
        }
    }

    fn judge(&mut self, verdict: Verdict, now: Instant) {
        match verdict {
            Verdict::Accepted { greeting } => self.accept(greeting, now),
            Verdict::Reconnect { version, because } => {
                tracing::debug!(parent: &self.span, %version, %because, "trying an older version");
                if because.is_refused() {
                    self.refused = Some(because);
                }
                self.negotiation.version = version;
                self.state = State::Wanted;
            }
            Verdict::Redirect(url) => match self.follow(&url) {
                Ok(url) => self.go_to(url),
                Err(error) => self.end(error),
            },
            Verdict::Failed(error) => {
                // That an older version meets no Thousand Parsec says less than a refusal.
                let first = self.refused.take().filter(|_| !error.is_refused());
                self.end(match first.unwrap_or(error) {
                    error @ (Error::Timeout(_) | Error::Disconnected(_)) => Error::NotGreeted {
                        peer: self.options.peer(&self.url),
                        source: error.into(),
                    },
                    other => other,
                });
            }
        }
    }

    fn accept(&mut self, greeting: TpString, now: Instant) {
        let State::Greeting { mut connection, .. } =
            std::mem::replace(&mut self.state, State::Wanted)
        else {
            return;
        };
        let version = self.negotiation.version;
        tracing::debug!(parent: &self.span, %version, greeting = %greeting.printable(), "connected");
        self.greeting = greeting;
        self.refused = None;
        for (id, outgoing) in std::mem::take(&mut self.unsent) {
            connection.request(id, outgoing, now);
        }
        self.state = State::Ready(connection);
    }

    /// Something happened on a connection that is ready.
    fn happened(&mut self, event: Event, now: Instant) {
        match event {
            Event::Frame { request, frame } => {
                if let Some(url) = self.login_leads_to(request, &frame) {
                    if let Some(login) = &mut self.login {
                        login.leads_to = Some(url);
                    }
                    return;
                }
                self.events.push_back(Event::Frame { request, frame });
            }
            Event::Complete {
                request,
                completion,
            } => {
                if self.login.as_ref().is_some_and(|login| login.id == request)
                    && let Some(login) = self.login.take()
                    && let Some(url) = login.leads_to
                {
                    self.log_in_at(url, login.id, login.outgoing, now);
                    return;
                }
                self.complete(request, completion);
            }
            event @ Event::Asynchronous(_) => self.events.push_back(event),
            Event::Stray(frame) => {
                tracing::debug!(
                    parent: &self.span,
                    sequence = frame.header.sequence,
                    r#type = frame.header.r#type,
                    "a frame belongs to no request"
                );
            }
            Event::Closed(closed) => self.end(closed.into()),
        }
    }

    fn end(&mut self, error: Error) {
        if matches!(self.state, State::Over(_)) {
            return;
        }
        tracing::debug!(parent: &self.span, %error, "the session is over");
        let unsent = match &mut self.state {
            State::Ready(connection) => connection.take_unsent(),
            _ => std::mem::take(&mut self.unsent),
        };
        for (request, _) in unsent {
            self.complete(request, Completion::Closed);
        }
        self.state = State::Over(error);
    }

    fn complete(&mut self, request: RequestId, completion: Completion) {
        self.events.push_back(Event::Complete {
            request,
            completion,
        });
    }
}

/// What broke, if it was a layer over the TCP connection.
fn broken(error: io::Error) -> Result<Error, io::Error> {
    error.downcast::<TransportError>().map(Error::from)
}
