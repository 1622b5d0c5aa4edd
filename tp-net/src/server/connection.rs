//! One connection, from its first byte to its last.

use std::future::pending;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::time::{timeout, timeout_at};
use tp_frames::{DecodeLimits, DecodeOptions};
use tracing::Instrument;

use super::limits::after;
use super::login::Stage;
use super::outbox::Outbox;
use super::peer::Client;
use super::reader::{End, Reader, total_room};
use super::stop::Stopping;
use super::worker::{Service, Worker};
use super::{Caller, Limits, Peer, Timeouts};
use crate::proto::Versions;

/// What all connections of a server share.
pub(super) struct Shared<S> {
    pub(super) service: Arc<S>,
    pub(super) versions: Versions,
    pub(super) limits: Limits,
    pub(super) timeouts: Timeouts,
    pub(super) stopping: Stopping,
    pub(super) last_id: AtomicU64,
}

impl<S> Shared<S> {
    /// The number of one more connection.
    pub(super) fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}

/// Serves a client that speaks frames and has sent some bytes already, until its connection ends.
pub(super) async fn serve<S: Service>(
    shared: &Shared<S>,
    socket: impl AsyncRead + AsyncWrite + Send + 'static,
    received: BytesMut,
    client: Client,
) {
    let (mut from_client, to_client) = tokio::io::split(socket);
    let outbox = Arc::new(Outbox::new(shared.limits.bytes_sent));
    let peer = Peer::new(client, Arc::clone(&outbox));
    let caller: Arc<OnceLock<Caller<S::Player>>> = Arc::default();
    let (to_worker, requests) = mpsc::channel(shared.limits.requests.max(1));
    let limits = DecodeLimits::default().frame(shared.limits.frame);
    let options = DecodeOptions::new().limits(limits);

    let (service, whom) = (Arc::clone(&shared.service), Arc::clone(&caller));
    let (stage, reached) = watch::channel(Stage::New);
    let worker = Worker::new(service, peer.clone(), whom, stage, options, shared.limits);
    // A task of its own: a handler that panics takes down nothing else.
    let working = tokio::spawn(worker.work(requests).in_current_span());
    let ending = Ending {
        outbox: &outbox,
        working: working.abort_handle(),
    };

    let reading = async {
        let reader = Reader {
            versions: shared.versions,
            limits: &shared.limits,
            timeouts: &shared.timeouts,
            options: &options,
            outbox: &outbox,
            worker: to_worker,
            room: Arc::new(Semaphore::new(total_room(&shared.limits))),
            version: None,
            listening: S::LISTENS.then(|| reached.clone()),
        };
        let stopping = shared.stopping.clone();
        let read = reader.read_from(&mut from_client, received, stopping);
        let end = tokio::select! {
            end = read => end,
            // Beside the reader, which may wait for room.
            () = late(reached, client, &shared.timeouts) => End::Late,
            // The handler or the worker wants no more.
            () = outbox.ended() => End::Unwanted,
        };
        tracing::debug!(?end, "reading ended");
        // Who is late could take a byte of what is to be written now and then.
        if matches!(end, End::Broken | End::Late) {
            outbox.close();
        }
        // The sender to the worker is gone: it finishes what it has.
        let mut stopping = shared.stopping.clone();
        tokio::select! {
            worked = working => if let Err(error) = worked
                && error.is_panic() {
                    tracing::error!("the handler panicked");
                },
            // Whoever dropped the server wants it to end now.
            () = stopping.now() => outbox.close(),
        }
        outbox.finish();
        end
    };
    let writing = async {
        if let Err(error) = outbox.write_to(to_client, shared.timeouts.write).await {
            tracing::debug!(%error, "writing ended");
        }
        outbox.close();
    };
    let (end, ()) = tokio::join!(reading, writing);
    if end != End::Closed && end != End::Broken {
        linger(&mut from_client).await;
    }
    drop(ending);
    shared
        .service
        .disconnected(&peer, caller.get().map(Caller::player))
        .await;
    tracing::debug!("ended");
}

/// Waits for the end of the time that a client has to connect, or then to log in.
async fn late(mut reached: watch::Receiver<Stage>, client: Client, timeouts: &Timeouts) {
    let connected = reached.wait_for(|stage| *stage >= Stage::Connected);
    if timeout_at(client.deadline, connected).await.is_err() {
        return;
    }
    let logged_in = reached.wait_for(|stage| *stage >= Stage::LoggedIn);
    if timeout_at(after(timeouts.login), logged_in).await.is_err() {
        return;
    }
    pending().await
}

/// Takes what the client still sends, for a moment: bytes left unread would make the system reset
/// the connection, and the client might lose what it was sent last.
pub(super) async fn linger(from_client: &mut (impl AsyncRead + Unpin)) {
    let mut nothing = [0; 4096];
    let rest = async {
        for _ in 0..64 {
            if !matches!(from_client.read(&mut nothing).await, Ok(1..)) {
                break;
            }
        }
    };
    // A client that neither sends nor closes has lost its right to be waited for.
    let _ = timeout(Duration::from_millis(500), rest).await;
}

/// Ends everything that belongs to a connection, however that ends.
struct Ending<'a> {
    outbox: &'a Outbox,
    working: tokio::task::AbortHandle,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.working.abort();
        self.outbox.close();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::{Instant, sleep};
    use tp_frames::admin::CommandResult;
    use tp_frames::game::{
        Connect, CreateAccount, GetFeatures, GetGames, GetObjectIDs, GetTimeRemaining, Login, Okay,
        Ping, SetFilters, TP04,
    };
    use tp_frames::{Packet, TpString};

    use super::*;
    use crate::model::Refusal;
    use crate::server::admin::{AdminHandler, Administration, Command, Value};
    use crate::server::game::GameService;
    use crate::server::transports::Transports;
    use crate::server::{ConnectReply, Handler, LoginReply, stop};

    const SECOND: Duration = Duration::from_secs(1);

    /// Lets in whoever calls itself `ada`, and everybody connect but `eve` and `bob`.
    struct Door;

    impl Handler for Door {
        type Player = ();

        async fn connect(&self, _: &Peer, client: TpString) -> Result<ConnectReply, Refusal> {
            match client.as_bytes() {
                b"eve" => Err(Refusal::permission_denied("no")),
                b"bob" => Ok(ConnectReply::redirect("tp://elsewhere.example")),
                _ => Ok(ConnectReply::okay("hello")),
            }
        }

        async fn login(
            &self,
            _: &Peer,
            login: crate::server::Login,
        ) -> Result<LoginReply<()>, Refusal> {
            match login.username.as_bytes() {
                b"ada" => Ok(LoginReply::okay((), "welcome")),
                b"bob" => Ok(LoginReply::Redirect("tp://elsewhere.example".into())),
                _ => Err(Refusal::permission_denied("no")),
            }
        }
    }

    fn frame(packet: &impl Packet) -> Vec<u8> {
        let mut bytes = BytesMut::new();
        packet.encode_frame(TP04, 1, &mut bytes).unwrap();
        bytes.to_vec()
    }

    fn connect(name: &str) -> Vec<u8> {
        frame(&Connect {
            string: name.into(),
        })
    }

    fn login(name: &str) -> Vec<u8> {
        frame(&Login {
            username: name.into(),
            ..Login::default()
        })
    }

    /// What may be said before the login, or is refused then.
    fn cheap() -> Vec<Vec<u8>> {
        let mut unknown = frame(&Ping {});
        unknown[9] = 99;
        vec![
            frame(&GetFeatures {}),
            frame(&Ping {}),
            frame(&GetTimeRemaining {}),
            frame(&GetGames {}),
            frame(&SetFilters::default()),
            frame(&GetObjectIDs::default()),
            frame(&CreateAccount::default()),
            frame(&Okay::default()),
            unknown,
            connect("eve"),
            connect("bob"),
            login("eve"),
            login("bob"),
        ]
    }

    /// The other end of a connection that has just begun, whose pipe holds `pipe` bytes.
    fn begin(timeouts: Timeouts, pipe: usize) -> DuplexStream {
        let service = GameService::new(Arc::new(Door)).unwrap();
        begin_with(service, timeouts, pipe)
    }

    fn begin_with(service: impl Service, timeouts: Timeouts, pipe: usize) -> DuplexStream {
        let (client, socket) = duplex(pipe);
        let (stop, stopping) = stop::channel();
        let limits = Limits {
            login_attempts: u32::MAX,
            ..Limits::default()
        };
        let shared = Shared {
            service: Arc::new(service),
            versions: Versions::all(),
            limits,
            timeouts,
            stopping,
            last_id: AtomicU64::new(0),
        };
        let peer = Client {
            id: 1,
            address: (Ipv4Addr::LOCALHOST, 1).into(),
            transports: Transports::default(),
            encrypted: false,
            deadline: after(timeouts.handshake),
        };
        tokio::spawn(async move {
            serve(&shared, socket, BytesMut::new(), peer).await;
            drop(stop);
        });
        client
    }

    /// How long the server bears a client that says this first, then `again` every second, and
    /// reads everything; no longer than `limit`.
    async fn borne(timeouts: Timeouts, first: &[u8], again: &[u8], limit: Duration) -> Duration {
        borne_by(begin(timeouts, 1 << 16), first, again, limit).await
    }

    async fn borne_by(
        server: DuplexStream,
        first: &[u8],
        again: &[u8],
        limit: Duration,
    ) -> Duration {
        let began = Instant::now();
        let (mut answers, mut client) = tokio::io::split(server);
        client.write_all(first).await.unwrap();
        let reading = tokio::spawn(async move {
            let mut answer = [0; 4096];
            while answers.read(&mut answer).await.is_ok_and(|count| count > 0) {}
            began.elapsed()
        });
        while !reading.is_finished() && began.elapsed() < limit {
            sleep(SECOND).await;
            let _ = client.write_all(again).await;
        }
        match reading.is_finished() {
            true => reading.await.unwrap(),
            false => began.elapsed(),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_but_connect_gives_more_time_to_connect() {
        let timeouts = Timeouts::default();
        for cheap in cheap() {
            let borne = borne(timeouts, b"", &cheap, timeouts.login).await;
            assert_eq!(borne.as_secs(), 30, "{}", cheap.escape_ascii());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_but_login_gives_more_time_to_log_in() {
        let timeouts = Timeouts::default();
        for cheap in cheap() {
            let borne = borne(timeouts, &connect("ada"), &cheap, timeouts.idle).await;
            assert_eq!(borne.as_secs(), 600, "{}", cheap.escape_ascii());
        }
        let player = [connect("ada"), login("ada")].concat();
        let limit = timeouts.idle * 2;
        assert!(borne(timeouts, &player, &frame(&Ping {}), limit).await >= limit);
    }

    #[tokio::test(start_paused = true)]
    async fn who_need_not_log_in_may_stay_while_it_asks() {
        let timeouts = Timeouts {
            login: Duration::MAX,
            ..Timeouts::default()
        };
        let limit = timeouts.idle * 2;
        let games = frame(&GetGames {});
        assert!(borne(timeouts, &connect("ada"), &games, limit).await >= limit);
        let idle = borne(timeouts, &connect("ada"), b"", limit).await;
        assert_eq!(idle.as_secs(), timeouts.idle.as_secs());
    }

    /// An administration without commands that lets everybody in.
    struct Lounge;

    impl AdminHandler for Lounge {
        type Admin = ();

        async fn login(&self, _: &Peer, _: crate::server::Login) -> Result<(), Refusal> {
            Ok(())
        }

        fn commands(&self) -> Vec<Command> {
            Vec::new()
        }

        async fn run(&self, (): &(), _: &str, _: &[Value]) -> Result<CommandResult, Refusal> {
            Err(Refusal::default())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn administrators_may_listen_for_ever_once_they_are_logged_in() {
        let timeouts = Timeouts::default();
        let limit = timeouts.idle * 2;
        let admin = [connect("ada"), login("ada")].concat();
        for (first, wanted) in [
            (vec![], timeouts.handshake),
            (connect("ada"), timeouts.login),
            (admin, limit),
        ] {
            let service = Administration::new(Lounge).unwrap();
            let server = begin_with(service, timeouts, 1 << 16);
            let borne = borne_by(server, &first, b"", limit).await;
            assert_eq!(borne.as_secs(), wanted.as_secs());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_takes_answers_byte_by_byte_has_no_more_time_either() {
        let timeouts = Timeouts::default();
        for (first, allowed) in [
            (vec![], timeouts.handshake),
            (connect("ada"), timeouts.login),
        ] {
            let began = Instant::now();
            let (mut answers, mut client) = tokio::io::split(begin(timeouts, 64));
            // More than the server holds: it stops reading until it has written.
            let flood = tokio::spawn(async move {
                let _ = client.write_all(&first).await;
                let ping = frame(&Ping {});
                while client.write_all(&ping).await.is_ok() {}
            });
            let mut byte = [0];
            while answers.read(&mut byte).await.is_ok_and(|count| count > 0) {
                sleep(timeouts.write / 2).await;
                assert!(began.elapsed() <= allowed + timeouts.write * 64);
            }
            flood.await.unwrap();
        }
    }
}
