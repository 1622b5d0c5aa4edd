//! What the game answers to each request.

use tp_frames::{TpString, reference};
use tp_net::model::{
    Board, Category, Component, Design, FailReference, Feature, Features, Ids, Message, Object,
    Order, OrderDesc, OrderQueue, Player, Property, Refusal, Resource, TimeRemaining, Vector,
};
use tp_net::server::{
    self, ConnectReply, CreateAccount, Handler, Login, LoginReply, ObjectTypes, Peer,
};

use crate::game::changes::{
    AddCategory, AddDesign, InsertOrder, ModifyDesign, PostMessage, RemoveCategory, RemoveDesign,
    RemoveMessage, RemoveOrder, RenameObject,
};
use crate::view::View;
use crate::world::{World, listed, with_gone};
use crate::{
    Game, PlayerId, boards, components, designs, object_types, order_queues, order_types, players,
    properties, resources,
};

/// What a request gets.
type Result<T> = std::result::Result<T, Refusal>;

/// Who asks.
type Caller<'a> = &'a server::Caller<PlayerId>;

const NAME: &str = concat!("tp-game ", env!("CARGO_PKG_VERSION"));

impl Game {
    /// What `ask` finds out about the world.
    fn ask<T>(&self, by: Caller<'_>, ask: impl FnOnce(View<'_>, &World, u32) -> T) -> T {
        let state = self.state();
        let player = by.player().0;
        ask(View::new(&state.world, player), &state.world, player)
    }
}

fn none(r#type: i32, id: u32) -> Refusal {
    Refusal::no_such_thing("there is no such thing").about(FailReference::new(r#type, id))
}

/// Things that never change.
fn fixed(ids: impl IntoIterator<Item = u32>) -> Ids {
    ids.into_iter().map(|id| listed(id, 1)).collect()
}

impl Handler for Game {
    type Player = PlayerId;

    fn object_types(&self) -> ObjectTypes {
        ObjectTypes::Own(object_types::all())
    }

    fn order_types(&self) -> Vec<OrderDesc> {
        order_types::all()
    }

    async fn connect(&self, _: &Peer, _: TpString) -> Result<ConnectReply> {
        Ok(ConnectReply::okay(format!("{NAME}, game {}", self.name())))
    }

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<PlayerId>> {
        let credentials = players::credentials(&self.state().world, &login.username);
        let (player, hash) = credentials.unzip();
        let passwords = self.passwords();
        let is_right = passwords
            .is_right(hash, players::meant(&login.password), peer)
            .await?;
        let player = player
            .filter(|_| is_right)
            .ok_or_else(players::wrong_login)?;
        let state = self.state();
        players::admit(&state.world, player)?;
        state.lobby.join(peer, player);
        let welcome = format!("Welcome, {}", players::name(&state.world, player));
        Ok(LoginReply::okay(PlayerId(player), welcome))
    }

    async fn create_account(&self, peer: &Peer, account: CreateAccount) -> Result<TpString> {
        self.new_account(Some(peer), &account.username, &account.password)
            .await?;
        Ok("The account is made, now log in".into())
    }

    async fn disconnected(&self, peer: &Peer, player: Option<&PlayerId>) {
        if player.is_some() {
            let mut state = self.state();
            if state.lobby.leave(peer) {
                self.all_finished(&mut state);
            }
        }
    }

    async fn features(&self, _: &Peer) -> Result<Features> {
        Ok(Features {
            features: vec![
                Feature::KEEP_ALIVE,
                Feature::PROPERTY_CALC,
                Feature::ACCOUNT_CREATE,
            ],
        })
    }

    async fn games(&self, _: &Peer) -> Result<Vec<tp_net::model::Game>> {
        Ok(vec![self.announcement()])
    }

    async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining> {
        let state = self.state();
        let left = TimeRemaining::left(state.time_left()).in_turn(state.world.turn);
        Ok(state.lobby.completed(left))
    }

    async fn finish_turn(&self, by: Caller<'_>) -> Result<TpString> {
        self.finish(by.player().0).await?;
        Ok("The turn is finished".into())
    }

    async fn object_ids(&self, by: Caller<'_>, since: Option<u64>) -> Result<Ids> {
        Ok(self.ask(by, |view, _, _| view.object_ids(since)))
    }

    async fn object_ids_by_position(
        &self,
        by: Caller<'_>,
        position: Vector,
        radius: u64,
    ) -> Result<Ids> {
        Ok(self.ask(by, |view, _, _| view.object_ids_near(position, radius)))
    }

    async fn object_ids_by_container(&self, by: Caller<'_>, container: u32) -> Result<Ids> {
        self.ask(by, |view, _, _| view.object_ids_in(container))
    }

    async fn object(&self, by: Caller<'_>, id: u32) -> Result<Object> {
        self.ask(by, |view, _, _| view.object(id))
    }

    async fn modify_object(&self, by: Caller<'_>, object: Object) -> Result<Object> {
        self.change(RenameObject {
            player: by.player().0,
            id: object.id,
            name: object.name,
        })
        .await
    }

    async fn object_order_queue(&self, by: Caller<'_>, object: u32) -> Result<u32> {
        self.ask(by, |view, _, _| {
            view.body(object)?.kind.queue().ok_or_else(|| {
                Refusal::unavailable_permanently("this object takes no orders")
                    .about(FailReference::object(object))
            })
        })
    }

    async fn order_queue_object(&self, by: Caller<'_>, queue: u32) -> Result<u32> {
        self.ask(by, |view, _, _| view.queue_object(queue))
    }

    async fn order_queue_ids(&self, by: Caller<'_>, since: Option<u64>) -> Result<Ids> {
        Ok(self.ask(by, |view, _, _| view.queue_ids(since)))
    }

    async fn order_queue(&self, by: Caller<'_>, id: u32) -> Result<OrderQueue> {
        self.ask(by, |view, _, _| view.queue(id))
    }

    async fn order(&self, by: Caller<'_>, queue: u32, slot: u32) -> Result<Order> {
        self.ask(by, |_, world, player| {
            order_queues::order(world, player, queue, slot)
        })
    }

    async fn insert_order(&self, by: Caller<'_>, order: Order) -> Result<Order> {
        let player = by.player().0;
        self.change(InsertOrder { player, order }).await
    }

    async fn probe_order(&self, by: Caller<'_>, order: Order) -> Result<Order> {
        self.ask(by, |_, world, player| {
            order_queues::probe(world, player, &order)
        })
    }

    async fn remove_order(&self, by: Caller<'_>, queue: u32, slot: u32) -> Result<TpString> {
        self.change(RemoveOrder {
            player: by.player().0,
            queue,
            slot,
        })
        .await?;
        Ok("The order is removed".into())
    }

    async fn board_ids(&self, by: Caller<'_>, _: Option<u64>) -> Result<Ids> {
        Ok(self.ask(by, |_, world, player| {
            let seen = [boards::PUBLIC, boards::own(player)].into_iter();
            let seen = seen.filter_map(|id| Some((id, world.boards.get(&id)?)));
            seen.map(|(id, board)| listed(id, board.modtime)).collect()
        }))
    }

    async fn board(&self, by: Caller<'_>, id: u32) -> Result<Board> {
        self.ask(by, |_, world, player| {
            let id = boards::meant(player, id);
            let board = boards::seen(world, player, id)?;
            Ok(Board {
                id,
                name: board.name.clone(),
                description: board.description.into(),
                messages: u32::try_from(board.messages.len()).unwrap_or(u32::MAX),
                modtime: board.modtime,
            })
        })
    }

    async fn message(&self, by: Caller<'_>, board: u32, slot: u32) -> Result<Message> {
        self.ask(by, |_, world, player| {
            boards::message(world, player, board, slot)
        })
    }

    async fn post_message(&self, by: Caller<'_>, message: Message) -> Result<TpString> {
        let player = by.player().0;
        self.change(PostMessage { player, message }).await?;
        Ok("The message is posted".into())
    }

    async fn remove_message(&self, by: Caller<'_>, board: u32, slot: u32) -> Result<TpString> {
        self.change(RemoveMessage {
            player: by.player().0,
            board,
            slot,
        })
        .await?;
        Ok("The message is removed".into())
    }

    async fn resource_ids(&self, _: Caller<'_>, _: Option<u64>) -> Result<Ids> {
        Ok(fixed(resources::IDS))
    }

    async fn resource(&self, _: Caller<'_>, id: u32) -> Result<Resource> {
        resources::resource(id).ok_or_else(|| none(reference::RESOURCE, id))
    }

    async fn player_ids(&self, by: Caller<'_>, since: Option<u64>) -> Result<Ids> {
        Ok(self.ask(by, |_, world, _| players::ids(world, since)))
    }

    async fn player(&self, by: Caller<'_>, id: u32) -> Result<Player> {
        self.ask(by, |_, world, player| players::shown(world, player, id))
    }

    async fn category_ids(&self, by: Caller<'_>, since: Option<u64>) -> Result<Ids> {
        Ok(self.ask(by, |_, world, _| {
            let there = world.categories.iter();
            let there = there.map(|(id, category)| listed(*id, category.frame.modtime));
            with_gone(there, &world.gone.categories, since)
        }))
    }

    async fn category(&self, by: Caller<'_>, id: u32) -> Result<Category> {
        let category = self.ask(by, |_, world, _| {
            let category = world.categories.get(&id)?;
            Some(category.frame.clone())
        });
        category.ok_or_else(|| none(reference::CATEGORY, id))
    }

    async fn add_category(&self, by: Caller<'_>, category: Category) -> Result<Category> {
        let player = by.player().0;
        self.change(AddCategory { player, category }).await
    }

    async fn remove_category(&self, by: Caller<'_>, id: u32) -> Result<TpString> {
        let player = by.player().0;
        self.change(RemoveCategory { player, id }).await?;
        Ok("The category is removed".into())
    }

    async fn design_ids(&self, by: Caller<'_>, since: Option<u64>) -> Result<Ids> {
        Ok(self.ask(by, |_, world, player| {
            let seen = designs::all_seen(world, player);
            let there = seen.map(|(id, design)| listed(id, design.modtime));
            with_gone(there, &world.gone.designs, since)
        }))
    }

    async fn design(&self, by: Caller<'_>, id: u32) -> Result<Design> {
        self.ask(by, |_, world, player| designs::design(world, player, id))
    }

    async fn add_design(&self, by: Caller<'_>, design: Design) -> Result<Design> {
        let player = by.player().0;
        self.change(AddDesign { player, design }).await
    }

    async fn modify_design(&self, by: Caller<'_>, design: Design) -> Result<Design> {
        let player = by.player().0;
        self.change(ModifyDesign { player, design }).await
    }

    async fn remove_design(&self, by: Caller<'_>, id: u32) -> Result<TpString> {
        let player = by.player().0;
        self.change(RemoveDesign { player, id }).await?;
        Ok("The design is removed".into())
    }

    async fn component_ids(&self, _: Caller<'_>, _: Option<u64>) -> Result<Ids> {
        Ok(fixed(components::IDS))
    }

    async fn component(&self, _: Caller<'_>, id: u32) -> Result<Component> {
        components::component(id).ok_or_else(|| none(reference::COMPONENT, id))
    }

    async fn property_ids(&self, _: Caller<'_>, _: Option<u64>) -> Result<Ids> {
        Ok(fixed(properties::IDS))
    }

    async fn property(&self, _: Caller<'_>, id: u32) -> Result<Property> {
        properties::property(id).ok_or_else(|| none(reference::PROPERTY, id))
    }
}
