//! Every frame of the Thousand Parsec protocol: owned, borrowed, encoded and decoded.
//!
//! Thousand Parsec is a family of turn-based space-empire games whose clients and servers talk
//! one binary protocol over TCP. A frame is a [`Header`] of 16 bytes and a body whose shape the
//! header's frame type tells. This crate knows every frame of three protocols:
//!
//! | module | protocol | frames |
//! |---|---|---|
//! | [`game`] | the game, in all its versions: TP03, still spoken everywhere, and TP04 | [`game::Frame`] |
//! | [`admin`] | administration of a server, on a port of its own | [`admin::Frame`] |
//!
//! The modules are generated from XML descriptions by `tp-codegen` and checked in: nothing is
//! generated when you build. Each packet's page says its frame type, direction, bytes, answer,
//! and the versions that have it; [`game::PACKETS`] says the same to programs.
//!
//! ```toml
//! [dependencies]
//! tp-frames = "0.1"
//! ```
//!
//! # Encode and decode
//!
//! A packet is one type in every version. The version is a value: whoever writes a frame says in
//! which, and whoever reads one finds it in the header.
//!
//! ```
//! use tp_frames::bytes::BytesMut;
//! use tp_frames::{AnyFrame, DecodeOptions, Packet, RawFrame, game};
//!
//! // A client logs in …
//! let login = game::Login { username: "ada".into(), password: "s3cret".into() };
//! let mut wire = BytesMut::new();
//! login.encode_frame(game::TP04, 1, &mut wire)?;
//!
//! // … and a server reads whatever came.
//! let options = DecodeOptions::default();
//! while let Some(raw) = RawFrame::take(&mut wire, &options)? {
//!     let (frame, trailing) = game::Frame::decode(&raw, &options)?;
//!     assert!(trailing.is_empty());
//!     match frame {
//!         game::Frame::Login(login) => assert_eq!(login.username, "ada"),
//!         game::Frame::Unknown { r#type, .. } => println!("frame type {type} is new to me"),
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The buffers are those of the crate [`bytes`], which is re-exported. Who has none writes a frame
//! into a vector by [`to_frame`](Packet::to_frame), and reads one from a slice by
//! [`split`](RawFrame::split).
//!
//! What only some versions have is an `Option`, or −1 where the field has such a value. A reply
//! leaves out what its version has no field for; a request that would mean something else without
//! it is refused:
//!
//! ```
//! use tp_frames::{EncodeErrorKind, Packet, game};
//!
//! let mut changed = game::GetObjectIDs { start: 0, ..Default::default() }; // all of them, as they are now
//! let wire = changed.to_frame(game::TP03, 1)?;
//! changed.from = 1_700_000_000.into(); // only what has changed since: TP03 cannot say that
//! let error = changed.to_frame(game::TP03, 2).unwrap_err();
//! assert_eq!(error.kind(), EncodeErrorKind::NotInVersion);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Views
//!
//! A view reads the same bytes without copying: strings borrow the receive buffer, lists decode
//! entry by entry when asked. Everything was checked when the view was made, so reading it cannot
//! fail. Decoding an owned packet copies every string and list once. The packets that are large or
//! many have one; `tp-codegen` makes more.
//!
//! ```
//! use tp_frames::bytes::BytesMut;
//! use tp_frames::{Packet, PacketView, game};
//!
//! let desc = game::OrderDesc { name: "Move".into(), ..Default::default() };
//! let mut body = BytesMut::new();
//! desc.encode_body(game::TP04, &mut body)?;
//!
//! let (view, _) = game::OrderDescView::view(game::TP04, &body)?;
//! assert_eq!(view.name, "Move");
//! assert_eq!(view.to_owned(), desc);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What real programs send
//!
//! * Bytes behind a packet's last field are tolerated and handed out; [`DecodeOptions::strict`]
//!   refuses them. Fields that some servers append are `Option`s.
//! * Strings keep bytes that are not UTF-8 ([`TpString`]); enumerations keep values without a
//!   name; frames of an unknown type keep their body ([`game::Frame::Unknown`]).
//! * The parameters of objects, orders and commands can be read only by a description that
//!   travels in another frame. They stay bytes ([`Parameters`]) until you have it.
//! * Nothing a peer sends makes this crate panic, and decoding takes at most eight times the
//!   bytes received ([`DecodeLimits`]).
//!
//! # Compatibility of this crate
//!
//! Fields are public, so that packets can be written as literals. A new version of a protocol
//! may add fields: end literals with `..Default::default()` where that is fine, and write them
//! out where a new field should make you think. Enums of frames and parameters are
//! `#[non_exhaustive]`.
//!
//! # Features
//!
//! * `std` (on by default): without it the crate needs only `core` and `alloc`.
//! * `serde`: `Serialize` and `Deserialize` for every packet, enumerations by name;
//!   [`wire::json`](https://docs.rs/tp-frames/latest/tp_frames/wire/json/index.html) lists the
//!   forms.
//! * `arbitrary`: packets made of any bytes, for property tests and fuzz targets.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;
// Generated code says `::tp_frames`, here as in any other crate.
extern crate self as tp_frames;

#[cfg(feature = "arbitrary")]
pub mod arbitrary;
mod command;
mod descriptions;
mod design;
mod game_info;
#[rustfmt::skip]
mod generated;
mod message;
pub mod reference;
mod time_remaining;
pub mod wire;

/// The crate of the buffers that frames are read from and written to, so that yours need not name
/// it: `use tp_frames::bytes::BytesMut;`.
pub use bytes;
pub use generated::{admin, game};
#[cfg(feature = "serde")]
#[doc(hidden)]
pub use serde;
pub use wire::{
    AnyFrame, Decode, DecodeError, DecodeErrorKind, DecodeLimits, DecodeOptions, DecodedParameters,
    Direction, Encode, EncodeError, EncodeErrorKind, EncodeOptions, Enumeration, Field, FieldKind,
    FramingError, Header, Item, MAX_BODY, NotTp, Packet, PacketInfo, PacketView, ParameterError,
    ParameterSet, Parameters, ParametersInfo, ParametersView, ParseEnumerationError,
    ParseVersionError, Printable, RawBytes, RawFrame, Reply, ReplyInfo, ReplySequence, Request,
    Semi8, Semi32, Semi64, TpStr, TpString, Version, printable, printable_json,
};
