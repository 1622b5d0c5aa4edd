//! Administration.

use tp_frames::admin::{
    Command, CommandDesc, CommandParams, CommandResult, GetCommandDesc, IDSequence,
};
use tp_frames::{Parameters, tp04};

use super::queries::BatchResult;
use super::{IdKind, SessionHandle};
use crate::error::Error;
use crate::model::{IdModtime, IdSequence};

impl SessionHandle {
    pub(crate) async fn command_ids(self) -> Result<Vec<IdModtime>, Error> {
        self.ids(IdKind::Commands, None).await
    }

    pub(crate) async fn command_descs(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<CommandDesc>, Error> {
        self.version().await?;
        self.get_each(ids, |ids| GetCommandDesc { ids }).await
    }

    pub(crate) async fn command(
        self,
        id: u32,
        values: Vec<CommandParams>,
    ) -> Result<CommandResult, Error> {
        self.version().await?;
        let parameters = Parameters::encode(&values)?;
        self.last(Command {
            ctype: id,
            parameters,
        })
        .await
    }
}

/// The administration protocol's slices are those of TP04.
pub(super) fn slice(ids: IDSequence) -> IdSequence {
    let modtimes = ids.modtimes.into_iter();
    let modtimes = modtimes
        .map(|it| tp04::IDSequenceModtime {
            id: it.id,
            modtime: it.modtime,
        })
        .collect();
    let IDSequence {
        key,
        remaining,
        from,
        ..
    } = ids;
    tp04::IDSequence {
        key,
        remaining,
        modtimes,
        from: Some(from),
    }
    .into()
}
