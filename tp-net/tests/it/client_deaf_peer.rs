//! The polling client against a peer that stops reading.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tp_frames::{DecodeOptions, Packet, RawFrame, game};
use tp_net::Options;
use tp_net::polling::Client;
use tp_net::transport::{Connector, Stream, Url};

const PINGS: usize = 10_000;

/// A peer in memory that answers whatever it reads with Okay.
#[derive(Default)]
struct Peer {
    /// How many bytes it still reads.
    appetite: usize,
    received: BytesMut,
    replies: BytesMut,
}

#[derive(Clone)]
struct Line(Arc<Mutex<Peer>>);

impl Stream for Line {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let replies = &mut self.0.lock().unwrap().replies;
        let count = replies.len().min(buffer.len());
        if count == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        replies.copy_to_slice(buffer.get_mut(..count).unwrap());
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let peer = &mut *self.0.lock().unwrap();
        let count = peer.appetite.min(bytes.len());
        if count == 0 {
            return Err(ErrorKind::WouldBlock.into());
        }
        peer.appetite = peer.appetite.saturating_sub(count);
        peer.received.extend_from_slice(bytes.get(..count).unwrap());
        while let Some(frame) =
            RawFrame::take(&mut peer.received, &DecodeOptions::default()).unwrap()
        {
            let okay = game::Okay::default();
            okay.encode_frame(game::TP04, frame.header.sequence, &mut peer.replies)
                .unwrap();
        }
        Ok(count)
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

#[test]
fn ten_thousand_pings_neither_deadlock_nor_pile_up_when_the_peer_stops_reading() {
    let line = Line(Arc::default());
    let peer = Arc::clone(&line.0);
    // The greeting and a few pings, the last of them not whole.
    peer.lock().unwrap().appetite = 1001;
    let options = Options::default()
        .max_outstanding(PINGS)
        // None is taken for one that stays unanswered, however slow the machine is.
        .optional_reply_timeout(Duration::from_secs(600));
    let mut client = Client::connect_with("nowhere", options, Arc::new(line)).unwrap();
    let connected = client.connected().unwrap();
    client.wait().unwrap().redeem(&connected).unwrap().unwrap();

    let tickets: Vec<_> = (0..PINGS).map(|_| client.ping().unwrap()).collect();
    let full = client.ping().unwrap_err();
    assert_eq!(full.limit(), PINGS, "a stated limit, and no growth past it");
    let mut tickets = tickets.iter();
    for _ in 0..1000 {
        if let Some(mut answer) = client.poll() {
            let ticket = tickets.next().unwrap();
            assert!(answer.redeem(ticket).expect("in order").unwrap());
        }
    }
    assert_eq!(peer.lock().unwrap().appetite, 0);
    assert!(client.wants_write());
    let answered = PINGS.saturating_sub(client.outstanding());
    assert!((1..100).contains(&answered), "{answered}");

    peer.lock().unwrap().appetite = usize::MAX;
    for ticket in tickets {
        let mut answer = client.wait().unwrap();
        assert!(answer.redeem(ticket).expect("in order").unwrap());
    }
    assert!(client.poll().is_none());
    assert!(!client.wants_write());
}
