//! Watches the services of the local network.

use std::sync::Arc;

use flume::Selector;
use mdns_sd::{ServiceDaemon, ServiceEvent};

use super::super::game_registry::GameRegistry;
use super::super::{Error, Source};
use super::merge::Services;
use super::service_type;
use crate::transport::Scheme;

/// Watches until dropped.
pub(crate) struct Watch {
    daemon: ServiceDaemon,
}

impl Watch {
    pub(crate) fn start(registry: &Arc<GameRegistry>) -> Result<Self, Error> {
        let daemon = ServiceDaemon::new()?;
        // From here on, an error ends the daemon.
        let watch = Self { daemon };
        let searches =
            Scheme::PREFERENCE.map(|scheme| (scheme, watch.daemon.browse(service_type(scheme))));
        let registry = Arc::clone(registry);
        let mut receivers = Vec::new();
        for (scheme, search) in searches {
            receivers.push((scheme, search?));
        }
        std::thread::Builder::new()
            .name("tp-zeroconf".to_owned())
            .spawn(move || {
                let mut services = Services::default();
                loop {
                    let next =
                        receivers
                            .iter()
                            .fold(Selector::new(), |selector, (scheme, search)| {
                                selector.recv(search, move |event| (*scheme, event))
                            });
                    let (scheme, event) = next.wait();
                    let concerned = match event {
                        Ok(ServiceEvent::ServiceResolved(service)) => {
                            services.set(scheme, &service)
                        }
                        Ok(ServiceEvent::ServiceRemoved(_, name)) => {
                            services.remove(&name).into_iter().collect()
                        }
                        // The daemon ends, or dropped the search.
                        Ok(ServiceEvent::SearchStopped(_)) | Err(_) => {
                            let ended = Error::Zeroconf("the search has ended".into());
                            registry.fail(Source::Zeroconf, ended);
                            return;
                        }
                        Ok(_) => Vec::new(),
                    };
                    for id in concerned {
                        match services.game(&id) {
                            Some(game) => registry.set(id, game),
                            None => registry.remove(id),
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
