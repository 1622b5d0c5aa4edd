//! Vectors of whole frames: good ones, bad ones with the error they must give, and what is none.

use serde::Serialize;

use super::Options;
use super::decode::{DecodeError, ErrorKind, LONGEST, Limits, decode};
use super::encode::{EncodeError, Encoder};
use super::recipe::{Kind, Recipe};
use super::value::{Value, hex};
use crate::model::{Direction, Field, FieldKind, HeaderForm, Item, Model, Packet};

/// What a schema says about a packet, but for its fields.
#[derive(Serialize)]
pub(super) struct Facts<'a> {
    name: &'a str,
    r#type: u32,
    direction: Direction,
    least: u64,
}

/// A frame that decodes.
#[derive(Serialize)]
pub(super) struct Good<'a> {
    about: String,
    hex: String,
    sequence: u32,
    frame: Decoded<'a>,
    #[serde(skip_serializing_if = "String::is_empty")]
    trailing: String,
}

#[derive(Serialize)]
struct Decoded<'a> {
    name: &'a str,
    fields: Value,
}

/// A frame that does not.
#[derive(Serialize)]
pub(super) struct Bad {
    about: String,
    hex: String,
    error: DecodeError,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    strict: bool,
    #[serde(skip_serializing_if = "is_default")]
    limits: Limits,
}

fn is_default(limits: &Limits) -> bool {
    *limits == Limits::default()
}

/// Bytes that are no whole frame, or none at all.
#[derive(Serialize)]
pub(super) struct Framing {
    about: &'static str,
    hex: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Result(&'static str),
    Error(NoFrame),
}

#[derive(Serialize)]
#[serde(tag = "kind")]
enum NoFrame {
    NotTp,
    TooLong { length: u32, allowed: u32 },
}

/// Bytes 0 to 3 of every frame.
fn magic(model: &Model) -> Vec<u8> {
    match model.header {
        HeaderForm::Ascii => model.version.as_bytes().to_vec(),
        HeaderForm::Binary | HeaderForm::None => {
            let digits = model
                .version
                .trim_start_matches(|c: char| !c.is_ascii_digit());
            vec![b'T', b'P', digits.parse().unwrap_or_default(), 0]
        }
    }
}

/// A whole frame.
pub(super) fn frame(model: &Model, r#type: u32, sequence: u32, body: &[u8]) -> String {
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX);
    let mut bytes = magic(model);
    for number in [sequence, r#type, length] {
        bytes.extend(number.to_be_bytes());
    }
    bytes.extend(body);
    hex(&bytes)
}

/// The packets that travel, with their types.
pub(super) fn packets(model: &Model) -> impl Iterator<Item = (&Packet, u32)> {
    model
        .packets
        .iter()
        .filter_map(|packet| Some((packet, packet.id?)))
}

pub(super) fn facts(model: &Model) -> Vec<Facts<'_>> {
    packets(model)
        .map(|(packet, id)| Facts {
            name: &packet.name,
            r#type: id,
            direction: packet.direction,
            least: packet.size.min,
        })
        .collect()
}

/// A vector of these bytes, if they decode.
fn case<'a>(
    model: &Model,
    (packet, id): (&'a Packet, u32),
    about: String,
    sequence: u32,
    body: &[u8],
) -> Option<Good<'a>> {
    let limits = Limits::default();
    let decoded = decode(model, &packet.name, &packet.fields, body, false, limits);
    let (fields, trailing) = decoded.ok()?;
    Some(Good {
        about,
        hex: frame(model, id, sequence, body),
        sequence,
        frame: Decoded {
            name: &packet.name,
            fields,
        },
        trailing: hex(trailing),
    })
}

pub(super) fn good<'a>(model: &'a Model, options: Options) -> Result<Vec<Good<'a>>, EncodeError> {
    let mut all = Vec::new();
    for (packet, id) in packets(model) {
        let recipe = |kind, name: &str| {
            let name = format!("{}/{kind:?}/{name}", packet.name);
            Recipe::new(model, kind, options.seed, &name)
        };
        let body = |values: &Value| Ok(Encoder::encode(model, &packet.fields, values)?.bytes);
        let mut kinds = vec![Kind::Least];
        if !packet.fields.is_empty() {
            kinds.extend([Kind::Most, Kind::Odd]);
            kinds.extend((0..options.count).map(|_| Kind::Random));
        }
        for (index, kind) in kinds.into_iter().enumerate() {
            let mut recipe = recipe(kind, &index.to_string());
            let values = recipe.values(&packet.fields, kind.optional());
            let about = kind.about().to_owned();
            let bytes = body(&values)?;
            all.extend(case(model, (packet, id), about, recipe.sequence(), &bytes));
        }
        if has_parameters(packet) {
            continue;
        }
        let mut recipe = recipe(Kind::Random, "trailing");
        let mut bytes = body(&recipe.values(&packet.fields, usize::MAX))?;
        bytes.extend([0, 1, 0xFF]);
        let about = "bytes behind the last field".to_owned();
        all.extend(case(model, (packet, id), about, recipe.sequence(), &bytes));
        let optional = packet.fields.iter().filter(|field| field.optional);
        if optional.clone().count() > 1 {
            // The first absent field ends the packet, even if a later one would fit.
            let mut bytes = body(&recipe.values(&packet.fields, 0))?;
            bytes.extend([0xFF; 8]);
            let about = "nothing is read behind an absent field".to_owned();
            all.extend(case(model, (packet, id), about, recipe.sequence(), &bytes));
        }
        for (count, absent) in optional.enumerate() {
            let mut bytes = body(&recipe.values(&packet.fields, count))?;
            // Too few bytes for the field, so they are trailing bytes and the field is absent.
            bytes.extend(too_few(absent));
            let about = format!("{} cut short counts as absent", absent.name);
            all.extend(case(model, (packet, id), about, recipe.sequence(), &bytes));
        }
    }
    all.extend(unknown(model));
    Ok(all)
}

fn has_parameters(packet: &Packet) -> bool {
    let parameters = |field: &Field| matches!(field.kind, FieldKind::Parameters(_));
    packet.fields.iter().any(parameters)
}

fn too_few(field: &Field) -> Vec<u8> {
    let least = usize::try_from(field.size.min).unwrap_or_default();
    match field.kind {
        FieldKind::String { .. } | FieldKind::List { .. } => b"\0\0\0\x05abc".to_vec(),
        _ => vec![1; least.saturating_sub(1)],
    }
}

/// A type that no packet has.
fn unknown_type(model: &Model) -> Option<u32> {
    packets(model).map(|(_, id)| id).max()?.checked_add(1)
}

fn unknown(model: &Model) -> Vec<Good<'_>> {
    let types = [unknown_type(model), Some(u32::MAX)].into_iter().flatten();
    let bodies: [&[u8]; 2] = [&[], &[0, 1, 2, 0xFF]];
    types
        .filter(|id| packets(model).all(|(_, known)| known != *id))
        .flat_map(|id| bodies.map(|body| (id, body)))
        .map(|(id, body)| Good {
            about: "a frame type nobody knows".to_owned(),
            hex: frame(model, id, 7, body),
            sequence: 7,
            frame: Decoded {
                name: "Unknown",
                fields: Value::Record(vec![
                    ("type".to_owned(), Value::Integer(id.into())),
                    ("body".to_owned(), Value::Bytes(body.to_vec())),
                ]),
            },
            trailing: String::new(),
        })
        .collect()
}

/// Collects bodies of one packet that must not decode.
struct Refused<'a> {
    model: &'a Model,
    packet: &'a Packet,
    id: u32,
    all: Vec<Bad>,
}

impl Refused<'_> {
    /// Adds a vector, unless these bytes happen to be fine.
    fn add(&mut self, about: String, body: &[u8], strict: bool, limits: Limits) {
        let Packet { name, fields, .. } = self.packet;
        if let Err(error) = decode(self.model, name, fields, body, strict, limits) {
            self.all.push(Bad {
                about,
                hex: frame(self.model, self.id, 1, body),
                error,
                strict,
                limits,
            });
        }
    }
}

pub(super) fn bad(model: &Model, options: Options) -> Result<Vec<Bad>, EncodeError> {
    let none = Limits::default();
    let mut all = Vec::new();
    for (packet, id) in packets(model) {
        let name = format!("{}/bad", packet.name);
        let values = Recipe::new(model, Kind::Random, options.seed, &name)
            .values(&packet.fields, usize::MAX);
        let encoded = Encoder::encode(model, &packet.fields, &values)?;
        let body = &*encoded.bytes;
        let up_to = |end: usize| body.get(..end).unwrap_or(body);
        let mut refused = Refused {
            model,
            packet,
            id,
            all: Vec::new(),
        };
        let mut start = 0;
        for (field, end) in &encoded.ends {
            if *end == start {
                continue;
            }
            if start == 0 {
                refused.add(format!("ends before {}", field.name), &[], false, none);
            }
            let cut = up_to(end.saturating_sub(1));
            refused.add(format!("ends inside {}", field.name), cut, false, none);
            if field.optional {
                // In strict decoding an optional field cut short is an error as well.
                refused.add(
                    format!("ends inside {}, strict", field.name),
                    cut,
                    true,
                    none,
                );
            }
            start = *end;
        }
        // Lies are believed only as far as there are bytes.
        for (path, at) in &encoded.counts {
            let behind = at.saturating_add(4);
            let left = u32::try_from(body.len().saturating_sub(behind)).unwrap_or(u32::MAX);
            for lie in [u32::MAX, left.saturating_add(1)] {
                let rest = body.get(behind..).unwrap_or_default();
                let bytes = [up_to(*at), &lie.to_be_bytes(), rest].concat();
                let about = format!("{path} claims {lie} with {left} bytes left");
                refused.add(about, &bytes, false, none);
            }
        }
        let more = [body, &[0]].concat();
        refused.add(
            "bytes behind the last field, strict".to_owned(),
            &more,
            true,
            none,
        );
        limited(&mut refused, body);
        all.append(&mut refused.all);
    }
    if let Some(id) = unknown_type(model) {
        all.push(Bad {
            about: "a frame type nobody knows, larger than allowed".to_owned(),
            hex: frame(model, id, 1, b"abcde"),
            error: DecodeError {
                kind: ErrorKind::FrameLimit,
                packet: "Unknown".to_owned(),
                field: String::new(),
                offset: 0,
                wanted: 5,
                got: 4,
            },
            strict: false,
            limits: Limits {
                frame: Some(4),
                ..none
            },
        });
    }
    Ok(all)
}

fn limited(refused: &mut Refused<'_>, body: &[u8]) {
    let none = Limits::default();
    if let Some(less) = body.len().checked_sub(1) {
        let frame = u32::try_from(less).ok();
        refused.add(
            "larger than allowed".to_owned(),
            body,
            false,
            Limits { frame, ..none },
        );
    }
    let mut has = (false, false);
    look(&refused.packet.fields, &mut has);
    if has.0 {
        let string = Some(0);
        let about = "a string longer than allowed".to_owned();
        refused.add(about, body, false, Limits { string, ..none });
    }
    if has.1 {
        let list = Some(2);
        let about = "a list longer than allowed".to_owned();
        refused.add(about, body, false, Limits { list, ..none });
    }
}

/// Whether strings and lists are among the fields.
fn look(fields: &[Field], has: &mut (bool, bool)) {
    for field in fields {
        match &field.kind {
            FieldKind::String { .. } => has.0 = true,
            FieldKind::List { item, .. } => {
                has.1 = true;
                match item {
                    Item::Field(field) => look(std::slice::from_ref(field), has),
                    Item::Record(record) => look(&record.fields, has),
                }
            }
            FieldKind::Group(record) => look(&record.fields, has),
            _ => {}
        }
    }
}

pub(super) fn framing(model: &Model) -> Vec<Framing> {
    let start = hex(&magic(model));
    let header = |length: u32| format!("{start}0000000100000000{length:08x}");
    let incomplete = |about, hex| Framing {
        about,
        hex,
        outcome: Outcome::Result("incomplete"),
    };
    let mut all = vec![
        incomplete("nothing yet", String::new()),
        incomplete("a header but for its last byte", header(0)[..30].to_owned()),
        incomplete("a body but for its last byte", header(4) + "000000"),
        incomplete("the largest body allowed is waited for", header(LONGEST)),
    ];
    for length in [LONGEST.saturating_add(1), u32::MAX] {
        all.push(Framing {
            about: "a body larger than 1 MiB is not waited for",
            hex: header(length),
            outcome: Outcome::Error(NoFrame::TooLong {
                length,
                allowed: LONGEST,
            }),
        });
    }
    let others: [&[u8]; 5] = [
        b"You are not running a Thousand Parsec client",
        b"HTTP/1.1 200 OK\r\n",
        b"\x16\x03\x01\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"TQ03\0\0\0\0\0\0\0\0\0\0\0\0",
        b"tp03\0\0\0\0\0\0\0\0\0\0\0\0",
    ];
    all.extend(others.map(|bytes| Framing {
        about: "another protocol",
        hex: hex(bytes),
        outcome: Outcome::Error(NoFrame::NotTp),
    }));
    all
}
