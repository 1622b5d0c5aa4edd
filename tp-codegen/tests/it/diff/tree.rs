//! XML as a tree that can be changed and written again.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) tag: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Tree>,
    /// Its own text, as it was written.
    pub(crate) text: String,
}

/// The way from the root to an element: which child of which.
pub(crate) type Way = Vec<usize>;

/// The elements that are fields.
pub(crate) const FIELDS: &[&str] = &[
    "integer",
    "enumeration",
    "string",
    "character",
    "list",
    "group",
    "useparameters",
    "descparameter",
];

impl Tree {
    pub(crate) fn new(tag: &str) -> Self {
        Self {
            tag: tag.to_owned(),
            attributes: Vec::new(),
            children: Vec::new(),
            text: String::new(),
        }
    }

    pub(crate) fn parse(text: &str) -> Self {
        let mut reader = Reader::from_str(text);
        let mut open = vec![Self::new("")];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self::start(&start)),
                Event::Empty(start) => {
                    let element = Self::start(&start);
                    open.last_mut().unwrap().children.push(element);
                }
                Event::End(_) => {
                    let element = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(element);
                }
                Event::Text(text) => {
                    open.last_mut().unwrap().text += &text;
                }
                Event::GeneralRef(entity) => {
                    open.last_mut().unwrap().text += &format!("&{};", &*entity);
                }
                Event::Eof => return open.pop().unwrap().children.pop().unwrap(),
                _ => {}
            }
        }
    }

    fn start(start: &BytesStart<'_>) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            (
                attribute.key.as_ref().to_owned(),
                attribute.value.into_owned(),
            )
        });
        Self {
            attributes: attributes.collect(),
            ..Self::new(start.name().as_ref())
        }
    }

    pub(crate) fn write(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        *out += &format!("<{}", self.tag);
        for (name, value) in &self.attributes {
            *out += &format!(" {name}=\"{value}\"");
        }
        *out += ">";
        if self.children.is_empty() {
            *out += &self.text;
        }
        for child in &self.children {
            child.write_to(out);
        }
        *out += &format!("</{}>\n", self.tag);
    }

    pub(crate) fn get(&self, attribute: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        all.find(|(name, _)| name == attribute)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, or takes it away.
    pub(crate) fn set(&mut self, attribute: &str, value: Option<&str>) {
        let there = self
            .attributes
            .iter_mut()
            .find(|(name, _)| name == attribute);
        match (there, value) {
            (Some((_, old)), Some(value)) => *old = value.to_owned(),
            (None, Some(value)) => self
                .attributes
                .push((attribute.to_owned(), value.to_owned())),
            (_, None) => self.attributes.retain(|(name, _)| name != attribute),
        }
    }

    pub(crate) fn with(mut self, attribute: &str, value: &str) -> Self {
        self.set(attribute, Some(value));
        self
    }

    pub(crate) fn and(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub(crate) fn saying(tag: &str, text: &str) -> Self {
        Self {
            text: text.to_owned(),
            ..Self::new(tag)
        }
    }

    pub(crate) fn child(&self, tag: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.tag == tag)
    }

    pub(crate) fn child_mut(&mut self, tag: &str) -> Option<&mut Self> {
        self.children.iter_mut().find(|child| child.tag == tag)
    }

    /// The name of a field, or of anything else.
    pub(crate) fn name(&self) -> &str {
        self.get("name")
            .or_else(|| self.child("name").map(|name| name.text.trim()))
            .unwrap_or_default()
    }

    pub(crate) fn rename(&mut self, name: &str) {
        if self.is_field() {
            self.child_mut("name").unwrap().text = name.to_owned();
        } else {
            self.set("name", Some(name));
        }
    }

    pub(crate) fn is_field(&self) -> bool {
        FIELDS.contains(&self.tag.as_str())
    }

    pub(crate) fn at(&self, way: &[usize]) -> &Self {
        way.iter().fold(self, |at, index| &at.children[*index])
    }

    pub(crate) fn at_mut(&mut self, way: &[usize]) -> &mut Self {
        way.iter().fold(self, |at, index| &mut at.children[*index])
    }

    /// The ways to all elements that `is` likes.
    pub(crate) fn find(&self, is: &dyn Fn(&Self) -> bool) -> Vec<Way> {
        let mut found = Vec::new();
        self.find_below(is, &mut Vec::new(), &mut found);
        found
    }

    fn find_below(&self, is: &dyn Fn(&Self) -> bool, way: &mut Way, found: &mut Vec<Way>) {
        if is(self) {
            found.push(way.clone());
        }
        for (index, child) in self.children.iter().enumerate() {
            way.push(index);
            child.find_below(is, way, found);
            way.pop();
        }
    }

    /// Calls `change` on everything.
    pub(crate) fn every(&mut self, change: &mut dyn FnMut(&mut Self)) {
        change(self);
        for child in &mut self.children {
            child.every(change);
        }
    }
}
