//! The reference of a protocol: a page for each packet and parameter set, indexes, a guide.
//!
//! Models → [`site`] (what there is, and what refers to what) → [`pages`] (what each page says) →
//! [`html`] and [`markdown`] (how it looks). A page is the same in both.

mod anchor;
mod drawing;
mod example;
mod fields;
mod html;
mod layout;
mod markdown;
mod page;
mod pages;
mod prose;
mod search;
mod site;

use std::collections::BTreeSet;

use crate::GeneratedFile;
use crate::model::Model;
use crate::output::is_portable;

/// A protocol to document.
#[derive(Debug, Clone)]
pub struct Protocol {
    /// The folder of its pages: letters, digits, `_` and `-`.
    pub name: String,
    /// The module of its Rust bindings.
    pub module: String,
    /// What is documented.
    pub model: Model,
}

/// How a reference is written.
#[derive(Debug, Clone, Default)]
pub struct ReferenceOptions {
    /// As what.
    pub format: ReferenceFormat,
    /// Where rustdoc's pages of the module or crate are that holds a module for each protocol: an
    /// address, or a path relative to the folder of the reference. Without it Rust items are named
    /// but not linked.
    pub rust_docs: Option<String>,
}

/// What the pages of a reference are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ReferenceFormat {
    /// A site for a browser, with a search that needs no server.
    #[default]
    Html,
    /// Files for a forge or an editor.
    Markdown,
    /// Both, side by side.
    Both,
}

/// Why there is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// The name of a protocol cannot name a folder.
    #[error(
        "`{0}` cannot name a folder of pages: use letters, digits, `_` and `-`, and no name that Windows \
         keeps for a device, such as `aux`"
    )]
    Name(String),
    /// Two protocols have the same name, capitals aside.
    #[error("two protocols are called `{0}`: each needs a name of its own")]
    Twice(String),
}

/// Emits the reference of `protocols`, which are compared with each other in the given order.
///
/// # Errors
///
/// A protocol's name cannot be used.
pub fn reference(
    protocols: &[Protocol],
    options: &ReferenceOptions,
) -> Result<Vec<GeneratedFile>, ReferenceError> {
    let mut names = BTreeSet::new();
    for protocol in protocols {
        if !is_folder_name(&protocol.name) {
            return Err(ReferenceError::Name(protocol.name.clone()));
        }
        if !names.insert(protocol.name.to_ascii_lowercase()) {
            return Err(ReferenceError::Twice(protocol.name.clone()));
        }
    }
    let site = site::Site::new(protocols, options);
    let pages = pages::all(&site);
    let mut files = Vec::new();
    if options.format != ReferenceFormat::Markdown {
        files.extend(pages.iter().map(|page| html::file(&site, page)));
        files.extend(html::assets());
        files.push(search::index(&site));
    }
    if options.format != ReferenceFormat::Html {
        files.extend(pages.iter().map(markdown::file));
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// Whether `name` is a plain folder on any disk, and part of an address as it is.
fn is_folder_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(fits)
        && is_portable(name)
}
