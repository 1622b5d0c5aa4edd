//! Runs seeds, and tells which break an invariant.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a simulation that panics has failed"
)]

use std::alloc::System;
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tp_simulation::{Counts, Outcome, Traffic, Violation, run};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Runs after which all is allocated that is kept from one to the next.
const WARM: u64 = 20;

/// Bytes by which what is allocated after a run may differ from what was after another.
const SLACK: usize = 64 << 10;

/// Bytes that are allocated.
fn held() -> usize {
    let stats = ALLOCATOR.stats();
    let freed = stats.bytes_deallocated;
    stats.bytes_allocated.saturating_sub(freed)
}

/// Runs whole clients and servers on a simulated network and clock.
#[derive(Debug, Parser)]
struct Args {
    /// How many seeds to run.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first of them.
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// Runs this one only, twice, and tells all that happens.
    #[arg(long)]
    seed: Option<u64>,
    /// Ends with the first seed that breaks an invariant.
    #[arg(long)]
    first: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if let Some(seed) = args.seed {
        return one(seed);
    }
    let began = Instant::now();
    let mut sum = Sum::default();
    let mut warm = None;
    for seed in args.from..args.from.saturating_add(args.seeds) {
        let outcome = run(seed, false);
        if let Some(violation) = &outcome.violation {
            tell(seed, violation);
        }
        sum.add(&outcome);
        drop(outcome);
        let held = held();
        if sum.runs == WARM {
            warm = Some(held);
        }
        if let Some(before) = warm.filter(|before| held > before + SLACK) {
            println!("seed {seed}, at its end: {held} bytes are allocated, and {before} were");
            sum.violations += 1;
            warm = Some(held);
        }
        if args.first && sum.violations > 0 {
            break;
        }
    }
    sum.print(began.elapsed().as_secs_f64());
    match sum.violations {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Tells what does not hold, and how to see it again.
fn tell(seed: u64, violation: &Violation) {
    println!("seed {seed}, {violation}");
    println!("  again: cargo run --release -p tp-simulation -- --seed {seed}");
}

/// Tells all of one seed.
fn one(seed: u64) -> ExitCode {
    let outcome = run(seed, true);
    for line in &outcome.lines {
        println!("{line}");
    }
    let again = run(seed, false);
    println!("{:016x} and again {:016x}", outcome.hash, again.hash);
    if let Some(violation) = &outcome.violation {
        tell(seed, violation);
        return ExitCode::FAILURE;
    }
    match outcome.hash == again.hash {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// What many runs have come to.
#[derive(Debug, Default)]
struct Sum {
    runs: u64,
    violations: u64,
    steps: u64,
    seconds: u64,
    handled: u64,
    panics: u64,
    restarts: u64,
    counts: Counts,
    traffic: Traffic,
}

impl Sum {
    fn add(&mut self, outcome: &Outcome) {
        self.runs += 1;
        self.violations += u64::from(outcome.violation.is_some());
        self.steps += outcome.steps;
        self.seconds += outcome.time / 1000;
        self.handled += outcome.handled;
        self.panics += outcome.panics;
        self.restarts += outcome.restarts;
        let (sum, it) = (&mut self.counts, &outcome.counts);
        sum.asked += it.asked;
        sum.answered += it.answered;
        sum.failed += it.failed;
        sum.dropped += it.dropped;
        sum.fate_unknown += it.fate_unknown;
        sum.events += it.events;
        sum.jumps += it.jumps;
        let (sum, it) = (&mut self.traffic, &outcome.traffic);
        sum.connections += it.connections;
        sum.refused += it.refused;
        sum.bytes += it.bytes;
        sum.resets += it.resets;
        sum.cuts += it.cuts;
        sum.half_open += it.half_open;
        sum.stalls += it.stalls;
        sum.partitions += it.partitions;
    }

    fn print(&self, took: f64) {
        let (counts, traffic) = (&self.counts, &self.traffic);
        println!(
            "{} seeds in {took:.1} s: {} break an invariant",
            self.runs, self.violations
        );
        println!(
            "  {} h simulated, {} steps; handlers: {} requests, {} panics; {} restarts of servers, \
             {} jumps of the clock",
            self.seconds / 3600,
            self.steps,
            self.handled,
            self.panics,
            self.restarts,
            counts.jumps
        );
        println!(
            "  operations: {} asked, {} answered, {} failed ({} of unknown fate), {} given up; {} \
             events",
            counts.asked,
            counts.answered,
            counts.failed,
            counts.fate_unknown,
            counts.dropped,
            counts.events
        );
        println!(
            "  network: {} connections ({} refused), {} MB, {} resets, {} cut, {} half-open, {} \
             stalls, {} partitions",
            traffic.connections,
            traffic.refused,
            traffic.bytes >> 20,
            traffic.resets,
            traffic.cuts,
            traffic.half_open,
            traffic.stalls,
            traffic.partitions
        );
    }
}
