//! Diagnostics as a compiler prints them.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::Label;
use crate::source::Source;

/// Labels further than this many lines from the primary one get an excerpt of their own, so that
/// the renderer is never handed a whole big file once for every finding in it.
const NEAR: usize = 400;

/// What is shown of a finding.
pub(crate) struct Shown<'a> {
    /// How bad it is.
    pub(crate) level: Level<'a>,
    /// The name of its kind.
    pub(crate) id: &'a str,
    /// What is wrong.
    pub(crate) message: &'a str,
    /// The place it is about.
    pub(crate) primary: &'a Label,
    /// Other places that have to do with it.
    pub(crate) related: &'a [Label],
    /// A likely fix.
    pub(crate) help: Option<&'a str>,
}

/// Findings with their excerpts, an empty line between two.
pub(crate) fn render<'a>(
    source: &'a Source,
    list: impl Iterator<Item = Shown<'a>>,
    color: bool,
) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let rendered: Vec<String> = list
        .map(|shown| renderer.render(&[group(source, shown)]))
        .collect();
    rendered.join("\n\n")
}

fn group<'a>(source: &'a Source, shown: Shown<'a>) -> Group<'a> {
    let primary = shown.primary;
    let (near, far): (Vec<_>, Vec<_>) = shown
        .related
        .iter()
        .partition(|label| label.line.abs_diff(primary.line) <= NEAR);
    let title = shown.level.primary_title(shown.message).id(shown.id);
    let mut group = title.element(excerpt(source, Some(primary), &near));
    for label in far {
        group = group.element(excerpt(source, None, &[label]));
    }
    if let Some(help) = shown.help {
        group = group.element(Level::HELP.message(help));
    }
    group
}

/// The lines from the first to the last label; the renderer leaves out those without one.
fn excerpt<'a>(
    source: &'a Source,
    primary: Option<&'a Label>,
    others: &[&'a Label],
) -> Snippet<'a, Annotation<'a>> {
    let labels = || primary.into_iter().chain(others.iter().copied());
    let first = labels().map(|label| label.line).min().unwrap_or(1);
    let last = labels().map(|label| label.end_line).max().unwrap_or(1);
    let (start, end) = (source.line_start(first), source.line_end(last));
    let text = source.text().get(start..end).unwrap_or_default();
    let mark = |kind: AnnotationKind, label: &'a Label| {
        let from = label.span.start.saturating_sub(start).min(text.len());
        let to = label.span.end.saturating_sub(start).clamp(from, text.len());
        let annotation = kind.span(from..to);
        if label.text.is_empty() {
            annotation
        } else {
            annotation.label(label.text.as_str())
        }
    };
    Snippet::source(text)
        .line_start(first)
        .path(source.name())
        .annotations(primary.map(|label| mark(AnnotationKind::Primary, label)))
        .annotations(
            others
                .iter()
                .map(|label| mark(AnnotationKind::Context, label)),
        )
}
