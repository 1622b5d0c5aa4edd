use std::sync::{Mutex, PoisonError};

use tp_net::TpString;
use tp_net::model::{Refusal, TimeRemaining};
use tp_net::server::{Caller, Handler, Lobby, Login, LoginReply, Peer};

/// A game whose turn ends when all who are there have finished it.
#[derive(Default)]
pub struct Turns {
    turn: Mutex<u32>,
    lobby: Lobby,
}

impl Turns {
    fn end_turn(&self) {
        let mut turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.lobby
            .announce(TimeRemaining::all_finished().in_turn(*turn));
        *turn += 1; // and whatever else happens at the end of a turn
        self.lobby
            .start_turn(TimeRemaining::turn_started(None).in_turn(*turn));
    }
}

impl Handler for Turns {
    type Player = u32;

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<u32>, Refusal> {
        let player = if login.username == "ada" { 1 } else { 2 };
        self.lobby.join(peer, player);
        Ok(LoginReply::okay(player, "Welcome"))
    }

    async fn finish_turn(&self, caller: &Caller<u32>) -> Result<TpString, Refusal> {
        if self.lobby.finish(*caller.player()) {
            self.end_turn();
        }
        Ok("The turn is finished".into())
    }

    async fn disconnected(&self, peer: &Peer, _: Option<&u32>) {
        if self.lobby.leave(peer) {
            self.end_turn();
        }
    }
}
