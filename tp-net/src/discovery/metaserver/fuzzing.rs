//! What metaservers and TXT records say, without networks.

use super::super::{Error, txt_record};
use super::{Key, Receipt, answer, form};
use crate::model::Game;

/// The games in the answer to `get`.
///
/// # Errors
///
/// It is no such answer.
pub fn games(body: &[u8]) -> Result<Vec<Game>, Error> {
    answer::games(body)
}

/// The answer to an update.
///
/// # Errors
///
/// It is no such answer, or a refusal.
pub fn receipt(body: &[u8]) -> Result<Receipt, Error> {
    answer::receipt(body)
}

/// What a refusal says.
#[must_use]
pub fn refused(body: &[u8]) -> Option<Error> {
    answer::refused(body)
}

/// The form by which a game is registered.
#[must_use]
pub fn update(game: &Game, key: &Key) -> String {
    form::update(game, key)
}

/// The game that a TXT record tells of.
#[must_use]
pub fn game_of(record: &[(&str, &str)]) -> Game {
    let mut game = Game::default();
    for (key, value) in record {
        txt_record::read(&mut game, key, value);
    }
    txt_record::finish(&mut game);
    game
}

/// The TXT record that tells of a game.
#[must_use]
pub fn record_of(game: &Game) -> Vec<(&'static str, String)> {
    txt_record::pairs(game)
}
