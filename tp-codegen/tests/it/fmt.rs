//! `tp-codegen fmt`: what it writes, prints and refuses.

use std::fs;

use crate::program::{BROKEN, Folder, good, plan};

/// A schema that is right but laid out differently.
fn odd() -> String {
    good().replace('\n', "\r\n").replace('"', "'")
}

/// It as it should be.
fn even() -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", good())
}

#[test]
fn a_file_is_written_once() {
    let folder = Folder::with(&[("a.xml", odd())]);
    let run = folder.run(&["fmt", "a.xml"]);
    assert_eq!(
        run.succeeds().stdout,
        "wrote    a.xml\n1 schemas, 1 written\n"
    );
    assert_eq!(folder.read("a.xml"), even());

    folder.age("a.xml");
    let run = folder.run_keeping("", &["fmt", "a.xml"]);
    assert_eq!(run.succeeds().stdout, "1 schemas, 0 written\n");
}

#[test]
fn a_check_shows_what_would_change_and_changes_nothing() {
    let tab = even().replace("    <direction>any", "\t<direction>any");
    let folder = Folder::with(&[("a.xml", tab), ("b.xml", even())]);
    let run = folder.run_keeping("", &["fmt", "--check", "a.xml", "b.xml"]);
    assert_eq!(run.ends(1).stderr, "");
    for line in [
        "--- a/a.xml\n+++ b/a.xml\n@@",
        "\n-\t<direction>any</direction>\n+    <direction>any</direction>\n",
        "\n1 of 2 schemas not formatted; to mend that, run: tp-codegen fmt a.xml\n",
    ] {
        run.prints(line);
    }
    run.keeps_quiet_about("b/b.xml");

    let run = folder.run(&["fmt", "--check", "b.xml"]);
    assert_eq!(run.ends(0).stdout, "formatted: 1 schemas\n");
}

#[test]
fn without_a_name_the_schemas_of_the_plan_are_meant() {
    let families = [("one", "one"), ("two", "two"), ("again", "one")];
    let folder = Folder::with(&[
        ("tp-frames/codegen.toml", plan("src", &families)),
        ("one.xml", odd()),
        ("two.xml", even()),
    ]);
    let run = folder.run(&["fmt"]);
    assert_eq!(
        run.ends(0).stdout,
        "wrote    one.xml\n2 schemas, 1 written\n"
    );
    assert_eq!(folder.read("one.xml"), even());

    folder.write("one.xml", &odd());
    let run = folder.run_in("tp-frames", &["fmt", "--plan", "codegen.toml"], "");
    assert_eq!(
        run.ends(0).stdout,
        "wrote    ../one.xml\n2 schemas, 1 written\n"
    );

    let run = Folder::new().run(&["fmt"]);
    run.ends(2).says("no tp-frames/codegen.toml");
}

#[test]
fn it_can_stand_in_a_pipe() {
    let folder = Folder::with(&[("a.xml", odd())]);
    for arguments in [&["fmt", "-"][..], &["fmt", "--stdout", "a.xml"]] {
        let run = folder.run_in("", arguments, &odd());
        assert_eq!(run.succeeds().stdout, even(), "{arguments:?}");
    }
    assert_eq!(folder.read("a.xml"), odd());
    folder.run_in("", &["fmt", "--check", "-"], &odd()).ends(1);
}

#[test]
fn one_file_that_cannot_be_read_leaves_all_as_they_are() {
    let folder = Folder::with(&[("a.xml", &*odd()), ("broken.xml", BROKEN)]);
    folder.write("latin.xml", b"<protocol version=\"\xFC\"/>");
    let run = folder.run_keeping("", &["fmt", "a.xml", "broken.xml", "latin.xml"]);
    run.fails(1).says("broken.xml:").says("latin.xml:1:20");

    let run = folder.run_keeping("", &["fmt", "a.xml", "no-such.xml"]);
    run.fails(2).gives_up("cannot read no-such.xml: ");
}

#[test]
fn a_schema_with_mistakes_can_be_formatted() {
    let misspelt = "<protocol version='TP04'><pakcet  name='A'/></protocol>";
    let folder = Folder::with(&[("a.xml", misspelt)]);
    folder.run(&["fmt", "a.xml"]).ends(0);
    assert!(folder.read("a.xml").contains("\n  <pakcet name=\"A\"/>\n"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::with(&[("far/a.xml", odd())]);
    fs::set_permissions(folder.path("far/a.xml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("far/a.xml", folder.path("link.xml")).unwrap();
    folder.run(&["fmt", "link.xml"]).ends(0);
    assert!(folder.path("link.xml").is_symlink());
    assert_eq!(folder.read("far/a.xml"), even());
    let metadata = fs::metadata(folder.path("far/a.xml")).unwrap();
    assert_eq!(metadata.permissions().mode() & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_all_as_they_are() {
    let folder = Folder::with(&[("a.xml", odd()), ("b.xml", odd())]);
    let before = folder.tree("");
    let full = "trap '' XFSZ; ulimit -f 0";
    let run = folder.run_after(full, &["fmt", "a.xml", "b.xml"]);
    run.ends(2).says("cannot write ");
    assert_eq!(folder.tree(""), before);
}

#[test]
fn lines_that_end_in_a_carriage_return_alone_are_lines() {
    let old = even().replace('\n', "\r");
    let folder = Folder::with(&[
        ("a.xml", old.clone()),
        ("b.xml", old.replace("<integer", "<!-- 1 -->\r\r\r<integer")),
    ]);
    let run = folder.run_keeping("", &["fmt", "--check", "a.xml"]);
    run.ends(1)
        .prints("\n+  <packet name=\"Alpha\" id=\"2000\">\n");
    run.prints("\n-  <packet name=\"Alpha\" id=\"2000\">\n");
    run.keeps_quiet_about("\r");
    folder.run(&["fmt", "a.xml", "b.xml"]).succeeds();
    assert_eq!(folder.read("a.xml"), even());
    let commented = even().replace("<integer", "<!-- 1 -->\n\n      <integer");
    assert_eq!(folder.read("b.xml"), commented);
}

#[test]
fn a_file_with_hidden_characters_is_left_as_it_is() {
    let hidden = odd().replace("\r\n  <packet", "<!-- \u{202e} -->\r\n  <packet");
    let folder = Folder::with(&[("a.xml", hidden)]);
    for arguments in [&["fmt", "a.xml"][..], &["fmt", "--check", "a.xml"]] {
        let run = folder.run_keeping("", arguments);
        run.fails(1)
            .says("error[TP012]: hidden character U+202E\n --> a.xml:1:");
        assert!(!run.stderr.contains('\u{202e}'), "{run}");
    }
}
