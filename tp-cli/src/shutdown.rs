//! Programs that run until Ctrl-C, or until the system ends them in good order: SIGTERM.

use std::io::{self, Write as _};

use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;

/// What such a program runs on.
pub(crate) fn runtime() -> Result<Runtime, Failure> {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| cannot_wait(&error))
}

/// Says what runs here, and does what there is to do until Ctrl-C or, on Unix, SIGTERM.
pub(crate) fn until_told(
    runtime: &Runtime,
    greeting: &str,
    meanwhile: impl Future<Output = ()>,
) -> Result<(), Failure> {
    runtime.block_on(async {
        let end = end()?;
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

/// Waits for what is left to do, or until told once more.
pub(crate) fn until_told_again(rest: impl Future<Output = ()>) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let end = end()?;
        tokio::select! {
            end = end => end.map_err(|error| cannot_wait(&error)),
            () = rest => Ok(()),
        }
    })
}

/// Waits for the end. SIGTERM is caught from here on, Ctrl-C once this is polled.
#[cfg(unix)]
fn end() -> Result<impl Future<Output = io::Result<()>>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut told = signal(SignalKind::terminate()).map_err(|error| cannot_wait(&error))?;
    Ok(async move {
        tokio::select! {
            end = tokio::signal::ctrl_c() => end,
            _ = told.recv() => Ok(()),
        }
    })
}

/// Waits for the end, once it is polled.
#[cfg(not(unix))]
fn end() -> Result<impl Future<Output = io::Result<()>>, Failure> {
    Ok(tokio::signal::ctrl_c())
}

fn cannot_wait(error: &io::Error) -> Failure {
    Failure::failed(format_args!("cannot wait for signals: {error}"))
}
