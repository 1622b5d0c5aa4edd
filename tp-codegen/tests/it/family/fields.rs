//! What becomes of a field, by what changed in it between two versions.

use super::{code, enumeration, field, integer, list, merge, string, thing, told};

/// What the page says about the fields of `Thing`.
fn of(older: &str, newer: &str) -> String {
    let told = told(&merge(&[&thing(older), &thing(newer)]));
    let lines = told.strip_prefix("packet Thing (9)\n").unwrap_or(&told);
    lines.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

fn of_thing(older: &str, newer: &str) -> String {
    code(&merge(&[&thing(older), &thing(newer)]), "thing.rs")
}

#[test]
fn one_that_is_the_same_in_both_is_not_told_of() {
    assert_eq!(of(&integer("a"), &integer("a")), "");
}

#[test]
fn one_added_in_the_middle_is_an_option() {
    let (a, b, c) = (integer("a"), string("b"), integer("c"));
    let (older, newer) = (format!("{a}{c}"), format!("{a}{b}{c}"));
    assert_eq!(
        of(&older, &newer),
        "field `b`: since TP04; `Option` in Rust"
    );
    let text = of_thing(&older, &newer);
    assert!(text.contains("pub a: u32"), "{text}");
    assert!(text.contains("pub b: Option<wire::TpString>"), "{text}");
    let place = |name: &str| text.find(&format!("pub {name}: ")).unwrap();
    assert!(place("a") < place("b") && place("b") < place("c"), "{text}");
}

#[test]
fn one_dropped_stays_where_it_was() {
    let (a, b, c) = (integer("a"), integer("b"), integer("c"));
    let (older, newer) = (format!("{a}{b}{c}"), format!("{a}{c}"));
    assert_eq!(
        of(&older, &newer),
        "field `b`: until TP03; `Option` in Rust"
    );
    let text = of_thing(&older, &newer);
    let place = |name: &str| text.find(&format!("pub {name}: ")).unwrap();
    assert!(place("a") < place("b") && place("b") < place("c"), "{text}");
}

#[test]
fn one_that_moved_is_read_and_written_in_two_orders() {
    let (a, b) = (integer("a"), string("b"));
    let (older, newer) = (format!("{a}{b}"), format!("{b}{a}"));
    assert_eq!(
        of(&older, &newer),
        "order since TP04: `b`, `a`\norder until TP03: `a`, `b`"
    );
    let text = of_thing(&older, &newer);
    assert!(text.contains("if reader.has(4)"), "{text}");
    assert!(text.contains("if writer.has(4)"), "{text}");
}

#[test]
fn an_order_names_only_what_is_there() {
    let (a, b, c) = (integer("a"), integer("b"), integer("c"));
    assert_eq!(
        of(&format!("{a}{b}{c}"), &format!("{c}{a}")),
        "field `b`: until TP03; `Option` in Rust\n\
         order since TP04: `c`, `a`\n\
         order until TP03: `a`, `b`, `c`"
    );
}

#[test]
fn one_renamed_by_was_is_one() {
    let older = format!("{}{}", integer("a"), integer("z"));
    let renamed = field("integer", "type='unsigned' was='a'", "b", "");
    let newer = format!("{renamed}{}", integer("z"));
    assert_eq!(of(&older, &newer), "field `b`: was `a`");
    let text = of_thing(&older, &newer);
    assert!(
        text.contains("pub b: u32") && !text.contains("pub a:"),
        "{text}"
    );
}

#[test]
fn two_names_without_was_are_two() {
    assert_eq!(
        of(&integer("a"), &integer("b")),
        "field `b`: since TP04; `Option` in Rust\n\
         field `a`: until TP03; `Option` in Rust"
    );
}

#[test]
fn another_type_is_kept_apart() {
    let (older, newer) = (integer("a"), string("a"));
    assert_eq!(
        of(&older, &newer),
        "field `a`: since TP04; `Option` in Rust\n\
         field `a_tp03`: kept apart from `a`, which is something else; until TP03; `Option` in Rust"
    );
    let text = of_thing(&older, &newer);
    assert!(text.contains("pub a: Option<wire::TpString>"), "{text}");
    assert!(text.contains("pub a_tp03: Option<u32>"), "{text}");
}

#[test]
fn types_that_are_kept_apart_have_names_of_their_own() {
    let narrow = enumeration("state", &[("New", 1)]).replace("style=", "size='8' style=");
    let text = of_thing(&narrow, &enumeration("state", &[("New", 1)]));
    assert!(text.contains("pub struct ThingState("), "{text}");
    assert!(text.contains("pub struct ThingStateTp03("), "{text}");

    let inner = list("parts", &integer("x"));
    let older = field(
        "group",
        "",
        "parts",
        &format!("<structure>{inner}</structure>"),
    );
    let newer = list("parts", &format!("{}{}", integer("x"), integer("y")));
    merge(&[&thing(&older), &thing(&newer)]);
}

#[test]
fn a_name_that_is_one_in_rust_only_is_kept_apart() {
    let text = of_thing(&integer("turnName"), &integer("turn_name"));
    assert!(text.contains("pub turn_name: Option<u32>"), "{text}");
    assert!(text.contains("pub turn_name_tp03: Option<u32>"), "{text}");
}

#[test]
fn raw_bytes_of_two_widths_are_as_long_as_the_longest() {
    let (older, newer) = (
        field("character", "size='4'", "pad", ""),
        field("character", "size='9'", "pad", ""),
    );
    assert_eq!(
        of(&older, &newer),
        "field `pad`: 9 bytes since TP04, 4 bytes until TP03; in Rust as long as the longest"
    );
    let text = of_thing(&older, &newer);
    assert!(text.contains("pub pad: wire::RawBytes<9>"), "{text}");
}

#[test]
fn entries_of_two_widths_are_kept_apart() {
    let entries = |size: u8| {
        list(
            "pads",
            &field("character", &format!("size='{size}'"), "pad", ""),
        )
    };
    let text = of_thing(&entries(4), &entries(9));
    assert!(
        text.contains("pub pads: Option<wire::Vec<wire::RawBytes<9>>>"),
        "{text}"
    );
    assert!(
        text.contains("pub pads_tp03: Option<wire::Vec<wire::RawBytes<4>>>"),
        "{text}"
    );
}

#[test]
fn one_that_may_no_longer_be_left_out_is_an_option() {
    let optional = field("integer", "type='unsigned' optional='yes'", "a", "");
    assert_eq!(
        of(&optional, &integer("a")),
        "field `a`: always there since TP04, optional until TP03; `Option` in Rust"
    );
    assert_eq!(
        of(&integer("a"), &optional),
        "field `a`: optional since TP04, always there until TP03; `Option` in Rust"
    );
}

#[test]
fn a_semisigned_one_says_itself_that_it_is_not_there() {
    let key = field("integer", "type='semisigned'", "key", "");
    let newer = format!("{}{key}", integer("a"));
    assert_eq!(
        of(&integer("a"), &newer),
        "field `key`: since TP04; −1 where it is not there"
    );
    let text = of_thing(&integer("a"), &newer);
    assert!(text.contains("pub key: wire::Semi32"), "{text}");
}

#[test]
fn another_sign_is_the_same_field() {
    let key = field("integer", "type='semisigned'", "a", "");
    assert_eq!(of(&integer("a"), &key), "");
    let text = of_thing(&integer("a"), &key);
    assert!(text.contains("pub a: wire::Semi32"), "{text}");
}

#[test]
fn values_come_go_and_are_renamed() {
    let older = enumeration("code", &[("Protocol", 0), ("Frame", 1), ("Old", 2)]);
    let newer = enumeration("code", &[("Protocol", 0), ("Shape", 1), ("Gone", 5)])
        .replace("name='Shape'", "name='Shape' was='Frame'");
    assert_eq!(
        of(&older, &newer),
        "value `Shape` of `code`: was `Frame`\n\
         value `Gone` of `code`: since TP04\n\
         value `Old` of `code`: until TP03"
    );
    let text = of_thing(&older, &newer);
    assert!(text.contains("(Self::SHAPE, \"Frame\")"), "{text}");
}

#[test]
fn a_value_that_means_another_number_is_kept_apart() {
    let (older, newer) = (
        enumeration("code", &[("Gone", 4)]),
        enumeration("code", &[("Gone", 5)]),
    );
    assert_eq!(
        of(&older, &newer),
        "value `Gone` of `code`: since TP04\n\
         value `Gone_tp03` of `code`: until TP03"
    );
    let text = of_thing(&older, &newer);
    assert!(text.contains("pub const GONE: Self = Self(5);"), "{text}");
    assert!(
        text.contains("pub const GONE_TP03: Self = Self(4);"),
        "{text}"
    );
}

#[test]
fn a_value_is_the_same_bits_under_another_sign() {
    let signed = enumeration("code", &[("None", -1), ("Low", -2)]).replace("unsigned", "signed");
    let unsigned = enumeration("code", &[("None", 0xFFFF_FFFF)]);
    let text = of_thing(&signed, &unsigned);
    assert!(
        text.contains("pub const LOW: Self = Self(4294967294);"),
        "{text}"
    );
    assert!(!text.contains("NONE_TP03"), "{text}");
}

#[test]
fn what_is_in_a_list_is_merged_as_well() {
    let older = list("parts", &format!("{}{}", integer("a"), integer("b")));
    let renamed = field("integer", "type='unsigned' was='b'", "c", "");
    let newer = list(
        "parts",
        &format!("{}{renamed}{}", integer("a"), string("d")),
    );
    assert_eq!(
        of(&older, &newer),
        "in `parts`\nfield `c`: was `b`\nfield `d`: since TP04; `Option` in Rust"
    );
}

#[test]
fn a_list_of_values_becomes_one_of_records() {
    let one = enumeration("state", &[("New", 1)]);
    let two = format!("{one}{}", integer("since"));
    for (older, newer, told) in [(&one, &two, "since TP04"), (&two, &one, "until TP03")] {
        let (older, newer) = (list("parts", older), list("parts", newer));
        assert_eq!(
            of(&older, &newer),
            format!("in `parts`\nfield `since`: {told}; `Option` in Rust")
        );
        let text = of_thing(&older, &newer);
        assert!(text.contains("pub parts: wire::Vec<ThingPart>"), "{text}");
    }
}

#[test]
fn entries_that_are_values_may_be_renamed_too() {
    let older = list("cats", &integer("category"));
    let renamed = field("integer", "type='unsigned' was='category'", "catid", "");
    let newer = list("cats", &renamed);
    assert_eq!(
        of(&older, &newer),
        "field `cats`: its entries `catid` were `category`"
    );
}
