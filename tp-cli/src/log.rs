//! What servers say of themselves: lines on standard error, and to their administrators.

use std::fmt::{self, Write as _};
use std::io;

use clap::Args;
use tp_net::admin::frames::LogMessageLevel;
use tp_net::server::admin::Log;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt as lines;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// How much servers say.
#[derive(Args)]
pub(crate) struct LogArgs {
    /// Tell each connection on standard error too, and why it ended
    #[arg(short, long)]
    verbose: bool,
}

impl LogArgs {
    /// From here on lines are written, and the log of administrators is fed if there is one: with
    /// all that is said, details included as far as its level lets them through.
    pub(crate) fn start(&self, log: Option<Log>) {
        let level = match self.verbose {
            true => LevelFilter::DEBUG,
            false => LevelFilter::INFO,
        };
        let lines = lines::layer()
            .with_writer(io::stderr)
            .with_ansi(false)
            // What cannot be written is not told where it cannot be written either.
            .log_internal_errors(false)
            .with_filter(own(level));
        // Not `TRACE`: there each frame that is sent is told, and lines of the log are sent in frames.
        let feeder = log.map(|log| Feeder { log }.with_filter(own(LevelFilter::DEBUG)));
        let subscriber = Registry::default().with(lines).with(feeder);
        // An error means that there is a log already, and there is one only.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

/// What this project's crates say. Others may say what nobody is to read.
fn own(level: LevelFilter) -> Targets {
    let crates = ["tp", "tp_game", "tp_net"];
    Targets::new().with_targets(crates.map(|name| (name, level)))
}

struct Feeder {
    log: Log,
}

/// What a span says of itself.
struct Described(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Feeder {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut words = Words::default();
        attributes.record(&mut words);
        let said = format!("{}{}", attributes.metadata().name(), words.fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Described(said));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let level = level(*metadata.level());
        if !self.log.is_followed(level) {
            return;
        }
        let mut words = Words::default();
        event.record(&mut words);
        let mut line = words.message + &words.fields;
        for span in context.event_scope(event).into_iter().flatten() {
            if let Some(Described(said)) = span.extensions().get() {
                // Memory takes it all.
                let _ = write!(line, " ({said})");
            }
        }
        self.log.send(level, &line);
    }
}

fn level(level: Level) -> LogMessageLevel {
    match level {
        Level::ERROR => LogMessageLevel::ERROR,
        Level::WARN => LogMessageLevel::WARNING,
        Level::INFO => LogMessageLevel::INFO,
        _ => LogMessageLevel::DEBUG,
    }
}

/// The fields of an event or span, as text.
#[derive(Default)]
struct Words {
    message: String,
    fields: String,
}

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // Memory takes it all.
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}
