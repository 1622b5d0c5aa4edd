//! A server whose world can be changed in every way, at any time.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use tokio::runtime::Runtime;
use tp_frames::{Parameters, TpString, game};
use tp_net::model::{
    Board, Category, Component, Design, DesignComponent, Feature, Features, IdModtime, Ids,
    Message, Object, ObjectKind, Order, OrderDesc, OrderDescParameter, OrderParams, OrderQueue,
    Player, Property, Refusal, Resource, TimeRemaining, Vector,
};
use tp_net::server::{Caller, ConnectReply, Handler, Login, LoginReply, Peer, Server};

type Result<T> = std::result::Result<T, Refusal>;

/// How a server tells that something has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Every change has a time of its own, and what went is listed.
    One,
    /// Each thing counts its changes, and what went is not listed.
    PerThing,
}

/// Things of one kind with their modification times.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    pub(crate) things: BTreeMap<u32, (u64, T)>,
    gone: BTreeMap<u32, u64>,
    next: u32,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self {
            things: BTreeMap::new(),
            gone: BTreeMap::new(),
            next: 0,
        }
    }
}

impl<T> Kept<T> {
    pub(crate) fn add(&mut self, time: &mut Time, thing: T) -> u32 {
        let id = self.next;
        self.next += 1;
        self.things.insert(id, (time.first(), thing));
        id
    }

    /// The id of the `nth` thing, counted around.
    pub(crate) fn nth(&self, nth: usize) -> Option<u32> {
        let count = self.things.len().max(1);
        self.things.keys().nth(nth % count).copied()
    }

    pub(crate) fn change(&mut self, time: &mut Time, id: u32, change: impl FnOnce(&mut T)) {
        if let Some((modtime, thing)) = self.things.get_mut(&id) {
            *modtime = time.next(*modtime);
            change(thing);
        }
    }

    pub(crate) fn remove(&mut self, time: &mut Time, id: u32) {
        if let Some((modtime, _)) = self.things.remove(&id) {
            self.gone.insert(id, time.next(modtime));
        }
    }

    fn ids(&self, time: &Time, since: Option<u64>) -> Ids {
        let there = self.things.iter().map(|(id, (modtime, _))| (*id, *modtime));
        let gone = self.gone.iter().map(|(id, modtime)| (*id, *modtime));
        let gone = gone.filter(|_| since.is_some() && time.clock == Clock::One);
        let all = there.chain(gone);
        all.map(|(id, modtime)| IdModtime { id, modtime }).collect()
    }

    fn get(&self, id: u32) -> Result<(u64, T)>
    where
        T: Clone,
    {
        let thing = self.things.get(&id).cloned();
        thing.ok_or_else(|| Refusal::no_such_thing("there is none"))
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Time {
    pub(crate) clock: Clock,
    now: u64,
}

impl Time {
    fn next(&mut self, before: u64) -> u64 {
        self.now += 1;
        match self.clock {
            Clock::One => self.now,
            Clock::PerThing => before + 1,
        }
    }

    fn first(&mut self) -> u64 {
        self.next(0)
    }
}

/// An object as the world has it.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) name: TpString,
    pub(crate) parent: u32,
    pub(crate) owner: Option<u32>,
    pub(crate) at: i64,
    /// It takes orders.
    pub(crate) takes: bool,
}

/// What is planned for the midst of a refresh.
type Plan = Box<dyn FnOnce(&mut State) + Send>;

/// Everything there is.
pub(crate) struct State {
    pub(crate) name: TpString,
    pub(crate) greeting: TpString,
    pub(crate) me: u32,
    pub(crate) turn: u32,
    turn_began: u32,
    /// Who is told that a turn ends.
    pub(crate) peers: Vec<Peer>,
    pub(crate) time: Time,
    /// Whether an object counts it as a change when its orders change.
    pub(crate) touches: bool,
    pub(crate) bodies: Kept<Body>,
    /// What is in which object.
    contents: BTreeMap<u32, Vec<u32>>,
    /// By the objects that they are of.
    pub(crate) queues: Kept<Vec<Order>>,
    pub(crate) boards: Kept<Vec<Message>>,
    pub(crate) players: Kept<TpString>,
    pub(crate) designs: Kept<(TpString, Option<u32>)>,
    pub(crate) resources: Kept<TpString>,
    pub(crate) categories: Kept<TpString>,
    pub(crate) components: Kept<TpString>,
    pub(crate) properties: Kept<TpString>,
    /// What is refused for good.
    pub(crate) lacks: Vec<&'static str>,
    /// How many orders and messages there are, it says.
    pub(crate) lie: Option<u32>,
    /// How many questions are to be refused, as the server is busy.
    pub(crate) busy: u32,
    /// How many questions were asked.
    pub(crate) asked: u32,
    /// What happens before which question.
    pub(crate) plans: BTreeMap<u32, Plan>,
}

impl State {
    pub(crate) fn new(clock: Clock) -> Self {
        let mut state = Self {
            name: "Demo".into(),
            greeting: "a server for tests".into(),
            me: 1,
            turn: 1,
            turn_began: 0,
            peers: Vec::new(),
            time: Time { clock, now: 0 },
            touches: true,
            bodies: Kept::default(),
            contents: BTreeMap::new(),
            queues: Kept::default(),
            boards: Kept::default(),
            players: Kept::default(),
            designs: Kept::default(),
            resources: Kept::default(),
            categories: Kept::default(),
            components: Kept::default(),
            properties: Kept::default(),
            lacks: Vec::new(),
            lie: None,
            busy: 0,
            asked: 0,
            plans: BTreeMap::new(),
        };
        state.add_body("universe", 0, None, false);
        // Player 0 is whoever asks.
        state.players.next = 1;
        for name in ["guest", "eve"] {
            state.players.add(&mut state.time, name.into());
        }
        state.boards.add(&mut state.time, Vec::new());
        state
    }

    pub(crate) fn add_body(
        &mut self,
        name: &str,
        parent: u32,
        owner: Option<u32>,
        takes: bool,
    ) -> u32 {
        let body = Body {
            name: name.into(),
            parent,
            owner,
            at: 0,
            takes,
        };
        let id = self.bodies.add(&mut self.time, body);
        if id != parent {
            self.contents.entry(parent).or_default().push(id);
            self.bodies.change(&mut self.time, parent, |_| {});
        }
        let queue = self.queues.add(&mut self.time, Vec::new());
        assert_eq!(id, queue, "a queue has the number of its object");
        if !takes {
            self.queues.things.remove(&queue);
        }
        id
    }

    /// Removes an object that holds none.
    pub(crate) fn remove_body(&mut self, id: u32) {
        let is_holder = self.contents.get(&id).is_some_and(|it| !it.is_empty());
        if id == 0 || is_holder {
            return;
        }
        let parent = self.bodies.things.get(&id).map(|(_, body)| body.parent);
        self.bodies.remove(&mut self.time, id);
        self.queues.remove(&mut self.time, id);
        if let Some(parent) = parent {
            self.contents
                .entry(parent)
                .or_default()
                .retain(|it| *it != id);
            self.bodies.change(&mut self.time, parent, |_| {});
        }
    }

    pub(crate) fn change_orders(&mut self, id: u32, change: impl FnOnce(&mut Vec<Order>)) {
        self.queues.change(&mut self.time, id, change);
        if self.touches && self.queues.things.contains_key(&id) {
            self.bodies.change(&mut self.time, id, |_| {});
        }
    }

    pub(crate) fn next_turn(&mut self) {
        self.turn += 1;
        self.turn_began = self.asked;
        self.peers.retain(|peer| {
            let told = peer.send_time_remaining(TimeRemaining {
                time: 0,
                reason: Some(game::TimeRemainingReason::END_OF_TURN_STARTED),
                turn: Some(self.turn),
                turnname: Some("".into()),
                waiting: Some(Vec::new()),
            });
            told.is_ok()
        });
    }

    /// A turn is a million questions long.
    fn time_left(&self) -> u32 {
        1_000_000 - (self.asked - self.turn_began)
    }
}

pub(crate) fn order(turns: i32) -> Order {
    let time = game::OrderParamTime { turns, maxtime: 9 };
    Order {
        otype: 0,
        turns: 1,
        parameters: Parameters::Values(vec![OrderParams::Time(time)]),
        ..Order::default()
    }
}

pub(crate) fn message(body: &str, turn: u32) -> Message {
    Message {
        subject: "news".into(),
        body: body.into(),
        turn,
        ..Message::default()
    }
}

/// The world, shared with its server.
#[derive(Clone)]
pub(crate) struct World(Arc<Mutex<State>>);

/// One for all servers of these tests.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A server that stops when it is dropped.
pub(crate) struct Running {
    server: Option<Server>,
    pub(crate) address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        let server = self.server.take();
        let _in_runtime = RUNTIME.enter();
        drop(server);
    }
}

impl World {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    pub(crate) fn serve(&self) -> Running {
        let builder = Server::builder().listen("127.0.0.1:0");
        let server = RUNTIME.block_on(builder.start(self.clone())).unwrap();
        let address = server.local_addrs()[0];
        Running {
            server: Some(server),
            address,
        }
    }

    /// Somebody asks.
    fn ask(&self, what: &'static str) -> Result<MutexGuard<'_, State>> {
        let mut state = self.state();
        state.asked += 1;
        let asked = state.asked;
        if let Some(plan) = state.plans.remove(&asked) {
            plan(&mut state);
        }
        if state.busy > 0 {
            state.busy -= 1;
            return Err(Refusal::unavailable_temporarily("the turn is made"));
        }
        if state.lacks.contains(&what) {
            return Err(Refusal::unavailable_permanently("there are none here"));
        }
        Ok(state)
    }
}

impl Handler for World {
    type Player = u32;

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![OrderDesc {
            id: 0,
            name: "wait".into(),
            parameters: vec![OrderDescParameter {
                name: "turns".into(),
                r#type: OrderParams::TIME,
                description: "how long".into(),
            }],
            modtime: 1,
            ..OrderDesc::default()
        }]
    }

    async fn connect(&self, _: &Peer, _: TpString) -> Result<ConnectReply> {
        Ok(ConnectReply::okay(self.state().greeting.clone()))
    }

    async fn login(&self, peer: &Peer, _: Login) -> Result<LoginReply<u32>> {
        let mut state = self.state();
        state.peers.push(peer.clone());
        Ok(LoginReply::okay(state.me, "welcome"))
    }

    async fn features(&self, _: &Peer) -> Result<Features> {
        drop(self.ask("features")?);
        Ok(Features {
            features: vec![Feature::KEEP_ALIVE],
        })
    }

    async fn games(&self, _: &Peer) -> Result<Vec<game::Game>> {
        let state = self.ask("games")?;
        Ok(vec![game::Game {
            name: state.name.clone(),
            ..game::Game::default()
        }])
    }

    async fn time_remaining(&self, _: &Peer) -> Result<TimeRemaining> {
        let state = self.ask("time")?;
        Ok(TimeRemaining {
            time: state.time_left(),
            reason: Some(game::TimeRemainingReason::REQUESTED),
            turn: Some(state.turn),
            turnname: Some("".into()),
            waiting: Some(Vec::new()),
        })
    }

    async fn object_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("objects")?;
        Ok(state.bodies.ids(&state.time, since))
    }

    async fn object(&self, _: &Caller<u32>, id: u32) -> Result<Object> {
        let state = self.ask("object")?;
        let (modtime, body) = state.bodies.get(id)?;
        let takes = body.takes && body.owner == Some(state.me);
        Ok(Object {
            id,
            name: body.name,
            desc: Some("something".into()),
            parent: (id != 0).then_some(body.parent),
            contains: state.contents.get(&id).cloned().unwrap_or_default(),
            modtime,
            size: Some(1),
            position: Some(Vector::new(body.at, 0, 0)),
            order_queue: takes.then_some(id),
            kind: Some(match body.owner {
                None => ObjectKind::Galaxy,
                owner => ObjectKind::Fleet {
                    owner,
                    ships: Vec::new(),
                    damage: 0,
                },
            }),
            ..Object::default()
        })
    }

    async fn order_queue_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("queues")?;
        Ok(state.queues.ids(&state.time, since))
    }

    async fn order_queue(&self, _: &Caller<u32>, id: u32) -> Result<OrderQueue> {
        let state = self.ask("queue")?;
        let (serial, orders) = state.queues.get(id)?;
        Ok(OrderQueue {
            id,
            serial,
            maxslots: 100,
            numorders: state.lie.unwrap_or(orders.len() as u32),
            ordertypes: vec![0],
        })
    }

    async fn order(&self, _: &Caller<u32>, queue: u32, slot: u32) -> Result<Order> {
        let state = self.ask("order")?;
        let (_, orders) = state.queues.get(queue)?;
        let order = orders.get(slot as usize).cloned();
        let order = order.ok_or_else(|| Refusal::no_such_thing("no such slot"))?;
        Ok(Order {
            queue: Some(queue),
            object: Some(queue),
            slot: Some(slot),
            ..order
        })
    }

    async fn board_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("boards")?;
        Ok(state.boards.ids(&state.time, since))
    }

    async fn board(&self, _: &Caller<u32>, id: u32) -> Result<Board> {
        let state = self.ask("board")?;
        let (modtime, messages) = state.boards.get(id)?;
        Ok(Board {
            id,
            name: "board".into(),
            messages: state.lie.unwrap_or(messages.len() as u32),
            modtime,
            ..Board::default()
        })
    }

    async fn message(&self, _: &Caller<u32>, board: u32, slot: u32) -> Result<Message> {
        let state = self.ask("message")?;
        let (_, messages) = state.boards.get(board)?;
        let message = messages.get(slot as usize).cloned();
        let message = message.ok_or_else(|| Refusal::no_such_thing("no such slot"))?;
        Ok(Message {
            id: board,
            slot: slot.into(),
            ..message
        })
    }

    async fn player_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("players")?;
        Ok(state.players.ids(&state.time, since))
    }

    async fn player(&self, by: &Caller<u32>, id: u32) -> Result<Player> {
        let state = self.ask("player")?;
        let id = if id == 0 { *by.player() } else { id };
        let (modtime, name) = state.players.get(id)?;
        Ok(Player {
            id,
            name,
            modtime: Some(modtime),
            ..Player::default()
        })
    }

    async fn design_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("designs")?;
        Ok(state.designs.ids(&state.time, since))
    }

    async fn design(&self, _: &Caller<u32>, id: u32) -> Result<Design> {
        let state = self.ask("design")?;
        let (modtime, (name, owner)) = state.designs.get(id)?;
        Ok(Design {
            id: id.into(),
            modtime,
            name,
            owner: owner.into(),
            components: vec![DesignComponent {
                componentid: 1,
                compquant: 2,
            }],
            ..Design::default()
        })
    }

    async fn resource_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("resources")?;
        Ok(state.resources.ids(&state.time, since))
    }

    async fn resource(&self, _: &Caller<u32>, id: u32) -> Result<Resource> {
        let state = self.ask("resource")?;
        let (modtime, singularname) = state.resources.get(id)?;
        Ok(Resource {
            id,
            singularname,
            modtime,
            ..Resource::default()
        })
    }

    async fn category_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("categories")?;
        Ok(state.categories.ids(&state.time, since))
    }

    async fn category(&self, _: &Caller<u32>, id: u32) -> Result<Category> {
        let state = self.ask("category")?;
        let (modtime, name) = state.categories.get(id)?;
        Ok(Category {
            id: id.into(),
            modtime,
            name,
            ..Category::default()
        })
    }

    async fn component_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("components")?;
        Ok(state.components.ids(&state.time, since))
    }

    async fn component(&self, _: &Caller<u32>, id: u32) -> Result<Component> {
        let state = self.ask("component")?;
        let (modtime, name) = state.components.get(id)?;
        Ok(Component {
            id,
            modtime,
            name,
            ..Component::default()
        })
    }

    async fn property_ids(&self, _: &Caller<u32>, since: Option<u64>) -> Result<Ids> {
        let state = self.ask("properties")?;
        Ok(state.properties.ids(&state.time, since))
    }

    async fn property(&self, _: &Caller<u32>, id: u32) -> Result<Property> {
        let state = self.ask("property")?;
        let (modtime, name) = state.properties.get(id)?;
        Ok(Property {
            id,
            modtime,
            name,
            ..Property::default()
        })
    }
}
