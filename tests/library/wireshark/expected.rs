//! What the dissector must show, in the words of tshark: the values are those that tp-frames
//! decodes, the names follow from the schema.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bytes::BytesMut;
use serde_json::Value;
use tp_codegen::model::{Enumeration, Field, FieldKind, Item as Entry, Model, Sign, Style};
use tp_frames::{DecodeOptions, RawFrame};
use tp_tests::values::{frames, may_be_none, model};
use tp_tests::{PROTOCOLS, Protocol, from_hex, to_hex};

use super::tshark::Item;

/// The schema of a protocol, under the names of JSON.
pub(crate) fn model_of(protocol: &Protocol) -> &'static Model {
    static MODELS: LazyLock<BTreeMap<&str, Model>> =
        LazyLock::new(|| PROTOCOLS.iter().map(|it| (it.name, model(it))).collect());
    &MODELS[protocol.name]
}

/// The field of a later protocol that is of another shape than in an earlier one.
const OTHER_SHAPE: (&str, &str) = ("tp03", "tp.design.id");

/// A field that must be shown.
#[derive(Debug, Clone)]
pub(crate) struct Want {
    pub(crate) name: String,
    /// Its value; nothing for text that is none.
    show: Option<String>,
    /// A word in its line.
    word: Option<String>,
    /// Its bytes.
    value: Option<String>,
}

/// A frame that must be shown.
#[derive(Debug, Clone, Default)]
pub(crate) struct WantedFrame {
    /// Name of the packet.
    pub(crate) packet: String,
    pub(crate) fields: Vec<Want>,
    /// Whether more fields may follow, of a parameter that could not be read to its end.
    pub(crate) open: bool,
    /// Bytes behind the last field.
    trailing: Vec<u8>,
    /// Whether a number in it has no name.
    unnamed: bool,
}

impl WantedFrame {
    /// Compares with what was shown.
    pub(crate) fn check(&self, item: &Item) {
        let about = format!("{} as packet {}: {}", self.packet, item.packet, item.title);
        let bytes = item.body().map(|field| (&*field.name, &*field.value));
        self.check_bytes(&about, bytes);
        for (want, got) in self.fields.iter().zip(item.body()) {
            if let Some(show) = &want.show {
                assert_eq!(&got.show, show, "{about}: {}", got.name);
            }
            if let Some(word) = &want.word {
                assert!(got.label.contains(word), "{about}: {word} in {got:?}");
            }
        }
        let trailing = item.fields.iter().find(|field| field.name == "tp.trailing");
        assert_eq!(
            trailing.map_or("", |field| &field.value),
            to_hex(&self.trailing),
            "{about}"
        );
        if !self.open {
            let marked = |name| item.is_marked(name);
            assert_eq!(marked("trailing"), !self.trailing.is_empty(), "{about}");
            assert_eq!(marked("unknown_value"), self.unnamed, "{about}");
            assert!(!marked("truncated") && !marked("count"), "{about}");
        }
    }

    /// Compares with the names and bytes of the fields that were shown.
    pub(crate) fn check_bytes<'s>(
        &self,
        about: &str,
        shown: impl Iterator<Item = (&'s str, &'s str)>,
    ) {
        let shown: Vec<_> = shown.collect();
        for (index, want) in self.fields.iter().enumerate() {
            let Some((name, value)) = shown.get(index) else {
                panic!("{about}: {want:?} is not shown");
            };
            assert_eq!(*name, want.name, "{about}: {shown:#?}");
            if let Some(wanted) = &want.value {
                assert_eq!(value, wanted, "{about}: bytes of {name}");
            }
        }
        if !self.open {
            let more = shown.get(self.fields.len());
            assert_eq!(more, None, "{about}: nothing more is there");
        }
    }
}

/// Follows one connection: descriptions that came make later parameters readable.
pub(crate) struct Follower {
    pub(crate) protocol: &'static Protocol,
    model: &'static Model,
    descriptions: Descriptions,
    /// The first ones, of frames that stand in front of them.
    first: Descriptions,
}

type Descriptions = BTreeMap<(&'static str, u32), RawFrame>;

impl Follower {
    pub(crate) fn new(protocol: &'static Protocol) -> Self {
        Self {
            protocol,
            model: model_of(protocol),
            descriptions: BTreeMap::new(),
            first: BTreeMap::new(),
        }
    }

    /// One that follows the same connection once more.
    pub(crate) fn again(self) -> Self {
        Self {
            first: self.first,
            ..Self::new(self.protocol)
        }
    }

    /// What must be shown of the next frame.
    pub(crate) fn next(&mut self, raw: RawFrame) -> WantedFrame {
        let tolerant = DecodeOptions::default();
        let decoded = (self.protocol.decode)(raw.header.r#type, &raw.body, &tolerant).unwrap();
        if decoded.frame["name"] == "Unknown" {
            return WantedFrame {
                packet: "Unknown".to_owned(),
                ..WantedFrame::default()
            };
        }
        let needs = self.protocol.needs(&raw);
        let known = |key| self.descriptions.get(&key).or_else(|| self.first.get(&key));
        let description = needs.and_then(known);
        let resolved = (self.protocol.resolve)(&raw, description);
        let resolved = resolved.filter(|it| it["stopped"]["kind"] != "WrongDescription");
        if let Some(key) = self.protocol.describes(&raw) {
            self.first.entry(key).or_insert_with(|| raw.clone());
            self.descriptions.insert(key, raw);
        }
        self.frame(&decoded.frame, resolved.as_ref(), decoded.trailing)
    }

    /// What must be shown of a decoded frame, with its parameters if they can be read.
    pub(crate) fn frame(
        &self,
        frame: &Value,
        parameters: Option<&Value>,
        trailing: Vec<u8>,
    ) -> WantedFrame {
        let name = frame["name"].as_str().unwrap();
        let packet = frames(self.model).find(|packet| packet.name == name);
        let packet = packet.unwrap();
        let mut wants = Wants {
            protocol: self.protocol.name,
            fields: Vec::new(),
            unnamed: false,
        };
        for field in &packet.fields {
            let above = format!("tp.{}", field.declared_in);
            wants.field(&above, field, &frame["fields"]);
        }
        let mut open = false;
        let set = packet.fields.iter().find_map(|field| match &field.kind {
            FieldKind::Parameters(parameters) => Some(&parameters.set),
            _ => None,
        });
        if let (Some(set), Some(parameters)) = (set, parameters) {
            open = !parameters["stopped"].is_null() || parameters["leftover"] != "";
            for value in parameters["values"].as_array().unwrap() {
                let (variant, values) = value.as_object().unwrap().iter().next().unwrap();
                let mut sets = self.model.parameter_sets.iter();
                let known = &sets.find(|it| it.name == *set).unwrap().parameters;
                let parameter = known.iter().find(|it| it.variant == *variant).unwrap();
                for field in &parameter.use_fields {
                    wants.field(&format!("tp.{set}.{variant}"), field, values);
                }
            }
        }
        WantedFrame {
            packet: name.to_owned(),
            fields: wants.fields,
            open,
            trailing,
            unnamed: wants.unnamed,
        }
    }
}

/// The one frame that these bytes are.
pub(crate) fn raw(bytes: &[u8]) -> RawFrame {
    let mut received = BytesMut::from(bytes);
    let raw = RawFrame::take(&mut received, &DecodeOptions::default());
    raw.unwrap().unwrap()
}

struct Wants {
    protocol: &'static str,
    fields: Vec<Want>,
    unnamed: bool,
}

impl Wants {
    fn is_of_other_shape(&self, path: &str) -> bool {
        (self.protocol, &*path.to_ascii_lowercase()) == OTHER_SHAPE
    }

    fn push(&mut self, path: &str, show: impl Into<Option<String>>) -> &mut Want {
        let mut name = path.to_ascii_lowercase();
        if self.is_of_other_shape(path) {
            name = name.replace("tp.", "tp.tp03.");
        }
        self.fields.push(Want {
            name,
            show: show.into(),
            word: None,
            value: None,
        });
        self.fields.last_mut().unwrap()
    }

    /// `values` holds the field by name.
    fn field(&mut self, above: &str, field: &Field, values: &Value) {
        let none = Value::from(-1);
        let value = match &values[&field.name] {
            Value::Null if may_be_none(field) => &none,
            value => value,
        };
        // Absent, or of no bytes.
        if !value.is_null() {
            self.value(&format!("{above}.{}", own_name(field)), field, value);
        }
    }

    fn value(&mut self, path: &str, field: &Field, value: &Value) {
        match &field.kind {
            FieldKind::Integer { integer, .. } => {
                let semisigned = integer.sign == Sign::Semisigned;
                let show = match value.as_i64() {
                    // No type of Wireshark's has -1 and all the others.
                    Some(-1) if semisigned && integer.bits == 64 => u64::MAX.to_string(),
                    // It was unsigned.
                    Some(-1) if semisigned && self.is_of_other_shape(path) => u32::MAX.to_string(),
                    _ => value.to_string(),
                };
                self.push(path, show);
            }
            FieldKind::Enumeration(enumeration) => self.enumeration(path, enumeration, value),
            FieldKind::String { .. } => self.text(path, value),
            FieldKind::Character { count } => {
                // Other versions may have more of them.
                let digits = usize::try_from(*count).unwrap() * 2;
                let bytes = &value.as_str().unwrap()[..digits];
                self.push(path, None).value = Some(bytes.to_owned());
            }
            FieldKind::Parameters(_) => {
                let (_, bytes) = value.as_str().unwrap().split_once(':').unwrap();
                if !bytes.is_empty() {
                    self.push(path, None).value = Some(bytes.to_owned());
                }
            }
            FieldKind::Group(record) => {
                self.push(path, String::new());
                for field in &record.fields {
                    self.field(path, field, value);
                }
            }
            FieldKind::List { item, .. } => {
                let entries = value.as_array().unwrap();
                self.push(path, entries.len().to_string());
                for entry in entries {
                    match item {
                        Entry::Field(field) => {
                            self.value(&format!("{path}.{}", field.name), field, entry);
                        }
                        Entry::Record(record) => {
                            for field in &record.fields {
                                self.field(path, field, entry);
                            }
                        }
                    }
                }
            }
            FieldKind::Description { .. } => panic!("no description takes bytes"),
        }
    }

    fn text(&mut self, path: &str, value: &Value) {
        let bytes = match value.as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => from_hex(value["hex"].as_str().unwrap()),
        };
        let count = u32::try_from(bytes.len()).unwrap();
        // What people see: without the NUL that some count at the end.
        let seen = bytes.strip_suffix(b"\0").unwrap_or(&bytes);
        let show = std::str::from_utf8(seen).ok();
        let want = self.push(path, show.map(|text| text.replace('\0', "␀")));
        want.value = Some(format!("{count:08x}{}", to_hex(&bytes)));
    }

    fn enumeration(&mut self, path: &str, enumeration: &Enumeration, value: &Value) {
        let number = |name: &Value| -> u64 {
            let named = |name| enumeration.values.iter().find(|it| it.name == name);
            match name.as_str() {
                Some(name) => u64::try_from(named(name).unwrap().id).unwrap(),
                None => name.as_u64().unwrap(),
            }
        };
        if enumeration.style != Style::Mask {
            self.unnamed |= value.is_number();
            let word = value.as_str().map(ToOwned::to_owned);
            self.push(path, number(value).to_string()).word = word;
            return;
        }
        let parts = value.as_array().unwrap();
        self.unnamed |= parts.iter().any(Value::is_number);
        let bits: u64 = parts.iter().map(number).sum();
        self.push(path, format!("0x{bits:08x}"));
        for value in &enumeration.values {
            let set = bits & u64::try_from(value.id).unwrap() != 0;
            let show = if set { "1" } else { "0" };
            self.push(&format!("{path}.{}", value.name), show.to_owned());
        }
    }
}

/// What the field is called in its own schema, and so by the dissector.
pub(crate) fn own_name(field: &Field) -> &str {
    let own = field.history.older_names.first();
    own.unwrap_or(&field.name)
}

/// The names on the way to a field, as its own schema has them.
pub(crate) fn own_path(protocol: &Protocol, packet: &str, path: &str) -> String {
    let mut packets = model_of(protocol).packets.iter();
    let packet = packets.find(|it| it.name == packet);
    let mut fields = packet.map_or(&[][..], |packet| &packet.fields);
    let mut own = Vec::new();
    for name in path.split('.').map(|step| step.trim_end_matches("[]")) {
        let field = fields.iter().find(|field| field.name == name);
        own.push(field.map_or(name, own_name));
        fields = field.map_or(&[], |field| field.kind.members());
    }
    own.join(".")
}
