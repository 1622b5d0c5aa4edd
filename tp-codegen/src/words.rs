//! How wire facts are put into words, the same wherever they are written.

use crate::model::{Direction, FieldKind, Integer, Item, Sign, Size, Style};

/// Which way a packet goes.
pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Server => "client to server",
        Direction::Client => "server to client",
        Direction::Any => "either way",
    }
}

/// Bytes of a structure.
pub(crate) fn size(size: Size) -> String {
    match (size.min, size.fixed) {
        (0, true) => "empty".to_owned(),
        (min, true) => format!("{min} bytes"),
        (0, false) => "any number of bytes".to_owned(),
        (min, false) => format!("{min} bytes or more"),
    }
}

/// Bytes of one entry or group.
fn entry_size(size: Size) -> String {
    if size.fixed {
        size.min.to_string()
    } else {
        format!("{} or more", size.min)
    }
}

/// Sign and width.
pub(crate) fn integer(integer: Integer) -> String {
    let sign = match integer.sign {
        Sign::Signed => "signed",
        Sign::Unsigned => "unsigned",
        Sign::Semisigned => "semisigned",
    };
    format!("{sign} {}-bit", integer.bits)
}

/// What a field of that kind is.
pub(crate) fn kind(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Character { .. } => "raw bytes".to_owned(),
        FieldKind::Integer { integer, .. } => self::integer(*integer),
        FieldKind::String { max, .. } => match max {
            Some(max) => format!("string, at most {max} bytes"),
            None => "string".to_owned(),
        },
        FieldKind::Enumeration(enumeration) => {
            let style = match enumeration.style {
                Style::List | Style::Single => "enumeration",
                Style::Mask => "mask",
            };
            format!("{style}, {}", integer(enumeration.integer))
        }
        FieldKind::List { item, max } => {
            let list = match item {
                Item::Field(entry) => format!("list of {}", self::kind(&entry.kind)),
                Item::Record(_) => "list".to_owned(),
            };
            match max {
                Some(max) => format!("{list}, at most {max} entries"),
                None => list,
            }
        }
        FieldKind::Group(_) => "group".to_owned(),
        FieldKind::Parameters(parameters) => format!("parameters, `{}`", parameters.set),
        FieldKind::Description { set, typefield, .. } => {
            format!("description of parameter type `{typefield}`, `{set}`")
        }
    }
}

/// How many bytes a field of that kind takes.
pub(crate) fn bytes(kind: &FieldKind) -> String {
    let integer = |integer: Integer| integer.bits.div_euclid(8).to_string();
    match kind {
        FieldKind::Character { count } => count.to_string(),
        FieldKind::Integer { integer: one, .. } => integer(*one),
        FieldKind::Enumeration(enumeration) => integer(enumeration.integer),
        FieldKind::String { .. } => "4 + n".to_owned(),
        FieldKind::List { item, .. } => {
            let entry = match item {
                Item::Field(entry) => bytes(&entry.kind),
                Item::Record(record) => entry_size(record.size),
            };
            if entry.contains(' ') {
                format!("4 + n × ({entry})")
            } else {
                format!("4 + n × {entry}")
            }
        }
        FieldKind::Group(record) => entry_size(record.size),
        FieldKind::Parameters(_) => "the rest".to_owned(),
        FieldKind::Description { .. } => "…".to_owned(),
    }
}

/// Ends a heading with a full stop, so that it reads as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?', ':']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}
