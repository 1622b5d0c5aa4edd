//! The dialect as a table: which element has which attributes and children.

/// How often a child may stand in an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Occurs {
    /// At most once.
    Optional,
    /// Exactly once.
    Required,
    /// As often as one likes.
    Any,
}

use Occurs::{Any, Optional, Required};

/// What stands between the tags of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// Other elements, in any order.
    Elements,
    /// Text.
    Text,
    /// Nothing.
    Nothing,
}

/// What an element may have.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its attributes and whether they must be there.
    pub(crate) attributes: &'static [(&'static str, bool)],
    /// What stands in it.
    pub(crate) content: Content,
    /// Its children.
    pub(crate) children: &'static [(&'static str, Occurs)],
    /// Whether the prose elements are children as well.
    pub(crate) prose: bool,
}

/// The prose elements.
const PROSE: &[(&str, Occurs)] = &[
    ("longname", Optional),
    ("description", Optional),
    ("example", Optional),
    ("note", Any),
];

/// The elements that are fields.
pub(crate) const FIELDS: &[(&str, Occurs)] = &[
    ("character", Any),
    ("integer", Any),
    ("string", Any),
    ("enumeration", Any),
    ("list", Any),
    ("group", Any),
    ("useparameters", Any),
    ("descparameter", Any),
];

const STEPS: &[(&str, Occurs)] = &[("getlist", Any), ("getfield", Any)];

const fn elements(
    name: &'static str,
    attributes: &'static [(&'static str, bool)],
    children: &'static [(&'static str, Occurs)],
) -> Rule {
    Rule {
        name,
        attributes,
        content: Content::Elements,
        children,
        prose: false,
    }
}

const fn described(
    name: &'static str,
    attributes: &'static [(&'static str, bool)],
    children: &'static [(&'static str, Occurs)],
) -> Rule {
    Rule {
        name,
        attributes,
        content: Content::Elements,
        children,
        prose: true,
    }
}

const fn text(name: &'static str, attributes: &'static [(&'static str, bool)]) -> Rule {
    Rule {
        name,
        attributes,
        content: Content::Text,
        children: &[],
        prose: false,
    }
}

const fn empty(name: &'static str, attributes: &'static [(&'static str, bool)]) -> Rule {
    Rule {
        name,
        attributes,
        content: Content::Nothing,
        children: &[],
        prose: false,
    }
}

/// Every element of the dialect.
const RULES: &[Rule] = &[
    elements(
        "protocol",
        &[("version", true)],
        &[("parameterset", Any), ("packet", Any)],
    ),
    described("parameterset", &[("name", true)], &[("parameter", Any)]),
    described(
        "parameter",
        &[
            ("name", true),
            ("type", true),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("descstruct", Optional), ("usestruct", Required)],
    ),
    elements("descstruct", &[], &[("structure", Required)]),
    elements("usestruct", &[], &[("structure", Required)]),
    described(
        "packet",
        &[
            ("name", true),
            ("base", false),
            ("id", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[
            ("direction", Optional),
            ("structure", Optional),
            ("reply", Any),
            ("failtype", Any),
        ],
    ),
    empty(
        "reply",
        &[("packet", true), ("sequence", true), ("silent", false)],
    ),
    described("failtype", &[("type", true)], &[]),
    elements("structure", &[], FIELDS),
    described(
        "character",
        &[
            ("size", false),
            ("readonly", false),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("name", Required)],
    ),
    described(
        "integer",
        &[
            ("type", true),
            ("size", false),
            ("readonly", false),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("name", Required), ("subtype", Optional)],
    ),
    described(
        "string",
        &[
            ("type", false),
            ("max", false),
            ("readonly", false),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("name", Required)],
    ),
    described(
        "enumeration",
        &[
            ("type", true),
            ("size", false),
            ("style", true),
            ("readonly", false),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("name", Required), ("values", Required)],
    ),
    elements("values", &[], &[("value", Any)]),
    text(
        "value",
        &[
            ("id", true),
            ("name", true),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
    ),
    described(
        "list",
        &[
            ("max", false),
            ("readonly", false),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("name", Required), ("structure", Required)],
    ),
    described(
        "group",
        &[
            ("readonly", false),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("name", Required), ("structure", Required)],
    ),
    described(
        "useparameters",
        &[
            ("ref", true),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[
            ("name", Required),
            ("typefield", Required),
            ("typeframe", Optional),
        ],
    ),
    described(
        "descparameter",
        &[
            ("ref", true),
            ("typefield", true),
            ("optional", false),
            ("since", false),
            ("until", false),
            ("was", false),
        ],
        &[("name", Required)],
    ),
    elements("typeframe", &[("name", true), ("idfield", false)], STEPS),
    elements("getlist", &[("name", true)], STEPS),
    elements("getfield", &[("name", true)], STEPS),
    text("typefield", &[]),
    text("direction", &[]),
    empty("subtype", &[]),
    text("name", &[]),
    text("longname", &[]),
    text("description", &[]),
    text("example", &[]),
    text("note", &[]),
];

impl Rule {
    /// The rule of the element `name`, if there is one.
    pub(crate) fn of(name: &str) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.name == name)
    }

    /// How often the child `name` may occur; none if never.
    pub(crate) fn child(&self, name: &str) -> Option<Occurs> {
        self.all_children()
            .find(|(child, _)| *child == name)
            .map(|(_, occurs)| occurs)
    }

    /// Every child it may have.
    pub(crate) fn all_children(&self) -> impl Iterator<Item = (&'static str, Occurs)> {
        let prose: &[_] = if self.prose { PROSE } else { &[] };
        self.children.iter().chain(prose).copied()
    }

    /// Names of the elements in which `child` may stand.
    pub(crate) fn parents(child: &str) -> impl Iterator<Item = &'static str> {
        RULES
            .iter()
            .filter(move |rule| rule.child(child).is_some())
            .map(|rule| rule.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_child_has_a_rule() {
        for rule in RULES {
            for (child, _) in rule.all_children() {
                assert!(Rule::of(child).is_some(), "{child} in {}", rule.name);
            }
        }
    }

    #[test]
    fn every_rule_but_the_root_is_a_child() {
        for rule in RULES {
            let orphan = Rule::parents(rule.name).next().is_none();
            assert_eq!(orphan, rule.name == "protocol", "{}", rule.name);
        }
    }
}
