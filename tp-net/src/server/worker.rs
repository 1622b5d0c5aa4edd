//! Answers one connection's requests, one after the other.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use bytes::BytesMut;
use tokio::sync::{mpsc, watch};
use tp_frames::{AnyFrame, DecodeOptions, RawFrame, TpString};

use super::greeting::{self, CloseMessage};
use super::id_lists::IdLists;
use super::login::Stage;
use super::reader::Received;
use super::reply::{Reply, okay};
use super::{Answer, Caller, ConnectReply, Limits, Login, LoginReply, Peer, Quirks, SendError};
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

    /// Answers any request; `Connect` and `Login` by the worker's methods.
    fn answer(
        worker: &mut Worker<Self>,
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

pub(super) struct Worker<S: Service> {
    pub(super) service: Arc<S>,
    pub(super) peer: Peer,
    /// Set by the first login; there is no second.
    pub(super) caller: Arc<OnceLock<Caller<S::Player>>>,
    pub(super) options: DecodeOptions,
    pub(super) limits: Limits,
    /// Told to whoever limits the time that it takes.
    stage: watch::Sender<Stage>,
    wrong_logins: u32,
    /// The connection ends when everything is sent.
    is_over: bool,
    pub(super) lists: IdLists,
    gathered: BytesMut,
}

impl<S: Service> Worker<S> {
    pub(super) fn new(
        service: Arc<S>,
        peer: Peer,
        caller: Arc<OnceLock<Caller<S::Player>>>,
        stage: watch::Sender<Stage>,
        options: DecodeOptions,
        limits: Limits,
    ) -> Self {
        Self {
            service,
            peer,
            caller,
            options,
            limits,
            stage,
            wrong_logins: 0,
            is_over: false,
            lists: IdLists::default(),
            gathered: BytesMut::new(),
        }
    }

    /// Answers what is received until nothing comes any more, or the connection cannot go on.
    pub(super) async fn work(mut self, mut received: mpsc::Receiver<Received>) {
        let _finish = Finish(self.peer.clone());
        while !self.is_over
            && let Some(received) = received.recv().await
        {
            let answered = match received {
                Received::Frame(frame, _room) => self.answer_frame(&frame).await,
                Received::CloseMessage(message) => self.say_goodbye(message).await,
            };
            if answered.is_err() {
                break;
            }
        }
    }

    async fn say_goodbye(&mut self, message: CloseMessage) -> Result<(), SendError> {
        self.is_over = true;
        match message {
            CloseMessage::Text(text) => self.peer.outbox().send(text.as_bytes()).await,
            CloseMessage::Fail {
                version,
                sequence,
                refusal,
            } => {
                let mut reply = Reply::new(&self.peer, version, sequence, &mut self.gathered);
                reply.refuse(refusal).await?;
                reply.flush().await
            }
        }
    }

    async fn answer_frame(&mut self, frame: &RawFrame) -> Result<(), SendError> {
        // The reader has seen to it that it is a known one.
        let version = greeting::normal(frame.header.version).unwrap_or(frame.header.version);
        self.peer.set_version(version);
        self.peer.trace().received(frame, self.options.padded);
        let mut gathered = std::mem::take(&mut self.gathered);
        let peer = self.peer.clone();
        let mut reply = Reply::new(&peer, version, frame.header.sequence, &mut gathered);
        let r#type = frame.header.r#type;
        match S::Frame::decode_body(version, r#type, &frame.body, &self.options) {
            Ok((request, _)) => S::answer(self, request, &mut reply).await?,
            Err(error) => reply.refuse(Refusal::frame(error.to_string())).await?,
        }
        reply.flush().await?;
        self.gathered = gathered;
        Ok(())
    }

    pub(super) fn is_connected(&self) -> bool {
        *self.stage.borrow() >= Stage::Connected
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
        let (service, peer) = (&*self.service, &self.peer);
        peer.set_quirks(|| service.quirks(peer, &client));
        match service.connect(peer, client).await {
            Ok(ConnectReply::Okay(result)) => {
                self.stage.send_replace(Stage::Connected);
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
        if self.caller.get().is_some() {
            return reply.refuse(Refusal::protocol("already logged in")).await;
        }
        let username = login.username.clone();
        match self.service.login(&self.peer, login).await {
            Ok(LoginReply::Okay { player, result }) => {
                tracing::info!(username = %username.printable(), "logged in");
                self.caller
                    .get_or_init(|| Caller::new(self.peer.clone(), player));
                self.stage.send_replace(Stage::LoggedIn);
                reply.answer(Ok(okay(result))).await
            }
            Ok(LoginReply::Redirect(url)) => reply.redirect(url).await,
            Err(refusal) => {
                tracing::info!(username = %username.printable(), code = refusal.code.0, "login refused");
                self.wrong_logins = self.wrong_logins.saturating_add(1);
                if self.wrong_logins >= self.limits.login_attempts {
                    tracing::warn!(username = %username.printable(), "too many wrong logins");
                    self.is_over = true;
                }
                reply.refuse(refusal).await
            }
        }
    }
}

/// Says that nothing more is answered, even when the handler panics.
struct Finish(Peer);

impl Drop for Finish {
    fn drop(&mut self) {
        self.0.outbox().finish();
    }
}
