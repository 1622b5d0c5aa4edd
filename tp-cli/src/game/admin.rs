//! `tp admin`: a server's administration.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use tp_frames::{TpString, printable};
use tp_net::Event;
use tp_net::admin::BlockingClient;
use tp_net::admin::frames::{
    CommandDesc, CommandParamInteger, CommandParamString, CommandParams, CommandResultStatus,
};

use super::argument::{Given, is_called};
use super::listed;
use crate::connection::{Connection, ConnectionArgs, visible};
use crate::failure::Failure;
use crate::output::{Format, OutputArgs, Table, print, print_json};
use crate::prompt;

/// How long it is listened to the log before Ctrl-C is looked for.
const TICK: Duration = Duration::from_secs(3600);

/// What an administrator wants.
#[derive(Args)]
pub(crate) struct AdminArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// The command to run, by its name or number; all are listed if it is left out
    #[arg(value_name = "COMMAND")]
    command: Option<String>,

    /// What the command needs, by its names for that; asked for if it is left out
    #[arg(value_name = "NAME=VALUE")]
    arguments: Vec<String>,

    /// Print the server's log as it is written, until Ctrl-C
    #[arg(long, conflicts_with = "command")]
    log: bool,

    #[command(flatten)]
    output: OutputArgs,
}

/// `tp admin`.
pub(crate) fn run(args: &AdminArgs) -> Result<ExitCode, Failure> {
    let connection = args.connection.connection()?;
    let mut client = log_in(&connection)?;
    let told = |error| connection.not_told(&error);
    if args.log {
        return follow(&connection, &mut client, args.output.format);
    }
    let ids = client.command_ids().map_err(told)?;
    let ids: Vec<u32> = ids.into_iter().map(|it| it.id).collect();
    let descs = client.command_descs(ids).and_then(visible).map_err(told)?;
    let Some(wanted) = &args.command else {
        return list(args.output, &descs);
    };
    let is_meant = |it: &&CommandDesc| is_called(&it.name, wanted) || it.id.to_string() == *wanted;
    let desc = descs.iter().find(is_meant).ok_or_else(|| {
        Failure::misuse(format_args!(
            "there is no command {}; there are {}",
            printable(wanted),
            listed(descs.iter().map(|it| it.name.printable()))
        ))
    })?;
    let values = values(&args.arguments, desc)?;
    let result = client.command(desc.id, values).map_err(told)?;
    args.output
        .print([&result], || format!("{}\n", result.output.printable()))?;
    let failed = result.status != CommandResultStatus::OK;
    Ok(ExitCode::from(u8::from(failed)))
}

fn log_in(connection: &Connection) -> Result<BlockingClient, Failure> {
    // First it is asked for, and then there is a time limit.
    let (user, password) = connection.login()?;
    let client = BlockingClient::connect(&connection.url, connection.options.clone());
    let mut client = client.map_err(|error| connection.not_connected(&error))?;
    let said = client.login(user, password);
    said.map_err(|error| connection.not_logged_in(&error))?;
    Ok(client)
}

fn list(output: OutputArgs, descs: &[CommandDesc]) -> Result<ExitCode, Failure> {
    output.print(descs, || {
        let mut table = Table::new([">Id", "Command", "Needs", "Does"]);
        for desc in descs {
            table.row([
                desc.id.to_string(),
                desc.name.to_string(),
                listed(desc.parameters.iter().map(|it| &it.name)),
                desc.help.to_string(),
            ]);
        }
        table.to_string()
    })
}

/// The values in the order of the parameters; what is left out is asked for.
fn values(given: &[String], desc: &CommandDesc) -> Result<Vec<CommandParams>, Failure> {
    let names: Vec<_> = desc.parameters.iter().map(|it| &it.name).collect();
    let whose = format!("the command {}", desc.name.printable());
    let mut given = Given::of(given, &whose, &names)?;
    let mut values = Vec::with_capacity(desc.parameters.len());
    for parameter in &desc.parameters {
        let name = parameter.name.to_string();
        let text = match given.take(&parameter.name) {
            Some(text) => text,
            None => prompt::ask(&name, &format!("{}=VALUE", printable(&name)))?,
        };
        values.push(match parameter.r#type {
            CommandParams::INTEGER => {
                let intvalue = text.trim().parse().map_err(|_| {
                    Failure::misuse(format_args!("{}: {text} is no number", printable(&name)))
                })?;
                CommandParams::Integer(CommandParamInteger { intvalue })
            }
            _ => CommandParams::String(CommandParamString {
                string: TpString::from(text),
                ..Default::default()
            }),
        });
    }
    given.end()?;
    Ok(values)
}

fn follow(
    connection: &Connection,
    client: &mut BlockingClient,
    format: Format,
) -> Result<ExitCode, Failure> {
    loop {
        let event = client
            .next_event(TICK)
            .map_err(|error| connection.not_told(&error))?;
        let Some(Event::Log(message)) = event else {
            continue;
        };
        match format {
            Format::Json => print_json(&message)?,
            Format::Text => print(&format!(
                "{:?}  {}\n",
                message.level,
                message.message.printable()
            ))?,
        }
    }
}
