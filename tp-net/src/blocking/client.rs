//! The blocking client itself: connecting, and running operations to their end.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tp_frames::{Request, TpString, Version};

use crate::error::Error;
use crate::event::Event;
use crate::operations::{begin, blocking_methods, game_operations};
use crate::ops::SessionHandle;
use crate::options::Options;
use crate::sync_driver::{Connect, SyncDriver};
use crate::transport::Connector;
use crate::{BatchResult, GameItem, IdListPage, IdListQuery, IntoUrl, game, model};

/// A client whose calls block until they have their answer.
///
/// ```
/// use tp_net::{Options, blocking::Client, game};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let mut client = Client::connect(address, Options::default())?;
/// client.login("guest", "guest")?;
/// println!("{} says {}", client.version()?, client.greeting());
///
/// // Named operations work in every version …
/// for object in client.all_objects()? {
///     println!("{}", object?.name);
/// }
/// // … and so does any exact packet that the version has.
/// let time = client.request(game::GetTimeRemaining::default())?;
/// println!("{} seconds are left", time.time);
/// client.disconnect();
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Client {
    driver: SyncDriver,
}

impl Client {
    /// Connects as the URL says, and agrees with the server on a version of the protocol.
    ///
    /// # Errors
    ///
    /// The URL cannot be read, nobody answers there, or not in a version that the options
    /// allow; or the server refuses.
    pub fn connect(url: impl IntoUrl, options: Options) -> Result<Self, Error> {
        let connector = options.dialer();
        Self::connect_with(url, options, connector)
    }

    /// As [`connect`](Self::connect), over the streams that `connector` opens.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub fn connect_with(
        url: impl IntoUrl,
        options: Options,
        connector: impl Connector + 'static,
    ) -> Result<Self, Error> {
        let driver = SyncDriver::new(url.into_url()?, options, Arc::new(connector));
        let mut client = Self::over(driver);
        client.version()?;
        Ok(client)
    }

    pub(crate) fn over(mut driver: SyncDriver) -> Self {
        driver.set_connect(Connect::Blocking);
        Self { driver }
    }

    pub(crate) fn into_driver(self) -> SyncDriver {
        self.driver
    }

    /// Which version of the protocol the connection speaks.
    ///
    /// # Errors
    ///
    /// The connection is over.
    pub fn version(&mut self) -> Result<Version, Error> {
        self.run(|handle| async move { handle.version().await })
    }

    /// What the server said of itself when it took the connection.
    #[must_use]
    pub fn greeting(&self) -> TpString {
        self.driver.handle().lock().session.greeting().clone()
    }

    /// Sends one packet and returns its answer.
    ///
    /// # Errors
    ///
    /// The packet is of another version than the connection, the server refuses, answers with
    /// something else, or not at all.
    pub fn request<R: Request>(&mut self, request: R) -> Result<R::Reply, Error> {
        self.run(|handle| handle.request(request))
    }

    /// Sends one packet that asks for several things, and returns an answer for each, in the order
    /// asked. One that fails does not lose the others. If the server stops early, the last entry
    /// says so.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request), when the request fails as a whole.
    pub fn request_many<R: Request>(&mut self, request: R) -> Result<BatchResult<R::Reply>, Error> {
        self.run(|handle| handle.request_many(request))
    }

    /// The next thing that came unasked; `None` if nothing comes within `limit`. What comes while
    /// other calls wait is kept for this one.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tp_net::{Event, Options, blocking::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// client.login("guest", "guest")?;
    /// client.finish_turn()?;
    /// while let Some(event) = client.next_event(Duration::from_secs(1))? {
    ///     match event {
    ///         Event::TurnTime(time) => println!("{} s are left", time.time),
    ///         Event::TurnEnded(_) => break,
    ///         Event::Missed(number) => println!("{number} events were missed"),
    ///         other => println!("{other:?}"),
    ///     }
    /// }
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The connection is over, and nothing is left of what came.
    pub fn next_event(&mut self, limit: Duration) -> Result<Option<Event>, Error> {
        // What has come already is there even for those who do not wait.
        self.driver.step();
        let listener = self.driver.listener();
        self.run(|handle| handle.next_event(listener, limit))
    }

    /// Waits until a turn has ended, and returns what the server said last of its time: in TP04 the
    /// turn that has begun, and who has not finished it yet. Returns at once if a turn has ended
    /// since this last returned, or since the login: nothing is missed between
    /// [`finish_turn`](Self::finish_turn) and this.
    ///
    /// Works with servers that announce the end of a turn and with those that do not: these are
    /// asked at growing intervals of up to 10 seconds, and are known to have ended a turn only if
    /// they did so after they were first asked, by [`finish_turn`](Self::finish_turn),
    /// [`time_remaining`](Self::time_remaining) or this. What counts as an end is told at
    /// [`Event`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use tp_net::{Options, blocking::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// client.login("guest", "guest")?;
    /// client.finish_turn()?;
    /// let next = client.wait_for_turn(Duration::from_secs(60))?;
    /// println!("a new turn: {:?}, {} s are left", next.turn, next.time);
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when `limit` has passed, and the connection is as before; or the
    /// connection is over.
    pub fn wait_for_turn(&mut self, limit: Duration) -> Result<model::TimeRemaining, Error> {
        self.driver.step();
        self.run(|handle| handle.wait_for_turn(limit))
    }

    /// Closes the connection. Dropping the client does the same.
    pub fn disconnect(mut self) {
        self.driver.close();
    }

    /// Runs an operation to its end.
    pub(crate) fn run<F: Future>(
        &mut self,
        operation: impl FnOnce(SessionHandle) -> F,
    ) -> F::Output {
        let mut operation = pin!(operation(self.driver.handle().clone()));
        // Nothing else runs here, so nobody has to be woken.
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = operation.as_mut().poll(&mut context) {
                return output;
            }
            if self.driver.exchange() {
                continue;
            }
            self.driver.step();
            if let Poll::Ready(output) = operation.as_mut().poll(&mut context) {
                return output;
            }
            self.driver.wait(None);
        }
    }
}

game_operations!(blocking_methods, Client, client => client);

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
