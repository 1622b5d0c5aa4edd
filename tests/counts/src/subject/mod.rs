//! What is measured: small programs, each with little else in it.
//!
//! The first line that each says is its process id.

mod clients;
mod object;
mod server;

use std::io::Write;

/// What the allocator of this program has counted so far; nothing, if it does not count.
#[derive(Debug, Clone, Copy, Default)]
pub struct Allocated {
    /// Bytes that are in use now.
    pub bytes: usize,
    /// How often memory was asked for.
    pub allocations: usize,
}

/// Runs the subject that the arguments name.
///
/// # Panics
///
/// There is no such subject, or it fails.
pub fn run(arguments: &[String], allocated: fn() -> Allocated) {
    say(std::process::id());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["server", objects] => server::run(objects, allocated),
        ["blocking", address, count] => clients::blocking(address, number(count)),
        ["polling", address, batches, depth] => {
            clients::polling(address, number(batches), number(depth));
        }
        ["asynchronous", address, batches, depth] => {
            clients::asynchronous(address, number(batches), number(depth));
        }
        ["objects", address, count] => clients::objects(address, number(count), allocated),
        ["object", count] => object::read(number(count), allocated),
        _ => panic!("no subject {arguments:?}"),
    }
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

/// A line for the program that measures.
fn say(what: impl std::fmt::Display) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}").expect("it is read");
    out.flush().expect("it is read");
}

/// Says how often memory was asked for since then, and how much more of it is in use.
fn say_since(before: Allocated, now: Allocated) {
    say(now.allocations - before.allocations);
    say(now.bytes - before.bytes);
}
