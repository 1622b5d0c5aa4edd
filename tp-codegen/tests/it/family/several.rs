//! Three versions and more, and what a plan says of them.

use tp_codegen::family::{Family, Rename};

use super::{code, enumeration, field, integer, merge, models, string, thing, told};

/// An integer that says what it was.
fn was(name: &str, was: &str) -> String {
    field("integer", &format!("type='unsigned' was='{was}'"), name, "")
}

fn versions(fields: &[&str]) -> Family {
    let versions: Vec<String> = fields.iter().map(|fields| thing(fields)).collect();
    merge(&versions.iter().map(String::as_str).collect::<Vec<_>>())
}

fn rename(place: &str, was: &str) -> Rename {
    Rename {
        place: place.to_owned(),
        was: was.to_owned(),
    }
}

#[test]
fn a_rename_in_the_middle_is_told_once() {
    let family = versions(&[&integer("a"), &was("b", "a"), &integer("b")]);
    assert_eq!(told(&family), "packet Thing (9)\n  field `b`: was `a`");
}

#[test]
fn was_may_be_copied_into_newer_schemas() {
    let family = versions(&[
        &integer("a"),
        &was("b", "a"),
        &was("b", "a"),
        &was("b", "a"),
    ]);
    assert_eq!(told(&family), "packet Thing (9)\n  field `b`: was `a`");
}

#[test]
fn a_thing_may_be_renamed_twice_and_back() {
    let family = versions(&[&integer("a"), &was("b", "a"), &was("c", "b")]);
    assert_eq!(
        told(&family),
        "packet Thing (9)\n  field `c`: was `b`; was `a`"
    );
    let family = versions(&[&integer("a"), &was("b", "a"), &was("a", "b")]);
    assert_eq!(told(&family), "packet Thing (9)\n  field `a`: was `b`");
}

#[test]
fn a_name_that_was_free_may_be_anothers() {
    // Whichever stands first.
    for newest in [
        format!("{}{}", was("b", "a"), string("a")),
        format!("{}{}", string("a"), was("b", "a")),
    ] {
        let family = versions(&[&integer("a"), &integer("a"), &newest]);
        assert_eq!(
            told(&family)
                .lines()
                .skip(1)
                .filter(|line| !line.contains("order"))
                .count(),
            2
        );
        assert!(told(&family).contains("field `b`: was `a`"));
        assert!(told(&family).contains("field `a`: since TP05; `Option` in Rust"));
        let text = code(&family, "thing.rs");
        assert!(text.contains("pub b: u32"), "{text}");
    }
}

#[test]
fn a_field_that_comes_back_is_the_same() {
    let (a, b) = (integer("a"), integer("b"));
    let both = format!("{a}{b}");
    let family = versions(&[&both, &a, &both]);
    assert_eq!(
        told(&family),
        "packet Thing (9)\n  field `b`: since TP05, until TP03; `Option` in Rust"
    );
}

#[test]
fn what_was_kept_apart_is_found_again() {
    // It had the older type for long.
    let family = versions(&[&integer("a"), &integer("a"), &string("a")]);
    assert_eq!(
        told(&family),
        "packet Thing (9)\n  field `a`: since TP05; `Option` in Rust\n  \
         field `a_tp04`: kept apart from `a`, which is something else; until TP04; `Option` in Rust"
    );
    // It had it only for a time.
    let family = versions(&[&string("a"), &integer("a"), &string("a")]);
    assert_eq!(
        told(&family),
        "packet Thing (9)\n  field `a`: since TP05, until TP03; `Option` in Rust\n  \
         field `a_tp04`: kept apart from `a`, which is something else; in TP04; `Option` in Rust"
    );
    let code = |number| enumeration("code", &[("Gone", number)]);
    let family = versions(&[&code(4), &code(4), &code(5)]);
    assert_eq!(
        told(&family),
        "packet Thing (9)\n  value `Gone` of `code`: since TP05\n  \
         value `Gone_tp04` of `code`: until TP04"
    );
}

#[test]
fn ranges_are_told_by_the_versions_that_there_are() {
    let (a, b) = (integer("a"), integer("b"));
    let both = format!("{a}{b}");
    let family = versions(&[&a, &both, &both, &a]);
    assert_eq!(
        told(&family),
        "packet Thing (9)\n  field `b`: from TP04 to TP05; `Option` in Rust"
    );
}

#[test]
fn a_plan_renames_what_schemas_do_not() {
    let texts = [
        thing(&integer("a")),
        thing(&integer("b")),
        thing(&integer("c")),
    ];
    let models = models(&texts.each_ref().map(String::as_str));
    let renames = [rename("Thing.c", "b"), rename("Thing.b", "a")];
    let family = Family::merge("test", models, &renames).unwrap();
    assert_eq!(
        told(&family),
        "packet Thing (9)\n  field `c`: was `b`; was `a`"
    );
}

#[test]
fn a_plan_renames_packets_values_and_what_is_within() {
    let states = |name: &str| enumeration("state", &[(name, 1)]);
    let parts = |name: &str, state: &str| {
        super::list("parts", &format!("{}{}", integer(name), states(state)))
    };
    let older = thing(&parts("x", "Fresh"));
    let newer = super::packet("Object", 9, &parts("part", "New"));
    let renames = [
        rename("Object", "Thing"),
        rename("Object.parts.part", "x"),
        rename("Object.parts.state.New", "Fresh"),
    ];
    let family = Family::merge("test", models(&[&older, &newer]), &renames).unwrap();
    assert_eq!(
        told(&family),
        "packet Object (9)\n  was `Thing`\n  in `parts`\n    field `part`: was `x`\n    \
         value `New` of `state`: was `Fresh`"
    );
}

#[test]
fn one_version_is_a_family_too() {
    let family = Family::merge("test", models(&[&thing(&integer("a"))]), &[]).unwrap();
    assert_eq!(
        family.page(),
        "family test: TP03\n\nthe same in every version\n  packet Thing (9)\n"
    );
    assert_eq!(
        family,
        Family::of_one("test", models(&[&thing(&integer("a"))]).remove(0))
    );
}
