//! Lists of ids, and how far one is read.

use std::collections::HashSet;
use std::marker::PhantomData;

use tp_frames::game::GetIDSequence;
use tp_frames::{Item, Packet, Semi32, Semi64};

use crate::error::Error;
use crate::model::{IDSequence, IdModtime};

/// Ids in a page, unless told otherwise.
const PAGE: u32 = 1000;

/// How often a list is begun anew because it changed or the server no longer knows it, without an
/// id more; and how often in all, also because the connection was cut.
const RESTARTS: u32 = 3;
const RESTARTS_IN_ALL: u32 = 100;

/// Ids that may come twice while a list is read from its beginning to its end.
const REPEATS: usize = 1000;

/// Bytes of an id and its modification time.
const ENTRY: usize = 12;

/// The list of the ids of all `T`, to be had page by page.
///
/// A list that changed while it was read, or that the server gave up because somebody asked for
/// the same kind of list anew or because the connection was cut, is begun again, up to a limit; ids that came before do not come
/// twice. A list whose slices do not add up is an error, [`Error::IdList`], and so is one that goes
/// on and on with ids that came before, or has more bytes than one answer may have.
///
/// The blocking and the asynchronous client return the ids one by one, and fetch the pages for
/// it: [`blocking::Client::paged_ids`](crate::blocking::Client::paged_ids) is an iterator, that of
/// the asynchronous client is like a stream. On the polling client each page is an operation of
/// its own:
///
/// ```
/// use tp_net::{IdListQuery, Options, game, polling::Client};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let mut client = Client::connect(address, Options::default())?;
/// client.login("guest", "guest")?;
/// let mut page = client.id_page(IdListQuery::<game::Object>::new().page_size(10))?;
/// let mut ids = Vec::new();
/// while client.outstanding() > 0 {
///     if let Some(mut answer) = client.poll()
///         && let Some(got) = answer.redeem(&page)
///     {
///         let got = got?;
///         ids.extend(got.ids);
///         if let Some(next) = got.next {
///             page = client.id_page(next)?;
///         }
///     }
///     // … draw a picture, move the stars …
/// }
/// assert!(ids.len() > 10);
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct IdListQuery<T> {
    item: PhantomData<T>,
    since: Option<u64>,
    pub(super) size: u32,
    /// The server's name for the list, and where the next page starts; `None` before the first.
    pub(super) place: Option<ListPosition>,
    seen: HashSet<u32>,
    /// How many ids had come before the list was last begun, and how many of these came since, or
    /// came twice.
    known: usize,
    again: usize,
    restarts: u32,
    restarts_in_all: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ListPosition {
    /// Which connection of the session the key is of.
    pub(super) connection: u64,
    pub(super) key: Semi32,
    pub(super) start: u32,
    pub(super) remaining: u32,
}

/// A page of the ids of all `T`.
#[derive(Debug, Clone)]
pub struct IdListPage<T> {
    /// The ids, in the server's order.
    pub ids: Vec<IdModtime>,
    /// How to get the next page; `None` if this was the last.
    pub next: Option<IdListQuery<T>>,
}

impl<T: Item> Default for IdListQuery<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Item> IdListQuery<T> {
    /// The whole list, 1,000 ids a page.
    #[must_use]
    pub fn new() -> Self {
        Self {
            item: PhantomData,
            since: None,
            size: PAGE,
            place: None,
            seen: HashSet::new(),
            known: 0,
            again: 0,
            restarts: RESTARTS,
            restarts_in_all: RESTARTS_IN_ALL,
        }
    }

    /// Only what has changed after this modification time, and what is gone. Since TP04.
    #[must_use]
    pub fn since(self, modtime: Option<u64>) -> Self {
        Self {
            since: modtime,
            ..self
        }
    }

    /// Ids in a page; at least one.
    #[must_use]
    pub fn page_size(self, size: u32) -> Self {
        Self {
            size: size.max(1),
            ..self
        }
    }

    /// The request for a slice of the list.
    pub(super) fn slice(&self, key: Semi32, start: u32, amount: Semi32) -> GetIDSequence {
        GetIDSequence {
            key,
            start,
            amount,
            from: self.since.map_or(Semi64::NONE, Semi64::from_bits),
        }
    }

    /// Takes the ids of a slice that did not come before, on this connection, and moves on.
    ///
    /// # Errors
    ///
    /// [`Error::IdList`]; [`Error::RepeatedIds`], if there is no end of ids that came before; or
    /// [`Error::TooLarge`], if these are more than `limit` bytes in all.
    pub(super) fn take(
        &mut self,
        slice: &IDSequence,
        asked: &GetIDSequence,
        connection: u64,
        limit: usize,
    ) -> Result<Vec<IdModtime>, Error> {
        let count = u32::try_from(slice.modtimes.len()).unwrap_or(u32::MAX);
        let remaining = slice.remaining.get().unwrap_or(0);
        let (got, left) = (u64::from(count), u64::from(remaining));
        let now = got.saturating_add(left);
        let expected = self.place.map_or(now, |place| place.remaining.into());
        let is_empty = count == 0 && asked.amount != 0_u32.into();
        if expected != now || (is_empty && remaining > 0) {
            return Err(Error::IdList {
                expected,
                got,
                left,
            });
        }
        if self.place.is_none() {
            (self.known, self.again) = (self.seen.len(), 0);
        }
        self.place = Some(ListPosition {
            connection,
            key: slice.key,
            start: asked.start.saturating_add(count),
            remaining,
        });
        let ids = slice.modtimes.iter().copied();
        let new: Vec<_> = ids.filter(|id| self.seen.insert(id.id)).collect();
        if self.seen.len().saturating_mul(ENTRY) > limit {
            return Err(Error::TooLarge { limit });
        }
        if !new.is_empty() {
            self.restarts = RESTARTS;
        }
        let repeated = slice.modtimes.len().saturating_sub(new.len());
        self.again = self.again.saturating_add(repeated);
        // What is moved while the list is read may come twice.
        if self.again > self.known.saturating_add(REPEATS) {
            return Err(Error::RepeatedIds {
                ids: self.seen.len(),
            });
        }
        Ok(new)
    }

    /// Returns `true` if the server has given all ids.
    pub(super) fn is_whole(&self) -> bool {
        self.place.is_some_and(|place| place.remaining == 0)
    }

    pub(super) fn page(self, ids: Vec<IdModtime>) -> IdListPage<T> {
        IdListPage {
            ids,
            next: (!self.is_whole()).then_some(self),
        }
    }

    /// After an error in the midst of a list that shows it to be another now, begins it again.
    pub(super) fn begin_anew(&mut self, error: Error) -> Result<(), Error> {
        let changed = match error {
            Error::IdList {
                expected,
                got,
                left,
            } => got.checked_add(left) != Some(expected),
            _ => error.is_refused(),
        };
        // The server's name for the list went with the connection. If there is no other, the next
        // slice says so.
        let is_cut = matches!(error, Error::Disconnected(_));
        let may_begin = is_cut || changed && self.restarts > 0;
        if !may_begin || self.place.is_none() || self.restarts_in_all == 0 {
            return Err(error);
        }
        tracing::debug!(list = T::Ids::NAME, %error, "the list is another, beginning it anew");
        self.restarts = self.restarts.saturating_sub(u32::from(!is_cut));
        self.restarts_in_all = self.restarts_in_all.saturating_sub(1);
        self.place = None;
        Ok(())
    }
}
