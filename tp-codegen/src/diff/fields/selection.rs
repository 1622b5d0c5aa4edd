//! How the types of parameters are found.

use super::super::effect::Effect;
use super::super::pairing::{Alignment, Pair, entry};
use super::super::{Found, Kind, SourceEffect};
use super::Comparison;
use crate::model::{Field, FieldKind, Packet, Parameters, TypeFrame};

impl<'f> Comparison<'_, 'f> {
    /// Whether two names in the structures mean the same field.
    pub(super) fn is_same_field(&self, old: &str, new: &str) -> bool {
        has_pair(self.around, old, new)
    }

    pub(super) fn parameters(&mut self, pair: &Pair<'f>, old: &'f Parameters, new: &'f Parameters) {
        if !self.is_same_field(&old.typefield, &new.typefield) {
            self.typefield(pair, &old.typefield, &new.typefield, Effect::BOTH);
        }
        match (&old.typeframe, &new.typeframe) {
            (None, None) => {}
            (Some(was), Some(is)) => {
                let same = self.pairing.is_same_packet(&was.packet, &is.packet);
                if !same || !self.is_same_way(was, is) {
                    let say = |frame: &TypeFrame| {
                        let steps = frame.path.iter().map(|step| step.name.as_str());
                        let steps: Vec<&str> = steps.collect();
                        format!("{}.{} by {}", frame.packet, steps.join("."), frame.idfield)
                    };
                    self.key(pair, &say(was), &say(is), !same);
                }
            }
            (was, is) => {
                let say = |frame: &Option<TypeFrame>| match frame {
                    Some(frame) => frame.packet.clone(),
                    None => "its type field".to_owned(),
                };
                self.key(pair, &say(was), &say(is), true);
            }
        }
    }

    /// Whether two descriptions give the types in the same way, renamed fields apart.
    fn is_same_way(&self, old: &TypeFrame, new: &TypeFrame) -> bool {
        let old_packet = Packet::named(&self.pairing.old.packets, &old.packet);
        let new_packet = Packet::named(&self.pairing.new.packets, &new.packet);
        let (Some(old_packet), Some(new_packet)) = (old_packet, new_packet) else {
            return false;
        };
        let mut structures = (&*old_packet.fields, &*new_packet.fields);
        let top = self.pairing.align(structures.0, structures.1);
        if !has_pair(&top, &old.idfield, &new.idfield) || old.path.len() != new.path.len() {
            return false;
        }
        for (was, is) in old.path.iter().zip(&new.path) {
            let alignment = self.pairing.align(structures.0, structures.1);
            let mut pairs = alignment.pairs.iter();
            let pair = pairs.find(|pair| pair.old.name == was.name && pair.new.name == is.name);
            let Some(pair) = pair.filter(|_| was.list == is.list) else {
                return false;
            };
            structures = (within(pair.old), within(pair.new));
        }
        true
    }

    fn key(&mut self, pair: &Pair<'f>, old: &str, new: &str, breaks_source: bool) {
        let found = self.way("key", pair, old, new).effect(Effect::BOTH);
        let source = SourceEffect::Breaking.when(breaks_source);
        self.push(pair.new, found.source(source));
    }

    pub(super) fn typefield(&mut self, pair: &Pair<'f>, old: &str, new: &str, effect: Effect) {
        let found = self.way("typefield", pair, old, new);
        self.push(pair.new, found.effect(effect));
    }

    fn way(&self, what: &str, pair: &Pair<'f>, old: &str, new: &str) -> Found {
        let path = self.path(pair.new);
        let what = format!("the {what} to field `{path}` was {old} and is {new}");
        Found::new(Kind::ParametersChanged, what).between(old, new)
    }
}

fn has_pair(alignment: &Alignment<'_>, old: &str, new: &str) -> bool {
    let mut pairs = alignment.pairs.iter();
    pairs.any(|pair| pair.old.name == old && pair.new.name == new)
}

/// What is within a list or group.
fn within(field: &Field) -> &[Field] {
    match &field.kind {
        FieldKind::List { item, .. } => entry(item),
        FieldKind::Group(record) => &record.fields,
        _ => &[],
    }
}
