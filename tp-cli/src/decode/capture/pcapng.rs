//! The newer format: blocks, some of which hold packets.
//!
//! <https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcapng.html>

use std::io::Read;
use std::time::Duration;

use super::super::limits::{INTERFACES, PACKET};
use super::input::{ByteOrder, Damage, Input, Packet, PacketError};

const SECTION_HEADER: u32 = 0x0a0d_0d0a;
const INTERFACE_DESCRIPTION: u32 = 1;
/// What wrote packets before there was the enhanced block.
const PACKET_BLOCK: u32 = 2;
const SIMPLE_PACKET: u32 = 3;
const ENHANCED_PACKET: u32 = 6;

const BYTE_ORDER_MAGIC: u32 = 0x1a2b_3c4d;

/// Type and length in front, the length again behind.
const LEAST_BLOCK: u32 = 12;

/// Options of an interface: the unit of times, and the seconds to add to them.
const RESOLUTION: u16 = 9;
const OFFSET: u16 = 14;

/// What has been said so far.
pub(super) struct Pcapng {
    order: ByteOrder,
    /// Of this section.
    interfaces: Vec<Interface>,
    /// Whether the type of the block that is to come has been read, as it told the format.
    is_first: bool,
}

impl Default for Pcapng {
    fn default() -> Self {
        Self {
            order: ByteOrder::Little,
            interfaces: Vec::new(),
            is_first: true,
        }
    }
}

struct Interface {
    link: u32,
    /// Bytes that are kept of a packet; 0 is all.
    most: u32,
    /// Units of time in a second.
    resolution: u128,
    /// Seconds.
    offset: i64,
}

/// Returns `true` if a file that begins so is of this format.
pub(super) fn is_magic(start: &[u8]) -> bool {
    // The same in both byte orders.
    start.starts_with(&SECTION_HEADER.to_be_bytes())
}

impl Pcapng {
    pub(super) fn next<'a>(
        &mut self,
        input: &'a mut Input<impl Read>,
    ) -> Result<Option<Packet<'a>>, PacketError> {
        loop {
            let Some((at, kind)) = self.block(input)? else {
                return Ok(None);
            };
            let body = body(&input.bytes).ok_or(Damage::Block(at))?;
            match kind {
                SECTION_HEADER => self.interfaces.clear(),
                INTERFACE_DESCRIPTION if self.interfaces.len() >= INTERFACES => {
                    return Err(Damage::Interfaces.into());
                }
                INTERFACE_DESCRIPTION => {
                    let interface = self.interface(body).ok_or(Damage::Block(at))?;
                    self.interfaces.push(interface);
                }
                _ => break,
            }
        }
        let kind = self.order.u32(&input.bytes, 0).unwrap_or_default();
        let at = input.position.saturating_sub(input.bytes.len() as u64);
        let body = body(&input.bytes).ok_or(Damage::Block(at))?;
        let found = self.packet(kind, body).ok_or(Damage::Block(at))?;
        match found {
            Ok(packet) => Ok(Some(packet)),
            Err(interface) => Err(Damage::Interface { at, interface }.into()),
        }
    }

    /// Reads the next block of a kind that matters; where it is, and its type. `None` at the end.
    fn block(&mut self, input: &mut Input<impl Read>) -> Result<Option<(u64, u32)>, PacketError> {
        loop {
            let at = match std::mem::take(&mut self.is_first) {
                true => 0,
                false => {
                    let at = input.position;
                    if !input.start(4)? {
                        return Ok(None);
                    }
                    at
                }
            };
            input.require(4)?;
            if is_magic(&input.bytes) {
                input.require(4)?;
                let orders = [ByteOrder::Little, ByteOrder::Big];
                let order = orders
                    .into_iter()
                    .find(|order| order.u32(&input.bytes, 8) == Some(BYTE_ORDER_MAGIC));
                self.order = order.ok_or(Damage::Block(at))?;
            }
            let number = |at| self.order.u32(&input.bytes, at).unwrap_or_default();
            let (kind, length) = (number(0), number(4));
            let is_length = length >= LEAST_BLOCK && length.is_multiple_of(4);
            let rest = length.checked_sub(input.bytes.len() as u32);
            let Some(rest) = rest.filter(|_| is_length) else {
                return Err(Damage::Length {
                    at,
                    length: length.into(),
                }
                .into());
            };
            match kind {
                SECTION_HEADER
                | INTERFACE_DESCRIPTION
                | PACKET_BLOCK
                | SIMPLE_PACKET
                | ENHANCED_PACKET => {
                    input.require_packet(at, rest)?;
                    let end = input.bytes.len().saturating_sub(4);
                    return match self.order.u32(&input.bytes, end) == Some(length) {
                        true => Ok(Some((at, kind))),
                        false => Err(Damage::Block(at).into()),
                    };
                }
                // Names, statistics, secrets, whatever others put there; of any length.
                _ => input.skip(rest.into())?,
            }
        }
    }

    fn interface(&self, body: &[u8]) -> Option<Interface> {
        let mut interface = Interface {
            link: self.order.u16(body, 0)?.into(),
            most: self.order.u32(body, 4)?,
            resolution: 1_000_000,
            offset: 0,
        };
        let mut options = body.get(8..)?;
        while let Some(code @ 1..) = self.order.u16(options, 0) {
            let length = usize::from(self.order.u16(options, 2)?);
            let value = options.get(4..)?.get(..length)?;
            match (code, value) {
                (RESOLUTION, &[exponent]) => interface.resolution = resolution(exponent)?,
                (OFFSET, _) => interface.offset = self.order.i64(value)?,
                _ => {}
            }
            let padded = length.next_multiple_of(4);
            options = options.get(4..)?.get(padded..).unwrap_or_default();
        }
        Some(interface)
    }

    /// The packet of a block; `None` if the block is too short for it, and the interface that it
    /// names if there is none.
    fn packet<'a>(&self, kind: u32, body: &'a [u8]) -> Option<Result<Packet<'a>, u32>> {
        let number = |at| self.order.u32(body, at);
        let id = match kind {
            ENHANCED_PACKET => number(0)?,
            PACKET_BLOCK => self.order.u16(body, 0)?.into(),
            _ => 0,
        };
        let Some(interface) = self.interfaces.get(id as usize) else {
            return Some(Err(id));
        };
        let (time, bytes) = match kind {
            SIMPLE_PACKET => {
                let most = match interface.most {
                    0 => PACKET as u32,
                    most => most,
                };
                let bytes = body.get(4..)?;
                let length = (number(0)?.min(most) as usize).min(bytes.len());
                (None, bytes.get(..length)?)
            }
            _ => {
                let time = u64::from(number(4)?) << 32 | u64::from(number(8)?);
                let bytes = body.get(20..)?.get(..number(12)? as usize)?;
                (interface.time(time), bytes)
            }
        };
        Some(Ok(Packet {
            link: interface.link,
            time,
            bytes,
        }))
    }
}

impl Interface {
    /// Since the epoch; `None` before it, or where no clock gets to.
    fn time(&self, units: u64) -> Option<Duration> {
        let units = u128::from(units);
        let seconds = u64::try_from(units.checked_div(self.resolution)?).ok()?;
        let rest = units.checked_rem(self.resolution)?;
        let nanoseconds = rest
            .checked_mul(1_000_000_000)?
            .checked_div(self.resolution)?;
        let seconds = seconds.checked_add_signed(self.offset)?;
        Some(Duration::new(seconds, u32::try_from(nanoseconds).ok()?))
    }
}

/// Units in a second: a power of ten, or of two if the highest bit is set.
fn resolution(exponent: u8) -> Option<u128> {
    let (base, exponent) = match exponent {
        0x80.. => (2_u128, exponent & 0x7f),
        _ => (10, exponent),
    };
    // More than 64 bits of time cannot count.
    base.checked_pow(exponent.into())
        .filter(|it| *it <= u128::from(u64::MAX).saturating_add(1))
}

/// What is between the lengths of a block.
fn body(block: &[u8]) -> Option<&[u8]> {
    block.get(8..block.len().checked_sub(4)?)
}
