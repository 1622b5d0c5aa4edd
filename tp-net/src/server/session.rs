//! What listeners have in common: a service, and what a connection to it knows of its client.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::OnceLock;

use bytes::Bytes;
use tokio::time::Instant;
use tp_frames::game::Ping;
use tp_frames::wire::split_frame;
use tp_frames::{
    AnyFrame, DecodeLimits, DecodeOptions, FramingError, Header, Packet, RawFrame, TpString,
    Version,
};

use super::greeting::{self, CloseMessage};
use super::id_lists::IdLists;
use super::pace::Pace;
use super::received::Received;
use super::reply::{Reply, okay};
use super::shared::Shared;
use super::{Answer, Caller, ConnectReply, Login, LoginReply, Peer, Quirks, SendError};
use crate::frame_trace::FrameTrace;
use crate::model::Refusal;

/// What the clients of a listener talk to: a game, or the administration of a server.
pub(super) trait Service: Send + Sync + Sized + 'static {
    /// Any frame of its protocol.
    type Frame: AnyFrame + Send;
    /// Who is logged in.
    type Player: Send + Sync + 'static;
    /// What the page for browsers says that it is for.
    #[cfg(feature = "http")]
    const ABOUT: &'static str;
    /// Whether clients log in to listen, and may say nothing any more.
    const LISTENS: bool;

    /// What the client that names itself so can read.
    fn quirks(&self, peer: &Peer, client: &TpString) -> Quirks;

    /// The answer to the first `Connect`.
    fn connect(&self, peer: &Peer, client: TpString) -> impl Answer<ConnectReply>;

    /// The answer to `Login`.
    fn login(&self, peer: &Peer, login: Login) -> impl Answer<LoginReply<Self::Player>>;

    /// Answers any request; `Connect` and `Login` by the session's methods.
    fn answer(
        session: &mut Session<'_, Self>,
        request: Self::Frame,
        reply: &mut Reply<'_>,
    ) -> impl Future<Output = Result<(), SendError>> + Send;

    /// The connection has ended, with the player if one was logged in.
    fn disconnected(
        &self,
        peer: &Peer,
        player: Option<&Self::Player>,
    ) -> impl Future<Output = ()> + Send;
}

/// How far a client has come. Each step is taken once.
pub(super) struct Admission<P> {
    /// When `Connect` was answered with Okay.
    connected: OnceLock<Instant>,
    /// Who it is, since `Login` was.
    caller: OnceLock<Caller<P>>,
}

impl<P> Admission<P> {
    pub(super) fn new() -> Self {
        Self {
            connected: OnceLock::new(),
            caller: OnceLock::new(),
        }
    }

    /// When it connected, if it has.
    pub(super) fn connected(&self) -> Option<Instant> {
        self.connected.get().copied()
    }

    /// Who is logged in.
    pub(super) fn caller(&self) -> Option<&Caller<P>> {
        self.caller.get()
    }
}

/// One connection, for whoever answers its requests.
pub(super) struct Session<'a, S: Service> {
    pub(super) shared: &'a Shared<S>,
    pub(super) peer: &'a Peer,
    pub(super) admission: &'a Admission<S::Player>,
    /// What the client speaks, once that is known.
    version: Option<Version>,
    pub(super) options: DecodeOptions,
    wrong_logins: u32,
    /// The connection ends when everything is sent.
    is_over: bool,
    pub(super) lists: IdLists,
}

impl<'a, S: Service> Session<'a, S> {
    pub(super) fn new(
        shared: &'a Shared<S>,
        peer: &'a Peer,
        admission: &'a Admission<S::Player>,
    ) -> Self {
        let limits = DecodeLimits::default().frame(shared.limits.frame);
        Self {
            shared,
            peer,
            admission,
            version: None,
            options: DecodeOptions::new().limits(limits),
            wrong_logins: 0,
            is_over: false,
            lists: IdLists::default(),
        }
    }

    /// Returns `true` if nothing more is answered.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Returns `true` if there is something to be answered.
    pub(super) fn has_request(&mut self, received: &Received) -> bool {
        !matches!(self.next(received.rest()), Ok(None))
    }

    /// The first frame of what was received; nothing while it is not whole.
    fn next<'b>(&mut self, received: &'b [u8]) -> Result<Option<(Header, &'b [u8])>, CloseMessage> {
        let version = match self.version {
            Some(version) => version,
            None => match greeting::detect_version(received, self.shared.versions)? {
                Some(version) => {
                    self.peer.set_version(version);
                    *self.version.insert(version)
                }
                None => return Ok(None),
            },
        };
        let frame = split_frame(received, &self.options)
            .map_err(|error| unframed(version, received, &error))?;
        let Some((header, body, _)) = frame else {
            return Ok(None);
        };
        if header.version != version && greeting::normal(header.version) != Some(version) {
            return Err(changed(version, &header));
        }
        Ok(Some((header, body)))
    }

    /// Answers every whole frame that was received until the connection cannot go on, and gives back
    /// what was not answered. Whoever polls it sends what is answered meanwhile.
    pub(super) async fn answer_all(
        mut self: Box<Self>,
        mut received: Received,
        now: Instant,
    ) -> (Box<Self>, Received) {
        let mut pace = Pace::new(now);
        let peer = self.peer;
        while !self.is_over {
            let (header, body) = match self.next(received.rest()) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(message) => {
                    self.is_over = true;
                    // Who does not hear it is gone, which is as well.
                    let _ = self.say_goodbye(message, &mut pace).await;
                    break;
                }
            };
            let Header {
                sequence, r#type, ..
            } = header;
            let version = self.version.unwrap_or(header.version);
            let padded = self.options.padded;
            if FrameTrace::is_on() {
                let body = Bytes::copy_from_slice(body);
                let frame = RawFrame {
                    header,
                    body,
                    padded,
                };
                peer.trace().received(&frame, padded);
            }
            let request = S::Frame::decode_body(version, r#type, body, &self.options);
            let request = request.map(|(request, _)| request);
            let length = Header::SIZE.saturating_add(body.len());
            received.advance(length);
            let mut reply = Reply::new(peer, version, sequence, padded, &mut pace);
            let answered = match request {
                Ok(request) => {
                    let mut answer = pin!(S::answer(&mut *self, request, &mut reply));
                    poll_fn(|context| {
                        let answered = answer.as_mut().poll(context);
                        if answered.is_pending() {
                            // It may take long.
                            received.settle();
                        }
                        answered
                    })
                    .await
                }
                Err(error) => reply.refuse(Refusal::frame(error.to_string())).await,
            };
            if answered.is_err() {
                self.is_over = true;
            }
            // A Ping computes nothing, and would cost less than the look at the clock.
            if r#type != Ping::TYPE && pace.is_late() {
                pace.pause().await;
            }
        }
        (self, received)
    }

    async fn say_goodbye(&self, message: CloseMessage, pace: &mut Pace) -> Result<(), SendError> {
        match message {
            CloseMessage::Text(text) => self
                .peer
                .outbox()
                .append(|out| out.extend_from_slice(text.as_bytes()))
                .map(drop),
            CloseMessage::Fail {
                version,
                sequence,
                refusal,
            } => {
                let padded = self.options.padded;
                let mut reply = Reply::new(self.peer, version, sequence, padded, pace);
                reply.refuse(refusal).await
            }
        }
    }

    pub(super) fn is_connected(&self) -> bool {
        self.admission.connected().is_some()
    }

    /// Answers `Connect`.
    pub(super) async fn connect(
        &mut self,
        client: TpString,
        reply: &mut Reply<'_>,
    ) -> Result<(), SendError> {
        if self.is_connected() {
            return reply.refuse(Refusal::protocol("already connected")).await;
        }
        tracing::info!(client = %client.printable(), version = %reply.version(), "connected");
        let (service, peer) = (&self.shared.service, self.peer);
        peer.set_quirks(|| service.quirks(peer, &client));
        match service.connect(peer, client).await {
            Ok(ConnectReply::Okay(result)) => {
                self.admission.connected.get_or_init(Instant::now);
                reply.answer(Ok(okay(result))).await
            }
            Ok(ConnectReply::Redirect(url)) => reply.redirect(url).await,
            Err(refusal) => reply.refuse(refusal).await,
        }
    }

    /// Answers `Login`.
    pub(super) async fn login(
        &mut self,
        login: Login,
        reply: &mut Reply<'_>,
    ) -> Result<(), SendError> {
        if self.admission.caller().is_some() {
            return reply.refuse(Refusal::protocol("already logged in")).await;
        }
        let username = login.username.clone();
        match self.shared.service.login(self.peer, login).await {
            Ok(LoginReply::Okay { player, result }) => {
                tracing::info!(username = %username.printable(), "logged in");
                let caller = Caller::new(self.peer.clone(), player);
                self.admission.caller.get_or_init(|| caller);
                reply.answer(Ok(okay(result))).await
            }
            Ok(LoginReply::Redirect(url)) => reply.redirect(url).await,
            Err(refusal) => {
                tracing::info!(username = %username.printable(), code = refusal.code.0, "login refused");
                self.wrong_logins = self.wrong_logins.saturating_add(1);
                if self.wrong_logins >= self.shared.limits.login_attempts {
                    tracing::warn!(username = %username.printable(), "too many wrong logins");
                    self.is_over = true;
                }
                reply.refuse(refusal).await
            }
        }
    }
}

fn unframed(version: Version, received: &[u8], error: &FramingError) -> CloseMessage {
    // The header was whole, or nothing would be wrong with it.
    let header = received
        .first_chunk()
        .and_then(|start| Header::from_bytes(start).ok());
    let sequence = header.map_or(0, |header| header.sequence);
    CloseMessage::Fail {
        version,
        sequence,
        refusal: Refusal::protocol(error.to_string()),
    }
}

fn changed(version: Version, header: &Header) -> CloseMessage {
    let text = format!("this connection speaks {version}, not {}", header.version);
    CloseMessage::Fail {
        version,
        sequence: header.sequence,
        refusal: Refusal::protocol(text),
    }
}
