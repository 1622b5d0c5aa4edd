//! From the body of a frame to an object with its parameters read, without a connection.

use std::hint::black_box;

use tp_frames::Packet;
use tp_frames::bytes::BytesMut;
use tp_frames::game::{self, TP04};
use tp_net::model::{Object, ObjectDesc};

use super::{Allocated, say};
use crate::objects::{planet_desc, planet_frame};

fn body() -> BytesMut {
    let mut body = BytesMut::new();
    planet_frame(7).encode_body(TP04, &mut body).unwrap();
    body
}

fn one(body: &[u8], desc: &ObjectDesc) -> Object {
    let frame = game::Object::decode(TP04, black_box(body)).unwrap().0;
    let mut object = Object::from(frame);
    object.decode_parameters(desc).unwrap();
    object
}

pub(super) fn read(count: usize) {
    let (body, desc) = (body(), planet_desc());
    for _ in 0..count {
        black_box(one(&body, &desc));
    }
}

/// Says how often memory is asked for by one, and how much of it is kept.
pub(super) fn held(allocated: fn() -> Allocated) {
    let (body, desc) = (body(), planet_desc());
    let mut objects = Vec::with_capacity(1000);
    let before = allocated();
    for _ in 0..1000 {
        objects.push(one(&body, &desc));
    }
    let after = allocated();
    say(&(after.allocations - before.allocations).to_string());
    let size = after.bytes - before.bytes + 1000 * size_of::<Object>();
    say(&size.to_string());
}
