//! What orders may say.
//!
//! A client fills in what its player chose and leaves the rest to the game: the limits and the
//! options beside each choice are always the game's own, whatever the client sent there. Lists of
//! options are not stored with an order, but made when it is shown.

use std::collections::BTreeMap;

use tp_frames::{Semi32, TpString, game, reference};
use tp_net::model::{FailReference, OrderParams, Refusal};

use crate::body::{Body, Kind};
use crate::limits::{self, fits};
use crate::order_types::{
    ATTACK, BUILD, GIVE, INTERCEPT, JUMP, LOAD, MOVE, MOVE_BY, PATROL, RENAME, SETTLE, SPLIT,
    THROTTLE, WAIT,
};
use crate::properties::CARGO;
use crate::view::View;
use crate::world::World;
use crate::{designs, fleets, object_types, resources};

/// Longest wait.
const LONGEST_WAIT: i32 = 100;
/// Most ships built or split off at once, of one design.
const MOST_SHIPS: u32 = 100;

/// The player's choices, checked, each thing in them once, and without the options.
pub(crate) fn checked(
    world: &World,
    player: u32,
    body: &Body,
    otype: u32,
    parameters: &[OrderParams],
) -> Result<Vec<OrderParams>, Refusal> {
    let rules = Rules {
        world,
        view: View::new(world, player),
        player,
        body,
    };
    match (otype, parameters) {
        (MOVE, [OrderParams::AbsSpaceCoords(to)]) => {
            Ok(vec![OrderParams::AbsSpaceCoords(to.clone())])
        }
        (MOVE_BY, [OrderParams::RelSpaceCoords(to)]) => {
            rules.view.body(to.objectid)?;
            Ok(vec![OrderParams::RelSpaceCoords(to.clone())])
        }
        (INTERCEPT, [OrderParams::Object(it)]) => rules.object(it.objectid, &[], |_| true),
        (SETTLE, [OrderParams::Object(it)]) => {
            let free = |body: &Body| body.planet().is_some_and(|planet| planet.owner.is_none());
            rules.object(it.objectid, &[object_types::PLANET], free)
        }
        (ATTACK, [OrderParams::Object(it)]) => {
            let foreign = |body: &Body| body.fleet().is_some() && !rules.view.owns(body);
            rules.object(it.objectid, &[object_types::FLEET], foreign)
        }
        (WAIT, [OrderParams::Time(time)]) => rules.wait(time.turns),
        (BUILD, [OrderParams::List(ships), OrderParams::String(name)]) => {
            let ships = rules.ships_to_build(&ships.selection)?;
            Ok(vec![ships, rules.name(&name.string)?])
        }
        // Some old clients have no texts in orders.
        (BUILD, [OrderParams::List(ships)]) => {
            let ships = rules.ships_to_build(&ships.selection)?;
            Ok(vec![ships, rules.name(&TpString::new())?])
        }
        (GIVE, [OrderParams::Player(to)]) => rules.give(to.playerid),
        (THROTTLE, [OrderParams::Range(range)]) => rules.throttle(range.value),
        (RENAME, [OrderParams::String(name)]) => Ok(vec![rules.name(&name.string)?]),
        (JUMP, [OrderParams::Reference(to)]) => rules.jump(to.reference),
        (PATROL, [OrderParams::ReferenceList(to)]) => rules.patrol(&to.references),
        (LOAD, [OrderParams::ResourceList(cargo)]) => rules.load(&cargo.selected),
        (SPLIT, [OrderParams::GenericReferenceQuantityList(ships)]) => {
            rules.split(&ships.selection)
        }
        _ => Err(Refusal::frame(
            "these are not the parameters of such an order",
        )),
    }
}

struct Rules<'a> {
    world: &'a World,
    view: View<'a>,
    player: u32,
    body: &'a Body,
}

type Checked = Result<Vec<OrderParams>, Refusal>;

impl Rules<'_> {
    fn object(&self, id: u32, types: &[u32], fits: impl Fn(&Body) -> bool) -> Checked {
        let about = FailReference::object(id);
        if id == self.body.id {
            return Err(Refusal::unavailable_permanently("it cannot go to itself").about(about));
        }
        if !fits(self.view.body(id)?) {
            let text = "this order is not for such an object";
            return Err(Refusal::unavailable_permanently(text).about(about));
        }
        Ok(vec![OrderParams::Object(game::OrderParamObject {
            objectid: id,
            validtypes: Some(types.to_vec()),
        })])
    }

    fn wait(&self, turns: i32) -> Checked {
        if !(0..=LONGEST_WAIT).contains(&turns) {
            let text = format!("nobody waits {turns} turns");
            return Err(Refusal::unavailable_permanently(text));
        }
        Ok(vec![OrderParams::Time(game::OrderParamTime {
            turns,
            maxtime: LONGEST_WAIT,
        })])
    }

    fn ships_to_build(
        &self,
        selection: &[game::OrderParamListSelection],
    ) -> Result<OrderParams, Refusal> {
        let chosen = merged(selection.iter().map(|it| (it.id, it.number)))?;
        let most = limits::FLEET_DESIGNS;
        fits("an order", chosen.len(), most, "different designs")?;
        for (id, number) in &chosen {
            let can_build = designs::can_build(self.world, self.player, *id);
            let most = can_build.then_some(MOST_SHIPS);
            self.at_most(reference::DESIGN, *id, *number, most)?;
        }
        let chosen = chosen.into_iter();
        Ok(OrderParams::List(game::OrderParamList {
            possibleselections: Vec::new(),
            selection: chosen
                .map(|(id, number)| game::OrderParamListSelection { id, number })
                .collect(),
        }))
    }

    /// Whether so many may be chosen of a thing; nothing if it may not be chosen at all.
    fn at_most(&self, r#type: i32, id: u32, number: u32, most: Option<u32>) -> Result<(), Refusal> {
        let about = FailReference::new(r#type, id);
        match most {
            None => Err(Refusal::no_such_thing("this cannot be chosen").about(about)),
            Some(most) if number > most => {
                let text = format!("at most {most} can be chosen, not {number}");
                Err(Refusal::unavailable_permanently(text).about(about))
            }
            Some(_) => Ok(()),
        }
    }

    fn name(&self, name: &TpString) -> Result<OrderParams, Refusal> {
        let most = limits::OBJECT_NAME;
        if name.len() > most {
            let text = format!("a name has at most {most} bytes");
            return Err(Refusal::unavailable_permanently(text));
        }
        let string = name.clone();
        Ok(OrderParams::String(game::OrderParamString {
            maxlength: u32::try_from(most).unwrap_or(u32::MAX),
            string,
        }))
    }

    fn give(&self, player: u32) -> Checked {
        let about = FailReference::player(player);
        if !self.world.players.contains_key(&player) {
            return Err(Refusal::no_such_thing("there is no such player").about(about));
        }
        if player == self.player {
            return Err(Refusal::unavailable_permanently("it is yours already").about(about));
        }
        let mask = game::OrderParamPlayerMask::NONPLAYERS;
        Ok(vec![OrderParams::Player(game::OrderParamPlayer {
            playerid: player,
            mask,
        })])
    }

    fn throttle(&self, value: i32) -> Checked {
        let (minvalue, maxvalue, increment) = (10, 100, 10);
        if !(minvalue..=maxvalue).contains(&value) || value % 10 != 0 {
            let text = format!("{value} is not one of 10, 20 … 100");
            return Err(Refusal::unavailable_permanently(text));
        }
        let range = game::OrderParamRange {
            value,
            minvalue,
            maxvalue,
            increment,
        };
        Ok(vec![OrderParams::Range(range)])
    }

    fn jump(&self, reference: u32) -> Checked {
        if !matches!(self.view.body(reference)?.kind, Kind::Wormhole(_)) {
            let about = FailReference::object(reference);
            return Err(Refusal::unavailable_permanently("this is no wormhole").about(about));
        }
        let allowed = vec![reference::OBJECT.unsigned_abs()];
        Ok(vec![OrderParams::Reference(game::OrderParamReference {
            reference,
            allowed,
        })])
    }

    fn patrol(&self, references: &[u32]) -> Checked {
        let most = limits::ORDER_ENTRIES;
        if references.is_empty() || references.len() > most {
            let text = format!("a patrol has 1 to {most} objects");
            return Err(Refusal::unavailable_permanently(text));
        }
        for object in references {
            self.view.body(*object)?;
        }
        let (references, allowed) = (references.to_vec(), vec![reference::OBJECT.unsigned_abs()]);
        Ok(vec![OrderParams::ReferenceList(
            game::OrderParamReferenceList {
                references,
                allowed,
            },
        )])
    }

    fn load(&self, selected: &[game::OrderParamResourceListSelected]) -> Checked {
        let chosen = merged(selected.iter().map(|it| (it.resourcetype, it.quantity)))?;
        let space = self.space();
        for (resource, quantity) in &chosen {
            let most = resources::IDS.contains(resource).then_some(space);
            self.at_most(reference::RESOURCE, *resource, *quantity, most)?;
        }
        let chosen = chosen.into_iter();
        Ok(vec![OrderParams::ResourceList(
            game::OrderParamResourceList {
                selected: chosen
                    .map(
                        |(resourcetype, quantity)| game::OrderParamResourceListSelected {
                            resourcetype,
                            quantity,
                        },
                    )
                    .collect(),
                ..Default::default()
            },
        )])
    }

    /// How much the fleet carries.
    fn space(&self) -> u32 {
        let fleet = self.body.fleet();
        let space = fleet.map(|fleet| fleets::total(self.world, fleet, CARGO));
        u32::try_from(space.unwrap_or_default()).unwrap_or(u32::MAX)
    }

    fn split(
        &self,
        selection: &[game::OrderParamGenericReferenceQuantityListSelection],
    ) -> Checked {
        let chosen = merged(selection.iter().map(|it| (it.id, it.number)))?;
        let ships = self.body.fleet().map(|fleet| &fleet.ships);
        for (design, number) in &chosen {
            let most = ships.and_then(|ships| ships.get(design)).copied();
            self.at_most(reference::DESIGN, *design, *number, most)?;
        }
        if chosen.values().copied().fold(0, u32::saturating_add) > self.ships_to_split() {
            return Err(Refusal::unavailable_permanently(
                "at least one ship must stay",
            ));
        }
        let chosen = chosen.into_iter();
        let list = game::OrderParamGenericReferenceQuantityList {
            selection: chosen
                .map(
                    |(id, number)| game::OrderParamGenericReferenceQuantityListSelection {
                        id,
                        number,
                    },
                )
                .collect(),
            ..Default::default()
        };
        Ok(vec![OrderParams::GenericReferenceQuantityList(list)])
    }

    /// How many ships can leave the fleet: at least one stays behind.
    fn ships_to_split(&self) -> u32 {
        let ships = self.body.fleet().map(|fleet| fleet.ships.values());
        let all = ships.into_iter().flatten().copied();
        all.fold(0, u32::saturating_add).saturating_sub(1)
    }

    fn options_to_build(&self) -> Vec<game::OrderParamListPossibleselection> {
        let designs = designs::all_seen(self.world, self.player);
        let designs = designs.filter(|(_, design)| !design.inuse.is_none());
        let options = designs.map(|(id, design)| game::OrderParamListPossibleselection {
            id,
            name: design.name.clone(),
            maxnum: MOST_SHIPS,
        });
        options.collect()
    }

    fn options_to_split(&self) -> Vec<game::OrderParamGenericReferenceQuantityListPossible> {
        let ships = self.body.fleet().map(|fleet| &fleet.ships);
        let options = ships.into_iter().flatten().map(|(design, number)| {
            let name = self.world.designs.get(design);
            let reflist = game::OrderParamGenericReferenceQuantityListPossibleReflist {
                reftype: reference::DESIGN,
                refid: *design,
            };
            game::OrderParamGenericReferenceQuantityListPossible {
                optionid: *design,
                name: name.map(|design| design.name.clone()).unwrap_or_default(),
                max: Semi32::from(*number),
                reflist: vec![reflist],
                weights: vec![1],
            }
        });
        options.collect()
    }
}

/// How much was chosen of what, whatever is named twice taken together.
fn merged(
    chosen: impl ExactSizeIterator<Item = (u32, u32)>,
) -> Result<BTreeMap<u32, u32>, Refusal> {
    fits("a list", chosen.len(), limits::ORDER_ENTRIES, "entries")?;
    let mut merged = BTreeMap::new();
    for (id, number) in chosen {
        let sum: &mut u32 = merged.entry(id).or_default();
        *sum = sum.saturating_add(number);
    }
    Ok(merged)
}

/// An order's choices beside what could be chosen now.
pub(crate) fn with_options(
    world: &World,
    player: u32,
    body: &Body,
    chosen: &[OrderParams],
) -> Vec<OrderParams> {
    let rules = Rules {
        world,
        view: View::new(world, player),
        player,
        body,
    };
    let mut shown = chosen.to_vec();
    for parameter in &mut shown {
        match parameter {
            OrderParams::List(list) => list.possibleselections = rules.options_to_build(),
            OrderParams::ResourceList(list) => {
                let space = rules.space();
                let allowed =
                    resources::IDS.map(|resourcetype| game::OrderParamResourceListAllowed {
                        resourcetype,
                        max: space,
                    });
                list.allowed = allowed.to_vec();
                (list.maxmass, list.maxvolume) = (u32::MAX, space);
            }
            OrderParams::GenericReferenceQuantityList(list) => {
                list.possibles = rules.options_to_split();
                let fleet = game::OrderParamGenericReferenceQuantityListWeightmaximumReflist {
                    reftype: reference::OBJECT,
                    refid: body.id,
                };
                list.weightmaximums =
                    vec![game::OrderParamGenericReferenceQuantityListWeightmaximum {
                        max: rules.ships_to_split(),
                        reflist: vec![fleet],
                    }];
            }
            _ => {}
        }
    }
    shown
}
