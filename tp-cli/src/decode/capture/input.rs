//! A file of packets as it is read, a part at a time, and what is read of it.

use std::io::{self, Read};
use std::time::Duration;

use super::super::limits::PACKET;

/// A captured packet.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Packet<'a> {
    /// What it begins with: a number of <https://www.tcpdump.org/linktypes.html>.
    pub(super) link: u32,
    /// Since the epoch.
    pub(super) time: Option<Duration>,
    /// Maybe cut.
    pub(super) bytes: &'a [u8],
}

/// Why a file of packets cannot be read on. Places are bytes from the beginning of the file.
#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum Damage {
    #[error("the file ends within a packet, at byte {0}")]
    Cut(u64),
    #[error("what is at byte {at} is no packet: it would have {length} bytes")]
    Length { at: u64, length: u64 },
    #[error("the block at byte {0} is not as pcapng has it")]
    Block(u64),
    #[error(
        "the packet at byte {at} is of interface {interface}, which the file does not describe"
    )]
    Interface { at: u64, interface: u32 },
    #[error("there are more interfaces than can be held")]
    Interfaces,
}

/// Why there is no next packet.
#[derive(Debug, thiserror::Error)]
pub(super) enum PacketError {
    #[error(transparent)]
    Read(#[from] io::Error),
    #[error(transparent)]
    Damage(#[from] Damage),
}

/// A file, a part of it at a time.
pub(super) struct Input<R> {
    file: R,
    /// How many bytes were read.
    pub(super) position: u64,
    /// The part that is looked at.
    pub(super) bytes: Vec<u8>,
}

impl<R: Read> Input<R> {
    pub(super) fn new(file: R) -> Self {
        Self {
            file,
            position: 0,
            bytes: Vec::new(),
        }
    }

    /// Begins a new part with so many bytes; `false` if the file is at its end.
    pub(super) fn start(&mut self, length: usize) -> Result<bool, PacketError> {
        self.bytes.clear();
        if self.append(length)? {
            return Ok(true);
        }
        match self.bytes.is_empty() {
            true => Ok(false),
            false => Err(Damage::Cut(self.position).into()),
        }
    }

    /// Adds to the part so many bytes, which have to be there.
    pub(super) fn require(&mut self, length: usize) -> Result<(), PacketError> {
        match self.append(length)? {
            true => Ok(()),
            false => Err(Damage::Cut(self.position).into()),
        }
    }

    /// The same for as many bytes as the file says, if that can be.
    pub(super) fn require_packet(&mut self, at: u64, length: u32) -> Result<(), PacketError> {
        match usize::try_from(length) {
            Ok(length) if length <= PACKET => self.require(length),
            _ => Err(Damage::Length {
                at,
                length: length.into(),
            }
            .into()),
        }
    }

    /// Leaves so many bytes out.
    pub(super) fn skip(&mut self, length: u64) -> Result<(), PacketError> {
        let mut rest = self.file.by_ref().take(length);
        let skipped = io::copy(&mut rest, &mut io::sink())?;
        self.position = self.position.saturating_add(skipped);
        match skipped == length {
            true => Ok(()),
            false => Err(Damage::Cut(self.position).into()),
        }
    }

    /// Adds so many bytes to the part; `false` if there are fewer.
    pub(super) fn append(&mut self, length: usize) -> io::Result<bool> {
        let mut rest = self.file.by_ref().take(length as u64);
        let read = rest.read_to_end(&mut self.bytes)?;
        self.position = self.position.saturating_add(read as u64);
        Ok(read == length)
    }
}

/// The numbers of a file, in one of the two byte orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> Option<u16> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        })
    }

    pub(super) fn u32(self, bytes: &[u8], at: usize) -> Option<u32> {
        let bytes = *bytes.get(at..)?.first_chunk()?;
        Some(match self {
            Self::Little => u32::from_le_bytes(bytes),
            Self::Big => u32::from_be_bytes(bytes),
        })
    }

    pub(super) fn i64(self, bytes: &[u8]) -> Option<i64> {
        let bytes = *bytes.first_chunk()?;
        Some(match self {
            Self::Little => i64::from_le_bytes(bytes),
            Self::Big => i64::from_be_bytes(bytes),
        })
    }
}
