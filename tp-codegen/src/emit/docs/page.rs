//! What a page says, before it is HTML or Markdown.

use super::drawing::Drawing;

/// One page of the reference.
pub(super) struct Page {
    /// Where it is, without the ending of its format: `tp04/packet.Object`.
    pub(super) path: String,
    /// Its heading.
    pub(super) title: String,
    /// The heading in other words.
    pub(super) subtitle: Option<String>,
    /// The pages above it, outermost first.
    pub(super) trail: Vec<Inline>,
    pub(super) blocks: Vec<Block>,
    /// Its neighbours, the one before and the one after.
    pub(super) neighbours: (Option<Inline>, Option<Inline>),
}

/// What stands below one another.
pub(super) enum Block {
    Heading {
        /// 2 or 3; the title of the page is 1.
        level: u8,
        /// What links point at.
        id: String,
        words: Vec<Inline>,
    },
    Paragraph(Vec<Inline>),
    /// A paragraph worth knowing.
    Note(Vec<Inline>),
    List(Vec<Vec<Inline>>),
    /// Names and what they stand for.
    Facts(Vec<Fact>),
    Table(Table),
    Drawing(Drawing),
    /// Bytes of an example, to be copied.
    Hex(String),
}

/// A name and what it stands for.
pub(super) type Fact = (&'static str, Vec<Inline>);

/// What a table is about, for its looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    /// Place, bytes, name and type, meaning.
    Fields,
    /// Place, bytes, meaning.
    Bytes,
    /// Names, and a column for each protocol.
    Names,
    /// Fields, and a column for each protocol.
    Comparison,
}

pub(super) struct Table {
    pub(super) look: Look,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<TableRow>,
}

pub(super) struct TableRow {
    /// What links point at.
    pub(super) id: Option<String>,
    /// Its cells are not all the same.
    pub(super) differs: bool,
    pub(super) cells: Vec<Vec<Inline>>,
}

impl From<Vec<Vec<Inline>>> for TableRow {
    fn from(cells: Vec<Vec<Inline>>) -> Self {
        Self {
            id: None,
            differs: false,
            cells,
        }
    }
}

/// What stands in a line.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Inline {
    Text(String),
    Code(String),
    /// A name that stands out.
    Strong(String),
    /// Words that stand back behind a name.
    About(String),
    /// A short remark, such as "read-only".
    Tag(String),
    Link {
        to: Target,
        shown: Box<Inline>,
    },
    /// A new paragraph within a cell.
    Break,
}

/// What a link leads to.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A page of the reference, and a place on it.
    Page {
        path: String,
        fragment: Option<String>,
    },
    /// A place on the same page.
    Here(String),
    /// Another site.
    Elsewhere(String),
}

impl Target {
    pub(super) fn page(path: impl Into<String>) -> Self {
        Self::Page {
            path: path.into(),
            fragment: None,
        }
    }

    /// A place on a page.
    pub(super) fn place(path: impl Into<String>, fragment: String) -> Self {
        Self::Page {
            path: path.into(),
            fragment: Some(fragment),
        }
    }

    /// Its address on the page at `from`, where `file` tells the file of a path.
    pub(super) fn address(&self, from: &str, file: impl Fn(&str) -> String) -> String {
        match self {
            Self::Page { path, fragment } => {
                let fragment = fragment.as_ref().map(|one| format!("#{one}"));
                let file = file(&relative(from, path));
                format!("{file}{}", fragment.unwrap_or_default())
            }
            Self::Here(fragment) => format!("#{fragment}"),
            Self::Elsewhere(address) => address.clone(),
        }
    }
}

pub(super) fn text(words: impl Into<String>) -> Inline {
    Inline::Text(words.into())
}

pub(super) fn code(words: impl Into<String>) -> Inline {
    Inline::Code(words.into())
}

pub(super) fn tag(words: impl Into<String>) -> Inline {
    Inline::Tag(words.into())
}

pub(super) fn link(to: Target, shown: Inline) -> Inline {
    let shown = Box::new(shown);
    Inline::Link { to, shown }
}

/// A link to a page.
pub(super) fn page_link(path: impl Into<String>, words: impl Into<String>) -> Inline {
    link(Target::page(path), text(words))
}

/// Our own words, in which `` `code` `` is code.
pub(super) fn words(line: &str) -> Vec<Inline> {
    let mut inlines = Vec::new();
    let mut is_code = false;
    for part in line.split('`') {
        if !part.is_empty() {
            inlines.push(if is_code { code(part) } else { text(part) });
        }
        is_code = !is_code;
    }
    inlines
}

/// Our own words, in which each `{}` is the next of `inlines`.
pub(super) fn filled(words: &str, inlines: impl IntoIterator<Item = Inline>) -> Vec<Inline> {
    let mut inlines = inlines.into_iter();
    let mut filled = Vec::new();
    for (index, part) in words.split("{}").enumerate() {
        if index > 0 {
            filled.extend(inlines.next());
        }
        if !part.is_empty() {
            filled.push(text(part));
        }
    }
    filled
}

pub(super) fn heading(level: u8, id: impl Into<String>, title: impl Into<String>) -> Block {
    Block::Heading {
        level,
        id: id.into(),
        words: vec![text(title)],
    }
}

pub(super) fn table<'h>(
    look: Look,
    head: impl IntoIterator<Item = &'h str>,
    rows: impl IntoIterator<Item = TableRow>,
) -> Block {
    Block::Table(Table {
        look,
        head: head.into_iter().map(str::to_owned).collect(),
        rows: rows.into_iter().collect(),
    })
}

/// Puts `between` between items.
pub(super) fn join(items: impl IntoIterator<Item = Inline>, between: &str) -> Vec<Inline> {
    let mut joined = Vec::new();
    for item in items {
        if !joined.is_empty() {
            joined.push(text(between));
        }
        joined.push(item);
    }
    joined
}

/// The way from the page at `from` to the one at `to`, both without their ending.
pub(super) fn relative(from: &str, to: &str) -> String {
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    match (folder(from), to.rsplit_once('/')) {
        (Some(here), Some((there, name))) if here == there => name.to_owned(),
        _ => format!("{}{to}", root(from)),
    }
}

/// The way from the page at `path` to the folder of the reference: empty, or `../`.
pub(super) fn root(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}
