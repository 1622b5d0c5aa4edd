//! What the merged model must keep so that its bindings compile.

use super::FamilyError;
use super::stages::is_in;
use crate::model::{Field, FieldKind, Item, Model, Packet, Role, TypeFrame};

/// What selects parameters, or leads to what does, is there in every version.
pub(super) fn check_selection(model: &Model) -> Result<(), FamilyError> {
    for packet in &model.packets {
        typefields(&packet.name, &packet.fields)?;
        for field in &packet.fields {
            if let FieldKind::Parameters(parameters) = &field.kind
                && let Some(frame) = &parameters.typeframe
                && let Some(description) = Packet::named(&model.packets, &frame.packet)
            {
                path(description, frame)?;
            }
        }
    }
    Ok(())
}

fn typefields(owner: &str, fields: &[Field]) -> Result<(), FamilyError> {
    for field in fields {
        let lacks = |other: &&Field| match &field.kind {
            FieldKind::Parameters(parameters) => other.name == parameters.typefield && other.option,
            FieldKind::Description { typefield, .. } => {
                other.name == *typefield && !is_wherever(other, field)
            }
            _ => false,
        };
        if let Some(selects) = fields.iter().find(lacks) {
            return Err(FamilyError::TypeField {
                packet: owner.to_owned(),
                field: selects.name.clone(),
            });
        }
        typefields(owner, field.kind.members())?;
    }
    Ok(())
}

/// Whether every version that has `field` has `other`, too.
fn is_wherever(other: &Field, field: &Field) -> bool {
    let stages = other.stages.iter().chain(&field.stages);
    let mut changes = stages.map(|stage| stage.since);
    changes.all(|number| is_in(other, number) || !is_in(field, number))
}

/// The way from a description to the types. Where its first step is a list that is not there,
/// there are no types.
fn path(description: &Packet, frame: &TypeFrame) -> Result<(), FamilyError> {
    let error = |field: &str| FamilyError::TypePath {
        packet: description.name.clone(),
        field: field.to_owned(),
    };
    let id = description.fields.iter();
    let mut id = id.filter(|field| field.name == frame.idfield);
    if id.any(|field| field.option) {
        return Err(error(&frame.idfield));
    }
    let mut fields = description.fields.as_slice();
    for (index, step) in frame.path.iter().enumerate() {
        let Some(field) = fields.iter().find(|field| field.name == step.name) else {
            return Ok(());
        };
        if field.option && !(index == 0 && step.list) {
            return Err(error(&field.name));
        }
        fields = field.kind.members();
    }
    Ok(())
}

/// Whether two kinds are the same bytes in the same versions.
pub(super) fn is_alike(one: &FieldKind, other: &FieldKind) -> bool {
    let fields = |one: &[Field], other: &[Field]| {
        let mut pairs = one.iter().zip(other);
        one.len() == other.len()
            && pairs.all(|(one, other)| {
                one.name == other.name
                    && one.stages == other.stages
                    && is_alike(&one.kind, &other.kind)
            })
    };
    match (one, other) {
        (FieldKind::Character { count }, FieldKind::Character { count: other }) => count == other,
        (FieldKind::Integer { integer, .. }, FieldKind::Integer { integer: other, .. }) => {
            integer == other
        }
        (FieldKind::Enumeration(one), FieldKind::Enumeration(other)) => one == other,
        (FieldKind::Group(one), FieldKind::Group(other)) => fields(&one.fields, &other.fields),
        (FieldKind::List { item: one, .. }, FieldKind::List { item: other, .. }) => {
            match (one, other) {
                (Item::Field(one), Item::Field(other)) => is_alike(&one.kind, &other.kind),
                (Item::Record(one), Item::Record(other)) => fields(&one.fields, &other.fields),
                _ => false,
            }
        }
        (FieldKind::Parameters(one), FieldKind::Parameters(other)) => one == other,
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// No two types and no two modules may have one name.
pub(super) fn check_names(model: &Model) -> Result<(), FamilyError> {
    let (mut types, mut modules) = (Vec::new(), Vec::new());
    for packet in &model.packets {
        if packet.role == Role::Header {
            continue;
        }
        modules.push(packet.module.clone());
        with_view(&packet.rust_name, &mut types);
        if packet.replies.len() > 1 {
            types.push(format!("{}Reply", packet.rust_name));
        }
        let own = packet.fields.iter();
        let own = own.filter(|field| field.declared_in == packet.name);
        own.for_each(|field| types_of(field, &mut types));
    }
    for set in &model.parameter_sets {
        modules.push(set.module.clone());
        types.push(set.rust_name.clone());
        let mut described = false;
        for parameter in &set.parameters {
            with_view(&parameter.rust_name, &mut types);
            types.extend(parameter.desc_rust_name.clone());
            described |= parameter.desc_rust_name.is_some();
            let fields = parameter.use_fields.iter().chain(&parameter.desc_fields);
            fields.for_each(|field| types_of(field, &mut types));
        }
        if described {
            types.push(format!("{}Desc", set.rust_name));
        }
    }
    unique(types)?;
    unique(modules)
}

fn unique(mut names: Vec<String>) -> Result<(), FamilyError> {
    names.sort_unstable();
    let twice = names.windows(2).find(|pair| pair.first() == pair.last());
    match twice.and_then(|pair| pair.first()) {
        Some(name) => Err(FamilyError::TypeName(name.clone())),
        None => Ok(()),
    }
}

fn with_view(name: &str, types: &mut Vec<String>) {
    types.extend([name.to_owned(), format!("{name}View")]);
}

fn types_of(field: &Field, types: &mut Vec<String>) {
    if let FieldKind::Enumeration(enumeration) = &field.kind {
        types.push(enumeration.rust_name.clone());
    }
    if let Some(record) = field.kind.record() {
        with_view(&record.rust_name, types);
    }
    let members = field.kind.members().iter();
    members.for_each(|member| types_of(member, types));
}
