//! The subjects, with an allocator that counts. It is a program of its own so that what it does is
//! not in the instructions of the others.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tp_counts::subject::{self, Allocated};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn allocated() -> Allocated {
    let stats = ALLOCATOR.stats();
    Allocated {
        bytes: stats
            .bytes_allocated
            .saturating_sub(stats.bytes_deallocated),
        allocations: stats.allocations.saturating_add(stats.reallocations),
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    subject::run(&arguments, allocated);
}
