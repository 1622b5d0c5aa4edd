//! The command line as a stranger meets it: help, exit codes, what goes where.

use std::process::{Command, Stdio};

use crate::program::{BROKEN, Folder, good, packet, schema};

#[test]
fn help_has_an_example_per_subcommand_and_the_exit_codes() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]);
    help.ends(0).prints("Exit codes:");
    for subcommand in [
        "generate",
        "rust",
        "model",
        "lint",
        "fmt",
        "diff",
        "wireshark",
        "docs",
    ] {
        help.prints(subcommand);
        let help = folder.run(&[subcommand, "--help"]);
        help.ends(0);
        let example = format!("\n  tp-codegen {subcommand} ");
        help.prints(&example);
    }
}

#[test]
fn version_is_the_crates() {
    let run = Folder::new().run(&["--version"]);
    let version = concat!("tp-codegen ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(run.ends(0).stdout, version);
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::with(&[("a.xml", good()), ("b.xml", good())]);
    let usage = "Usage: ";
    for (arguments, said) in [
        (&[][..], usage),
        (&["no-such"], usage),
        (&["rust", "a.xml"], usage),
        (&["model"], usage),
        (&["diff", "a.xml"], usage),
        (&["diff", "a.xml", "b.xml", "third.xml"], usage),
        (
            &["diff", "a.xml", "b.xml", "--format", "xml"],
            "text, json, markdown",
        ),
        (
            &["diff", "a.xml", "b.xml", "--fail-on", "all"],
            "wire, source, any",
        ),
        (
            &["diff", "-", "-"],
            "OLD and NEW cannot both be standard input",
        ),
        (&["fmt", "--check", "--stdout", "a.xml"], usage),
        (&["fmt", "--plan", "p.toml", "a.xml"], usage),
        (&["fmt", "--chekc", "a.xml"], usage),
        (&["lint"], "name a plan with --plan"),
        (
            &["lint", "a.xml", "--plan", "no-such.toml"],
            "cannot read no-such.toml",
        ),
        (
            &["lint", "a.xml", "--format", "xml"],
            "text, json, sarif, github",
        ),
        (
            &["lint", "a.xml", "--fail-on", "never"],
            "note, warning, error",
        ),
        (&["lint", "a.xml", "--list-rules"], "cannot be used with"),
        (
            &["lint", "--list-rules", "--explain", "unbounded"],
            "cannot be used with",
        ),
    ] {
        folder.run(arguments).fails(2).says(said);
    }
}

/// Everything that can be done with a schema, a good one being at hand.
fn uses(schema: &str) -> [Vec<&str>; 8] {
    [
        vec!["model", schema],
        vec!["fmt", schema],
        vec!["diff", schema, "good.xml"],
        vec!["diff", "good.xml", schema],
        vec!["family", "--schemas", schema],
        vec!["rust", schema, "--out", "out"],
        vec!["docs", schema, "--out", "out"],
        vec!["wireshark", schema, "--out", "out"],
    ]
}

#[test]
fn an_unreadable_schema_is_2_and_says_why() {
    let folder = Folder::with(&[("folder/x", ""), ("good.xml", &*good())]);
    for schema in ["no-such.xml", "folder"] {
        for arguments in uses(schema).into_iter().chain([vec!["lint", schema]]) {
            let run = folder.run(&arguments);
            run.fails(2).gives_up(&format!("cannot read {schema}: "));
        }
    }
}

#[test]
fn a_mistake_in_a_schema_is_1_and_has_a_place() {
    let folder = Folder::with(&[("schemas/broken.xml", BROKEN), ("good.xml", &good())]);
    for arguments in uses("schemas/broken.xml") {
        folder.run(&arguments).fails(1).says("schemas/broken.xml:");
    }
    assert!(!folder.path("out").exists());
}

#[test]
fn a_schema_that_is_no_text_is_1() {
    let folder = Folder::new();
    folder.write("a.xml", b"<protocol version=\"\xFF\"/>");
    folder.run(&["model", "a.xml"]).ends(1).says("a.xml");
}

#[test]
fn color_comes_when_asked_for() {
    let folder = Folder::with(&[("broken.xml", BROKEN)]);
    let run = |when| folder.run(&["model", "broken.xml", "--color", when]);
    let colored = |when| run(when).stderr.contains('\x1b');
    assert!(colored("always"));
    assert!(!colored("never"));
    assert!(!colored("auto"), "a pipe is no terminal");
    run("x").ends(2);
}

#[test]
fn the_model_is_json_in_schema_order() {
    let folder = Folder::with(&[("schemas/good.xml", good())]);
    let run = folder.run(&["model", "schemas/good.xml"]);
    let model: serde_json::Value = serde_json::from_str(&run.succeeds().stdout).unwrap();
    assert_eq!(model["source"], "good.xml");
    assert_eq!(model["version"], "TP04");
    assert_eq!(model["packets"][0]["name"], "Alpha");
    assert_eq!(model["packets"][1]["name"], "Beta");
    run.prints_last("}\n");
}

#[test]
fn a_dash_is_standard_input() {
    let folder = Folder::with(&[("stdin", good())]);
    let piped = folder.run_in("", &["model", "-"], &good());
    let named = folder.run(&["model", "stdin"]);
    assert_eq!(piped.succeeds().stdout, named.succeeds().stdout);

    let run = folder.run_in("", &["rust", "-", "--out", "out"], &good());
    run.ends(0);
    assert!(folder.names("out").contains(&"alpha.rs".to_owned()));

    let run = folder.run_in("", &["model", "-"], BROKEN);
    run.ends(1).says("stdin:");
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let folder = Folder::new();
    // More than a pipe holds, so that the program is still writing when the reader goes.
    let packets: Vec<_> = (0..1_000)
        .map(|id| packet(&format!("Packet{id}"), 2_000 + id, &["one", "two"]))
        .collect();
    let packets: Vec<_> = packets.iter().map(|packet| &**packet).collect();
    folder.write("long.xml", &schema(&packets));
    let mut child = Command::new(env!("CARGO_BIN_EXE_tp-codegen"))
        .args(["model", "long.xml"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_2() {
    let folder = Folder::with(&[("good.xml", good())]);
    let run = folder.run_after("exec >/dev/full", &["model", "good.xml"]);
    run.ends(2).says("cannot write to standard output: ");
}

/// What a file name must not bring into a terminal, a log or a generated file.
#[cfg(unix)]
const UNSEEN: [&str; 7] = [
    "\nfn injected",
    "\r",
    "\u{1b}[2J",
    "\u{9b}",
    "\u{202e}",
    "\u{2028}",
    "\u{61c}",
];

#[test]
#[cfg(unix)]
fn file_names_stay_on_their_line_and_move_no_cursor() {
    let edited = good().replace("one", "first");
    for unseen in UNSEEN {
        let named = |front: &str, back: &str| format!("{front}{unseen}{back}");
        let (right, edited_too) = (named("a", ".xml"), named("b", ".xml"));
        let (broken, other) = (named("c", ".xml"), named("d", ".xml"));
        let bindings = named("out", "");
        let plan = named("plan", ".toml");
        let named = format!("x={right}");
        let folder = Folder::with(&[
            (&*right, good()),
            (&*edited_too, edited.clone()),
            (&*broken, BROKEN.to_owned()),
            (&*other, good().replace('\n', "\r\n")),
            (
                &*plan,
                "out = \"src\"\n\n[[family]]\nname = \"1\"\n".to_owned(),
            ),
        ]);
        for (arguments, code) in [
            (&["rust", &right, "--out", &bindings][..], 0),
            (&["wireshark", &right, "--out", "tp.lua"], 0),
            (&["docs", &named, "--format", "both", "--out", "docs"], 0),
            (&["model", &right], 0),
            (&["family", "--schemas", &right], 0),
            (&["diff", &right, &edited_too], 0),
            (&["diff", &right, &edited_too, "--format", "markdown"], 0),
            (&["fmt", "--check", &other], 1),
            (&["fmt", &other], 0),
            (&["lint", &right, &broken], 1),
            (&["lint", &right, &broken, "--format", "github"], 1),
            (&["lint", &right, &broken, "--format", "sarif"], 1),
            (&["lint", &right, &broken, "--format", "json"], 1),
            (&["rust", &broken, "--out", "none"], 1),
            (&["rust", &format!("no{right}"), "--out", "none"], 2),
            (&["rust", &right, "--out", &right], 2),
            (&["rust", &right, "--out", "."], 2),
            (&["diff", &format!("HEAD:{right}"), &right], 2),
            (&["generate", "--plan", &plan], 2),
        ] {
            let run = folder.run(arguments);
            run.ends(code);
            for text in [&run.stdout, &run.stderr] {
                assert!(!text.contains(unseen), "{unseen:?} in {run}");
            }
        }
        for (path, file) in folder.tree("") {
            let text =
                file.map_or_else(String::new, |(bytes, _)| String::from_utf8(bytes).unwrap());
            let generated = text.contains("@generated");
            assert!(!generated || !text.contains(unseen), "{unseen:?} in {path}");
        }
    }
}
