//! The pages hold together: every link leads somewhere, every page is well-formed and says who made
//! it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tp_codegen::emit::{ReferenceFormat, ReferenceOptions};

use super::{
    EVERYTHING, HOSTILE, NEW, OLD, Site, everything, pages, protocol, site, site_of, texts, tree,
    workspace,
};

/// Sites of all kinds of schemas, made once for all tests.
static SITES: LazyLock<Vec<Site>> = LazyLock::new(|| {
    let hostile = site(&[("hostile", HOSTILE)]);
    let mut sites = vec![everything().clone(), hostile, site(&[])];
    sites.extend(workspace());
    sites
});

/// The file that `link` on the page at `from` leads to, and the place in it.
fn resolve(from: &str, link: &str) -> (String, Option<String>) {
    let (path, fragment) = match link.split_once('#') {
        Some((path, fragment)) => (path, Some(fragment.to_owned())),
        None => (link, None),
    };
    if path.is_empty() {
        return (from.to_owned(), fragment);
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        if part == ".." {
            assert!(parts.pop().is_some(), "{link} on {from} leaves the site");
        } else {
            parts.push(part);
        }
    }
    (parts.join("/"), fragment)
}

#[test]
fn every_link_of_every_page_leads_somewhere() {
    for site in SITES.iter() {
        let mut ids = BTreeSet::new();
        let mut links = Vec::new();
        for (path, page) in pages(site) {
            for element in page.all() {
                if let Some(id) = element.attribute("id") {
                    let id = (path.to_owned(), id.to_owned());
                    assert!(ids.insert(id.clone()), "{id:?} is there twice");
                }
                links.extend(element.link().map(|link| (path, link.to_owned())));
            }
        }
        let mut within = 0;
        for (path, link) in &links {
            if link.starts_with("https://") || link == "data:," {
                continue;
            }
            let (target, fragment) = resolve(path, link);
            assert!(site.contains_key(&target), "{link} on {path}");
            if let Some(fragment) = fragment {
                within += 1;
                assert!(ids.contains(&(target, fragment)), "{link} on {path}");
            }
        }
        assert!(within > 0 && links.len() > 20);
    }
}

#[test]
fn every_page_can_be_reached_from_the_first() {
    for site in SITES.iter() {
        let mut reached = BTreeSet::new();
        let mut next = vec!["index.html".to_owned()];
        while let Some(path) = next.pop() {
            if !reached.insert(path.clone()) || !path.ends_with(".html") {
                continue;
            }
            for element in tree::parse(&site[&path]).all() {
                let link = element.attribute("href");
                let link = link.filter(|link| !link.contains(':'));
                next.extend(link.map(|link| resolve(&path, link).0));
            }
        }
        for (path, _) in texts(site, ".html") {
            assert!(reached.contains(path), "{path} cannot be reached");
        }
    }
}

#[test]
fn every_link_of_the_markdown_leads_somewhere() {
    for site in SITES.iter() {
        let mut links = 0;
        for (path, text) in texts(site, ".md") {
            // Words of the schema have their brackets escaped.
            for part in text.replace("\\](", "").split("](").skip(1) {
                let link = part.split(')').next().unwrap();
                if link.starts_with("https://") {
                    continue;
                }
                links += 1;
                let (target, fragment) = resolve(path, link);
                let found = site.get(&target);
                let found = found.unwrap_or_else(|| panic!("{link} on {path}"));
                if let Some(fragment) = fragment {
                    let id = format!("<a id=\"{fragment}\"></a>");
                    assert_eq!(found.matches(&id).count(), 1, "{link} on {path}");
                }
            }
        }
        assert!(links > 5);
    }
}

#[test]
fn the_search_leads_somewhere() {
    for site in SITES.iter() {
        let mut ids = BTreeSet::new();
        for (path, page) in pages(site) {
            for element in page.all() {
                ids.extend(element.attribute("id").map(|id| format!("{path}#{id}")));
            }
        }
        let index = &site["search-index.js"];
        for line in index.lines().filter(|line| line.starts_with("[\"")) {
            let entry = serde_json::from_str::<serde_json::Value>(line.trim_end_matches(','));
            let entry = entry.unwrap();
            let address = entry[4].as_str().unwrap();
            let found = site.contains_key(address) || ids.contains(address);
            assert!(found, "{line}");
        }
    }
}

#[test]
fn nothing_is_loaded_from_anywhere_else() {
    for site in SITES.iter() {
        for (path, text) in site {
            let first = text.lines().next().unwrap();
            assert!(first.contains("@generated by tp-codegen"), "{path}");
            assert!(text.ends_with('\n') && !text.contains('\r'), "{path}");
        }
        for (path, page) in pages(site) {
            for element in page.all().into_iter().filter(|one| one.name != "a") {
                let link = element.link().unwrap_or_default();
                assert!(!link.contains("//"), "{path} loads {link}");
            }
        }
        for (path, text) in texts(site, ".css") {
            let loads = text.contains("url(") || text.contains("@import");
            assert!(!loads, "{path}");
        }
    }
}

#[test]
fn it_is_the_same_every_time() {
    assert_eq!(*everything(), site(&EVERYTHING));
}

#[test]
fn a_field_more_changes_few_files() {
    let number = "<integer type=\"unsigned\"><name>number</name></integer>";
    let more = NEW.replace(
        number,
        &[number, &number.replace("number", "more")].concat(),
    );
    let before = everything();
    let after = site(&[("old", OLD), ("new", &more)]);
    let changed = after
        .iter()
        .filter(|(path, text)| before.get(*path) != Some(text));
    let changed: Vec<_> = changed.map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        changed.join(" "),
        "new/packet.Sequence.html new/packet.Sequence.md search-index.js"
    );
}

#[test]
fn rust_items_are_linked_where_it_is_known_where() {
    let link = |rust_docs: Option<&str>| {
        let options = ReferenceOptions {
            format: ReferenceFormat::Html,
            rust_docs: rust_docs.map(str::to_owned),
        };
        let site = site_of(&[protocol("a-new", NEW)], &options);
        let page = super::page(&site, "a-new/packet.Thing.html");
        let mut links = page.find("a").into_iter();
        let link = links.find(|one| one.text() == "a_new::Thing");
        link.map(|link| link.attribute("href").unwrap().to_owned())
    };
    assert_eq!(link(None), None);
    for (rust_docs, module) in [
        (
            "https://docs.rs/x/latest/x/",
            "https://docs.rs/x/latest/x/a_new",
        ),
        ("../doc/x", "../../doc/x/a_new"),
        ("/doc/x", "/doc/x/a_new"),
    ] {
        let wanted = format!("{module}/struct.Thing.html");
        assert_eq!(link(Some(rust_docs)), Some(wanted));
    }
}
