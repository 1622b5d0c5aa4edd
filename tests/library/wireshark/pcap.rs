//! Captures as Wireshark reads them, made from what went over connections.

use std::time::Duration;

use super::traffic::{Random, Said, Way, carry, cut};

/// One TCP connection on loopback.
pub(crate) struct Connection {
    /// The server's port.
    pub(crate) port: u16,
    /// What was said, a segment an entry.
    pub(crate) segments: Vec<Said>,
}

impl Connection {
    /// What arrives when `script` is sent over loopback.
    pub(crate) fn carrying(port: u16, script: &[Said]) -> Self {
        Self {
            port,
            segments: carry(script),
        }
    }

    /// The same in segments that end anywhere.
    pub(crate) fn cut(&self, random: &mut Random) -> Self {
        Self {
            port: self.port,
            segments: cut(&self.segments, random),
        }
    }
}

/// Where the servers of a protocol listen.
pub(crate) fn port(protocol: &str) -> u16 {
    if protocol == "admin" { 6925 } else { 6923 }
}

const LINKTYPE_RAW: u32 = 101;
/// The client's port of the first connection; the next has the next.
pub(crate) const FIRST_CLIENT_PORT: u16 = 40_000;
const SYN: u8 = 0x02;
const ACK: u8 = 0x10;
const PUSH: u8 = 0x08;
const FIN: u8 = 0x01;

/// A capture file of these connections, one behind another, a millisecond between two packets.
pub(crate) fn file(connections: &[Connection]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(0xA1B2_C3D4_u32.to_le_bytes());
    file.extend([2, 0, 4, 0]);
    file.extend([0; 8]);
    file.extend(262_144_u32.to_le_bytes());
    file.extend(LINKTYPE_RAW.to_le_bytes());
    let mut time = Duration::ZERO;
    for (index, connection) in connections.iter().enumerate() {
        let client = FIRST_CLIENT_PORT + u16::try_from(index).unwrap();
        let mut add = |packet: Vec<u8>| {
            time += Duration::from_millis(1);
            let length = u32::try_from(packet.len()).unwrap().to_le_bytes();
            file.extend(u32::try_from(time.as_secs()).unwrap().to_le_bytes());
            file.extend(time.subsec_micros().to_le_bytes());
            file.extend(length);
            file.extend(length);
            file.extend(packet);
        };
        let mut ends = Ends {
            ports: [client, connection.port],
            sent: [1000, 5000],
        };
        add(ends.packet(Way::ToServer, SYN, &[]));
        add(ends.packet(Way::ToClient, SYN | ACK, &[]));
        add(ends.packet(Way::ToServer, ACK, &[]));
        for said in &connection.segments {
            // What is longer than a packet may be takes several.
            for part in said.bytes.chunks(60_000) {
                add(ends.packet(said.way, ACK | PUSH, part));
            }
        }
        add(ends.packet(Way::ToServer, ACK | FIN, &[]));
        add(ends.packet(Way::ToClient, ACK | FIN, &[]));
    }
    file
}

/// The two ends of a connection, the client first.
struct Ends {
    ports: [u16; 2],
    /// How far each has counted.
    sent: [u32; 2],
}

impl Ends {
    /// An IP packet with `bytes` as TCP's payload.
    fn packet(&mut self, way: Way, flags: u8, bytes: &[u8]) -> Vec<u8> {
        let (from, to) = match way {
            Way::ToServer => (0, 1),
            Way::ToClient => (1, 0),
        };
        let total = u16::try_from(40 + bytes.len()).unwrap();
        let mut packet = vec![0x45, 0];
        packet.extend(total.to_be_bytes());
        packet.extend([0, 1, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1]);
        packet.extend(self.ports[from].to_be_bytes());
        packet.extend(self.ports[to].to_be_bytes());
        packet.extend(self.sent[from].to_be_bytes());
        packet.extend(self.sent[to].to_be_bytes());
        packet.extend([0x50, flags, 0xFF, 0xFF, 0, 0, 0, 0]);
        packet.extend(bytes);
        self.sent[from] += u32::try_from(bytes.len()).unwrap();
        if flags & (SYN | FIN) != 0 {
            self.sent[from] += 1;
        }
        packet
    }
}
