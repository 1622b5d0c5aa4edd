//! What becomes of packets and parameters.

use super::{code, field, integer, list, merge, packet, string, thing, told};

fn parameters(list: &[(&str, u32, &str)]) -> String {
    let list = list.iter().map(|(name, number, fields)| {
        format!(
            "<parameter name='{name}' type='{number}'>\
             <usestruct><structure>{fields}</structure></usestruct></parameter>"
        )
    });
    let list: String = list.collect();
    format!("<parameterset name='OrderParams'>{list}</parameterset>")
}

/// An order whose parameter's type it tells itself, or a description, in that field.
fn order(typefield: &str, was: &str, typeframe: &str) -> String {
    let kind = field("integer", &format!("type='unsigned' {was}"), typefield, "");
    let inner = format!("<typefield>{typefield}</typefield>{typeframe}");
    let rest = field("useparameters", "ref='OrderParams'", "parameters", &inner);
    packet("Order", 11, &format!("{kind}{rest}"))
}

const DESCRIBED: &str = "<typeframe name='OrderDesc' idfield='id'>\
                         <getlist name='types'><getfield name='type'/></getlist></typeframe>";

fn order_desc(first: &str) -> String {
    let types = list("types", &integer("type"));
    packet("OrderDesc", 12, &format!("{first}{types}"))
}

#[test]
fn a_new_packet_is_told_by_its_versions() {
    let thing = thing(&integer("a"));
    let more = packet("More", 10, "");
    let family = merge(&[&thing, &format!("{thing}{more}")]);
    assert_eq!(told(&family), "since TP04\n  packet More (10)");
    let text = code(&family, "more.rs");
    assert!(
        text.contains("const SINCE: wire::Version = super::TP04;"),
        "{text}"
    );
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
    let text = code(&family, "frame.rs");
    assert!(text.contains("9 if version.has(4) => "), "{text}");
    assert!(text.contains("9 if !version.has(4) => "), "{text}");
}

#[test]
fn a_packet_renamed_is_one_wherever_it_is_named() {
    let request = |reply: &str| {
        format!(
            "<packet name='Get' id='8'><direction>server</direction>\
             <reply packet='{reply}' sequence='never'/></packet>"
        )
    };
    let built = |base: &str| format!("<packet name='Changed' base='{base}' id='10'/>");
    let older = format!(
        "{}{}{}",
        request("Thing"),
        thing(&integer("a")),
        built("Thing")
    );
    let newer =
        packet("Object", 9, &integer("a")).replace("name='Object'", "name='Object' was='Thing'");
    let newer = format!("{}{newer}{}", request("Object"), built("Object"));
    let family = merge(&[&older, &newer]);
    assert_eq!(told(&family), "packet Object (9)\n  was `Thing`");
    let text = code(&family, "get.rs");
    assert!(text.contains("type Reply = super::Object;"), "{text}");
    let text = code(&family, "changed.rs");
    assert!(
        text.contains("impl From<super::Object> for Changed"),
        "{text}"
    );
}

#[test]
fn a_new_packet_on_an_older_base_has_what_the_base_has_now() {
    let base =
        |fields: &str| format!("<packet name='Base'><structure>{fields}</structure></packet>");
    let on = |name: &str, id: u32| {
        format!(
            "<packet name='{name}' base='Base' id='{id}'><direction>client</direction></packet>"
        )
    };
    let older = format!(
        "{}{}",
        base(&format!("{}{}", integer("a"), integer("b"))),
        on("One", 1)
    );
    let newer = format!("{}{}{}", base(&integer("a")), on("One", 1), on("Two", 2));
    let family = merge(&[&older, &newer]);
    assert_eq!(
        told(&family),
        "packet Base (base)\n  field `b`: until TP03; `Option` in Rust\n\n\
         since TP04\n  packet Two (2)"
    );
    assert!(!code(&family, "two.rs").contains("pub b:"));
    let text = code(&family, "two.rs");
    assert!(text.contains("..Self::default()"), "{text}");
}

#[test]
fn what_a_packet_had_of_its_own_and_has_from_a_base_now_is_one() {
    let base = format!(
        "<packet name='Base'><structure>{}</structure></packet>",
        integer("a")
    );
    let on = "<packet name='Thing' base='Base' id='9'><direction>client</direction><structure>\
              <integer type='unsigned'><name>b</name></integer></structure></packet>";
    let family = merge(&[&thing(&integer("b")), &format!("{base}{on}")]);
    let text = code(&family, "thing.rs");
    assert!(text.contains("pub a: Option<u32>"), "{text}");
    // The same type wherever it is inherited.
    let text = code(&family, "base.rs");
    assert!(text.contains("pub a: Option<u32>"), "{text}");
    assert!(
        told(&family).contains(
            "field `a`: `Option` in Rust, since a packet built on this one was without it"
        )
    );
}

#[test]
fn what_a_base_lost_stays_in_front_of_what_is_a_packets_own() {
    let base =
        |fields: &str| format!("<packet name='Base'><structure>{fields}</structure></packet>");
    let on = |fields: &str| {
        format!(
            "<packet name='Thing' base='Base' id='9'><direction>client</direction>\
             <structure>{fields}</structure></packet>"
        )
    };
    let older = format!(
        "{}{}",
        base(&format!("{}{}", integer("a"), integer("z"))),
        on("")
    );
    let newer = format!("{}{}", base(&integer("a")), on(&string("own")));
    let family = merge(&[&older, &newer]);
    let thing = family
        .model
        .packets
        .iter()
        .find(|packet| packet.name == "Thing")
        .unwrap();
    let names: Vec<&str> = thing
        .fields
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    assert_eq!((names, thing.inherited), (vec!["a", "z", "own"], 2));
}

#[test]
fn a_packet_of_older_versions_only_has_what_was_kept_apart_in_its_base() {
    let base =
        |fields: &str| format!("<packet name='Base'><structure>{fields}</structure></packet>");
    let on = "<packet name='One' base='Base' id='1'/>";
    let family = merge(&[
        &format!("{}{on}", base(&integer("a"))),
        &format!("{}{}", base(&string("a")), thing(&integer("b"))),
    ]);
    let text = code(&family, "one.rs");
    assert!(text.contains("pub a_tp03: Option<u32>"), "{text}");
}

#[test]
fn two_parameters_may_have_one_number_in_two_versions() {
    let older = parameters(&[("Fleet", 4, &integer("damage"))]);
    let newer = parameters(&[("orderParamFleet", 4, &string("text"))]);
    let order = order("otype", "", "");
    let family = merge(&[&format!("{older}{order}"), &format!("{newer}{order}")]);
    assert_eq!(
        told(&family),
        "since TP04\n  parameter orderParamFleet (OrderParams 4)\n\n\
         until TP03\n  parameter Fleet (OrderParams 4)"
    );
    let text = code(&family, "order_params.rs");
    assert!(text.contains("4 if reader.has(4) => "), "{text}");
    assert!(text.contains("4 if !reader.has(4) => "), "{text}");
    // Both would be `Fleet` in the enum.
    assert!(text.contains("Fleet(OrderParamFleet)"), "{text}");
    assert!(text.contains("FleetTp03(Fleet)"), "{text}");
}

#[test]
fn a_parameter_renamed_is_one() {
    let older = parameters(&[("Fleet", 4, &integer("damage"))]);
    let newer = older.replace("name='Fleet'", "name='orderParamFleet' was='Fleet'");
    let order = order("otype", "", "");
    let family = merge(&[&format!("{older}{order}"), &format!("{newer}{order}")]);
    assert_eq!(
        told(&family),
        "parameter orderParamFleet (OrderParams 4)\n  was `Fleet`"
    );
}

#[test]
fn what_selects_parameters_may_be_renamed() {
    let sets = parameters(&[("orderParamTime", 0, &integer("turns"))]);
    let older = format!("{sets}{}", order("type", "", ""));
    let newer = format!("{sets}{}", order("otype", "was='type'", ""));
    assert_eq!(
        told(&merge(&[&older, &newer])),
        "packet Order (11)\n  field `otype`: was `type`"
    );
}

#[test]
fn parameters_may_be_described_from_a_version_on() {
    let sets = parameters(&[("orderParamTime", 0, &integer("turns"))]);
    let older = format!("{sets}{}", order("otype", "", ""));
    let newer = format!(
        "{sets}{}{}",
        order("otype", "", DESCRIBED),
        order_desc(&integer("id"))
    );
    let family = merge(&[&older, &newer]);
    assert_eq!(
        told(&family),
        "packet Order (11)\n  \
         field `parameters`: `otype` is the parameter type itself until TP03\n\n\
         since TP04\n  packet OrderDesc (12)"
    );
    let text = code(&family, "order.rs");
    assert!(text.contains("are_older_than(4)"), "{text}");
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
    let base = |size: u8| {
        let pad = field("character", &format!("size='{size}'"), "pad", "");
        let fields = format!("{}{pad}", integer("a"));
        format!("<packet name='Base'><structure>{fields}</structure></packet>")
    };
    let on = |name: &str, id: u8| {
        format!(
            "<packet name='{name}' base='Base' id='{id}'><direction>client</direction></packet>"
        )
    };
    let both = on("Both", 1);
    let family = merge(&[
        &format!("{}{both}{}", base(4), on("Older", 2)),
        &format!("{}{both}{}", base(9), on("Newer", 3)),
    ]);
    let size = |name: &str| {
        let mut packets = family.model.packets.iter();
        let packet = packets.find(|packet| packet.name == name).unwrap();
        let sizes = family.sizes(packet).into_iter().map(|(_, size)| size.min);
        (packet.size.min, sizes.collect::<Vec<_>>())
    };
    assert_eq!(size("Both"), (8, vec![13, 8]));
    assert_eq!(size("Older"), (8, vec![8]));
    assert_eq!(size("Newer"), (13, vec![13]));
    let text = code(&family, "older.rs");
    assert!(text.contains("reader.chars(&fields::PAD, 4)"), "{text}");
    assert!(text.contains("pub pad: wire::RawBytes<9>"), "{text}");
    let text = code(&family, "newer.rs");
    assert!(text.contains("FixedBytes<'_, 13>"), "{text}");
    assert!(
        !told(&family).contains("Older (2)\n  field"),
        "{}",
        told(&family)
    );
}
