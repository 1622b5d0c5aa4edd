//! Every call of every client ends within its stated limit, whatever the peer does.
//!
//! The limits are some milliseconds here. No test looks at the clock, but that each call has come
//! back when a watchdog does.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use bytes::BytesMut;
use tp_frames::{DecodeOptions, Packet, RawFrame};
use tp_net::client::{AsyncConnector, AsyncStream, Opened};
use tp_net::mirror::Mirror;
use tp_net::model::{self, Vector};
use tp_net::transport::{Proxies, Url};
use tp_net::{Error, IdListQuery, Options, Reconnect, Versions, client, game, polling};

use crate::any_client::{APIS, AnyClient, Api, ask};
use crate::peer::{frame, group, object, okay, time_remaining, with_every_client};
use crate::proxy::Listening;

/// By when whatever ends has ended, on the slowest machine.
const WATCHDOG: Duration = Duration::from_secs(60);

/// How long an operation may take here.
const LIMIT: Duration = Duration::from_millis(25);

/// Longer than any test takes.
const LONG: Duration = Duration::from_secs(3600);

/// Runs something that has to end.
#[track_caller]
pub(crate) fn ends<T: Send + 'static>(what: &str, call: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, ended) = mpsc::channel();
    std::thread::spawn(move || sender.send(call()));
    match ended.recv_timeout(WATCHDOG) {
        Ok(ended) => ended,
        Err(error) => panic!("{what}: {error}"),
    }
}

/// Sends `start`, and then `piece` again and again, until the client hangs up.
fn drip(mut socket: TcpStream, start: &[u8], piece: &[u8], pause: Duration) {
    let mut sent = socket.write_all(start);
    while sent.is_ok() {
        std::thread::sleep(pause);
        sent = socket.write_all(piece);
    }
}

/// A listener that does so to all who connect.
fn dripping(start: &[u8], piece: &[u8], pause: Duration) -> Listening {
    let (start, piece) = (start.to_vec(), piece.to_vec());
    Listening::start(move |socket| {
        let (start, piece) = (start.clone(), piece.clone());
        std::thread::spawn(move || drip(socket, &start, &piece, pause));
    })
}

const NOW: Duration = Duration::ZERO;
const SLOWLY: Duration = Duration::from_millis(1);

/// The start of a frame of a mebibyte.
fn endless_frame(sequence: u32, r#type: u32) -> Vec<u8> {
    let mut bytes = b"TP\x04\0".to_vec();
    for number in [sequence, r#type, 1 << 20] {
        bytes.extend_from_slice(&number.to_be_bytes());
    }
    bytes
}

/// A frame that nobody asked for.
fn unasked() -> Vec<u8> {
    frame(game::TP04, 0, &time_remaining(7))
}

#[test]
fn whatever_a_peer_does_instead_of_greeting_connecting_ends() {
    let stray = frame(game::TP04, 4711, &okay(""));
    let mut peers = vec![
        (
            "silence",
            "tp",
            dripping(b"", b"", Duration::from_millis(20)),
        ),
        (
            "a greeting by the byte",
            "tp",
            dripping(&endless_frame(1, 0), b"x", SLOWLY),
        ),
        ("frames of nobody", "tp", dripping(b"", &stray, NOW)),
        (
            "frames that nobody asked for",
            "tp",
            dripping(b"", &unasked(), NOW),
        ),
        ("words", "tp", dripping(b"", b"w", SLOWLY)),
        (
            "not yet, without end",
            "tp+http",
            dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", NOW),
        ),
        (
            "not yet, now and then",
            "tp+http",
            dripping(b"", b"HTTP/1.0 102 Wait\r\n\r\n", SLOWLY),
        ),
        (
            "a head by the byte",
            "tp+http",
            dripping(b"HTTP/1.0 200 OK\r\nX-Long: ", b"x", SLOWLY),
        ),
        (
            "a tunnel and no greeting",
            "tp+http",
            dripping(b"HTTP/1.0 200 OK\r\n\r\n", &unasked(), SLOWLY),
        ),
    ];
    if cfg!(feature = "tls") {
        peers.extend([
            (
                "a record by the byte",
                "tps",
                dripping(&[22, 3, 3, 64, 0, 2], b"\0", SLOWLY),
            ),
            (
                "records without end",
                "tps",
                dripping(b"", &[22, 3, 3, 0, 1, 4], NOW),
            ),
            (
                "empty records",
                "tps",
                dripping(b"", &[22, 3, 3, 0, 0], NOW),
            ),
        ]);
    }
    for (what, scheme, peer) in peers {
        for api in APIS {
            let what = format!("{what}, {api:?}");
            let url: Url = format!("{scheme}://{}", peer.address).parse().unwrap();
            let error = ends(&what, move || unconnected(api, url, Proxies::Never));
            assert!(error.is_disconnected(), "{what}: {error}");
        }
    }
}

/// Why there is no connection, once the client says so.
fn unconnected(api: Api, url: Url, proxies: Proxies) -> Error {
    let options = Options::default()
        .proxies(proxies)
        .connect_timeout(LIMIT * 4)
        .greeting_timeout(LIMIT * 4)
        .operation_timeout(Some(LONG));
    match AnyClient::connect(api, url, options) {
        Err(error) => error,
        Ok(mut client) => ask!(client, features()).unwrap_err(),
    }
}

#[test]
fn whatever_a_proxy_does_instead_of_a_tunnel_connecting_ends() {
    let through = b"HTTP/1.0 200 OK\r\n\r\n";
    let mut peers = vec![
        (
            "silence",
            "tp",
            dripping(b"", b"", Duration::from_millis(20)),
        ),
        (
            "not yet, without end",
            "tp+http",
            dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n", NOW),
        ),
        (
            "a status by the byte",
            "tp",
            dripping(b"HTTP/1.0 200 ", b"x", SLOWLY),
        ),
        (
            "a head by the byte",
            "tp",
            dripping(b"HTTP/1.0 200 OK\r\nX-Long: ", b"x", SLOWLY),
        ),
        (
            "a page of an error by the byte",
            "tp+http",
            dripping(b"HTTP/1.0 502 No\r\nX-Long: ", b"x", SLOWLY),
        ),
        (
            "a greeting by the byte",
            "tp",
            dripping(&[through, &endless_frame(1, 0)[..]].concat(), b"x", SLOWLY),
        ),
    ];
    if cfg!(feature = "tls") {
        peers.extend([
            (
                "a head by the byte before TLS",
                "tps",
                dripping(b"HTTP/1.0 200 OK\r\nX-Long: ", b"x", SLOWLY),
            ),
            (
                "a record by the byte behind the tunnel",
                "tp+https",
                dripping(
                    &[through, &[22, 3, 3, 64, 0, 2][..]].concat(),
                    b"\0",
                    SLOWLY,
                ),
            ),
        ]);
    }
    for (what, scheme, peer) in peers {
        for api in APIS {
            let what = format!("{what}, {api:?}");
            let url: Url = format!("{scheme}://game.example").parse().unwrap();
            let proxies = Proxies::Always(peer.address.to_string().parse().unwrap());
            let error = ends(&what, move || unconnected(api, url, proxies));
            assert!(error.is_disconnected(), "{what}: {error}");
        }
    }
}

/// A peer that greets, and to each request does something without end.
fn never_answering(forever: fn(u32) -> (Vec<u8>, Vec<u8>)) -> Listening {
    Listening::start(move |mut socket| {
        std::thread::spawn(move || {
            let mut received = BytesMut::new();
            let mut buffer = [0; 4096];
            let (start, piece) = loop {
                let Ok(count @ 1..) = socket.read(&mut buffer) else {
                    return;
                };
                received.extend_from_slice(&buffer[..count]);
                let options = DecodeOptions::default();
                let mut asked = None;
                while let Ok(Some(next)) = RawFrame::take(&mut received, &options) {
                    asked = Some(next.header);
                }
                match asked {
                    Some(header) if header.r#type == game::Connect::TYPE => {
                        let okay = frame(header.version, header.sequence, &okay("hello"));
                        if socket.write_all(&okay).is_err() {
                            return;
                        }
                    }
                    Some(header) => break forever(header.sequence),
                    None => {}
                }
            };
            let mut other = socket.try_clone().unwrap();
            std::thread::spawn(move || while matches!(other.read(&mut [0; 4096]), Ok(1..)) {});
            drip(socket, &start, &piece, SLOWLY);
        });
    })
}

/// What takes all the time that one operation has.
fn holding() -> [(&'static str, Listening); 3] {
    [
        (
            "frames that nobody asked for",
            never_answering(|_| (Vec::new(), unasked())),
        ),
        (
            "an answer by the byte",
            never_answering(|sequence| (endless_frame(sequence, 7), b"x".to_vec())),
        ),
        ("nothing", never_answering(|_| (Vec::new(), Vec::new()))),
    ]
}

fn patient() -> Options {
    Options::default()
        .reply_timeout(None)
        .optional_reply_timeout(LONG)
        .operation_timeout(Some(LIMIT))
}

/// A client that is connected, if its connecting is no operation that goes on when it is polled. The
/// peer answers at once, which on a loaded machine may be late.
fn connected(api: Api, address: SocketAddr, options: &Options) -> AnyClient {
    loop {
        match AnyClient::connect(api, address, options.clone()) {
            Ok(client) => return client,
            Err(error) if error.is_timeout() => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// A client whose operations have [`LIMIT`].
fn held(api: Api, peer: &Listening) -> AnyClient {
    connected(api, peer.address, &patient())
}

macro_rules! each {
    ($client:expr; $($name:ident $(::<$item:ty>)? ($($arg:expr),*);)*) => {
        vec![$((stringify!($name), ask!($client, $name $(::<$item>)? ($($arg),*)).map(|_| ()))),*]
    };
}

/// What comes of each operation.
fn operations(client: &mut AnyClient) -> Vec<(&'static str, Result<(), Error>)> {
    type Board = game::Board;
    let place = Vector { x: 0, y: 0, z: 0 };
    let mut ship = model::Object::from(object(1));
    ship.order_queue = Some(3);
    let order = model::Order::from_frame(game::Order::default(), game::TP04);
    let ids = || vec![1, 2, 3];
    each! { *client;
        login("guest", "guest");
        create_account("a", "b", "c", "d");
        ping();
        features();
        enable_padding();
        games();
        time_remaining();
        finish_turn();
        get::<Board>(ids());
        get_one::<Board>(1);
        all::<Board>();
        ids::<Board>(None);
        id_page(IdListQuery::<Board>::new());
        object_ids_by_position(place, 1);
        object_ids_by_container(1);
        object(1);
        objects(ids());
        all_objects();
        objects_by_position(place, 1);
        modify_object(ship.clone());
        object_desc(1);
        object_descs(ids());
        order_desc(1);
        order_descs(ids());
        order_queue(1);
        order_queues(ids());
        orders_of(ship.clone());
        order_descs_of(ship.clone());
        all_orders(ship.clone());
        order(1, 1);
        orders(1, ids());
        insert_order(order.clone());
        probe_order(order.clone());
        remove_order(1, 1);
        remove_orders(1, ids());
        board(1);
        boards(ids());
        message(1, 1);
        messages(1, ids());
        all_messages(1);
        post_message(model::Message::default());
        remove_message(1, 1);
        remove_messages(1, ids());
        resource(1);
        resources(ids());
        me();
        player(1);
        players(ids());
        category(1);
        categories(ids());
        add_category(model::Category::default());
        remove_category(1);
        remove_categories(ids());
        design(1);
        designs(ids());
        add_design(model::Design::default());
        modify_design(model::Design::default());
        remove_design(1);
        remove_designs(ids());
        component(1);
        components(ids());
        property(1);
        properties(ids());
        object_ids(None);
        object_desc_ids(None);
        order_desc_ids(None);
        order_queue_ids(None);
        board_ids(None);
        resource_ids(None);
        player_ids(None);
        category_ids(None);
        design_ids(None);
        component_ids(None);
        property_ids(None);
        request(game::GetTimeRemaining::default());
        request_frame(game::Frame::Ping(game::Ping::default()));
        request_many(game::GetBoards { ids: ids() });
    }
}

/// The names of the operations that the clients have.
fn names() -> BTreeSet<&'static str> {
    let list = include_str!("../../src/operations.rs");
    let (_, list) = list.split_once("macro_rules! game_operations").unwrap();
    let (list, _) = list.split_once("macro_rules! admin_operations").unwrap();
    let entries = list.lines().filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("Read ").or(line.strip_prefix("Write "))
    });
    let names = entries.map(|entry| entry.split(['(', '<']).next().unwrap());
    names
        .chain(["request", "request_frame", "request_many"])
        .collect()
}

#[test]
fn every_operation_ends_whatever_comes_instead_of_its_answer() {
    for (what, peer) in holding() {
        for api in APIS {
            let what = format!("{what}, {api:?}");
            let mut client = held(api, &peer);
            let ended = ends(&what, move || operations(&mut client));
            let called: BTreeSet<&str> = ended.iter().map(|(name, _)| *name).collect();
            assert_eq!(called, names());
            for (name, ended) in ended {
                let error = ended.expect_err(name);
                assert!(error.is_timeout(), "{what}: {name}: {error}");
            }
        }
    }
}

#[test]
fn every_other_call_ends_too() {
    for (what, peer) in holding() {
        for api in APIS {
            let what = format!("{what}, {api:?}");
            let mut client = held(api, &peer);
            ends(&what.clone(), move || {
                let timed_out = |call: &str, ended: Result<(), Error>| {
                    let error = ended.expect_err(call);
                    assert!(error.is_timeout(), "{what}: {call}: {error}");
                };
                timed_out("features", ask!(client, features()).map(|_| ()));
                let mut mirror = Mirror::new();
                let boards = IdListQuery::<game::Board>::new;
                match client {
                    AnyClient::Blocking(mut client) => {
                        let ended = client.wait_for_turn(LIMIT);
                        timed_out("wait_for_turn", ended.map(|_| ()));
                        client.next_event(LIMIT).unwrap();
                        client.version().unwrap();
                        timed_out("refresh", client.refresh(&mut mirror).map(|_| ()));
                        let page = client.paged_ids(boards()).next().unwrap();
                        timed_out("paged_ids", page.map(|_| ()));
                        client.disconnect();
                    }
                    AnyClient::Polling(mut client) => {
                        let ended = client.wait_for_turn(LIMIT);
                        timed_out("wait_for_turn", ended.map(|_| ()));
                        client.next_event(LIMIT).unwrap();
                        let ticket = client.refresh(&mirror).unwrap();
                        timed_out("refresh", client.wait_for(&ticket).map(|_| ()));
                        let ticket = client.time_remaining().unwrap();
                        assert!(client.wait_timeout(NOW).unwrap().is_none());
                        assert!(client.wait().unwrap().redeem(&ticket).unwrap().is_err());
                        let mut answers = polling::Answers::new();
                        answers.add(client.time_remaining().unwrap(), |time| time);
                        assert!(answers.wait(&mut client).unwrap().is_err());
                        client.disconnect();
                    }
                    AnyClient::Async(runtime, client) => runtime.block_on(async {
                        let ended = client.wait_for_turn(LIMIT).await;
                        timed_out("wait_for_turn", ended.map(|_| ()));
                        client.version().await.unwrap();
                        let ended = client.refresh(&mut mirror).await;
                        timed_out("refresh", ended.map(|_| ()));
                        let page = client.paged_ids(boards()).next().await.unwrap();
                        timed_out("paged_ids", page.map(|_| ()));
                        let hasty = client.with_deadline(LIMIT);
                        let ended = hasty.time_remaining().await;
                        timed_out("with_deadline", ended.map(|_| ()));
                        client.disconnect();
                    }),
                }
            });
        }
    }
}

#[test]
fn a_group_that_drips_ends_when_the_operation_is_over() {
    for api in APIS {
        let peer = never_answering(|sequence| {
            let group = frame(game::TP04, sequence, &group(100_000));
            (group, frame(game::TP04, sequence, &object(1)))
        });
        let options = Options::default().operation_timeout(Some(LIMIT * 4));
        let mut client = connected(api, peer.address, &options);
        let error = ends("a group that drips", move || {
            let ids = (0..100_000).collect();
            ask!(client, request_many(game::GetObjectsByID { ids })).unwrap_err()
        });
        assert!(
            matches!(error, Error::Timeout(limit) if limit == LIMIT * 4),
            "{error}"
        );
    }
}

#[test]
fn a_list_that_repeats_itself_ends() {
    with_every_client(
        |line| {
            // Each answer adds up with the one before.
            for left in (0..5000_u32).rev() {
                let answer = game::IDSequence {
                    key: 5.into(),
                    remaining: left.into(),
                    modtimes: vec![game::IDSequenceModtime { id: 7, modtime: 1 }],
                    from: Some(tp_frames::Semi64::NONE),
                };
                line.reply(game::ObjectIDs::from(answer));
                if line.take_or_end().is_none() {
                    return;
                }
            }
        },
        |client| {
            let error = ask!(*client, object_ids(None)).unwrap_err();
            assert!(matches!(error, Error::RepeatedIds { ids: 1 }), "{error}");
        },
    );
}

#[test]
fn attempts_to_connect_again_end_with_the_operation() {
    for api in APIS {
        // Greets, and hangs up as soon as something is asked.
        let peer = never_answering(|_| (Vec::new(), Vec::new()));
        let cutting = Listening::start({
            let address = peer.address;
            move |socket| {
                std::thread::spawn(move || cut_at_the_second_frame(socket, address));
            }
        });
        let reconnect = Reconnect::default()
            .first_delay(SLOWLY)
            .longest_delay(SLOWLY * 4)
            .attempts(None);
        let options = Options::default()
            .versions(Versions::only(game::TP04))
            .reconnect(reconnect)
            .operation_timeout(Some(LIMIT * 8));
        let mut client = connected(api, cutting.address, &options);
        let error = ends("attempts without end", move || {
            ask!(client, features()).unwrap_err()
        });
        assert!(error.is_timeout(), "{error}");
    }
}

/// Passes on what is said until the client has sent two frames.
fn cut_at_the_second_frame(mut client: TcpStream, server: SocketAddr) {
    let mut server = TcpStream::connect(server).unwrap();
    let mut buffer = [0; 4096];
    let Ok(count) = client.read(&mut buffer) else {
        return;
    };
    server.write_all(&buffer[..count]).unwrap();
    let count = server.read(&mut buffer).unwrap();
    let _ = client.write_all(&buffer[..count]);
    let _ = client.read(&mut buffer);
}

#[test]
fn requests_that_a_peer_does_not_read_end() {
    let deaf = Listening::start(|mut socket| {
        std::thread::spawn(move || {
            let mut buffer = [0; 16];
            socket.read_exact(&mut buffer).unwrap();
            let okay = frame(game::TP04, 1, &okay("hello"));
            socket.write_all(&okay).unwrap();
            std::thread::sleep(WATCHDOG);
        });
    });
    for api in APIS {
        let mut client = held(api, &deaf);
        let ended = ends("a deaf peer", move || {
            let ask = |client: &mut AnyClient| {
                let ids = vec![0; 250_000];
                ask!(*client, request_many(game::GetObjectsByID { ids })).map(|_| ())
            };
            let ended: Vec<_> = (0..12).map(|_| ask(&mut client)).collect();
            drop(client);
            ended
        });
        for ended in ended {
            let error = ended.unwrap_err();
            assert!(error.is_timeout(), "{error}");
        }
    }
}

/// Opens the end of a pipe.
struct Pipe(std::sync::Mutex<Option<tokio::io::DuplexStream>>);

impl AsyncConnector for Pipe {
    fn open<'a>(&'a self, _: &'a Url, _: Duration) -> Opened<'a> {
        let end = self.0.lock().unwrap().take();
        let end = end.ok_or_else(|| std::io::ErrorKind::ConnectionRefused.into());
        Box::pin(async { end.map(|end| Box::new(end) as Box<dyn AsyncStream>) })
    }
}

#[tokio::test(start_paused = true)]
async fn by_default_an_operation_has_ten_minutes() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (near, mut far) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move {
        assert!(far.read(&mut [0; 4096]).await.unwrap() > 0);
        let hello = frame(game::TP04, 1, &okay("hello"));
        far.write_all(&hello).await.unwrap();
        assert!(far.read(&mut [0; 64 << 10]).await.unwrap() > 0);
        let begin = frame(game::TP04, 2, &group(4096));
        far.write_all(&begin).await.unwrap();
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let next = frame(game::TP04, 2, &object(1));
            if far.write_all(&next).await.is_err() {
                return;
            }
        }
    });
    let pipe = Pipe(std::sync::Mutex::new(Some(near)));
    let client = client::Client::connect_with("nowhere", Options::default(), pipe);
    let client = client.await.unwrap();
    let began = tokio::time::Instant::now();
    let error = client
        .objects((0..4096).collect::<Vec<_>>())
        .await
        .unwrap_err();
    let took = began.elapsed();
    let ten_minutes = Duration::from_secs(600);
    assert!(
        matches!(error, Error::Timeout(limit) if limit == ten_minutes),
        "{error}"
    );
    assert!(
        took >= ten_minutes && took < ten_minutes + Duration::from_secs(1),
        "{took:?}"
    );
    // Another has as much of its own.
    let error = client.time_remaining().await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert!(began.elapsed() > ten_minutes);
}
