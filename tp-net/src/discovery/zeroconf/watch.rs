//! Watches the services of the local network.

use std::sync::Arc;

use flume::Selector;
use mdns_sd::{ServiceDaemon, ServiceEvent};

use super::super::kind::Kind;
use super::super::sightings::Sightings;
use super::super::{Error, Source};
use super::merge::Services;

/// Watches until dropped.
pub(crate) struct Watch {
    daemon: ServiceDaemon,
}

impl Watch {
    pub(crate) fn start(sightings: &Arc<Sightings>) -> Result<Self, Error> {
        let daemon = ServiceDaemon::new()?;
        // From here on, an error ends the daemon.
        let watch = Self { daemon };
        let searches = Kind::ALL.map(|kind| (kind, watch.daemon.browse(kind.service_type())));
        let sightings = Arc::clone(sightings);
        let mut receivers = Vec::new();
        for (kind, search) in searches {
            receivers.push((kind, search?));
        }
        std::thread::Builder::new()
            .name("tp-zeroconf".to_owned())
            .spawn(move || {
                let mut services = Services::default();
                loop {
                    let next =
                        receivers
                            .iter()
                            .fold(Selector::new(), |selector, (kind, search)| {
                                selector.recv(search, move |event| (*kind, event))
                            });
                    let (kind, event) = next.wait();
                    let concerned = match event {
                        Ok(ServiceEvent::ServiceResolved(service)) => services.set(kind, &service),
                        Ok(ServiceEvent::ServiceRemoved(_, name)) => {
                            services.remove(&name).into_iter().collect()
                        }
                        // The daemon ends, or dropped the search.
                        Ok(ServiceEvent::SearchStopped(_)) | Err(_) => {
                            let ended = Error::Zeroconf("the search has ended".into());
                            sightings.fail(Source::Zeroconf, ended);
                            return;
                        }
                        Ok(_) => Vec::new(),
                    };
                    for id in concerned {
                        match services.game(&id) {
                            Some(game) => sightings.set(id, game),
                            None => sightings.remove(id),
                        }
                    }
                }
            })?;
        Ok(watch)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Err(error) = self.daemon.shutdown() {
            tracing::debug!(%error, "the zeroconf browser does not end");
        }
    }
}
