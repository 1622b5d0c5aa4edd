//! The pages: what each says, in which order.

mod comparison;
mod guide;
mod home;
mod indexes;
mod packet;
mod protocol;
mod set;

use super::page::{Block, Fact, Inline, Page, Target, code, join, link, page_link, text};
use super::prose;
use super::site::{Entry, Site};
use crate::model::{Packet, Prose, Role};
use crate::words;

/// The page that all others lead back to.
pub(super) const HOME: &str = "index";
/// How to read the others.
pub(super) const GUIDE: &str = "guide";
/// Every frame by its number.
pub(super) const BY_ID: &str = "by-id";
/// Every packet and parameter set by its name.
pub(super) const BY_NAME: &str = "by-name";

/// What the whole site is called.
pub(super) const TITLE: &str = "Thousand Parsec protocol reference";

/// Every page, in the order a reader would take them.
pub(super) fn all(site: &Site<'_>) -> Vec<Page> {
    let mut pages = vec![
        home::page(site),
        guide::page(site),
        indexes::by_id(site),
        indexes::by_name(site),
    ];
    for entry in &site.protocols {
        pages.push(protocol::page(site, entry));
        let packets = protocol::order(entry);
        for (index, one) in packets.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| packets.get(index));
            let after = packets.get(index.saturating_add(1));
            let name = |one: &&Packet| entry.packet_link(&one.name);
            pages.push(Page {
                neighbours: (before.map(name), after.map(name)),
                ..packet::page(site, entry, one)
            });
        }
        let sets = &entry.model.parameter_sets;
        pages.extend(sets.iter().map(|one| set::page(site, entry, one)));
    }
    pages
}

/// A page right below the first one.
fn top(path: &str, title: &str, subtitle: &str, blocks: Vec<Block>) -> Page {
    Page {
        path: path.to_owned(),
        title: title.to_owned(),
        subtitle: Some(subtitle.to_owned()),
        trail: vec![page_link(HOME, "Reference")],
        blocks,
        neighbours: (None, None),
    }
}

/// The page of something that a protocol has.
fn below(
    entry: &Entry<'_>,
    path: Option<&str>,
    name: &str,
    prose: &Prose,
    blocks: Vec<Block>,
) -> Page {
    Page {
        path: path.unwrap_or_default().to_owned(),
        title: name.to_owned(),
        subtitle: prose::longname(prose, name).map(str::to_owned),
        trail: vec![
            page_link(HOME, "Reference"),
            page_link(entry.path(), entry.label.clone()),
        ],
        blocks,
        neighbours: (None, None),
    }
}

/// The number of a packet that travels, or what else it is.
fn number(packet: &Packet) -> String {
    match (packet.role, packet.id) {
        (Role::Frame, Some(id)) => id.to_string(),
        (Role::Header, _) => "header".to_owned(),
        _ => "base".to_owned(),
    }
}

/// The Rust item `name` of a protocol's module, with a link where one can be known to work.
fn rust(site: &Site<'_>, entry: &Entry<'_>, kind: &str, name: &str) -> Inline {
    let module = entry.module;
    let path = code(format!("{module}::{name}"));
    match &site.options.rust_docs {
        None => path,
        Some(url) => {
            let url = url.trim_end_matches('/');
            let mut url = format!("{url}/{module}/{kind}.{name}.html");
            // Relative to the folder of the site, which is one above that of the page.
            if !url.contains("://") && !url.starts_with('/') {
                url = format!("../{url}");
            }
            link(Target::Elsewhere(url), path)
        }
    }
}

/// The size of a packet's body, and of the whole frame.
fn size(packet: &Packet, has_header: bool) -> String {
    let body = words::size(packet.size);
    if !has_header || packet.role != Role::Frame {
        return body;
    }
    let frame = packet.size.min.saturating_add(16);
    let more = if packet.size.fixed { "" } else { " or more" };
    format!("{body}; with the header {frame}{more}")
}

/// A name, and what there is to say behind it.
fn named(shown: Inline, prose: &Prose, name: &str) -> Vec<Inline> {
    vec![shown, text(" "), Inline::About(prose::about(prose, name))]
}

/// "since TP04", where the schema says so.
fn since(prose: &Prose) -> Option<Fact> {
    let since = prose.since.as_ref()?;
    Some(("Since", vec![text(format!("{since} introduced it"))]))
}

/// A fact that lists something, where there is anything to list.
fn listed(
    name: &'static str,
    items: impl IntoIterator<Item = Inline>,
    between: &str,
) -> Option<Fact> {
    let words = join(items, between);
    (!words.is_empty()).then_some((name, words))
}
