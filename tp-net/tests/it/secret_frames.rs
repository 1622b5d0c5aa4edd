//! Every packet that has something secret, in every version, with a marker for what is secret: it is
//! to be in nothing that is shown.

use tp_frames::wire::FieldKind;
use tp_frames::{Header, PacketInfo, Version, admin, game};

/// What is secret in each of them.
pub(crate) const MARKER: &str = "s3cr3t-m4rk3r";

/// A packet in one version.
pub(crate) struct SecretFrame {
    pub(crate) packet: &'static PacketInfo,
    pub(crate) version: Version,
    pub(crate) is_admin: bool,
    pub(crate) body: Vec<u8>,
}

/// All that the tables have.
pub(crate) fn secret_frames() -> Vec<SecretFrame> {
    let of = |packets: &'static [&'static PacketInfo], version: Version, is_admin| {
        let packets = packets.iter().copied();
        let packets = packets.filter(move |it| it.is_in(version) && it.has_secrets());
        packets.map(move |packet| SecretFrame {
            packet,
            version,
            is_admin,
            body: body(packet, version),
        })
    };
    let versions = game::VERSIONS.iter();
    let frames = versions.flat_map(|version| of(game::PACKETS, *version, false));
    let frames = frames.chain(of(admin::PACKETS, admin::VERSION, true));
    frames.collect()
}

/// A body with every field that there is: numbers are zero, and lists empty.
fn body(packet: &PacketInfo, version: Version) -> Vec<u8> {
    let mut body = Vec::new();
    for field in packet.fields.iter().filter(|field| field.is_in(version)) {
        match field.kind() {
            FieldKind::String => {
                let text = if field.is_secret() { MARKER } else { "text" };
                body.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
                body.extend(text.as_bytes());
            }
            FieldKind::List if field.is_secret() => panic!("{field}: fill it"),
            FieldKind::List => body.extend([0; 4]),
            FieldKind::Unsigned(size)
            | FieldKind::Signed(size)
            | FieldKind::Semisigned(size)
            | FieldKind::Enumeration(size)
            | FieldKind::RawBytes(size)
            | FieldKind::Group(size) => body.extend(vec![0; size as usize]),
            kind => panic!("{field}: what is a {kind:?}?"),
        }
    }
    body
}

impl SecretFrame {
    /// Its name and version, for messages.
    pub(crate) fn about(&self) -> String {
        let whose = if self.is_admin { "admin " } else { "" };
        format!("{whose}{} of {}", self.packet.name, self.version)
    }

    /// The frame.
    pub(crate) fn whole(&self, sequence: u32) -> Vec<u8> {
        self.framed(sequence, self.packet.r#type, &self.body)
    }

    /// The frame with the marker behind its last field once more.
    pub(crate) fn trailed(&self, sequence: u32) -> Vec<u8> {
        let body = [&self.body, MARKER.as_bytes()].concat();
        self.framed(sequence, self.packet.r#type, &body)
    }

    /// A frame whose last fields are missing, so that it does not decode.
    pub(crate) fn cut(&self, sequence: u32) -> Vec<u8> {
        let marker = MARKER.as_bytes();
        let mut places = self.body.windows(marker.len());
        let at = places.position(|bytes| bytes == marker).unwrap();
        // The secret claims more bytes than there are.
        let mut body = self.body[..at + marker.len()].to_vec();
        body[at - 4] = 1;
        self.framed(sequence, self.packet.r#type, &body)
    }

    /// A frame whose end is missing: a byte behind all that are there.
    pub(crate) fn unended(&self, sequence: u32) -> Vec<u8> {
        let mut frame = self.whole(sequence);
        frame[Header::SIZE - 1] += 1;
        frame
    }

    /// A frame of another type or version with this body.
    pub(crate) fn framed(&self, sequence: u32, r#type: u32, body: &[u8]) -> Vec<u8> {
        let header = Header {
            version: self.version,
            sequence,
            r#type,
            length: u32::try_from(body.len()).unwrap(),
        };
        [&header.to_bytes(), body].concat()
    }
}

/// How often the marker is in a text: as it is, or as its bytes.
pub(crate) fn shown(text: &str) -> usize {
    let each = |form: fn(u8) -> String, between: &str| {
        let bytes: Vec<_> = MARKER.bytes().map(form).collect();
        bytes.join(between)
    };
    let digits: fn(u8) -> String = |byte| format!("{byte:02x}");
    let forms = [
        MARKER.to_owned(),
        each(digits, ""),
        each(digits, " "),
        each(digits, ":"),
        each(|byte| byte.to_string(), ", "),
    ];
    forms
        .iter()
        .map(|form| text.matches(form.as_str()).count())
        .sum()
}

/// The marker is not in a text.
#[track_caller]
pub(crate) fn assert_hidden(text: &str, about: &str) {
    assert_eq!(shown(text), 0, "{about}: {text}");
}
