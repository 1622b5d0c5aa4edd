//! Packet captures: files of packets, in either format.

use std::io::Read;

use super::input::{Damage, Input, Packet, PacketError};
use super::pcap::Pcap;
use super::pcapng::{self, Pcapng};

/// The packets of a file.
pub(super) struct Packets<R> {
    input: Input<R>,
    format: Format,
}

enum Format {
    Pcap(Pcap),
    Pcapng(Pcapng),
}

impl<R: Read> Packets<R> {
    /// Of a file that begins with the magic of one of the formats.
    pub(super) fn new(file: R) -> Result<Self, PacketError> {
        let mut input = Input::new(file);
        let is_whole = input.append(4)?;
        let format = match pcapng::is_magic(&input.bytes) {
            true => Format::Pcapng(Pcapng::default()),
            false => Format::Pcap(Pcap::new(&mut input)?),
        };
        match is_whole {
            true => Ok(Self { input, format }),
            false => Err(Damage::Cut(input.position).into()),
        }
    }

    /// The next packet; `None` at the end. Nothing follows an error.
    pub(super) fn next(&mut self) -> Result<Option<Packet<'_>>, PacketError> {
        match &mut self.format {
            Format::Pcap(pcap) => pcap.next(&mut self.input),
            Format::Pcapng(pcapng) => pcapng.next(&mut self.input),
        }
    }
}
