//! Where what is sent is cut into records.

use tp_frames::Header;

/// The most that a record carries (RFC 8446, 5.1).
const LONGEST: usize = 16 << 10;

/// Cuts what is sent, so that no record carries bytes of two frames.
///
/// tpserver-cpp and libtpproto-cpp wait for their socket to become readable, and then take one
/// frame from GnuTLS. If there are two in a record, it keeps the second one in its memory, where no
/// `select` sees it: they answer it when something else comes, if ever.
#[derive(Default)]
pub(super) struct Records {
    /// The start of a header whose rest was not sent yet.
    header: Vec<u8>,
    /// What is still to be sent of a frame, or of what is none.
    left: usize,
}

impl Records {
    /// The start of `bytes` that goes into the next record. It does not wait for the rest of a
    /// frame. What is no frame, such as HTTP, is taken as it comes.
    pub(super) fn next<'a>(&mut self, bytes: &'a [u8]) -> &'a [u8] {
        if self.left == 0 {
            let sent = self.header.len();
            let missing = Header::SIZE.saturating_sub(sent);
            let more = bytes.get(..missing).unwrap_or(bytes);
            self.header.extend_from_slice(more);
            self.left = match self.header.first_chunk().map(Header::from_bytes) {
                None if self.header.starts_with(b"TP") || self.header == b"T" => return bytes,
                Some(Ok(header)) => usize::try_from(header.length)
                    .unwrap_or(usize::MAX)
                    .saturating_add(Header::SIZE.saturating_sub(sent)),
                _ => bytes.len(),
            };
            self.header.clear();
        }
        let length = self.left.min(LONGEST);
        let record = bytes.get(..length).unwrap_or(bytes);
        self.left = self.left.saturating_sub(record.len());
        record
    }
}
