//! How a client goes for another connection when one was cut.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// How a client connects again when its connection is cut: after a pause that doubles with each
/// attempt that fails, up to a bound.
///
/// Pass it to [`Options::reconnect`](crate::Options::reconnect), where it says what becomes of
/// requests. The attempts are counted from the cut. They begin anew with a cut of a connection on
/// which something was answered after the login, or that held for longer than the longest pause.
///
/// ```
/// use std::time::Duration;
/// use tp_net::{Options, Reconnect};
///
/// // For as long as it takes, at least every five minutes.
/// let patient = Reconnect::default()
///     .longest_delay(Duration::from_secs(300))
///     .attempts(None);
/// let options = Options::default().reconnect(patient);
/// # let _ = options;
/// ```
///
/// What only asks is asked again and answered as if nothing had happened. What is left to the program
/// is a change of which nobody knows whether the server has made it:
///
/// ```
/// use tp_net::{Options, Reconnect, blocking::Client, model::Category};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// let options = Options::default().reconnect(Reconnect::default());
/// let mut client = Client::connect(address, options)?;
/// client.login("guest", "guest")?;
/// let mine = Category { name: "mine".into(), ..Default::default() };
/// match client.add_category(mine) {
///     // Asks whether it is there, on the next connection.
///     Err(error) if error.is_fate_unknown() => println!("{:?}", client.category_ids(None)?),
///     added => println!("{:?}", added?),
/// }
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Reconnect {
    pub(crate) first_delay: Duration,
    pub(crate) longest_delay: Duration,
    pub(crate) attempts: Option<u32>,
    pub(crate) total_time: Option<Duration>,
    pub(crate) jitter: f64,
}

impl Default for Reconnect {
    fn default() -> Self {
        Self {
            first_delay: Duration::from_secs(1),
            longest_delay: Duration::from_secs(60),
            attempts: Some(10),
            total_time: None,
            jitter: 0.5,
        }
    }
}

impl Reconnect {
    /// The pause before the first attempt; 1 second by default. It is twice that before the
    /// second, and so on.
    #[must_use]
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The longest pause between two attempts; 60 seconds by default.
    #[must_use]
    pub fn longest_delay(mut self, delay: Duration) -> Self {
        self.longest_delay = delay;
        self
    }

    /// How many attempts may fail before the client gives up; 10 by default, which is five minutes
    /// with the pauses by default. `None` for any number.
    ///
    /// A request under which as many connections are cut, at least two, fails with
    /// [`Error::Disconnected`](crate::Error), and is not asked again: it may be what makes the
    /// server hang up.
    #[must_use]
    pub fn attempts(mut self, limit: Option<u32>) -> Self {
        self.attempts = limit;
        self
    }

    /// How long after the cut an attempt may begin at the latest; `None`, which is the default,
    /// for any time.
    #[must_use]
    pub fn total_time(mut self, limit: Option<Duration>) -> Self {
        self.total_time = limit;
        self
    }

    /// How much of each pause is up to chance, from 0 to 1; a half by default, so that a pause
    /// takes between a half and the whole of its time. It keeps a server that was restarted from
    /// seeing all its clients at once.
    #[must_use]
    pub fn jitter(mut self, fraction: f64) -> Self {
        self.jitter = fraction.clamp(0.0, 1.0);
        self
    }
}

/// What differs from client to client.
pub(crate) fn seed() -> u64 {
    RandomState::new().hash_one(())
}
