//! What merging made of the versions, packet by packet, for people to review.

use std::fmt::Write as _;

use super::Family;
use crate::model::{
    Enumeration, Field, FieldKind, History, Item, Packet, Presence, Role, Stage, Value,
};

impl Family {
    /// Everything that is not the same in every version: what was paired under two names, what
    /// only some versions have, what was kept apart; and what is the same in all, by name.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = Page {
            family: self,
            text: String::new(),
        };
        page.write();
        page.text
    }
}

struct Page<'f> {
    family: &'f Family,
    text: String,
}

impl Page<'_> {
    fn write(&mut self) {
        let family = self.family;
        let names: Vec<&str> = family
            .versions
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        self.line(0, &format!("family {}: {}", family.name, names.join(", ")));
        let mut same = Vec::new();
        for packet in &family.model.packets {
            if packet.role == Role::Header {
                continue;
            }
            let lines = self.packet(packet);
            if lines.is_empty() {
                same.push(packet.name.as_str());
                continue;
            }
            let id = packet.id.map_or("base".to_owned(), |id| id.to_string());
            self.text.push('\n');
            self.line(0, &format!("packet {} ({id})", packet.name));
            self.text.push_str(&lines);
        }
        for set in &family.model.parameter_sets {
            for parameter in &set.parameters {
                let mut lines = Page {
                    family,
                    text: String::new(),
                };
                lines.history(&parameter.history);
                lines.fields(1, &parameter.name, &parameter.use_fields);
                lines.fields(1, &parameter.name, &parameter.desc_fields);
                if lines.text.is_empty() {
                    same.push(&parameter.name);
                    continue;
                }
                self.text.push('\n');
                let (name, number) = (&parameter.name, parameter.type_id);
                self.line(0, &format!("parameter {name} ({} {number})", set.name));
                self.text.push_str(&lines.text);
            }
        }
        self.text.push('\n');
        self.line(0, "the same in every version");
        same.sort_unstable();
        for name in same {
            self.line(1, name);
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{}{text}", "  ".repeat(depth));
    }

    /// What is to be said of a packet; empty if it is the same in every version.
    fn packet(&self, packet: &Packet) -> String {
        let mut page = Page {
            family: self.family,
            text: String::new(),
        };
        page.history(&packet.history);
        // What is inherited is told where it is declared.
        let own = packet
            .fields
            .iter()
            .filter(|field| field.declared_in == packet.name);
        let own: Vec<Field> = own.cloned().collect();
        page.fields(1, &packet.name, &own);
        if own.is_empty() && page.text.is_empty() {
            return page.text;
        }
        if packet.fields.iter().any(|field| !field.places.is_empty()) {
            page.line(1, "fields stand in another order in some versions");
        }
        page.text
    }

    fn history(&mut self, history: &History) {
        if let Some(range) = self.range(history) {
            self.line(1, &range);
        }
        for older in &history.older_names {
            self.line(1, &format!("was `{older}`"));
        }
    }

    fn range(&self, history: &History) -> Option<String> {
        let name = |number: u8| self.family.version(number);
        match (history.since, history.until) {
            (Some(since), Some(until)) => Some(format!("from {} to {}", name(since), name(until))),
            (Some(since), None) => Some(format!("since {}", name(since))),
            (None, Some(until)) => Some(format!("until {}", name(until))),
            (None, None) => None,
        }
    }

    fn fields(&mut self, depth: usize, owner: &str, fields: &[Field]) {
        for field in fields {
            self.field(depth, owner, field);
        }
    }

    fn field(&mut self, depth: usize, owner: &str, field: &Field) {
        let mut said = Vec::new();
        said.extend(
            field
                .history
                .older_names
                .iter()
                .map(|name| format!("was `{name}`")),
        );
        if !field.stages.is_empty() {
            said.push(self.stages(&field.stages));
            said.push(if field.option {
                "`Option` in Rust".to_owned()
            } else if field
                .stages
                .iter()
                .any(|stage| stage.presence == Presence::Absent)
            {
                "−1 where it is not there".to_owned()
            } else {
                "as long as the longest".to_owned()
            });
        }
        if let FieldKind::Parameters(parameters) = &field.kind
            && let Some(last) = parameters.direct_until
        {
            said.push(format!(
                "`{}` is the parameter type itself until {}",
                parameters.typefield,
                self.family.version(last)
            ));
        }
        if !said.is_empty() {
            self.line(
                depth,
                &format!("field `{}`: {}", field.name, said.join("; ")),
            );
        }
        match &field.kind {
            FieldKind::Group(record)
            | FieldKind::List {
                item: Item::Record(record),
                ..
            } => {
                let below = self.text.len();
                self.fields(depth.saturating_add(1), owner, &record.fields);
                if said.is_empty() && self.text.len() > below {
                    let line = format!("{}in `{}`\n", "  ".repeat(depth), field.name);
                    self.text.insert_str(below, &line);
                }
            }
            FieldKind::List {
                item: Item::Field(entry),
                ..
            } => {
                if let FieldKind::Enumeration(enumeration) = &entry.kind {
                    self.values(depth, &field.name, enumeration);
                }
            }
            FieldKind::Enumeration(enumeration) => self.values(depth, &field.name, enumeration),
            _ => {}
        }
    }

    fn values(&mut self, depth: usize, field: &str, enumeration: &Enumeration) {
        for value in &enumeration.values {
            self.value(depth, field, value);
        }
    }

    fn value(&mut self, depth: usize, field: &str, value: &Value) {
        let mut said: Vec<String> = self.range(&value.history).into_iter().collect();
        said.extend(
            value
                .history
                .older_names
                .iter()
                .map(|name| format!("was `{name}`")),
        );
        if !said.is_empty() {
            let line = format!("value `{}` of `{field}`: {}", value.name, said.join("; "));
            self.line(depth, &line);
        }
    }

    /// What a field is in which versions, newest first.
    fn stages(&self, stages: &[Stage]) -> String {
        let mut newer: Option<u8> = None;
        let mut said = Vec::new();
        for stage in stages {
            let what = match (stage.presence, stage.count) {
                (Presence::Absent, _) => "not there".to_owned(),
                (Presence::Optional, _) => "optional".to_owned(),
                (Presence::Required, Some(count)) => format!("{count} bytes"),
                (Presence::Required, None) => "there".to_owned(),
            };
            let name = |number: u8| self.family.version(number);
            said.push(match (stage.since, newer) {
                (0, Some(newer)) => format!("{what} before {}", name(newer)),
                (since, None) => format!("{what} since {}", name(since)),
                (since, Some(newer)) => {
                    format!("{what} from {} to before {}", name(since), name(newer))
                }
            });
            newer = Some(stage.since);
        }
        said.join(", ")
    }
}
