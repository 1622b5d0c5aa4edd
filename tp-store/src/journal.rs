//! What appends for many.

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{Store, WriteError};

/// Most bytes of entries that wait; with more than these, callers wait to hand theirs in.
const ROOM: u32 = 8 << 20;
/// Entries of so many bytes are not kept waiting for more of them.
const BATCH: usize = 1 << 20;
/// How soon what is insisted upon is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// How soon a snapshot is, which can wait.
const SNAPSHOT_AGAIN: Duration = Duration::from_secs(30);
/// What was done since the last snapshot is done again after a crash: no more than takes so long.
const REPLAY: Duration = Duration::from_millis(250);

/// Appends to a store by a thread of its own. Whatever waits is written together, so that a hundred
/// who wait cost little more than one; what an entry does is done once it is written, one after the
/// other, in the order of the log.
///
/// Now and then, when the log has become long or doing it again would take long, a snapshot of the
/// state takes its place; and at the end, which is when this is closed or dropped.
pub struct Journal {
    sender: Sender<Message>,
    room: Arc<Semaphore>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Journal {
    /// Starts the thread. `snapshot` makes a snapshot of the state, as it is between two entries; if
    /// it fails, the log stays.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn start(
        store: Store,
        snapshot: impl Fn() -> io::Result<Vec<u8>> + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::Builder::new().name("tp-store".to_owned());
        let thread = thread.spawn(move || {
            let writer = Writer {
                store,
                snapshot,
                spent: Duration::ZERO,
                enough: REPLAY,
                is_full: false,
                again: None,
            };
            writer.run(&receiver);
        })?;
        Ok(Self {
            sender,
            room: Arc::new(Semaphore::new(ROOM as usize)),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Appends an entry, then does what it does, and returns what that returns. If nobody waits for
    /// it any more when it would be written, it is not.
    ///
    /// # Errors
    ///
    /// The entry is not kept and nothing is done, unless it [panics](WriteError::Panicked).
    pub async fn write<T: Send + 'static>(
        &self,
        entry: Vec<u8>,
        apply: impl FnOnce(&[u8]) -> T + Send + 'static,
    ) -> Result<T, WriteError> {
        let room = u32::try_from(entry.len()).unwrap_or(u32::MAX).min(ROOM);
        let room = Arc::clone(&self.room).acquire_many_owned(room).await;
        let room = room.map_err(|_| WriteError::Closed)?;
        let (answer, answered) = oneshot::channel();
        let write = Write {
            entry,
            apply,
            answer,
            _room: Some(room),
        };
        self.send(Message::Write(Box::new(write)))?;
        answered.await.unwrap_or(Err(WriteError::Closed))
    }

    /// As [`write`](Self::write), for those who do not wait asynchronously: a caller that is a task
    /// keeps its thread from others.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    pub fn write_blocking<T: Send + 'static>(
        &self,
        entry: Vec<u8>,
        apply: impl FnOnce(&[u8]) -> T + Send + 'static,
    ) -> Result<T, WriteError> {
        let (answer, answered) = mpsc::channel();
        let write = Write {
            entry,
            apply,
            answer,
            _room: None,
        };
        self.send(Message::Write(Box::new(write)))?;
        answered.recv().unwrap_or(Err(WriteError::Closed))
    }

    /// Appends an entry that must not be missed, and does what it does, as soon as that can be: if it
    /// cannot be written, that is tried again every second. Does not wait.
    pub fn insist(&self, entry: Vec<u8>, apply: impl FnOnce(&[u8]) + Send + 'static) {
        let write = Write {
            entry,
            apply,
            answer: Nobody,
            _room: None,
        };
        if self.send(Message::Write(Box::new(write))).is_err() {
            tracing::warn!("the data is closed, and a change is missed");
        }
    }

    /// Writes what waits, and a snapshot, and closes the file. Waits for all that. Later writes fail.
    pub fn close(&self) {
        let thread = {
            let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
            thread.take()
        };
        let Some(thread) = thread else {
            return;
        };
        // An error means that it has ended already.
        let _ = self.sender.send(Message::Close);
        // What an entry does may hold the last of the game, and so of this.
        if thread.thread().id() != thread::current().id() && thread.join().is_err() {
            tracing::error!("the thread that keeps the data panicked");
        }
    }

    fn send(&self, message: Message) -> Result<(), WriteError> {
        self.sender.send(message).map_err(|_| WriteError::Closed)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

enum Message {
    Write(Box<dyn Pending>),
    Close,
}

/// An entry that waits, and what it does.
struct Write<F, A> {
    entry: Vec<u8>,
    apply: F,
    answer: A,
    _room: Option<OwnedSemaphorePermit>,
}

/// Who waits for an entry.
trait Answer<T>: Send {
    /// Whether nobody else does it if this is not done.
    const INSISTS: bool = false;
    fn is_wanted(&self) -> bool {
        true
    }
    fn send(self, result: Result<T, WriteError>);
}

impl<T: Send> Answer<T> for oneshot::Sender<Result<T, WriteError>> {
    fn is_wanted(&self) -> bool {
        !self.is_closed()
    }

    fn send(self, result: Result<T, WriteError>) {
        // Who is gone meanwhile does not mind.
        let _ = self.send(result);
    }
}

impl<T: Send> Answer<T> for Sender<Result<T, WriteError>> {
    fn send(self, result: Result<T, WriteError>) {
        // As above.
        let _ = Self::send(&self, result);
    }
}

struct Nobody;

impl Answer<()> for Nobody {
    const INSISTS: bool = true;

    fn send(self, _: Result<(), WriteError>) {}
}

trait Pending: Send {
    fn entry(&self) -> &[u8];
    fn insists(&self) -> bool;
    fn is_wanted(&self) -> bool;
    fn finish(self: Box<Self>, written: Result<(), WriteError>);
}

impl<T, F: FnOnce(&[u8]) -> T + Send, A: Answer<T>> Pending for Write<F, A> {
    fn entry(&self) -> &[u8] {
        &self.entry
    }

    fn insists(&self) -> bool {
        A::INSISTS
    }

    fn is_wanted(&self) -> bool {
        self.answer.is_wanted()
    }

    fn finish(self: Box<Self>, written: Result<(), WriteError>) {
        let Self {
            entry,
            apply,
            answer,
            _room,
        } = *self;
        let applied = written.and_then(|()| {
            // Whoever it is that panics: the others go on.
            let applied = catch_unwind(AssertUnwindSafe(|| apply(&entry)));
            applied.map_err(|_| WriteError::Panicked)
        });
        answer.send(applied);
    }
}

/// What the thread has.
struct Writer<S> {
    store: Store,
    snapshot: S,
    /// How long it took to do what was written since the last snapshot.
    spent: Duration,
    /// How much of that is too much.
    enough: Duration,
    /// Whether the last write has failed, which is told once.
    is_full: bool,
    /// When a snapshot is tried again, since one has failed.
    again: Option<Instant>,
}

impl<S: Fn() -> io::Result<Vec<u8>>> Writer<S> {
    fn run(mut self, receiver: &Receiver<Message>) {
        let mut insisted: Vec<Box<dyn Pending>> = Vec::new();
        let mut is_open = true;
        while is_open {
            let first = match insisted.is_empty() {
                true => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => receiver.recv_timeout(AGAIN),
            };
            let mut batch = std::mem::take(&mut insisted);
            let mut bytes = 0_usize;
            let mut message = match first {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Message::Close),
            };
            while let Some(next) = message {
                match next {
                    Message::Write(write) => {
                        bytes = bytes.saturating_add(write.entry().len());
                        batch.push(write);
                    }
                    Message::Close => is_open = false,
                }
                message = match is_open && bytes < BATCH {
                    true => receiver.try_recv().ok(),
                    false => None,
                };
            }
            batch.retain(|write| write.is_wanted());
            insisted = self.write(batch);
            let is_due = self.store.is_long() || self.spent > self.enough;
            if is_due && self.again.is_none_or(|at| at <= Instant::now()) {
                self.replace();
            }
        }
        if !insisted.is_empty() {
            tracing::warn!("the data is closed, and a change is missed");
        }
        if !self.store.is_log_empty() {
            self.replace();
        }
    }

    /// Writes entries and does what they do; gives back those that insist, if that fails.
    fn write(&mut self, batch: Vec<Box<dyn Pending>>) -> Vec<Box<dyn Pending>> {
        if batch.is_empty() {
            return batch;
        }
        let written = self.store.append(batch.iter().map(|write| write.entry()));
        match &written {
            Ok(()) if self.is_full => tracing::info!("the data is written again"),
            Err(error) if !self.is_full => {
                tracing::error!(%error, "nothing is kept of what is asked now")
            }
            _ => {}
        }
        self.is_full = written.is_err();
        let (again, others) = match written {
            Ok(()) => (Vec::new(), batch),
            Err(_) => batch.into_iter().partition(|write| write.insists()),
        };
        let start = Instant::now();
        for write in others {
            write.finish(written.clone());
        }
        if written.is_ok() {
            self.spent = self.spent.saturating_add(start.elapsed());
        }
        again
    }

    fn replace(&mut self) {
        let start = Instant::now();
        let snapshot = (self.snapshot)().map_err(|error| WriteError::Io(Arc::new(error)));
        let replaced = snapshot.and_then(|snapshot| self.store.replace(&snapshot));
        let took = start.elapsed();
        match replaced {
            Ok(()) => {
                self.again = None;
                self.spent = Duration::ZERO;
                // It is not to take most of the time.
                self.enough = REPLAY.max(took.saturating_mul(4));
            }
            Err(error) => {
                tracing::warn!(%error, "no snapshot of the data is made");
                self.again = start.checked_add(SNAPSHOT_AGAIN);
            }
        }
    }
}
