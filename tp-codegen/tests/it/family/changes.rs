//! What becomes of packets and parameters.

use tp_codegen::family::Family;

use super::{
    DESCRIBED, base, code, field, get, has, integer, merge, on_base, order, order_desc, packet,
    parameters, string, thing, told, was,
};

/// What of a file's text the Rust of a family has.
#[track_caller]
fn has_rust(family: &Family, path: &str, parts: &[&str]) {
    has(path, &code(family, path), parts);
}

#[test]
fn a_new_packet_is_told_by_its_versions() {
    let thing = thing(&integer("a"));
    let more = packet("More", 10, "");
    let family = merge(&[&thing, &format!("{thing}{more}")]);
    assert_eq!(told(&family), "since TP04\n  packet More (10)");
    let since = "const SINCE: wire::Version = super::TP04;";
    has_rust(&family, "more.rs", &[since]);
}

#[test]
fn the_id_of_a_dropped_packet_may_be_another_ones() {
    let family = merge(&[
        &packet("Old", 9, &integer("a")),
        &packet("New", 9, &string("a")),
    ]);
    assert_eq!(
        told(&family),
        "since TP04\n  packet New (9)\n\nuntil TP03\n  packet Old (9)"
    );
    has_rust(&family, "frame.rs", &["9 if version.has(4) => "]);
    has_rust(&family, "frame.rs", &["9 if !version.has(4) => "]);
}

#[test]
fn a_packet_renamed_is_one_wherever_it_is_named() {
    let built = |base: &str| format!("<packet name='Changed' base='{base}' id='10'/>");
    let renamed = packet("Object", 9, &integer("a")).replace("name='Obj", "was='Thing' name='Obj");
    let family = merge(&[
        &[get("Thing"), thing(&integer("a")), built("Thing")].concat(),
        &[get("Object"), renamed, built("Object")].concat(),
    ]);
    assert_eq!(told(&family), "packet Object (9)\n  was `Thing`");
    has_rust(&family, "get.rs", &["type Reply = super::Object;"]);
    let from = "impl From<super::Object> for Changed";
    has_rust(&family, "changed.rs", &[from]);
}

#[test]
fn a_new_packet_on_an_older_base_has_what_the_base_has_now() {
    let (one, two) = (on_base("One", 1, ""), on_base("Two", 2, ""));
    let older = base(&[integer("a"), integer("b")].concat());
    let newer = base(&integer("a"));
    let family = merge(&[&[&*older, &one].concat(), &[&*newer, &one, &two].concat()]);
    assert_eq!(
        told(&family),
        "packet Base (base)\n  field `b`: until TP03; `Option` in Rust\n\n\
         since TP04\n  packet Two (2)"
    );
    assert!(!code(&family, "two.rs").contains("pub b:"));
    has_rust(&family, "two.rs", &["..Self::default()"]);
}

#[test]
fn what_a_packet_had_of_its_own_and_has_from_a_base_now_is_one() {
    let newer = [base(&integer("a")), on_base("Thing", 9, &integer("b"))];
    let family = merge(&[&thing(&integer("b")), &newer.concat()]);
    // The same type wherever it is inherited.
    has_rust(&family, "thing.rs", &["pub a: Option<u32>"]);
    has_rust(&family, "base.rs", &["pub a: Option<u32>"]);
    let why = "field `a`: `Option` in Rust, since a packet built on this one was without it";
    has("the page", &told(&family), &[why]);
}

#[test]
fn what_a_base_lost_stays_in_front_of_what_is_a_packets_own() {
    let older = [
        base(&[integer("a"), integer("z")].concat()),
        on_base("Thing", 9, ""),
    ];
    let newer = [base(&integer("a")), on_base("Thing", 9, &string("own"))];
    let family = merge(&[&older.concat(), &newer.concat()]);
    let mut packets = family.model.packets.iter();
    let thing = packets.find(|packet| packet.name == "Thing").unwrap();
    let names: Vec<&str> = thing.fields.iter().map(|field| &*field.name).collect();
    assert_eq!((names, thing.inherited), (vec!["a", "z", "own"], 2));
}

#[test]
fn a_packet_of_older_versions_only_has_what_was_kept_apart_in_its_base() {
    let older = [base(&integer("a")), on_base("One", 1, "")];
    let newer = [base(&string("a")), thing(&integer("b"))];
    let family = merge(&[&older.concat(), &newer.concat()]);
    has_rust(&family, "one.rs", &["pub a_tp03: Option<u32>"]);
}

#[test]
fn two_parameters_may_have_one_number_in_two_versions() {
    let order = order(&integer("otype"), "otype", "");
    let older = parameters(&[("Fleet", 4, &integer("damage"))]);
    let newer = parameters(&[("orderParamFleet", 4, &string("text"))]);
    let family = merge(&[&format!("{older}{order}"), &format!("{newer}{order}")]);
    assert_eq!(
        told(&family),
        "since TP04\n  parameter orderParamFleet (OrderParams 4)\n\n\
         until TP03\n  parameter Fleet (OrderParams 4)"
    );
    // Both would be `Fleet` in the enum.
    for part in [
        "pub const FLEET: u32 = 4;",
        "pub const FLEET_TP03: u32 = 4;",
        "Self::FLEET if reader.has(4) => ",
        "Self::FLEET_TP03 if !reader.has(4) => ",
        "Fleet(OrderParamFleet)",
        "FleetTp03(Fleet)",
    ] {
        has_rust(&family, "order_params.rs", &[part]);
    }
}

#[test]
fn a_parameter_renamed_is_one() {
    let order = order(&integer("otype"), "otype", "");
    let older = parameters(&[("Fleet", 4, &integer("damage"))]);
    let newer = older.replace("name='Fleet'", "name='orderParamFleet' was='Fleet'");
    let family = merge(&[&format!("{older}{order}"), &format!("{newer}{order}")]);
    assert_eq!(
        told(&family),
        "parameter orderParamFleet (OrderParams 4)\n  was `Fleet`"
    );
}

#[test]
fn what_selects_parameters_may_be_renamed() {
    let sets = parameters(&[("orderParamTime", 0, &integer("turns"))]);
    let older = order(&integer("type"), "type", "");
    let newer = order(&was("otype", "type"), "otype", "");
    assert_eq!(
        told(&merge(&[
            &format!("{sets}{older}"),
            &format!("{sets}{newer}")
        ])),
        "packet Order (11)\n  field `otype`: was `type`"
    );
}

#[test]
fn parameters_may_be_described_from_a_version_on() {
    let sets = parameters(&[("orderParamTime", 0, &integer("turns"))]);
    let order = |typeframe| order(&integer("otype"), "otype", typeframe);
    let family = merge(&[
        &[&*sets, &order("")].concat(),
        &[&*sets, &order(DESCRIBED), &order_desc(&integer("type"))].concat(),
    ]);
    assert_eq!(
        told(&family),
        "packet Order (11)\n  \
         field `parameters`: `otype` is the parameter type itself until TP03\n\n\
         since TP04\n  packet OrderDesc (12)"
    );
    has_rust(&family, "order.rs", &["are_older_than(4)"]);
}

#[test]
fn words_that_only_the_older_version_has_say_so() {
    let noted = |note: &str| thing(&integer("a")).replace("</packet>", &format!("{note}</packet>"));
    let family = merge(&[
        &noted("<note>It moves.</note>"),
        &noted("<note>It is big.</note>"),
    ]);
    let notes = &family.model.packets[0].prose.notes;
    assert_eq!(notes, &["It is big.", "In TP03: It moves."]);
}

#[test]
fn a_packet_has_the_width_of_its_versions_whatever_its_base_had() {
    let version = |size: u8, name: &str, id: u32| {
        let pad = field("character", &format!("size='{size}'"), "pad", "");
        let base = base(&format!("{}{pad}", integer("a")));
        [base, on_base("Both", 1, ""), on_base(name, id, "")].concat()
    };
    let family = merge(&[&version(4, "Older", 2), &version(9, "Newer", 3)]);
    let size = |name: &str| {
        let mut packets = family.model.packets.iter();
        let packet = packets.find(|packet| packet.name == name).unwrap();
        let sizes = family.sizes(packet).into_iter().map(|(_, size)| size.min);
        (packet.size.min, sizes.collect::<Vec<_>>())
    };
    assert_eq!(size("Both"), (8, vec![13, 8]));
    assert_eq!(size("Older"), (8, vec![8]));
    assert_eq!(size("Newer"), (13, vec![13]));
    has_rust(&family, "older.rs", &["reader.chars(&fields::PAD, 4)"]);
    has_rust(&family, "older.rs", &["pub pad: wire::RawBytes<9>"]);
    has_rust(&family, "newer.rs", &["FixedBytes<'_, 13>"]);
    let told = told(&family);
    assert!(!told.contains("Older (2)\n  field"), "{told}");
}
