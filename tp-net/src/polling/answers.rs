//! Answers of many kinds as one type of the user's own.

use std::collections::VecDeque;
use std::fmt;

use super::queue::Taken;
use super::{Client, Ticket};
use crate::error::Error;

/// Turns the answers to many tickets into one type, so that a program can `match` on what came.
///
/// Of what was added, answers come in the order added. Answers to other tickets are left to
/// [`Client::poll`] and [`Client::wait_for`].
///
/// ```
/// use tp_frames::TpString;
/// use tp_net::model::Object;
/// use tp_net::polling::{Answers, Client};
/// use tp_net::{Error, Options};
///
/// enum Answered {
///     Login(Result<TpString, Error>),
///     Universe(Result<Object, Error>),
/// }
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let mut client = Client::connect(address, Options::default())?;
/// let mut answers = Answers::new();
/// answers.add(client.login("guest", "guest")?, Answered::Login);
/// answers.add(client.object(0)?, Answered::Universe);
/// while !answers.is_empty() {
///     match answers.poll(&mut client) {
///         Some(Answered::Login(said)) => println!("{}", said?),
///         Some(Answered::Universe(universe)) => println!("{}", universe?.name),
///         None => {
///             // … draw a picture, move the stars …
///             # std::thread::yield_now();
///         }
///     }
/// }
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Answers<A> {
    expected: VecDeque<Expected<A>>,
}

/// Takes an answer from a client.
type Expected<A> = Box<dyn FnMut(&mut Client) -> Taken<A> + Send>;

impl<A> Answers<A> {
    /// No answer is expected yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            expected: VecDeque::new(),
        }
    }

    /// Expects the answer to a ticket, of which `into` makes what is given out: a variant of an
    /// enum, for instance.
    pub fn add<T: 'static>(
        &mut self,
        ticket: Ticket<T>,
        into: impl FnOnce(Result<T, Error>) -> A + Send + 'static,
    ) {
        let mut into = Some(into);
        self.expected
            .push_back(Box::new(move |client| match client.take(&ticket) {
                Taken::Waiting => Taken::Waiting,
                Taken::Gone => Taken::Gone,
                Taken::Answer(result) => into
                    .take()
                    .map_or(Taken::Gone, |into| Taken::Answer(into(result))),
            }));
    }

    /// Does what can be done without waiting, and returns the first expected answer if it is
    /// there.
    pub fn poll(&mut self, client: &mut Client) -> Option<A> {
        self.take(client).or_else(|| {
            client.advance();
            self.take(client)
        })
    }

    /// Waits for the first expected answer.
    ///
    /// # Errors
    ///
    /// [`Error::NothingOutstanding`], if no answer is expected from this client.
    pub fn wait(&mut self, client: &mut Client) -> Result<A, Error> {
        loop {
            if let Some(answer) = self.poll(client) {
                return Ok(answer);
            }
            if self.is_empty() {
                return Err(Error::NothingOutstanding);
            }
            client.rest(None);
        }
    }

    /// How many answers are expected.
    #[must_use]
    pub fn len(&self) -> usize {
        self.expected.len()
    }

    /// Returns `true` if no answer is expected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expected.is_empty()
    }

    fn take(&mut self, client: &mut Client) -> Option<A> {
        loop {
            match self.expected.front_mut()?(client) {
                Taken::Waiting => return None,
                Taken::Answer(answer) => {
                    self.expected.pop_front();
                    return Some(answer);
                }
                // Somebody else has taken it.
                Taken::Gone => {
                    self.expected.pop_front();
                }
            }
        }
    }
}

impl<A> Default for Answers<A> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A> fmt::Debug for Answers<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers")
            .field("expected", &self.len())
            .finish()
    }
}
