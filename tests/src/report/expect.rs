//! Known deviations, so that a project's CI can hold its ground.
//!
//! ```toml
//! [[expect]]
//! case = "11.4"
//! column = "TP03"          # optional: one version only
//! verdict = "deviation"
//! reason = "boards never check the key"
//! ```
//!
//! Where several entries are of one case, any of them may come true.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use super::Verdict;

/// A file of known deviations.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectations {
    #[serde(default)]
    expect: Vec<Expectation>,
}

/// One known deviation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The id of the case.
    pub case: String,
    /// The column; all of them if it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What comes of it.
    pub verdict: Verdict,
    /// Why that is so.
    pub reason: String,
}

/// Why known deviations cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExpectationsError {
    /// The file is not there, or not for us.
    #[error("cannot read {}: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        r#source: io::Error,
    },
    /// The file does not say what it should.
    #[error("{}: {source}", .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        r#source: Box<toml::de::Error>,
    },
    /// A case that does not exist.
    #[error("{}: there is no case {case}", .path.display())]
    NoCase {
        /// The file.
        path: PathBuf,
        /// The id.
        case: String,
    },
}

impl Expectations {
    /// Reads a file. Every case in it must be one of `cases`.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no such file, or names a case that does not exist.
    pub fn read(path: &Path, cases: &[&str]) -> Result<Self, ExpectationsError> {
        let text = fs::read_to_string(path).map_err(|source| ExpectationsError::Read {
            path: path.to_owned(),
            source,
        })?;
        let all: Self = toml::from_str(&text).map_err(|source| ExpectationsError::Form {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
        for known in &all.expect {
            if !cases.contains(&known.case.as_str()) {
                return Err(ExpectationsError::NoCase {
                    path: path.to_owned(),
                    case: known.case.clone(),
                });
            }
        }
        Ok(all)
    }

    /// What is known of a case in a column: the entry that came true, or else the first.
    #[must_use]
    pub fn of(&self, case: &str, column: &str, verdict: Verdict) -> Option<&Expectation> {
        let known = || {
            self.expect.iter().filter(|known| {
                let here = known.column.as_deref();
                known.case == case && here.is_none_or(|here| here.eq_ignore_ascii_case(column))
            })
        };
        let came_true = known().find(|known| known.verdict == verdict);
        came_true.or_else(|| known().next())
    }
}
