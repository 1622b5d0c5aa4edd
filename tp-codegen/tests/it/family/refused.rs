//! Each way in which schemas are no versions of one protocol, with its message.

use tp_codegen::family::{Family, Rename};

use super::{
    DESCRIBED, base, enumeration, field, get, integer, list, model, models, on_base, order,
    order_desc, packet, parameters, string, thing, was,
};

/// What makes the schemas no family; these, oldest first; and what is said.
type Refusal<'a> = (&'a str, &'a [&'a str], &'a str);

fn check(refusals: &[Refusal<'_>]) {
    for (about, versions, said) in refusals {
        let error = Family::merge("test", models(versions), &[]).unwrap_err();
        assert_eq!(error.to_string(), *said, "{about}");
    }
}

#[test]
fn no_schema() {
    let error = Family::merge("game", Vec::new(), &[]).unwrap_err();
    assert_eq!(error.to_string(), "family `game` has no schema");
}

#[test]
fn versions_that_do_not_rise() {
    let thing = thing(&integer("a"));
    for (first, second) in [(4, 3), (4, 4)] {
        let models = vec![model(first, &thing), model(second, &thing)];
        let error = Family::merge("game", models, &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "family `game` lists version `TP0{second}` behind `TP0{first}`; the oldest stands \
                 first, and each version has a greater number"
            )
        );
    }
}

#[test]
fn what_cannot_be_one_packet_or_parameter() {
    let (one, two) = (packet("One", 1, ""), packet("Two", 2, ""));
    let both = format!("{one}{two}");
    let time = |number| parameters(&[("time", number, "")]) + &one;
    let raw = |size: u8| field("character", &format!("size='{size}'"), "pad", "");
    check(&[
        (
            "another frame type",
            &[&packet("Thing", 9, ""), &packet("Thing", 10, "")],
            "packet `Thing` has frame type 9 in TP03 and 10 later; a packet keeps its frame type: \
             give the newer one another name",
        ),
        (
            "a frame type that it did not have",
            &["<packet name='Thing'/>", &packet("Thing", 10, "")],
            "packet `Thing` has frame type none in TP03 and 10 later; a packet keeps its frame \
             type: give the newer one another name",
        ),
        (
            "another parameter type",
            &[&time(1), &time(2)],
            "parameter `time` is of type 1 in TP03 and 2 later; a parameter keeps its type: give \
             the newer one another name",
        ),
        (
            "a packet that comes back",
            &[&both, &one, &both],
            "`Two` is in TP03 and in a later version, but not in those between: give the newer one \
             another name",
        ),
        (
            "a parameter that comes back",
            &[&time(1), &one, &time(1)],
            "`time` is in TP03 and in a later version, but not in those between: give the newer \
             one another name",
        ),
        (
            "something else before there was a base",
            &[&thing(&raw(8)), &(base(&raw(4)) + &on_base("Thing", 9, ""))],
            "field `pad` of `Thing` comes from `Base`, but in versions without that it was \
             something else: give the newer one another name",
        ),
    ]);
}

#[test]
fn an_older_name_that_nothing_had() {
    let refuse = |older: &str, newer: &str, place: &str| {
        let said = format!("`{place}` says that it was `old`, but no older version has that");
        check(&[(place, &[older, newer], &said)]);
    };
    let renamed = thing("").replace("name='Thing'", "name='Thing' was='old'");
    refuse(&thing(""), &renamed, "Thing");

    let parts = |fields: &str| list("parts", &format!("{}{fields}", integer("x")));
    let renamed = |name: &str| was(name, "old");
    let state = enumeration("state", &[("New", 1)]);
    let new_value = state.replace("name='New'", "name='New' was='old'");
    let ids = |field: &str| list("ids", field);
    for (older, newer, place) in [
        (integer("a"), renamed("a"), "Thing.a"),
        (parts(&string("a")), parts(&renamed("b")), "Thing.parts.b"),
        (ids(&integer("id")), ids(&renamed("id")), "Thing.ids.id"),
        (state, new_value, "Thing.state.New"),
        // Two that were the same.
        (integer("old"), renamed("b") + &renamed("c"), "Thing.c"),
    ] {
        refuse(&thing(&older), &thing(&newer), place);
    }
}

#[test]
fn a_plan_that_schemas_contradict() {
    for (newer, older_name, said) in [
        (
            integer("a"),
            "a",
            "no version of family `game` has `Thing.b`, which the plan says was `a`",
        ),
        (
            was("b", "a"),
            "c",
            "`Thing.b` was `c` by the plan of family `game`, and `a` by its schema",
        ),
    ] {
        let rename = Rename {
            place: "Thing.b".to_owned(),
            was: older_name.to_owned(),
        };
        let models = models(&[&thing(&integer("a")), &thing(&newer)]);
        let error = Family::merge("game", models, &[rename]).unwrap_err();
        assert_eq!(error.to_string(), said);
    }
}

#[test]
fn parameters_without_what_selects_them() {
    let (id, kind) = (integer("id"), integer("otype"));
    let wide = |name: &str| field("integer", "type='unsigned' size='64'", name, "");
    let direct = |kind: &str| parameters(&[]) + &order(&format!("{id}{kind}"), "otype", "");
    let described = |types: &str| {
        let types = format!("{types}{}", integer("max"));
        parameters(&[]) + &order(&kind, "otype", DESCRIBED) + &order_desc(&types)
    };
    check(&[
        (
            "it was another type",
            &[&direct(&wide("otype")), &direct(&kind)],
            "field `otype` of `Order` selects parameters, so it must be there in every version",
        ),
        (
            "a description that led nowhere",
            &[&described(&wide("type")), &described(&integer("type"))],
            "`type` of `OrderDesc` leads to the types of parameters, so it must be there in every \
             version",
        ),
    ]);
}

#[test]
fn two_types_of_one_name() {
    let parts = list("parts", &format!("{}{}", integer("x"), integer("y")));
    // One reply in each version, two in both.
    let get = |reply: &str| get(reply) + &packet("One", 2, "") + &packet("Two", 3, "");
    check(&[
        (
            "a packet and a record",
            &[&packet("ThingPart", 8, ""), &thing(&parts)],
            "two types or modules would be called `ThingPart`: rename what declares one of them",
        ),
        (
            "a packet and the replies to a request",
            &[&(get("One") + &packet("GetReply", 4, "")), &get("Two")],
            "two types or modules would be called `GetReply`: rename what declares one of them",
        ),
    ]);
}
