//! The list of scenarios, a file for each topic.

mod bodies;
mod descriptions;
mod endings;
mod greetings;
mod groups;
mod numbers;
mod pieces;
mod redirects;
mod refusals;
mod strings;
mod tls;
mod tunnels;
mod unasked;
mod unknown;

use crate::scenario::Group;

/// All of them, in the order of their numbers.
pub(crate) fn all() -> Vec<Group> {
    vec![
        pieces::group(),
        unasked::group(),
        numbers::group(),
        groups::group(),
        unknown::group(),
        bodies::group(),
        strings::group(),
        descriptions::group(),
        refusals::group(),
        greetings::group(),
        redirects::group(),
        endings::group(),
        tls::group(),
        tunnels::group(),
    ]
}
