//! What the library costs, counted. `cargo bench -p tp-counts` counts it and shows what was
//! recorded beside;
//!
//! * `-- --check` fails if a figure has grown, or is above a bar that it was below;
//! * `-- --update` records the figures, but for those that have grown and nobody says why;
//! * any other words leave out the figures that have none of them in their names.
#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "nobody depends on a benchmark"
)]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::{env, fs};

use tp_counts::figures::{self, Figure, Recorded, Toolchain};
use tp_counts::measurements::{self, Programs};
use tp_counts::subject::{self, Allocated};

const RECORDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/figures.toml");
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/benchmarks.md");

fn main() -> ExitCode {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == "subject") {
        arguments.remove(0);
        subject::run(&arguments, Allocated::default);
        return ExitCode::SUCCESS;
    }
    for program in ["valgrind", "strace"] {
        if tp_test_components::program(program).is_none() {
            println!("nothing is counted: {program} is not installed");
            return ExitCode::SUCCESS;
        }
    }
    let flag = |flag: &str| arguments.iter().any(|it| it == flag);
    let words = arguments.iter().filter(|it| !it.starts_with("--"));
    let words: Vec<&str> = words.map(String::as_str).collect();
    let recorded = recorded();
    let counted = count(&words, recorded.as_ref());
    if flag("--update") {
        return update(recorded, &counted, words.is_empty());
    }
    if flag("--check") {
        return check(recorded, &counted);
    }
    ExitCode::SUCCESS
}

fn recorded() -> Option<Recorded> {
    let text = fs::read_to_string(RECORDED).ok()?;
    Some(toml::from_str(&text).expect("figures.toml is what was recorded"))
}

/// Counts, and tells each figure as soon as it is known.
fn count(words: &[&str], recorded: Option<&Recorded>) -> Vec<Figure> {
    let programs = Programs {
        plain: env::current_exe().expect("this program is somewhere"),
        counting: env!("CARGO_BIN_EXE_counting").into(),
    };
    println!("{}", figures::head());
    let mut counted = Vec::new();
    for measurement in measurements::all() {
        if words.is_empty() || words.iter().any(|it| measurement.is_called(it)) {
            for figure in measurement.count(&programs) {
                let recorded = recorded.and_then(|it| it.figures.get(&figure.name).copied());
                println!("{}", figures::row(&figure, recorded));
                counted.push(figure);
            }
        }
    }
    counted
}

/// Whether nothing is worse than it was.
fn check(recorded: Option<Recorded>, counted: &[Figure]) -> ExitCode {
    let Some(recorded) = recorded else {
        println!("\nnothing is recorded");
        return ExitCode::FAILURE;
    };
    let here = Toolchain::here();
    match recorded.worse(&here, counted) {
        None => {
            let of = recorded.toolchain;
            println!("\nnot judged: the figures are of {of}\nand this is {here}");
            ExitCode::SUCCESS
        }
        Some(worse) if worse.is_empty() => {
            println!("\nnothing is worse than recorded");
            ExitCode::SUCCESS
        }
        Some(worse) => {
            println!("\nworse than recorded:");
            for figure in worse {
                println!("  {}", figure.name);
            }
            println!(
                "If that cannot be helped, say why, and what it is good for, in docs/benchmarks.md, \
                below \"What grew, and why\"; then: cargo bench -p tp-counts -- --update"
            );
            ExitCode::FAILURE
        }
    }
}

/// Records what was counted, and forgets all else if that is all there is.
fn update(recorded: Option<Recorded>, counted: &[Figure], all: bool) -> ExitCode {
    let here = Toolchain::here();
    let mut recorded = recorded.unwrap_or_else(|| Recorded {
        toolchain: here.clone(),
        figures: BTreeMap::new(),
    });
    let page = fs::read_to_string(PAGE).unwrap_or_default();
    let refused = recorded.update(here, counted, &page);
    if all {
        let is_counted = |name: &String| counted.iter().any(|it| it.name == *name);
        recorded.figures.retain(|name, _| is_counted(name));
    }
    let text = toml::to_string(&recorded).expect("it is text");
    let head = "# Written by `cargo bench -p tp-counts -- --update`.\n\n";
    fs::write(RECORDED, format!("{head}{text}")).expect("figures.toml can be written");
    if refused.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("\nnot recorded without a row in docs/benchmarks.md, below \"What grew, and why\":");
    for (Figure { name, value, .. }, before) in refused {
        println!("| {name} | {before} | {value:.2} | why | gained |");
    }
    ExitCode::FAILURE
}
