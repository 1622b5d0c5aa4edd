//! Encoding and decoding, beside code written by hand for the same bytes and beside a plain copy
//! of them.
//!
//! `cargo bench -p tp-frames`. Compare rows of one table and one run; the times alone say more
//! about the machine. `encode` writes a frame into a buffer that is already large enough, `decode`
//! makes an owned packet of a body and drops it, `view` reads every field of a borrowed one.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "nobody depends on a benchmark"
)]

mod by_hand;
mod packets;
mod rows;
mod touch;

use bytes::BytesMut;
use divan::{AllocProfiler, Bencher, black_box};
use tp_frames::game::{self, TP03, TP04};
use tp_frames::{Packet, PacketView, Version};

/// Counts the allocations of every row.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Larger than any frame here.
const ROOM: usize = 1 << 16;

fn frame(version: Version, packet: &impl Packet) -> Vec<u8> {
    packet.to_frame(version, 1).unwrap()
}

fn body(version: Version, packet: &impl Packet) -> Vec<u8> {
    let mut body = BytesMut::new();
    packet.encode_body(version, &mut body).unwrap();
    body.to_vec()
}

fn encode_generated(bencher: Bencher<'_, '_>, version: Version, packet: &impl Packet) {
    let mut out = BytesMut::with_capacity(ROOM);
    bencher.bench_local(|| {
        out.clear();
        let packet = black_box(packet);
        packet.encode_frame(version, 1, &mut out).unwrap();
        black_box(&out[..]);
    });
}

fn encode_by_hand(bencher: Bencher<'_, '_>, encode: impl Fn(&mut Vec<u8>)) {
    let mut out = Vec::with_capacity(ROOM);
    bencher.bench_local(|| {
        out.clear();
        encode(&mut out);
        black_box(&out[..]);
    });
}

fn decode<T>(bencher: Bencher<'_, '_>, body: &[u8], decode: impl Fn(&[u8]) -> T) {
    bencher.bench_local(|| {
        black_box(decode(black_box(body)));
    });
}

macro_rules! rows {
    ($(
        $row:ident $name:literal: $packet:ident $version:ident $bytes:literal,
        decode $decode:path | $by_hand:path,
        view $view:path | $view_by_hand:path,
        touch $touch:path | $touch_by_hand:path;
    )*) => {
        /// Both sides of every table do the same work.
        fn main() {
            $({
                let packet = packets::$packet();
                let frame = frame($version, &packet);
                let body = body($version, &packet);
                assert_eq!(frame.len(), $bytes, $name);
                let mut by_hand = Vec::new();
                $by_hand(&body).unwrap().encode_frame(&mut by_hand);
                assert_eq!(by_hand, frame, $name);
                let view = $view($version, &body).unwrap().0;
                let sum = $touch(view);
                let by_hand = $touch_by_hand($view_by_hand(&body).unwrap());
                assert_eq!(by_hand, sum, $name);
            })*
            divan::main();
        }

        $(mod $row {
            use super::*;

            #[divan::bench]
            fn encode_generated(bencher: Bencher<'_, '_>) {
                super::encode_generated(bencher, $version, &packets::$packet());
            }

            #[divan::bench]
            fn encode_by_hand(bencher: Bencher<'_, '_>) {
                let packet = $by_hand(&body($version, &packets::$packet())).unwrap();
                super::encode_by_hand(bencher, |out| black_box(&packet).encode_frame(out));
            }

            #[divan::bench]
            fn encode_memcpy(bencher: Bencher<'_, '_>) {
                let frame = frame($version, &packets::$packet());
                super::encode_by_hand(bencher, |out| out.extend_from_slice(black_box(&frame)));
            }

            #[divan::bench]
            fn decode_generated(bencher: Bencher<'_, '_>) {
                let body = body($version, &packets::$packet());
                decode(bencher, &body, |body| $decode($version, body).unwrap().0);
            }

            #[divan::bench]
            fn decode_by_hand(bencher: Bencher<'_, '_>) {
                let body = body($version, &packets::$packet());
                decode(bencher, &body, |body| $by_hand(body).unwrap());
            }

            #[divan::bench]
            fn decode_memcpy(bencher: Bencher<'_, '_>) {
                let body = body($version, &packets::$packet());
                decode(bencher, &body, <[u8]>::to_vec);
            }

            #[divan::bench]
            fn view_generated(bencher: Bencher<'_, '_>) {
                let body = body($version, &packets::$packet());
                bencher.bench_local(|| {
                    let view = $view($version, black_box(&body)).unwrap().0;
                    $touch(view)
                });
            }

            #[divan::bench]
            fn view_by_hand(bencher: Bencher<'_, '_>) {
                let body = body($version, &packets::$packet());
                bencher.bench_local(|| {
                    let view = $view_by_hand(black_box(&body)).unwrap();
                    $touch_by_hand(view)
                });
            }
        })*
    };
}

rows::codec_rows!(rows);
