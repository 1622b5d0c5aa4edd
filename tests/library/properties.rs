//! What holds for every packet, whatever its values, padded or not: values are made up from the
//! schemas.
//!
//! The seed is fixed, so that a failure comes back; more cases: `PROPTEST_CASES`.

use bytes::BytesMut;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tp_codegen::model::{FieldKind, Packet};
use tp_frames::{DecodeError, DecodeErrorKind, DecodeLimits, DecodeOptions, RawFrame, Version};
use tp_tests::protocol::Decoded;
use tp_tests::{PROTOCOLS, Protocol, from_hex, golden, values};

/// Runs a property a fixed number of times with fixed values.
pub(crate) fn hold<T: std::fmt::Debug>(
    cases: u32,
    strategy: &BoxedStrategy<T>,
    property: impl Fn(T),
) {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let cases = match std::env::var_os("PROPTEST_CASES") {
        Some(_) => config.cases,
        None => cases,
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config { cases, ..config }, rng);
    let held = runner.run(strategy, |value| {
        property(value);
        Ok(())
    });
    if let Err(failure) = held {
        panic!("{failure}");
    }
}

/// Bodies with pads.
pub(crate) const PADDED: &[bool] = &[true];
const BOTH: &[bool] = &[false, true];

/// A body made of some values of a packet.
pub(crate) struct Made<'a> {
    protocol: &'static Protocol,
    packet: &'a Packet,
    /// The values.
    frame: &'a Value,
    pub(crate) body: &'a [u8],
    /// What decodes it.
    pub(crate) options: DecodeOptions,
}

impl Made<'_> {
    fn decode(&self, body: &[u8], options: &DecodeOptions) -> Result<Decoded, DecodeError> {
        (self.protocol.decode)(self.packet.id.unwrap(), body, options)
    }

    fn check(&self, body: &[u8], options: &DecodeOptions) -> Result<usize, DecodeError> {
        (self.protocol.check)(self.packet.id.unwrap(), body, options)
    }

    /// Whether a body is read as an owned frame, and as a view if there is one.
    pub(crate) fn is_read(&self, body: &[u8], options: &DecodeOptions) -> (bool, Option<bool>) {
        let id = self.packet.id.unwrap();
        let owned = (self.protocol.decode_owned)(id, body, options);
        let viewed = (self.protocol.look)(id, body, options);
        (owned.is_ok(), viewed.map(|viewed| viewed.is_ok()))
    }

    fn has_parameters(&self) -> bool {
        let last = self.packet.fields.last().map(|field| &field.kind);
        matches!(last, Some(FieldKind::Parameters(_)))
    }

    fn is_open_ended(&self) -> bool {
        self.has_parameters() || self.packet.fields.iter().any(|field| field.optional)
    }
}

/// A property of every packet, with pads or without.
pub(crate) fn every_packet(
    cases: u32,
    forms: &[bool],
    strategy: impl Fn(Version, &Packet) -> BoxedStrategy<Value>,
    property: impl Fn(&Made<'_>),
) {
    for protocol in &PROTOCOLS {
        let model = values::model(protocol);
        let packets = values::frames(&model);
        for (packet, padded) in packets.flat_map(|it| forms.iter().map(move |form| (it, *form))) {
            hold(cases, &strategy(protocol.version, packet), |mut fields| {
                let mut encode = protocol.encode;
                if padded {
                    come_padded(packet, &mut fields);
                    encode = protocol.encode_padded;
                }
                let frame = json!({ "name": packet.name, "fields": fields });
                let bytes = encode(&frame, 1).unwrap();
                let (header, body) = bytes.split_at(16);
                let length = u32::from_be_bytes(header[12..].try_into().unwrap());
                assert_eq!(length as usize, body.len(), "the header counts pads");
                let options = DecodeOptions::new().padded(padded);
                property(&Made {
                    protocol,
                    packet,
                    frame: &frame,
                    body,
                    options,
                });
            });
        }
    }
}

/// The bytes of parameters as if they had come padded.
fn come_padded(packet: &Packet, fields: &mut Value) {
    for field in &packet.fields {
        if let FieldKind::Parameters(_) = field.kind
            && let Some(Value::String(hex)) = fields.get_mut(&field.name)
        {
            *hex = hex.replace(':', " padded:");
        }
    }
}

#[test]
fn what_is_encoded_decodes_to_the_same() {
    every_packet(48, BOTH, values::packet, |it| {
        let whole = it.body.len().is_multiple_of(4);
        assert!(!it.options.padded || it.has_parameters() || whole);
        // `decode` compares view and owned frame as well, and encodes again; that `encoded_len` is
        // exact is asserted whenever a packet is encoded.
        for options in [it.options, it.options.strict(true)] {
            let decoded = it.decode(it.body, &options).unwrap();
            assert_eq!(&decoded.frame, it.frame);
            assert!(decoded.trailing.is_empty());
            assert_ne!(it.is_read(it.body, &options), (true, Some(false)));
        }
    });
}

#[test]
fn bytes_behind_the_last_field_are_handed_out_or_refused() {
    every_packet(8, BOTH, values::whole_packet, |it| {
        if it.has_parameters() {
            return;
        }
        let longer = [it.body, &[0, 0xff, 7]].concat();
        let decoded = it.decode(&longer, &it.options).unwrap();
        assert_eq!(&decoded.frame, it.frame);
        assert_eq!(decoded.trailing, [0, 0xff, 7]);
        let error = it.check(&longer, &it.options.strict(true)).unwrap_err();
        assert_eq!(error.kind(), DecodeErrorKind::Trailing);
        assert_eq!((error.offset(), error.got()), (it.body.len(), 3));
    });
}

#[test]
fn a_body_cut_short_is_an_error_or_a_shorter_value() {
    every_packet(6, BOTH, values::packet, |it| {
        for (cut, strict) in (0..it.body.len()).flat_map(|cut| [(cut, false), (cut, true)]) {
            // `check` panics where the shorter value does not encode to the shorter body.
            match it.check(&it.body[..cut], &it.options.strict(strict)) {
                Err(error) => {
                    let kinds = [DecodeErrorKind::Truncated, DecodeErrorKind::Count];
                    assert!(kinds.contains(&error.kind()), "{error}");
                    // A list's records are named after the packet that declares them.
                    let declared = it.packet.fields.iter().map(|field| &field.declared_in);
                    let mut names = declared.chain([&it.packet.name]);
                    assert!(names.any(|name| name == error.packet()), "{error}");
                    assert!(!error.field().is_empty(), "{error}");
                    assert_eq!(error.offset() + error.got(), cut, "{error}");
                    assert!(error.wanted() > error.got(), "{error}");
                }
                Ok(trailing) => {
                    assert!(it.is_open_ended(), "{} cut at {cut} decodes", it.frame);
                    assert!(!strict || trailing == 0);
                }
            }
        }
    });
}

#[test]
fn no_changed_byte_makes_it_panic() {
    let change = |version: Version, packet: &Packet| {
        (values::packet(version, packet), 1_u8..).prop_map(|(fields, mask)| json!([fields, mask]))
    };
    for protocol in &PROTOCOLS {
        let model = values::model(protocol);
        for packet in values::frames(&model) {
            hold(6, &change(protocol.version, packet).boxed(), |both| {
                let mask = u8::try_from(both[1].as_u64().unwrap()).unwrap();
                let frame = json!({ "name": packet.name, "fields": both[0] });
                let mut body = (protocol.encode)(&frame, 1).unwrap().split_off(16);
                for at in 0..body.len() {
                    body[at] ^= mask;
                    for strict in [false, true] {
                        // Whatever comes out encodes to what went in: `check` sees to it.
                        let options = DecodeOptions::new().strict(strict);
                        let _ = (protocol.check)(packet.id.unwrap(), &body, &options);
                    }
                    body[at] ^= mask;
                }
            });
        }
    }
}

#[test]
fn no_bytes_at_all_make_it_panic() {
    let garbage = proptest::collection::vec(prop_oneof![Just(0), 0_u8..4, any::<u8>()], 0..120);
    for protocol in &PROTOCOLS {
        for packet in protocol.packets() {
            hold(48, &garbage.clone().boxed(), |body| {
                let _ = (protocol.check)(packet.r#type, &body, &DecodeOptions::default());
                let _ = (protocol.look)(packet.r#type, &body, &DecodeOptions::default());
            });
        }
    }
}

/// The longest string and list anywhere in a value, counted in bytes and entries.
fn longest(value: &Value, schema: &FieldKind) -> (usize, usize) {
    use tp_codegen::model::{Field, Item};
    let both = |a: (usize, usize), b: (usize, usize)| (a.0.max(b.0), a.1.max(b.1));
    let of_fields = |value: &Value, fields: &[Field]| {
        let each = fields.iter().filter_map(|field| {
            let value = value.get(&field.name)?;
            Some(longest(value, &field.kind))
        });
        each.fold((0, 0), both)
    };
    match schema {
        FieldKind::String { .. } => {
            let length = match value {
                Value::String(text) => text.len(),
                odd => odd["hex"].as_str().unwrap().len() / 2,
            };
            (length, 0)
        }
        FieldKind::List { item, .. } => {
            let entries = value.as_array().unwrap();
            let each = entries.iter().map(|entry| match item {
                Item::Field(field) => longest(entry, &field.kind),
                Item::Record(record) => of_fields(entry, &record.fields),
            });
            each.fold((0, entries.len()), both)
        }
        FieldKind::Group(record) => of_fields(value, &record.fields),
        _ => (0, 0),
    }
}

#[test]
fn limits_hold_exactly() {
    every_packet(12, BOTH, values::packet, |it| {
        let values = &it.frame["fields"];
        let fields = it.packet.fields.iter().filter_map(|field| {
            let value = values.get(&field.name)?;
            Some(longest(value, &field.kind))
        });
        let (string, list) = fields.fold((0, 0), |all, one| (all.0.max(one.0), all.1.max(one.1)));
        let limits = |set: &dyn Fn(&mut DecodeLimits)| {
            let mut limits = DecodeLimits::default();
            set(&mut limits);
            it.options.limits(limits)
        };
        let kind = |set: &dyn Fn(&mut DecodeLimits)| {
            it.check(it.body, &limits(set))
                .map_err(|error| error.kind())
        };
        assert_eq!(kind(&|limits| limits.string = string), Ok(0));
        assert_eq!(kind(&|limits| limits.list = list), Ok(0));
        assert_eq!(kind(&|limits| limits.frame = it.body.len()), Ok(0));
        if string > 0 {
            let less = kind(&|limits| limits.string = string - 1);
            assert_eq!(less, Err(DecodeErrorKind::StringLimit));
        }
        if list > 0 {
            let less = kind(&|limits| limits.list = list - 1);
            assert_eq!(less, Err(DecodeErrorKind::ListLimit));
        }
        if !it.body.is_empty() {
            let less = kind(&|limits| limits.frame = it.body.len() - 1);
            assert_eq!(less, Err(DecodeErrorKind::FrameLimit));
        }
        let parameters = it.packet.fields.iter().any(|field| {
            let value = values[&field.name].as_str();
            matches!(field.kind, FieldKind::Parameters(_))
                && value.is_some_and(|bytes| !bytes.ends_with(':'))
        });
        let wanted = match string > 0 || list > 0 || parameters {
            true => Err(DecodeErrorKind::MemoryLimit),
            false => Ok(0),
        };
        assert_eq!(kind(&|limits| limits.memory = 0), wanted);
        // A view takes no memory, so no bound on it stops a view.
        let (_, viewed) = it.is_read(it.body, &limits(&|limits| limits.memory = 0));
        assert_ne!(viewed, Some(false));
    });
}

#[test]
fn a_stream_of_frames_comes_apart_the_same_in_any_pieces() {
    for protocol in &PROTOCOLS {
        let mut vectors = golden::all();
        let vectors = vectors.find(|all| all.protocol == protocol.name).unwrap();
        let frames = vectors.frames.iter().map(|good| from_hex(&good.hex));
        let frames: Vec<Vec<u8>> = frames.collect();
        let some = proptest::collection::vec(proptest::sample::select(frames), 1..6);
        let pieces = proptest::collection::vec(1_usize..80, 1..40);
        hold(256, &(some, pieces).boxed(), |(frames, pieces)| {
            let mut rest = &frames.concat()[..];
            let mut sizes = pieces.iter().cycle();
            let mut received = BytesMut::new();
            let mut taken = Vec::new();
            while !rest.is_empty() {
                let (piece, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
                rest = after;
                received.extend_from_slice(piece);
                while let Some(raw) =
                    RawFrame::take(&mut received, &DecodeOptions::default()).unwrap()
                {
                    let mut again = BytesMut::new();
                    raw.encode(&mut again);
                    taken.push(again.to_vec());
                }
                // A frame is taken as soon as it is whole.
                let whole = received.len() < 16 || {
                    let length = u32::from_be_bytes(received[12..16].try_into().unwrap());
                    received.len() - 16 < length as usize
                };
                assert!(whole, "a whole frame is left in the buffer");
            }
            assert_eq!(taken, frames);
            assert!(received.is_empty());
        });
    }
}

#[test]
fn parameters_of_one_shape_decode_to_the_same() {
    for protocol in &PROTOCOLS {
        for set in &values::model(protocol).parameter_sets {
            let optional = set.parameters.iter().flat_map(|one| &one.use_fields);
            let shapes: &[bool] = match optional.clone().any(|field| field.optional) {
                true => &[true, false],
                false => &[true],
            };
            for with in shapes.iter().copied() {
                let values = values::parameters(protocol.version, set, with);
                hold(300, &values, |parameters| {
                    let (types, wanted): (Vec<u32>, Vec<Value>) = parameters.into_iter().unzip();
                    let tail = (protocol.parameters_tail)(&set.name, &wanted).unwrap();
                    let got = (protocol.parameters)(&set.name, &types, &tail).unwrap();
                    assert_eq!(got["leftover"], "");
                    assert_eq!(got["stopped"], Value::Null);
                    let got = got["values"].as_array().unwrap();
                    let again = (protocol.parameters_tail)(&set.name, got).unwrap();
                    assert_eq!(again, tail);
                    // Without its optional fields a tail may happen to fit with them, too, and
                    // nobody can tell; with them it has one meaning.
                    assert!(got == &wanted || !with);
                });
            }
        }
    }
}

#[test]
fn parameters_never_lose_a_byte() {
    let tail = proptest::collection::vec(prop_oneof![Just(0), 0_u8..3, any::<u8>()], 0..80);
    let types = proptest::collection::vec(0_u32..14, 0..6);
    for protocol in &PROTOCOLS {
        for set in &values::model(protocol).parameter_sets {
            hold(
                2000,
                &(tail.clone(), types.clone()).boxed(),
                |(tail, types)| {
                    let got = (protocol.parameters)(&set.name, &types, &tail).unwrap();
                    let values = got["values"].as_array().unwrap();
                    let mut again = (protocol.parameters_tail)(&set.name, values).unwrap();
                    again.extend(from_hex(got["leftover"].as_str().unwrap()));
                    assert_eq!(again, tail);
                    assert_eq!(got["stopped"] == Value::Null, values.len() == types.len());
                },
            );
        }
    }
}

/// Two crates that cannot depend on each other have the same table of what nobody sees.
#[test]
fn a_schema_holds_nothing_that_is_escaped_where_it_is_shown() {
    for character in '\0'..=char::MAX {
        let text = character.to_string();
        let is_escaped = tp_frames::printable(&text).to_string() != text;
        // What spells words in some scripts is escaped only where it spells nothing.
        let is_spelling = matches!(
            character,
            '\u{200c}'..='\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}'
        );
        let is_hidden = tp_codegen::visible(&text) != text;
        assert_eq!(
            is_hidden,
            is_escaped && !is_spelling,
            "{}",
            character.escape_unicode()
        );
    }
}
