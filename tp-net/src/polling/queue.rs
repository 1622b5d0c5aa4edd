//! The outstanding operations, in the order asked.

use std::any::Any;
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::{Answer, Ticket};
use crate::error::Error;

/// Whether an operation changes anything.
///
/// Operations take effect in the order asked, though several are on their way at once: one that
/// writes begins when all before it have sent what they will, and one that reads when all before
/// it that write have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
}

type Work = Pin<Box<dyn Future<Output = Box<dyn Any + Send>> + Send>>;

/// Outstanding operations.
#[derive(Default)]
pub(super) struct Queue {
    operations: VecDeque<Operation>,
    next_id: u64,
}

struct Operation {
    id: u64,
    access: Access,
    state: State,
    /// It has sent all it will.
    all_sent: Arc<AtomicBool>,
    /// Something has happened that it waits for.
    woken: Arc<Woken>,
}

enum State {
    /// Not begun yet, or waiting for an answer.
    Working(Work),
    Done(Box<dyn Any + Send>),
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

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Operation {
    fn has_sent_all(&self) -> bool {
        matches!(self.state, State::Done(_)) || self.all_sent.load(Ordering::Relaxed)
    }

    fn answer(self) -> Option<Answer> {
        match self.state {
            State::Done(value) => Some(Answer::new(self.id, value)),
            State::Working(_) => None,
        }
    }

    fn advance(&mut self) {
        let State::Working(work) = &mut self.state else {
            return;
        };
        if !self.woken.0.swap(false, Ordering::Relaxed) {
            return;
        }
        let waker = Waker::from(Arc::clone(&self.woken));
        if let Poll::Ready(value) = work.as_mut().poll(&mut Context::from_waker(&waker)) {
            self.state = State::Done(value);
        }
    }
}

impl Queue {
    pub(super) fn len(&self) -> usize {
        self.operations.len()
    }

    /// Adds an operation, which begins when it is its turn.
    pub(super) fn push<T, F>(
        &mut self,
        access: Access,
        operation: impl FnOnce(Arc<AtomicBool>) -> F,
    ) -> Ticket<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let id = self.next_id;
        self.next_id = self.next_id.wrapping_add(1);
        let all_sent = Arc::new(AtomicBool::new(false));
        let operation = operation(Arc::clone(&all_sent));
        let work = async move { Box::new(operation.await) as Box<dyn Any + Send> };
        self.operations.push_back(Operation {
            id,
            access,
            state: State::Working(Box::pin(work)),
            all_sent,
            woken: Arc::new(Woken(AtomicBool::new(true))),
        });
        Ticket::new(id)
    }

    /// Moves on every operation that can.
    pub(super) fn advance(&mut self) {
        let (mut reading, mut writing) = (false, false);
        for operation in &mut self.operations {
            // One that has begun is behind the others only if it has nothing left to send.
            let writes = operation.access == Access::Write;
            let behind = writing || writes && reading;
            if !behind || operation.has_sent_all() {
                operation.advance();
            }
            if !operation.has_sent_all() {
                reading |= !writes;
                writing |= writes;
            }
        }
    }

    /// The answer for a ticket, out of turn.
    pub(super) fn take<T: 'static>(&mut self, ticket: &Ticket<T>) -> Taken<Result<T, Error>> {
        let place = self
            .operations
            .binary_search_by_key(&ticket.id(), |operation| operation.id);
        let Ok(place) = place else {
            return Taken::Gone;
        };
        match self.operations.get(place).map(|it| &it.state) {
            Some(State::Working(_)) => return Taken::Waiting,
            Some(State::Done(value)) if value.is::<Result<T, Error>>() => {}
            // A ticket of another client.
            _ => return Taken::Gone,
        }
        let answer = self.operations.remove(place).and_then(Operation::answer);
        let result = answer.and_then(|mut answer| answer.redeem(ticket));
        result.map_or(Taken::Gone, Taken::Answer)
    }

    /// The answer of the oldest operation, once it is whole.
    pub(super) fn pop(&mut self) -> Option<Answer> {
        if !matches!(self.operations.front()?.state, State::Done(_)) {
            return None;
        }
        self.operations.pop_front()?.answer()
    }
}
