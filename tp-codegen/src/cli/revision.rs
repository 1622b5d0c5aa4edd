//! Files as they were in a git revision.

use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A revision and a path in it, in git's own notation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Revision<'a> {
    /// The name of the revision; empty for what is staged.
    name: &'a str,
    path: &'a str,
}

/// Why a file could not be had from git.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(super) enum RevisionError {
    /// Git could not be run.
    #[error("there is no file `{0}`, and git, which might know such a revision, cannot be run")]
    Git(String, #[source] io::Error),
    /// The current folder belongs to no repository.
    #[error("there is no file `{whole}`, and no git repository here that might have it: {said}")]
    Repository {
        /// What was asked for.
        whole: String,
        /// What git said.
        said: String,
    },
    /// Git knows no such revision.
    #[error("there is no file `{name}:{path}`, and git knows no revision `{name}`")]
    Unknown {
        /// The revision.
        name: String,
        /// The path.
        path: String,
    },
    /// There is no such file in the revision.
    #[error("there is no file `{path}` in {revision}: {said}")]
    Path {
        /// The revision, in words.
        revision: String,
        /// The path.
        path: String,
        /// What git said.
        said: String,
    },
}

impl<'a> Revision<'a> {
    /// Takes `REV:PATH` apart. None if there is such a file, or it cannot be a revision.
    pub(super) fn parse(text: &'a Path) -> Option<Self> {
        if text.exists() {
            return None;
        }
        let (name, path) = text.to_str()?.split_once(':')?;
        // `C:\folder` is a path, and `-x` would be an option.
        let is_drive = name.len() == 1 && path.starts_with(['\\', '/']);
        (!path.is_empty() && !is_drive && !name.starts_with('-')).then_some(Self { name, path })
    }

    /// The bytes of the file.
    pub(super) fn read(&self) -> Result<Vec<u8>, RevisionError> {
        let whole = format!("{}:{}", self.name, self.path);
        let git = |arguments: &[&str]| {
            let output = git(arguments);
            output.map_err(|error| RevisionError::Git(whole.clone(), error))
        };
        let repository = git(&["rev-parse", "--git-dir"])?;
        if !repository.status.success() {
            let said = said(&repository);
            return Err(RevisionError::Repository { whole, said });
        }
        let tree = format!("{}^{{tree}}", self.name);
        let known = self.name.is_empty()
            || git(&["rev-parse", "--verify", "--quiet", &tree])?
                .status
                .success();
        if !known {
            return Err(RevisionError::Unknown {
                name: self.name.to_owned(),
                path: self.path.to_owned(),
            });
        }
        let file = git(&["cat-file", "blob", &whole])?;
        if file.status.success() {
            return Ok(file.stdout);
        }
        Err(RevisionError::Path {
            revision: match self.name {
                "" => "what is staged".to_owned(),
                name => format!("revision `{name}`"),
            },
            path: self.path.to_owned(),
            said: said(&file),
        })
    }
}

/// The first line of what git has to say about a failure.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().next().unwrap_or_default();
    line.trim_start_matches("fatal: ").to_owned()
}

fn git(arguments: &[&str]) -> io::Result<Output> {
    Command::new("git")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
}
