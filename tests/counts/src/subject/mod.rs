//! What is measured: each a small program.

pub mod clients;
pub mod object;
pub mod server;

use std::io::Write;

/// Bytes and allocations of this program so far, if its allocator counts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allocated {
    /// Bytes that are in use now.
    pub bytes: usize,
    /// How often memory was asked for.
    pub allocations: usize,
}

/// Runs the subject that the arguments name.
pub fn run(arguments: &[String], allocated: fn() -> Allocated) {
    say(&std::process::id().to_string());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse().expect("a number");
    match arguments[..] {
        ["server"] => server::run(allocated),
        ["blocking", address, count] => clients::blocking(address, number(count)),
        ["async", address, count, depth] => {
            clients::asynchronous(address, number(count), number(depth))
        }
        ["polling", address, count, depth] => {
            clients::polling(address, number(count), number(depth))
        }
        ["async-objects", address, count] => clients::objects(address, number(count)),
        ["object", count] => object::read(number(count)),
        ["object-held"] => object::held(allocated),
        _ => panic!("no subject {arguments:?}"),
    }
}

/// A line for the program that measures.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").expect("it is read");
    out.flush().expect("it is read");
}
