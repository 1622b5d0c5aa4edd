//! Types of orders.

use tp_net::model::{OrderDesc, OrderParams};

use crate::body::Kind;

/// All types. Ids below 1000 are reserved by the protocol.
pub(crate) const IDS: [u32; 14] = [
    MOVE, INTERCEPT, MOVE_BY, WAIT, BUILD, GIVE, THROTTLE, RENAME, JUMP, PATROL, LOAD, SPLIT,
    SETTLE, ATTACK,
];
pub(crate) const MOVE: u32 = 1001;
pub(crate) const INTERCEPT: u32 = 1002;
pub(crate) const MOVE_BY: u32 = 1003;
pub(crate) const WAIT: u32 = 1004;
pub(crate) const BUILD: u32 = 1005;
pub(crate) const GIVE: u32 = 1006;
pub(crate) const THROTTLE: u32 = 1007;
pub(crate) const RENAME: u32 = 1008;
pub(crate) const JUMP: u32 = 1009;
pub(crate) const PATROL: u32 = 1010;
pub(crate) const LOAD: u32 = 1011;
pub(crate) const SPLIT: u32 = 1012;
pub(crate) const SETTLE: u32 = 1013;
pub(crate) const ATTACK: u32 = 1014;

/// The types that an object takes.
pub(crate) fn of(kind: &Kind) -> &'static [u32] {
    match kind {
        Kind::Planet(_) => &[WAIT, BUILD, GIVE, RENAME],
        Kind::Fleet(_) => &[
            MOVE, INTERCEPT, MOVE_BY, WAIT, GIVE, THROTTLE, RENAME, JUMP, PATROL, LOAD, SPLIT,
            SETTLE, ATTACK,
        ],
        _ => &[],
    }
}

type Parameter = (&'static str, u32, &'static str);

/// What each of them is.
pub(crate) fn all() -> Vec<OrderDesc> {
    IDS.into_iter().filter_map(description).collect()
}

fn description(id: u32) -> Option<OrderDesc> {
    let (name, description, parameters): (_, _, &[Parameter]) = match id {
        MOVE => (
            "Move",
            "Flies to a place.",
            &[("To", OrderParams::ABS_SPACE_COORDS, "Where to.")],
        ),
        INTERCEPT => (
            "Intercept",
            "Flies to an object, and after it if it moves.",
            &[("Object", OrderParams::OBJECT, "Which one.")],
        ),
        MOVE_BY => (
            "Move by",
            "Flies to a place beside an object.",
            &[("To", OrderParams::REL_SPACE_COORDS, "How far from what.")],
        ),
        WAIT => (
            "Wait",
            "Does nothing.",
            &[("Turns", OrderParams::TIME, "For how long.")],
        ),
        BUILD => (
            "Build ships",
            "Builds a fleet from the planet's metal.",
            &[
                ("Ships", OrderParams::LIST, "How many of which design."),
                ("Name", OrderParams::STRING, "The fleet's name."),
            ],
        ),
        GIVE => (
            "Give",
            "Gives it to another player.",
            &[("To", OrderParams::PLAYER, "To whom.")],
        ),
        THROTTLE => (
            "Throttle",
            "Sets how fast the fleet flies.",
            &[("Percent", OrderParams::RANGE, "Of what its ships can do.")],
        ),
        RENAME => (
            "Rename",
            "Gives it another name.",
            &[("Name", OrderParams::STRING, "The new name.")],
        ),
        JUMP => (
            "Jump",
            "Flies to a wormhole and through it.",
            &[(
                "Wormhole",
                OrderParams::REFERENCE,
                "The wormhole, an object.",
            )],
        ),
        PATROL => (
            "Patrol",
            "Flies to one object after the other.",
            &[(
                "Objects",
                OrderParams::REFERENCE_LIST,
                "The objects, in their order.",
            )],
        ),
        LOAD => (
            "Load",
            "Takes resources from a planet of yours at the same place.",
            &[("Cargo", OrderParams::RESOURCE_LIST, "How much of what.")],
        ),
        SPLIT => (
            "Split",
            "Makes a new fleet of some of the ships.",
            &[(
                "Ships",
                OrderParams::GENERIC_REFERENCE_QUANTITY_LIST,
                "How many of which design.",
            )],
        ),
        SETTLE => (
            "Settle",
            "Flies to a planet of nobody's and makes it yours, for the price of a ship.",
            &[("Planet", OrderParams::OBJECT, "Which one.")],
        ),
        ATTACK => (
            "Attack",
            "Flies to a fleet and shoots until it is no more.",
            &[("Fleet", OrderParams::OBJECT, "Which one.")],
        ),
        _ => return None,
    };
    let desc = OrderDesc::new(id, name, description);
    let parameters = parameters.iter();
    Some(parameters.fold(desc, |desc, (name, r#type, description)| {
        desc.parameter(*name, *r#type, *description)
    }))
}
