//! What clients have asked and were told, and whether that is as it must be.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tp_net::Error;

use crate::ask::{Ask, Numbers};
use crate::book::Book;
use crate::clock::{self, Millis};
use crate::manner::Manner;
use crate::network::{Network, Seen};
use crate::trace::Trace;

/// By how much an end may be later than its limit: timers have milliseconds, and connectors that do
/// not keep the time are given a second.
const GRACE: Millis = 1_100;

/// What all clients have asked. Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct Ledger(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    trace: Trace,
    network: Network,
    book: Book,
    asked: Vec<Asked>,
    /// When the clock jumped, and how far.
    jumps: Vec<(Millis, Millis)>,
    /// What clients heard last of what is told by numbers.
    heard: BTreeMap<usize, u32>,
    /// Nothing befalls anybody, so nothing may fail.
    fair: bool,
    violations: Vec<Violation>,
    counts: Counts,
}

/// What became of what was asked, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Operations.
    pub asked: u64,
    /// Of these, such as were answered.
    pub answered: u64,
    /// Such as failed.
    pub failed: u64,
    /// Such as were given up by those who asked.
    pub dropped: u64,
    /// Failed ones of which nobody knows whether they were done.
    pub fate_unknown: u64,
    /// Events that came unasked.
    pub events: u64,
    /// Jumps of the clock.
    pub jumps: u64,
}

/// An invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// How much had happened by then.
    pub step: u64,
    /// When.
    pub at: Millis,
    /// What happened, and what was to.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.at / 1000, self.at % 1000);
        write!(
            f,
            "step {}, at {seconds}.{millis:03} s: {}",
            self.step, self.what
        )
    }
}

/// Who asks, as far as it matters for what may come of it.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// The client.
    pub client: usize,
    /// Its API, in words.
    pub api: &'static str,
    /// It connects again.
    pub reconnects: bool,
    /// It asks for padding.
    pub padded: bool,
    /// How long anything of it may take while nothing happens on the network; `None` if it is not
    /// driven all the time.
    pub silence: Option<Millis>,
}

#[derive(Debug)]
struct Asked {
    terms: Terms,
    ask: Option<Ask>,
    what: String,
    at: Millis,
    seen: Seen,
    /// How long it may take at most.
    limit: Option<Millis>,
    end: Option<Ended>,
}

#[derive(Debug)]
struct Ended {
    /// What it ended in; `None` if it was given up.
    result: Option<Result<Numbers, Error>>,
    at: Millis,
    /// Whether it had none from when it was asked to then.
    without_connection: bool,
}

/// Something that was asked, and has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry(usize);

impl Ledger {
    /// An empty one.
    #[must_use]
    pub(crate) fn new(trace: Trace, network: Network, book: Book, fair: bool) -> Self {
        Self(Arc::new(Mutex::new(State {
            trace,
            network,
            book,
            asked: Vec::new(),
            jumps: Vec::new(),
            heard: BTreeMap::new(),
            fair,
            violations: Vec::new(),
            counts: Counts::default(),
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something is asked, or a connection, or whatever else has to end.
    pub(crate) fn ask(&self, terms: &Terms, ask: Option<&Ask>, limit: Option<Millis>) -> Entry {
        let mut state = self.lock();
        let what = ask.map_or_else(|| "Connect".to_owned(), |ask| format!("{ask:?}"));
        let number = state.asked.len();
        let client = terms.client;
        let now = clock::now();
        let line = format_args!("ask {number} of client {client}: {what}");
        state.trace.step(now, line);
        let seen = state.network.seen(client);
        state.counts.asked += 1;
        state.asked.push(Asked {
            terms: terms.clone(),
            ask: ask.cloned(),
            what,
            at: now,
            seen,
            limit,
            end: None,
        });
        Entry(number)
    }

    /// It is answered, or has failed.
    pub(crate) fn ended(&self, entry: Entry, result: Result<Numbers, Error>) {
        let mut state = self.lock();
        let told = match &result {
            Ok(_) => "Ok".to_owned(),
            Err(error) => error.to_string(),
        };
        match &result {
            Ok(_) => state.counts.answered += 1,
            Err(Error::FateUnknown { .. }) => {
                state.counts.failed += 1;
                state.counts.fate_unknown += 1;
            }
            Err(_) => state.counts.failed += 1,
        }
        state.end(entry, &told, Some(result));
    }

    /// Who asked has given it up.
    pub(crate) fn dropped(&self, entry: Entry) {
        let mut state = self.lock();
        state.counts.dropped += 1;
        state.end(entry, "given up", None);
    }

    /// What a client has asked that has not ended.
    #[must_use]
    pub(crate) fn open_of(&self, client: usize) -> Vec<Entry> {
        let state = self.lock();
        let all = state.asked.iter().enumerate();
        let open = all.filter(|(_, it)| it.terms.client == client && it.end.is_none());
        open.map(|(number, _)| Entry(number)).collect()
    }

    /// The clock jumps forwards.
    pub(crate) fn jumped(&self, by: Millis) {
        let mut state = self.lock();
        let now = clock::now();
        state
            .trace
            .step(now, format_args!("the clock jumps by {by}"));
        state.counts.jumps += 1;
        state.jumps.push((now, by));
    }

    /// A client hears something that has a number, unasked.
    pub(crate) fn heard(&self, client: usize, number: u32) {
        let mut state = self.lock();
        let now = clock::now();
        state.counts.events += 1;
        state
            .trace
            .step(now, format_args!("client {client} hears {number}"));
        let before = state.heard.insert(client, number);
        if let Some(before) = before.filter(|before| *before >= number) {
            state.violated(format!(
                "client {client} heard number {number} behind {before}: what comes unasked comes \
                 once, and in the order sent"
            ));
        }
    }

    /// Something is not as it must be.
    pub(crate) fn violated(&self, what: impl Into<String>) {
        self.lock().violated(what.into());
    }

    /// What became of all.
    #[must_use]
    pub(crate) fn counts(&self) -> Counts {
        self.lock().counts
    }

    /// Whether something is not as it must be, by now.
    #[must_use]
    pub(crate) fn first_violation(&self) -> Option<Violation> {
        self.lock().violations.first().cloned()
    }

    /// Nobody asks any more, and all servers are quiet: compares what was told with what was done.
    pub(crate) fn judge(&self) {
        let mut state = self.lock();
        let asked = std::mem::take(&mut state.asked);
        for (number, asked) in asked.iter().enumerate() {
            let judged = match &asked.end {
                None => Err("it never ended".to_owned()),
                Some(end) => state.compare(asked, end),
            };
            if let Err(why) = judged {
                let about = asked.about(number);
                state.violated(format!("{about}: {why}"));
            }
        }
        let faults = std::mem::take(&mut state.book.open().faults);
        for fault in faults {
            state.violated(fault);
        }
    }
}

impl Asked {
    fn about(&self, number: usize) -> String {
        let Terms { client, api, .. } = self.terms;
        format!("ask {number} of client {client} ({api}), {}", self.what)
    }
}

impl State {
    fn violated(&mut self, what: String) {
        let at = clock::now();
        let step = self.trace.steps();
        self.trace.step(at, format_args!("VIOLATION: {what}"));
        self.violations.push(Violation { step, at, what });
    }

    /// How far the clock has jumped since then.
    fn jumped_since(&self, then: Millis) -> Millis {
        let since = self.jumps.iter().filter(|(at, by)| at + by >= then);
        since.map(|(_, by)| by).sum()
    }

    fn end(&mut self, Entry(number): Entry, told: &str, result: Option<Result<Numbers, Error>>) {
        let now = clock::now();
        self.trace.step(now, format_args!("ask {number}: {told}"));
        let Some(asked) = self.asked.get(number) else {
            return;
        };
        let about = asked.about(number);
        let Terms {
            client, silence, ..
        } = asked.terms;
        let (at, limit) = (asked.at, asked.limit);
        let before = asked.seen.clone();
        let seen = self.network.seen(client);
        if asked.end.is_some() {
            return self.violated(format!("{about}: ended twice, now in: {told}"));
        }
        if let Some(limit) = limit {
            let most = limit + GRACE + self.jumped_since(at);
            if now - at > most {
                let took = now - at;
                self.violated(format!(
                    "{about}: ended after {took} ms, its limit being {limit} ms; in: {told}"
                ));
            }
        }
        // A client that nothing has come to or gone from for so long has nothing to wait for: all it
        // has is over, or was never sent. What waits for its turn has it when what is before it ends.
        self.network.ended(client);
        if let Some(silence) = silence {
            for (from, to) in seen.silences.into_iter().chain([(seen.last, now)]) {
                let since = at.max(from);
                let most = silence + GRACE + self.jumped_since(since);
                if to.saturating_sub(since) > most {
                    let took = to - since;
                    self.violated(format!(
                        "{about}: it waited, and for {took} ms the client heard nothing of the \
                         network, its longest time limit being {silence} ms; in: {told}"
                    ));
                }
            }
        }
        let without_connection = before.open == 0 && seen.open == 0 && before.opened == seen.opened;
        let end = Ended {
            result,
            at: now,
            without_connection,
        };
        if let Some(asked) = self.asked.get_mut(number) {
            asked.end = Some(end);
        }
    }

    fn compare(&self, asked: &Asked, end: &Ended) -> Result<(), String> {
        let Some(ask) = &asked.ask else {
            return match &end.result {
                Some(Err(error)) => self.may_fail(asked, &[], error),
                _ => Ok(()),
            };
        };
        let numbers = ask.numbers();
        match &end.result {
            None => self.compare_unknown(asked, end, &numbers),
            Some(Err(error)) => {
                self.may_fail(asked, &numbers, error)?;
                for number in &numbers {
                    self.compare_failed(asked, ask, end, *number, error)?;
                }
                Ok(())
            }
            Some(Ok(told)) => {
                // A server that stops early leaves the rest out.
                let whole = told.len() == numbers.len() || ask.numbers().is_empty();
                if told.len() > numbers.len() || (!whole && self.fair) {
                    let (got, wanted) = (told.len(), numbers.len());
                    return Err(format!("{got} answers came for {wanted}"));
                }
                for (number, told) in numbers.iter().zip(told) {
                    match told {
                        Ok(told) if told != number => {
                            return Err(format!("the answer to {number} is that to {told}"));
                        }
                        Ok(_) if ask.is_change() => self.compare_done(*number)?,
                        Ok(_) => {}
                        Err(error) => {
                            self.may_fail(asked, &[*number], error)?;
                            self.compare_failed(asked, ask, end, *number, error)?;
                        }
                    }
                }
                for number in numbers.iter().skip(told.len()) {
                    self.compare_at_most_once(ask, *number)?;
                }
                Ok(())
            }
        }
    }

    /// It was given up.
    fn compare_unknown(&self, asked: &Asked, end: &Ended, numbers: &[u64]) -> Result<(), String> {
        let Some(ask) = asked.ask.as_ref().filter(|it| it.is_change()) else {
            return Ok(());
        };
        for number in numbers {
            self.compare_at_most_once(ask, *number)?;
            self.compare_not_later(end, *number)?;
            if end.without_connection && self.book.open().times(*number) > 0 {
                return Err(format!(
                    "{number} was given up before there was a connection, and was done"
                ));
            }
        }
        Ok(())
    }

    fn compare_done(&self, number: u64) -> Result<(), String> {
        match self.book.open().times(number) {
            1 => Ok(()),
            times => Err(format!("{number} was acknowledged and done {times} times")),
        }
    }

    /// What ended without an answer is not sent on a connection that is made afterwards.
    fn compare_not_later(&self, end: &Ended, number: u64) -> Result<(), String> {
        match self.book.open().was_done_later(number, end.at) {
            false => Ok(()),
            true => Err(format!(
                "{number} was over, and was done on a connection that was made afterwards"
            )),
        }
    }

    fn compare_at_most_once(&self, ask: &Ask, number: u64) -> Result<(), String> {
        match self.book.open().times(number) {
            times @ 2.. if ask.is_change() => Err(format!("{number} was done {times} times")),
            _ => Ok(()),
        }
    }

    fn compare_failed(
        &self,
        asked: &Asked,
        ask: &Ask,
        end: &Ended,
        number: u64,
        error: &Error,
    ) -> Result<(), String> {
        if !ask.is_change() {
            return Ok(());
        }
        self.compare_at_most_once(ask, number)?;
        self.compare_not_later(end, number)?;
        let may_be_done = match error {
            Error::FateUnknown { .. } | Error::Timeout(_) | Error::Closed => true,
            Error::Unreachable { .. } | Error::NotGreeted { .. } | Error::Refused(_) => false,
            // Of what a client that connects again has sent it says so.
            _ => !asked.terms.reconnects && error.is_disconnected(),
        };
        let done = self.book.open().times(number) > 0;
        if done && !may_be_done {
            return Err(format!("{number} was done, and failed with: {error}"));
        }
        if done && end.without_connection {
            return Err(format!(
                "{number} failed before there was a connection, and was done: {error}"
            ));
        }
        Ok(())
    }

    /// Whether what has these numbers may fail so, where servers and clients do nothing wrong.
    fn may_fail(&self, asked: &Asked, numbers: &[u64], error: &Error) -> Result<(), String> {
        let fine = match error {
            Error::Refused(refusal) => {
                let text = refusal.result.as_str().unwrap_or_default();
                let is_refused = |number: &u64| {
                    Manner::of(*number) == Manner::Refuse && text == format!("refused {number}")
                };
                // Who could not log in plays on all the same.
                let foul = text.starts_with("log in");
                numbers.iter().any(is_refused) || (!self.fair && foul)
            }
            Error::Timeout(_) => asked.limit.is_some() || !self.fair,
            Error::Closed => true,
            Error::FateUnknown { .. } => !self.fair && asked.terms.reconnects,
            Error::PaddingUnknown(_) => !self.fair && asked.terms.padded,
            Error::Disconnected(_)
            | Error::Unreachable { .. }
            | Error::NotGreeted { .. }
            | Error::Transport(_)
            | Error::NotReconnected { .. } => !self.fair,
            _ => false,
        };
        match fine {
            true => Ok(()),
            false => Err(format!("no client may be told so here: {error:?}")),
        }
    }
}
