//! The packet named `Header`, which tells the layout of the frame header.

use super::{FieldKind, Packet, text};
use crate::model::{HeaderForm, Sign};

/// Name of the packet that describes the frame header.
pub(crate) const HEADER: &str = "Header";

/// Whether `packet` is the frame header.
pub(crate) fn is_header(packet: &Packet) -> bool {
    text(&packet.name) == HEADER
}

/// Which of the two layouts `header` has.
pub(crate) fn form(header: &Packet) -> Option<HeaderForm> {
    let mut shape = Vec::new();
    for field in &header.structure.fields {
        if field.optional.is_some() {
            return None;
        }
        // What the field is, and how wide in bytes.
        shape.push(match &field.kind {
            FieldKind::Character { size } => ('c', size.map_or(1, |size| size.value)),
            FieldKind::Integer { integer, .. } if integer.sign == Some(Sign::Unsigned) => {
                ('u', integer.size.map_or(32, |size| size.value))
            }
            _ => return None,
        });
    }
    match shape.as_slice() {
        [('c', 4), ('u', 32), ('u', 32), ('u', 32)] => Some(HeaderForm::Ascii),
        [
            ('c', 2),
            ('u', 8),
            ('u', 8),
            ('u', 32),
            ('u', 32),
            ('u', 32),
        ] => Some(HeaderForm::Binary),
        _ => None,
    }
}
