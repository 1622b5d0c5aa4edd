use std::sync::atomic::{AtomicU32, Ordering};

use tp_net::TpString;
use tp_net::model::{Refusal, TimeRemaining};
use tp_net::server::{Caller, Handler, Lobby, Login, LoginReply, Peer};

/// A game whose turn ends when all who are there have finished it.
#[derive(Default)]
pub struct Turns {
    turn: AtomicU32,
    lobby: Lobby,
}

impl Turns {
    fn end_turn(&self) {
        self.lobby.announce(TimeRemaining::all_finished());
        // … the fleets fly …
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) + 1;
        self.lobby.start_turn(turn, None);
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

    async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining, Refusal> {
        Ok(self.lobby.time_remaining())
    }

    async fn disconnected(&self, peer: &Peer, _: Option<&u32>) {
        if self.lobby.leave(peer) {
            self.end_turn();
        }
    }
}
