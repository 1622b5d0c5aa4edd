//! The asynchronous client: cheap to clone, used from many tasks at once.

mod async_driver;
mod events;
mod id_iter;
mod transport;

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tp_frames::{Request, TpString, Version};

use async_driver::AsyncDriver;
pub use events::Events;
pub use id_iter::IdIter;
pub use transport::{AsyncConnector, AsyncStream, Opened};

use crate::error::Error;

use crate::operations::{async_methods, begin, game_operations};
use crate::ops::SessionHandle;
use crate::options::Options;
use crate::reconnect;
use crate::session::Session;
use crate::{BatchResult, GameItem, IdListPage, IdListQuery, IntoUrl, game, model};

/// A client for asynchronous programs, on tokio.
///
/// Clones share one connection, which is closed when the last of them is dropped. Whatever is
/// asked at the same time is on its way at the same time; a dropped future gives up its answer
/// and nothing else. More than [`Options::max_outstanding`] operations wait for their turn.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use tp_net::{Options, client::Client};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let client = Client::connect(address, Options::default()).await?;
/// client.login("guest", "guest").await?;
///
/// // Asked at the same time, on their way at the same time.
/// let (time, universe) = tokio::join!(client.time_remaining(), client.object(0));
/// println!("{:?} {:?}", time?, universe?);
///
/// // With a time limit of its own.
/// client.with_deadline(Duration::from_secs(2)).finish_turn().await?;
/// # game.shutdown();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    deadline: Option<Duration>,
}

struct Inner {
    handle: SessionHandle,
    turns: Semaphore,
    limit: usize,
    operation_timeout: Option<Duration>,
}

impl Client {
    /// Connects as the URL says, and agrees with the server on a version of the protocol.
    ///
    /// Starts a task on the current tokio runtime that lives as long as the connection.
    ///
    /// # Errors
    ///
    /// The URL cannot be read, nobody answers there, or not in a version that the options
    /// allow; or the server refuses.
    pub async fn connect(url: impl IntoUrl, options: Options) -> Result<Self, Error> {
        let connector = options.dialer();
        Self::connect_with(url, options, connector).await
    }

    /// As [`connect`](Self::connect), over the streams that `connector` opens.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_with(
        url: impl IntoUrl,
        options: Options,
        connector: impl AsyncConnector,
    ) -> Result<Self, Error> {
        let limit = options.max_outstanding.clamp(1, Semaphore::MAX_PERMITS);
        let operation_timeout = options.operation_timeout;
        let session = Session::new(url.into_url()?, options, reconnect::seed());
        let handle = SessionHandle::new(session, async_driver::now);
        let driver = AsyncDriver::new(handle.clone(), connector);
        tokio::spawn(driver.run());
        let inner = Inner {
            handle,
            turns: Semaphore::new(limit),
            limit,
            operation_timeout,
        };
        let client = Self {
            inner: Arc::new(inner),
            deadline: None,
        };
        client.version().await?;
        Ok(client)
    }

    /// The same connection with a time limit on each operation asked through this value, from
    /// when it is asked to when it is answered, in the place of [`Options::operation_timeout`].
    #[must_use]
    pub fn with_deadline(&self, limit: Duration) -> Self {
        Self {
            inner: Arc::clone(&self.inner),
            deadline: Some(limit),
        }
    }

    /// Which version of the protocol the connection speaks.
    ///
    /// # Errors
    ///
    /// The connection is over.
    pub async fn version(&self) -> Result<Version, Error> {
        self.inner.handle.clone().version().await
    }

    /// What the server said of itself when it took the connection.
    #[must_use]
    pub fn greeting(&self) -> TpString {
        self.inner.handle.lock().session.greeting().clone()
    }

    /// Sends one packet and returns its answer.
    ///
    /// # Errors
    ///
    /// The packet is of another version than the connection, the server refuses, answers with
    /// something else, or not at all.
    pub async fn request<R>(&self, request: R) -> Result<R::Reply, Error>
    where
        R: Request + Send + Sync,
        R::Reply: Send,
    {
        self.run(|handle| handle.request(request)).await
    }

    /// Sends one packet that asks for several things, and returns an answer for each, in the order
    /// asked. One that fails does not lose the others. If the server stops early, the last entry
    /// says so.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request), when the request fails as a whole.
    pub async fn request_many<R>(&self, request: R) -> Result<BatchResult<R::Reply>, Error>
    where
        R: Request + Send + Sync,
        R::Reply: Send,
    {
        self.run(|handle| handle.request_many(request)).await
    }

    /// How many operations of all clones are on their way.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.inner
            .limit
            .saturating_sub(self.inner.turns.available_permits())
    }

    /// What comes unasked from now on. Listen before the login to miss nothing.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use tp_net::{Event, Options, client::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let client = Client::connect(address, Options::default()).await?;
    /// let mut events = client.events();
    /// client.login("guest", "guest").await?;
    /// client.finish_turn().await?;
    /// while let Some(event) = events.next().await {
    ///     match event {
    ///         Event::TurnTime(time) => println!("{} s are left", time.time),
    ///         Event::TurnEnded(_) => break,
    ///         Event::Missed(number) => println!("{number} events were missed"),
    ///         other => println!("{other:?}"),
    ///     }
    /// }
    /// # game.shutdown();
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(&self) -> Events {
        Events::new(&self.inner.handle)
    }

    /// Waits until a turn has ended, and returns what the server said last of its time: in TP04 the
    /// turn that has begun, and who has not finished it yet. Returns at once if a turn has ended
    /// since this last returned for any clone, or since the login: nothing is missed between
    /// [`finish_turn`](Self::finish_turn) and this. All that wait at the same time are told.
    ///
    /// Works with servers that announce the end of a turn and with those that do not: these are
    /// asked at growing intervals of up to 10 seconds, and are known to have ended a turn only if
    /// they did so after they were first asked, by [`finish_turn`](Self::finish_turn),
    /// [`time_remaining`](Self::time_remaining) or this. What counts as an end is told at
    /// [`Event`](crate::Event).
    ///
    /// It counts for none of [`Options::max_outstanding`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::time::Duration;
    /// use tp_net::{Options, client::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let client = Client::connect(address, Options::default()).await?;
    /// client.login("guest", "guest").await?;
    /// client.finish_turn().await?;
    /// let next = client.wait_for_turn(Duration::from_secs(60)).await?;
    /// println!("a new turn: {:?}, {} s are left", next.turn, next.time);
    /// # game.shutdown();
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Timeout`] when `limit` has passed, and the connection is as before; or the
    /// connection is over.
    pub async fn wait_for_turn(&self, limit: Duration) -> Result<model::TimeRemaining, Error> {
        let limit = self.deadline.map_or(limit, |deadline| deadline.min(limit));
        self.inner.handle.clone().wait_for_turn(limit).await
    }

    /// Closes the connection for all clones. What is outstanding fails with [`Error::Closed`].
    pub fn disconnect(&self) {
        self.inner.close();
    }

    /// Room for an operation, when others make it.
    async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        let turn = self.inner.turns.acquire();
        let limit = self.inner.operation_timeout;
        // Who has set a deadline keeps it himself.
        let turn = match limit.filter(|_| self.deadline.is_none()) {
            None => turn.await,
            Some(limit) => tokio::time::timeout(limit, turn)
                .await
                .map_err(|_| Error::Timeout(limit))?,
        };
        turn.map_err(|_| Error::Closed)
    }

    /// Runs an operation when there is room for it.
    pub(crate) async fn run<T, F>(
        &self,
        operation: impl FnOnce(SessionHandle) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let turns = &self.inner.turns;
        // In one place, however it is waited for: it may be large.
        let work = pin!(async {
            let _turn = match turns.try_acquire() {
                Ok(turn) => turn,
                Err(_) => self.turn().await?,
            };
            operation(match self.deadline {
                None => self.inner.handle.clone(),
                Some(_) => self.inner.handle.without_deadline(),
            })
            .await
        });
        match self.deadline {
            None => work.await,
            Some(limit) => tokio::time::timeout(limit, work)
                .await
                .unwrap_or(Err(Error::Timeout(limit))),
        }
    }
}

game_operations!(async_methods, Client, client => client);

impl Inner {
    fn close(&self) {
        self.handle.lock().close();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}
