//! What waits for being sent to one client.

use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};

use bytes::BytesMut;

use super::SendError;
use super::places::{FREE, Place};
use crate::lock::lock;

/// Bytes between those who answer or tell something, and the connection that writes. Where nothing
/// waits there is no buffer.
pub(super) struct Outbox {
    state: Mutex<State>,
    limit: usize,
    place: Arc<Place>,
}

#[derive(Default)]
struct State {
    bytes: BytesMut,
    /// Bytes that the connection has taken and not yet written.
    writing: usize,
    /// Bytes of memory that these were taken in.
    taken: usize,
    /// Bytes of memory that are counted.
    counted: usize,
    /// Whether frames are padded from here on.
    padded: bool,
    life: Life,
    /// The connection, to be told that there is something to write, or that the end has come.
    writer: Option<Waker>,
    /// Who waits for room.
    waiting: Option<Waker>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Life {
    #[default]
    Open,
    /// What is there is written, and nothing more is taken.
    Finishing,
    /// Nothing is written any more.
    Closed,
}

/// What whoever writes finds.
pub(super) struct Writer {
    /// Whether anything more is taken.
    pub(super) is_open: bool,
    /// Whether it was another before.
    pub(super) is_new: bool,
}

/// What became of appending.
pub(super) struct Appended {
    /// How many bytes it was.
    pub(super) bytes: usize,
    /// Whether the client must read before there is more.
    pub(super) is_full: bool,
}

/// Room for so many bytes is kept where frames are gathered, and none while the client must read.
const GATHERED: usize = 64 << 10;

/// Room for so many bytes is made at first: few enough that allocators have it at hand.
const FIRST: usize = 1024;

impl State {
    /// Bytes of memory that are held.
    fn held(&self) -> usize {
        self.bytes.capacity().saturating_add(self.taken)
    }

    /// Counts what is held. Returns `true` if all hold too much by now.
    fn count(&mut self, place: &Place) -> bool {
        let held = self.held();
        place.tally(&mut self.counted, held)
    }

    fn waiting(&self) -> usize {
        self.bytes.len().saturating_add(self.writing)
    }

    fn check_open(&self) -> Result<(), SendError> {
        match self.life {
            Life::Open => Ok(()),
            Life::Finishing | Life::Closed => Err(SendError::Closed),
        }
    }
}

impl Outbox {
    pub(super) fn new(limit: usize, place: Arc<Place>) -> Self {
        Self {
            state: Mutex::default(),
            limit,
            place,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every change below is one step.
        lock(&self.state)
    }

    /// Where what is held in memory is counted.
    pub(super) fn place(&self) -> &Arc<Place> {
        &self.place
    }

    /// Counts what is held, if that may be much.
    #[inline]
    fn count_growth(&self, state: MutexGuard<'_, State>) {
        if state.bytes.capacity() > FREE {
            self.count(state);
        }
    }

    /// Counts what is held. It may be so much that somebody has to leave, which is not done under the
    /// lock.
    #[cold]
    fn count(&self, mut state: MutexGuard<'_, State>) {
        if state.count(&self.place) {
            drop(state);
            self.place.places().relieve();
        }
    }

    /// Whether a client must read before there is more: sooner where all together hold much.
    #[inline]
    fn is_full(&self, waiting: usize) -> bool {
        waiting >= FREE && (waiting >= self.limit || self.place.places().is_tight())
    }

    pub(super) fn is_open(&self) -> bool {
        self.state().life == Life::Open
    }

    /// Returns `true` if nothing is written any more.
    pub(super) fn is_closed(&self) -> bool {
        self.state().life == Life::Closed
    }

    /// How many bytes wait.
    pub(super) fn waiting(&self) -> usize {
        self.state().waiting()
    }

    /// Returns `true` if frames are padded.
    pub(super) fn is_padded(&self) -> bool {
        self.state().padded
    }

    /// Appends whole frames, for the connection itself, which looks afterwards. Whoever finds it full
    /// then has to [wait for room](Self::poll_room) before there is more.
    pub(super) fn append<R>(
        &self,
        write: impl FnOnce(&mut BytesMut) -> R,
    ) -> Result<(R, Appended), SendError> {
        let mut state = self.state();
        state.check_open()?;
        if state.bytes.capacity() == 0 {
            state.bytes = BytesMut::with_capacity(FIRST);
        }
        let before = state.bytes.len();
        let written = write(&mut state.bytes);
        let appended = Appended {
            bytes: state.bytes.len().saturating_sub(before),
            is_full: self.is_full(state.waiting()),
        };
        self.count_growth(state);
        Ok((written, appended))
    }

    /// As [`append`](Self::append), all of what was gathered; frames may be padded from then on.
    pub(super) fn append_all(
        &self,
        gathered: &mut BytesMut,
        then_padded: bool,
    ) -> Result<Appended, SendError> {
        let mut state = self.state();
        state.check_open()?;
        let bytes = gathered.len();
        if state.bytes.is_empty() {
            std::mem::swap(&mut state.bytes, gathered);
        } else {
            state.bytes.extend_from_slice(gathered);
        }
        gathered.clear();
        state.padded |= then_padded;
        let is_full = self.is_full(state.waiting());
        self.count_growth(state);
        if is_full || gathered.capacity() > GATHERED {
            // It may be long until there is more to gather.
            *gathered = BytesMut::new();
        }
        Ok(Appended { bytes, is_full })
    }

    /// Ready once there is room, or nothing more is taken.
    pub(super) fn poll_room(&self, context: &Context<'_>) -> Poll<Result<(), SendError>> {
        let mut state = self.state();
        state.check_open()?;
        if !self.is_full(state.waiting()) {
            return Poll::Ready(Ok(()));
        }
        state.waiting = Some(context.waker().clone());
        Poll::Pending
    }

    /// Appends whole frames now. They may go a quarter past the limit, so that a client that is
    /// only busy with its own replies gets them too. Returns `true` if they were taken: not if
    /// padding began after they were made.
    pub(super) fn push(&self, frames: &[u8], padded: bool) -> Result<bool, SendError> {
        self.push_below(self.limit.saturating_add(self.limit / 4), frames, padded)
    }

    /// Appends whole frames now that may be left out. They find half of the room only, so that
    /// however many there are, replies find some too.
    pub(super) fn push_dispensable(&self, frames: &[u8], padded: bool) -> Result<bool, SendError> {
        self.push_below(self.limit / 2, frames, padded)
    }

    fn push_below(&self, limit: usize, frames: &[u8], padded: bool) -> Result<bool, SendError> {
        let mut state = self.state();
        state.check_open()?;
        if state.waiting() >= limit {
            return Err(SendError::Full);
        }
        if state.padded != padded {
            return Ok(false);
        }
        state.bytes.extend_from_slice(frames);
        let writer = state.writer.clone();
        self.count_growth(state);
        writer.into_iter().for_each(Waker::wake);
        Ok(true)
    }

    /// Takes nothing more; what is there is still written.
    pub(super) fn finish(&self) {
        self.end(Life::Finishing);
    }

    /// Takes nothing more and writes nothing more.
    pub(super) fn close(&self) {
        self.end(Life::Closed);
    }

    fn end(&self, life: Life) {
        let mut state = self.state();
        if state.life != Life::Closed {
            state.life = life;
        }
        let mut writer = state.writer.clone();
        if life == Life::Closed {
            state.bytes = BytesMut::new();
            state.writing = 0;
            state.taken = 0;
            state.count(&self.place);
            // Peers outlive the connection, and must not keep its task.
            writer = state.writer.take();
        }
        let waiting = state.waiting.take();
        drop(state);
        writer.into_iter().chain(waiting).for_each(Waker::wake);
    }

    /// Who writes, from now on.
    pub(super) fn set_writer(&self, context: &Context<'_>) -> Writer {
        let mut state = self.state();
        let known = state.writer.as_ref();
        let is_known = known.is_some_and(|it| it.will_wake(context.waker()));
        let is_new = state.life != Life::Closed && !is_known;
        if is_new {
            state.writer = Some(context.waker().clone());
        }
        let is_open = state.life == Life::Open;
        Writer { is_open, is_new }
    }

    /// What is to be written next: whole frames, as whatever is below may treat each by itself.
    /// `left` is what is left of what was taken before.
    pub(super) fn take(&self, left: usize) -> Option<BytesMut> {
        let mut state = self.state();
        let mut taken = None;
        state.writing = left;
        if left == 0 && !state.bytes.is_empty() {
            let bytes = std::mem::take(&mut state.bytes);
            state.writing = bytes.len();
            state.taken = bytes.capacity();
            taken = Some(bytes);
        } else if left == 0 {
            state.taken = 0;
            state.count(&self.place);
        }
        let waiting = match self.is_full(state.waiting()) {
            true => None,
            false => state.waiting.take(),
        };
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn append(outbox: &Outbox, frames: &[u8]) {
        let appended = outbox.append(|out| out.extend_from_slice(frames));
        assert_eq!(appended.unwrap().1.bytes, frames.len());
    }

    #[test]
    fn frames_made_before_padding_began_are_not_taken_after() {
        let outbox = Outbox::new(1000, Place::alone());
        assert_eq!(outbox.push(b"one", false), Ok(true));
        assert_eq!(outbox.push(b"too early", true), Ok(false));
        let mut okay = BytesMut::from(&b"okay"[..]);
        outbox.append_all(&mut okay, true).unwrap();
        assert!(outbox.is_padded());
        assert_eq!(outbox.push(b"too late", false), Ok(false));
        assert_eq!(outbox.push(b"two", true), Ok(true));
        append(&outbox, b"three");
        assert_eq!(&outbox.take(0).unwrap()[..], b"oneokaytwothree");
    }

    #[test]
    fn what_may_be_left_out_leaves_room_for_replies() {
        let outbox = Outbox::new(1000, Place::alone());
        let line = [0; 100];
        for _ in 0..5 {
            assert_eq!(outbox.push_dispensable(&line, false), Ok(true));
        }
        let full = Err(SendError::Full);
        assert_eq!(outbox.push_dispensable(&line, false), full);
        append(&outbox, &[0; 400]);
        assert_eq!(outbox.push(&line, false), Ok(true));
        assert_eq!(outbox.push_dispensable(&line, false), full);
    }

    #[test]
    fn there_is_room_once_enough_is_written() {
        let outbox = Outbox::new(20_000, Place::alone());
        append(&outbox, &[0; 25_000]);
        let context = Context::from_waker(Waker::noop());
        assert!(outbox.poll_room(&context).is_pending());
        assert_eq!(outbox.take(0).unwrap().len(), 25_000);
        assert!(outbox.poll_room(&context).is_pending());
        assert!(outbox.take(19_999).is_none());
        assert_eq!(outbox.poll_room(&context), Poll::Ready(Ok(())));
        append(&outbox, &[0; 5]);
        outbox.close();
        let closed = Poll::Ready(Err(SendError::Closed));
        assert_eq!(outbox.poll_room(&context), closed);
        assert!(outbox.take(19_999).is_none());
    }
}
