//! What a change of a schema looks like in review: the protocol's own description, changed.

use std::collections::BTreeMap;

use crate::expected;
use crate::program::Folder;
use similar::{ChangeTag, TextDiff};

const NEW_FIELD: &str = "\
      <integer type=\"unsigned\" size=\"32\">
        <name>brandnew</name>
        <longname>New</longname>
        <description>What was not there before.</description>
      </integer>
";

/// The description of the current protocol.
fn protocol() -> String {
    let path = expected::top().join("protocol.xml");
    std::fs::read_to_string(path).unwrap()
}

/// Where the packet `name` stands in `schema`.
fn packet<'a>(schema: &'a str, name: &str) -> &'a str {
    let end = "</packet>\n";
    let start = schema.find(&format!("  <packet name=\"{name}\"")).unwrap();
    let length = schema[start..].find(end).unwrap() + end.len();
    &schema[start..start + length]
}

/// The bindings of `schema`, each file's text by its path.
fn bindings(schema: &str) -> BTreeMap<String, String> {
    let folder = Folder::with(&[("protocol.xml", schema)]);
    let run = folder.run(&["rust", "protocol.xml", "--out", "out", "--serde", "serde"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let names = folder.names("out").into_iter();
    names
        .map(|name| (name.clone(), folder.read(&format!("out/{name}"))))
        .collect()
}

/// The files that differ, and the lines that came or went in each.
fn changed(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> BTreeMap<String, Vec<String>> {
    assert!(before.keys().eq(after.keys()), "files came or went");
    let differing = before.iter().filter(|&(name, text)| after[name] != *text);
    differing
        .map(|(name, text)| {
            let diff = TextDiff::from_lines(text, &after[name]);
            let changes = diff.iter_all_changes();
            let lines = changes
                .filter(|change| change.tag() != ChangeTag::Equal)
                .map(|change| format!("{}{change}", change.tag()));
            (name.clone(), lines.collect())
        })
        .collect()
}

#[test]
fn two_runs_give_the_same_bytes() {
    assert_eq!(bindings(&protocol()), bindings(&protocol()));
}

#[test]
fn a_new_field_changes_a_few_lines_of_its_packet_and_nothing_else() {
    let before = protocol();
    let login = packet(&before, "Login");
    let (fields, rest) = login.rsplit_once("    </structure>").unwrap();
    let longer = format!("{fields}{NEW_FIELD}    </structure>{rest}");
    let after = before.replacen(login, &longer, 1);
    let changed = changed(&bindings(&before), &bindings(&after));
    let names: Vec<_> = changed.keys().collect();
    assert_eq!(names, ["login.rs", "views/login.rs"]);
    for (name, lines) in changed {
        assert!(lines.len() <= 25, "{name}:\n{}", lines.concat());
        let gone = lines.iter().filter(|line| line.starts_with('-'));
        // The sizes, and the line that builds the struct.
        assert!(gone.count() <= 6, "{name}:\n{}", lines.concat());
    }
}

#[test]
fn a_new_word_in_a_description_changes_a_comment() {
    let before = protocol();
    let login = packet(&before, "Login");
    let after = before.replacen(login, &login.replacen("<longname>", "<longname>New ", 1), 1);
    let changed = changed(&bindings(&before), &bindings(&after));
    assert!(changed.contains_key("login.rs"), "{changed:?}");
    for line in changed.values().flatten() {
        assert!(line[1..].trim_start().starts_with("///"), "{line}");
    }
}

#[test]
fn the_order_of_packets_changes_the_lists_of_packets_only() {
    let before = protocol();
    let (login, ping) = (packet(&before, "Login"), packet(&before, "Ping"));
    let after = before
        .replacen(login, "LOGIN", 1)
        .replacen(ping, login, 1)
        .replacen("LOGIN", ping, 1);
    assert_ne!(after, before);
    let changed = changed(&bindings(&before), &bindings(&after));
    let names: Vec<_> = changed.keys().collect();
    assert_eq!(names, ["frame.rs", "table.rs", "views/frame.rs"]);
}
