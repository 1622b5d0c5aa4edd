//! One client above the connections it goes through: version fallback, redirects, and others in
//! place of those that were cut.
//!
//! ```text
//!             take_url()               opened()              Okay to Connect
//!   Wanted ────────────────► Opening ────────────► Greeting ───────────────► Ready
//!   ▲ ▲                         │                     │                        │
//!   │ │                         │ failed()            │ nothing left to try    │ the connection ends
//!   │ │                         ├─────────────────────┴────────────────────────┤
//!   │ │                         │                                              │
//!   │ └─── older version (from Greeting), redirect (from Greeting or Login) ───┘
//!   │                           │
//!   │    the pause is over      │ was it ready once, and is it to connect again?
//!   └──────────────────── Away ◄┴──► Over
//! ```
//!
//! What is asked before the session is ready waits; nothing is sent behind Connect, because the
//! answer may lead elsewhere.
//!
//! On a connection that takes the place of one that was cut, the session logs in and turns padding
//! on for itself, if that was so before. Both are requests behind which nothing is sent until they
//! are answered; so what waits, or is asked again, finds the connection as it was.

mod backoff;
mod login;
mod reconnecting;
mod redirect;
mod report;

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tp_frames::game::{Connect, Sequence};
use tp_frames::{Packet, Request, TpString, Version};

use login::{Login, LoginEnd};
use reconnecting::Reconnecting;
pub(crate) use report::Report;

use crate::error::Error;
use crate::frame_trace::FrameTrace;
use crate::options::Options;
use crate::proto::{
    Answer, Completion, Connection, Event, Frames, Negotiation, Outgoing, RequestId, Unsent,
    Verdict,
};
use crate::transport::{TransportError, Url};

/// The place of requests that the session asks of itself.
const NOWHERE: usize = usize::MAX;

/// One client's talk with one game, over however many connections that takes.
#[derive(Debug)]
pub(crate) struct Session {
    options: Options,
    url: Url,
    /// What the next connection may speak, and what this one does.
    negotiation: Negotiation,
    state: State,
    /// Asked while there was no connection that was ready.
    unsent: Unsent,
    /// For the operations, before what the connection has not told yet.
    reports: VecDeque<Report>,
    next_id: u64,
    /// How many connections were opened.
    connections: u64,
    /// Where redirects came from.
    visited: Vec<Url>,
    /// What a newer version met, should the older one fail less tellingly.
    refused: Option<Error>,
    logins: Vec<Login>,
    greeting: TpString,
    /// If the options want it.
    reconnecting: Option<Reconnecting>,
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
    /// The connection was cut.
    Away {
        /// When to connect again.
        due: Option<Instant>,
    },
    Over(Error),
}

impl Session {
    /// `seed` is what pauses between attempts to connect are varied by.
    pub(crate) fn new(url: Url, options: Options, seed: u64) -> Self {
        // No password is to come into a log.
        let port = url.port_or_default();
        let url = url.place().or_port(port);
        let reconnect = options.reconnect.clone();
        Self {
            reconnecting: reconnect.map(|policy| Reconnecting::new(policy, seed)),
            span: tracing::debug_span!("session", %url),
            negotiation: Negotiation {
                versions: options.versions,
                version: options.versions.first(),
            },
            options,
            url,
            state: State::Wanted,
            unsent: Unsent::default(),
            reports: VecDeque::new(),
            next_id: 0,
            connections: 0,
            visited: Vec::new(),
            refused: None,
            logins: Vec::new(),
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

    /// Returns `true` if the connection was cut and it is not yet time for another.
    pub(crate) fn is_away(&self) -> bool {
        matches!(self.state, State::Away { .. })
    }

    /// Returns `true` if there is a connection, on which to read.
    #[cfg(feature = "tokio")]
    pub(crate) fn has_connection(&self) -> bool {
        self.connection().is_some()
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
        let connect = self.take_id(NOWHERE);
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
                self.cut(error, now);
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
                self.break_off(now);
                self.cut(error, now);
            }
            State::Wanted | State::Away { .. } | State::Over(_) => {}
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
    pub(crate) fn close(&mut self) {
        self.hang_up();
        self.end(Error::Closed);
    }

    /// Asks something that neither has to wait nor will ever be asked again. Returns `false` if
    /// that is not so, and it is to be asked by [`request`](Self::request).
    pub(crate) fn send_now<R: Request>(
        &mut self,
        id: RequestId,
        request: &R,
        now: Instant,
    ) -> bool {
        match &mut self.state {
            State::Ready(connection) if self.reconnecting.is_none() => {
                connection.send_now(id, request, now)
            }
            _ => false,
        }
    }

    /// Asks something.
    pub(crate) fn request(&mut self, id: RequestId, outgoing: Outgoing, now: Instant) {
        if self.is_elsewhere(&outgoing) {
            return self.complete(id, Answer::none(Completion::Closed));
        }
        if let Some(it) = &mut self.reconnecting {
            it.asks(id, &outgoing);
        }
        match &mut self.state {
            State::Ready(connection) => connection.request(id, outgoing, now),
            State::Over(_) => self.complete(id, Answer::none(Completion::Closed)),
            _ => self.unsent.push_back(id, outgoing),
        }
    }

    /// Asks to log in; a redirect is followed if the options allow it.
    pub(crate) fn login(&mut self, id: RequestId, outgoing: Outgoing, now: Instant) {
        self.request(id, outgoing.clone(), now);
        self.logins.push(Login::new(id, outgoing));
    }

    /// Returns `true` if a request is for another connection than this, so that it means nothing.
    fn is_elsewhere(&self, outgoing: &Outgoing) -> bool {
        let here = matches!(self.state, State::Ready(_)).then_some(self.connections);
        outgoing.only_on.is_some() && outgoing.only_on != here
    }

    /// Takes back a request that was not sent yet; one that was is not sent again.
    pub(crate) fn withdraw(&mut self, id: RequestId) {
        if let Some(it) = &mut self.reconnecting {
            it.forget(id);
        }
        if let State::Ready(connection) = &mut self.state {
            connection.withdraw(id);
        } else {
            self.unsent.withdraw(id);
        }
    }

    /// Takes bytes that came on the connection.
    pub(crate) fn receive(&mut self, bytes: &[u8], now: Instant) {
        if let Some(connection) = self.connection_mut() {
            connection.receive(bytes, now);
        }
    }

    /// The peer ended the connection.
    pub(crate) fn end_of_input(&mut self, now: Instant) {
        if let Some(connection) = self.connection_mut() {
            connection.end_of_input();
            self.settle(now, |_| true);
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
        }
    }

    /// When to call [`handle_timeout`](Self::handle_timeout).
    pub(crate) fn next_timeout(&self) -> Option<Instant> {
        let due = match self.state {
            State::Greeting { due, .. } | State::Away { due } => due,
            _ => None,
        };
        let next = self.connection().and_then(Connection::next_timeout);
        [due, next].into_iter().flatten().min()
    }

    /// Does what is due.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if let Some(connection) = self.connection_mut() {
            connection.handle_timeout(now);
            self.settle(now, |_| true);
        }
        if let State::Greeting { due: Some(due), .. } = self.state
            && due <= now
        {
            self.judge(self.not_greeted(), now);
        }
        if let State::Away { due: Some(due) } = self.state
            && due <= now
        {
            self.negotiation.version = self.negotiation.versions.first();
            self.state = State::Wanted;
        }
    }

    /// Returns `true` if something may have happened that operations are to know, and that the
    /// session has to act on.
    pub(crate) fn has_reports(&self) -> bool {
        !self.reports.is_empty() || self.connection().is_some_and(Connection::has_events)
    }

    /// The next thing that operations are to know. To be asked after each of the others, until
    /// there is nothing more: the session acts on what has happened when it is asked.
    pub(crate) fn poll_report(&mut self, now: Instant) -> Option<Report> {
        loop {
            if let Some(report) = self.reports.pop_front() {
                return Some(report);
            }
            let event = self.connection_mut()?.poll_event()?;
            if let Some(report) = self.happened(event, now) {
                return Some(report);
            }
        }
    }

    /// Acts on what has happened on the connection now, but for what is not `wanted`.
    fn settle(&mut self, now: Instant, wanted: impl Fn(&Event) -> bool) {
        while let Some(event) = self.connection_mut().and_then(Connection::poll_event) {
            if wanted(&event) {
                let report = self.happened(event, now);
                self.reports.extend(report);
            }
        }
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

    /// A name for another request, whose answer is waited for at `place`.
    pub(crate) fn take_id(&mut self, place: usize) -> RequestId {
        let number = self.next_id;
        self.next_id = number.wrapping_add(1);
        RequestId { number, place }
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

    /// Something happened before the server has greeted: nothing but Connect is out.
    fn greeted(&mut self, event: Event, now: Instant) -> Option<Report> {
        let negotiation = self.negotiation;
        let verdict = match event {
            Event::Asynchronous(frame) => {
                let verdict = negotiation.answered(&frame);
                if verdict.is_none() {
                    return Some(Report::Asynchronous(frame));
                }
                verdict
            }
            Event::Answered { answer, .. } => match answer.completion {
                _ if let Some(frame) = answer.frames.first() => negotiation.answered(frame),
                Completion::TimedOut { .. } => Some(self.not_greeted()),
                // The end of the connection follows, and says more.
                Completion::Closed | Completion::NotSent => None,
                _ => Some(negotiation.unexpected(Sequence::TYPE)),
            },
            Event::Closed(closed) => Some(negotiation.ended(closed)),
            Event::Stray(_) => None,
        };
        if let Some(verdict) = verdict {
            self.judge(verdict, now);
        }
        None
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
                Err(error) => self.cut(error, now),
            },
            Verdict::Failed(error) => {
                // That an older version meets no Thousand Parsec says less than a refusal.
                let first = self.refused.take().filter(|_| !error.is_refused());
                let error = match first.unwrap_or(error) {
                    error @ (Error::Timeout(_) | Error::Disconnected(_)) => Error::NotGreeted {
                        peer: self.options.peer(&self.url),
                        source: error.into(),
                    },
                    other => other,
                };
                self.cut(error, now);
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
        self.refused = None;
        if let Err(error) = self.restore(&greeting, now) {
            return self.end(error);
        }
        self.greeting = greeting;
        for (id, outgoing) in std::mem::take(&mut self.unsent) {
            // It waited on a connection that is gone.
            if outgoing.only_on.is_some() {
                self.complete(id, Answer::none(Completion::Closed));
            } else {
                connection.request(id, outgoing, now);
            }
        }
        self.state = State::Ready(connection);
    }

    /// Something happened on a connection. Gives what the operations are to know of it, behind
    /// what they are told already.
    fn happened(&mut self, event: Event, now: Instant) -> Option<Report> {
        if matches!(self.state, State::Greeting { .. }) {
            return self.greeted(event, now);
        }
        match event {
            Event::Answered { request, answer } => return self.answered(request, answer, now),
            Event::Asynchronous(frame) => return Some(Report::Asynchronous(frame)),
            Event::Stray(frame) => {
                tracing::debug!(
                    parent: &self.span,
                    sequence = frame.header.sequence,
                    r#type = frame.header.r#type,
                    "a frame belongs to no request"
                );
            }
            Event::Closed(closed) => self.cut(closed.into(), now),
        }
        None
    }

    /// A request that was sent on a connection that is ready is complete.
    fn answered(&mut self, request: RequestId, answer: Answer, now: Instant) -> Option<Report> {
        if matches!(answer.completion, Completion::Closed | Completion::NotSent) {
            self.interrupted(request, answer);
            return None;
        }
        if let Some(login) = self.take_login(request) {
            match self.login_end(&answer) {
                LoginEnd::LeadsTo(url) => {
                    self.log_in_at(url, login);
                    return None;
                }
                LoginEnd::In => {
                    if let Some(it) = &mut self.reconnecting {
                        it.let_in(login.outgoing);
                    }
                }
                LoginEnd::Out(error) if login.is_own => {
                    self.shut_out(error, now);
                    return None;
                }
                LoginEnd::Out(_) => {}
            }
        }
        if let State::Ready(connection) = &mut self.state {
            connection.stay(now);
        }
        let is_own = self.restored(Some(request), now);
        (!is_own).then(|| self.completed(request, answer))
    }

    fn end(&mut self, error: Error) {
        if matches!(self.state, State::Over(_)) {
            return;
        }
        let error = self.final_error(error);
        tracing::debug!(parent: &self.span, %error, "the session is over");
        let unsent = match &mut self.state {
            State::Ready(connection) => connection.take_unsent(),
            _ => std::mem::take(&mut self.unsent),
        };
        let unsent = unsent.map(|(id, _)| (id, Frames::new()));
        let unanswered: Vec<_> = match &mut self.reconnecting {
            // All of these, and those that wait for their turn to be sent again.
            Some(it) => it.take_asked().collect(),
            None => unsent.collect(),
        };
        for (request, frames) in unanswered {
            let completion = Completion::Closed;
            self.complete(request, Answer { frames, completion });
        }
        self.state = State::Over(error);
    }

    fn complete(&mut self, request: RequestId, answer: Answer) {
        let report = self.completed(request, answer);
        self.reports.push_back(report);
    }

    fn completed(&mut self, request: RequestId, answer: Answer) -> Report {
        if let Some(it) = &mut self.reconnecting {
            it.completed(request, &answer.completion);
        }
        Report::Answered {
            request,
            answer,
            fate_unknown: None,
        }
    }
}

/// What broke, if it was a layer over the TCP connection.
fn broken(error: io::Error) -> Result<Error, io::Error> {
    error.downcast::<TransportError>().map(Error::from)
}
