//! Each construct of a schema is on its page.

use super::tree::Element;
use super::{everything, page, site};

/// What the list of facts says under `name`.
fn fact(page: &Element, name: &str) -> Option<String> {
    let mut facts = page.find(".facts");
    let parts = facts.remove(0).all();
    let place = parts
        .iter()
        .position(|one| one.name == "dt" && one.text() == name)?;
    let value = parts[place..].iter().find(|one| one.name == "dd");
    value.map(|value| value.text())
}

/// The words of a row of the table of fields.
fn field(page: &Element, path: &str) -> String {
    page.by_id(&format!("field-{path}")).text()
}

#[test]
fn a_request_says_what_answers_it() {
    let site = everything();
    let page = page(&site, "new/packet.GetThing.html");
    assert_eq!(page.find("h1")[0].text(), "GetThing");
    assert_eq!(page.find(".subtitle")[0].text(), "Get things");
    assert_eq!(fact(&page, "Frame type").unwrap(), "5 (0x5)");
    assert_eq!(fact(&page, "Direction").unwrap(), "client to server");
    assert_eq!(
        fact(&page, "Built on").unwrap(),
        "GetWithID ← Request ← Header"
    );
    assert_eq!(
        fact(&page, "Answered by").unwrap(),
        "Thing, or several of them behind a Sequence; or ThingDesc, or by nothing: servers are \
         known that stay silent; or Fail"
    );
    assert_eq!(
        fact(&page, "Body").unwrap(),
        "4 bytes or more; with the header 20 or more"
    );
    assert_eq!(fact(&page, "In Rust").unwrap(), "new::GetThing");
    assert_eq!(fact(&page, "Since"), None);
    let failures = page.by_id("failures");
    assert_eq!(failures.text(), "Failures");
    let all = page.text();
    assert!(
        all.contains("4 NoSuchThing No thing has that id. 77"),
        "{all}"
    );
}

#[test]
fn links_lead_back() {
    let site = everything();
    for (path, name, said) in [
        ("new/packet.Thing.html", "Answers", "GetThing"),
        ("new/packet.Fail.html", "Answers", "any request"),
        (
            "new/packet.Sequence.html",
            "Comes before",
            "the replies to GetThing",
        ),
        ("new/packet.GetWithID.html", "Base of", "GetThing"),
        (
            "new/packet.GetWithID.html",
            "Role",
            "a base: never travels by itself",
        ),
        (
            "new/packet.ThingDesc.html",
            "Describes the parameters of",
            "Thing",
        ),
        ("new/packet.Thing.html", "Since", "TP04 introduced it"),
        ("new/packet.Thing.html", "Also in", "TP03"),
        (
            "new/set.ThingParams.html",
            "Used by",
            "Thing in parameters, ThingDesc in parameters[].extra, Direct in rest",
        ),
    ] {
        assert_eq!(
            fact(&page(&site, path), name).as_deref(),
            Some(said),
            "{path}"
        );
    }
}

#[test]
fn names_and_addresses_in_words_are_links() {
    let schema = super::NEW.replace(
        "Asks for things. See ThingDesc and https://example.org/things.",
        "Asks (ThingDesc), or ThingParams: https://example.org/things. Thing 0x1F, GetNothing.",
    );
    let site = site(&[("new", &schema)]);
    let page = page(&site, "new/packet.GetThing.html");
    let paragraphs = page.find("p");
    let words = paragraphs.iter().find(|one| one.text().starts_with("Asks"));
    let words = words.unwrap();
    assert_eq!(
        words.text(),
        "Asks (ThingDesc), or ThingParams: https://example.org/things. Thing 0x1F, GetNothing."
    );
    let links = words.find("a").into_iter();
    let links: Vec<_> = links.map(|one| one.attribute("href").unwrap()).collect();
    assert_eq!(
        links,
        [
            "packet.ThingDesc.html",
            "set.ThingParams.html",
            "https://example.org/things"
        ]
    );
    // In code: the two names of ours, and the number.
    assert_eq!(words.find("code").len(), 3);
}

#[test]
fn every_field_has_its_place_size_type_and_words() {
    let site = everything();
    let thing = page(&site, "new/packet.Thing.html");
    for (path, words) in [
        (
            "kind",
            "0 4 kind unsigned 32-bit, selects a shape Kind of the thing. Its ThingDesc. Example: \
             Kind 3 is a ship. It never changes.",
        ),
        ("pad", "4 6 pad 6 raw bytes"),
        ("owner", "10 8 owner semisigned 64-bit read-only"),
        (
            "label",
            "18 4 + n label string, at most 20 bytes since TP04",
        ),
        ("flags", "+0 1 flags mask, unsigned 8-bit"),
        ("parts", "+1 4 + n × (8 or more) parts list"),
        ("parts.part", "+0 4 parts[].part unsigned 32-bit"),
        (
            "parts.notes",
            "+4 4 + n × (4 + n) parts[].notes list of string",
        ),
        (
            "parts.notes.line",
            "+0 4 + n parts[].notes[].line formatted string",
        ),
        (
            "parameters",
            "+0 the rest parameters parameters, ThingParams",
        ),
    ] {
        assert_eq!(field(&thing, path), words);
    }
    let desc = page(&site, "new/packet.ThingDesc.html");
    for (path, words) in [
        (
            "parameters.extra",
            "+4 … parameters[].extra description of parameter type type, ThingParams",
        ),
        ("modtime", "+0 8 modtime unsigned 64-bit optional"),
    ] {
        assert_eq!(field(&desc, path), words);
    }
    let request = page(&site, "new/packet.GetThing.html");
    assert_eq!(
        field(&request, "ids"),
        "0 4 + n × 4 ids list of unsigned 32-bit, at most 99 entries from GetWithID"
    );
}

#[test]
fn values_are_told() {
    let site = everything();
    let thing = page(&site, "new/packet.Thing.html");
    assert_eq!(thing.by_id("values-flags").text(), "Values of flags");
    let all = thing.text();
    assert!(all.contains("or-ed together"), "{all}");
    assert!(
        all.contains("0x1 old It is old. 0x10 big It is big."),
        "{all}"
    );
}

#[test]
fn the_drawing_has_a_box_for_every_part() {
    let site = everything();
    let thing = page(&site, "new/packet.Thing.html");
    let drawing = thing.find(".drawing")[0];
    let header: Vec<_> = drawing.find(".header")[0]
        .find(".cell")
        .iter()
        .map(|one| one.text())
        .collect();
    assert_eq!(
        header,
        [
            "0version“TP”, 4, 0",
            "4sequence",
            "8type7",
            "12length27 or more"
        ]
    );
    // The offset of each row, and what is in it.
    let rows: Vec<_> = drawing.find(".row").iter().map(|one| one.text()).collect();
    assert_eq!(
        rows,
        [
            "0kind unsigned 32-bit",
            "4pad 6 raw bytes",
            "10owner semisigned 64-bit, read-only",
            "18length of label",
            "22label string, at most 20 bytes, since TP04",
            "+0flags mask, unsigned 8-bit",
            "+1number of parts",
            "+0part unsigned 32-bit",
            "+4number of notes",
            "+0length of line",
            "+4line formatted string",
            "+0parameters parameters of ThingParams, to the end",
        ]
    );
    let shapes = |class: &str| drawing.find(class).len();
    assert_eq!(shapes(".list"), 2);
    assert_eq!(shapes(".count"), 4);
    // Boxes as wide as their bytes, as tall as their rows.
    let wide = drawing.find(".w1");
    assert_eq!(wide.len(), 1);
    assert!(wide[0].text().starts_with("flags"));
    assert_eq!(drawing.find(".h2").len(), 2);

    let request = page(&site, "new/packet.GetThing.html");
    let drawing = request.find(".drawing")[0];
    assert!(drawing.find(".count")[0].is("inherited"));
    assert!(drawing.find(".legend")[0].text().contains("inherited"));
    let desc = page(&site, "new/packet.ThingDesc.html");
    let optional = desc.find(".drawing")[0].find(".optional");
    assert!(optional[0].text().starts_with("modtime"));
    let header = page(&site, "new/packet.Header.html");
    let first = header.find(".drawing")[0].find(".row")[0];
    assert_eq!(
        first.find(".cell").len(),
        3,
        "two bytes, one, and one in a row"
    );
    let ping = page(&site, "new/packet.Ping.html");
    assert!(ping.find(".drawing")[0].text().contains("no body"));
}

#[test]
fn parameters_have_a_layout_each() {
    let site = everything();
    let set = page(&site, "new/set.ThingParams.html");
    assert_eq!(set.by_id("type-3").text(), "3 thingParamPlace");
    assert_eq!(set.by_id("type-4").text(), "4 thingParamNothing");
    let all = set.text();
    assert!(
        all.contains("It has no fields and takes no bytes."),
        "{all}"
    );
    for (id, words) in [
        ("type-3-field-where", "0 12 or more where group"),
        ("type-3-field-where.x", "0 8 where.x signed 64-bit"),
        ("type-3-field-where.label", "8 4 + n where.label string"),
        ("type-3-field-maybe", "+0 4 maybe unsigned 32-bit optional"),
        ("type-3-description-field-axes", "0 1 axes unsigned 8-bit"),
    ] {
        assert_eq!(set.by_id(id).text(), words);
    }
    assert_eq!(set.find(".drawing").len(), 2);
}

#[test]
fn where_the_shape_of_parameters_is_found_is_told() {
    let site = everything();
    let thing = page(&site, "new/packet.Thing.html").text();
    let told =
        "by the ThingDesc whose id equals kind: one parameter for each parameters[].type, in";
    assert!(thing.contains(told), "{thing}");
    let direct = page(&site, "new/packet.Direct.html").text();
    let told = "One parameter of ThingParams: the one whose type is type.";
    assert!(direct.contains(told), "{direct}");
}

#[test]
fn versions_stand_side_by_side_and_differences_are_marked() {
    let site = everything();
    let thing = page(&site, "new/packet.Thing.html");
    let table = thing.find(".comparison")[0];
    let head: Vec<_> = table.find("th").iter().map(|one| one.text()).collect();
    assert_eq!(head, ["", "TP03", "TP04"]);
    let differing: Vec<_> = table
        .find(".differs")
        .iter()
        .map(|one| one.text())
        .collect();
    assert!(
        differing.contains(&"Frame type 6 7".to_owned()),
        "{differing:?}"
    );
    assert!(
        differing.contains(&"age unsigned 32-bit –".to_owned()),
        "{differing:?}"
    );
    assert!(differing.contains(&"label string string, at most 20 bytes".to_owned()));
    let all: Vec<_> = table.find("tr").iter().map(|one| one.text()).collect();
    assert!(all.contains(&"kind unsigned 32-bit unsigned 32-bit".to_owned()));
    assert!(!differing.contains(&"kind unsigned 32-bit unsigned 32-bit".to_owned()));
    let fail = page(&site, "old/packet.Fail.html");
    let differing: Vec<_> = fail.find(".differs").iter().map(|one| one.text()).collect();
    assert_eq!(differing, ["code = Gone – 6"]);
    let ping = page(&site, "new/packet.Ping.html").text();
    assert!(ping.contains("The same in TP03."), "{ping}");
    let direct = page(&site, "new/packet.Direct.html");
    assert!(direct.find(".comparison").is_empty());
}

#[test]
fn the_example_is_a_frame() {
    let site = everything();
    let direct = page(&site, "new/packet.Direct.html");
    // Header; type 3; its place: x, a label; the optional number.
    assert_eq!(
        direct.find(".hex")[0].text(),
        "54500400 00000001 00000009 00000019 00000003 00000000 00000000 00000005 6c616265 6c000000 00"
    );
    let desc = page(&site, "new/packet.ThingDesc.html");
    assert_eq!(
        desc.find(".hex")[0].text(),
        "54500400 00000001 00000008 00000015 00000000 00000001 00000003 00000000 00000000 00"
    );
    let old = page(&site, "old/packet.Ping.html");
    assert_eq!(
        old.find(".hex")[0].text(),
        "54503033 00000001 0000001b 00000000"
    );
}

#[test]
fn indexes_have_everything() {
    let site = everything();
    let by_id = page(&site, "by-id.html");
    assert_eq!(by_id.by_id("id-6").text(), "6 Thing –");
    assert_eq!(by_id.by_id("id-7").text(), "7 – Thing");
    assert_eq!(by_id.by_id("id-27").text(), "27 Ping Ping");
    let by_name = page(&site, "by-name.html");
    let rows: Vec<_> = by_name.find("tr").iter().map(|one| one.text()).collect();
    assert!(
        rows.contains(&"Thing One thing. 6 7".to_owned()),
        "{rows:?}"
    );
    assert!(rows.contains(&"GetWithID – base".to_owned()), "{rows:?}");
    assert!(
        rows.contains(&"ThingParams Shapes of things – set".to_owned()),
        "{rows:?}"
    );
}

#[test]
fn protocols_of_one_version_are_told_apart() {
    let site = site(&[
        ("game", super::NEW),
        ("admin", super::NEW),
        ("tp03", super::OLD),
    ]);
    let home = page(&site, "index.html").text();
    for label in ["game (TP04)", "admin (TP04)", "TP03"] {
        assert!(home.contains(label), "{home}");
    }
}

#[test]
fn markdown_says_the_same() {
    let site = everything();
    let thing = &site["new/packet.Thing.md"];
    for line in [
        "# Thing\n",
        "A second paragraph.\n",
        "| Frame type | **7** (0x7) |\n",
        "| Answers | [`GetThing`](packet.GetThing.md) |\n",
        "| Also in | [TP03](../old/packet.Thing.md) |\n",
        "| <a id=\"field-label\"></a>18 | 4 + n | **label**<br>string, at most 20 bytes<br>*since \
         TP04*  |  |\n",
        "│ kind: unsigned 32-bit ",
        "┆ label: string, at most 20 bytes (since TP04) ",
        "| Frame type **≠** | 6 | 7 |\n",
    ] {
        assert!(thing.contains(line), "{line}\n{thing}");
    }
}
