//! Requests that wait to be sent.

use std::collections::VecDeque;

use super::{Outgoing, RequestId};

/// Requests that wait to be sent, in the order asked.
#[derive(Debug, Default)]
pub struct Unsent {
    /// What was withdrawn is `None`, and is neither the first nor the last.
    queue: VecDeque<(RequestId, Option<Outgoing>)>,
    withdrawn: usize,
}

impl Unsent {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.queue.len().saturating_sub(self.withdrawn)
    }

    /// Returns `true` if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(crate) fn push_back(&mut self, id: RequestId, request: Outgoing) {
        self.queue.push_back((id, Some(request)));
    }

    pub(crate) fn push_front(&mut self, id: RequestId, request: Outgoing) {
        self.queue.push_front((id, Some(request)));
    }

    /// Takes one out. Returns `true` if it was there.
    pub(crate) fn withdraw(&mut self, id: RequestId) -> bool {
        // They are in the order of their ids, but for what restores a connection and goes first:
        // only what is not found so has to be looked for.
        let position = self.queue.binary_search_by_key(&id, |(id, _)| *id);
        let position = position.ok().or_else(|| {
            let mut ids = self.queue.iter().map(|(id, _)| *id);
            ids.position(|it| it == id)
        });
        let request = position.and_then(|position| self.queue.get_mut(position));
        if request.and_then(|(_, request)| request.take()).is_none() {
            return false;
        }
        self.withdrawn = self.withdrawn.saturating_add(1);
        self.trim();
        true
    }

    /// Nothing that was withdrawn is the first or the last.
    fn trim(&mut self) {
        let is_gone = |end: Option<&(RequestId, Option<Outgoing>)>| {
            end.is_some_and(|(_, request)| request.is_none())
        };
        while is_gone(self.queue.front()) {
            self.queue.pop_front();
            self.withdrawn = self.withdrawn.saturating_sub(1);
        }
        while is_gone(self.queue.back()) {
            self.queue.pop_back();
            self.withdrawn = self.withdrawn.saturating_sub(1);
        }
    }
}

impl Iterator for Unsent {
    type Item = (RequestId, Outgoing);

    fn next(&mut self) -> Option<(RequestId, Outgoing)> {
        let (id, request) = self.queue.pop_front()?;
        self.trim();
        request.map(|request| (id, request))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.len(), Some(self.len()))
    }
}

#[cfg(test)]
mod tests {
    use tp_frames::game;

    use super::*;

    fn id(number: u64) -> RequestId {
        RequestId { number, place: 0 }
    }

    fn ping() -> Outgoing {
        Outgoing::new(game::Ping::default())
    }

    #[test]
    fn what_is_withdrawn_is_not_sent_and_does_not_count() {
        let mut unsent = Unsent::default();
        for number in 0..10 {
            unsent.push_back(id(number), ping());
        }
        unsent.push_front(id(10), ping());
        for number in [4, 10, 0, 9, 5] {
            assert!(unsent.withdraw(id(number)), "{number}");
            assert!(!unsent.withdraw(id(number)), "{number}");
        }
        assert!(!unsent.withdraw(id(11)));
        assert_eq!(unsent.len(), 6);
        let left: Vec<u64> = unsent.by_ref().map(|(id, _)| id.number).collect();
        assert_eq!(left, [1, 2, 3, 6, 7, 8]);
        assert!(unsent.is_empty());
        assert_eq!(unsent.len(), 0);
    }

    #[test]
    fn what_is_withdrawn_in_any_order_leaves_nothing_behind() {
        for backwards in [false, true] {
            let mut unsent = Unsent::default();
            for number in 0..1000 {
                unsent.push_back(id(number), ping());
            }
            for number in 0..1000 {
                let number = if backwards { 999 - number } else { number };
                assert!(unsent.withdraw(id(number)));
            }
            assert!(unsent.is_empty());
            assert!(unsent.queue.is_empty());
        }
    }
}
