//! `cargo bench -p tp-counts`: what the library costs, counted.

use std::process::ExitCode;

use tp_counts::subject::{self, Allocated};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == "subject") {
        arguments.remove(0);
        subject::run(&arguments, Allocated::default);
        return ExitCode::SUCCESS;
    }
    // Cargo adds this.
    arguments.retain(|it| it != "--bench");
    tp_counts::measurements::main(&arguments, env!("CARGO_BIN_EXE_counting").as_ref())
}
