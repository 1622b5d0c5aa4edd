//! "Did you mean …?"

use strsim::osa_distance;

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
    let typed = wrong.to_lowercase();
    let length = typed.chars().count();
    // A third of the letters may be wrong; what is longer than any sensible name is not compared.
    let most = length.div_ceil(3);
    if length > 64 {
        return None;
    }
    known
        .into_iter()
        .filter(|name| !name.is_empty() && name.len().abs_diff(length) <= most)
        .map(|name| (osa_distance(&typed, &name.to_lowercase()), name))
        .filter(|(errors, _)| *errors <= most)
        .min_by_key(|(errors, _)| *errors)
        .map(|(_, name)| name)
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
}
