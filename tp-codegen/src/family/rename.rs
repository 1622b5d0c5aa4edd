//! Older names that a plan gives, for schemas that are kept as they were published.

use super::FamilyError;
use crate::model::{Field, FieldKind, History, Model};

/// Something had another name in the version before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The packet, parameter, field or value: `Resource.singularunit`, `Fail.code.Gone`.
    pub place: String,
    /// Its older name.
    pub was: String,
}

impl Rename {
    /// Says so in the newest of `models` that has the place.
    pub(super) fn apply(&self, family: &str, models: &mut [Model]) -> Result<(), FamilyError> {
        let path: Vec<&str> = self.place.split('.').collect();
        for model in models.iter_mut().rev() {
            let mut found = false;
            let mut other = None;
            for_each(model, &path, &mut |history| {
                found = true;
                let was = history.was.get_or_insert_with(|| self.was.clone());
                if *was != self.was {
                    other = Some(was.clone());
                }
            });
            match other {
                Some(schema) => {
                    return Err(FamilyError::TwoNames {
                        family: family.to_owned(),
                        place: self.place.clone(),
                        plan: self.was.clone(),
                        schema,
                    });
                }
                None if found => return Ok(()),
                None => {}
            }
        }
        Err(FamilyError::Place {
            family: family.to_owned(),
            place: self.place.clone(),
            was: self.was.clone(),
        })
    }
}

/// Calls `each` for what `path` names. A field stands in the packet that declares it and in all
/// that build on that.
fn for_each(model: &mut Model, path: &[&str], each: &mut dyn FnMut(&mut History)) {
    let Some((owner, members)) = path.split_first() else {
        return;
    };
    for packet in &mut model.packets {
        if members.is_empty() && packet.name == *owner {
            each(&mut packet.history);
        }
        let fields = packet.fields.iter_mut();
        let declared = fields.filter(|field| field.declared_in == *owner);
        declared.for_each(|field| in_field(field, members, each));
    }
    let sets = model.parameter_sets.iter_mut();
    let parameters = sets.flat_map(|set| &mut set.parameters);
    for parameter in parameters.filter(|parameter| parameter.name == *owner) {
        if members.is_empty() {
            each(&mut parameter.history);
        }
        for fields in [&mut parameter.use_fields, &mut parameter.desc_fields] {
            for field in fields {
                in_field(field, members, each);
            }
        }
    }
}

fn in_field(field: &mut Field, path: &[&str], each: &mut dyn FnMut(&mut History)) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    if field.name != *name {
        return;
    }
    if rest.is_empty() {
        return each(&mut field.history);
    }
    if let (FieldKind::Enumeration(enumeration), [name]) = (&mut field.kind, rest) {
        let values = enumeration.values.iter_mut();
        values
            .filter(|value| value.name == *name)
            .for_each(|value| each(&mut value.history));
    }
    for member in field.kind.members_mut() {
        in_field(member, rest, each);
    }
}
