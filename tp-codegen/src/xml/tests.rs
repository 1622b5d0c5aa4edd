//! What is read and what is refused, without the dialect on top.

use super::{Element, MAX_DEPTH, Node, read};
use crate::diagnostic::{Code, Findings};
use crate::source::Source;

fn tree(text: &str) -> Element {
    let source = Source::new("t.xml", text).unwrap();
    let mut found = Findings::default();
    let root = read(&source, &mut found);
    let document = found.finish(&source, root);
    document
        .unwrap_or_else(|found| panic!("{text}\n{found}"))
        .unwrap()
        .root
}

fn errors(text: &str) -> Vec<(Code, usize, usize)> {
    let source = Source::new("t.xml", text).unwrap();
    let mut found = Findings::default();
    let root = read(&source, &mut found);
    let found = match found.finish(&source, root) {
        Ok(root) => panic!("{text} is read as {root:?}"),
        Err(found) => found,
    };
    found
        .iter()
        .map(|one| (one.code, one.primary.line, one.primary.column))
        .collect()
}

fn text_of(element: &Element) -> String {
    element.texts().map(|(text, _)| text).collect()
}

#[test]
fn everything_has_its_place() {
    let text = "<?xml version='1.0'?>\n<a  b = 'x y'\tc=\" &lt;z \">t<!-- c -->u<d/></a >\n";
    let root = tree(text);
    let at = |span: crate::source::Span| &text[span.start..span.end];
    assert_eq!(root.name, "a");
    assert_eq!(at(root.name_span), "a");
    assert_eq!(at(root.tag), "<a  b = 'x y'\tc=\" &lt;z \">");
    let attributes: Vec<_> = root
        .attributes
        .iter()
        .map(|one| {
            (
                one.name.as_str(),
                at(one.name_span),
                one.value.as_str(),
                at(one.value_span),
            )
        })
        .collect();
    assert_eq!(
        attributes,
        [("b", "b", "x y", "x y"), ("c", "c", "<z", "&lt;z")]
    );
    assert_eq!(text_of(&root), "tu");
    let d = root.elements().next().unwrap();
    assert_eq!((at(d.tag), at(d.end)), ("<d/>", ""));
    assert_eq!(at(root.end), "</a >");
    assert!(matches!(&root.children[1], Node::Comment(span) if at(*span) == "<!-- c -->"));
}

#[test]
fn text_is_put_together_from_its_parts() {
    for (text, expected) in [
        (
            "<a>1 &lt; 2 &amp;&amp; &quot;3&quot; &gt; &apos;2&apos;</a>",
            "1 < 2 && \"3\" > '2'",
        ),
        ("<a>&#65;&#x42;&#x1F600;</a>", "AB\u{1F600}"),
        ("<a><![CDATA[<b>&amp;]]]]>x</a>", "<b>&amp;]]x"),
        ("<a>one<!-- & < two -->three<?p i?>four</a>", "onethreefour"),
        ("<a>]] ></a>", "]] >"),
        ("<a></a>", ""),
    ] {
        assert_eq!(text_of(&tree(text)), expected, "{text}");
    }
}

#[test]
fn a_document_may_have_a_prolog_and_an_epilog() {
    for text in [
        "<?xml version=\"1.0\" encoding='utf-8' standalone=\"yes\" ?><a/>",
        "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>\r\n<a/>\r\n",
        "<!DOCTYPE a SYSTEM \"a.dtd\"><a/>",
        "<!DOCTYPE a PUBLIC '-//X//Y' \"a>b.dtd\"\n [ <!ENTITY x \"]>\"> <!-- ]> --> <?p ]> ?> ]><a/>",
        "<!-- c --><?p?><!DOCTYPE a><!-- d --><a/><!-- e --><?q r?>\n",
        "<ä:b-c.d>x</ä:b-c.d>",
        "<a b='>' c=\"'\"/>",
    ] {
        tree(text);
    }
}

#[test]
fn what_xml_forbids_is_found_where_it_stands() {
    use Code::{
        DuplicateAttribute, Empty, ForbiddenCharacter, HiddenCharacter, Malformed, MismatchedTag,
        OutsideRoot, Truncated, UnknownEntity,
    };
    for (text, code, line, column) in [
        ("", Empty, 1, 1),
        (" \n ", Empty, 1, 1),
        ("<a>\n\u{1}</a>", ForbiddenCharacter, 2, 1),
        ("<a>\u{FFFE}</a>", ForbiddenCharacter, 1, 4),
        ("<a b='\u{B}'/>", ForbiddenCharacter, 1, 7),
        ("<a>\u{202E}</a>", HiddenCharacter, 1, 4),
        ("<a b='\u{61C}'/>", HiddenCharacter, 1, 7),
        ("<a b='&#x2067;'/>", HiddenCharacter, 1, 7),
        ("<a>&#133;</a>", HiddenCharacter, 1, 4),
        ("<!-- \u{200B} --><a/>", HiddenCharacter, 1, 6),
        ("<a><![CDATA[\u{9B}]]></a>", HiddenCharacter, 1, 13),
        ("<a><b></a></b>", MismatchedTag, 1, 7),
        ("<a></A>", MismatchedTag, 1, 4),
        ("<a></a></a>", MismatchedTag, 1, 8),
        ("</a>", MismatchedTag, 1, 1),
        ("<a></a b='c'>", Malformed, 1, 4),
        ("<a></ a>", Malformed, 1, 4),
        ("<a></>", Malformed, 1, 4),
        ("<a b='1' b='2'/>", DuplicateAttribute, 1, 10),
        ("<a b='<'/>", Malformed, 1, 7),
        ("<a b=1/>", Malformed, 1, 6),
        ("<a b/>", Malformed, 1, 4),
        ("<a b=/>", Malformed, 1, 6),
        ("<a b='1'c='2'/>", Malformed, 1, 9),
        ("<a 1b='1'/>", Malformed, 1, 4),
        ("<a / >", Malformed, 1, 4),
        ("<a/b>", Malformed, 1, 3),
        ("< a/>", Malformed, 1, 1),
        ("<>", Malformed, 1, 1),
        ("<a>1 <2</a>", Malformed, 1, 6),
        ("<a>&b</a>", Malformed, 1, 4),
        ("<a>& b;</a>", Malformed, 1, 4),
        ("<a>&;</a>", Malformed, 1, 4),
        ("<a>&#;</a>", Malformed, 1, 4),
        ("<a>&#x;</a>", Malformed, 1, 4),
        ("<a>&#X41;</a>", Malformed, 1, 4),
        ("<a>&#-1;</a>", Malformed, 1, 4),
        ("<a>&#1;</a>", UnknownEntity, 1, 4),
        ("<a>&nbsp;</a>", UnknownEntity, 1, 4),
        ("<a b='x&nbsp;'/>", UnknownEntity, 1, 8),
        ("<a b='&'/>", Malformed, 1, 7),
        ("<a>]]></a>", Malformed, 1, 4),
        ("<a><!-- -- --></a>", Malformed, 1, 9),
        ("<a><!-- ---></a>", Malformed, 1, 9),
        ("<a><!--></a>", Truncated, 1, 13),
        ("<a><!---></a>", Truncated, 1, 14),
        ("<a><!x></a>", Malformed, 1, 4),
        ("<a><![cdata[x]]></a>", Malformed, 1, 4),
        ("<a><??></a>", Malformed, 1, 4),
        ("<a><?xml version='1.0'?></a>", Code::Declaration, 1, 4),
        ("<a><?XML x?></a>", Malformed, 1, 4),
        ("<a><!DOCTYPE a></a>", Malformed, 1, 4),
        ("<!DOCTYPE><a/>", Malformed, 1, 1),
        ("<!DOCTYPEa><a/>", Malformed, 1, 1),
        ("x<a/>", OutsideRoot, 1, 1),
        ("<a/>x", OutsideRoot, 1, 5),
        ("<a/>\n &amp;", OutsideRoot, 2, 2),
        ("<![CDATA[x]]><a/>", OutsideRoot, 1, 1),
        ("<a/><b/>", OutsideRoot, 1, 5),
        ("<", Truncated, 1, 2),
        ("<a", Truncated, 1, 3),
        ("<a b='", Truncated, 1, 7),
        ("<a>", Truncated, 1, 4),
        ("<a>\n\n", Truncated, 1, 4),
        ("<a></", Truncated, 1, 6),
        ("<a><!-- x", Truncated, 1, 10),
        ("<a><!", Truncated, 1, 6),
        ("<a><![CDATA[", Truncated, 1, 13),
        ("<?xml ", Truncated, 1, 6),
        ("<a><?p", Truncated, 1, 7),
        ("<!DOCTYPE a [ ", Truncated, 1, 14),
    ] {
        assert_eq!(errors(text), [(code, line, column)], "{text:?}");
    }
    let mark_behind = errors("<a/>\u{FEFF}");
    assert_eq!(mark_behind, [(OutsideRoot, 1, 5), (HiddenCharacter, 1, 5)]);
}

#[test]
fn nesting_has_a_limit() {
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    tree(&nested(MAX_DEPTH));
    assert_eq!(
        errors(&nested(MAX_DEPTH + 1)),
        [(Code::TooDeep, 1, MAX_DEPTH * 3 + 1)]
    );
    // Deep enough to overflow the stack of anything that recurses.
    assert_eq!(
        errors(&"<a>".repeat(1_000_000)),
        [(Code::TooDeep, 1, MAX_DEPTH * 3 + 1)]
    );
}

#[test]
fn small_mistakes_do_not_hide_one_another() {
    let text = "<a b='&x;' b='1'>&y;<c d='' d=''/></a>z";
    let codes: Vec<_> = errors(text).into_iter().map(|(code, ..)| code).collect();
    assert_eq!(
        codes,
        [
            Code::UnknownEntity,
            Code::DuplicateAttribute,
            Code::UnknownEntity,
            Code::DuplicateAttribute,
            Code::OutsideRoot,
        ]
    );
}
