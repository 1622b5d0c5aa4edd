//! Where the servers are.

/// The game that clients are told of.
pub(crate) const HOST: &str = "alpha";
/// The game that others are sent on to.
pub(crate) const ELSEWHERE: &str = "beta";
/// The port of games.
pub(crate) const GAME: u16 = 6923;
/// The port of their administration.
pub(crate) const OFFICE: u16 = 6925;
