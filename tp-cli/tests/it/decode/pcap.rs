//! Files of packets, made byte by byte.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

pub(crate) const FIN: u8 = 0x01;
pub(crate) const SYN: u8 = 0x02;
pub(crate) const RST: u8 = 0x04;
pub(crate) const ACK: u8 = 0x10;

/// A packet of IP, and when it came.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Packet {
    pub(crate) time: Duration,
    pub(crate) bytes: Vec<u8>,
}

/// Which way something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    ToClient,
}

/// A TCP connection that is written down, packet by packet; a millisecond between two of them.
#[derive(Debug, Clone)]
pub(crate) struct Talk {
    client: SocketAddr,
    server: SocketAddr,
    /// The next sequence numbers of both.
    numbers: [u32; 2],
    pub(crate) now: Duration,
    pub(crate) packets: Vec<Packet>,
}

impl Talk {
    /// Between these, nothing said yet. Sequence numbers are near their end.
    pub(crate) fn new(client: &str, server: &str) -> Self {
        Self {
            client: client.parse().unwrap(),
            server: server.parse().unwrap(),
            numbers: [u32::MAX - 20, u32::MAX - 2000],
            now: Duration::new(1_764_585_441, 250_000_000),
            packets: Vec::new(),
        }
    }

    /// On the protocol's port.
    pub(crate) fn usual() -> Self {
        Self::new("127.0.0.1:40000", "127.0.0.1:6923")
    }

    /// Opens it.
    pub(crate) fn open(self) -> Self {
        self.packet(Way::ToServer, SYN, b"")
            .packet(Way::ToClient, SYN | ACK, b"")
            .packet(Way::ToServer, ACK, b"")
    }

    /// Opens another, with other sequence numbers.
    pub(crate) fn reopen(mut self) -> Self {
        self.numbers = self.numbers.map(|number| number.wrapping_add(70_000));
        self.open()
    }

    /// Closes it.
    pub(crate) fn close(self) -> Self {
        self.packet(Way::ToServer, FIN | ACK, b"")
            .packet(Way::ToClient, FIN | ACK, b"")
            .packet(Way::ToServer, ACK, b"")
    }

    pub(crate) fn sent(self, bytes: &[u8]) -> Self {
        self.packet(Way::ToServer, ACK, bytes)
    }

    pub(crate) fn received(self, bytes: &[u8]) -> Self {
        self.packet(Way::ToClient, ACK, bytes)
    }

    /// A packet that nobody captures.
    pub(crate) fn lost(mut self, way: Way, bytes: &[u8]) -> Self {
        self = self.packet(way, ACK, bytes);
        self.packets.pop();
        self
    }

    pub(crate) fn packet(mut self, way: Way, flags: u8, payload: &[u8]) -> Self {
        let [client, server] = self.numbers;
        let (from, to, number, acknowledged) = match way {
            Way::ToServer => (self.client, self.server, client, server),
            Way::ToClient => (self.server, self.client, server, client),
        };
        let bytes = ip(from, to, number, acknowledged, flags, payload);
        let length = u32::try_from(payload.len()).unwrap();
        let counted = length + u32::from(flags & (SYN | FIN) != 0);
        let next = match way {
            Way::ToServer => &mut self.numbers[0],
            Way::ToClient => &mut self.numbers[1],
        };
        *next = next.wrapping_add(counted);
        self.packets.push(Packet {
            time: self.now,
            bytes,
        });
        self.now += Duration::from_millis(1);
        self
    }
}

/// A packet of IP with a segment of TCP in it.
pub(crate) fn ip(
    from: SocketAddr,
    to: SocketAddr,
    number: u32,
    acknowledged: u32,
    flags: u8,
    payload: &[u8],
) -> Vec<u8> {
    let mut tcp = Vec::new();
    tcp.extend(from.port().to_be_bytes());
    tcp.extend(to.port().to_be_bytes());
    tcp.extend(number.to_be_bytes());
    let acknowledged = if flags & ACK == 0 { 0 } else { acknowledged };
    tcp.extend(acknowledged.to_be_bytes());
    tcp.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    tcp.extend(payload);
    let mut packet = Vec::new();
    match (from.ip(), to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            let total = u16::try_from(20 + tcp.len()).unwrap();
            packet.extend([0x45, 0]);
            packet.extend(total.to_be_bytes());
            packet.extend([0, 1, 0, 0, 64, 6, 0, 0]);
            packet.extend(from.octets());
            packet.extend(to.octets());
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            packet.extend([0x60, 0, 0, 0]);
            packet.extend(u16::try_from(tcp.len()).unwrap().to_be_bytes());
            packet.extend([6, 64]);
            packet.extend(from.octets());
            packet.extend(to.octets());
        }
        _ => panic!("{from} and {to}"),
    }
    packet.extend(tcp);
    packet
}

/// Numbers in one of the byte orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    fn u16(self, number: u16) -> [u8; 2] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn u32(self, number: u32) -> [u8; 4] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }

    fn i64(self, number: i64) -> [u8; 8] {
        match self {
            Self::Little => number.to_le_bytes(),
            Self::Big => number.to_be_bytes(),
        }
    }
}

/// IP without anything in front.
pub(crate) const RAW: u32 = 101;

/// A file of the older format, with times in microseconds.
pub(crate) fn pcap(packets: &[Packet]) -> Vec<u8> {
    pcap_as(0xa1b2_c3d4, Order::Little, RAW, packets)
}

/// The same of another kind: by its magic, its byte order and its link type.
pub(crate) fn pcap_as(magic: u32, order: Order, link: u32, packets: &[Packet]) -> Vec<u8> {
    let mut file = order.u32(magic).to_vec();
    file.extend(order.u16(2));
    file.extend(order.u16(4));
    file.extend([0; 8]);
    file.extend(order.u32(262_144));
    file.extend(order.u32(link));
    for packet in packets {
        let fraction = match magic {
            0xa1b2_3c4d => packet.time.subsec_nanos(),
            _ => packet.time.subsec_micros(),
        };
        let length = u32::try_from(packet.bytes.len()).unwrap();
        let seconds = u32::try_from(packet.time.as_secs()).unwrap();
        for number in [seconds, fraction, length, length] {
            file.extend(order.u32(number));
        }
        if magic == 0xa1b2_cd34 {
            file.extend([0; 8]);
        }
        file.extend(&packet.bytes);
    }
    file
}

/// A file of the newer format, block by block.
#[derive(Debug, Clone)]
pub(crate) struct Pcapng {
    order: Order,
    pub(crate) bytes: Vec<u8>,
}

impl Pcapng {
    /// A section without interfaces.
    pub(crate) fn new(order: Order) -> Self {
        let bytes = Vec::new();
        Self { order, bytes }.section(order)
    }

    /// Begins another section.
    pub(crate) fn section(mut self, order: Order) -> Self {
        self.order = order;
        let mut body = order.u32(0x1a2b_3c4d).to_vec();
        body.extend(order.u16(1));
        body.extend(order.u16(0));
        body.extend([0xff; 8]);
        // A comment.
        body.extend(self.option(1, b"made by a test"));
        self.block(0x0a0d_0d0a, &body)
    }

    /// An interface, with the unit of its times and what is to be added to them.
    pub(crate) fn interface(self, link: u32, most: u32, unit: Option<u8>, offset: i64) -> Self {
        let mut body = self.order.u16(u16::try_from(link).unwrap()).to_vec();
        body.extend([0; 2]);
        body.extend(self.order.u32(most));
        body.extend(self.option(2, b"lo"));
        if let Some(unit) = unit {
            body.extend(self.option(9, &[unit]));
        }
        body.extend(self.option(14, &self.order.i64(offset)));
        body.extend([0; 4]);
        self.block(1, &body)
    }

    /// A packet in an enhanced block; its time as the interface counts it.
    pub(crate) fn enhanced(self, interface: u32, time: u64, bytes: &[u8]) -> Self {
        let mut body = self.order.u32(interface).to_vec();
        self.rest_of_packet(&mut body, time, bytes);
        // Flags.
        body.extend(self.option(2, &[0, 0, 0, 1]));
        body.extend([0; 4]);
        self.block(6, &body)
    }

    /// A packet in the block that was before the enhanced one.
    pub(crate) fn obsolete(self, interface: u16, time: u64, bytes: &[u8]) -> Self {
        let mut body = self.order.u16(interface).to_vec();
        body.extend(self.order.u16(0xffff));
        self.rest_of_packet(&mut body, time, bytes);
        self.block(2, &body)
    }

    /// A packet without a time.
    pub(crate) fn simple(self, length: u32, bytes: &[u8]) -> Self {
        let mut body = self.order.u32(length).to_vec();
        body.extend(bytes);
        self.block(3, &body)
    }

    pub(crate) fn block(mut self, kind: u32, body: &[u8]) -> Self {
        let padded = body.len().next_multiple_of(4);
        let length = self.order.u32(u32::try_from(12 + padded).unwrap());
        self.bytes.extend(self.order.u32(kind));
        self.bytes.extend(length);
        self.bytes.extend(body);
        self.bytes.resize(self.bytes.len() + padded - body.len(), 0);
        self.bytes.extend(length);
        self
    }

    fn rest_of_packet(&self, body: &mut Vec<u8>, time: u64, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).unwrap();
        let halves = [(time >> 32) as u32, (time & 0xffff_ffff) as u32];
        for number in [halves[0], halves[1], length, length] {
            body.extend(self.order.u32(number));
        }
        body.extend(bytes);
        body.resize(body.len().next_multiple_of(4), 0);
    }

    fn option(&self, code: u16, value: &[u8]) -> Vec<u8> {
        let mut option = self.order.u16(code).to_vec();
        option.extend(self.order.u16(u16::try_from(value.len()).unwrap()));
        option.extend(value);
        option.resize(option.len().next_multiple_of(4), 0);
        option
    }
}
