//! What of a frame is not to be shown: the passwords and keys that the schemas call secret.

use serde_json::{Value, json};
use tp_frames::{Header, PacketInfo, admin, game};

/// The packets of a type that hold something secret. Where the game and its administration have the
/// same type, they have the same packet.
fn packets(r#type: u32) -> impl Iterator<Item = &'static PacketInfo> {
    let packets = game::PACKETS.iter().chain(admin::PACKETS).copied();
    packets.filter(move |packet| packet.r#type == r#type && packet.has_secrets())
}

/// Whether frames of a type hold something secret, so that their bytes are not to be shown.
#[must_use]
pub fn has_secrets(r#type: u32) -> bool {
    packets(r#type).next().is_some()
}

/// Whether a frame that holds something secret begins somewhere in bytes, whole or not.
#[must_use]
pub fn are_in(bytes: &[u8]) -> bool {
    let headers = bytes.windows(Header::SIZE).filter_map(<[u8]>::first_chunk);
    let mut headers = headers.filter_map(|bytes| Header::from_bytes(bytes).ok());
    headers.any(|header| has_secrets(header.r#type))
}

/// Puts something in place of all that is secret in the fields of a frame, which no field can be
/// read from.
pub fn hide(r#type: u32, fields: &mut Value) {
    for field in packets(r#type).flat_map(|packet| packet.fields) {
        let place = format!("/{}", field.name().replace('.', "/"));
        if let Some(value) = fields.pointer_mut(&place)
            && field.is_secret()
        {
            *value = json!({ "secret": true });
        }
    }
}
