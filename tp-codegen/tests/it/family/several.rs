//! Three versions and more, and what a plan says of them.

use tp_codegen::family::{Family, Rename};

use super::{
    code, enumeration, has, integer, list, merge, models, packet, string, thing, told, was,
};

fn versions(fields: &[&String]) -> Family {
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
fn fields_change_from_version_to_version() {
    let (a, b, text) = (integer("a"), integer("b"), string("a"));
    let both = format!("{a}{b}");
    let (b_was_a, c_was_b) = (was("b", "a"), was("c", "b"));
    let code = |number| enumeration("code", &[("Gone", number)]);
    let apart = "kept apart from `a`, which is something else";
    for (about, fields, page) in [
        (
            "a rename in the middle is told once",
            vec![&a, &b_was_a, &b],
            "field `b`: was `a`",
        ),
        (
            "`was` may be copied into newer schemas",
            vec![&a, &b_was_a, &b_was_a, &b_was_a],
            "field `b`: was `a`",
        ),
        (
            "a field may be renamed twice",
            vec![&a, &b_was_a, &c_was_b],
            "field `c`: was `b`; was `a`",
        ),
        (
            "a field may be renamed and back",
            vec![&a, &b_was_a, &was("a", "b")],
            "field `a`: was `b`",
        ),
        (
            "a field that comes back is the same",
            vec![&both, &a, &both],
            "field `b`: since TP05, until TP03; `Option` in Rust",
        ),
        (
            "what was kept apart is found again where it had the older type for long",
            vec![&a, &a, &text],
            &format!(
                "field `a`: since TP05; `Option` in Rust\n  \
                 field `a_tp04`: {apart}; until TP04; `Option` in Rust"
            ),
        ),
        (
            "what was kept apart is found again where it had another type for a time",
            vec![&text, &a, &text],
            &format!(
                "field `a`: since TP05, until TP03; `Option` in Rust\n  \
                 field `a_tp04`: {apart}; in TP04; `Option` in Rust"
            ),
        ),
        (
            "so is a value",
            vec![&code(4), &code(4), &code(5)],
            "value `Gone` of `code`: since TP05\n  value `Gone_tp04` of `code`: until TP04",
        ),
        (
            "ranges are told by the versions that there are",
            vec![&a, &both, &both, &a],
            "field `b`: from TP04 to TP05; `Option` in Rust",
        ),
    ] {
        let told = told(&versions(&fields));
        assert_eq!(told, format!("packet Thing (9)\n  {page}"), "{about}");
    }
}

#[test]
fn a_name_that_was_free_may_be_anothers() {
    // Whichever stands first.
    for newest in [
        format!("{}{}", was("b", "a"), string("a")),
        format!("{}{}", string("a"), was("b", "a")),
    ] {
        let family = versions(&[&integer("a"), &integer("a"), &newest]);
        let told = told(&family);
        let mut lines: Vec<&str> = told.lines().skip(1).map(str::trim).collect();
        lines.retain(|line| !line.starts_with("order"));
        lines.sort_unstable();
        let wanted = [
            "field `a`: since TP05; `Option` in Rust",
            "field `b`: was `a`",
        ];
        assert_eq!(lines, wanted);
        has("thing.rs", &code(&family, "thing.rs"), &["pub b: u32"]);
    }
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
    let parts =
        |name: &str, state: &str| list("parts", &format!("{}{}", integer(name), states(state)));
    let older = thing(&parts("x", "Fresh"));
    let newer = packet("Object", 9, &parts("part", "New"));
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
