//! How a frame differs from what was recorded.

use serde_json::Value;
use tp_frames::{AnyFrame as _, DecodeOptions, admin, game};

use crate::decode::capture::Captured;

/// Values longer than this are told in part.
const LONGEST: usize = 60;

/// What differs: a field, or the frame as a whole.
pub(super) struct Difference {
    pub(super) frame: String,
    /// The way to the field; empty if it is the whole frame.
    pub(super) path: String,
    pub(super) recorded: String,
    pub(super) now: String,
}

/// What differs between two frames, of which fields with these names are not compared.
pub(super) fn differences(
    recorded: &Captured,
    now: &Captured,
    ignored: &[String],
) -> Vec<Difference> {
    let (before, after) = (read(recorded), read(now));
    let whole = |recorded: String, now: String| Difference {
        frame: before.0.clone(),
        path: String::new(),
        recorded,
        now,
    };
    if before.0 != after.0 {
        return vec![whole(
            before.0.clone(),
            shown(&after.1.unwrap_or(Value::Null), &after.0),
        )];
    }
    let mut found = Vec::new();
    match (&before.1, &after.1) {
        (Some(one), Some(other)) => {
            compare(&before.0, "", one, other, ignored, &mut found);
        }
        // What nobody can read is compared as bytes.
        _ if recorded.body() == now.body() => {}
        _ => found.push(whole(
            format!("{} bytes", recorded.body().len()),
            format!("{} bytes", now.body().len()),
        )),
    }
    found
}

/// The frame's name, and its fields if they can be read.
fn read(frame: &Captured) -> (String, Option<Value>) {
    let (version, r#type) = (frame.header.version, frame.header.r#type);
    let options = DecodeOptions::default();
    let in_game = game::PACKETS.iter().any(|it| it.r#type == r#type);
    let (name, value) = match in_game {
        true => match game::Frame::decode_body(version, r#type, frame.body(), &options) {
            Ok((frame, _)) => (frame.name(), serde_json::to_value(&frame).ok()),
            Err(_) => ("", None),
        },
        false => match admin::Frame::decode_body(version, r#type, frame.body(), &options) {
            Ok((frame, _)) => (frame.name(), serde_json::to_value(&frame).ok()),
            Err(_) => ("", None),
        },
    };
    let name = match name {
        "" => format!("type {type}"),
        name => name.to_owned(),
    };
    (
        name,
        value.and_then(|mut it| Some(it.get_mut("fields")?.take())),
    )
}

fn compare(
    frame: &str,
    path: &str,
    one: &Value,
    other: &Value,
    ignored: &[String],
    found: &mut Vec<Difference>,
) {
    if one == other {
        return;
    }
    let below = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match (one, other) {
        (Value::Object(ones), Value::Object(others)) => {
            for (name, one) in ones {
                if !ignored.contains(name) {
                    let other = others.get(name).unwrap_or(&Value::Null);
                    compare(frame, &below(name), one, other, ignored, found);
                }
            }
            for (name, other) in others.iter().filter(|(name, _)| !ones.contains_key(*name)) {
                if !ignored.contains(name) {
                    compare(frame, &below(name), &Value::Null, other, ignored, found);
                }
            }
        }
        (Value::Array(ones), Value::Array(others)) if ones.len() == others.len() => {
            for (place, (one, other)) in ones.iter().zip(others).enumerate() {
                compare(
                    frame,
                    &below(&place.to_string()),
                    one,
                    other,
                    ignored,
                    found,
                );
            }
        }
        _ => found.push(Difference {
            frame: frame.to_owned(),
            path: path.to_owned(),
            recorded: shown(one, "nothing"),
            now: shown(other, "nothing"),
        }),
    }
}

/// A value in a few words.
fn shown(value: &Value, none: &str) -> String {
    match value {
        Value::Null => none.to_owned(),
        Value::Array(entries) => format!("{} entries", entries.len()),
        value => {
            let text = value.to_string();
            match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
                None => text,
            }
        }
    }
}
