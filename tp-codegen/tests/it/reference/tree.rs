//! Pages read back, as XML: the pages are both.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// An element with what is in it.
#[derive(Debug, Default)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<Node>,
}

#[derive(Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

/// The root element of a page; panics where it is not well-formed.
pub(crate) fn parse(page: &str) -> Element {
    let mut reader = Reader::from_str(page);
    reader.config_mut().check_comments = true;
    let mut open = vec![Element::default()];
    loop {
        let node = match reader.read_event().unwrap() {
            Event::Start(start) => {
                open.push(element(&start));
                continue;
            }
            Event::Empty(start) => Node::Element(element(&start)),
            Event::End(_) => Node::Element(open.pop().unwrap()),
            Event::Text(text) => Node::Text(text.to_string()),
            Event::GeneralRef(reference) => {
                let text = format!("&{};", &*reference);
                Node::Text(unescape(&text).unwrap().into_owned())
            }
            Event::DocType(_) | Event::Comment(_) => continue,
            Event::Eof => break,
            other => panic!("{other:?} in a page"),
        };
        open.last_mut().unwrap().children.push(node);
    }
    assert_eq!(open.len(), 1, "an element is not closed");
    let nodes = open.remove(0).children.into_iter();
    let mut roots = nodes.filter_map(|node| match node {
        Node::Element(root) => Some(root),
        Node::Text(_) => None,
    });
    let root = roots.next().unwrap();
    assert_eq!(roots.count(), 0, "more than one root");
    root
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start.attributes().map(|attribute| {
        let attribute = attribute.unwrap();
        let name = attribute.key.as_ref().to_owned();
        let value = attribute.value.into_owned();
        (name, unescape(&value).unwrap().into_owned())
    });
    Element {
        name: start.name().as_ref().to_owned(),
        attributes: attributes.collect(),
        children: Vec::new(),
    }
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let found = attributes.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What it leads to or loads.
    pub(crate) fn link(&self) -> Option<&str> {
        self.attribute("href").or(self.attribute("src"))
    }

    pub(crate) fn is(&self, class: &str) -> bool {
        let classes = self.attribute("class").unwrap_or_default();
        classes.split(' ').any(|one| one == class)
    }

    /// This element and everything in it, in the order of the page.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for child in &self.children {
            if let Node::Element(child) = child {
                all.extend(child.all());
            }
        }
        all
    }

    /// The elements in it of that name or `.class`.
    pub(crate) fn find(&self, wanted: &str) -> Vec<&Self> {
        let all = self.all().into_iter();
        all.filter(|one| match wanted.strip_prefix('.') {
            Some(class) => one.is(class),
            None => one.name == wanted,
        })
        .collect()
    }

    /// The words of the elements in it of that name or `.class`.
    pub(crate) fn texts(&self, wanted: &str) -> Vec<String> {
        self.find(wanted).iter().map(|one| one.text()).collect()
    }

    /// The element with that id.
    pub(crate) fn by_id(&self, id: &str) -> &Self {
        let all = self.all().into_iter();
        let mut found = all.filter(|one| one.attribute("id") == Some(id));
        found
            .next()
            .unwrap_or_else(|| panic!("nothing has the id {id}"))
    }

    /// Its words, one blank between them.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        self.add_text(&mut text);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn add_text(&self, text: &mut String) {
        for child in &self.children {
            match child {
                Node::Element(child) => {
                    let apart = matches!(&*child.name, "td" | "th" | "dd" | "dt" | "p" | "tr");
                    if apart || child.is("break") {
                        text.push(' ');
                    }
                    child.add_text(text);
                }
                Node::Text(words) => text.push_str(words),
            }
        }
    }
}
