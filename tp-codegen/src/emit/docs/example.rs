//! A frame to look at, byte for byte.
//!
//! Every number is 0 and every enumeration has its first value; a list has one entry; a string
//! holds its own name. Of parameters and descriptions there is one where the number in front of
//! them can choose it, and none where a description would have to be known.

use std::collections::BTreeMap;

use super::site::Entry;
use crate::family::Version;
use crate::model::{Field, FieldKind, HeaderForm, Integer, Packet, Parameter, Role};

/// Raw bytes of one field that are written out; of more, their number is told.
const WRITTEN_OUT: usize = 32;

/// Bytes that belong together.
pub(super) struct Piece {
    /// Offset in the body, or in the header.
    pub(super) at: usize,
    pub(super) bytes: Vec<u8>,
    /// The field, or what else they are.
    pub(super) what: String,
    /// What they say.
    pub(super) value: String,
}

/// A frame in pieces.
pub(super) struct Example {
    /// Empty where the protocol declares no header.
    pub(super) header: Vec<Piece>,
    pub(super) body: Vec<Piece>,
}

impl Example {
    /// The whole frame in hexadecimal, four bytes a word.
    pub(super) fn hex(&self) -> String {
        let pieces = self.header.iter().chain(&self.body);
        let bytes: Vec<u8> = pieces.flat_map(|piece| piece.bytes.clone()).collect();
        hex(&bytes, 4)
    }
}

/// Bytes in hexadecimal, a blank behind every `word` of them.
fn hex(bytes: &[u8], word: usize) -> String {
    let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let words: Vec<String> = bytes.chunks(word).map(digits).collect();
    words.join(" ")
}

impl Piece {
    /// The bytes for a table: not more of them than can be read.
    pub(super) fn shown(&self) -> String {
        if let [first, rest @ ..] = &*self.bytes
            && rest.len() >= WRITTEN_OUT
            && rest.iter().all(|one| one == first)
        {
            return format!("{first:02x} × {}", self.bytes.len());
        }
        hex(&self.bytes, 1)
    }
}

/// The example of a packet that travels.
pub(super) fn of(entry: &Entry<'_>, packet: &Packet) -> Option<Example> {
    let id = packet.id.filter(|_| packet.role == Role::Frame)?;
    let mut body = Writer::new(entry);
    body.fields(&packet.fields, "");
    let mut header = Writer::new(entry);
    header.header(&packet.name, id, body.at);
    Some(Example {
        header: header.pieces,
        body: body.pieces,
    })
}

struct Writer<'a> {
    entry: &'a Entry<'a>,
    pieces: Vec<Piece>,
    at: usize,
}

impl<'a> Writer<'a> {
    fn new(entry: &'a Entry<'a>) -> Self {
        Self {
            entry,
            pieces: Vec::new(),
            at: 0,
        }
    }

    /// The header in front of a body of `length` bytes, where the protocol declares one.
    fn header(&mut self, name: &str, id: u32, length: usize) {
        let model = self.entry.model;
        match model.header {
            HeaderForm::None => return,
            HeaderForm::Ascii => {
                let version = model.version.bytes().take(4).collect();
                self.push(version, "version", &*model.version);
            }
            HeaderForm::Binary => {
                let number = Version::of(model).number;
                let value = format!("“TP”, version {number}, frame version 0");
                self.push(vec![b'T', b'P', number, 0], "version", value);
            }
        }
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        for (what, number, value) in [
            ("sequence", 1, "1".to_owned()),
            ("type", id, format!("{id}, {name}")),
            ("length", length, format!("{length} bytes follow")),
        ] {
            self.push(number.to_be_bytes().to_vec(), what, value);
        }
    }

    fn push(&mut self, bytes: Vec<u8>, what: impl Into<String>, value: impl Into<String>) {
        let at = self.at;
        self.at = at.saturating_add(bytes.len());
        self.pieces.push(Piece {
            at,
            bytes,
            what: what.into(),
            value: value.into(),
        });
    }

    fn fields(&mut self, fields: &[Field], prefix: &str) {
        let chosen = self.chosen(fields);
        for field in fields {
            self.field(field, prefix, &chosen);
        }
    }

    /// The parameter type that a field of `fields` selects, by the name of that field.
    fn chosen<'f>(&self, fields: &'f [Field]) -> BTreeMap<&'f str, &'f str> {
        let mut chosen = BTreeMap::new();
        for field in fields {
            match &field.kind {
                FieldKind::Parameters(parameters) if parameters.typeframe.is_none() => {
                    chosen.insert(&*parameters.typefield, &*parameters.set);
                }
                FieldKind::Description { set, typefield, .. } => {
                    chosen.insert(&**typefield, &**set);
                }
                _ => {}
            }
        }
        chosen
    }

    /// The parameter that stands for all of a set.
    fn parameter(&self, set: &str) -> Option<&'a Parameter> {
        self.entry.set(set)?.parameters.first()
    }

    fn field(&mut self, field: &Field, prefix: &str, chosen: &BTreeMap<&str, &str>) {
        let path = format!("{prefix}{}", field.name);
        match &field.kind {
            FieldKind::Character { count } => {
                let count = usize::try_from(*count).unwrap_or(0);
                self.push(vec![0; count], path, "");
            }
            FieldKind::Integer { integer, .. } => {
                let set = chosen.get(&*field.name);
                match set.and_then(|set| self.parameter(set)) {
                    Some(one) => {
                        let value = format!("{}, {}", one.type_id, one.name);
                        let bytes = big_endian(i128::from(one.type_id), *integer);
                        self.push(bytes, path, value);
                    }
                    None => self.push(big_endian(0, *integer), path, "0"),
                }
            }
            FieldKind::Enumeration(enumeration) => {
                let first = enumeration.values.first();
                let id = first.map_or(0, |value| value.id);
                let name = first.map(|value| format!(", {}", value.name));
                let value = format!("{id}{}", name.unwrap_or_default());
                self.push(big_endian(id, enumeration.integer), path, value);
            }
            FieldKind::String { max, .. } => {
                let most = max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
                let words = field.name.chars().filter(char::is_ascii);
                let words: String = words.take(most).collect();
                let length = u32::try_from(words.len()).unwrap_or(0);
                let bytes = length.to_be_bytes().to_vec();
                self.push(bytes, format!("length of {path}"), length.to_string());
                self.push(words.as_bytes().to_vec(), path, format!("“{words}”"));
            }
            FieldKind::List { .. } => {
                self.push(vec![0, 0, 0, 1], format!("number of {path}"), "1");
                self.fields(field.kind.members(), &format!("{path}[]."));
            }
            FieldKind::Group(record) => self.fields(&record.fields, &format!("{path}.")),
            FieldKind::Parameters(parameters) => {
                if parameters.typeframe.is_none()
                    && let Some(one) = self.parameter(&parameters.set)
                {
                    self.fields(&one.use_fields, &format!("{path}."));
                }
            }
            FieldKind::Description { set, .. } => {
                if let Some(one) = self.parameter(set) {
                    self.fields(&one.desc_fields, &format!("{path}."));
                }
            }
        }
    }
}

/// The last bytes of a number, as many as the integer has.
fn big_endian(number: i128, integer: Integer) -> Vec<u8> {
    let width = usize::from(integer.bits.div_euclid(8));
    let bytes = number.to_be_bytes();
    let skipped = bytes.len().saturating_sub(width);
    bytes.into_iter().skip(skipped).collect()
}
