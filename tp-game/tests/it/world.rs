//! What the world looks like to clients of both versions.

use tp_frames::game::{self, TP03, TP04};
use tp_net::model::Object;
use tp_test_components::Client;

use crate::everything;

#[test]
fn tp04_objects_have_every_parameter_that_their_types_describe() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let objects = everything(&mut client);
    let count = objects.len();
    assert!(count > 20, "a universe of {count} objects");
    let mut types = std::collections::BTreeSet::new();
    for object in objects {
        let mut object = Object::from(object);
        let ids = vec![object.otype];
        let desc = client.ask(game::GetObjectDesc { ids }).unwrap();
        object.decode_parameters(&desc).unwrap();
        assert!(object.position.is_some());
        types.extend(desc.object_params_types());
    }
    assert_eq!(types, (0..11).collect(), "every type that was published");
}

#[test]
fn tp03_objects_are_of_its_six_types() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP03, "guest");
    let mut kinds = std::collections::BTreeSet::new();
    let mut with_orders = 0;
    for frame in everything(&mut client) {
        assert!(frame.decode_parameters(None).is_exact());
        let object = Object::from(frame);
        kinds.insert(object.kind.as_ref().expect("one of the six").number());
        if !object.ordertypes.unwrap().is_empty() {
            with_orders += 1;
        }
    }
    assert_eq!(kinds, (0..6).collect());
    assert_eq!(with_orders, 2, "the player's planet and fleet");
}
