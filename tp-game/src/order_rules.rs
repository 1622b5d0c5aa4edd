//! What orders may say.
//!
//! A client fills in what its player chose and leaves the rest to the game: the limits and the
//! options beside each choice are always the game's own, whatever the client sent there.

use tp_frames::{Semi32, TpString, game, reference};
use tp_net::model::{FailReference, OrderParams, Refusal};

use crate::body::{Body, Kind};
use crate::order_types::{
    ATTACK, BUILD, GIVE, INTERCEPT, JUMP, LOAD, MOVE, MOVE_BY, PATROL, RENAME, SETTLE, SPLIT,
    THROTTLE, WAIT,
};
use crate::properties::CARGO;
use crate::view::View;
use crate::world::World;
use crate::{designs, fleets, object_types, resources};

/// Longest name an object gets.
const LONGEST_NAME: u32 = 80;
/// Longest wait.
const LONGEST_WAIT: i32 = 100;
/// Most ships built or split off at once, of one design.
const MOST_SHIPS: u32 = 100;

/// The order's parameters with the player's choices, checked, and the game's limits.
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
            let options = rules.ships_to_build();
            let ships = rules.list(&ships.selection, options)?;
            Ok(vec![ships, rules.name(&name.string)?])
        }
        // Some old clients have no texts in orders.
        (BUILD, [OrderParams::List(ships)]) => {
            let ships = rules.list(&ships.selection, rules.ships_to_build())?;
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

    fn ships_to_build(&self) -> Vec<game::OrderParamListPossibleselection> {
        let mut options = Vec::new();
        for (id, design) in designs::all_seen(self.world, self.player) {
            if !design.inuse.is_none() {
                options.push(game::OrderParamListPossibleselection {
                    id,
                    name: design.name.clone(),
                    maxnum: MOST_SHIPS,
                });
            }
        }
        options
    }

    fn list(
        &self,
        selection: &[game::OrderParamListSelection],
        possibleselections: Vec<game::OrderParamListPossibleselection>,
    ) -> Result<OrderParams, Refusal> {
        for chosen in selection {
            let option = possibleselections
                .iter()
                .find(|option| option.id == chosen.id);
            let most = option.map(|option| option.maxnum);
            self.at_most(reference::DESIGN, chosen.id, chosen.number, most)?;
        }
        let selection = selection.to_vec();
        Ok(OrderParams::List(game::OrderParamList {
            possibleselections,
            selection,
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
        if name.len() > LONGEST_NAME as usize {
            let text = format!("a name has at most {LONGEST_NAME} bytes");
            return Err(Refusal::unavailable_permanently(text));
        }
        let string = name.clone();
        Ok(OrderParams::String(game::OrderParamString {
            maxlength: LONGEST_NAME,
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
        if references.is_empty() || references.len() > 100 {
            return Err(Refusal::unavailable_permanently(
                "a patrol has 1 to 100 objects",
            ));
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
        let space = self
            .body
            .fleet()
            .map(|fleet| fleets::total(self.world, fleet, CARGO));
        let space = u32::try_from(space.unwrap_or_default()).unwrap_or(u32::MAX);
        let allowed = resources::IDS.map(|resourcetype| game::OrderParamResourceListAllowed {
            resourcetype,
            max: space,
        });
        for chosen in selected {
            let option = allowed
                .iter()
                .find(|it| it.resourcetype == chosen.resourcetype);
            let most = option.map(|option| option.max);
            self.at_most(
                reference::RESOURCE,
                chosen.resourcetype,
                chosen.quantity,
                most,
            )?;
        }
        Ok(vec![OrderParams::ResourceList(
            game::OrderParamResourceList {
                allowed: allowed.to_vec(),
                maxmass: u32::MAX,
                maxvolume: space,
                selected: selected.to_vec(),
            },
        )])
    }

    fn split(
        &self,
        selection: &[game::OrderParamGenericReferenceQuantityListSelection],
    ) -> Checked {
        let fleet = self.body.fleet().cloned().unwrap_or_default();
        let mut possibles = Vec::new();
        for (design, number) in &fleet.ships {
            let name = self
                .world
                .designs
                .get(design)
                .map(|design| design.name.clone());
            possibles.push(game::OrderParamGenericReferenceQuantityListPossible {
                optionid: *design,
                name: name.unwrap_or_default(),
                max: Semi32::from(*number),
                reflist: vec![
                    game::OrderParamGenericReferenceQuantityListPossibleReflist {
                        reftype: reference::DESIGN,
                        refid: *design,
                    },
                ],
                weights: vec![1],
            });
        }
        for chosen in selection {
            let most = fleet.ships.get(&chosen.id).copied();
            self.at_most(reference::DESIGN, chosen.id, chosen.number, most)?;
        }
        let all = fleet.ships.values().copied().fold(0, u32::saturating_add);
        // At least one ship stays behind.
        let max = all.saturating_sub(1);
        let weightmaximums = vec![game::OrderParamGenericReferenceQuantityListWeightmaximum {
            max,
            reflist: vec![
                game::OrderParamGenericReferenceQuantityListWeightmaximumReflist {
                    reftype: reference::OBJECT,
                    refid: self.body.id,
                },
            ],
        }];
        let chosen = selection
            .iter()
            .map(|it| it.number)
            .fold(0, u32::saturating_add);
        if chosen > max {
            return Err(Refusal::unavailable_permanently(
                "at least one ship must stay",
            ));
        }
        let selection = selection.to_vec();
        let list = game::OrderParamGenericReferenceQuantityList {
            weightmaximums,
            possibles,
            selection,
        };
        Ok(vec![OrderParams::GenericReferenceQuantityList(list)])
    }
}
