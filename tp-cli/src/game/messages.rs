//! `tp messages` and `tp post`.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::Args;
use tp_net::model::Message;

use super::{Session, print_said};
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::output::OutputArgs;
use crate::{input, prompt};

/// The longest message that is read from standard input, in bytes: as long as a frame.
const LONGEST: u64 = 1 << 20;

/// Which board.
#[derive(Args)]
pub(crate) struct MessagesArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// The board's id; 0 is your own
    #[arg(value_name = "BOARD", default_value_t = 0)]
    board: u32,

    /// Remove the messages in these slots instead
    #[arg(long, value_name = "SLOT")]
    remove: Vec<u32>,

    #[command(flatten)]
    output: OutputArgs,
}

/// What to post, and where.
#[derive(Args)]
pub(crate) struct PostArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// The board's id
    #[arg(value_name = "BOARD")]
    board: u32,

    /// What the message is about; asked for if it is left out
    #[arg(value_name = "SUBJECT")]
    subject: Option<String>,

    /// What the message says, or `-` for what standard input says; asked for if it is left out
    #[arg(value_name = "TEXT")]
    text: Option<String>,

    #[command(flatten)]
    output: OutputArgs,
}

/// `tp messages`.
pub(crate) fn messages(args: &MessagesArgs) -> Result<ExitCode, Failure> {
    let mut session = args.connection.session()?;
    if !args.remove.is_empty() {
        return remove(args, session);
    }
    let messages = session.ask_many(|client| client.all_messages(args.board))?;
    session.end();
    args.output.print(&messages, || {
        let mut text = String::new();
        for message in &messages {
            write_message(&mut text, message);
        }
        text
    })
}

fn remove(args: &MessagesArgs, mut session: Session) -> Result<ExitCode, Failure> {
    let said = session.ask(|client| {
        let said = client.remove_messages(args.board, args.remove.clone())?;
        said.into_iter().collect::<Result<Vec<_>, _>>()
    })?;
    session.end();
    print_said(args.output, &said)
}

fn write_message(text: &mut String, message: &Message) {
    let slot = message
        .slot
        .get()
        .map_or_else(|| "?".to_owned(), |slot| slot.to_string());
    // Memory takes it all.
    let _ = writeln!(
        text,
        "{slot}  turn {}  {}",
        message.turn,
        message.subject.printable()
    );
    let body = message.body.to_string();
    for line in body.lines() {
        let _ = writeln!(text, "    {}", tp_frames::printable(line));
    }
}

/// `tp post`.
pub(crate) fn post(args: &PostArgs) -> Result<ExitCode, Failure> {
    let connection = args.connection.connection()?;
    let subject = match &args.subject {
        Some(subject) => subject.clone(),
        None => prompt::ask("Subject", "SUBJECT")?,
    };
    let text = match args.text.as_deref() {
        Some("-") => input::piped(LONGEST, "a message")?,
        Some(text) => text.to_owned(),
        None if io::stdin().is_terminal() => prompt::ask("Text", "TEXT")?,
        None => input::piped(LONGEST, "a message")?,
    };
    let client = connection.log_in()?;
    let mut session = Session { connection, client };
    let message = Message::new(args.board, subject).body(text);
    let said = session.ask(|client| client.post_message(message))?;
    session.end();
    print_said(args.output, &[said])
}
