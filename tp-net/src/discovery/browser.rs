//! Watches the places where games are announced.

use std::sync::Arc;
use std::time::{Duration, Instant};

use flume::Receiver;

#[cfg(feature = "metaserver")]
use super::metaserver::{self, Metaserver};
use super::sightings::Sightings;
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
    period: metaserver::Period,
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
        self.period = metaserver::Period::of_browser(period);
        self
    }

    /// Starts to look, on threads of its own.
    ///
    /// # Errors
    ///
    /// A URL cannot be used, or the system gives no socket or thread. That a metaserver does not
    /// answer is no error but an [event](Event::Failed).
    pub fn start(self) -> Result<Browser, Error> {
        let (sightings, rings) = Sightings::new();
        let sightings = Arc::new(sightings);
        #[cfg(feature = "metaserver")]
        let metaservers = self
            .metaservers
            .into_iter()
            .map(|metaserver| metaserver::Watch::start(metaserver?, self.period, &sightings))
            .collect::<Result<_, _>>()?;
        #[cfg(feature = "zeroconf")]
        let zeroconf = match self.zeroconf {
            true => Some(zeroconf::Watch::start(&sightings)?),
            false => None,
        };
        Ok(Browser {
            sightings,
            rings,
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
    sightings: Arc<Sightings>,
    rings: Receiver<()>,
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
        self.sightings.next()
    }

    /// Waits for the next event, at most so long. Blocks the thread.
    pub fn wait(&mut self, timeout: Duration) -> Option<Event> {
        let end = Instant::now().checked_add(timeout);
        loop {
            if let Some(event) = self.sightings.next() {
                return Some(event);
            }
            let ring = match end {
                Some(end) => self.rings.recv_deadline(end).is_ok(),
                None => self.rings.recv().is_ok(),
            };
            if !ring {
                return self.sightings.next();
            }
        }
    }

    /// The next event. Needs no particular runtime; nothing is lost if the future is dropped.
    pub async fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.sightings.next() {
                return event;
            }
            if self.rings.recv_async().await.is_err() {
                // Cannot be: the bell hangs in `sightings`.
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
