//! What a game's clients talk to, until it is for the player.

use std::mem::take;
use std::sync::Arc;

use tp_frames::game::{self, Frame, SetFiltersFilter};
use tp_frames::{AnyFrame, PacketInfo, TpString};

use super::declared_types::DeclaredTypes;
use super::dispatch::Dispatch;
use super::handler::{self, Handler};
use super::id_lists::SharedIdLists;
use super::orders::Asked;
use super::reply::{Reply, okay};
use super::session::{Service, Session};
use super::{
    Answer, ConnectReply, CreateAccount, Login, LoginReply, Peer, Quirks, SendError, ServerError,
};
use crate::model::{Features, Refusal, downgrade};

/// A handler, and what it declared of its types.
pub(super) struct GameService<H> {
    handler: Arc<H>,
    types: DeclaredTypes,
    id_lists: SharedIdLists,
}

impl<H: Handler> GameService<H> {
    /// Asks which types there are.
    pub(super) fn new(handler: Arc<H>) -> Result<Self, ServerError> {
        let types = DeclaredTypes::new(handler.object_types(), handler.order_types())?;
        Ok(Self {
            handler,
            types,
            id_lists: SharedIdLists::default(),
        })
    }
}

impl<H: Handler> Service for GameService<H> {
    type Frame = Frame;
    type Player = H::Player;
    const PACKETS: &'static [&'static PacketInfo] = game::PACKETS;

    #[cfg(feature = "http")]
    const ABOUT: &'static str = "\
This is a Thousand Parsec server. Thousand Parsec is a family of turn-based games of building
empires in space. They are played with a client program: start one, and give it one of these
addresses.";
    const LISTENS: bool = false;

    fn quirks(&self, peer: &Peer, client: &TpString) -> Quirks {
        self.handler.quirks(peer, client)
    }

    fn connect(&self, peer: &Peer, client: TpString) -> impl Answer<ConnectReply> {
        self.handler.connect(peer, client)
    }

    fn login(&self, peer: &Peer, login: Login) -> impl Answer<LoginReply<H::Player>> {
        self.handler.login(peer, login)
    }

    fn ping(&self, peer: &Peer) -> impl Answer<TpString> {
        self.handler.ping(peer)
    }

    async fn answer(
        session: &mut Session<'_, Self>,
        request: &mut Frame,
        reply: &mut Reply<'_>,
    ) -> Result<(), SendError> {
        let (service, peer) = (&session.shared.service, session.peer);
        let handler = &*service.handler;
        match request {
            other if session.admission.caller().is_none() && !is_request(other) => {
                reply.refuse(handler::no_request(other)).await
            }
            Frame::GetFeatures(_) => {
                let features = handler.features(peer).await;
                let version = reply.version();
                let features =
                    features.map(|given| downgrade::features(with_own(given, peer), version));
                reply.answer(features).await
            }
            Frame::Connect(it) => session.connect(take(&mut it.string), reply).await,
            _ if !session.is_connected() => {
                let text = "the first request is Connect";
                reply.refuse(Refusal::protocol(text)).await
            }
            Frame::Login(it) => {
                let login = Login {
                    username: take(&mut it.username),
                    password: take(&mut it.password),
                };
                session.login(login, reply).await
            }
            Frame::CreateAccount(it) => {
                let account = CreateAccount {
                    username: take(&mut it.username),
                    password: take(&mut it.password),
                    email: take(&mut it.email),
                    comment: take(&mut it.comment),
                };
                tracing::info!(username = %account.username.printable(), "account asked for");
                let (throttle, address) = (&session.shared.throttle, peer.address().ip());
                let username = account.username.clone();
                let created = match throttle.create_account(address).await {
                    Ok(()) => handler.create_account(peer, account).await,
                    Err(refusal) => Err(refusal),
                };
                if created.is_ok() {
                    throttle.created(address, &username);
                }
                reply.answer(created.map(okay)).await
            }
            Frame::Ping(_) => session.ping(reply).await,
            Frame::SetFilters(it) => set_filters(session, &it.filters, reply).await,
            Frame::GetGames(_) => match handler.games(peer).await {
                Ok(games) => reply.group(games, |it| std::future::ready(Ok(it))).await,
                Err(refusal) => reply.refuse(refusal).await,
            },
            Frame::GetTimeRemaining(_) => {
                let remaining = handler.time_remaining(peer).await;
                let remaining = remaining.map(downgrade::time_remaining);
                reply.answer(remaining).await
            }
            _ => match session.admission.caller() {
                Some(caller) => {
                    let version = reply.version();
                    let asked = Asked {
                        handler,
                        types: &service.types,
                        caller,
                        version,
                    };
                    let lists = &mut session.lists;
                    let mut dispatch = Dispatch {
                        asked,
                        lists,
                        shared_lists: &service.id_lists,
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

    fn disconnected(
        &self,
        peer: &Peer,
        player: Option<&H::Player>,
    ) -> impl Future<Output = ()> + Send {
        self.handler.disconnected(peer, player)
    }
}

/// Padding is the one filter there is. It stays on.
async fn set_filters<S: Service>(
    session: &mut Session<'_, S>,
    filters: &[SetFiltersFilter],
    reply: &mut Reply<'_>,
) -> Result<(), SendError> {
    let padding = SetFiltersFilter::FILTER_PADDING;
    if let Some(other) = filters.iter().find(|filter| **filter != padding) {
        let text = format!("there is no filter {other} here, only {padding}");
        return reply.refuse(Refusal::unavailable_permanently(text)).await;
    }
    let set = okay("These filters are set.".into());
    if !filters.contains(&padding) {
        return reply.answer(Ok(set)).await;
    }
    tracing::debug!("padded from here on");
    session.options = session.options.padded(true);
    reply.answer_and_pad(set).await
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
