//! What stands in for what an older version has not, and refusals.

use tp_frames::game::{self, FeaturesFeature};

use super::super::*;
use super::{received, text};

#[test]
fn features() {
    let features = Features {
        features: vec![
            Feature::FILTER_PADDING,
            Feature::KEEP_ALIVE,
            FeaturesFeature(0xBEEF),
        ],
    };
    let old = downgrade::features(features.clone(), game::TP03);
    assert_eq!(old.features, [Feature::KEEP_ALIVE, FeaturesFeature(0xBEEF)]);
    assert_eq!(downgrade::features(features.clone(), game::TP04), features);
}

#[test]
fn time_remaining() {
    let told = TimeRemaining {
        time: 0,
        reason: Some(TimeRemainingReason(77)),
        turn: Some(3),
        turnname: Some(text("Turn 3")),
        waiting: Some(vec![1, 2]),
    };
    assert_eq!(downgrade::time_remaining(told.clone()), told);
    let filled = TimeRemaining {
        time: 0,
        reason: Some(TimeRemainingReason::REQUESTED),
        turn: Some(0),
        turnname: Some(text("")),
        waiting: Some(vec![]),
    };
    let old = received(&told, game::TP03);
    assert_eq!(downgrade::time_remaining(old), filled);
}

#[test]
fn refusal() {
    let gone = Refusal::new(FailCode::GONE, "gone");
    assert_eq!(gone.clone().into_frame(game::TP04).code, FailCode::GONE);
    assert_eq!(gone.into_frame(game::TP03).code.0, 4);
    let without = Refusal(game::Fail {
        code: FailCode(3),
        result: text("later"),
        references: None,
    });
    let new = without.clone().into_frame(game::TP04);
    assert_eq!((new.code.0, new.references), (3, Some(vec![])));
    let old = received(&without.into_frame(game::TP03), game::TP03);
    assert_eq!((old.code.0, old.result), (3, text("later")));
}

#[test]
fn fail_codes_of_the_oldest_version_are_0_to_5() {
    let table = [0, 1, 2, 3, 4, 5, 4, 0, 2, 2];
    for (code, stands_in) in (0..).zip(table) {
        assert_eq!(
            downgrade::fail_code(FailCode(code)).0,
            stands_in,
            "for {code}"
        );
    }
    assert_eq!(downgrade::fail_code(FailCode(u32::MAX)).0, 2);
}

#[test]
fn order_desc() {
    let parameter = |name, r#type| OrderDescParameter {
        name: text(name),
        r#type,
        description: text("where"),
    };
    let desc = OrderDesc {
        id: 1,
        name: text("Move"),
        description: text("Flies"),
        parameters: vec![parameter("to", 0), parameter("a", 10), parameter("b", 11)],
        modtime: 2,
    };
    assert_eq!(downgrade::order_desc(desc.clone(), game::TP04), desc);
    let with_lists = OrderDesc {
        parameters: vec![parameter("to", 0), parameter("a", 6), parameter("b", 6)],
        ..desc.clone()
    };
    let old = downgrade::order_desc(desc, game::TP03);
    assert_eq!(old, with_lists, "lists stand in");
}
