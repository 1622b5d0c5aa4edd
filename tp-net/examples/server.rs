//! A server in twenty lines: a universe with one object in it.
//!
//! `cargo run -p tp-net --example server`, and any client can log in at port 6923.

use tp_net::model::{IdModtime, Object, ObjectKind, Refusal};
use tp_net::server::{Caller, Handler, Login, LoginReply, Peer, Server};

struct Void;

impl Handler for Void {
    type Player = ();

    async fn login(&self, _: &Peer, login: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), format!("Welcome, {}", login.username)))
    }

    async fn get_object_ids(
        &self,
        _: &Caller<()>,
        _: Option<u64>,
    ) -> Result<Vec<IdModtime>, Refusal> {
        Ok(vec![IdModtime { id: 0, modtime: 1 }])
    }

    async fn get_object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let kind = Some(ObjectKind::Universe { age: 1 });
        let universe = Object {
            name: "The void".into(),
            kind,
            ..Object::default()
        };
        if id == 0 {
            Ok(universe)
        } else {
            Err(Refusal::no_such_thing("nothing is there"))
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
