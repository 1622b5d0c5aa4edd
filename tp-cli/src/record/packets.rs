//! What passes, as TCP packets in a file of the format pcapng.
//!
//! <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html>

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};

use etherparse::PacketBuilder;
use tp_frames::Direction;
use tp_net::server::relay::Passage;

/// The port of the protocol, by which programs know it, wherever the relay listens.
const PORT: u16 = 6923;

/// Bytes of frames in a packet, at most: with its headers it fits into an IP packet.
const PIECE: usize = 32 << 10;

/// The room that both sides say they have.
const WINDOW: u16 = u16::MAX;

/// Raw IP: no link layer is made up (<https://www.tcpdump.org/linktypes.html>).
const LINK: u16 = 101;

/// How far a connection has come: the next number of each side's bytes.
struct Numbers {
    client: u32,
    server: u32,
}

/// Writes packets.
pub(super) struct Packets<W> {
    server: IpAddr,
    out: W,
    has_begun: bool,
    connections: HashMap<u64, Numbers>,
}

/// What a packet of TCP is besides its bytes.
#[derive(Clone, Copy)]
enum Kind {
    Syn,
    Data,
    Fin,
}

impl<W: Write> Packets<W> {
    pub(super) fn new(server: SocketAddr, out: W) -> Self {
        Self {
            server: server.ip(),
            out,
            has_begun: false,
            connections: HashMap::new(),
        }
    }

    /// A connection begins.
    pub(super) fn open(&mut self, passage: &Passage) -> io::Result<()> {
        self.connections.insert(
            passage.id,
            Numbers {
                client: 0,
                server: 0,
            },
        );
        self.packet(passage, Direction::ToServer, Kind::Syn, &[])?;
        self.packet(passage, Direction::ToClient, Kind::Syn, &[])?;
        self.packet(passage, Direction::ToServer, Kind::Data, &[])
    }

    /// These bytes go that way.
    pub(super) fn pass(
        &mut self,
        passage: &Passage,
        direction: Direction,
        bytes: &[u8],
    ) -> io::Result<()> {
        bytes
            .chunks(PIECE)
            .try_for_each(|piece| self.packet(passage, direction, Kind::Data, piece))
    }

    /// It is over.
    pub(super) fn close(&mut self, passage: &Passage) -> io::Result<()> {
        if self.connections.contains_key(&passage.id) {
            self.packet(passage, Direction::ToServer, Kind::Fin, &[])?;
            self.packet(passage, Direction::ToClient, Kind::Fin, &[])?;
            self.connections.remove(&passage.id);
        }
        Ok(())
    }

    fn packet(
        &mut self,
        passage: &Passage,
        direction: Direction,
        kind: Kind,
        bytes: &[u8],
    ) -> io::Result<()> {
        let Some(numbers) = self.connections.get_mut(&passage.id) else {
            return Ok(());
        };
        let server = SocketAddr::new(self.server, PORT);
        let (from, to, own, other) = match direction {
            Direction::ToClient => (server, passage.client, &mut numbers.server, numbers.client),
            _ => (passage.client, server, &mut numbers.client, numbers.server),
        };
        let is_first = matches!((kind, direction), (Kind::Syn, Direction::ToServer));
        let builder = match (from.ip(), to.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                PacketBuilder::ipv4(from.octets(), to.octets(), 64)
            }
            (from, to) => PacketBuilder::ipv6(octets(from), octets(to), 64),
        };
        let tcp = builder.tcp(from.port(), to.port(), *own, WINDOW);
        let tcp = if is_first { tcp } else { tcp.ack(other) };
        let tcp = match kind {
            Kind::Syn => tcp.syn(),
            Kind::Data if bytes.is_empty() => tcp,
            Kind::Data => tcp.psh(),
            Kind::Fin => tcp.fin(),
        };
        let mut packet = Vec::with_capacity(tcp.size(bytes.len()));
        tcp.write(&mut packet, bytes).map_err(io::Error::other)?;
        let counted = match kind {
            Kind::Data => u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            Kind::Syn | Kind::Fin => 1,
        };
        *own = own.wrapping_add(counted);
        self.write(&packet)
    }

    /// Appends a packet that was seen now.
    fn write(&mut self, packet: &[u8]) -> io::Result<()> {
        if !self.has_begun {
            self.has_begun = true;
            // A section of any length, and one interface.
            let section = [0x1a2b_3c4d, 1, u32::MAX, u32::MAX];
            self.block(0x0a0d_0d0a, &section, &[])?;
            self.block(1, &[LINK.into(), 0], &[])?;
        }
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let micros = u64::try_from(now.as_micros()).unwrap_or(u64::MAX);
        let [high, low] = [micros >> 32, micros & u64::from(u32::MAX)];
        let half = |half: u64| u32::try_from(half).unwrap_or(u32::MAX);
        let length = half(packet.len() as u64);
        self.block(6, &[0, half(high), half(low), length, length], packet)
    }

    /// A block with these numbers, and behind them bytes, in the byte order of the section.
    fn block(&mut self, kind: u32, numbers: &[u32], bytes: &[u8]) -> io::Result<()> {
        let pads = bytes.len().next_multiple_of(4).saturating_sub(bytes.len());
        let length = numbers.len().saturating_mul(4).saturating_add(bytes.len());
        let length = u32::try_from(length.saturating_add(pads).saturating_add(12));
        let length = length.map_err(io::Error::other)?;
        let mut block = Vec::with_capacity(length as usize);
        for number in [&[kind, length], numbers].concat() {
            block.extend_from_slice(&number.to_le_bytes());
        }
        block.extend_from_slice(bytes);
        block.extend_from_slice([0; 3].get(..pads).unwrap_or_default());
        block.extend_from_slice(&length.to_le_bytes());
        self.out.write_all(&block)
    }
}

fn octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets(),
        IpAddr::V6(address) => address.octets(),
    }
}
