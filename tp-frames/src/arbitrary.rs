//! Packets made of any bytes, for property tests and fuzz targets of your own.
//!
//! The bytes may come from anywhere: from a fuzzer, or from a strategy of proptest. Fewer or
//! smaller bytes make smaller packets, so that a failing case shrinks.
//!
//! ```
//! use tp_frames::{Packet, arbitrary, game};
//!
//! let bytes = *b"whatever a fuzzer comes up with, at any length";
//! for version in game::VERSIONS {
//!     let object: game::Object = arbitrary::packet(*version, &bytes).expect("both have objects");
//!     let mut body = bytes::BytesMut::new();
//!     object.encode_body(*version, &mut body)?;
//!     assert_eq!(game::Object::decode(*version, &body)?.0, object);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With proptest:
//!
//! ```text
//! any::<Vec<u8>>().prop_filter_map("no such packet", |bytes| {
//!     arbitrary::packet::<game::Design>(game::TP04, &bytes)
//! })
//! ```

use crate::wire::{DecodeOptions, Packet, Reader, Version};

/// A packet as it might come in a frame of that version; `None` if the version does not have it.
///
/// Every value of every field can come: integers and enumerations of any bits, strings that are no
/// text, optional fields or none, parameters of any bytes. Lists have up to 4 entries, strings up
/// to 40 bytes.
#[must_use]
pub fn packet<P: Packet>(version: Version, bytes: &[u8]) -> Option<P> {
    if !P::is_in(version) {
        return None;
    }
    let mut reader = Reader::new(version, bytes, &DecodeOptions::default()).making_up();
    P::decode_from(&mut reader).ok()
}
