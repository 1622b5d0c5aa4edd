//! What a peer says that does not speak what it should.

use tp_frames::TpStr;

/// How much of a line is shown.
const SHOWN: usize = 200;

/// Returns `true` if more of the line may come, which is to be shown whole.
pub(super) fn are_part(bytes: &[u8]) -> bool {
    let is_text =
        |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace() || !byte.is_ascii();
    bytes.len() < SHOWN && bytes.iter().all(is_text) && !bytes.trim_ascii_start().contains(&b'\n')
}

/// The first line, fit to be shown.
pub(super) fn shown(bytes: &[u8]) -> String {
    let bytes = bytes.trim_ascii_start();
    let line = bytes.split(|byte| b"\r\n".contains(byte)).next();
    let line = line.unwrap_or_default();
    let line = line.get(..SHOWN).unwrap_or(line);
    TpStr::from_bytes(line).printable().to_string()
}
