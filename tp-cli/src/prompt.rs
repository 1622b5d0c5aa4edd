//! Asking the person at the terminal, if there is one.

use std::io::{self, IsTerminal as _, Write as _};

use tp_frames::printable;

use crate::failure::Failure;

/// What the person answers; `argument` is what to give where there is nobody to ask.
pub(crate) fn ask(question: &str, argument: &str) -> Result<String, Failure> {
    if !is_person() {
        return Err(Failure::misuse(format_args!("{argument} is missing")));
    }
    // It goes to standard error, as standard output is for what is asked for.
    let _ = write!(io::stderr(), "{}: ", printable(question));
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line);
    match read {
        Ok(0) => Err(Failure::misuse(format_args!("{argument} is missing"))),
        Ok(_) => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        Err(error) => Err(Failure::failed(format_args!(
            "cannot read the answer: {error}"
        ))),
    }
}

/// What the person types without that being shown.
pub(crate) fn ask_secret(question: &str) -> Result<String, Failure> {
    let typed = rpassword::prompt_password(format!("{}: ", printable(question)));
    typed.map_err(|error| Failure::failed(format_args!("cannot read the answer: {error}")))
}

/// Whether there is somebody to ask.
pub(crate) fn is_person() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
