//! The hand-written runtime under the generated frames.
//!
//! What a user needs of it is re-exported at the root of the crate; the rest is what generated
//! code is made of.

mod enumeration;
mod error;
mod fixed_bytes;
mod frame;
mod header;
mod info;
#[cfg(feature = "serde")]
pub mod json;
mod list;
mod options;
mod packet;
mod padding;
mod parameters;
mod printable;
mod raw;
mod raw_bytes;
mod reader;
mod secret;
mod semi;
mod string;
mod string_bytes;
mod writer;

pub use alloc::vec::Vec;

pub use bytes::BytesMut;

pub use enumeration::{
    Enumeration, ParseEnumerationError, fmt_enumeration, fmt_mask, parse_enumeration, parse_mask,
};
pub use error::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Field, FieldKind};
pub use fixed_bytes::{Fixed, FixedBytes, FixedBytesMut};
pub use frame::{AnyFrame, decode_as, decode_unknown, encode_unknown, view_as};
pub use header::{Header, NotTp, ParseVersionError, Version};
pub use info::{Direction, PacketInfo, ParametersInfo, ReplyInfo, ReplySequence};
pub use list::{
    Entries, FixedEntries, FixedList, List, StringList, Strings, fixed_list_len, list_len,
    string_list_len,
};
pub use options::{DecodeLimits, DecodeOptions, EncodeOptions, MAX_BODY};
pub(crate) use packet::open_body;
pub use packet::{Decode, Encode, Item, Packet, PacketView, Reply, Request};
pub use parameters::{DecodedParameters, ParameterError, ParameterSet, Parameters, ParametersView};
pub use printable::{Printable, PrintableJson, printable, printable_json};
pub use raw::{FramingError, RawFrame, split_frame};
pub(crate) use raw_bytes::Hex;
pub use raw_bytes::RawBytes;
pub use reader::Reader;
pub use secret::Secret;
pub use semi::{Semi8, Semi32, Semi64};
pub use string::{TpStr, TpString};
pub use writer::{Writer, string_len, total};
