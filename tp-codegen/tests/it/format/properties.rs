//! Schemas nobody would write: made up, and changed at random.

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{check, schemas};

/// What an edit puts into a schema: white space, and what means something to XML.
fn piece() -> impl Strategy<Value = &'static str> {
    select(vec![
        " ",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\t",
        "  \n  ",
        "\u{A0}",
        "x",
        "word word",
        "&#10;",
        "&#32;",
        "&lt;",
        "&quot;",
        "<!-- c -->",
        "<!-- c\n   d -->",
        "<![CDATA[ c ]]>",
        "<?p i?>",
        "<note/>",
        "<note></note>",
        "<note>n</note>",
        "<a>b<c/></a>",
        "'",
        "\"",
        "]",
    ])
}

/// Where a piece is put and how many bytes it takes the place of.
fn edits() -> impl Strategy<Value = Vec<(Index, usize, &'static str)>> {
    vec((any::<Index>(), 0..3_usize, piece()), 1..6)
}

fn edited(seed: &str, edits: &[(Index, usize, &str)]) -> String {
    let mut text = seed.to_owned();
    for (index, gone, piece) in edits {
        // Most pieces are white space or markup, which belongs where tags and words end.
        let places: Vec<usize> = text
            .match_indices(['<', '>', ' ', '\n', '"'])
            .flat_map(|(at, _)| [at, at + 1])
            .collect();
        let start = places.get(index.index(places.len().max(1))).copied();
        let start = start.unwrap_or_default();
        let gone = text[start..]
            .char_indices()
            .map(|(at, _)| at)
            .nth(*gone)
            .unwrap_or_default();
        text.replace_range(start..start + gone, piece);
    }
    text
}

/// An element of a made-up document, without attributes.
fn element() -> impl Strategy<Value = String> {
    let text = select(vec![
        " ",
        "\n",
        "\n\n\n",
        "\t",
        "a",
        "long-word-",
        "a b\nc",
        "&amp;",
        "&#9;",
        "&#10;&#10;",
        "<!--c-->",
        "<!-- c\n\n\t d -->",
        "<![CDATA[]]>",
        "<![CDATA[ \n x ]]>",
        "<?p?>",
        "word word word word word word word word word word word word word word word word word word",
    ]);
    let inside = vec(text, 0..6).prop_map(|parts| parts.concat());
    let leaf = inside.prop_map(|inside| format!("<a>{inside}</a>"));
    leaf.prop_recursive(4, 24, 5, |element| {
        let between = select(vec![
            "",
            " ",
            "\n",
            "\n\n\n",
            " \t\n",
            "<!-- b -->",
            "\n<!--\nb\n -->\n",
        ]);
        (
            select(vec!["packet", "note", "b"]),
            vec((between, element), 1..5),
        )
            .prop_map(|(name, children)| {
                let inside: String = children
                    .into_iter()
                    .map(|(between, child)| format!("{between}{child}"))
                    .collect();
                format!("<{name}>{inside}</{name}>")
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_schema_keeps_its_meaning(seed in any::<Index>(), edits in edits()) {
        let paths = schemas();
        let bytes = fs::read(seed.get(&paths)).unwrap();
        check(edited(&String::from_utf8_lossy(&bytes), &edits).as_bytes());
    }

    #[test]
    fn nothing_but_white_space_comes_or_goes(root in element()) {
        let formatted = check(root.as_bytes()).unwrap();
        let (_, body) = formatted.split_once("?>").unwrap();
        let bare = |text: &str| -> String {
            let text: String = text.split_whitespace().collect();
            text.replace("<a></a>", "<a/>")
        };
        prop_assert_eq!(bare(body), bare(&root));
    }
}
