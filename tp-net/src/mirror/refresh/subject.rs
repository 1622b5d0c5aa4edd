//! Which game it is, and who looks.

use std::ops::ControlFlow;

use tp_frames::TpString;
use tp_frames::game::{GetGames, Player};

use super::{Refresh, or_nothing};
use crate::error::Error;
use crate::mirror::changes::Discarded;
use crate::mirror::picture::Subject;
use crate::mirror::progress::Progress;

impl<R: FnMut(Progress) -> ControlFlow<()>> Refresh<R> {
    /// What the server is to which the client is connected now, and who is logged in.
    pub(super) async fn subject(&mut self, greeting: TpString) -> Result<Subject, Error> {
        let games = self.ask(|it| it.request_many(GetGames::default())).await;
        // One that runs several does not say which of them this is.
        let game = match or_nothing(games)?.as_deref() {
            Some([Ok(game)]) => Some(game.name.clone()),
            _ => None,
        };
        let player = self.ask(|it| it.get_one::<Player>(0)).await;
        Ok(Subject {
            protocol: self.version.protocol(),
            greeting,
            game,
            player: or_nothing(player)?.map(|player| player.id),
        })
    }

    /// Why what was seen before is of no use; `None` if it is.
    pub(super) fn discards(&self, now: &Subject, turn: Option<u32>) -> Option<Discarded> {
        let before = self.picture.subject.as_ref()?;
        if before.protocol != now.protocol {
            return Some(Discarded::OtherVersion);
        }
        if before.greeting != now.greeting {
            return Some(Discarded::OtherServer);
        }
        if before.game != now.game {
            return Some(Discarded::OtherGame);
        }
        if before.player != now.player {
            return Some(Discarded::OtherPlayer);
        }
        let (then, now) = (self.picture.turn?, turn?);
        (now < then).then_some(Discarded::LaterTurn)
    }
}
