//! Blocks and lines of a page.

use super::drawing;
use super::html_file;
use super::writer::Writer;
use crate::emit::docs::page::{Block, Inline, Look, Table};

impl Writer<'_> {
    pub(super) fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            self.inline(inline);
        }
    }

    pub(super) fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(words) => self.text(words),
            Inline::Code(words) => self.leaf("code", &[], words),
            Inline::Strong(words) => self.leaf("strong", &[], words),
            Inline::Tag(words) => self.leaf("span", &[("class", "tag")], words),
            Inline::Break => self.empty("span", &[("class", "break")]),
            Inline::About(words) => self.leaf("span", &[("class", "about")], words),
            Inline::Link { to, shown } => {
                let address = to.address(self.path, html_file);
                self.element("a", &[("href", &address)], |out| out.inline(shown));
            }
        }
    }

    pub(super) fn block(&mut self, block: &Block) {
        match block {
            Block::Heading { level, id, words } => {
                let name = if *level <= 2 { "h2" } else { "h3" };
                let here = format!("#{id}");
                self.element(name, &[("id", id)], |out| {
                    out.element("a", &[("href", &here)], |out| out.inlines(words));
                });
            }
            Block::Paragraph(words) => self.element("p", &[], |out| out.inlines(words)),
            Block::Note(words) => {
                self.element("p", &[("class", "note")], |out| out.inlines(words));
            }
            Block::Hex(bytes) => self.leaf("pre", &[("class", "hex")], bytes),
            Block::List(items) => self.element("ul", &[], |out| {
                for item in items {
                    out.element("li", &[], |out| out.inlines(item));
                    out.line();
                }
            }),
            Block::Facts(facts) => self.element("dl", &[("class", "facts")], |out| {
                out.line();
                for (name, words) in facts {
                    out.leaf("dt", &[], name);
                    out.element("dd", &[], |out| out.inlines(words));
                    out.line();
                }
            }),
            Block::Table(table) => self.table(table),
            Block::Drawing(drawing) => drawing::figure(self, drawing),
        }
        self.line();
    }

    fn table(&mut self, table: &Table) {
        let class = match table.look {
            Look::Plain => "plain",
            Look::Fields => "fields",
            Look::Bytes => "bytes",
            Look::Names => "names",
            Look::Comparison => "comparison",
        };
        // Wide ones scroll by themselves, not with the page.
        self.element("div", &[("class", "table")], |out| {
            out.element("table", &[("class", class)], |out| {
                out.line();
                out.element("thead", &[], |out| {
                    out.element("tr", &[], |out| {
                        for head in &table.head {
                            out.leaf("th", &[("scope", "col")], head);
                        }
                    });
                });
                out.line();
                out.element("tbody", &[], |out| {
                    out.line();
                    for row in &table.rows {
                        let mut attributes = Vec::new();
                        if let Some(id) = &row.id {
                            attributes.push(("id", id.as_str()));
                        }
                        if row.differs {
                            attributes.push(("class", "differs"));
                        }
                        out.element("tr", &attributes, |out| {
                            for cell in &row.cells {
                                out.element("td", &[], |out| out.inlines(cell));
                            }
                        });
                        out.line();
                    }
                });
                out.line();
            });
        });
    }
}
