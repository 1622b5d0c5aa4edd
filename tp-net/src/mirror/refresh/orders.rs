//! The orders in queues, or of objects.

use std::ops::ControlFlow;

use tp_frames::game::GetOrder;

use super::in_flight::InFlight;
use super::kinds::IN_FLIGHT;
use super::{Refresh, is_busy, is_fatal, is_final, patiently};
use crate::BatchResult;
use crate::error::Error;
use crate::mirror::progress::{Part, Progress};
use crate::model::IdModtime;
use crate::ops::SessionHandle;

/// Slots that are asked for in one request.
const BATCH: u32 = 500;

impl<R: FnMut(Progress) -> ControlFlow<()>> Refresh<R> {
    /// Looks at the orders.
    pub(super) async fn orders(&mut self) -> Result<(), Error> {
        let old = std::mem::take(&mut self.picture.orders);
        let in_queues = self.version.has(4);
        // What has orders, how many, and what changes with them.
        let places: Vec<(IdModtime, u32)> = if in_queues {
            let queues = self.picture.order_queues.entries().iter();
            queues
                .filter_map(|entry| {
                    let (id, modtime) = (entry.id, entry.modtime);
                    let number = entry.thing.as_ref()?.numorders;
                    Some((IdModtime { id, modtime }, number))
                })
                .collect()
        } else {
            let objects = self.picture.objects.entries().iter();
            objects
                .filter_map(|entry| {
                    let (id, modtime) = (entry.id, entry.modtime);
                    let number = entry.thing.as_ref()?.orders?;
                    Some((IdModtime { id, modtime }, number))
                })
                .collect()
        };
        let places: Vec<_> = places
            .into_iter()
            .filter(|(_, number)| *number > 0)
            .collect();
        let ids: Vec<IdModtime> = places.iter().map(|(id, _)| *id).collect();
        let mut new = old.listed(&ids);
        let serials_tell = in_queues || self.habits.orders_touch_objects;
        let wanted: Vec<(u32, u32)> = places
            .into_iter()
            .filter(|(id, _)| {
                let is_known = new.entry(id.id).is_some_and(|entry| entry.is_known);
                !(is_known && serials_tell)
            })
            .map(|(id, number)| (id.id, number))
            .collect();

        self.tell(Part::Orders, 0, wanted.len())?;
        let (mut next, mut asked) = (wanted.iter().copied(), wanted.iter().copied());
        let mut running = InFlight::new();
        let mut done = 0_usize;
        loop {
            while running.len() < IN_FLIGHT.saturating_mul(8)
                && let Some((place, number)) = next.next()
            {
                let (handle, patience) = (self.handle.clone(), self.settings.patience);
                running
                    .begin(in_slots(number, move |slots| {
                        let handle = handle.clone();
                        let ask =
                            move |it: SessionHandle| it.each_slot::<GetOrder>(place, slots.clone());
                        patiently(handle, patience, ask)
                    }))
                    .await;
            }
            let (Some(got), Some((place, number))) = (running.next().await, asked.next()) else {
                break;
            };
            let (orders, is_busy) = match got {
                Err(error) if is_final(&error) => (Vec::new(), false),
                got => whole(got?)?,
            };
            let orders = Some(orders).filter(|orders| !orders.is_empty());
            let got = orders.as_ref().map_or(0, Vec::len);
            let is_short = u32::try_from(got).unwrap_or(u32::MAX) < number;
            let before = new.entry(place).and_then(|it| it.thing.as_deref());
            self.has_moved |= is_busy || is_short && before != orders.as_ref();
            new.set(place, orders);
            if is_busy {
                self.has_gaps = true;
                new.forget(place);
            }
            done = done.saturating_add(1);
            self.tell(Part::Orders, done, wanted.len())?;
        }
        self.picture.orders = new;
        Ok(())
    }
}

/// What is in so many slots, a request after the other, up to one to which not all comes: nobody
/// has more slots than things, whatever the server says, and what is behind the first slot that is
/// empty is not looked at.
pub(super) async fn in_slots<T, F>(
    number: u32,
    get: impl Fn(Vec<u32>) -> F,
) -> Result<BatchResult<T>, Error>
where
    F: Future<Output = Result<BatchResult<T>, Error>>,
{
    let mut all = Vec::new();
    let mut start = 0_u32;
    while start < number {
        let end = start.saturating_add(BATCH).min(number);
        let got = get((start..end).collect()).await?;
        let is_end = got.iter().any(Result::is_err);
        all.extend(got);
        if is_end {
            break;
        }
        start = end;
    }
    Ok(all)
}

/// What there is, up to the first slot in which there is nothing; and whether that may be because the
/// server is busy. Servers say so of slots that are not there any more, too, so there is no point
/// in asking for them again before what says how many there are.
///
/// # Errors
///
/// Nothing more can be asked.
pub(super) fn whole<T>(slots: BatchResult<T>) -> Result<(Vec<T>, bool), Error> {
    if let Some(error) = slots
        .iter()
        .find_map(|it| it.as_ref().err().filter(|it| is_fatal(it)))
    {
        return Err(error.clone());
    }
    let first = slots.iter().find_map(|it| it.as_ref().err());
    let is_short_of_time = first.is_some_and(is_busy);
    let mut all: Vec<T> = slots.into_iter().map_while(Result::ok).collect();
    all.shrink_to_fit();
    Ok((all, is_short_of_time))
}
