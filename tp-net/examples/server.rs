//! A whole game: two planets, a fleet for each player, and orders to move it. Any client can log in by
//! any name, and sees the same in every version: `cargo run -p tp-net --example server`

use std::collections::BTreeMap;

use tokio::sync::Mutex;
use tp_net::model::{
    Board, IdModtime, Message, Object, ObjectKind, Order, OrderDesc, OrderDescParameter,
    OrderParams, Player, Refusal, TimeRemaining, Vector,
};
use tp_net::server::{Caller, Handler, Lobby, Login, LoginReply, Peer, Server};
use tp_net::tp_frames::TpString;

const MOVE: u32 = 1001;
const SPEED: i64 = 20_000_000;

#[derive(Default)]
struct World {
    turn: u32,
    objects: BTreeMap<u32, Object>,
    players: Vec<Player>,
    /// By the fleet, which has the same id as its order queue.
    orders: BTreeMap<u32, Vec<Order>>,
    /// By the player, who has the same id as the board.
    news: BTreeMap<u32, Vec<Message>>,
    lobby: Lobby,
}

impl World {
    fn new() -> Self {
        let mut world = Self::default();
        world.put(0, "Space", 0, ObjectKind::Universe { age: 0 });
        for (id, name, x) in [(1, "Earth", 150_000_000), (2, "Mars", 228_000_000)] {
            world.put(
                id,
                name,
                x,
                ObjectKind::Planet {
                    owner: None,
                    resources: vec![],
                },
            );
        }
        world
    }

    fn put(&mut self, id: u32, name: &str, x: i64, kind: ObjectKind) {
        let (name, kind, position) = (name.into(), Some(kind), Some(Vector::new(x, 0, 0)));
        let parent = (id != 0).then_some(0);
        self.objects.insert(
            id,
            Object {
                id,
                name,
                position,
                parent,
                kind,
                ..Object::default()
            },
        );
        if let Some(universe) = self.objects.get_mut(&0).filter(|_| id != 0) {
            universe.contains.push(id);
        }
    }

    /// The player of that name, who gets a fleet when new.
    fn player(&mut self, name: &TpString) -> u32 {
        if let Some(known) = self.players.iter().find(|it| it.name == *name) {
            return known.id;
        }
        let id = u32::try_from(self.players.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        self.players.push(Player {
            id,
            name: name.clone(),
            ..Player::default()
        });
        let fleet = id.saturating_add(10);
        self.put(
            fleet,
            "Fleet",
            0,
            ObjectKind::Fleet {
                owner: Some(id),
                ships: vec![],
                damage: 0,
            },
        );
        if let Some(fleet) = self.objects.get_mut(&fleet) {
            fleet.ordertypes = Some(vec![MOVE]);
        }
        id
    }

    fn end_turn(&mut self) {
        self.lobby
            .announce(TimeRemaining::all_finished().in_turn(self.turn));
        self.turn = self.turn.saturating_add(1);
        for object in self.objects.values_mut() {
            object.modtime = object.modtime.saturating_add(1);
            let (Some(at), Some(id)) = (&mut object.position, object.owner()) else {
                continue;
            };
            let orders = self.orders.entry(object.id).or_default();
            let order = orders.first().map(|it| it.parameters.values());
            if let Some([OrderParams::AbsSpaceCoords(to)]) = order {
                for (at, to) in [
                    (&mut at.x, to.pos.x),
                    (&mut at.y, to.pos.y),
                    (&mut at.z, to.pos.z),
                ] {
                    *at = at.saturating_add(to.saturating_sub(*at).clamp(-SPEED, SPEED));
                }
                if *at == to.pos.into() {
                    orders.remove(0);
                }
            }
            let body = format!("Your fleet is at {at:?}, and has {} orders.", orders.len()).into();
            let (subject, turn) = (format!("Turn {}", self.turn).into(), self.turn);
            self.news.entry(id).or_default().push(Message {
                id,
                subject,
                body,
                turn,
                ..Message::default()
            });
        }
        self.lobby
            .start_turn(TimeRemaining::turn_started(None).in_turn(self.turn));
    }
}

fn none() -> Refusal {
    Refusal::no_such_thing("there is no such thing")
}

struct Game(Mutex<World>);
type By<'a> = &'a Caller<u32>;
type Answer<T> = Result<T, Refusal>;

impl Handler for Game {
    type Player = u32;

    fn order_types(&self) -> Vec<OrderDesc> {
        let (name, r#type) = ("To".into(), OrderParams::ABS_SPACE_COORDS);
        let parameters = vec![OrderDescParameter {
            name,
            r#type,
            ..Default::default()
        }];
        vec![OrderDesc {
            id: MOVE,
            name: "Move".into(),
            parameters,
            ..OrderDesc::default()
        }]
    }

    async fn login(&self, peer: &Peer, login: Login) -> Answer<LoginReply<u32>> {
        let mut world = self.0.lock().await;
        let id = world.player(&login.username);
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
        let world = self.0.lock().await;
        Ok(TimeRemaining::left(None)
            .in_turn(world.turn)
            .waiting_for(world.lobby.waiting()))
    }

    async fn finish_turn(&self, by: By<'_>) -> Answer<TpString> {
        let mut world = self.0.lock().await;
        if world.lobby.finish(*by.player()) {
            world.end_turn();
        }
        Ok("The turn is finished".into())
    }

    async fn player(&self, by: By<'_>, id: u32) -> Answer<Player> {
        let id = if id == 0 { *by.player() } else { id };
        self.0
            .lock()
            .await
            .players
            .iter()
            .find(|it| it.id == id)
            .cloned()
            .ok_or_else(none)
    }

    async fn object_ids(&self, _: By<'_>, _: Option<u64>) -> Answer<Vec<IdModtime>> {
        let world = self.0.lock().await;
        Ok(world
            .objects
            .values()
            .map(|it| IdModtime {
                id: it.id,
                modtime: it.modtime,
            })
            .collect())
    }

    async fn object(&self, by: By<'_>, id: u32) -> Answer<Object> {
        let world = self.0.lock().await;
        world.objects.get(&id).cloned().ok_or_else(none)
    }

    async fn insert_order(&self, by: By<'_>, order: Order) -> Answer<Order> {
        let mut world = self.0.lock().await;
        let queue = order.queue.unwrap_or_default();
        let object = world.objects.get_mut(&queue).ok_or_else(none)?;
        if object.owner() != Some(*by.player()) {
            return Err(Refusal::permission_denied("this is not yours"));
        }
        world.orders.entry(queue).or_default().push(order.clone());
        Ok(order)
    }

    async fn board(&self, by: By<'_>, _: u32) -> Answer<Board> {
        let world = self.0.lock().await;
        let messages = world.news.get(by.player()).map_or(0, Vec::len);
        let (id, messages) = (*by.player(), u32::try_from(messages).unwrap_or(u32::MAX));
        Ok(Board {
            id,
            name: "News".into(),
            messages,
            ..Board::default()
        })
    }

    async fn message(&self, by: By<'_>, _: u32, slot: u32) -> Answer<Message> {
        let world = self.0.lock().await;
        let news = world.news.get(by.player());
        news.and_then(|it| it.get(slot as usize))
            .cloned()
            .ok_or_else(none)
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:6923".to_owned());
    let server = Server::builder()
        .listen(address)
        .start(Game(Mutex::new(World::new())))
        .await?;
    println!("listening on {:?}", server.local_addrs());
    std::future::pending().await
}
