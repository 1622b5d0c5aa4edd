//! How many connections a metaserver has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use crate::lock::lock;
use crate::network::network;

/// How many connections are open, from each address.
#[derive(Default)]
pub(crate) struct ConnectionLimiter {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// Of all addresses.
    total: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// One of the open connections, until dropped.
pub(crate) struct ConnectionPermit {
    limiter: Arc<ConnectionLimiter>,
    address: IpAddr,
}

impl ConnectionLimiter {
    /// One connection more, if no more than these are open: of all, and from this address.
    pub(crate) fn permit(
        self: Arc<Self>,
        address: IpAddr,
        connections: usize,
        per_address: usize,
    ) -> Option<ConnectionPermit> {
        let address = network(address);
        let mut open = lock(&self.open);
        let here = open.by_address.get(&address).copied().unwrap_or_default();
        if open.total >= connections || here >= per_address {
            return None;
        }
        open.total = open.total.saturating_add(1);
        open.by_address.insert(address, here.saturating_add(1));
        drop(open);
        let limiter = self;
        Some(ConnectionPermit { limiter, address })
    }
}

impl Drop for ConnectionPermit {
    fn drop(&mut self) {
        let mut open = lock(&self.limiter.open);
        open.total = open.total.saturating_sub(1);
        if let Some(count) = open.by_address.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.by_address.remove(&self.address);
            }
        }
    }
}
