//! Refreshing on each client.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::refresh::refresh;
use super::{Changes, Mirror, Progress, Refreshed};
use crate::error::Error;
use crate::polling::{Access, Full, Ticket};
use crate::{blocking, polling};

/// Goes on, whatever is reported.
fn go_on(_: Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

impl blocking::Client {
    /// Brings a mirror up to date, and says what has changed. The client has to be logged in.
    ///
    /// See [`mirror`](crate::mirror).
    ///
    /// # Errors
    ///
    /// See [`Error`]; the mirror is then as it was.
    pub fn refresh(&mut self, mirror: &mut Mirror) -> Result<Changes, Error> {
        self.refresh_with(mirror, go_on)
    }

    /// As [`refresh`](Self::refresh), and reports how far it has come. `report` says whether to go
    /// on.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use tp_net::{Options, blocking::Client, mirror::Mirror};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// # let mut client = Client::connect(address, Options::default())?;
    /// # client.login("guest", "guest")?;
    /// let mut mirror = Mirror::new();
    /// client.refresh_with(&mut mirror, |progress| {
    ///     println!("{progress}"); // such as "objects: 500 of 1234"
    ///     ControlFlow::Continue(())
    /// })?;
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`refresh`](Self::refresh); [`Error::Cancelled`], if `report` does not want to go on.
    pub fn refresh_with(
        &mut self,
        mirror: &mut Mirror,
        report: impl FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Changes, Error> {
        let (before, settings) = (Arc::clone(&mirror.picture), mirror.settings);
        let refreshed = self.run(|handle| refresh(handle, before, settings, report))?;
        Ok(mirror.apply(refreshed))
    }
}

impl polling::Client {
    /// Looks at what has changed since a mirror was up to date. The client has to be logged in.
    /// The answer is for [`Mirror::apply`]; the mirror can be looked at until then, as it was.
    ///
    /// See [`mirror`](crate::mirror).
    ///
    /// ```
    /// use tp_net::{Options, mirror::Mirror, polling::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// client.login("guest", "guest")?;
    /// let mut mirror = Mirror::new();
    /// let refresh = client.refresh(&mirror)?;
    /// while client.outstanding() > 0 {
    ///     if let Some(mut answer) = client.poll()
    ///         && let Some(refreshed) = answer.redeem(&refresh)
    ///     {
    ///         let changes = mirror.apply(refreshed?);
    ///         println!("{} objects are new", changes.objects.appeared.len());
    ///     }
    ///     // … draw what the mirror shows …
    ///     # std::thread::yield_now();
    /// }
    /// assert!(mirror.object(0).is_some());
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Too many operations are outstanding.
    pub fn refresh(&mut self, mirror: &Mirror) -> Result<Ticket<Refreshed>, Full<()>> {
        self.refresh_with(mirror, go_on)
    }

    /// As [`refresh`](Self::refresh), and reports how far it has come, whenever the client is polled.
    /// `report` says whether to go on; if not, the answer is [`Error::Cancelled`].
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use std::sync::mpsc;
    /// use tp_net::{Options, mirror::Mirror, polling::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// client.login("guest", "guest")?;
    /// let (sender, progress) = mpsc::channel();
    /// // Whoever drops the receiver cancels the refresh.
    /// let report = move |step| match sender.send(step) {
    ///     Ok(()) => ControlFlow::Continue(()),
    ///     Err(_) => ControlFlow::Break(()),
    /// };
    /// client.refresh_with(&Mirror::new(), report)?;
    /// while client.outstanding() > 0 {
    ///     let _ = client.poll();
    ///     if let Some(step) = progress.try_iter().last() {
    ///         println!("{step}"); // such as "objects: 500 of 1234"
    ///     }
    ///     # std::thread::yield_now();
    /// }
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Too many operations are outstanding.
    pub fn refresh_with(
        &mut self,
        mirror: &Mirror,
        report: impl FnMut(Progress) -> ControlFlow<()> + Send + 'static,
    ) -> Result<Ticket<Refreshed>, Full<()>> {
        let (before, settings) = (Arc::clone(&mirror.picture), mirror.settings);
        self.ask(Access::Read, (), |handle, ()| {
            refresh(handle, before, settings, report)
        })
    }
}

#[cfg(feature = "tokio")]
impl crate::client::Client {
    /// Brings a mirror up to date, and says what has changed. The client has to be logged in. A
    /// dropped future leaves the mirror as it was.
    ///
    /// See [`mirror`](crate::mirror).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use tp_net::{Options, client::Client, mirror::Mirror};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let client = Client::connect(address, Options::default()).await?;
    /// client.login("guest", "guest").await?;
    /// let mut mirror = Mirror::new();
    /// client.refresh(&mut mirror).await?;
    /// assert!(mirror.object(0).is_some());
    /// # game.shutdown();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// See [`Error`]; the mirror is then as it was.
    pub async fn refresh(&self, mirror: &mut Mirror) -> Result<Changes, Error> {
        self.refresh_with(mirror, go_on).await
    }

    /// As [`refresh`](Self::refresh), and reports how far it has come. `report` says whether to go
    /// on.
    ///
    /// # Errors
    ///
    /// As [`refresh`](Self::refresh); [`Error::Cancelled`], if `report` does not want to go on.
    pub async fn refresh_with(
        &self,
        mirror: &mut Mirror,
        report: impl FnMut(Progress) -> ControlFlow<()> + Send,
    ) -> Result<Changes, Error> {
        let (before, settings) = (Arc::clone(&mirror.picture), mirror.settings);
        let refreshed = self
            .run(|handle| refresh(handle, before, settings, report))
            .await?;
        Ok(mirror.apply(refreshed))
    }
}
