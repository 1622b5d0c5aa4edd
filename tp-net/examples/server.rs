//! A small server: a universe with one planet in it.
//!
//! `cargo run -p tp-net --example server`, and any client can log in at port 6923. It sees the same in
//! every version: TP04 describes objects, and these descriptions follow from their kinds.

use tp_net::model::{IdModtime, Object, ObjectKind, Refusal, Vector};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer, Server};

struct Void;

impl Handler for Void {
    type Player = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), format!("Welcome, {}", login.username)))
    }

    async fn object_ids(&self, _: &Caller<()>, _: Option<u64>) -> Result<Vec<IdModtime>, Refusal> {
        Ok([0, 1].map(|id| IdModtime { id, modtime: 1 }).to_vec())
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        match id {
            0 => Ok(Object {
                name: "The void".into(),
                contains: vec![1],
                modtime: 1,
                kind: Some(ObjectKind::Universe { age: 1 }),
                ..Object::default()
            }),
            1 => Ok(Object {
                id,
                name: "Earth".into(),
                parent: Some(0),
                modtime: 1,
                size: Some(12_742),
                position: Some(Vector::new(149_597_871, 0, 0)),
                kind: Some(ObjectKind::Planet {
                    owner: None,
                    resources: Vec::new(),
                }),
                ..Object::default()
            }),
            _ => Err(Refusal::no_such_thing("nothing is there")),
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::builder()
        .listen("127.0.0.1:6923")
        .start(Void)
        .await?;
    println!("listening on {:?}", server.local_addrs());
    std::future::pending().await
}
