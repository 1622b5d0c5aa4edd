//! Going on with another connection when one was cut.

use std::collections::BTreeMap;
use std::time::Instant;

use tp_frames::TpString;
use tp_frames::game::{SetFilters, SetFiltersFilter};

use super::backoff::Backoff;
use super::login::Login;
use super::report::Report;
use super::{NOWHERE, Session, State};
use crate::error::Error;
use crate::model::FailCode;
use crate::proto::{
    Answer, Completion, Connection, Event, Frames, Outgoing, RequestId, Unsent, Versions,
};
use crate::reconnect::Reconnect;

/// What it takes to go on.
#[derive(Debug)]
pub(super) struct Reconnecting {
    backoff: Backoff,
    /// What was asked and not answered, in the order asked.
    asked: BTreeMap<RequestId, Asked>,
    /// What let the client in.
    login: Option<Outgoing>,
    /// Whether frames were padded when the connection was cut.
    padded: bool,
    stage: Stage,
    /// Since when the connection is as it should be, and whether anything was answered on it.
    since: Option<Instant>,
    answered: bool,
}

#[derive(Debug)]
struct Asked {
    outgoing: Outgoing,
    /// How many connections were cut when it had been sent.
    cuts: u32,
    /// What had come of its answer when one was cut, should it never be asked again.
    partial: Frames,
}

#[derive(Debug, PartialEq)]
enum Stage {
    /// No connection was ready yet, so none can be cut.
    First,
    /// All is well.
    Connected,
    /// There is no connection that is ready.
    Away,
    /// There is one, and these have to be answered until it is as the one before.
    Restoring(Vec<RequestId>),
}

impl Reconnecting {
    pub(super) fn new(policy: Reconnect, seed: u64) -> Self {
        Self {
            backoff: Backoff::new(policy, seed),
            asked: BTreeMap::new(),
            login: None,
            padded: false,
            stage: Stage::First,
            since: None,
            answered: false,
        }
    }

    pub(super) fn asks(&mut self, id: RequestId, outgoing: &Outgoing) {
        let outgoing = outgoing.clone();
        let asked = Asked {
            outgoing,
            cuts: 0,
            partial: Frames::new(),
        };
        self.asked.insert(id, asked);
    }

    /// Nobody waits for the answer any more.
    pub(super) fn forget(&mut self, id: RequestId) {
        self.asked.remove(&id);
    }

    /// A request is complete.
    pub(super) fn completed(&mut self, id: RequestId, completion: &Completion) {
        let is_answer = matches!(
            completion,
            Completion::Single | Completion::Group { .. } | Completion::Incomplete { .. }
        );
        self.answered |= self.asked.remove(&id).is_some() && is_answer;
    }

    /// Everything that was not answered, in the order asked, as far as it was.
    pub(super) fn take_asked(&mut self) -> impl Iterator<Item = (RequestId, Frames)> + use<> {
        let asked = std::mem::take(&mut self.asked).into_iter();
        asked.map(|(id, asked)| (id, asked.partial))
    }

    /// The server has let the client in.
    pub(super) fn let_in(&mut self, login: Outgoing) {
        self.login = Some(login);
    }

    /// Returns `true` if a connection was cut and is not made up for.
    fn is_cut(&self) -> bool {
        matches!(self.stage, Stage::Away | Stage::Restoring(_))
    }
}

impl Session {
    /// What ends the session: the same, or that it came of trying to connect again.
    pub(super) fn final_error(&self, error: Error) -> Error {
        match &self.reconnecting {
            Some(it) if it.is_cut() && !matches!(error, Error::Closed) => Error::NotReconnected {
                attempts: it.backoff.attempts(),
                source: error.into(),
            },
            _ => error,
        }
    }

    /// The connection is gone, or could not be made: goes for another if there was one before, if
    /// that may help, and if the bounds allow it. All that was sent on it is complete.
    pub(super) fn cut(&mut self, error: Error, now: Instant) {
        let may_pass = error.may_pass();
        let padded = self.connection().is_some_and(Connection::is_padded);
        let Some(it) = &mut self.reconnecting else {
            return self.end(error);
        };
        match it.stage {
            Stage::First => return self.end(error),
            Stage::Connected => it.padded = padded,
            Stage::Away | Stage::Restoring(_) => {}
        }
        if !may_pass {
            return self.end(error);
        }
        let long = it.backoff.policy().longest_delay;
        let held = |since| now.saturating_duration_since(since) > long;
        if std::mem::take(&mut it.answered) || it.since.take().is_some_and(held) {
            it.backoff.reset();
        }
        let Some(delay) = it.backoff.next(now) else {
            return self.end(error);
        };
        it.stage = Stage::Away;
        self.unsent = Unsent::default();
        for (id, asked) in &it.asked {
            self.unsent.push_back(*id, asked.outgoing.clone());
        }
        self.logins.retain(|login| it.asked.contains_key(&login.id));
        let attempt = it.backoff.attempts();
        tracing::info!(parent: &self.span, %error, attempt, ?delay, "the connection was cut");
        // A server may lead to a place anew that it led away from.
        self.visited.clear();
        self.state = State::Away {
            due: now.checked_add(delay),
        };
    }

    /// The connection has ended under a request that waits for its answer. Says what becomes of
    /// it, if it is not to be asked again.
    pub(super) fn interrupted(&mut self, request: RequestId, answer: Answer) {
        let Some(it) = &mut self.reconnecting else {
            return self.complete(request, answer);
        };
        // If nobody waits for it, or it was to restore the connection, it is over.
        let Some(asked) = it.asked.get_mut(&request) else {
            return;
        };
        if answer.completion != Completion::Closed {
            return;
        }
        asked.cuts = asked.cuts.saturating_add(1);
        // A request that makes the server hang up is not to end the session, if there is more.
        let limit = it.backoff.policy().attempts;
        if asked.outgoing.writes {
            let name = asked.outgoing.name;
            it.asked.remove(&request);
            self.reports.push_back(Report::Answered {
                request,
                answer,
                fate_unknown: Some(name),
            });
        } else if limit.is_some_and(|limit| asked.cuts >= limit.max(2)) {
            self.complete(request, answer);
        } else {
            asked.partial = answer.frames;
        }
    }

    /// The server has greeted. Puts in front of what waits whatever makes this connection as good
    /// as the one that was cut.
    ///
    /// # Errors
    ///
    /// There is another server now.
    pub(super) fn restore(&mut self, greeting: &TpString, now: Instant) -> Result<(), Error> {
        let version = self.negotiation.version;
        let Some(it) = &mut self.reconnecting else {
            return Ok(());
        };
        // What was asked, and what the user knows, is of this version.
        self.negotiation.versions = Versions::only(version);
        match it.stage {
            Stage::First => {
                it.stage = Stage::Connected;
                it.since = Some(now);
            }
            Stage::Away if self.visited.is_empty() && *greeting != self.greeting => {
                return Err(Error::OtherGame {
                    was: self.greeting.clone(),
                    is: greeting.clone(),
                });
            }
            Stage::Away => self.ask_to_restore(now),
            // A redirect of the login, which is on its way to here.
            Stage::Connected | Stage::Restoring(_) => {}
        }
        Ok(())
    }

    fn ask_to_restore(&mut self, now: Instant) {
        let (mut first, mut ids) = (Vec::new(), Vec::new());
        let Some(it) = &mut self.reconnecting else {
            return;
        };
        // All of it is asked again.
        for asked in it.asked.values_mut() {
            asked.partial = Frames::new();
        }
        let (login, padded) = (it.login.clone(), it.padded);
        if let Some(outgoing) = login {
            let id = self.take_id(NOWHERE);
            self.logins.push(Login::again(id, outgoing.clone()));
            first.push((id, outgoing));
        }
        if padded {
            let filters = vec![SetFiltersFilter::FILTER_PADDING];
            let outgoing = Outgoing::new(SetFilters { filters });
            first.push((self.take_id(NOWHERE), outgoing));
        }
        for (id, outgoing) in first.into_iter().rev() {
            ids.push(id);
            self.unsent.push_front(id, outgoing);
        }
        if let Some(it) = &mut self.reconnecting {
            it.stage = Stage::Restoring(ids);
        }
        self.restored(None, now);
    }

    /// What was asked to restore the connection is answered; and if that was all, it is as before.
    /// Returns `true` if the request was part of that.
    pub(super) fn restored(&mut self, request: Option<RequestId>, now: Instant) -> bool {
        let Some(it) = &mut self.reconnecting else {
            return false;
        };
        let Stage::Restoring(ids) = &mut it.stage else {
            return false;
        };
        let before = ids.len();
        ids.retain(|id| Some(*id) != request);
        let was_part = ids.len() < before;
        if ids.is_empty() {
            it.stage = Stage::Connected;
            it.since = Some(now);
            tracing::info!(parent: &self.span, "connected again");
            self.reports.push_back(Report::Reconnected);
        }
        was_part
    }

    /// The server does not let the client in again.
    pub(super) fn shut_out(&mut self, error: Error, now: Instant) {
        self.break_off(now);
        self.cut(error, now);
    }

    /// Ends what was sent on the connection, as if the server had ended it.
    pub(super) fn break_off(&mut self, now: Instant) {
        if let State::Ready(connection) = &mut self.state {
            connection.end_of_input();
        }
        self.settle(now, |event| !matches!(event, Event::Closed(_)));
    }
}

impl Error {
    /// Returns `true` if another attempt to connect may go better.
    fn may_pass(&self) -> bool {
        match self {
            Self::Disconnected(_) | Self::Unreachable { .. } | Self::Timeout(_) => true,
            Self::PaddingUnknown(_) => true,
            // Where a proxy stands before the server, it may say that the server is not there.
            Self::NotGreeted { .. } | Self::NotTp(_) => true,
            Self::Refused(refusal) => refusal.code == FailCode::UNAVAILABLE_TEMPORARILY,
            Self::Transport(error) => error.may_pass(),
            _ => false,
        }
    }
}
