//! `tp-codegen lint`: its exit codes, where it finds the plan, what it prints.

use crate::program::{BROKEN, Folder, good};

/// A schema that breaks `missing-prose`, `unbounded` and nothing else.
fn noted() -> String {
    "<protocol version=\"TP04\">\n  <packet name=\"One\" id=\"1\">\n    <structure>\n      \
     <string><name>text</name></string>\n    </structure>\n  </packet>\n</protocol>\n"
        .to_owned()
}

/// The same with words, so that only a note is left.
fn described() -> String {
    let words = "<longname>One</longname><description>The one.</description>";
    noted()
        .replace("<structure>", &format!("{words}<structure>"))
        .replace("</name>", &format!("</name>{words}"))
}

const PLAN: &str = "\
out = \"src\"

[[family]]
name = \"one\"
versions = [\"../one.xml\"]

[[family]]
name = \"two\"
versions = [\"../two.xml\"]
";

fn allow(rule: &str, rest: &str) -> String {
    format!("{PLAN}\n[[lint.allow]]\nrule = \"{rule}\"\n{rest}\nreason = \"it is so\"\n")
}

#[test]
fn the_exit_code_says_whether_something_bad_was_found() {
    let folder = Folder::new();
    folder.write("a.xml", &noted());
    folder.write("b.xml", &described());
    for (arguments, code) in [
        (&["a.xml"][..], 1),
        (&["a.xml", "--fail-on", "error"], 0),
        (&["a.xml", "--fail-on", "note"], 1),
        (&["b.xml"], 0),
        (&["b.xml", "--fail-on", "note"], 1),
        (&["b.xml", "a.xml"], 1),
        (&["b.xml", "--format", "json", "--fail-on", "note"], 1),
    ] {
        let run = folder.run(&[&["lint"], arguments].concat());
        assert_eq!(run.code, Some(code), "{arguments:?}\n{}", run.stdout);
        assert_eq!(run.stderr, "");
        assert!(run.stdout.contains("unbounded"), "{}", run.stdout);
    }
}

#[test]
fn text_has_excerpts_and_a_count() {
    let folder = Folder::new();
    folder.write("a.xml", &noted());
    let run = folder.run(&["lint", "a.xml"]);
    assert!(
        run.stdout
            .contains("note[unbounded]: string `text` has no `max`\n --> a.xml:4:7\n")
    );
    assert!(
        run.stdout
            .ends_with("\n\n1 file: 2 warnings, 1 note, 0 allowed\n"),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains('\x1b'));
    let colored = folder.run(&["lint", "a.xml", "--color", "always"]);
    assert!(colored.stdout.contains('\x1b'));
}

#[test]
fn without_a_name_the_schemas_of_the_plan_are_meant() {
    let folder = Folder::new();
    folder.write("one.xml", &described());
    folder.write("two.xml", &described());
    folder.write("tp-frames/codegen.toml", &allow("unbounded", ""));
    let run = folder.run(&["lint", "--fail-on", "note"]);
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert_eq!(run.stdout, "2 files: nothing found, 2 allowed\n");

    // From another folder, and under another name.
    let run = folder.run_in(
        "tp-frames",
        &["lint", "--fail-on", "note", ".././one.xml"],
        "",
    );
    assert_eq!(run.code, Some(0), "{}", run.stdout);
    assert_eq!(run.stdout, "1 file: nothing found, 1 allowed\n");

    folder.write(
        "plans/mine.toml",
        &allow("unbounded", "schema = \"../two.xml\""),
    );
    let run = folder.run(&["lint", "--fail-on", "note", "--plan", "plans/mine.toml"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("--> one.xml:"), "{}", run.stdout);
    assert!(!run.stdout.contains("--> two.xml:"), "{}", run.stdout);
}

#[test]
fn the_plan_allows_nothing_in_other_schemas() {
    let folder = Folder::new();
    folder.write("one.xml", &described());
    folder.write("two.xml", &described());
    folder.write("three.xml", &described());
    folder.write("tp-frames/codegen.toml", &allow("unbounded", ""));
    let run = folder.run(&["lint", "--fail-on", "note", "three.xml"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("three.xml:"), "{}", run.stdout);
}

#[test]
fn a_bad_entry_is_shown_in_the_plan() {
    let folder = Folder::new();
    folder.write("one.xml", &described());
    folder.write("two.xml", &described());
    for (entry, said) in [
        (allow("unbuonded", ""), "did you mean `unbounded`?"),
        (
            allow("field-name", ""),
            "`field-name` is allowed, but not found",
        ),
        (
            allow("unbounded", "place = \"One.txet\""),
            "is allowed, but not found",
        ),
        (
            allow("unbounded", "schema = \"../three.xml\""),
            "`three.xml` is no schema of this plan",
        ),
        (
            allow("unbounded", "").replace("it is so", " "),
            "this entry gives no reason",
        ),
        (
            format!("{PLAN}\n[[lint.allow]]\nrule = \"unbounded\"\n"),
            "this entry gives no reason",
        ),
    ] {
        folder.write("tp-frames/codegen.toml", &entry);
        let run = folder.run(&["lint"]);
        assert_eq!(run.code, Some(1), "{}", run.stdout);
        assert!(run.stdout.contains(said), "{said}\n{}", run.stdout);
        assert!(
            run.stdout.contains("--> tp-frames/codegen.toml:12:8"),
            "{}",
            run.stdout
        );
        // Bindings are made all the same.
        assert_eq!(folder.run(&["generate"]).code, Some(0));
    }
    folder.write(
        "tp-frames/codegen.toml",
        &allow("unbounded", "palce = \"One\""),
    );
    let run = folder.run(&["lint"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("unknown field `palce`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_schema_with_mistakes_is_found_in_every_format() {
    let folder = Folder::new();
    folder.write("broken.xml", BROKEN);
    std::fs::write(folder.path("latin.xml"), b"<protocol version=\"\xFC\"/>").unwrap();
    for format in ["text", "json", "sarif", "github"] {
        for (file, code) in [("broken.xml", "TP006"), ("latin.xml", "TP001")] {
            let run = folder.run(&["lint", file, "--format", format]);
            assert_eq!((run.code, &*run.stderr), (Some(1), ""), "{format} {file}");
            assert!(run.stdout.contains(code), "{}", run.stdout);
            assert!(run.stdout.contains(file), "{}", run.stdout);
        }
    }
}

#[test]
fn standard_input_is_a_schema_too() {
    let folder = Folder::new();
    let run = folder.run_in("", &["lint", "-"], &noted());
    assert_eq!(run.code, Some(1));
    assert!(run.stdout.contains("--> stdin:4:"), "{}", run.stdout);
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = Folder::new();
    let list = folder.run(&["lint", "--list-rules"]);
    assert_eq!((list.code, &*list.stderr), (Some(0), ""));
    for rule in tp_codegen::lint::Rule::all() {
        let line = list
            .stdout
            .lines()
            .find(|line| line.starts_with(rule.name))
            .unwrap();
        assert!(
            line.contains(rule.severity.name()) && line.ends_with(rule.title),
            "{line}"
        );
        let run = folder.run(&["lint", "--explain", rule.name]);
        assert_eq!(run.code, Some(0));
        assert!(run.stdout.contains(rule.explanation), "{}", run.stdout);
    }
    let run = folder.run(&["lint", "--explain", "TP032"]);
    assert!(
        run.stdout.contains("Packet names are unique"),
        "{}",
        run.stdout
    );
    let run = folder.run(&["lint", "--explain", "no-such"]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("no rule `no-such`"), "{}", run.stderr);
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::new();
    folder.write("a.xml", &good());
    for (arguments, said) in [
        (&["lint"][..], "name a plan with --plan"),
        (&["lint", "no-such.xml"], "cannot read no-such.xml"),
        (
            &["lint", "a.xml", "--plan", "no-such.toml"],
            "cannot read no-such.toml",
        ),
        (
            &["lint", "a.xml", "--format", "xml"],
            "possible values: text, json, sarif, github",
        ),
        (
            &["lint", "a.xml", "--fail-on", "never"],
            "possible values: note, warning, error",
        ),
        (&["lint", "a.xml", "--list-rules"], "cannot be used with"),
        (
            &["lint", "--list-rules", "--explain", "unbounded"],
            "cannot be used with",
        ),
    ] {
        let run = folder.run(arguments);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{arguments:?}");
        assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
    }
}

#[test]
fn the_versions_of_a_family_are_compared() {
    let folder = Folder::new();
    folder.write("one.xml", &described().replace("TP04", "TP03"));
    folder.write("two.xml", &described().replace(">One<", ">Two<"));
    let family = "[[family]]\nname = \"game\"\nversions = [\"../one.xml\", \"../two.xml\"]\n";
    folder.write(
        "tp-frames/codegen.toml",
        &format!("out = \"src\"\n{family}"),
    );
    for arguments in [&["lint"][..], &["lint", "two.xml"]] {
        let run = folder.run(arguments);
        let said = "note[other-meaning]: field `text` is called `Two` here and `One` in TP03";
        assert!(run.stdout.contains(said), "{}", run.stdout);
        assert_eq!(
            run.stdout.matches("other-meaning").count(),
            1,
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains("--> two.xml:"), "{}", run.stdout);
    }
    let run = folder.run(&["lint", "one.xml"]);
    assert!(!run.stdout.contains("other-meaning"), "{}", run.stdout);

    // What is meant so can be allowed like all else.
    let text = described().replace(">One<", ">Two<");
    let allowed = "<!-- lint: allow(other-meaning) It is so. -->\n<string>";
    folder.write("two.xml", &text.replace("<string>", allowed));
    let run = folder.run(&["lint", "two.xml"]);
    assert!(!run.stdout.contains("other-meaning"), "{}", run.stdout);

    // An older version that cannot be compared is a matter of its own.
    folder.write("two.xml", &text);
    folder.write("one.xml", BROKEN);
    let run = folder.run(&["lint", "two.xml"]);
    assert!(!run.stdout.contains("other-meaning"), "{}", run.stdout);
}
