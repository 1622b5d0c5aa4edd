//! The end of a server: announced to everything that runs in it.

use tokio::sync::watch;

/// How far the end of the server has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Not at all.
    Running,
    /// What was begun is finished.
    Finishing,
    /// Everything ends now.
    Now,
}

/// Hears of the end. A server that is dropped ends too.
#[derive(Debug, Clone)]
pub(super) struct Stopping(watch::Receiver<Stop>);

pub(super) fn channel() -> (watch::Sender<Stop>, Stopping) {
    let (sender, receiver) = watch::channel(Stop::Running);
    (sender, Stopping(receiver))
}

impl Stopping {
    /// Waits until nothing new is to be begun.
    pub(super) async fn begun(&mut self) {
        // An error means that the server was dropped.
        let _ = self.0.wait_for(|stop| *stop != Stop::Running).await;
    }

    /// Waits until everything is to end.
    pub(super) async fn now(&mut self) {
        let _ = self.0.wait_for(|stop| *stop == Stop::Now).await;
    }
}
