//! The lists of ids that a client is reading.

use std::collections::HashMap;

use tp_frames::game::GetIDSequence;
use tp_frames::{MAX_BODY, Semi32, Semi64};

use super::Answer;
use crate::model::{IDSequence, IdModtime, Refusal};

/// One list of each kind, by the type of its requests: a new one ends the old one.
#[derive(Default)]
pub(super) struct IdLists {
    lists: HashMap<u32, List>,
    last_key: u32,
}

struct List {
    key: u32,
    ids: Vec<IdModtime>,
}

/// How many ids fit a frame: 12 bytes each, behind 20 of TP04's. One less than the limit, since
/// servers and clients are known that take only less than it.
const MOST: usize = (MAX_BODY - 1 - 20) / 12;

impl IdLists {
    /// The slice that `query` asks for, of the list that `list` gives if it is a new one.
    pub(super) async fn slice<A: Answer<Vec<IdModtime>>>(
        &mut self,
        kind: u32,
        query: GetIDSequence,
        list: impl FnOnce(Option<u64>) -> A,
    ) -> Result<IDSequence, Refusal> {
        let list = match query.key.get() {
            Some(key) => match self.lists.get(&kind) {
                Some(list) if list.key == key => list,
                _ => {
                    return Err(Refusal::no_such_thing(
                        "this list of ids has ended, start again",
                    ));
                }
            },
            None => {
                // 0 is one document's way to ask for everything.
                let since = query.from.get().filter(|from| *from != 0);
                let mut ids = list(since).await?;
                if let Some(since) = since {
                    ids.retain(|id| id.modtime > since);
                }
                self.last_key = self.last_key.wrapping_add(1) & (u32::MAX >> 1);
                let list = List {
                    key: self.last_key,
                    ids,
                };
                self.lists.entry(kind).insert_entry(list).into_mut()
            }
        };
        let start = query.start as usize;
        let Some(rest) = list.ids.get(start..) else {
            return Err(Refusal::no_such_thing(format!(
                "the list has {} ids, there is none at {start}",
                list.ids.len()
            )));
        };
        let amount = query
            .amount
            .get()
            .map_or(usize::MAX, |amount| amount as usize);
        let (slice, left) = rest.split_at(amount.min(MOST).min(rest.len()));
        Ok(IDSequence {
            key: list.key.into(),
            remaining: u32::try_from(left.len()).ok().into(),
            modtimes: slice.to_vec(),
            from: Some(query.from),
        })
    }
}

/// A list that comes whole, without a key.
pub(super) fn whole(mut ids: Vec<IdModtime>) -> IDSequence {
    let left = ids.len().saturating_sub(MOST);
    ids.truncate(MOST);
    IDSequence {
        key: Semi32::NONE,
        remaining: u32::try_from(left).ok().into(),
        modtimes: ids,
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

    fn ids(count: u32) -> Result<Vec<IdModtime>, Refusal> {
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
        let list = |_| ready(ids(count));
        lists.slice(GetBoardIDs::TYPE, query, list).await
    }

    #[tokio::test]
    async fn a_list_is_read_in_slices_and_made_once() {
        let mut lists = IdLists::default();
        let counted = slice(&mut lists, query(None, 0, Some(0)), 65)
            .await
            .unwrap();
        assert_eq!((counted.modtimes.len(), counted.remaining), (0, 65.into()));
        let mut seen = Vec::new();
        for (start, amount, remaining) in [(0, 30, 35), (30, 30, 5), (60, 5, 0)] {
            let again = |_| ready(Err(Refusal::protocol("asked twice")));
            let query = query(counted.key.get(), start, Some(amount));
            let slice = lists.slice(GetBoardIDs::TYPE, query, again).await.unwrap();
            assert_eq!(slice.remaining, remaining.into());
            seen.extend(slice.modtimes);
        }
        assert_eq!(seen, ids(65).unwrap());
    }

    #[tokio::test]
    async fn stale_keys_and_starts_behind_the_end_are_refused() {
        let mut lists = IdLists::default();
        let old = slice(&mut lists, query(None, 0, None), 3).await.unwrap();
        let new = slice(&mut lists, query(None, 0, None), 3).await.unwrap();
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
        let other = lists.slice(GetDesignIDs::TYPE, query(new, 0, None), |_| ready(ids(3)));
        assert_eq!(other.await.unwrap_err().code.0, 4);
    }

    #[tokio::test]
    async fn only_what_changed_later() {
        let mut lists = IdLists::default();
        let since = GetIDSequence {
            from: Semi64::from(101),
            ..query(None, 0, None)
        };
        let slice = lists.slice(GetBoardIDs::TYPE, since, |since| {
            assert_eq!(since, Some(101));
            ready(ids(4))
        });
        let slice = slice.await.unwrap();
        assert_eq!(slice.modtimes, ids(4).unwrap().split_off(2));
        assert_eq!(slice.from, Some(Semi64::from(101)));
    }

    #[tokio::test]
    async fn no_slice_outgrows_a_frame() {
        let mut lists = IdLists::default();
        let all = query(None, 0, None);
        let slice = slice(&mut lists, all, 100_000).await.unwrap();
        assert_eq!(slice.modtimes.len(), 87_379);
        assert_eq!(slice.remaining, (100_000 - 87_379).into());
        assert!(whole(ids(100_000).unwrap()).modtimes.len() * 12 + 20 < MAX_BODY);
    }
}
