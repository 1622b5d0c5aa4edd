//! "Did you mean …?"

use strsim::osa_distance;

use super::quoted;

/// What is longer than any sensible name is not compared, since that takes time.
pub(crate) const LONGEST: usize = 64;

/// A question for what was most likely meant by `wrong`, if something of `known` is near enough.
pub(crate) fn did_you_mean<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(wrong, known).map(|name| format!("did you mean {}?", quoted(name)))
}

/// The name of `known` with the fewest typing errors in `wrong`; the first of several.
pub(crate) fn nearest<'a>(
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let typed = wrong.to_lowercase();
    let length = typed.chars().count();
    if length > LONGEST {
        return None;
    }
    // A third of the letters may be wrong, and then fewer than in the nearest name so far.
    let mut most = length.div_ceil(3);
    let mut nearest = None;
    for name in known {
        if name.is_empty() || name.len().abs_diff(length) > most {
            continue;
        }
        let errors = osa_distance(&typed, &name.to_lowercase());
        if errors <= most {
            nearest = Some(name);
            let Some(fewer) = errors.checked_sub(1) else {
                break;
            };
            most = fewer;
        }
    }
    nearest
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
    fn the_first_of_the_nearest_is_found() {
        let known = ["abcdefxx", "abcdxf", "abcdey", "abcdez", "ABCDEF"];
        assert_eq!(nearest("abcdef", known), Some("ABCDEF"));
        assert_eq!(nearest("abcdeq", known), Some("abcdey"));
        assert_eq!(nearest("überdef", ["überdeg", "abcdefg"]), Some("überdeg"));
    }
}
