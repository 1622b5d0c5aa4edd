//! What the schemas say, written as calls of the functions in `runtime/shapes.lua`.

use std::fmt::Write as _;

use super::names::{Filters, Shape};
use crate::family::Version;
use crate::model::{
    Direction, Enumeration, Field, FieldKind, HeaderForm, Integer, Model, Packet, Parameter,
    ParameterSet, Parameters, PathStep, Role, Sign, Style,
};
use crate::names;

/// Numbers beyond this are not exact in Lua 5.2.
const GREATEST_EXACT: i128 = 1 << 53;

/// Every protocol, one behind another.
pub(super) fn all(models: &[Model]) -> String {
    let mut writer = Writer::default();
    for (index, (model, name)) in models.iter().zip(names::protocols(models)).enumerate() {
        writer.protocol(model, name, index == 0);
    }
    writer.text
}

#[derive(Default)]
struct Writer {
    text: String,
    depth: usize,
    /// Name of the protocol being written.
    protocol: String,
    filters: Filters,
}

impl Writer {
    fn line(&mut self, line: &str) {
        if !line.is_empty() {
            self.text += &"  ".repeat(self.depth);
        }
        self.text += line;
        self.text.push('\n');
    }

    /// Writes what is between `open` and `close`.
    fn block(&mut self, open: &str, close: &str, inside: impl FnOnce(&mut Self)) {
        self.line(open);
        self.depth = self.depth.saturating_add(1);
        inside(self);
        self.depth = self.depth.saturating_sub(1);
        self.line(close);
    }

    fn protocol(&mut self, model: &Model, name: String, first: bool) {
        let title = if model.version.eq_ignore_ascii_case(&name) {
            model.version.clone()
        } else {
            format!("{} {name}", model.version)
        };
        // The first protocol of all has the ports of the game.
        let (ports, tls_ports) = match &*name {
            "admin" => ("6925", "6926"),
            _ if first => ("6923", "6924"),
            _ => ("", ""),
        };
        let version = Version::of(model).number;
        let ascii = model.header == HeaderForm::Ascii;
        self.protocol = name;
        let rule = "-".repeat(95_usize.saturating_sub(title.len()));
        self.line("");
        self.line(&format!("-- {title} {rule}"));
        self.line("");
        self.block("protocol {", "}", |writer| {
            let name = quoted(&writer.protocol);
            writer.line(&format!("name = {name}, title = {},", quoted(&title)));
            let ascii = if ascii { ", ascii = true" } else { "" };
            writer.line(&format!("version = {version}{ascii},"));
            let (ports, tls_ports) = (quoted(ports), quoted(tls_ports));
            writer.line(&format!("ports = {ports}, tls_ports = {tls_ports},"));
        });
        for set in &model.parameter_sets {
            for parameter in &set.parameters {
                self.parameter(set, parameter);
            }
        }
        for packet in &model.packets {
            if packet.role != Role::Header {
                self.packet(packet);
            }
        }
    }

    fn parameter(&mut self, set: &ParameterSet, parameter: &Parameter) {
        let (name, number) = (quoted(&parameter.variant), parameter.type_id);
        let set_name = quoted(&set.name);
        let open = format!("parameter({set_name}, {{ type = {number}, name = {name},");
        let path = format!("{}.{}", set.name, parameter.variant);
        if parameter.use_fields.is_empty() && parameter.desc_fields.is_empty() {
            self.line(&format!("{open} }})"));
            return;
        }
        self.block(&open, "})", |writer| {
            if !parameter.desc_fields.is_empty() {
                writer.block("description = {", "},", |writer| {
                    writer.fields(&format!("{path}.description"), &parameter.desc_fields);
                });
            }
            writer.fields(&path, &parameter.use_fields);
        });
    }

    fn packet(&mut self, packet: &Packet) {
        let mut open = "packet { ".to_owned();
        if let Some(id) = packet.id {
            let _ = write!(open, "id = {id}, ");
        }
        let _ = write!(open, "name = {},", quoted(&packet.name));
        if packet.role == Role::Frame {
            let goes = match packet.direction {
                Direction::Server => "server",
                Direction::Client => "client",
                Direction::Any => "any",
            };
            let _ = write!(open, " goes = \"{goes}\",");
        }
        if let Some(base) = &packet.base {
            let _ = write!(open, " base = {},", quoted(base));
        }
        let own = packet.fields.get(packet.inherited..).unwrap_or_default();
        if own.is_empty() {
            self.line(&format!("{} }}", open.trim_end_matches(',')));
        } else {
            self.block(&open, "}", |writer| writer.fields(&packet.name, own));
        }
    }

    fn fields(&mut self, path: &str, fields: &[Field]) {
        for field in fields {
            let path = format!("{path}.{}", field.name);
            self.field(&path.to_ascii_lowercase(), field);
        }
    }

    fn field(&mut self, path: &str, field: &Field) {
        let label = quoted(field.prose.longname.as_deref().unwrap_or(&field.name));
        let (mut open, mut close) = (String::new(), "),".to_owned());
        let wraps = [("optional(", field.optional), ("secret(", field.secret)];
        for (wrap, _) in wraps.into_iter().filter(|(_, wanted)| *wanted) {
            open.push_str(wrap);
            close.insert(0, ')');
        }
        let (open, close) = (open.as_str(), close.as_str());
        let members = |writer: &mut Self| writer.fields(path, field.kind.members());
        match &field.kind {
            FieldKind::Character { count } => {
                let name = self.filter("characters", path);
                self.line(&format!("{open}characters({count}, {name}, {label}{close}"));
            }
            FieldKind::Integer { integer, .. } => {
                let function = function(*integer);
                let name = self.filter(&function, path);
                self.line(&format!("{open}{function}({name}, {label}{close}"));
            }
            FieldKind::String { max, .. } => {
                let name = self.filter("text", path);
                let max = bound(*max);
                self.line(&format!("{open}text({name}, {label}{max}{close}"));
            }
            FieldKind::Enumeration(enumeration) => {
                self.enumeration(path, &label, enumeration, (open, close));
            }
            FieldKind::List { max, .. } => {
                let name = self.filter("list", path);
                let open = format!("{open}list({name}, {label}, {{");
                self.block(&open, &format!("}}{}{close}", bound(*max)), members);
            }
            FieldKind::Group(_) => {
                let name = self.filter("group", path);
                let open = format!("{open}group({name}, {label}, {{");
                self.block(&open, &format!("}}{close}"), members);
            }
            FieldKind::Parameters(parameters) => self.parameters(path, &label, parameters),
            // Takes no bytes.
            FieldKind::Description {
                rust_name: None, ..
            } => {}
            FieldKind::Description { set, typefield, .. } => {
                let (path, set) = (quoted(path), quoted(set));
                let typefield = quoted(&typefield.to_ascii_lowercase());
                let shape = format!("{{ set = {set}, typefield = {typefield} }}");
                self.line(&format!("description({path}, {shape}),"));
            }
        }
    }

    fn enumeration(
        &mut self,
        path: &str,
        label: &str,
        enumeration: &Enumeration,
        (open, close): (&str, &str),
    ) {
        let mask = enumeration.style == Style::Mask;
        let function = if mask {
            format!("mask({}, ", enumeration.integer.bits)
        } else {
            function(enumeration.integer) + "("
        };
        // Of a mask only single bits can be shown on their own.
        let named = enumeration.values.iter().filter(|value| {
            let single = u64::try_from(value.id).is_ok_and(u64::is_power_of_two);
            value.id < GREATEST_EXACT && (single || !mask)
        });
        let values: Vec<_> = named.collect();
        let names = values.iter().map(|value| (value.id, value.name.clone()));
        let shape = Shape {
            function: function.clone(),
            values: names.collect(),
        };
        let name = quoted(&self.filters.name(&self.protocol, path, &shape));
        let open = format!("{open}{function}{name}, {label}, {{");
        self.block(&open, &format!("}}{close}"), |writer| {
            for value in values {
                let id = if value.hex {
                    format!("0x{:x}", value.id)
                } else {
                    value.id.to_string()
                };
                writer.line(&format!("[{id}] = {},", quoted(&value.name)));
            }
        });
    }

    fn parameters(&mut self, path: &str, label: &str, parameters: &Parameters) {
        let name = self.filter("parameters", path);
        let open = format!("parameters({name}, {label}, {{");
        self.block(&open, "}),", |writer| {
            let set = quoted(&parameters.set);
            let typefield = quoted(&parameters.typefield.to_ascii_lowercase());
            writer.line(&format!("set = {set}, typefield = {typefield},"));
            if let Some(frame) = &parameters.typeframe {
                let packet = quoted(&frame.packet);
                let idfield = quoted(&frame.idfield.to_ascii_lowercase());
                writer.line(&format!("described = {packet}, idfield = {idfield},"));
                let steps: Vec<_> = frame.path.iter().map(step).collect();
                writer.line(&format!("path = {{ {} }},", steps.join(", ")));
            }
        });
    }

    /// The filter of a field without names for its values, as Lua writes it.
    fn filter(&mut self, function: &str, path: &str) -> String {
        let shape = Shape {
            function: function.to_owned(),
            values: [].into(),
        };
        quoted(&self.filters.name(&self.protocol, path, &shape))
    }
}

fn step(step: &PathStep) -> String {
    let name = quoted(&step.name.to_ascii_lowercase());
    let list = if step.list { ", list = true" } else { "" };
    format!("{{ name = {name}{list} }}")
}

/// The last argument of what may be bounded.
fn bound(max: Option<u32>) -> String {
    max.map(|max| format!(", {max}")).unwrap_or_default()
}

/// The function that declares an integer: `u32`, `s64`.
fn function(integer: Integer) -> String {
    let sign = match integer.sign {
        Sign::Signed => 'i',
        Sign::Unsigned => 'u',
        Sign::Semisigned => 's',
    };
    format!("{sign}{}", integer.bits)
}

/// A string as Lua writes it. Control characters cannot stand in one that is read by people.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted.push(' '),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
