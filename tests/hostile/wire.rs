//! A socket of an attacker, which says whatever it likes.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep_until, timeout};
use tp_frames::bytes::BytesMut;
use tp_frames::{DecodeOptions, Header, Packet, RawFrame, Version, game};

/// Whom to attack, for how long, and what was done.
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) quick: bool,
    pub(crate) until: Instant,
    pub(crate) sent: AtomicU64,
    /// Connections that were made, in all.
    pub(crate) made: AtomicU64,
    open: AtomicU64,
    pub(crate) most: AtomicU64,
    /// Attackers have these addresses by turns.
    turn: AtomicU32,
}

impl Target {
    pub(crate) fn new(address: SocketAddr, quick: bool, time: Duration) -> Self {
        Self {
            address,
            quick,
            until: Instant::now() + time,
            sent: AtomicU64::new(0),
            made: AtomicU64::new(0),
            open: AtomicU64::new(0),
            most: AtomicU64::new(0),
            turn: AtomicU32::new(0),
        }
    }

    /// This many, or fewer where it has to be quick.
    pub(crate) fn scaled(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }

    /// Whether the time is over.
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Until the time is over.
    pub(crate) async fn end(&self) {
        sleep_until(self.until).await;
    }

    /// Connects from one of four addresses, none of which a neighbour has.
    pub(crate) async fn connect(self: &Arc<Self>) -> io::Result<Wire> {
        self.connect_from(self.turn.fetch_add(1, Relaxed) % 4).await
    }

    /// Connects from the address of this number.
    pub(crate) async fn connect_from(self: &Arc<Self>, address: u32) -> io::Result<Wire> {
        let first = u32::from(Ipv4Addr::new(127, 0, 0, 2));
        let source = IpAddr::V4(Ipv4Addr::from(first + address));
        let socket = TcpSocket::new_v4()?;
        socket.bind(SocketAddr::new(source, 0))?;
        let stream = socket.connect(self.address).await?;
        stream.set_nodelay(true)?;
        self.made.fetch_add(1, Relaxed);
        let open = self.open.fetch_add(1, Relaxed) + 1;
        self.most.fetch_max(open, Relaxed);
        Ok(Wire {
            stream,
            received: BytesMut::new(),
            sequence: 0,
            padded: false,
            target: Arc::clone(self),
        })
    }

    /// Connects, and begins to talk.
    pub(crate) async fn greeted(self: &Arc<Self>) -> io::Result<Wire> {
        let mut wire = self.connect().await?;
        wire.greet().await?;
        Ok(wire)
    }

    /// A player's connection.
    pub(crate) async fn logged_in(self: &Arc<Self>) -> io::Result<Wire> {
        let mut wire = self.greeted().await?;
        wire.log_in("guest", "guest").await?;
        Ok(wire)
    }

    /// So many connections, or as many as there are to be had.
    pub(crate) async fn many(self: &Arc<Self>, number: usize) -> Vec<Wire> {
        let mut wires = Vec::new();
        for _ in 0..number {
            match self.connect().await {
                Ok(wire) => wires.push(wire),
                Err(_) => break,
            }
        }
        wires
    }
}

pub(crate) struct Wire {
    pub(crate) stream: TcpStream,
    received: BytesMut,
    sequence: u32,
    pub(crate) padded: bool,
    target: Arc<Target>,
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.target.open.fetch_sub(1, Relaxed);
    }
}

/// What was answered.
#[derive(Default)]
pub(crate) struct Answers {
    pub(crate) well: u64,
    pub(crate) refused: u64,
    /// The last refusal.
    pub(crate) why: String,
    /// Why there was no more.
    pub(crate) cut: Option<io::Error>,
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} taken", self.well)?;
        if self.refused > 0 {
            write!(f, ", {} refused: {}", self.refused, self.why)?;
        }
        match &self.cut {
            Some(error) => write!(f, ", then {error}"),
            None => Ok(()),
        }
    }
}

impl Wire {
    /// The bytes of a frame, under the next number.
    pub(crate) fn frame(&mut self, packet: &impl Packet) -> BytesMut {
        self.sequence += 1;
        frame(packet, self.sequence)
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut left = bytes;
        while !left.is_empty() {
            let count = self.stream.write(left).await?;
            self.target.sent.fetch_add(count as u64, Relaxed);
            left = &left[count..];
        }
        Ok(())
    }

    /// The next frame that comes.
    pub(crate) async fn receive(&mut self) -> io::Result<RawFrame> {
        let options = DecodeOptions::default().padded(self.padded);
        loop {
            let taken = RawFrame::take(&mut self.received, &options);
            if let Some(frame) = taken.map_err(io::Error::other)? {
                return Ok(frame);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Reads whatever comes until it is cut.
    pub(crate) async fn drain(&mut self) -> io::Result<()> {
        while self.stream.read_buf(&mut self.received).await? > 0 {
            self.received.clear();
        }
        Ok(())
    }

    /// What comes until the connection is cut, at most so many bytes.
    pub(crate) async fn text(&mut self, most: usize) -> String {
        let reading = async {
            while self.received.len() < most {
                if !matches!(self.stream.read_buf(&mut self.received).await, Ok(1..)) {
                    break;
                }
            }
        };
        let _ = timeout(Duration::from_secs(2), reading).await;
        String::from_utf8_lossy(&self.received).into_owned()
    }

    pub(crate) async fn greet(&mut self) -> io::Result<()> {
        let connect = game::Connect {
            string: "an attacker".into(),
        };
        self.ask(&connect).await.map(drop)
    }

    pub(crate) async fn log_in(&mut self, user: &str, password: &str) -> io::Result<RawFrame> {
        let (username, password) = (user.into(), password.into());
        self.ask(&game::Login { username, password }).await
    }

    /// The first frame of the answer.
    pub(crate) async fn ask(&mut self, packet: &impl Packet) -> io::Result<RawFrame> {
        let frame = self.frame(packet);
        self.send(&frame).await?;
        loop {
            let frame = self.receive().await?;
            // What comes unasked is of the turn.
            if frame.header.sequence != 0 {
                return Ok(frame);
            }
        }
    }

    /// Sends all of these, as many at once as `depth`, and reads the answers.
    pub(crate) async fn ask_all<P: Packet>(
        &mut self,
        requests: impl IntoIterator<Item = P>,
        depth: usize,
    ) -> Answers {
        let mut answers = Answers::default();
        let mut outstanding = 0;
        let asking = async {
            for request in requests {
                if self.target.is_over() {
                    break;
                }
                let frame = self.frame(&request);
                self.send(&frame).await?;
                outstanding += 1;
                if outstanding >= depth {
                    self.answer(&mut answers).await?;
                    outstanding -= 1;
                }
            }
            while outstanding > 0 {
                self.answer(&mut answers).await?;
                outstanding -= 1;
            }
            io::Result::Ok(())
        };
        let ended = asking.await;
        answers.cut = ended.err();
        answers
    }

    /// One whole answer.
    pub(crate) async fn answer(&mut self, answers: &mut Answers) -> io::Result<()> {
        let mut left = 1;
        while left > 0 {
            let frame = self.receive().await?;
            if frame.header.sequence == 0 {
                continue;
            }
            match frame.header.r#type {
                game::Sequence::TYPE => left = number(&frame.body),
                game::Fail::TYPE => {
                    left -= 1;
                    answers.refused += 1;
                    let text = frame.body.get(8..).unwrap_or_default();
                    let text: Vec<u8> = text.iter().copied().take_while(u8::is_ascii).collect();
                    let text = String::from_utf8_lossy(&text);
                    answers.why = text
                        .chars()
                        .filter(|it| !it.is_control())
                        .take(80)
                        .collect();
                }
                _ => {
                    left -= 1;
                    answers.well += 1;
                }
            }
        }
        Ok(())
    }
}

/// The number at the start of a body.
fn number(body: &[u8]) -> u32 {
    body.first_chunk()
        .map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

/// The bytes of a frame.
pub(crate) fn frame(packet: &impl Packet, sequence: u32) -> BytesMut {
    let mut out = BytesMut::new();
    packet.encode_frame(game::TP04, sequence, &mut out).unwrap();
    out
}

/// A frame of any body, with a header that may lie.
pub(crate) fn raw(
    version: Version,
    sequence: u32,
    r#type: u32,
    length: u32,
    body: &[u8],
) -> Vec<u8> {
    let header = Header {
        version,
        sequence,
        r#type,
        length,
    };
    let mut out = header.to_bytes().to_vec();
    out.extend_from_slice(body);
    out
}
