//! Pages for a browser.

mod blocks;
mod drawing;
mod writer;

use super::page::{Inline, Page, relative, root};
use super::pages::{BY_ID, BY_NAME, GUIDE, HOME, TITLE};
use super::site::Site;
use crate::GeneratedFile;
use writer::{Attributes, Writer};

/// What pages load.
pub(super) fn assets() -> [GeneratedFile; 2] {
    let asset = |path: &str, text: &str| GeneratedFile {
        path: path.to_owned(),
        text: text.to_owned(),
    };
    [
        asset("style.css", include_str!("style.css")),
        asset("search.js", include_str!("search.js")),
    ]
}

/// A page as a file.
pub(super) fn file(site: &Site<'_>, page: &Page) -> GeneratedFile {
    let mut out = Writer::new(&page.path);
    document(&mut out, site, page);
    let mut text = out.finish();
    text.push('\n');
    GeneratedFile {
        path: html_file(&page.path),
        text,
    }
}

/// The file of the page at `path`.
fn html_file(path: &str) -> String {
    format!("{path}.html")
}

fn document(out: &mut Writer<'_>, site: &Site<'_>, page: &Page) {
    let root = root(&page.path);
    // For the search: the way to the pages, and which of them are near.
    let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let attributes = [
        ("lang", "en"),
        ("data-root", &*root),
        ("data-folder", folder),
    ];
    out.element("html", &attributes, |out| {
        out.line();
        out.element("head", &[], |out| head(out, page));
        out.line();
        out.element("body", &[], |out| {
            out.line();
            out.leaf(
                "a",
                &[("class", "skip"), ("href", "#content")],
                "To the content",
            );
            out.line();
            out.element("header", &[("class", "bar")], |out| bar(out, site));
            out.line();
            out.element("main", &[("id", "content")], |out| content(out, page));
            out.line();
        });
        out.line();
    });
}

fn head(out: &mut Writer<'_>, page: &Page) {
    let root = root(&page.path);
    let width = "width=device-width, initial-scale=1";
    let meta: [Attributes<'_>; 3] = [
        &[("charset", "utf-8")],
        &[("name", "viewport"), ("content", width)],
        &[("name", "color-scheme"), ("content", "light dark")],
    ];
    out.line();
    for attributes in meta {
        out.empty("meta", attributes);
        out.line();
    }
    out.leaf("title", &[], &window_title(page));
    out.line();
    // Without an icon a server would be asked for one.
    let style = format!("{root}style.css");
    for (rel, href) in [("icon", "data:,"), ("stylesheet", &*style)] {
        out.empty("link", &[("rel", rel), ("href", href)]);
        out.line();
    }
    for script in ["search-index.js", "search.js"] {
        let address = format!("{root}{script}");
        out.empty("script", &[("defer", "defer"), ("src", &address)]);
        out.line();
    }
}

/// The title of the window: the page, then where it is.
fn window_title(page: &Page) -> String {
    if page.path == HOME {
        return TITLE.to_owned();
    }
    // The innermost page above, if it is not the first.
    if let [_, .., Inline::Link { shown, .. }] = &*page.trail
        && let Inline::Text(above) = &**shown
    {
        return format!("{} – {above} – {TITLE}", page.title);
    }
    format!("{} – {TITLE}", page.title)
}

/// What is on top of every page.
fn bar(out: &mut Writer<'_>, site: &Site<'_>) {
    let protocols = site.protocols.iter();
    let protocols = protocols.map(|one| (one.path(), &*one.label));
    let others = [
        (BY_ID, "By id"),
        (BY_NAME, "By name"),
        (GUIDE, "How to read"),
    ];
    let others = others.map(|(path, title)| (path.to_owned(), title));
    let home = [(HOME.to_owned(), "Reference")];
    let links = home.into_iter().chain(protocols).chain(others);
    out.line();
    out.element("nav", &[("aria-label", "Reference")], |out| {
        for (path, title) in links {
            let address = html_file(&relative(out.path, &path));
            out.leaf("a", &[("href", &address)], title);
            out.line();
        }
    });
    out.line();
    // Shown by the script that serves it.
    let attributes = [
        ("class", "search"),
        ("role", "search"),
        ("hidden", "hidden"),
    ];
    out.element("div", &attributes, |out| {
        let attributes = [
            ("id", "search"),
            ("type", "search"),
            ("placeholder", "Search ( / )"),
            ("aria-label", "Search for a packet, field, value or number"),
            ("autocomplete", "off"),
            ("spellcheck", "false"),
            ("role", "combobox"),
            ("aria-expanded", "false"),
            ("aria-controls", "results"),
        ];
        out.empty("input", &attributes);
        let attributes = [("id", "results"), ("role", "listbox"), ("hidden", "hidden")];
        out.empty("ul", &attributes);
    });
    out.line();
}

fn content(out: &mut Writer<'_>, page: &Page) {
    out.line();
    if !page.trail.is_empty() {
        out.element("p", &[("class", "trail")], |out| {
            for one in &page.trail {
                out.inline(one);
                out.text(" › ");
            }
        });
        out.line();
    }
    out.leaf("h1", &[], &page.title);
    out.line();
    if let Some(subtitle) = &page.subtitle {
        out.leaf("p", &[("class", "subtitle")], subtitle);
        out.line();
    }
    for block in &page.blocks {
        out.block(block);
    }
    if let (None, None) = page.neighbours {
        return;
    }
    let attributes = [("class", "neighbours"), ("aria-label", "Neighbours")];
    out.element("nav", &attributes, |out| {
        let (before, after) = &page.neighbours;
        for (one, mark, class) in [(before, "← ", "before"), (after, "→ ", "after")] {
            if let Some(one) = one {
                out.element("span", &[("class", class)], |out| {
                    out.text(mark);
                    out.inline(one);
                });
            }
        }
    });
    out.line();
}
