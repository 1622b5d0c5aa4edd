//! Serves the demo game with a defect, to see what `test-client` says of it:
//! `cargo run -p tp-game --features defects --example defective -- SortsObjects`

use std::process::ExitCode;

use tp_game::defects::{self, Defect};

fn main() -> Result<ExitCode, tp_game::ServeError> {
    let name = std::env::args().nth(1).unwrap_or_default();
    let Some(defect) = Defect::ALL.iter().find(|it| it.to_string() == name) else {
        eprintln!("Which of these?");
        for defect in Defect::ALL {
            eprintln!("  {defect}");
        }
        return Ok(ExitCode::from(2));
    };
    let server = defects::serve(*defect)?;
    println!("listening on {}, until Ctrl-C", server.local_addr());
    loop {
        std::thread::park();
    }
}
