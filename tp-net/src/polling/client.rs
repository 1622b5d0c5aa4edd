//! The polling client itself.

use std::fmt;
use std::net::TcpStream;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use tp_frames::{Request, TpString, Version};

use super::queue::{Access, Queue, Taken};
use super::{Answer, Full, Ticket};
use crate::error::Error;
use crate::event::Event;
use crate::operations::{begin, game_operations, polling_methods};
use crate::ops::SessionHandle;
use crate::options::Options;
use crate::sync_driver::{Connect, SyncDriver};
use crate::transport::Connector;
use crate::{BatchResult, GameItem, IdListPage, IdListQuery, IntoUrl, blocking, game, model};

/// A client whose operations return at once.
///
/// Each operation returns a [`Ticket`]. [`poll`](Self::poll) returns nothing until the oldest
/// outstanding operation has its answer, and then the answers in the order asked;
/// [`wait`](Self::wait) blocks until there is one. [`wait_for`](Self::wait_for) waits for a certain
/// one, and [`Answers`](super::Answers) makes answers a type to `match` on. A refusal is an answer, and so is a lost
/// connection: every ticket gets exactly one.
///
/// ```
/// use tp_net::{Options, polling::Client};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let mut client = Client::connect(address, Options::default())?;
/// let login = client.login("guest", "guest")?;
/// let universe = client.object(0)?;
///
/// while client.outstanding() > 0 {
///     while let Some(mut answer) = client.poll() {
///         if let Some(said) = answer.redeem(&login) {
///             println!("logged in: {}", said?);
///         } else if let Some(universe) = answer.redeem(&universe) {
///             println!("{:?}", universe?);
///         }
///     }
///     // … draw a picture, move the stars …
/// }
///
/// // Or wait, now that there is nothing else to do.
/// let time = client.time_remaining()?;
/// let time = client.wait()?.redeem(&time);
/// println!("{time:?}");
/// client.disconnect();
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # In an event loop
///
/// Watch [`socket`](Self::socket) for what can be read, and for what can be written while
/// [`wants_write`](Self::wants_write) says so; poll when either comes, or when
/// [`next_timeout`](Self::next_timeout) has passed. Ask all three again after each call: there is
/// no socket while connecting, and falling back to an older version makes a new one.
pub struct Client {
    driver: SyncDriver,
    queue: Queue,
    limit: usize,
}

impl Client {
    /// Begins to connect as the URL says. Operations can be asked for at once; if no connection
    /// comes about, that is their answer.
    ///
    /// # Errors
    ///
    /// The URL cannot be read.
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
        client.driver.step();
        Ok(client)
    }

    fn over(mut driver: SyncDriver) -> Self {
        driver.set_connect(Connect::Background);
        let limit = driver.handle().lock().session.options().max_outstanding;
        Self {
            driver,
            queue: Queue::default(),
            limit,
        }
    }

    /// Answered when the connection is made, with the version both sides agreed on.
    ///
    /// # Errors
    ///
    /// Too many operations are outstanding.
    pub fn connected(&mut self) -> Result<Ticket<Version>, Full<()>> {
        self.ask(Access::Read, (), |handle, ()| async move {
            let version = handle.version().await;
            handle.mark_all_sent();
            version
        })
    }

    /// What the server said of itself when it took the connection; empty before that.
    #[must_use]
    pub fn greeting(&self) -> TpString {
        self.driver.handle().lock().session.greeting().clone()
    }

    /// Sends one packet, as soon as there is a connection; its answer is the server's.
    ///
    /// # Errors
    ///
    /// Too many operations are outstanding; the packet is handed back.
    pub fn request<R>(&mut self, request: R) -> Result<Ticket<R::Reply>, Full<R>>
    where
        R: Request,
        R::Reply: Send + 'static,
    {
        self.ask(Access::Write, request, |handle, request| {
            handle.request(request)
        })
    }

    /// Sends one packet that asks for several things; see
    /// [`blocking::Client::request_many`].
    ///
    /// # Errors
    ///
    /// Too many operations are outstanding; the packet is handed back.
    pub fn request_many<R>(&mut self, request: R) -> Result<Ticket<BatchResult<R::Reply>>, Full<R>>
    where
        R: Request,
        R::Reply: Send + 'static,
    {
        self.ask(Access::Write, request, |handle, request| {
            handle.request_many(request)
        })
    }

    /// Queues an operation.
    pub(crate) fn ask<R, T, F>(
        &mut self,
        access: Access,
        request: R,
        operation: impl FnOnce(SessionHandle, R) -> F,
    ) -> Result<Ticket<T>, Full<R>>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        if self.queue.len() >= self.limit {
            return Err(Full::new(request, self.limit));
        }
        let handle = self.driver.handle().as_operation();
        Ok(self.queue.push(access, operation(handle, request)))
    }

    /// Does what can be done without waiting, and returns the answer of the oldest outstanding
    /// operation if it is there.
    pub fn poll(&mut self) -> Option<Answer> {
        if let Some(answer) = self.queue.pop() {
            return Some(answer);
        }
        self.advance();
        self.queue.pop()
    }

    /// The answer for a ticket, if it is there.
    pub(super) fn take<T: 'static>(&mut self, ticket: &Ticket<T>) -> Taken<Result<T, Error>> {
        self.queue.take(ticket)
    }

    /// Does what can be done without waiting.
    pub(super) fn advance(&mut self) {
        self.driver.step();
        self.queue.advance(self.driver.handle());
        // What was just asked is to be on its way before the next poll.
        if self.driver.wants_write() {
            self.driver.step();
            self.queue.advance(self.driver.handle());
        }
    }

    /// Waits for the answer of the oldest outstanding operation.
    ///
    /// # Errors
    ///
    /// [`Error::NothingOutstanding`].
    pub fn wait(&mut self) -> Result<Answer, Error> {
        // Without a limit it does not come back without an answer.
        self.wait_until(None)?.ok_or(Error::NothingOutstanding)
    }

    /// Waits for the answer to one ticket, whatever was asked before it. Other answers are kept for
    /// [`poll`](Self::poll) and [`wait`](Self::wait), in the order asked.
    ///
    /// ```
    /// use tp_net::{Options, polling::Client};
    ///
    /// # let game = tp_game::serve("127.0.0.1:0")?;
    /// # let address = game.local_addr();
    /// let mut client = Client::connect(address, Options::default())?;
    /// let login = client.login("guest", "guest")?;
    /// let universe = client.object(0)?;
    /// println!("{}", client.wait_for(&universe)?.name);
    /// let mut answer = client.wait()?;
    /// println!("{}", answer.redeem(&login).expect("the only one left")?);
    /// # game.shutdown();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// What the operation failed with; or [`Error::NothingOutstanding`], if the answer was taken
    /// already.
    pub fn wait_for<T: 'static>(&mut self, ticket: &Ticket<T>) -> Result<T, Error> {
        loop {
            match self.take(ticket) {
                Taken::Answer(result) => return result,
                Taken::Gone => return Err(Error::NothingOutstanding),
                Taken::Waiting => {}
            }
            self.advance();
            if let Taken::Answer(result) = self.take(ticket) {
                return result;
            }
            self.rest(None);
        }
    }

    /// Waits until something may have happened, at most until `limit`.
    pub(super) fn rest(&mut self, limit: Option<Instant>) {
        self.driver.wait(limit);
    }

    /// As [`wait`](Self::wait), but gives up after `timeout`; the operation stays outstanding.
    ///
    /// # Errors
    ///
    /// [`Error::NothingOutstanding`].
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<Option<Answer>, Error> {
        self.wait_until(self.driver.now().checked_add(timeout))
    }

    fn wait_until(&mut self, limit: Option<Instant>) -> Result<Option<Answer>, Error> {
        if self.queue.len() == 0 {
            return Err(Error::NothingOutstanding);
        }
        loop {
            if let Some(answer) = self.poll() {
                return Ok(Some(answer));
            }
            if limit.is_some_and(|limit| limit <= self.driver.now()) {
                return Ok(None);
            }
            self.rest(limit);
        }
    }

    /// How many operations wait for their answers to be taken.
    #[must_use]
    pub fn outstanding(&self) -> usize {
        self.queue.len()
    }

    /// The socket to watch; `None` while there is no connection, and another one after a fallback
    /// to an older version or a redirect.
    #[must_use]
    pub fn socket(&self) -> Option<&TcpStream> {
        self.driver.socket()
    }

    /// Returns `true` if it is time to poll when the socket can be read.
    #[must_use]
    pub fn wants_read(&self) -> bool {
        self.driver.socket().is_some()
    }

    /// Returns `true` if it is time to poll when the socket can be written.
    #[must_use]
    pub fn wants_write(&self) -> bool {
        self.driver.wants_write()
    }

    /// After how long to poll even if the socket stays quiet; `None` if only the socket matters. At
    /// once if the next answer is there already: [`next_event`](Self::next_event) may have read it.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        if self.queue.has_answer() {
            return Some(Duration::ZERO);
        }
        let due = self.driver.next_timeout()?;
        Some(due.saturating_duration_since(self.driver.now()))
    }

    /// The next thing that came unasked; `None` if nothing comes within `limit`, which may be
    /// nothing. What is outstanding goes on meanwhile.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tp_net::{Event, Options, polling::Client};
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
        self.advance();
        let listener = self.driver.listener();
        self.run(|handle| handle.next_event(listener, limit))
    }

    /// Waits until a turn has ended, and returns what the server said last of its time: in TP04 the
    /// turn that has begun, and who has not finished it yet. Returns at once if a turn has ended
    /// since this last returned, or since the login: nothing is missed between
    /// [`finish_turn`](Self::finish_turn) and this.
    ///
    /// Blocks as [`wait`](Self::wait) does. What is outstanding goes on meanwhile, and its answers
    /// are kept for [`poll`](Self::poll).
    ///
    /// Works with servers that announce the end of a turn and with those that do not: these are
    /// asked at growing intervals of up to 10 seconds, and are known to have ended a turn only if
    /// they did so after they were first asked, by [`finish_turn`](Self::finish_turn),
    /// [`time_remaining`](Self::time_remaining) or this. What counts as an end is told at
    /// [`Event`].
    ///
    /// ```
    /// use std::time::Duration;
    /// use tp_net::{Options, polling::Client};
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
        self.advance();
        self.run(|handle| handle.wait_for_turn(limit))
    }

    /// Runs an operation that does not queue to its end, while the others go on.
    fn run<F: Future>(&mut self, operation: impl FnOnce(SessionHandle) -> F) -> F::Output {
        let mut operation = pin!(operation(self.driver.handle().clone()));
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(output) = operation.as_mut().poll(&mut context) {
                return output;
            }
            self.advance();
            if let Poll::Ready(output) = operation.as_mut().poll(&mut context) {
                return output;
            }
            self.rest(None);
        }
    }

    /// Why nothing more can be asked, once that is so.
    #[must_use]
    pub fn error(&self) -> Option<Error> {
        self.driver.error()
    }

    /// Closes the connection. What is outstanding is answered with [`Error::Closed`].
    pub fn disconnect(&mut self) {
        self.driver.close();
        self.queue.advance(self.driver.handle());
    }

    /// The same connection with blocking calls.
    ///
    /// # Errors
    ///
    /// Operations are outstanding; the client is handed back.
    pub fn into_blocking(self) -> Result<blocking::Client, Busy> {
        if self.queue.len() > 0 {
            return Err(Busy {
                client: Box::new(self),
            });
        }
        Ok(blocking::Client::over(self.driver))
    }
}

game_operations!(polling_methods, Client, client => client);

impl blocking::Client {
    /// The same connection with calls that do not block.
    #[must_use]
    pub fn into_polling(self) -> Client {
        Client::over(self.into_driver())
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("outstanding", &self.queue.len())
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}

/// A client with outstanding operations cannot begin to block.
#[derive(Debug, thiserror::Error)]
#[error("{}", Error::Busy(.client.outstanding()))]
pub struct Busy {
    client: Box<Client>,
}

impl Busy {
    /// The client, as it was.
    #[must_use]
    pub fn into_client(self) -> Client {
        *self.client
    }
}

impl From<Busy> for Error {
    fn from(busy: Busy) -> Self {
        Self::Busy(busy.client.outstanding())
    }
}
