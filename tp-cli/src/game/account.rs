//! `tp register`: an account on a server.

use std::process::ExitCode;

use clap::Args;

use super::{Session, print_said};
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::output::OutputArgs;

/// Who wants an account.
#[derive(Args)]
pub(crate) struct RegisterArgs {
    #[command(flatten)]
    connection: ConnectionArgs,

    /// Where the game's operator reaches you
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    email: String,

    /// Something to the game's operator
    #[arg(long, value_name = "TEXT", default_value = "")]
    comment: String,

    #[command(flatten)]
    output: OutputArgs,
}

/// `tp register`.
pub(crate) fn register(args: &RegisterArgs) -> Result<ExitCode, Failure> {
    let connection = args.connection.connection()?;
    let (user, password) = connection.new_login()?;
    let client = connection.connect()?;
    let mut session = Session { connection, client };
    let (email, comment) = (args.email.as_str(), args.comment.as_str());
    let said = session.ask(|client| client.create_account(user, password, email, comment))?;
    session.end();
    print_said(args.output, &[said])
}
