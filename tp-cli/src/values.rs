//! Values of options: numbers, times, and names that are known.

use std::time::Duration;

use clap::builder::RangedU64ValueParser;
use strsim::osa_distance;

/// A number from 1 to `most`.
pub(crate) fn number(most: u64) -> RangedU64ValueParser<u64> {
    RangedU64ValueParser::new().range(1..=most)
}

/// A time with its unit; seconds if there is none.
pub(crate) fn time(text: &str) -> Result<Duration, &'static str> {
    let number = text.trim_end_matches(char::is_alphabetic);
    let unit = match text.get(number.len()..) {
        Some("ms") => 0.001,
        Some("s" | "") => 1.0,
        Some("m") => 60.0,
        _ => return Err("it is no time, such as 500ms, 10s or 2m"),
    };
    let number: f64 = { number.parse() }.map_err(|_| "it is no time, such as 500ms, 10s or 2m")?;
    in_range(number * unit).ok_or("it is not from 100ms to 60m")
}

/// So many seconds, if a person may want to wait for that long.
pub(crate) fn in_range(seconds: f64) -> Option<Duration> {
    let allowed = (0.1..=3600.0).contains(&seconds);
    allowed.then(|| Duration::from_secs_f64(seconds))
}

/// The one of the names that is meant, if its letters were mixed up as fingers do: a third of them at most.
pub(crate) fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let apart = |name: &'a str| (osa_distance(&name.to_lowercase(), &word), name);
    let (distance, name) = names.into_iter().map(apart).min()?;
    (distance <= word.chars().count().div_ceil(3)).then_some(name)
}
