//! Mirrors of games: what they show after each refresh, whatever happens between and within them.

mod changes;
mod properties;
mod scenarios;
mod tapped;
mod traffic;
mod world;
