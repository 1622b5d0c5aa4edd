//! Orders: given, shown, probed, removed and carried out, in both versions.

use std::collections::BTreeSet;

use tp_frames::game::{self, TP04};
use tp_frames::{Parameters, reference};
use tp_net::model::{Object, Order, OrderParams, Vector};
use tp_test_components::Client;

use crate::{everything, in_each_version};

/// The player's planet and fleets.
fn own(client: &mut Client) -> (Object, Vec<Object>) {
    let me = client.ask(game::GetPlayer { ids: vec![0] }).unwrap().id;
    let objects = everything(client).into_iter();
    let objects = objects.map(|object| decoded(client, object));
    let own: Vec<Object> = objects
        .filter(|object| object.owner() == Some(me))
        .collect();
    let planet = own
        .iter()
        .find(|object| object.ships().is_empty())
        .unwrap()
        .clone();
    let fleets = own.into_iter().filter(|object| !object.ships().is_empty());
    (planet, fleets.collect())
}

/// An object with its parameters.
fn decoded(client: &mut Client, frame: game::Object) -> Object {
    let mut object = Object::from(frame);
    if matches!(object.parameters, Parameters::Bytes { .. }) {
        let ids = vec![object.otype];
        let desc = client.ask(game::GetObjectDesc { ids }).unwrap();
        object.decode_parameters(&desc).unwrap();
    }
    object
}

/// An object as the player sees it.
fn seen(client: &mut Client, id: u32) -> game::Object {
    let ids = vec![id];
    client.ask(game::GetObjectsByID { ids }).unwrap()
}

/// Gives an order.
fn give(client: &mut Client, object: u32, otype: u32, parameters: Vec<OrderParams>) {
    let frame = order(object, otype, parameters).into_frame(client.version);
    client.ask(game::OrderInsert::from(frame.unwrap())).unwrap();
}

/// The order as the version names its place.
fn order(object: u32, otype: u32, parameters: Vec<OrderParams>) -> Order {
    Order {
        object: Some(object),
        queue: Some(object + 10_000),
        otype,
        parameters: parameters.into(),
        ..Order::default()
    }
}

fn place(x: i64, y: i64, z: i64) -> OrderParams {
    let pos = Vector::new(x, y, z).into();
    OrderParams::AbsSpaceCoords(game::OrderParamAbsSpaceCoords { pos })
}

fn object(id: u32) -> OrderParams {
    OrderParams::Object(game::OrderParamObject {
        objectid: id,
        validtypes: Some(vec![]),
    })
}

fn text(text: &str) -> OrderParams {
    OrderParams::String(game::OrderParamString {
        maxlength: 0,
        string: text.into(),
    })
}

fn wait(turns: i32) -> OrderParams {
    OrderParams::Time(game::OrderParamTime { turns, maxtime: 0 })
}

fn list(id: u32, number: u32) -> OrderParams {
    OrderParams::List(game::OrderParamList {
        selection: vec![game::OrderParamListSelection { id, number }],
        ..Default::default()
    })
}

fn player(playerid: u32) -> OrderParams {
    OrderParams::Player(game::OrderParamPlayer {
        playerid,
        ..Default::default()
    })
}

fn load(resourcetype: u32, quantity: u32) -> OrderParams {
    OrderParams::ResourceList(game::OrderParamResourceList {
        selected: vec![game::OrderParamResourceListSelected {
            resourcetype,
            quantity,
        }],
        ..Default::default()
    })
}

fn split(id: u32, number: u32) -> OrderParams {
    let chosen = game::OrderParamGenericReferenceQuantityListSelection { id, number };
    let split = game::OrderParamGenericReferenceQuantityList {
        selection: vec![chosen],
        ..Default::default()
    };
    OrderParams::GenericReferenceQuantityList(split)
}

/// One order of each type: whether it is for the planet or the fleet, and its parameters.
fn every_order(
    planet: u32,
    fleet_of_others: u32,
    wormhole: u32,
) -> Vec<(bool, u32, Vec<OrderParams>)> {
    let relative = OrderParams::RelSpaceCoords(game::OrderParamRelSpaceCoords {
        objectid: planet,
        relpos: Vector::new(1, 2, 3).into(),
    });
    let range = game::OrderParamRange {
        value: 50,
        ..Default::default()
    };
    let jump = game::OrderParamReference {
        reference: wormhole,
        ..Default::default()
    };
    let patrol = game::OrderParamReferenceList {
        references: vec![planet, 1],
        allowed: vec![],
    };
    vec![
        (false, 1001, vec![place(1, 2, 3)]),
        (false, 1002, vec![object(planet)]),
        (false, 1003, vec![relative]),
        (true, 1004, vec![wait(3)]),
        (true, 1005, vec![list(1, 2), text("Second")]),
        (true, 1006, vec![player(2)]),
        (false, 1007, vec![OrderParams::Range(range)]),
        (true, 1008, vec![text("Earth")]),
        (false, 1009, vec![OrderParams::Reference(jump)]),
        (false, 1010, vec![OrderParams::ReferenceList(patrol)]),
        (false, 1011, vec![load(1, 0)]),
        (false, 1012, vec![split(1, 1)]),
        (false, 1014, vec![object(fleet_of_others)]),
    ]
}

#[test]
fn every_type_of_order_is_taken_and_shown_again() {
    in_each_version(|mut client, game| {
        let (planet, fleets) = own(&mut client);
        let fleet = fleets[0].id;
        let objects = everything(&mut client);
        let named = |name: &str| objects.iter().find(|it| it.name == name).map(|it| it.id);
        let wormhole = named("Wormhole").unwrap();
        // The trader may be too far to be seen; then the attack is refused.
        let trader = named("Trader");

        let mut types = BTreeSet::new();
        for (on_planet, otype, parameters) in every_order(planet.id, trader.unwrap_or(1), wormhole)
        {
            if otype == 1014 && trader.is_none() {
                continue;
            }
            let desc = client.ask(game::GetOrderDesc { ids: vec![otype] }).unwrap();
            types.extend(desc.order_params_types());
            let id = if on_planet { planet.id } else { fleet };
            let frame = order(id, otype, parameters.clone())
                .into_frame(client.version)
                .unwrap();
            let container = frame.id;

            // Probed, it is as it would be, and the queue stays empty.
            let probed = client.ask(game::OrderProbe::from(frame.clone())).unwrap();
            let mut probed = Order::from_frame(probed, client.version);
            probed.decode_parameters(&desc).unwrap();
            assert_eq!(probed.parameters.values().len(), parameters.len());
            let first = || game::GetOrder {
                id: container,
                slots: vec![0],
            };
            assert_eq!(client.ask(first()), Err(4));

            client.ask(game::OrderInsert::from(frame)).unwrap();
            let shown = client.ask(first()).unwrap();
            let mut shown = Order::from_frame(shown, client.version);
            shown.decode_parameters(&desc).unwrap();
            assert_eq!((shown.slot, shown.otype), (Some(0), otype));
            assert_eq!(shown.parameters, probed.parameters);
            assert_eq!(shown.turns, probed.turns);

            let removed = client.ask_all(game::RemoveOrder {
                id: container,
                slots: vec![0, 0],
            });
            assert!(removed[0].is_ok());
            assert_eq!(removed[1], Err(4));
        }
        let what_tp03_sees = types.contains(&6);
        assert!(what_tp03_sees && types.contains(&9));
        assert_eq!(game.game().turn(), 1);
    });
}

#[test]
fn order_types_have_every_type_of_parameter() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let ids = (1001..=1014).collect();
    let types: BTreeSet<u32> = client
        .ask_all(game::GetOrderDesc { ids })
        .into_iter()
        .flat_map(|desc| desc.unwrap().parameters)
        .map(|parameter| parameter.r#type)
        .collect();
    assert_eq!(types, (0..12).collect());
}

#[test]
fn limits_and_options_are_the_games_own() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let (planet, _) = own(&mut client);
    let mut probe = |otype: u32, parameters: Vec<OrderParams>| {
        let frame = order(planet.id, otype, parameters)
            .into_frame(TP04)
            .unwrap();
        let order = client.ask(game::OrderProbe::from(frame))?;
        let desc = client.ask(game::GetOrderDesc { ids: vec![otype] }).unwrap();
        let mut order = Order::from_frame(order, TP04);
        order.decode_parameters(&desc).unwrap();
        Ok(order)
    };
    let lying = OrderParams::Time(game::OrderParamTime {
        turns: 3,
        maxtime: 1_000_000,
    });
    let shown = probe(1004, vec![lying]).unwrap();
    let OrderParams::Time(time) = &shown.parameters.values()[0] else {
        panic!("{shown:?}")
    };
    assert_eq!((time.turns, time.maxtime, shown.turns), (3, 100, 3));
    let shown = probe(1005, vec![list(3, 2), text("New")]).unwrap();
    let OrderParams::List(ships) = &shown.parameters.values()[0] else {
        panic!("{shown:?}")
    };
    assert_eq!(ships.possibleselections.len(), 3, "the game's designs");
    assert_eq!(ships.selection[0].number, 2);
    // A small hull of 10, two engines of 8 and three lasers of 12, twice.
    assert_eq!(shown.resources[0].amount, 2 * (10 + 16 + 36));
    for (otype, parameters, code) in [
        (1004, vec![wait(-1)], 2),
        (1005, vec![list(3, 101), text("")], 2),
        (1005, vec![list(99, 1), text("")], 4),
        (1008, vec![text(&"x".repeat(81))], 2),
        (1001, vec![place(0, 0, 0)], 2),
    ] {
        let refused: Result<Order, u32> = probe(otype, parameters);
        assert_eq!(refused.unwrap_err(), code, "order type {otype}");
    }
}

#[test]
fn orders_are_carried_out_turn_by_turn() {
    in_each_version(|mut client, game| {
        let (planet, fleets) = own(&mut client);
        let fleet = fleets[0].id;
        let home = planet.position.unwrap();
        give(&mut client, planet.id, 1008, vec![text("Terra")]);
        give(
            &mut client,
            planet.id,
            1005,
            vec![list(2, 1), text("Cargo")],
        );
        give(&mut client, planet.id, 1004, vec![wait(2)]);
        let far = place(home.x, home.y, home.z + 150_000_000_000);
        give(&mut client, fleet, 1001, vec![far]);
        let before = seen(&mut client, planet.id);

        client.ask(game::FinishedTurn {}).unwrap();
        assert_eq!(game.game().turn(), 2);
        let terra = seen(&mut client, planet.id);
        assert_eq!(terra.name, "Terra");
        assert_ne!(terra.modtime, before.modtime);
        let (_, fleets) = own(&mut client);
        let flying = fleets.iter().find(|it| it.id == fleet).unwrap();
        assert_ne!(flying.velocity, Some(Vector::default()));
        assert!(!flying.position.unwrap().reaches(home, 1_000_000_000));

        client.ask(game::FinishedTurn {}).unwrap();
        let (_, fleets) = own(&mut client);
        assert_eq!(fleets.len(), 2, "one was built");
        let cargo = fleets.iter().find(|it| it.name == "Cargo").unwrap();
        assert_eq!((cargo.ships()[0].design, cargo.ships()[0].number), (2, 1));
        assert_eq!(cargo.position, Some(home));

        for _ in 0..3 {
            client.ask(game::FinishedTurn {}).unwrap();
        }
        let (planet, fleets) = own(&mut client);
        let arrived = fleets.iter().find(|it| it.id == fleet).unwrap();
        let goal = Vector::new(home.x, home.y, home.z + 150_000_000_000);
        assert_eq!(arrived.position, Some(goal));
        let still = Some(Vector::default());
        assert_eq!(arrived.velocity, still, "it stands still again");
        assert_eq!(planet.orders.unwrap_or_default(), 0, "all done");
        let board = client.ask(game::GetBoards { ids: vec![0] }).unwrap();
        assert_eq!(board.messages, 1 + 4, "one for each order");
        let slots = vec![1];
        let message = client.ask(game::GetMessage { id: 0, slots }).unwrap();
        let done = message.references.iter();
        let mut done = done.filter(|it| it.r#type == reference::ORDER_ACTION);
        assert_eq!(done.next().unwrap().id, reference::order_action::DONE);
    });
}

#[test]
fn fleets_load_split_settle_and_change_hands() {
    let game = tp_game::serve("127.0.0.1:0").unwrap();
    let mut client = Client::login(game.local_addr(), TP04, "guest");
    let (planet, fleets) = own(&mut client);
    let fleet = fleets[0].id;
    give(
        &mut client,
        planet.id,
        1005,
        vec![list(2, 2), text("Cargo")],
    );
    give(&mut client, fleet, 1012, vec![split(1, 1)]);
    game.game().end_turn();

    let (_, fleets) = own(&mut client);
    assert_eq!(fleets.len(), 3, "built one, split one");
    let rest = fleets.iter().find(|it| it.id == fleet).unwrap().ships();
    assert_eq!(
        rest.iter().map(|ships| ships.number).collect::<Vec<_>>(),
        [1, 1]
    );
    let cargo = fleets.iter().find(|it| it.name == "Cargo").unwrap().id;
    give(&mut client, cargo, 1011, vec![load(3, 500)]);
    give(&mut client, fleet, 1006, vec![player(2)]);
    let stored = |planet: &Object| {
        planet
            .resources()
            .iter()
            .find(|it| it.id == 3)
            .unwrap()
            .units
    };
    let (before, _) = own(&mut client);
    game.game().end_turn();

    let (after, fleets) = own(&mut client);
    assert!(stored(&after) < stored(&before));
    let loaded = fleets.iter().find(|it| it.id == cargo).unwrap();
    assert_eq!(loaded.resources()[0].units, 500);
    assert!(fleets.iter().all(|it| it.id != fleet), "given away");
    let mut alice = Client::login(game.local_addr(), TP04, "alice");
    let given = seen(&mut alice, fleet);
    assert_eq!(decoded(&mut alice, given).owner(), Some(2));

    // Settling takes one of the freighters.
    let objects = everything(&mut client).into_iter();
    let planets = objects.filter(|object| object.otype == after.otype);
    let mut planets = planets.map(|planet| decoded(&mut client, planet));
    let free = planets.find(|planet| planet.owner().is_none()).unwrap().id;
    give(&mut client, cargo, 1013, vec![object(free)]);
    for _ in 0..200 {
        let planet = seen(&mut client, free);
        if decoded(&mut client, planet).owner() == Some(1) {
            let (_, fleets) = own(&mut client);
            let left = fleets.iter().find(|it| it.id == cargo).unwrap().ships();
            assert_eq!(left[0].number, 1);
            return;
        }
        game.game().end_turn();
    }
    panic!("nobody settled within 200 turns");
}
