//! Serves the demo game with a fault, to see what `test-client` says of it:
//! `cargo run -p tp-tests --example faulty_server -- SortsObjects [127.0.0.1:7000]`

use std::process::ExitCode;

use tp_tests::faults::Fault;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let address = args.next().unwrap_or_else(|| "127.0.0.1:0".into());
    let Some(fault) = Fault::named(&name) else {
        eprintln!("Which of these?");
        for Fault { name, does, .. } in Fault::all().chain([Fault::crash()]) {
            eprintln!("  {name:<24} {does}");
        }
        return ExitCode::from(2);
    };
    let server = fault.serve(address);
    println!("listening on {}, until Ctrl-C", server.local_addr());
    loop {
        std::thread::park();
    }
}
