//! Schema → model.
//!
//! Runs only on schemas without findings. Where such a schema cannot lack something but the types
//! allow it, the part is left out rather than a panic risked.

mod fields;
pub(crate) mod prose;
pub(crate) mod size;

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
pub(crate) use fields::{resolve_integer, worth};
use prose::{history, prose};

/// Resolves `schema`, which has passed all checks; none stands for an empty one.
pub(crate) fn resolve(source: &Source, schema: Option<&Schema>) -> Model {
    let file = source.name().rsplit(['/', '\\']).next().unwrap_or_default();
    let model = Model {
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
    let sets = schema.sets.iter();
    let packets = schema.packets.iter();
    Model {
        version: ast::text(&schema.version).to_owned(),
        header: context
            .packet(HEADER)
            .and_then(header::form)
            .unwrap_or(HeaderForm::None),
        parameter_sets: sets.filter_map(|set| resolver.set(set)).collect(),
        packets: packets.filter_map(|one| resolver.packet(one)).collect(),
        ..model
    }
}

impl Resolver<'_> {
    fn set(&self, set: &ast::ParameterSet) -> Option<ParameterSet> {
        let name = &set.name.as_ref()?.value;
        let parameters = set.parameters.iter();
        Some(ParameterSet {
            name: name.clone(),
            rust_name: names::type_name(name),
            module: names::escape(&names::snake_name(name)),
            prose: prose(&set.prose),
            parameters: parameters
                .filter_map(|one| self.parameter(name, one))
                .collect(),
        })
    }

    fn parameter(&self, set: &str, one: &ast::Parameter) -> Option<Parameter> {
        let name = &one.name.as_ref()?.value;
        let rust_name = names::type_name(name);
        let use_fields = self.structure(&one.use_fields, name);
        let desc_fields = self.structure(&one.desc_fields, name);
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

    fn packet(&self, packet: &ast::Packet) -> Option<Packet> {
        let name = &packet.name.as_ref()?.value;
        // The context knows the packet for as long as the schema lives.
        let packet = self.context.packet(name)?;
        let own = |packet: &ast::Packet| self.structure(&packet.structure, ast::text(&packet.name));
        let bases = self.context.chain(packet).bases.into_iter().rev();
        let mut fields: Vec<Field> = bases.flat_map(own).collect();
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
            direction: self.context.direction(packet),
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
