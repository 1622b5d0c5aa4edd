//! The list of cases, for people.

use std::io::{self, Write};

use crate::case::{Case, Group, Rule};
use tp_tests::frame::Version;

/// A line for each case.
pub(crate) fn list(groups: &[Group], out: &mut dyn Write) -> io::Result<()> {
    for group in groups {
        writeln!(out, "{} {}: {}", group.number, group.name, group.about)?;
        for Case { rule, .. } in &group.cases {
            writeln!(out, "  {:<8} {:<9} {}", rule.id, versions(rule), rule.text)?;
        }
    }
    Ok(())
}

fn versions(rule: &Rule) -> &'static str {
    match rule.versions {
        [Version::Tp03] => "TP03",
        [Version::Tp04] => "TP04",
        _ => "",
    }
}

/// The page of all cases.
#[cfg(test)]
fn page(groups: &[Group]) -> String {
    use std::fmt::Write as _;

    let count: usize = groups.iter().map(|group| group.cases.len()).sum();
    let mut page = format!(
        "# Cases\n\n\
         The {count} cases of `test-client`, in {} groups. Made from the list in \
         `tests/server/cases/`; `UPDATE_EXPECT=1 cargo test -p tp-tests --bin test-client` makes \
         it anew.\n\n\
         A case that names no version is run for TP03 and TP04.\n",
        groups.len()
    );
    for group in groups {
        let _ = write!(
            page,
            "\n## {}. {}\n\n{}\n\n",
            group.number, group.name, group.about
        );
        page.push_str("| case | | rule | source |\n|---|---|---|---|\n");
        for Case { rule, .. } in &group.cases {
            let cells = [&rule.id, versions(rule), &rule.text, rule.source];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(page, "| {} |", cells.join(" | "));
        }
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::page;
    use crate::case::Case;
    use crate::cases;

    #[test]
    fn the_page_is_what_the_list_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/server/CASES.md");
        let page = page(&cases::all());
        tp_tests::assert_up_to_date(path, &page);
    }

    #[test]
    fn ids_are_numbers_of_their_groups_and_used_once() {
        let mut seen = BTreeSet::new();
        for group in cases::all() {
            let start = format!("{}.", group.number);
            for Case { rule, .. } in group.cases {
                let (id, text) = (rule.id, rule.text);
                assert!(id.starts_with(&start), "{id} in {}", group.number);
                let numbers = id.split('.').all(|part| part.parse::<u32>().is_ok());
                assert!(numbers, "{id}");
                let sentence = text.ends_with('.') && !rule.source.is_empty();
                assert!(sentence, "{id}: {text}");
                assert!(seen.insert(id.clone()), "{id} twice");
            }
        }
        assert!(seen.len() >= 150, "{}", seen.len());
    }
}
