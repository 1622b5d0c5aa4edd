//! Administration.

use tp_frames::Parameters;
use tp_frames::admin::{Command, CommandDesc, CommandParams, CommandResult, GetCommandDesc};

use super::batches::BatchResult;
use super::{IdKind, SessionHandle};
use crate::error::Error;
use crate::model::IdModtime;

impl SessionHandle {
    pub(crate) async fn command_ids(self) -> Result<Vec<IdModtime>, Error> {
        self.ids(IdKind::Commands, None).await
    }

    pub(crate) async fn command_descs(
        self,
        ids: Vec<u32>,
    ) -> Result<BatchResult<CommandDesc>, Error> {
        self.get_each(ids, |ids| GetCommandDesc { ids }).await
    }

    pub(crate) async fn command(
        self,
        id: u32,
        values: Vec<CommandParams>,
    ) -> Result<CommandResult, Error> {
        self.last(Command {
            ctype: id,
            parameters: Parameters::Values(values),
        })
        .await
    }
}
