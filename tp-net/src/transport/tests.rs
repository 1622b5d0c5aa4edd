//! The drivers of layers, by layers that are easy to follow.

use std::io;
use std::sync::{Arc, Mutex};

use super::inbox::{Inbox, ReadOutcome};
use super::{Layer, Layered, Stream, TransportError};

/// Greets with `hi`, wants to be greeted so too, and says `bye`. In between it turns each bit.
struct Turned {
    ready: bool,
    got: Vec<u8>,
    output: Vec<u8>,
}

/// It takes nothing from above while this much waits.
const LIMIT: usize = 4;

impl Turned {
    fn layer() -> Box<dyn Layer> {
        Box::new(Self {
            ready: false,
            got: Vec::new(),
            output: b"hi".to_vec(),
        })
    }
}

impl Layer for Turned {
    fn handshake(&self) -> &'static str {
        "greeting"
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn receive(&mut self, input: &[u8], above: &mut Vec<u8>) -> Result<(), TransportError> {
        for byte in input {
            if self.ready {
                above.push(!byte);
                continue;
            }
            self.got.push(*byte);
            self.ready = self.got == b"hi";
            if !b"hi".starts_with(&self.got) {
                self.output.extend_from_slice(b"what?");
                return Err(TransportError::NotBuiltIn {
                    what: "manners",
                    feature: "manners",
                });
            }
        }
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<usize, TransportError> {
        if !self.ready {
            return Ok(0);
        }
        let room = LIMIT.saturating_sub(self.output.len());
        let taken: Vec<u8> = bytes.iter().take(room).map(|byte| !byte).collect();
        self.output.extend_from_slice(&taken);
        Ok(taken.len())
    }

    fn output(&self) -> &[u8] {
        &self.output
    }

    fn written(&mut self, count: usize) {
        self.output.drain(..count);
    }

    fn close(&mut self) {
        self.output.extend_from_slice(b"bye");
    }
}

/// What is below: the test is the peer.
#[derive(Default)]
struct Line {
    to_client: Vec<u8>,
    ended: bool,
    from_client: Vec<u8>,
    /// Bytes that the line still takes.
    room: usize,
}

#[derive(Clone, Default)]
struct Below(Arc<Mutex<Line>>);

impl Below {
    fn with_room(room: usize) -> Self {
        let below = Self::default();
        below.line().room = room;
        below
    }

    fn line(&self) -> std::sync::MutexGuard<'_, Line> {
        self.0.lock().unwrap()
    }

    fn layered(&self) -> Layered {
        Layered::new(Box::new(self.clone()), Turned::layer())
    }
}

impl Stream for Below {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut line = self.line();
        let count = line.to_client.len().min(buffer.len());
        if count == 0 && !line.ended {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        for (to, from) in buffer.iter_mut().zip(line.to_client.drain(..count)) {
            *to = from;
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut line = self.line();
        let count = line.room.min(bytes.len());
        if count == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        line.room = line.room.saturating_sub(count);
        line.from_client.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    fn wait(&mut self, _: bool, _: Option<std::time::Duration>) -> io::Result<()> {
        Ok(())
    }
}

fn would_block<T: std::fmt::Debug>(result: io::Result<T>) {
    assert_eq!(result.unwrap_err().kind(), io::ErrorKind::WouldBlock);
}

#[test]
fn the_handshake_goes_as_far_as_bytes_have_come() {
    let below = Below::with_room(1);
    let mut stream = below.layered();
    assert!(!stream.handshake().unwrap());
    assert_eq!(below.line().from_client, b"h");
    // What waits above cannot be sent yet, so it is no reason to watch for room …
    assert!(stream.wants_write(true), "the rest of the greeting waits");
    below.line().room = 100;
    below.line().to_client.extend(b"h");
    assert!(!stream.handshake().unwrap());
    assert_eq!(below.line().from_client, b"hi");
    assert!(!stream.wants_write(true));
    would_block(stream.write(b"x"));
    // … but then it is.
    below.line().to_client.extend(b"i");
    assert!(stream.handshake().unwrap());
    assert!(stream.wants_write(true) && !stream.wants_write(false));
}

#[test]
fn bytes_go_through_both_ways_and_the_layer_says_how_many() {
    let below = Below::with_room(100);
    let mut stream = below.layered();
    let said = [b'h', b'i', !b'a', !b'b', !b'c'];
    below.line().to_client.extend(said);
    assert!(stream.handshake().unwrap());
    let mut two = [0; 2];
    assert_eq!((stream.read(&mut two).unwrap(), two), (2, *b"ab"));
    assert_eq!((stream.read(&mut two).unwrap(), two[0]), (1, b'c'));
    would_block(stream.read(&mut two));

    below.line().room = 2;
    assert_eq!(stream.write(b"sixsix").unwrap(), 4, "its limit");
    assert_eq!(below.line().from_client, [b'h', b'i', !b's', !b'i']);
    assert_eq!(stream.write(b"sixsix").unwrap(), 2, "what waits counts");
    would_block(stream.write(b"x"));
    assert!(stream.wants_write(false), "what waits in the layer");
    below.line().room = 100;
    would_block(stream.read(&mut two));
    assert!(!stream.wants_write(false), "reading writes too");
}

#[test]
fn layers_stand_on_each_other() {
    let below = Below::with_room(100);
    let lower = below.layered();
    let mut stream = Layered::new(Box::new(lower), Turned::layer());
    below.line().to_client.extend(b"hi");
    assert!(!stream.handshake().unwrap());
    assert_eq!(below.line().from_client, [b'h', b'i', !b'h', !b'i']);
    assert!(!stream.wants_write(true));
    below.line().to_client.extend([!b'h', !b'i', b'x']);
    assert!(stream.handshake().unwrap());
    let mut one = [0; 1];
    assert_eq!((stream.read(&mut one).unwrap(), one), (1, *b"x"));
    drop(stream);
    let said = below.line().from_client.split_off(4);
    assert_eq!(said, [!b'b', !b'y', !b'e', b'b', b'y', b'e']);
}

#[test]
fn a_failure_is_told_to_both_sides_after_what_came_before() {
    let below = Below::with_room(100);
    let mut stream = below.layered();
    below.line().to_client.extend(b"ho");
    let error = stream.handshake().unwrap_err();
    let error = TransportError::of(&error).unwrap();
    assert!(matches!(error, TransportError::NotBuiltIn { .. }));
    assert_eq!(below.line().from_client, b"hiwhat?");
}

#[test]
fn an_end_in_the_handshake_is_an_error_and_later_is_none() {
    let below = Below::with_room(100);
    let mut stream = below.layered();
    below.line().to_client.extend(b"h");
    below.line().ended = true;
    let error = stream.handshake().unwrap_err().to_string();
    let told = "the peer ended the connection during the greeting: unexpected end of file";
    assert_eq!(error, told);

    let below = Below::with_room(100);
    let mut stream = below.layered();
    below.line().to_client.extend([b'h', b'i', !b'a']);
    below.line().ended = true;
    assert!(stream.handshake().unwrap());
    let mut two = [0; 2];
    assert_eq!(stream.read(&mut two).unwrap(), 1);
    assert_eq!(stream.read(&mut two).unwrap(), 0);
    assert_eq!(stream.read(&mut two).unwrap(), 0);
}

/// Swallows whatever comes.
struct Swallowing {
    ready: bool,
}

impl Layer for Swallowing {
    fn handshake(&self) -> &'static str {
        "greeting"
    }

    fn is_ready(&self) -> bool {
        self.ready
    }

    fn receive(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<(), TransportError> {
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> Result<usize, TransportError> {
        Ok(bytes.len())
    }

    fn output(&self) -> &[u8] {
        &[]
    }

    fn written(&mut self, _: usize) {}
}

/// Always has something to be read; a thousand times is more than anybody should ask at once.
struct Flood(u32);

impl Stream for Flood {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0 = self.0.saturating_add(1);
        assert!(self.0 < 1000, "it reads without end");
        Ok(buffer.len())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn wait(&mut self, _: bool, _: Option<std::time::Duration>) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn who_sends_without_end_what_carries_nothing_keeps_nobody_from_the_clock() {
    let mut stream = Layered::new(Box::new(Flood(0)), Box::new(Swallowing { ready: false }));
    assert!(!stream.handshake().unwrap());
    let mut stream = Layered::new(Box::new(Flood(0)), Box::new(Swallowing { ready: true }));
    assert!(stream.handshake().unwrap());
    would_block(stream.read(&mut [0; 10]));
}

#[cfg(feature = "tokio")]
mod asynchronous {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::super::AsyncLayered;
    use super::*;

    /// Small, so that whatever can wait has to.
    fn pair() -> (AsyncLayered<DuplexStream>, AsyncLayered<DuplexStream>) {
        let (one, other) = duplex(3);
        (
            AsyncLayered::new(one, Turned::layer()),
            AsyncLayered::new(other, Turned::layer()),
        )
    }

    #[tokio::test]
    async fn reader_and_writer_are_two_tasks() {
        let all = tokio::time::timeout(std::time::Duration::from_secs(30), echo());
        all.await.expect("one of them is never woken");
    }

    async fn echo() {
        let (one, other) = pair();
        // Nobody waits for the handshake: it goes on in whatever is called.
        let echo = tokio::spawn(async move {
            let (mut read, mut write) = tokio::io::split(other);
            tokio::io::copy(&mut read, &mut write).await.unwrap();
            write.shutdown().await.unwrap();
        });
        let text: Vec<u8> = (0..10_000_u32).map(|it| it.to_le_bytes()[0]).collect();
        let (mut read, mut write) = tokio::io::split(one);
        let sent = text.clone();
        let writing = tokio::spawn(async move {
            write.write_all(&sent).await.unwrap();
            write.flush().await.unwrap();
            write
        });
        let mut got = vec![0; text.len()];
        read.read_exact(&mut got).await.unwrap();
        assert!(got == text);
        let mut write = writing.await.unwrap();
        write.shutdown().await.unwrap();
        let mut farewells = Vec::new();
        read.read_to_end(&mut farewells).await.unwrap();
        // These layers send theirs like other bytes, once from below and once echoed.
        assert_eq!(farewells, [!b'b', !b'y', !b'e', !b'b', !b'y', !b'e']);
        echo.await.unwrap();
    }

    #[tokio::test]
    async fn a_failure_is_told_to_both_sides() {
        let (below, mut peer) = duplex(100);
        let mut stream = AsyncLayered::new(below, Turned::layer());
        peer.write_all(b"ho").await.unwrap();
        let error = stream.handshake().await.unwrap_err();
        assert!(TransportError::of(&error).is_some());
        drop(stream);
        let mut said = String::new();
        peer.read_to_string(&mut said).await.unwrap();
        assert_eq!(said, "hiwhat?bye");
    }
}

#[test]
fn what_has_ended_stays_so() {
    let mut layer = Turned::layer();
    let mut inbox = Inbox::default();
    inbox.feed(&mut *layer, ReadOutcome::Bytes(b"hi"));
    assert!(!inbox.is_ended());
    inbox.feed(&mut *layer, ReadOutcome::End);
    inbox.feed(&mut *layer, ReadOutcome::Bytes(b"late"));
    assert!(inbox.is_ended() && matches!(inbox.end(), Some(Ok(()))));
}
