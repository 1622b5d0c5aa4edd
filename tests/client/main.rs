//! `test-server`: a server to test clients against.

mod args;
mod connection_record;
mod documentation;
mod identities;
mod listener;
mod places;
mod protocol_checker;
mod rules;
mod scenario;
mod scenarios;
mod server;
mod test_plan;
mod verdicts;
mod watcher;

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use clap::Parser as _;
use serde::Deserialize;
use tokio::io::AsyncReadExt as _;
use tp_tests::frame::Version;
use tp_tests::report::{Case, Report, exit_code, milliseconds};

use args::Args;
use test_plan::TestPlan;

fn main() -> ExitCode {
    let args = Args::parse();
    if args.list {
        let listed = documentation::list(&scenarios::all(), &mut io::stdout().lock());
        return listed.map_or(ExitCode::from(2), |()| ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let ran = match runtime {
        Ok(runtime) => {
            let ran = runtime.block_on(run(&args));
            // Connections that are still open end with the program.
            runtime.shutdown_background();
            ran
        }
        Err(error) => Err(format!("cannot start: {error}")),
    };
    exit_code("test-server", &ran)
}

/// How long what has come takes to be judged.
const SETTLING: Duration = Duration::from_millis(200);

/// Serves until told to end, and writes the report.
async fn run(args: &Args) -> Result<Report, String> {
    let (began, now) = (Instant::now(), SystemTime::now());
    let game = tp_game::serve("127.0.0.1:0").map_err(|error| error.to_string())?;
    let plan = Arc::new(TestPlan::new(game.local_addr(), args.report.show_secrets)?);
    let ids = ids(&plan);
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let expectations = args.report.expectations(&ids)?;
    let selected = args.selection.remarks(&ids)?;
    let program = program(args.script.as_deref(), &plan)?;
    let output = args.report.open()?;
    let listeners = server::listen(&plan, args.listen, args.port).await?;
    let welcome = documentation::welcome(&plan, &listeners, args.json_places);
    server::serve(&plan, listeners, &program);
    // The server goes on if nobody reads this.
    let _ = io::stdout().write_all(welcome.as_bytes());
    end(args).await?;
    // What has come before the end is still judged.
    tokio::time::sleep(SETTLING).await;
    let since = now.duration_since(SystemTime::UNIX_EPOCH);
    let mut report = Report {
        program: "test-server".into(),
        subject: "the clients that came".into(),
        subject_says: verdicts::names(&plan),
        began: since.unwrap_or_default().as_secs(),
        took: milliseconds(began.elapsed()),
        remarks: selected,
        incomplete: None,
        columns: Version::ALL.map(|version| version.name().into()).to_vec(),
        groups: verdicts::groups(&plan, &args.selection),
    };
    report.expect(&expectations);
    // Rules are what there may be no occasion for.
    let claimed = |case: &Case| args.selection.names_some() && !verdicts::is_rule(&case.id);
    args.report.require_tried(&mut report, claimed);
    output.write(&report)?;
    Ok(report)
}

/// Waits for whatever ends the server.
async fn end(args: &Args) -> Result<(), String> {
    let over = async {
        match args.seconds {
            Some(seconds) => tokio::time::sleep(Duration::from_secs(seconds)).await,
            None => std::future::pending().await,
        }
    };
    let eof = async {
        if !args.until_eof {
            std::future::pending::<()>().await;
        }
        // An error is an end, too.
        let _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
    };
    tokio::select! {
        told = tokio::signal::ctrl_c() => told.map_err(|error| format!("cannot wait: {error}")),
        () = over => Ok(()),
        () = eof => Ok(()),
    }
}

/// The ids of all scenarios and rules.
fn ids(plan: &TestPlan) -> Vec<String> {
    let rules =
        (1..=rules::Rule::ALL.len()).map(|number| format!("{}.{number}", verdicts::CLIENT_RULES));
    let scenarios = plan.scenarios().map(|scenario| scenario.id.to_owned());
    scenarios.chain(rules).collect()
}

/// What plays the connections to the first port, one after the other.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    connections: Vec<String>,
}

fn program(path: Option<&Path>, plan: &TestPlan) -> Result<Vec<String>, String> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
    let program: Program = toml::from_str(&text).map_err(|error| failed(&error))?;
    for name in &program.connections {
        if plan.find(name).is_none() {
            let why = format!("there is no scenario {name:?}; --list shows them");
            return Err(failed(&why));
        }
    }
    Ok(program.connections)
}
