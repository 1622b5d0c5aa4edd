//! A server with objects in memory and one thread.

use std::io::BufRead;

use tp_frames::game::Board;
use tp_net::model::{Object, Refusal};
use tp_net::server::{Caller, Handler, Limits, Login, LoginReply, ObjectTypes, Peer, Server};

use super::{Allocated, say};
use crate::objects;

struct Game {
    types: ObjectTypes,
    objects: Vec<Object>,
}

impl Game {
    fn new(objects: &str) -> Self {
        let ids = 0..100;
        match objects {
            "of-kind" => Self {
                types: ObjectTypes::ByKind,
                objects: ids.map(objects::of_kind).collect(),
            },
            "of-own-type" => Self {
                types: ObjectTypes::Own(vec![objects::own_type()]),
                objects: ids.map(objects::of_own_type).collect(),
            },
            _ => panic!("no objects {objects}"),
        }
    }
}

impl Handler for Game {
    type Player = ();

    fn object_types(&self) -> ObjectTypes {
        self.types.clone()
    }

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn object(&self, _: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        let object = self.objects.get(id as usize).cloned();
        object.ok_or_else(|| Refusal::no_such_thing("no such object"))
    }

    /// Is never answered.
    async fn board(&self, _: &Caller<()>, _: u32) -> Result<Board, Refusal> {
        std::future::pending().await
    }
}

/// Says where it listens, then the bytes that are in use whenever it gets a line, until there is
/// no more.
pub(super) fn run(objects: &str, allocated: fn() -> Allocated) {
    let game = Game::new(objects);
    let limits = Limits::default();
    let limits = limits.connections(10_000).connections_per_address(10_000);
    // What a connection costs is the same on any runtime, but only here the same in every run. The
    // clock stands still: under valgrind all takes fifty times as long, and pauses would be counted
    // that no machine makes.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let server = Server::builder().limits(limits).listen("127.0.0.1:0");
        let server = server.start(game).await.expect("it starts");
        say(server.local_addrs()[0]);
        // While this runs, the runtime does not advance its clock by itself either.
        tokio::task::spawn_blocking(move || {
            for _ in std::io::stdin().lock().lines() {
                say(allocated().bytes);
            }
            std::process::exit(0);
        });
        std::future::pending::<()>().await;
    });
}
