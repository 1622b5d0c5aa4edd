//! Ending a turn, and waiting for the next.

use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tp_frames::game::{self, FinishedTurn, GetObjectsByID, GetTimeRemaining, TimeRemaining};
use tp_frames::{DecodeOptions, Packet, RawFrame, TpString, Version};

use super::SessionHandle;
use super::session_handle::{PendingReply, Shared};
use crate::error::Error;
use crate::event::Event;
use crate::model::downgrade::has_descriptions;
use crate::model::{Object, ObjectKind};

/// The universe, whose age TP03 tells.
const UNIVERSE: u32 = 0;

/// How long a server that does not tell rests before it is asked again: at first, doubled each
/// time, and at most. It is asked again when the turn should be over, too.
const PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

impl SessionHandle {
    pub(crate) async fn finish_turn(self) -> Result<TpString, Error> {
        // The turn may end before the answer comes, and not every server says so: what can be
        // compared afterwards has to be known before.
        let version = self.require::<FinishedTurn>().await?;
        let known = {
            let ends = &self.lock().turn_ends;
            ends.are_announced() || ends.can_compare(!has_descriptions(version))
        };
        let before = (!known).then(|| self.ask_turn(version));
        let said = self.okay(FinishedTurn::default()).await;
        drop(before);
        said
    }

    /// Waits until more turns have ended than the user knows of.
    pub(crate) async fn wait_for_turn(self, limit: Duration) -> Result<TimeRemaining, Error> {
        let this = self.without_deadline();
        let due = self.now().checked_add(limit);
        let known = self.lock().turn_ends.known();
        let mut ended = pin!(self.until(due, |shared, now| {
            if let Some(time) = shared.turn_ends.take(known) {
                return Some(Ok(time));
            }
            if let Some(error) = shared.session.error() {
                return Some(Err(error.clone()));
            }
            let late = due.is_some_and(|due| due <= now);
            late.then_some(Err(Error::Timeout(limit)))
        }));
        let mut watch = pin!(this.watch());
        std::future::poll_fn(|context| {
            if let Poll::Ready(ended) = ended.as_mut().poll(context) {
                return Poll::Ready(ended);
            }
            watch.as_mut().poll(context).map(Err)
        })
        .await
    }

    /// Looks again and again at a server that does not tell; returns why it cannot.
    async fn watch(&self) -> Error {
        let mut pause = PAUSE;
        loop {
            if let Err(error) = self.look().await {
                return error;
            }
            let left = self.lock().turn_ends.last().time;
            let rest = pause.min(Duration::from_secs(left.into())).max(PAUSE);
            if let Err(error) = self.pause(rest).await {
                return error;
            }
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    /// Asks for what shows that a turn has ended, unless the server tells by itself.
    async fn look(&self) -> Result<(), Error> {
        let version = self.version().await?;
        if self.lock().turn_ends.are_announced() {
            return Ok(());
        }
        for reply in self.anew().ask_turn(version) {
            // A refusal shows nothing, and an answer was seen when it came.
            let _ = reply.await;
        }
        Ok(())
    }

    fn ask_turn(&self, version: Version) -> Vec<PendingReply> {
        let mut asked = vec![self.begin(GetTimeRemaining::default())];
        if !has_descriptions(version) {
            let ids = vec![UNIVERSE];
            asked.push(self.begin(GetObjectsByID { ids }));
        }
        asked
    }
}

impl Shared {
    /// Looks for the end of a turn in an answer.
    pub(super) fn look_at_answer(&mut self, frame: &RawFrame) {
        let options = self.session.options().settings.decode;
        let ended = match frame.header.r#type {
            TimeRemaining::TYPE => {
                let Ok((time, _)) = frame.decode(&options) else {
                    return;
                };
                let now = (self.clock)();
                self.turn_ends.answered(&time, now)
            }
            game::Object::TYPE => {
                let age = universe_age(frame, &options);
                age.is_some_and(|age| self.turn_ends.aged(age))
            }
            _ => return,
        };
        if ended {
            let time = self.turn_ends.last();
            self.publish(Event::TurnEnded(time), 0);
        }
    }

    /// Says of what came unasked whether it tells of the end of a turn.
    pub(super) fn look_at_event(&mut self, event: Event) -> Event {
        let now = (self.clock)();
        match event {
            Event::TurnTime(time) if self.turn_ends.told(&time, now) => Event::TurnEnded(time),
            other => other,
        }
    }
}

/// How old the universe is, if this is it, as TP03 has it.
fn universe_age(frame: &RawFrame, options: &DecodeOptions) -> Option<u32> {
    let (id, _) = frame.body.split_first_chunk()?;
    if has_descriptions(frame.header.version) || u32::from_be_bytes(*id) != UNIVERSE {
        return None;
    }
    let (object, _) = frame.decode::<game::Object>(options).ok()?;
    match Object::from(object).kind {
        Some(ObjectKind::Universe { age }) => Some(age),
        _ => None,
    }
}
