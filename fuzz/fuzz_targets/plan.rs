//! A plan file is a plan, whose modules have names that Rust and any disk can have, or it is wrong in
//! a place that can be shown.
#![no_main]

use std::collections::BTreeSet;

use libfuzzer_sys::fuzz_target;
use tp_codegen::plan::Plan;

fuzz_target!(|text: &str| {
    match Plan::parse("folder/codegen.toml", text) {
        Ok(plan) => {
            let names: BTreeSet<_> = plan.families.iter().map(|it| &it.name).collect();
            assert_eq!(names.len(), plan.families.len());
            for family in &plan.families {
                assert!(!family.schemas.is_empty());
                let is_plain =
                    |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_';
                assert!(!family.name.is_empty() && family.name.chars().all(is_plain));
            }
        }
        Err(error) => {
            assert!(error.span.end <= text.len());
            for color in [false, true] {
                let shown = error.render(color);
                assert!(shown.contains("codegen.toml"), "{shown}");
                let is_text = |it: char| !it.is_control() || it == '\n' || color;
                assert!(shown.chars().all(is_text), "{shown:?}");
            }
        }
    }
});
