//! Reading schemas, and naming files the way the user would.

use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use tp_codegen::model::Model;
use tp_codegen::{Source, disk, parallel, visible};

use super::Failure;
use super::revision::Revision;

/// Reads and compiles the schema that a command line names: a file, or `-` for standard input.
pub(super) fn compile(schema: &Path) -> Result<Model, Failure> {
    let source = Source::new(&name(schema), bytes(schema)?)?;
    Ok(tp_codegen::compile(&source)?)
}

/// Reads what a command line names: a file, or `-` for standard input.
pub(super) fn bytes(schema: &Path) -> Result<Vec<u8>, Failure> {
    if schema != Path::new("-") {
        return Ok(disk::read(schema)?);
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.map_err(Failure::Stdin)?;
    Ok(bytes)
}

/// What messages call it.
pub(super) fn name(schema: &Path) -> String {
    if schema == Path::new("-") {
        "stdin".to_owned()
    } else {
        shown(schema)
    }
}

/// A path as it is printed.
pub(super) fn shown(path: &Path) -> String {
    visible(&path.to_string_lossy()).into_owned()
}

/// Reads and compiles a schema as [`compile`] does, or as it was in a git revision.
pub(super) fn compile_edition(schema: &Path) -> Result<Model, Failure> {
    let Some(revision) = Revision::parse(schema) else {
        return compile(schema);
    };
    let name = shown(schema);
    let source = Source::new(&name, revision.read()?)?;
    let model = tp_codegen::compile(&source)?;
    // The revision tells it from the file of today.
    Ok(Model {
        source: name,
        ..model
    })
}

/// Reads and compiles every schema that a command line names.
pub(super) fn compile_all(schemas: &[PathBuf]) -> Result<Vec<Model>, Failure> {
    each(schemas, |schema| compile(schema))
}

/// What `make` makes of each of `all`. The mistakes in all schemas are found in one run.
pub(super) fn each<T: Send, R: Send>(
    all: impl IntoIterator<Item = T>,
    make: impl Fn(T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let mut made = Vec::new();
    let mut mistakes = Vec::new();
    for one in parallel::map(all, make) {
        match one {
            Ok(one) => made.push(one),
            Err(Failure::Schemas(found)) => mistakes.extend(found),
            Err(other) => return Err(other),
        }
    }
    if mistakes.is_empty() {
        Ok(made)
    } else {
        Err(Failure::Schemas(mistakes))
    }
}

/// `path` as seen from the current folder, without the detours of `a/../b`.
pub(super) fn shorten(path: &Path) -> PathBuf {
    let mut short = PathBuf::new();
    for part in path.components() {
        let after_a_name = matches!(short.components().next_back(), Some(Component::Normal(_)));
        // `a/..` is only where it seems to be while `a` is no link.
        if part == Component::ParentDir && after_a_name && !short.is_symlink() {
            short.pop();
        } else {
            short.push(part);
        }
    }
    let here = std::env::current_dir().unwrap_or_default();
    let short = short.strip_prefix(here).unwrap_or(&short);
    if short.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        short.to_owned()
    }
}
