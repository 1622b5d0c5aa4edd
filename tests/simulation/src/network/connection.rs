//! One connection: two pipes, and what may become of them.

use std::collections::VecDeque;
use std::io;
use std::task::{Context, Poll, Waker};

use super::fault::{Fault, Knows};
use super::{Event, Side, State};
use crate::clock::{self, Millis};
use crate::random::Random;

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// On its way.
    Asked,
    /// On its way, and never heard of again.
    Lost,
    Refused,
    Open,
}

#[derive(Debug)]
pub(super) struct Connection {
    /// Chance of its own: tasks that are woken at the same time have their turns in any order.
    pub(super) random: Random,
    pub(super) client: usize,
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) stage: Stage,
    /// How long bytes take, in milliseconds, and how much longer at most.
    pub(super) latency: Millis,
    pub(super) jitter: Millis,
    /// How many bytes may be on their way, and how many are taken or given at once.
    pub(super) window: usize,
    pub(super) piece: usize,
    /// In how many of a hundred cases a stream says falsely that nothing can be done yet.
    pub(super) hesitation: u64,
    /// What happens when so many bytes have come out of a pipe.
    pub(super) at_byte: Vec<(usize, u64, Fault)>,
    /// What happens after so long.
    pub(super) timed: Vec<(Millis, Fault)>,
    pub(super) pipes: [Pipe; 2],
    pub(super) ends: [EndState; 2],
}

/// What an end knows of the connection.
#[derive(Debug, Default)]
pub(super) struct EndState {
    pub(super) broken: Option<io::ErrorKind>,
    pub(super) dropped: bool,
    pub(super) said_end: bool,
    /// Whoever is at this end knows that it is open.
    knows_open: bool,
    opener: Option<Waker>,
}

/// One direction.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    in_flight: VecDeque<(Millis, Segment)>,
    arrived: VecDeque<u8>,
    /// Bytes in flight and arrived.
    inside: usize,
    delivered: u64,
    last_arrival: Millis,
    stalled_until: Millis,
    ended: bool,
    /// Whatever is put in is never seen again.
    swallows: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

#[derive(Debug)]
enum Segment {
    Bytes(Vec<u8>),
    End,
    Reset,
}

impl Pipe {
    fn wake(&mut self) {
        let waiting = self.reader.take().into_iter().chain(self.writer.take());
        waiting.for_each(Waker::wake);
    }

    fn clear(&mut self) {
        self.in_flight.clear();
        self.arrived.clear();
        self.inside = 0;
    }
}

impl Connection {
    /// Returns `true` if it is open and both ends believe in it.
    pub(super) fn is_alive(&self) -> bool {
        let fine = |end: &EndState| !end.dropped && end.broken.is_none();
        self.stage == Stage::Open && self.ends.iter().all(fine)
    }

    /// Returns `true` if one end has it still.
    pub(super) fn is_held(&self) -> bool {
        self.stage == Stage::Open && self.ends.iter().any(|end| !end.dropped)
    }

    pub(super) fn is_held_by_client(&self) -> bool {
        let [client, _] = &self.ends;
        !client.dropped
    }

    pub(super) fn wake_all(&mut self) {
        self.pipes.iter_mut().for_each(Pipe::wake);
        for end in &mut self.ends {
            end.opener.take().into_iter().for_each(Waker::wake);
        }
    }

    fn pipe(&mut self, side: Side) -> &mut Pipe {
        let [client, server] = &mut self.pipes;
        match side {
            Side::Client => client,
            Side::Server => server,
        }
    }

    fn end(&mut self, side: Side) -> &mut EndState {
        let [client, server] = &mut self.ends;
        match side {
            Side::Client => client,
            Side::Server => server,
        }
    }

    /// Returns `true` if somebody at this end need not wait: to read, or to write if so wanted.
    fn is_ready(&mut self, side: Side, write: bool) -> bool {
        if self.stage != Stage::Open {
            return self.stage == Stage::Refused;
        }
        let window = self.window;
        let end = self.end(side);
        if side == Side::Client && !end.knows_open {
            return true;
        }
        let broken = end.broken.is_some();
        let incoming = self.pipe(side.other());
        let readable = !incoming.arrived.is_empty() || incoming.ended;
        broken || readable || (write && self.pipe(side).inside < window)
    }
}

fn side(index: usize) -> Side {
    if index == 0 {
        Side::Client
    } else {
        Side::Server
    }
}

impl State {
    /// Ready once the connection is open, or not to be had.
    pub(super) fn poll_opened(
        &mut self,
        id: usize,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.called()?;
        let connection = self.connection(id);
        match connection.stage {
            Stage::Open => {
                connection.end(Side::Client).knows_open = true;
                Poll::Ready(Ok(()))
            }
            Stage::Refused => Poll::Ready(Err(io::ErrorKind::ConnectionRefused.into())),
            Stage::Asked | Stage::Lost => {
                connection.end(Side::Client).opener = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Ready if something can be done at this end.
    pub(super) fn poll_ready(
        &mut self,
        id: usize,
        side: Side,
        write: bool,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        if self.called().is_err() {
            return Poll::Ready(());
        }
        let connection = self.connection(id);
        if connection.is_ready(side, write) {
            return Poll::Ready(());
        }
        let waker = context.waker();
        connection.end(side).opener = Some(waker.clone());
        connection.pipe(side.other()).reader = Some(waker.clone());
        if write {
            connection.pipe(side).writer = Some(waker.clone());
        }
        Poll::Pending
    }

    /// Returns `true` if the stream says falsely that it has to wait.
    fn hesitates(&mut self, id: usize, context: &Context<'_>) -> bool {
        let connection = self.connection(id);
        let chance = connection.hesitation;
        let hesitates = chance > 0 && connection.random.percent(chance);
        if hesitates {
            context.waker().wake_by_ref();
        }
        hesitates
    }

    pub(super) fn poll_read(
        &mut self,
        id: usize,
        side: Side,
        buffer: &mut [u8],
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        self.called()?;
        if self.hesitates(id, context) {
            return Poll::Pending;
        }
        let connection = self.connection(id);
        let piece = connection.random.size(1, connection.piece);
        let client = connection.client;
        let broken = connection.end(side).broken;
        let pipe = connection.pipe(side.other());
        if pipe.arrived.is_empty() {
            if let Some(kind) = broken {
                return Poll::Ready(Err(kind.into()));
            }
            if pipe.ended {
                return Poll::Ready(Ok(0));
            }
            pipe.reader = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = piece.min(buffer.len()).min(pipe.arrived.len());
        for (to, from) in buffer.iter_mut().zip(pipe.arrived.drain(..count)) {
            *to = from;
        }
        pipe.inside -= count;
        pipe.writer.take().into_iter().for_each(Waker::wake);
        if side == Side::Client {
            self.saw(client);
        }
        Poll::Ready(Ok(count))
    }

    pub(super) fn poll_write(
        &mut self,
        id: usize,
        side: Side,
        bytes: &[u8],
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        self.called()?;
        if self.hesitates(id, context) {
            return Poll::Pending;
        }
        let connection = self.connection(id);
        let piece = connection.random.size(1, connection.piece);
        let (client, window) = (connection.client, connection.window);
        let end = connection.end(side);
        if end.broken.is_some() || end.said_end {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let pipe = connection.pipe(side);
        let room = window.saturating_sub(pipe.inside);
        let count = piece.min(bytes.len()).min(room);
        if count == 0 && !bytes.is_empty() {
            pipe.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        pipe.inside += count;
        let taken = bytes.get(..count).unwrap_or_default().to_vec();
        self.send(id, side, Segment::Bytes(taken));
        if side == Side::Client {
            self.saw(client);
        }
        Poll::Ready(Ok(count))
    }

    /// Nothing more is written at this end.
    pub(super) fn shut_down(&mut self, id: usize, side: Side) {
        let end = self.connection(id).end(side);
        if !end.said_end && end.broken.is_none() {
            end.said_end = true;
            self.send(id, side, Segment::End);
        }
    }

    /// Nobody is at this end any more.
    pub(super) fn leave(&mut self, id: usize, side: Side) {
        if self.over {
            return;
        }
        let now = clock::now();
        self.trace.step(now, format_args!("{id}: {side:?} leaves"));
        let connection = self.connection(id);
        let client = connection.client;
        let was_open = connection.stage == Stage::Open;
        let end = connection.end(side);
        let knew = end.broken.is_some();
        end.dropped = true;
        let unread = !connection.pipe(side.other()).arrived.is_empty();
        if was_open && !knew {
            if unread {
                self.connection(id).end(side).said_end = true;
                self.send(id, side, Segment::Reset);
            } else {
                self.shut_down(id, side);
            }
        }
        if side == Side::Client {
            self.saw(client);
            if was_open && !knew {
                self.closed_for(client);
            }
        }
        let connection = self.connection(id);
        if connection.stage == Stage::Asked {
            connection.stage = Stage::Lost;
        }
        connection.pipe(side.other()).clear();
        connection.pipe(side.other()).wake();
    }

    /// A client knows that one of its connections is over.
    fn closed_for(&mut self, client: usize) {
        let seen = self.clients.entry(client).or_default();
        seen.open = seen.open.saturating_sub(1);
    }

    fn send(&mut self, id: usize, from: Side, segment: Segment) {
        let now = clock::now();
        let connection = self.connection(id);
        let latency = connection.latency;
        let late = connection.random.within(0, connection.jitter);
        let pipe = self.connection(id).pipe(from);
        if pipe.swallows {
            return;
        }
        let at = pipe.last_arrival.max(now + latency + late);
        pipe.last_arrival = at;
        pipe.in_flight.push_back((at, segment));
        self.schedule(at, id, Event::Deliver(from.index()));
    }

    /// What is to have come out of a pipe by now comes out.
    pub(super) fn deliver(&mut self, id: usize, index: usize) {
        let now = clock::now();
        let until = self.partitioned_until;
        let from = side(index);
        let stalled = self.connection(id).pipe(from).stalled_until.max(until);
        if now < stalled {
            self.schedule(stalled, id, Event::Deliver(index));
            return;
        }
        loop {
            let pipe = self.connection(id).pipe(from);
            if pipe.in_flight.front().is_none_or(|(at, _)| *at > now) {
                return;
            }
            match pipe.in_flight.pop_front() {
                Some((_, Segment::Bytes(bytes))) => {
                    if !self.deliver_bytes(id, from, bytes) {
                        return;
                    }
                }
                Some((_, Segment::End)) => {
                    self.trace
                        .step(now, format_args!("{id}: {from:?} has ended"));
                    let pipe = self.connection(id).pipe(from);
                    pipe.ended = true;
                    pipe.wake();
                }
                Some((_, Segment::Reset)) => {
                    // Some systems still give what had come before.
                    let lost = self.connection(id).random.percent(50);
                    self.break_end(id, from.other(), lost);
                }
                None => return,
            }
        }
    }

    /// Returns `false` if the connection is not what it was.
    fn deliver_bytes(&mut self, id: usize, from: Side, bytes: Vec<u8>) -> bool {
        let now = clock::now();
        let connection = self.connection(id);
        if connection.end(from.other()).dropped {
            // Nobody is there to take it, and says so.
            connection.pipe(from).inside = 0;
            self.send(id, from.other(), Segment::Reset);
            return true;
        }
        let client = connection.client;
        let delivered = connection.pipe(from).delivered;
        let count = bytes.len() as u64;
        let faults = &mut connection.at_byte;
        let due = faults.iter().position(|(pipe, byte, _)| {
            *pipe == from.index() && *byte < delivered.saturating_add(count)
        });
        let fault = due.map(|at| faults.swap_remove(at));
        let whole = fault.map_or(count, |(_, byte, _)| byte.saturating_sub(delivered));
        let whole = usize::try_from(whole).unwrap_or_default();
        let pipe = connection.pipe(from);
        let (arrived, kept_back) = bytes.split_at(whole.min(bytes.len()));
        pipe.arrived.extend(arrived);
        pipe.delivered += arrived.len() as u64;
        if fault.is_some() {
            let now_or_later = (now, Segment::Bytes(kept_back.to_vec()));
            pipe.in_flight.push_front(now_or_later);
        }
        pipe.reader.take().into_iter().for_each(Waker::wake);
        self.traffic.bytes += arrived.len() as u64;
        let length = arrived.len();
        self.trace
            .step(now, format_args!("{id}: {from:?} {length}"));
        if from == Side::Server {
            self.saw(client);
        }
        if let Some((_, _, fault)) = fault {
            self.fail(id, fault);
            let stalled = self.connection(id).pipe(from).stalled_until;
            self.schedule(stalled.max(now), id, Event::Deliver(from.index()));
        }
        fault.is_none()
    }

    /// An end learns that the connection is gone.
    fn break_end(&mut self, id: usize, side: Side, loses: bool) {
        let connection = self.connection(id);
        let client = connection.client;
        let end = connection.end(side);
        if end.broken.is_some() || end.dropped {
            return;
        }
        end.broken = Some(io::ErrorKind::ConnectionReset);
        if loses {
            connection.pipe(side.other()).clear();
        }
        connection.wake_all();
        let now = clock::now();
        self.trace
            .step(now, format_args!("{id}: {side:?} is reset"));
        if side == Side::Client {
            self.saw(client);
            self.closed_for(client);
        }
    }

    /// Something befalls a connection.
    pub(super) fn fail(&mut self, id: usize, fault: Fault) {
        let now = clock::now();
        if !self.connection(id).is_alive() {
            return;
        }
        self.trace.step(now, format_args!("{id}: {fault:?}"));
        match fault {
            Fault::Vanish(knows) => {
                match knows {
                    Knows::Both => self.traffic.resets += 1,
                    _ => self.traffic.half_open += 1,
                }
                for pipe in &mut self.connection(id).pipes {
                    pipe.in_flight.clear();
                    pipe.swallows = true;
                }
                let loses = self.connection(id).random.percent(50);
                if matches!(knows, Knows::Both | Knows::Client) {
                    self.break_end(id, Side::Client, loses);
                }
                if matches!(knows, Knows::Both | Knows::Server) {
                    self.break_end(id, Side::Server, loses);
                }
            }
            Fault::Cut(index) => {
                self.traffic.cuts += 1;
                let from = side(index);
                let pipe = self.connection(id).pipe(from);
                pipe.in_flight.clear();
                pipe.swallows = true;
                pipe.ended = true;
                pipe.wake();
                let client = self.connection(id).client;
                self.saw(client);
            }
            Fault::Stall(index, time) => {
                self.traffic.stalls += 1;
                let pipe = self.connection(id).pipe(side(index));
                pipe.stalled_until = now.saturating_add(time);
            }
        }
    }
}
