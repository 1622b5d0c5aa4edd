//! Getting many things by their ids: split to fit a frame, each answer in its place.

use std::collections::{BTreeSet, HashMap, VecDeque};

use tp_frames::game::{GetWithID, GetWithIDSlot, Okay};
use tp_frames::{Request, TpString};

use super::entries::Entries;
use super::session_handle::PendingReply;
use super::{GameItem, SessionHandle};
use crate::error::Error;

/// An entry for each thing asked for, in the order asked.
pub type BatchResult<T> = Vec<Result<T, Error>>;

/// Ids in one request. Far below what a frame can hold, so that the answers of one request stay
/// well below the limits on both sides.
const BATCH: usize = 4096;

/// Batches that are on their way at the same time: how many things there are may be for the server
/// to say.
const AHEAD: usize = 16;

/// What to do about things that a server left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// Ask for them again.
    Ask,
    /// Leave it at that: asking twice would do it twice.
    Leave,
}

impl SessionHandle {
    /// The things with these ids, an entry for each.
    pub(crate) async fn get<T: GameItem>(self, ids: Vec<u32>) -> Result<BatchResult<T>, Error> {
        let request = |ids| T::Get::from(GetWithID { ids });
        let things = self.clone().each(ids.clone(), request).await?;
        let mut shared = self.lock();
        let limit = shared.session.options().description_bytes;
        for (id, thing) in ids.into_iter().zip(&things) {
            if let Ok(thing) = thing {
                shared.descriptions.keep(id, thing, limit);
            }
        }
        drop(shared);
        Ok(things)
    }

    /// As [`get`](Self::get), with requests made by `request`.
    pub(crate) async fn each<R>(
        self,
        ids: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
    ) -> Result<BatchResult<R::Reply>, Error>
    where
        R: Request,
    {
        self.each_read(ids, request, |reply| reply).await
    }

    /// As [`each`](Self::each), of whose answers `read` makes something else.
    pub(super) async fn each_read<R: Request, T>(
        &self,
        ids: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
        read: impl Fn(R::Reply) -> T,
    ) -> Result<BatchResult<T>, Error> {
        self.require::<R>().await?;
        self.batches(Again::Ask, ids, request, read).await
    }

    /// What is in these slots, an entry for each.
    pub(crate) async fn each_slot<R>(
        self,
        id: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<R::Reply>, Error>
    where
        R: Request + From<GetWithIDSlot>,
    {
        self.each(slots, |slots| R::from(GetWithIDSlot { id, slots }))
            .await
    }

    /// Removes the things with these ids.
    pub(crate) async fn remove<R>(
        self,
        ids: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
    ) -> Result<BatchResult<TpString>, Error>
    where
        R: Request<Reply = Okay>,
    {
        self.require::<R>().await?;
        self.batches(Again::Leave, ids, request, |okay| okay.result)
            .await
    }

    /// Removes what is in these slots, the highest first: what is behind a removed one moves up.
    /// For the same reason none is named twice, or the next one would go too. Answers come in the
    /// order given.
    pub(crate) async fn remove_slots<R>(
        self,
        slots: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
    ) -> Result<BatchResult<TpString>, Error>
    where
        R: Request<Reply = Okay>,
    {
        let each: BTreeSet<u32> = slots.iter().copied().collect();
        let falling: Vec<u32> = each.into_iter().rev().collect();
        let answers = self.remove(falling.clone(), request).await?;
        let said: HashMap<u32, _> = falling.into_iter().zip(answers).collect();
        let places = slots.iter().filter_map(|slot| said.get(slot).cloned());
        Ok(places.collect())
    }

    /// Asks in batches, many at once, and returns an entry for each thing. Asking for nothing asks
    /// nothing: servers disagree about what that means.
    async fn batches<R: Request, T>(
        &self,
        again: Again,
        things: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
        read: impl Fn(R::Reply) -> T,
    ) -> Result<BatchResult<T>, Error> {
        let mut batches = things.chunks(BATCH);
        let mut asked = VecDeque::new();
        let mut answers = Entries::new();
        loop {
            while asked.len() < AHEAD
                && let Some(batch) = batches.next()
            {
                asked.push_back((batch, self.begin(request(batch.to_vec()))));
            }
            if batches.len() == 0 {
                self.mark_all_sent();
            }
            let Some((mut rest, mut pending)) = asked.pop_front() else {
                break;
            };
            loop {
                let start = answers.len();
                let got = self.batch::<R, T>(rest.len(), pending, &mut answers, &read);
                match got.await {
                    // The others may have fared better.
                    Err(error) if error.is_fate_unknown() => {
                        answers.truncate(start);
                        for _ in rest {
                            answers.push_missing(&error)?;
                        }
                    }
                    got => got?,
                }
                let got = answers.from(start).iter();
                let count = got.filter(|answer| !is_missing(answer)).count();
                let done = count == rest.len() || count == 0 || again == Again::Leave;
                let kept = if done { rest.len() } else { count };
                answers.truncate(start.saturating_add(kept));
                rest = rest.get(kept..).unwrap_or_default();
                if rest.is_empty() {
                    break;
                }
                // Some servers stop a group at the first thing that fails.
                pending = self.begin(request(rest.to_vec()));
            }
        }
        Ok(answers.into_vec())
    }

    /// Adds the answers to one batch, padded or cut to `count`.
    async fn batch<R: Request, T>(
        &self,
        count: usize,
        pending: PendingReply,
        answers: &mut Entries<T>,
        read: impl Fn(R::Reply) -> T,
    ) -> Result<(), Error> {
        let start = answers.len();
        let answer = pending.await?;
        // A refusal without a group may mean the one thing asked for, or the request.
        if count > 1
            && let Some(refusal) = answer.refused_whole()
        {
            return Err(refusal);
        }
        answer.read_into::<R, T>(answers, &self.decode_options(), read)?;
        let end = start.saturating_add(count);
        if answers.len() < end {
            let announced = u32::try_from(count).unwrap_or(u32::MAX);
            let got = answers.len().saturating_sub(start);
            let got = u32::try_from(got).unwrap_or(u32::MAX);
            let missing = match answers.from(start).last() {
                Some(Err(error)) if is_incomplete(error) => error.clone(),
                _ => Error::Incomplete { announced, got },
            };
            answers.reserve(end.saturating_sub(answers.len()));
            while answers.len() < end {
                answers.push_missing(&missing)?;
            }
        }
        answers.truncate(end);
        Ok(())
    }
}

/// Returns `true` if there is no answer because the server stopped early.
fn is_missing<T>(answer: &Result<T, Error>) -> bool {
    matches!(answer, Err(Error::Incomplete { .. }))
}

/// Returns `true` if an error is about the rest of a group, not about one thing.
fn is_incomplete(error: &Error) -> bool {
    matches!(
        error,
        Error::Incomplete { .. } | Error::Timeout(_) | Error::TooLarge { .. }
    ) || error.is_fate_unknown()
        || error.is_disconnected()
}
