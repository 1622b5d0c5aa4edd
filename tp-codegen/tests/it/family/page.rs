//! The page of every family of this project, as it is checked in.

use std::fs;
use std::path::Path;

use tp_codegen::family::Family;
use tp_codegen::plan::Plan;
use tp_codegen::{Source, compile};

use crate::expected;

/// To accept it after reading the difference: `UPDATE_EXPECT=1 cargo test -p tp-codegen --test it
/// family`.
#[test]
fn the_page_of_our_families_is_up_to_date() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = workspace.join("tp-frames/codegen.toml");
    let Ok(text) = fs::read_to_string(&path) else {
        // The crate was taken out of its repository.
        return;
    };
    let plan = Plan::parse("codegen.toml", &text).unwrap();
    let pages = plan.families.iter().map(|planned| {
        let models = planned.schemas.iter().map(|schema| {
            let path = workspace.join("tp-frames").join(schema);
            compile(&Source::new(schema, fs::read(path).unwrap()).unwrap()).unwrap()
        });
        planned.merge(models.collect()).unwrap()
    });
    let pages: Vec<String> = pages.map(|family: Family| family.page()).collect();
    let page = pages.join("\n");
    expected::are_current([(workspace.join("docs/families.txt"), page)]);
}
