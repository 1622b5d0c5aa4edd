//! `test-client`: a client to test servers against.

mod args;
mod case;
mod cases;
mod connection;
mod context;
mod documentation;
mod lifeline;
mod outcome;
mod probe;
mod reply;
mod runner;
mod started_server;
mod target;

use std::io;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::Parser as _;
use tp_net::Options;
use tp_net::transport::Url;
use tp_net::transport::tls::Trust;
use tp_tests::report::{Report, exit_code, milliseconds};

use args::Args;
use case::Group;
use context::unique;
use probe::{Greeting, duration};
use runner::Plan;
use started_server::StartedServer;
use target::{Account, Target};
use tp_tests::frame::Version;

fn main() -> ExitCode {
    let args = Args::parse();
    let groups = cases::all();
    if args.list {
        let listed = documentation::list(&groups, &mut io::stdout().lock());
        return listed.map_or(ExitCode::from(2), |()| ExitCode::SUCCESS);
    }
    exit_code("test-client", &tested(&args, &groups))
}

/// Tests the server and writes the report.
fn tested(args: &Args, groups: &[Group]) -> Result<Report, String> {
    let cases = groups.iter().flat_map(|group| &group.cases);
    let ids: Vec<&str> = cases.map(|case| case.rule.id.as_str()).collect();
    let expectations = args.report.expectations(&ids)?;
    let selected = args.selection.remarks(&ids)?;
    let url = args.url.as_deref().unwrap_or_default();
    let target = target(args, url)?;
    let output = args.report.open()?;
    let alive = || {
        let mut versions = args.version.versions().iter();
        versions.any(|version| probe::alive(&target, *version).is_some())
    };
    let started = args.start.as_deref();
    let started = started.map(|command| StartedServer::start(command, alive));
    let started = started.transpose()?;
    let began = Instant::now();
    let (versions, says) = versions(args, &target)?;
    let speaks = versions.iter().find(|(_, refused)| refused.is_none());
    let (speaks, _) = speaks.ok_or_else(|| refusals(&versions))?;
    probe::admit(&target, *speaks)?;
    let plan = Plan {
        target: &target,
        started: started.as_ref(),
        groups,
        versions: &versions,
        speaks: *speaks,
        selection: &args.selection,
        jobs: args.jobs(),
        until: began
            .checked_add(duration(args.time_limit))
            .unwrap_or(began),
    };
    let (groups, incomplete) = runner::run(&plan);
    drop(started);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let took = began.elapsed();
    let mut report = Report {
        program: "test-client".into(),
        subject: target.url.to_string(),
        subject_says: says,
        began: now.unwrap_or_default().saturating_sub(took).as_secs(),
        took: milliseconds(took),
        remarks: versions
            .iter()
            .filter_map(|(_, refused)| refused.clone())
            .chain(selected)
            .collect(),
        incomplete,
        columns: versions
            .iter()
            .map(|(version, _)| version.name().into())
            .collect(),
        groups,
    };
    report.expect(&expectations);
    args.report.require_tried(&mut report, |_| false);
    output.write(&report)?;
    Ok(report)
}

fn target(args: &Args, url: &str) -> Result<Target, String> {
    // Not told as it came: there may be a password in it.
    let url: Url = url.parse().map_err(|error| format!("the URL: {error}"))?;
    // Most servers have certificates that nobody vouches for; who they are is not tested.
    let options = Options::default().trust(Trust::dangerously_anyone());
    let in_url = (url.login_name(), url.password().map(str::to_owned));
    let first = match &args.user {
        Some(_) => (args.user.clone(), args.password.clone()),
        None => in_url,
    };
    let second = (args.other_user.clone(), args.other_password.clone());
    let accounts = [first, second].into_iter().filter_map(|(name, password)| {
        Some(Account {
            name: name?,
            password: password?,
            made: false,
        })
    });
    let mut accounts: Vec<Account> = accounts.collect();
    while args.register && accounts.len() < 2 {
        accounts.push(Account {
            name: unique("test"),
            password: unique("secret"),
            made: true,
        });
    }
    Ok(Target {
        connector: Box::new(options.dialer()),
        url: url.place().with_port(url.port_or_default()),
        accounts,
        register: args.register,
        patience: duration(args.patience),
        show_secrets: args.report.show_secrets,
    })
}

type Versions = Vec<(Version, Option<String>)>;

/// The versions to test, with the reason for those that the server refuses; and what it says it
/// is.
fn versions(args: &Args, target: &Target) -> Result<(Versions, Option<String>), String> {
    let mut versions = Vec::new();
    let mut says = None;
    for version in args.version.versions() {
        match probe::greet(target, *version)? {
            Greeting::Welcome(text) => {
                says = Some(text);
                versions.push((*version, None));
            }
            Greeting::Refused(reason) => versions.push((*version, Some(reason))),
        }
    }
    Ok((versions, says))
}

fn refusals(versions: &Versions) -> String {
    let mut reasons: Vec<_> = versions.iter().filter_map(|(_, it)| it.clone()).collect();
    reasons.dedup();
    reasons.join("; ")
}
