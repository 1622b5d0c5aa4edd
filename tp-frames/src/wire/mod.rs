//! The hand-written runtime under the generated frames.
//!
//! What a user needs of it is re-exported at the root of the crate; the rest is what generated
//! code is made of.

mod chars;
mod enumeration;
mod error;
mod frame;
mod header;
#[cfg(feature = "serde")]
pub mod json;
mod list;
mod packet;
mod options;
mod padding;
mod parameters;
mod raw;
mod reader;
mod run;
mod semi;
mod string;
mod writer;

pub use alloc::vec::Vec;

pub use bytes::BytesMut;

pub use chars::Chars;
pub(crate) use chars::Hex;
pub use enumeration::{Enumeration, fmt_enumeration, fmt_mask};
pub use error::{DecodeError, DecodeErrorKind, EncodeError, EncodeErrorKind, Field};
pub use frame::{AnyFrame, decode_as, decode_unknown, encode_unknown, view_as};
pub use header::{Header, NotTp, Version};
pub use options::{DecodeLimits, DecodeOptions, EncodeOptions, MAX_BODY};
pub use list::{FixedList, List, StringList};
pub(crate) use packet::open_body;
pub use packet::{Decode, Direction, Encode, Packet, PacketView, Reply, ReplySequence, Request};
pub use parameters::{DecodedParameters, ParameterSet, Parameters, ParametersView, Stopped};
pub use raw::{FramingError, RawFrame};
pub use reader::Reader;
pub use run::{Fixed, Run, RunMut};
pub use semi::{Semi8, Semi32, Semi64};
pub use string::{TpStr, TpString};
pub use writer::{Writer, fixed_list_len, list_len, string_len, string_list_len, total};
