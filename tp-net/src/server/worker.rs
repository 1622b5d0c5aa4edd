//! Answers one connection's requests, one after the other.

use std::sync::{Arc, OnceLock};

use bytes::BytesMut;
use tokio::sync::{mpsc, watch};
use tp_frames::game::{self, Frame, SetFiltersFilter};
use tp_frames::{AnyFrame, DecodeOptions, RawFrame, TpString};

use super::declared_types::DeclaredTypes;
use super::dispatch::{Dispatch, okay};
use super::greeting::{self, CloseMessage};
use super::handler;
use super::id_lists::IdLists;
use super::orders::Asked;
use super::reader::Received;
use super::reply::Reply;
use super::{
    Caller, ConnectReply, CreateAccount, Handler, Limits, Login, LoginReply, Peer, SendError,
};
use crate::model::{Features, Refusal, downgrade};

/// How far a client has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It may connect.
    New,
    /// `Connect` was answered with Okay.
    Connected,
    /// So was `Login`.
    LoggedIn,
}

pub(super) struct Worker<H: Handler> {
    pub(super) handler: Arc<H>,
    types: Arc<DeclaredTypes>,
    pub(super) peer: Peer,
    /// Set by the first login; there is no second.
    pub(super) caller: Arc<OnceLock<Caller<H::Player>>>,
    pub(super) options: DecodeOptions,
    pub(super) limits: Limits,
    /// Told to whoever limits the time that it takes.
    stage: watch::Sender<Stage>,
    wrong_logins: u32,
    /// The connection ends when everything is sent.
    is_over: bool,
    lists: IdLists,
    gathered: BytesMut,
}

impl<H: Handler> Worker<H> {
    pub(super) fn new(
        handler: Arc<H>,
        types: Arc<DeclaredTypes>,
        peer: Peer,
        caller: Arc<OnceLock<Caller<H::Player>>>,
        stage: watch::Sender<Stage>,
        options: DecodeOptions,
        limits: Limits,
    ) -> Self {
        Self {
            handler,
            types,
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
        match Frame::decode_body(version, r#type, &frame.body, &self.options) {
            Ok((request, _)) => self.answer(request, &mut reply).await?,
            Err(error) => reply.refuse(Refusal::frame(error.to_string())).await?,
        }
        reply.flush().await?;
        self.gathered = gathered;
        Ok(())
    }

    async fn answer(&mut self, request: Frame, reply: &mut Reply<'_>) -> Result<(), SendError> {
        let (handler, peer) = (&*self.handler, &self.peer);
        match request {
            other if self.caller.get().is_none() && !is_request(&other) => {
                reply.refuse(handler::no_request(&other)).await
            }
            Frame::GetFeatures(_) => {
                let features = handler.features(peer).await;
                let version = reply.version();
                let features =
                    features.map(|given| downgrade::features(with_own(given, peer), version));
                reply.answer(features).await
            }
            Frame::Connect(it) => self.connect(it.string, reply).await,
            _ if !self.is_connected() => {
                let text = "the first request is Connect";
                reply.refuse(Refusal::protocol(text)).await
            }
            Frame::Login(it) => {
                let login = Login {
                    username: it.username,
                    password: it.password,
                };
                self.login(login, reply).await
            }
            Frame::CreateAccount(it) => {
                let account = CreateAccount {
                    username: it.username,
                    password: it.password,
                    email: it.email,
                    comment: it.comment,
                };
                tracing::info!(username = %account.username.printable(), "account asked for");
                let created = handler.create_account(peer, account).await;
                reply.answer(created.map(okay)).await
            }
            Frame::Ping(_) => reply.answer(handler.ping(peer).await.map(okay)).await,
            Frame::SetFilters(it) => self.set_filters(&it.filters, reply).await,
            Frame::GetGames(_) => match handler.games(peer).await {
                Ok(games) => reply.group(games, |it| std::future::ready(Ok(it))).await,
                Err(refusal) => reply.refuse(refusal).await,
            },
            Frame::GetTimeRemaining(_) => {
                let remaining = handler.time_remaining(peer).await;
                let remaining = remaining.map(downgrade::time_remaining);
                reply.answer(remaining).await
            }
            request => match self.caller.get() {
                Some(caller) => {
                    let version = reply.version();
                    let asked = Asked {
                        handler,
                        types: &self.types,
                        caller,
                        version,
                    };
                    let lists = &mut self.lists;
                    let mut dispatch = Dispatch {
                        asked,
                        lists,
                        reply,
                    };
                    dispatch.answer(request).await
                }
                None => {
                    let text = "log in before you play";
                    reply.refuse(Refusal::unavailable_temporarily(text)).await
                }
            },
        }
    }

    /// Padding is the one filter there is. It stays on.
    async fn set_filters(
        &mut self,
        filters: &[SetFiltersFilter],
        reply: &mut Reply<'_>,
    ) -> Result<(), SendError> {
        let padding = SetFiltersFilter::FILTER_PADDING;
        if let Some(other) = filters.iter().find(|filter| **filter != padding) {
            let text = format!("there is no filter {other} here, only {padding}");
            return reply.refuse(Refusal::unavailable_permanently(text)).await;
        }
        reply
            .answer(Ok(okay("These filters are set.".into())))
            .await?;
        if filters.contains(&padding) {
            tracing::debug!("padded from here on");
            reply.flush_and_pad().await?;
            self.options = self.options.padded(true);
        }
        Ok(())
    }

    fn is_connected(&self) -> bool {
        *self.stage.borrow() >= Stage::Connected
    }

    async fn connect(&mut self, client: TpString, reply: &mut Reply<'_>) -> Result<(), SendError> {
        if self.is_connected() {
            return reply.refuse(Refusal::protocol("already connected")).await;
        }
        tracing::info!(client = %client.printable(), version = %reply.version(), "connected");
        let (handler, peer) = (&*self.handler, &self.peer);
        peer.set_quirks(|| handler.quirks(peer, &client));
        match handler.connect(peer, client).await {
            Ok(ConnectReply::Okay(result)) => {
                self.stage.send_replace(Stage::Connected);
                reply.answer(Ok(okay(result))).await
            }
            Ok(ConnectReply::Redirect(url)) => reply.redirect(url).await,
            Err(refusal) => reply.refuse(refusal).await,
        }
    }

    async fn login(&mut self, login: Login, reply: &mut Reply<'_>) -> Result<(), SendError> {
        if self.caller.get().is_some() {
            return reply.refuse(Refusal::protocol("already logged in")).await;
        }
        let username = login.username.clone();
        match self.handler.login(&self.peer, login).await {
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

/// Returns `true` if the frame is one that servers answer, in the version that it was read in.
fn is_request(frame: &Frame) -> bool {
    let named = game::PACKETS.iter().find(|it| it.name == frame.name());
    named.is_some_and(|packet| packet.reply.is_some())
}

/// What the handler offers, and what the connection does.
fn with_own(mut features: Features, peer: &Peer) -> Features {
    for own in peer.features() {
        if !features.contains(own) {
            features.features.push(own);
        }
    }
    features
}

/// Says that nothing more is answered, even when the handler panics.
struct Finish(Peer);

impl Drop for Finish {
    fn drop(&mut self) {
        self.0.outbox().finish();
    }
}
