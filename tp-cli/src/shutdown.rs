//! Programs that run until Ctrl-C.

use std::io::{self, Write as _};

use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;

/// What such a program runs on.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| cannot_wait(&error))
}

/// Says what runs here, and does what there is to do until Ctrl-C.
pub(crate) fn until_ctrl_c(
    runtime: &Runtime,
    greeting: &str,
    meanwhile: impl Future<Output = ()>,
) -> Result<(), Failure> {
    runtime.block_on(async {
        let end = tokio::signal::ctrl_c();
        let work = async {
            // It goes on if nobody reads this.
            let _ = io::stdout().write_all(greeting.as_bytes());
            meanwhile.await;
            std::future::pending::<()>().await;
        };
        tokio::select! {
            // `end` is polled first: Ctrl-C is caught before anybody is told of it.
            biased;
            end = end => end.map_err(|error| cannot_wait(&error)),
            () = work => Ok(()),
        }
    })
}

fn cannot_wait(error: &io::Error) -> Failure {
    Failure::failed(format_args!("cannot wait for Ctrl-C: {error}"))
}
