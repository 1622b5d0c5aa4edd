//! Finding and reading the plan file.

use std::path::{Path, PathBuf};

use tp_codegen::disk;
use tp_codegen::plan::Plan;

use super::{Failure, input};

/// The plan of this workspace.
const USUAL_PLAN: &str = "tp-frames/codegen.toml";

/// A plan and where it comes from.
pub(super) struct Loaded {
    /// Where it lies.
    path: PathBuf,
    /// What the file says.
    pub(super) text: String,
    /// The plan.
    pub(super) plan: Plan,
}

/// Reads the plan in the file `named` on the command line, or else the usual one, in the current
/// folder or the nearest one above.
pub(super) fn load(named: Option<&Path>) -> Result<Loaded, Failure> {
    let path = match named {
        Some(path) => path.to_owned(),
        None => find().ok_or(Failure::NoPlan(USUAL_PLAN))?,
    };
    let text = String::from_utf8(disk::read(&path)?);
    let text = text.map_err(|_| Failure::PlanText(path.clone()))?;
    let plan = Plan::parse(&input::shorten(&path).to_string_lossy(), &text)?;
    Ok(Loaded { path, text, plan })
}

/// Where the usual plan lies.
fn find() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut candidates = here.ancestors().map(|above| above.join(USUAL_PLAN));
    candidates.find(|candidate| candidate.is_file())
}

impl Loaded {
    /// A path of the plan as seen from the current folder.
    pub(super) fn resolve(&self, path: &str) -> PathBuf {
        let base = self.path.parent().unwrap_or(Path::new(""));
        input::shorten(&base.join(path))
    }

    /// The schemas, each once.
    pub(super) fn schemas(&self) -> Vec<PathBuf> {
        let mut schemas = Vec::new();
        let schemas_of_all = self.plan.families.iter().flat_map(|family| &family.schemas);
        for schema in schemas_of_all {
            let schema = self.resolve(schema);
            if !schemas.contains(&schema) {
                schemas.push(schema);
            }
        }
        schemas
    }
}
