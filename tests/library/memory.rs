//! Decoding takes at most eight times the bytes received and a little more, whatever they are, and
//! a view takes nothing but for the error that ends it, or that tells it where the fields end.
//!
//! One test in a program of its own, since the allocator counts for all threads.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::arithmetic_side_effects)]

use bytes::BytesMut;
use peak_alloc::PeakAlloc;
use tp_codegen::model::{Field, FieldKind, Item, ParameterSet};
use tp_frames::{DecodeOptions, Parameters, RawFrame, Version, admin, game};
use tp_tests::golden::{self, split};
use tp_tests::{PROTOCOLS, Protocol, from_hex, values};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Bytes that may come on top of eight times the input.
const CONSTANT: usize = 256;
/// Bytes of an error, which has memory of its own so that what may fail returns in registers.
const ERROR: usize = 24;
/// Entries of a long list.
const MANY: usize = 4000;

/// The most memory that was in use at once during `work`, on top of what was before.
fn peak<T>(work: impl FnOnce() -> T) -> usize {
    ALLOCATED.reset_peak_usage();
    let before = ALLOCATED.current_usage();
    let result = work();
    let peak = ALLOCATED.peak_usage().saturating_sub(before);
    drop(result);
    peak
}

fn check(protocol: &Protocol, r#type: u32, body: &[u8]) {
    let options = DecodeOptions::default();
    let owned = peak(|| (protocol.decode_owned)(r#type, body, &options));
    let allowed = body.len() * 8 + CONSTANT;
    let name = protocol.name;
    assert!(
        owned <= allowed,
        "{name} {type}: {owned} bytes for {} received",
        body.len()
    );
    // Where there is no view, nothing is looked at.
    let view = peak(|| (protocol.look)(r#type, body, &options));
    assert!(view <= ERROR, "{name} {type}: a view takes {view} bytes");
}

/// Bodies of zeros, but for one list of many entries as small as they can be: where memory grows
/// most for a byte received. `counts` are lists that hold one entry each, so that lists within
/// lists are reached.
fn long_lists(fields: &[Field], start: usize, counts: &[usize], bodies: &mut Vec<Vec<u8>>) {
    let mut at = start;
    for field in fields {
        if let FieldKind::List { item, .. } = &field.kind {
            let (entry, inside) = match item {
                Item::Field(field) => (field.size.min, &[][..]),
                Item::Record(record) => (record.size.min, &record.fields[..]),
            };
            let entries = usize::try_from(entry).unwrap() * MANY;
            let mut body = vec![0; at + 4 + entries + 200];
            for count in counts {
                body[count + 3] = 1;
            }
            body[at..at + 4].copy_from_slice(&u32::try_from(MANY).unwrap().to_be_bytes());
            bodies.push(body);
            long_lists(inside, at + 4, &[counts, &[at]].concat(), bodies);
        }
        at += usize::try_from(field.size.min).unwrap();
    }
}

fn check_packets() {
    for protocol in &PROTOCOLS {
        let model = values::model(protocol);
        for packet in values::frames(&model) {
            let mut bodies = Vec::new();
            long_lists(&packet.fields, 0, &[], &mut bodies);
            // One long string or tail, lies about every count, and nothing but zeros.
            bodies.extend([vec![0; 60_000], vec![0xff; 60_000], vec![0x01; 60_000]]);
            let mut text = vec![0; 60_000];
            for at in (0..64).step_by(4) {
                text[at + 2] = 0xe0;
                bodies.push(text.clone());
                text[at + 2] = 0;
            }
            for body in bodies {
                check(protocol, packet.id.unwrap(), &body);
            }
        }
    }
}

fn check_vectors() {
    for vectors in golden::all() {
        let hexes = vectors.frames.iter().map(|good| &good.hex);
        let hexes = hexes.chain(vectors.invalid.iter().map(|bad| &bad.hex));
        for (r#type, body) in hexes.map(|hex| split(hex)) {
            check(vectors.protocol(), r#type, &body);
        }
    }
}

/// A description costs its own bytes, at least two empty strings and a type for a parameter; so it
/// counts as input.
fn check_parameters<S: tp_frames::ParameterSet>(version: Version, set: &ParameterSet) {
    for parameter in &set.parameters {
        let tail = vec![0; usize::try_from(parameter.use_size.min).unwrap() * MANY];
        let received = tail.len() + 12 * MANY;
        let tail = Parameters::<S>::from_bytes(version, tail);
        let types = std::iter::repeat_n(parameter.type_id, MANY);
        let used = peak(|| tail.decode(types));
        let allowed = received * 8 + CONSTANT;
        let name = &parameter.name;
        assert!(
            used <= allowed,
            "{name}: {used} bytes for {received} received"
        );
        let mut lists = Vec::new();
        long_lists(&parameter.use_fields, 0, &[], &mut lists);
        for tail in lists {
            let received = tail.len();
            let tail = Parameters::<S>::from_bytes(version, tail);
            let used = peak(|| tail.decode(std::iter::once(parameter.type_id)));
            assert!(
                used <= received * 8 + CONSTANT,
                "{name}: {used} for {received} in a list"
            );
        }
    }
}

fn check_framing() {
    let vectors = golden::all().next().unwrap();
    let mut received = BytesMut::new();
    for good in &vectors.frames {
        received.extend_from_slice(&from_hex(&good.hex));
    }
    let taken = peak(|| {
        while RawFrame::take(&mut received, &DecodeOptions::default())
            .unwrap()
            .is_some()
        {}
    });
    assert!(received.is_empty());
    assert!(
        taken <= CONSTANT,
        "taking frames apart copies them: {taken} bytes"
    );
}

#[test]
fn memory_is_bounded_by_what_was_received() {
    // The counting works.
    assert!(peak(|| vec![0_u8; 1000]) >= 1000);
    check_vectors();
    check_packets();
    check_framing();
    for protocol in &PROTOCOLS {
        for set in values::model(protocol).parameter_sets {
            match set.name.as_str() {
                "OrderParams" => check_parameters::<game::OrderParams>(protocol.version, &set),
                "ObjectParams" => check_parameters::<game::ObjectParams>(protocol.version, &set),
                "CommandParams" => check_parameters::<admin::CommandParams>(protocol.version, &set),
                other => panic!("no check of {other}"),
            }
        }
    }
}
