//! What is wrong with a schema, and where.
//!
//! Passes collect `Findings`, which know byte offsets only. At the end these become
//! [`Diagnostics`]: sorted, with lines and columns, ready to be printed or handed to a program.

mod code;
pub(crate) mod render;
pub(crate) mod suggest;

use std::fmt;

use annotate_snippets::Level;
use serde::Serialize;

use crate::source::{Source, Span, Spanned, is_hidden};

pub use code::Code;
use render::Shown;

/// A place in a schema and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column past the end.
    pub end_column: usize,
    /// What is to be said; may be empty.
    #[serde(rename = "label", skip_serializing_if = "String::is_empty")]
    pub text: String,
    #[serde(skip)]
    span: Span,
}

/// One thing wrong with a schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnostic {
    /// Which kind of finding it is.
    pub code: Code,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Name of the schema file.
    pub file: String,
    /// The place it is about.
    #[serde(flatten)]
    pub primary: Label,
    /// Other places that have to do with it, such as the first of two equal names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Label>,
    /// A likely fix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// Everything wrong with one schema: at least one [`Diagnostic`], in the order of the text.
///
/// Displayed, each shows `file:line:column` and an excerpt. Serialised, it is the list of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Diagnostics {
    #[serde(skip)]
    source: Source,
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// The diagnostics, in the order of the text.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// The text they are about.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The diagnostics as a compiler prints them, with ANSI colours if `color`. Does not end in a
    /// line break.
    #[must_use]
    pub fn render(&self, color: bool) -> String {
        let shown = self.list.iter().map(|one| Shown {
            level: Level::ERROR,
            id: Some(one.code.name()),
            message: &one.message,
            primary: &one.primary,
            related: &one.related,
            help: one.help.as_deref(),
        });
        render::render(&self.source, shown, color)
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}

/// One finding while it is being put together. `K` is its kind.
#[derive(Debug)]
pub(crate) struct Finding<K = Code> {
    pub(crate) code: K,
    pub(crate) message: String,
    pub(crate) span: Span,
    pub(crate) label: String,
    pub(crate) related: Vec<(Span, String)>,
    pub(crate) help: Option<String>,
}

impl<K> Finding<K> {
    /// What to write under the place itself.
    pub(crate) fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.label = text.into();
        self
    }

    /// Another place that has to do with it.
    pub(crate) fn related(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.related.push((span, text.into()));
        self
    }

    /// A likely fix.
    pub(crate) fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// A likely fix, where one is known.
    pub(crate) fn maybe_help(&mut self, text: Option<String>) -> &mut Self {
        if text.is_some() {
            self.help = text;
        }
        self
    }
}

/// What was found so far.
#[derive(Debug)]
pub(crate) struct Findings<K = Code> {
    list: Vec<Finding<K>>,
    /// The newest finding, apart from the others so that [`Findings::report`] can lend it.
    newest: Option<Finding<K>>,
    /// How many guesses were made at what was meant.
    guesses: usize,
}

/// Each guess looks at every name of a schema. Whoever has more than so many names to mend gets none
/// for the rest.
const MOST_GUESSES: usize = 100;

impl<K> Default for Findings<K> {
    fn default() -> Self {
        Findings {
            list: Vec::new(),
            newest: None,
            guesses: 0,
        }
    }
}

impl<K> Findings<K> {
    /// Adds a finding. Labels and help are added to what this returns.
    pub(crate) fn report(
        &mut self,
        code: K,
        span: Span,
        message: impl Into<String>,
    ) -> &mut Finding<K> {
        self.list.extend(self.newest.take());
        self.newest.insert(Finding {
            code,
            message: message.into(),
            span,
            label: String::new(),
            related: Vec::new(),
            help: None,
        })
    }

    /// A question for what of `known`, names of a schema, was most likely meant by `wrong`.
    pub(crate) fn guess<'a>(
        &mut self,
        wrong: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Option<String> {
        self.guesses = self.guesses.saturating_add(1);
        match self.guesses <= MOST_GUESSES {
            true => suggest::did_you_mean(wrong, known),
            false => None,
        }
    }

    /// Whether nothing was found.
    pub(crate) fn is_empty(&self) -> bool {
        self.newest.is_none()
    }

    /// Everything found, in the order in which it was.
    pub(crate) fn into_list(mut self) -> Vec<Finding<K>> {
        self.list.extend(self.newest.take());
        self.list
    }
}

impl Findings {
    /// Adds that the text breaks the grammar of XML.
    pub(crate) fn malformed(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.report(Code::Malformed, span, message)
    }

    /// `value` if nothing was found.
    pub(crate) fn finish<T>(self, source: &Source, value: T) -> Result<T, Diagnostics> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(self.into_diagnostics(source))
        }
    }

    /// Sorts the findings and looks up their lines.
    pub(crate) fn into_diagnostics(self, source: &Source) -> Diagnostics {
        let mut list = self.into_list();
        list.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
        let list = list.into_iter().map(|finding| Diagnostic {
            code: finding.code,
            message: finding.message,
            file: source.name().to_owned(),
            primary: label(source, finding.span, finding.label),
            related: finding
                .related
                .into_iter()
                .map(|(span, text)| label(source, span, text))
                .collect(),
            help: finding.help,
        });
        Diagnostics {
            list: list.collect(),
            source: source.clone(),
        }
    }
}

/// `text`, said at `span`.
pub(crate) fn label(source: &Source, span: Span, text: String) -> Label {
    let (line, column) = source.position(span.start);
    let (end_line, end_column) = source.position(span.end);
    Label {
        line,
        column,
        end_line,
        end_column,
        text,
        span,
    }
}

/// As a message shows it.
impl fmt::Display for Spanned<String> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(&self.value))
    }
}

/// Text from a schema as a message shows it: in backticks, on one line, not too long.
pub(crate) fn quoted(text: &str) -> String {
    const MOST: usize = 60;
    let mut shown: String = text
        .chars()
        .take(MOST)
        .map(|c| {
            if c.is_control() || is_hidden(c) || c == '`' {
                '\u{FFFD}'
            } else {
                c
            }
        })
        .collect();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}
