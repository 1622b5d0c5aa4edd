//! The dialect as a table: which element has which attributes and children.

use std::fmt;

use crate::diagnostic::quoted;

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
    /// Its attributes and whether they must be there, in groups that several elements share.
    attributes: Attributes,
    /// What stands in it.
    pub(crate) content: Content,
    /// Its children.
    children: Children,
    /// Whether the prose elements are children as well.
    prose: bool,
}

/// Its name as a message shows it.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(self.name))
    }
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

/// What whatever changes from version to version says of that.
const HISTORY: &[(&str, bool)] = &[("since", false), ("until", false), ("was", false)];

/// What every field says of its presence.
const PRESENCE: &[(&str, bool)] = &[("readonly", false), ("optional", false)];

const NAME: &[(&str, bool)] = &[("name", true)];

type Attributes = &'static [&'static [(&'static str, bool)]];
type Children = &'static [(&'static str, Occurs)];

const fn rule(
    name: &'static str,
    attributes: Attributes,
    content: Content,
    children: Children,
) -> Rule {
    Rule {
        name,
        attributes,
        content,
        children,
        prose: false,
    }
}

const fn elements(name: &'static str, attributes: Attributes, children: Children) -> Rule {
    rule(name, attributes, Content::Elements, children)
}

const fn described(name: &'static str, attributes: Attributes, children: Children) -> Rule {
    Rule {
        prose: true,
        ..elements(name, attributes, children)
    }
}

const fn text(name: &'static str, attributes: Attributes) -> Rule {
    rule(name, attributes, Content::Text, &[])
}

const fn empty(name: &'static str, attributes: Attributes) -> Rule {
    rule(name, attributes, Content::Nothing, &[])
}

/// Every element of the dialect.
const RULES: &[Rule] = &[
    elements(
        "protocol",
        &[&[("version", true)]],
        &[("parameterset", Any), ("packet", Any)],
    ),
    described("parameterset", &[NAME], &[("parameter", Any)]),
    described(
        "parameter",
        &[NAME, &[("type", true)], HISTORY],
        &[("descstruct", Optional), ("usestruct", Required)],
    ),
    elements("descstruct", &[], &[("structure", Required)]),
    elements("usestruct", &[], &[("structure", Required)]),
    described(
        "packet",
        &[NAME, &[("base", false), ("id", false)], HISTORY],
        &[
            ("direction", Optional),
            ("structure", Optional),
            ("reply", Any),
            ("failtype", Any),
        ],
    ),
    empty(
        "reply",
        &[&[("packet", true), ("sequence", true), ("silent", false)]],
    ),
    described("failtype", &[&[("type", true)]], &[]),
    elements("structure", &[], FIELDS),
    described(
        "character",
        &[&[("size", false)], PRESENCE, HISTORY],
        &[("name", Required)],
    ),
    described(
        "integer",
        &[&[("type", true), ("size", false)], PRESENCE, HISTORY],
        &[("name", Required), ("subtype", Optional)],
    ),
    described(
        "string",
        &[
            &[("type", false), ("max", false), ("secret", false)],
            PRESENCE,
            HISTORY,
        ],
        &[("name", Required)],
    ),
    described(
        "enumeration",
        &[
            &[("type", true), ("size", false), ("style", true)],
            PRESENCE,
            HISTORY,
        ],
        &[("name", Required), ("values", Required)],
    ),
    elements("values", &[], &[("value", Any)]),
    text("value", &[&[("id", true)], NAME, HISTORY]),
    described(
        "list",
        &[&[("max", false)], PRESENCE, HISTORY],
        &[("name", Required), ("structure", Required)],
    ),
    described(
        "group",
        &[PRESENCE, HISTORY],
        &[("name", Required), ("structure", Required)],
    ),
    described(
        "useparameters",
        &[&[("ref", true), ("optional", false)], HISTORY],
        &[
            ("name", Required),
            ("typefield", Required),
            ("typeframe", Optional),
        ],
    ),
    described(
        "descparameter",
        &[
            &[("ref", true), ("typefield", true), ("optional", false)],
            HISTORY,
        ],
        &[("name", Required)],
    ),
    elements("typeframe", &[NAME, &[("idfield", false)]], STEPS),
    elements("getlist", &[NAME], STEPS),
    elements("getfield", &[NAME], STEPS),
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

    /// Its attributes and whether they must be there, in the order in which they are written.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&'static str, bool)> {
        self.attributes.iter().copied().flatten().copied()
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
