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
            let found = Found {
                value: Some(value.name.clone()),
                ..Found::new(kind, what).source(source)
            };
            self.push(pair.new, found);
        }
    }

    fn value(&mut self, pair: &Pair<'f>, path: &str, old: &Value, new: &Value) {
        let mut found = Vec::new();
        if old.name != new.name {
            let what = format!(
                "value `{}` ({}) of field `{path}` was called `{}`",
                new.name, new.id, old.name
            );
            let renamed = Found::new(Kind::ValueRenamed, what).between(&old.name, &new.name);
            found.push(renamed.source(SourceEffect::Breaking));
        }
        if old.id != new.id {
            let to_server = Broken::BOTH.when(self.readonly(pair) != (true, true));
            let what = format!(
                "value `{}` of field `{path}` was number {} and is {}",
                new.name, old.id, new.id
            );
            let renumbered = Found::new(Kind::ValueRenumbered, what)
                .between(old.id.to_string(), new.id.to_string());
            found.push(renumbered.effect(Effect::BOTH.with_to_server(to_server)));
        }
        let noun = format!("value `{}` of field `{path}`", new.name);
        found.extend(words::compare(&noun, &old.prose, &new.prose));
        for one in found {
            let value = Some(new.name.clone());
            self.push(pair.new, Found { value, ..one });
        }
    }
}
