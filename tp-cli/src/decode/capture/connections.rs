//! The connections of a packet capture.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{self, Read};
use std::time::Duration;

use super::super::limits::{CONNECTIONS, WAITING};
use super::connection::{Addresses, Connection, Moment};
use super::input::{Damage, PacketError};
use super::packets::Packets;
use super::segment::{self, Content, Segment};
use super::{Bad, Item, Note, What};

/// Link types that are told.
const LINKS: usize = 5;

/// Puts the packets of a capture together: an iterator of what comes out.
pub(crate) struct Connections<R> {
    packets: Packets<R>,
    table: Table,
    /// When the last packet came.
    now: Moment,
    /// When the first did.
    start: Option<Duration>,
    is_over: bool,
}

/// What is known so far.
#[derive(Default)]
struct Table {
    connections: HashMap<Addresses, Connection>,
    /// How many have begun.
    begun: u64,
    /// What they hold together, in bytes.
    held: usize,
    /// What came out and was not asked for yet.
    ready: VecDeque<Item>,
    left_out: LeftOut,
}

/// What is counted and not told apart.
#[derive(Default)]
struct LeftOut {
    connections: u64,
    ended_early: u64,
    fragments: u64,
    /// Packets, by their link type.
    links: BTreeMap<u32, u64>,
}

impl<R: Read> Connections<R> {
    /// Of a file that is one of packets.
    pub(super) fn new(file: R) -> Result<Self, super::OpenError> {
        let packets = Packets::new(file).map_err(|error| match error {
            PacketError::Read(error) => super::OpenError::Read(error),
            PacketError::Damage(damage) => super::OpenError::Damage(damage),
        })?;
        Ok(Self {
            packets,
            table: Table::default(),
            now: Moment::default(),
            start: None,
            is_over: false,
        })
    }

    /// Takes the next packet; `false` at the end.
    fn advance(&mut self) -> Result<bool, PacketError> {
        let Some(packet) = self.packets.next()? else {
            return Ok(false);
        };
        if let Some(time) = packet.time {
            self.start.get_or_insert(time);
        }
        self.now = Moment {
            packet: self.now.packet.saturating_add(1),
            time: packet.time,
            elapsed: packet
                .time
                .zip(self.start)
                .map(|(time, start)| time.saturating_sub(start)),
        };
        match segment::read(packet.link, packet.bytes) {
            Content::Tcp(segment) => self.table.take(&segment, self.now),
            Content::Fragment => add(&mut self.table.left_out.fragments),
            Content::UnknownLink => {
                add(self.table.left_out.links.entry(packet.link).or_default());
            }
            Content::Other => {}
        }
        Ok(true)
    }

    /// How many connections are held, and bytes of them.
    #[cfg(test)]
    pub(super) fn held(&self) -> (usize, usize) {
        (self.table.connections.len(), self.table.held)
    }

    /// Nothing more can be read.
    fn finish(&mut self, damage: Option<Damage>) {
        self.is_over = true;
        self.table.finish();
        if let Some(damage) = damage {
            self.table.ready.push_back(Item {
                place: None,
                what: What::Bad(Bad::Damage(damage)),
            });
        }
    }
}

impl<R: Read> Iterator for Connections<R> {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<io::Result<Item>> {
        loop {
            if let Some(item) = self.table.ready.pop_front() {
                return Some(Ok(item));
            }
            if self.is_over {
                return None;
            }
            match self.advance() {
                Ok(true) => {}
                Ok(false) => self.finish(None),
                Err(PacketError::Damage(damage)) => self.finish(Some(damage)),
                Err(PacketError::Read(error)) => {
                    self.is_over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl Table {
    fn take(&mut self, segment: &Segment<'_>, now: Moment) {
        let (addresses, side) = Addresses::of(segment);
        let known = self.connections.get_mut(&addresses);
        if known.is_some_and(|known| known.is_reopened(segment, side)) {
            self.end(&addresses);
        }
        if self.connections.len() >= CONNECTIONS && !self.connections.contains_key(&addresses) {
            self.make_room();
        }
        let connection = self.connections.entry(addresses).or_insert_with(|| {
            add(&mut self.begun);
            Connection::new(self.begun, addresses)
        });
        let ready = &mut self.ready;
        let (before, was_over) = (connection.held(), connection.is_over());
        connection.take(segment, side, now, &mut |place, what| {
            ready.push_back(Item {
                place: Some(place),
                what,
            });
        });
        let held = self.held.saturating_sub(before);
        self.held = held.saturating_add(connection.held());
        if connection.is_over() && !was_over {
            ready.push_back(connection.end());
        }
        if self.held > WAITING {
            self.make_room();
        }
    }

    /// Ends a connection.
    fn end(&mut self, addresses: &Addresses) {
        let Some(mut connection) = self.connections.remove(addresses) else {
            return;
        };
        self.held = self.held.saturating_sub(connection.held());
        let ready = &mut self.ready;
        connection.finish(&mut |place, what| {
            ready.push_back(Item {
                place: Some(place),
                what,
            });
        });
        ready.push_back(connection.end());
        if connection.is_left_out() {
            add(&mut self.left_out.connections);
        }
    }

    /// Ends the connections that have been silent for longest: a quarter, and as many of those that
    /// hold something as it takes for half of that.
    fn make_room(&mut self) {
        let mut oldest: Vec<_> = { self.connections.iter() }
            .map(|(addresses, it)| (it.last.packet, *addresses, it.held() > 0))
            .collect();
        oldest.sort_unstable_by_key(|(last, ..)| *last);
        for (_, addresses, is_holding) in oldest {
            let is_crowded = self.connections.len() > CONNECTIONS / 4 * 3;
            if is_crowded || is_holding && self.held > WAITING / 2 {
                self.end(&addresses);
                add(&mut self.left_out.ended_early);
            }
        }
    }

    /// Ends all, and tells what was left out.
    fn finish(&mut self) {
        let mut all: Vec<_> = { self.connections.iter() }
            .map(|(addresses, it)| (it.number(), *addresses))
            .collect();
        all.sort_unstable_by_key(|(number, _)| *number);
        for (_, addresses) in all {
            self.end(&addresses);
        }
        let LeftOut {
            connections,
            ended_early,
            fragments,
            links,
        } = std::mem::take(&mut self.left_out);
        let notes = [
            (connections, Note::LeftOut(connections)),
            (ended_early, Note::EndedEarly(ended_early)),
            (fragments, Note::Fragments(fragments)),
        ];
        let notes = notes.into_iter().filter(|(count, _)| *count > 0);
        let links = links
            .into_iter()
            .take(LINKS)
            .map(|(link, count)| Note::Link(count, link));
        let notes = notes.map(|(_, note)| note).chain(links);
        self.ready.extend(notes.map(|note| Item {
            place: None,
            what: What::Note(note),
        }));
    }
}

fn add(count: &mut u64) {
    *count = count.saturating_add(1);
}
