//! What is not shown unless it is asked for: the fields that the schemas call secret.

use tp_frames::{admin, game};

use super::reader::Decoded;

/// The field that holds the body of a frame of unknown type.
const UNKNOWN: &str = "body";

/// Hides what is secret in a frame of that type, and bytes that it may be in. Where the game and
/// its administration have the same type, they have the same frame; and one may be read as the
/// other.
pub(super) fn hide(r#type: u32, frame: &mut Decoded) {
    let packets = game::PACKETS.iter().chain(admin::PACKETS);
    let packets = packets.filter(|packet| packet.r#type == r#type && packet.has_secrets());
    for field in packets.flat_map(|packet| packet.fields) {
        if field.is_secret() {
            frame.human.hide(field.name());
        }
        frame.bytes_are_secret = true;
    }
    if frame.unknown && frame.bytes_are_secret {
        frame.human.hide(UNKNOWN);
    }
}
