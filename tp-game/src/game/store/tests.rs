//! A world made again is the world as it was.

use std::collections::BTreeMap;
use std::time::Duration;

use tp_frames::{Parameters, TpString, game};
use tp_net::model::{
    Category, Design, Message, MessageReference, Order, OrderParams, TimeRemaining, Vector,
};
use tp_store::Kept;

use super::*;
use crate::game::changes::{
    AddCategory, AddDesign, CreateAccount, DisableAccount, EndTurn, FinishTurn, InsertOrder,
    ModifyDesign, PostMessage, RemoveCategory, RemoveDesign, RemoveMessage, RemoveOrder,
    RenameObject, SetTurnTime,
};
use crate::passwords::PasswordHash;
use crate::random::Random;
use crate::universe::{self, Extent};
use crate::{boards, components, order_types, resources};

/// All that is in a world, however it came about.
fn contents(world: &World) -> String {
    let index = world.index.contents();
    let designs_of = world.designs_of.iter().filter(|(_, its)| !its.is_empty());
    let designs_of: BTreeMap<_, _> = designs_of.collect();
    let World {
        random,
        turn,
        turn_time,
        finished,
        clock,
        bodies,
        index: _,
        players,
        names,
        queues,
        boards,
        categories,
        designs,
        designs_of: _,
        gone,
        stored,
    } = world;
    format!(
        "{random:?} {turn} {turn_time:?} {finished:?} {clock:?} {bodies:?} {index} {players:?} \
         {names:?} {queues:?} {boards:?} {categories:?} {designs:?} {designs_of:?} {gone:?} \
         {stored:?}"
    )
}

/// Somebody who asks for anything.
struct Player<'a> {
    random: &'a mut Random,
    world: &'a mut World,
    log: &'a mut Vec<Vec<u8>>,
}

impl Player<'_> {
    fn below(&mut self, end: usize) -> u32 {
        self.random.below(u32::try_from(end).unwrap())
    }

    /// One of these, or what is none of them.
    fn any(&mut self, ids: impl IntoIterator<Item = u32>) -> u32 {
        let ids: Vec<u32> = ids.into_iter().chain([4_000_000]).collect();
        let at = self.below(ids.len());
        ids[at as usize]
    }

    fn text(&mut self) -> TpString {
        let texts: [&[u8]; 6] = [
            b"a",
            b"Ada \"L\" \\",
            b"\xff\0",
            b"",
            "Ада\u{202e}".as_bytes(),
            b"z\0",
        ];
        let at = self.below(texts.len());
        let number = self.below(50).to_string();
        TpString::from_bytes([texts[at as usize], number.as_bytes()].concat())
    }

    fn place(&mut self) -> Vector {
        let at = self.any(self.world.bodies.keys().copied().collect::<Vec<_>>());
        self.world
            .bodies
            .get(&at)
            .map(|body| body.position)
            .unwrap_or_default()
    }

    /// Mostly one of the player's own.
    fn queue(&mut self, player: u32) -> u32 {
        let own = self
            .world
            .owned(player)
            .filter_map(|body| body.kind.queue());
        let own: Vec<u32> = own.collect();
        match self.below(4) {
            0 => self.any(self.world.queues.keys().copied().collect::<Vec<_>>()),
            _ => self.any(own),
        }
    }

    fn order(&mut self, player: u32) -> Order {
        let queue = self.queue(player);
        let object = self.world.queues.get(&queue).map(|queue| queue.object);
        let body = object.and_then(|object| self.world.bodies.get(&object));
        let types = body.map_or(&order_types::IDS[..], |body| order_types::of(&body.kind));
        let otype = self.any(types.iter().copied());
        let body = self.any(self.world.bodies.keys().copied().collect::<Vec<_>>());
        let design = self.any(self.world.designs.keys().copied().collect::<Vec<_>>());
        let resource = self.any(resources::IDS);
        let (number, place) = (self.below(5), self.place());
        let id = self.any(self.world.players.keys().copied().collect::<Vec<_>>());
        let object = game::OrderParamObject {
            objectid: body,
            validtypes: Some(vec![]),
        };
        let string = game::OrderParamString {
            maxlength: 80,
            string: self.text(),
        };
        let values = match otype {
            order_types::MOVE => vec![OrderParams::AbsSpaceCoords(
                game::OrderParamAbsSpaceCoords { pos: place.into() },
            )],
            order_types::MOVE_BY => {
                vec![OrderParams::RelSpaceCoords(
                    game::OrderParamRelSpaceCoords {
                        objectid: body,
                        ..Default::default()
                    },
                )]
            }
            order_types::WAIT => vec![OrderParams::Time(game::OrderParamTime {
                turns: i32::try_from(number).unwrap(),
                maxtime: 100,
            })],
            order_types::BUILD => {
                let selection = vec![game::OrderParamListSelection { id: design, number }];
                let list = game::OrderParamList {
                    selection,
                    ..Default::default()
                };
                vec![OrderParams::List(list), OrderParams::String(string)]
            }
            order_types::GIVE => vec![OrderParams::Player(game::OrderParamPlayer {
                playerid: id,
                ..Default::default()
            })],
            order_types::THROTTLE => vec![OrderParams::Range(game::OrderParamRange {
                value: 50,
                ..Default::default()
            })],
            order_types::RENAME => vec![OrderParams::String(string)],
            order_types::JUMP => vec![OrderParams::Reference(game::OrderParamReference {
                reference: body,
                allowed: vec![],
            })],
            order_types::PATROL => {
                vec![OrderParams::ReferenceList(game::OrderParamReferenceList {
                    references: vec![body, 0],
                    allowed: vec![],
                })]
            }
            order_types::LOAD => {
                let selected = game::OrderParamResourceListSelected {
                    resourcetype: resource,
                    quantity: number,
                };
                vec![OrderParams::ResourceList(game::OrderParamResourceList {
                    selected: vec![selected],
                    ..Default::default()
                })]
            }
            order_types::SPLIT => {
                let chosen =
                    game::OrderParamGenericReferenceQuantityListSelection { id: design, number };
                vec![OrderParams::GenericReferenceQuantityList(
                    game::OrderParamGenericReferenceQuantityList {
                        selection: vec![chosen],
                        ..Default::default()
                    },
                )]
            }
            _ => vec![OrderParams::Object(object)],
        };
        Order {
            queue: Some(queue),
            slot: (number > 3).then_some(number),
            otype,
            parameters: Parameters::Values(values),
            ..Order::default()
        }
    }

    fn design(&mut self, id: u32) -> Design {
        let category = self.any(self.world.categories.keys().copied().collect::<Vec<_>>());
        let part = self.any(components::IDS);
        Design {
            id: id.into(),
            ..Design::new(self.text())
                .category(category)
                .component(part, 1)
        }
    }

    /// What it is, and whether it is granted.
    fn asks(&mut self) -> (&'static str, bool) {
        let player = self.any(1..4);
        match self.below(20) {
            0 => {
                let username = self.text();
                let password = PasswordHash::from("none".to_owned());
                self.change(CreateAccount { username, password })
            }
            1 => {
                let disabled = self.below(2) == 0;
                self.change(DisableAccount { player, disabled })
            }
            2 => {
                let turn_time = self.below(3).checked_sub(1);
                let turn_time = turn_time.map(|time| Duration::from_millis(u64::from(time) * 1001));
                self.change(SetTurnTime { turn_time })
            }
            3 => self.change(FinishTurn { player }),
            4 | 5 => {
                let turn = self.world.turn.saturating_sub(self.below(2));
                let why = TimeRemaining::turn_ended();
                self.change(EndTurn { turn, why })
            }
            6 => {
                let queue = self.queue(player);
                let id = self
                    .world
                    .queues
                    .get(&queue)
                    .map_or(0, |queue| queue.object);
                let name = self.text();
                self.change(RenameObject { player, id, name })
            }
            7..11 => {
                let order = self.order(player);
                self.change(InsertOrder { player, order })
            }
            11 => {
                let (queue, slot) = (self.queue(player), self.below(2));
                self.change(RemoveOrder {
                    player,
                    queue,
                    slot,
                })
            }
            12 => {
                let id = self.any([0, boards::PUBLIC, boards::own(1), boards::own(2)]);
                let slot = self.below(3).checked_sub(1).into();
                let message = Message {
                    slot,
                    references: vec![MessageReference::player(player); 2],
                    ..Message::new(id, self.text()).body(self.text())
                };
                self.change(PostMessage { player, message })
            }
            13 => {
                let (board, slot) = (self.any([0, boards::PUBLIC]), self.below(4));
                self.change(RemoveMessage {
                    player,
                    board,
                    slot,
                })
            }
            14 => {
                let name = match self.below(3) {
                    0 => TpString::new(),
                    _ => self.text(),
                };
                let category = Category {
                    name,
                    description: self.text(),
                    ..Category::default()
                };
                self.change(AddCategory { player, category })
            }
            15 => {
                let id = self.any(self.world.categories.keys().copied().collect::<Vec<_>>());
                self.change(RemoveCategory { player, id })
            }
            16 | 17 => {
                let design = self.design(0);
                self.change(AddDesign { player, design })
            }
            18 => {
                let id = self.any(self.world.designs.keys().copied().collect::<Vec<_>>());
                let design = self.design(id);
                self.change(ModifyDesign { player, design })
            }
            _ => {
                let id = self.any(self.world.designs.keys().copied().collect::<Vec<_>>());
                self.change(RemoveDesign { player, id })
            }
        }
    }

    fn change<C: Change>(&mut self, change: C) -> (&'static str, bool) {
        self.log.push(entry(&change).unwrap());
        (C::NAME, change.apply(self.world).is_ok())
    }
}

fn saved(world: &World) -> World {
    let beginning = Beginning {
        seed: 7,
        created: 1_800_000_000,
    };
    let snapshot = Saved::of(beginning, world).encoded().unwrap();
    let kept = Kept {
        version: FORMAT.version(),
        snapshot,
        log: Vec::new(),
    };
    let saved = Saved::read(&kept).unwrap();
    assert_eq!(saved.beginning(), beginning);
    saved.into_world()
}

/// A small one, with a player.
fn world(seed: u64) -> World {
    let mut world = universe::create(
        seed,
        Extent {
            galaxies: 2,
            systems: 2,
        },
    );
    let guest = CreateAccount {
        username: "guest".into(),
        password: PasswordHash::from("none".to_owned()),
    };
    assert_eq!(guest.apply(&mut world), Ok(1));
    world
}

/// A world in which much has been asked for.
fn played(seed: u64) -> World {
    let (mut world, mut random) = (world(seed), Random::new(seed));
    let mut player = Player {
        random: &mut random,
        world: &mut world,
        log: &mut Vec::new(),
    };
    for _ in 0..300 {
        player.asks();
    }
    world
}

/// FNV-1a.
fn digest(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What a program of version 1 has written is read as long as there is one. Where it was never
/// released, `TP_SNAPSHOT=1` writes the file anew.
#[test]
fn the_first_snapshot_is_read_by_every_version() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/game/store/version-1.json");
    let beginning = Beginning {
        seed: 7,
        created: 1_800_000_000,
    };
    if std::env::var_os("TP_SNAPSHOT").is_some() {
        let snapshot = Saved::of(beginning, &played(7)).encoded();
        std::fs::write(file, snapshot.unwrap()).unwrap();
    }
    let kept = Kept {
        version: 1,
        snapshot: std::fs::read(file).unwrap(),
        log: Vec::new(),
    };
    let read = Saved::read(&kept).unwrap();
    assert_eq!(read.beginning(), beginning);
    let world = read.into_world();
    assert_eq!((world.turn, world.players.len()), (27, 6));
    assert_eq!(contents(&saved(&world)), contents(&world));
}

/// A log is carried out again by the rules that it was made by, or not at all.
#[test]
fn who_changes_the_rules_raises_their_version() {
    let digests: Vec<u64> = (0..4)
        .map(|seed| digest(contents(&played(seed)).as_bytes()))
        .collect();
    let rules = (RULES, digest(format!("{digests:?}").as_bytes()));
    assert_eq!(
        rules,
        (1, 2_422_070_391_556_078_567),
        "the same requests make another world: raise RULES if a program with these rules has been \
         released, and put here what they make now"
    );
}

/// Wherever a log ends, and wherever a snapshot was made before.
#[test]
fn a_world_made_again_is_the_same_at_every_change() {
    let mut outcomes = BTreeMap::<_, [u32; 2]>::new();
    for seed in 0..8 {
        let mut world = world(seed);
        let mut again = saved(&world);
        assert_eq!(contents(&again), contents(&world));
        let (mut random, mut log) = (Random::new(seed), Vec::new());
        for step in 0..120 {
            log.clear();
            let mut player = Player {
                random: &mut random,
                world: &mut world,
                log: &mut log,
            };
            let (name, is_granted) = player.asks();
            outcomes.entry(name).or_default()[usize::from(is_granted)] += 1;
            replay(&mut again, &log).unwrap();
            assert_eq!(contents(&again), contents(&world), "{seed}: {step}, {name}");
            if random.below(8) == 0 {
                again = saved(&again);
                assert_eq!(contents(&again), contents(&world), "{seed}: {step}, saved");
            }
        }
    }
    let never_refused = ["DisableAccount", "EndTurn", "FinishTurn", "SetTurnTime"];
    assert_eq!(outcomes.len(), 15, "{outcomes:?}");
    for (name, [refused, granted]) in &outcomes {
        assert!(*granted > 0, "{name} is never granted: {outcomes:?}");
        assert_eq!(
            *refused == 0,
            never_refused.contains(name),
            "{name}: {outcomes:?}"
        );
    }
}
