//! Administration.

use tp_frames::admin::{CommandDesc, CommandDescIDs, GetCommandDescIDs};
use tp_frames::game::GetIDSequence;

use super::{IdListQuery, SessionHandle};
use crate::error::Error;
use crate::model::{IDSequence, IdModtime};

impl SessionHandle {
    pub(crate) async fn command_ids(self) -> Result<Vec<IdModtime>, Error> {
        let query = IdListQuery::<CommandDesc>::new();
        self.list(query, command_ids, command_slice).await
    }
}

/// The requests for slices say here what those of the game do.
fn command_ids(slice: GetIDSequence) -> GetCommandDescIDs {
    GetCommandDescIDs {
        key: slice.key,
        start: slice.start,
        amount: slice.amount,
        from: slice.from,
    }
}

/// And so do the slices.
fn command_slice(ids: CommandDescIDs) -> IDSequence {
    let modtimes = ids.modtimes.into_iter();
    let modtimes = modtimes.map(|it| IdModtime {
        id: it.id,
        modtime: it.modtime,
    });
    IDSequence {
        key: ids.key,
        remaining: ids.remaining,
        modtimes: modtimes.collect(),
        from: Some(ids.from),
    }
}
