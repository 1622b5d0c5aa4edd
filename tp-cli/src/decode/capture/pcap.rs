//! The older format: a header, then packets, each behind a header of its own.
//!
//! <https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcap.html>

use std::io::Read;
use std::time::Duration;

use super::input::{ByteOrder, Damage, Input, Packet, PacketError};

/// What the header of a file says.
pub(super) struct Pcap {
    order: ByteOrder,
    link: u32,
    /// How long a unit of the fractions of times is.
    unit: Duration,
    /// Bytes of the header of a packet.
    header: usize,
}

/// Bytes of the header of a file, behind the magic.
const HEADER: usize = 20;

/// Microseconds, nanoseconds, and the form that some Linuxes wrote once, whose packets have eight
/// bytes more in front.
const MAGICS: [(u32, Duration, usize); 3] = [
    (0xa1b2_c3d4, Duration::from_micros(1), 16),
    (0xa1b2_3c4d, Duration::from_nanos(1), 16),
    (0xa1b2_cd34, Duration::from_micros(1), 24),
];

/// The upper bits of the link type say how long the check sums behind packets are.
const LINK_TYPE: u32 = 0x03ff_ffff;

/// Returns `true` if a file that begins so is of this format.
pub(super) fn is_magic(start: &[u8]) -> bool {
    magic(start).is_some()
}

fn magic(start: &[u8]) -> Option<(ByteOrder, Duration, usize)> {
    [ByteOrder::Little, ByteOrder::Big]
        .into_iter()
        .find_map(|order| {
            let found = order.u32(start, 0)?;
            let (_, unit, header) = MAGICS.iter().find(|(magic, ..)| *magic == found)?;
            Some((order, *unit, *header))
        })
}

impl Pcap {
    /// Reads the header, of which the magic has been.
    pub(super) fn new(input: &mut Input<impl Read>) -> Result<Self, PacketError> {
        let magic = magic(&input.bytes);
        input.require(HEADER)?;
        let header = magic.and_then(|(order, unit, header)| {
            Some(Self {
                order,
                link: order.u32(&input.bytes, 20)? & LINK_TYPE,
                unit,
                header,
            })
        });
        header.ok_or(Damage::Cut(input.position).into())
    }

    pub(super) fn next<'a>(
        &self,
        input: &'a mut Input<impl Read>,
    ) -> Result<Option<Packet<'a>>, PacketError> {
        let at = input.position;
        if !input.start(self.header)? {
            return Ok(None);
        }
        let number = |at| self.order.u32(&input.bytes, at).unwrap_or_default();
        let (seconds, fraction, length) = (number(0), number(4), number(8));
        input.require_packet(at, length)?;
        let fraction = self.unit.saturating_mul(fraction);
        Ok(Some(Packet {
            link: self.link,
            time: Some(Duration::from_secs(seconds.into()).saturating_add(fraction)),
            bytes: input.bytes.get(self.header..).unwrap_or_default(),
        }))
    }
}
