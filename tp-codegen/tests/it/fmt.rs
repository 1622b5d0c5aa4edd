//! `tp-codegen fmt`: what it writes, prints and refuses.

use std::fs;

use crate::program::{BROKEN, Folder, good};

/// A schema that is right but laid out differently.
fn odd() -> String {
    good().replace('\n', "\r\n").replace('"', "'")
}

/// It as it should be.
fn even() -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}", good())
}

const PLAN: &str = "\
out = \"src\"
[[family]]
name = \"one\"
versions = [\"../one.xml\"]
[[family]]
name = \"two\"
versions = [\"../two.xml\"]
[[family]]
name = \"again\"
versions = [\"../one.xml\"]
";

#[test]
fn a_file_is_written_once() {
    let folder = Folder::new();
    folder.write("a.xml", &odd());
    let run = folder.run(&["fmt", "a.xml"]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    assert_eq!(run.stdout, "wrote    a.xml\n1 schemas, 1 written\n");
    assert_eq!(folder.read("a.xml"), even());

    folder.age("a.xml");
    let before = folder.tree("");
    let run = folder.run(&["fmt", "a.xml"]);
    assert_eq!(
        (run.code, &*run.stdout),
        (Some(0), "1 schemas, 0 written\n")
    );
    assert_eq!(folder.tree(""), before);
}

#[test]
fn a_check_shows_what_would_change_and_changes_nothing() {
    let folder = Folder::new();
    folder.write(
        "a.xml",
        &even().replace("    <direction>any", "\t<direction>any"),
    );
    folder.write("b.xml", &even());
    let before = folder.tree("");
    let run = folder.run(&["fmt", "--check", "a.xml", "b.xml"]);
    assert_eq!((run.code, &*run.stderr), (Some(1), ""));
    for line in [
        "--- a/a.xml\n+++ b/a.xml\n@@",
        "\n-\t<direction>any</direction>\n+    <direction>any</direction>\n",
        "\n1 of 2 schemas not formatted; to mend that, run: tp-codegen fmt a.xml\n",
    ] {
        assert!(run.stdout.contains(line), "{line}\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("b/b.xml"), "{}", run.stdout);
    assert_eq!(folder.tree(""), before);

    let run = folder.run(&["fmt", "--check", "b.xml"]);
    assert_eq!(
        (run.code, &*run.stdout),
        (Some(0), "formatted: 1 schemas\n")
    );
}

#[test]
fn without_a_name_the_schemas_of_the_plan_are_meant() {
    let folder = Folder::new();
    folder.write("tp-frames/codegen.toml", PLAN);
    folder.write("one.xml", &odd());
    folder.write("two.xml", &even());
    let run = folder.run(&["fmt"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.stdout, "wrote    one.xml\n2 schemas, 1 written\n");
    assert_eq!(folder.read("one.xml"), even());

    folder.write("one.xml", &odd());
    let run = folder.run_in("tp-frames", &["fmt", "--plan", "codegen.toml"], "");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(run.stdout, "wrote    ../one.xml\n2 schemas, 1 written\n");

    let run = Folder::new().run(&["fmt"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("no tp-frames/codegen.toml"),
        "{}",
        run.stderr
    );
}

#[test]
fn it_can_stand_in_a_pipe() {
    let folder = Folder::new();
    folder.write("a.xml", &odd());
    for arguments in [&["fmt", "-"][..], &["fmt", "--stdout", "a.xml"]] {
        let run = folder.run_in("", arguments, &odd());
        assert_eq!((run.code, &*run.stderr), (Some(0), ""));
        assert_eq!(run.stdout, even(), "{arguments:?}");
    }
    assert_eq!(folder.read("a.xml"), odd());
    let run = folder.run_in("", &["fmt", "--check", "-"], &odd());
    assert_eq!(run.code, Some(1));
}

#[test]
fn one_file_that_cannot_be_read_leaves_all_as_they_are() {
    let folder = Folder::new();
    folder.write("a.xml", &odd());
    folder.write("broken.xml", BROKEN);
    fs::write(folder.path("latin.xml"), b"<protocol version=\"\xFC\"/>").unwrap();
    let before = folder.tree("");
    let run = folder.run(&["fmt", "a.xml", "broken.xml", "latin.xml"]);
    assert_eq!((run.code, &*run.stdout), (Some(1), ""));
    assert!(run.stderr.contains("broken.xml:"), "{}", run.stderr);
    assert!(run.stderr.contains("latin.xml:1:20"), "{}", run.stderr);

    let run = folder.run(&["fmt", "a.xml", "no-such.xml"]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(
        run.stderr.starts_with("error: cannot read no-such.xml: "),
        "{}",
        run.stderr
    );
    assert_eq!(folder.tree(""), before);
}

#[test]
fn a_schema_with_mistakes_can_be_formatted() {
    let folder = Folder::new();
    folder.write(
        "a.xml",
        "<protocol version='TP04'><pakcet  name='A'/></protocol>",
    );
    let run = folder.run(&["fmt", "a.xml"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(folder.read("a.xml").contains("\n  <pakcet name=\"A\"/>\n"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_permissions_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = Folder::new();
    folder.write("far/a.xml", &odd());
    fs::set_permissions(folder.path("far/a.xml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("far/a.xml", folder.path("link.xml")).unwrap();
    let run = folder.run(&["fmt", "link.xml"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(folder.path("link.xml").is_symlink());
    assert_eq!(folder.read("far/a.xml"), even());
    let mode = fs::metadata(folder.path("far/a.xml"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o640);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_all_as_they_are() {
    let folder = Folder::new();
    folder.write("a.xml", &odd());
    folder.write("b.xml", &odd());
    let before = folder.tree("");
    let full = "trap '' XFSZ; ulimit -f 0";
    let run = folder.run_after(full, &["fmt", "a.xml", "b.xml"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("cannot write "), "{}", run.stderr);
    assert_eq!(folder.tree(""), before);
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::new();
    folder.write("a.xml", &good());
    for arguments in [
        &["fmt", "--check", "--stdout", "a.xml"][..],
        &["fmt", "--plan", "p.toml", "a.xml"],
        &["fmt", "--chekc", "a.xml"],
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{arguments:?}");
    }
}
