//! A frame as one line of JSON.

use serde::Serialize;
use tp_frames::printable_json;

use super::capture::{Captured, Origin};
use super::node::Node;
use super::parameters::FIELD;
use super::reader::Decoded;
use super::text::hex;

/// The keys of a line, in their order.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    connection: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    direction: &'static str,
    protocol: &'a str,
    r#type: u32,
    name: &'static str,
    sequence: u32,
    fields: Node,
    trailing: Node,
}

/// The line, without its end.
pub(crate) fn line(captured: &Captured, decoded: &Decoded) -> serde_json::Result<String> {
    let line = serde_json::to_string(&Line {
        connection: captured.connection(),
        time: captured.origin.as_ref().and_then(time),
        direction: captured.direction.mark(),
        protocol: &decoded.protocol,
        r#type: captured.header.r#type,
        name: decoded.name,
        sequence: captured.header.sequence,
        fields: fields(decoded),
        trailing: trailing(decoded),
    })?;
    Ok(printable_json(&line).to_string())
}

/// Seconds since the epoch: text, as no number of JSON has that many digits.
fn time(origin: &Origin) -> Option<String> {
    let time = origin.time?;
    Some(format!("{}.{:09}", time.as_secs(), time.subsec_nanos()))
}

/// The bytes behind the last field, in hexadecimal.
fn trailing(decoded: &Decoded) -> Node {
    match decoded.bytes_are_secret && !decoded.trailing.is_empty() {
        true => Node::Secret,
        false => Node::Text(hex(&decoded.trailing)),
    }
}

/// The fields, with decoded parameters in place of their bytes, or the reason behind the bytes.
fn fields(decoded: &Decoded) -> Node {
    let mut fields = decoded.human.clone();
    let (Node::Map(entries), Some(parameters)) = (&mut fields, &decoded.parameters) else {
        return fields;
    };
    match parameters {
        Ok(values) => {
            let list = values.iter().map(|value| value.human.clone()).collect();
            for (_, bytes) in entries.iter_mut().filter(|(name, _)| name == FIELD) {
                *bytes = Node::List(Vec::clone(&list));
            }
        }
        Err(undecoded) => {
            let reason = Node::Text(undecoded.reason.clone());
            entries.push(("parameters_note".into(), reason));
        }
    }
    fields
}
