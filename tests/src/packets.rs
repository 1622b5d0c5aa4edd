//! Every packet that travels, as the crate's own types see it.
//!
//! The lists are written out, so that a packet that vanishes does not compile; a packet that is
//! new and not listed here fails the vector tests.

use bytes::BytesMut;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tp_frames::{Direction, Packet, admin, game};

use crate::protocol::{Admin, ProtocolVersion, Tp03, Tp04};

/// One packet in one version of its protocol.
#[derive(Debug)]
pub struct PacketKind {
    /// [`Packet::NAME`].
    pub name: &'static str,
    /// [`Packet::TYPE`].
    pub r#type: u32,
    /// [`Packet::DIRECTION`].
    pub direction: Direction,
    /// [`Decode::MIN_WIRE_SIZE`](tp_frames::Decode::MIN_WIRE_SIZE), of no version in particular.
    pub min_wire_size: usize,
    /// [`Packet::is_in`] this version.
    pub is_in: fn() -> bool,
    /// Its `encoded_len`, and the body, from JSON fields.
    pub measure: fn(&Value) -> (usize, Vec<u8>),
    decodes: fn(&[u8]) -> bool,
}

impl PacketKind {
    const fn of<V: ProtocolVersion, P: Packet + DeserializeOwned>() -> Self {
        Self {
            name: P::NAME,
            r#type: P::TYPE,
            direction: P::DIRECTION,
            min_wire_size: P::MIN_WIRE_SIZE,
            is_in: || P::is_in(V::VERSION),
            measure: measure::<V, P>,
            decodes: |body| P::decode(V::VERSION, body).is_ok(),
        }
    }

    /// The fewest bytes of its body. They are all zeros: every count is none, and what is optional
    /// is not there.
    ///
    /// # Panics
    ///
    /// No number of zeros is such a packet.
    #[must_use]
    pub fn least(&self) -> usize {
        let zeros = [0; 1024];
        (0..zeros.len())
            .find(|length| (self.decodes)(&zeros[..*length]))
            .unwrap()
    }
}

fn measure<V: ProtocolVersion, P: Packet + DeserializeOwned>(fields: &Value) -> (usize, Vec<u8>) {
    let packet: P = serde_json::from_value(fields.clone()).unwrap();
    let mut out = BytesMut::new();
    packet.encode_body(V::VERSION, &mut out).unwrap();
    (packet.encoded_len(V::VERSION), out.to_vec())
}

macro_rules! packets {
    ($($list:ident $version:ident $protocol:ident: $($packet:ident)*;)*) => {$(
        #[doc = concat!("Every packet of ", stringify!($list), ".")]
        pub static $list: &[PacketKind] =
            &[$(PacketKind::of::<$version, $protocol::$packet>()),*];
    )*};
}

packets! {
    TP03 Tp03 game:
        Okay Fail Sequence Connect Login Redirect CreateAccount Ping GetFeatures Features
        GetGames Game GetObjectsByID GetObjectsByPos Object GetObjectIDs GetObjectIDsByPos
        GetObjectIDsByContainer ObjectIDs GetOrderDesc OrderDesc GetOrderDescIDs OrderDescIDs
        GetOrder Order OrderInsert OrderProbe RemoveOrder GetTimeRemaining TimeRemaining
        FinishedTurn GetBoards Board GetBoardIDs BoardIDs GetMessage Message PostMessage
        RemoveMessage GetResource Resource GetResourceIDs ResourceIDs GetPlayer Player
        GetCategory Category AddCategory RemoveCategory GetCategoryIDs CategoryIDs GetDesign
        Design AddDesign ModifyDesign RemoveDesign GetDesignIDs DesignIDs GetComponent Component
        GetComponentIDs ComponentIDs GetProperty Property GetPropertyIDs PropertyIDs;
    TP04 Tp04 game:
        Okay Fail Sequence Connect Login Redirect CreateAccount Ping GetFeatures Features
        SetFilters GetGames Game GetObjectDesc ObjectDesc GetObjectDescIDs ObjectDescIDs
        GetObjectsByID GetObjectsByPos Object ModifyObject GetObjectIDs GetObjectIDsByPos
        GetObjectIDsByContainer ObjectIDs GetOrderQueue OrderQueue GetOrderQueueIDs
        OrderQueueIDs GetOrderDesc OrderDesc GetOrderDescIDs OrderDescIDs GetOrder Order
        OrderInsert OrderProbe RemoveOrder GetTimeRemaining TimeRemaining FinishedTurn GetBoards
        Board GetBoardIDs BoardIDs GetMessage Message PostMessage RemoveMessage GetResource
        Resource GetResourceIDs ResourceIDs GetPlayer Player GetPlayerIDs PlayerIDs GetCategory
        Category AddCategory RemoveCategory GetCategoryIDs CategoryIDs GetDesign Design
        AddDesign ModifyDesign RemoveDesign GetDesignIDs DesignIDs GetComponent Component
        GetComponentIDs ComponentIDs GetProperty Property GetPropertyIDs PropertyIDs;
    ADMIN Admin admin:
        Okay Fail Sequence Connect Login Ping GetCommandDesc CommandDesc GetCommandDescIDs
        CommandDescIDs CommandUpdate Command CommandResult LogMessage;
}
