//! `tp-codegen diff` as a user meets it: formats, exit codes, revisions, wrong input.

use std::process::Command;

use crate::program::{Folder, Run, good};
use serde_json::Value;

/// A folder with an old and a new schema: a field more in Alpha, another name for Beta's.
fn folder() -> Folder {
    let more = "      <string><name>more</name></string>\n    </structure>";
    let new = good().replacen("    </structure>", more, 1);
    Folder::with(&[
        ("old.xml", good()),
        ("new.xml", new.replace("two", "second")),
    ])
}

fn diff(folder: &Folder, arguments: &[&str]) -> Run {
    folder.run(&[&["diff"], arguments].concat())
}

#[test]
fn the_text_names_what_changed_and_what_breaks() {
    let run = diff(&folder(), &["old.xml", "new.xml"]);
    assert_eq!(
        run.succeeds().stdout,
        "\
old.xml (TP04) -> new.xml (TP04)

packet Alpha (2000)
  field `more` added after `one`: string; the frame has a view of its own now
      wire: breaks between an old client and a new server: Alpha
      wire: breaks between a new client and an old server: Alpha
      source: breaks programs that use it

packet Beta (2001)
  field `second` was called `two`
      source: breaks programs that use it

2 changes
    1 break the wire
    1 … between old clients and new servers
    1 … between new clients and old servers
    2 break programs
calls for a new protocol version and a new major version of the crate (before 1.0: minor)
"
    );
}

#[test]
fn equal_schemas_have_no_changes_in_any_format() {
    let folder = folder();
    // Other layout, other order, a comment: nothing of this is a change.
    let whole = good();
    let (head, packets) = whole.split_once('\n').unwrap();
    let (alpha, beta) = packets.split_once("  <packet name=\"Beta\"").unwrap();
    let beta = beta.replace("</protocol>\n", "");
    let turned = format!("{head}<!-- x -->\n<packet name=\"Beta\"{beta}{alpha}</protocol>");
    folder.write("turned.xml", &turned.replace("      ", " "));
    let run = diff(&folder, &["old.xml", "turned.xml", "--fail-on", "any"]);
    run.ends(0).prints_last("\nno changes\n");
    let run = diff(&folder, &["old.xml", "turned.xml", "--format", "markdown"]);
    run.prints_last(": no changes.\n");
    let run = diff(&folder, &["old.xml", "turned.xml", "--format", "json"]);
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(json["changes"], serde_json::json!([]));
    assert_eq!(json["bump"]["crate"], "none");
}

#[test]
fn fail_on_decides_the_exit_code() {
    let folder = folder();
    folder.write("renamed.xml", &good().replace("two", "second"));
    let words = "    <longname>A</longname><direction>";
    folder.write("words.xml", &good().replacen("    <direction>", words, 1));
    for (new, class, code) in [
        ("new.xml", "wire", 1),
        ("new.xml", "source", 1),
        ("renamed.xml", "wire", 0),
        ("renamed.xml", "source", 1),
        ("renamed.xml", "wire,source", 1),
        ("words.xml", "wire,source", 0),
        ("words.xml", "any", 1),
        ("old.xml", "any", 0),
    ] {
        let run = diff(&folder, &["old.xml", new, "--fail-on", class]);
        run.ends(code);
        assert!(run.stdout.starts_with("old.xml "), "{}", run.stdout);
    }
}

#[test]
fn a_dash_is_standard_input() {
    let folder = folder();
    let piped = folder.run_in("", &["diff", "-", "new.xml"], &good());
    assert!(
        piped.stdout.starts_with("stdin (TP04) -> new.xml"),
        "{}",
        piped.stdout
    );
    piped.prints("\n2 changes\n");
}

/// Runs git in the folder.
fn git(folder: &Folder, arguments: &[&str]) {
    let run = Command::new("git")
        .args(["-c", "user.name=x", "-c", "user.email=x@example.org"])
        .args(arguments)
        .current_dir(folder.path(""))
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
}

#[test]
fn an_edition_may_be_a_git_revision() {
    if tp_test_components::program("git").is_none() {
        return;
    }
    let folder = folder();
    let before = diff(&folder, &["old.xml", "new.xml"]).stdout;
    let alone = diff(&folder, &["HEAD:old.xml", "new.xml"]);
    alone.ends(2).says("no git repository");

    git(&folder, &["init", "-q"]);
    folder.write("sub/schema.xml", &good());
    git(&folder, &["add", "-A"]);
    git(&folder, &["commit", "-q", "-m", "one"]);
    folder.write("sub/schema.xml", &folder.read("new.xml"));
    git(&folder, &["add", "-A"]);

    // What is committed, from here and by the whole path, and what is staged.
    let run = diff(&folder, &["HEAD:sub/schema.xml", "sub/schema.xml"]);
    let shown = before
        .replace("old.xml", "HEAD:sub/schema.xml")
        .replace("new.xml", "schema.xml");
    assert_eq!(run.ends(0).stdout, shown);
    let run = folder.run_in("sub", &["diff", "HEAD:./schema.xml", "schema.xml"], "");
    run.prints("\n2 changes\n");
    let run = diff(&folder, &["HEAD:sub/schema.xml", ":sub/schema.xml"]);
    run.prints("\n2 changes\n");

    for (old, said) in [
        (
            "HEAD:no.xml",
            "there is no file `no.xml` in revision `HEAD`: ",
        ),
        ("no-such:old.xml", "git knows no revision `no-such`"),
        (":no.xml", "there is no file `no.xml` in what is staged: "),
        ("--all:old.xml", "unexpected argument"),
    ] {
        diff(&folder, &[old, "new.xml"]).fails(2).says(said);
    }

    // A file of that name wins.
    folder.write("HEAD:old.xml", &folder.read("new.xml"));
    let run = diff(&folder, &["HEAD:old.xml", "new.xml"]);
    run.prints_last("\nno changes\n");
}

#[test]
fn without_git_a_revision_cannot_be_read() {
    let folder = folder();
    let run = folder.run_after("PATH=/nowhere", &["diff", "HEAD:old.xml", "new.xml"]);
    run.ends(2).says("git, which might know");
}
