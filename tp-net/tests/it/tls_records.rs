//! Peers that take one record of TLS at a time, and expect one frame in it.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::BytesMut;
use tp_frames::{DecodeOptions, Header, Packet, RawFrame, Request, game};
use tp_net::transport::tls::{Identity, Trust};
use tp_net::transport::{Layer, Proxies};
use tp_net::{Options, admin};

use crate::any_client::{APIS, AnyClient, ask};
use crate::client_tls::{identity, url};
use crate::peer::{fail, frame, okay, options};
use crate::server_client::{LONG, Okay, Other, SLOW, Said, Sequence, address, said, start_with};

/// The most that one record carries.
const RECORD: usize = 16 << 10;

/// A peer as programs with GnuTLS are that wait for their socket: when that is readable they take
/// a record, and of it one frame.
struct RecordReader {
    socket: TcpStream,
    layer: Box<dyn Layer>,
}

impl RecordReader {
    fn agreed(socket: TcpStream, layer: Box<dyn Layer>) -> Self {
        socket.set_read_timeout(Some(LONG)).unwrap();
        socket.set_write_timeout(Some(LONG)).unwrap();
        let mut this = Self { socket, layer };
        this.flush();
        while !this.layer.is_ready() {
            assert_eq!(this.record(), Some(vec![]));
        }
        this
    }

    fn flush(&mut self) {
        let output = self.layer.output().to_vec();
        self.layer.written(output.len());
        // The other side may have ended.
        let _ = self.socket.write_all(&output);
    }

    /// What the next record carries; `None` at the end.
    fn record(&mut self) -> Option<Vec<u8>> {
        let mut record = vec![0; 5];
        match self.socket.read_exact(&mut record) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return None,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return None,
            read => read.unwrap(),
        }
        let length = u16::from_be_bytes([record[3], record[4]]);
        record.resize(5 + usize::from(length), 0);
        self.socket.read_exact(&mut record[5..]).unwrap();
        let mut carried = Vec::new();
        self.layer.receive(&record, &mut carried).unwrap();
        self.flush();
        (!self.layer.is_ended()).then_some(carried)
    }

    /// The next frame; `None` at the end.
    fn frame(&mut self) -> Option<RawFrame> {
        let mut received = BytesMut::new();
        loop {
            let record = self.record()?;
            assert!(!record.is_empty(), "a record that carries nothing");
            received.extend_from_slice(&record);
            if let Some(frame) = RawFrame::take(&mut received, &DecodeOptions::default()).unwrap() {
                assert!(received.is_empty(), "a record carries bytes of two frames");
                return Some(frame);
            }
            assert_eq!(
                record.len(),
                RECORD,
                "a frame is cut though a record holds it"
            );
        }
    }

    fn said(&mut self) -> Said {
        said(&self.frame().expect("the connection goes on"))
    }

    fn say(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let count = self.layer.send(bytes).unwrap();
            bytes = &bytes[count..];
            self.flush();
        }
    }

    fn ask<R: Request>(&mut self, request: &R) -> Said {
        self.say(&frame(game::TP04, 1, request));
        self.said()
    }

    /// Answers whatever a client asks, and returns the types of what that was.
    fn answer_all(&mut self) -> Vec<u32> {
        let mut asked = Vec::new();
        while let Some(request) = self.frame() {
            let Header {
                version,
                sequence,
                r#type,
                ..
            } = request.header;
            asked.push(r#type);
            match r#type {
                game::Connect::TYPE | game::Login::TYPE | game::Ping::TYPE => {
                    self.say(&frame(version, sequence, &okay("")));
                }
                _ => self.say(&frame(version, sequence, &fail(4))),
            }
        }
        asked
    }
}

/// Takes one client; gives what it asked when it is gone.
fn server(identity: &Identity) -> (String, JoinHandle<Vec<u32>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("tps://{}", listener.local_addr().unwrap());
    let layer = identity.layer().unwrap();
    let thread = std::thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        RecordReader::agreed(socket, layer).answer_all()
    });
    (url, thread)
}

/// Two requests that fill more than one record, and one that does not.
fn many_ids() -> Vec<u32> {
    (0..10_000).collect()
}

fn trusting(identity: &Identity) -> Options {
    options()
        .trust(Trust::pinned([identity.fingerprint()]))
        .proxies(Proxies::Never)
}

#[test]
fn every_client_sends_one_frame_a_record() {
    let (identity, _folder) = identity();
    for api in APIS {
        let (place, server) = server(&identity);
        let mut client = AnyClient::connect(api, url(place), trusting(&identity)).unwrap();
        ask!(client, login("guest", "guest")).unwrap();
        assert!(ask!(client, players(many_ids())).unwrap_err().is_refused());
        match &mut client {
            AnyClient::Blocking(_) => {}
            AnyClient::Polling(client) => {
                let tickets: Vec<_> = (0..20).map(|_| client.ping().unwrap()).collect();
                for ticket in tickets {
                    assert!(client.wait().unwrap().redeem(&ticket).unwrap().unwrap());
                }
            }
            AnyClient::Async(runtime, client) => runtime.block_on(async {
                let pings = (client.ping(), client.ping(), client.ping());
                let (one, two, three) = tokio::join!(pings.0, pings.1, pings.2);
                assert!(one.unwrap() && two.unwrap() && three.unwrap());
            }),
        }
        // It is answered after everything else.
        assert!(ask!(client, ping()).unwrap());
        drop(client);
        let asked = server.join().unwrap();
        let players = asked.iter().filter(|it| **it == game::GetPlayer::TYPE);
        assert_eq!(players.count(), 3, "{api:?}");
    }
}

#[test]
fn administration_sends_one_frame_a_record_too() {
    let (identity, _folder) = identity();
    let (place, asked) = server(&identity);
    let mut client = admin::BlockingClient::connect(url(place), trusting(&identity)).unwrap();
    client.command_descs(many_ids()).unwrap_err();
    assert!(client.ping().unwrap());
    drop(client);
    assert_eq!(asked.join().unwrap().len(), 5);

    let (place, asked) = server(&identity);
    let mut client = admin::PollingClient::connect(url(place), trusting(&identity)).unwrap();
    let tickets: Vec<_> = (0..20).map(|_| client.ping().unwrap()).collect();
    for ticket in tickets {
        let answer = client.client().wait().unwrap().redeem(&ticket);
        assert!(answer.unwrap().unwrap());
    }
    drop(client);
    assert_eq!(asked.join().unwrap().len(), 21);

    let (place, asked) = server(&identity);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = admin::Client::connect(url(place), trusting(&identity)).await;
        let client = client.unwrap();
        client.command_descs(many_ids()).await.unwrap_err();
        assert!(client.ping().await.unwrap());
    });
    drop(runtime);
    assert_eq!(asked.join().unwrap().len(), 5);
}

fn to_server(server: &tp_net::server::Server, trust: &Trust) -> RecordReader {
    let address = address(server);
    let layer = trust.layer("127.0.0.1", address.port()).unwrap();
    RecordReader::agreed(TcpStream::connect(address).unwrap(), layer)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_sends_one_frame_a_record_and_none_without() {
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let (server, game) = start_with(|builder| builder.tls(identity)).await;
    for tunnel in [false, true] {
        let mut client = to_server(&server, &trust);
        if tunnel {
            client.say(b"POST /x HTTP/1.0\r\n\r\n");
            let head = client.record().unwrap();
            assert!(head.starts_with(b"HTTP/1.0 200 OK\r\n") && head.ends_with(b"\r\n\r\n"));
        }
        // All at once, so that answers are gathered. The first record of the server is an answer.
        let requests = [
            frame(game::TP04, 1, &game::Connect::default()),
            frame(game::TP04, 2, &game::Login::default()),
            frame(
                game::TP04,
                3,
                &game::GetObjectsByID {
                    ids: (0..50).collect(),
                },
            ),
            frame(game::TP04, 4, &game::GetObjectIDs::default()),
            frame(game::TP04, 5, &game::Ping {}),
        ];
        client.say(&requests.concat());
        for _ in 0..2 {
            assert_eq!(client.said(), Okay);
        }
        assert_eq!(client.said(), Sequence(50));
        for _ in 0..50 {
            assert_eq!(client.said(), Other(game::Object::TYPE));
        }
        assert_eq!(client.said(), Other(game::ObjectIDs::TYPE));
        assert_eq!(client.said(), Okay);
        // What nobody asked for, beside answers.
        let peer = game.peers.lock().unwrap().last().unwrap().clone();
        client.say(&frame(
            game::TP04,
            6,
            &game::GetObjectsByID {
                ids: vec![1, SLOW, 2],
            },
        ));
        for _ in 0..10 {
            peer.send(&okay("by the way")).unwrap();
        }
        game.gate.notify_one();
        let mut told = Vec::new();
        while told.len() < 14 {
            told.push(client.said());
        }
        told.retain(|said| *said != Okay);
        let object = Other(game::Object::TYPE);
        assert_eq!(told, [Sequence(3), object.clone(), object.clone(), object]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_for_a_deaf_client_comes_one_frame_a_record() {
    const OBJECTS: u32 = 100_000;
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let (server, game) = start_with(|builder| builder.tls(identity)).await;
    let mut client = to_server(&server, &trust);
    let ids = (0..OBJECTS).map(|id| id % 1000).collect();
    // Objects of TP03 have 112 bytes, which divide nothing that is likely to be taken at once.
    let requests = [
        frame(game::TP03, 1, &game::Connect::default()),
        frame(game::TP03, 2, &game::Login::default()),
        frame(game::TP03, 3, &game::GetObjectsByID { ids }),
    ];
    client.say(&requests.concat());
    // More than sockets hold: sooner or later nothing more is asked of the game.
    let mut asked = 0;
    let end = tokio::time::Instant::now() + LONG;
    while asked == 0 || game.objects_asked.load(Ordering::Relaxed) > asked {
        assert!(
            tokio::time::Instant::now() < end,
            "the server answers without end"
        );
        asked = game.objects_asked.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(asked < OBJECTS as usize);
    for said in [Okay, Okay, Sequence(OBJECTS)] {
        assert_eq!(client.said(), said);
    }
    for _ in 0..OBJECTS {
        assert_eq!(client.said(), Other(game::Object::TYPE));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_nothing_before_the_client_does() {
    let (identity, _folder) = identity();
    let trust = Trust::pinned([identity.fingerprint()]);
    let (server, _) = start_with(|builder| builder.tls(identity)).await;
    let mut client = to_server(&server, &trust);
    // Its answer is the first thing that comes, though there was all the time until then.
    assert_eq!(client.ask(&game::Connect::default()), Okay);
}
