//! Objects, and the players that they lead to.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::ControlFlow;

use tp_frames::game::{Object, Player};

use super::Refresh;
use super::kinds::List;
use crate::error::Error;
use crate::mirror::progress::{Part, Progress};
use crate::mirror::things::{Entry, Things};
use crate::model::IdModtime;
use crate::ops::SessionHandle;

impl<R: FnMut(Progress) -> ControlFlow<()>> Refresh<R> {
    /// Looks at the objects.
    pub(super) async fn objects(&mut self) -> Result<(), Error> {
        let old = std::mem::take(&mut self.picture.objects);
        let list = self.list::<Object>(Part::Objects, old.newest()).await?;
        if let List::None(Some(refusal)) = list {
            // Nobody plays without objects; it is rather that nobody is logged in.
            return Err(refusal.into());
        }
        let changes_only = matches!(list, List::Changes(_));
        let orders_tell = self.version.has(4) || self.habits.orders_touch_objects;
        let is_in_doubt = |entry: &Entry<Object>| {
            let Some(object) = &entry.thing else {
                return false;
            };
            let takes = object.ordertypes.as_ref().is_some_and(|it| !it.is_empty());
            !orders_tell && (takes || object.orders.is_some_and(|it| it > 0))
        };
        let modtime = |object: &Object| Some(object.modtime);
        let get = |handle: SessionHandle, ids| handle.get::<Object>(ids);
        let mut new = self
            .fill(Part::Objects, &old, list, is_in_doubt, modtime, get)
            .await?;
        let holders = holders_in_doubt(&old, &new);
        if !holders.is_empty() {
            self.fetch(Part::Objects, &mut new, holders, changes_only, modtime, get)
                .await?;
        }
        self.picture.objects = new;
        Ok(())
    }

    /// Looks at the players.
    pub(super) async fn players(&mut self) -> Result<(), Error> {
        let old = std::mem::take(&mut self.picture.players);
        let list = self.list::<Player>(Part::Players, old.newest()).await?;
        let is_listed = !matches!(list, List::None(_));
        let list = match list {
            List::None(_) => List::Whole(self.owners()),
            list => list,
        };
        let modtime = |player: &Player| player.modtime;
        let get = |handle: SessionHandle, ids| handle.get::<Player>(ids);
        // What nobody lists has no modification time.
        let is_in_doubt = |_: &Entry<Player>| !is_listed;
        let modtime = if is_listed {
            modtime
        } else {
            |_: &Player| None
        };
        self.picture.players = self
            .fill(Part::Players, &old, list, is_in_doubt, modtime, get)
            .await?;
        Ok(())
    }

    /// Who looks, and who owns something.
    fn owners(&self) -> Vec<IdModtime> {
        let me = self.picture.subject.as_ref().and_then(|it| it.player);
        let objects = self.picture.objects.iter();
        let objects = objects.filter_map(|frame| self.picture.decode_object(frame).owner());
        let designs = self.picture.designs.iter();
        let designs = designs.filter_map(|design| design.owner.get());
        let all: BTreeSet<u32> = objects.chain(designs).chain(me).collect();
        all.into_iter()
            .map(|id| IdModtime { id, modtime: 0 })
            .collect()
    }
}

/// Objects whose lists of what they hold do not fit what there is: servers are known that do not
/// count that something comes into sight, or goes out of it, as a change of what holds it.
fn holders_in_doubt(old: &Things<Object>, new: &Things<Object>) -> Vec<u32> {
    // The root is in nothing.
    let is_new = |id: &u32| *id != 0 && old.get(*id).is_none();
    let appeared = new.with_ids().filter(|(id, _)| is_new(id));
    let mut lost: BTreeMap<u32, &Object> = appeared.collect();
    let contents = new.iter().flat_map(|it| &it.contains);
    contents.for_each(|held| {
        lost.remove(held);
    });
    let parents: HashSet<u32> = lost.values().filter_map(|object| object.parent).collect();
    let anybody = lost.values().any(|object| object.parent.is_none());
    let holders = new.with_ids().filter(|(id, holder)| {
        // What was just asked for tells the truth.
        let is_old = old.get(*id).is_some_and(|it| it == *holder);
        let held = &holder.contains;
        let went = |held: &u32| old.get(*held).is_some() && new.get(*held).is_none();
        let held_lost = parents.contains(id) || anybody && !held.is_empty();
        is_old && (held_lost || held.iter().any(went))
    });
    holders.map(|(id, _)| id).collect()
}
