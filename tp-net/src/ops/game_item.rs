//! The things of a game that have ids.

use tp_frames::Item;
use tp_frames::game::{GetIDSequence, GetWithID, IDSequence};

/// A thing of a game that has an id: what clients can `get` by its id, of which they can list the
/// `ids`, and of which they can get `all`. It is the frame of [`game`](crate::game) in which servers send the thing.
///
/// An alias: every [`Item`] of the game's protocol is one.
///
/// ```
/// use tp_net::{Error, GameItem, blocking::Client};
///
/// /// The things of a kind that the server gives by these ids.
/// fn given<T: GameItem>(client: &mut Client, ids: &[u32]) -> Result<Vec<T>, Error> {
///     Ok(client.get::<T>(ids)?.into_iter().flatten().collect())
/// }
/// ```
pub trait GameItem:
    Item<ByIds = GetWithID, Slice = GetIDSequence, IdSequence = IDSequence>
{
}

impl<T> GameItem for T where
    T: Item<ByIds = GetWithID, Slice = GetIDSequence, IdSequence = IDSequence>
{
}
