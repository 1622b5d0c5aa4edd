//! What must hold.

use std::time::Duration;

/// Bytes of memory that a server may have more than at rest, whatever is done to it, …
pub(crate) const SERVER: u64 = 64 << 20;
/// … and for each connection.
pub(crate) const CONNECTION: u64 = 64 << 10;
/// A client has at most so many times the bytes that came, …
pub(crate) const TIMES_RECEIVED: u64 = 8;
/// … and these.
pub(crate) const CLIENT: u64 = 16 << 20;
/// A neighbour's requests may take so many times as long as they do at rest, …
pub(crate) const SLOWER: u32 = 20;
/// … or this long.
pub(crate) const SLOW: Duration = Duration::from_millis(50);

/// For how long a server is attacked at most. What ends by itself is to come to its end, where
/// programs are not optimised too.
pub(crate) fn attack_time(ends: bool, quick: bool) -> Duration {
    match (ends, quick) {
        (false, true) => Duration::from_millis(800),
        (true, true) => Duration::from_secs(4),
        (_, false) => Duration::from_secs(6),
    }
}

/// For how long a neighbour is measured at rest.
pub(crate) fn rest_time(quick: bool) -> Duration {
    match quick {
        true => Duration::from_millis(50),
        false => Duration::from_secs(2),
    }
}

/// What a neighbour's 99 of 100 requests may take.
pub(crate) fn latency(rest: Duration) -> Duration {
    (rest * SLOWER).max(SLOW)
}

/// Within what a client's call ends by its own limits, and a little more for a busy machine. See
/// [`victim::options`](crate::victim::options).
pub(crate) fn call(call: &str, quick: bool) -> Duration {
    let seconds = match (call, quick) {
        // A metaserver is given 15 seconds.
        ("games", _) => 20,
        // Each of two versions is tried, on a connection of its own.
        ("connect", false) => 40,
        ("connect", true) => 8,
        (_, false) => 70,
        (_, true) => 10,
    };
    Duration::from_secs(seconds)
}
