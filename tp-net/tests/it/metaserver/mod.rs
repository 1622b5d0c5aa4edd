//! Metaservers: ours, and the forms that others have.

mod browser;
mod bytes;
mod client;
mod connect;
mod directory;
mod garbage;
mod other;
mod publisher;
mod server;

/// A guard against hanging, not a measure.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(60);
