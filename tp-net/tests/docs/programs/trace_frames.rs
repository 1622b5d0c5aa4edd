use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use tracing::{Level, Subscriber};

/// Writes every frame sent and received to a file: give this to `tracing::subscriber::set_global_default`.
pub fn trace_frames(file: &Path) -> io::Result<impl Subscriber + use<>> {
    let file = Mutex::new(File::create(file)?);
    let subscriber = tracing_subscriber::fmt().with_max_level(Level::TRACE);
    Ok(subscriber.with_ansi(false).with_writer(file).finish())
}
