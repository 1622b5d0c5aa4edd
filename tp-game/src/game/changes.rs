//! What changes the world: each a value of its own, so that a log can keep it. Done again in the same
//! order, with what is refused, changes make the same world.

use std::time::Duration;

use tokio::time::Instant;
use tp_frames::TpString;
use tp_net::model::{Category, Design, Message, Object, Order, Refusal, TimeRemaining};

use crate::passwords::PasswordHash;
use crate::state::State;
use crate::view;
use crate::world::World;
use crate::{Game, boards, categories, designs, order_queues, players, turn};

/// A change. One that is refused changes nothing.
pub(crate) trait Change: Kept + Send + Sized + 'static {
    /// What it is answered with.
    type Answer: Send + 'static;

    /// What it does to the world, whenever that is: nothing but the world decides it.
    fn apply(self, world: &mut World) -> Result<Self::Answer, Refusal>;

    /// What it does to the game while it is played.
    fn happen(self, _: &Game, state: &mut State) -> Result<Self::Answer, Refusal> {
        self.apply(&mut state.world)
    }
}

/// What a log can keep, by a name.
#[cfg(feature = "store")]
pub(crate) trait Kept: serde::Serialize {
    const NAME: &'static str;
}

#[cfg(not(feature = "store"))]
pub(crate) trait Kept {}

/// The changes, and an entry of the log for each.
macro_rules! changes {
    ($($Change:ident),+ $(,)?) => {
        #[cfg(feature = "store")]
        #[derive(serde::Deserialize)]
        pub(crate) enum Entry {
            $($Change($Change),)+
        }

        #[cfg(feature = "store")]
        impl Entry {
            /// Does it again. What it is answered with was answered then.
            pub(crate) fn apply(self, world: &mut World) {
                match self {
                    $(Self::$Change(change) => drop(change.apply(world)),)+
                }
            }
        }

        $(
            impl Kept for $Change {
                #[cfg(feature = "store")]
                const NAME: &'static str = stringify!($Change);
            }
        )+
    };
}

changes![
    CreateAccount,
    DisableAccount,
    SetTurnTime,
    FinishTurn,
    EndTurn,
    RenameObject,
    InsertOrder,
    RemoveOrder,
    PostMessage,
    RemoveMessage,
    AddCategory,
    RemoveCategory,
    AddDesign,
    ModifyDesign,
    RemoveDesign,
];

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct CreateAccount {
    pub(crate) username: TpString,
    pub(crate) password: PasswordHash,
}

impl Change for CreateAccount {
    type Answer = u32;

    fn apply(self, world: &mut World) -> Result<u32, Refusal> {
        players::create(world, &self.username, self.password)
    }
}

/// Keeps a player out, or does not any more.
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct DisableAccount {
    pub(crate) player: u32,
    pub(crate) disabled: bool,
}

impl Change for DisableAccount {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        if let Some(player) = world.players.get_mut(&self.player) {
            player.disabled = self.disabled;
        }
        Ok(())
    }

    fn happen(self, _: &Game, state: &mut State) -> Result<(), Refusal> {
        if self.disabled {
            for peer in state.lobby.peers_of(self.player) {
                peer.close();
            }
        }
        self.apply(&mut state.world)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct SetTurnTime {
    pub(crate) turn_time: Option<Duration>,
}

impl Change for SetTurnTime {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        world.turn_time = self.turn_time;
        Ok(())
    }

    fn happen(self, game: &Game, state: &mut State) -> Result<(), Refusal> {
        let turn_time = self.turn_time;
        self.apply(&mut state.world)?;
        game.start_timer(state);
        state.lobby.set_time_left(turn_time);
        Ok(())
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct FinishTurn {
    pub(crate) player: u32,
}

impl Change for FinishTurn {
    /// When the turn ends, if that is known and not now.
    type Answer = Option<Instant>;

    fn apply(self, world: &mut World) -> Result<Option<Instant>, Refusal> {
        world.finished.insert(self.player);
        Ok(None)
    }

    fn happen(self, game: &Game, state: &mut State) -> Result<Option<Instant>, Refusal> {
        let is_over = state.lobby.finish(self.player);
        self.apply(&mut state.world)?;
        match is_over {
            true => Ok(game.all_finished(state)),
            false => Ok(None),
        }
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct EndTurn {
    /// The turn that ends; if it has ended already, nothing does.
    pub(crate) turn: u32,
    /// What everybody is told.
    #[cfg_attr(feature = "store", serde(skip))]
    pub(crate) why: TimeRemaining,
}

impl Change for EndTurn {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        if world.turn == self.turn {
            turn::end(world);
        }
        Ok(())
    }

    fn happen(self, game: &Game, state: &mut State) -> Result<(), Refusal> {
        let turn = self.turn;
        if state.world.turn != turn {
            return Ok(());
        }
        tracing::info!(turn, "the turn ends");
        state.lobby.announce(self.why.clone().in_turn(turn));
        self.apply(&mut state.world)?;
        state.pace.due = None;
        game.start_timer(state);
        state.is_ending = false;
        let world = &state.world;
        state.lobby.start_turn(world.turn, world.turn_time);
        Ok(())
    }
}

/// All of an object that its owner may change.
#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct RenameObject {
    pub(crate) player: u32,
    pub(crate) id: u32,
    pub(crate) name: TpString,
}

impl Change for RenameObject {
    type Answer = Object;

    fn apply(self, world: &mut World) -> Result<Object, Refusal> {
        view::rename(world, self.player, self.id, self.name)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct InsertOrder {
    pub(crate) player: u32,
    pub(crate) order: Order,
}

impl Change for InsertOrder {
    type Answer = Order;

    fn apply(self, world: &mut World) -> Result<Order, Refusal> {
        order_queues::insert(world, self.player, &self.order)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct RemoveOrder {
    pub(crate) player: u32,
    pub(crate) queue: u32,
    pub(crate) slot: u32,
}

impl Change for RemoveOrder {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        order_queues::remove(world, self.player, self.queue, self.slot)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct PostMessage {
    pub(crate) player: u32,
    pub(crate) message: Message,
}

impl Change for PostMessage {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        boards::post(world, self.player, self.message)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct RemoveMessage {
    pub(crate) player: u32,
    pub(crate) board: u32,
    pub(crate) slot: u32,
}

impl Change for RemoveMessage {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        boards::remove(world, self.player, self.board, self.slot)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct AddCategory {
    pub(crate) player: u32,
    pub(crate) category: Category,
}

impl Change for AddCategory {
    type Answer = Category;

    fn apply(self, world: &mut World) -> Result<Category, Refusal> {
        categories::add(world, self.player, self.category)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct RemoveCategory {
    pub(crate) player: u32,
    pub(crate) id: u32,
}

impl Change for RemoveCategory {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        categories::remove(world, self.player, self.id)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct AddDesign {
    pub(crate) player: u32,
    pub(crate) design: Design,
}

impl Change for AddDesign {
    type Answer = Design;

    fn apply(self, world: &mut World) -> Result<Design, Refusal> {
        designs::add(world, self.player, self.design)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct ModifyDesign {
    pub(crate) player: u32,
    pub(crate) design: Design,
}

impl Change for ModifyDesign {
    type Answer = Design;

    fn apply(self, world: &mut World) -> Result<Design, Refusal> {
        designs::modify(world, self.player, self.design)
    }
}

#[cfg_attr(feature = "store", derive(serde::Serialize, serde::Deserialize))]
pub(crate) struct RemoveDesign {
    pub(crate) player: u32,
    pub(crate) id: u32,
}

impl Change for RemoveDesign {
    type Answer = ();

    fn apply(self, world: &mut World) -> Result<(), Refusal> {
        designs::remove(world, self.player, self.id)
    }
}
