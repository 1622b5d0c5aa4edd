//! One timer for all that a client has to do in time.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

/// Runs out early rather than being set anew for every deadline that is later than the last.
pub(super) struct Timer(Pin<Box<Sleep>>);

impl Timer {
    pub(super) fn new(deadline: Instant) -> Self {
        Self(Box::pin(sleep_until(deadline)))
    }

    /// Ready once `deadline` has passed.
    pub(super) fn poll_until(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let Self(sleep) = self;
        if deadline < sleep.deadline() {
            sleep.as_mut().reset(deadline);
        }
        while sleep.as_mut().poll(context).is_ready() {
            if deadline <= sleep.deadline() {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_runs_out_at_whatever_deadline_it_is_asked_for() {
        let now = Instant::now();
        let at = |seconds| now + Duration::from_secs(seconds);
        let mut timer = Timer::new(at(30));
        for (deadline, now) in [(60, 60), (70, 70), (65, 70), (71, 71)] {
            poll_fn(|context| timer.poll_until(at(deadline), context)).await;
            assert_eq!(Instant::now(), at(now));
        }
        let mut later = poll_fn(|context| timer.poll_until(at(1000), context));
        tokio::select! {
            biased;
            () = &mut later => panic!("too early"),
            () = sleep_until(at(75)) => {}
        }
        poll_fn(|context| timer.poll_until(at(80), context)).await;
        assert_eq!(Instant::now(), at(80));
    }
}
