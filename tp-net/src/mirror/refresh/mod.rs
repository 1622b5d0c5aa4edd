//! What a refresh asks, in which order, and when it asks again: once for all clients.

mod in_flight;
mod kinds;
mod messages;
mod objects;
mod orders;
mod subject;

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use tp_frames::Version;
use tp_frames::game::{self, GetFeatures, GetTimeRemaining};

use super::changes::Discarded;
use super::habits::Habits;
use super::picture::Picture;
use super::progress::{Part, Progress};
use crate::error::Error;
use crate::event::Event;
use crate::model::{FailCode, TimeRemaining};
use crate::ops::{Listener, SessionHandle};

/// How often what has changed meanwhile is looked at again.
const ROUNDS: u32 = 3;

/// How a mirror is refreshed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Settings {
    pub(super) page: u32,
    /// How often a busy server is asked again, and after how long.
    pub(super) patience: (u32, Duration),
    pub(super) habits: Habits,
    pub(super) download_limit: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            page: 1000,
            patience: (60, Duration::from_secs(1)),
            habits: Habits::new(),
            download_limit: 1 << 30,
        }
    }
}

/// What a refresh has brought: everything as it is now. [`Mirror::apply`](super::Mirror::apply) takes
/// it.
#[must_use = "a mirror shows it once it is applied"]
pub struct Refreshed {
    pub(super) picture: Arc<Picture>,
    pub(super) discarded: Option<Discarded>,
    pub(super) is_consistent: bool,
}

impl fmt::Debug for Refreshed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refreshed")
            .field("discarded", &self.discarded)
            .field("is_consistent", &self.is_consistent)
            .finish_non_exhaustive()
    }
}

/// A refresh on its way.
struct Refresh<R> {
    handle: SessionHandle,
    version: Version,
    settings: Settings,
    habits: Habits,
    report: R,
    /// Bytes that had been received when it began.
    received: u64,
    /// What was seen so far, and what was there before where nothing was looked at yet.
    picture: Picture,
    /// Something has changed while it was looked at.
    has_moved: bool,
    /// Something could not be had just now.
    has_gaps: bool,
}

/// Looks at everything that is another than in `before`.
pub(super) async fn refresh<R>(
    handle: SessionHandle,
    before: Arc<Picture>,
    settings: Settings,
    report: R,
) -> Result<Refreshed, Error>
where
    R: FnMut(Progress) -> ControlFlow<()>,
{
    handle.begin_operation();
    let version = handle.version().await?;
    // What it asks last is for it to say, not for the operations that it is made of.
    let handle = handle.as_step();
    let (greeting, received) = {
        let shared = handle.lock();
        (shared.session.greeting().clone(), shared.received())
    };
    let mut refresh = Refresh {
        habits: settings.habits.with(&greeting),
        handle,
        version,
        settings,
        report,
        received,
        picture: Picture::clone(&before),
        has_moved: false,
        has_gaps: false,
    };
    drop(before);
    let subject = refresh.subject(greeting).await?;
    let mut time = refresh.time().await?;
    // What was announced before this answer is no news.
    let listener = Listener::new(&refresh.handle);
    let turn = time.as_ref().and_then(|time| time.turn);
    let discarded = refresh.discards(&subject, turn);
    if discarded.is_some() {
        refresh.picture = Picture::default();
    }
    refresh.picture.subject = Some(subject);
    for _ in 0..ROUNDS {
        (refresh.has_moved, refresh.has_gaps) = (false, false);
        refresh.look().await?;
        let now = refresh.time().await?;
        refresh.has_moved |= has_ended(time.as_ref(), now.as_ref());
        refresh.has_moved |= refresh.turn_ended(&listener).await?;
        refresh.picture.turn = now.as_ref().and_then(|time| time.turn);
        time = now;
        if !refresh.has_moved {
            break;
        }
    }
    refresh.picture.index();
    Ok(Refreshed {
        picture: Arc::new(refresh.picture),
        discarded,
        is_consistent: !refresh.has_moved && !refresh.has_gaps,
    })
}

/// Returns `true` if a turn has ended between two answers of the server. The time only falls.
fn has_ended(before: Option<&TimeRemaining>, after: Option<&TimeRemaining>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return false;
    };
    before.turn != after.turn || before.time < after.time
}

impl<R: FnMut(Progress) -> ControlFlow<()>> Refresh<R> {
    /// Looks at everything once.
    async fn look(&mut self) -> Result<(), Error> {
        self.tell(Part::Features, 0, 0)?;
        let features = self.ask(|it| it.request(GetFeatures::default())).await;
        self.picture.features = or_nothing(features)?.unwrap_or_default();

        self.kind(
            Part::ObjectDescs,
            |it| &mut it.object_descs,
            |it: &game::ObjectDesc| Some(it.modtime),
        )
        .await?;
        self.kind(
            Part::OrderDescs,
            |it| &mut it.order_descs,
            |it: &game::OrderDesc| Some(it.modtime),
        )
        .await?;
        self.objects().await?;
        self.kind(
            Part::OrderQueues,
            |it| &mut it.order_queues,
            |it: &game::OrderQueue| Some(it.serial),
        )
        .await?;
        self.orders().await?;
        self.boards().await?;
        self.messages().await?;
        self.kind(
            Part::Designs,
            |it| &mut it.designs,
            |it: &game::Design| Some(it.modtime),
        )
        .await?;
        self.players().await?;
        self.kind(
            Part::Resources,
            |it| &mut it.resources,
            |it: &game::Resource| Some(it.modtime),
        )
        .await?;
        self.kind(
            Part::Categories,
            |it| &mut it.categories,
            |it: &game::Category| Some(it.modtime),
        )
        .await?;
        self.kind(
            Part::Components,
            |it| &mut it.components,
            |it: &game::Component| Some(it.modtime),
        )
        .await?;
        self.kind(
            Part::Properties,
            |it| &mut it.properties,
            |it: &game::Property| Some(it.modtime),
        )
        .await
    }

    /// How long the turn lasts; `None` if the server does not say.
    async fn time(&mut self) -> Result<Option<TimeRemaining>, Error> {
        or_nothing(self.ask(|it| it.request(GetTimeRemaining::default())).await)
    }

    /// Returns `true` if the server has told of the end of a turn.
    async fn turn_ended(&mut self, listener: &Listener) -> Result<bool, Error> {
        let mut ended = false;
        loop {
            let next = self.handle.clone();
            let next = next.next_event(listener.id(), Duration::ZERO).await?;
            let Some(event) = next else {
                return Ok(ended);
            };
            ended |= matches!(
                event,
                Event::TurnEnded(_) | Event::Missed(_) | Event::Reconnected
            );
        }
    }

    /// Asks something, and asks again while the server is busy.
    async fn ask<T, F>(&mut self, what: impl Fn(SessionHandle) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        patiently(self.handle.clone(), self.settings.patience, what).await
    }

    /// Reports how far it has come.
    ///
    /// # Errors
    ///
    /// The user wants no more of it, or the server has sent more than allowed.
    fn tell(&mut self, what: Part, done: usize, of: usize) -> Result<(), Error> {
        let received = self.handle.lock().received();
        let limit = self.settings.download_limit;
        if received.saturating_sub(self.received) > limit {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            return Err(Error::TooLarge { limit });
        }
        match (self.report)(Progress { what, done, of }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Error::Cancelled),
        }
    }
}

/// Asks something, and asks again while the server is busy.
async fn patiently<T, F>(
    handle: SessionHandle,
    (times, pause): (u32, Duration),
    ask: impl Fn(SessionHandle) -> F,
) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    for _ in 0..times {
        match ask(handle.clone()).await {
            Err(error) if is_busy(&error) => handle.pause(pause).await?,
            other => return other,
        }
    }
    ask(handle).await
}

/// Returns `true` if the server can say more later.
fn is_busy(error: &Error) -> bool {
    let refusal = error.refusal();
    refusal.is_some_and(|it| it.code == FailCode::UNAVAILABLE_TEMPORARILY)
}

/// Returns `true` if there is no such thing any more.
fn is_gone(error: &Error) -> bool {
    let refusal = error.refusal();
    refusal.is_some_and(|it| matches!(it.code, FailCode::NO_SUCH_THING | FailCode::GONE))
}

/// Returns `true` if there is no point in asking for it again as long as it is as it is.
fn is_final(error: &Error) -> bool {
    let refused = error.is_refused() && !is_busy(error);
    refused || error.is_not_in_version() || is_unreadable(error)
}

fn is_unreadable(error: &Error) -> bool {
    matches!(error, Error::Malformed(_) | Error::Unexpected { .. })
}

/// Returns `true` if nothing more can be asked, or nobody answers.
fn is_fatal(error: &Error) -> bool {
    error.is_disconnected() || error.is_timeout()
}

/// What came, or nothing if the server does not have it.
fn or_nothing<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if is_final(&error) => Ok(None),
        Err(error) => Err(error),
    }
}
