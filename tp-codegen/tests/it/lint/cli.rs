//! `tp-codegen lint`: its exit codes, where it finds the plan, what it prints.

use crate::program::{BROKEN, Folder, plan};

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

fn two() -> String {
    plan("src", &[("one", "one"), ("two", "two")])
}

fn allow(rule: &str, rest: &str) -> String {
    let entry = format!("[[lint.allow]]\nrule = \"{rule}\"\n{rest}\nreason = \"it is so\"\n");
    format!("{}\n{entry}", two())
}

#[test]
fn the_exit_code_says_whether_something_bad_was_found() {
    let folder = Folder::with(&[("a.xml", noted()), ("b.xml", described())]);
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
        assert_eq!(run.stderr, "");
        run.ends(code).prints("unbounded");
    }
}

#[test]
fn text_has_excerpts_and_a_count() {
    let folder = Folder::with(&[("a.xml", noted())]);
    let run = folder.run(&["lint", "a.xml"]);
    run.prints("note[unbounded]: string `text` has no `max`\n --> a.xml:4:7\n");
    run.prints_last("\n\n1 file: 2 warnings, 1 note, 0 allowed\n");
    run.keeps_quiet_about("\x1b");
    let colored = folder.run(&["lint", "a.xml", "--color", "always"]);
    colored.prints("\x1b");
}

#[test]
fn without_a_name_the_schemas_of_the_plan_are_meant() {
    let folder = Folder::with(&[
        ("one.xml", described()),
        ("two.xml", described()),
        ("tp-frames/codegen.toml", allow("unbounded", "")),
    ]);
    let run = folder.run(&["lint", "--fail-on", "note"]);
    assert_eq!(run.ends(0).stdout, "2 files: nothing found, 2 allowed\n");

    // From another folder, and under another name.
    let arguments = &["lint", "--fail-on", "note", ".././one.xml"];
    let run = folder.run_in("tp-frames", arguments, "");
    assert_eq!(run.ends(0).stdout, "1 file: nothing found, 1 allowed\n");

    let two = allow("unbounded", "schema = \"../two.xml\"");
    folder.write("plans/mine.toml", &two);
    let run = folder.run(&["lint", "--fail-on", "note", "--plan", "plans/mine.toml"]);
    run.ends(1).prints("--> one.xml:");
    run.keeps_quiet_about("--> two.xml:");
}

#[test]
fn a_bad_entry_is_shown_in_the_plan() {
    let folder = Folder::with(&[("one.xml", described()), ("two.xml", described())]);
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
            two() + "\n[[lint.allow]]\nrule = \"unbounded\"\n",
            "this entry gives no reason",
        ),
    ] {
        folder.write("tp-frames/codegen.toml", &entry);
        let run = folder.run(&["lint"]);
        run.ends(1).prints(said);
        run.prints("--> tp-frames/codegen.toml:12:8");
        // Bindings are made all the same.
        folder.run(&["generate"]).ends(0);
    }
    let unknown = allow("unbounded", "palce = \"One\"");
    folder.write("tp-frames/codegen.toml", &unknown);
    folder.run(&["lint"]).ends(2).says("unknown field `palce`");
}

#[test]
fn a_schema_with_mistakes_is_found_in_every_format() {
    let folder = Folder::with(&[("broken.xml", BROKEN)]);
    folder.write("latin.xml", b"<protocol version=\"\xFC\"/>");
    for format in ["text", "json", "sarif", "github"] {
        for (file, code) in [("broken.xml", "TP006"), ("latin.xml", "TP001")] {
            let run = folder.run(&["lint", file, "--format", format]);
            assert_eq!(run.stderr, "");
            run.ends(1).prints(code).prints(file);
        }
    }
}

#[test]
fn standard_input_is_a_schema_too() {
    let folder = Folder::new();
    let run = folder.run_in("", &["lint", "-"], &noted());
    run.ends(1).prints("--> stdin:4:");
}

#[test]
fn rules_are_listed_and_explained() {
    let folder = Folder::new();
    let list = folder.run(&["lint", "--list-rules"]);
    list.succeeds();
    for rule in tp_codegen::lint::Rule::all() {
        let mut lines = list.stdout.lines();
        let line = lines.find(|line| line.starts_with(rule.name)).unwrap();
        let told = line.contains(&rule.severity.to_string()) && line.ends_with(rule.title);
        assert!(told, "{line}");
        let run = folder.run(&["lint", "--explain", rule.name]);
        run.ends(0).prints(rule.explanation);
    }
    let run = folder.run(&["lint", "--explain", "TP032"]);
    run.prints("Packet names are unique");
    let run = folder.run(&["lint", "--explain", "no-such"]);
    run.fails(2).says("no rule `no-such`");
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
        run.prints(said).prints("--> two.xml:");
        let count = run.stdout.matches("other-meaning").count();
        assert_eq!(count, 1, "{run}");
    }
    let run = folder.run(&["lint", "one.xml"]);
    run.keeps_quiet_about("other-meaning");

    // What is meant so can be allowed like all else.
    let text = described().replace(">One<", ">Two<");
    let allowed = "<!-- lint: allow(other-meaning) It is so. -->\n<string>";
    folder.write("two.xml", &text.replace("<string>", allowed));
    let run = folder.run(&["lint", "two.xml"]);
    run.keeps_quiet_about("other-meaning");

    // An older version that cannot be compared is a matter of its own.
    folder.write("two.xml", &text);
    folder.write("one.xml", BROKEN);
    let run = folder.run(&["lint", "two.xml"]);
    run.keeps_quiet_about("other-meaning");
}
