//! Parameter sets and what is in them.

use super::effect::{Broken, Effect, Ways};
use super::fields::{self, Home, Told, Was};
use super::pairing::Pairing;
use super::reach::{Reach, Reached};
use super::{Change, Found, Kind, SourceEffect, Subject, words};
use crate::model::{Field, Parameter, ParameterSet};

/// Compares all parameter sets.
pub(super) fn compare(pairing: &Pairing<'_>, changes: &mut Vec<Change>) {
    let reach = Reach::new(pairing);
    for (old, new) in &pairing.sets.same {
        set(&reach, old, new, changes);
    }
    for new in &pairing.sets.added {
        let what = format!("parameter set `{}` added", new.name);
        let found = Found::new(Kind::SetAdded, what).source(SourceEffect::Additive);
        changes.push(found.of(&subject(new), Reached::default()));
    }
    for old in &pairing.sets.removed {
        let what = format!("parameter set `{}` removed", old.name);
        let found = Found::new(Kind::SetRemoved, what).source(SourceEffect::Breaking);
        changes.push(found.of(&subject(old), Reached::default()));
    }
}

fn subject(set: &ParameterSet) -> Subject {
    Subject::Set {
        parameterset: set.name.clone(),
    }
}

fn parameter_subject(set: &ParameterSet, parameter: &Parameter) -> Subject {
    Subject::Parameter {
        parameterset: set.name.clone(),
        parameter: parameter.name.clone(),
        r#type: parameter.type_id,
    }
}

fn has_optional(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.optional)
}

fn set(reach: &Reach<'_, '_>, old: &ParameterSet, new: &ParameterSet, changes: &mut Vec<Change>) {
    let renamed = Found::renamed(Kind::SetRenamed, &old.name, &new.name).into_iter();
    let whole = renamed.chain(words::compare("the set", &old.prose, &new.prose));
    changes.extend(whole.map(|one| one.of(&subject(new), Reached::default())));

    let sets = Sets { reach, old, new };
    let matches = reach.pairing.parameters(old, new);
    for (old, new) in matches.same {
        sets.same(old, new, changes);
    }
    for (old, new) in matches.replaced {
        let what = format!(
            "parameter type {}: `{}` took the place of `{}`",
            new.type_id, new.name, old.name
        );
        let found = Found::new(Kind::ParameterReplaced, what)
            .between(&old.name, &new.name)
            .source(SourceEffect::Breaking);
        let all = Ways::same(Broken::BOTH);
        let described = !old.desc_fields.is_empty() || !new.desc_fields.is_empty();
        let reached = sets.reached(all, all, described.then_some(Broken::BOTH));
        changes.push(found.of(&parameter_subject(sets.new, new), reached));
    }
    for new in matches.added {
        let what = format!("parameter `{}` added with type {}", new.name, new.type_id);
        let found = Found::new(Kind::ParameterAdded, what).source(SourceEffect::Additive);
        let reached = sets.came(new, Broken::OLD_READS_NEW);
        changes.push(found.of(&parameter_subject(sets.new, new), reached));
    }
    for old in matches.removed {
        let what = format!("parameter `{}` of type {} removed", old.name, old.type_id);
        let found = Found::new(Kind::ParameterRemoved, what).source(SourceEffect::Breaking);
        let reached = sets.came(old, Broken::NEW_READS_OLD);
        changes.push(found.of(&parameter_subject(sets.old, old), reached));
    }
}

struct Sets<'s, 'r, 'p, 'm> {
    reach: &'r Reach<'p, 'm>,
    old: &'s ParameterSet,
    new: &'s ParameterSet,
}

impl Sets<'_, '_, '_, '_> {
    fn reached(
        &self,
        alone: Ways<Broken>,
        described: Ways<Broken>,
        in_descriptions: Option<Broken>,
    ) -> Reached {
        let users = self.reach.users(self.old, self.new, alone, described);
        match in_descriptions {
            Some(broken) => users.and(self.reach.describers(&self.old.name, Effect::same(broken))),
            None => users,
        }
    }

    /// What it does that only one edition knows a parameter type. A client uses only types that
    /// the server has described.
    fn came(&self, parameter: &Parameter, broken: Broken) -> Reached {
        let described = Ways {
            to_server: Broken::NONE,
            to_client: broken,
        };
        let in_descriptions = (!parameter.desc_fields.is_empty()).then_some(broken);
        self.reached(Ways::same(broken), described, in_descriptions)
    }

    fn same(&self, old: &Parameter, new: &Parameter, changes: &mut Vec<Change>) {
        let subject = parameter_subject(self.new, new);
        let renamed = Found::renamed(Kind::ParameterRenamed, &old.name, &new.name);
        changes.extend(renamed.map(|one| one.of(&subject, Reached::default())));
        if old.type_id != new.type_id {
            let (found, reached) = self.renumbered(old, new);
            changes.push(found.of(&subject, reached));
        }
        let any = |set: &ParameterSet| {
            set.parameters
                .iter()
                .any(|one| has_optional(&one.use_fields))
        };
        let home = Home {
            told: Some(Told {
                set: (any(self.old), any(self.new)),
                own: (has_optional(&old.use_fields), has_optional(&new.use_fields)),
            }),
            ..Home::packet(old.name == new.name)
        };
        let pairing = self.reach.pairing;
        for found in fields::compare(pairing, &old.use_fields, &new.use_fields, None, &home) {
            let (alone, described) = (found.effect.open, found.effect.closed);
            let reached = self.reached(alone, described, None);
            changes.push(found.of(&subject, reached));
        }
        let home = Home {
            prefix: "descstruct.".to_owned(),
            was: Was::Struct,
            ..Home::packet(old.name == new.name)
        };
        for found in fields::compare(pairing, &old.desc_fields, &new.desc_fields, None, &home) {
            let reached = self.reach.describers(&self.old.name, found.effect);
            changes.push(found.of(&subject, reached));
        }
        let words = words::compare("the parameter", &old.prose, &new.prose).into_iter();
        changes.extend(words.map(|one| one.of(&subject, Reached::default())));
    }

    fn renumbered(&self, old: &Parameter, new: &Parameter) -> (Found, Reached) {
        let what = format!("was type {} and is type {}", old.type_id, new.type_id);
        let found = Found::new(Kind::ParameterRenumbered, what)
            .between(old.type_id.to_string(), new.type_id.to_string());
        // A client sends what the server described, if it knows such a type, rightly or wrongly.
        let has = |set: &ParameterSet, id| set.parameters.iter().any(|one| one.type_id == id);
        let described = Ways {
            to_server: Broken::of(has(self.old, new.type_id), has(self.new, old.type_id)),
            to_client: Broken::BOTH,
        };
        let any = !old.desc_fields.is_empty() || !new.desc_fields.is_empty();
        let in_descriptions = any.then_some(Broken::BOTH);
        let reached = self.reached(Ways::same(Broken::BOTH), described, in_descriptions);
        (found, reached)
    }
}
