//! Diagnostics as a compiler prints them.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::Label;
use crate::source::{Source, Span, is_hidden};

/// Labels further than this many lines from the primary one get an excerpt of their own, so that
/// the renderer is never handed a whole big file once for every finding in it.
const NEAR: usize = 400;

/// Lines of more bytes than this are not shown whole: every finding in one would cost as much again.
const LONG: usize = 400;

/// Stands behind the place of an excerpt. The renderer adds the one that it counts, which of a part of
/// a line is wrong.
const COUNTED: char = '\0';

/// How much of a long line is shown in front of a place, and how much from there on, in bytes.
const BEFORE: usize = 60;
const BEHIND: usize = 70;

/// What is shown of a finding.
pub(crate) struct Shown<'a> {
    /// How bad it is.
    pub(crate) level: Level<'a>,
    /// The name of its kind, where kinds have names.
    pub(crate) id: Option<&'a str>,
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
        .map(|shown| without_counted(&renderer.render(&[group(source, shown)])))
        .collect();
    rendered.join("\n\n")
}

fn group<'a>(source: &'a Source, shown: Shown<'a>) -> Group<'a> {
    let primary = shown.primary;
    let (near, far): (Vec<_>, Vec<_>) = shown.related.iter().partition(|label| {
        label.line.abs_diff(primary.line) <= NEAR && !is_long(source, &[primary, label])
    });
    let title = shown.level.primary_title(shown.message);
    let title = match shown.id {
        Some(id) => title.id(id),
        None => title,
    };
    let mut group = title.element(excerpt(source, Some(primary), &near));
    for label in far {
        group = group.element(excerpt(source, None, &[label]));
    }
    if let Some(help) = shown.help {
        group = group.element(Level::HELP.message(help));
    }
    group
}

/// The first and the last line with one of `labels`.
fn lines(labels: &[&Label]) -> (usize, usize) {
    let first = labels.iter().map(|label| label.line).min();
    let last = labels.iter().map(|label| label.end_line).max();
    (first.unwrap_or(1), last.unwrap_or(1))
}

/// Whether a line between the first and the last of `labels` is too long to be shown.
fn is_long(source: &Source, labels: &[&Label]) -> bool {
    let (first, last) = lines(labels);
    (first..=last).any(|line| {
        let length = source
            .line_end(line)
            .saturating_sub(source.line_start(line));
        length > LONG
    })
}

/// The place and the lines from the first to the last label; the renderer leaves out those without
/// one. Where a line is long there is one label, and only what stands around its beginning is shown.
fn excerpt<'a>(
    source: &'a Source,
    primary: Option<&'a Label>,
    others: &[&'a Label],
) -> Snippet<'a, Annotation<'a>> {
    let labels: Vec<&Label> = primary.into_iter().chain(others.iter().copied()).collect();
    let (first, last) = lines(&labels);
    let mut part = Span::new(source.line_start(first), source.line_end(last));
    let mut dots = ("", "");
    if let ([label], true) = (labels.as_slice(), is_long(source, &labels)) {
        let line = Span::new(part.start, source.line_end(first));
        part = around(label.span.start, line, source.text());
        let dot = |cut: bool| if cut { "…" } else { "" };
        dots = (dot(part.start > line.start), dot(part.end < line.end));
    }
    // Hidden characters are not left to the terminal.
    let shown = |to: usize| {
        let text = Span::new(part.start, to.clamp(part.start, part.end)).slice(source.text());
        format!("{}{}", dots.0, text.replace(is_hidden, "\u{FFFD}"))
    };
    let mark = |kind: AnnotationKind, label: &'a Label| {
        let from = shown(label.span.start).len();
        let annotation = kind.span(from..shown(label.span.end).len());
        if label.text.is_empty() {
            annotation
        } else {
            annotation.label(label.text.as_str())
        }
    };
    let place = labels
        .first()
        .map_or((1, 1), |label| (label.line, label.column));
    Snippet::source(shown(part.end) + dots.1)
        .line_start(first)
        .path(format!(
            "{}:{}:{}{COUNTED}",
            source.name(),
            place.0,
            place.1
        ))
        .annotations(primary.map(|label| mark(AnnotationKind::Primary, label)))
        .annotations(
            others
                .iter()
                .map(|label| mark(AnnotationKind::Context, label)),
        )
}

/// `text` without the places that the renderer has counted.
fn without_counted(text: &str) -> String {
    let mut pieces = text.split(COUNTED);
    let mut result = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        result += piece.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    }
    result
}

/// The part of `line` around the offset `at` in `text` that is shown.
fn around(at: usize, line: Span, text: &str) -> Span {
    let boundary = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at));
    let start = boundary(at.saturating_sub(BEFORE)).unwrap_or(0);
    let end = boundary(at.saturating_add(BEHIND).min(text.len())).unwrap_or(0);
    Span::new(start.max(line.start), end.min(line.end))
}
