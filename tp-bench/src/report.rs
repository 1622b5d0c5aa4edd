//! What came of a load.

use std::fmt;

use hdrhistogram::Histogram;
use serde::Serialize;

/// What came of a load. As text it is for people; with serde it is what a program reads.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// Where the server is, without user and password.
    pub url: String,
    /// The version of the protocol that was spoken, such as `TP04`.
    pub version: String,
    /// Connections at once.
    pub connections: usize,
    /// Requests on their way at once, on each connection.
    pub depth: usize,
    /// What was asked.
    pub mix: String,
    /// From the first request to the last answer, in seconds; handshakes and logins are before it.
    pub seconds: f64,
    /// Requests that were answered well, all frames of their answers included.
    pub requests: u64,
    /// How many of them in a second.
    pub requests_per_second: f64,
    /// How long each of them took.
    pub latency: Latency,
    /// Bytes of requests, as frames: what TLS and tunnels make of them is not counted. 0 if it is not
    /// known, as it is not of a client's.
    pub bytes_sent: u64,
    /// Bytes of answers and of what came unasked, as frames; 0 if it is not known.
    pub bytes_received: u64,
    /// Requests that were not answered well, by what became of them.
    pub failures: Vec<Failure>,
}

impl Report {
    /// Requests that were not answered well.
    #[must_use]
    pub fn failed(&self) -> u64 {
        self.failures.iter().map(|it| it.count).sum()
    }
}

/// How long it took from asking to the whole answer, in microseconds.
///
/// A request is asked when it is handed to the connection; the time it waits there counts.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct Latency {
    /// The mean.
    pub mean_us: f64,
    /// Half of them took no longer.
    pub p50_us: f64,
    /// 90 of 100 took no longer.
    pub p90_us: f64,
    /// 99 of 100 took no longer.
    pub p99_us: f64,
    /// 999 of 1,000 took no longer.
    pub p999_us: f64,
    /// The longest.
    pub max_us: f64,
    /// How many took how long, each bucket twice as long as the one before; none at the ends that
    /// would be empty.
    pub histogram: Vec<Bucket>,
}

/// Those that took longer than the bucket before allows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Bucket {
    /// They took no longer than this, in microseconds.
    pub up_to_us: f64,
    /// How many they are.
    pub count: u64,
}

/// What became of requests that were not answered well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// What became of them.
    pub kind: FailureKind,
    /// How many they are.
    pub count: u64,
    /// What was said of the first of them.
    pub example: String,
}

/// What can become of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// The server said no, to all of it or to a part.
    Refused,
    /// The server passed it over, or gave less than it announced.
    Unanswered,
    /// Nothing came for so long that the connection was given up.
    Timeout,
    /// The connection was cut.
    Disconnected,
    /// What came is no answer; the connection was given up.
    Malformed,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "refused",
            Self::Unanswered => "unanswered",
            Self::Timeout => "timeout",
            Self::Disconnected => "disconnected",
            Self::Malformed => "malformed",
        })
    }
}

/// Nanoseconds as microseconds.
fn micros(nanos: u64) -> f64 {
    // No time of a load is so long that this would lose anything.
    #[allow(clippy::cast_precision_loss, reason = "see above")]
    let nanos = nanos as f64;
    (nanos / 100.0).round() / 10.0
}

impl Latency {
    pub(crate) fn of(nanos: &Histogram<u64>) -> Self {
        let at = |quantile| micros(nanos.value_at_quantile(quantile));
        if nanos.is_empty() {
            return Self::default();
        }
        let buckets = nanos.iter_log(1_000, 2.0);
        let mut histogram: Vec<Bucket> = buckets
            .map(|it| Bucket {
                up_to_us: micros(it.value_iterated_to().saturating_add(1)),
                count: it.count_since_last_iteration(),
            })
            .skip_while(|it| it.count == 0)
            .collect();
        while histogram.last().is_some_and(|it| it.count == 0) {
            histogram.pop();
        }
        Self {
            mean_us: (nanos.mean() / 100.0).round() / 10.0,
            p50_us: at(0.5),
            p90_us: at(0.9),
            p99_us: at(0.99),
            p999_us: at(0.999),
            max_us: micros(nanos.max()),
            histogram,
        }
    }
}

/// Columns of the longest bar.
const BAR: u64 = 40;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { latency, .. } = self;
        writeln!(f, "{} {}: {}", self.url, self.version, self.mix)?;
        writeln!(
            f,
            "{} on {}, each {} deep, in {:.2} s",
            counted(self.requests, "request"),
            counted(self.connections as u64, "connection"),
            self.depth,
            self.seconds,
        )?;
        writeln!(f, "{:.0} requests/s", self.requests_per_second)?;
        if self.bytes_received > 0 {
            let [sent, received] = [self.bytes_sent, self.bytes_received].map(bytes);
            writeln!(f, "sent {sent}, received {received}")?;
        }
        if self.requests > 0 {
            writeln!(f, "\nlatency")?;
            for (name, value) in [
                ("mean", latency.mean_us),
                ("50 %", latency.p50_us),
                ("90 %", latency.p90_us),
                ("99 %", latency.p99_us),
                ("99.9 %", latency.p999_us),
                ("max", latency.max_us),
            ] {
                writeln!(f, "  {name:<6} {:>10}", time(value))?;
            }
            writeln!(f)?;
            let most = latency.histogram.iter().map(|it| it.count).max();
            for bucket in &latency.histogram {
                let bar = bucket
                    .count
                    .saturating_mul(BAR)
                    .div_ceil(most.unwrap_or(1).max(1));
                let bar = "█".repeat(usize::try_from(bar).unwrap_or_default());
                let (limit, count) = (time(bucket.up_to_us), bucket.count);
                writeln!(f, "  ≤ {limit:>8} {count:>10} {bar}")?;
            }
        }
        if !self.failures.is_empty() {
            writeln!(f, "\nnot answered well: {}", self.failed())?;
        }
        for failure in &self.failures {
            let Failure { kind, count, .. } = failure;
            let example = tp_frames::printable(&failure.example);
            writeln!(f, "  {kind:<12} {count:>10}  {example}")?;
        }
        Ok(())
    }
}

fn counted(number: u64, what: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {what}{s}")
}

fn time(micros: f64) -> String {
    match micros {
        ..1_000.0 => format!("{micros:.1} µs"),
        ..1_000_000.0 => format!("{:.2} ms", micros / 1_000.0),
        _ => format!("{:.2} s", micros / 1_000_000.0),
    }
}

fn bytes(number: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "it is shown with three digits")]
    let float = number as f64;
    match number {
        0..1_000 => format!("{number} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", float / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", float / 1e6),
        _ => format!("{:.2} GB", float / 1e9),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    fn latency(micros: impl IntoIterator<Item = u64>) -> Latency {
        let mut histogram = Histogram::new_with_bounds(1, 1_000_000_000, 3).unwrap();
        for micros in micros {
            histogram.record(micros.saturating_mul(1_000)).unwrap();
        }
        Latency::of(&histogram)
    }

    #[test]
    fn quantiles_are_of_all_that_was_recorded() {
        let latency = latency(1..=1_000);
        // Three digits are kept.
        let near = |value: f64, wanted: f64| (value - wanted).abs() <= wanted / 500.0;
        assert!(near(latency.p50_us, 500.0), "{latency:?}");
        assert!(near(latency.p90_us, 900.0), "{latency:?}");
        assert!(near(latency.p99_us, 990.0), "{latency:?}");
        assert!(near(latency.p999_us, 999.0), "{latency:?}");
        assert!(near(latency.max_us, 1_000.0), "{latency:?}");
        assert!(near(latency.mean_us, 500.5), "{latency:?}");
        let counts = latency.histogram.iter().map(|it| it.count);
        assert_eq!(counts.sum::<u64>(), 1_000);
        let halves = latency.histogram.windows(2);
        assert!(halves.count() >= 8);
    }

    #[test]
    fn an_empty_report_has_no_latency() {
        assert_eq!(latency([]), Latency::default());
    }

    #[test]
    fn empty_buckets_stand_only_in_between() {
        let histogram = latency([3, 3, 100]).histogram;
        let counts: Vec<u64> = histogram.iter().map(|it| it.count).collect();
        assert_eq!(
            (counts.first(), counts.last()),
            (Some(&2), Some(&1)),
            "{counts:?}"
        );
        assert_eq!(counts.iter().sum::<u64>(), 3);
    }

    #[test]
    fn numbers_are_told_in_their_units() {
        assert_eq!(time(999.9), "999.9 µs");
        assert_eq!(time(1_000.0), "1.00 ms");
        assert_eq!(time(2_500_000.0), "2.50 s");
        assert_eq!(
            [999, 1_500, 2_500_000].map(bytes),
            ["999 bytes", "1.5 kB", "2.5 MB"]
        );
    }
}
