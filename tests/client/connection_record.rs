//! What is kept of one connection, for the report.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tp_tests::report::Journal;

use crate::protocol_checker::ProtocolChecker;
use crate::rules::Rule;

/// How a connection came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum EndedBy {
    /// It has not.
    #[default]
    Nobody,
    /// The client ended it.
    Client,
    /// This server did, as the scenario wants.
    Server,
}

/// One connection.
#[derive(Debug, Default)]
pub(crate) struct ConnectionRecord {
    pub(crate) checker: ProtocolChecker,
    pub(crate) ended_by: EndedBy,
    /// Whether the server has misbehaved.
    pub(crate) misbehaved: bool,
    /// Requests that came after that.
    pub(crate) requests_after: u32,
    /// Whether requests are left unread, so that nobody knows what came after.
    pub(crate) unread: bool,
    /// Whether TLS or a tunnel was asked for and did not come about.
    pub(crate) kept_out: bool,
}

/// The connections that a scenario has had.
#[derive(Debug)]
pub(crate) struct ConnectionRecords {
    pub(crate) began: Instant,
    pub(crate) journal: Journal,
    all: Mutex<Vec<Arc<Mutex<ConnectionRecord>>>>,
}

/// One that is going on, shared with the report.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    /// Counts from 1.
    pub(crate) number: usize,
    pub(crate) journal: Journal,
    record: Arc<Mutex<ConnectionRecord>>,
}

impl ConnectionRecords {
    pub(crate) fn new(journal: Journal) -> Self {
        Self {
            began: Instant::now(),
            journal,
            all: Mutex::default(),
        }
    }

    /// Another client has come.
    pub(crate) fn begin(&self) -> Recorder {
        let record = Arc::new(Mutex::new(ConnectionRecord::default()));
        let mut all = locked(&self.all);
        all.push(Arc::clone(&record));
        Recorder {
            number: all.len(),
            journal: self.journal.clone(),
            record,
        }
    }

    /// Looks at each.
    pub(crate) fn for_each(&self, mut look: impl FnMut(&ConnectionRecord)) {
        for record in locked(&self.all).iter() {
            look(&locked(record));
        }
    }

    pub(crate) fn count(&self) -> usize {
        locked(&self.all).len()
    }
}

impl Recorder {
    pub(crate) fn record(&self) -> MutexGuard<'_, ConnectionRecord> {
        locked(&self.record)
    }

    /// There was an occasion to break a rule, and this is how, if it was.
    pub(crate) fn judge(&self, rule: Rule, broken: Option<String>) {
        self.record().checker.judge(rule, broken);
    }

    /// The number of the connection in the journal.
    pub(crate) fn connection(&self) -> u32 {
        u32::try_from(self.number).unwrap_or(u32::MAX)
    }

    pub(crate) fn event(&self, what: impl Into<String>) {
        self.journal.event(self.connection(), what);
    }
}

fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
