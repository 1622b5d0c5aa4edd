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
    let protocols: Vec<_> = schemas
        .iter()
        .map(|(name, schema)| protocol(name, schema))
        .collect();
    site_of(
        &protocols,
        &ReferenceOptions {
            format: ReferenceFormat::Both,
            ..ReferenceOptions::default()
        },
    )
}

/// The schemas that have every construct.
fn everything() -> Site {
    site(&[("old", OLD), ("new", NEW)])
}

/// A page of a site, read back.
fn page(site: &Site, path: &str) -> tree::Element {
    let page = site.get(path).unwrap_or_else(|| panic!("no page {path}"));
    tree::parse(page)
}
