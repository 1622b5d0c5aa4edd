//! Where objects are found by what they are, rather than by their ids: nobody looks through all of
//! them to find a few.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use tp_net::model::{IdModtime, Vector};

use crate::body::{Body, Kind};
use crate::limits;

/// The objects of a world by whose they are, what they are around, and when they changed. The world
/// keeps it in step.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Index {
    owned: BTreeMap<u32, BTreeSet<u32>>,
    /// Planets of nobody's.
    free: BTreeSet<u32>,
    /// Those of them beside which nobody lives.
    quiet: BTreeSet<u32>,
    /// Systems and galaxies by their sizes. They stay where they are.
    regions: BTreeMap<u64, Grid<u32>>,
    changes: BTreeSet<(u64, u32)>,
}

impl Index {
    /// A new object.
    pub(crate) fn add(&mut self, body: &Body) {
        self.changes.insert((body.modtime, body.id));
        match (&body.kind, body.kind.owner()) {
            (_, Some(owner)) => drop(self.owned.entry(owner).or_default().insert(body.id)),
            (Kind::Planet(_), None) => {
                self.free.insert(body.id);
                self.quiet.insert(body.id);
            }
            (Kind::StarSystem | Kind::Galaxy, _) => {
                let regions = self.regions.entry(body.size);
                let regions = regions.or_insert_with(|| Grid::new(body.size));
                regions.add(body.position, body.id);
            }
            _ => {}
        }
    }

    /// An object that moves is no more.
    pub(crate) fn remove(&mut self, body: &Body) {
        self.changes.remove(&(body.modtime, body.id));
        if let Some(owned) = body.kind.owner().and_then(|it| self.owned.get_mut(&it)) {
            owned.remove(&body.id);
        }
    }

    /// An object has changed at `now`, and before that as it says.
    pub(crate) fn touch(&mut self, body: &Body, now: u64) {
        self.changes.remove(&(body.modtime, body.id));
        self.changes.insert((now, body.id));
    }

    /// An object gets another owner than it says; `beside` is what is in the same place.
    pub(crate) fn give(&mut self, body: &Body, owner: u32, beside: &BTreeSet<u32>) {
        if let Some(owned) = body.kind.owner().and_then(|it| self.owned.get_mut(&it)) {
            owned.remove(&body.id);
        }
        self.owned.entry(owner).or_default().insert(body.id);
        if let Kind::Planet(_) = body.kind {
            self.free.remove(&body.id);
            for planet in beside {
                self.quiet.remove(planet);
            }
        }
    }

    /// What a player has, by rising ids.
    pub(crate) fn owned(&self, player: u32) -> impl Iterator<Item = u32> + '_ {
        self.owned.get(&player).into_iter().flatten().copied()
    }

    /// A planet for a new player: in a system without other players if there is one.
    pub(crate) fn home(&self) -> Option<u32> {
        self.quiet.first().or(self.free.first()).copied()
    }

    /// The smallest system or galaxy around a place.
    pub(crate) fn around(&self, place: Vector) -> Option<u32> {
        self.regions.iter().find_map(|(size, regions)| {
            let near = regions.near(place);
            let around = near.filter(|(centre, _)| centre.reaches(place, *size));
            around.map(|(_, id)| *id).min()
        })
    }

    /// What it says, however it came about.
    #[cfg(all(test, feature = "store"))]
    pub(crate) fn contents(&self) -> String {
        let owned = self.owned.iter().filter(|(_, owned)| !owned.is_empty());
        let owned: BTreeMap<_, _> = owned.collect();
        let regions = self.regions.values();
        let regions: Vec<BTreeMap<_, _>> = regions.map(|it| it.cells.iter().collect()).collect();
        let (free, quiet, changes) = (&self.free, &self.quiet, &self.changes);
        format!("{owned:?} {free:?} {quiet:?} {regions:?} {changes:?}")
    }

    /// What has changed for everybody since then.
    pub(crate) fn changed_since(&self, since: u64) -> impl Iterator<Item = u32> + '_ {
        let later = (Bound::Excluded((since, u32::MAX)), Bound::Unbounded);
        self.changes.range(later).map(|(_, id)| *id)
    }
}

/// Things by their places, so that those near to a place are found without looking at the others.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grid<T> {
    /// How far apart things may be and yet near.
    reach: i64,
    cells: HashMap<(i64, i64), Vec<(Vector, T)>>,
}

impl<T> Grid<T> {
    /// An empty one, in which things are near up to this distance.
    pub(crate) fn new(reach: u64) -> Self {
        Self {
            reach: i64::try_from(reach).unwrap_or(i64::MAX).max(1),
            cells: HashMap::new(),
        }
    }

    pub(crate) fn add(&mut self, place: Vector, thing: T) {
        let cell = self.cells.entry(self.cell(place)).or_default();
        cell.push((place, thing));
    }

    /// All that is as near to a place as the grid's distance, and some that is farther away.
    pub(crate) fn near(&self, place: Vector) -> impl Iterator<Item = &(Vector, T)> {
        let (x, y) = self.cell(place);
        let around = |at: i64| at.saturating_sub(1)..=at.saturating_add(1);
        let cells = around(x).flat_map(move |x| around(y).map(move |y| (x, y)));
        cells.filter_map(|cell| self.cells.get(&cell)).flatten()
    }

    fn cell(&self, place: Vector) -> (i64, i64) {
        let cell = |at: i64| at.checked_div_euclid(self.reach).unwrap_or_default();
        (cell(place.x), cell(place.y))
    }
}

/// Ids that were used once, and since when not any more. Those that went first are forgotten once
/// there are [many](limits::GONE).
#[derive(Debug, Clone, PartialEq, Default)]
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct Gone {
    /// By rising times.
    all: Vec<IdModtime>,
    last: Option<u32>,
}

impl Gone {
    /// This is gone, later than all before.
    pub(crate) fn add(&mut self, id: u32, modtime: u64) {
        self.last = self.last.max(Some(id));
        // Half of them at once: it costs nothing in the long run.
        if self.all.len() >= limits::GONE {
            self.all.drain(..limits::GONE / 2);
        }
        self.all.push(IdModtime { id, modtime });
    }

    /// The largest id.
    pub(crate) fn last(&self) -> Option<u32> {
        self.last
    }

    /// What is gone later than that.
    pub(crate) fn since(&self, since: u64) -> &[IdModtime] {
        let before = self.all.partition_point(|gone| gone.modtime <= since);
        self.all.get(before..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_found_and_little_else_looked_at() {
        for side in [10_i64, 100] {
            let mut grid = Grid::new(50);
            for x in -side..side {
                for y in -side..side {
                    let place = Vector::new(x * 20, y * 20, 0);
                    grid.add(place, ());
                }
            }
            for place in [Vector::new(0, 0, 0), Vector::new(-99, 51, 7)] {
                let mut looked_at: Vec<Vector> = grid.near(place).map(|(at, ())| *at).collect();
                assert!(looked_at.len() <= 64, "{}", looked_at.len());
                looked_at.retain(|at| at.reaches(place, 50));
                let all = grid.cells.values().flatten();
                let near = all.filter(|(at, ())| at.reaches(place, 50)).count();
                assert_eq!(looked_at.len(), near);
            }
        }
    }

    #[test]
    fn the_ends_of_space_are_places_too() {
        let mut grid = Grid::new(1);
        for at in [i64::MIN, i64::MAX] {
            grid.add(Vector::new(at, at, at), at);
        }
        for at in [i64::MIN, i64::MAX] {
            let mut near = grid.near(Vector::new(at, at, at));
            assert!(near.all(|(_, it)| *it == at));
        }
        let everywhere: Grid<()> = Grid::new(u64::MAX);
        assert_eq!(everywhere.near(Vector::default()).count(), 0);
    }

    #[test]
    fn only_what_went_later_is_told() {
        let mut gone = Gone::default();
        for (id, modtime) in [(7, 10), (3, 20), (5, 30)] {
            gone.add(id, modtime);
        }
        let ids = |since| gone.since(since).iter().map(|it| it.id).collect::<Vec<_>>();
        assert_eq!(ids(0), [7, 3, 5]);
        assert_eq!(ids(10), [3, 5]);
        assert_eq!(ids(30), [0_u32; 0]);
        assert_eq!(gone.last(), Some(7));
    }
}
