//! What all connections of a server share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::login_throttle::LoginThrottle;
use super::places::Places;
use super::stop::Stopping;
use super::{Limits, Timeouts};
use crate::proto::Versions;

/// What all connections of a server share.
pub(super) struct Shared<S> {
    pub(super) service: S,
    pub(super) versions: Versions,
    pub(super) limits: Limits,
    pub(super) timeouts: Timeouts,
    pub(super) places: Arc<Places>,
    pub(super) stopping: Stopping,
    pub(super) throttle: LoginThrottle,
    pub(super) last_id: AtomicU64,
}

impl<S> Shared<S> {
    /// The number of one more connection.
    pub(super) fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed).wrapping_add(1)
    }
}
