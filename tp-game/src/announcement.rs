//! What is told of the game to who does not play it.

use tp_frames::TpString;
use tp_net::model::{self, GameParameterId};

use crate::Game;

const VERSION: &str = env!("CARGO_PKG_VERSION");

impl Game {
    /// What is told of the game to who does not play it: the answer to `GetGames`, and what
    /// zeroconf and metaservers announce. It changes from turn to turn, and has no connections
    /// before the game is served.
    #[must_use]
    pub fn announcement(&self) -> model::Game {
        let state = self.state();
        let mut game = model::Game {
            name: self.name().into(),
            key: TpString::new(),
            tp: vec!["0.3".into(), "0.4".into()],
            server: VERSION.into(),
            sertype: "tp-game".into(),
            rule: "demo".into(),
            rulever: VERSION.into(),
            connections: self.connections().to_vec(),
            parameters: Vec::new(),
            mediabase: Some(TpString::new()),
            ctime: None,
        };
        for (id, count) in [
            (GameParameterId::PLYS, state.world.players.len()),
            (GameParameterId::CONS, state.lobby.count()),
            (GameParameterId::OBJS, state.world.bodies.len()),
            (GameParameterId::TURN, state.world.turn as usize),
        ] {
            game.set_number(id, u32::try_from(count).unwrap_or(u32::MAX));
        }
        if let (Some(period), Some(next)) = (self.turn_time(), state.next) {
            let seconds = u32::try_from(period.as_secs()).unwrap_or(u32::MAX);
            game.set_number(GameParameterId::PRD, seconds);
            game.set_number(GameParameterId::NEXT, next);
        }
        game.set_text(GameParameterId::LN, self.long_name());
        game.set_text(GameParameterId::SN, self.name());
        game
    }
}
