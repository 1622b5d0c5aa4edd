//! Schema → model.
//!
//! Runs only on schemas without findings. Where such a schema cannot lack something but the types
//! allow it, the part is left out rather than a panic risked.

mod fields;
pub(crate) mod prose;
pub(crate) mod size;

use std::collections::BTreeMap;

use crate::ast::context::Context;
use crate::ast::header::{self, HEADER, is_header};
use crate::ast::{self, Schema};
use crate::diagnostic::Findings;
use crate::model::{
    FailType, Field, HeaderForm, Model, Packet, Parameter, ParameterSet, Reply, Role,
};
use crate::names::{self, assign};
use crate::source::Source;

use fields::Resolver;
pub(crate) use fields::worth;
use prose::{history, prose};

/// Resolves `schema`, which has passed all checks; none stands for an empty one.
pub(crate) fn resolve(source: &Source, schema: Option<&Schema>) -> Model {
    let file = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let mut model = Model {
        source: file.to_owned(),
        version: String::new(),
        header: HeaderForm::None,
        parameter_sets: Vec::new(),
        packets: Vec::new(),
    };
    let Some(schema) = schema else { return model };
    let context = Context::new(schema);
    let types = assign(schema, &mut Findings::default());
    let resolver = Resolver {
        context: &context,
        types: &types,
    };
    model.version = schema
        .version
        .as_ref()
        .map(|v| v.value.clone())
        .unwrap_or_default();
    model.header = context
        .packet(HEADER)
        .and_then(header::form)
        .unwrap_or(HeaderForm::None);
    model.parameter_sets = schema
        .sets
        .iter()
        .filter_map(|set| parameter_set(&resolver, set))
        .collect();
    let packets = Packets {
        resolver: &resolver,
        declared: declared(&resolver),
    };
    model.packets = schema
        .packets
        .iter()
        .filter_map(|one| packets.packet(one))
        .collect();
    model
}

fn parameter_set(resolver: &Resolver<'_>, set: &ast::ParameterSet) -> Option<ParameterSet> {
    let name = &set.name.as_ref()?.value;
    Some(ParameterSet {
        name: name.clone(),
        rust_name: names::type_name(name),
        module: names::escape(&names::snake_name(name)),
        prose: prose(&set.prose),
        parameters: set
            .parameters
            .iter()
            .filter_map(|one| parameter(resolver, name, one))
            .collect(),
    })
}

fn parameter(resolver: &Resolver<'_>, set: &str, one: &ast::Parameter) -> Option<Parameter> {
    let name = &one.name.as_ref()?.value;
    let rust_name = names::type_name(name);
    let use_fields = resolver.structure(&one.use_fields, name);
    let desc_fields = resolver.structure(&one.desc_fields, name);
    Some(Parameter {
        name: name.clone(),
        variant: names::variant_name(name, set),
        type_id: one.type_id?.as_u32()?,
        prose: prose(&one.prose),
        history: history(&one.prose),
        use_size: size::sum(&use_fields),
        desc_rust_name: (!desc_fields.is_empty()).then(|| format!("{rust_name}Desc")),
        desc_size: size::sum(&desc_fields),
        use_fields,
        desc_fields,
        rust_name,
    })
}

/// The fields each packet declares itself, by its name.
fn declared<'s>(resolver: &Resolver<'s>) -> BTreeMap<&'s str, Vec<Field>> {
    let mut declared = BTreeMap::new();
    for packet in &resolver.context.schema.packets {
        if let Some(name) = &packet.name {
            let fields = resolver.structure(&packet.structure, &name.value);
            declared.insert(name.value.as_str(), fields);
        }
    }
    declared
}

struct Packets<'r, 's> {
    resolver: &'r Resolver<'s>,
    declared: BTreeMap<&'s str, Vec<Field>>,
}

impl Packets<'_, '_> {
    fn packet(&self, packet: &ast::Packet) -> Option<Packet> {
        let name = &packet.name.as_ref()?.value;
        // The context knows the packet for as long as the schema lives.
        let packet = self.resolver.context.packet(name)?;
        let context = self.resolver.context;
        let own = |packet: &ast::Packet| {
            let name = packet.name.as_ref().map(|name| name.value.as_str());
            name.and_then(|name| self.declared.get(name))
                .cloned()
                .unwrap_or_default()
        };
        let mut fields: Vec<Field> = context
            .chain(packet)
            .bases
            .into_iter()
            .rev()
            .flat_map(own)
            .collect();
        let inherited = fields.len();
        fields.extend(own(packet));
        let id = packet.id.and_then(ast::Number::as_u32);
        Some(Packet {
            name: name.clone(),
            rust_name: names::type_name(name),
            module: names::escape(&names::snake_name(name)),
            id,
            base: packet.base.as_ref().map(|base| base.value.clone()),
            role: match id {
                _ if is_header(packet) => Role::Header,
                Some(_) => Role::Frame,
                None => Role::Base,
            },
            direction: context.direction(packet),
            prose: prose(&packet.prose),
            history: history(&packet.prose),
            size: size::sum(&fields),
            fields,
            inherited,
            replies: packet.replies.iter().filter_map(reply).collect(),
            failtypes: packet.failtypes.iter().filter_map(fail_type).collect(),
        })
    }
}

fn reply(reply: &ast::Reply) -> Option<Reply> {
    Some(Reply {
        packet: reply.packet.as_ref()?.value.clone(),
        sequence: reply.sequence?,
        silent: reply.silent,
    })
}

fn fail_type(fail: &ast::FailType) -> Option<FailType> {
    Some(FailType {
        type_id: fail.type_id?.as_u32()?,
        prose: prose(&fail.prose),
    })
}
