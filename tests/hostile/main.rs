//! Attacks on a server and on clients, and what came of each: `cargo run --release -p tp-tests --bin
//! hostile`.
//!
//! Servers, clients, attackers and a well-behaved neighbour are processes of their own, this program
//! again, so that memory is measured for each alone. Attackers have one core to themselves. What no
//! limit is set for here has the library's defaults, as an operator or a player would have it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a measurement that panics has failed"
)]

#[cfg(target_os = "linux")]
mod attacks;
#[cfg(target_os = "linux")]
mod bounds;
#[cfg(target_os = "linux")]
mod clients;
#[cfg(target_os = "linux")]
mod deceits;
#[cfg(target_os = "linux")]
mod neighbour;
#[cfg(target_os = "linux")]
mod row;
#[cfg(target_os = "linux")]
mod servers;
#[cfg(target_os = "linux")]
mod subject;
#[cfg(target_os = "linux")]
mod victim;
#[cfg(target_os = "linux")]
mod wire;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("memory of other processes is read from Linux' /proc");
}

/// Attacks a server and clients, and tells whether they bear it.
#[cfg(target_os = "linux")]
#[derive(clap::Parser)]
#[command(
    name = "hostile",
    after_help = "Exit status: 0 if every bound holds, 1 if one does not."
)]
struct Arguments {
    /// Only attacks with one of these in their names; all if none is given
    names: Vec<String>,

    /// Short attacks; memory and ends are judged, the clock is not
    #[arg(long)]
    quick: bool,

    /// One JSON object a line instead of a table
    #[arg(long)]
    json: bool,

    /// Lists the attacks
    #[arg(long)]
    list: bool,
}

#[cfg(target_os = "linux")]
impl Arguments {
    fn wants(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|wanted| name.contains(&**wanted))
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use clap::Parser as _;
    use std::process::ExitCode;

    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(tp_tests::process::CHILD) {
        child(&arguments.collect::<Vec<_>>());
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::parse();
    if arguments.list {
        for attack in attacks::all() {
            println!("{:24} {}", attack.name, attack.what);
        }
        for deceit in deceits::all() {
            println!("{:24} {}", deceit.name, deceit.what);
        }
        return ExitCode::SUCCESS;
    }
    let mut rows = servers::run(&arguments);
    rows.extend(clients::run(&arguments));
    if !arguments.json {
        println!("{}", row::table(&rows));
    }
    let broken: Vec<_> = rows.iter().filter(|row| !row.broken.is_empty()).collect();
    for row in &broken {
        eprintln!("{}: {}", row.attack, row.broken.join("; "));
    }
    eprintln!("{} of {} hold", rows.len() - broken.len(), rows.len());
    match broken.is_empty() && !rows.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Is what the arguments say.
#[cfg(target_os = "linux")]
fn child(arguments: &[String]) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["subject", kind] => subject::run(kind),
        ["neighbour", kind, url] => neighbour::run(kind, url),
        ["attacker", name, address, pace] => attacks::run(name, address, pace == "quick"),
        ["victim", client, call, url, pace] => victim::run(client, call, url, pace == "quick"),
        _ => panic!("no such child: {arguments:?}"),
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::collections::BTreeSet;

    use super::{attacks, deceits};

    /// What `SECURITY.md` says to be proved is what is done, and all of it.
    #[test]
    fn security_names_all_attacks_and_no_others() {
        let page = include_str!("../../SECURITY.md");
        let attacks = attacks::all().into_iter().map(|attack| attack.name);
        let deceits = deceits::all().into_iter().map(|deceit| deceit.name);
        let done: BTreeSet<&str> = attacks.chain(deceits).collect();
        let code = page.split('`').skip(1).step_by(2);
        let names = code.filter(|it| it.contains('-') || done.contains(it));
        let named = names.filter(|it| it.chars().all(|it| it.is_ascii_lowercase() || it == '-'));
        // What begins so is an option of a program, or a crate.
        let named = named.filter(|it| !it.starts_with('-') && !it.starts_with("tp-"));
        assert_eq!(named.collect::<BTreeSet<_>>(), done);
    }
}
