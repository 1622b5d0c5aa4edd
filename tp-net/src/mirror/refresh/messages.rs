//! Boards, and the messages on them.

use std::ops::ControlFlow;

use tp_frames::game::{Board, GetMessage};

use super::orders::{in_slots, whole};
use super::{Refresh, is_final, patiently};
use crate::error::Error;
use crate::mirror::changes::say_the_same;
use crate::mirror::progress::{Part, Progress};
use crate::mirror::things::Entry;
use crate::model::{IdModtime, Message};
use crate::ops::SessionHandle;

/// How many of the known messages are asked for again to see whether those before are what they
/// were. See [`Refresh::board`].
const SAMPLE: usize = 4;

impl<R: FnMut(Progress) -> ControlFlow<()>> Refresh<R> {
    /// Looks at the boards, each of them.
    pub(super) async fn boards(&mut self) -> Result<(), Error> {
        let old = std::mem::take(&mut self.picture.boards);
        let list = self.list::<Board>(Part::Boards, old.newest()).await?;
        let get = |handle: SessionHandle, ids| handle.get::<Board>(ids);
        let modtime = |board: &Board| Some(board.modtime);
        let all = |_: &Entry<Board>| true;
        self.picture.boards = self
            .fill(Part::Boards, &old, list, all, modtime, get)
            .await?;
        Ok(())
    }

    /// Looks at the messages on boards that are others than before.
    pub(super) async fn messages(&mut self) -> Result<(), Error> {
        let old = std::mem::take(&mut self.picture.messages);
        let boards = self.picture.boards.with_ids();
        let boards: Vec<(IdModtime, u32)> = boards
            .filter(|(_, board)| board.messages > 0)
            .map(|(id, board)| {
                let modtime = board.modtime;
                (IdModtime { id, modtime }, board.messages)
            })
            .collect();
        let ids: Vec<IdModtime> = boards.iter().map(|(id, _)| *id).collect();
        let mut new = old.listed(&ids);
        let of = boards.len();
        self.tell(Part::Messages, 0, of)?;
        for (done, (board, number)) in (1..).zip(boards) {
            let entry = new.entry(board.id);
            let before = entry.and_then(|it| it.thing.clone());
            let is_known = entry.is_some_and(|it| it.is_known);
            let known = before.as_ref().map(|it| it.as_slice()).unwrap_or_default();
            if !is_known || !is_many(known, number) {
                let (messages, is_busy) = self.board(board.id, number, known).await?;
                let is_short = !is_many(&messages, number);
                self.has_moved |= is_busy || is_short && messages != known;
                new.set(board.id, Some(messages).filter(|it| !it.is_empty()));
                if is_busy {
                    self.has_gaps = true;
                    new.forget(board.id);
                }
            }
            self.tell(Part::Messages, done, of)?;
        }
        self.picture.messages = new;
        Ok(())
    }

    /// The messages on a board, `number` of them, and whether the server was too busy for some.
    ///
    /// Messages come at the end; those behind a removed one move up. So where the last known ones
    /// are still in their places, nothing before them was removed: as long as they differ, none of
    /// them can be in the place of another, and fewer messages that were removed than are looked at
    /// would bring one of them there. If more were removed, as many new ones would have to say the
    /// same as those that are looked at, in the same order.
    async fn board(
        &mut self,
        board: u32,
        number: u32,
        known: &[Message],
    ) -> Result<(Vec<Message>, bool), Error> {
        let count = u32::try_from(known.len()).unwrap_or(u32::MAX);
        let start = known.len().saturating_sub(SAMPLE);
        let sample = known.get(start..).unwrap_or_default();
        if !sample.is_empty() && count <= number && all_differ(sample) {
            let sampled = u32::try_from(sample.len()).unwrap_or(u32::MAX);
            let first = count.saturating_sub(sampled);
            let (got, is_busy) = self
                .slots(board, first, number.saturating_sub(first))
                .await?;
            let (again, fresh) = got.split_at(sample.len().min(got.len()));
            let mut pairs = sample.iter().zip(again);
            if again.len() == sample.len() && pairs.all(|(one, other)| say_the_same(one, other)) {
                let mut messages = Vec::with_capacity(known.len().saturating_add(fresh.len()));
                messages.extend_from_slice(known.get(..start).unwrap_or_default());
                messages.extend(got);
                return Ok((messages, is_busy));
            }
        }
        self.slots(board, 0, number).await
    }

    /// What is in so many slots of a board from `first` on, up to one in which there is nothing.
    async fn slots(
        &mut self,
        board: u32,
        first: u32,
        number: u32,
    ) -> Result<(Vec<Message>, bool), Error> {
        let (handle, patience) = (self.handle.clone(), self.settings.patience);
        let got = in_slots(number, |slots| {
            let slots: Vec<u32> = slots
                .iter()
                .map(|slot| slot.saturating_add(first))
                .collect();
            let ask = move |it: SessionHandle| it.each_slot::<GetMessage>(board, slots.clone());
            patiently(handle.clone(), patience, ask)
        });
        match got.await {
            Err(error) if is_final(&error) => Ok((Vec::new(), false)),
            got => whole(got?),
        }
    }
}

fn is_many(messages: &[Message], number: u32) -> bool {
    u32::try_from(messages.len()) == Ok(number)
}

fn all_differ(messages: &[Message]) -> bool {
    let mut rest = messages.iter();
    while let Some(message) = rest.next() {
        if rest.clone().any(|other| say_the_same(message, other)) {
            return false;
        }
    }
    true
}
