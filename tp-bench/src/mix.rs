//! What is asked, and how often.

use std::fmt;
use std::str::FromStr;

/// One kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ask {
    /// A sign of life. Some servers of old leave most of these unanswered.
    Ping,
    /// How long the turn lasts, as clients ask that poll for its end.
    Turn,
    /// So many objects by their ids, 1 to 10,000 at once; ids come again if there are not so many.
    Objects(u32),
    /// The first so many ids of the list of objects, 1 to 80,000, and of a list as long as that.
    Ids(u32),
}

impl Ask {
    /// How many things it asks for, and how many it may.
    fn number(self) -> Option<(u32, u32)> {
        match self {
            Self::Ping | Self::Turn => None,
            Self::Objects(number) => Some((number, 10_000)),
            Self::Ids(number) => Some((number, 80_000)),
        }
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ping => f.write_str("ping"),
            Self::Turn => f.write_str("turn"),
            Self::Objects(number) => write!(f, "objects={number}"),
            Self::Ids(number) => write!(f, "ids={number}"),
        }
    }
}

/// Requests, each with how often it is asked among the others; `ping` by default.
///
/// As text: names with commas between them, each with a number of things where it asks for some, and
/// a weight of 1 to 100 where that is not 1.
///
/// | name | asks for |
/// |---|---|
/// | `ping` | a sign of life |
/// | `turn` | how long the turn lasts |
/// | `objects=N` | N objects, 1 if no number is given |
/// | `ids=N` | a list of N ids, 1,000 if no number is given |
/// | `mixed` | `ping:2,turn:4,objects=10:3,ids=100`, what a player's client may ask |
///
/// ```
/// use tp_bench::{Ask, Mix};
///
/// let mix: Mix = "ping:9,objects=100".parse()?;
/// assert_eq!(mix, Mix::default().weighing(9).and(Ask::Objects(100), 1));
/// assert_eq!(mix.to_string(), "ping:9,objects=100");
/// # Ok::<(), tp_bench::MixError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mix {
    parts: Vec<(Ask, u32)>,
}

/// Why a mix cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MixError {
    /// There is no request of this name.
    #[error("there is no request {0:?}; there are ping, turn, objects=N, ids=N and mixed")]
    NoSuchRequest(String),
    /// A request that asks for a number of things has a wrong one, or one that does not has one.
    #[error("{ask}: {why}")]
    Number {
        /// The request, as it was written.
        ask: String,
        /// What is wrong.
        why: String,
    },
    /// A weight is none.
    #[error("{0:?} is no weight; it is a whole number from 1 to 100")]
    Weight(String),
}

/// The largest weight.
const HEAVIEST: u32 = 100;

impl Default for Mix {
    fn default() -> Self {
        Ask::Ping.into()
    }
}

impl From<Ask> for Mix {
    fn from(ask: Ask) -> Self {
        let parts = vec![(ask, 1)];
        Self { parts }
    }
}

impl Mix {
    /// What a player's client may ask: mostly of the turn, and now and then of what there is.
    #[must_use]
    pub fn mixed() -> Self {
        let parts = vec![
            (Ask::Ping, 2),
            (Ask::Turn, 4),
            (Ask::Objects(10), 3),
            (Ask::Ids(100), 1),
        ];
        Self { parts }
    }

    /// The same with another request, this often to each time of one that weighs 1.
    #[must_use]
    pub fn and(mut self, ask: Ask, weight: u32) -> Self {
        self.parts.push((ask, weight));
        self
    }

    /// The same with another weight for the request that came last.
    #[must_use]
    pub fn weighing(mut self, weight: u32) -> Self {
        if let Some((_, last)) = self.parts.last_mut() {
            *last = weight;
        }
        self
    }

    /// The requests and their weights.
    pub(crate) fn parts(&self) -> &[(Ask, u32)] {
        &self.parts
    }

    /// Finds numbers that are out of range, whoever made the mix.
    pub(crate) fn check(&self) -> Result<(), MixError> {
        for (ask, weight) in &self.parts {
            if !(1..=HEAVIEST).contains(weight) {
                return Err(MixError::Weight(weight.to_string()));
            }
            if let Some((number, most)) = ask.number()
                && !(1..=most).contains(&number)
            {
                let (ask, why) = (ask.to_string(), format!("N is from 1 to {most}"));
                return Err(MixError::Number { ask, why });
            }
        }
        Ok(())
    }

    /// One round: each request as often as it weighs, spread evenly, as its place in
    /// [`parts`](Self::parts).
    pub(crate) fn round(&self) -> Vec<usize> {
        let total: u32 = self.parts.iter().map(|(_, weight)| weight).sum();
        let mut owed = vec![0_i64; self.parts.len()];
        let mut round = Vec::new();
        for _ in 0..total {
            for (owed, (_, weight)) in owed.iter_mut().zip(&self.parts) {
                *owed = owed.saturating_add(i64::from(*weight));
            }
            let most = owed.iter_mut().enumerate().rev().max_by_key(|(_, it)| **it);
            if let Some((next, owed)) = most {
                *owed = owed.saturating_sub(i64::from(total));
                round.push(next);
            }
        }
        round
    }
}

impl fmt::Display for Mix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (ask, weight)) in self.parts.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{ask}")?;
            if *weight != 1 {
                write!(f, ":{weight}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Mix {
    type Err = MixError;

    fn from_str(text: &str) -> Result<Self, MixError> {
        let mut parts = Vec::new();
        for part in text.split(',') {
            let (ask, weight) = match part.split_once(':') {
                None => (part, 1),
                Some((ask, weight)) => {
                    let number = weight.parse().map_err(|_| MixError::Weight(weight.into()));
                    (ask, number?)
                }
            };
            if ask == "mixed" && weight == 1 {
                parts.extend(Self::mixed().parts);
            } else {
                parts.push((one(ask)?, weight));
            }
        }
        let mix = Self { parts };
        mix.check()?;
        Ok(mix)
    }
}

/// One request, without a weight.
fn one(text: &str) -> Result<Ask, MixError> {
    let wrong = |why: &str| MixError::Number {
        ask: text.to_owned(),
        why: why.to_owned(),
    };
    let (name, number) = match text.split_once('=') {
        None => (text, None),
        Some((name, number)) => {
            let number = number.parse().map_err(|_| wrong("N is a whole number"));
            (name, Some(number?))
        }
    };
    match (name, number) {
        ("ping", None) => Ok(Ask::Ping),
        ("turn", None) => Ok(Ask::Turn),
        ("ping" | "turn", Some(_)) => Err(wrong("it asks for no number of things")),
        ("objects", number) => Ok(Ask::Objects(number.unwrap_or(1))),
        ("ids", number) => Ok(Ask::Ids(number.unwrap_or(1_000))),
        _ => Err(MixError::NoSuchRequest(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_is_written() {
        for text in ["ping", "objects=100:7,ids=5", "turn:100,ping"] {
            assert_eq!(
                text.parse::<Mix>().map(|mix| mix.to_string()),
                Ok(text.into())
            );
        }
        let read = |text: &str| text.parse::<Mix>().map(|mix| mix.to_string());
        assert_eq!(read("objects,ids"), Ok("objects=1,ids=1000".into()));
        let mixed = "ping:2,turn:4,objects=10:3,ids=100";
        assert_eq!(read("mixed"), Ok(mixed.into()));
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, wanted) in [
            ("", "no request \"\""),
            ("ping,", "no request \"\""),
            ("pong", "no request \"pong\"; there are ping, turn"),
            ("ping=3", "ping=3: it asks for no number of things"),
            ("objects=0", "objects=0: N is from 1 to 10000"),
            ("objects=10001", "N is from 1 to 10000"),
            ("objects=x", "objects=x: N is a whole number"),
            ("ids=80001", "N is from 1 to 80000"),
            ("ping:0", "\"0\" is no weight"),
            ("ping:101", "\"101\" is no weight"),
            ("ping:", "\"\" is no weight"),
            ("mixed:2", "no request \"mixed\""),
        ] {
            let told = text.parse::<Mix>().map_err(|error| error.to_string());
            assert!(
                told.as_ref().is_err_and(|it| it.contains(wanted)),
                "{told:?}"
            );
        }
    }

    #[test]
    fn a_round_has_each_as_often_as_it_weighs_and_spreads_it() {
        let mix = Mix::from(Ask::Ping).weighing(2).and(Ask::Turn, 4);
        assert_eq!(mix.round(), [1, 0, 1, 1, 0, 1]);
        assert_eq!(Mix::default().round(), [0]);
    }
}
