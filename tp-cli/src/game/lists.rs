//! Things of one kind: players, resources, boards, components, designs.

use std::collections::BTreeSet;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use tp_frames::Semi32;
use tp_net::blocking::Client;
use tp_net::model::{Board, Category, Component, Design, Object, Player, Property, Resource};
use tp_net::{Error, GameItem};

use super::{AskArgs, Session, listed};
use crate::connection::visible;
use crate::failure::Failure;
use crate::output::Table;

/// Which things of a kind.
#[derive(Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    ask: AskArgs,

    /// Only those with these ids; all if none is given
    #[arg(value_name = "ID")]
    ids: Vec<u32>,
}

impl ListArgs {
    /// Asks for the things and prints them: as rows of a table, or as the protocol has them.
    fn print<T: GameItem + Serialize, const N: usize>(
        &self,
        names: [&str; N],
        row: impl Fn(&T) -> [String; N],
    ) -> Result<ExitCode, Failure> {
        let mut session = self.ask.connection.session()?;
        let things = self.things(&mut session, |session| session.ask_many(Client::all::<T>))?;
        session.end();
        self.print_these(&things, names, row)
    }

    /// The things with these ids, or all.
    fn things<T: GameItem>(
        &self,
        session: &mut Session,
        all: impl FnOnce(&mut Session) -> Result<Vec<T>, Failure>,
    ) -> Result<Vec<T>, Failure> {
        match self.ids.is_empty() {
            true => all(session),
            // Who asks for one thing is to know why there is none.
            false => session.ask(|client| {
                let things = client.get::<T>(self.ids.clone())?;
                things.into_iter().collect()
            }),
        }
    }

    fn print_these<T: Serialize, const N: usize>(
        &self,
        things: &[T],
        names: [&str; N],
        row: impl Fn(&T) -> [String; N],
    ) -> Result<ExitCode, Failure> {
        self.ask.output.print(things, || {
            let mut table = Table::new(names);
            for thing in things {
                table.row(row(thing));
            }
            table.to_string()
        })
    }
}

/// `tp players`.
pub(crate) fn players(args: &ListArgs) -> Result<ExitCode, Failure> {
    let mut session = args.ask.connection.session()?;
    let mut players = args.things(&mut session, all_players)?;
    players.sort_by_key(|player: &Player| player.id);
    session.end();
    args.print_these(&players, [">Id", "Name", "Race"], |it| {
        [it.id.to_string(), it.name.to_string(), it.race.to_string()]
    })
}

/// TP03 has no list of players: there it is oneself, and who owns what one sees.
pub(super) fn all_players(session: &mut Session) -> Result<Vec<Player>, Failure> {
    match session.client.all::<Player>() {
        Err(Error::NotInVersion { .. }) => {}
        players => return session.ask(|_| visible(players?)),
    }
    let me = session.ask(Client::me)?;
    let objects = session.ask_many(Client::all_objects)?;
    let owners: BTreeSet<u32> = objects.iter().filter_map(Object::owner).collect();
    let others = owners
        .into_iter()
        .filter(|id| *id != me.id)
        .collect::<Vec<_>>();
    let mut players = session.ask_many(|client| client.players(others))?;
    players.push(me);
    Ok(players)
}

/// `tp resources`.
pub(crate) fn resources(args: &ListArgs) -> Result<ExitCode, Failure> {
    let names = [">Id", "Name", "Unit", ">Weight", ">Size", "Description"];
    args.print(names, |it: &Resource| {
        [
            it.id.to_string(),
            it.singularname.to_string(),
            it.singularunit.to_string(),
            it.weight.to_string(),
            it.size.to_string(),
            it.description.to_string(),
        ]
    })
}

/// `tp boards`.
pub(crate) fn boards(args: &ListArgs) -> Result<ExitCode, Failure> {
    let names = [">Id", "Name", ">Messages", "Description"];
    args.print(names, |it: &Board| {
        [
            it.id.to_string(),
            it.name.to_string(),
            it.messages.to_string(),
            it.description.to_string(),
        ]
    })
}

/// `tp categories`.
pub(crate) fn categories(args: &ListArgs) -> Result<ExitCode, Failure> {
    args.print([">Id", "Name", "Description"], |it: &Category| {
        [semi(it.id), it.name.to_string(), it.description.to_string()]
    })
}

/// `tp components`.
pub(crate) fn components(args: &ListArgs) -> Result<ExitCode, Failure> {
    let names = [">Id", "Name", "Categories", "Description"];
    args.print(names, |it: &Component| {
        [
            it.id.to_string(),
            it.name.to_string(),
            listed(&it.catlist),
            it.description.to_string(),
        ]
    })
}

/// `tp properties`.
pub(crate) fn properties(args: &ListArgs) -> Result<ExitCode, Failure> {
    let names = [">Id", "Name", "Shown as", "Categories", "Description"];
    args.print(names, |it: &Property| {
        [
            it.id.to_string(),
            it.name.to_string(),
            it.displayname.to_string(),
            listed(&it.catlist),
            it.description.to_string(),
        ]
    })
}

/// `tp designs`.
pub(crate) fn designs(args: &ListArgs) -> Result<ExitCode, Failure> {
    let names = [">Id", "Name", ">Owner", ">In use", "Components"];
    args.print(names, |it: &Design| {
        let components = it.components.iter();
        [
            semi(it.id),
            it.name.to_string(),
            semi(it.owner),
            semi(it.inuse),
            listed(components.map(|it| format!("{} × {}", it.compquant, it.componentid))),
        ]
    })
}

fn semi(value: Semi32) -> String {
    value
        .get()
        .map_or_else(|| "-".to_owned(), |value| value.to_string())
}
