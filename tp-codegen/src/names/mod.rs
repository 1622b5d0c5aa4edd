//! Names in a schema → names in Rust.

mod assign;
mod protocols;

pub(crate) use assign::{TypeNames, assign, is_type_possible};
pub(crate) use protocols::protocols;

/// Every word that is no plain identifier in edition 2024. Weak keywords are.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that cannot be written raw either, and the one identifier that is none.
const NEVER: &[&str] = &["self", "Self", "super", "crate", "_", ""];

/// Whether `name` can be made an identifier, raw if need be.
pub(crate) fn is_possible(name: &str) -> bool {
    !NEVER.contains(&name)
}

/// Name of a type or variant: words joined, each with a capital in front, the schema's own
/// capitals kept. `GetObjectIDs` stays as it is, `orderParamTime` becomes `OrderParamTime`.
pub(crate) fn type_name(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('_').map(capital).collect()
}

/// Name of a field or module: `get_object_ids`. May be a keyword; see [`escape`].
pub(crate) fn snake_name(name: &str) -> String {
    words(name).join("_").to_ascii_lowercase()
}

/// Name of a constant: `GET_OBJECT_IDS`.
pub(crate) fn const_name(name: &str) -> String {
    words(name).join("_").to_ascii_uppercase()
}

/// `name` as an identifier: raw if it is a keyword.
pub(crate) fn escape(name: &str) -> String {
    if KEYWORDS.contains(&name) && is_possible(name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// Name of the variant for the parameter `name` in the enum of the set `set`: without the
/// singular of the set in front, if something is left that can be a name. `orderParamTime` in
/// `OrderParams` is `Time`.
pub(crate) fn variant_name(name: &str, set: &str) -> String {
    let prefix = set.strip_suffix('s').unwrap_or(set);
    let front = name
        .get(..prefix.len())
        .filter(|front| front.eq_ignore_ascii_case(prefix));
    let rest = front
        .and_then(|front| name.get(front.len()..))
        .unwrap_or_default();
    let rest = rest.trim_start_matches('_');
    type_name(if rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        rest
    } else {
        name
    })
}

/// One of what `name` has several of: `properties` → `property`, `references` → `reference`.
pub(crate) fn singular(name: &str) -> String {
    if let Some(stem) = name.strip_suffix("ies").filter(|stem| !stem.is_empty()) {
        return format!("{stem}y");
    }
    match name.strip_suffix('s') {
        Some(stem) if !stem.is_empty() && !stem.ends_with('s') => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// Cuts a name into words: at underscores, in front of a capital that follows a small letter, and
/// in front of the last capital of a run if a small letter follows. `IDs` is one word, and digits
/// belong to what stands in front of them, with the capitals behind: `position3D`.
pub(crate) fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for part in name.split('_') {
        let chars: Vec<(usize, char)> = part.char_indices().collect();
        let at = |index: usize| chars.get(index).map(|(_, c)| *c);
        let mut start = 0;
        for (index, &(offset, c)) in chars.iter().enumerate().skip(1) {
            let before = at(index.saturating_sub(1)).unwrap_or('_');
            let next = at(index.saturating_add(1));
            let small_next = next.is_some_and(|next| next.is_ascii_lowercase());
            // The `s` of a plural is no new word, unless it goes on in small letters.
            let plural = next == Some('s')
                && at(index.saturating_add(2)).is_none_or(|c| !c.is_ascii_lowercase());
            let cut = c.is_ascii_uppercase()
                && match before {
                    'a'..='z' => true,
                    'A'..='Z' => small_next && !plural,
                    _ => small_next,
                };
            if cut {
                words.extend(part.get(start..offset));
                start = offset;
            }
        }
        words.extend(part.get(start..).filter(|word| !word.is_empty()));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_snake_case() {
        for (name, expected) in [
            ("GetObjectIDs", "get_object_ids"),
            ("GetIDSequence", "get_id_sequence"),
            ("GetWithIDSlot", "get_with_id_slot"),
            ("IDSequence", "id_sequence"),
            ("URI", "uri"),
            ("GetObjectIDsByPos", "get_object_ids_by_pos"),
            ("objectParamPosition3d", "object_param_position3d"),
            ("Position3D", "position3d"),
            ("Model3DView", "model3d_view"),
            ("X11Window", "x11_window"),
            ("GetObjectDescIDs", "get_object_desc_ids"),
            ("OrderInsert", "order_insert"),
            ("orderparams", "orderparams"),
            ("URIs", "uris"),
            ("IDSet", "id_set"),
            ("GetAs", "get_as"),
            ("snake_case", "snake_case"),
            ("two__Under_", "two_under"),
            ("a", "a"),
            ("AB", "ab"),
            ("aB", "a_b"),
            ("TP03", "tp03"),
        ] {
            assert_eq!(snake_name(name), expected, "{name}");
        }
    }

    #[test]
    fn constants_have_the_same_words() {
        for (name, expected) in [
            ("FilterSSL", "FILTER_SSL"),
            ("HTTPHere", "HTTP_HERE"),
            ("NoSuchThing", "NO_SUCH_THING"),
            ("DescObjectID", "DESC_OBJECT_ID"),
            ("plys", "PLYS"),
        ] {
            assert_eq!(const_name(name), expected, "{name}");
        }
    }

    #[test]
    fn types_keep_the_capitals_of_the_protocol() {
        for (name, expected) in [
            ("GetObjectIDs", "GetObjectIDs"),
            ("orderParamTime", "OrderParamTime"),
            ("plys", "Plys"),
            ("two__Under_", "TwoUnder"),
            ("a_b", "AB"),
            ("self", "Self"),
        ] {
            assert_eq!(type_name(name), expected, "{name}");
        }
    }

    #[test]
    fn keywords_are_raw_where_they_can_be() {
        assert_eq!(escape("type"), "r#type");
        assert_eq!(escape("gen"), "r#gen");
        assert_eq!(escape("union"), "union");
        assert_eq!(escape("id"), "id");
        assert!(!is_possible("self") && !is_possible("Self") && !is_possible("crate"));
        assert!(is_possible("type"));
    }

    #[test]
    fn every_keyword_is_one_and_nothing_else_is() {
        // syn knows the keywords of all editions but this one of 2024.
        for word in KEYWORDS.iter().filter(|word| **word != "gen") {
            assert!(
                syn::parse_str::<syn::Ident>(word).is_err(),
                "{word} is an identifier"
            );
        }
        for word in ["union", "raw", "safe", "auto", "default", "macro_rules"] {
            assert_eq!(escape(word), word);
        }
    }

    #[test]
    fn a_variant_loses_the_name_of_its_set() {
        for (name, set, expected) in [
            ("orderParamTime", "OrderParams", "Time"),
            ("objectParmReference", "ObjectParams", "ObjectParmReference"),
            ("Universe", "ObjectParams", "Universe"),
            ("orderParam3d", "OrderParams", "OrderParam3d"),
            ("orderParam", "OrderParams", "OrderParam"),
            ("orderParam_wait", "OrderParams", "Wait"),
            ("commandParamString", "CommandParams", "String"),
        ] {
            assert_eq!(variant_name(name, set), expected, "{name}");
        }
    }

    #[test]
    fn lists_have_entries() {
        for (name, expected) in [
            ("references", "reference"),
            ("properties", "property"),
            ("address", "address"),
            ("s", "s"),
            ("ies", "ie"),
            ("selection", "selection"),
            ("propertygroups", "propertygroup"),
        ] {
            assert_eq!(singular(name), expected, "{name}");
        }
    }
}
