//! The things of one kind.

use std::fmt;
use std::slice;
use std::sync::Arc;

use tp_frames::TpString;

use crate::game;
use crate::model::{
    Board, Category, Component, Design, IdModtime, ObjectDesc, OrderDesc, Player, Property,
    Refusal, Resource,
};

/// All things of one kind, by their ids.
///
/// ```
/// use tp_net::{Options, blocking::Client, mirror::Mirror};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// # let mut client = Client::connect(address, Options::default())?;
/// # client.login("guest", "guest")?;
/// let mut mirror = Mirror::new();
/// client.refresh(&mut mirror)?;
/// for design in mirror.designs() {
///     println!("{} {}", design.name, design.description);
/// }
/// let water = mirror.resources().named("water").map(|it| it.id);
/// println!("water is {water:?}, and {:?}", mirror.resources().get(1));
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Things<T> {
    /// By rising ids.
    entries: Vec<Entry<T>>,
    /// The newest modification time that was ever listed.
    newest: u64,
    refusal: Option<Refusal>,
}

/// An id that the server has listed.
pub(super) struct Entry<T> {
    pub(super) id: u32,
    /// As it was listed last.
    pub(super) modtime: u64,
    /// Whether the thing is as it was when it was listed so; else it is to be asked for.
    pub(super) is_known: bool,
    /// `None` if the server does not give it.
    pub(super) thing: Option<Arc<T>>,
}

/// A thing that has a name.
pub trait Named {
    /// Its name.
    fn name(&self) -> &TpString;
}

impl<T> Things<T> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Returns `true` if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The one with this id; `None` if the server lists none, or does not give it.
    #[must_use]
    pub fn get(&self, id: u32) -> Option<&T> {
        self.entry(id)?.thing.as_deref()
    }

    /// The one with this name; that with the lowest id if several have it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&T>
    where
        T: Named,
    {
        self.iter().find(|thing| *thing.name() == *name)
    }

    /// Each, by rising ids.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, T> {
        Iter(self.entries.iter())
    }

    /// Each with the id that it is listed by, by rising ids. It is nearly always the one that the
    /// thing itself states: servers are known that list a player's own board as 0 and then give
    /// its number.
    pub fn with_ids(&self) -> impl Iterator<Item = (u32, &T)> {
        let entries = self.entries.iter();
        entries.filter_map(|entry| Some((entry.id, entry.thing.as_deref()?)))
    }

    /// Why there are none, if the server does not have this kind of things at all.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// None, since the server refuses to list any, or, without a refusal, since the version of the
    /// protocol has no such things.
    pub(super) fn none(refusal: Option<Refusal>) -> Self {
        Self {
            refusal,
            ..Self::default()
        }
    }

    pub(super) fn entries(&self) -> &[Entry<T>] {
        &self.entries
    }

    pub(super) fn entry(&self, id: u32) -> Option<&Entry<T>> {
        let at = self.entries.binary_search_by_key(&id, |entry| entry.id);
        self.entries.get(at.ok()?)
    }

    pub(super) fn newest(&self) -> u64 {
        self.newest
    }

    /// Those that a list names. Of these the known ones are as they were.
    pub(super) fn listed(&self, ids: &[IdModtime]) -> Self {
        self.with(ids, &[])
    }

    /// These, and those that a list of changes names.
    pub(super) fn changed(&self, ids: &[IdModtime]) -> Self {
        self.with(ids, &self.entries)
    }

    fn with(&self, ids: &[IdModtime], others: &[Entry<T>]) -> Self {
        let listed = ids.iter().map(|&IdModtime { id, modtime }| {
            let old = self.entry(id);
            Entry {
                id,
                modtime,
                is_known: old.is_some_and(|it| it.is_known && it.modtime == modtime),
                thing: old.and_then(|it| it.thing.clone()),
            }
        });
        let all = listed.chain(others.iter().cloned()).collect();
        let newest = ids.iter().map(|it| it.modtime).fold(self.newest, u64::max);
        Self::from_entries(newest, all)
    }

    /// Takes what the server gives by an id that it has listed, or that it does not give it. A thing
    /// that is as before stays the same one.
    pub(super) fn set(&mut self, id: u32, thing: Option<T>)
    where
        T: PartialEq,
    {
        if let Some(entry) = self.entry_mut(id) {
            entry.is_known = true;
            if entry.thing.as_deref() != thing.as_ref() {
                entry.thing = thing.map(Arc::new);
            }
        }
    }

    /// A thing is to be asked for again.
    pub(super) fn forget(&mut self, id: u32) {
        if let Some(entry) = self.entry_mut(id) {
            entry.is_known = false;
        }
    }

    fn entry_mut(&mut self, id: u32) -> Option<&mut Entry<T>> {
        let at = self.entries.binary_search_by_key(&id, |entry| entry.id);
        self.entries.get_mut(at.ok()?)
    }

    /// Leaves out those for which `keep` is `false`.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Entry<T>) -> bool) {
        self.entries.retain(keep);
    }

    /// These, which may come in any order; of two with one id the first stays.
    pub(super) fn from_entries(newest: u64, mut entries: Vec<Entry<T>>) -> Self {
        // Most servers list ids rising, and sorting takes as much memory again.
        if !entries.is_sorted_by_key(|entry| entry.id) {
            entries.sort_by_key(|entry| entry.id);
        }
        entries.dedup_by_key(|entry| entry.id);
        entries.shrink_to_fit();
        Self {
            entries,
            newest,
            refusal: None,
        }
    }
}

/// Each of the [`Things`] of one kind, by rising ids.
pub struct Iter<'a, T>(slice::Iter<'a, Entry<T>>);

impl<'a, T> Iterator for Iter<'a, T> {
    type Item = &'a T;

    fn next(&mut self) -> Option<&'a T> {
        self.0.find_map(|entry| entry.thing.as_deref())
    }
}

impl<T> std::iter::FusedIterator for Iter<'_, T> {}

impl<'a, T> IntoIterator for &'a Things<T> {
    type Item = &'a T;
    type IntoIter = Iter<'a, T>;

    fn into_iter(self) -> Iter<'a, T> {
        self.iter()
    }
}

impl<T> Default for Things<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            newest: 0,
            refusal: None,
        }
    }
}

impl<T: PartialEq> PartialEq for Things<T> {
    /// Two are equal if they show the same things by the same ids.
    fn eq(&self, other: &Self) -> bool {
        self.with_ids().eq(other.with_ids())
    }
}

impl<T: fmt::Debug> fmt::Debug for Things<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.with_ids()).finish()
    }
}

impl<T> Clone for Iter<'_, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: fmt::Debug> fmt::Debug for Iter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<T> Clone for Entry<T> {
    fn clone(&self) -> Self {
        Self {
            id: self.id,
            modtime: self.modtime,
            is_known: self.is_known,
            thing: self.thing.clone(),
        }
    }
}

impl Named for game::Object {
    fn name(&self) -> &TpString {
        &self.name
    }
}

impl Named for ObjectDesc {
    fn name(&self) -> &TpString {
        &self.name
    }
}

impl Named for OrderDesc {
    fn name(&self) -> &TpString {
        &self.name
    }
}

impl Named for Board {
    fn name(&self) -> &TpString {
        &self.name
    }
}

impl Named for Player {
    fn name(&self) -> &TpString {
        &self.name
    }
}

/// By its name in the singular.
impl Named for Resource {
    fn name(&self) -> &TpString {
        &self.singularname
    }
}

impl Named for Category {
    fn name(&self) -> &TpString {
        &self.name
    }
}

impl Named for Design {
    fn name(&self) -> &TpString {
        &self.name
    }
}

impl Named for Component {
    fn name(&self) -> &TpString {
        &self.name
    }
}

impl Named for Property {
    fn name(&self) -> &TpString {
        &self.name
    }
}
