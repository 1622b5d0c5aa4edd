//! What listeners have in common: a service, and what a connection to it knows of its client.

use std::pin::pin;
use std::sync::OnceLock;

use bytes::Bytes;
use tokio::time::Instant;
use tp_frames::game::Ping;
use tp_frames::wire::split_frame;
use tp_frames::{
    AnyFrame, DecodeLimits, DecodeOptions, FramingError, Header, Packet, PacketInfo, RawFrame,
    TpString, Version,
};

use super::greeting::{self, CloseMessage};
use super::id_lists::IdLists;
use super::metrics::RequestCount;
use super::pace::Pace;
use super::places::FREE;
use super::received::Received;
use super::reply::{Reply, okay};
use super::shared::Shared;
use super::{Answer, Caller, ConnectReply, Login, LoginReply, Peer, Quirks, SendError};
use crate::model::{FailCode, Refusal};
use crate::proto::OLDEST;

/// Bytes of memory that a request may take when it is decoded, besides twice those that came if these
/// are many: no client has a use for a list of a hundred thousand empty strings.
const DECODED: usize = 64 << 10;

/// What the clients of a listener talk to: a game, or the administration of a server.
pub(super) trait Service: Send + Sync + Sized + 'static {
    /// Any frame of its protocol.
    type Frame: AnyFrame + Send;
    /// Who is logged in.
    type Player: Send + Sync + 'static;
    /// The packets of its protocol.
    const PACKETS: &'static [&'static PacketInfo];
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

    /// The answer to `Ping`.
    fn ping(&self, peer: &Peer) -> impl Answer<TpString>;

    /// Answers any request; `Connect`, `Login` and `Ping` by the session's methods. The request is
    /// too large to be moved: what an answer needs is taken from it.
    fn answer(
        session: &mut Session<'_, Self>,
        request: &mut Self::Frame,
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
        let rest = received.rest();
        !rest.is_empty() && !matches!(self.next(rest), Next::Nothing)
    }

    /// What is next of what was received.
    #[inline]
    fn next<'b>(&mut self, received: &'b [u8]) -> Next<'b> {
        let version = match self.version {
            Some(version) => version,
            None => match greeting::detect_version(received, self.shared.versions) {
                Ok(Some(version)) => {
                    self.peer.set_version(version);
                    *self.version.insert(version)
                }
                Ok(None) => return Next::Nothing,
                Err(message) => return Next::Nonsense(Box::new(message)),
            },
        };
        match split_frame(received, &self.options) {
            Ok(Some((header, body, _))) if header.version == version => Next::Frame(header, body),
            Ok(Some((header, body, _))) => match greeting::normal(header.version) {
                Some(normal) if normal == version => Next::Frame(header, body),
                _ => Next::Nonsense(Box::new(changed(version, &header))),
            },
            Ok(None) => Next::Nothing,
            Err(error) => Next::Nonsense(Box::new(unframed(version, received, &error))),
        }
    }

    /// Answers every whole frame that was received until the connection cannot go on, and gives back
    /// what was not answered. Whoever polls it sends what is answered meanwhile.
    pub(super) async fn answer_all(
        mut self: Box<Self>,
        mut received: Received,
        now: Instant,
    ) -> (Box<Self>, Received) {
        let peer = self.peer;
        let version = self.version.unwrap_or(OLDEST);
        let place = peer.place();
        let pace = Pace::new(now, place.turns());
        let mut reply = Reply::new(peer, version, self.options.padded, pace);
        let mut requests = RequestCount::new(place.metrics());
        let _held = place.hold(received.held());
        if place.has_to_wait() {
            place.relieved().await;
        }
        while !self.is_over {
            let (header, body) = match self.next(received.rest()) {
                Next::Frame(header, body) => (header, body),
                Next::Nothing => break,
                Next::Nonsense(message) => {
                    self.is_over = true;
                    // Who does not hear it is gone, which is as well.
                    let _ = say_goodbye(*message, &mut reply).await;
                    break;
                }
            };
            reply.to(header.sequence);
            if reply.is_traced() {
                self.trace(header, body);
            }
            requests.add(header.r#type);
            let length = Header::SIZE.saturating_add(body.len());
            // A Ping costs less than to make any frame of it, and than a look at the clock.
            let is_ping = header.r#type == Ping::TYPE;
            let answered = if is_ping && self.admission.caller().is_some() {
                received.advance(length);
                received.settle_until(pin!(self.ping(&mut reply))).await
            } else {
                let mut _held = None;
                let decoded = if body.len() > FREE {
                    _held = Some(place.hold(body.len()));
                    place.relieved().await;
                    let mut options = self.options;
                    options.limits.memory = body.len().saturating_mul(2).saturating_add(DECODED);
                    S::Frame::decode_body(version, header.r#type, body, &options)
                } else {
                    S::Frame::decode_body(version, header.r#type, body, &self.options)
                };
                match decoded {
                    Ok((mut request, _)) => {
                        received.advance(length);
                        let answer = pin!(S::answer(&mut *self, &mut request, &mut reply));
                        received.settle_until(answer).await
                    }
                    Err(error) => {
                        received.advance(length);
                        reply.refuse(Refusal::frame(error.to_string())).await
                    }
                }
            };
            if answered.is_err() {
                self.is_over = true;
            }
            if !is_ping {
                reply.pause_if_late().await;
            }
        }
        (self, received)
    }

    fn trace(&self, header: Header, body: &[u8]) {
        let padded = self.options.padded;
        let frame = RawFrame {
            header,
            body: Bytes::copy_from_slice(body),
            padded,
        };
        self.peer.trace().received(&frame, padded);
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
        reply.set_quirks(peer.quirks());
        match service.connect(peer, client).await {
            Ok(ConnectReply::Okay(result)) => {
                self.admission.connected.get_or_init(Instant::now);
                reply.answer(Ok(okay(result))).await
            }
            Ok(ConnectReply::Redirect(url)) => reply.redirect(url).await,
            Err(refusal) => reply.refuse(refusal).await,
        }
    }

    /// Answers `Ping`.
    pub(super) async fn ping(&mut self, reply: &mut Reply<'_>) -> Result<(), SendError> {
        let answer = self.shared.service.ping(self.peer).await;
        reply.answer_with(&mut answer.map(okay)).await
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
        let address = self.peer.address().ip();
        let throttle = &self.shared.throttle;
        let refusal = match throttle.login(address, &username).await {
            Ok(attempt) => match self.shared.service.login(self.peer, login).await {
                Ok(LoginReply::Okay { player, result }) => {
                    attempt.right();
                    tracing::info!(username = %username.printable(), "logged in");
                    self.peer.place().logged_in();
                    let caller = Caller::new(self.peer.clone(), player);
                    self.admission.caller.get_or_init(|| caller);
                    return reply.answer(Ok(okay(result))).await;
                }
                Ok(LoginReply::Redirect(url)) => return reply.redirect(url).await,
                Err(refusal) => {
                    // Who is too busy has not looked at the password.
                    if refusal.code != FailCode::UNAVAILABLE_TEMPORARILY {
                        attempt.wrong();
                    }
                    refusal
                }
            },
            Err(refusal) => refusal,
        };
        self.peer.place().metrics().login_refused();
        // The form of this line is documented: programs that read logs look for it. Without blanks,
        // no name can look like what stands in front of it.
        let shown = username.printable().to_string().replace(' ', r"\u{20}");
        let (address, code) = (address.to_canonical(), refusal.code.0);
        tracing::warn!(target: "tp_net::login", %address, username = %shown, code, "login refused");
        self.wrong_logins = self.wrong_logins.saturating_add(1);
        if self.wrong_logins >= self.shared.limits.login_attempts {
            tracing::warn!("too many wrong logins");
            self.is_over = true;
        }
        reply.refuse(refusal).await
    }
}

/// What comes next.
enum Next<'a> {
    /// Nothing that is whole yet.
    Nothing,
    Frame(Header, &'a [u8]),
    /// What cannot be answered, so that the connection ends with this.
    Nonsense(Box<CloseMessage>),
}

async fn say_goodbye(message: CloseMessage, reply: &mut Reply<'_>) -> Result<(), SendError> {
    match message {
        CloseMessage::Text(text) => reply.plain(&text),
        CloseMessage::Fail {
            version,
            sequence,
            refusal,
        } => {
            reply.set_version(version);
            reply.to(sequence);
            reply.refuse(refusal).await
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
