//! Load on a Thousand Parsec server: so many connections, so many requests on each at once, and how
//! long the answers took.
//!
//! ```
//! use tp_bench::{Load, Mix};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let game = tp_game::serve("127.0.0.1:0")?;
//! # let address = game.local_addr();
//! let mix: Mix = "ping,objects=10".parse()?;
//! let report = Load::new(address)?
//!     .login("guest", "guest")
//!     .connections(5)
//!     .depth(16)
//!     .mix(mix)
//!     .requests(1_000)
//!     .run()
//!     .await?;
//! println!("{report}");
//! assert_eq!(report.requests, 1_000);
//! # game.shutdown();
//! # Ok(())
//! # }
//! ```
//!
//! A [`Load`] is an honest client: it waits for an answer before it asks more than its depth, and it
//! ends by itself. Aim it at servers of your own.
//!
//! # Two ways
//!
//! [`Through::Frames`] writes frames that were made once and reads no more of the answers than their
//! headers, so that the server is what is measured. [`Through::Client`] asks by the asynchronous
//! client of [`tp_net`], which decodes all of it, as programs do.
//!
//! Under the first is [`Pipeline`], which knows nothing of frames: it loads whatever answers in the
//! order it was asked, by a [`Dialogue`].

mod asking;
mod error;
mod frames;
mod load;
mod mix;
mod opening;
mod pipeline;
mod report;
mod tally;

pub use error::Error;
pub use load::{Load, Ready, Through};
pub use mix::{Ask, Mix, MixError};
pub use pipeline::{Dialogue, Malformed, Outcome, Pipeline};
pub use report::{Bucket, Failure, FailureKind, Latency, Report};
pub use tally::{End, Tally};
