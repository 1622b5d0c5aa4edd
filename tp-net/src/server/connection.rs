//! One connection, from its first frame to its last byte: one task, which reads, answers and writes.

use std::future::{Future, poll_fn};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout};
use tp_frames::Header;

use super::greeting;
use super::limits::past;
use super::metrics::EndReason;
use super::outbox::Outbox;
use super::peer::Client;
use super::places::{FREE, Leave, Place};
use super::received::Received;
use super::session::{Admission, Service, Session};
use super::shared::Shared;
use super::timer::Timer;
use super::{Caller, Peer, SendError};
use crate::model::Refusal;

/// So many bytes are not kept waiting for more of them.
const WRITE: usize = 64 << 10;

/// How often a connection reads before others have their turn.
const READS: usize = 8;

/// How long a client that has to leave may take to read why.
const FAREWELL: Duration = Duration::from_secs(1);

/// Serves a client that speaks frames and has sent some bytes already, until its connection ends.
/// `held` tells how many bytes of memory the layers of the socket hold.
pub(super) async fn serve<S: Service, T: AsyncRead + AsyncWrite + Send + Unpin>(
    shared: &Shared<S>,
    socket: T,
    held: fn(&T) -> usize,
    received: BytesMut,
    client: Client,
    place: &Arc<Place>,
) {
    let peer = Peer::new(client, shared.limits.bytes_sent, Arc::clone(place));
    place.metrics().received(received.len());
    // However it ends.
    let _closing = Closing(peer.outbox());
    let admission = Admission::new();
    let stopping = shared.stopping.clone();
    let mut connection = Connection {
        shared,
        peer: &peer,
        admission: &admission,
        socket,
        held,
        counted: 0,
        received: Received::new(&received),
        answering: Answering::Idle(Box::new(Session::new(shared, &peer, &admission))),
        writing: BytesMut::new(),
        is_unflushed: false,
        end: None,
        heard: Instant::now(),
        stalled: None,
        timer: Timer::new(peer.deadline()),
    };
    drop(received);
    // Made when it is needed: most connections wait for something else.
    let mut cut = None;
    let end = {
        let mut begun = pin!(stopping.begun());
        poll_fn(|context| match connection.poll(begun.as_mut(), context) {
            // Until it is to end by itself, it cannot be late with that.
            Poll::Pending if connection.end.is_some() => {
                let cut = cut.get_or_insert_with(|| Box::pin(stopping.now()));
                cut.as_mut().poll(context).map(|()| None)
            }
            ended => ended.map(Some),
        })
        .await
    };
    // A connection that goes on need not hold what its end needs.
    Box::pin(async {
        if let Some(end) = end {
            tokio::select! {
                biased;
                () = connection.end(end) => {}
                () = stopping.now() => {}
            }
        } else {
            drop(connection);
        }
        place.end(EndReason::Stopped);
        peer.outbox().close();
        let player = admission.caller().map(Caller::player);
        shared.service.disconnected(&peer, player).await;
    })
    .await;
}

/// A connection, and how far it has come.
struct Connection<'a, S: Service, T> {
    shared: &'a Shared<S>,
    peer: &'a Peer,
    admission: &'a Admission<S::Player>,
    socket: T,
    /// Tells how many bytes of memory the socket holds.
    held: fn(&T) -> usize,
    /// Bytes of memory that are counted.
    counted: usize,
    /// What is not being answered yet.
    received: Received,
    answering: Answering<'a, S>,
    /// What is left of what was taken from the outbox.
    writing: BytesMut,
    /// Whether a layer may hold what was written.
    is_unflushed: bool,
    /// Set once nothing more is read.
    end: Option<EndReason>,
    /// When the last request came, or the client was last seen to wait for something.
    heard: Instant,
    /// Since when the client takes nothing, if it does not.
    stalled: Option<Instant>,
    timer: Timer,
}

/// Answers a burst of requests.
type Burst<'a, S> = Pin<Box<dyn Future<Output = (Box<Session<'a, S>>, Received)> + Send + 'a>>;

enum Answering<'a, S: Service> {
    Idle(Box<Session<'a, S>>),
    /// Made for each burst: what answers any request is large, and most connections are idle.
    Busy(Burst<'a, S>),
    /// The handler panicked.
    Gone,
}

impl<S: Service, T: AsyncRead + AsyncWrite + Unpin> Connection<'_, S, T> {
    /// Answers, reads and writes as far as that can be done now. Ready when the connection ends, and
    /// everything is answered that is going to be.
    fn poll(
        &mut self,
        mut stop: Pin<&mut impl Future<Output = ()>>,
        context: &mut Context<'_>,
    ) -> Poll<EndReason> {
        let writer = self.peer.outbox().set_writer(context);
        let place = self.peer.place();
        if (writer.is_new || place.has_to_leave())
            && let Poll::Ready(leave) = place.poll_leave(context)
        {
            return Poll::Ready(self.leave(leave));
        }
        if !writer.is_open {
            self.end.get_or_insert(EndReason::Unwanted);
        }
        let end = self.poll_all(stop.as_mut(), context);
        self.count();
        end
    }

    fn poll_all(
        &mut self,
        mut stop: Pin<&mut impl Future<Output = ()>>,
        context: &mut Context<'_>,
    ) -> Poll<EndReason> {
        let mut may_stop = true;
        let mut is_idle = true;
        let mut began = None;
        for _ in 0..READS {
            let heard = self.heard;
            // Who pauses does so until others had their turn; more is read meanwhile.
            is_idle = is_idle && self.poll_answers(context).is_ready();
            if is_idle && let Some(end) = self.end {
                return Poll::Ready(end);
            }
            // Each burst is short, many are not.
            let is_late = self.heard != heard
                && self.heard.duration_since(*began.get_or_insert(self.heard))
                    > self.peer.place().turns().length();
            let has_read = self.poll_read(context).is_ready();
            if self.end.is_none()
                && std::mem::take(&mut may_stop)
                && stop.as_mut().poll(context).is_ready()
            {
                // What has arrived is there; what is on its way is too late.
                self.end = Some(EndReason::Stopped);
            }
            let goes_on = is_idle && !is_late && (has_read || self.end.is_some());
            if !goes_on || self.peer.outbox().waiting() >= WRITE {
                self.poll_write(context);
            }
            if !has_read {
                self.poll_deadlines(context);
                if !is_idle || self.end.is_none() {
                    return Poll::Pending;
                }
            }
            if is_late {
                break;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Answers what is there; ready when that is done.
    fn poll_answers(&mut self, context: &mut Context<'_>) -> Poll<()> {
        loop {
            match std::mem::replace(&mut self.answering, Answering::Gone) {
                Answering::Idle(mut session) => {
                    if session.is_over() || !session.has_request(&self.received) {
                        self.received.settle();
                        self.answering = Answering::Idle(session);
                        return Poll::Ready(());
                    }
                    self.heard = Instant::now();
                    self.peer.place().heard();
                    let received = std::mem::take(&mut self.received);
                    let burst = session.answer_all(received, self.heard);
                    self.answering = Answering::Busy(Box::pin(burst));
                }
                Answering::Busy(mut burst) => {
                    let burst_polled = AssertUnwindSafe(|| burst.as_mut().poll(context));
                    // A handler that panics takes down nothing else.
                    match catch_unwind(burst_polled) {
                        Ok(Poll::Ready((session, rest))) => {
                            if session.is_over() {
                                self.end.get_or_insert(EndReason::Unwanted);
                            }
                            self.received = rest.followed_by(&self.received);
                            self.answering = Answering::Idle(session);
                        }
                        Ok(Poll::Pending) => {
                            self.answering = Answering::Busy(burst);
                            return Poll::Pending;
                        }
                        Err(_) => {
                            tracing::error!("the handler panicked");
                            self.end = Some(EndReason::Panicked);
                        }
                    }
                }
                Answering::Gone => return Poll::Ready(()),
            }
        }
    }

    /// Reads once, if more may wait; ready if something came, if only the end.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let is_busy = matches!(self.answering, Answering::Busy(_));
        let waiting = self.received.rest().len();
        if self.end.is_some() || (is_busy && waiting >= self.room()) {
            return Poll::Pending;
        }
        if self.peer.place().has_to_wait() {
            // Whoever has to leave does so when it has its turn.
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let read = ready!(self.received.poll_read(&mut self.socket, context));
        if is_busy {
            self.received.settle();
        }
        match read {
            Ok(0) => self.end = Some(EndReason::Closed),
            Ok(count) => self.peer.place().metrics().received(count),
            Err(_) => self.close(EndReason::Broken),
        }
        Poll::Ready(())
    }

    /// How many bytes of requests may wait for an answer.
    fn room(&self) -> usize {
        if self.peer.place().places().is_tight() {
            return FREE;
        }
        let limits = &self.shared.limits;
        let frame = limits.frame.saturating_add(Header::SIZE);
        limits.bytes_received.max(frame)
    }

    /// Writes what waits, as far as the client takes it.
    fn poll_write(&mut self, context: &mut Context<'_>) {
        if let Poll::Ready(Err(error)) = self.try_write(context) {
            tracing::debug!(%error, "writing ended");
            self.close(EndReason::Broken);
        }
    }

    /// Ready when nothing waits any more.
    fn try_write(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if self.writing.is_empty() {
                match self.peer.outbox().take(0) {
                    Some(bytes) => self.writing = bytes,
                    None => break,
                }
            }
            let written = Pin::new(&mut self.socket).poll_write(context, &self.writing);
            match ready!(self.noting_stalls(written))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => {
                    self.writing.advance(count.min(self.writing.len()));
                    self.peer.place().metrics().sent(count);
                    self.is_unflushed = true;
                }
            }
            if !self.writing.is_empty() {
                self.peer.outbox().take(self.writing.len());
            }
        }
        self.writing = BytesMut::new();
        if self.is_unflushed {
            let flushed = Pin::new(&mut self.socket).poll_flush(context);
            ready!(self.noting_stalls(flushed))?;
            self.is_unflushed = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Notes since when the client takes nothing.
    fn noting_stalls<R>(&mut self, done: Poll<R>) -> Poll<R> {
        match done {
            Poll::Ready(_) => self.stalled = None,
            Poll::Pending => {
                self.stalled.get_or_insert_with(Instant::now);
            }
        }
        done
    }

    /// Ends the connection if the client is too late with something.
    fn poll_deadlines(&mut self, context: &mut Context<'_>) {
        while let Some((deadline, end)) = self.deadline()
            && self.timer.poll_until(deadline, context).is_ready()
        {
            match end {
                EndReason::Idle if self.is_waiting() => self.heard = Instant::now(),
                EndReason::Idle => {
                    self.end = Some(end);
                    break;
                }
                // It could take a byte of what is to be written now and then.
                _ => self.close(end),
            }
        }
    }

    /// What the client must do next, and what comes of it otherwise.
    fn deadline(&self) -> Option<(Instant, EndReason)> {
        let timeouts = &self.shared.timeouts;
        let taken = self
            .stalled
            .map(|since| (past(since, timeouts.write), EndReason::Deaf));
        let admission = self.admission;
        let is_logged_in = admission.caller().is_some();
        let is_ending = self.end.is_some();
        let admitted = match admission.connected() {
            _ if is_ending || is_logged_in => None,
            None => Some((self.peer.deadline(), EndReason::Late)),
            Some(since) => Some((past(since, timeouts.login), EndReason::Late)),
        };
        let may_be_silent = is_ending || (S::LISTENS && is_logged_in);
        let heard = (!may_be_silent).then(|| (past(self.heard, timeouts.idle), EndReason::Idle));
        [taken, admitted, heard]
            .into_iter()
            .flatten()
            .min_by_key(|(deadline, _)| *deadline)
    }

    /// Returns `true` if the client still waits for answers, or for what it is sent.
    fn is_waiting(&self) -> bool {
        matches!(self.answering, Answering::Busy(_)) || self.peer.outbox().waiting() > 0
    }

    /// Nothing is written any more.
    fn close(&mut self, end: EndReason) {
        self.peer.outbox().close();
        self.writing = BytesMut::new();
        self.is_unflushed = false;
        self.stalled = None;
        self.end = Some(end);
    }

    /// Counts what is held in memory.
    fn count(&mut self) {
        let held = (self.held)(&self.socket).saturating_add(self.received.held());
        self.peer.place().count(&mut self.counted, held);
    }

    /// Drops what is held, and says why the connection has to leave if the client reads.
    fn leave(&mut self, Leave { reason, is_told }: Leave) -> EndReason {
        self.received.clear();
        self.answering = Answering::Gone;
        self.peer.place().count(&mut self.counted, 0);
        let outbox = self.peer.outbox();
        let words = greeting::leave(reason);
        let told = match is_told && outbox.waiting() <= FREE {
            false => Err(SendError::Full),
            true if self.peer.has_version() => {
                let refusal = Refusal::unavailable_temporarily(words);
                self.peer.send(&refusal.into_frame(self.peer.version()))
            }
            true => outbox
                .append(|out| out.extend_from_slice(words.as_bytes()))
                .map(drop),
        };
        if told.is_err() {
            self.close(reason);
        }
        reason
    }

    /// Sends what is still to be sent, and says farewell.
    async fn end(mut self, end: EndReason) {
        let has_to_leave = matches!(end, EndReason::Crowded | EndReason::Memory);
        let place = self.peer.place();
        place.end(end);
        let outbox = self.peer.outbox();
        outbox.finish();
        self.answering = Answering::Gone;
        self.received.clear();
        let written = poll_fn(|context| match self.try_write(context) {
            Poll::Pending if !has_to_leave && place.poll_leave(context).is_ready() => {
                self.close(end);
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => {
                self.poll_deadlines(context);
                match self.stalled {
                    Some(_) => Poll::Pending,
                    None => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                }
            }
            written => written,
        });
        let limit = match has_to_leave {
            true => FAREWELL,
            // Each write has its own.
            false => Duration::MAX,
        };
        let written = timeout(limit, written).await;
        let written = written.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        if let Err(error) = written {
            tracing::debug!(%error, "writing ended");
        } else if !outbox.is_closed() {
            let write = self.shared.timeouts.write.min(limit);
            let _ = timeout(write, self.socket.shutdown()).await;
        }
        let is_cut = has_to_leave && outbox.is_closed();
        self.close(end);
        place.count(&mut self.counted, 0);
        if !is_cut && !matches!(end, EndReason::Closed | EndReason::Broken) {
            linger(&mut self.socket).await;
        }
    }
}

/// So often is read what a client still sends that is not heard any more, 64 KiB at most each time.
const LINGER: usize = 4;

/// Takes what the client still sends, for a moment: bytes left unread would make the system reset
/// the connection, and the client might lose what it was sent last.
pub(super) async fn linger(socket: &mut (impl AsyncRead + Unpin)) {
    let rest = async {
        let mut received = Received::default();
        for _ in 0..LINGER {
            let read = poll_fn(|context| received.poll_read(socket, context)).await;
            received.clear();
            if !matches!(read, Ok(1..)) {
                break;
            }
            // Others have their turn: there is no end of those who send what nobody wants.
            yield_now().await;
        }
    };
    // A client that neither sends nor closes has lost its right to be waited for.
    let _ = timeout(Duration::from_millis(500), rest).await;
}

/// Nothing more is sent when this is dropped.
struct Closing<'a>(&'a Outbox);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::atomic::AtomicU64;

    use tokio::io::{AsyncReadExt, DuplexStream, duplex};
    use tokio::time::sleep;
    use tp_frames::admin::CommandResult;
    use tp_frames::game::{
        Connect, CreateAccount, GetFeatures, GetGames, GetObjectIDs, GetTimeRemaining, Login, Okay,
        Ping, SetFilters, TP04,
    };
    use tp_frames::{Packet, TpString};

    use super::*;
    use crate::proto::Versions;
    use crate::server::admin::{AdminHandler, Administration, Command, Value};
    use crate::server::game::GameService;
    use crate::server::limits::after;
    use crate::server::login_throttle::LoginThrottle;
    use crate::server::metrics::Metrics;
    use crate::server::places::Places;
    use crate::server::transports::Transports;
    use crate::server::{ConnectReply, Handler, Limits, LoginReply, Timeouts, stop};

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
            login_delay: Duration::ZERO,
            ..Limits::default()
        };
        let shared = Shared {
            service,
            versions: Versions::all(),
            limits,
            timeouts,
            places: Places::new(limits, Metrics::new(&[])),
            stopping,
            throttle: LoginThrottle::new(limits.login_delay),
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
            let place = shared.places.enter(peer.address.ip()).ok().unwrap();
            serve(&shared, socket, |_| 0, BytesMut::new(), peer, &place).await;
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

    #[tokio::test(start_paused = true)]
    async fn who_says_nothing_is_waited_for_no_longer_than_either_time_allows() {
        for (idle, handshake) in [(3, 30), (30, 3), (5, 5)] {
            let timeouts = Timeouts {
                idle: SECOND * idle,
                handshake: SECOND * handshake,
                ..Timeouts::default()
            };
            let silent = borne(timeouts, b"", b"", SECOND * 60).await;
            assert_eq!(silent.as_secs(), u64::from(idle.min(handshake)));
            let features = frame(&GetFeatures {});
            let talking = borne(timeouts, b"", &features, SECOND * 60).await;
            assert_eq!(talking.as_secs(), u64::from(handshake));
        }
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
