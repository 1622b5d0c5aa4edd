use std::sync::{Mutex, PoisonError};

use tp_net::model::{Refusal, TimeRemaining, TimeRemainingReason};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer};
use tp_net::tp_frames::TpString;

/// A game whose turn ends when any player is done.
#[derive(Default)]
pub struct Game {
    /// The turn, and who is told of it.
    turn: Mutex<(u32, Vec<Peer>)>,
}

impl Handler for Game {
    type Player = ();

    async fn login(&self, peer: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        turn.1.push(peer.clone());
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn finish_turn(&self, _: &Caller<()>) -> Result<TpString, Refusal> {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        turn.0 += 1;
        let (number, players) = &mut *turn;
        let ended = TimeRemaining {
            time: 0,
            reason: Some(TimeRemainingReason::ALL_FINISHED),
            turn: Some(*number),
            turnname: Some(format!("Turn {number}").into()),
            waiting: Some(Vec::new()),
        };
        players.retain(|peer| peer.send_time_remaining(ended.clone()).is_ok());
        Ok("The turn is over".into())
    }
}
