//! Several things asked for at the same time.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::Poll;

/// Operations that are on their way at the same time, whose results come in the order asked.
///
/// Each is polled once when it begins, so that it sends what it has to ask, and then when it is the
/// oldest: answers wait for it meanwhile.
pub(super) struct InFlight<F: Future>(VecDeque<Operation<F>>);

enum Operation<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
}

impl<F: Future> InFlight<F> {
    pub(super) fn new() -> Self {
        Self(VecDeque::new())
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Begins another.
    pub(super) async fn begin(&mut self, operation: F) {
        let mut operation = Box::pin(operation);
        let begun = std::future::poll_fn(|context| {
            Poll::Ready(match operation.as_mut().poll(context) {
                Poll::Ready(output) => Some(output),
                Poll::Pending => None,
            })
        });
        let output = begun.await;
        self.0.push_back(match output {
            Some(output) => Operation::Done(output),
            None => Operation::Running(operation),
        });
    }

    /// The result of the oldest; `None` if there is none.
    pub(super) async fn next(&mut self) -> Option<F::Output> {
        match self.0.pop_front()? {
            Operation::Running(operation) => Some(operation.await),
            Operation::Done(output) => Some(output),
        }
    }
}
