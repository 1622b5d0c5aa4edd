//! Text of a peer, made safe for a terminal.

use tp_frames::TpString;

/// Text as it came where it is text; other bytes and what would move a cursor escaped, so that a
/// terminal survives it.
pub(crate) fn escaped(bytes: &TpString) -> String {
    let mut shown = String::new();
    for chunk in bytes.as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\'' => shown.push(character),
                other => shown.extend(other.escape_debug()),
            }
        }
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}
