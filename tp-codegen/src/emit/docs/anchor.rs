//! What links to a place on a page point at.

use crate::model::Parameter;

/// `name` as part of an `id` attribute: letters, digits, `_`, `-` and `.`.
pub(super) fn anchor(name: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    name.chars()
        .filter(|c| !matches!(c, '[' | ']'))
        .map(|c| if fits(c) { c } else { '-' })
        .collect()
}

/// What links to the field at `path` point at. `prefix` tells the structures of a page apart.
pub(super) fn field_anchor(prefix: &str, path: &str) -> String {
    anchor(&format!("{prefix}field-{path}"))
}

/// What links to the values of the enumeration at `path` point at.
pub(super) fn values_anchor(prefix: &str, path: &str) -> String {
    anchor(&format!("{prefix}values-{path}"))
}

/// What links to a parameter on the page of its set point at.
pub(super) fn parameter_anchor(parameter: &Parameter) -> String {
    format!("type-{}", parameter.type_id)
}
