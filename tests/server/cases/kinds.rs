//! The kinds of things that have ids, and the requests for them.

use std::borrow::Borrow;

use serde_json::{Value, json};

use crate::connection::Connection;
use crate::outcome::{Outcome, Step as _, Stop, require};
use tp_frames::{Item, Packet as _, PacketInfo, game};
use tp_tests::frame::{Frame, id, number};

/// A kind of thing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// In the plural.
    pub(super) name: &'static str,
    /// The request for things by their ids.
    pub(super) get: &'static PacketInfo,
    /// The reply, one for each.
    pub(super) thing: &'static str,
    /// The request for ids.
    pub(super) list: &'static PacketInfo,
    /// The reply.
    pub(super) ids: &'static str,
    /// Its type in generic references.
    pub(super) reference: i32,
    /// The field that holds when it last changed.
    pub(super) modtime: Option<&'static str>,
}

const fn kind<T: Item>(name: &'static str, reference: i32, modtime: Option<&'static str>) -> Kind {
    Kind {
        name,
        get: T::Get::INFO,
        thing: T::NAME,
        list: T::GetIds::INFO,
        ids: T::Ids::NAME,
        reference,
        modtime,
    }
}

const MODTIME: Option<&str> = Some("modtime");

pub(super) const OBJECTS: Kind = kind::<game::Object>("objects", 1, MODTIME);
pub(super) const ORDER_TYPES: Kind = kind::<game::OrderDesc>("order types", 2, MODTIME);
pub(super) const BOARDS: Kind = kind::<game::Board>("boards", 4, MODTIME);
pub(super) const RESOURCES: Kind = kind::<game::Resource>("resources", 6, MODTIME);
pub(super) const PLAYERS: Kind = kind::<game::Player>("players", 7, None);
pub(super) const CATEGORIES: Kind = kind::<game::Category>("categories", 8, MODTIME);
pub(super) const DESIGNS: Kind = kind::<game::Design>("designs", 9, MODTIME);
pub(super) const COMPONENTS: Kind = kind::<game::Component>("components", 10, MODTIME);
pub(super) const PROPERTIES: Kind = kind::<game::Property>("properties", 11, MODTIME);
pub(super) const OBJECT_TYPES: Kind = kind::<game::ObjectDesc>("object types", 12, MODTIME);
pub(super) const ORDER_QUEUES: Kind = kind::<game::OrderQueue>("order queues", 13, Some("serial"));

/// All of them, by the frame types of their requests.
pub(super) const ALL: [Kind; 11] = [
    OBJECTS,
    ORDER_TYPES,
    BOARDS,
    RESOURCES,
    PLAYERS,
    CATEGORIES,
    DESIGNS,
    COMPONENTS,
    PROPERTIES,
    OBJECT_TYPES,
    ORDER_QUEUES,
];

/// The whole reply to a request for ids.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    pub(super) key: i128,
    pub(super) remaining: i128,
    /// Ids and when the things last changed.
    pub(super) ids: Vec<(u32, i128)>,
}

impl Ids {
    pub(super) fn of(frame: &Frame) -> Outcome<Self> {
        let entry = |entry: &Value| {
            let modtime = entry.get("modtime").and_then(number);
            let id = entry.get("id").and_then(id);
            (id.unwrap_or_default(), modtime.unwrap_or_default())
        };
        Ok(Self {
            key: frame.number("key")?,
            remaining: frame.number("remaining")?,
            ids: frame.list("modtimes")?.iter().map(entry).collect(),
        })
    }

    pub(super) fn count(&self) -> i128 {
        i128::try_from(self.ids.len()).unwrap_or_default()
    }

    pub(super) fn only_ids(&self) -> Vec<u32> {
        self.ids.iter().map(|(id, _)| *id).collect()
    }
}

impl Kind {
    /// A slice of a list of ids.
    pub(super) fn slice(
        &self,
        connection: &mut Connection,
        key: i128,
        start: u32,
        amount: i64,
    ) -> Outcome<Ids> {
        let fields = query(key, start, amount, -1);
        Ids::of(&connection.ask_one(self.list.name, fields, self.ids)?)
    }

    /// What has changed since a time.
    pub(super) fn changed(&self, connection: &mut Connection, since: i128) -> Outcome<Ids> {
        let fields = query(-1, 0, -1, since);
        Ids::of(&connection.ask_one(self.list.name, fields, self.ids)?)
    }

    /// All ids that there are now.
    pub(super) fn ids(&self, connection: &mut Connection) -> Outcome<Vec<u32>> {
        if !self.list.is_in(connection.version.header()) {
            // Players: ids are found by looking.
            return self.ids_by_trying(connection);
        }
        let listed = format!("10.{}.1", self.list.r#type);
        let mut all = self.slice(connection, -1, 0, -1).needed(&listed)?;
        let mut ids = all.only_ids();
        while all.remaining > 0 && !all.ids.is_empty() {
            let start = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            all = self.slice(connection, all.key, start, -1).needed(&listed)?;
            ids.extend(all.only_ids());
        }
        Ok(ids)
    }

    fn ids_by_trying(&self, connection: &mut Connection) -> Outcome<Vec<u32>> {
        let ids: Vec<u32> = (0..16).collect();
        let reply = connection.ask(self.get.name, json!({ "ids": ids }))?;
        let there = reply.frames.iter().filter(|frame| frame.name == self.thing);
        let mut there: Vec<u32> = there.filter_map(Frame::first_number).collect();
        there.sort_unstable();
        there.dedup();
        Ok(there)
    }

    /// Some ids; skips the case if there are none.
    pub(super) fn some_ids(&self, connection: &mut Connection) -> Outcome<Vec<u32>> {
        let ids = self.ids(connection)?;
        require!(!ids.is_empty(), "the server has no {}", self.name);
        Ok(ids)
    }

    /// The ids of some that are there; skips the case if there are none.
    pub(super) fn ids_there(&self, connection: &mut Connection) -> Outcome<Vec<u32>> {
        let mut ids = self.some_ids(connection)?;
        ids.truncate(200);
        let there = self.those_there(connection, ids)?;
        require!(!there.is_empty(), "none of the {} is there", self.name);
        Ok(there.into_iter().map(|(id, _)| id).collect())
    }

    /// One id; skips the case if there are none.
    pub(super) fn some_id(&self, connection: &mut Connection) -> Outcome<u32> {
        let ids = self.ids_there(connection)?;
        Ok(ids.first().copied().unwrap_or_default())
    }

    /// So many ids, each of them again and again; skips the case if there are none.
    pub(super) fn many_ids(&self, connection: &mut Connection, count: usize) -> Outcome<Vec<u32>> {
        let ids = self.ids_there(connection)?;
        Ok(ids.iter().cycle().take(count).copied().collect())
    }

    /// An id that nothing has.
    pub(super) fn unknown_id(&self, connection: &mut Connection) -> Outcome<u32> {
        let ids = match self.ids(connection) {
            // Hardly one of those that are not listed.
            Err(Stop::Skip(_)) => Vec::new(),
            ids => ids?,
        };
        let unknown = (0..ids.len().saturating_add(2))
            .filter_map(|step| u32::try_from(step).ok())
            .map(|step| 0x7abc_def0_u32.wrapping_sub(step))
            .find(|id| !ids.contains(id));
        Ok(unknown.unwrap_or(u32::MAX))
    }

    /// One thing.
    pub(super) fn get(&self, connection: &mut Connection, id: u32) -> Outcome<Frame> {
        connection.ask_one(self.get.name, json!({ "ids": [id] }), self.thing)
    }

    /// Those of some things that are there. That all are which the server lists is the rule of case
    /// 12.*.1, and one that is not is passed over everywhere else.
    pub(super) fn those_there(
        &self,
        connection: &mut Connection,
        ids: impl IntoIterator<Item = impl Borrow<u32>>,
    ) -> Outcome<Vec<(u32, Frame)>> {
        let ids: Vec<u32> = ids.into_iter().map(|id| *id.borrow()).collect();
        let case = format!("12.{}.1", self.get.r#type);
        let mut there = Vec::new();
        for some in ids.chunks(200) {
            let reply = connection.ask(self.get.name, json!({ "ids": some }));
            let frames = reply.needed(&case)?.frames;
            require!(
                frames.len() == some.len(),
                "needs what case {case} tries: {} frames came for {} {}",
                frames.len(),
                some.len(),
                self.name
            );
            let things = some.iter().copied().zip(frames);
            there.extend(things.filter(|(_, frame)| self.is(frame)));
        }
        Ok(there)
    }

    /// Whether a frame is such a thing, as it should be.
    fn is(&self, frame: &Frame) -> bool {
        frame.name == self.thing && frame.problem.is_none()
    }

    /// Things, all of which are there.
    pub(super) fn get_all(
        &self,
        connection: &mut Connection,
        ids: impl IntoIterator<Item = impl Borrow<u32>>,
    ) -> Outcome<Vec<Frame>> {
        let ids: Vec<u32> = ids.into_iter().map(|id| *id.borrow()).collect();
        let mut all = Vec::new();
        for some in ids.chunks(200) {
            let reply = connection.ask(self.get.name, json!({ "ids": some }))?;
            all.extend_from_slice(reply.all(some.len(), self.thing)?);
        }
        Ok(all)
    }
}

/// The fields of a request for ids. TP03 has no `from`, and it is left out there.
pub(super) fn query(key: i128, start: u32, amount: i64, from: i128) -> Value {
    let key = i64::try_from(key).unwrap_or(-1);
    let from = i64::try_from(from).unwrap_or(-1);
    json!({ "key": key, "start": start, "amount": amount, "from": from })
}
