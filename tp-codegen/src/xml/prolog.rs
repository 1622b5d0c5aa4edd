//! What may stand in front of the root element.

use super::chars::name_at_start;
use super::tag::Scanner;
use crate::diagnostic::{Code, Findings, quoted};
use crate::source::Span;

/// Checks `<?xml …?>`, which is the text at `span`.
pub(super) fn declaration(text: &str, span: Span, found: &mut Findings) -> Option<()> {
    if span.start != 0 {
        let message = "the XML declaration is not at the start of the file";
        found
            .report(Code::Declaration, span, message)
            .help("move it to the first line, in front of comments and white space");
        return Some(());
    }
    let inside = span.within("<?xml".len(), "?>".len());
    let attributes = Scanner::new(text, inside, "XML declaration").attributes(found)?;
    // The three that exist have a fixed order.
    let mut place = 0_usize;
    for attribute in &attributes {
        let order = ["version", "encoding", "standalone"];
        let Some(index) = order.iter().position(|name| *name == attribute.name) else {
            let message = format!("an XML declaration has no {}", quoted(&attribute.name));
            found.report(Code::Declaration, attribute.name_span, message);
            continue;
        };
        if index < place {
            let message = "an XML declaration says version, encoding, standalone in this order";
            found.report(Code::Declaration, attribute.name_span, message);
        }
        place = index;
        let value = attribute.value.as_str();
        let (allowed, help) = match index {
            0 => (value == "1.0", "schemas are XML 1.0"),
            1 => (
                ["utf-8", "us-ascii"]
                    .iter()
                    .any(|name| value.eq_ignore_ascii_case(name)),
                "save the file as UTF-8 and declare that, or nothing",
            ),
            _ => (matches!(value, "yes" | "no"), "it is `yes` or `no`"),
        };
        if !allowed {
            let message = format!("unsupported XML {} {}", attribute.name, quoted(value));
            found
                .report(Code::Declaration, attribute.value_span, message)
                .help(help);
        }
    }
    if !attributes.iter().any(|one| one.name == "version") {
        let message = "the XML declaration says no version";
        found
            .report(Code::Declaration, span, message)
            .help("write `<?xml version=\"1.0\" encoding=\"UTF-8\"?>`");
    }
    Some(())
}

/// Checks the name of a processing instruction, which is the text at `span`.
pub(super) fn instruction(text: &str, span: Span, found: &mut Findings) -> Option<()> {
    let inside = span.within("<?".len(), "?>".len()).slice(text);
    let name = name_at_start(inside);
    let rest = inside.get(name.len()..).unwrap_or_default();
    let separate = rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']);
    if name.is_empty() || !separate || name.eq_ignore_ascii_case("xml") {
        found
            .malformed(span, "this processing instruction has no valid name")
            .label("`<?` is followed by a name other than `xml`, and that by white space");
        return None;
    }
    Some(())
}

/// Checks `<!DOCTYPE …>`, which is the text at `span`. What it declares is not read.
pub(super) fn doctype(
    text: &str,
    span: Span,
    earlier: Option<Span>,
    in_prolog: bool,
    found: &mut Findings,
) -> Option<()> {
    let name = span.slice(text).strip_prefix("<!DOCTYPE").and_then(|rest| {
        let name = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        (name.len() < rest.len()).then(|| name_at_start(name))
    });
    if name.is_none_or(str::is_empty) {
        found
            .malformed(span, "this is no document type declaration")
            .help("write `<!DOCTYPE protocol …>`, or leave it out");
        return None;
    }
    if let Some(earlier) = earlier {
        found
            .malformed(span, "a document has one DOCTYPE only")
            .related(earlier, "the first one");
        return None;
    }
    if !in_prolog {
        found
            .malformed(span, "a DOCTYPE stands in front of the root element")
            .help("leave it out: it is not read");
        return None;
    }
    Some(())
}
