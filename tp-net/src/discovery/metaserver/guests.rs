//! Who is connected to a metaserver, and who leaves when it is full.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use tokio::task::AbortHandle;

use crate::lock::lock;
use crate::network::network;

/// The connections that are open, oldest first, by the networks that they come from.
#[derive(Debug, Default)]
pub(super) struct Guests {
    open: Mutex<HashMap<IpAddr, VecDeque<(u64, AbortHandle)>>>,
}

impl Guests {
    /// How many connections there are from this network.
    pub(super) fn count_in_network_of(&self, address: IpAddr) -> usize {
        let open = lock(&self.open);
        open.get(&network(address)).map_or(0, VecDeque::len)
    }

    /// One more has come. With more than `most`, the oldest leaves of the network that has most of
    /// them: a request takes a moment, so whoever is there for long is slow, or holds a place.
    pub(super) fn add(&self, address: IpAddr, id: u64, guest: AbortHandle, most: usize) {
        let leaving = {
            let mut open = lock(&self.open);
            let is_full = open.values().map(VecDeque::len).sum::<usize>() >= most;
            let leaving = is_full.then(|| take_greediest(&mut open)).flatten();
            let guests = open.entry(network(address)).or_default();
            guests.push_back((id, guest));
            leaving
        };
        if let Some(leaving) = leaving {
            leaving.abort();
        }
    }

    /// It has gone, or been told to go.
    fn remove(&self, address: IpAddr, id: u64) {
        let mut open = lock(&self.open);
        if let Some(guests) = open.get_mut(&network(address)) {
            guests.retain(|(other, _)| *other != id);
            if guests.is_empty() {
                open.remove(&network(address));
            }
        }
    }
}

/// The oldest of whoever has most; among equals, the oldest of all.
fn take_greediest(open: &mut HashMap<IpAddr, VecDeque<(u64, AbortHandle)>>) -> Option<AbortHandle> {
    let rank = |guests: &VecDeque<(u64, _)>| {
        let oldest = guests.front().map(|(id, _)| Reverse(*id));
        (guests.len(), oldest)
    };
    let greediest = open.values_mut().max_by_key(|guests| rank(guests))?;
    greediest.pop_front().map(|(_, guest)| guest)
}

/// One connection, until dropped.
pub(super) struct Stay {
    pub(super) guests: Arc<Guests>,
    pub(super) address: IpAddr,
    pub(super) id: u64,
}

impl Drop for Stay {
    fn drop(&mut self) {
        self.guests.remove(self.address, self.id);
    }
}
