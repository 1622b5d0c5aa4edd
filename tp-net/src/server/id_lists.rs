//! The lists of ids that a client is reading.

use std::collections::HashMap;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, Weak};

use tp_frames::game::GetIDSequence;
use tp_frames::{MAX_BODY, Semi32, Semi64};

use super::Answer;
use crate::lock::lock;
use crate::model::{IDSequence, IdModtime, Ids, Refusal};

/// One list of each kind, by the type of its requests: a new one ends the old one.
#[derive(Default)]
pub(super) struct IdLists {
    lists: HashMap<u32, List>,
    last_key: u32,
}

struct List {
    key: u32,
    /// Only what changed later is in it.
    since: Option<u64>,
    /// How many ids it has.
    length: usize,
    /// How many of them were given, from the first on.
    given: usize,
    /// The ids, until all of them were given; without them the list is made again for each slice.
    ids: Option<Arc<Kept>>,
}

/// Lists that the connections of a server are reading, so that those who read the same share one.
#[derive(Debug, Default)]
pub(super) struct SharedIdLists {
    by_kind: Mutex<HashMap<u32, Vec<Weak<Kept>>>>,
    /// Bytes of all lists that are kept.
    bytes: Arc<AtomicUsize>,
}

/// A list that is kept.
#[derive(Debug)]
struct Kept {
    ids: Ids,
    /// Bytes of all that are.
    bytes: Arc<AtomicUsize>,
}

/// Bytes of all lists that are kept for the connections of a server: one of a million ids fits. For
/// whoever reads something else meanwhile, the list is made again for each slice.
const KEPT: usize = 16 << 20;

/// How many lists of one kind are looked at for one that is the same: the latest. Where each player
/// sees something else there is nothing to be found, and looking should not cost much.
const LOOKED_AT: usize = 16;

/// How many ids fit a frame: 12 bytes each, behind 20 of TP04's. One less than the limit, since
/// servers and clients are known that take only less than it.
const MOST: usize = (MAX_BODY - 1 - 20) / 12;

impl IdLists {
    /// The slice that `query` asks for, of the list that `list` gives if it is a new one.
    pub(super) async fn slice<A: Answer<Ids>>(
        &mut self,
        shared: &SharedIdLists,
        kind: u32,
        query: GetIDSequence,
        list: impl FnOnce(Option<u64>) -> A,
    ) -> Result<IDSequence, Refusal> {
        let start = query.start as usize;
        let amount = query.amount.get().map_or(MOST, |amount| amount as usize);
        let amount = amount.min(MOST);
        let mut known = self.lists.get_mut(&kind);
        known = known.filter(|list| query.key.get() == Some(list.key));
        let (since, is_kept) = match (&known, query.key.get()) {
            (Some(list), _) => (list.since, list.ids.is_some() || start >= list.length),
            (None, Some(_)) => return Err(ended()),
            // 0 is one document's way to ask for everything.
            (None, None) => (query.from.get().filter(|from| *from != 0), false),
        };
        // A list that was read to its end is made again for whoever reads it again.
        let mut made = Ids::default();
        if !is_kept {
            made = list(since).await?;
        }
        let list = match known {
            Some(list) if is_kept || made.count(since) == list.length => list,
            // There are other ids by now.
            Some(_) => return Err(ended()),
            None => {
                self.last_key = self.last_key.wrapping_add(1) & (u32::MAX >> 1);
                let mut list = List {
                    key: self.last_key,
                    since,
                    length: made.count(since),
                    given: 0,
                    ids: None,
                };
                // Of what is given at once nothing is remembered.
                if start > 0 || list.length > amount {
                    list.ids = shared.share(kind, &mut made, since);
                }
                self.lists.entry(kind).insert_entry(list).into_mut()
            }
        };
        let Some(left) = list.length.checked_sub(start) else {
            return Err(Refusal::no_such_thing(format!(
                "the list has {} ids, there is none at {start}",
                list.length
            )));
        };
        let amount = amount.min(left);
        let end = start.saturating_add(amount);
        let ids = list.ids.as_ref().map_or(&made, |kept| &kept.ids);
        let slice = ids.slice(list.since, start, amount);
        if start <= list.given {
            list.given = list.given.max(end);
        }
        if list.given == list.length {
            list.ids = None;
        }
        let left = list.length.saturating_sub(end);
        Ok(sequence(list.key, left, slice, query.from))
    }
}

impl SharedIdLists {
    /// The list, to be kept: the one of another connection if that reads the same. `None` without
    /// room for one more.
    fn share(&self, kind: u32, ids: &mut Ids, since: Option<u64>) -> Option<Arc<Kept>> {
        ids.retain(since);
        let others: Vec<_> = lock(&self.by_kind)
            .get(&kind)
            .map(|others| others.iter().filter_map(Weak::upgrade).collect())
            .unwrap_or_default();
        if let Some(same) = others.into_iter().find(|other| other.ids == *ids) {
            return Some(same);
        }
        let more = size_of_val::<[_]>(ids);
        let fits = |bytes: usize| Some(bytes.saturating_add(more)).filter(|sum| *sum <= KEPT);
        let bytes = Arc::clone(&self.bytes);
        bytes.fetch_update(Relaxed, Relaxed, fits).ok()?;
        // What is not kept is gone in a moment, and to shrink it would take as much again.
        ids.shrink_to_fit();
        let ids = ids.clone();
        let kept = Arc::new(Kept { ids, bytes });
        let mut by_kind = lock(&self.by_kind);
        let others = by_kind.entry(kind).or_default();
        others.retain(|other| other.strong_count() > 0);
        others.truncate(LOOKED_AT.saturating_sub(1));
        others.insert(0, Arc::downgrade(&kept));
        Some(kept)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.bytes.fetch_sub(size_of_val::<[_]>(&self.ids), Relaxed);
    }
}

fn ended() -> Refusal {
    Refusal::no_such_thing("this list of ids has ended, start again")
}

fn sequence(key: u32, left: usize, modtimes: Vec<IdModtime>, from: Semi64) -> IDSequence {
    IDSequence {
        key: key.into(),
        remaining: u32::try_from(left).ok().into(),
        modtimes,
        from: Some(from),
    }
}

/// A list that comes whole, without a key.
pub(super) fn whole(ids: &Ids) -> IDSequence {
    let left = ids.len().saturating_sub(MOST);
    IDSequence {
        key: Semi32::NONE,
        remaining: u32::try_from(left).ok().into(),
        modtimes: ids.slice(None, 0, MOST),
        from: Some(Semi64::NONE),
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use tp_frames::Packet;
    use tp_frames::game::{GetBoardIDs, GetDesignIDs};

    use super::*;

    fn query(key: Option<u32>, start: u32, amount: Option<u32>) -> GetIDSequence {
        GetIDSequence {
            key: key.into(),
            start,
            amount: amount.into(),
            from: Semi64::NONE,
        }
    }

    fn ids(count: u32) -> Result<Ids, Refusal> {
        Ok((0..count)
            .map(|id| IdModtime {
                id,
                modtime: u64::from(id) + 100,
            })
            .collect())
    }

    /// A slice of the boards, of which there are `count`.
    async fn slice(
        lists: &mut IdLists,
        query: GetIDSequence,
        count: u32,
    ) -> Result<IDSequence, Refusal> {
        slice_shared(lists, &SharedIdLists::default(), query, count).await
    }

    async fn slice_shared(
        lists: &mut IdLists,
        shared: &SharedIdLists,
        query: GetIDSequence,
        count: u32,
    ) -> Result<IDSequence, Refusal> {
        let list = |_| ready(ids(count));
        lists.slice(shared, GetBoardIDs::TYPE, query, list).await
    }

    /// How many ids are kept for connections.
    fn kept(lists: &[&IdLists]) -> usize {
        let lists = lists.iter().flat_map(|it| it.lists.values());
        let mut kept: Vec<_> = lists.filter_map(|list| list.ids.as_ref()).collect();
        kept.sort_by_key(|ids| Arc::as_ptr(ids));
        kept.dedup_by_key(|ids| Arc::as_ptr(ids));
        kept.into_iter().map(|kept| kept.ids.len()).sum()
    }

    #[tokio::test]
    async fn a_list_is_read_in_slices_and_made_once() {
        let (mut lists, shared) = (IdLists::default(), SharedIdLists::default());
        let counted = slice(&mut lists, query(None, 0, Some(0)), 65)
            .await
            .unwrap();
        assert_eq!((counted.modtimes.len(), counted.remaining), (0, 65.into()));
        let mut seen = Vec::new();
        for (start, amount, remaining) in [(0, 30, 35), (30, 30, 5), (60, 5, 0)] {
            let again = |_| ready(Err(Refusal::protocol("asked twice")));
            let query = query(counted.key.get(), start, Some(amount));
            let slice = lists.slice(&shared, GetBoardIDs::TYPE, query, again);
            let slice = slice.await.unwrap();
            assert_eq!(slice.remaining, remaining.into());
            seen.extend(slice.modtimes);
        }
        assert_eq!(seen, ids(65).unwrap()[..]);
    }

    #[tokio::test]
    async fn stale_keys_and_starts_behind_the_end_are_refused() {
        let mut lists = IdLists::default();
        let old = slice(&mut lists, query(None, 0, Some(0)), 3).await.unwrap();
        let new = slice(&mut lists, query(None, 0, Some(0)), 3).await.unwrap();
        assert_ne!(old.key, new.key);
        let (old, new) = (old.key.get(), new.key.get());
        for query in [query(old, 0, None), query(new, 4, None)] {
            let refusal = slice(&mut lists, query, 3).await.unwrap_err();
            assert_eq!(refusal.code.0, 4);
        }
        // The end itself and too many are fine, another kind is not.
        let end = slice(&mut lists, query(new, 3, None), 3).await.unwrap();
        assert_eq!(end.modtimes, []);
        let rest = slice(&mut lists, query(new, 1, Some(9)), 3).await.unwrap();
        assert_eq!(rest.modtimes.len(), 2);
        let shared = SharedIdLists::default();
        let other = lists.slice(&shared, GetDesignIDs::TYPE, query(new, 0, None), |_| {
            ready(ids(3))
        });
        assert_eq!(other.await.unwrap_err().code.0, 4);
    }

    #[tokio::test]
    async fn only_what_changed_later() {
        let mut lists = IdLists::default();
        let since = GetIDSequence {
            from: Semi64::from(101),
            ..query(None, 0, None)
        };
        let shared = SharedIdLists::default();
        let slice = lists.slice(&shared, GetBoardIDs::TYPE, since, |since| {
            assert_eq!(since, Some(101));
            ready(ids(4))
        });
        let slice = slice.await.unwrap();
        assert_eq!(slice.modtimes, ids(4).unwrap()[2..]);
        assert_eq!(slice.from, Some(Semi64::from(101)));
    }

    #[tokio::test]
    async fn no_slice_outgrows_a_frame() {
        let mut lists = IdLists::default();
        let all = query(None, 0, None);
        let slice = slice(&mut lists, all, 100_000).await.unwrap();
        assert_eq!(slice.modtimes.len(), 87_379);
        assert_eq!(slice.remaining, (100_000 - 87_379).into());
        assert!(whole(&ids(100_000).unwrap()).modtimes.len() * 12 + 20 < MAX_BODY);
    }

    #[tokio::test]
    async fn nothing_is_kept_of_a_list_that_was_read_to_its_end() {
        let mut lists = IdLists::default();
        let whole = slice(&mut lists, query(None, 0, None), 3).await.unwrap();
        assert_eq!((whole.modtimes.len(), whole.remaining), (3, 0.into()));
        assert_eq!(kept(&[&lists]), 0);
        let key = whole.key.get();
        let end = slice(&mut lists, query(key, 3, None), 3).await.unwrap();
        assert_eq!((end.modtimes.len(), end.remaining), (0, 0.into()));
        // It is made again for whoever reads it again, unless there are other ids by now.
        let again = slice(&mut lists, query(key, 1, None), 3).await.unwrap();
        assert_eq!(again.modtimes, ids(3).unwrap()[1..]);
        assert_eq!(kept(&[&lists]), 0);
        let gone = slice(&mut lists, query(key, 1, None), 4).await;
        assert_eq!(gone.unwrap_err().code.0, 4);

        let first = slice(&mut lists, query(None, 0, Some(2)), 5).await.unwrap();
        let key = first.key.get();
        // Nobody has seen what is between.
        let last = slice(&mut lists, query(key, 4, None), 5).await.unwrap();
        assert_eq!((last.modtimes.len(), kept(&[&lists])), (1, 5));
        // What was given is given again.
        for (start, amount, left) in [(1, 1, 5), (2, 2, 5), (0, 1, 5), (4, 1, 0)] {
            let slice = slice(&mut lists, query(key, start, Some(amount)), 5);
            let wanted = ids(5).unwrap();
            let wanted = &wanted[start as usize..(start + amount) as usize];
            assert_eq!(slice.await.unwrap().modtimes, wanted);
            assert_eq!(kept(&[&lists]), left);
        }
    }

    #[tokio::test]
    async fn lists_of_two_kinds_are_read_in_turn() {
        let (mut lists, shared) = (IdLists::default(), SharedIdLists::default());
        let boards = slice(&mut lists, query(None, 0, Some(1)), 2).await.unwrap();
        let designs = lists.slice(&shared, GetDesignIDs::TYPE, query(None, 0, Some(1)), |_| {
            ready(ids(9))
        });
        let designs = designs.await.unwrap();
        assert_ne!(boards.key, designs.key);
        let rest = query(boards.key.get(), 1, None);
        let rest = slice(&mut lists, rest, 2).await.unwrap();
        assert_eq!(rest.modtimes, ids(2).unwrap()[1..]);
        let rest = query(designs.key.get(), 1, None);
        let again = |_| ready(Err(Refusal::protocol("asked twice")));
        let rest = lists.slice(&shared, GetDesignIDs::TYPE, rest, again);
        assert_eq!(rest.await.unwrap().modtimes, ids(9).unwrap()[1..]);
        assert_eq!(kept(&[&lists]), 0);
    }

    #[tokio::test]
    async fn connections_that_read_the_same_share_it() {
        let shared = SharedIdLists::default();
        let [mut first, mut second, mut other] = [(); 3].map(|()| IdLists::default());
        let one = query(None, 0, Some(1));
        slice_shared(&mut first, &shared, one.clone(), 1000)
            .await
            .unwrap();
        slice_shared(&mut other, &shared, one.clone(), 10)
            .await
            .unwrap();
        slice_shared(&mut second, &shared, one.clone(), 1000)
            .await
            .unwrap();
        assert_eq!(kept(&[&first, &second, &other]), 1010);
        // It goes with the last of them, and what is not there cannot be shared.
        drop((first, second));
        let dead = |shared: &SharedIdLists| {
            let by_kind = lock(&shared.by_kind);
            let all = by_kind.values().flatten();
            all.filter(|list| list.strong_count() == 0).count()
        };
        assert_eq!(dead(&shared), 1);
        let mut third = IdLists::default();
        slice_shared(&mut third, &shared, one, 1000).await.unwrap();
        assert_eq!((kept(&[&third]), dead(&shared)), (1000, 0));
    }

    #[tokio::test]
    async fn what_is_kept_for_all_has_a_limit_and_who_finds_no_room_reads_on() {
        const IDS: u32 = 100_000;
        let shared = SharedIdLists::default();
        let bytes = || shared.bytes.load(Relaxed);
        // All read the same: one list of 1.6 MB, for 36 bytes asked by each.
        let one = query(None, 0, Some(1));
        let mut all = Vec::new();
        for _ in 0..100 {
            let mut lists = IdLists::default();
            slice_shared(&mut lists, &shared, one.clone(), IDS)
                .await
                .unwrap();
            all.push(lists);
        }
        assert_eq!(bytes(), 1_600_000);
        drop(all);
        assert_eq!(bytes(), 0);
        // All read something else, which would be 160 MB.
        let mut all = Vec::new();
        for connection in 0..100 {
            let since = GetIDSequence {
                from: Semi64::from(100 + u64::from(connection)),
                ..one.clone()
            };
            let mut lists = IdLists::default();
            let first = slice_shared(&mut lists, &shared, since, IDS).await.unwrap();
            let next = query(first.key.get(), 1, Some(2));
            let next = slice_shared(&mut lists, &shared, next, IDS).await.unwrap();
            let ids: Vec<_> = next.modtimes.iter().map(|it| it.id).collect();
            assert_eq!(ids, [connection + 2, connection + 3]);
            all.push(lists);
            assert!(bytes() <= 16 << 20, "{} bytes", bytes());
        }
        assert!(bytes() > 15 << 20, "{} bytes", bytes());
    }

    #[tokio::test]
    async fn the_list_that_a_game_keeps_is_never_copied() {
        let shared = SharedIdLists::default();
        let game = ids(1_000).unwrap();
        let mut all = Vec::new();
        // Whatever they want of it, from the times 100 to 1,099.
        for since in 0..100_u32 {
            let one = GetIDSequence {
                from: (since > 0).then_some(u64::from(since) + 500).into(),
                ..query(None, 1, Some(2))
            };
            let mut lists = IdLists::default();
            let list = |_| ready(Ok(game.clone()));
            let slice = lists.slice(&shared, GetBoardIDs::TYPE, one, list);
            let slice = slice.await.unwrap();
            let skipped = if since > 0 { since + 401 } else { 0 };
            let wanted = skipped as usize + 1..skipped as usize + 3;
            assert_eq!(slice.modtimes, game[wanted]);
            assert_eq!(slice.remaining, (1_000 - skipped - 3).into());
            all.push(lists);
        }
        let kept = all.iter().flat_map(|it| it.lists.values());
        for kept in kept.filter_map(|list| list.ids.as_ref()) {
            assert_eq!(kept.ids.as_ptr(), game.as_ptr());
        }
        assert_eq!(shared.bytes.load(Relaxed), 16_000);
    }

    #[tokio::test]
    async fn of_lists_that_all_differ_few_are_looked_at() {
        let shared = SharedIdLists::default();
        let mut all = Vec::new();
        for count in 0..100 {
            let mut lists = IdLists::default();
            let one = query(None, 0, Some(0));
            slice_shared(&mut lists, &shared, one, count + 1)
                .await
                .unwrap();
            all.push(lists);
        }
        let remembered = lock(&shared.by_kind).values().map(Vec::len).sum::<usize>();
        assert_eq!(remembered, LOOKED_AT);
    }
}
