//! `test-client`: a client to test servers against.

mod args;
mod case;
mod cases;
mod connection;
mod context;
mod documentation;
mod outcome;
mod probe;
mod reply;
mod runner;
mod target;

use std::io;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use clap::Parser as _;
use tp_net::Options;
use tp_net::transport::Url;
use tp_net::transport::tls::Trust;
use tp_tests::report::{Expectations, Report, exit_code, milliseconds};

use args::Args;
use case::Group;
use probe::{Greeting, duration};
use runner::Plan;
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
    let began = Instant::now();
    let expectations = expectations(args, groups)?;
    unknown_ids(args, groups)?;
    let url = args.url.as_deref().unwrap_or_default();
    let mut target = target(args, url)?;
    let (versions, says) = versions(args, &target)?;
    let speaks = versions.iter().find(|(_, refused)| refused.is_none());
    let (speaks, _) = speaks.ok_or_else(|| refusals(&versions))?;
    if args.register {
        probe::register(&mut target, *speaks)?;
    }
    probe::log_in(&target, *speaks)?;
    let output = args.report.open()?;
    let plan = Plan {
        target: &target,
        groups,
        versions: &versions,
        only: &args.only,
        jobs: args.jobs,
        until: began
            .checked_add(duration(args.time_limit))
            .unwrap_or(began),
    };
    let groups = runner::run(&plan);
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
            .collect(),
        columns: versions
            .iter()
            .map(|(version, _)| version.name().into())
            .collect(),
        groups,
    };
    report.expect(&expectations);
    output.write(&report)?;
    Ok(report)
}

fn expectations(args: &Args, groups: &[Group]) -> Result<Expectations, String> {
    let cases = groups.iter().flat_map(|group| &group.cases);
    let ids: Vec<&str> = cases.map(|case| case.rule.id.as_str()).collect();
    args.report.expectations(&ids)
}

/// Complains about ids of which there are no cases.
fn unknown_ids(args: &Args, groups: &[Group]) -> Result<(), String> {
    for id in &args.only {
        let one = std::slice::from_ref(id);
        let cases = groups.iter().flat_map(|group| &group.cases);
        if !cases
            .into_iter()
            .any(|case| runner::is_wanted(&case.rule.id, one))
        {
            return Err(format!("there is no case or group {id}; --list shows them"));
        }
    }
    Ok(())
}

fn target(args: &Args, url: &str) -> Result<Target, String> {
    let url: Url = url.parse().map_err(|error| format!("{url}: {error}"))?;
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
        })
    });
    Ok(Target {
        connector: Box::new(options.dialer()),
        url: url.place().with_port(url.port_or_default()),
        accounts: accounts.collect(),
        register: args.register,
        patience: duration(args.patience),
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
