//! A schema with every construct in its oddest form: no construct is accepted that the dissector
//! cannot read.

use std::collections::BTreeSet;

use bytes::BytesMut;
use tp_codegen::Source;
use tp_codegen::model::{Field, FieldKind, Model};
use tp_dialect_tests::dialect::{Direct, Frame, LowerCase, VERSION};
use tp_dialect_tests::samples;
use tp_frames::{AnyFrame as _, DecodeErrorKind, DecodeOptions, Parameters};
use tp_tests::values::frames;

use super::pcap::Connection;
use super::traffic::Said;
use super::tshark::{Item, Tshark};

fn model() -> Model {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/dialect/dialect.xml");
    let source = Source::new("dialect.xml", std::fs::read(path).unwrap()).unwrap();
    tp_codegen::compile(&source).unwrap()
}

/// A frame of every packet with fields. `Uses` follows what describes it.
fn samples() -> Vec<Frame> {
    vec![
        Frame::Lone(samples::lone()),
        Frame::Derived(samples::derived()),
        Frame::Maybe(samples::maybe()),
        Frame::LowerCase(LowerCase::default()),
        Frame::Direct(Direct {
            what: 3,
            r#type: Parameters::from_bytes(VERSION, vec![1, 2]),
        }),
        Frame::Desc(samples::desc()),
        Frame::Uses(samples::uses()),
    ]
}

fn whole(frame: &Frame) -> Vec<u8> {
    let mut out = BytesMut::new();
    frame.encode_frame(VERSION, 1, &mut out).unwrap();
    out.to_vec()
}

fn connection(frames: &[Vec<u8>]) -> Connection {
    let frames: Vec<_> = frames.iter().map(|bytes| Said::to_client(bytes)).collect();
    Connection::carrying(6923, &frames)
}

/// The filters of fields that take bytes.
fn names(above: &str, fields: &[Field], into: &mut BTreeSet<String>) {
    for field in fields
        .iter()
        .filter(|field| !(field.size.fixed && field.size.min == 0))
    {
        let path = format!("{above}.{}", field.name);
        names(&path, field.kind.members(), into);
        // What a description holds is named after its set.
        if !matches!(field.kind, FieldKind::Description { .. }) {
            into.insert(path.to_ascii_lowercase());
        }
    }
}

#[test]
fn every_construct_is_read() {
    let model = model();
    let mut wanted = BTreeSet::new();
    for packet in frames(&model) {
        for field in &packet.fields {
            let above = format!("tp.{}", field.declared_in);
            names(&above, std::slice::from_ref(field), &mut wanted);
        }
    }
    for set in &model.parameter_sets {
        for parameter in &set.parameters {
            let above = format!("tp.{}.{}", set.name, parameter.variant);
            names(&above, &parameter.use_fields, &mut wanted);
            let above = format!("{above}.description");
            names(&above, &parameter.desc_fields, &mut wanted);
        }
    }
    let Some(tshark) = Tshark::with(&tp_codegen::emit::wireshark(&[model])) else {
        return;
    };
    let sent: Vec<_> = samples().iter().map(whole).collect();
    let items = tshark.read(&[connection(&sent)]);
    assert_eq!(items.len(), sent.len());
    for item in &items {
        let bad = ["truncated", "count", "limit", "trailing", "undescribed"];
        let marked = bad.iter().any(|mark| item.is_marked(mark));
        assert!(!marked, "{item:?}");
    }
    let shown = items.iter().flat_map(Item::body);
    let shown: BTreeSet<_> = shown.map(|field| field.name.clone()).collect();
    let missing: Vec<_> = wanted.difference(&shown).collect();
    assert!(missing.is_empty(), "{missing:?} in {shown:?}");
}

#[test]
fn what_the_bindings_refuse_is_marked() {
    let Some(tshark) = Tshark::with(&tp_codegen::emit::wireshark(&[model()])) else {
        return;
    };
    let mut connections = Vec::new();
    let mut wanted = Vec::new();
    for bytes in samples().iter().map(whole) {
        let [header, body] = [&bytes[..16], &bytes[16..]];
        let number = u32::from_be_bytes(header[8..12].try_into().unwrap());
        let bad = (0..body.len()).flat_map(|at| {
            let mut greater = body.to_vec();
            greater[at] = greater[at].saturating_add(5);
            [body[..at].to_vec(), greater]
        });
        for body in bad {
            let decoded = Frame::decode_body(VERSION, number, &body, &DecodeOptions::default());
            let Err(error) = decoded else {
                continue;
            };
            wanted.push(match error.kind() {
                DecodeErrorKind::Truncated => "truncated",
                DecodeErrorKind::Count => "count",
                DecodeErrorKind::StringLimit | DecodeErrorKind::ListLimit => "limit",
                other => panic!("{other:?}"),
            });
            let length = u32::try_from(body.len()).unwrap().to_be_bytes();
            let frame = [&header[..12], &length, &body].concat();
            connections.push(connection(&[frame]));
        }
    }
    let marks: BTreeSet<_> = wanted.iter().collect();
    assert_eq!(marks.len(), 3);
    let items = tshark.read(&connections);
    assert_eq!(items.len(), wanted.len());
    for item in &items {
        let mark = wanted[item.stream];
        assert!(item.is_marked(mark), "{mark}: {item:?}");
    }
}
