//! The things of a game that have ids.

use tp_frames::Item;
use tp_frames::game::{GetIDSequence, GetWithID, IDSequence};

/// A thing of a game that has an id: what clients can `get` by its id, and of which they can list
/// the `ids`. It is the frame of [`game`](crate::game) in which servers send the thing.
///
/// An alias: every [`Item`] of the game's protocol is one.
///
/// ```
/// use tp_net::{Error, GameItem, blocking::Client};
///
/// /// All things of a kind, except those that the server refuses to give.
/// fn all<T: GameItem>(client: &mut Client) -> Result<Vec<T>, Error> {
///     let ids = client.ids::<T>(None)?.into_iter();
///     let ids: Vec<u32> = ids.map(|id| id.id).collect();
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
