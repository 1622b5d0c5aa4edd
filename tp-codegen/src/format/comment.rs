//! Comments, whose lines keep their places under one another.

/// How many columns a tab goes on to the next of.
const TAB: usize = 8;

/// The comment `text` when it begins in the column `to` instead of `from`.
pub(super) fn moved(text: &str, from: usize, to: usize) -> String {
    let mut moved = String::new();
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim_end_matches([' ', '\t', '\r']);
        if index == 0 {
            moved.push_str(line);
            continue;
        }
        moved.push('\n');
        let rest = line.trim_start_matches([' ', '\t']);
        if !rest.is_empty() {
            let front = line.len().saturating_sub(rest.len());
            let indent = column(line.get(..front).unwrap_or_default());
            let indent = indent.saturating_add(to).saturating_sub(from);
            moved.push_str(&" ".repeat(indent));
            moved.push_str(rest);
        }
    }
    moved
}

/// In which column the text goes on, counted from 0.
pub(super) fn column(text: &str) -> usize {
    let line = text.rsplit('\n').next().unwrap_or_default();
    line.chars().fold(0, |column: usize, c| {
        let next = match c {
            '\t' => TAB.saturating_sub(column.checked_rem(TAB).unwrap_or(0)),
            _ => 1,
        };
        column.saturating_add(next)
    })
}
