//! Each construct of a schema is on its page.

use super::tree::Element;
use super::{NEW, OLD, everything, page, site};

/// A page of the site that has every construct.
fn shown(path: &str) -> Element {
    page(everything(), path)
}

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

/// Checks the rows of the table of fields of a page.
fn has_fields(path: &str, rows: &[(&str, &str)]) {
    let page = shown(path);
    for (field, words) in rows {
        assert_eq!(page.by_id(&format!("field-{field}")).text(), *words);
    }
}

/// Panics unless the page has these words.
#[track_caller]
fn says(page: &Element, words: &str) {
    let all = page.text();
    assert!(all.contains(words), "no {words} in {all}");
}

#[test]
fn a_request_says_what_answers_it() {
    let page = shown("new/packet.GetThing.html");
    assert_eq!(page.texts("h1"), ["GetThing"]);
    assert_eq!(page.texts(".subtitle"), ["Get things"]);
    let answers = "Thing, or several of them behind a Sequence; or ThingDesc, or by nothing: \
                   servers are known that stay silent; or Fail";
    for (name, said) in [
        ("Frame type", Some("5 (0x5)")),
        ("Direction", Some("client to server")),
        ("Built on", Some("GetWithID ← Request ← Header")),
        ("Answered by", Some(answers)),
        ("Body", Some("4 bytes or more; with the header 20 or more")),
        ("In Rust", Some("new::GetThing")),
        ("Since", None),
    ] {
        assert_eq!(fact(&page, name).as_deref(), said, "{name}");
    }
    assert_eq!(page.by_id("failures").text(), "Failures");
    says(&page, "4 NoSuchThing No thing has that id. 77");
}

#[test]
fn links_lead_back() {
    for (path, name, said) in [
        ("packet.Thing", "Answers", "GetThing"),
        ("packet.Fail", "Answers", "any request"),
        ("packet.Sequence", "Comes before", "the replies to GetThing"),
        ("packet.GetWithID", "Base of", "GetThing"),
        (
            "packet.GetWithID",
            "Role",
            "a base: never travels by itself",
        ),
        ("packet.ThingDesc", "Describes the parameters of", "Thing"),
        ("packet.Thing", "Since", "TP04 introduced it"),
        ("packet.Thing", "Also in", "TP03"),
        (
            "set.ThingParams",
            "Used by",
            "Thing in parameters, ThingDesc in parameters[].extra, Direct in rest",
        ),
    ] {
        let page = shown(&format!("new/{path}.html"));
        assert_eq!(fact(&page, name).as_deref(), Some(said), "{path}");
    }
}

#[test]
fn names_and_addresses_in_words_are_links() {
    let said =
        "Asks (ThingDesc), or ThingParams: https://example.org/things. Thing 0x1F, GetNothing.";
    let schema = NEW.replace(
        "Asks for things. See ThingDesc and https://example.org/things.",
        said,
    );
    let page = page(&site(&[("new", &schema)]), "new/packet.GetThing.html");
    let paragraphs = page.find("p");
    let words = paragraphs.iter().find(|one| one.text().starts_with("Asks"));
    let words = words.unwrap();
    assert_eq!(words.text(), said);
    let links = words.find("a").into_iter();
    let links: Vec<_> = links.filter_map(Element::link).collect();
    assert_eq!(
        links.join(" "),
        "packet.ThingDesc.html set.ThingParams.html https://example.org/things"
    );
    // In code: the two names of ours, and the number.
    assert_eq!(words.find("code").len(), 3);
}

#[test]
fn every_field_has_its_place_size_type_and_words() {
    let kind = "0 4 kind unsigned 32-bit, selects a shape Kind of the thing. Its ThingDesc. Example: \
                Kind 3 is a ship. It never changes.";
    let parameters = "+0 the rest parameters parameters, ThingParams";
    has_fields(
        "new/packet.Thing.html",
        &[
            ("kind", kind),
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
            ("parameters", parameters),
        ],
    );
    let extra = "+4 … parameters[].extra description of parameter type type, ThingParams";
    has_fields(
        "new/packet.ThingDesc.html",
        &[
            ("parameters.extra", extra),
            ("modtime", "+0 8 modtime unsigned 64-bit optional"),
        ],
    );
    let ids = "0 4 + n × 4 ids list of unsigned 32-bit, at most 99 entries from GetWithID";
    has_fields("new/packet.GetThing.html", &[("ids", ids)]);
}

#[test]
fn values_are_told() {
    let thing = shown("new/packet.Thing.html");
    assert_eq!(thing.by_id("values-flags").text(), "Values of flags");
    says(&thing, "or-ed together");
    says(&thing, "0x1 old It is old. 0x10 big It is big.");
}

#[test]
fn the_drawing_has_a_box_for_every_part() {
    let thing = shown("new/packet.Thing.html");
    let drawing = thing.find(".drawing")[0];
    let header = drawing.find(".header")[0].texts(".cell");
    assert_eq!(
        header.join(" | "),
        "0version“TP”, 4, 0 | 4sequence | 8type7 | 12length27 or more"
    );
    // The offset of each row, and what is in it.
    assert_eq!(
        drawing.texts(".row"),
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

    let request = shown("new/packet.GetThing.html");
    let drawing = request.find(".drawing")[0];
    assert!(drawing.find(".count")[0].is("inherited"));
    assert!(drawing.find(".legend")[0].text().contains("inherited"));
    let desc = shown("new/packet.ThingDesc.html");
    let optional = desc.find(".drawing")[0].find(".optional");
    assert!(optional[0].text().starts_with("modtime"));
    let header = shown("new/packet.Header.html");
    let first = header.find(".drawing")[0].find(".row")[0];
    let narrow = first.find(".cell").len();
    assert_eq!(narrow, 3, "two bytes, one, and one in a row");
    let ping = shown("new/packet.Ping.html");
    assert!(ping.find(".drawing")[0].text().contains("no body"));
}

#[test]
fn parameters_have_a_layout_each() {
    let set = shown("new/set.ThingParams.html");
    assert_eq!(set.by_id("type-3").text(), "3 thingParamPlace");
    assert_eq!(set.by_id("type-4").text(), "4 thingParamNothing");
    says(&set, "It has no fields and takes no bytes.");
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
    let told =
        "by the ThingDesc whose id equals kind: one parameter for each parameters[].type, in";
    says(&shown("new/packet.Thing.html"), told);
    let told = "One parameter of ThingParams: the one whose type is type.";
    says(&shown("new/packet.Direct.html"), told);
}

#[test]
fn versions_stand_side_by_side_and_differences_are_marked() {
    let thing = shown("new/packet.Thing.html");
    let table = thing.find(".comparison")[0];
    assert_eq!(table.texts("th"), ["", "TP03", "TP04"]);
    let (all, differing) = (table.texts("tr"), table.texts(".differs"));
    for (row, differs) in [
        ("Frame type 6 7", true),
        ("age unsigned 32-bit –", true),
        ("label string string, at most 20 bytes", true),
        ("kind unsigned 32-bit unsigned 32-bit", false),
    ] {
        let row = row.to_owned();
        assert!(all.contains(&row), "{row} is not in {all:?}");
        assert_eq!(differing.contains(&row), differs, "{row}");
    }
    let fail = shown("old/packet.Fail.html");
    assert_eq!(fail.texts(".differs"), ["code = Gone – 6"]);
    says(&shown("new/packet.Ping.html"), "The same in TP03.");
    let direct = shown("new/packet.Direct.html");
    assert!(direct.find(".comparison").is_empty());
}

#[test]
fn the_example_is_a_frame() {
    for (path, hex) in [
        // Header; type 3; its place: x, a label; the optional number.
        (
            "new/packet.Direct.html",
            "54500400 00000001 00000009 00000019 00000003 00000000 00000000 00000005 6c616265 \
             6c000000 00",
        ),
        (
            "new/packet.ThingDesc.html",
            "54500400 00000001 00000008 00000015 00000000 00000001 00000003 00000000 00000000 00",
        ),
        (
            "old/packet.Ping.html",
            "54503033 00000001 0000001b 00000000",
        ),
    ] {
        assert_eq!(shown(path).texts(".hex"), [hex], "{path}");
    }
}

#[test]
fn indexes_have_everything() {
    let by_id = shown("by-id.html");
    assert_eq!(by_id.by_id("id-6").text(), "6 Thing –");
    assert_eq!(by_id.by_id("id-7").text(), "7 – Thing");
    assert_eq!(by_id.by_id("id-27").text(), "27 Ping Ping");
    let by_name = shown("by-name.html");
    let rows = by_name.texts("tr");
    for row in [
        "Thing One thing. 6 7",
        "GetWithID – base",
        "ThingParams Shapes of things – set",
    ] {
        assert!(rows.contains(&row.to_owned()), "{row} is not in {rows:?}");
    }
}

#[test]
fn protocols_of_one_version_are_told_apart() {
    let site = site(&[("game", NEW), ("admin", NEW), ("tp03", OLD)]);
    let home = page(&site, "index.html");
    for label in ["game (TP04)", "admin (TP04)", "TP03"] {
        says(&home, label);
    }
}

#[test]
fn markdown_says_the_same() {
    let thing = &everything()["new/packet.Thing.md"];
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
