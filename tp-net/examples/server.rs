//! A whole game for two, the same in every version: `cargo run -p tp-net --example server`

use std::collections::BTreeMap;

use tokio::sync::Mutex;
use tp_net::TpString;
use tp_net::model::{
    Board, Message, Object, ObjectKind, Order, OrderDesc, OrderParams, Player, Refusal,
    TimeRemaining, Vector,
};
use tp_net::server::{Caller, Handler, Lobby, Login, LoginReply, Peer, Server};

const MOVE: u32 = 1001;
const SPEED: u64 = 20_000_000;

#[derive(Default)]
struct World {
    turn: u32,
    /// Players, their fleets and their boards have the same ids.
    objects: BTreeMap<u32, Object>,
    players: BTreeMap<TpString, u32>,
    goals: BTreeMap<u32, Vector>,
    news: BTreeMap<u32, Vec<Message>>,
    lobby: Lobby,
}

impl World {
    fn new() -> Self {
        let space = Object::new(0, "Space", ObjectKind::Universe { age: 0 });
        let planet = |id, name| Object::new(id, name, ObjectKind::planet(None)).within(0);
        let fleet = |id, name| Object::new(id, name, ObjectKind::fleet(id)).within(0);
        let objects = [
            space.containing([1, 2, 3, 4]),
            planet(1, "Earth").at(Vector::new(150_000_000, 0, 0)),
            planet(2, "Mars").at(Vector::new(0, 228_000_000, 0)),
            fleet(3, "Red fleet").with_orders([MOVE], 0),
            fleet(4, "Blue fleet").with_orders([MOVE], 0),
        ];
        Self {
            objects: objects.map(|it| (it.id, it)).into(),
            ..Self::default()
        }
    }

    fn end_turn(&mut self) {
        self.lobby.announce(TimeRemaining::all_finished());
        self.turn = self.turn.saturating_add(1);
        for (id, object) in &mut self.objects {
            object.modtime = object.modtime.saturating_add(1);
            let at = object.position.get_or_insert_default();
            *at = at.towards(self.goals.get(id).copied().unwrap_or(*at), SPEED);
            let text = format!("Turn {}: {} is at {at}", self.turn, object.name);
            let news = self.news.entry(*id).or_default();
            news.push(Message::new(*id, text));
            news.drain(..news.len().saturating_sub(100));
        }
        self.lobby.start_turn(self.turn, None);
    }
}

struct Game(Mutex<World>);
type Answer<T> = Result<T, Refusal>;

fn found<T>(thing: Option<T>) -> Answer<T> {
    thing.ok_or_else(|| Refusal::no_such_thing("there is no such thing"))
}

impl Handler for Game {
    type Player = u32;

    fn order_types(&self) -> Vec<OrderDesc> {
        let go = OrderDesc::new(MOVE, "Move", "Flies to a place.");
        vec![go.parameter("To", OrderParams::ABS_SPACE_COORDS, "Where to.")]
    }

    async fn login(&self, peer: &Peer, login: Login) -> Answer<LoginReply<u32>> {
        let mut world = self.0.lock().await;
        let new = [3, 4].into_iter().nth(world.players.len());
        let id = found(world.players.get(&login.username).copied().or(new))?;
        world.players.insert(login.username, id);
        world.lobby.join(peer, id);
        Ok(LoginReply::okay(id, "Welcome"))
    }

    async fn disconnected(&self, peer: &Peer, _: Option<&u32>) {
        let mut world = self.0.lock().await;
        if world.lobby.leave(peer) {
            world.end_turn();
        }
    }

    async fn time_remaining(&self, _: &Peer) -> Answer<TimeRemaining> {
        Ok(self.0.lock().await.lobby.time_remaining())
    }

    async fn finish_turn(&self, by: &Caller<u32>) -> Answer<TpString> {
        let mut world = self.0.lock().await;
        if world.lobby.finish(*by.player()) {
            world.end_turn();
        }
        Ok("The turn is finished".into())
    }

    async fn player(&self, by: &Caller<u32>, id: u32) -> Answer<Player> {
        let id = if id == 0 { *by.player() } else { id };
        let name = self.object(by, id).await?.name;
        Ok(Player::new(id, name))
    }

    async fn object(&self, _: &Caller<u32>, id: u32) -> Answer<Object> {
        found(self.0.lock().await.objects.get(&id).cloned())
    }

    async fn insert_order(&self, by: &Caller<u32>, order: Order) -> Answer<Order> {
        if order.queue != Some(*by.player()) {
            return Err(Refusal::permission_denied("this is not your fleet"));
        }
        let goal = found(order.position())?;
        self.0.lock().await.goals.insert(*by.player(), goal);
        Ok(order)
    }

    async fn board(&self, by: &Caller<u32>, _: u32) -> Answer<Board> {
        let world = self.0.lock().await;
        let messages = world.news.get(by.player()).map_or(0, Vec::len);
        Ok(Board::new(*by.player(), "News", messages as u32))
    }

    async fn message(&self, by: &Caller<u32>, _: u32, slot: u32) -> Answer<Message> {
        let world = self.0.lock().await;
        let news = world.news.get(by.player());
        found(news.and_then(|news| news.get(slot as usize)).cloned())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or("127.0.0.1:6923".into());
    let game = Game(Mutex::new(World::new()));
    let server = Server::builder().listen(address).start(game).await?;
    println!("listening on {:?}", server.local_addrs());
    std::future::pending().await
}
