//! The command line as a stranger meets it: help, exit codes, what goes where.

use std::process::{Command, Stdio};

use crate::program::{BROKEN, Folder, good, packet, schema};

#[test]
fn help_has_an_example_per_subcommand_and_the_exit_codes() {
    let folder = Folder::new();
    let help = folder.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    assert!(help.stdout.contains("Exit codes:"), "{}", help.stdout);
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
        assert!(help.stdout.contains(subcommand), "{}", help.stdout);
        let help = folder.run(&[subcommand, "--help"]);
        assert_eq!(help.code, Some(0));
        let example = format!("\n  tp-codegen {subcommand} ");
        assert!(help.stdout.contains(&example), "{}", help.stdout);
    }
}

#[test]
fn version_is_the_crates() {
    let run = Folder::new().run(&["--version"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(
        run.stdout,
        concat!("tp-codegen ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn wrong_usage_is_2() {
    let folder = Folder::new();
    for arguments in [&[][..], &["no-such"], &["rust", "a.xml"], &["model"]] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(2), "{arguments:?}");
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(run.stderr.contains("Usage: "), "{}", run.stderr);
    }
}

#[test]
fn an_unreadable_schema_is_2_and_says_why() {
    let folder = Folder::new();
    folder.write("folder/x", "");
    for schema in ["no-such.xml", "folder"] {
        for arguments in [&["model", schema][..], &["rust", schema, "--out", "out"]] {
            let run = folder.run(arguments);
            assert_eq!(run.code, Some(2), "{arguments:?}");
            assert_eq!(run.stdout, "");
            let said = format!("error: cannot read {schema}: ");
            assert!(run.stderr.starts_with(&said), "{}", run.stderr);
        }
    }
}

#[test]
fn a_mistake_in_a_schema_is_1_and_has_a_place() {
    let folder = Folder::new();
    folder.write("schemas/broken.xml", BROKEN);
    for arguments in [
        &["model", "schemas/broken.xml"][..],
        &["rust", "schemas/broken.xml", "--out", "out"],
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(1), "{arguments:?}");
        assert_eq!(run.stdout, "");
        assert!(run.stderr.contains("schemas/broken.xml:"), "{}", run.stderr);
    }
    assert!(!folder.path("out").exists());
}

#[test]
fn a_schema_that_is_no_text_is_1() {
    let folder = Folder::new();
    std::fs::write(folder.path("a.xml"), b"<protocol version=\"\xFF\"/>").unwrap();
    let run = folder.run(&["model", "a.xml"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("a.xml"), "{}", run.stderr);
}

#[test]
fn color_comes_when_asked_for() {
    let folder = Folder::new();
    folder.write("broken.xml", BROKEN);
    let colored = |when| {
        let run = folder.run(&["model", "broken.xml", "--color", when]);
        run.stderr.contains('\x1b')
    };
    assert!(colored("always"));
    assert!(!colored("never"));
    assert!(!colored("auto"), "a pipe is no terminal");
    assert_eq!(
        folder.run(&["model", "broken.xml", "--color", "x"]).code,
        Some(2)
    );
}

#[test]
fn the_model_is_json_in_schema_order() {
    let folder = Folder::new();
    folder.write("schemas/good.xml", &good());
    let run = folder.run(&["model", "schemas/good.xml"]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    let model: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(model["source"], "good.xml");
    assert_eq!(model["version"], "TP04");
    assert_eq!(model["packets"][0]["name"], "Alpha");
    assert_eq!(model["packets"][1]["name"], "Beta");
    assert!(run.stdout.ends_with("}\n"));
}

#[test]
fn a_dash_is_standard_input() {
    let folder = Folder::new();
    folder.write("stdin", &good());
    let piped = folder.run_in("", &["model", "-"], &good());
    assert_eq!(piped, folder.run(&["model", "stdin"]));

    let run = folder.run_in("", &["rust", "-", "--out", "out"], &good());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(folder.names("out").contains(&"alpha.rs".to_owned()));

    let run = folder.run_in("", &["model", "-"], BROKEN);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("stdin:"), "{}", run.stderr);
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
    let folder = Folder::new();
    folder.write("good.xml", &good());
    let run = folder.run_after("exec >/dev/full", &["model", "good.xml"]);
    assert_eq!(run.code, Some(2));
    assert!(
        run.stderr.contains("cannot write to standard output: "),
        "{}",
        run.stderr
    );
}
