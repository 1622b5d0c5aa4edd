//! A frame as one line of JSON.

use serde::Serialize;
use tp_frames::printable_json;

use super::capture::Captured;
use super::node::Node;
use super::parameters::FIELD;
use super::reader::Decoded;
use super::text::hex;

/// The keys of a line, in their order.
#[derive(Serialize)]
struct Line<'a> {
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
