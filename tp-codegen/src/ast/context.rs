//! What several passes and the resolver ask of a schema.

use std::collections::BTreeMap;

use super::header::is_header;
use super::{Field, Packet, ParameterSet, Schema, firsts, text};
use crate::diagnostic::{Code, Findings};
use crate::model::Direction;
use crate::source::Spanned;

/// How many bases a packet may stand on. All of them are flattened into it.
pub(crate) const MAX_BASES: usize = 32;

/// A schema and its names.
pub(crate) struct Context<'s> {
    /// The schema.
    pub(crate) schema: &'s Schema,
    packets: BTreeMap<&'s str, &'s Packet>,
    sets: BTreeMap<&'s str, &'s ParameterSet>,
}

/// The bases of a packet, nearest first. `Header` is none of them: its fields are in no body.
pub(crate) struct Chain<'s> {
    /// The bases.
    pub(crate) bases: Vec<&'s Packet>,
    /// `Header`, if the chain ends with it.
    pub(crate) header: Option<&'s Packet>,
    /// How the chain ends.
    pub(crate) end: ChainEnd,
}

/// How a chain of bases ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ChainEnd {
    /// With a packet without base, or with `Header`.
    Whole,
    /// With a base that does not exist.
    Unknown,
    /// Never: it comes back to a packet that was in it before.
    Circle,
    /// It goes on for longer than is sensible.
    TooLong,
}

/// The fields of a packet's body in wire order.
pub(crate) struct Body<'s> {
    /// Those of its bases.
    pub(crate) inherited: Vec<&'s Field>,
    /// Those that it declares itself.
    pub(crate) own: &'s [Field],
    /// Whether some fields are not known: a base is missing or something is no field.
    pub(crate) broken: bool,
}

impl<'s> Body<'s> {
    /// All of them.
    pub(crate) fn fields(&self) -> Vec<&'s Field> {
        self.inherited.iter().copied().chain(self.own).collect()
    }
}

impl<'s> Context<'s> {
    /// Indexes `schema`. Of several packets or sets of one name, the first counts.
    pub(crate) fn new(schema: &'s Schema) -> Self {
        let packets = firsts(&schema.packets, |one| &one.name);
        let sets = firsts(&schema.sets, |one| &one.name);
        Context {
            schema,
            packets: packets.map(|(name, one)| (&*name.value, one)).collect(),
            sets: sets.map(|(name, one)| (&*name.value, one)).collect(),
        }
    }

    /// The packet of that name.
    pub(crate) fn packet(&self, name: &str) -> Option<&'s Packet> {
        self.packets.get(name).copied()
    }

    /// The parameter set of that name.
    pub(crate) fn set(&self, name: &str) -> Option<&'s ParameterSet> {
        self.sets.get(name).copied()
    }

    /// The packet of that name. That there is none is reported as `code`.
    pub(crate) fn find_packet(
        &self,
        name: &Spanned<String>,
        code: Code,
        found: &mut Findings,
    ) -> Option<&'s Packet> {
        find(&self.packets, "packet", name, code, self.schema, found)
    }

    /// The parameter set of that name. That there is none is reported.
    pub(crate) fn find_set(&self, name: &Spanned<String>, found: &mut Findings) {
        let code = Code::UnknownParameterSet;
        find(&self.sets, "parameter set", name, code, self.schema, found);
    }

    /// The bases of `packet`.
    pub(crate) fn chain(&self, packet: &'s Packet) -> Chain<'s> {
        let mut bases: Vec<&'s Packet> = Vec::new();
        let mut header = None;
        let mut at = packet;
        let end = loop {
            // A `Header` with a base is reported as such and nothing else.
            let Some(base) = at.base.as_ref().filter(|_| !is_header(at)) else {
                break ChainEnd::Whole;
            };
            let Some(next) = self.packet(&base.value) else {
                break ChainEnd::Unknown;
            };
            if is_header(next) {
                header = Some(next);
                break ChainEnd::Whole;
            }
            if std::ptr::eq(next, packet) || bases.iter().any(|known| std::ptr::eq(*known, next)) {
                break ChainEnd::Circle;
            }
            if bases.len() >= MAX_BASES {
                break ChainEnd::TooLong;
            }
            bases.push(next);
            at = next;
        };
        Chain { bases, header, end }
    }

    /// The body of `packet`; for `Header`, what it declares.
    pub(crate) fn body(&self, packet: &'s Packet) -> Body<'s> {
        let chain = self.chain(packet);
        let bases = chain.bases.iter().rev().map(|base| &base.structure);
        Body {
            inherited: bases.clone().flat_map(|base| &base.fields).collect(),
            own: &packet.structure.fields,
            broken: chain.end != ChainEnd::Whole
                || packet.structure.broken
                || bases.clone().any(|base| base.broken),
        }
    }

    /// Which way `packet` goes: as it says itself, or its nearest base that says anything. By
    /// convention, a packet named `Request` that says nothing goes to the server and one named
    /// `Response` to the client; the published TP03 relies on that.
    pub(crate) fn direction(&self, packet: &'s Packet) -> Direction {
        let chain = self.chain(packet);
        let named = |name: &str| match name {
            "Request" => Some(Direction::Server),
            "Response" => Some(Direction::Client),
            _ => None,
        };
        let states = |packet: &Packet| {
            let by_name = || named(text(&packet.name));
            packet.direction.or_else(by_name)
        };
        let mut whole = [packet].into_iter().chain(chain.bases).chain(chain.header);
        whole.find_map(states).unwrap_or(Direction::Any)
    }
}

/// What `known` has of that name. That there is none is reported, unless an element that was reported
/// as unknown has the name: then that would be noise.
fn find<'s, T>(
    known: &BTreeMap<&str, &'s T>,
    noun: &str,
    name: &Spanned<String>,
    code: Code,
    schema: &Schema,
    found: &mut Findings,
) -> Option<&'s T> {
    let one = known.get(name.value.as_str()).copied();
    if one.is_none() && !schema.phantoms.contains(&name.value) {
        let message = format!("there is no {noun} {name}");
        let help = found.guess(&name.value, known.keys().copied());
        found.report(code, name.span, message).maybe_help(help);
    }
    one
}
