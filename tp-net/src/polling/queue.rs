//! The outstanding operations, in the order asked.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};

use super::operation::{Work, take_result, work};
use super::{Answer, Ticket};
use crate::error::Error;
use crate::lock::lock;
use crate::ops::SessionHandle;

/// Whether an operation changes anything.
///
/// Operations take effect in the order asked, though several are on their way at once: one that
/// writes begins when all before it have sent what they will, and one that reads when all before
/// it that write have. So they begin in the order asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

/// Outstanding operations.
#[derive(Default)]
pub(super) struct Queue {
    operations: VecDeque<Operation>,
    next_id: u64,
    /// How many have begun: the first ones.
    begun: usize,
    /// How many of these may have more to send, of those that read and of those that write.
    reading: usize,
    writing: usize,
    woken: Arc<Woken>,
    /// The wakers of operations that are done, for others.
    spare: Vec<Arc<OperationWaker>>,
}

struct Operation {
    id: u64,
    access: Access,
    work: Pin<Box<dyn Work>>,
    /// While it has begun and is not done.
    waker: Option<Arc<OperationWaker>>,
    is_done: bool,
    /// It has sent all it will.
    all_sent: bool,
}

/// What comes of taking the answer for a ticket.
pub(super) enum Taken<T> {
    /// The answer.
    Answer(T),
    /// It is not there yet.
    Waiting,
    /// It was taken before, or never asked for here.
    Gone,
}

/// The operations for which something has happened that they wait for.
type Woken = Mutex<Vec<u64>>;

struct OperationWaker {
    id: u64,
    woken: Arc<Woken>,
}

impl Wake for OperationWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        lock(&self.woken).push(self.id);
    }
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.operations.len()
    }

    /// Adds an operation, which begins when it is its turn.
    pub(super) fn push<T, F>(&mut self, access: Access, operation: F) -> Ticket<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        self.operations.push_back(Operation {
            id,
            access,
            work: work(operation),
            waker: None,
            is_done: false,
            all_sent: false,
        });
        Ticket::new(id)
    }

    /// Moves on every operation that can, and no other is looked at.
    pub(super) fn advance(&mut self, handle: &SessionHandle) {
        loop {
            self.begin(handle);
            let woken = std::mem::take(&mut *lock(&self.woken));
            if woken.is_empty() {
                return;
            }
            for id in woken {
                if let Some(place) = self.place(id) {
                    self.poll(place, handle);
                }
            }
        }
    }

    /// Begins the operations whose turn it is.
    fn begin(&mut self, handle: &SessionHandle) {
        while let Some(next) = self.operations.get_mut(self.begun) {
            let writes = next.access == Access::Write;
            if self.writing > 0 || writes && self.reading > 0 {
                return;
            }
            let mut waker = self.spare.pop();
            match waker.as_mut().and_then(Arc::get_mut) {
                Some(unused) => unused.id = next.id,
                None => {
                    let (id, woken) = (next.id, Arc::clone(&self.woken));
                    waker = Some(Arc::new(OperationWaker { id, woken }));
                }
            }
            next.waker = waker;
            let sending = self.sending(writes);
            *sending = sending.saturating_add(1);
            let place = self.begun;
            self.begun = place.saturating_add(1);
            self.poll(place, handle);
        }
    }

    /// Moves on an operation that has begun.
    fn poll(&mut self, place: usize, handle: &SessionHandle) {
        let Some(operation) = self.operations.get_mut(place) else {
            return;
        };
        let Some(waker) = &operation.waker else {
            return;
        };
        let waker = Waker::from(Arc::clone(waker));
        handle.take_all_sent();
        let mut context = Context::from_waker(&waker);
        if operation.work.as_mut().advance(&mut context).is_ready() {
            operation.is_done = true;
            self.spare.extend(operation.waker.take());
        }
        let all_sent = handle.take_all_sent() || operation.is_done;
        if all_sent && !std::mem::replace(&mut operation.all_sent, true) {
            let writes = operation.access == Access::Write;
            let sending = self.sending(writes);
            *sending = sending.saturating_sub(1);
        }
    }

    fn sending(&mut self, writes: bool) -> &mut usize {
        if writes {
            &mut self.writing
        } else {
            &mut self.reading
        }
    }

    fn place(&self, id: u64) -> Option<usize> {
        let operations = &self.operations;
        // It is as far from the first as their ids are, unless some were taken out of turn.
        let distance = id.checked_sub(operations.front()?.id)?;
        let place = usize::try_from(distance).ok()?;
        if operations.get(place).is_some_and(|it| it.id == id) {
            return Some(place);
        }
        operations.binary_search_by_key(&id, |it| it.id).ok()
    }

    /// The answer for a ticket, out of turn.
    pub(super) fn take<T: 'static>(&mut self, ticket: &Ticket<T>) -> Taken<Result<T, Error>> {
        let Some(place) = self.place(ticket.id()) else {
            return Taken::Gone;
        };
        let Some(operation) = self.operations.get_mut(place) else {
            return Taken::Gone;
        };
        if !operation.is_done {
            return Taken::Waiting;
        }
        match take_result(operation.work.as_mut()) {
            Some(result) => {
                self.operations.remove(place);
                self.begun = self.begun.saturating_sub(1);
                Taken::Answer(result)
            }
            // A ticket of another client.
            None => Taken::Gone,
        }
    }

    /// Whether the answer of the oldest operation is whole.
    pub(super) fn has_answer(&self) -> bool {
        self.operations.front().is_some_and(|it| it.is_done)
    }

    /// The answer of the oldest operation, once it is whole.
    pub(super) fn pop(&mut self) -> Option<Answer> {
        if !self.has_answer() {
            return None;
        }
        let Operation { id, work, .. } = self.operations.pop_front()?;
        self.begun = self.begun.saturating_sub(1);
        Some(Answer::new(id, work))
    }
}
