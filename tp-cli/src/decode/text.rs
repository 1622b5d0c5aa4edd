//! A frame for a person: one line that says what it is, its fields below as a tree.

use std::fmt::Write as _;

use tp_frames::TpStr;
use tp_frames::wire::Secret;
use unicode_width::UnicodeWidthStr as _;

use super::capture::{Captured, Origin};
use super::node::Node;
use super::parameters::{FIELD, Parameter, ReadParameters, Undecoded};
use super::reader::Decoded;

/// Lines are broken where they would take more columns of a terminal than this, if they can be.
const WIDTH: usize = 100;

/// What a field shows.
#[derive(Debug, PartialEq)]
enum Value {
    /// A number, a string, a name: one word or phrase.
    Plain(String),
    List(Vec<Value>),
    Group(Vec<(String, Value)>),
    /// A group that says what it is.
    Named(String, Vec<(String, Value)>),
}

/// The lines of a frame, without the end of the last.
pub(crate) fn frame(captured: &Captured, decoded: &Decoded) -> String {
    let mut text = match &captured.origin {
        Some(origin) => column(origin),
        None => String::new(),
    };
    let _ = write!(
        text,
        "{} {} {} ({}) sequence {}",
        captured.direction.arrow(),
        decoded.protocol,
        decoded.name,
        captured.header.r#type,
        captured.header.sequence,
    );
    for (name, value) in fields(decoded) {
        field(&mut text, "  ", &format!("{name}: "), &value);
    }
    if !decoded.trailing.is_empty() {
        let shown = match decoded.bytes_are_secret {
            true => secret(),
            false => hex(&decoded.trailing),
        };
        let count = decoded.trailing.len();
        let _ = write!(
            text,
            "\n  trailing: {shown} ({count} bytes behind the last field)"
        );
    }
    text
}

/// When the frame came, in seconds since the first packet, and in which connection.
fn column(origin: &Origin) -> String {
    let number = origin.connection.number;
    match origin.elapsed {
        Some(elapsed) => {
            let (seconds, fraction) = (elapsed.as_secs(), elapsed.subsec_micros());
            format!("{seconds}.{fraction:06} [{number}] ")
        }
        None => format!("- [{number}] "),
    }
}

fn fields(decoded: &Decoded) -> Vec<(String, Value)> {
    let Value::Group(mut fields) = value(&decoded.human, &decoded.machine) else {
        return Vec::new();
    };
    if let Some(read) = &decoded.parameters {
        for (_, shown) in fields.iter_mut().filter(|(name, _)| name == FIELD) {
            *shown = parameters(read);
        }
    }
    fields
}

fn parameters(read: &ReadParameters) -> Value {
    match read {
        Ok(list) => Value::List(list.iter().map(parameter).collect()),
        Err(Undecoded { bytes, reason }) if bytes.is_empty() => {
            Value::Plain(format!("no bytes ({reason})"))
        }
        Err(Undecoded { bytes, reason }) => Value::Plain(format!("{} ({reason})", hex(bytes))),
    }
}

/// What stands in place of what is not shown. A string has quotes around it, so it is none.
fn secret() -> String {
    format!("{Secret:?}")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn parameter(parameter: &Parameter) -> Value {
    let Value::Group(variants) = value(&parameter.human, &parameter.machine) else {
        return Value::Group(Vec::new());
    };
    let mut label = match &parameter.name {
        Some(name) => format!("{name:?} "),
        None => String::new(),
    };
    let mut fields = Vec::new();
    for (variant, value) in variants {
        label.push_str(&variant);
        if let Value::Group(entries) = value {
            fields.extend(entries);
        }
    }
    Value::Named(label, fields)
}

/// Joins the two forms of a value, each of which alone leaves open what it is: a name may be a
/// string or an enumeration, digits a string or bytes.
fn value(human: &Node, machine: &Node) -> Value {
    match (human, machine) {
        (Node::Secret, _) => Value::Plain(secret()),
        (Node::Text(digits), Node::Bytes(bytes)) if is_hex(digits, bytes) => {
            Value::Plain(digits.clone())
        }
        (_, Node::Bytes(bytes)) => Value::Plain(format!("{:?}", TpStr::from_bytes(bytes))),
        (Node::Text(name), Node::Number(number)) => Value::Plain(format!("{name} ({number})")),
        (Node::List(bits), Node::Number(mask)) => Value::Plain(self::mask(bits, *mask)),
        (Node::Number(number), _) => Value::Plain(number.to_string()),
        (Node::List(left), Node::List(right)) => Value::List(
            left.iter()
                .zip(right)
                .map(|(left, right)| value(left, right))
                .collect(),
        ),
        (Node::Map(left), Node::Map(right)) => Value::Group(
            left.iter()
                .zip(right)
                .map(|((name, left), (_, right))| (name.clone(), value(left, right)))
                .collect(),
        ),
        (Node::Bool(yes), _) => Value::Plain(yes.to_string()),
        (Node::Text(text), _) => Value::Plain(format!("{:?}", TpStr::from(&**text))),
        _ => Value::Plain("none".into()),
    }
}

/// Whether the text is those bytes in digits; no bytes are taken for a string.
fn is_hex(digits: &str, bytes: &[u8]) -> bool {
    !bytes.is_empty() && digits.len() == bytes.len().saturating_mul(2)
}

fn mask(bits: &[Node], mask: i128) -> String {
    let names: Vec<String> = bits
        .iter()
        .filter_map(|bit| match bit {
            Node::Text(name) => Some(name.clone()),
            Node::Number(rest) => Some(format!("{rest:#x}")),
            _ => None,
        })
        .collect();
    match names.is_empty() {
        true => "none (0x0)".into(),
        false => format!("{} ({mask:#x})", names.join(" | ")),
    }
}

/// Adds the lines of a field: what stands in front of its first line, its name, its value.
fn field(text: &mut String, lead: &str, label: &str, value: &Value) {
    let _ = write!(text, "\n{lead}{label}");
    let taken = lead.len().saturating_add(label.width());
    if let Some(line) = one_line(value, taken) {
        text.push_str(&line);
        return;
    }
    let inner = " ".repeat(lead.len().saturating_add(2));
    match value {
        Value::Plain(line) => text.push_str(line),
        Value::List(items) => {
            let plural = if items.len() == 1 { "entry" } else { "entries" };
            let _ = write!(text, "{} {plural}", items.len());
            match items.iter().map(plain).collect::<Option<Vec<_>>>() {
                Some(words) => wrap(text, &inner, &words),
                None => items.iter().for_each(|item| entry(text, &inner, item)),
            }
        }
        Value::Group(entries) => {
            text.truncate(text.trim_end().len());
            fields_below(text, &inner, entries);
        }
        Value::Named(name, entries) => {
            text.push_str(name);
            fields_below(text, &inner, entries);
        }
    }
}

/// Adds the lines of a list's entry; the first field of a group stands beside the dash.
fn entry(text: &mut String, indent: &str, item: &Value) {
    let dash = format!("{indent}- ");
    match (item, one_line(item, dash.len())) {
        (Value::Group(entries), None) => {
            let below = " ".repeat(dash.len());
            let leads = std::iter::once(&dash).chain(std::iter::repeat(&below));
            for (lead, (name, value)) in leads.zip(entries) {
                field(text, lead, &format!("{name}: "), value);
            }
        }
        _ => field(text, &dash, "", item),
    }
}

fn fields_below(text: &mut String, indent: &str, entries: &[(String, Value)]) {
    for (name, value) in entries {
        field(text, indent, &format!("{name}: "), value);
    }
}

fn plain(value: &Value) -> Option<&str> {
    match value {
        Value::Plain(word) => Some(word),
        _ => None,
    }
}

/// Adds words, as many as fit, to each of as many lines as they take.
fn wrap(text: &mut String, indent: &str, words: &[&str]) {
    let mut left = 0;
    for word in words {
        let length = word.width().saturating_add(1);
        if left < length {
            let _ = write!(text, "\n{indent}{word}");
            left = WIDTH.saturating_sub(indent.len());
        } else {
            let _ = write!(text, " {word}");
        }
        left = left.saturating_sub(length);
    }
}

/// The value without a line break, if it fits behind the first `taken` columns.
fn one_line(value: &Value, taken: usize) -> Option<String> {
    let room = WIDTH.saturating_sub(taken);
    unbroken(value).filter(|line| line.width() <= room)
}

/// The value without a line break; nothing for parameters, which are worth a line each.
fn unbroken(value: &Value) -> Option<String> {
    let group = |entries: &[(String, Value)]| {
        let each = entries
            .iter()
            .map(|(name, value)| Some(format!("{name}: {}", unbroken(value)?)));
        let all = each.collect::<Option<Vec<_>>>()?.join(", ");
        Some(if all.is_empty() {
            "{}".into()
        } else {
            format!("{{ {all} }}")
        })
    };
    match value {
        Value::Plain(word) => Some(word.clone()),
        Value::List(items) if items.iter().any(|item| matches!(item, Value::Named(..))) => None,
        Value::List(items) => {
            let all = items.iter().map(unbroken).collect::<Option<Vec<_>>>()?;
            Some(format!("[{}]", all.join(", ")))
        }
        Value::Group(entries) => group(entries),
        Value::Named(name, entries) => Some(format!("{name} {}", group(entries)?)),
    }
}
