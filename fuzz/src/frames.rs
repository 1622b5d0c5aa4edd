//! Frames made of any bytes.

use bytes::{Bytes, BytesMut};
use tp_frames::{AnyFrame, EncodeOptions, Packet, Version, arbitrary, game};

macro_rules! packets {
    ($($packet:ident)*) => {
        /// The types of all packets of the game.
        pub const KINDS: &[u32] = &[$(game::$packet::TYPE,)*];

        /// A packet of this type, made of any bytes; `None` if the version has none.
        #[must_use]
        pub fn made(version: Version, kind: u32, bytes: &[u8]) -> Option<game::Frame> {
            match kind {
                $(<game::$packet as Packet>::TYPE => {
                    arbitrary::packet::<game::$packet>(version, bytes).map(game::Frame::$packet)
                })*
                _ => None,
            }
        }
    };
}

packets!(
    Okay Fail Sequence Connect Login Redirect CreateAccount Ping GetFeatures Features SetFilters
    GetGames Game GetObjectDesc ObjectDesc GetObjectDescIDs ObjectDescIDs GetObjectsByID
    GetObjectsByPos Object ModifyObject GetObjectIDs GetObjectIDsByPos GetObjectIDsByContainer
    ObjectIDs GetOrderQueue OrderQueue GetOrderQueueIDs OrderQueueIDs GetOrderDesc OrderDesc
    GetOrderDescIDs OrderDescIDs GetOrder Order OrderInsert OrderProbe RemoveOrder
    GetTimeRemaining TimeRemaining FinishedTurn GetBoards Board GetBoardIDs BoardIDs GetMessage
    Message PostMessage RemoveMessage GetResource Resource GetResourceIDs ResourceIDs GetPlayer
    Player GetPlayerIDs PlayerIDs GetCategory Category AddCategory RemoveCategory GetCategoryIDs
    CategoryIDs GetDesign Design AddDesign ModifyDesign RemoveDesign GetDesignIDs DesignIDs
    GetComponent Component GetComponentIDs ComponentIDs GetProperty Property GetPropertyIDs
    PropertyIDs
);

/// A frame of this type, made of any bytes: a packet if the version has it and can encode it, else
/// the bytes themselves behind a header.
#[must_use]
pub fn encode(options: EncodeOptions, sequence: u32, kind: u32, bytes: &[u8]) -> Bytes {
    let mut out = BytesMut::new();
    let frame = made(options.version, kind, bytes);
    let encoded = frame.map(|frame| frame.encode_frame(options, sequence, &mut out));
    if !matches!(encoded, Some(Ok(()))) {
        out.clear();
        let r#type = kind;
        let body = bytes.to_vec();
        let frame = game::Frame::Unknown { r#type, body };
        // Of more than a frame holds, an input has not enough.
        let _ = frame.encode_frame(options, sequence, &mut out);
    }
    out.freeze()
}
