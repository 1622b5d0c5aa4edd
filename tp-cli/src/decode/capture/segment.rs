//! From a packet to the segment of TCP in it.

use std::net::{IpAddr, SocketAddr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, TransportSlice, ether_type};

/// A segment of TCP.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Segment<'a> {
    pub(super) from: SocketAddr,
    pub(super) to: SocketAddr,
    pub(super) sequence: u32,
    pub(super) acknowledgment: Option<u32>,
    pub(super) syn: bool,
    pub(super) fin: bool,
    pub(super) payload: &'a [u8],
    /// Bytes of the payload behind these that were not captured.
    pub(super) missing: u32,
}

/// What a packet is.
#[derive(Debug, PartialEq)]
pub(super) enum Content<'a> {
    Tcp(Segment<'a>),
    /// A part of an IP packet.
    Fragment,
    /// Of a link type that is not known.
    UnknownLink,
    /// Of another protocol, or too little of it.
    Other,
}

/// Numbers of <https://www.tcpdump.org/linktypes.html>.
const NULL: u32 = 0;
const ETHERNET: u32 = 1;
const RAW: u32 = 101;
const LOOP: u32 = 108;
const LINUX_SLL: u32 = 113;
const IPV4: u32 = 228;
const IPV6: u32 = 229;
const LINUX_SLL2: u32 = 276;
/// What some systems write for [`RAW`].
const RAW_OF_BSD: [u32; 2] = [12, 14];

/// Looks into a packet of that link type.
pub(super) fn read(link: u32, packet: &[u8]) -> Content<'_> {
    match link {
        ETHERNET => of_slices(LaxSlicedPacket::from_ethernet(packet).ok()),
        // Four bytes that say what the version of IP says again.
        NULL | LOOP => of_ip(packet.get(4..)),
        RAW | IPV4 | IPV6 => of_ip(Some(packet)),
        _ if RAW_OF_BSD.contains(&link) => of_ip(Some(packet)),
        LINUX_SLL => of_ether_type(packet, 14, 16),
        LINUX_SLL2 => of_ether_type(packet, 0, 20),
        _ => Content::UnknownLink,
    }
}

fn of_ip(packet: Option<&[u8]>) -> Content<'_> {
    of_slices(packet.and_then(|packet| LaxSlicedPacket::from_ip(packet).ok()))
}

/// Linux' own headers have the type of what follows somewhere.
fn of_ether_type(packet: &[u8], at: usize, length: usize) -> Content<'_> {
    let found = packet.get(at..).and_then(|it| it.first_chunk());
    let (Some(number), Some(payload)) = (found, packet.get(length..)) else {
        return Content::Other;
    };
    let kind = EtherType(u16::from_be_bytes(*number));
    match kind {
        ether_type::IPV4
        | ether_type::IPV6
        | ether_type::VLAN_TAGGED_FRAME
        | ether_type::PROVIDER_BRIDGING
        | ether_type::VLAN_DOUBLE_TAGGED_FRAME => {
            of_slices(Some(LaxSlicedPacket::from_ether_type(kind, payload)))
        }
        _ => Content::Other,
    }
}

fn of_slices(sliced: Option<LaxSlicedPacket<'_>>) -> Content<'_> {
    let Some(sliced) = sliced else {
        return Content::Other;
    };
    let (from, to, missing): (IpAddr, IpAddr, usize) = match &sliced.net {
        Some(LaxNetSlice::Ipv4(ip)) => {
            let header = ip.header();
            let there = header
                .slice()
                .len()
                .saturating_add(ip.payload().payload.len());
            (
                header.source_addr().into(),
                header.destination_addr().into(),
                usize::from(header.total_len()).saturating_sub(there),
            )
        }
        Some(LaxNetSlice::Ipv6(ip)) => {
            let header = ip.header();
            let extensions = ip.extensions().slice().len();
            let there = extensions.saturating_add(ip.payload().payload.len());
            (
                header.source_addr().into(),
                header.destination_addr().into(),
                usize::from(header.payload_length()).saturating_sub(there),
            )
        }
        _ => return Content::Other,
    };
    let ip = sliced.ip_payload();
    if ip.is_some_and(|ip| ip.fragmented) {
        return Content::Fragment;
    }
    let Some(TransportSlice::Tcp(tcp)) = &sliced.transport else {
        return Content::Other;
    };
    // Where the header of IP does not say a length, all is there.
    let missing = if ip.is_some_and(|ip| ip.incomplete) {
        missing
    } else {
        0
    };
    Content::Tcp(Segment {
        from: SocketAddr::new(from, tcp.source_port()),
        to: SocketAddr::new(to, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        acknowledgment: tcp.ack().then(|| tcp.acknowledgment_number()),
        syn: tcp.syn(),
        fin: tcp.fin(),
        payload: tcp.payload(),
        missing: u32::try_from(missing).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use etherparse::PacketBuilder;

    const PAYLOAD: &[u8] = b"0123456789";

    fn v4() -> Vec<u8> {
        let builder = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64).tcp(5, 6923, 7, 9);
        let mut packet = Vec::new();
        builder.ack(8).write(&mut packet, PAYLOAD).unwrap();
        packet
    }

    fn v6() -> Vec<u8> {
        let builder = PacketBuilder::ipv6([1; 16], [2; 16], 64).tcp(5, 6923, 7, 9);
        let mut packet = Vec::new();
        builder.fin().write(&mut packet, PAYLOAD).unwrap();
        packet
    }

    #[track_caller]
    fn payload(link: u32, packet: &[u8]) -> (Vec<u8>, u32) {
        match read(link, packet) {
            Content::Tcp(segment) => {
                assert_eq!((segment.from.port(), segment.to.port()), (5, 6923));
                assert_eq!(segment.sequence, 7);
                (segment.payload.to_vec(), segment.missing)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_link_layer_carries_both_versions_of_ip() {
        for (ip, kind) in [(v4(), [0x08, 0x00]), (v6(), [0x86, 0xdd])] {
            let whole = (PAYLOAD.to_vec(), 0);
            let addresses = [0_u8; 12];
            let ethernet = [&addresses[..], &kind, &ip].concat();
            // A short frame is filled up.
            let filled = [&ethernet[..], &[0; 6]].concat();
            let vlan = [&addresses[..], &[0x81, 0, 0, 5], &kind, &ip].concat();
            let two = [
                &addresses[..],
                &[0x88, 0xa8, 0, 5, 0x81, 0, 0, 6],
                &kind,
                &ip,
            ]
            .concat();
            for packet in [ethernet, filled, vlan, two] {
                assert_eq!(payload(1, &packet), whole);
            }
            let sll = [&[0; 14][..], &kind, &ip].concat();
            assert_eq!(payload(113, &sll), whole);
            let sll2 = [&kind[..], &[0; 18], &ip].concat();
            assert_eq!(payload(276, &sll2), whole);
            for link in [0, 108] {
                assert_eq!(payload(link, &[&[2, 0, 0, 0][..], &ip].concat()), whole);
            }
            for link in [12, 14, 101, 228, 229] {
                assert_eq!(payload(link, &ip), whole);
            }
            assert_eq!(read(105, &ip), Content::UnknownLink);
        }
    }

    #[test]
    fn a_cut_packet_says_how_much_is_missing() {
        for ip in [v4(), v6()] {
            let cut = ip.get(..ip.len() - 4).unwrap();
            assert_eq!(payload(101, cut), (b"012345".to_vec(), 4));
            for length in 0..ip.len() {
                // Whatever is left, nothing goes wrong.
                let _ = read(101, ip.get(..length).unwrap());
                let _ = read(1, ip.get(..length).unwrap());
            }
        }
    }

    #[test]
    fn headers_behind_that_of_ipv6_are_passed() {
        let ip = v6();
        let (header, rest) = ip.split_at(40);
        let mut header = header.to_vec();
        // Hop by hop, eight bytes; TCP behind it.
        header[6] = 0;
        header[5] += 8;
        let packet = [&header[..], &[6, 0, 1, 4, 0, 0, 0, 0], rest].concat();
        assert_eq!(payload(101, &packet), (PAYLOAD.to_vec(), 0));
    }

    #[test]
    fn fragments_are_told_apart() {
        let mut packet = v4();
        // More are to come.
        packet[6] = 0x20;
        assert_eq!(read(101, &packet), Content::Fragment);
    }
}
