//! Finding and reading the plan file.

use std::path::{Path, PathBuf};

use tp_codegen::disk;
use tp_codegen::plan::Plan;

use super::{Failure, input};

/// The plan of this workspace.
const USUAL_PLAN: &str = "tp-frames/codegen.toml";

/// Reads the plan in the file `named` on the command line, or else the usual one, in the current
/// folder or the nearest one above. Returns with it where it lies.
pub(super) fn load(named: Option<&Path>) -> Result<(PathBuf, Plan), Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => find().ok_or(Failure::NoPlan(USUAL_PLAN))?,
    };
    let text = String::from_utf8(disk::read(&path)?);
    let text = text.map_err(|_| Failure::PlanText(path.clone()))?;
    let plan = Plan::parse(&input::shorten(&path).to_string_lossy(), &text)?;
    Ok((path, plan))
}

/// Where the usual plan lies.
fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut candidates = here.ancestors().map(|above| above.join(USUAL_PLAN));
    candidates.find(|candidate| candidate.is_file())
}

/// The schemas of the plan at `path`, each once, as seen from the current folder.
pub(super) fn schemas(path: &Path, plan: &Plan) -> Vec<PathBuf> {
    let base = path.parent().unwrap_or(Path::new(""));
    let mut schemas = Vec::new();
    for module in &plan.modules {
        let schema = input::shorten(&base.join(&module.schema));
        if !schemas.contains(&schema) {
            schemas.push(schema);
        }
    }
    schemas
}
