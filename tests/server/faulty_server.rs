//! Serves the demo game with a fault, to see what `test-client` says of it:
//! `cargo run -p tp-tests --example faulty_server -- SortsObjects`

use std::process::ExitCode;

use tp_tests::faults::Fault;

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some(fault) = Fault::named(&name) else {
        eprintln!("Which of these?");
        for Fault { name, does, .. } in Fault::all() {
            eprintln!("  {name:<24} {does}");
        }
        return ExitCode::from(2);
    };
    let server = fault.serve();
    println!("listening on {}, until Ctrl-C", server.local_addr());
    loop {
        std::thread::park();
    }
}
