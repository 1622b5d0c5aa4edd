//! One connection on which so many requests are on their way at once.

use std::collections::VecDeque;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

use crate::report::FailureKind;
use crate::tally::{Counts, End, Tally};

/// Bytes read at once, on the stack.
const READ_SIZE: usize = 64 << 10;

/// How often is read before other connections get their turn.
const READS: usize = 16;

/// What is said on a connection whose answers come in the order asked.
pub trait Dialogue {
    /// Appends the next request to what is sent.
    fn ask(&mut self, out: &mut Vec<u8>);

    /// Reads what has come, in pieces of any size, and tells what became of each request, in the
    /// order asked.
    ///
    /// # Errors
    ///
    /// Nobody can tell answers apart any more; the connection is given up.
    fn read(&mut self, bytes: &[u8], became: &mut dyn FnMut(Outcome)) -> Result<(), Malformed>;
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was answered well.
    Answered,
    /// The server said no.
    Refused(
        /// What it said.
        String,
    ),
    /// It was passed over: a later one is answered already.
    Unanswered,
}

/// What came is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(
    /// Why, in one line.
    pub String,
);

/// A connection on which so many requests are on their way at once, until the end.
///
/// A future that is done when everything asked was answered, or when nothing more can come. What came
/// of it is in the tally.
#[must_use = "futures do nothing unless polled"]
pub struct Pipeline<S, D> {
    stream: S,
    dialogue: D,
    depth: usize,
    end: Arc<End>,
    tally: Arc<Tally>,
    output: Vec<u8>,
    written: usize,
    flushed: bool,
    /// When requests were asked that wait for their answers, and how many.
    asked: VecDeque<(Instant, usize)>,
    waiting: usize,
    /// When something came last that moved things on.
    moved: Instant,
    patience: Duration,
    timer: Pin<Box<Sleep>>,
    broken: bool,
}

impl<S, D> Pipeline<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Dialogue + Unpin,
{
    /// A connection that is ready for requests. It is given up after `patience` without an answer.
    pub fn new(
        stream: S,
        dialogue: D,
        depth: usize,
        patience: Duration,
        end: Arc<End>,
        tally: Arc<Tally>,
    ) -> Self {
        let now = Instant::now();
        Self {
            stream,
            dialogue,
            depth,
            end,
            tally,
            output: Vec::new(),
            written: 0,
            flushed: true,
            asked: VecDeque::new(),
            waiting: 0,
            moved: now,
            patience,
            timer: Box::pin(tokio::time::sleep(patience)),
            broken: false,
        }
    }

    /// Asks as much as there is room for.
    fn ask(&mut self, now: Instant) {
        let room = self.depth.saturating_sub(self.waiting);
        let granted = self.end.take(room, now);
        if granted == 0 {
            return;
        }
        if self.waiting == 0 {
            self.moved = now;
        }
        for _ in 0..granted {
            self.dialogue.ask(&mut self.output);
        }
        self.asked.push_back((now, granted));
        self.waiting = self.waiting.saturating_add(granted);
    }

    /// Writes what can be written.
    fn poll_write(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        while let Some(rest @ [_, ..]) = self.output.get(self.written..) {
            match Pin::new(&mut self.stream).poll_write(context, rest) {
                Poll::Pending => return Ok(()),
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(count)) => {
                    self.written = self.written.saturating_add(count);
                    self.tally
                        .lock(|it| it.sent = it.sent.saturating_add(count as u64));
                    self.flushed = false;
                }
                Poll::Ready(Err(error)) => return Err(error),
            }
        }
        self.output.clear();
        self.written = 0;
        if !self.flushed {
            match Pin::new(&mut self.stream).poll_flush(context) {
                Poll::Pending => {}
                Poll::Ready(flushed) => {
                    flushed?;
                    self.flushed = true;
                }
            }
        }
        Ok(())
    }

    /// Reads what has come; `true` if there may be more at once.
    fn poll_read(&mut self, context: &mut Context<'_>) -> Result<bool, (FailureKind, String)> {
        let mut space = [MaybeUninit::uninit(); READ_SIZE];
        let mut buffer = ReadBuf::uninit(&mut space);
        match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
            Poll::Pending => return Ok(false),
            Poll::Ready(read) => read.map_err(disconnected)?,
        }
        let bytes = buffer.filled();
        if bytes.is_empty() {
            let text = "the server closed the connection".to_owned();
            return Err((FailureKind::Disconnected, text));
        }
        self.take(bytes)
            .map_err(|error| (FailureKind::Malformed, error.0))?;
        Ok(true)
    }

    /// Takes what was read.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        let now = Instant::now();
        let before = self.waiting;
        let Self {
            dialogue,
            asked,
            waiting,
            ..
        } = self;
        let read = self.tally.lock(|counts| {
            counts.received = counts.received.saturating_add(bytes.len() as u64);
            dialogue.read(bytes, &mut |outcome| {
                if let Some(when) = next(asked) {
                    *waiting = waiting.saturating_sub(1);
                    counted(counts, outcome, when, now);
                }
            })
        });
        if self.waiting != before {
            self.moved = now;
        }
        read
    }

    /// Counts what will never be answered.
    pub(crate) fn give_up(&mut self, kind: FailureKind, text: &str) {
        let lost = self.waiting;
        self.waiting = 0;
        self.asked.clear();
        self.broken = true;
        self.tally
            .lock(|counts| counts.fail(lost.max(1), kind, text));
    }

    /// The connection, if it is fit for more.
    pub fn into_parts(self) -> Option<(S, D)> {
        let whole = !self.broken && self.waiting == 0;
        whole.then_some((self.stream, self.dialogue))
    }

    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        while self.timer.as_mut().poll(context).is_ready() {
            let due = self.moved.checked_add(self.patience);
            match due.filter(|due| Instant::now() < *due) {
                Some(due) => self.timer.as_mut().reset(due),
                None => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Result<(), (FailureKind, String)>> {
        for _ in 0..READS {
            self.ask(Instant::now());
            if self.waiting == 0 {
                return Poll::Ready(Ok(()));
            }
            self.poll_write(context).map_err(disconnected)?;
            if !self.poll_read(context)? {
                if self.poll_patience(context).is_ready() {
                    let text = format!("no answer within {} s", self.patience.as_secs_f64());
                    return Poll::Ready(Err((FailureKind::Timeout, text)));
                }
                return Poll::Pending;
            }
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<S, D> Future for Pipeline<S, D>
where
    S: AsyncRead + AsyncWrite + Unpin,
    D: Dialogue + Unpin,
{
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.poll_step(context).map(|ended| {
            if let Err((kind, text)) = ended {
                this.give_up(kind, &text);
            }
        })
    }
}

impl<S, D> std::fmt::Debug for Pipeline<S, D> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipeline")
            .field("depth", &self.depth)
            .field("waiting", &self.waiting)
            .finish_non_exhaustive()
    }
}

fn disconnected(error: io::Error) -> (FailureKind, String) {
    (FailureKind::Disconnected, error.to_string())
}

/// When the first request was asked that waits; it waits no more.
fn next(asked: &mut VecDeque<(Instant, usize)>) -> Option<Instant> {
    let (when, number) = asked.front_mut()?;
    let when = *when;
    *number = number.saturating_sub(1);
    if *number == 0 {
        asked.pop_front();
    }
    Some(when)
}

fn counted(counts: &mut Counts, outcome: Outcome, asked: Instant, now: Instant) {
    match outcome {
        Outcome::Answered => counts.answer(asked, now),
        Outcome::Refused(text) => counts.fail(1, FailureKind::Refused, &text),
        Outcome::Unanswered => {
            let text = "a later request was answered";
            counts.fail(1, FailureKind::Unanswered, text);
        }
    }
}
