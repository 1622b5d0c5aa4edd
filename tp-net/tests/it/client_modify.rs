//! A player renames a thing of his own, and sees the new name.

use tp_net::blocking::Client;
use tp_net::{Options, game};

#[test]
fn an_own_object_is_renamed_and_a_foreign_one_is_not() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::connect(game.local_addr(), Options::default()).unwrap();
    client.login("guest", "guest").unwrap();
    let ids = client.ids::<game::Object>(None).unwrap();
    let objects = client.objects(ids.iter().map(|id| id.id).collect::<Vec<_>>());
    let objects: Vec<_> = objects.unwrap().into_iter().flatten().collect();
    let own = |name: &str| objects.iter().find(|object| object.name == *name).cloned();

    let mut fleet = own("First fleet of guest").unwrap();
    let id = fleet.id;
    fleet.name = "Renamed".into();
    assert_eq!(client.modify_object(fleet).unwrap().name, *"Renamed");
    let again = client.objects([id]).unwrap().into_iter().next().unwrap();
    assert_eq!(again.unwrap().name, *"Renamed");

    let mut universe = own("The Universe").unwrap();
    universe.name = "Mine".into();
    assert!(client.modify_object(universe).unwrap_err().is_refused());
}
