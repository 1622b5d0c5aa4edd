//! A server with objects in memory and one thread.

use std::io::BufRead;

use tp_net::model::{Object, Refusal};
use tp_net::server::{Caller, Handler, Limits, Login, LoginReply, Peer, Server};

use super::{Allocated, say};
use crate::objects::planet;

struct Game {
    objects: Vec<Object>,
}

impl Handler for Game {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let object = self.objects.get(id as usize).cloned();
        object.ok_or_else(|| Refusal::no_such_thing("no such object"))
    }
}

/// Says where it listens, then what is allocated whenever it is asked, until the input ends.
pub(super) fn run(allocated: fn() -> Allocated) {
    let game = Game {
        objects: (0..200).map(planet).collect(),
    };
    let limits = Limits::default();
    let limits = limits.connections(100_000).connections_per_address(100_000);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let server = Server::builder().limits(limits).listen("127.0.0.1:0");
        let server = server.start(game).await.expect("it starts");
        say(&server.local_addrs()[0].to_string());
        std::thread::spawn(move || {
            for _ in std::io::stdin().lock().lines() {
                say(&allocated().bytes.to_string());
            }
            std::process::exit(0);
        });
        std::future::pending::<()>().await;
    });
}
