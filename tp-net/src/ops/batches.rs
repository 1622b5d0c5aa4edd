//! Getting many things by their ids: split to fit a frame, each answer in its place.

use tp_frames::{Request, TpString, tp03, tp04};

use super::session_handle::PendingReply;
use super::{SessionHandle, single};
use crate::error::Error;

/// An entry for each thing asked for, in the order asked.
pub type BatchResult<T> = Vec<Result<T, Error>>;

/// What the server says when it has done something.
pub(super) struct OkayText(TpString);

impl From<tp03::Okay> for OkayText {
    fn from(okay: tp03::Okay) -> Self {
        Self(okay.result)
    }
}

impl From<tp04::Okay> for OkayText {
    fn from(okay: tp04::Okay) -> Self {
        Self(okay.result)
    }
}

fn texts(said: BatchResult<OkayText>) -> BatchResult<TpString> {
    said.into_iter()
        .map(|said| said.map(|said| said.0))
        .collect()
}

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
    pub(super) async fn each<A, B, T>(&self, ids: Vec<u32>) -> Result<BatchResult<T>, Error>
    where
        A: Request + 'static + From<tp03::GetWithID>,
        B: Request + 'static + From<tp04::GetWithID>,
        T: From<A::Reply> + From<B::Reply>,
    {
        if self.version().await?.protocol() == 3 {
            self.batches(Again::Ask, ids, |ids| A::from(tp03::GetWithID { ids }))
                .await
        } else {
            self.batches(Again::Ask, ids, |ids| B::from(tp04::GetWithID { ids }))
                .await
        }
    }

    /// Removes the things with these ids.
    pub(super) async fn remove<A: Request + 'static, B: Request + 'static>(
        &self,
        ids: Vec<u32>,
        old: impl Fn(Vec<u32>) -> A,
        new: impl Fn(Vec<u32>) -> B,
    ) -> Result<BatchResult<TpString>, Error>
    where
        OkayText: From<A::Reply> + From<B::Reply>,
    {
        let said = if self.version().await?.protocol() == 3 {
            self.batches(Again::Leave, ids, old).await?
        } else {
            self.batches(Again::Leave, ids, new).await?
        };
        Ok(texts(said))
    }

    /// As [`each`](Self::each), for what only TP04 has.
    pub(super) async fn each_new<B, T>(
        &self,
        ids: Vec<u32>,
        what: &'static str,
    ) -> Result<BatchResult<T>, Error>
    where
        B: Request + 'static + From<tp04::GetWithID>,
        T: From<B::Reply>,
    {
        let version = self.version().await?;
        if version.protocol() == 3 {
            return Err(Error::NotInVersion { what, version });
        }
        self.batches(Again::Ask, ids, |ids| B::from(tp04::GetWithID { ids }))
            .await
    }

    /// As [`each`](Self::each), for what has one version only.
    pub(super) async fn get_each<R, T>(
        &self,
        ids: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
    ) -> Result<BatchResult<T>, Error>
    where
        R: Request + 'static,
        T: From<R::Reply>,
    {
        self.batches(Again::Ask, ids, request).await
    }

    /// What is in these slots, an entry for each.
    pub(super) async fn each_slot<A, B, T>(
        &self,
        id: u32,
        slots: Vec<u32>,
    ) -> Result<BatchResult<T>, Error>
    where
        A: Request + 'static + From<tp03::GetWithIDSlot>,
        B: Request + 'static + From<tp04::GetWithIDSlot>,
        T: From<A::Reply> + From<B::Reply>,
    {
        if self.version().await?.protocol() == 3 {
            self.batches(Again::Ask, slots, |slots| {
                A::from(tp03::GetWithIDSlot { id, slots })
            })
            .await
        } else {
            self.batches(Again::Ask, slots, |slots| {
                B::from(tp04::GetWithIDSlot { id, slots })
            })
            .await
        }
    }

    /// Removes what is in these slots, the highest first: what is behind a removed one moves up.
    /// Answers come in the order given.
    pub(super) async fn remove_slots<A: Request + 'static, B: Request + 'static>(
        &self,
        slots: Vec<u32>,
        old: impl Fn(Vec<u32>) -> A,
        new: impl Fn(Vec<u32>) -> B,
    ) -> Result<BatchResult<TpString>, Error>
    where
        OkayText: From<A::Reply> + From<B::Reply>,
    {
        let mut falling: Vec<(usize, u32)> = slots.into_iter().enumerate().collect();
        falling.sort_by_key(|(_, slot)| std::cmp::Reverse(*slot));
        let slots = falling.iter().map(|(_, slot)| *slot).collect();
        let answers = self.remove(slots, old, new).await?;
        let places = falling.into_iter().map(|(place, _)| place);
        let mut placed: Vec<_> = places.zip(answers).collect();
        placed.sort_by_key(|(place, _)| *place);
        Ok(placed.into_iter().map(|(_, answer)| answer).collect())
    }

    /// Asks in batches, all at once, and returns an entry for each thing. Asking for nothing asks
    /// nothing: servers disagree about what that means.
    async fn batches<R, T>(
        &self,
        again: Again,
        things: Vec<u32>,
        request: impl Fn(Vec<u32>) -> R,
    ) -> Result<BatchResult<T>, Error>
    where
        R: Request + 'static,
        T: From<R::Reply>,
    {
        let mut asked = Vec::new();
        for batch in things.chunks(BATCH) {
            asked.push((batch, self.begin(&request(batch.to_vec()))?));
        }
        self.mark_all_sent();
        let mut answers = Vec::with_capacity(things.len());
        for (batch, pending) in asked {
            let mut rest = batch;
            let mut pending = pending;
            loop {
                let got = self.batch::<R, T>(rest.len(), pending).await?;
                let count = got.iter().filter(|answer| !is_missing(answer)).count();
                let done = count == rest.len() || count == 0 || again == Again::Leave;
                let kept = if done { rest.len() } else { count };
                answers.extend(got.into_iter().take(kept));
                rest = rest.get(kept..).unwrap_or_default();
                if rest.is_empty() {
                    break;
                }
                // Some servers stop a group at the first thing that fails.
                pending = self.begin(&request(rest.to_vec()))?;
            }
        }
        Ok(answers)
    }

    /// The answers to one batch, padded or cut to `count`.
    async fn batch<R, T>(
        &self,
        count: usize,
        pending: PendingReply,
    ) -> Result<BatchResult<T>, Error>
    where
        R: Request + 'static,
        T: From<R::Reply>,
    {
        let answer = pending.await?;
        // A refusal without a group may mean the one thing asked for, or the request.
        if count > 1
            && let Some(refusal) = answer.refused_whole()
        {
            return Err(refusal);
        }
        let options = self.decode_options();
        let mut answers: BatchResult<T> = answer
            .many()?
            .into_iter()
            .map(|frame| Ok(single::<R>(&frame?, &options)?.into()))
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
    ) || error.is_disconnected()
}
