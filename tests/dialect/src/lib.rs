//! Bindings of `dialect.xml`, a schema with every construct of the dialect in its oddest form.
//!
//! That they compile without a warning is half of the test; the other half are round trips.

include!(concat!(env!("OUT_DIR"), "/dialect/mod.rs"));
include!(concat!(env!("OUT_DIR"), "/versions/mod.rs"));

pub mod samples;

/// The protocols themselves, generated here once more: what compiles inside `tp-frames`, without
/// std's prelude, must compile in any crate.
pub mod protocols {
    include!(concat!(env!("OUT_DIR"), "/game/mod.rs"));
    include!(concat!(env!("OUT_DIR"), "/admin/mod.rs"));
}
