//! The smallest client, and a game of no depth, for the tests of the server.
#![allow(dead_code, unreachable_pub, reason = "each test uses its part")]

use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;
use tp_frames::{DecodeOptions, Packet, RawFrame, Request, TpString, Version, tp03, tp04};
use tp_net::model::{
    IdModtime, Object, ObjectKind, ObjectParameters, Order, OrderDesc, OrderQueue, ParameterDesc,
    Refusal,
};
use tp_net::server::{Builder, Caller, Handler, Login, LoginReply, Peer, Server};

/// Longer than anything here takes, shorter than anybody wants to wait.
pub const LONG: Duration = Duration::from_secs(20);

pub struct Client {
    pub socket: TcpStream,
    received: BytesMut,
    pub sequence: u32,
}

impl Client {
    pub async fn open(address: SocketAddr) -> Self {
        let socket = TcpStream::connect(address).await.unwrap();
        Self {
            socket,
            received: BytesMut::new(),
            sequence: 0,
        }
    }

    pub async fn tp03(address: SocketAddr) -> Self {
        let mut client = Self::open(address).await;
        assert_eq!(client.ask(&tp03::Connect::default()).await, Okay);
        assert_eq!(client.ask(&tp03::Login::default()).await, Okay);
        client
    }

    pub async fn tp04(address: SocketAddr) -> Self {
        let mut client = Self::open(address).await;
        assert_eq!(client.ask(&tp04::Connect::default()).await, Okay);
        assert_eq!(client.ask(&tp04::Login::default()).await, Okay);
        client
    }

    pub async fn write(&mut self, bytes: &[u8]) {
        timeout(LONG, self.socket.write_all(bytes))
            .await
            .unwrap()
            .unwrap();
    }

    pub async fn send<P: Packet>(&mut self, packet: &P) -> u32 {
        self.sequence += 1;
        let mut out = BytesMut::new();
        packet.encode_frame(self.sequence, &mut out).unwrap();
        self.write(&out).await;
        self.sequence
    }

    /// The next frame; nothing at the end.
    pub async fn frame(&mut self) -> Option<RawFrame> {
        loop {
            let options = DecodeOptions::default();
            if let Some(frame) = RawFrame::take(&mut self.received, &options).unwrap() {
                return Some(frame);
            }
            let read = timeout(LONG, self.socket.read_buf(&mut self.received));
            if read.await.expect("an answer in time").unwrap() == 0 {
                assert!(self.received.is_empty(), "no frame is cut off");
                return None;
            }
        }
    }

    /// The next frame as a packet, with its sequence number.
    pub async fn packet<P: Packet>(&mut self) -> (u32, P) {
        let frame = self.frame().await.expect("the connection goes on");
        assert_eq!(frame.header.version, P::VERSION);
        let packet = frame
            .decode::<P>(&DecodeOptions::new().strict(true))
            .unwrap()
            .0;
        (frame.header.sequence, packet)
    }

    /// The head of an HTTP response, without the blank line.
    pub async fn http_head(&mut self) -> String {
        const BLANK_LINE: &[u8] = b"\r\n\r\n";
        loop {
            let end = self.received.windows(4).position(|it| it == BLANK_LINE);
            if let Some(end) = end {
                let head = self.received.split_to(end);
                let _ = self.received.split_to(BLANK_LINE.len());
                return String::from_utf8(head.to_vec()).unwrap();
            }
            let read = timeout(LONG, self.socket.read_buf(&mut self.received));
            assert_ne!(read.await.expect("an answer in time").unwrap(), 0);
        }
    }

    /// All bytes up to the end.
    pub async fn rest(&mut self) -> Vec<u8> {
        let mut rest = self.received.to_vec();
        let read = timeout(LONG, self.socket.read_to_end(&mut rest));
        read.await.expect("an end in time").unwrap();
        rest
    }

    /// The connection ends without another byte.
    pub async fn ended(&mut self) {
        assert!(self.frame().await.is_none(), "the connection ends");
    }

    /// One request, one reply.
    pub async fn ask<R: Request>(&mut self, request: &R) -> Said {
        let sequence = self.send(request).await;
        self.reply(sequence, R::VERSION).await
    }

    pub async fn reply(&mut self, sequence: u32, version: Version) -> Said {
        let frame = self.frame().await.expect("the connection goes on");
        assert_eq!(frame.header.sequence, sequence);
        assert_eq!(frame.header.version, version);
        said(&frame)
    }
}

/// What a frame says.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    Okay,
    Fail(u32),
    Sequence(u32),
    Other(u32),
}

pub use Said::{Fail, Okay, Other, Sequence};

pub fn said(frame: &RawFrame) -> Said {
    let number = || u32::from_be_bytes(*frame.body.first_chunk().unwrap());
    match frame.header.r#type {
        tp04::Okay::TYPE => Okay,
        tp04::Fail::TYPE => Fail(number()),
        tp04::Sequence::TYPE => Sequence(number()),
        other => Other(other),
    }
}

/// A game of no depth.
#[derive(Default)]
pub struct Shallow {
    pub objects_asked: AtomicUsize,
    /// Peers that are logged in.
    pub peers: Mutex<Vec<Peer>>,
    /// Players whose connections have ended.
    pub left: Mutex<Vec<Option<u32>>>,
    pub somebody_left: Notify,
    pub gate: Notify,
}

/// Waits at the gate.
pub const SLOW: u32 = 1_000;
/// Panics.
pub const PANIC: u32 = 1_001;
/// Has no kind, so TP03 cannot say what it is.
pub const STRANGE: u32 = 1_002;
/// Has a queue of another number.
pub const FLEET: u32 = 5;
pub const QUEUE: u32 = 50;
/// An order type with one text.
pub const SAY: u32 = 2_000;

impl Handler for Shallow {
    type Player = u32;

    async fn login(&self, peer: &Peer, login: Login) -> Result<LoginReply<u32>, Refusal> {
        if login.username == "nobody" {
            return Err(Refusal::permission_denied("no"));
        }
        if login.username == "elsewhere" {
            return Ok(LoginReply::redirect("tp://example.org"));
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

    async fn get_object_ids(
        &self,
        _: &Caller<u32>,
        _: Option<u64>,
    ) -> Result<Vec<IdModtime>, Refusal> {
        Ok((0..65)
            .map(|id| IdModtime::new(id, u64::from(id) + 100))
            .collect())
    }

    async fn get_object(&self, _: &Caller<u32>, id: u32) -> Result<Object, Refusal> {
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
            parameters: ObjectParameters::Read(Vec::new()),
            order_queue: (id == FLEET).then_some(QUEUE),
            ..Object::default()
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

    async fn get_order_queue(&self, _: &Caller<u32>, id: u32) -> Result<OrderQueue, Refusal> {
        Ok(OrderQueue {
            id,
            numorders: 7,
            ordertypes: vec![SAY],
            ..OrderQueue::default()
        })
    }

    async fn get_order_desc(&self, _: &Caller<u32>, id: u32) -> Result<OrderDesc, Refusal> {
        match id {
            SAY => Ok(OrderDesc {
                id,
                parameters: vec![ParameterDesc::new("Text", 7, "")],
                ..OrderDesc::default()
            }),
            _ => Err(Refusal::no_such_thing("no")),
        }
    }

    async fn insert_order(&self, _: &Caller<u32>, order: Order) -> Result<Order, Refusal> {
        assert_eq!(order.queue, Some(QUEUE));
        assert_eq!(order.parameters.values().len(), 1);
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
pub async fn start() -> (Server, std::sync::Arc<Shallow>) {
    start_with(|builder| builder).await
}

pub async fn start_with(
    with: impl FnOnce(Builder) -> Builder,
) -> (Server, std::sync::Arc<Shallow>) {
    let game = std::sync::Arc::new(Shallow::default());
    let builder = with(Server::builder().listen("127.0.0.1:0"));
    let server = builder
        .start_shared(std::sync::Arc::clone(&game))
        .await
        .unwrap();
    (server, game)
}

pub fn address(server: &Server) -> SocketAddr {
    server.local_addrs()[0]
}
