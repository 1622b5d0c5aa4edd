//! Frames through the model and back, in every version, and what stands in for what one lacks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "tests may take shortcuts"
)]

use bytes::BytesMut;
use tp_frames::{Packet, TpString, Version};

mod downgrade;
mod objects;
mod order_builder;
mod orders;
mod vector;

fn text(text: &str) -> TpString {
    text.into()
}

/// The body that says `packet` in `version`.
fn body<P: Packet>(packet: &P, version: Version) -> Vec<u8> {
    let mut body = BytesMut::new();
    packet.encode_body(version, &mut body).unwrap();
    body.to_vec()
}

/// The packet as the peer gets it in `version`.
fn received<P: Packet>(packet: &P, version: Version) -> P {
    P::decode(version, &body(packet, version)).unwrap().0
}
