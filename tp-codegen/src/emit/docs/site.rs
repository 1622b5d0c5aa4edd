//! What there is to document, where its page is, and what refers to what.

use std::collections::{BTreeMap, BTreeSet};

use super::anchor::{anchor, values_anchor};
use super::layout::{Row, rows};
use super::page::{Inline, Target, code, link, text};
use super::{Protocol, ReferenceOptions};
use crate::model::{FieldKind, Model, Packet, ParameterSet, ReplySequence};

/// Everything that the pages are made from.
pub(super) struct Site<'a> {
    pub(super) protocols: Vec<Entry<'a>>,
    pub(super) options: &'a ReferenceOptions,
}

/// One protocol of the site.
pub(super) struct Entry<'a> {
    /// Its folder.
    pub(super) name: &'a str,
    /// The Rust module of its bindings.
    pub(super) module: &'a str,
    /// What readers call it.
    pub(super) label: String,
    pub(super) model: &'a Model,
    packets: BTreeMap<&'a str, String>,
    sets: BTreeMap<&'a str, String>,
    /// The fields whose shape something else gives.
    shaped: Vec<(&'a Packet, Row<'a>)>,
}

/// A packet, and the path of a field of it that refers to something.
type Use<'a> = (&'a Packet, String);

impl<'a> Site<'a> {
    pub(super) fn new(protocols: &'a [Protocol], options: &'a ReferenceOptions) -> Self {
        let entries = protocols.iter().map(|protocol| {
            let model = &protocol.model;
            let mut taken = BTreeSet::new();
            let packets = model.packets.iter().map(|packet| &*packet.name);
            let packets = paths(&protocol.name, "packet", packets, &mut taken);
            let sets = model.parameter_sets.iter().map(|set| &*set.name);
            let sets = paths(&protocol.name, "set", sets, &mut taken);
            Entry {
                name: &protocol.name,
                module: &protocol.module,
                label: label(protocol, protocols),
                model,
                packets,
                sets,
                shaped: shaped(model),
            }
        });
        Self {
            protocols: entries.collect(),
            options,
        }
    }
}

/// The fields of `model` whose shape something else gives, looked for once for all pages.
fn shaped(model: &Model) -> Vec<(&Packet, Row<'_>)> {
    let packets = model.packets.iter();
    let rows = packets.flat_map(|packet| {
        rows(&packet.fields)
            .into_iter()
            .map(move |row| (packet, row))
    });
    let is_shaped = |kind: &FieldKind| {
        matches!(
            kind,
            FieldKind::Parameters(_) | FieldKind::Description { .. }
        )
    };
    rows.filter(|(_, row)| is_shaped(&row.field.kind)).collect()
}

/// The pages of what is called `names`. Names that some disks take for the same get apart.
fn paths<'a>(
    folder: &str,
    kind: &str,
    names: impl Iterator<Item = &'a str>,
    taken: &mut BTreeSet<String>,
) -> BTreeMap<&'a str, String> {
    let mut paths = BTreeMap::new();
    for name in names {
        let first = format!("{folder}/{kind}.{}", anchor(name));
        let mut path = first.clone();
        let mut number = 1_u32;
        while !taken.insert(path.to_ascii_lowercase()) {
            number = number.saturating_add(1);
            path = format!("{first}-{number}");
        }
        paths.insert(name, path);
    }
    paths
}

/// The version where that tells it from the others, and its name where not.
fn label(protocol: &Protocol, all: &[Protocol]) -> String {
    let version = &protocol.model.version;
    let same = all.iter().filter(|other| other.model.version == *version);
    if protocol.name.eq_ignore_ascii_case(version) || same.count() == 1 {
        version.clone()
    } else {
        format!("{} ({version})", protocol.name)
    }
}

impl<'a> Entry<'a> {
    /// The page of the protocol itself.
    pub(super) fn path(&self) -> String {
        format!("{}/index", self.name)
    }

    pub(super) fn packet(&self, name: &str) -> Option<&'a Packet> {
        Packet::named(&self.model.packets, name)
    }

    pub(super) fn set(&self, name: &str) -> Option<&'a ParameterSet> {
        let mut sets = self.model.parameter_sets.iter();
        sets.find(|set| set.name == name)
    }

    /// The page of a packet.
    pub(super) fn packet_path(&self, name: &str) -> Option<&str> {
        self.packets.get(name).map(String::as_str)
    }

    /// The page of a parameter set.
    pub(super) fn set_path(&self, name: &str) -> Option<&str> {
        self.sets.get(name).map(String::as_str)
    }

    /// The name of a packet, leading to its page.
    pub(super) fn packet_link(&self, name: &str) -> Inline {
        linked(self.packet_path(name), name)
    }

    /// The name of a parameter set, leading to its page.
    pub(super) fn set_link(&self, name: &str) -> Inline {
        linked(self.set_path(name), name)
    }

    /// The packets on which `packet` stands, nearest first.
    pub(super) fn bases(&self, packet: &Packet) -> Vec<&'a Packet> {
        let base = |packet: &Packet| self.packet(packet.base.as_deref()?);
        let mut bases: Vec<&Packet> = Vec::new();
        let mut last = base(packet);
        // A model made by hand may go round in circles.
        while let Some(next) = last.filter(|next| bases.iter().all(|one| one.name != next.name)) {
            bases.push(next);
            last = base(next);
        }
        bases
    }

    /// The packets built directly on `packet`.
    pub(super) fn built_on(&self, packet: &Packet) -> Vec<&'a Packet> {
        self.packets_that(|other| other.base.as_deref() == Some(&packet.name))
    }

    /// The requests that `packet` answers.
    pub(super) fn answers(&self, packet: &Packet) -> Vec<&'a Packet> {
        self.packets_that(|request| request.replies.iter().any(|one| one.packet == packet.name))
    }

    /// The requests whose replies may come in a counted group.
    pub(super) fn answered_in_groups(&self) -> Vec<&'a Packet> {
        self.packets_that(|request| {
            let mut replies = request.replies.iter();
            replies.any(|one| one.sequence != ReplySequence::Never)
        })
    }

    fn packets_that(&self, wanted: impl Fn(&Packet) -> bool) -> Vec<&'a Packet> {
        let all = self.model.packets.iter();
        all.filter(|packet| wanted(packet)).collect()
    }

    /// The packets whose parameters are described by `packet`.
    pub(super) fn described_by(&self, packet: &Packet) -> Vec<Use<'a>> {
        self.uses(|kind| match kind {
            FieldKind::Parameters(parameters) => parameters
                .typeframe
                .as_ref()
                .is_some_and(|frame| frame.packet == packet.name),
            _ => false,
        })
    }

    /// The fields whose shape a parameter of `set` gives.
    pub(super) fn users(&self, set: &ParameterSet) -> Vec<Use<'a>> {
        self.uses(|kind| match kind {
            FieldKind::Parameters(parameters) => parameters.set == set.name,
            FieldKind::Description { set: name, .. } => *name == set.name,
            _ => false,
        })
    }

    fn uses(&self, wanted: impl Fn(&FieldKind) -> bool) -> Vec<Use<'a>> {
        let all = self.shaped.iter();
        let uses = all.filter(|(_, row)| wanted(&row.field.kind));
        uses.map(|(packet, row)| (*packet, row.path.clone()))
            .collect()
    }

    /// What the schema calls the failure of that number.
    pub(super) fn failure(&self, number: u32) -> Option<Inline> {
        let fail = self.packet("Fail")?;
        fail.fields.iter().find_map(|field| {
            let FieldKind::Enumeration(enumeration) = &field.kind else {
                return None;
            };
            let mut values = enumeration.values.iter();
            let value = values.find(|value| value.id == i128::from(number))?;
            let path = self.packet_path(&fail.name)?;
            let place = Target::place(path, values_anchor("", &field.name));
            Some(link(place, text(&value.name)))
        })
    }
}

/// A name in code that leads to its page, if it has one.
fn linked(path: Option<&str>, name: &str) -> Inline {
    match path {
        Some(path) => link(Target::page(path), code(name)),
        None => code(name),
    }
}
