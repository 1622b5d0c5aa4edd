//! That the limits hold, are what is documented, and that what is refused has changed nothing.
#![allow(clippy::arithmetic_side_effects, reason = "a test may fail")]

use std::collections::BTreeSet;

use tp_frames::{Parameters, TpString, game};
use tp_net::model::{Category, Design, Message, MessageReference, Order, OrderParams};

use super::*;
use crate::order_types::{ATTACK, BUILD, GIVE, LOAD, MOVE, PATROL, RENAME, SPLIT, WAIT};
use crate::passwords::{PasswordCost, PasswordHash};
use crate::random::Random;
use crate::universe::{self, Extent};
use crate::world::{World, queue_of};
use crate::{boards, categories, designs, fleets, order_queues, players, turn, view};

/// A password, kept as cheaply as can be.
fn password() -> PasswordHash {
    PasswordHash::of(b"password", PasswordCost::LEAST).unwrap()
}

/// A world with this many players, of the ids from 1.
fn world(galaxies: u32, systems: u32, players: u32) -> World {
    let mut world = universe::create(1, Extent { galaxies, systems });
    let password = password();
    for id in 1..=players {
        let name = format!("player {id}");
        players::create(&mut world, &name.into(), password.clone()).unwrap();
    }
    world
}

fn text(length: usize) -> TpString {
    "x".repeat(length).into()
}

#[test]
fn the_table_of_the_documentation_says_what_holds() {
    let source = include_str!("../limits.rs");
    let sizes = |line: &str| {
        let (name, value) = line.strip_prefix("pub(crate) const ")?.split_once(": ")?;
        let number = value
            .split_once("= ")?
            .1
            .trim_end_matches(';')
            .replace('_', "");
        (name != "FLEET_COST").then(|| (name.to_owned(), number))
    };
    let limits: BTreeSet<_> = source.lines().filter_map(sizes).collect();
    let row = |line: &str| {
        let cells: Vec<&str> = line.strip_prefix("//! | ")?.split(" | ").collect();
        let name = cells.get(3)?.strip_prefix('`')?.strip_suffix("` |")?;
        Some((name.to_owned(), cells.get(1)?.replace(',', "")))
    };
    let documentation = include_str!("../lib.rs");
    let told: BTreeSet<_> = documentation.lines().filter_map(row).collect();
    assert_eq!(limits, told);
    assert_eq!(limits.len(), 29);
    for cost in [MESSAGE_COST, ORDER_COST, DESIGN_COST, CATEGORY_COST] {
        let told = format!("{cost} for a");
        assert!(documentation.contains(&told), "{told}");
    }
    assert!(documentation.contains("and 1,536 for a fleet"));
    assert_eq!(FLEET_COST, 1_536);
    let whole = GAME_BYTES + ACCOUNTS as u64 * (SURE_BYTES + SURE_REPORT_BYTES);
    assert_eq!(whole >> 20, 51);
}

/// Requests of any sizes, mostly about what there is.
struct Requests {
    random: Random,
}

impl Requests {
    fn below(&mut self, end: u32) -> u32 {
        self.random.below(end)
    }

    /// As many as there may be, or some, or one too many.
    fn size(&mut self, most: usize) -> usize {
        match self.below(24) {
            0 => most,
            1 => most + 1,
            2 => most * 20,
            _ => self.below(u32::try_from(most).unwrap().min(400) / 4) as usize + 1,
        }
    }

    fn one_of(&mut self, ids: impl IntoIterator<Item = u32>) -> u32 {
        let ids: Vec<u32> = ids.into_iter().collect();
        match self.below(12) {
            0 => 987_654,
            _ => ids[self.below(u32::try_from(ids.len()).unwrap()) as usize],
        }
    }

    fn ids(&mut self, number: usize, ids: &[u32]) -> Vec<u32> {
        let length = u32::try_from(ids.len()).unwrap();
        let any = |random: &mut Random| ids[random.below(length) as usize];
        (0..number).map(|_| any(&mut self.random)).collect()
    }

    fn message(&mut self, world: &World) -> Message {
        let reference = MessageReference::object(1);
        Message {
            id: self.one_of(world.boards.keys().copied().chain([0])),
            slot: match self.below(3) {
                0 => self.below(30).into(),
                _ => tp_frames::Semi32::NONE,
            },
            msgtypelist: vec![7; self.size(MESSAGE_TYPES)],
            subject: text(self.size(SUBJECT)),
            body: text(self.size(BODY)),
            references: vec![reference; self.size(MESSAGE_REFERENCES)],
            ..Message::default()
        }
    }

    fn category(&mut self) -> Category {
        Category {
            name: text(self.size(NAME)),
            description: text(self.size(DESCRIPTION)),
            ..Category::default()
        }
    }

    fn design(&mut self, world: &World) -> Design {
        let all: Vec<u32> = world.categories.keys().copied().collect();
        let number = self.size(DESIGN_CATEGORIES);
        let catlist = self.ids(number, &all);
        let parts = (0..self.size(DESIGN_COMPONENTS)).map(|_| game::DesignComponent {
            componentid: self.one_of(1..=6),
            compquant: self.below(4),
        });
        let mut components: Vec<_> = parts.collect();
        if self.below(2) == 0 {
            components = vec![game::DesignComponent {
                componentid: 1,
                compquant: 1,
            }];
        }
        Design {
            id: self.one_of(world.designs.keys().copied()).into(),
            name: text(self.size(NAME)),
            description: text(self.size(DESCRIPTION)),
            catlist,
            components,
            ..Design::default()
        }
    }

    fn order(&mut self, world: &World) -> Order {
        let objects: Vec<u32> = world.bodies.keys().copied().collect();
        let types = [WAIT, BUILD, GIVE, RENAME, MOVE, PATROL, LOAD, SPLIT, ATTACK];
        let otype = self.one_of(types);
        let name = game::OrderParamString {
            string: text(self.size(OBJECT_NAME)),
            ..Default::default()
        };
        let number = self.size(ORDER_ENTRIES);
        let parameters = match otype {
            WAIT => vec![OrderParams::Time(game::OrderParamTime {
                turns: i32::try_from(self.below(104)).unwrap(),
                maxtime: 0,
            })],
            BUILD => {
                let designs: Vec<u32> = world.designs.keys().copied().collect();
                let ids = self.ids(number, &designs).into_iter();
                let list = game::OrderParamList {
                    selection: ids
                        .map(|id| game::OrderParamListSelection { id, number: 1 })
                        .collect(),
                    ..Default::default()
                };
                vec![OrderParams::List(list), OrderParams::String(name)]
            }
            GIVE => vec![OrderParams::Player(game::OrderParamPlayer {
                playerid: self.one_of(world.players.keys().copied()),
                ..Default::default()
            })],
            RENAME => vec![OrderParams::String(name)],
            MOVE => vec![OrderParams::AbsSpaceCoords(Default::default())],
            PATROL => vec![OrderParams::ReferenceList(game::OrderParamReferenceList {
                references: self.ids(number, &objects),
                ..Default::default()
            })],
            LOAD => {
                let ids = self.ids(number, &[1, 2, 3, 4]).into_iter();
                vec![OrderParams::ResourceList(game::OrderParamResourceList {
                    selected: ids
                        .map(|resourcetype| game::OrderParamResourceListSelected {
                            resourcetype,
                            quantity: 0,
                        })
                        .collect(),
                    ..Default::default()
                })]
            }
            SPLIT => {
                let ids = self.ids(number, &[designs::SCOUT]).into_iter();
                let number = u32::from(number < 2);
                let list = game::OrderParamGenericReferenceQuantityList {
                    selection: ids
                        .map(|id| game::OrderParamGenericReferenceQuantityListSelection {
                            id,
                            number,
                        })
                        .collect(),
                    ..Default::default()
                };
                vec![OrderParams::GenericReferenceQuantityList(list)]
            }
            _ => vec![OrderParams::Object(game::OrderParamObject {
                objectid: self.ids(1, &objects)[0],
                validtypes: None,
            })],
        };
        Order {
            queue: Some(self.one_of(world.queues.keys().copied())),
            slot: (self.below(3) == 0).then(|| self.random.below(5)),
            otype,
            parameters: Parameters::Values(parameters),
            ..Order::default()
        }
    }

    /// Does something that changes the world, or is refused.
    fn write(&mut self, world: &mut World) -> Result<(), Refusal> {
        let player = self.below(3) + 1;
        let own: Vec<u32> = world.owned(player).map(|body| body.id).collect();
        match self.below(16) {
            0..=2 => {
                let message = self.message(world);
                boards::post(world, player, message)
            }
            3 => {
                let board = self.one_of(world.boards.keys().copied());
                let slot = self.below(40);
                boards::remove(world, player, board, slot)
            }
            4 => {
                let category = self.category();
                categories::add(world, player, category).map(drop)
            }
            5 => {
                let id = self.one_of(world.categories.keys().copied());
                categories::remove(world, player, id)
            }
            6 | 7 => {
                let design = self.design(world);
                designs::add(world, player, design).map(drop)
            }
            8 => {
                let design = self.design(world);
                designs::modify(world, player, design).map(drop)
            }
            9 => {
                let id = self.one_of(world.designs.keys().copied());
                designs::remove(world, player, id)
            }
            10..=12 => {
                let mut order = self.order(world);
                if self.below(4) > 0 && !own.is_empty() {
                    order.queue = Some(queue_of(self.ids(1, &own)[0]));
                }
                order_queues::insert(world, player, &order).map(drop)
            }
            13 => {
                let queue = self.one_of(world.queues.keys().copied());
                let slot = self.below(5);
                order_queues::remove(world, player, queue, slot)
            }
            14 => {
                let id = self.one_of(world.bodies.keys().copied());
                let name = text(self.size(OBJECT_NAME));
                view::rename(world, player, id, name).map(drop)
            }
            _ => {
                let name = ["", "ada", "player 1", "x\n"][self.below(4) as usize];
                players::create(world, &name.into(), password()).map(drop)
            }
        }
    }
}

#[test]
fn what_is_refused_has_changed_nothing() {
    let (mut done, mut refused) = (0, BTreeSet::new());
    for seed in 0..8 {
        let mut world = world(1, 6, 3);
        let mut requests = Requests {
            random: Random::new(seed),
        };
        // One is near to the end of what can be stored, and one of what a board holds.
        let letter = |body: usize| Message {
            id: boards::own(1),
            body: text(body),
            ..Message::default()
        };
        for _ in 0..15 {
            boards::post(&mut world, 3, letter(BODY)).unwrap();
        }
        for _ in 0..POSTS_OF_ONE {
            boards::post(&mut world, 2, letter(1)).unwrap();
        }
        let mut before = world.clone();
        for step in 0..500 {
            let answer = requests.write(&mut world);
            if let Err(refusal) = answer {
                assert!(before == world, "{seed}, {step}: {refusal}");
                refused.insert(refusal.0.result.to_string());
            } else {
                assert!(before != world, "{seed}, {step}");
                done += 1;
            }
            assert_eq!(world.stored, world.counted(), "{seed}, {step}");
            before = world.clone();
            if requests.below(10) == 0 {
                turn::end(&mut world);
                assert_eq!(world.stored, world.counted(), "turn");
                before = world.clone();
            }
        }
    }
    assert!(done > 1_000, "{done} of 4,000");
    for part in [
        "bytes, not",
        "types, not",
        "references, not",
        "categories, not",
        "components, not",
        "entries, not",
        "all that a player stores is at most 262144 bytes",
        "a board that is not yours has at most 20 messages of yours",
        "there is no such",
        "not yours",
        "name is taken",
    ] {
        assert!(refused.iter().any(|it| it.contains(part)), "{part}");
    }
}

#[test]
fn accounts_enough_to_fill_the_game_leave_room_for_everybody() {
    let number = 300;
    let mut world = world(3, 60, number);
    let empty = world.stored.all();
    let letter = |body: usize| Message {
        body: text(body),
        ..Message::default()
    };
    for player in 1..=number {
        while boards::post(&mut world, player, letter(BODY)).is_ok() {}
        while boards::post(&mut world, player, letter(0)).is_ok() {}
        let stored = world.stored.of(Holder::Player(player));
        assert!((SURE_BYTES - MESSAGE_COST as u64 * 2..=PLAYER_BYTES).contains(&stored));
        for turn in 0..20 {
            let body = format!("{turn} {}", "y".repeat(4_000));
            boards::tell(&mut world, boards::own(player), "Told", body, Vec::new());
        }
        let reports = world.boards[&boards::own(player)].reports;
        assert!((0..=REPORTS).contains(&reports));
    }
    let whole = GAME_BYTES + u64::from(number) * (SURE_BYTES + SURE_REPORT_BYTES);
    let stored = world.stored.all();
    assert!(
        stored > GAME_BYTES && stored <= whole,
        "{stored} of {whole} bytes, {empty} of them at first"
    );
    // Somebody who comes late has a share, too.
    let late = players::create(&mut world, &"late".into(), password()).unwrap();
    boards::post(&mut world, late, letter(1_000)).unwrap();
    let refusal = boards::post(&mut world, late, letter(BODY)).unwrap_err();
    assert!(
        refusal.0.result.to_string().contains("12582912"),
        "{refusal}"
    );
    // And who removes makes room.
    for slot in (0..world.boards[&boards::own(1)].messages.len()).rev() {
        let slot = u32::try_from(slot).unwrap();
        boards::remove(&mut world, 1, 0, slot).unwrap();
    }
    for player in 2..=number {
        let board = boards::own(player);
        while boards::remove(&mut world, player, board, 0).is_ok() {}
    }
    let left = u64::from(number + 1) * FLEET_COST + 5_000;
    assert!(world.stored.all() < left, "{}", world.stored.all());
    assert_eq!(world.stored, world.counted());
}

#[test]
fn fleets_are_counted_whoever_builds_splits_or_gives_them() {
    let mut world = world(2, 5, 2);
    let home = world.owned(1).find(|it| it.planet().is_some()).unwrap().id;
    let build = Order {
        queue: Some(queue_of(home)),
        otype: BUILD,
        parameters: Parameters::Values(vec![OrderParams::List(game::OrderParamList {
            selection: vec![game::OrderParamListSelection {
                id: designs::SCOUT,
                number: 2,
            }],
            ..Default::default()
        })]),
        ..Order::default()
    };
    for _ in 0..130 {
        let planet = world.planet_mut(home).unwrap();
        planet
            .stock
            .entry(crate::resources::METAL)
            .or_default()
            .stored = 10_000;
        order_queues::insert(&mut world, 1, &build).unwrap();
        turn::end(&mut world);
    }
    assert_eq!(fleets::count(&world, 1), FLEETS);
    let metal = &world.bodies[&home].planet().unwrap().stock[&crate::resources::METAL];
    assert!(metal.stored >= 10_000, "a cancelled order costs nothing");
    let fleets: Vec<u32> = world
        .owned(1)
        .filter(|it| it.fleet().is_some())
        .map(|it| it.id)
        .collect();
    for fleet in &fleets {
        let give = Order {
            queue: Some(queue_of(*fleet)),
            otype: GIVE,
            parameters: Parameters::Values(vec![OrderParams::Player(game::OrderParamPlayer {
                playerid: 2,
                ..Default::default()
            })]),
            ..Order::default()
        };
        order_queues::insert(&mut world, 1, &give).unwrap();
    }
    turn::end(&mut world);
    assert_eq!(fleets::count(&world, 2), FLEETS_WITH_GIFTS);
    // A fleet that is split again and again gets no longer name by it.
    let split =
        OrderParams::GenericReferenceQuantityList(game::OrderParamGenericReferenceQuantityList {
            selection: vec![game::OrderParamGenericReferenceQuantityListSelection {
                id: designs::SCOUT,
                number: 1,
            }],
            ..Default::default()
        });
    let mut fleet = *fleets.last().unwrap();
    world.fleet_mut(fleet).unwrap().ships = [(designs::SCOUT, 40)].into();
    for left in (10..40).rev() {
        let last = *world.bodies.last_key_value().unwrap().0;
        let selection = left;
        let mut parameter = split.clone();
        if let OrderParams::GenericReferenceQuantityList(list) = &mut parameter {
            list.selection[0].number = selection;
        }
        let order = Order {
            queue: Some(queue_of(fleet)),
            otype: SPLIT,
            parameters: Parameters::Values(vec![parameter]),
            ..Order::default()
        };
        order_queues::insert(&mut world, 1, &order).unwrap();
        turn::end(&mut world);
        fleet = *world.bodies.last_key_value().unwrap().0;
        assert_ne!(fleet, last, "it was split");
        assert!(world.bodies[&fleet].name.len() <= OBJECT_NAME);
    }
    assert_eq!(world.stored, world.counted());
}

#[test]
fn ships_of_a_design_that_is_gone_are_not_built() {
    let mut world = world(1, 4, 1);
    let home = world.owned(1).find(|it| it.planet().is_some()).unwrap().id;
    let design = Design::new("Bee").component(1, 1);
    let id = designs::add(&mut world, 1, design)
        .unwrap()
        .id
        .get()
        .unwrap();
    let ships = game::OrderParamListSelection { id, number: 1 };
    let build = Order {
        queue: Some(queue_of(home)),
        otype: BUILD,
        parameters: Parameters::Values(vec![OrderParams::List(game::OrderParamList {
            selection: vec![ships],
            ..Default::default()
        })]),
        ..Order::default()
    };
    order_queues::insert(&mut world, 1, &build).unwrap();
    designs::remove(&mut world, 1, id).unwrap();
    turn::end(&mut world);
    assert_eq!(fleets::count(&world, 1), 1, "the first");
    let board = &world.boards[&boards::own(1)];
    let told = &board.messages.last().unwrap().message;
    assert_eq!(told.body, "A design cannot be built any more.");
}

#[test]
fn what_is_removed_leaves_no_room_behind() {
    let mut world = world(1, 4, 1);
    for _ in 0..POSTS {
        boards::post(&mut world, 1, Message::default()).unwrap();
    }
    let refusal = boards::post(&mut world, 1, Message::default()).unwrap_err();
    assert!(refusal.0.result.to_string().contains("500"), "{refusal}");
    let room = |world: &World| world.boards[&boards::own(1)].messages.capacity();
    assert!(room(&world) > POSTS);
    while boards::remove(&mut world, 1, 0, 0).is_ok() {}
    assert!(room(&world) <= 4, "{}", room(&world));
}

#[test]
fn orders_hold_what_was_chosen_and_not_what_could_be() {
    let mut world = world(1, 4, 1);
    let home = world.owned(1).find(|it| it.planet().is_some()).unwrap().id;
    for _ in 0..90 {
        let design = Design::new(text(NAME)).component(1, 1);
        designs::add(&mut world, 1, design).unwrap();
    }
    // The same design as often as there may be entries.
    let ship = game::OrderParamListSelection {
        id: designs::SCOUT,
        number: 1,
    };
    let build = Order {
        queue: Some(queue_of(home)),
        otype: BUILD,
        parameters: Parameters::Values(vec![OrderParams::List(game::OrderParamList {
            selection: vec![ship; ORDER_ENTRIES],
            ..Default::default()
        })]),
        ..Order::default()
    };
    for slot in 0..20 {
        let shown = order_queues::insert(&mut world, 1, &build).unwrap();
        assert_eq!(
            order_queues::order(&world, 1, queue_of(home), slot).unwrap(),
            shown
        );
        let [OrderParams::List(list), _] = shown.parameters.values() else {
            panic!("{shown:?}");
        };
        assert_eq!(
            (list.possibleselections.len(), list.selection.len()),
            (93, 1)
        );
        assert_eq!(list.selection[0].number, 100);
    }
    let kept = format!("{:?}", world.queues[&queue_of(home)].orders);
    assert!(kept.len() / 20 < 400, "{} bytes in words", kept.len() / 20);
}
