//! What a client holds is at most eight times what it was sent and a little more, whatever a server
//! sends, on each client.
//!
//! One test in a program of its own, since the allocator counts for all threads. The server is in
//! memory, and makes what it sends while it is read: only the client is measured.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::BytesMut;
use peak_alloc::PeakAlloc;
use tp_frames::game::{self, TP04};
use tp_frames::{DecodeOptions, Encode, Packet, RawFrame};
use tp_net::client::{AsyncConnector, AsyncStream, Opened};
use tp_net::mirror::Mirror;
use tp_net::model::Vector;
use tp_net::transport::{Connector, Stream, Url};
use tp_net::{Error, Event, Options};

#[allow(dead_code, reason = "tp-net's own tests use all of it")]
#[path = "../../tp-net/tests/it/any_client.rs"]
mod any_client;

use any_client::{APIS, AnyClient, Api, ask};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Bytes that a client may hold on top of eight times what came.
const CONSTANT: usize = 16 << 20;

/// Who held more than that.
static OVER: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What the server does: says what to send next, to a request that came or without one. Nothing
/// means that it waits for the next request.
type Script = dyn FnMut(Option<RawFrame>, &mut Out) + Send;

/// What is to be sent.
#[derive(Default)]
struct Out {
    bytes: BytesMut,
    sequence: u32,
}

impl Out {
    fn say(&mut self, packet: &impl Packet) {
        self.say_as(self.sequence, packet);
    }

    fn say_as(&mut self, sequence: u32, packet: &impl Packet) {
        packet
            .encode_frame(TP04, sequence, &mut self.bytes)
            .unwrap();
    }

    fn group(&mut self, number: u32) {
        self.say(&game::Sequence { number });
    }

    /// A frame of this type whose body is so many zeros.
    fn zeros(&mut self, sequence: u32, r#type: u32, length: usize) {
        self.bytes.extend_from_slice(b"TP\x04\0");
        for number in [sequence, r#type, u32::try_from(length).unwrap()] {
            self.bytes.extend_from_slice(&number.to_be_bytes());
        }
        self.bytes.resize(self.bytes.len() + length, 0);
    }
}

struct Server {
    script: Box<Script>,
    asked: BytesMut,
    out: Out,
    sent: Arc<AtomicUsize>,
    reader: Option<Waker>,
}

#[derive(Clone)]
struct Line(Arc<Mutex<Server>>);

impl Line {
    fn take(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let server = &mut *self.0.lock().unwrap();
        if server.out.bytes.is_empty() {
            let asked = RawFrame::take(&mut server.asked, &DecodeOptions::default()).unwrap();
            if let Some(frame) = &asked {
                server.out.sequence = frame.header.sequence;
            }
            match asked {
                Some(frame) if frame.header.r#type == game::Connect::TYPE => {
                    server.out.say(&game::Okay::default());
                }
                asked => (server.script)(asked, &mut server.out),
            }
        }
        if server.out.bytes.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = server.out.bytes.len().min(buffer.len());
        buffer[..count].copy_from_slice(&server.out.bytes.split_to(count));
        server.sent.fetch_add(count, Ordering::Relaxed);
        Ok(count)
    }

    fn put(&self, bytes: &[u8]) {
        let server = &mut *self.0.lock().unwrap();
        server.asked.extend_from_slice(bytes);
        server.reader.take().into_iter().for_each(Waker::wake);
    }
}

impl Stream for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.take(buffer)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.put(bytes);
        Ok(bytes.len())
    }

    fn wait(&mut self, _: bool, _: Option<Duration>) -> io::Result<()> {
        Ok(())
    }
}

impl Connector for Line {
    fn open(&self, _: &Url, _: Duration) -> io::Result<Box<dyn Stream>> {
        Ok(Box::new(self.clone()))
    }
}

impl AsyncConnector for Line {
    fn open<'a>(&'a self, _: &'a Url, _: Duration) -> Opened<'a> {
        let stream: Box<dyn AsyncStream> = Box::new(self.clone());
        Box::pin(async { Ok(stream) })
    }
}

impl tokio::io::AsyncRead for Line {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut tokio::io::ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.take(buffer.initialize_unfilled()) {
            Ok(count) => buffer.advance(count),
            Err(_) => {
                self.0.lock().unwrap().reader = Some(context.waker().clone());
                return Poll::Pending;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl tokio::io::AsyncWrite for Line {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.put(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Plays against a script with each client, and holds what that takes to the bound.
fn check(
    what: &str,
    script: impl Fn() -> Box<Script>,
    play: impl Fn(&mut AnyClient) -> Result<(), Error>,
) {
    for api in APIS {
        check_one(what, api, script(), &play);
    }
}

fn check_one(
    what: &str,
    api: Api,
    script: Box<Script>,
    play: &impl Fn(&mut AnyClient) -> Result<(), Error>,
) {
    let sent = Arc::new(AtomicUsize::new(0));
    let line = Line(Arc::new(Mutex::new(Server {
        script,
        asked: BytesMut::new(),
        out: Out::default(),
        sent: Arc::clone(&sent),
        reader: None,
    })));
    let url: Url = "tp://nowhere".parse().unwrap();
    let mut client = AnyClient::connect_with(api, url, Options::default(), line).unwrap();
    ALLOCATED.reset_peak_usage();
    let (before, began) = (ALLOCATED.current_usage(), sent.load(Ordering::Relaxed));
    let ended = play(&mut client);
    let peak = ALLOCATED.peak_usage() - before;
    let came = sent.load(Ordering::Relaxed) - began;
    let ended = ended.map_or_else(|error| error.to_string(), |()| "fine".to_owned());
    println!("{what}, {api:?}: {came} bytes came, {peak} held at most; {ended:.80}");
    // What nobody wants is not held at all.
    let allowed = match what.contains("of nobody") {
        true => CONSTANT,
        false => came * 8 + CONSTANT,
    };
    if peak > allowed {
        let over = format!("{what}, {api:?}: {peak} of {allowed}");
        OVER.lock().unwrap().push(over);
    }
}

/// What every ordinary question is answered with.
fn ordinary(frame: &RawFrame, out: &mut Out) {
    match frame.header.r#type {
        game::GetTimeRemaining::TYPE => out.say(&game::TimeRemaining {
            reason: Some(game::TimeRemainingReason::REQUESTED),
            turn: Some(0),
            turnname: Some("".into()),
            waiting: Some(vec![]),
            ..Default::default()
        }),
        game::GetFeatures::TYPE => out.say(&game::Features::default()),
        _ => out.say(&game::Fail {
            code: game::FailCode::NO_SUCH_THING,
            references: Some(vec![]),
            ..Default::default()
        }),
    }
}

/// How many things a request asks for that names them at the end of its body.
fn count(frame: &RawFrame, at: usize) -> u32 {
    u32::from_be_bytes(frame.body[at..at + 4].try_into().unwrap())
}

/// A slice of a list of `total` ids, of which the server gives as many as a frame holds.
fn slice(frame: &RawFrame, total: u32, out: &mut Out) {
    // Key, start and amount, whatever kind it is of; all bits one mean all there are.
    let (start, amount) = (count(frame, 4), count(frame, 8));
    let left = total.saturating_sub(start);
    let number = amount.min(80_000).min(left);
    let ids = start..start + number;
    let modtimes = ids.map(|id| game::IDSequenceModtime { id, modtime: 1 });
    let ids = game::ObjectIDs {
        key: 1_u32.into(),
        remaining: (left - number).into(),
        modtimes: modtimes.collect(),
        from: Some(tp_frames::Semi64::NONE),
    };
    let mut body = BytesMut::new();
    ids.encode_body(TP04, &mut body).unwrap();
    // The list of the kind that was asked for is the type behind.
    let r#type = frame.header.r#type + if frame.header.r#type == 28 { 3 } else { 1 };
    out.zeros(out.sequence, r#type, body.len());
    let start = out.bytes.len() - body.len();
    out.bytes[start..].copy_from_slice(&body);
}

fn is_list(r#type: u32) -> bool {
    [28, 32, 35, 37, 45, 52, 56, 60, 69, 72, 76].contains(&r#type)
}

fn groups() {
    // As many empty frames as fit into a time, whatever was asked.
    for announced in [2, u32::MAX] {
        check(
            &format!("two objects, {announced} empty frames announced"),
            || {
                let mut left = 0;
                Box::new(move |asked, out| {
                    if let Some(frame) = &asked {
                        match frame.header.r#type {
                            game::GetObjectsByID::TYPE => {
                                out.group(announced);
                                left = 500_000;
                            }
                            _ => ordinary(frame, out),
                        }
                        return;
                    }
                    for _ in 0..1000.min(left) {
                        out.zeros(out.sequence, 7, 0);
                        left -= 1;
                    }
                })
            },
            |client| {
                let objects = ask!(*client, objects(vec![1, 2]));
                ask!(*client, time_remaining())?;
                ask!(*client, time_remaining())?;
                objects.map(|_| ())
            },
        );
    }
    // As many as were asked for, or as can be.
    check(
        "200,000 objects, empty frames",
        || {
            Box::new(|asked, out| {
                if let Some(frame) = asked {
                    let number = count(&frame, 0);
                    out.group(number);
                    (0..number).for_each(|_| out.zeros(out.sequence, 7, 0));
                }
            })
        },
        |client| ask!(*client, objects((0..200_000).collect::<Vec<_>>())).map(|_| ()),
    );
    check(
        "objects around a place, empty frames",
        || {
            let mut left = 0;
            Box::new(move |asked, out| {
                if asked.is_some() {
                    left = 65_536;
                    out.group(left);
                }
                for _ in 0..1000.min(left) {
                    out.zeros(out.sequence, 7, 0);
                    left -= 1;
                }
            })
        },
        |client| {
            let place = Vector { x: 0, y: 0, z: 0 };
            ask!(*client, objects_by_position(place, 1)).map(|_| ())
        },
    );
    check(
        "objects around a place, a large frame of nobody before each",
        || {
            let mut left = 0;
            Box::new(move |asked, out| {
                if asked.is_some() {
                    left = 300;
                    out.group(60_000);
                } else if left > 0 {
                    left -= 1;
                    out.zeros(77_777, 0, 1_000_000);
                    out.zeros(out.sequence, 7, 48);
                }
            })
        },
        |client| {
            let place = Vector { x: 0, y: 0, z: 0 };
            ask!(*client, objects_by_position(place, 1)).map(|_| ())
        },
    );
}

fn lists() {
    check(
        "a million ids, and no objects",
        || {
            Box::new(|asked, out| match asked {
                Some(frame) if is_list(frame.header.r#type) => slice(&frame, 1_000_000, out),
                Some(_) => out.group(0),
                None => {}
            })
        },
        |client| ask!(*client, all_objects()).map(|_| ()),
    );
    check(
        "100,000 ids, and objects as small as they can be",
        || {
            Box::new(|asked, out| match asked {
                Some(frame) if is_list(frame.header.r#type) => slice(&frame, 100_000, out),
                Some(frame) => {
                    let number = count(&frame, 0);
                    out.group(number);
                    (0..number).for_each(|_| out.zeros(out.sequence, 7, 48));
                }
                None => {}
            })
        },
        |client| ask!(*client, all_objects()).map(|_| ()),
    );
    check(
        "a million messages, and none",
        || {
            Box::new(|asked, out| match asked {
                Some(frame) if frame.header.r#type == game::GetBoards::TYPE => {
                    out.say(&game::Board {
                        messages: 1_000_000,
                        ..Default::default()
                    });
                }
                Some(_) => out.group(0),
                None => {}
            })
        },
        |client| ask!(*client, all_messages(1)).map(|_| ()),
    );
    // Entries of four bytes on the wire that are strings in memory, and the like.
    check(
        "designs with lists of small things",
        || {
            Box::new(|asked, out| {
                let Some(frame) = asked else { return };
                let property = game::DesignProperty::default();
                let design = game::Design {
                    properties: vec![property; 120_000],
                    ..Default::default()
                };
                assert!(design.encoded_len(TP04) < 1 << 20);
                out.group(count(&frame, 0));
                (0..count(&frame, 0)).for_each(|_| out.say(&design));
            })
        },
        |client| ask!(*client, designs((0..20).collect::<Vec<_>>())).map(|_| ()),
    );
    check(
        "types of objects that are described at length",
        || {
            Box::new(|asked, out| {
                let Some(frame) = asked else { return };
                let number = count(&frame, 0);
                out.group(number);
                for id in 0..number {
                    match frame.header.r#type {
                        game::GetObjectDesc::TYPE => out.say(&game::ObjectDesc {
                            id: 1000 + id,
                            propertygroups: vec![Default::default(); 6000],
                            ..Default::default()
                        }),
                        _ => {
                            out.zeros(out.sequence, 7, 60);
                            // Its type is described by no other, and there is something to decode.
                            let start = out.bytes.len() - 60;
                            out.bytes[start + 4..start + 8]
                                .copy_from_slice(&(1000 + id).to_be_bytes());
                        }
                    }
                }
            })
        },
        |client| ask!(*client, objects((0..100).collect::<Vec<_>>())).map(|_| ()),
    );
}

/// Events that come unasked.
const EVENTS: u64 = 100;

/// Events one at a time, each behind a large frame of nobody.
fn unasked(large: usize, small: usize) -> Box<Script> {
    let mut left = 0;
    Box::new(move |asked, out| {
        if let Some(frame) = asked {
            ordinary(&frame, out);
            left = EVENTS;
        } else if left > 0 {
            left -= 1;
            // A type that nobody knows.
            out.zeros(77_777, 4000, large);
            out.zeros(0, 4000, small);
        }
    })
}

fn events() {
    for (large, small) in [(1_000_000, 4), (0, 1_000_000), (60_000, 1000)] {
        check(
            &format!("unasked frames of {small} bytes, {large} of nobody before each"),
            || unasked(large, small),
            |client| {
                let mut told = 0_u64;
                let number = |event| match event {
                    Some(Event::Missed(number)) => number,
                    Some(_) => 1,
                    None => 0,
                };
                match client {
                    AnyClient::Blocking(client) => {
                        client.time_remaining()?;
                        while told < EVENTS {
                            // What comes is read in one go, and only then is it taken.
                            (0..400).try_for_each(|_| client.version().map(|_| ()))?;
                            told += number(client.next_event(Duration::ZERO)?);
                        }
                    }
                    AnyClient::Polling(client) => {
                        let asked = client.time_remaining().unwrap();
                        client.wait_for(&asked)?;
                        while told < EVENTS {
                            (0..400).for_each(|_| assert!(client.poll().is_none()));
                            told += number(client.next_event(Duration::ZERO)?);
                        }
                    }
                    AnyClient::Async(runtime, client) => runtime.block_on(async {
                        let mut events = client.events();
                        client.time_remaining().await?;
                        while told < EVENTS {
                            told += number(events.next().await);
                        }
                        Ok::<_, Error>(())
                    })?,
                }
                assert_eq!(told, EVENTS, "nothing is lost in silence");
                Ok(())
            },
        );
    }
}

/// Looks at a game with a mirror.
fn refresh(client: &mut AnyClient) -> Result<(), Error> {
    let mut mirror = Mirror::new().patience(0, Duration::ZERO).page_size(80_000);
    match client {
        AnyClient::Blocking(client) => client.refresh(&mut mirror).map(|_| ()),
        AnyClient::Polling(client) => {
            let ticket = client.refresh(&mirror).unwrap();
            let refreshed = client.wait_for(&ticket)?;
            mirror.apply(refreshed);
            Ok(())
        }
        AnyClient::Async(runtime, client) => {
            let refreshed: Pin<Box<dyn Future<Output = _>>> = Box::pin(client.refresh(&mut mirror));
            runtime.block_on(refreshed).map(|_| ())
        }
    }
}

fn mirrors() {
    check(
        "a mirror of 100,000 small objects, designs and boards",
        || {
            Box::new(|asked, out| match asked {
                Some(frame) if is_list(frame.header.r#type) => {
                    let is_full = [28, 35, 52].contains(&frame.header.r#type);
                    slice(&frame, if is_full { 100_000 } else { 0 }, out);
                }
                Some(frame) => match frame.header.r#type {
                    game::GetObjectsByID::TYPE | game::GetDesign::TYPE | game::GetBoards::TYPE => {
                        let number = count(&frame, 0);
                        out.group(number);
                        let r#type =
                            frame.header.r#type + if frame.header.r#type == 5 { 2 } else { 1 };
                        (0..number).for_each(|_| out.zeros(out.sequence, r#type, 48));
                    }
                    _ => ordinary(&frame, out),
                },
                None => {}
            })
        },
        refresh,
    );
    check(
        "a mirror of boards that say how much they hold, and give one message of each 500",
        || {
            let mut rounds = 0;
            Box::new(move |asked, out| match asked {
                Some(frame) if frame.header.r#type == game::GetBoardIDs::TYPE => {
                    slice(&frame, 10, out);
                }
                Some(frame) if frame.header.r#type == game::GetObjectIDs::TYPE => {
                    slice(&frame, 0, out);
                }
                Some(frame) if frame.header.r#type == game::GetBoards::TYPE => {
                    let number = count(&frame, 0);
                    out.group(number);
                    for id in 0..number {
                        out.say(&game::Board {
                            id,
                            messages: 200_000,
                            ..Default::default()
                        });
                    }
                }
                Some(frame) if frame.header.r#type == game::GetMessage::TYPE => {
                    rounds += 1;
                    out.group(if rounds % 2 == 1 { 1 } else { 0 });
                    if rounds % 2 == 1 {
                        out.say(&game::Message::default());
                    }
                }
                Some(frame) => ordinary(&frame, out),
                None => {}
            })
        },
        refresh,
    );
}

#[test]
fn what_a_client_holds_is_bounded_by_what_it_was_sent() {
    groups();
    lists();
    events();
    mirrors();
    let over = OVER.lock().unwrap();
    assert!(over.is_empty(), "{over:#?}");
}
