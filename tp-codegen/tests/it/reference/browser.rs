//! The site in a real browser: the search finds, links open, nothing is too wide for a phone, nothing
//! is reported on the console.

use serde_json::json;
use tp_test_components::Page;

use super::{HOSTILE, Site, everything, site, texts, tree, workspace};
use crate::program::Folder;

/// What drives the pages from within a page: see there.
const DRIVER: &str = include_str!("driver.html");

/// Opens a page of `folder`, `site/…` or the driver; none without a browser.
fn open(folder: &Folder, page: &str) -> Option<Page> {
    let url = format!("file://{}/{page}", folder.path("").display());
    let flags = [
        // The driver looks into the pages it opens.
        "--allow-file-access-from-files",
        // Time of the page, which passes as fast as it can.
        "--virtual-time-budget=120000",
    ];
    tp_test_components::browse(&url, &flags)
}

/// Puts a site into a folder, beside a driver that does as it is told.
fn install(site: &Site, told: &serde_json::Value) -> Folder {
    let folder = Folder::new();
    for (path, text) in site {
        folder.write(&format!("site/{path}"), text);
    }
    // As a part of a script, which no text in it may end.
    let told = told.to_string().replace('<', "\\u003c");
    folder.write("driver.html", &DRIVER.replace("\"@TOLD@\"", &told));
    folder
}

/// What the driver found out: one line for each thing it was told.
fn drive(site: &Site, told: &serde_json::Value) -> Option<Vec<serde_json::Value>> {
    let folder = install(site, told);
    let seen = open(&folder, "driver.html")?;
    assert_eq!(seen.console, Vec::<String>::new());
    let report = seen.dom.split("<pre id=\"report\">").nth(1).unwrap();
    let report = report.split("</pre>").next().unwrap();
    let report = quick_xml::escape::unescape(report).unwrap();
    let lines = report
        .lines()
        .map(|line| serde_json::from_str(line).unwrap());
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines.len(), told.as_array().unwrap().len(), "{lines:#?}");
    Some(lines)
}

/// The page; what is searched for; and what comes first: its name, what it is, and the heading it
/// leads to.
const SEARCHES: &str = "
    index.html           | 9               | Direct               | TP04 frame 9       | Direct
    index.html           | 0x1b            | Ping                 | TP03 frame 27      | Ping
    new/packet.Ping.html | 27              | Ping                 | TP04 frame 27      | Ping
    old/index.html       | getth           | GetThing             | TP04 frame 5       | GetThing
    by-id.html           | tp04 thing      | Thing                | TP04 frame 7       | Thing
    new/index.html       | tp03 thing      | Thing                | TP03 frame 6       | Thing
    index.html           | owner           | Thing.owner          | TP04 field         | Thing
    index.html           | big             | Thing.flags.big      | TP04 value 0x10    | Thing
    index.html           | thingParamPlace | thingParamPlace      | TP04 parameter 3   | ThingParams
    guide.html           | axes            | thingParamPlace.axes | TP04 field         | ThingParams
    index.html           | ThingParams     | ThingParams          | TP04 parameter set | ThingParams
    index.html           | shapes of       | ThingParams          | TP04 parameter set | ThingParams
    index.html           | GetWithID       | GetWithID            | TP04 base          | GetWithID
";

#[test]
fn the_search_finds_by_number_name_field_value_and_words() {
    let searches = SEARCHES.trim().lines();
    let searches = searches.map(|line| line.split('|').map(str::trim).collect());
    let searches: Vec<Vec<&str>> = searches.collect();
    let told = searches.iter();
    let told = told.map(|search| json!({"search": search[1], "page": search[0]}));
    let mut told: Vec<_> = told.collect();
    told.push(json!({"search": "no such thing anywhere", "page": "index.html"}));
    let Some(found) = drive(everything(), &told.into()) else {
        return;
    };
    for (search, found) in searches.iter().zip(&found) {
        for (what, wanted) in ["name", "where", "heading"].iter().zip(&search[2..]) {
            assert_eq!(found[what], *wanted, "{search:?}: {found}");
        }
        assert_eq!(found["target"], true, "{search:?}: {found}");
    }
    assert_eq!(found.last().unwrap()["name"], "Nothing found");
}

#[test]
fn a_search_can_be_an_address() {
    let folder = install(everything(), &json!([]));
    let Some(seen) = open(&folder, "site/index.html#q=tp04+thing%20owner") else {
        return;
    };
    assert_eq!(seen.console, Vec::<String>::new());
    let first = seen.dom.split("id=\"result-0\"").nth(1).unwrap();
    let link = first.split("href=\"").nth(1).unwrap();
    let wanted = "new/packet.Thing.html#field-owner\"";
    assert!(link.starts_with(wanted), "{first}");
}

#[test]
fn keys_do_what_the_guide_says() {
    let told = json!([{"keys": "thing", "page": "new/packet.Ping.html"}]);
    let Some(found) = drive(everything(), &told) else {
        return;
    };
    assert_eq!(
        found,
        [json!({
            "focused": true,
            "typed": "",
            "first": "new/packet.Thing.html",
            "second": "old/packet.Thing.html",
            "back": "new/packet.Thing.html",
            "closed": true,
            "opened": "old/packet.Thing.html",
        })]
    );
}

#[test]
fn no_page_is_wider_than_a_phone() {
    let Some(site) = workspace() else {
        return;
    };
    // Those of one protocol are like those of the others.
    let pages = texts(&site, ".html").map(|(path, _)| path);
    let pages = pages.filter(|path| path.starts_with("tp04/") || !path.contains('/'));
    let told = pages.map(|page| json!({"width": 390, "page": page}));
    let mut told: Vec<_> = told.collect();
    assert!(told.len() > 80);
    told.push(json!({"width": 320, "page": "tp04/packet.ObjectDesc.html"}));
    let Some(found) = drive(&site, &told.into()) else {
        return;
    };
    for page in &found {
        let (wanted, scrolled) = (&page["width"], &page["scrolled"]);
        assert!(scrolled.as_u64() <= wanted.as_u64(), "{page}");
        // Pages that are not shown at all are not too wide either.
        assert!(page["height"].as_u64() > Some(300), "{page}");
    }
}

#[test]
fn what_a_schema_says_is_never_run() {
    let site = site(&[("hostile", HOSTILE)]);
    let pages = texts(&site, ".html");
    let told = pages.map(|(page, _)| json!({"width": 390, "page": page}));
    let mut told: Vec<_> = told.collect();
    for words in "script svg attacked constructor </script> index".split(' ') {
        told.push(json!({"search": words, "page": "index.html"}));
    }
    let Some(found) = drive(&site, &told.into()) else {
        return;
    };
    for one in &found {
        assert_eq!(one["attacked"], false, "{one}");
        assert!(one["strange"].is_null() || one["strange"] == 0, "{one}");
    }
    let found: Vec<_> = found
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(found[0], "Params");
    assert_eq!(found[3], "HOST.constructor");
}

/// Pages are XML, and HTML means the same: the browser closes nothing by itself.
#[test]
fn the_browser_reads_what_was_written() {
    let folder = install(everything(), &json!([]));
    let Some(seen) = open(&folder, "site/new/packet.Thing.html") else {
        return;
    };
    let written = &everything()["new/packet.Thing.html"];
    for name in "a div figure h2 p span table tbody td tr".split(' ') {
        let count = |page: &str| page.matches(&format!("<{name} ")).count();
        assert_eq!(count(&seen.dom), count(written), "{name}");
    }
    assert!(tree::parse(written).find("td").len() > 20);
}
