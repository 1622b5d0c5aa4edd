//! What administrators' clients talk to.

use std::collections::HashSet;
use std::future::ready;
use std::mem::take;
use std::time::{SystemTime, UNIX_EPOCH};

use tp_frames::admin::{
    self, CommandDesc, CommandDescIDs, Frame, GetCommandDescIDs, IDSequenceModtime,
};
use tp_frames::game::GetIDSequence;
use tp_frames::{Packet, PacketInfo, TpString};

use super::AdminHandler;
use super::command::values;
use crate::model::{IDSequence, IdModtime, Ids, Refusal};
use crate::server::handler::no_request;
use crate::server::id_lists::SharedIdLists;
use crate::server::reply::{Reply, Spoken};
use crate::server::session::{Service, Session};
use crate::server::{
    Answer, Caller, ConnectReply, Login, LoginReply, Peer, Quirks, SendError, ServerError,
};

/// A handler, and what it said of its commands.
pub(in crate::server) struct Administration<A> {
    handler: A,
    /// By their ids.
    commands: Vec<CommandDesc>,
}

impl<A: AdminHandler> Administration<A> {
    /// Asks which commands there are.
    pub(in crate::server) fn new(handler: A) -> Result<Self, ServerError> {
        let commands = handler.commands();
        let mut names = HashSet::new();
        if let Some(twice) = commands.iter().find(|it| !names.insert(it.name())) {
            let name = twice.name().to_owned();
            return Err(ServerError::DuplicateCommand { name });
        }
        // They can only differ from those that clients remember if the server has started since.
        let started = SystemTime::now().duration_since(UNIX_EPOCH);
        let started = started.map_or(0, |since| since.as_secs());
        let commands = (0..).zip(&commands);
        let commands = commands.map(|(id, it)| it.desc(id, started)).collect();
        Ok(Self { handler, commands })
    }

    fn command(&self, id: u32) -> Result<&CommandDesc, Refusal> {
        let command = self.commands.get(id as usize);
        command.ok_or_else(|| Refusal::no_such_thing(format!("there is no command {id}")))
    }

    fn ids(&self) -> Ids {
        let commands = self.commands.iter();
        let ids = commands.map(|it| IdModtime {
            id: it.id,
            modtime: it.modtime.unwrap_or_default(),
        });
        ids.collect()
    }

    async fn run(
        &self,
        admin: &A::Admin,
        command: &admin::Command,
    ) -> Result<admin::CommandResult, Refusal> {
        let desc = self.command(command.ctype)?;
        let values = values(command, desc)?;
        // Without the values, which may be passwords.
        tracing::info!(command = %desc.name.printable(), "a command is run");
        let name = desc.name.as_str().unwrap_or_default();
        self.handler.run(admin, name, &values).await
    }
}

impl<A: AdminHandler> Service for Administration<A> {
    type Frame = Frame;
    type Player = A::Admin;
    const PACKETS: &'static [&'static PacketInfo] = admin::PACKETS;

    #[cfg(feature = "http")]
    const ABOUT: &'static str = "\
This is where a Thousand Parsec server is administrated. Administration needs a client program, an
account for it, and one of these addresses.";
    // They follow the log.
    const LISTENS: bool = true;

    fn quirks(&self, peer: &Peer, client: &TpString) -> Quirks {
        Quirks::of(client, peer.version())
    }

    async fn connect(&self, peer: &Peer, client: TpString) -> Result<ConnectReply, Refusal> {
        let text = self.handler.connect(peer, client).await?;
        Ok(ConnectReply::Okay(text))
    }

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<A::Admin>, Refusal> {
        let admin = self.handler.login(peer, login).await?;
        Ok(LoginReply::okay(admin, "You are logged in."))
    }

    fn ping(&self, _: &Peer) -> impl Answer<TpString> {
        ready(Ok("PONG!".into()))
    }

    async fn answer(
        session: &mut Session<'_, Self>,
        request: &mut Frame,
        reply: &mut Reply<'_>,
    ) -> Result<(), SendError> {
        let (service, admission) = (&session.shared.service, session.admission);
        let admin = admission.caller().map(Caller::player);
        match (request, admin) {
            (Frame::Connect(it), _) => session.connect(take(&mut it.string), reply).await,
            (Frame::Login(it), None) if session.is_connected() => {
                let login = Login {
                    username: take(&mut it.username),
                    password: take(&mut it.password),
                };
                session.login(login, reply).await?;
                // From the Okay on.
                reply.flush().await?;
                if let (Some(_), Some(log)) = (admission.caller(), service.handler.log()) {
                    log.follow(session.peer);
                }
                Ok(())
            }
            (_, None) => {
                // As tpserver-cpp has it, whatever it is.
                let text = "connect and log in before anything else";
                reply.refuse(Refusal::frame(text)).await
            }
            (Frame::Ping(_), Some(_)) => session.ping(reply).await,
            (Frame::GetCommandDescIDs(it), Some(_)) => {
                let list = |_| ready(Ok(service.ids()));
                let (shared, kind) = (SharedIdLists::default(), GetCommandDescIDs::TYPE);
                let slice = session.lists.slice(&shared, kind, query(take(it)), list);
                reply.answer(slice.await.map(command_ids)).await
            }
            (Frame::GetCommandDesc(it), Some(_)) => {
                let get = |id| ready(service.command(id).cloned());
                reply.group(it.ids.iter().copied(), get).await
            }
            (Frame::Command(it), Some(admin)) => {
                let result = service.run(admin, it).await;
                reply.answer(result.map(Spoken)).await
            }
            (other, Some(_)) => reply.refuse(no_request(other)).await,
        }
    }

    async fn disconnected(&self, peer: &Peer, admin: Option<&A::Admin>) {
        if let Some(log) = self.handler.log() {
            log.forget_ended();
        }
        self.handler.disconnected(peer, admin).await;
    }
}

/// Requests for slices say here what those of the game do.
fn query(of: GetCommandDescIDs) -> GetIDSequence {
    GetIDSequence {
        key: of.key,
        start: of.start,
        amount: of.amount,
        from: of.from,
    }
}

/// And so do the slices.
fn command_ids(slice: IDSequence) -> CommandDescIDs {
    let modtimes = slice.modtimes.into_iter();
    let modtimes = modtimes.map(|it| IDSequenceModtime {
        id: it.id,
        modtime: it.modtime,
    });
    CommandDescIDs {
        key: slice.key,
        remaining: slice.remaining,
        modtimes: modtimes.collect(),
        from: slice.from.unwrap_or_default(),
    }
}
