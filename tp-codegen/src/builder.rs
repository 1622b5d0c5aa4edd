//! Bindings made while a crate is built, for the private extension of a protocol.
//!
//! In `build.rs`:
//!
//! ```no_run
//! fn main() -> Result<(), tp_codegen::builder::BuildError> {
//!     tp_codegen::Builder::new("extension.xml").generate()
//! }
//! ```
//!
//! In the crate, which depends on `tp-frames`:
//!
//! ```ignore
//! include!(concat!(env!("OUT_DIR"), "/extension/mod.rs"));
//! ```
//!
//! That line declares `pub mod extension`, with a file of its own per packet below `OUT_DIR`.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::disk::{self, DiskError};
use crate::emit::{EmitError, Views};
use crate::family::{FamilyError, Rename};
use crate::output::{Changes, OutputError, Purpose};
use crate::plan::{Plan, Planned, is_module_name};
use crate::{Diagnostics, Source, visible};

/// Makes the bindings of one protocol in a build script.
#[derive(Debug, Clone)]
#[must_use = "nothing is made before `generate` is called"]
pub struct Builder {
    schemas: Vec<PathBuf>,
    renames: Vec<Rename>,
    views: Views,
    out_dir: Option<PathBuf>,
    serde: Option<String>,
    module_name: Option<String>,
}

impl Builder {
    /// Bindings for `schema`, a path relative to the crate's `Cargo.toml`.
    pub fn new(schema: impl Into<PathBuf>) -> Self {
        Self::family([schema])
    }

    /// Bindings for the schemas of several versions of one protocol, oldest first: every packet
    /// once, whatever the number of versions.
    pub fn family<P: Into<PathBuf>>(schemas: impl IntoIterator<Item = P>) -> Self {
        Self {
            schemas: schemas.into_iter().map(Into::into).collect(),
            renames: Vec::new(),
            views: Views::All,
            out_dir: None,
            serde: None,
            module_name: None,
        }
    }

    /// Writes below `folder` and not below `OUT_DIR`.
    pub fn out_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(folder.into());
        self
    }

    /// Derives serde's traits under the cargo feature `feature` of the crate being built, which
    /// has to turn on the feature `serde` of `tp-frames`.
    pub fn serde(mut self, feature: impl Into<String>) -> Self {
        self.serde = Some(feature.into());
        self
    }

    /// Says that `place`, such as `Resource.singularunit`, was called `was` in the version before,
    /// for schemas that do not say so themselves.
    pub fn rename(mut self, place: impl Into<String>, was: impl Into<String>) -> Self {
        self.renames.push(Rename {
            place: place.into(),
            was: was.into(),
        });
        self
    }

    /// Makes the borrowed form of these packets only.
    pub fn views<S: Into<String>>(mut self, packets: impl IntoIterator<Item = S>) -> Self {
        self.views = Views::Of(packets.into_iter().map(Into::into).collect());
        self
    }

    /// Calls the module `name`; without it, it is called as the newest schema, `-`, `.` and blanks
    /// made `_`.
    pub fn module_name(mut self, name: impl Into<String>) -> Self {
        self.module_name = Some(name.into());
        self
    }

    /// Writes `<module name>/mod.rs`, which declares the module, and the module's files below it;
    /// tells cargo to run the build script again when the schema changes.
    ///
    /// # Errors
    ///
    /// The schema has mistakes or the disk refuses. What was there before is left as it was.
    /// Returned from `main`, the error is shown by cargo with the lines it is about.
    pub fn generate(&self) -> Result<(), BuildError> {
        // Before anything can fail: cargo must know what to look at when it is mended.
        for schema in &self.schemas {
            let path = schema.display().to_string();
            if path.contains(['\n', '\r']) {
                return Err(BuildError::LineBreak(schema.clone()));
            }
            println!("cargo:rerun-if-changed={path}");
        }

        let out_dir = match &self.out_dir {
            Some(folder) => folder.clone(),
            None => std::env::var_os("OUT_DIR")
                .ok_or(BuildError::NoOutDir)?
                .into(),
        };
        let name = self.name()?;
        let mut models = Vec::new();
        for schema in &self.schemas {
            let source = Source::new(&schema.to_string_lossy(), disk::read(schema)?)?;
            models.push(crate::compile(&source)?);
        }
        let newest = self.schemas.last().map(|schema| schema.to_string_lossy());
        let planned = Planned {
            name: name.clone(),
            schemas: Vec::new(),
            renames: self.renames.clone(),
            views: self.views.clone(),
        };
        let family = planned.merge(models)?;
        let plan = Plan {
            name: newest.unwrap_or_default().into_owned(),
            out: name,
            serde: self.serde.clone(),
            families: vec![planned],
            allow: Vec::new(),
        };
        let files = plan.emit(&[family])?;
        let folder = disk::read_folder(&out_dir.join(&plan.out), Purpose::Bindings)?;
        let path = folder.path.clone();
        disk::apply(&path, &Changes::between(folder, files)?)?;
        Ok(())
    }

    /// The name of the module.
    fn name(&self) -> Result<String, BuildError> {
        let name = match &self.module_name {
            Some(name) => name.clone(),
            None => match self.schemas.last() {
                Some(newest) => named_after(newest),
                None => return Err(BuildError::NoSchema),
            },
        };
        if is_module_name(&name) {
            Ok(name)
        } else {
            Err(BuildError::ModuleName(name))
        }
    }
}

/// A module name in the likeness of the schema's.
fn named_after(schema: &Path) -> String {
    let stem = schema
        .file_stem()
        .unwrap_or(OsStr::new(""))
        .to_string_lossy();
    stem.to_lowercase().replace(['-', '.', ' '], "_")
}

/// Why there are no bindings.
///
/// Its `Debug` is as readable as its `Display`, since cargo shows `Debug` when it is returned from
/// `main`.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Not called from a build script.
    #[error("OUT_DIR is not set: call this from build.rs, or choose a folder with `out_dir`")]
    NoOutDir,
    /// The schema's name, or the one given, is no name for a module.
    #[error(
        "`{}` cannot name a Rust module and its folder: choose another name with `module_name`",
        visible(.0)
    )]
    ModuleName(String),
    /// No schema was given.
    #[error("there is no schema to make bindings of")]
    NoSchema,
    /// Cargo reads what a build script says line by line.
    #[error(
        "cargo cannot be told of {}: rename it, so that its path has no line break",
        visible(&.0.to_string_lossy())
    )]
    LineBreak(PathBuf),
    /// A schema has mistakes.
    #[error("the schema has mistakes\n\n{0}")]
    Schema(Diagnostics),
    /// The schemas are no versions of one protocol.
    #[error(transparent)]
    Family(#[from] FamilyError),
    /// The emitter failed.
    #[error(transparent)]
    Emit(#[from] EmitError),
    /// There are foreign files in the output folder.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// A file could not be read or written.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

impl From<Diagnostics> for BuildError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Schema(diagnostics)
    }
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_called_as_the_schema_unless_told() {
        let builder = Builder::new("schemas/My-Extension v2.1.xml");
        assert_eq!(builder.name().unwrap(), "my_extension_v2_1");
        assert_eq!(builder.module_name("own").name().unwrap(), "own");
    }

    #[test]
    fn a_name_that_is_no_module_name_is_refused() {
        for bad in ["", "mod.xml", "2.xml", "é.xml", "Con.xml", "lpt1.xml"] {
            let error = Builder::new(bad).name().unwrap_err();
            assert!(error.to_string().contains("`module_name`"), "{error}");
        }
        assert!(Builder::new("a.xml").module_name("../b").name().is_err());
    }

    #[test]
    fn cargo_shows_the_cause_too() {
        let error = Builder::new("no/such.xml").out_dir("nowhere").generate();
        let shown = format!("{:?}", error.unwrap_err());
        assert!(shown.starts_with("cannot read no/such.xml: "), "{shown}");
    }
}
