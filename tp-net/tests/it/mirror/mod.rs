//! Mirrors of games: what they show after each refresh, whatever happens between and within them.

mod changes;
mod properties;
mod tapped;
mod world;
