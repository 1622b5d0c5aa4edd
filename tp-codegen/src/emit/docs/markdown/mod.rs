//! Pages for a forge or an editor.

mod drawing;

use super::page::{Block, Inline, MARK, Page, Table, Target};
use crate::GeneratedFile;

/// A page as a file.
pub(super) fn file(page: &Page) -> GeneratedFile {
    let writer = Writer { path: &page.path };
    GeneratedFile {
        path: file_name(&page.path),
        text: writer.page(page),
    }
}

/// Forges show a folder's `README.md`.
fn file_name(path: &str) -> String {
    match path.strip_suffix("index") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("{folder}README.md"),
        _ => format!("{path}.md"),
    }
}

struct Writer<'a> {
    /// Which page it is.
    path: &'a str,
}

impl Writer<'_> {
    fn page(&self, page: &Page) -> String {
        let mut text = format!("{MARK}\n\n");
        if !page.trail.is_empty() {
            let trail = page.trail.iter().map(|one| self.inline(one));
            text.push_str(&format!("{} ›\n\n", trail.collect::<Vec<_>>().join(" › ")));
        }
        text.push_str(&format!("# {}\n", escape(&page.title)));
        if let Some(subtitle) = &page.subtitle {
            text.push_str(&format!("\n*{}*\n", escape(subtitle)));
        }
        for block in &page.blocks {
            text.push('\n');
            text.push_str(&self.block(block));
        }
        let (before, after) = &page.neighbours;
        let neighbours: Vec<String> = [("←", before), ("→", after)]
            .into_iter()
            .filter_map(|(mark, one)| Some(format!("{mark} {}", self.inline(one.as_ref()?))))
            .collect();
        if !neighbours.is_empty() {
            text.push_str(&format!("\n---\n\n{}\n", neighbours.join(" · ")));
        }
        text
    }

    fn block(&self, block: &Block) -> String {
        match block {
            Block::Heading { level, id, words } => {
                let marks = "#".repeat(usize::from(*level));
                format!("<a id=\"{id}\"></a>\n\n{marks} {}\n", self.inlines(words))
            }
            Block::Paragraph(words) => format!("{}\n", self.line(words)),
            Block::Note(words) => format!("> {}\n", self.line(words)),
            Block::Hex(bytes) => format!("```text\n{bytes}\n```\n"),
            Block::List(items) => items
                .iter()
                .map(|item| format!("- {}\n", self.line(item)))
                .collect(),
            Block::Facts(facts) => {
                let rows = facts.iter();
                let rows =
                    rows.map(|(name, words)| format!("| {name} | {} |\n", self.inlines(words)));
                format!("| | |\n|---|---|\n{}", rows.collect::<String>())
            }
            Block::Table(table) => self.table(table),
            Block::Drawing(drawing) => {
                format!("```text\n{}```\n", drawing::text(drawing))
            }
        }
    }

    fn table(&self, table: &Table) -> String {
        let head = table.head.iter().map(|one| format!(" {} |", escape(one)));
        let mut text = format!("|{}\n|", head.collect::<String>());
        text.push_str(&"---|".repeat(table.head.len()));
        text.push('\n');
        for row in &table.rows {
            text.push('|');
            for (index, cell) in row.cells.iter().enumerate() {
                text.push(' ');
                if let (0, Some(id)) = (index, &row.id) {
                    text.push_str(&format!("<a id=\"{id}\"></a>"));
                }
                text.push_str(&self.inlines(cell));
                if index == 0 && row.differs {
                    text.push_str(" **≠**");
                }
                text.push_str(" |");
            }
            text.push('\n');
        }
        text
    }

    /// Words that begin a line, where some would mean something else.
    fn line(&self, words: &[Inline]) -> String {
        let text = self.inlines(words);
        let first = text.split(' ').next().unwrap_or_default();
        let digits = first.trim_start_matches(|c: char| c.is_ascii_digit());
        let is_number = digits.len() < first.len() && matches!(digits, "." | ")");
        if is_number {
            let number = first.len().saturating_sub(1);
            let (number, rest) = text.split_at_checked(number).unwrap_or((&text, ""));
            return format!("{number}\\{rest}");
        }
        if matches!(first, "-" | "+" | "=" | "---" | "===") || first.starts_with('#') {
            return format!("\\{text}");
        }
        text
    }

    fn inlines(&self, inlines: &[Inline]) -> String {
        inlines.iter().map(|one| self.inline(one)).collect()
    }

    fn inline(&self, inline: &Inline) -> String {
        match inline {
            Inline::Text(words) | Inline::About(words) => escape(words),
            Inline::Code(words) => code(words),
            Inline::Strong(words) => format!("**{}**", escape(words)),
            Inline::Tag(words) => format!("*{}*", escape(words)),
            Inline::Break => "<br>".to_owned(),
            Inline::Link { to, shown } => {
                format!("[{}]({})", self.inline(shown), self.address(to))
            }
        }
    }

    fn address(&self, target: &Target) -> String {
        let address = target.address(self.path, file_name);
        match target {
            Target::Elsewhere(_) => encode(&address),
            Target::Page { .. } | Target::Here(_) => address,
        }
    }
}

/// Words in which nothing is markup.
fn escape(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for character in words.chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' | '!' => {
                escaped.extend(['\\', character]);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Words in code, where not even an escape is one. What would need one is plain text.
fn code(words: &str) -> String {
    let plain = |c: char| !matches!(c, '`' | '|' | '<' | '\n' | '\r');
    if words.chars().all(plain) && !words.is_empty() {
        format!("`{words}`")
    } else {
        escape(words)
    }
}

/// An address that ends where it ends.
fn encode(address: &str) -> String {
    let encoded = address.chars().map(|c| match c {
        '(' | ')' | '<' | '>' | '|' | '\\' => format!("%{:02X}", u32::from(c)),
        c if c.is_whitespace() => "%20".to_owned(),
        c => c.to_string(),
    });
    encoded.collect()
}
