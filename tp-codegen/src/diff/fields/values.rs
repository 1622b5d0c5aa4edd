//! The named values of an enumeration.

use super::super::effect::{Broken, Effect};
use super::super::pairing::Pair;
use super::super::{Found, Kind, SourceEffect, words};
use super::Comparison;
use crate::model::{Enumeration, Style, Value};

impl<'f> Comparison<'_, 'f> {
    pub(super) fn enumeration(
        &mut self,
        pair: &Pair<'f>,
        old: &'f Enumeration,
        new: &'f Enumeration,
    ) {
        if old.integer != new.integer || old.style != new.style {
            // A mask has more methods than the others.
            let source = match (old.style, new.style) {
                _ if old.integer != new.integer => SourceEffect::Breaking,
                (Style::Mask, Style::List | Style::Single) => SourceEffect::Breaking,
                (Style::List | Style::Single, Style::Mask) => SourceEffect::Additive,
                _ => SourceEffect::None,
            };
            self.retyped(pair, source);
        }
        let path = self.path(pair.new);
        let values = self.pairing.values(&old.values, &new.values);
        for &(old, new) in &values.same {
            self.value(pair, &path, old, new);
        }
        let number = |value: &Value| match value.hex {
            true => format!("{:#x}", value.id),
            false => value.id.to_string(),
        };
        let ends = values.added.iter().map(|one| (Kind::ValueAdded, one));
        let ends = ends.chain(values.removed.iter().map(|one| (Kind::ValueRemoved, one)));
        for (kind, value) in ends {
            let (source, how) = match kind {
                Kind::ValueAdded => (SourceEffect::Additive, "added to"),
                _ => (SourceEffect::Breaking, "removed from"),
            };
            let what = format!(
                "value `{}` ({}) {how} field `{path}`",
                value.name,
                number(value)
            );
            self.push(
                pair.new,
                Found {
                    value: Some(value.name.clone()),
                    source,
                    ..words::documentation(kind, what)
                },
            );
        }
    }

    fn value(&mut self, pair: &Pair<'f>, path: &str, old: &Value, new: &Value) {
        let mut found = Vec::new();
        if old.name != new.name {
            let what = format!(
                "value `{}` ({}) of field `{path}` was called `{}`",
                new.name, new.id, old.name
            );
            found.push(Found {
                before: Some(old.name.clone()),
                after: Some(new.name.clone()),
                source: SourceEffect::Breaking,
                ..words::documentation(Kind::ValueRenamed, what)
            });
        }
        if old.id != new.id {
            let to_server = if self.readonly(pair) == (true, true) {
                Broken::NONE
            } else {
                Broken::BOTH
            };
            let what = format!(
                "value `{}` of field `{path}` was number {} and is {}",
                new.name, old.id, new.id
            );
            found.push(Found {
                before: Some(old.id.to_string()),
                after: Some(new.id.to_string()),
                effect: Effect::BOTH.with_to_server(to_server),
                ..words::documentation(Kind::ValueRenumbered, what)
            });
        }
        let noun = format!("value `{}` of field `{path}`", new.name);
        words::compare(&noun, &old.prose, &new.prose, &mut found);
        for one in found {
            let value = Some(new.name.clone());
            self.push(pair.new, Found { value, ..one });
        }
    }
}
