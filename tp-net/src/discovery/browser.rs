//! Watches the places where games are announced.

use std::sync::Arc;
use std::time::{Duration, Instant};

use flume::Receiver;

use super::game_registry::GameRegistry;
#[cfg(feature = "metaserver")]
use super::metaserver::{self, Metaserver};
#[cfg(feature = "zeroconf")]
use super::zeroconf;
use super::{Error, Event};

/// Where a browser is going to look.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Builder {
    #[cfg(feature = "zeroconf")]
    zeroconf: bool,
    #[cfg(feature = "metaserver")]
    metaservers: Vec<Result<Metaserver, Error>>,
    #[cfg(feature = "metaserver")]
    period: Option<Duration>,
}

impl Builder {
    /// Looks on the local network.
    #[cfg(feature = "zeroconf")]
    pub fn zeroconf(mut self) -> Self {
        self.zeroconf = true;
        self
    }

    /// Asks the metaserver at this URL too.
    #[cfg(feature = "metaserver")]
    pub fn metaserver(mut self, url: &str) -> Self {
        self.metaservers.push(Metaserver::new(url));
        self
    }

    /// How often metaservers are asked; every 10 minutes by default, at least every day and at
    /// most every minute.
    #[cfg(feature = "metaserver")]
    pub fn period(mut self, period: Duration) -> Self {
        let (minute, day) = (Duration::from_secs(60), Duration::from_secs(24 * 3600));
        self.period = Some(period.clamp(minute, day));
        self
    }

    /// Starts to look, on threads of its own.
    ///
    /// # Errors
    ///
    /// A URL cannot be used, or the system gives no socket or thread. That a metaserver does not
    /// answer is no error but an [event](Event::Failed).
    pub fn start(self) -> Result<Browser, Error> {
        let (registry, notified) = GameRegistry::new();
        let registry = Arc::new(registry);
        #[cfg(feature = "metaserver")]
        let period = self.period.unwrap_or(Duration::from_secs(600));
        #[cfg(feature = "metaserver")]
        let metaservers = self
            .metaservers
            .into_iter()
            .map(|metaserver| metaserver::Watch::start(metaserver?, period, &registry))
            .collect::<Result<_, _>>()?;
        #[cfg(feature = "zeroconf")]
        let zeroconf = match self.zeroconf {
            true => Some(zeroconf::Watch::start(&registry)?),
            false => None,
        };
        Ok(Browser {
            registry,
            notified,
            #[cfg(feature = "metaserver")]
            metaservers,
            #[cfg(feature = "zeroconf")]
            _zeroconf: zeroconf,
        })
    }
}

/// Tells of games found, updated and gone, until dropped.
///
/// What happens while nobody asks is kept, but only the last state of each game: a browser that is
/// never asked takes no more memory than one that is. At most 4,096 games are known at once.
pub struct Browser {
    registry: Arc<GameRegistry>,
    notified: Receiver<()>,
    #[cfg(feature = "metaserver")]
    metaservers: Vec<metaserver::Watch>,
    #[cfg(feature = "zeroconf")]
    _zeroconf: Option<zeroconf::Watch>,
}

impl Browser {
    /// A browser to be.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The next event, if there is one now.
    pub fn try_next(&mut self) -> Option<Event> {
        self.registry.next()
    }

    /// Waits for the next event, at most so long. Blocks the thread.
    pub fn wait(&mut self, timeout: Duration) -> Option<Event> {
        let end = Instant::now().checked_add(timeout);
        loop {
            if let Some(event) = self.registry.next() {
                return Some(event);
            }
            let notified = match end {
                // What changes all the time, and back, is no event and notifies.
                Some(end) if end <= Instant::now() => return None,
                Some(end) => self.notified.recv_deadline(end).is_ok(),
                None => self.notified.recv().is_ok(),
            };
            if !notified {
                return self.registry.next();
            }
        }
    }

    /// The next event. Needs no particular runtime; nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.registry.next() {
                return event;
            }
            if self.notified.recv_async().await.is_err() {
                // Cannot be: the notifier is in `registry`.
                std::future::pending::<()>().await;
            }
        }
    }

    /// Asks the metaservers now. The local network tells of changes by itself.
    #[cfg(feature = "metaserver")]
    pub fn refresh(&self) {
        for metaserver in &self.metaservers {
            metaserver.refresh();
        }
    }
}

impl std::fmt::Debug for Browser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browser").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_ends_while_games_come_and_go_unseen() {
        let (registry, _) = GameRegistry::new();
        // More than a registry has at once: as if each were there again.
        let (again, notified) = flume::bounded(2);
        let mut browser = Browser {
            registry: Arc::new(registry),
            notified,
            #[cfg(feature = "metaserver")]
            metaservers: Vec::new(),
            #[cfg(feature = "zeroconf")]
            _zeroconf: None,
        };
        again.send(()).unwrap();
        again.send(()).unwrap();
        assert!(browser.wait(Duration::ZERO).is_none());
        assert!(!browser.notified.is_empty(), "it waited for the last");
    }
}
