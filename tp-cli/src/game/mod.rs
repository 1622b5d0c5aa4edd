//! Looking into a game, and playing it: a command each.

pub(crate) mod account;
pub(crate) mod admin;
mod argument;
pub(crate) mod info;
pub(crate) mod lists;
pub(crate) mod map;
pub(crate) mod messages;
pub(crate) mod objects;
pub(crate) mod orders;
pub(crate) mod turns;

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use tp_frames::TpString;
use tp_net::Error;
use tp_net::blocking::Client;
use tp_net::model::Object;

use crate::connection::{Connection, ConnectionArgs, visible};
use crate::failure::Failure;
use crate::output::OutputArgs;
use crate::universe::Survey;

/// A server, and how its answer is printed.
#[derive(Args)]
pub(crate) struct AskArgs {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

/// A client that is logged in, and where it is.
pub(crate) struct Session {
    pub(crate) connection: Connection,
    pub(crate) client: Client,
}

impl ConnectionArgs {
    /// Connects and logs in.
    pub(crate) fn session(&self) -> Result<Session, Failure> {
        let connection = self.connection()?;
        let client = connection.log_in()?;
        Ok(Session { connection, client })
    }
}

impl Session {
    /// What the server answers to a question.
    pub(crate) fn ask<T>(
        &mut self,
        question: impl FnOnce(&mut Client) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        question(&mut self.client).map_err(|error| self.connection.not_told(&error))
    }

    /// What the server answers to a question about several things, without those that the player
    /// may not see.
    pub(crate) fn ask_many<T>(
        &mut self,
        question: impl FnOnce(&mut Client) -> Result<Vec<Result<T, Error>>, Error>,
    ) -> Result<Vec<T>, Failure> {
        self.ask(|client| visible(question(client)?))
    }

    /// The object of this id or name.
    pub(crate) fn object(&mut self, named: &str) -> Result<Object, Failure> {
        if let Ok(id) = named.parse() {
            return self.ask(|client| client.object(id));
        }
        let mut found: Vec<Object> = self.ask(Survey::of)?.objects.into_values().collect();
        found.retain(|it| it.name.as_tp_str() == TpString::from(named).as_tp_str());
        let ids: Vec<String> = found.iter().map(|it| it.id.to_string()).collect();
        match (found.pop(), found.len()) {
            (Some(object), 0) => Ok(object),
            (None, _) => Err(Failure::failed(format_args!("no object is called {named}"))),
            (Some(_), _) => Err(Failure::failed(format_args!(
                "several objects are called {named}: {}; give the id of one",
                ids.join(", ")
            ))),
        }
    }

    /// Ends the connection in good order.
    pub(crate) fn end(self) {
        self.client.disconnect();
    }
}

/// What the server says to something that was done.
#[derive(Serialize)]
struct Said<'a> {
    said: &'a TpString,
}

/// Prints what the server says to each thing that was done.
fn print_said(output: OutputArgs, said: &[TpString]) -> Result<ExitCode, Failure> {
    output.print(said.iter().map(|said| Said { said }), || {
        let lines = said.iter().map(|said| format!("{}\n", said.printable()));
        lines.collect()
    })
}

/// Several words with commas between them; `-` if there are none.
pub(crate) fn listed(words: impl IntoIterator<Item = impl ToString>) -> String {
    let words: Vec<String> = words.into_iter().map(|it| it.to_string()).collect();
    match words.is_empty() {
        true => "-".to_owned(),
        false => words.join(", "),
    }
}
