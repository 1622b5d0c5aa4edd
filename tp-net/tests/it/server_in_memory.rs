//! Clients that come without sockets.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tp_game::Game;
use tp_net::client::Client;
use tp_net::model::{Refusal, TimeRemaining};
use tp_net::server::{Caller, Handler, Limits, Login, LoginReply, Peer, Server, Timeouts};
use tp_net::{Error, Options, Versions, blocking, game};

use crate::any_client::{APIS, AnyClient};
use crate::client_game::{FORMS, play};
use crate::peer::options;
use crate::server_client::LONG;

/// The URL of a server in memory.
const GAME: &str = "tp://game";

fn url(text: &str) -> tp_net::transport::Url {
    text.parse().unwrap()
}

#[test]
fn every_client_plays_in_memory_in_every_version() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for (versions, padded) in FORMS {
        for api in APIS {
            let starting = Server::builder().start_in_memory(Game::new(7));
            let server = runtime.block_on(starting).unwrap();
            let options = options().versions(versions);
            let connecting = AnyClient::connect_with(api, url(GAME), options, server.connector());
            let mut client = connecting.unwrap();
            assert!(server.local_addrs().is_empty());
            play(&mut client, versions, padded, "eve");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_may_use_the_blocking_client() {
    // More steps in a row than a task of tokio may take, while another worker serves.
    let server = Server::builder()
        .start_in_memory(Game::new(7))
        .await
        .unwrap();
    let connector = server.connector();
    let mut client = blocking::Client::connect_with(GAME, options(), connector).unwrap();
    client.login("guest", "guest").unwrap();
    for _ in 0..1000 {
        assert!(client.ping().unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn an_hour_is_over_at_once() {
    let began = Instant::now();
    for version in game::VERSIONS {
        let game = Game::builder().turn_time(Duration::from_secs(3600)).build();
        let server = Server::builder()
            .start_in_memory(game.clone())
            .await
            .unwrap();
        let options = Options::default().versions(Versions::only(*version));
        let connecting = Client::connect_with(GAME, options, server.connector());
        let client = connecting.await.unwrap();
        let ending = async {
            while game.turn() < 4 {
                client.ping().await.unwrap();
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        };
        client.login("guest", "guest").await.unwrap();
        tokio::select! {
            () = game.run_turns() => {}
            () = ending => {}
        }
        assert_eq!(game.turn(), 4);
    }
    assert!(began.elapsed() < LONG);
}

/// Sends as much as it is asked for, to those who are logged in.
#[derive(Default)]
struct Talker {
    left: AtomicU32,
}

impl Handler for Talker {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "welcome"))
    }

    async fn finish_turn(&self, caller: &Caller<()>) -> Result<tp_frames::TpString, Refusal> {
        for turn in 0..1000 {
            let told = TimeRemaining {
                time: turn,
                ..TimeRemaining::default()
            };
            caller.peer().send_time_remaining(told).unwrap();
        }
        Ok("done".into())
    }

    async fn disconnected(&self, _: &Peer, _: Option<&()>) {
        self.left.fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn who_waits_is_woken_and_sees_the_end() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for version in game::VERSIONS {
        let handler = std::sync::Arc::new(Talker::default());
        let starting = Server::builder().start_in_memory_shared(handler.clone());
        let server = runtime.block_on(starting).unwrap();
        let options = Options::default().versions(Versions::only(*version));
        let connecting = blocking::Client::connect_with(GAME, options.clone(), server.connector());
        let mut client = connecting.unwrap();
        client.login("ada", "").unwrap();
        // More than the pipes hold, in one go.
        client.finish_turn().unwrap();
        let told = std::iter::from_fn(|| client.next_event(Duration::ZERO).unwrap());
        assert_eq!(told.count(), 1000);
        client.disconnect();
        while handler.left.load(Ordering::Relaxed) == 0 {
            std::thread::yield_now();
        }

        let connector = server.connector();
        let connecting = blocking::Client::connect_with(GAME, options.clone(), connector.clone());
        let mut client = connecting.unwrap();
        runtime.block_on(server.shutdown());
        assert!(client.ping().unwrap_err().is_disconnected());
        let none = blocking::Client::connect_with(GAME, options, connector).unwrap_err();
        let text = format!("{none:?}");
        assert!(text.contains("the server in memory has ended"), "{text}");
    }
}

#[tokio::test]
async fn in_memory_there_is_no_encryption_to_be_had() {
    let server = Server::builder()
        .start_in_memory(Game::new(7))
        .await
        .unwrap();
    let connecting = Client::connect_with("tps://game", options(), server.connector());
    let text = format!("{:?}", connecting.await.unwrap_err());
    assert!(
        text.contains("there is no tps in memory, only tp"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn limits_and_times_are_those_of_any_connection() {
    let mut limits = Limits::default();
    limits.connections = 1;
    let mut timeouts = Timeouts::default();
    timeouts.login = Duration::from_secs(60);
    let builder = Server::builder().limits(limits).timeouts(timeouts);
    let server = builder.start_in_memory(Game::new(7)).await.unwrap();
    let connect = || Client::connect_with(GAME, Options::default(), server.connector());
    let first = connect().await.unwrap();
    let second: Error = connect().await.unwrap_err();
    assert!(format!("{second:?}").contains("full"), "{second:?}");
    tokio::time::sleep(Duration::from_secs(61)).await;
    assert!(first.login("guest", "guest").await.is_err(), "too late");
    connect().await.unwrap();
}
