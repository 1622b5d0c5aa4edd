//! Everything that can happen to the world of a server.

use proptest::prelude::*;
use tp_frames::TpString;

use super::world::{Kept, State, Time, message, order};

/// Something that happens to the world. Numbers choose among what there is.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Add {
        parent: usize,
        owner: Option<u32>,
        takes: bool,
    },
    Remove(usize),
    Rename(usize, u8),
    Move(usize, i64),
    Capture(usize, Option<u32>),
    Give {
        object: usize,
        turns: i32,
    },
    Progress(usize),
    Cancel {
        object: usize,
        slot: usize,
    },
    Post {
        board: usize,
        text: u8,
    },
    Discard {
        board: usize,
        slot: usize,
    },
    AddTo(Kind, u8),
    Rework(Kind, usize, u8),
    RemoveFrom(Kind, usize),
    RenamePlayer(usize, u8),
    NextTurn,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Boards,
    Designs,
    Resources,
    Categories,
    Components,
    Properties,
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![
        Kind::Boards,
        Kind::Designs,
        Kind::Resources,
        Kind::Categories,
        Kind::Components,
        Kind::Properties,
    ])
}

pub(crate) fn any_change() -> impl Strategy<Value = Change> {
    let nth = || 0..20_usize;
    let owner = || prop::option::of(1..3_u32);
    prop_oneof![
        4 => (nth(), owner(), any::<bool>())
            .prop_map(|(parent, owner, takes)| Change::Add { parent, owner, takes }),
        2 => nth().prop_map(Change::Remove),
        1 => (nth(), any::<u8>()).prop_map(|(nth, name)| Change::Rename(nth, name)),
        2 => (nth(), -9..9_i64).prop_map(|(nth, at)| Change::Move(nth, at)),
        1 => (nth(), owner()).prop_map(|(nth, owner)| Change::Capture(nth, owner)),
        4 => (nth(), 0..9).prop_map(|(object, turns)| Change::Give { object, turns }),
        2 => nth().prop_map(Change::Progress),
        2 => (nth(), nth()).prop_map(|(object, slot)| Change::Cancel { object, slot }),
        // Few texts, so that some say the same.
        6 => (nth(), 0..3_u8).prop_map(|(board, text)| Change::Post { board, text }),
        3 => (nth(), nth()).prop_map(|(board, slot)| Change::Discard { board, slot }),
        3 => (kind(), any::<u8>()).prop_map(|(kind, name)| Change::AddTo(kind, name)),
        3 => (kind(), nth(), any::<u8>())
            .prop_map(|(kind, nth, name)| Change::Rework(kind, nth, name)),
        2 => (kind(), nth()).prop_map(|(kind, nth)| Change::RemoveFrom(kind, nth)),
        1 => (nth(), any::<u8>()).prop_map(|(nth, name)| Change::RenamePlayer(nth, name)),
        2 => Just(Change::NextTurn),
    ]
}

fn name(number: u8) -> TpString {
    format!("thing {number}").into()
}

impl Change {
    pub(crate) fn apply(&self, state: &mut State) {
        match *self {
            Self::Add {
                parent,
                owner,
                takes,
            } => {
                if let Some(parent) = state.bodies.nth(parent) {
                    state.add_body("body", parent, owner, takes);
                }
            }
            Self::Remove(nth) => {
                if let Some(id) = state.bodies.nth(nth) {
                    state.remove_body(id);
                }
            }
            Self::Rename(nth, number) => {
                change(&mut state.bodies, &mut state.time, nth, |it| {
                    it.name = name(number)
                });
            }
            Self::Move(nth, at) => {
                change(&mut state.bodies, &mut state.time, nth, |it| it.at = at);
            }
            Self::Capture(nth, owner) => {
                change(&mut state.bodies, &mut state.time, nth, |it| {
                    it.owner = owner
                });
            }
            Self::Give { object, turns } => {
                if let Some(id) = state.bodies.nth(object) {
                    state.change_orders(id, |orders| orders.push(order(turns)));
                }
            }
            Self::Progress(object) => {
                if let Some(id) = state.bodies.nth(object) {
                    state.change_orders(id, |orders| {
                        orders.iter_mut().for_each(|order| order.turns += 1);
                    });
                }
            }
            Self::Cancel { object, slot } => {
                if let Some(id) = state.bodies.nth(object) {
                    state.change_orders(id, |orders| {
                        if !orders.is_empty() {
                            orders.remove(slot % orders.len());
                        }
                    });
                }
            }
            Self::Post { board, text } => {
                let turn = state.turn;
                change(&mut state.boards, &mut state.time, board, |messages| {
                    messages.push(message(&format!("text {text}"), turn));
                });
            }
            Self::Discard { board, slot } => {
                change(&mut state.boards, &mut state.time, board, |messages| {
                    if !messages.is_empty() {
                        messages.remove(slot % messages.len());
                    }
                });
            }
            Self::AddTo(kind, number) => {
                let time = &mut state.time;
                match kind {
                    Kind::Boards => state.boards.add(time, Vec::new()),
                    Kind::Designs => state.designs.add(time, (name(number), Some(2))),
                    Kind::Resources => state.resources.add(time, name(number)),
                    Kind::Categories => state.categories.add(time, name(number)),
                    Kind::Components => state.components.add(time, name(number)),
                    Kind::Properties => state.properties.add(time, name(number)),
                };
            }
            Self::Rework(kind, nth, number) => {
                let time = &mut state.time;
                let rename = |it: &mut TpString| *it = name(number);
                match kind {
                    Kind::Boards => change(&mut state.boards, time, nth, Vec::clear),
                    Kind::Designs => {
                        change(&mut state.designs, time, nth, |it| it.0 = name(number))
                    }
                    Kind::Resources => change(&mut state.resources, time, nth, rename),
                    Kind::Categories => change(&mut state.categories, time, nth, rename),
                    Kind::Components => change(&mut state.components, time, nth, rename),
                    Kind::Properties => change(&mut state.properties, time, nth, rename),
                }
            }
            Self::RemoveFrom(kind, nth) => {
                let time = &mut state.time;
                match kind {
                    Kind::Boards => remove(&mut state.boards, time, nth),
                    Kind::Designs => remove(&mut state.designs, time, nth),
                    Kind::Resources => remove(&mut state.resources, time, nth),
                    Kind::Categories => remove(&mut state.categories, time, nth),
                    Kind::Components => remove(&mut state.components, time, nth),
                    Kind::Properties => remove(&mut state.properties, time, nth),
                }
            }
            Self::RenamePlayer(nth, number) => {
                change(&mut state.players, &mut state.time, nth, |it| {
                    *it = name(number)
                });
            }
            Self::NextTurn => state.next_turn(),
        }
    }
}

fn change<T>(kept: &mut Kept<T>, time: &mut Time, nth: usize, change: impl FnOnce(&mut T)) {
    if let Some(id) = kept.nth(nth) {
        kept.change(time, id, change);
    }
}

fn remove<T>(kept: &mut Kept<T>, time: &mut Time, nth: usize) {
    if let Some(id) = kept.nth(nth) {
        kept.remove(time, id);
    }
}
