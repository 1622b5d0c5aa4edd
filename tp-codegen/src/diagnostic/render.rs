//! Diagnostics as a compiler prints them.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label};
use crate::source::Source;

/// Labels further than this many lines from the primary one get an excerpt of their own, so that
/// the renderer is never handed a whole big file once for every finding in it.
const NEAR: usize = 400;

pub(super) fn render(source: &Source, list: &[Diagnostic], color: bool) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let rendered: Vec<String> = list
        .iter()
        .map(|diagnostic| renderer.render(&[group(source, diagnostic)]))
        .collect();
    rendered.join("\n\n")
}

fn group<'a>(source: &'a Source, diagnostic: &'a Diagnostic) -> Group<'a> {
    let primary = &diagnostic.primary;
    let (near, far): (Vec<_>, Vec<_>) = diagnostic
        .related
        .iter()
        .partition(|label| label.line.abs_diff(primary.line) <= NEAR);
    let title = Level::ERROR
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.name());
    let mut group = title.element(excerpt(source, Some(primary), &near));
    for label in far {
        group = group.element(excerpt(source, None, &[label]));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
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
