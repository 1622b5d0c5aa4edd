//! Servers that are attacked, each a process of its own.

use tokio::runtime;
use tp_game::{Admin, Game};
use tp_net::discovery::metaserver;
use tp_net::server::Server;
use tp_tests::serving::{allow_files, identity, tell};
use tp_tests::space::Space;

/// What is attacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The demo game, in TCP, TLS and tunnels.
    Game,
    /// The demo game, with administrators let in; they are who is attacked.
    Admin,
    /// A universe of a million objects.
    Million,
    /// A list of games.
    Metaserver,
}

impl Subject {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Game => "game",
            Self::Admin => "admin",
            Self::Million => "million",
            Self::Metaserver => "metaserver",
        }
    }
}

/// Serves until standard input ends. Prints where: for neighbours, and for attackers.
pub(crate) fn run(kind: &str) {
    allow_files();
    let anywhere = || Server::builder().listen("127.0.0.1:0");
    match kind {
        "game" | "admin" => {
            let game = Game::new(1);
            let admin = Admin::new(&game, "root", "s3cret");
            let player_server = anywhere().tls(identity());
            let serving = game.serve_with_admin(player_server, anywhere(), admin);
            let serving = serving.unwrap();
            let attacked = match kind {
                "admin" => serving.admin_addr().unwrap(),
                _ => serving.local_addr(),
            };
            tell(&[serving.local_addr(), attacked]);
            serving.shutdown();
        }
        _ => {
            let runtime = runtime::Builder::new_multi_thread();
            let runtime = { runtime }.worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                if kind == "million" {
                    let space = Space::new(1_000_000);
                    let server = anywhere().start(space).await.unwrap();
                    let address = server.local_addrs()[0];
                    let waiting = tokio::task::spawn_blocking(move || tell(&[address, address]));
                    waiting.await.unwrap();
                } else {
                    let directory = metaserver::Directory::default();
                    let server = metaserver::Server::start("127.0.0.1:0", directory).await;
                    let server = server.unwrap();
                    let address = server.local_addr();
                    let waiting = tokio::task::spawn_blocking(move || tell(&[address, address]));
                    waiting.await.unwrap();
                }
            });
        }
    }
}
