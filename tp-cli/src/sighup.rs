//! SIGHUP, at which servers read their files again.

use tokio::runtime::Runtime;
use tp_net::transport::tls::Identity;

use crate::failure::Failure;

/// Catches SIGHUP, which then no longer ends the program. Only Unix has it.
pub(crate) struct Sighup {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Sighup {
    /// Catches it from now on.
    pub(crate) fn catch(runtime: &Runtime) -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};

        let _inside = runtime.enter();
        match signal(SignalKind::hangup()) {
            Ok(signal) => Ok(Self { signal }),
            Err(error) => Err(Failure::failed(format_args!(
                "cannot wait for SIGHUP: {error}"
            ))),
        }
    }

    /// Reads the certificate again each time.
    pub(crate) async fn reload(mut self, identity: Option<Identity>) {
        use crate::failure::complain;

        while self.signal.recv().await.is_some() {
            let Some(identity) = &identity else { continue };
            match identity.reload() {
                Ok(()) => complain(format_args!(
                    "the certificate's fingerprint is now {}",
                    identity.fingerprint()
                )),
                Err(error) => complain(format_args!("the certificate stays as it was: {error}")),
            }
        }
    }
}

#[cfg(not(unix))]
impl Sighup {
    /// There is none.
    pub(crate) fn catch(_: &Runtime) -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Nothing to do.
    pub(crate) async fn reload(self, _: Option<Identity>) {}
}
