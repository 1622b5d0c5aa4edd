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

/// A schema with a number of every type, and beside it an enumeration of the same type in which
/// -1 (where there is one) and 3 have names.
fn numbers() -> String {
    let mut fields = String::new();
    for r#type in ["signed", "unsigned", "semisigned"] {
        for size in [8, 32, 64] {
            let about = format!("type=\"{type}\" size=\"{size}\"");
            let name = format!("{type}{size}");
            let none = match r#type {
                "unsigned" => "",
                _ => "<value id=\"-1\" name=\"none\"/>",
            };
            fields += &format!(
                "<integer {about}><name>n{name}</name></integer>\
                 <enumeration {about} style=\"list\"><name>e{name}</name>\
                 <values>{none}<value id=\"3\" name=\"three\"/></values></enumeration>"
            );
        }
    }
    format!(
        "<protocol version=\"TP04\"><packet name=\"All\" id=\"1\"><direction>any</direction>\
         <structure>{fields}</structure></packet></protocol>"
    )
}

#[test]
fn numbers_are_never_unknown() {
    let source = Source::new("numbers.xml", numbers().into_bytes()).unwrap();
    let model = tp_codegen::compile(&source).unwrap();
    let Some(tshark) = Tshark::with(&tp_codegen::emit::wireshark(&[model])) else {
        return;
    };
    let values: [fn(u32) -> u64; 4] = [|_| u64::MAX, |_| 3, |_| 5, |bits| 1 << (bits - 1)];
    let frames = values.map(|value| {
        let numbers = [8, 32, 64].map(|bits| {
            let bytes = value(bits).to_be_bytes();
            bytes[bytes.len() - bits as usize / 8..].repeat(2)
        });
        let body = numbers.concat().repeat(3);
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&b"TP\x04\0\0\0\0\x01\0\0\0\x01"[..], &length, &body].concat()
    });
    let items = tshark.read(&[connection(&frames)]);
    let label = |item: &Item, name: &str| {
        let name = format!("tp.all.{name}");
        let field = item.fields.iter().find(|field| field.name == name);
        field.unwrap().label.clone()
    };
    // What stands behind the colon, of 8, 32 and 64 bits.
    let same = |shown: &'static str| [shown; 3];
    let least = ["-128", "-2147483648", "-9223372036854775808"];
    let high = ["128", "2147483648", "9223372036854775808"];
    let greatest = ["255", "4294967295", "18446744073709551615"];
    let none = ["-1", "-1", "-1 (18446744073709551615)"];
    // Of each value: as signed, unsigned and semisigned, and how many have no name.
    let wanted = [
        ([same("-1"), greatest, none], 3),
        ([same("3"); 3], 0),
        ([same("5"); 3], 9),
        ([least, high, high], 9),
    ];
    for (item, (wanted, unnamed)) in items.iter().zip(wanted) {
        for (r#type, wanted) in ["signed", "unsigned", "semisigned"].iter().zip(wanted) {
            for (size, wanted) in [8, 32, 64].iter().zip(wanted) {
                let name = format!("{type}{size}");
                assert_eq!(
                    label(item, &format!("n{name}")),
                    format!("n{name}: {wanted}")
                );
                let number = wanted.rsplit('(').next().unwrap().trim_end_matches(')');
                let named = match wanted {
                    "3" => "three",
                    _ if wanted.starts_with("-1 ") || wanted == "-1" => "none",
                    _ => "Unknown",
                };
                let wanted = format!("e{name}: {named} ({number})");
                assert_eq!(label(item, &format!("e{name}")), wanted);
            }
        }
        let found = item.messages.matches("has no name").count();
        assert_eq!(found, unnamed, "{item:?}");
    }
}
