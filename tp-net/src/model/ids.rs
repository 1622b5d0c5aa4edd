//! Lists of ids that many can hold.

use std::ops::Deref;
use std::sync::Arc;

use super::IdModtime;

/// The ids of things, each with the time of its last change, as a server's
/// [`Handler`](crate::server::Handler) lists them. Clones share the ids.
///
/// A game of some thousand things makes the list whenever it is asked: `collect()` an iterator, or
/// `into()` a vector. A game of a million makes it once for each of its states, keeps it and gives
/// clones: whoever asks, and however often, there is one list.
///
/// ```
/// use tp_net::model::{IdModtime, Ids};
///
/// let ids: Ids = (0..3).map(|id| IdModtime { id, modtime: 1 }).collect();
/// assert_eq!(ids.len(), 3);
/// assert_eq!(ids.clone(), ids);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ids(Arc<Vec<IdModtime>>);

impl Ids {
    /// Leaves out what did not change later than `since`, where nobody else has the list.
    pub(crate) fn retain(&mut self, since: Option<u64>) {
        if let Some(ids) = Arc::get_mut(&mut self.0).filter(|_| since.is_some()) {
            ids.retain(|id| is_later(id, since));
        }
    }

    /// Gives back the room of what is not there, likewise.
    pub(crate) fn shrink_to_fit(&mut self) {
        if let Some(ids) = Arc::get_mut(&mut self.0) {
            ids.shrink_to_fit();
        }
    }

    /// How many changed later than `since`.
    pub(crate) fn count(&self, since: Option<u64>) -> usize {
        match since {
            None => self.len(),
            Some(_) => self.iter().filter(|id| is_later(id, since)).count(),
        }
    }

    /// Those that changed later than `since`, from the one at `start` on, so many at most.
    pub(crate) fn slice(&self, since: Option<u64>, start: usize, most: usize) -> Vec<IdModtime> {
        match since {
            None => self.iter().skip(start).take(most).copied().collect(),
            Some(_) => {
                let changed = self.iter().filter(|id| is_later(id, since));
                changed.skip(start).take(most).copied().collect()
            }
        }
    }
}

fn is_later(id: &IdModtime, since: Option<u64>) -> bool {
    since.is_none_or(|since| id.modtime > since)
}

impl Deref for Ids {
    type Target = [IdModtime];

    fn deref(&self) -> &[IdModtime] {
        &self.0
    }
}

impl From<Vec<IdModtime>> for Ids {
    fn from(ids: Vec<IdModtime>) -> Self {
        Self(Arc::new(ids))
    }
}

impl FromIterator<IdModtime> for Ids {
    fn from_iter<I: IntoIterator<Item = IdModtime>>(ids: I) -> Self {
        ids.into_iter().collect::<Vec<_>>().into()
    }
}
