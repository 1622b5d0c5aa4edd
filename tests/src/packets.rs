//! Every packet that travels, as the crate's own types see it.
//!
//! The lists are written out, so that a packet that vanishes does not compile; a packet that is
//! new and not listed here fails the vector tests.

use bytes::BytesMut;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tp_frames::{Direction, Packet, admin, tp03, tp04};

/// One packet.
#[derive(Debug)]
pub struct PacketKind {
    /// [`Packet::NAME`].
    pub name: &'static str,
    /// [`Packet::TYPE`].
    pub r#type: u32,
    /// [`Packet::DIRECTION`].
    pub direction: Direction,
    /// The fewest bytes of its body.
    pub least: usize,
    /// Its `encoded_len`, the reserve of one `encode_body`, and the body, from JSON fields.
    pub measure: fn(&Value) -> (usize, Vec<u8>),
}

impl PacketKind {
    const fn of<P: Packet + DeserializeOwned>() -> Self {
        Self {
            name: P::NAME,
            r#type: P::TYPE,
            direction: P::DIRECTION,
            least: P::MIN_WIRE_SIZE,
            measure: measure::<P>,
        }
    }
}

fn measure<P: Packet + DeserializeOwned>(fields: &Value) -> (usize, Vec<u8>) {
    let packet: P = serde_json::from_value(fields.clone()).unwrap();
    let mut out = BytesMut::new();
    packet.encode_body(&mut out).unwrap();
    (packet.encoded_len(), out.to_vec())
}

macro_rules! packets {
    ($($list:ident $protocol:ident: $($packet:ident)*;)*) => {$(
        #[doc = concat!("Every packet of ", stringify!($protocol), ".")]
        pub static $list: &[PacketKind] = &[$(PacketKind::of::<$protocol::$packet>()),*];
    )*};
}

packets! {
    TP03 tp03:
        Okay Fail Sequence Connect Login Redirect CreateAccount Ping GetFeatures Features
        GetGames Game GetObjectsByID GetObjectsByPos Object GetObjectIDs GetObjectIDsByPos
        GetObjectIDsByContainer ObjectIDs GetOrderDesc OrderDesc GetOrderDescIDs OrderDescIDs
        GetOrder Order OrderInsert OrderProbe RemoveOrder GetTimeRemaining TimeRemaining
        FinishedTurn GetBoards Board GetBoardIDs BoardIDs GetMessage Message PostMessage
        RemoveMessage GetResource Resource GetResourceIDs ResourceIDs GetPlayer Player
        GetCategory Category AddCategory RemoveCategory GetCategoryIDs CategoryIDs GetDesign
        Design AddDesign ModifyDesign RemoveDesign GetDesignIDs DesignIDs GetComponent Component
        GetComponentIDs ComponentIDs GetProperty Property GetPropertyIDs PropertyIDs;
    TP04 tp04:
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
    ADMIN admin:
        Okay Fail Sequence Connect Login Ping GetCommandDesc CommandDesc GetCommandDescIDs
        CommandDescIDs CommandUpdate Command CommandResult LogMessage;
}
