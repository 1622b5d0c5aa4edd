//! The reference of a protocol: what its pages say, that they hold together, and that a browser
//! shows them.

mod browser;
mod content;
mod contrast;
mod folder;
mod hostile;
mod links;
mod tree;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use tp_codegen::emit::{Protocol, ReferenceFormat, ReferenceOptions, reference};
use tp_codegen::{Source, compile};

/// Files by their path.
type Site = BTreeMap<String, String>;

const OLD: &str = include_str!("old.xml");
const NEW: &str = include_str!("new.xml");
const HOSTILE: &str = include_str!("hostile.xml");

fn protocol(name: &str, schema: &str) -> Protocol {
    let source = Source::new(&format!("{name}.xml"), schema.as_bytes().to_vec()).unwrap();
    let model = compile(&source).unwrap_or_else(|found| panic!("{found}"));
    Protocol {
        name: name.to_owned(),
        module: name.replace('-', "_"),
        model,
    }
}

fn site_of(protocols: &[Protocol], options: &ReferenceOptions) -> Site {
    let files = reference(protocols, options).unwrap().into_iter();
    files.map(|file| (file.path, file.text)).collect()
}

/// Both formats of schemas with names.
fn site(schemas: &[(&str, &str)]) -> Site {
    let protocols = schemas.iter();
    let protocols: Vec<_> = protocols
        .map(|(name, schema)| protocol(name, schema))
        .collect();
    let options = ReferenceOptions {
        format: ReferenceFormat::Both,
        ..ReferenceOptions::default()
    };
    site_of(&protocols, &options)
}

/// The schemas that have every construct.
const EVERYTHING: [(&str, &str); 2] = [("old", OLD), ("new", NEW)];

/// The site of these, made once for all tests.
fn everything() -> &'static Site {
    static SITE: LazyLock<Site> = LazyLock::new(|| site(&EVERYTHING));
    &SITE
}

/// The site of the schemas of this repository, if they are there: the crate may have been taken out
/// of it.
fn workspace() -> Option<Site> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let (tp03, tp04) = (read("protocol3.xml")?, read("protocol.xml")?);
    let admin = read("admin.xml")?;
    Some(site(&[("tp03", &tp03), ("tp04", &tp04), ("admin", &admin)]))
}

/// The pages of a site in one format.
fn texts<'s>(site: &'s Site, format: &'s str) -> impl Iterator<Item = (&'s str, &'s str)> {
    let all = site.iter().map(|(path, text)| (&**path, &**text));
    all.filter(move |(path, _)| path.ends_with(format))
}

/// The pages for a browser, read back.
fn pages(site: &Site) -> impl Iterator<Item = (&str, tree::Element)> {
    texts(site, ".html").map(|(path, text)| (path, tree::parse(text)))
}

/// A page of a site, read back.
fn page(site: &Site, path: &str) -> tree::Element {
    let page = site.get(path).unwrap_or_else(|| panic!("no page {path}"));
    tree::parse(page)
}
