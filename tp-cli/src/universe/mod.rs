//! Everything that a player sees of a game, drawn.

pub(crate) mod star_map;
mod survey;
pub(crate) mod svg;
pub(crate) mod tree;

pub(crate) use survey::Survey;
pub(crate) use tree::kind_name;
