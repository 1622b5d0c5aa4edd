//! What came unasked, kept until all who listen have taken it.

use std::collections::{BTreeMap, VecDeque};

use crate::event::Event;
use crate::options::KeptEvents;

/// The events that not everybody has taken. They have numbers, which rise by one.
#[derive(Debug)]
pub(super) struct EventLog {
    limit: KeptEvents,
    /// With the bytes that each had.
    kept: VecDeque<(usize, Event)>,
    bytes: usize,
    /// The number of the oldest that is kept, or else of the next that comes.
    first: u64,
    /// Which event each listener is to have next.
    listeners: BTreeMap<ListenerId, u64>,
    next_listener: u64,
}

/// Tells the listeners of one connection apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ListenerId(u64);

impl EventLog {
    pub(super) fn new(limit: KeptEvents) -> Self {
        Self {
            limit,
            kept: VecDeque::new(),
            bytes: 0,
            first: 0,
            listeners: BTreeMap::new(),
            next_listener: 0,
        }
    }

    /// Keeps an event that had so many bytes.
    pub(super) fn push(&mut self, event: Event, bytes: usize) {
        self.kept.push_back((bytes, event));
        self.bytes = self.bytes.saturating_add(bytes);
        let KeptEvents { events, bytes } = self.limit;
        while self.kept.len() > events.max(1) || (self.bytes > bytes && self.kept.len() > 1) {
            self.forget_first();
        }
        self.forget_taken();
    }

    /// The next event that comes is the first for whoever listens now.
    pub(super) fn listen(&mut self) -> ListenerId {
        let id = ListenerId(self.next_listener);
        self.next_listener = self.next_listener.wrapping_add(1);
        self.listeners.insert(id, self.end());
        id
    }

    /// Nobody listens here any more.
    pub(super) fn ignore(&mut self, listener: ListenerId) {
        self.listeners.remove(&listener);
        self.forget_taken();
    }

    /// The oldest event that this listener has not had.
    pub(super) fn take(&mut self, listener: ListenerId) -> Option<Event> {
        let next = self.listeners.get_mut(&listener)?;
        let missed = self.first.saturating_sub(*next);
        if missed > 0 {
            *next = self.first;
            return Some(Event::Missed(missed));
        }
        let index = usize::try_from(next.saturating_sub(self.first)).ok()?;
        let (_, event) = self.kept.get(index)?.clone();
        *next = next.saturating_add(1);
        self.forget_taken();
        Some(event)
    }

    /// The number of the next event that comes.
    fn end(&self) -> u64 {
        self.first.saturating_add(self.kept.len() as u64)
    }

    /// Forgets what everybody has had.
    fn forget_taken(&mut self) {
        let needed = self.listeners.values().copied().min();
        let needed = needed.unwrap_or_else(|| self.end());
        while self.first < needed && !self.kept.is_empty() {
            self.forget_first();
        }
    }

    fn forget_first(&mut self) {
        if let Some((bytes, _)) = self.kept.pop_front() {
            self.bytes = self.bytes.saturating_sub(bytes);
            self.first = self.first.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a listener gets, numbered as pushed.
    fn taken(log: &mut EventLog, listener: ListenerId) -> Vec<Event> {
        std::iter::from_fn(|| log.take(listener)).collect()
    }

    /// An event to tell from others.
    fn numbered(number: u32) -> Event {
        Event::TurnTime(tp_frames::game::TimeRemaining {
            time: number,
            ..Default::default()
        })
    }

    #[test]
    fn every_listener_has_every_event_since_it_listens() {
        let mut log = EventLog::new(KeptEvents::default());
        log.push(numbered(0), 16);
        let one = log.listen();
        log.push(numbered(1), 16);
        let two = log.listen();
        log.push(numbered(2), 16);
        assert_eq!(taken(&mut log, one), [numbered(1), numbered(2)]);
        assert_eq!(log.kept.len(), 1, "the other has yet to take it");
        assert_eq!(taken(&mut log, two), [numbered(2)]);
        assert_eq!((log.kept.len(), log.bytes), (0, 0));
        log.push(numbered(3), 16);
        log.ignore(two);
        assert_eq!(taken(&mut log, one), [numbered(3)]);
        log.push(numbered(4), 16);
        log.ignore(one);
        assert_eq!((log.kept.len(), log.bytes), (0, 0), "nobody listens");
    }

    #[test]
    fn who_takes_none_for_long_is_told_how_many_gave_way() {
        let mut log = EventLog::new(KeptEvents::default());
        let listener = log.listen();
        for number in 0..3000 {
            log.push(numbered(number), 16);
        }
        assert_eq!(log.kept.len(), 1024);
        assert_eq!(log.take(listener), Some(Event::Missed(3000 - 1024)));
        assert_eq!(log.take(listener), Some(numbered(3000 - 1024)));
        assert_eq!(taken(&mut log, listener).len(), 1023);
    }

    #[test]
    fn large_events_give_way_earlier_and_the_last_never() {
        let mut log = EventLog::new(KeptEvents::default());
        let listener = log.listen();
        for number in 0..9 {
            log.push(numbered(number), (1 << 20) / 4);
        }
        assert_eq!(log.take(listener), Some(Event::Missed(5)));
        log.push(numbered(9), 2 << 20);
        let left = [Event::Missed(4), numbered(9)];
        assert_eq!(taken(&mut log, listener), left);
    }
}
