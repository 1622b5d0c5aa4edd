//! The example of a server, as it is, and whole clients.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tp_net::model::{FailCode, OrderDescExt, OrderParams, Vector};
use tp_net::transport::Url;
use tp_net::{BatchResult, Error, Versions, game};

use crate::any_client::{APIS, AnyClient, ask};
use crate::peer::options;

/// Cargo builds examples beside the tests that need them.
pub(crate) fn program(name: &str) -> std::path::PathBuf {
    let tests = std::env::current_exe().unwrap();
    let beside = tests.parent().unwrap();
    beside.with_file_name("examples").join(name)
}

/// What was asked for, all of it.
#[track_caller]
fn all<T>(things: Result<BatchResult<T>, Error>) -> Vec<T> {
    let things = things.unwrap().into_iter();
    things.map(|thing| thing.unwrap()).collect()
}

/// The example of a server, on a port of its own.
struct Server(Child, String);

impl Server {
    fn start() -> Self {
        let mut server = Command::new(program("server"))
            .arg("127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(server.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on [").unwrap();
        let address = address.strip_suffix(']').unwrap().to_owned();
        Self(server, address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_plays_with_every_client_in_every_version() {
    const TURNS: u32 = 10;
    for version in game::VERSIONS {
        for api in APIS {
            let server = Server::start();
            let options = options().versions(Versions::only(*version));
            let url: Url = server.1.parse().unwrap();
            let mut client = AnyClient::connect(api, url, options).unwrap();
            ask!(client, login("ada", "")).unwrap();
            let me = ask!(client, me()).unwrap();
            let goal = Vector::new(-30_000_000, 40_000_000, 0);
            for turn in 0..TURNS {
                let objects = all(ask!(client, all_objects()));
                assert_eq!(objects.len(), 5);
                let mut fleets = objects.iter().filter(|it| it.owner() == Some(me.id));
                let (fleet, None) = (fleets.next().unwrap(), fleets.next()) else {
                    panic!("one fleet");
                };
                // 50 million far, 20 million a turn.
                let there = fleet.position == Some(goal);
                assert_eq!(there, turn >= 3, "{version} {api:?} turn {turn}");
                let descs = all(ask!(client, order_descs_of(fleet.clone())));
                for desc in &descs {
                    assert!(desc.takes(&[OrderParams::ABS_SPACE_COORDS]));
                    let order = desc.order(fleet).at(goal).build().unwrap();
                    ask!(client, insert_order(order)).unwrap();
                }
                assert_eq!(descs.len(), 1);
                ask!(client, finish_turn()).unwrap();
                let limit = Duration::from_secs(60);
                match &mut client {
                    AnyClient::Blocking(client) => client.wait_for_turn(limit),
                    AnyClient::Polling(client) => client.wait_for_turn(limit),
                    AnyClient::Async(runtime, client) => {
                        runtime.block_on(client.wait_for_turn(limit))
                    }
                }
                .unwrap();
                let news = all(ask!(client, all_messages(0)));
                assert_eq!(news.len(), turn as usize + 1);
                assert_eq!(news[turn as usize].slot.get(), Some(turn));
            }
            let foreign = all(ask!(client, objects([4]))).remove(0);
            let descs = all(ask!(client, order_descs_of(foreign.clone())));
            let order = descs[0].order(&foreign).at(goal).build().unwrap();
            let refused = ask!(client, insert_order(order)).unwrap_err();
            let code = refused.refusal().unwrap().code;
            assert_eq!(code, FailCode::PERMISSION_DENIED);
        }
    }
}

#[test]
fn every_bot_plays_with_it() {
    for bot in ["bot", "bot_blocking", "bot_polling"] {
        let server = Server::start();
        let output = Command::new(program(bot))
            .args([&server.1, "guest", "guest"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}
