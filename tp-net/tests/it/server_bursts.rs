//! Many requests in one go: what waits is bounded, nothing is lost, and nothing that can go on waits
//! for what cannot.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::yield_now;
use tokio::time::timeout;
use tp_frames::{DecodeOptions, Packet, RawFrame, TpString, game};
use tp_net::client::{AsyncConnector, AsyncStream};
use tp_net::model::{Board, Message, Object, ObjectKind, Refusal, TimeRemaining};
use tp_net::server::{Builder, Caller, Handler, Limits, Login, LoginReply, Peer, Server};

use crate::peer::frame;
use crate::server_client::{
    Client, LONG, Okay, Other, PANIC, SLOW, Said, Sequence, Shallow, address, said, start,
};

/// Bytes of text in an answer to PostMessage, and of all answers in a group together.
const ANSWER: usize = 400_000;
/// Boards in a group.
const GROUP: u32 = 10;
/// Computes for a while.
const LONG_WINDED: u32 = 1;
/// Computes until the test has had what was asked before.
const PENSIVE: u32 = 2;
/// Tells its player something on the way.
const TALKING: u32 = 3;

/// A game whose answers are longer than its requests, and that does not await.
#[derive(Default)]
struct Verbose {
    /// Bytes of answers made.
    said: AtomicUsize,
    /// Who was answered a Ping.
    pinged: Mutex<Vec<u64>>,
    /// How often others had a turn, and how often they had when something was computed.
    others: AtomicUsize,
    turns: Mutex<Vec<usize>>,
    /// What [`PENSIVE`] waits for.
    thought: Mutex<Option<mpsc::Receiver<()>>>,
}

impl Verbose {
    fn say(&self, length: usize) -> TpString {
        self.said.fetch_add(length, Ordering::Relaxed);
        TpString::from_bytes(vec![b'x'; length])
    }
}

impl Handler for Verbose {
    type Player = ();

    async fn login(&self, _: &Peer, _: Login) -> Result<LoginReply<()>, Refusal> {
        Ok(LoginReply::okay((), "Welcome"))
    }

    async fn ping(&self, peer: &Peer) -> Result<TpString, Refusal> {
        self.pinged.lock().unwrap().push(peer.id());
        Ok(self.say(200))
    }

    async fn post_message(&self, _: &Caller<()>, _: Message) -> Result<TpString, Refusal> {
        Ok(self.say(ANSWER))
    }

    async fn board(&self, _: &Caller<()>, id: u32) -> Result<Board, Refusal> {
        Ok(Board {
            id,
            description: self.say(ANSWER / GROUP as usize),
            ..Board::default()
        })
    }

    async fn object(&self, caller: &Caller<()>, id: u32) -> Result<Object, Refusal> {
        match id {
            LONG_WINDED => {
                let others = self.others.load(Ordering::Relaxed);
                self.turns.lock().unwrap().push(others);
                std::thread::sleep(Duration::from_millis(20));
            }
            PENSIVE => {
                let thought = self.thought.lock().unwrap().take().unwrap();
                thought
                    .recv_timeout(LONG)
                    .expect("what came before is there");
            }
            TALKING => caller
                .peer()
                .send_time_remaining(TimeRemaining::default())
                .unwrap(),
            _ => {}
        }
        Ok(Object {
            id,
            kind: Some(ObjectKind::Galaxy),
            ..Object::default()
        })
    }
}

/// A client that reads and writes when the test says so.
struct Line<S> {
    stream: S,
    received: BytesMut,
    /// Bytes read.
    read: usize,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// Connected and logged in.
    async fn ready(stream: S) -> Self {
        let received = BytesMut::new();
        let read = 0;
        let mut line = Self {
            stream,
            received,
            read,
        };
        line.write(&frame(game::TP04, 1, &game::Connect::default()))
            .await;
        line.write(&frame(game::TP04, 2, &game::Login::default()))
            .await;
        assert_eq!(line.reply(1).await, Okay);
        assert_eq!(line.reply(2).await, Okay);
        line
    }

    async fn write(&mut self, bytes: &[u8]) {
        let written = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(LONG, written).await.expect("it is read").unwrap();
    }

    /// Reads some bytes, `most` at the most; `false` at the end.
    async fn read(&mut self, most: usize) -> bool {
        let mut some = (&mut self.stream).take(most as u64);
        let count = timeout(LONG, some.read_buf(&mut self.received)).await;
        let count = count.expect("there is an answer").unwrap();
        self.read += count;
        count > 0
    }

    fn take(&mut self) -> Option<RawFrame> {
        RawFrame::take(&mut self.received, &DecodeOptions::default()).unwrap()
    }

    /// The next frame; nothing at the end.
    async fn frame(&mut self) -> Option<RawFrame> {
        loop {
            if let Some(frame) = self.take() {
                return Some(frame);
            }
            if !self.read(1 << 16).await {
                return None;
            }
        }
    }

    async fn reply(&mut self, sequence: u32) -> Said {
        let frame = self.frame().await.expect("the connection goes on");
        assert_eq!(frame.header.sequence, sequence);
        said(&frame)
    }
}

async fn start_verbose(with: impl FnOnce(Builder) -> Builder) -> (Server, Arc<Verbose>) {
    let game = Arc::new(Verbose::default());
    let builder = with(Server::builder());
    let server = builder.start_in_memory_shared(Arc::clone(&game));
    (server.await.unwrap(), game)
}

async fn in_memory(server: &Server) -> Line<Box<dyn AsyncStream>> {
    let url = "tp://game".parse().unwrap();
    let stream = server.connector().open(&url, LONG).await.unwrap();
    Line::ready(stream).await
}

/// A listener whose connections hold little on their way.
fn narrow() -> tokio::net::TcpListener {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(64 << 10).unwrap();
    socket.set_recv_buffer_size(64 << 10).unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    socket.listen(8).unwrap()
}

async fn narrow_line(server: &Server) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_send_buffer_size(64 << 10).unwrap();
    socket.set_recv_buffer_size(64 << 10).unwrap();
    socket.connect(address(server)).await.unwrap()
}

/// Large requests, each with an answer that is larger than what is on its way at once; as many bytes
/// of them as a server reads ahead.
fn requests() -> impl Iterator<Item = (u32, Vec<u8>)> {
    (10..70).map(|sequence| {
        let request = match sequence % 2 {
            0 => frame(
                game::TP04,
                sequence,
                &game::PostMessage {
                    body: TpString::from_bytes(vec![b'y'; 30_000]),
                    ..game::PostMessage::default()
                },
            ),
            _ => frame(
                game::TP04,
                sequence,
                &game::GetBoards {
                    ids: (0..GROUP).collect(),
                },
            ),
        };
        (sequence, request)
    })
}

/// Writes everything before it reads anything, and reads slowly at first.
async fn all_is_written_before_any_is_read<S>(game: &Verbose, mut line: Line<S>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let all: Vec<u8> = requests().flat_map(|(_, request)| request).collect();
    line.write(&all).await;
    line.read = 0;
    // Less than all of them, which are 24 MB.
    let bound = 4 << 20;
    let mut slow = 1000;
    for (sequence, _) in requests() {
        let mut expected = match sequence % 2 {
            0 => vec![Okay],
            _ => vec![Other(Board::TYPE); GROUP as usize],
        };
        if expected.len() > 1 {
            expected.insert(0, Sequence(GROUP));
        }
        for expected in expected {
            let frame = loop {
                if let Some(frame) = line.take() {
                    break frame;
                }
                let most = match slow {
                    0 => 1 << 16,
                    _ => {
                        slow -= 1;
                        yield_now().await;
                        100
                    }
                };
                assert!(line.read(most).await, "the connection goes on");
                let held = game.said.load(Ordering::Relaxed);
                let held = held.saturating_sub(line.read);
                assert!(held <= bound, "{held} bytes wait to be read");
            };
            assert_eq!((frame.header.sequence, said(&frame)), (sequence, expected));
        }
    }
    line.write(&frame(game::TP04, 99, &game::Ping {})).await;
    assert_eq!(line.reply(99).await, Okay, "and it goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn all_may_be_written_before_any_is_read_over_tcp() {
    let (server, game) = start_verbose(|it| it.listener(narrow())).await;
    let line = Line::ready(narrow_line(&server).await).await;
    all_is_written_before_any_is_read(&game, line).await;
}

#[cfg(feature = "tls")]
#[tokio::test(flavor = "multi_thread")]
async fn all_may_be_written_before_any_is_read_over_tls() {
    use tp_net::transport::{AsyncLayered, tls::Trust};
    let (identity, _folder) = crate::client_tls::identity();
    let (server, game) = start_verbose(|it| it.tls(identity).listener(narrow())).await;
    let layer = Trust::dangerously_anyone().layer("127.0.0.1", 1).unwrap();
    let secure = AsyncLayered::new(narrow_line(&server).await, layer);
    all_is_written_before_any_is_read(&game, Line::ready(secure).await).await;
}

#[tokio::test]
async fn all_may_be_written_before_any_is_read_in_memory() {
    let (server, game) = start_verbose(|it| it).await;
    all_is_written_before_any_is_read(&game, in_memory(&server).await).await;
}

// The paused clock goes on when nothing else does.
#[tokio::test(start_paused = true)]
async fn who_only_writes_is_held_back_and_goes_on_once_it_reads() {
    let limit = 64 << 10;
    let limits = Limits::default().frame(limit).bytes_received(limit);
    let (server, game) = start_verbose(|it| it.limits(limits.bytes_sent(limit))).await;
    let mut line = in_memory(&server).await;
    let all: Vec<u8> = requests().flat_map(|(_, request)| request).collect();
    let mut written = 0;
    while let Ok(count) = timeout(Duration::from_secs(1), line.stream.write(&all[written..])).await
    {
        written += count.unwrap();
        assert!(written < all.len(), "it is read without end");
    }
    // What is on its way, what is waiting, and what is being answered.
    assert!(written <= 4 * limit, "{written} bytes are read ahead");
    let said = game.said.load(Ordering::Relaxed);
    assert!(said <= 2 * ANSWER, "{said} bytes for nobody");
    let (mut answers, mut asking) = tokio::io::split(line.stream);
    let rest = all[written..].to_vec();
    let writing = tokio::spawn(async move { asking.write_all(&rest).await.map(|()| asking) });
    let mut sequences = Vec::new();
    while sequences.last() != Some(&69) || sequences.iter().filter(|it| **it == 69).count() < 11 {
        match RawFrame::take(&mut line.received, &DecodeOptions::default()).unwrap() {
            Some(frame) => sequences.push(frame.header.sequence),
            None => {
                let read = timeout(LONG, answers.read_buf(&mut line.received));
                assert_ne!(read.await.expect("an answer").unwrap(), 0);
            }
        }
    }
    writing.await.unwrap().unwrap();
    assert!(sequences.is_sorted());
    let answered: HashSet<_> = sequences.into_iter().collect();
    assert_eq!(answered.len(), 60);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_is_sent_while_the_next_answer_waits() {
    let (server, game) = start().await;
    let mut client = Client::tp04(address(&server));
    let burst = [
        frame(game::TP04, 10, &game::Ping {}),
        frame(game::TP04, 11, &game::GetObjectsByID { ids: vec![1, 2] }),
        frame(game::TP04, 12, &game::GetObjectsByID { ids: vec![SLOW] }),
        frame(game::TP04, 13, &game::Ping {}),
    ];
    client.write(&burst.concat());
    assert_eq!(client.reply(10), Okay);
    for said in [Sequence(2), Other(7), Other(7)] {
        assert_eq!(client.reply(11), said);
    }
    game.gate.notify_one();
    assert_eq!(client.reply(12), Other(7));
    assert_eq!(client.reply(13), Okay);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_is_sent_while_more_is_computed() {
    let (server, game) = start_verbose(|it| it.listen("127.0.0.1:0")).await;
    let (think, thought) = mpsc::channel();
    *game.thought.lock().unwrap() = Some(thought);
    let mut client = Client::tp04(address(&server));
    let object = |sequence, id| {
        frame(
            game::TP04,
            sequence,
            &game::GetObjectsByID { ids: vec![id] },
        )
    };
    client.write(&[object(10, LONG_WINDED), object(11, PENSIVE)].concat());
    assert_eq!(client.reply(10), Other(7));
    think.send(()).unwrap();
    assert_eq!(client.reply(11), Other(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_meanwhile_comes_between_two_answers_and_in_no_group() {
    let (server, _) = start_verbose(|it| it.listen("127.0.0.1:0")).await;
    let mut client = Client::tp04(address(&server));
    let objects = |sequence, ids: &[u32]| {
        let ids = ids.to_vec();
        frame(game::TP04, sequence, &game::GetObjectsByID { ids })
    };
    let burst = [
        objects(10, &[5]),
        objects(11, &[5, TALKING, 5]),
        objects(12, &[TALKING]),
    ];
    client.write(&burst.concat());
    assert_eq!(client.reply(10), Other(7));
    assert_eq!(client.packet::<TimeRemaining>().0, 0);
    for said in [Sequence(3), Other(7), Other(7), Other(7)] {
        assert_eq!(client.reply(11), said);
    }
    assert_eq!(client.packet::<TimeRemaining>().0, 0);
    assert_eq!(client.reply(12), Other(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_answered_before_a_panic_is_sent() {
    let (server, game) = start().await;
    let mut client = Client::tp04(address(&server));
    let burst = [
        frame(game::TP04, 10, &game::Ping {}),
        frame(game::TP04, 11, &game::GetObjectsByID { ids: vec![PANIC] }),
        frame(game::TP04, 12, &game::Ping {}),
    ];
    client.write(&burst.concat());
    assert_eq!(client.reply(10), Okay);
    client.ended();
    timeout(LONG, game.somebody_left.notified()).await.unwrap();
    assert_eq!(*game.left.lock().unwrap(), [Some(1)]);
}

#[tokio::test]
async fn a_shutdown_answers_what_has_arrived() {
    let game = Arc::new(Shallow::default());
    let server = Server::builder().start_in_memory_shared(Arc::clone(&game));
    let server = server.await.unwrap();
    let mut line = in_memory(&server).await;
    let slow = frame(game::TP04, 10, &game::GetObjectsByID { ids: vec![SLOW] });
    let pings = (11..500).flat_map(|sequence| frame(game::TP04, sequence, &game::Ping {}));
    let half = &frame(game::TP04, 500, &game::Ping {})[..9];
    let all = [&slow[..], &pings.collect::<Vec<_>>(), half].concat();
    line.write(&all).await;
    while game.objects_asked.load(Ordering::Relaxed) == 0 {
        yield_now().await;
    }
    let ending = tokio::spawn(server.shutdown());
    yield_now().await;
    game.gate.notify_one();
    assert_eq!(line.reply(10).await, Other(7));
    for sequence in 11..500 {
        assert_eq!(line.reply(sequence).await, Okay);
    }
    assert!(line.frame().await.is_none(), "half a frame is no request");
    timeout(LONG, ending).await.unwrap().unwrap();
}

// One thread: whoever does not pause keeps it.
#[tokio::test]
async fn a_long_burst_lets_others_in_between() {
    let (server, game) = start_verbose(|it| it).await;
    let (mut first, mut second) = (in_memory(&server).await, in_memory(&server).await);
    let pings = (10..3010).flat_map(|sequence| frame(game::TP04, sequence, &game::Ping {}));
    first.write(&pings.collect::<Vec<_>>()).await;
    second.write(&frame(game::TP04, 10, &game::Ping {})).await;
    assert_eq!(second.reply(10).await, Okay);
    for sequence in 10..3010 {
        assert_eq!(first.reply(sequence).await, Okay);
    }
    let pinged = game.pinged.lock().unwrap();
    let place = pinged.iter().position(|id| *id == 2).unwrap();
    assert!(place < 1000, "answered after {place} of another client's");
}

// One thread again.
#[tokio::test]
async fn who_pauses_gives_others_a_turn_however_much_there_is_to_read() {
    let game = Arc::new(Verbose::default());
    let server = Server::builder().listen("127.0.0.1:0");
    let server = server.start_shared(Arc::clone(&game)).await.unwrap();
    let stream = TcpStream::connect(address(&server)).await.unwrap();
    let mut line = Line::ready(stream).await;
    let waiting = Arc::clone(&game);
    let others = tokio::spawn(async move {
        loop {
            waiting.others.fetch_add(1, Ordering::Relaxed);
            yield_now().await;
        }
    });
    let long_winded = game::GetObjectsByID {
        ids: vec![LONG_WINDED],
    };
    let slow = (10..20).flat_map(|sequence| frame(game::TP04, sequence, &long_winded));
    let pings = (20..40_000).flat_map(|sequence| frame(game::TP04, sequence, &game::Ping {}));
    line.write(&slow.chain(pings).collect::<Vec<_>>()).await;
    for sequence in 10..20 {
        assert_eq!(line.reply(sequence).await, Other(7));
    }
    others.abort();
    let turns = game.turns.lock().unwrap();
    // Who has read much is woken for it, and may have two turns before others.
    let is_fair = turns.windows(3).all(|three| three[0] < three[2]);
    assert!(is_fair, "{turns:?}");
}
