//! From the body of a frame to an object with its parameters read, without a connection.

use std::hint::black_box;

use tp_frames::Packet;
use tp_frames::bytes::BytesMut;
use tp_frames::game::{self, TP04};
use tp_net::model::Object;

use super::{Allocated, say_since};
use crate::objects;

/// Reads as many, and says how often memory was asked for and how much of it is kept with them.
pub(super) fn read(count: usize, allocated: fn() -> Allocated) {
    let desc = objects::own_type();
    let mut body = BytesMut::new();
    objects::frame(7).encode_body(TP04, &mut body).unwrap();
    let before = allocated();
    let mut kept = Vec::with_capacity(count);
    for _ in 0..count {
        let frame = game::Object::decode(TP04, black_box(&body)).unwrap().0;
        let mut object = Object::from(frame);
        object.decode_parameters(&desc).unwrap();
        kept.push(object);
    }
    say_since(before, allocated());
    // That nobody frees them is not to be counted either.
    std::mem::forget(black_box(kept));
}
