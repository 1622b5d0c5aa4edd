//! Golden vectors: bytes and the values they stand for, in files that a program in any language
//! can read.
//!
//! Values, bytes and errors come from the [`Model`] alone; the bindings that are tested with the
//! vectors have no part in them. `tests/vectors/README.md` of this project describes the form.

mod decode;
mod encode;
mod frames;
mod parameters;
mod recipe;
mod value;

use serde::Serialize;

pub use decode::{DecodeError, ErrorKind, Limits, decode};
pub use encode::{EncodeError, encode};
pub use value::Value;

use crate::GeneratedFile;
use crate::model::Model;
use crate::names;

/// What vectors to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Where the random values begin: equal seeds make equal files.
    pub seed: u64,
    /// How many frames with random values there are of each packet, and as many tails of each
    /// parameter, beside those with the ends of what fields can have.
    pub count: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 0, count: 1 }
    }
}

/// Why there are no vectors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VectorsError {
    /// A bug: values made for a field are none of its.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// A bug: they are not written as JSON.
    #[error("cannot write vectors as JSON")]
    Json(#[from] serde_json::Error),
}

/// Makes the vectors of all `models`, a file each, named after the protocol.
///
/// # Errors
///
/// A bug in here, never a fault of the schema.
pub fn vectors(models: &[Model], options: Options) -> Result<Vec<GeneratedFile>, VectorsError> {
    let protocols = names::protocols(models);
    models
        .iter()
        .zip(protocols)
        .map(|(model, protocol)| {
            Ok(GeneratedFile {
                path: format!("{protocol}.json"),
                text: document(model, &protocol, options)?,
            })
        })
        .collect()
}

/// A vector a line, so that a change reads as one.
fn document(model: &Model, protocol: &str, options: Options) -> Result<String, VectorsError> {
    let protocol = serde_json::to_string(protocol)?;
    let schema = serde_json::to_string(&model.source)?;
    let mut text = format!("{{\n\"protocol\": {protocol},\n\"schema\": {schema}");
    part(&mut text, "packets", &frames::facts(model))?;
    part(&mut text, "frames", &frames::good(model, options)?)?;
    part(&mut text, "invalid", &frames::bad(model, options)?)?;
    part(&mut text, "framing", &frames::framing(model))?;
    part(&mut text, "parameters", &parameters::tails(model, options)?)?;
    part(
        &mut text,
        "described",
        &parameters::described(model, options)?,
    )?;
    text += "\n}\n";
    Ok(text)
}

fn part(text: &mut String, name: &str, cases: &[impl Serialize]) -> Result<(), VectorsError> {
    let lines: Result<Vec<_>, _> = cases.iter().map(serde_json::to_string).collect();
    *text += &format!(",\n\"{name}\": [\n{}\n]", lines?.join(",\n"));
    Ok(())
}
