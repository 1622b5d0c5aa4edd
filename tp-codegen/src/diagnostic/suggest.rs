//! "Did you mean …?"

/// A question for what was most likely meant by `wrong`, if something of `known` is near enough.
pub(crate) fn did_you_mean<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(wrong, known).map(|name| format!("did you mean `{name}`?"))
}

/// The name of `known` with the fewest typing errors in `wrong`; the first of several.
pub(crate) fn nearest<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed: Vec<char> = wrong.to_lowercase().chars().collect();
    // A third of the letters may be wrong; what is longer than any sensible name is not compared.
    let most = typed.len().div_ceil(3);
    if typed.len() > 64 {
        return None;
    }
    known
        .into_iter()
        .filter(|name| !name.is_empty() && name.len().abs_diff(typed.len()) <= most)
        .map(|name| {
            (
                distance(&typed, &name.to_lowercase().chars().collect::<Vec<_>>()),
                name,
            )
        })
        .filter(|(errors, _)| *errors <= most)
        .min_by_key(|(errors, _)| *errors)
        .map(|(_, name)| name)
}

/// How many typing errors make one of two words of the other.
pub(crate) fn errors(a: &str, b: &str) -> usize {
    let letters = |word: &str| word.chars().collect::<Vec<_>>();
    distance(&letters(a), &letters(b))
}

/// How many letters have to be put in, left out, changed or swapped with the next to make one
/// name of the other.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, &x) in a.iter().enumerate() {
        let mut this = vec![row.saturating_add(1)];
        let mut left = None;
        for (column, &y) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX);
            let next = column.saturating_add(1);
            let changed = at(&last, column).saturating_add(usize::from(x != y));
            let removed = at(&last, next).saturating_add(1);
            let added = at(&this, column).saturating_add(1);
            let mut best = changed.min(removed).min(added);
            if previous == Some(y) && left == Some(x) {
                best = best.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            this.push(best);
            left = Some(y);
        }
        before = std::mem::replace(&mut last, this);
        previous = Some(x);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_typing_errors() {
        let known = ["packet", "parameterset", "integer", "id"];
        assert_eq!(nearest("pakcet", known), Some("packet"));
        assert_eq!(nearest("interger", known), Some("integer"));
        assert_eq!(nearest("Integer", known), Some("integer"));
        assert_eq!(nearest("ids", known), Some("id"));
        assert_eq!(nearest("group", known), None);
        assert_eq!(nearest("", known), None);
    }

    #[test]
    fn counts_typing_errors() {
        let count = |a: &str, b: &str| {
            distance(
                &a.chars().collect::<Vec<_>>(),
                &b.chars().collect::<Vec<_>>(),
            )
        };
        assert_eq!(count("abc", "abc"), 0);
        assert_eq!(count("abc", "acb"), 1);
        assert_eq!(count("abc", "ab"), 1);
        assert_eq!(count("", "abc"), 3);
        assert_eq!(count("kitten", "sitting"), 3);
    }
}
