//! The fields of the packets, for codecs that derive how they are read and written.

use tp_frames::{TpString, game};

macro_rules! records {
    ($($(#[$meta:meta])* $record:ident { $($(#[$prost:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(
            Clone,
            PartialEq,
            prost::Message,
            rkyv::Archive,
            rkyv::Deserialize,
            rkyv::Serialize,
            wincode::SchemaRead,
            wincode::SchemaWrite,
        )]
        pub struct $record {
            $($(#[$prost])* pub $field: $type,)*
        }
    )*};
}

records! {
    Okay {
        #[prost(bytes = "vec", tag = "1")]
        result: Vec<u8>,
    }

    Place {
        #[prost(sfixed64, tag = "1")]
        x: i64,
        #[prost(sfixed64, tag = "2")]
        y: i64,
        #[prost(sfixed64, tag = "3")]
        z: i64,
    }

    ObjectTp03 {
        #[prost(fixed32, tag = "1")]
        id: u32,
        #[prost(fixed32, tag = "2")]
        otype: u32,
        #[prost(bytes = "vec", tag = "3")]
        name: Vec<u8>,
        #[prost(fixed64, tag = "4")]
        size: u64,
        #[prost(message, required, tag = "5")]
        pos: Place,
        #[prost(message, required, tag = "6")]
        vel: Place,
        #[prost(fixed32, repeated, tag = "7")]
        contains: Vec<u32>,
        #[prost(fixed32, repeated, tag = "8")]
        ordertypes: Vec<u32>,
        #[prost(fixed32, tag = "9")]
        orders: u32,
        #[prost(fixed64, tag = "10")]
        modtime: u64,
        #[prost(fixed64, tag = "11")]
        padding: u64,
        #[prost(bytes = "vec", tag = "12")]
        parameters: Vec<u8>,
    }

    ObjectTp04 {
        #[prost(fixed32, tag = "1")]
        id: u32,
        #[prost(fixed32, tag = "2")]
        otype: u32,
        #[prost(bytes = "vec", tag = "3")]
        name: Vec<u8>,
        #[prost(bytes = "vec", tag = "4")]
        desc: Vec<u8>,
        #[prost(fixed32, tag = "5")]
        parent: u32,
        #[prost(fixed32, repeated, tag = "6")]
        contains: Vec<u32>,
        #[prost(fixed64, tag = "7")]
        modtime: u64,
        #[prost(fixed64, tag = "8")]
        padding: u64,
        #[prost(fixed64, tag = "9")]
        more_padding: u64,
        #[prost(bytes = "vec", tag = "10")]
        parameters: Vec<u8>,
    }

    Entry {
        #[prost(fixed32, tag = "1")]
        id: u32,
        #[prost(fixed64, tag = "2")]
        modtime: u64,
    }

    ObjectIds {
        #[prost(fixed32, tag = "1")]
        key: u32,
        #[prost(fixed32, tag = "2")]
        remaining: u32,
        #[prost(message, repeated, tag = "3")]
        modtimes: Vec<Entry>,
        #[prost(fixed64, tag = "4")]
        from: u64,
    }

    Reference {
        #[prost(sfixed32, tag = "1")]
        kind: i32,
        #[prost(fixed32, tag = "2")]
        id: u32,
    }

    Message {
        #[prost(fixed32, tag = "1")]
        id: u32,
        #[prost(fixed32, tag = "2")]
        slot: u32,
        #[prost(fixed32, repeated, tag = "3")]
        msgtypelist: Vec<u32>,
        #[prost(bytes = "vec", tag = "4")]
        subject: Vec<u8>,
        #[prost(bytes = "vec", tag = "5")]
        body: Vec<u8>,
        #[prost(fixed32, tag = "6")]
        turn: u32,
        #[prost(message, repeated, tag = "7")]
        references: Vec<Reference>,
    }

    Parameter {
        #[prost(bytes = "vec", tag = "1")]
        name: Vec<u8>,
        #[prost(fixed32, tag = "2")]
        kind: u32,
        #[prost(bytes = "vec", tag = "3")]
        description: Vec<u8>,
    }

    Group {
        #[prost(fixed32, tag = "1")]
        id: u32,
        #[prost(bytes = "vec", tag = "2")]
        name: Vec<u8>,
        #[prost(bytes = "vec", tag = "3")]
        description: Vec<u8>,
        #[prost(message, repeated, tag = "4")]
        parameters: Vec<Parameter>,
    }

    ObjectDesc {
        #[prost(fixed32, tag = "1")]
        id: u32,
        #[prost(bytes = "vec", tag = "2")]
        name: Vec<u8>,
        #[prost(bytes = "vec", tag = "3")]
        description: Vec<u8>,
        #[prost(fixed64, tag = "4")]
        modtime: u64,
        #[prost(message, repeated, tag = "5")]
        groups: Vec<Group>,
    }

    OrderDesc {
        #[prost(fixed32, tag = "1")]
        id: u32,
        #[prost(bytes = "vec", tag = "2")]
        name: Vec<u8>,
        #[prost(bytes = "vec", tag = "3")]
        description: Vec<u8>,
        #[prost(message, repeated, tag = "4")]
        parameters: Vec<Parameter>,
        #[prost(fixed64, tag = "5")]
        modtime: u64,
    }
}

fn place([x, y, z]: [i64; 3]) -> Place {
    Place { x, y, z }
}

fn parameter(name: TpString, kind: u32, description: TpString) -> Parameter {
    Parameter {
        name: name.into(),
        kind,
        description: description.into(),
    }
}

impl From<game::Okay> for Okay {
    fn from(okay: game::Okay) -> Self {
        Self {
            result: okay.result.into(),
        }
    }
}

impl From<game::Object> for ObjectTp03 {
    fn from(object: game::Object) -> Self {
        let (pos, vel) = (object.pos.unwrap(), object.vel.unwrap());
        Self {
            id: object.id,
            otype: object.otype,
            name: object.name.into(),
            size: object.size.unwrap(),
            pos: place([pos.x, pos.y, pos.z]),
            vel: place([vel.x, vel.y, vel.z]),
            contains: object.contains,
            ordertypes: object.ordertypes.unwrap(),
            orders: object.orders.unwrap(),
            modtime: object.modtime,
            padding: 0,
            parameters: object.parameters.as_bytes().unwrap().to_vec(),
        }
    }
}

impl From<game::Object> for ObjectTp04 {
    fn from(object: game::Object) -> Self {
        Self {
            id: object.id,
            otype: object.otype,
            name: object.name.into(),
            desc: object.desc.unwrap().into(),
            parent: object.parent.unwrap(),
            contains: object.contains,
            modtime: object.modtime,
            padding: 0,
            more_padding: 0,
            parameters: object.parameters.as_bytes().unwrap().to_vec(),
        }
    }
}

impl From<game::ObjectIDs> for ObjectIds {
    fn from(ids: game::ObjectIDs) -> Self {
        let entry = |entry: game::IDSequenceModtime| Entry {
            id: entry.id,
            modtime: entry.modtime,
        };
        Self {
            key: ids.key.to_bits(),
            remaining: ids.remaining.to_bits(),
            modtimes: ids.modtimes.into_iter().map(entry).collect(),
            from: ids.from.unwrap().to_bits(),
        }
    }
}

impl From<game::Message> for Message {
    fn from(message: game::Message) -> Self {
        let reference = |entry: game::MessageReference| Reference {
            kind: entry.r#type,
            id: entry.id,
        };
        Self {
            id: message.id,
            slot: message.slot.to_bits(),
            msgtypelist: message.msgtypelist,
            subject: message.subject.into(),
            body: message.body.into(),
            turn: message.turn,
            references: message.references.into_iter().map(reference).collect(),
        }
    }
}

impl From<game::ObjectDesc> for ObjectDesc {
    fn from(desc: game::ObjectDesc) -> Self {
        let group = |group: game::ObjectDescPropertygroup| Group {
            id: group.propertygroupid,
            name: group.groupname.into(),
            description: group.groupdescription.into(),
            parameters: group
                .parameters
                .into_iter()
                .map(|it| parameter(it.name, it.r#type, it.description))
                .collect(),
        };
        Self {
            id: desc.id,
            name: desc.name.into(),
            description: desc.description.into(),
            modtime: desc.modtime,
            groups: desc.propertygroups.into_iter().map(group).collect(),
        }
    }
}

impl From<game::OrderDesc> for OrderDesc {
    fn from(desc: game::OrderDesc) -> Self {
        Self {
            id: desc.id,
            name: desc.name.into(),
            description: desc.description.into(),
            parameters: desc
                .parameters
                .into_iter()
                .map(|it| parameter(it.name, it.r#type, it.description))
                .collect(),
            modtime: desc.modtime,
        }
    }
}
