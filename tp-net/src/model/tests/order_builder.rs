//! Orders made by descriptions: what is built is what is sent, and what does not fit is refused by
//! the name of the parameter.

use OrderErrorKind::{
    Ambiguous, GivenTwice, Missing, NoQueue, NoneOfKind, NotOffered, OffStep, OtherLimits,
    OutOfRange, OverBudget, SeveralOfKind, Superfluous, TooLong, TooMany, UnknownType, WrongKind,
};
use proptest::prelude::*;
use tp_frames::{MAX_BODY, ParameterSet, Parameters, Version, game};

use super::super::*;
use super::{body, received};

/// The types of parameters, of which each name says what it is.
const KINDS: [(&str, u32); 12] = [
    ("position", OrderParams::ABS_SPACE_COORDS),
    ("turns", OrderParams::TIME),
    ("object", OrderParams::OBJECT),
    ("player", OrderParams::PLAYER),
    ("place", OrderParams::REL_SPACE_COORDS),
    ("range", OrderParams::RANGE),
    ("list", OrderParams::LIST),
    ("text", OrderParams::STRING),
    ("reference", OrderParams::REFERENCE),
    ("references", OrderParams::REFERENCE_LIST),
    ("resources", OrderParams::RESOURCE_LIST),
    ("things", OrderParams::GENERIC_REFERENCE_QUANTITY_LIST),
];

fn desc(parameters: &[(&str, u32)]) -> OrderDesc {
    let parameters = parameters.iter().map(|(name, r#type)| OrderDescParameter {
        name: (*name).into(),
        r#type: *r#type,
        description: "".into(),
    });
    OrderDesc {
        id: 1000,
        name: "Do".into(),
        parameters: parameters.collect(),
        ..Default::default()
    }
}

/// The description of orders with one parameter, of the kind with this name.
fn one(name: &str) -> OrderDesc {
    let kind = KINDS.iter().find(|(kind, _)| *kind == name);
    desc(&[*kind.unwrap()])
}

fn fleet() -> Object {
    Object {
        id: 7,
        order_queue: Some(70),
        ..Default::default()
    }
}

/// What is wrong, and with which parameter.
fn wrong(builder: OrderBuilder<'_>) -> (Option<String>, OrderErrorKind) {
    let error = builder.build().unwrap_err();
    let shown = error.to_string();
    assert!(!shown.contains('\n'), "{shown}");
    let parameter = error.parameter().map(ToString::to_string);
    if let Some(parameter) = &parameter {
        assert!(shown.contains(parameter), "{shown}");
    }
    assert!(shown.starts_with(r#"order "Do": "#), "{shown}");
    (parameter, error.kind().clone())
}

fn named(name: &str, kind: OrderErrorKind) -> (Option<String>, OrderErrorKind) {
    (Some(name.to_owned()), kind)
}

#[test]
fn every_kind_is_set_by_what_it_is() {
    let (all, fleet) = (desc(&KINDS[..1]), fleet());
    let at = Vector::new(1, 2, 3);
    let order = all.order(&fleet).before(4).at(at).build().unwrap();
    assert_eq!((order.queue, order.object), (Some(70), Some(7)));
    assert_eq!((order.slot, order.otype), (Some(4), 1000));
    type Give = fn(OrderBuilder<'_>) -> OrderBuilder<'_>;
    let table: [(&str, Give, Give); 12] = [
        (
            "position",
            |it| it.at(Vector::new(1, 2, 3)),
            |it| it.set("position", Vector::new(1, 2, 3)),
        ),
        ("turns", |it| it.number(4), |it| it.set("turns", 4_u32)),
        ("object", |it| it.target(5), |it| it.set("object", 5)),
        ("player", |it| it.player(6), |it| it.set("player", 6_i64)),
        (
            "place",
            |it| it.beside(7, Vector::new(1, 0, 0)),
            |it| it.set("place", (7, Vector::new(1, 0, 0))),
        ),
        ("range", |it| it.number(8), |it| it.set("range", 8)),
        (
            "list",
            |it| it.choose([(1, 2)]),
            |it| it.set("list", [(1, 2)]),
        ),
        ("text", |it| it.text("hm"), |it| it.set("text", "hm")),
        (
            "reference",
            |it| it.reference(9),
            |it| it.set("reference", 9),
        ),
        (
            "references",
            |it| it.references([1, 1, 2]),
            |it| it.set("references", [1, 1, 2]),
        ),
        (
            "resources",
            |it| it.choose(vec![(1, 2)]),
            |it| it.set("resources", vec![(1, 2)]),
        ),
        (
            "things",
            |it| it.choose([(1, 2)]),
            |it| it.set("things", [(1, 2)]),
        ),
    ];
    for (name, by_kind, by_name) in table {
        let desc = one(name);
        let order = by_kind(desc.order(&fleet)).build().unwrap();
        assert_eq!(order, by_name(desc.order(&fleet)).build().unwrap());
        let values = order.parameters.values();
        let types: Vec<u32> = values.iter().map(|it| it.parameter_type()).collect();
        assert!(desc.takes(&types), "{name}");
        assert!(!desc.takes(&[]) && !desc.takes(&[types[0], types[0]]));
        // No other kind takes it.
        for (other, _) in KINDS {
            if let Err(error) = by_kind(one(other).order(&fleet)).build() {
                assert!(matches!(error.kind(), NoneOfKind(_)), "{other}: {error}");
            }
        }
        // Without any it is missing, and with `unchosen` it is nothing.
        assert_eq!(wrong(desc.order(&fleet)), named(name, Missing));
        let nothing = desc.order(&fleet).unchosen().build().unwrap();
        assert_eq!(nothing.parameters.values().len(), 1);
        let given = by_kind(desc.order(&fleet)).unchosen().build().unwrap();
        assert_eq!(given, order);
    }
}

#[test]
fn what_does_not_fit_the_description_is_refused_by_name() {
    let fleet = fleet();
    let two = desc(&[
        ("From", OrderParams::OBJECT),
        ("To", OrderParams::OBJECT),
        ("Turns", OrderParams::TIME),
        ("Turns", OrderParams::TIME),
    ]);
    let begun = || {
        let builder = two.order(&fleet).set("From", 1).set("To", 2);
        builder.set_nth(2, 3)
    };
    let order = begun().set_nth(3, 4).build().unwrap();
    assert_eq!(order.parameters.values().len(), 4);
    assert_eq!(wrong(begun()), named("Turns", Missing));
    let several = SeveralOfKind("an object");
    assert_eq!(wrong(begun().target(1)), (None, several));
    assert_eq!(wrong(begun().set("Turns", 1)), named("Turns", Ambiguous));
    assert_eq!(wrong(begun().set("to", 1)), named("to", Superfluous));
    assert_eq!(wrong(begun().set_nth(4, 1)), named("4", Superfluous));
    assert_eq!(wrong(begun().set("To", 1)), named("To", GivenTwice));
    assert_eq!(wrong(begun().text("")), (None, NoneOfKind("a text")));
    let kinds = WrongKind {
        wanted: "a number of turns",
        given: "a text",
    };
    assert_eq!(wrong(begun().set_nth(3, "long")), named("Turns", kinds));
    let unknown = desc(&[("New", 12)]);
    assert_eq!(wrong(unknown.order(&fleet)), named("New", UnknownType(12)));
    let given = unknown.order(&fleet).set("New", 1);
    assert_eq!(wrong(given), named("New", UnknownType(12)));
    assert_eq!(
        wrong(unknown.order(&fleet).unchosen()),
        named("New", UnknownType(12))
    );
}

#[test]
fn numbers_that_a_field_cannot_hold_are_refused() {
    let fleet = fleet();
    for (name, least, greatest) in [
        ("turns", 0, i64::from(i32::MAX)),
        ("range", i32::MIN.into(), i32::MAX.into()),
        ("object", 0, u32::MAX.into()),
        ("player", 0, u32::MAX.into()),
        ("reference", 0, u32::MAX.into()),
    ] {
        let desc = one(name);
        for value in [least, greatest] {
            desc.order(&fleet).set(name, value).build().unwrap();
        }
        for value in [i64::MIN, least - 1, greatest + 1, i64::MAX] {
            let range = OutOfRange {
                value,
                least,
                greatest,
            };
            let builder = desc.order(&fleet).set(name, value);
            assert_eq!(wrong(builder), named(name, range));
        }
    }
}

#[test]
fn an_object_without_a_queue_takes_no_orders() {
    let wait = one("turns");
    let star = Object {
        order_queue: None,
        ..fleet()
    };
    assert_eq!(wrong(wait.order(&star).number(1)), (None, NoQueue(7)));
    // In TP03 it is the object that takes them.
    let old = Object {
        ordertypes: Some(vec![1000]),
        ..star
    };
    let order = wait.order(&old).number(1).build().unwrap();
    assert_eq!(order.into_frame(game::TP03).unwrap().id, 7);
}

#[test]
fn names_of_a_server_are_shown_safely() {
    let desc = desc(&[("\x1b[2J", OrderParams::TIME)]);
    let shown = desc.order(&fleet()).build().unwrap_err().to_string();
    assert_eq!(shown, r#"order "Do": parameter "\u{1b}[2J" is missing"#);
}

/// Orders as a server sends them, with limits.
fn limits() -> Vec<(&'static str, OrderParams)> {
    let option = |id, name: &str, maxnum| game::OrderParamListPossibleselection {
        id,
        name: name.into(),
        maxnum,
    };
    let thing = |optionid, max: Option<u32>, weights| {
        game::OrderParamGenericReferenceQuantityListPossible {
            optionid,
            max: max.into(),
            weights,
            ..Default::default()
        }
    };
    let budget = |max| game::OrderParamGenericReferenceQuantityListWeightmaximum {
        max,
        reflist: vec![],
    };
    vec![
        (
            "turns",
            OrderParams::Time(game::OrderParamTime {
                turns: 0,
                maxtime: 100,
            }),
        ),
        (
            "range",
            OrderParams::Range(game::OrderParamRange {
                value: 0,
                minvalue: 10,
                maxvalue: 20,
                increment: 5,
            }),
        ),
        (
            "list",
            OrderParams::List(game::OrderParamList {
                possibleselections: vec![option(1, "Scout", 3), option(2, "Frigate", 0)],
                selection: vec![],
            }),
        ),
        (
            "text",
            OrderParams::String(game::OrderParamString {
                maxlength: 4,
                string: "".into(),
            }),
        ),
        (
            "resources",
            OrderParams::ResourceList(game::OrderParamResourceList {
                allowed: vec![game::OrderParamResourceListAllowed {
                    resourcetype: 1,
                    max: 5,
                }],
                ..Default::default()
            }),
        ),
        (
            "things",
            OrderParams::GenericReferenceQuantityList(
                game::OrderParamGenericReferenceQuantityList {
                    weightmaximums: vec![budget(100), budget(10)],
                    possibles: vec![thing(1, Some(6), vec![1, 2]), thing(2, None, vec![9])],
                    selection: vec![],
                },
            ),
        ),
    ]
}

#[test]
fn limits_that_a_server_told_are_kept() {
    let fleet = fleet();
    let out = |value, least, greatest| OutOfRange {
        value,
        least,
        greatest,
    };
    let off = |value| OffStep {
        value,
        least: 10,
        step: 5,
    };
    let many = |option, number, greatest| TooMany {
        option,
        number,
        greatest,
    };
    let over = |used, greatest| OverBudget { used, greatest };
    let long = TooLong {
        length: 5,
        greatest: 4,
    };
    type Bad = Vec<(OrderValue, OrderErrorKind)>;
    let table: Vec<(&str, Vec<OrderValue>, Bad)> = vec![
        (
            "turns",
            vec![0.into(), 100.into()],
            vec![(101.into(), out(101, 0, 100))],
        ),
        (
            "range",
            vec![10.into(), 15.into(), 20.into()],
            vec![
                (9.into(), out(9, 10, 20)),
                (25.into(), out(25, 10, 20)),
                (11.into(), off(11)),
            ],
        ),
        (
            "list",
            vec![[(1, 3)].into(), [(2, 0), (9, 0)].into()],
            vec![
                ([(1, 4)].into(), many(1, 4, 3)),
                ([(1, 2), (1, 2)].into(), many(1, 4, 3)),
                ([(2, 1)].into(), many(2, 1, 0)),
                ([(3, 1)].into(), NotOffered(3)),
            ],
        ),
        (
            "text",
            vec!["".into(), "four".into()],
            vec![("fünf".into(), long)],
        ),
        (
            "resources",
            vec![[(1, 5)].into()],
            vec![
                ([(1, 6)].into(), many(1, 6, 5)),
                ([(2, 1)].into(), NotOffered(2)),
            ],
        ),
        (
            "things",
            vec![[(1, 5)].into(), [(2, 11)].into(), [(1, 1), (2, 11)].into()],
            vec![
                ([(1, 7)].into(), many(1, 7, 6)),
                ([(1, 6)].into(), over(12, 10)),
                ([(2, 12)].into(), over(108, 100)),
                ([(1, 2), (2, 11)].into(), over(101, 100)),
                ([(3, 1)].into(), NotOffered(3)),
            ],
        ),
    ];
    for ((name, good, bad), (of, parameter)) in table.into_iter().zip(limits()) {
        assert_eq!(name, of);
        let desc = one(name);
        let said = Order {
            otype: 1000,
            parameters: vec![parameter].into(),
            ..Default::default()
        };
        for value in good {
            let builder = desc.order(&fleet).set(name, value.clone());
            builder.clone().within(&said).build().unwrap();
            // What the server has left out says nothing.
            let silent = desc.order(&fleet).unchosen().build().unwrap();
            builder.within(&silent).build().unwrap();
        }
        for (value, kind) in bad {
            let builder = desc.order(&fleet).set(name, value);
            let silent = desc.order(&fleet).unchosen().build().unwrap();
            builder.clone().within(&silent).build().unwrap();
            assert_eq!(wrong(builder.within(&said)), named(name, kind));
        }
    }
}

#[test]
fn limits_are_of_the_same_type_of_orders() {
    let (wait, fleet) = (one("turns"), fleet());
    let own = wait.order(&fleet).number(1).build().unwrap();
    let other = Order {
        otype: 1001,
        ..own.clone()
    };
    let undecoded = Order {
        parameters: Parameters::from_bytes(game::TP04, vec![0; 8]),
        ..own
    };
    for limits in [other, undecoded] {
        let builder = wait.order(&fleet).number(1).within(&limits);
        assert_eq!(wrong(builder), (None, OtherLimits));
    }
}

#[test]
fn more_than_a_frame_holds_is_refused() {
    let (desc, fleet) = (
        desc(&[("a", OrderParams::STRING), ("b", OrderParams::STRING)]),
        fleet(),
    );
    let built = |length: usize| {
        let builder = desc.order(&fleet).set("a", "x");
        builder.set("b", "x".repeat(length)).build()
    };
    let error = built(MAX_BODY).unwrap_err();
    let &TooLong { length, greatest } = error.kind() else {
        panic!("{error}");
    };
    assert_eq!(error.parameter().unwrap(), "b");
    // Eight bytes are the counts and the limit beside the text.
    assert_eq!(length, MAX_BODY + 8);
    let order = built(greatest - 8).unwrap();
    body(&order.into_frame(game::TP04).unwrap(), game::TP04);
    built(greatest - 7).unwrap_err();
}

/// A value that a parameter of this type takes.
fn value(r#type: u32) -> BoxedStrategy<OrderValue> {
    let vector = || any::<[i64; 3]>().prop_map(|[x, y, z]| Vector::new(x, y, z));
    match r#type {
        OrderParams::ABS_SPACE_COORDS => vector().prop_map(OrderValue::Position).boxed(),
        OrderParams::TIME => (0..=i32::MAX).prop_map(OrderValue::from).boxed(),
        OrderParams::RANGE => any::<i32>().prop_map(OrderValue::from).boxed(),
        OrderParams::OBJECT | OrderParams::PLAYER | OrderParams::REFERENCE => {
            any::<u32>().prop_map(OrderValue::from).boxed()
        }
        OrderParams::REL_SPACE_COORDS => {
            (any::<u32>(), vector()).prop_map(OrderValue::from).boxed()
        }
        OrderParams::STRING => ".*".prop_map(OrderValue::from).boxed(),
        OrderParams::REFERENCE_LIST => any::<Vec<u32>>().prop_map(OrderValue::from).boxed(),
        _ => prop::collection::vec((0..9_u32, 0..1_000_u32), 0..9)
            .prop_map(OrderValue::from)
            .boxed(),
    }
}

/// Parameters by their types, each with a value.
fn parameters(types: &'static [(&'static str, u32)]) -> impl Strategy<Value = Given> {
    let one =
        prop::sample::select(types).prop_flat_map(|(_, r#type)| (Just(r#type), value(r#type)));
    prop::collection::vec(one, 0..9)
}

type Given = Vec<(u32, OrderValue)>;

fn version() -> impl Strategy<Value = Version> {
    prop::sample::select(game::VERSIONS)
}

/// The description of such orders. Names are told apart by numbers.
fn described(given: &Given) -> OrderDesc {
    let names: Vec<String> = (0..given.len()).map(|place| format!("p{place}")).collect();
    let types = given.iter().map(|(r#type, _)| *r#type);
    let parameters: Vec<_> = names.iter().map(String::as_str).zip(types).collect();
    desc(&parameters)
}

fn built<'a>(desc: &'a OrderDesc, given: &Given) -> OrderBuilder<'a> {
    let values = given.iter().enumerate();
    values.fold(desc.order(&fleet()), |builder, (place, (_, value))| {
        builder.set(format!("p{place}").as_str(), value.clone())
    })
}

proptest! {
    #[test]
    fn what_is_built_is_what_the_other_side_reads(given in parameters(&KINDS), version in version()) {
        // As a client of this version gets the description.
        let desc = downgrade::order_desc(described(&given), version);
        let order = built(&desc, &given).build().unwrap();
        let frame = received(&order.clone().into_frame(version).unwrap(), version);
        let mut read = Order::from_frame(frame, version);
        read.decode_parameters(&desc).unwrap();
        let mut said = order.parameters.values().to_vec();
        let mut got = read.parameters.values().to_vec();
        downgrade::set_valid_types(&mut said, true);
        downgrade::set_valid_types(&mut got, true);
        prop_assert_eq!(got, said);
        prop_assert_eq!(read.queue.or(read.object), order.queue.filter(|_| version != game::TP03).or(order.object));
    }

    #[test]
    fn one_thing_wrong_is_refused_by_name(
        given in parameters(&KINDS),
        which in any::<prop::sample::Index>(),
        other in prop::sample::select(&KINDS[..]),
    ) {
        prop_assume!(!given.is_empty());
        let place = which.index(given.len());
        let name = format!("p{place}");
        let desc = described(&given);
        let mut less = given.clone();
        less.truncate(place);
        prop_assert_eq!(wrong(built(&desc, &less)), named(&name, Missing));
        let again = built(&desc, &given).set(name.as_str(), given[place].1.clone());
        prop_assert_eq!(wrong(again), named(&name, GivenTwice));
        let more = built(&desc, &given).set("another", given[place].1.clone());
        prop_assert_eq!(wrong(more), named("another", Superfluous));
        let mut changed = desc.clone();
        changed.parameters[place].r#type = other.1;
        if let Err(error) = built(&changed, &given).build() {
            prop_assert_eq!(error.parameter().unwrap(), name.as_str());
            prop_assert!(matches!(error.kind(), WrongKind { .. } | OutOfRange { .. }), "{error}");
        }
    }
}
