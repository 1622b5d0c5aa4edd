//! An element held against its rule.

use super::grammar::{Content, Occurs, Rule};
use crate::diagnostic::suggest::{did_you_mean, nearest};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::{Span, Spanned};
use crate::xml::{Attribute, Element, Node as Child};

/// An element whose attributes and children have been checked against its rule: asked for one
/// that is missing or bad, it has none, and that has been reported.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'t> {
    element: &'t Element,
}

impl<'t> Node<'t> {
    /// Checks `element`, whose name the caller knows to be that of `rule`.
    pub(super) fn new(element: &'t Element, rule: &'static Rule, found: &mut Findings) -> Self {
        let node = Node { element };
        node.check_attributes(rule, found);
        node.check_children(rule, found);
        node
    }

    /// The start tag.
    pub(super) fn span(self) -> Span {
        self.element.tag
    }

    /// The name of the element.
    pub(super) fn name(self) -> &'t str {
        &self.element.name
    }

    /// An attribute that says something.
    pub(super) fn attribute(self, name: &str) -> Option<&'t Attribute> {
        let attribute = self.element.attribute(name)?;
        (attribute.readable && !attribute.value.is_empty()).then_some(attribute)
    }

    /// The value of an attribute that says something.
    pub(super) fn value(self, name: &str) -> Option<Spanned<String>> {
        self.attribute(name)
            .map(|attribute| Spanned::new(attribute.value.clone(), attribute.value_span))
    }

    /// Whether the attribute is there, whatever it says.
    pub(super) fn attribute_span(self, name: &str) -> Option<Span> {
        Some(self.element.attribute(name)?.value_span)
    }

    /// The children that are elements.
    pub(super) fn elements(self) -> impl Iterator<Item = &'t Element> {
        self.element.elements()
    }

    /// The first child of that name, checked against the rule of that name.
    pub(super) fn child(self, name: &str, found: &mut Findings) -> Option<Node<'t>> {
        let rule = Rule::of(name)?;
        let element = self.elements().find(|element| element.name == name)?;
        Some(Node::new(element, rule, found))
    }

    /// What `read` makes of all children of that name, checked against the rule of that name.
    pub(super) fn each<T>(
        self,
        name: &str,
        found: &mut Findings,
        read: fn(Node<'t>, &mut Findings) -> T,
    ) -> Vec<T> {
        let Some(rule) = Rule::of(name) else {
            return Vec::new();
        };
        let children = self.elements().filter(|element| element.name == name);
        children
            .map(|element| read(Node::new(element, rule, found), found))
            .collect()
    }

    /// Whether some of the text in the element is not known.
    pub(super) fn is_unreadable(self) -> bool {
        self.element.children.contains(&Child::Unreadable)
    }

    /// The text in the element without white space around it, and its place; none if there is
    /// only white space or some of it is not known.
    pub(super) fn text(self) -> Option<Spanned<String>> {
        if self.is_unreadable() {
            return None;
        }
        let mut text = String::new();
        let mut places = Vec::new();
        for (part, span) in self.element.texts() {
            text.push_str(part);
            if !part.trim().is_empty() {
                // Trimmed white space is as long decoded as written, except for a part that is
                // one entity, and that is not trimmed.
                places.push(span.trimmed(part, char::is_whitespace));
            }
        }
        let span = Span::new(places.first()?.start, places.last()?.end);
        Some(Spanned::new(text.trim().to_owned(), span))
    }

    fn check_attributes(self, rule: &'static Rule, found: &mut Findings) {
        for attribute in &self.element.attributes {
            let known = || rule.attributes().map(|(name, _)| name);
            if !known().any(|name| name == attribute.name) {
                let message = format!(
                    "unknown attribute {} of element {rule}",
                    quoted(&attribute.name)
                );
                let help = did_you_mean(&attribute.name, known()).or_else(|| {
                    let list: Vec<_> = known().map(quoted).collect();
                    Some(match list.as_slice() {
                        [] => "it has no attributes".to_owned(),
                        list => format!("its attributes are {}", list.join(", ")),
                    })
                });
                found
                    .report(Code::UnknownAttribute, attribute.name_span, message)
                    .maybe_help(help);
            } else if attribute.readable && attribute.value.is_empty() {
                let message = format!("attribute {} is empty", quoted(&attribute.name));
                found.report(Code::EmptyValue, attribute.value_span, message);
            }
        }
        for (name, required) in rule.attributes() {
            if required && self.attribute_span(name).is_none() {
                let message = format!("element {rule} lacks attribute {}", quoted(name));
                found.report(Code::MissingAttribute, self.span(), message);
            }
        }
    }

    fn check_children(self, rule: &'static Rule, found: &mut Findings) {
        let mut first: Vec<(&str, Span)> = Vec::new();
        for element in self.elements() {
            let name = element.name.as_str();
            let Some(occurs) = rule.child(name) else {
                unknown_element(element, rule, found);
                continue;
            };
            if occurs == Occurs::Any {
                continue;
            }
            if let Some((_, span)) = first.iter().find(|(other, _)| *other == name) {
                let message = format!("element {rule} has a second {}", quoted(name));
                found
                    .report(Code::RepeatedElement, element.tag, message)
                    .related(*span, "the first one");
            } else {
                first.push((name, element.tag));
            }
        }
        for (name, occurs) in rule.all_children() {
            let there = first.iter().any(|(other, _)| *other == name);
            if occurs == Occurs::Required && !there && !self.misspelt(name, rule) {
                let message = format!("element {rule} lacks element {}", quoted(name));
                found.report(Code::MissingElement, self.span(), message);
            }
        }
        if rule.content != Content::Text {
            self.check_stray_text(rule, found);
        }
    }

    /// Whether an unknown child is most likely meant to be the child `name`.
    fn misspelt(self, name: &str, rule: &'static Rule) -> bool {
        let known = || rule.all_children().map(|(child, _)| child);
        self.elements()
            .filter(|element| rule.child(&element.name).is_none())
            .any(|element| nearest(&element.name, known()) == Some(name))
    }

    /// Reports the first text in an element that has none.
    fn check_stray_text(self, rule: &'static Rule, found: &mut Findings) {
        let mut texts = self.element.texts();
        let stray = texts.find(|(text, _)| !text.trim().is_empty());
        if let Some((text, span)) = stray {
            let span = span.trimmed(text, char::is_whitespace);
            let message = format!("text in element {rule}");
            let label = match rule.content {
                Content::Nothing => "the element is always empty",
                _ => "only elements stand here",
            };
            found.report(Code::StrayText, span, message).label(label);
        }
    }
}

/// Reports a child that `parent` cannot have.
fn unknown_element(element: &Element, parent: &'static Rule, found: &mut Findings) {
    let place = format!(
        "{} in element {}",
        quoted(&element.name),
        quoted(parent.name)
    );
    let mut message = format!("unknown element {place}");
    let known = || parent.all_children().map(|(name, _)| name);
    let help = if Rule::of(&element.name).is_some() {
        message = format!("misplaced element {place}");
        let list: Vec<_> = Rule::parents(&element.name).map(quoted).collect();
        match list.as_slice() {
            [] => "it is the root element".to_owned(),
            list => format!("it stands in {}", list.join(", ")),
        }
    } else if let Some(question) = did_you_mean(&element.name, known()) {
        question
    } else {
        let list: Vec<_> = known().map(quoted).collect();
        match (parent.content, list.as_slice()) {
            (Content::Text, _) => "only text stands there".to_owned(),
            (_, []) => "nothing stands there".to_owned(),
            (_, list) => format!("what stands there is {}", list.join(", ")),
        }
    };
    found
        .report(Code::UnknownElement, element.name_span, message)
        .help(help);
}
