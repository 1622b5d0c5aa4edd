//! Encoding and decoding, beside code written by hand for the same bytes.
//!
//! `cargo bench -p tp-frames`. Compare rows of one table and one run; the times alone say more
//! about the machine. `reused` rows write into a buffer that is already large enough.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "nobody depends on a benchmark"
)]

mod by_hand;

use bytes::BytesMut;
use divan::{Bencher, black_box};
use tp_frames::game::{self, TP04};
use tp_frames::{Packet, PacketView, Parameters, Semi32, Semi64};

fn main() {
    the_same_bytes();
    divan::main();
}

fn okay() -> game::Okay {
    game::Okay {
        result: "Order added to the queue".into(),
    }
}

/// About 250 bytes, some thirty of them parameters.
fn object() -> game::Object {
    let position = game::ObjectParamPosition3d {
        position: game::ObjectParamPosition3dPosition {
            x: 1 << 40,
            y: -7,
            z: 0,
        },
        relative: 0,
    };
    let size = game::ObjectParamSize { size: 1000 };
    let parameters = [
        game::ObjectParams::Position3d(position),
        game::ObjectParams::Size(size),
    ];
    let parameters = Parameters::encode(TP04, &parameters).unwrap();
    game::Object {
        id: 7,
        otype: 3,
        name: "Alpha Centauri Prime".into(),
        desc: Some("The third planet of its star, with two moons and a small colony.".into()),
        parent: Some(2),
        contains: (100..112).collect(),
        modtime: 1_600_000_000,
        parameters: Parameters::from_bytes(TP04, parameters),
        ..Default::default()
    }
}

fn object_ids() -> game::ObjectIDs {
    let entry = |id| game::IDSequenceModtime {
        id,
        modtime: 1_600_000_000 + u64::from(id),
    };
    game::ObjectIDs {
        key: Semi32::from_bits(1),
        remaining: Semi32::from_bits(0),
        modtimes: (0..1000).map(entry).collect(),
        from: Some(Semi64::from_bits(1_600_000_000)),
    }
}

fn body(packet: &impl Packet) -> Vec<u8> {
    let mut body = BytesMut::new();
    packet.encode_body(TP04, &mut body).unwrap();
    body.to_vec()
}

/// Both sides of every table do the same work.
fn the_same_bytes() {
    fn check(packet: &impl Packet, by_hand: impl FnOnce(&[u8], &mut Vec<u8>)) {
        let mut frame = BytesMut::new();
        packet.encode_frame(TP04, 1, &mut frame).unwrap();
        let mut out = Vec::new();
        by_hand(&body(packet), &mut out);
        assert_eq!(out, frame);
    }
    check(&okay(), |body, out| {
        by_hand::Okay::decode(body).unwrap().encode_frame(out)
    });
    check(&object(), |body, out| {
        by_hand::Object::decode(body).unwrap().encode_frame(out)
    });
    check(&object_ids(), |body, out| {
        by_hand::ObjectIds::decode(body).unwrap().encode_frame(out)
    });
}

fn encode(bencher: Bencher<'_, '_>, packet: &impl Packet) {
    bencher.bench_local(|| {
        let mut out = BytesMut::new();
        black_box(packet).encode_frame(TP04, 1, &mut out).unwrap();
        out
    });
}

fn encode_reused(bencher: Bencher<'_, '_>, packet: &impl Packet) {
    let mut out = BytesMut::with_capacity(1 << 16);
    bencher.bench_local(|| {
        out.clear();
        black_box(packet).encode_frame(TP04, 1, &mut out).unwrap();
        black_box(&out[..]);
    });
}

fn encode_by_hand(bencher: Bencher<'_, '_>, encode: impl Fn(&mut Vec<u8>)) {
    bencher.bench_local(|| {
        let mut out = Vec::new();
        encode(&mut out);
        out
    });
}

fn encode_by_hand_reused(bencher: Bencher<'_, '_>, encode: impl Fn(&mut Vec<u8>)) {
    let mut out = Vec::with_capacity(1 << 16);
    bencher.bench_local(|| {
        out.clear();
        encode(&mut out);
        black_box(&out[..]);
    });
}

fn decode<P: Packet>(bencher: Bencher<'_, '_>, packet: &P) {
    let body = body(packet);
    bencher.bench_local(|| P::decode(TP04, black_box(&body)).unwrap().0);
}

macro_rules! tables {
    ($($module:ident: $packet:ident, $by_hand:ident;)*) => {$(
        mod $module {
            use super::*;

            #[divan::bench]
            fn encode_generated(bencher: Bencher<'_, '_>) {
                encode(bencher, &$packet());
            }

            #[divan::bench]
            fn encode_by_hand(bencher: Bencher<'_, '_>) {
                let packet = by_hand::$by_hand::decode(&body(&$packet())).unwrap();
                super::encode_by_hand(bencher, |out| black_box(&packet).encode_frame(out));
            }

            #[divan::bench]
            fn encode_reused_generated(bencher: Bencher<'_, '_>) {
                encode_reused(bencher, &$packet());
            }

            #[divan::bench]
            fn encode_reused_by_hand(bencher: Bencher<'_, '_>) {
                let packet = by_hand::$by_hand::decode(&body(&$packet())).unwrap();
                encode_by_hand_reused(bencher, |out| black_box(&packet).encode_frame(out));
            }

            #[divan::bench]
            fn decode_generated(bencher: Bencher<'_, '_>) {
                decode(bencher, &$packet());
            }

            #[divan::bench]
            fn decode_by_hand(bencher: Bencher<'_, '_>) {
                let body = body(&$packet());
                bencher.bench_local(|| by_hand::$by_hand::decode(black_box(&body)).unwrap());
            }
        }
    )*};
}

tables! {
    okay_packet: okay, Okay;
    object_packet: object, Object;
    thousand_ids: object_ids, ObjectIds;
}

mod views {
    use super::*;

    #[divan::bench]
    fn okay_generated(bencher: Bencher<'_, '_>) {
        let body = body(&okay());
        bencher.bench_local(|| {
            game::OkayView::view(TP04, black_box(&body))
                .unwrap()
                .0
                .result
                .len()
        });
    }

    #[divan::bench]
    fn okay_by_hand(bencher: Bencher<'_, '_>) {
        let body = body(&okay());
        bencher.bench_local(|| by_hand::Okay::view(black_box(&body)).unwrap().len());
    }

    #[divan::bench]
    fn object_generated(bencher: Bencher<'_, '_>) {
        let body = body(&object());
        bencher.bench_local(|| {
            let object = game::ObjectView::view(TP04, black_box(&body)).unwrap().0;
            black_box((
                object.id,
                object.otype,
                object.parent,
                object.modtime,
                object.padding,
            ));
            black_box((object.name, object.desc, object.parameters));
            object.contains.iter().fold(0, u32::wrapping_add)
        });
    }

    #[divan::bench]
    fn object_by_hand(bencher: Bencher<'_, '_>) {
        let body = body(&object());
        bencher.bench_local(|| {
            let object = by_hand::ObjectView::view(black_box(&body)).unwrap();
            black_box((
                object.id,
                object.otype,
                object.parent,
                object.modtime,
                object.padding,
            ));
            black_box((object.name, object.desc, object.parameters));
            object
                .contains
                .iter()
                .map(|id| u32::from_be_bytes(*id))
                .fold(0, u32::wrapping_add)
        });
    }

    #[divan::bench]
    fn thousand_ids_generated(bencher: Bencher<'_, '_>) {
        let body = body(&object_ids());
        bencher.bench_local(|| {
            let ids = game::ObjectIDsView::view(TP04, black_box(&body)).unwrap().0;
            let sum = |sum: u64, entry: game::IDSequenceModtime| {
                sum.wrapping_add(entry.modtime ^ u64::from(entry.id))
            };
            ids.modtimes.iter().fold(0, sum)
        });
    }

    #[divan::bench]
    fn thousand_ids_by_hand(bencher: Bencher<'_, '_>) {
        let body = body(&object_ids());
        bencher.bench_local(|| {
            let (entries, _) = by_hand::id_entries(black_box(&body)).unwrap();
            let sum =
                |sum: u64, (id, modtime): (u32, u64)| sum.wrapping_add(modtime ^ u64::from(id));
            entries.iter().map(by_hand::entry).fold(0, sum)
        });
    }
}
