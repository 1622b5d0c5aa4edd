//! Each way in which schemas are no versions of one protocol, with its message.

use tp_codegen::family::{Family, FamilyError, Rename};

use super::{field, integer, list, model, models, packet, refusal, string, thing};

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
fn another_frame_type() {
    let base = "<packet name='Thing'/>";
    for (older, newer, types) in [
        (packet("Thing", 9, ""), packet("Thing", 10, ""), ("9", "10")),
        (base.to_owned(), packet("Thing", 10, ""), ("none", "10")),
    ] {
        assert_eq!(
            refusal(&[&older, &newer]).to_string(),
            format!(
                "packet `Thing` has frame type {} in TP03 and {} later; a packet keeps its frame \
                 type: give the newer one another name",
                types.0, types.1
            )
        );
    }
}

#[test]
fn another_parameter_type() {
    let set = |number: u8| {
        format!(
            "<parameterset name='Params'><parameter name='time' type='{number}'>\
             <usestruct><structure/></usestruct></parameter></parameterset>{}",
            thing(&integer("a"))
        )
    };
    assert_eq!(
        refusal(&[&set(1), &set(2)]).to_string(),
        "parameter `time` is of type 1 in TP03 and 2 later; a parameter keeps its type: give the \
         newer one another name"
    );
}

#[test]
fn what_comes_back() {
    let (one, two) = (packet("One", 1, ""), packet("Two", 2, ""));
    let both = format!("{one}{two}");
    assert_eq!(
        refusal(&[&both, &one, &both]).to_string(),
        "`Two` is in TP03 and in a later version, but not in those between: give the newer one \
         another name"
    );
    let set = "<parameterset name='Params'><parameter name='time' type='1'>\
               <usestruct><structure/></usestruct></parameter></parameterset>";
    let with = format!("{set}{one}");
    assert!(matches!(
        refusal(&[&with, &one, &with]),
        FamilyError::ComesBack { name, .. } if name == "time"
    ));
}

#[test]
fn an_older_name_that_nothing_had() {
    let was = |tag: &str| tag.replace("name='", "was='Old' name='");
    let renamed = |name: &str| field("integer", "type='unsigned' was='old'", name, "");
    let states = |was: &str| {
        let values = format!("<values><value id='1' name='New' {was}/></values>");
        field(
            "enumeration",
            "type='unsigned' style='list'",
            "state",
            &values,
        )
    };
    let parts = |fields: &str| list("parts", &format!("{}{fields}", integer("x")));
    for (older, newer, place, old) in [
        (thing(""), was(&thing("")), "Thing", "Old"),
        (thing(&integer("a")), thing(&renamed("a")), "Thing.a", "old"),
        (
            thing(&parts(&string("a"))),
            thing(&parts(&renamed("b"))),
            "Thing.parts.b",
            "old",
        ),
        (
            thing(&list("ids", &integer("id"))),
            thing(&list("ids", &renamed("id"))),
            "Thing.ids.id",
            "old",
        ),
        (
            thing(&states("")),
            thing(&states("was='Older'")),
            "Thing.state.New",
            "Older",
        ),
    ] {
        assert_eq!(
            refusal(&[&older, &newer]).to_string(),
            format!("`{place}` says that it was `{old}`, but no older version has that")
        );
    }
}

#[test]
fn two_that_were_the_same() {
    let renamed = |name: &str| field("integer", "type='unsigned' was='a'", name, "");
    let both = format!("{}{}", renamed("b"), renamed("c"));
    assert_eq!(
        refusal(&[&thing(&integer("a")), &thing(&both)]).to_string(),
        "`Thing.c` says that it was `a`, but no older version has that"
    );
}

#[test]
fn a_plan_that_renames_what_is_not_there() {
    let rename = Rename {
        place: "Thing.b".to_owned(),
        was: "a".to_owned(),
    };
    let error = Family::merge("game", models(&[&thing(&integer("a"))]), &[rename]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no version of family `game` has `Thing.b`, which the plan says was `a`"
    );
}

#[test]
fn a_plan_that_renames_what_the_schema_says_was_something_else() {
    let renamed = field("integer", "type='unsigned' was='a'", "b", "");
    let rename = Rename {
        place: "Thing.b".to_owned(),
        was: "c".to_owned(),
    };
    let models = models(&[&thing(&integer("a")), &thing(&renamed)]);
    let error = Family::merge("game", models, &[rename]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`Thing.b` was `c` by the plan of family `game`, and `a` by its schema"
    );
}

#[test]
fn parameters_without_what_selects_them() {
    let order = |kind: &str| {
        let inner = "<typefield>otype</typefield>";
        let rest = field("useparameters", "ref='Params'", "parameters", inner);
        format!(
            "<parameterset name='Params'/>{}",
            packet("Order", 11, &format!("{}{kind}{rest}", integer("id")))
        )
    };
    let newer = order(&integer("otype"));
    let wide = field("integer", "type='unsigned' size='64'", "otype", "");
    assert_eq!(
        refusal(&[&order(&wide), &newer]).to_string(),
        "field `otype` of `Order` selects parameters, so it must be there in every version"
    );
}

#[test]
fn a_description_that_led_nowhere() {
    let order = |types: &str| {
        let inner = "<typefield>otype</typefield><typeframe name='Desc' idfield='id'>\
                     <getlist name='types'><getfield name='type'/></getlist></typeframe>";
        let rest = field("useparameters", "ref='Params'", "parameters", inner);
        let order = packet("Order", 11, &format!("{}{rest}", integer("otype")));
        let types = list("types", &format!("{types}{}", integer("max")));
        let desc = packet("Desc", 12, &format!("{}{types}", integer("id")));
        format!("<parameterset name='Params'/>{order}{desc}")
    };
    let wide = field("integer", "type='unsigned' size='64'", "type", "");
    assert_eq!(
        refusal(&[&order(&wide), &order(&integer("type"))]).to_string(),
        "`type` of `Desc` leads to the types of parameters, so it must be there in every version"
    );
}

#[test]
fn something_else_before_there_was_a_base() {
    let raw = |size: u8| field("character", &format!("size='{size}'"), "pad", "");
    let newer = format!(
        "<packet name='Base'><structure>{}</structure></packet>\
         <packet name='Thing' base='Base' id='9'><direction>client</direction></packet>",
        raw(4)
    );
    assert_eq!(
        refusal(&[&thing(&raw(8)), &newer]).to_string(),
        "field `pad` of `Thing` comes from `Base`, but in versions without that it was something \
         else: give the newer one another name"
    );
}

#[test]
fn two_types_of_one_name() {
    let older = packet("ThingPart", 8, "");
    let parts = list("parts", &format!("{}{}", integer("x"), integer("y")));
    assert_eq!(
        refusal(&[&older, &thing(&parts)]).to_string(),
        "two types or modules would be called `ThingPart`: rename what declares one of them"
    );
    // One reply in each version, two in both.
    let get = |reply: &str| {
        format!(
            "<packet name='Get' id='1'><direction>server</direction>\
             <reply packet='{reply}' sequence='never'/></packet>{}{}",
            packet("One", 2, ""),
            packet("Two", 3, "")
        )
    };
    let older = format!("{}{}", get("One"), packet("GetReply", 4, ""));
    assert_eq!(
        refusal(&[&older, &get("Two")]),
        FamilyError::TypeName("GetReply".to_owned())
    );
}
