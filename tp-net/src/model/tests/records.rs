//! Everything but objects and orders.

use tp_frames::{Semi32, Semi64, TpString, tp03, tp04};

use super::super::*;
use super::{both, both_as, same, text};

#[test]
fn board() {
    both_as!(Board {
        id: 3,
        name: text("News"),
        description: text("All"),
        messages: 7,
        modtime: 1 << 40,
    });
}

#[test]
fn message() {
    let subject = TpString::from_bytes(b"Caf\xe9\0".to_vec());
    both!(
        Message,
        tp03::Message {
            id: 3,
            slot: Semi32::NONE,
            msgtypelist: vec![1, 2],
            subject: subject.clone(),
            body: text("Body"),
            turn: 9,
            references: vec![tp03::MessageReference {
                r#type: -1000,
                id: 4
            }],
        },
        tp04::Message {
            id: 3,
            slot: Semi32::NONE,
            msgtypelist: vec![1, 2],
            subject,
            body: text("Body"),
            turn: 9,
            references: vec![tp04::MessageReference {
                r#type: -1000,
                id: 4
            }],
        }
    );
}

#[test]
fn resource() {
    both!(
        Resource,
        tp03::Resource {
            id: 1,
            singularname: text("a"),
            pluralname: text("b"),
            singularunitname: text("c"),
            pluralunitname: text("d"),
            description: text("e"),
            weight: 2,
            size: 3,
            modtime: 4,
        },
        tp04::Resource {
            id: 1,
            singularname: text("a"),
            pluralname: text("b"),
            singularunit: text("c"),
            pluralunit: text("d"),
            description: text("e"),
            weight: 2,
            size: 3,
            modtime: 4,
        }
    );
}

#[test]
fn player() {
    both_as!(Player {
        id: 1,
        name: text("Ada"),
        race: text("Terran"),
        modtime: Some(5)
    });
    both_as!(Player {
        id: 1,
        name: text("Ada"),
        race: text("Terran"),
        modtime: None
    });
}

#[test]
fn category() {
    both_as!(Category {
        id: Semi32::NONE,
        modtime: 1,
        name: text("Hulls"),
        description: text("Big"),
    });
}

#[test]
fn design() {
    both!(
        Design,
        tp03::Design {
            id: u32::MAX,
            modtime: 1,
            categories: vec![2],
            name: text("Scout"),
            description: text("Fast"),
            usage: Semi32::from(3),
            owner: Semi32::NONE,
            components: vec![tp03::DesignComponent {
                componentid: 4,
                componentnum: 5
            }],
            feedback: text("Fine"),
            properties: vec![tp03::DesignProperty {
                id: 6,
                value: text("7")
            }],
        },
        tp04::Design {
            id: Semi32::NONE,
            modtime: 1,
            catlist: vec![2],
            name: text("Scout"),
            description: text("Fast"),
            inuse: Semi32::from(3),
            owner: Semi32::NONE,
            components: vec![tp04::DesignComponent {
                componentid: 4,
                compquant: 5
            }],
            feedback: text("Fine"),
            properties: vec![tp04::DesignProperty {
                propertyid: 6,
                displaystring: text("7")
            }],
        }
    );
    let new = Design::from(tp03::Design {
        id: u32::MAX,
        ..Default::default()
    });
    assert_eq!(new.id, None);
    assert_eq!(
        Design::from(tp03::Design {
            id: 8,
            ..Default::default()
        })
        .id,
        Some(8)
    );
}

#[test]
fn component() {
    both!(
        Component,
        tp03::Component {
            id: 1,
            modtime: 2,
            categories: vec![3],
            name: text("Engine"),
            description: text("Loud"),
            requirements: text("(lambda (design) #t)"),
            properties: vec![tp03::ComponentProperty {
                id: 4,
                valuefunc: text("5")
            }],
        },
        tp04::Component {
            id: 1,
            modtime: 2,
            catlist: vec![3],
            name: text("Engine"),
            description: text("Loud"),
            requirements: text("(lambda (design) #t)"),
            properties: vec![tp04::ComponentProperty {
                propertyid: 4,
                valuefunc: text("5")
            }],
        }
    );
}

#[test]
fn property() {
    both!(
        Property,
        tp03::Property {
            id: 1,
            modtime: 2,
            categories: vec![3],
            rank: 4,
            name: text("speed"),
            displayname: text("Speed"),
            description: text("How fast"),
            calculatefunc: text("5"),
            requirementfunc: text("6"),
        },
        tp04::Property {
            id: 1,
            modtime: 2,
            catlist: vec![3],
            rank: 4,
            name: text("speed"),
            displayname: text("Speed"),
            description: text("How fast"),
            calculatefunc: text("5"),
            requirementfunc: text("6"),
        }
    );
}

macro_rules! game {
    ($version:ident) => {
        $version::Game {
            name: text("demo"),
            key: text("k"),
            tp: vec![text("0.3"), text("0.4")],
            server: text("1"),
            sertype: text("t"),
            rule: text("r"),
            rulever: text("2"),
            connections: vec![$version::GameConnection {
                r#type: text("tp"),
                dns: text("d"),
                ip: text("i"),
                port: 6923,
            }],
            parameters: vec![$version::GameParameter {
                paramid: $version::GameParameterParamid(99),
                stringvalue: text("s"),
                intvalue: 3,
            }],
            mediabase: Some(text("m")),
            ctime: Some(4),
        }
    };
}

#[test]
fn game() {
    both!(Game, game!(tp03), game!(tp04));
}

#[test]
fn features() {
    let new = tp04::Features {
        features: vec![Feature::KEEP_ALIVE, tp04::FeaturesFeature(0xBEEF)],
    };
    let old = tp03::Features {
        features: vec![tp03::FeaturesFeature(5), tp03::FeaturesFeature(0xBEEF)],
    };
    both!(Features, old, new);
    let padding = Features::new([Feature::FILTER_PADDING, Feature::KEEP_ALIVE]);
    assert_eq!(
        tp03::Features::from(padding).features,
        [tp03::FeaturesFeature(5)]
    );
}

#[test]
fn time_remaining() {
    let new = tp04::TimeRemaining {
        time: 0,
        reason: TimeRemainingReason(77),
        turn: 3,
        turnname: text("Turn 3"),
        waiting: vec![1, 2],
    };
    let value = same!(TimeRemaining, tp04, new);
    assert_eq!(tp03::TimeRemaining::from(value).time, 0);
    let none = same!(TimeRemaining, tp03, tp03::TimeRemaining { time: u32::MAX });
    assert_eq!((none.time, none.reason, none.waiting), (None, None, None));
}

#[test]
fn refusal() {
    let new = tp04::Fail {
        code: FailCode::GONE,
        result: text("gone"),
        references: Some(vec![tp04::FailReference { r#type: 13, id: 5 }]),
    };
    let value = same!(Refusal, tp04, new);
    assert_eq!(value.references, [Reference::order_queue(5)]);
    let old = tp03::Fail::from(value);
    assert_eq!((old.code.0, old.result.to_string()), (4, "gone".to_owned()));
    same!(
        Refusal,
        tp03,
        tp03::Fail {
            code: tp03::FailCode(3),
            result: text("later")
        }
    );
    let without = tp04::Fail {
        references: None,
        ..Default::default()
    };
    assert_eq!(Refusal::from(without).references, []);
}

#[test]
fn fail_codes_of_tp03_are_0_to_5() {
    let table = [0, 1, 2, 3, 4, 5, 4, 0, 2, 2];
    for (code, stands_in) in (0..).zip(table) {
        assert_eq!(
            stand_in::fail_code(FailCode(code)).0,
            stands_in,
            "for {code}"
        );
    }
    assert_eq!(stand_in::fail_code(FailCode(u32::MAX)).0, 2);
}

#[test]
fn id_sequence() {
    let old = tp03::IDSequence {
        key: Semi32::from(1),
        remaining: Semi32::from(2),
        modtimes: vec![tp03::IDSequenceModtime { id: 3, modtime: 4 }],
    };
    let new = tp04::IDSequence {
        key: Semi32::from(1),
        remaining: Semi32::from(2),
        modtimes: vec![tp04::IDSequenceModtime { id: 3, modtime: 4 }],
        from: Some(Semi64::NONE),
    };
    assert_eq!(same!(IdSequence, tp03, old).from, None);
    assert_eq!(
        same!(IdSequence, tp04, new).modtimes,
        [IdModtime::new(3, 4)]
    );
}

#[test]
fn order_queue() {
    let queue = tp04::OrderQueue {
        id: 1,
        serial: 2,
        maxslots: u32::MAX,
        numorders: 3,
        ordertypes: vec![4],
    };
    assert_eq!(same!(OrderQueue, tp04, queue).maxslots, None);
}

#[test]
fn object_desc() {
    let parameter = tp04::ObjectDescPropertygroupParameter {
        name: text("n"),
        r#type: 8,
        description: text("d"),
    };
    let desc = tp04::ObjectDesc {
        id: 1,
        name: text("Planet"),
        description: text("Round"),
        modtime: 2,
        propertygroups: vec![tp04::ObjectDescPropertygroup {
            propertygroupid: 3,
            groupname: text("g"),
            groupdescription: text("gd"),
            parameters: vec![parameter],
        }],
    };
    assert_eq!(
        same!(ObjectDesc, tp04, desc)
            .parameter_types()
            .collect::<Vec<_>>(),
        [8]
    );
}

#[test]
fn order_desc() {
    both!(
        OrderDesc,
        tp03::OrderDesc {
            id: 1,
            name: text("Move"),
            description: text("Flies"),
            parameters: vec![tp03::OrderDescParameter {
                name: text("to"),
                r#type: 0,
                description: text("where"),
            }],
            modtime: 2,
        },
        tp04::OrderDesc {
            id: 1,
            name: text("Move"),
            description: text("Flies"),
            parameters: vec![tp04::OrderDescParameter {
                name: text("to"),
                r#type: 0,
                description: text("where"),
            }],
            modtime: 2,
        }
    );
    let parameters = vec![
        ParameterDesc::new("a", 10, ""),
        ParameterDesc::new("b", 11, ""),
    ];
    let desc = OrderDesc {
        parameters,
        ..Default::default()
    };
    let types: Vec<u32> = tp03::OrderDesc::from(desc)
        .parameters
        .iter()
        .map(|parameter| parameter.r#type)
        .collect();
    assert_eq!(types, [6, 6], "lists stand in");
}
