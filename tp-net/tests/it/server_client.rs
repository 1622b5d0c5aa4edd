//! A client that waits, and a game of no depth, for the tests of the server: the server needs threads
//! of its own.

use std::net::SocketAddr;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tp_frames::{Header, Packet, RawFrame, Request, TpString, Version, game};
use tp_net::model::{
    IdModtime, Ids, Object, ObjectKind, Order, OrderDesc, OrderDescParameter, OrderQueue, Refusal,
};
use tp_net::server::{Builder, Caller, Handler, Limits, Login, LoginReply, Peer, Server, Timeouts};

/// Longer than anything here takes, shorter than anybody wants to wait.
pub(crate) const LONG: Duration = Duration::from_secs(20);

pub(crate) struct Client(tp_test_components::Client);

impl Deref for Client {
    type Target = tp_test_components::Client;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Client {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Client {
    pub(crate) fn open(address: SocketAddr, version: Version) -> Self {
        Self(tp_test_components::Client::open(address, version))
    }

    /// From an address of its own: each of 127.0.0.0/8 is one on Linux.
    pub(crate) fn open_from(last: u8, address: SocketAddr, version: Version) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, last], 0).into()).unwrap();
        let socket = tokio::task::block_in_place(|| {
            let connecting = socket.connect(address);
            Handle::current().block_on(connecting)
        });
        let socket = socket.unwrap().into_std().unwrap();
        socket.set_nonblocking(false).unwrap();
        Self(tp_test_components::Client::over(socket, version))
    }

    /// Connected and logged in.
    pub(crate) fn ready(address: SocketAddr, version: Version) -> Self {
        Self::open(address, version).logged_in()
    }

    /// The same, connected and logged in.
    pub(crate) fn logged_in(mut self) -> Self {
        assert_eq!(self.ask(&game::Connect::default()), Okay);
        assert_eq!(self.ask(&game::Login::default()), Okay);
        self
    }

    pub(crate) fn tp03(address: SocketAddr) -> Self {
        Self::ready(address, game::TP03)
    }

    pub(crate) fn tp04(address: SocketAddr) -> Self {
        Self::ready(address, game::TP04)
    }

    /// Sends a header, whatever comes behind it.
    pub(crate) fn write_header(&mut self, sequence: u32, r#type: u32, length: u32) {
        let version = self.version;
        let header = Header {
            version,
            sequence,
            r#type,
            length,
        };
        self.write(&header.to_bytes());
    }

    /// The connection ends without another byte.
    pub(crate) fn ended(&mut self) {
        assert!(self.frame().is_none(), "the connection ends");
    }

    /// One request, one reply.
    pub(crate) fn ask<R: Request>(&mut self, request: &R) -> Said {
        let sequence = self.send(request);
        self.reply(sequence)
    }

    pub(crate) fn reply(&mut self, sequence: u32) -> Said {
        let frame = self.frame().expect("the connection goes on");
        assert_eq!(frame.header.sequence, sequence);
        assert_eq!(frame.header.version, self.version);
        said(&frame)
    }
}

/// What a frame says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    Okay,
    Fail(u32),
    Sequence(u32),
    Other(u32),
}

pub(crate) use Said::{Fail, Okay, Other, Sequence};

pub(crate) fn said(frame: &RawFrame) -> Said {
    let number = || u32::from_be_bytes(*frame.body.first_chunk().unwrap());
    match frame.header.r#type {
        game::Okay::TYPE => Okay,
        game::Fail::TYPE => Fail(number()),
        game::Sequence::TYPE => Sequence(number()),
        other => Other(other),
    }
}

/// A game of no depth.
#[derive(Default)]
pub(crate) struct Shallow {
    pub(crate) objects_asked: AtomicUsize,
    /// Peers that are logged in.
    pub(crate) peers: Mutex<Vec<Peer>>,
    /// Players whose connections have ended.
    pub(crate) left: Mutex<Vec<Option<u32>>>,
    pub(crate) somebody_left: Notify,
    pub(crate) gate: Notify,
}

/// Waits at the gate.
pub(crate) const SLOW: u32 = 1_000;
/// Panics.
pub(crate) const PANIC: u32 = 1_001;
/// Has no kind, so TP03 cannot say what it is.
pub(crate) const STRANGE: u32 = 1_002;
/// Has a queue of another number.
pub(crate) const FLEET: u32 = 5;
pub(crate) const QUEUE: u32 = 50;
/// An order type with one text.
pub(crate) const SAY: u32 = 2_000;
/// An order type with two objects and a text between them.
pub(crate) const TELL: u32 = 2_001;

fn say(id: u32, name: &str, types: &[u32]) -> OrderDesc {
    let parameters = (1..).zip(types).map(|(number, r#type)| OrderDescParameter {
        name: format!("What {number}").into(),
        r#type: *r#type,
        description: "".into(),
    });
    OrderDesc {
        id,
        name: name.into(),
        parameters: parameters.collect(),
        ..OrderDesc::default()
    }
}

impl Handler for Shallow {
    type Player = u32;

    fn order_types(&self) -> Vec<OrderDesc> {
        vec![say(SAY, "Say", &[7]), say(TELL, "Tell", &[2, 7, 2])]
    }

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<u32>, Refusal> {
        if login.username == "nobody" {
            return Err(Refusal::permission_denied("no"));
        }
        let mut peers = self.peers.lock().unwrap();
        peers.push(peer.clone());
        Ok(LoginReply::okay(
            u32::try_from(peers.len()).unwrap(),
            "Welcome",
        ))
    }

    async fn disconnected(&self, _: &Peer, player: Option<&u32>) {
        self.left.lock().unwrap().push(player.copied());
        self.somebody_left.notify_one();
    }

    async fn object_ids(&self, _: &Caller<u32>, _: Option<u64>) -> Result<Ids, Refusal> {
        Ok((0..65)
            .map(|id| IdModtime {
                id,
                modtime: u64::from(id) + 100,
            })
            .collect())
    }

    async fn object(&self, _: &Caller<u32>, id: u32) -> Result<Object, Refusal> {
        self.objects_asked.fetch_add(1, Ordering::Relaxed);
        match id {
            SLOW => self.gate.notified().await,
            PANIC => panic!("as it was asked to"),
            1_000.. if id != STRANGE => return Err(Refusal::no_such_thing("no")),
            _ => {}
        }
        Ok(Object {
            id,
            kind: (id != STRANGE).then_some(ObjectKind::Galaxy),
            order_queue: (id == FLEET).then_some(QUEUE),
            ..Object::default()
        })
    }

    async fn player(&self, _: &Caller<u32>, id: u32) -> Result<game::Player, Refusal> {
        if id == SLOW {
            self.gate.notified().await;
        }
        Ok(game::Player {
            id,
            ..game::Player::default()
        })
    }

    async fn object_order_queue(&self, _: &Caller<u32>, object: u32) -> Result<u32, Refusal> {
        match object {
            FLEET => Ok(QUEUE),
            _ => Err(Refusal::no_such_thing("no queue")),
        }
    }

    async fn order_queue_object(&self, _: &Caller<u32>, _: u32) -> Result<u32, Refusal> {
        Ok(FLEET)
    }

    async fn order_queue(&self, _: &Caller<u32>, id: u32) -> Result<OrderQueue, Refusal> {
        Ok(OrderQueue {
            id,
            numorders: 7,
            ordertypes: vec![SAY],
            ..OrderQueue::default()
        })
    }

    async fn insert_order(&self, _: &Caller<u32>, order: Order) -> Result<Order, Refusal> {
        assert_eq!(order.queue, Some(QUEUE));
        assert!(!order.parameters.values().is_empty());
        Ok(Order {
            object: None,
            slot: Some(3),
            turns: 4,
            ..order
        })
    }

    async fn probe_order(&self, caller: &Caller<u32>, order: Order) -> Result<Order, Refusal> {
        self.insert_order(caller, order).await
    }

    async fn remove_order(&self, _: &Caller<u32>, _: u32, _: u32) -> Result<TpString, Refusal> {
        Ok("gone".into())
    }
}

/// A running server of the game.
pub(crate) async fn start() -> (Server, Arc<Shallow>) {
    start_with(|builder| builder).await
}

pub(crate) async fn start_with(with: impl FnOnce(Builder) -> Builder) -> (Server, Arc<Shallow>) {
    let game = Arc::new(Shallow::default());
    let builder = with(Server::builder().listen("127.0.0.1:0"));
    let server = builder.start_shared(Arc::clone(&game)).await.unwrap();
    (server, game)
}

/// As [`start`], with other limits.
pub(crate) async fn start_limited(set: impl FnOnce(&mut Limits)) -> (Server, Arc<Shallow>) {
    let mut limits = Limits::default();
    set(&mut limits);
    start_with(|builder| builder.limits(limits)).await
}

/// As [`start`], with other times to wait.
pub(crate) async fn start_timed(set: impl FnOnce(&mut Timeouts)) -> (Server, Arc<Shallow>) {
    let mut timeouts = Timeouts::default();
    set(&mut timeouts);
    start_with(|builder| builder.timeouts(timeouts)).await
}

pub(crate) fn address(server: &Server) -> SocketAddr {
    server.local_addrs()[0]
}
