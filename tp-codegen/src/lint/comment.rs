//! What a schema allows by a comment beside an element.
//!
//! `<!-- lint: allow(rule, other-rule) Why that is right. -->` stands in front of the element, or
//! behind it on the same line, and covers it with all that is in it. In front of `protocol` it
//! covers the whole schema.

use super::allow::suggest;
use super::place::{contains, extent};
use super::rule::Rule;
use super::rules::allow::{MALFORMED, UNREASONED, UNUSED};
use crate::diagnostic::{Finding, Findings, quoted};
use crate::source::Span;
use crate::xml::{Document, Node};

/// One rule in one comment.
struct Entry {
    rule: &'static Rule,
    /// Where the rule is named.
    span: Span,
    /// The element that is covered, if there is one.
    target: Option<Span>,
    used: bool,
}

/// All that comments allow.
#[derive(Default)]
pub(super) struct Comments(Vec<Entry>);

impl Comments {
    /// Whether a comment allows `finding`. All that do are in use.
    pub(super) fn allow(&mut self, finding: &Finding<&'static Rule>) -> bool {
        let mut allowed = false;
        for entry in &mut self.0 {
            let covered = |target| contains(target, finding.span);
            if entry.rule.name == finding.code.name && entry.target.is_some_and(covered) {
                entry.used = true;
                allowed = true;
            }
        }
        allowed
    }

    /// What was not in use.
    pub(super) fn unused(&self) -> Vec<Finding<&'static Rule>> {
        let mut found = Findings::default();
        for entry in self.0.iter().filter(|entry| !entry.used) {
            let message = format!("{} is allowed here, but not found", quoted(entry.rule.name));
            let finding = found.report(&UNUSED, entry.span, message);
            finding.help(match entry.target {
                Some(_) => "take it out of the comment",
                None => {
                    "put the comment in front of the element it is about, or behind it on its line"
                }
            });
        }
        found.into_list()
    }
}

/// Reads every comment of `document`, whose text is `source`, and reports those that are no good.
pub(super) fn read(
    source: &str,
    document: &Document,
    found: &mut Findings<&'static Rule>,
) -> Comments {
    let mut reader = Reader {
        source,
        found,
        comments: Comments::default(),
    };
    let root = &document.root;
    reader.nodes(&document.before, Some(extent(root)));
    reader.nodes(&root.children, None);
    reader.nodes(&document.after, None);
    reader.comments
}

struct Reader<'s, 'f> {
    source: &'s str,
    found: &'f mut Findings<&'static Rule>,
    comments: Comments,
}

impl Reader<'_, '_> {
    /// Reads the comments among `nodes`, behind which `next` follows.
    fn nodes(&mut self, nodes: &[Node], next: Option<Span>) {
        for (index, node) in nodes.iter().enumerate() {
            match node {
                Node::Element(element) => self.nodes(&element.children, None),
                Node::Comment(span) => {
                    let element = |node: &Node| node.element().map(extent);
                    let before = nodes.iter().take(index).rev().find_map(element);
                    let before = before.filter(|before| {
                        let gap = self.source.get(before.end..span.start);
                        gap.is_some_and(|gap| !gap.contains('\n'))
                    });
                    let after = || nodes.iter().skip(index).find_map(element).or(next);
                    self.comment(*span, before.or_else(after));
                }
                _ => {}
            }
        }
    }

    fn comment(&mut self, span: Span, target: Option<Span>) {
        let text = span.slice(self.source);
        let text = text.trim_start_matches("<!--").trim_end_matches("-->");
        let Some(directive) = text.trim().strip_prefix("lint:") else {
            return;
        };
        let parts = directive
            .trim_start()
            .strip_prefix("allow(")
            .and_then(|rest| rest.split_once(')'));
        let Some((rules, reason)) = parts else {
            self.found
                .report(&MALFORMED, span, "this comment allows nothing")
                .help("write `<!-- lint: allow(rule) Why it is right here. -->`");
            return;
        };
        if reason.trim().is_empty() {
            self.found
                .report(&UNREASONED, span, "this comment gives no reason")
                .help("say behind the `)` why it is right here");
        }
        let allow = span.slice(self.source).find("allow(").unwrap_or_default();
        let mut at = span.within(allow, 0).within("allow(".len(), 0).start;
        for name in rules.split(',') {
            let place = Span::of(at, name.len());
            let name_span = place.trimmed(name, char::is_whitespace);
            at = place.end.saturating_add(",".len());
            match Rule::named(name.trim()) {
                Some(rule) if rule.check.is_some() => self.comments.0.push(Entry {
                    rule,
                    span: name_span,
                    target,
                    used: false,
                }),
                _ => {
                    let message = format!("there is no rule {} to allow", quoted(name.trim()));
                    self.found
                        .report(&MALFORMED, name_span, message)
                        .maybe_help(suggest(name.trim()));
                }
            }
        }
    }
}
