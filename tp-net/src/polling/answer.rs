//! Tickets, and the answers they are for.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::pin::Pin;

use super::operation::{Work, take_result};
use crate::error::Error;

/// Stands for the answer to one operation, which will be a `T`.
pub struct Ticket<T> {
    id: u64,
    answer: PhantomData<fn() -> T>,
}

impl<T> Ticket<T> {
    pub(super) fn new(id: u64) -> Self {
        Self {
            id,
            answer: PhantomData,
        }
    }

    /// Tells the tickets of one client apart; they rise.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }
}

impl<T> Clone for Ticket<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ticket<T> {}

impl<T> PartialEq for Ticket<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl<T> Eq for Ticket<T> {}

impl<T> Hash for Ticket<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.id).finish()
    }
}

/// The answer to one operation: its result, or why there is none.
pub struct Answer {
    id: u64,
    /// It is done.
    work: Pin<Box<dyn Work>>,
}

impl Answer {
    pub(super) fn new(id: u64, work: Pin<Box<dyn Work>>) -> Self {
        Self { id, work }
    }

    /// The [`Ticket::id`] of the ticket it is for.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The result, if this is the answer for `ticket`. It can be taken once.
    pub fn redeem<T: 'static>(&mut self, ticket: &Ticket<T>) -> Option<Result<T, Error>> {
        let is_for_it = ticket.id == self.id;
        // There is none for a ticket of another client.
        is_for_it.then(|| take_result(self.work.as_mut())).flatten()
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// Too many operations are outstanding; this one is handed back.
#[derive(thiserror::Error)]
#[error("{}", Error::Full(*.limit))]
pub struct Full<R> {
    request: Box<R>,
    limit: usize,
}

impl<R> Full<R> {
    pub(super) fn new(request: R, limit: usize) -> Self {
        Self {
            request: Box::new(request),
            limit,
        }
    }

    /// What was to be asked.
    #[must_use]
    pub fn into_request(self) -> R {
        *self.request
    }

    /// How many operations may be outstanding.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit
    }
}

impl<R> fmt::Debug for Full<R> {
    /// Leaves the request out: it may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Full")
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

impl<R> From<Full<R>> for Error {
    fn from(full: Full<R>) -> Self {
        Self::Full(full.limit)
    }
}
