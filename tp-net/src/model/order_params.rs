//! Order parameters of one version as those of the other.

use tp_frames::{TpString, Version, tp03, tp04};

use super::Inexpressible;
use super::OrderParams as Tp04;
use super::across::{Across, record};

use tp03::OrderParams as Tp03;

/// A TP03 parameter as the parameter of type `type` that it is, or that it stands for.
pub(super) fn lift(value: Tp03, r#type: u32) -> Option<Tp04> {
    Some(match value {
        Tp03::AbsSpaceCoords(it) => {
            let tp03::OrderParamAbsSpaceCoordsPos { x, y, z } = it.pos;
            let pos = tp04::OrderParamAbsSpaceCoordsPos { x, y, z };
            Tp04::AbsSpaceCoords(tp04::OrderParamAbsSpaceCoords { pos })
        }
        Tp03::Time(it) => Tp04::Time(tp04::OrderParamTime {
            turns: it.turns,
            maxtime: it.maxtime,
        }),
        Tp03::Object(it) => Tp04::Object(tp04::OrderParamObject {
            objectid: it.objectid,
            validtypes: it.validtypes.unwrap_or_default(),
        }),
        Tp03::Player(it) => Tp04::Player(tp04::OrderParamPlayer {
            playerid: it.playerid,
            mask: tp04::OrderParamPlayerMask(it.mask.0),
        }),
        Tp03::RelSpaceCoords(it) => {
            let tp03::OrderParamRelSpaceCoordsRelpos { x, y, z } = it.relpos;
            Tp04::RelSpaceCoords(tp04::OrderParamRelSpaceCoords {
                objectid: it.objectid,
                relpos: tp04::OrderParamRelSpaceCoordsRelpos { x, y, z },
            })
        }
        Tp03::Range(it) => Tp04::Range(tp04::OrderParamRange {
            value: it.value,
            minvalue: it.minvalue,
            maxvalue: it.maxvalue,
            increment: it.increment,
        }),
        Tp03::List(it) if r#type == 10 => Tp04::ResourceList(tp04::OrderParamResourceList {
            selected: it.selection.across(),
            ..Default::default()
        }),
        Tp03::List(it) if r#type == 11 => {
            Tp04::GenericReferenceQuantityList(tp04::OrderParamGenericReferenceQuantityList {
                selection: it.selection.across(),
                ..Default::default()
            })
        }
        Tp03::List(it) => Tp04::List(tp04::OrderParamList {
            possibleselections: it.possibleselections.across(),
            selection: it.selection.across(),
        }),
        Tp03::String(it) => Tp04::String(tp04::OrderParamString {
            maxlength: it.maxlength,
            string: it.string,
        }),
        Tp03::Reference(it) => Tp04::Reference(tp04::OrderParamReference {
            reference: it.reference,
            allowed: it.allowed,
        }),
        Tp03::ReferenceList(it) => Tp04::ReferenceList(tp04::OrderParamReferenceList {
            references: it.references,
            allowed: it.allowed,
        }),
        _ => return None,
    })
}

/// A TP04 parameter as the TP03 parameter that it is, or that stands for it.
pub(super) fn lower(value: Tp04) -> Result<Tp03, Inexpressible> {
    Ok(match value {
        Tp04::AbsSpaceCoords(it) => {
            let tp04::OrderParamAbsSpaceCoordsPos { x, y, z } = it.pos;
            let pos = tp03::OrderParamAbsSpaceCoordsPos { x, y, z };
            Tp03::AbsSpaceCoords(tp03::OrderParamAbsSpaceCoords { pos })
        }
        Tp04::Time(it) => Tp03::Time(tp03::OrderParamTime {
            turns: it.turns,
            maxtime: it.maxtime,
        }),
        Tp04::Object(it) => Tp03::Object(tp03::OrderParamObject {
            objectid: it.objectid,
            validtypes: None,
        }),
        Tp04::Player(it) => Tp03::Player(tp03::OrderParamPlayer {
            playerid: it.playerid,
            mask: tp03::OrderParamPlayerMask(it.mask.0),
        }),
        Tp04::RelSpaceCoords(it) => {
            let tp04::OrderParamRelSpaceCoordsRelpos { x, y, z } = it.relpos;
            Tp03::RelSpaceCoords(tp03::OrderParamRelSpaceCoords {
                objectid: it.objectid,
                relpos: tp03::OrderParamRelSpaceCoordsRelpos { x, y, z },
            })
        }
        Tp04::Range(it) => Tp03::Range(tp03::OrderParamRange {
            value: it.value,
            minvalue: it.minvalue,
            maxvalue: it.maxvalue,
            increment: it.increment,
        }),
        Tp04::List(it) => Tp03::List(tp03::OrderParamList {
            possibleselections: it.possibleselections.across(),
            selection: it.selection.across(),
        }),
        Tp04::String(it) => Tp03::String(tp03::OrderParamString {
            maxlength: it.maxlength,
            string: it.string,
        }),
        Tp04::Reference(it) => Tp03::Reference(tp03::OrderParamReference {
            reference: it.reference,
            allowed: it.allowed,
        }),
        Tp04::ReferenceList(it) => Tp03::ReferenceList(tp03::OrderParamReferenceList {
            references: it.references,
            allowed: it.allowed,
        }),
        Tp04::ResourceList(it) => {
            let option = |allowed: tp04::OrderParamResourceListAllowed| {
                let name = TpString::from(format!("resource {}", allowed.resourcetype));
                tp03::OrderParamListPossibleselection {
                    id: allowed.resourcetype,
                    name,
                    maxnum: allowed.max,
                }
            };
            Tp03::List(tp03::OrderParamList {
                possibleselections: it.allowed.into_iter().map(option).collect(),
                selection: it.selected.across(),
            })
        }
        Tp04::GenericReferenceQuantityList(it) => {
            let option = |possible: tp04::OrderParamGenericReferenceQuantityListPossible| {
                tp03::OrderParamListPossibleselection {
                    id: possible.optionid,
                    name: possible.name,
                    // No limit is the pattern of the greatest number.
                    maxnum: possible.max.to_bits(),
                }
            };
            Tp03::List(tp03::OrderParamList {
                possibleselections: it.possibles.into_iter().map(option).collect(),
                selection: it.selection.across(),
            })
        }
        other => {
            let r#type = tp_frames::ParameterSet::parameter_type(&other);
            return Err(Inexpressible::order_parameter(Version::TP03, r#type));
        }
    })
}

/// How much of something is chosen: the same two numbers under different names.
struct Chosen {
    id: u32,
    number: u32,
}

record!(Chosen:
    tp03::OrderParamListSelection { id = id, number = number }
    tp04::OrderParamListSelection { id = id, number = number }
    tp04::OrderParamGenericReferenceQuantityListSelection { id = id, number = number }
    tp04::OrderParamResourceListSelected { resourcetype = id, quantity = number }
);

macro_rules! through {
    ($middle:ident: $($from:ty => $to:ty),* $(,)?) => {$(
        impl Across<$to> for $from {
            fn across(self) -> $to {
                let middle: $middle = self.across();
                middle.across()
            }
        }
    )*};
}

through!(Chosen:
    tp03::OrderParamListSelection => tp04::OrderParamListSelection,
    tp04::OrderParamListSelection => tp03::OrderParamListSelection,
    tp03::OrderParamListSelection => tp04::OrderParamResourceListSelected,
    tp04::OrderParamResourceListSelected => tp03::OrderParamListSelection,
    tp03::OrderParamListSelection => tp04::OrderParamGenericReferenceQuantityListSelection,
    tp04::OrderParamGenericReferenceQuantityListSelection => tp03::OrderParamListSelection,
);

/// What may be chosen.
struct Choice {
    id: u32,
    name: TpString,
    maxnum: u32,
}

record!(Choice:
    tp03::OrderParamListPossibleselection { id = id, name = name, maxnum = maxnum }
    tp04::OrderParamListPossibleselection { id = id, name = name, maxnum = maxnum }
);

through!(Choice:
    tp03::OrderParamListPossibleselection => tp04::OrderParamListPossibleselection,
    tp04::OrderParamListPossibleselection => tp03::OrderParamListPossibleselection,
);

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One parameter of each type of TP03, in the order of the types.
    pub(in super::super) fn every_tp03() -> Vec<Tp03> {
        let possible = tp03::OrderParamListPossibleselection {
            id: 1,
            name: "a".into(),
            maxnum: 2,
        };
        vec![
            Tp03::AbsSpaceCoords(tp03::OrderParamAbsSpaceCoords {
                pos: tp03::OrderParamAbsSpaceCoordsPos { x: 1, y: -2, z: 3 },
            }),
            Tp03::Time(tp03::OrderParamTime {
                turns: 1,
                maxtime: -2,
            }),
            Tp03::Object(tp03::OrderParamObject {
                objectid: 1,
                validtypes: None,
            }),
            Tp03::Player(tp03::OrderParamPlayer {
                playerid: 1,
                mask: tp03::OrderParamPlayerMask(0x42),
            }),
            Tp03::RelSpaceCoords(tp03::OrderParamRelSpaceCoords {
                objectid: 1,
                relpos: tp03::OrderParamRelSpaceCoordsRelpos { x: 2, y: 3, z: -4 },
            }),
            Tp03::Range(tp03::OrderParamRange {
                value: 1,
                minvalue: -2,
                maxvalue: 3,
                increment: 4,
            }),
            Tp03::List(tp03::OrderParamList {
                possibleselections: vec![possible],
                selection: vec![tp03::OrderParamListSelection { id: 3, number: 4 }],
            }),
            Tp03::String(tp03::OrderParamString {
                maxlength: 1,
                string: "text".into(),
            }),
            Tp03::Reference(tp03::OrderParamReference {
                reference: 1,
                allowed: vec![2],
            }),
            Tp03::ReferenceList(tp03::OrderParamReferenceList {
                references: vec![1, 2],
                allowed: vec![3],
            }),
        ]
    }

    /// One parameter of each type that only TP04 has, with 4 of 3 selected.
    pub(in super::super) fn tp04_only() -> Vec<(u32, Tp04)> {
        vec![
            (
                10,
                Tp04::ResourceList(tp04::OrderParamResourceList {
                    allowed: vec![tp04::OrderParamResourceListAllowed {
                        resourcetype: 3,
                        max: 9,
                    }],
                    maxmass: 1,
                    maxvolume: 2,
                    selected: vec![tp04::OrderParamResourceListSelected {
                        resourcetype: 3,
                        quantity: 4,
                    }],
                }),
            ),
            (
                11,
                Tp04::GenericReferenceQuantityList(tp04::OrderParamGenericReferenceQuantityList {
                    possibles: vec![tp04::OrderParamGenericReferenceQuantityListPossible {
                        optionid: 3,
                        ..Default::default()
                    }],
                    selection: vec![tp04::OrderParamGenericReferenceQuantityListSelection {
                        id: 3,
                        number: 4,
                    }],
                    ..Default::default()
                }),
            ),
        ]
    }
}
