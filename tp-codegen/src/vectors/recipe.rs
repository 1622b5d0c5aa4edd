//! Values for every field: the ends of what it can have, oddities, and random ones.

use super::decode::{named, signed};
use super::encode::{is_nothing, set_of, top};
use super::value::Value;
use crate::model::{
    Enumeration, Field, FieldKind, Integer, Item, Model, ParameterSet, Sign, Style,
};

/// What kind of surprise to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Least,
    Most,
    Odd,
    Random,
}

impl Kind {
    /// What to say about it.
    pub(super) fn about(self) -> &'static str {
        match self {
            Self::Least => "zeros, empty strings and lists, nothing optional",
            Self::Most => {
                "greatest numbers, none where there is one, unnamed values, all optional fields"
            }
            Self::Odd => {
                "smallest and strange numbers, strings that are no clean UTF-8, first optional \
                 field only"
            }
            Self::Random => "random numbers, up to three entries a list, all optional fields",
        }
    }

    /// How many optional fields to fill.
    pub(super) fn optional(self) -> usize {
        match self {
            Self::Least => 0,
            Self::Odd => 1,
            Self::Most | Self::Random => usize::MAX,
        }
    }
}

const PLAIN: [&str; 6] = [
    "Alpha Centauri",
    "Sol",
    "x",
    "",
    "Terra Prime",
    "A text of more than a few words.",
];
const RICH: [&str; 3] = ["Zoë → 星 🚀", "a\0b", "\"quoted\"\\\n\t"];
/// Latin-1, a counted NUL, one NUL alone, cut UTF-8: what real programs send, and worse.
const ODD: [&[u8]; 6] = [
    b"Caf\xE9",
    b"Sol\0",
    b"\0",
    b"\xF0\x9F\x9A",
    b"\0\0",
    b"\xFF\xFE",
];

/// Makes values. Equal seeds and names make equal values, on every machine and forever.
pub(super) struct Recipe<'a> {
    model: &'a Model,
    kind: Kind,
    state: u64,
    turn: usize,
}

impl<'a> Recipe<'a> {
    /// Each `name` has values of its own, so that a change in one packet leaves others alone.
    pub(super) fn new(model: &'a Model, kind: Kind, seed: u64, name: &str) -> Self {
        let name = format!("{}/{name}", model.version);
        // FNV-1a.
        let hash = name.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Self {
            model,
            kind,
            state: hash.wrapping_add(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            turn: 0,
        }
    }

    /// The next random number, by SplitMix64.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        let number = self.next().checked_rem(limit).unwrap_or_default();
        usize::try_from(number).unwrap_or_default()
    }

    /// One after another of `choices`; in random values any.
    fn pick<T: Copy>(&mut self, choices: &[T], otherwise: T) -> T {
        self.turn = match self.kind {
            Kind::Random => self.below(choices.len()),
            _ => self.turn.wrapping_add(1),
        };
        let index = self.turn.checked_rem(choices.len()).unwrap_or_default();
        choices.get(index).copied().unwrap_or(otherwise)
    }

    pub(super) fn sequence(&mut self) -> u32 {
        match self.kind {
            Kind::Least => 0,
            Kind::Most => u32::MAX,
            Kind::Odd => 0x8000_0000,
            Kind::Random => u32::try_from(self.next() >> 32).unwrap_or_default(),
        }
    }

    /// Values for all `fields`, of the optional ones the first few.
    pub(super) fn values(&mut self, fields: &[Field], optional: usize) -> Value {
        let mut values = Value::Record(Vec::new());
        let mut filled = 0_usize;
        for field in fields.iter().filter(|field| !is_nothing(field)) {
            if field.optional {
                if filled == optional {
                    continue;
                }
                filled = filled.saturating_add(1);
            }
            let value = match &field.kind {
                FieldKind::Description { set, typefield, .. } => {
                    self.description(set, typefield, &mut values)
                }
                _ => self.value(field),
            };
            if let Value::Record(values) = &mut values {
                values.push((field.name.clone(), value));
            }
        }
        values
    }

    fn value(&mut self, field: &Field) -> Value {
        match &field.kind {
            FieldKind::Character { count } => {
                let byte = |recipe: &mut Self| match recipe.kind {
                    Kind::Least => 0,
                    Kind::Most => 0xFF,
                    _ => recipe.next().to_be_bytes()[0],
                };
                Value::Bytes((0..*count).map(|_| byte(self)).collect())
            }
            FieldKind::Integer { integer, .. } => {
                let bits = self.bits(*integer);
                Value::Integer(signed(*integer, bits))
            }
            FieldKind::Enumeration(enumeration) => self.enumeration(enumeration),
            FieldKind::String { max, .. } => self.text(*max),
            FieldKind::List { max, item } => {
                let wanted = match self.kind {
                    Kind::Least => 0,
                    Kind::Most => 1,
                    Kind::Odd => 2,
                    Kind::Random => 3,
                };
                let count = wanted.min(max.unwrap_or(u32::MAX));
                let entry = |_| match item {
                    Item::Field(field) => self.value(field),
                    Item::Record(record) => self.values(&record.fields, usize::MAX),
                };
                Value::List((0..count).map(entry).collect())
            }
            FieldKind::Group(record) => self.values(&record.fields, usize::MAX),
            FieldKind::Parameters(_) => Value::Bytes(match self.kind {
                Kind::Least => Vec::new(),
                Kind::Most => vec![0],
                Kind::Odd => vec![0xFF, 0xFF, 0xFF, 0xFF, 0x80],
                Kind::Random => (0..12).map(|_| self.next().to_be_bytes()[0]).collect(),
            }),
            FieldKind::Description { .. } => Value::Name("Nothing".to_owned()),
        }
    }

    /// Bit patterns, those at the ends of a range as often as all others.
    fn bits(&mut self, integer: Integer) -> u64 {
        let top = top(integer.bits);
        let half = top >> 1;
        match (self.kind, integer.sign) {
            (Kind::Least, _) => 0,
            (Kind::Most, Sign::Signed) => half,
            (Kind::Most, _) => top,
            (Kind::Odd, Sign::Signed) => self.pick(&[half.saturating_add(1), top], top),
            (Kind::Odd, _) => self.pick(&[half.saturating_add(1), top.saturating_sub(1), 1], 1),
            (Kind::Random, _) => self.next() & top,
        }
    }

    fn enumeration(&mut self, enumeration: &Enumeration) -> Value {
        let top = top(enumeration.integer.bits);
        // Two's complement has the same low bits in any width.
        let bits_of = |id: i128| u64::try_from(id & i128::from(top)).unwrap_or_default();
        let known: Vec<u64> = enumeration.values.iter().map(|it| bits_of(it.id)).collect();
        let last = known.last().copied().unwrap_or_default();
        let bits = match (self.kind, enumeration.style) {
            (Kind::Least, _) => 0,
            (Kind::Most, _) => top,
            (Kind::Odd, Style::Mask) => last | 0x40,
            (Kind::Odd, _) => last,
            (Kind::Random, Style::Mask) => known.iter().take(3).fold(0, |all, bit| all | bit),
            (Kind::Random, _) => self.pick(&known, last),
        };
        named(enumeration, bits)
    }

    fn text(&mut self, max: Option<u32>) -> Value {
        let max = max.map_or(usize::MAX, |max| usize::try_from(max).unwrap_or(usize::MAX));
        let choices: Vec<&[u8]> = match self.kind {
            Kind::Least => Vec::new(),
            Kind::Most => RICH.iter().map(|text| text.as_bytes()).collect(),
            Kind::Odd => ODD.to_vec(),
            Kind::Random => PLAIN.iter().map(|text| text.as_bytes()).collect(),
        };
        let fitting: Vec<_> = choices.into_iter().filter(|it| it.len() <= max).collect();
        Value::Text(self.pick(&fitting, &[]).to_vec())
    }

    /// What a description says about a parameter, with the type in `before` made one of the set's.
    fn description(&mut self, set: &str, typefield: &str, before: &mut Value) -> Value {
        let parameters = set_of(self.model, set).map(|set| &*set.parameters);
        let all: Vec<_> = parameters.unwrap_or_default().iter().collect();
        let Some(first) = all.first().copied() else {
            return Value::Name("Nothing".to_owned());
        };
        let parameter = self.pick(&all, first);
        before.set(typefield, Value::Integer(parameter.type_id.into()));
        if parameter.desc_fields.is_empty() {
            return Value::Name("Nothing".to_owned());
        }
        let values = self.values(&parameter.desc_fields, usize::MAX);
        Value::Record(vec![(parameter.variant.clone(), values)])
    }

    /// The parameters of these types, each with its optional fields or all without, and the tail
    /// they make.
    pub(super) fn parameters(
        &mut self,
        set: &ParameterSet,
        types: &[u32],
        optional: bool,
    ) -> Vec<Value> {
        let optional = if optional { usize::MAX } else { 0 };
        let known = |number: &u32| set.parameters.iter().find(|it| it.type_id == *number);
        types
            .iter()
            .filter_map(known)
            .map(|parameter| {
                let values = self.values(&parameter.use_fields, optional);
                Value::Record(vec![(parameter.variant.clone(), values)])
            })
            .collect()
    }
}
