//! Parameter sets and what selects their parameters.

use std::collections::BTreeMap;

use crate::ast::context::Context as Names;
use crate::ast::walk::{Place, inner, structures};
use crate::ast::{Field, FieldKind, Parameters, PathStep, text};
use crate::lint::context::Context;
use crate::lint::rule::{Category, Found, Rule, Severity};
use crate::resolve::resolve_integer;
use crate::source::Span;

pub(super) static RULES: &[Rule] = &[
    Rule {
        name: "unused-parameter-set",
        category: Category::Parameters,
        severity: Severity::Warning,
        title: "a parameter set that no packet uses",
        explanation: "No `useparameters` and no `descparameter` names it, so that none of its \
                      parameters is ever on the wire.",
        check: Some(unused),
    },
    Rule {
        name: "unreachable-parameter",
        category: Category::Parameters,
        severity: Severity::Warning,
        title: "a parameter whose type nothing can select",
        explanation: "The type is greater than every field that selects parameters of this set can \
                      hold: 256 where one byte selects them.",
        check: Some(unreachable),
    },
];

/// A field that selects parameters of a set.
struct Selector {
    /// The greatest number it can hold.
    greatest: i128,
    span: Span,
}

fn unused(context: &Context<'_>, found: &mut Found<'_>) {
    let selectors = selectors(context);
    let sets = context.schema.sets.iter();
    for name in sets.filter_map(|set| set.name.as_ref()) {
        if !selectors.contains_key(name.value.as_str()) {
            found.report(name.span, format!("parameter set {name} is not used"));
        }
    }
}

fn unreachable(context: &Context<'_>, found: &mut Found<'_>) {
    let selectors = selectors(context);
    for set in &context.schema.sets {
        let Some(name) = &set.name else { continue };
        let widest = selectors
            .get(name.value.as_str())
            .and_then(|selectors| selectors.iter().max_by_key(|one| one.greatest));
        let Some(widest) = widest else { continue };
        for parameter in &set.parameters {
            if let (Some(type_id), Some(name)) = (parameter.type_id, &parameter.name)
                && type_id.value > widest.greatest
            {
                let message = format!("nothing can select parameter {name}");
                found
                    .report(type_id.span, message)
                    .label("the type of the parameter")
                    .related(widest.span, format!("this goes up to {}", widest.greatest));
            }
        }
    }
}

/// The fields that select parameters, by the set they select from.
fn selectors<'s>(context: &Context<'s>) -> BTreeMap<&'s str, Vec<Selector>> {
    let mut selectors: BTreeMap<&str, Vec<Selector>> = BTreeMap::new();
    let names = &context.names;
    for located in structures(context.schema) {
        let siblings: Vec<&Field> = match located.place {
            Place::Packet(packet) => names.body(packet).fields(),
            _ => located.structure.fields.iter().collect(),
        };
        for field in &located.structure.fields {
            let (set, selector) = match &field.kind {
                FieldKind::Parameters(parameters) => {
                    (&parameters.set, select(names, parameters, &siblings))
                }
                FieldKind::Description { set, typefield } => {
                    (set, find(&siblings, text(typefield)))
                }
                _ => continue,
            };
            let selector = selector.and_then(|field| match &field.kind {
                FieldKind::Integer { integer, .. } => Some(Selector {
                    greatest: *resolve_integer(integer)?.range().end(),
                    span: field.span,
                }),
                _ => None,
            });
            if let (Some(set), Some(selector)) = (set, selector) {
                selectors.entry(&set.value).or_default().push(selector);
            }
        }
    }
    selectors
}

/// The field that holds the types of `parameters`.
fn select<'s>(
    names: &Names<'s>,
    parameters: &'s Parameters,
    siblings: &[&'s Field],
) -> Option<&'s Field> {
    let Some(typeframe) = &parameters.typeframe else {
        return find(siblings, &parameters.typefield.as_ref()?.value);
    };
    let body = names.body(names.packet(&typeframe.packet.as_ref()?.value)?);
    follow(&body.fields(), typeframe.path.as_ref()?)
}

fn follow<'s>(fields: &[&'s Field], path: &[PathStep]) -> Option<&'s Field> {
    let (step, rest) = path.split_first()?;
    let field = find(fields, &step.name.as_ref()?.value)?;
    match (rest.is_empty(), inner(field)) {
        (true, _) => Some(field),
        (false, Some(inner)) => follow(&inner.fields.iter().collect::<Vec<_>>(), rest),
        (false, None) => None,
    }
}

fn find<'s>(fields: &[&'s Field], name: &str) -> Option<&'s Field> {
    fields.iter().copied().find(|field| field.name() == name)
}
