//! Without the feature, no game is kept.

use tp_net::model::Refusal;

use crate::Game;
use crate::game::changes::Change;

/// Where a game is kept: nowhere.
pub(crate) enum Data {}

impl Data {
    pub(crate) async fn write<C: Change>(&self, _: &Game, _: C) -> Result<C::Answer, Refusal> {
        match *self {}
    }

    pub(crate) fn write_blocking(&self, _: &Game, _: impl Change) -> Result<(), Refusal> {
        match *self {}
    }

    pub(crate) fn insist(&self, _: &Game, _: impl Change) {
        match *self {}
    }

    pub(crate) fn close(&self) {
        match *self {}
    }
}
