//! The kinds of things that have ids, and the requests for them.

use serde_json::{Value, json};

use crate::case::Case;
use crate::connection::Connection;
use crate::outcome::{Outcome, require};
use tp_tests::frame::{Frame, Version, number};

/// A kind of thing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// In the plural.
    pub(super) name: &'static str,
    /// The request for things by their ids, and its frame type.
    pub(super) get: &'static str,
    pub(super) get_type: u32,
    /// The reply, one for each.
    pub(super) thing: &'static str,
    /// The request for ids, its frame type, and the reply.
    pub(super) list: Option<(&'static str, u32, &'static str)>,
    /// Whether TP03 knows such things; and whether it has a list of their ids.
    in_tp03: bool,
    list_in_tp03: bool,
    /// Its type in generic references.
    pub(super) reference: i32,
    /// The field that holds when it last changed.
    pub(super) modtime: Option<&'static str>,
}

const fn kind(
    name: &'static str,
    (get, get_type): (&'static str, u32),
    thing: &'static str,
    list: (&'static str, u32, &'static str),
    reference: i32,
) -> Kind {
    Kind {
        name,
        get,
        get_type,
        thing,
        list: Some(list),
        in_tp03: true,
        list_in_tp03: true,
        reference,
        modtime: Some("modtime"),
    }
}

pub(super) const OBJECTS: Kind = kind(
    "objects",
    ("GetObjectsByID", 5),
    "Object",
    ("GetObjectIDs", 28, "ObjectIDs"),
    1,
);
pub(super) const ORDER_TYPES: Kind = kind(
    "order types",
    ("GetOrderDesc", 8),
    "OrderDesc",
    ("GetOrderDescIDs", 32, "OrderDescIDs"),
    2,
);
pub(super) const BOARDS: Kind = kind(
    "boards",
    ("GetBoards", 16),
    "Board",
    ("GetBoardIDs", 35, "BoardIDs"),
    4,
);
pub(super) const RESOURCES: Kind = kind(
    "resources",
    ("GetResource", 22),
    "Resource",
    ("GetResourceIDs", 37, "ResourceIDs"),
    6,
);
pub(super) const PLAYERS: Kind = Kind {
    list_in_tp03: false,
    modtime: None,
    ..kind(
        "players",
        ("GetPlayer", 39),
        "Player",
        ("GetPlayerIDs", 72, "PlayerIDs"),
        7,
    )
};
pub(super) const CATEGORIES: Kind = kind(
    "categories",
    ("GetCategory", 41),
    "Category",
    ("GetCategoryIDs", 45, "CategoryIDs"),
    8,
);
pub(super) const DESIGNS: Kind = kind(
    "designs",
    ("GetDesign", 47),
    "Design",
    ("GetDesignIDs", 52, "DesignIDs"),
    9,
);
pub(super) const COMPONENTS: Kind = kind(
    "components",
    ("GetComponent", 54),
    "Component",
    ("GetComponentIDs", 56, "ComponentIDs"),
    10,
);
pub(super) const PROPERTIES: Kind = kind(
    "properties",
    ("GetProperty", 58),
    "Property",
    ("GetPropertyIDs", 60, "PropertyIDs"),
    11,
);
pub(super) const OBJECT_TYPES: Kind = Kind {
    in_tp03: false,
    list_in_tp03: false,
    ..kind(
        "object types",
        ("GetObjectDesc", 67),
        "ObjectDesc",
        ("GetObjectDescIDs", 69, "ObjectDescIDs"),
        12,
    )
};
pub(super) const ORDER_QUEUES: Kind = Kind {
    in_tp03: false,
    list_in_tp03: false,
    modtime: Some("serial"),
    ..kind(
        "order queues",
        ("GetOrderQueue", 74),
        "OrderQueue",
        ("GetOrderQueueIDs", 76, "OrderQueueIDs"),
        13,
    )
};

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
            let id = entry.get("id").and_then(Value::as_u64);
            let id = id.and_then(|id| u32::try_from(id).ok()).unwrap_or_default();
            (
                id,
                entry.get("modtime").and_then(number).unwrap_or_default(),
            )
        };
        Ok(Self {
            key: frame.number("key")?,
            remaining: frame.number("remaining")?,
            ids: frame.list("modtimes")?.iter().map(entry).collect(),
        })
    }

    pub(super) fn only_ids(&self) -> Vec<u32> {
        self.ids.iter().map(|(id, _)| *id).collect()
    }
}

impl Kind {
    /// The case, for the versions that know such things.
    pub(super) fn case(&self, case: Case) -> Case {
        if self.in_tp03 { case } else { case.tp04() }
    }

    /// The case, for the versions that list their ids.
    pub(super) fn list_case(&self, case: Case) -> Case {
        if self.list_in_tp03 { case } else { case.tp04() }
    }

    /// A slice of a list of ids.
    pub(super) fn slice(
        &self,
        connection: &mut Connection,
        key: i128,
        start: u32,
        amount: i64,
    ) -> Outcome<Ids> {
        let (request, _, reply) = self.request()?;
        let reply_to = connection.ask(request, query(key, start, amount, -1))?;
        Ids::of(reply_to.one(reply)?)
    }

    pub(super) fn request(&self) -> Outcome<(&'static str, u32, &'static str)> {
        self.list
            .ok_or_else(|| crate::outcome::Stop::Skip(format!("{} are not listed", self.name)))
    }

    /// All ids that there are now.
    pub(super) fn ids(&self, connection: &mut Connection) -> Outcome<Vec<u32>> {
        if connection.version == Version::Tp03 && !self.list_in_tp03 {
            // Players: ids are found by looking.
            return self.ids_by_trying(connection);
        }
        let mut all = self.slice(connection, -1, 0, -1)?;
        let mut ids = all.only_ids();
        while all.remaining > 0 && !all.ids.is_empty() {
            let start = u32::try_from(ids.len()).unwrap_or(u32::MAX);
            all = self.slice(connection, all.key, start, -1)?;
            ids.extend(all.only_ids());
        }
        Ok(ids)
    }

    fn ids_by_trying(&self, connection: &mut Connection) -> Outcome<Vec<u32>> {
        let ids: Vec<u32> = (0..16).collect();
        let reply = connection.ask(self.get, json!({ "ids": ids }))?;
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

    /// An id that nothing has.
    pub(super) fn unknown_id(&self, connection: &mut Connection) -> Outcome<u32> {
        let ids = self.ids(connection)?;
        let unknown = (0..ids.len().saturating_add(2))
            .filter_map(|step| u32::try_from(step).ok())
            .map(|step| 0x7abc_def0_u32.wrapping_sub(step))
            .find(|id| !ids.contains(id));
        Ok(unknown.unwrap_or(u32::MAX))
    }

    /// One thing.
    pub(super) fn get(&self, connection: &mut Connection, id: u32) -> Outcome<Frame> {
        let reply = connection.ask(self.get, json!({ "ids": [id] }))?;
        Ok(reply.one(self.thing)?.clone())
    }

    /// Things, all of which are there.
    pub(super) fn get_all(&self, connection: &mut Connection, ids: &[u32]) -> Outcome<Vec<Frame>> {
        let mut all = Vec::new();
        for some in ids.chunks(200) {
            let reply = connection.ask(self.get, json!({ "ids": some }))?;
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
