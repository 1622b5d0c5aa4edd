//! What the world looks like to clients of both versions.

use tp_frames::Semi32;
use tp_frames::game::{self, TP03, TP04};
use tp_net::model::Object;
use tp_test_components::Client;

#[test]
fn tp04_objects_have_every_parameter_that_their_types_describe() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let ids = client.ask(game::GetObjectIDs::default()).unwrap();
    assert_eq!(ids.remaining, Semi32::from(0));
    let ids: Vec<u32> = ids.modtimes.iter().map(|id| id.id).collect();
    assert!(ids.len() > 20, "a universe of {} objects", ids.len());
    let mut types = std::collections::BTreeSet::new();
    for object in client.ask_all(game::GetObjectsByID { ids }) {
        let mut object = Object::from(object.unwrap());
        let desc = client
            .ask(game::GetObjectDesc {
                ids: vec![object.otype],
            })
            .unwrap();
        object.decode_parameters(&desc).unwrap();
        assert!(object.position.is_some());
        types.extend(desc.object_params_types());
    }
    assert_eq!(types, (0..12).collect(), "every type of object parameter");
}

#[test]
fn tp03_objects_are_of_its_six_types() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP03, "guest");
    let ids = client.ask(game::GetObjectIDs::default()).unwrap();
    let ids = ids.modtimes.iter().map(|id| id.id).collect();
    let mut kinds = std::collections::BTreeSet::new();
    let mut with_orders = 0;
    for object in client.ask_all(game::GetObjectsByID { ids }) {
        let frame = object.unwrap();
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
