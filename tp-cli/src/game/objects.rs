//! `tp objects` and `tp object`: what a player sees.

use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::process::ExitCode;

use clap::Args;
use tp_frames::TpString;
use tp_net::blocking::Client;
use tp_net::mirror::Mirror;
use tp_net::model::{Object, ObjectKind, Vector};

use super::{AskArgs, Session, listed};
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::output::{OutputArgs, Table};
use crate::universe::{Survey, kind_name, tree};

/// Which objects, and how they are shown.
#[derive(Args)]
pub(crate) struct ObjectsArgs {
    #[command(flatten)]
    ask: AskArgs,

    /// Only the objects of this type, such as Planet or Fleet
    #[arg(long, value_name = "TYPE")]
    r#type: Option<String>,

    /// Only the objects that this player owns: an id or a name, or `me`
    #[arg(long, value_name = "PLAYER")]
    owner: Option<String>,
}

/// One object.
#[derive(Args)]
pub(crate) struct ObjectArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// Its id, or its name if no other object has it
    #[arg(value_name = "OBJECT")]
    object: String,

    #[command(flatten)]
    output: OutputArgs,
}

/// `tp objects`.
pub(crate) fn objects(args: &ObjectsArgs) -> Result<ExitCode, Failure> {
    let mut session = args.ask.connection.session()?;
    let survey = session.ask(Survey::of)?;
    let owner = args.owner.as_deref();
    let owner = owner.map(|named| player(&mut session, named)).transpose()?;
    session.end();
    if args.r#type.is_none() && owner.is_none() {
        return args
            .ask
            .output
            .print(survey.objects.values(), || tree::draw(&survey));
    }
    let is_of_type = |object: &&Object| {
        let name = kind_name(&survey, object);
        let wanted = args.r#type.as_ref();
        wanted.is_none_or(|wanted| name.eq_ignore_ascii_case(wanted))
    };
    let is_owned = |object: &&Object| owner.is_none_or(|owner| object.owner() == Some(owner));
    let objects = survey.objects.values();
    let objects: Vec<&Object> = objects.filter(is_of_type).filter(is_owned).collect();
    args.ask.output.print(&objects, || {
        let mut table = Table::new([">Id", "Name", "Type", "Position"]);
        for object in &objects {
            table.row([
                object.id.to_string(),
                object.name.to_string(),
                kind_name(&survey, object),
                object
                    .position
                    .map(|it| At(it).to_string())
                    .unwrap_or_default(),
            ]);
        }
        table.to_string()
    })
}

/// The player of this id or name.
fn player(session: &mut Session, named: &str) -> Result<u32, Failure> {
    if named == "me" {
        return Ok(session.ask(Client::me)?.id);
    }
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let players = super::lists::all_players(session)?;
    let found = players.iter().find(|it| it.name == named);
    found.map(|it| it.id).ok_or_else(|| {
        Failure::failed(format_args!(
            "no player is called {named}; there are {}",
            listed(players.iter().map(|it| &it.name))
        ))
    })
}

/// `tp object`.
pub(crate) fn object(args: &ObjectArgs) -> Result<ExitCode, Failure> {
    let mut session = args.connection.session()?;
    let object = session.object(&args.object)?;
    let names = Names::of(&mut session, &object)?;
    session.end();
    args.output.print([&object], || shown(&object, &names))
}

/// What the ids in an object stand for.
pub(crate) struct Names {
    r#type: String,
    /// Of the object that holds it, and of those it holds.
    objects: HashMap<u32, TpString>,
    owner: Option<TpString>,
    resources: HashMap<u32, TpString>,
    designs: HashMap<u32, TpString>,
}

impl Names {
    fn of(session: &mut Session, object: &Object) -> Result<Self, Failure> {
        let mut near = object.contains.clone();
        near.extend(object.parent);
        let near = session.ask_many(|client| client.objects(near))?;
        let owner = match object.owner() {
            Some(id) => session.ask_many(|client| client.players(vec![id]))?.pop(),
            None => None,
        };
        let (mut resources, mut designs) = (HashMap::new(), HashMap::new());
        match &object.kind {
            Some(ObjectKind::Planet { resources: has, .. }) => {
                let ids: Vec<u32> = has.iter().map(|it| it.id).collect();
                let named = session.ask_many(|client| client.resources(ids))?;
                resources.extend(named.into_iter().map(|it| (it.id, it.singularname)));
            }
            Some(ObjectKind::Fleet { ships, .. }) => {
                let ids: Vec<u32> = ships.iter().map(|it| it.design).collect();
                let named = session.ask_many(|client| client.designs(ids))?;
                let named = named
                    .into_iter()
                    .filter_map(|it| Some((it.id.get()?, it.name)));
                designs.extend(named);
            }
            _ => {}
        }
        let r#type = match Survey::kind(object) {
            Some(name) => name.to_owned(),
            None => {
                let described = session.ask_many(|client| client.object_descs(vec![object.otype]));
                let described = described.ok().and_then(|mut it| it.pop());
                described.map_or_else(
                    || format!("type {}", object.otype),
                    |it| it.name.printable().to_string(),
                )
            }
        };
        Ok(Self {
            r#type,
            objects: near.into_iter().map(|it| (it.id, it.name)).collect(),
            owner: owner.map(|it| it.name),
            resources,
            designs,
        })
    }
}

impl Names {
    /// As far as a mirror shows them.
    pub(crate) fn of_mirror(mirror: &Mirror, object: &Object) -> Self {
        let near = object.contains.iter().copied().chain(object.parent);
        let near = near.filter_map(|id| Some((id, mirror.object(id)?.name)));
        let described = mirror.object_descs().get(object.otype);
        let r#type = match (Survey::kind(object), described) {
            (Some(name), _) => name.to_owned(),
            (None, Some(desc)) => desc.name.printable().to_string(),
            (None, None) => format!("type {}", object.otype),
        };
        let resources = mirror.resources().iter();
        let designs = mirror.designs().iter();
        Self {
            r#type,
            objects: near.collect(),
            owner: mirror.owner(object).map(|it| it.name.clone()),
            resources: resources
                .map(|it| (it.id, it.singularname.clone()))
                .collect(),
            designs: designs
                .filter_map(|it| Some((it.id.get()?, it.name.clone())))
                .collect(),
        }
    }
}

/// A name and the id behind it.
fn named(names: &HashMap<u32, TpString>, id: u32) -> String {
    match names.get(&id) {
        Some(name) => format!("{} ({id})", name.printable()),
        None => id.to_string(),
    }
}

/// A place, as people write it.
pub(crate) struct At(pub(crate) Vector);

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Vector { x, y, z } = self.0;
        write!(f, "({x}, {y}, {z})")
    }
}

fn shown(object: &Object, names: &Names) -> String {
    in_columns(&lines(object, names))
}

/// An object in lines: what is said of, and what.
pub(crate) fn lines(object: &Object, names: &Names) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let mut line = |what: &'static str, said: String| lines.push((what, said));
    line("Name", object.name.printable().to_string());
    line("Id", object.id.to_string());
    line("Type", names.r#type.clone());
    if let Some(desc) = object.desc.as_ref().filter(|it| !it.is_empty()) {
        line("Description", desc.printable().to_string());
    }
    if let Some(parent) = object.parent {
        line("In", named(&names.objects, parent));
    }
    if let Some(at) = object.position {
        line("Position", At(at).to_string());
    }
    if let Some(velocity) = object.velocity.filter(|it| *it != Vector::default()) {
        line("Velocity", At(velocity).to_string());
    }
    if let Some(size) = object.size {
        line("Size", size.to_string());
    }
    match (&names.owner, object.owner()) {
        (Some(name), Some(id)) => line("Owner", format!("{} ({id})", name.printable())),
        (None, Some(id)) => line("Owner", id.to_string()),
        (_, None) => {}
    }
    match &object.kind {
        Some(ObjectKind::Universe { age }) => line("Age", format!("{age} turns")),
        Some(ObjectKind::Planet { resources, .. }) => {
            let each = resources.iter().map(|it| {
                let name = named(&names.resources, it.id);
                let (minable, fixed) = (it.unitsminable, it.unitsinaccessible);
                format!(
                    "{} {name}, {minable} to mine, {fixed} out of reach",
                    it.units
                )
            });
            each.for_each(|it| line("Resources", it));
        }
        Some(ObjectKind::Fleet { ships, damage, .. }) => {
            let each = ships.iter();
            let each =
                each.map(|it| format!("{} × {}", it.number, named(&names.designs, it.design)));
            each.for_each(|it| line("Ships", it));
            line("Damage", damage.to_string());
        }
        Some(ObjectKind::Wormhole { end }) => line("Leads to", At(*end).to_string()),
        _ => {}
    }
    if !object.contains.is_empty() {
        let inside = object.contains.iter();
        line("Holds", listed(inside.map(|id| named(&names.objects, *id))));
    }
    let takes = match object.takes_orders() {
        true => "it takes some",
        false => "it takes none",
    };
    line("Orders", takes.to_owned());
    lines
}

/// Lines of what is said and how much, one below the other.
pub(crate) fn in_columns(lines: &[(&'static str, String)]) -> String {
    let widest = lines
        .iter()
        .map(|(what, _)| what.len())
        .max()
        .unwrap_or_default();
    let mut text = String::new();
    let mut last = "";
    for (what, said) in lines {
        // What is said several times has its name once.
        let name = if *what == last { "" } else { what };
        // Memory takes it all.
        let _ = writeln!(text, "{name:widest$}  {said}");
        last = what;
    }
    text
}
