//! What merging made of the versions, packet by packet, for people to review.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::stages::is_in;
use super::{Family, Version};
use crate::model::{
    Enumeration, Field, FieldKind, History, Item, Packet, Parameter, ParameterSet, Presence, Role,
    Stage,
};

impl Family {
    /// Everything that is not the same in every version: what was paired under two names, what
    /// only some versions have, what was kept apart; then what whole versions lack, and what is the
    /// same in all.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = Page::default();
        let names = self.versions.iter().map(|one| one.name.as_str());
        let names: Vec<&str> = names.collect();
        let title = format!("family {}: {}", self.name, names.join(", "));
        page.text.line(0, &title);
        for packet in &self.model.packets {
            if packet.role != Role::Header {
                self.packet(packet, &mut page);
            }
        }
        for set in &self.model.parameter_sets {
            for parameter in &set.parameters {
                self.parameter(set, parameter, &mut page);
            }
        }
        page.finish()
    }

    fn packet(&self, packet: &Packet, page: &mut Page) {
        let about = About::new(self, &packet.history);
        let id = packet.id.map_or("base".to_owned(), |id| id.to_string());
        let mut lines = Lines::default();
        lines.names(1, &packet.history);
        about.fields(1, &packet.fields, Some(&packet.name), &mut lines);
        let name = format!("packet {} ({id})", packet.name);
        page.add(&about, &name, &packet.history, lines);
    }

    fn parameter(&self, set: &ParameterSet, parameter: &Parameter, page: &mut Page) {
        let about = About::new(self, &parameter.history);
        let mut lines = Lines::default();
        lines.names(1, &parameter.history);
        for fields in [&parameter.use_fields, &parameter.desc_fields] {
            about.fields(1, fields, None, &mut lines);
        }
        let number = parameter.type_id;
        let name = format!("parameter {} ({} {number})", parameter.name, set.name);
        page.add(&about, &name, &parameter.history, lines);
    }
}

/// The page as far as it is written.
#[derive(Default)]
struct Page {
    text: Lines,
    /// What has nothing to tell but the versions that have it, by these.
    whole: BTreeMap<String, Vec<String>>,
    same: Vec<String>,
}

impl Page {
    fn add(&mut self, about: &About<'_>, name: &str, history: &History, lines: Lines) {
        let range = about.range(history);
        match (lines.0.is_empty(), range) {
            (true, None) => self.same.push(name.to_owned()),
            (true, Some(range)) => self.whole.entry(range).or_default().push(name.to_owned()),
            (false, range) => {
                self.text.line(0, "");
                self.text.line(0, name);
                if let Some(range) = range {
                    self.text.line(1, &range);
                }
                self.text.0.push_str(&lines.0);
            }
        }
    }

    fn finish(mut self) -> String {
        let same = ("the same in every version".to_owned(), self.same);
        let same = Some(same).filter(|(_, names)| !names.is_empty());
        for (title, names) in self.whole.into_iter().chain(same) {
            self.text.line(0, "");
            self.text.line(0, &title);
            names.iter().for_each(|name| self.text.line(1, name));
        }
        self.text.0
    }
}

/// Lines of the page.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn line(&mut self, depth: usize, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{}{text}", "  ".repeat(depth));
    }

    fn names(&mut self, depth: usize, history: &History) {
        for was in was(history) {
            self.line(depth, &was);
        }
    }
}

fn was(history: &History) -> Vec<String> {
    let older = history.older_names.iter();
    older.map(|name| format!("was `{name}`")).collect()
}

/// A range of versions in words; none if it has no bounds.
fn range(since: Option<&str>, until: Option<&str>) -> Option<String> {
    match (since, until) {
        (Some(since), Some(until)) if since == until => Some(format!("in {since}")),
        (Some(since), Some(until)) => Some(format!("from {since} to {until}")),
        (Some(since), None) => Some(format!("since {since}")),
        (None, Some(until)) => Some(format!("until {until}")),
        (None, None) => None,
    }
}

/// What the lines are about: something that some versions have.
struct About<'f> {
    family: &'f Family,
    /// The versions that have it, oldest first.
    versions: Vec<&'f Version>,
}

impl<'f> About<'f> {
    fn new(family: &'f Family, history: &History) -> Self {
        Self {
            family,
            versions: family.versions_in(history).collect(),
        }
    }

    fn range(&self, history: &History) -> Option<String> {
        let name = |number: u8| self.family.version(number);
        range(history.since.map(name), history.until.map(name))
    }

    /// The versions from number `since` on that are older than `newer`.
    fn between(&self, since: u8, newer: Option<u8>) -> Vec<&'f Version> {
        let within = |version: &&&Version| {
            version.number >= since && newer.is_none_or(|newer| version.number < newer)
        };
        self.versions.iter().filter(within).copied().collect()
    }

    /// These versions in words.
    fn said(&self, since: u8, newer: Option<u8>) -> String {
        let between = self.between(since, newer);
        let (Some(first), Some(last)) = (between.first(), between.last()) else {
            return "never".to_owned();
        };
        let (oldest, newest) = (self.versions.first(), self.family.versions.last());
        let (mut since, mut until) = (Some(&*first.name), Some(&*last.name));
        if newest == Some(*last) {
            until = None;
        } else if oldest == Some(first) {
            since = None;
        }
        range(since, until).unwrap_or_default()
    }

    /// What is inherited by `owner` is told where it is declared.
    fn fields(&self, depth: usize, fields: &[Field], owner: Option<&str>, lines: &mut Lines) {
        let is_own = |field: &&Field| owner.is_none_or(|owner| field.declared_in == owner);
        let own: Vec<&Field> = fields.iter().filter(is_own).collect();
        for field in &own {
            self.field(depth, field, &own, lines);
        }
        if !own.is_empty() {
            self.orders(depth, fields, lines);
        }
    }

    fn field(&self, depth: usize, field: &Field, beside: &[&Field], lines: &mut Lines) {
        let mut said = was(&field.history);
        let mut value = field;
        if let FieldKind::List {
            item: Item::Field(entry),
            ..
        } = &field.kind
        {
            value = entry;
            let older = entry.history.older_names.iter();
            said.extend(older.map(|name| format!("its entries `{}` were `{name}`", entry.name)));
        }
        if let Some(other) = self.apart(field, beside) {
            said.push(format!(
                "kept apart from `{other}`, which is something else"
            ));
        }
        said.extend(self.stages(field));
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
            let line = format!("field `{}`: {}", field.name, said.join("; "));
            lines.line(depth, &line);
        }
        if let FieldKind::Enumeration(enumeration) = &value.kind {
            self.values(depth, &field.name, enumeration, lines);
        }
        if let Some(record) = field.kind.record() {
            let mut inner = Lines::default();
            let depth_within = depth.saturating_add(1);
            self.fields(depth_within, &record.fields, None, &mut inner);
            if said.is_empty() && !inner.0.is_empty() {
                lines.line(depth, &format!("in `{}`", field.name));
            }
            lines.0.push_str(&inner.0);
        }
    }

    /// The field from which `field` is kept apart: merging named it after that and a version.
    fn apart<'n>(&self, field: &'n Field, beside: &[&Field]) -> Option<&'n str> {
        let suffixes = self.family.versions.iter();
        let mut stems = suffixes.filter_map(|version| {
            let suffix = format!("_{}", version.suffix());
            field.name.strip_suffix(&suffix)
        });
        stems.find(|stem| beside.iter().any(|other| other.name == *stem))
    }

    /// What a field is in which versions, newest first, and what that makes it in Rust.
    fn stages(&self, field: &Field) -> Option<String> {
        let of = |presence| move |stage: &Stage| stage.presence == presence;
        if field.stages.is_empty() {
            let borrowed = field.option && !field.optional;
            return borrowed.then(|| {
                "`Option` in Rust, since a packet built on this one was without it".to_owned()
            });
        }
        let varies = field.stages.iter().any(of(Presence::Optional));
        let mut newer = None;
        let mut said = Vec::new();
        for stage in &field.stages {
            let when = self.said(stage.since, newer);
            match (stage.presence, stage.count) {
                (Presence::Absent, _) => {}
                (Presence::Optional, _) => said.push(format!("optional {when}")),
                (Presence::Required, Some(count)) => said.push(format!("{count} bytes {when}")),
                (Presence::Required, None) if varies => said.push(format!("always there {when}")),
                (Presence::Required, None) => said.push(when),
            }
            newer = Some(stage.since);
        }
        let rust = if field.option {
            "`Option` in Rust"
        } else if field.stages.iter().any(of(Presence::Absent)) {
            "−1 where it is not there"
        } else {
            "in Rust as long as the longest"
        };
        Some(format!("{}; {rust}", said.join(", ")))
    }

    fn values(&self, depth: usize, field: &str, enumeration: &Enumeration, lines: &mut Lines) {
        for value in &enumeration.values {
            let mut said: Vec<String> = self.range(&value.history).into_iter().collect();
            said.extend(was(&value.history));
            if !said.is_empty() {
                let line = format!("value `{}` of `{field}`: {}", value.name, said.join("; "));
                lines.line(depth, &line);
            }
        }
    }

    /// The orders in which fields stand on the wire, where there are several.
    fn orders(&self, depth: usize, fields: &[Field], lines: &mut Lines) {
        let orders = fields.first().map(|field| field.places.as_slice());
        let mut newer = None;
        for (order, (since, _)) in orders.unwrap_or_default().iter().enumerate() {
            let within = self.between(*since, newer);
            let is_there = |field: &&Field| {
                let mut within = within.iter();
                within.any(|version| is_in(field, version.number))
            };
            let mut sent: Vec<&Field> = fields.iter().filter(is_there).collect();
            sent.sort_by_key(|field| field.places.get(order).map(|(_, place)| *place));
            let names: Vec<String> = sent.iter().map(|one| format!("`{}`", one.name)).collect();
            let when = self.said(*since, newer);
            lines.line(depth, &format!("order {when}: {}", names.join(", ")));
            newer = Some(*since);
        }
    }
}
