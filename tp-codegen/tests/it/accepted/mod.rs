//! What the dialect allows, and what it means: schemas without a mistake and their models.

use std::fs;

use tp_codegen::model::{
    Direction, Enumeration, Field, FieldKind, HeaderForm, Integer, Item, Model, Packet, Parameter,
    Record, ReplySequence, Role, Sign, Size, Style,
};
use tp_codegen::{Source, compile};

use crate::expected;

fn model(file: &str) -> Model {
    compile_bytes(&fs::read(expected::folder("accepted").join(file)).unwrap())
}

fn compile_bytes(bytes: &[u8]) -> Model {
    let model = Source::new("folder/schema.xml", bytes).and_then(|source| compile(&source));
    model.unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn packet<'m>(model: &'m Model, name: &str) -> &'m Packet {
    Packet::named(&model.packets, name).unwrap()
}

fn field<'m>(fields: &'m [Field], name: &str) -> &'m Field {
    fields.iter().find(|field| field.name == name).unwrap()
}

/// The record that a field is, or of which it is a list.
fn record<'m>(fields: &'m [Field], name: &str) -> &'m Record {
    match &field(fields, name).kind {
        FieldKind::List {
            item: Item::Record(record),
            ..
        }
        | FieldKind::Group(record) => record,
        other => panic!("{other:?}"),
    }
}

/// The value of which a field is a list, and how many there may be.
fn entry<'m>(fields: &'m [Field], name: &str) -> (&'m Field, Option<u32>) {
    match &field(fields, name).kind {
        FieldKind::List {
            item: Item::Field(entry),
            max,
        } => (entry, *max),
        other => panic!("{other:?}"),
    }
}

fn enumeration(field: &Field) -> &Enumeration {
    match &field.kind {
        FieldKind::Enumeration(enumeration) => enumeration,
        other => panic!("{other:?}"),
    }
}

fn integer(sign: Sign, bits: u8) -> Integer {
    Integer { sign, bits }
}

fn names(fields: &[Field]) -> Vec<&str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

fn fixed(min: u64) -> Size {
    Size { min, fixed: true }
}

fn at_least(min: u64) -> Size {
    Size { min, fixed: false }
}

/// Lines may end in a carriage return alone, and letters may be joined and parted.
#[test]
fn paragraphs_are_the_same_whatever_ends_a_line() {
    let text = "<protocol version='TP04'>\n<packet name='P'>\n<note>One\n1.\n\nTwo \u{200d}\u{200c}.\n\n\
                <![CDATA[Three\n\nfour]]></note>\n</packet>\n</protocol>";
    let expected = ["One 1.\n\nTwo \u{200d}\u{200c}.\n\nThree\n\nfour"];
    for end in ["\n", "\r\n", "\r"] {
        let model = compile_bytes(text.replace('\n', end).as_bytes());
        assert_eq!(packet(&model, "P").prose.notes, expected, "{end:?}");
    }
}

#[test]
fn unusual_xml_is_read() {
    let model = model("liberal.xml");
    assert_eq!(model.source, "schema.xml");
    assert_eq!(model.version, "TP04");
    assert_eq!(model.header, HeaderForm::None);
    assert_eq!(model.parameter_sets.len(), 1);
    assert!(model.parameter_sets[0].parameters.is_empty());
    let first = packet(&model, "First");
    assert_eq!(first.id, Some(16));
    assert_eq!(first.direction, Direction::Client);
    assert_eq!(first.prose.longname, None);
    assert_eq!(first.prose.notes, ["A note in front."]);
    let title = field(&first.fields, "title");
    assert_eq!(
        title.prose.description.as_deref(),
        Some("1 < 2 && 3 > 2, <b>so & on</b>.\n\nA second paragraph.")
    );
    assert_eq!(title.prose.notes, ["One.", "Two."]);
    assert_eq!(
        field(&first.fields, "pad").kind,
        FieldKind::Character { count: 1 }
    );
    assert_eq!(first.size, at_least(4 + 4 + 1 + 1 + 1 + 8));
}

#[test]
fn enumerations_know_their_integer() {
    let model = model("liberal.xml");
    let first = packet(&model, "First");
    let named = |name: &str| enumeration(field(&first.fields, name));
    let mask = named("mask");
    assert_eq!(mask.integer, integer(Sign::Unsigned, 32));
    assert_eq!(mask.style, Style::Mask);
    assert_eq!(mask.rust_name, "FirstMask");
    assert_eq!(
        mask.values[0].prose.description.as_deref(),
        Some("All's well")
    );
    assert_eq!((mask.values[1].id, mask.values[1].hex), (8, true));
    let level = named("level");
    assert_eq!(level.integer, integer(Sign::Semisigned, 8));
    assert_eq!(level.values[0].id, -1);
    assert_eq!(level.values[1].id, 254);
    assert_eq!(level.values[1].const_name, "ALL_ONES");
    assert_eq!(level.values[1].variant, "AllOnes");
    // All bits one are -1, and that has no hexadecimal form.
    let other = named("other");
    assert_eq!((other.values[0].id, other.values[0].hex), (-1, false));
    let long = named("long").values.iter().map(|value| value.id);
    assert_eq!(long.collect::<Vec<_>>(), [-1, 0xFFFF_FFFF_FFFF_FFFE]);
}

#[test]
fn byte_order_mark_and_line_ends_make_no_difference() {
    let plain = fs::read_to_string(expected::folder("accepted/liberal.xml")).unwrap();
    let lines = plain.replace("\r\n", "\n").replace('\n', "\r\n");
    let windows = compile_bytes(format!("\u{FEFF}{lines}").as_bytes());
    assert_eq!(windows, compile_bytes(plain.as_bytes()));
}

#[test]
fn bases_come_first_whatever_the_order() {
    let model = model("bases.xml");
    assert_eq!(model.header, HeaderForm::Ascii);
    let ids = packet(&model, "ObjectIDs");
    assert_eq!(names(&ids.fields), ["key", "modtimes"]);
    assert_eq!(ids.inherited, 2);
    assert_eq!(ids.size, at_least(8));
    assert_eq!(ids.base.as_deref(), Some("IDSequence"));
    let mut fields = ids.fields.iter();
    assert!(fields.all(|field| field.declared_in == "IDSequence"));
    let entry = record(&ids.fields, "modtimes");
    assert_eq!(entry.rust_name, "IDSequenceModtime");
    assert_eq!(entry.size, fixed(12));
    let insert = packet(&model, "OrderInsert");
    assert_eq!(names(&insert.fields), ["type", "comment"]);
    assert_eq!(insert.inherited, 1);
    assert_eq!(insert.fields[0].rust_name, "r#type");
}

#[test]
fn the_header_is_in_no_body() {
    let model = model("bases.xml");
    let header = packet(&model, "Header");
    assert_eq!(header.role, Role::Header);
    assert_eq!(
        names(&header.fields),
        ["version", "sequence", "type", "length"]
    );
    assert_eq!(header.size, fixed(16));
    let request = packet(&model, "Request");
    assert_eq!(request.role, Role::Base);
    assert_eq!(request.size, fixed(0));
    assert_eq!((request.fields.len(), request.inherited), (0, 0));
    assert_eq!(packet(&model, "Hello").role, Role::Frame);
}

#[test]
fn the_nearest_direction_counts() {
    let model = model("bases.xml");
    for (name, direction) in [
        // By convention: the published TP03 states no other than the header's.
        ("Request", Direction::Server),
        ("GetObjectIDs", Direction::Server),
        ("ObjectIDs", Direction::Client),
        ("Order", Direction::Client),
        ("OrderInsert", Direction::Server),
        ("Hello", Direction::Any),
        ("Alone", Direction::Any),
    ] {
        assert_eq!(packet(&model, name).direction, direction, "{name}");
    }
}

#[test]
fn additions_mean_what_they_say() {
    let model = model("additions.xml");
    let ask = packet(&model, "Ask");
    assert_eq!(ask.prose.since.as_deref(), Some("TP04"));
    let text = field(&ask.fields, "text");
    let (formatted, max) = (false, Some(255));
    assert_eq!(text.kind, FieldKind::String { formatted, max });
    assert_eq!(text.prose.since.as_deref(), Some("TP03"));
    let (id, max) = entry(&ask.fields, "ids");
    assert_eq!((max, &*id.name, id.size), (Some(16), "id", fixed(4)));
    let kind = enumeration(field(&ask.fields, "kind"));
    assert_eq!(kind.values[0].prose.since.as_deref(), Some("TP04"));
    let replies: Vec<_> = ask
        .replies
        .iter()
        .map(|reply| (reply.packet.as_str(), reply.sequence, reply.silent))
        .collect();
    assert_eq!(
        replies,
        [
            ("Answer", ReplySequence::Maybe, false),
            ("Okay", ReplySequence::Never, true)
        ]
    );
    assert!(
        packet(&model, "AskMore").replies.is_empty(),
        "replies are not inherited"
    );
    let fails: Vec<_> = ask.failtypes.iter().map(|fail| fail.type_id).collect();
    assert_eq!(fails, [4, 5]);
    assert_eq!(ask.failtypes[0].prose.notes, ["Often."]);
}

#[test]
fn older_names_and_last_versions_are_kept() {
    let model = model("additions.xml");
    let ask = packet(&model, "Ask");
    let text = field(&ask.fields, "text");
    let kind = enumeration(field(&ask.fields, "kind"));
    let parameter = &model.parameter_sets[0].parameters[0];
    let told = [
        (&ask.history, &ask.prose),
        (&text.history, &text.prose),
        (&kind.values[0].history, &kind.values[0].prose),
        (&parameter.history, &parameter.prose),
    ];
    assert_eq!(
        told.map(|(history, prose)| (history.was.as_deref(), prose.until.as_deref())),
        [
            (Some("Query"), Some("TP05")),
            (Some("words"), None),
            (Some("fresh"), Some("TP04")),
            (Some("orderParamThing"), None)
        ]
    );
    // Only these are in the JSON: in which versions something is, a family knows.
    let json = serde_json::to_value(ask).unwrap();
    assert_eq!(json["was"], "Query");
    assert_eq!(json["prose"]["until"], "TP05");
    for key in [
        "older_names",
        "since",
        "until",
        "stages",
        "option",
        "places",
    ] {
        assert_eq!(
            (json.get(key), json["fields"][0].get(key)),
            (None, None),
            "{key}"
        );
    }
}

#[test]
fn optional_fields_do_not_count() {
    let model = model("additions.xml");
    let ask = packet(&model, "Ask");
    assert!(field(&ask.fields, "late").optional);
    assert_eq!(field(&ask.fields, "late").size, fixed(4));
    assert_eq!(ask.size, at_least(12));
    let more = packet(&model, "AskMore");
    assert_eq!(
        names(&more.fields),
        ["text", "ids", "kind", "late", "later"]
    );
    assert_eq!((more.inherited, more.size), (4, at_least(12)));
    let parameter = &model.parameter_sets[0].parameters[0];
    assert_eq!(parameter.prose.since.as_deref(), Some("TP03"));
    assert_eq!(parameter.use_size, at_least(4));
}

fn parameter<'m>(model: &'m Model, name: &str) -> &'m Parameter {
    let mut all = model.parameter_sets.iter().flat_map(|set| &set.parameters);
    all.find(|parameter| parameter.name == name).unwrap()
}

#[test]
fn parameters_have_shapes() {
    let model = model("parameters.xml");
    let set = &model.parameter_sets[0];
    assert_eq!(set.rust_name, "ObjectParams");
    assert_eq!(set.module, "object_params");
    let queue = parameter(&model, "objectParamOrderQueue");
    assert_eq!(queue.rust_name, "ObjectParamOrderQueue");
    assert_eq!(queue.variant, "OrderQueue");
    assert_eq!(queue.type_id, 4);
    assert_eq!(
        queue.desc_rust_name.as_deref(),
        Some("ObjectParamOrderQueueDesc")
    );
    assert_eq!((queue.desc_size, queue.use_size), (fixed(12), fixed(0)));
    let place = record(&queue.desc_fields, "place");
    assert_eq!(place.rust_name, "ObjectParamOrderQueueDescPlace");
    let size = parameter(&model, "objectParamSize");
    assert_eq!((&size.desc_rust_name, size.desc_fields.len()), (&None, 0));
    assert_eq!(size.use_size, fixed(8));
    assert_eq!(parameter(&model, "text").variant, "Text");
}

#[test]
fn descriptions_are_known_by_their_set() {
    let model = model("parameters.xml");
    let desc = packet(&model, "ObjectDesc");
    let group = record(&desc.fields, "propertygroups");
    let entry = record(&group.fields, "parameters");
    assert_eq!(entry.rust_name, "ObjectDescPropertygroupParameter");
    let extra = field(&entry.fields, "extra");
    assert_eq!(
        extra.kind,
        FieldKind::Description {
            set: "ObjectParams".into(),
            typefield: "type".into(),
            typefield_rust_name: "r#type".into(),
            rust_name: Some("ObjectParamsDesc".into()),
        }
    );
    assert_eq!(extra.size, at_least(0));
    assert_eq!(entry.size, at_least(12));
    let nothing = &parameter(&model, "text").use_fields[1];
    let FieldKind::Description { rust_name, .. } = &nothing.kind else {
        panic!()
    };
    assert_eq!((rust_name, nothing.size), (&None, fixed(0)));
}

#[test]
fn type_paths_are_followed() {
    let model = model("parameters.xml");
    let parameters = |name: &str| match &packet(&model, name).fields.last().unwrap().kind {
        FieldKind::Parameters(parameters) => parameters.clone(),
        other => panic!("{other:?}"),
    };
    let object = parameters("Object");
    assert_eq!(object.set, "ObjectParams");
    assert_eq!(object.set_rust_name, "ObjectParams");
    assert_eq!(object.typefield, "otype");
    let frame = object.typeframe.unwrap();
    assert_eq!(frame.packet, "ObjectDesc");
    assert_eq!(frame.idfield, "id");
    let path: Vec<_> = frame
        .path
        .iter()
        .map(|step| (step.name.as_str(), step.list))
        .collect();
    assert_eq!(
        path,
        [
            ("propertygroups", true),
            ("parameters", true),
            ("kind", false),
            ("type", false)
        ]
    );
    assert_eq!(frame.path[3].rust_name, "r#type");
    assert_eq!(parameters("Direct").typeframe, None);
    assert_eq!(parameters("Long").typeframe.unwrap().path.len(), 2);
    assert_eq!(packet(&model, "Object").size, at_least(4));
}

#[test]
fn types_are_named_after_where_they_are_declared() {
    let model = model("names.xml");
    let order = packet(&model, "Order");
    // The singular is a packet's.
    let resources = record(&order.fields, "resources");
    assert_eq!(resources.rust_name, "OrderResources");
    let properties = record(&resources.fields, "properties");
    assert_eq!(properties.rust_name, "OrderResourcesProperty");
    let level = enumeration(&properties.fields[1]);
    assert_eq!(level.rust_name, "OrderResourcesPropertyLevel");
    assert_eq!(level.values[0].const_name, "NO_SUCH_THING");
    let (feature, _) = entry(&order.fields, "features");
    assert_eq!(enumeration(feature).rust_name, "OrderFeature");
    assert_eq!(record(&order.fields, "lists").rust_name, "OrderList");
    let position = record(&order.fields, "relPos");
    assert_eq!(position.rust_name, "OrderRelPos");
    assert_eq!(
        record(&position.fields, "empty").rust_name,
        "OrderRelPosEmpty"
    );
    assert_eq!(field(&order.fields, "relPos").rust_name, "rel_pos");
    assert_eq!(field(&order.fields, "relPos").size, fixed(8));
    assert_eq!(field(&order.fields, "async").rust_name, "r#async");
    let (code, _) = entry(&order.fields, "async");
    assert_eq!(code.kind, FieldKind::Character { count: 3 });
    assert_eq!(packet(&model, "Type").module, "r#type");
}

/// The schemas of this project, and one number each that shows that they were read.
#[test]
fn our_schemas_compile() {
    for (file, version, header, frames) in [
        ("protocol.xml", "TP04", HeaderForm::Binary, 78),
        ("protocol3.xml", "TP03", HeaderForm::Ascii, 66),
        ("admin.xml", "TP04", HeaderForm::Binary, 14),
    ] {
        let path = expected::top().join(file);
        let model = compile_bytes(&fs::read(path).unwrap());
        assert_eq!(
            (model.version.as_str(), model.header),
            (version, header),
            "{file}"
        );
        let frame = |packet: &&Packet| packet.role == Role::Frame;
        assert_eq!(model.packets.iter().filter(frame).count(), frames, "{file}");
    }
}
