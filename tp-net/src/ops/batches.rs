//! Getting many things by their ids: split to fit a frame, each answer in its place.

use std::collections::{BTreeSet, HashMap};

use tp_frames::game::{GetWithID, GetWithIDSlot, Okay};
use tp_frames::{Request, TpString};

use super::session_handle::PendingReply;
use super::{GameItem, SessionHandle, single};
use crate::error::Error;

/// An entry for each thing asked for, in the order asked.
pub type BatchResult<T> = Vec<Result<T, Error>>;

/// Ids in one request. Far below what a frame can hold, so that the answers of one request stay
/// well below the limits on both sides.
const BATCH: usize = 4096;

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
        for (id, thing) in ids.into_iter().zip(&things) {
            if let Ok(thing) = thing {
                shared.descriptions.keep(id, thing);
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
        self.require::<R>().await?;
        self.batches(Again::Ask, ids, request).await
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
        let said = self.batches(Again::Leave, ids, request).await?.into_iter();
        Ok(said.map(|said| Ok(said?.result)).collect())
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

    /// Asks in batches, all at once, and returns an entry for each thing. Asking for nothing asks
    /// nothing: servers disagree about what that means.
    async fn batches<R>(
        &self,
        again: Again,
        things: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
    ) -> Result<BatchResult<R::Reply>, Error>
    where
        R: Request,
    {
        let mut asked = Vec::new();
        for batch in things.chunks(BATCH) {
            asked.push((batch, self.begin(request(batch.to_vec()))));
        }
        self.mark_all_sent();
        let mut answers = Vec::with_capacity(things.len());
        for (batch, pending) in asked {
            let mut rest = batch;
            let mut pending = pending;
            loop {
                let got = match self.batch::<R>(rest.len(), pending).await {
                    // The others may have fared better.
                    Err(error) if error.is_fate_unknown() => {
                        rest.iter().map(|_| Err(error.clone())).collect()
                    }
                    got => got?,
                };
                let count = got.iter().filter(|answer| !is_missing(answer)).count();
                let done = count == rest.len() || count == 0 || again == Again::Leave;
                let kept = if done { rest.len() } else { count };
                answers.extend(got.into_iter().take(kept));
                rest = rest.get(kept..).unwrap_or_default();
                if rest.is_empty() {
                    break;
                }
                // Some servers stop a group at the first thing that fails.
                pending = self.begin(request(rest.to_vec()));
            }
        }
        Ok(answers)
    }

    /// The answers to one batch, padded or cut to `count`.
    async fn batch<R: Request>(
        &self,
        count: usize,
        pending: PendingReply,
    ) -> Result<BatchResult<R::Reply>, Error> {
        let answer = pending.await?;
        // A refusal without a group may mean the one thing asked for, or the request.
        if count > 1
            && let Some(refusal) = answer.refused_whole()
        {
            return Err(refusal);
        }
        let options = self.decode_options();
        let mut answers: BatchResult<R::Reply> = answer
            .many()?
            .into_iter()
            .map(|frame| single::<R>(&frame?, &options))
            .collect();
        if answers.len() < count {
            let announced = u32::try_from(count).unwrap_or(u32::MAX);
            let got = u32::try_from(answers.len()).unwrap_or(u32::MAX);
            let missing = match answers.last() {
                Some(Err(error)) if is_incomplete(error) => error.clone(),
                _ => Error::Incomplete { announced, got },
            };
            answers.resize_with(count, || Err(missing.clone()));
        }
        answers.truncate(count);
        Ok(answers)
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
