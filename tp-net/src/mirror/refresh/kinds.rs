//! Things of one kind: the list of their ids, and those that are others than before.

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::time::Duration;

use super::in_flight::InFlight;
use super::{Refresh, is_busy, is_fatal, is_final, is_gone, patiently};
use crate::error::Error;
use crate::mirror::picture::Picture;
use crate::mirror::progress::{Part, Progress};
use crate::mirror::things::{Entry, Things};
use crate::model::{IdModtime, Refusal};
use crate::ops::SessionHandle;
use crate::{BatchResult, GameItem, IdListQuery};

/// Things that are asked for in one request.
const BATCH: usize = 500;

/// Requests that are on their way at the same time.
pub(super) const IN_FLIGHT: usize = 8;

/// A list of ids.
pub(super) enum List {
    /// All of them.
    Whole(Vec<IdModtime>),
    /// Those of things that changed, or are gone, since the last one.
    Changes(Vec<IdModtime>),
    /// There is none.
    None(Option<Refusal>),
}

impl<R: FnMut(Progress) -> ControlFlow<()>> Refresh<R> {
    /// Looks at the things of one kind.
    pub(super) async fn kind<T>(
        &mut self,
        part: Part,
        place: fn(&mut Picture) -> &mut Things<T>,
        modtime: fn(&T) -> Option<u64>,
    ) -> Result<(), Error>
    where
        T: GameItem + Clone + PartialEq,
    {
        let old = std::mem::take(place(&mut self.picture));
        let list = self.list::<T>(part, old.newest()).await?;
        let get = |handle: SessionHandle, ids| handle.get::<T>(ids);
        let new = self.fill(part, &old, list, |_| false, modtime, get).await?;
        *place(&mut self.picture) = new;
        Ok(())
    }

    /// The ids of all things of a kind, or of those that changed.
    pub(super) async fn list<T: GameItem>(
        &mut self,
        part: Part,
        newest: u64,
    ) -> Result<List, Error> {
        // For some servers 0 means all there is.
        let since = (self.habits.lists_changes(self.version) && newest > 0).then_some(newest);
        let page = self.settings.page;
        let first = || IdListQuery::<T>::new().page_size(page).since(since);
        let (times, pause) = self.settings.patience;
        let mut left = times;
        let mut ids = Vec::new();
        let mut next = Some(first());
        while let Some(query) = next {
            self.tell(part, 0, 0)?;
            match self.handle.clone().id_page(query).await {
                Ok(page) => {
                    ids.extend(page.ids);
                    next = page.next;
                }
                Err(error) if is_busy(&error) && left > 0 => {
                    left = left.saturating_sub(1);
                    self.handle.pause(pause).await?;
                    ids.clear();
                    next = Some(first());
                }
                Err(error) if is_final(&error) => {
                    return Ok(List::None(error.refusal().cloned()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(match since {
            Some(_) => List::Changes(ids),
            None => List::Whole(ids),
        })
    }

    /// The things of a list: the known ones as they were, the others asked for, and so are those
    /// that are in doubt.
    pub(super) async fn fill<T, F>(
        &mut self,
        part: Part,
        old: &Things<T>,
        list: List,
        is_in_doubt: impl Fn(&Entry<T>) -> bool,
        modtime: fn(&T) -> Option<u64>,
        get: impl Fn(SessionHandle, Vec<u32>) -> F + Copy,
    ) -> Result<Things<T>, Error>
    where
        T: PartialEq,
        F: Future<Output = Result<BatchResult<T>, Error>>,
    {
        let (mut new, changes_only) = match list {
            List::Whole(ids) => (old.listed(&ids), false),
            List::Changes(ids) => (old.changed(&ids), true),
            List::None(refusal) => return Ok(Things::none(refusal)),
        };
        let wanted = new.entries().iter();
        let wanted = wanted.filter(|entry| !entry.is_known || is_in_doubt(entry));
        let wanted: Vec<u32> = wanted.map(|entry| entry.id).collect();
        self.fetch(part, &mut new, wanted, changes_only, modtime, get)
            .await?;
        Ok(new)
    }

    /// Asks for things and puts them into their places.
    pub(super) async fn fetch<T, F>(
        &mut self,
        part: Part,
        things: &mut Things<T>,
        wanted: Vec<u32>,
        changes_only: bool,
        modtime: fn(&T) -> Option<u64>,
        get: impl Fn(SessionHandle, Vec<u32>) -> F + Copy,
    ) -> Result<(), Error>
    where
        T: PartialEq,
        F: Future<Output = Result<BatchResult<T>, Error>>,
    {
        self.tell(part, 0, wanted.len())?;
        let mut gone = HashSet::new();
        let mut batches = wanted.chunks(BATCH);
        let mut asked = batches.clone();
        let mut running = InFlight::new();
        let mut done = 0_usize;
        loop {
            while running.len() < IN_FLIGHT
                && let Some(batch) = batches.next()
            {
                let (handle, patience) = (self.handle.clone(), self.settings.patience);
                running
                    .begin(get_patiently(handle, patience, batch.to_vec(), get))
                    .await;
            }
            let (Some(answers), Some(batch)) = (running.next().await, asked.next()) else {
                break;
            };
            for (id, answer) in batch.iter().copied().zip(answers?) {
                match answer {
                    Ok(thing) => {
                        let entry = things.entry(id);
                        let listed = entry.map(|it| it.modtime);
                        let is_newer = modtime(&thing).is_some_and(|it| listed != Some(it));
                        let is_as_before =
                            entry.is_some_and(|it| it.thing.as_deref() == Some(&thing));
                        self.has_moved |= is_newer && !is_as_before;
                        things.set(id, Some(thing));
                    }
                    Err(error) if is_fatal(&error) => return Err(error),
                    Err(error) if is_gone(&error) && changes_only => {
                        gone.insert(id);
                    }
                    Err(error) if is_final(&error) => {
                        tracing::debug!(%part, id, %error, "listed and not given");
                        self.has_moved |= is_gone(&error);
                        things.set(id, None);
                    }
                    Err(error) => {
                        tracing::debug!(%part, id, %error, "not to be had now");
                        self.has_gaps = true;
                        things.forget(id);
                    }
                }
            }
            done = done.saturating_add(batch.len());
            self.tell(part, done, wanted.len())?;
        }
        things.retain(|entry| !gone.contains(&entry.id));
        Ok(())
    }
}

/// Gets things, and asks again for those for which the server is too busy.
async fn get_patiently<T, F>(
    handle: SessionHandle,
    patience: (u32, Duration),
    ids: Vec<u32>,
    get: impl Fn(SessionHandle, Vec<u32>) -> F,
) -> Result<BatchResult<T>, Error>
where
    F: Future<Output = Result<BatchResult<T>, Error>>,
{
    let mut answers = patiently(handle.clone(), patience, |it| get(it, ids.clone())).await?;
    let (times, pause) = patience;
    for _ in 0..times {
        let busy = answers.iter().map(|it| it.as_ref().is_err_and(is_busy));
        let (places, again): (Vec<usize>, Vec<u32>) = ids
            .iter()
            .zip(busy)
            .enumerate()
            .filter_map(|(place, (id, is_busy))| is_busy.then_some((place, *id)))
            .unzip();
        if again.is_empty() {
            break;
        }
        handle.pause(pause).await?;
        let got = patiently(handle.clone(), patience, |it| get(it, again.clone())).await?;
        for (place, answer) in places.into_iter().zip(got) {
            if let Some(before) = answers.get_mut(place) {
                *before = answer;
            }
        }
    }
    Ok(answers)
}
