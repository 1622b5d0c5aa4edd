//! Runs the programs.

use std::collections::HashMap;

use tp_game::{Game, Serving};
use tp_net::model::Object;
use tp_net::server::Server;
use tp_net::{Options, Versions, blocking, client, game};

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
    in_each_version(|game, address| {
        let client = log_in::log_in(address).unwrap();
        client.disconnect();
        wait_for(log_in_async::log_in(address)).unwrap();
        let url = format!("tp://guest:guest@{address}/demo");
        let mut client = by_url::by_url(&url).unwrap();
        assert!(!client.objects([0]).unwrap().is_empty());
        let mut client = by_url::by_url(&format!("tp+http://{address}")).unwrap();
        assert!(client.objects([0]).unwrap_err().is_refused());
        assert_eq!(game.local_addrs().len(), 1);
    });
}

#[test]
fn an_account_is_made() {
    in_each_version(|_, address| {
        let mut client = create_account::create_account(address).unwrap();
        let me = client.players([0]).unwrap().remove(0).unwrap();
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
fn games_are_found() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let metaserver = runtime.block_on(metaserver::Server::start(
        "127.0.0.1:0",
        metaserver::Directory::default(),
    ));
    let url = format!("http://{}/", metaserver.unwrap().local_addr());
    find_games::find_games(&url).unwrap();
}

#[test]
fn lists_come_by_page() {
    with_a_client(|client| {
        let all = client.object_ids(None).unwrap();
        assert_eq!(by_page::by_page(client).unwrap() as usize, all.len());
    });
}

#[test]
fn exact_packets_are_answered() {
    with_a_client(|client| exact_packet::exact_packet(client).unwrap());
}

#[test]
fn what_goes_wrong_is_told() {
    with_a_client(|client| {
        assert!(errors::errors(client, 0).unwrap().is_some());
        assert!(errors::errors(client, 99_999).unwrap().is_none());
    });
}

#[test]
fn redirects_are_followed() {
    in_each_version(|_, address| {
        let mut client = redirects::redirects(address).unwrap();
        assert!(client.objects([0]).is_ok());
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
