//! Runs the programs of the cookbook.

use std::time::Duration;

use bytes::BytesMut;
use tp_frames::{Packet, Version};
use tp_game::{Game, Serving};
use tp_net::discovery::metaserver::{self, Directory};
use tp_net::model::{Object, ObjectParams, OrderDesc, OrderDescExt, Refusal, Vector};
#[cfg(unix)]
use tp_net::polling;
use tp_net::server::{self, Handler, Login, LoginReply, Peer, Server};
use tp_net::transport::tls::Identity;
use tp_net::{Options, Versions, admin, blocking, game};

use crate::programs::*;

/// Something that listens, and speaks this version only.
fn speaking(version: Version) -> server::Builder {
    let server = Server::builder().listen("127.0.0.1:0");
    server.versions(Versions::only(version))
}

/// Calls `test` with a new demo game and its address, once for each version that the game speaks.
fn in_each_version(test: impl Fn(&Serving, &str)) {
    for version in game::VERSIONS {
        let game = Game::new(1).serve_by(speaking(*version)).unwrap();
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
        let server = speaking(*version).tls(identity.clone());
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
    let server = runtime
        .block_on(small_server::serve("127.0.0.1:0"))
        .unwrap();
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

/// A game that sends its players elsewhere.
struct Moved(String);

impl Handler for Moved {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::redirect(self.0.as_str()))
    }
}

#[test]
fn redirects_are_followed() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for version in game::VERSIONS {
        let game = Game::new(1).serve_by(speaking(*version)).unwrap();
        let moved = Moved(format!("tp://{}", game.local_addr()));
        let server = runtime.block_on(speaking(*version).start(moved)).unwrap();
        let old_address = server.local_addrs()[0].to_string();
        let mut client = redirects::redirects(&old_address).unwrap();
        assert_eq!(client.me().unwrap().name, "guest");
    }
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
fn polling_clients_get_their_answers() {
    in_each_version(|_, address| {
        log_in_polling::log_in(address).unwrap();
        let objects = game_loop::game_loop(address).unwrap();
        assert_eq!(objects[0].id, 0);
    });
}

#[cfg(unix)]
#[test]
fn sockets_are_watched() {
    in_each_version(|_, address| {
        let mut client = polling::Client::connect(address, Options::default()).unwrap();
        client.login("guest", "guest").unwrap();
        client.object(0).unwrap();
        assert_eq!(client.outstanding(), 2);
        watch_socket::watch_socket(&mut client).unwrap();
        assert_eq!(client.outstanding(), 0);
    });
}

#[test]
fn a_small_server_shows_its_objects() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime
        .block_on(small_server::serve("127.0.0.1:0"))
        .unwrap();
    for version in game::VERSIONS {
        let options = Options::default().versions(Versions::only(*version));
        let mut client = blocking::Client::connect(server.local_addrs()[0], options).unwrap();
        client.login("ada", "").unwrap();
        let earth = client.object(1).unwrap();
        assert_eq!(earth.name, "Earth");
        assert!(earth.position.is_some());
    }
}

/// An object of the player's that takes an order of this name, and all that it takes.
fn mine(client: &mut blocking::Client, order: &str) -> (Object, Vec<OrderDesc>) {
    let me = client.me().unwrap();
    let all = client.all_objects().unwrap().into_iter().flatten();
    let mine = all.filter(|it| it.owner() == Some(me.id));
    for object in mine {
        let descs = order_types::order_types(client, &object).unwrap();
        if descs.iter().any(|it| it.name == order) {
            return (object, descs);
        }
    }
    panic!("nothing takes {order:?}");
}

fn number_of_orders(client: &mut blocking::Client, object: &Object) -> u32 {
    client.orders_of(object).unwrap().number
}

#[test]
fn orders_are_given_and_taken_back() {
    with_a_client(|client| {
        let (fleet, descs) = mine(client, "Move");
        let there = fleet.position.unwrap() + Vector::new(1_000_000, 0, 0);
        send_fleet::send_fleet(client, &fleet, &descs, there).unwrap();
        send_fleet::send_fleet(client, &fleet, &descs, there).unwrap();
        assert_eq!(number_of_orders(client, &fleet), 2);
        assert!(remove_orders::remove_orders(client, &fleet).unwrap() > 0);
        assert_eq!(number_of_orders(client, &fleet), 0);

        let (planet, descs) = mine(client, "Build ships");
        let build = descs.iter().find(|it| it.name == "Build ships").unwrap();
        let design = client.design_ids(None).unwrap()[0].id;
        build_ships::build_ships(client, &planet, build, design).unwrap();
        assert_eq!(number_of_orders(client, &planet), 1);
    });
}

#[test]
fn designs_are_added() {
    with_a_client(|client| {
        let design = add_design::add_design(client, &["Small hull", "Engine"]).unwrap();
        assert_eq!(design.components.len(), 2);
        assert_eq!(design.catlist.len(), 1);
    });
}

#[test]
fn messages_are_read_removed_and_posted() {
    with_a_client(|client| {
        assert_eq!(read_messages::read_messages(client).unwrap(), ["Welcome"]);
        assert_eq!(client.board(0).unwrap().messages, 0);
        let board = client.board_ids(None).unwrap()[0].id;
        let before = client.board(board).unwrap().messages;
        post_message::post_message(client, board, 7).unwrap();
        assert_eq!(client.board(board).unwrap().messages, before + 1);
    });
}

#[test]
fn turns_are_waited_for() {
    in_each_version(|game, address| {
        let mut client = log_in::log_in(address).unwrap();
        turns::turns(&mut client).unwrap();
        assert_eq!(game.game().turn(), 4);
    });
}

#[test]
fn events_are_told() {
    in_each_version(|_, address| {
        wait_for(async {
            let client = log_in_async::log_in(address).await.unwrap();
            let watching = watch_events::watch_events(client.clone());
            let (_, said) = tokio::join!(watching, client.finish_turn());
            said.unwrap();
        });
    });
}

#[test]
fn a_mirror_is_kept_and_stored() {
    with_a_client(|client| {
        let mirror = mirror::mirror(client).unwrap();
        assert_eq!(
            mirror.objects().len(),
            client.object_ids(None).unwrap().len()
        );
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mirror.json");
        let changes = mirror_file::mirror_file(client, &file).unwrap();
        assert_eq!(changes.objects.appeared.len(), mirror.objects().len());
        let changes = mirror_file::mirror_file(client, &file).unwrap();
        assert!(changes.is_empty(), "{changes:?}");
    });
}

/// Logs in to a game in memory, once in each version.
fn with_a_game<H: Handler>(game: impl Fn() -> H, test: impl Fn(&mut blocking::Client)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for version in game::VERSIONS {
        let server = runtime.block_on(Server::builder().start_in_memory(game()));
        let options = Options::default().versions(Versions::only(*version));
        let connector = server.as_ref().unwrap().connector();
        let client = blocking::Client::connect_with("tp://game", options, connector);
        let mut client = client.unwrap();
        client.login("ada", "").unwrap();
        test(&mut client);
    }
}

#[test]
fn a_game_describes_its_objects() {
    with_a_game(
        || own_descriptions::Beacons,
        |client| {
            let beacon = client.object(0);
            if client.version().unwrap() == game::TP03 {
                assert!(beacon.unwrap_err().is_refused());
            } else {
                let beacon = beacon.unwrap();
                let light = game::ObjectParamInteger { intvalue: 7 };
                assert_eq!(beacon.parameters.values(), [ObjectParams::Integer(light)]);
            }
        },
    );
}

#[test]
fn a_game_announces_its_turns() {
    with_a_game(announce_turns::Turns::default, |client| {
        client.finish_turn().unwrap();
        client.wait_for_turn(Duration::from_secs(30)).unwrap();
    });
}

#[test]
fn frames_are_shown_without_passwords() {
    in_each_version(|_, address| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("frames.log");
        let subscriber = trace_frames::trace_frames(&file).unwrap();
        tracing::subscriber::with_default(subscriber, || {
            create_account::create_account(address).unwrap();
        });
        let shown = std::fs::read_to_string(file).unwrap();
        assert!(shown.contains("CreateAccount"), "{shown}");
        assert!(!shown.contains("s3cret"), "{shown}");
    });
}

#[test]
fn a_connection_that_was_cut_is_made_again() {
    for version in game::VERSIONS {
        let game = Game::new(1);
        let serving = game.serve_by(speaking(*version)).unwrap();
        let address = serving.local_addr().to_string();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let client = runtime.block_on(reconnect::log_in(&address)).unwrap();
        serving.shutdown();
        let server = Server::builder().versions(Versions::only(*version));
        let serving = game.serve_by(server.listen(&address)).unwrap();
        runtime.block_on(async {
            let me = client.me().await.unwrap();
            let objects = client.all_objects().await.unwrap();
            let mut objects = objects.into_iter().flatten();
            let fleet = objects.find(|it| it.owner() == Some(me.id) && !it.ships().is_empty());
            let fleet = fleet.unwrap();
            let descs = client.order_descs_of(&fleet).await.unwrap();
            let wait = descs.into_iter().flatten().find(|it| it.name == "Wait");
            let order = wait.unwrap().order(&fleet).number(1).build().unwrap();
            reconnect::insert(&client, &fleet, order).await.unwrap();
            assert_eq!(client.orders_of(&fleet).await.unwrap().number, 1);
        });
        serving.shutdown();
    }
}

#[test]
fn a_game_takes_orders() {
    with_a_game(take_orders::Fleet::default, |client| {
        let fleet = client.object(0).unwrap();
        let descs = order_types::order_types(client, &fleet).unwrap();
        let there = Vector::new(1, 2, 3);
        let order = descs[0].order(&fleet).at(there).build().unwrap();
        client.insert_order(order).unwrap();
        assert_eq!(client.object(0).unwrap().position, Some(there));
    });
}

#[test]
fn servers_are_administrated() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = admin_server::administrate("127.0.0.1:0");
    let server = runtime.block_on(server).unwrap();
    let address = server.local_addrs()[0].to_string();
    let said = admin_client::run(&address, "status").unwrap();
    assert_eq!(said.as_deref(), Some("All is well."));
    assert_eq!(admin_client::run(&address, "dance").unwrap(), None);
    let mut client = admin::BlockingClient::connect(&address, Options::default()).unwrap();
    client.login("admin", "s3cret").unwrap();
    let result = client.command(1, [10_u32.into()]).unwrap();
    assert_eq!(result.output, "The clock stands.");
}
