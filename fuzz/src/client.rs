//! What a client of any kind may do.

use std::time::Duration;

use tp_net::{Options, Reconnect, Versions, game};

/// What a client may hold for each byte that came, if these are many, and beside them, as its
/// options say.
const PER_BYTE: usize = 8;
const BESIDE: usize = 16 << 20;
/// And if they are few: what is decoded takes more room.
const PER_BYTE_OF_FEW: usize = 32;
/// Buffers of the thread, the runtime, and what the steps are kept in.
const BY_ITSELF: usize = 1 << 20;
/// For each operation, its task included.
const PER_OPERATION: usize = 16 << 10;

/// Within what an operation ends, with the time that an own connector has.
pub const END: Duration = Duration::from_secs(601);

/// What a client may hold of so many bytes, and for so many operations.
#[must_use]
pub fn may_hold(received: usize, operations: usize) -> usize {
    let many = PER_BYTE * received + BESIDE;
    let few = PER_BYTE_OF_FEW * received + BY_ITSELF;
    many.min(few) + PER_OPERATION * operations
}

/// The usual limits. A byte says which versions, and whether it connects again.
#[must_use]
pub fn options(versions: u8, reconnects: bool) -> Options {
    let versions = match versions & 3 {
        0 | 1 => Versions::all(),
        2 => Versions::only(game::TP03),
        _ => Versions::only(game::TP04),
    };
    let options = Options::default().versions(versions).redirects(2);
    match reconnects {
        false => options,
        true => options.reconnect(Reconnect::default().attempts(Some(3)).jitter(0.0)),
    }
}
