//! Runs the programs of the cookbook.

use bytes::BytesMut;
use tp_frames::Packet;
use tp_game::{Game, Serving};
use tp_net::discovery::metaserver::{self, Directory};
use tp_net::server::Server;
use tp_net::transport::tls::Identity;
use tp_net::{Options, Versions, blocking, game, polling};

use crate::programs::*;

/// Calls `test` with the address of a new demo game, once for each version that the game speaks.
fn in_each_version(test: impl Fn(&Serving, &str)) {
    for version in game::VERSIONS {
        let server = Server::builder()
            .listen("127.0.0.1:0")
            .versions(Versions::only(*version));
        let game = Game::new(1).serve_by(server).unwrap();
        let address = game.local_addr().to_string();
        let mut client = blocking::Client::connect(&address, Options::default()).unwrap();
        assert_eq!(client.version().unwrap(), *version);
        test(&game, &address);
    }
}

/// As [`in_each_version`], with a client that is logged in.
fn with_a_client(test: impl Fn(&mut blocking::Client)) {
    in_each_version(|_, address| test(&mut log_in::log_in(address).unwrap()));
}

/// Runs what is asynchronous.
fn wait_for<T>(program: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(program)
}

#[test]
fn every_client_logs_in() {
    in_each_version(|_, address| {
        let client = log_in::log_in(address).unwrap();
        client.disconnect();
        wait_for(log_in_async::log_in(address)).unwrap();
        let url = format!("tp://guest:guest@{address}/demo");
        let mut client = by_url::by_url(&url).unwrap();
        assert_eq!(client.object(0).unwrap().id, 0);
        let mut client = by_url::by_url(&format!("tp+http://{address}")).unwrap();
        assert!(client.object(0).unwrap_err().is_refused());
    });
}

#[test]
fn an_account_is_made() {
    in_each_version(|_, address| {
        let mut client = create_account::create_account(address).unwrap();
        let me = client.me().unwrap();
        assert_eq!(me.name.as_str(), Some("ada"));
    });
}

#[test]
fn a_server_is_known_by_its_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let identity = Identity::stored_in(folder.path(), ["localhost"]).unwrap();
    for version in game::VERSIONS {
        let server = Server::builder()
            .listen("127.0.0.1:0")
            .tls(identity.clone())
            .versions(Versions::only(*version));
        let game = Game::new(1).serve_by(server).unwrap();
        let url = format!("tps://{}", game.local_addr());
        let known = folder.path().join("known_servers");
        let mut client = over_tls::over_tls(&url, &known).unwrap();
        assert_eq!(client.version().unwrap(), *version);
        assert!(known.exists());
    }
}

#[test]
fn games_are_announced_and_found() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let directory = Directory::default();
    let metaserver = runtime.block_on(metaserver::Server::start("127.0.0.1:0", directory));
    let metaserver = format!("http://{}/", metaserver.as_ref().unwrap().local_addr());
    let server = runtime.block_on(server::serve("127.0.0.1:0")).unwrap();
    let publisher = announce_game::announce_game(&server, &metaserver).unwrap();
    let outcome = std::iter::repeat_with(|| {
        std::thread::yield_now();
        publisher.outcome()
    });
    let receipt = outcome.flatten().next().unwrap().unwrap();
    assert!(receipt.confirmed, "{}", receipt.text);
    let url = find_game::find_game(&metaserver).unwrap().unwrap();
    assert_eq!(url.port(), Some(server.local_addrs()[0].port()));
}

#[test]
fn lists_come_by_page() {
    with_a_client(|client| {
        let all = client.object_ids(None).unwrap();
        assert_eq!(by_page::by_page(client).unwrap() as usize, all.len());
    });
}

#[test]
fn things_come_alone_together_and_nested() {
    with_a_client(|client| {
        one_thing::one_thing(client).unwrap();
        let objects = many_things::many_things(client).unwrap();
        let drawn = walk_universe::walk_universe(client).unwrap();
        assert_eq!(drawn.lines().count(), objects.len());
        assert!(drawn.lines().nth(1).unwrap().starts_with("  "));
    });
}

#[test]
fn exact_packets_are_answered() {
    with_a_client(|client| exact_packet::exact_packet(client).unwrap());
}

#[test]
fn what_goes_wrong_is_told() {
    with_a_client(|client| {
        assert!(errors::name_of(client, 0).unwrap().is_some());
        assert!(errors::name_of(client, 99_999).unwrap().is_none());
    });
}

#[test]
fn redirects_are_followed() {
    in_each_version(|_, address| {
        let mut client = redirects::redirects(address).unwrap();
        assert!(client.object(0).is_ok());
    });
}

#[test]
fn captures_are_read() {
    let mut wire = BytesMut::new();
    for version in game::VERSIONS {
        let connect = game::Connect { string: "x".into() };
        connect.encode_frame(*version, 1, &mut wire).unwrap();
    }
    let names = decode_capture::decode_capture(&wire).unwrap();
    assert_eq!(names, ["Connect", "Connect"]);
}

#[test]
fn event_loops_get_their_answers() {
    in_each_version(|_, address| {
        let objects = game_loop::game_loop(address).unwrap();
        assert_eq!(objects[0].id, 0);
        let mut client = polling::Client::connect(address, Options::default()).unwrap();
        client.login("guest", "guest").unwrap();
        client.object(0).unwrap();
        watch_socket::watch_socket(&mut client).unwrap();
        assert_eq!(client.outstanding(), 0);
    });
}

#[test]
fn a_small_server_shows_its_objects() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(server::serve("127.0.0.1:0")).unwrap();
    for version in game::VERSIONS {
        let options = Options::default().versions(Versions::only(*version));
        let mut client = blocking::Client::connect(server.local_addrs()[0], options).unwrap();
        client.login("ada", "").unwrap();
        let earth = client.object(1).unwrap();
        assert_eq!(earth.name, "Earth");
        assert!(earth.position.is_some());
    }
}
