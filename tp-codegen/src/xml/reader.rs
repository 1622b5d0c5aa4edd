//! Events → tree.

use quick_xml::Error;
use quick_xml::events::Event;
use quick_xml::reader::Reader as Events;

use super::chars::{is_char, is_space};
use super::entity::{decode, hidden};
use super::tag::Scanner;
use super::{Document, Element, MAX_DEPTH, Node, prolog};
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::{Source, Span, is_hidden};

/// Reads the text of `source`. What makes it no well-formed document is reported; none if there is no
/// root element or reading had to stop. Otherwise the tree is whole but for what is unreadable.
pub(crate) fn read(source: &Source, found: &mut Findings) -> Option<Document> {
    let text = source.text();
    if let Some((at, c)) = text.char_indices().find(|(_, c)| !is_char(*c)) {
        let span = Span::of(at, c.len_utf8());
        let message = format!("the character U+{:04X} is not allowed in XML", u32::from(c));
        found.report(Code::ForbiddenCharacter, span, message);
        return None;
    }
    // quick-xml would skip another byte-order mark and count all positions without it.
    if text.starts_with('\u{FEFF}') {
        let span = Span::new(0, '\u{FEFF}'.len_utf8());
        found
            .report(Code::OutsideRoot, span, "text in front of the root element")
            .label("a second byte-order mark");
        return None;
    }
    for (at, c) in text.char_indices().filter(|(_, c)| is_hidden(*c)) {
        hidden(c, Span::of(at, c.len_utf8()), found);
    }
    let mut reader = Reader {
        text,
        found,
        open: Vec::new(),
        before: Vec::new(),
        root: None,
        after: Vec::new(),
        doctype: None,
    };
    reader.document()?;
    let end = Span::at(source.end());
    if let Some(element) = reader.open.last() {
        let message = format!("the file ends inside element {}", quoted(&element.name));
        let finding = reader.found.report(Code::Truncated, end, message);
        finding
            .label("the file ends here")
            .related(element.tag, "this is not closed");
        return None;
    }
    if reader.root.is_none() {
        let finding = reader
            .found
            .report(Code::Empty, end, "the file holds no element");
        finding.help("a schema is one `protocol` element");
    }
    Some(Document {
        before: reader.before,
        root: reader.root?,
        after: reader.after,
    })
}

struct Reader<'t, 'f> {
    text: &'t str,
    found: &'f mut Findings,
    /// The elements whose end tag is still to come, outermost first.
    open: Vec<Element>,
    /// What stood in front of the root element.
    before: Vec<Node>,
    root: Option<Element>,
    /// What stands behind the root element.
    after: Vec<Node>,
    doctype: Option<Span>,
}

impl<'t> Reader<'t, '_> {
    /// Reads to the end of the file. None if reading has to stop before, which is reported.
    fn document(&mut self) -> Option<()> {
        let mut events = Events::from_str(self.text);
        let config = events.config_mut();
        // Names are compared here, where the place of both tags is known.
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        loop {
            let start = offset(events.buffer_position());
            let event = events.read_event();
            let span = Span::new(start, offset(events.buffer_position()));
            match event {
                Ok(Event::Start(_)) => self.start(span, false)?,
                Ok(Event::Empty(_)) => self.start(span, true)?,
                Ok(Event::End(_)) => self.end(span)?,
                Ok(Event::Text(_)) => self.characters(span)?,
                Ok(Event::GeneralRef(_)) => self.characters(span)?,
                Ok(Event::CData(_)) => self.cdata(span)?,
                Ok(Event::Comment(_)) => self.comment(span)?,
                Ok(Event::Decl(_)) => {
                    prolog::declaration(self.text, span, self.found)?;
                    self.push(Node::Instruction(span));
                }
                Ok(Event::PI(_)) => {
                    prolog::instruction(self.text, span, self.found)?;
                    self.push(Node::Instruction(span));
                }
                Ok(Event::DocType(_)) => {
                    let in_prolog = self.open.is_empty() && self.root.is_none();
                    prolog::doctype(self.text, span, self.doctype, in_prolog, self.found)?;
                    self.doctype = Some(span);
                    self.push(Node::Instruction(span));
                }
                Ok(Event::Eof) => return Some(()),
                Err(error) => {
                    self.broken(start, &error);
                    return None;
                }
            }
        }
    }

    fn start(&mut self, tag: Span, empty: bool) -> Option<()> {
        let closing = if empty { "/>".len() } else { ">".len() };
        let inside = tag.within("<".len(), closing);
        let element = self.tag(tag, inside)?;
        if self.open.is_empty() && self.root.is_some() {
            let message = format!("a second root element {}", quoted(&element.name));
            self.found
                .report(Code::OutsideRoot, tag, message)
                .label("the document ended before this")
                .help("put everything into one `protocol` element");
            return None;
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("elements nest more than {MAX_DEPTH} deep");
            self.found.report(Code::TooDeep, tag, message);
            return None;
        }
        if empty {
            self.close(element)
        } else {
            self.open.push(element)
        }
        Some(())
    }

    fn tag(&mut self, tag: Span, inside: Span) -> Option<Element> {
        let mut scanner = Scanner::new(self.text, inside, "start tag");
        let Some((name, name_span)) = scanner.name() else {
            self.found
                .malformed(Span::new(tag.start, inside.start), "`<` begins no tag")
                .label("a name belongs behind this")
                .help("write `&lt;` for the character itself");
            return None;
        };
        let attributes = scanner.attributes(self.found)?;
        Some(Element {
            name,
            name_span,
            tag,
            attributes,
            children: Vec::new(),
            end: Span::at(tag.end),
        })
    }

    /// Puts a whole element where it belongs.
    fn close(&mut self, element: Element) {
        match self.open.last_mut() {
            Some(parent) => parent.children.push(Node::Element(element)),
            None => self.root = Some(element),
        }
    }

    fn end(&mut self, tag: Span) -> Option<()> {
        let inside = tag.within("</".len(), ">".len());
        let mut scanner = Scanner::new(self.text, inside, "end tag");
        let name = scanner.name().map(|(name, _)| name);
        let plain = name.as_deref() == Some(inside.slice(self.text).trim_end_matches(is_space));
        let Some(name) = name.filter(|_| plain) else {
            self.found
                .malformed(tag, "this is no end tag")
                .label("only a name and white space stand between `</` and `>`");
            return None;
        };
        let Some(mut element) = self.open.pop() else {
            let message = format!("end tag {} closes nothing", quoted(&name));
            self.found
                .report(Code::MismatchedTag, tag, message)
                .label("no element is open here");
            return None;
        };
        if element.name != name {
            let message = format!(
                "end tag {} where element {} is open",
                quoted(&name),
                quoted(&element.name)
            );
            self.found
                .report(Code::MismatchedTag, tag, message)
                .label(format!(
                    "{} belongs here",
                    quoted(&format!("</{}>", element.name))
                ))
                .related(element.tag, "this is not closed");
            return None;
        }
        element.end = tag;
        self.close(element);
        Some(())
    }

    /// Text without markup, or an entity.
    fn characters(&mut self, span: Span) -> Option<()> {
        let raw = span.slice(self.text);
        if self.open.is_empty() {
            if !raw.chars().all(is_space) {
                self.outside(span.trimmed(raw, is_space));
            }
            return Some(());
        }
        if let Some(at) = raw.find("]]>") {
            let mark = Span::of(span.start.saturating_add(at), "]]>".len());
            self.found
                .malformed(mark, "`]]>` in text")
                .help("write `]]&gt;`");
            return None;
        }
        let decoded = decode(raw, span.start, self.found)?;
        self.push(if decoded.readable {
            Node::Text(decoded.text, span)
        } else {
            Node::Unreadable
        });
        Some(())
    }

    fn cdata(&mut self, span: Span) -> Option<()> {
        if self.open.is_empty() {
            self.outside(span);
            return Some(());
        }
        let inside = span.within("<![CDATA[".len(), "]]>".len());
        self.push(Node::CData(inside.slice(self.text).to_owned(), inside));
        Some(())
    }

    /// Adds to the innermost element, or to what stands around the root element.
    fn push(&mut self, node: Node) {
        let list = match (self.open.last_mut(), &self.root) {
            (Some(parent), _) => &mut parent.children,
            (None, None) => &mut self.before,
            (None, Some(_)) => &mut self.after,
        };
        list.push(node);
    }

    fn outside(&mut self, span: Span) {
        let place = if self.root.is_some() {
            "behind"
        } else {
            "in front of"
        };
        self.found.report(
            Code::OutsideRoot,
            span,
            format!("text {place} the root element"),
        );
    }

    fn comment(&mut self, span: Span) -> Option<()> {
        // `--->` ends a comment with a dash that belongs to no pair but must not be there.
        let inside = span.within("<!--".len(), "->".len());
        if let Some(at) = inside.slice(self.text).find("--") {
            let mark = Span::of(inside.start.saturating_add(at), "--".len());
            self.found
                .malformed(mark, "`--` in a comment")
                .label("only the end of the comment may have two dashes");
            return None;
        }
        self.push(Node::Comment(span));
        Some(())
    }

    /// Says why quick-xml could not go on at `start`.
    fn broken(&mut self, start: usize, error: &Error) {
        let rest = self.text.get(start..).unwrap_or_default();
        if rest.starts_with('&') {
            let end = rest.find('<').unwrap_or(rest.len());
            if decode(rest.get(..end).unwrap_or_default(), start, self.found).is_some() {
                self.no_markup(start);
            }
            return;
        }
        // What begins like this, what it is, and what it would have ended in.
        let construct = [
            ("<!--", "a comment", "-->"),
            ("<![CDATA[", "a CDATA section", "]]>"),
            // A `>` in it may be that of a declaration inside.
            ("<!DOCTYPE", "a DOCTYPE", "\0"),
            ("<?", "a processing instruction", "?>"),
            ("</", "an end tag", ">"),
        ]
        .into_iter()
        .find(|(begin, ..)| rest.starts_with(begin) || begin.starts_with(rest));
        match construct {
            Some((begin, what, end))
                if rest.len() > 1
                    && !rest
                        .get(begin.len()..)
                        .is_some_and(|inside| inside.contains(end))
                    && matches!(error, Error::Syntax(_)) =>
            {
                self.truncated(what, Span::of(start, begin.len().min(rest.len())));
            }
            Some(_) if rest.len() > 1 => self.no_markup(start),
            _ if rest.starts_with("<!") => self.no_markup(start),
            _ => {
                // A start tag without end. Often a quote is missing, and the tag says so itself.
                let inside = Span::new(start.saturating_add(1), self.text.len());
                let reported = rest.contains('>') && self.tag(Span::at(start), inside).is_none();
                if !reported {
                    self.truncated("a tag", Span::of(start, 1));
                }
            }
        }
    }

    fn no_markup(&mut self, start: usize) {
        let mark = Span::new(start, start.saturating_add(2).min(self.text.len()));
        self.found
            .malformed(mark, "this begins no tag, comment or other markup")
            .help("write `&lt;` or `&amp;` for the character itself");
    }

    fn truncated(&mut self, what: &str, begin: Span) {
        let end = Span::at(self.text.trim_end().len());
        let message = format!("the file ends inside {what}");
        self.found
            .report(Code::Truncated, end, message)
            .label("the file ends here")
            .related(begin, "this does not end");
    }
}

/// Positions count the bytes of a text in memory, so that they always fit.
fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
