//! What becomes of a field, by what changed in it between two versions.

use super::{code, enumeration, field, has, integer, list, merge, string, thing, told, was};

/// What changes; the fields of `Thing` in both versions; what the page says about them; and what the
/// Rust has, in this order.
type Change<'a> = (&'a str, String, String, &'a str, &'a [&'a str]);

fn check(changes: &[Change<'_>]) {
    for (about, older, newer, page, rust) in changes {
        let family = merge(&[&thing(older), &thing(newer)]);
        let told = told(&family);
        let lines = told.strip_prefix("packet Thing (9)\n").unwrap_or(&told);
        let lines: Vec<_> = lines.lines().map(str::trim).collect();
        assert_eq!(lines.join("\n"), *page, "{about}");
        has(about, &code(&family, "thing.rs"), rust);
    }
}

fn fields(fields: &[&String]) -> String {
    fields.iter().map(|field| field.as_str()).collect()
}

fn raw(size: u8) -> String {
    field("character", &format!("size='{size}'"), "pad", "")
}

#[test]
fn fields_come_go_and_move() {
    let (a, b, c, text) = (integer("a"), integer("b"), integer("c"), string("b"));
    check(&[
        (
            "one that is the same in both is not told of",
            a.clone(),
            a.clone(),
            "",
            &["pub a: u32"],
        ),
        (
            "one added in the middle is an option",
            fields(&[&a, &c]),
            fields(&[&a, &text, &c]),
            "field `b`: since TP04; `Option` in Rust",
            &["pub a: u32", "pub b: Option<wire::TpString>", "pub c: "],
        ),
        (
            "one dropped stays where it was",
            fields(&[&a, &b, &c]),
            fields(&[&a, &c]),
            "field `b`: until TP03; `Option` in Rust",
            &["pub a: ", "pub b: ", "pub c: "],
        ),
        (
            "one that moved is read and written in two orders",
            fields(&[&a, &text]),
            fields(&[&text, &a]),
            "order since TP04: `b`, `a`\norder until TP03: `a`, `b`",
            &["if reader.has(4)", "if writer.has(4)"],
        ),
        (
            "an order names only what is there",
            fields(&[&a, &b, &c]),
            fields(&[&c, &a]),
            "field `b`: until TP03; `Option` in Rust\n\
             order since TP04: `c`, `a`\n\
             order until TP03: `a`, `b`, `c`",
            &[],
        ),
        (
            "two names without was are two",
            a,
            b,
            "field `b`: since TP04; `Option` in Rust\n\
             field `a`: until TP03; `Option` in Rust",
            &[],
        ),
    ]);
}

#[test]
fn one_renamed_by_was_is_one() {
    let (a, renamed, z) = (integer("a"), was("b", "a"), integer("z"));
    let (older, newer) = (fields(&[&a, &z]), fields(&[&renamed, &z]));
    let text = code(&merge(&[&thing(&older), &thing(&newer)]), "thing.rs");
    assert!(!text.contains("pub a:"), "{text}");
    check(&[(
        "renamed",
        older,
        newer,
        "field `b`: was `a`",
        &["pub b: u32"],
    )]);
}

#[test]
fn types_change() {
    let key = field("integer", "type='semisigned'", "key", "");
    let optional = field("integer", "type='unsigned' optional='yes'", "a", "");
    check(&[
        (
            "another type is kept apart",
            integer("a"),
            string("a"),
            "field `a`: since TP04; `Option` in Rust\n\
             field `a_tp03`: kept apart from `a`, which is something else; until TP03; \
             `Option` in Rust",
            &["pub a: Option<wire::TpString>", "pub a_tp03: Option<u32>"],
        ),
        (
            "a name that is one in Rust only is kept apart",
            integer("turnName"),
            integer("turn_name"),
            "field `turn_name`: since TP04; `Option` in Rust\n\
             field `turnName_tp03`: was `turnName`; until TP03; `Option` in Rust",
            &[
                "pub turn_name: Option<u32>",
                "pub turn_name_tp03: Option<u32>",
            ],
        ),
        (
            "raw bytes of two widths are as long as the longest",
            raw(4),
            raw(9),
            "field `pad`: 9 bytes since TP04, 4 bytes until TP03; in Rust as long as the longest",
            &["pub pad: wire::RawBytes<9>"],
        ),
        (
            "entries of two widths are kept apart",
            list("pads", &raw(4)),
            list("pads", &raw(9)),
            "field `pads`: since TP04; `Option` in Rust\n\
             field `pads_tp03`: kept apart from `pads`, which is something else; until TP03; \
             `Option` in Rust",
            &[
                "pub pads: Option<wire::Vec<wire::RawBytes<9>>>",
                "pub pads_tp03: Option<wire::Vec<wire::RawBytes<4>>>",
            ],
        ),
        (
            "one that may no longer be left out is an option",
            optional.clone(),
            integer("a"),
            "field `a`: always there since TP04, optional until TP03; `Option` in Rust",
            &["pub a: Option<u32>"],
        ),
        (
            "so is one that may be left out from now on",
            integer("a"),
            optional,
            "field `a`: optional since TP04, always there until TP03; `Option` in Rust",
            &["pub a: Option<u32>"],
        ),
        (
            "a semisigned one says itself that it is not there",
            integer("a"),
            fields(&[&key, &integer("a")]),
            "field `key`: since TP04; −1 where it is not there",
            &["pub key: wire::Semi32"],
        ),
        (
            "another sign is the same field",
            integer("key"),
            key,
            "",
            &["pub key: wire::Semi32"],
        ),
    ]);
}

#[test]
fn types_that_are_kept_apart_have_names_of_their_own() {
    let inner = list("parts", &integer("x"));
    let both = fields(&[&integer("x"), &integer("y")]);
    let apart = "kept apart from `parts`, which is something else; until TP03; `Option` in Rust";
    let structure = format!("<structure>{inner}</structure>");
    let state = enumeration("state", &[("New", 1)]);
    check(&[
        (
            "an enumeration",
            state.replace("style=", "size='8' style="),
            state,
            "field `state`: since TP04; `Option` in Rust\n\
             field `state_tp03`: kept apart from `state`, which is something else; until TP03; \
             `Option` in Rust",
            &["pub struct ThingState(", "pub struct ThingStateTp03("],
        ),
        (
            "a group that has a list of its own name",
            field("group", "", "parts", &structure),
            list("parts", &both),
            &format!("field `parts`: since TP04; `Option` in Rust\nfield `parts_tp03`: {apart}"),
            &[],
        ),
    ]);
}

#[test]
fn values_change() {
    let code = |values: &[(&str, i64)]| enumeration("code", values);
    let renamed = code(&[("Protocol", 0), ("Shape", 1), ("Gone", 5)]);
    check(&[
        (
            "values come, go and are renamed",
            code(&[("Protocol", 0), ("Frame", 1), ("Old", 2)]),
            renamed.replace("name='Shape'", "name='Shape' was='Frame'"),
            "value `Shape` of `code`: was `Frame`\n\
             value `Gone` of `code`: since TP04\n\
             value `Old` of `code`: until TP03",
            &["(Self::SHAPE, \"Frame\")"],
        ),
        (
            "a value that means another number is kept apart",
            code(&[("Gone", 4)]),
            code(&[("Gone", 5)]),
            "value `Gone` of `code`: since TP04\n\
             value `Gone_tp03` of `code`: until TP03",
            &[
                "pub const GONE: Self = Self(5);",
                "pub const GONE_TP03: Self = Self(4);",
            ],
        ),
        (
            "a value is the same bits under another sign",
            code(&[("None", -1), ("Low", -2)]).replace("unsigned", "signed"),
            code(&[("None", 0xFFFF_FFFF)]),
            "value `Low` of `code`: until TP03",
            &["pub const LOW: Self = Self(4294967294);"],
        ),
    ]);
}

#[test]
fn what_is_in_a_list_is_merged_as_well() {
    let (a, b, x) = (integer("a"), integer("b"), was("c", "b"));
    let state = enumeration("state", &[("New", 1)]);
    let both = fields(&[&state, &integer("since")]);
    check(&[
        (
            "members come and are renamed",
            list("parts", &fields(&[&a, &b])),
            list("parts", &fields(&[&a, &x, &string("d")])),
            "in `parts`\nfield `c`: was `b`\nfield `d`: since TP04; `Option` in Rust",
            &[],
        ),
        (
            "a list of values becomes one of records",
            list("parts", &state),
            list("parts", &both),
            "in `parts`\nfield `since`: since TP04; `Option` in Rust",
            &["pub parts: wire::Vec<ThingPart>"],
        ),
        (
            "a list that is one of values now stays one of records",
            list("parts", &both),
            list("parts", &state),
            "in `parts`\nfield `since`: until TP03; `Option` in Rust",
            &["pub parts: wire::Vec<ThingPart>"],
        ),
        (
            "entries that are values may be renamed too",
            list("cats", &integer("category")),
            list("cats", &was("catid", "category")),
            "field `cats`: its entries `catid` were `category`",
            &[],
        ),
    ]);
}
