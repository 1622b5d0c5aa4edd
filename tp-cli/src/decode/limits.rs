//! How much is held at once, whatever a capture says, and how much is told.

use tp_frames::Header;
use tp_frames::wire::MAX_BODY;

/// Bytes at the beginning of a file by which it is told what it is.
pub(crate) const BEGINNING: usize = 8192;

/// Bytes of one line of a text capture: twice the longest frame leaves room for blanks.
pub(crate) const LINE: usize = 4 * (Header::SIZE + MAX_BODY);

/// Bytes of one packet, and of a block of a pcapng file that is looked at.
pub(crate) const PACKET: usize = 1 << 20;

/// Interfaces in one section of a pcapng file.
pub(crate) const INTERFACES: usize = 4096;

/// TCP connections at once. Past it, those that have been silent for longest are ended.
pub(crate) const CONNECTIONS: usize = 16_384;

/// Bytes that wait, for others in front of them or for the rest of their frame, of all connections
/// together. Past it, connections are ended as above.
pub(crate) const WAITING: usize = 64 << 20;

/// Bytes of one side of a connection that wait for others in front of them. Past it, those are taken
/// for lost.
pub(crate) const OUT_OF_ORDER: usize = 1 << 20;

/// What is counted for each piece that waits, beside its bytes.
pub(crate) const PIECE: usize = 64;

/// How far sequence numbers of TCP may jump, in bytes, and still be those of one stream.
pub(crate) const JUMP: u32 = 64 << 20;

/// Packets of a connection until bytes that its other side has are taken for lost: captures have
/// packets that were sent at the same time in any order.
pub(crate) const PATIENCE: u32 = 8;

/// Bytes of the heads of HTTP in front of frames.
pub(crate) const HTTP_HEADS: usize = 16 << 10;

/// Bytes of the descriptions that are kept, of all connections together.
pub(crate) const DESCRIPTIONS: usize = 64 << 20;

/// Frames that may be bad before it stops.
pub(crate) const BAD_FRAMES: u64 = 20;

/// Notes about connections that are told.
pub(crate) const NOTES: u64 = 20;
