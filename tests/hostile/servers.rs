//! Attacks on servers: each on one of its own, with a neighbour.

use std::time::Duration;

use tp_tests::process::Process;

use crate::Arguments;
use crate::attacks::{self, Attack, Told};
use crate::bounds;
use crate::neighbour::Seen;
use crate::row::{self, Row};
use crate::subject::Subject;

/// How long anything may take that is no attack.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn run(arguments: &Arguments) -> Vec<Row> {
    let attacks = attacks::all();
    let wanted = attacks.iter().filter(|it| arguments.wants(it.name));
    // Where the clock is judged, each has the machine to itself.
    let at_once = if arguments.quick { 2 } else { 1 };
    row::all(wanted.collect(), at_once, arguments.json, |attack| {
        one(attack, arguments.quick)
    })
}

fn one(attack: &Attack, quick: bool) -> Row {
    let mut server = Process::child(&["subject", attack.subject.name()]);
    let places = server.line();
    let (for_neighbours, for_attackers) = places.split_once(' ').unwrap();
    let kind = match attack.subject {
        Subject::Metaserver => "browser",
        Subject::Game | Subject::Admin if attack.players => "players",
        _ => "onlooker",
    };
    let mut neighbour = Process::child(&["neighbour", kind, for_neighbours]);
    neighbour
        .line_within(PATIENCE)
        .expect("the neighbour comes");
    seen(&mut neighbour);
    std::thread::sleep(bounds::rest_time(quick));
    let at_rest = seen(&mut neighbour);
    let rest = server.resident();
    server.forget_peak();
    let pace = if quick { "quick" } else { "full" };
    let attacker = Process::child(&["attacker", attack.name, for_attackers, pace]);
    let told = attacker.line_within(bounds::attack_time(attack.ends, quick) * 2 + PATIENCE);
    let told: Option<Told> = told.and_then(|line| serde_json::from_str(&line).ok());
    let attacked = seen(&mut neighbour);
    drop(attacker);
    let mut broken = Vec::new();
    let told = told.unwrap_or_else(|| {
        broken.push("the attacker itself has failed".to_owned());
        Told {
            connections: 0,
            sent: 0,
            seconds: 0.0,
            ended: String::new(),
            broken: None,
        }
    });
    broken.extend(told.broken);
    if !server.is_alive() {
        broken.push("the server has ended".to_owned());
    }
    let peak = server.peak();
    // What is let go is let go by now.
    std::thread::sleep(bounds::rest_time(quick));
    let mut errors = [at_rest.errors.clone(), attacked.errors.clone()].concat();
    if !errors.is_empty() {
        let number = errors.len();
        errors.truncate(1);
        broken.push(format!(
            "{number} errors of neighbours, such as {}",
            errors[0]
        ));
    }
    let (before, during) = (at_rest.percentile(99), attacked.percentile(99));
    if !quick && during > bounds::latency(before) {
        broken.push(format!(
            "a neighbour waits {during:.1?} for 1 of 100 answers, not {:.1?}",
            bounds::latency(before)
        ));
    }
    if attacked.requests() == 0 {
        broken.push("a neighbour had no answer".to_owned());
    }
    let latency = |seen: &Seen| [50, 99].map(|of| seen.percentile(of).as_secs_f64() * 1e3);
    let mut row = Row {
        attack: attack.name.to_owned(),
        connections: told.connections,
        sent: told.sent,
        memory: [rest, peak, server.resident()],
        bound: bounds::SERVER + bounds::CONNECTION * told.connections,
        neighbour: Some([latency(&at_rest), latency(&attacked)]),
        ended: told.ended,
        seconds: told.seconds,
        broken,
    };
    if kind == "players" && !quick && row.broken.is_empty() {
        row.ended = format!(
            "{}; {} newcomers let in within {:.2} s",
            row.ended, attacked.newcomers, attacked.entry
        );
    }
    row.judge_memory();
    row
}

/// What the neighbour saw since it was last asked.
fn seen(neighbour: &mut Process) -> Seen {
    neighbour.say("");
    let line = neighbour.line_within(PATIENCE);
    serde_json::from_str(&line.expect("the neighbour tells")).unwrap()
}
