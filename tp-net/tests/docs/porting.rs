//! That what the porting guide offers compiles.

use std::fs;
use std::path::Path;

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

/// The code in the columns `here` of a page's tables.
fn offered(page: &str) -> Vec<&str> {
    let mut column = None;
    let mut offered = Vec::new();
    for line in page.lines() {
        let mut cells = line.split('|').map(str::trim);
        if !line.starts_with('|') {
            column = None;
        } else if column.is_none() {
            column = cells.position(|cell| cell == "here");
            assert!(column.is_some(), "a table has no column `here`: {line}");
        } else if let Some(cell) = column.and_then(|column| cells.nth(column)) {
            offered.extend(cell.split('`').skip(1).step_by(2));
        }
    }
    offered
}

#[test]
fn what_the_porting_guide_offers_compiles() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/porting.md");
    let page = fs::read_to_string(page).unwrap();
    let offered = offered(&page);
    assert!(offered.len() > 200, "{} expressions", offered.len());
    let compiled = without_blanks(include_str!("porting_calls.rs"));
    let unknown = offered
        .iter()
        .filter(|it| !compiled.contains(&without_blanks(it)));
    let unknown: Vec<_> = unknown.collect();
    assert!(unknown.is_empty(), "not in porting_calls.rs: {unknown:#?}");
}
