//! The codec beside others on equal data: the bodies of the packets of `cargo bench -p tp-frames`,
//! which runs this too.
//!
//! Each codec writes its own form of the same fields, so the sizes differ. `encode` writes into a
//! buffer that is already large enough, `decode` makes an owned value and drops it.

#[path = "../../../tp-frames/benches/codec/packets.rs"]
mod packets;
mod records;

use bytes::BytesMut;
use divan::{AllocProfiler, Bencher, black_box};
use prost::Message as _;
use rkyv::rancor;
use rkyv::util::AlignedVec;
use tp_frames::game::{self, TP03, TP04};
use tp_frames::{Packet, Version};

/// Counts the allocations of every row.
#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

/// Larger than any body here.
const ROOM: usize = 1 << 16;

fn body(version: Version, packet: &impl Packet) -> BytesMut {
    let mut body = BytesMut::new();
    packet.encode_body(version, &mut body).unwrap();
    body
}

fn decode<T>(bencher: Bencher<'_, '_>, bytes: &[u8], decode: impl Fn(&[u8]) -> T) {
    bencher.bench_local(|| {
        black_box(decode(black_box(bytes)));
    });
}

macro_rules! rows {
    ($($row:ident: $packet:ident $version:ident $type:ident beside $record:ident;)*) => {
        fn main() {
            $({
                let record = records::$record::from(packets::$packet());
                let bytes = wincode::serialize(&record).unwrap();
                assert!(wincode::deserialize::<records::$record>(&bytes).unwrap() == record);
                let bytes = record.encode_to_vec();
                assert!(records::$record::decode(&bytes[..]).unwrap() == record);
                let bytes = rkyv::to_bytes::<rancor::Error>(&record).unwrap();
                let same = rkyv::from_bytes::<records::$record, rancor::Error>(&bytes);
                assert!(same.unwrap() == record);
            })*
            divan::main();
        }

        $(mod $row {
            use super::*;
            use records::$record as Record;

            fn record() -> Record {
                packets::$packet().into()
            }

            #[divan::bench]
            fn encode_tp_frames(bencher: Bencher<'_, '_>) {
                let packet = packets::$packet();
                let mut out = BytesMut::with_capacity(ROOM);
                bencher.bench_local(|| {
                    out.clear();
                    black_box(&packet).encode_body($version, &mut out).unwrap();
                    black_box(&out[..]);
                });
            }

            #[divan::bench]
            fn encode_wincode(bencher: Bencher<'_, '_>) {
                let record = record();
                let mut out = Vec::with_capacity(ROOM);
                bencher.bench_local(|| {
                    out.clear();
                    wincode::serialize_into(&mut out, black_box(&record)).unwrap();
                    black_box(&out[..]);
                });
            }

            #[divan::bench]
            fn encode_prost(bencher: Bencher<'_, '_>) {
                let record = record();
                let mut out = Vec::with_capacity(ROOM);
                bencher.bench_local(|| {
                    out.clear();
                    black_box(&record).encode(&mut out).unwrap();
                    black_box(&out[..]);
                });
            }

            #[divan::bench]
            fn encode_rkyv(bencher: Bencher<'_, '_>) {
                let record = record();
                let mut out: AlignedVec = AlignedVec::with_capacity(ROOM);
                bencher.bench_local(|| {
                    out.clear();
                    let empty = std::mem::take(&mut out);
                    out = rkyv::api::high::to_bytes_in::<_, rancor::Error>(black_box(&record), empty)
                        .unwrap();
                    black_box(&out[..]);
                });
            }

            #[divan::bench]
            fn decode_tp_frames(bencher: Bencher<'_, '_>) {
                let body = body($version, &packets::$packet());
                decode(bencher, &body, |body| {
                    game::$type::decode($version, body).unwrap().0
                });
            }

            #[divan::bench]
            fn decode_wincode(bencher: Bencher<'_, '_>) {
                let bytes = wincode::serialize(&record()).unwrap();
                decode(bencher, &bytes, |bytes| {
                    wincode::deserialize::<Record>(bytes).unwrap()
                });
            }

            #[divan::bench]
            fn decode_prost(bencher: Bencher<'_, '_>) {
                let bytes = record().encode_to_vec();
                decode(bencher, &bytes, |bytes| Record::decode(bytes).unwrap());
            }

            #[divan::bench]
            fn decode_rkyv(bencher: Bencher<'_, '_>) {
                let bytes = rkyv::to_bytes::<rancor::Error>(&record()).unwrap();
                decode(bencher, &bytes, |bytes| {
                    rkyv::from_bytes::<Record, rancor::Error>(bytes).unwrap()
                });
            }

            /// Checked, not read: fields stand where they are.
            #[divan::bench]
            fn view_rkyv(bencher: Bencher<'_, '_>) {
                let bytes = rkyv::to_bytes::<rancor::Error>(&record()).unwrap();
                bencher.bench_local(|| {
                    let view = rkyv::access::<rkyv::Archived<Record>, rancor::Error>;
                    black_box(view(black_box(&bytes)).unwrap());
                });
            }
        })*
    };
}

rows! {
    okay: okay TP04 Okay beside Okay;
    object_tp03: object_tp03 TP03 Object beside ObjectTp03;
    object_tp04: object_tp04 TP04 Object beside ObjectTp04;
    thousand_ids: object_ids TP04 ObjectIDs beside ObjectIds;
    message: message TP04 Message beside Message;
    object_desc: object_desc TP04 ObjectDesc beside ObjectDesc;
    order_desc: order_desc TP04 OrderDesc beside OrderDesc;
}
