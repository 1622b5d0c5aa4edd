//! Work on all cores.

use std::num::NonZero;
use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};
use std::{iter, thread};

/// What `make` makes of each of `all`, in their order, on as many threads as there are cores.
///
/// A thread takes the next as soon as it is free, so that the large ones belong in front.
pub fn map<T: Send, R: Send>(
    all: impl IntoIterator<Item = T>,
    make: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let all: Vec<T> = all.into_iter().collect();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let others = cores.min(all.len()).saturating_sub(1);
    let left = Mutex::new(all.into_iter().enumerate());
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Vec<(usize, R)> {
        iter::from_fn(next)
            .map(|(place, one)| (place, make(one)))
            .collect()
    };
    let mut made = thread::scope(|scope| {
        // A system that gives no more threads leaves the work to those there are.
        let others =
            (0..others).map_while(|_| thread::Builder::new().spawn_scoped(scope, work).ok());
        let others: Vec<_> = others.collect();
        let mut made = work();
        for other in others {
            made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(place, _)| *place);
    made.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::map;

    #[test]
    fn everything_is_made_once_and_stays_in_order() {
        for length in [0, 1, 2, 3, 1_000] {
            let expected: Vec<u32> = (0..length).map(|number| number * 2).collect();
            assert_eq!(map(0..length, |number| number * 2), expected);
        }
    }

    #[test]
    fn a_panic_is_the_callers() {
        for bad in [0, 1, 99] {
            let made = catch_unwind(|| map(0..100, |number| assert_ne!(number, bad)));
            assert!(made.is_err(), "{bad}");
        }
    }
}
