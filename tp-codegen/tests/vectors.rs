//! `tp-codegen vectors`: what decides over the files, and what is refused. What is in them is tested
//! with the bindings and with the independent decoder, in `tests/library/vectors.rs`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod program;

use program::{BROKEN, Folder, good};

/// The files of a run.
fn made(folder: &Folder, out: &str, more: &[&str]) -> Vec<(String, String)> {
    let arguments = [&["vectors", "a.xml", "b.xml", "--out", out], more].concat();
    let run = folder.run(&arguments);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let names = folder.names(out);
    let text = |name: &String| folder.read(&format!("{out}/{name}"));
    names
        .iter()
        .map(|name| (name.clone(), text(name)))
        .collect()
}

fn frames(file: &(String, String)) -> usize {
    let json: serde_json::Value = serde_json::from_str(&file.1).unwrap();
    json["frames"].as_array().unwrap().len()
}

#[test]
fn seed_and_count_decide() {
    let folder = Folder::new();
    folder.write("a.xml", &good());
    folder.write("b.xml", &good());
    let usual = made(&folder, "usual", &[]);
    let names: Vec<_> = usual.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["b.json", "tp04.json"], "both are TP04");
    assert_eq!(
        made(&folder, "same", &["--seed", "0", "--count", "1"]),
        usual
    );
    let other = made(&folder, "other", &["--seed", "1"]);
    assert_ne!(other, usual);
    assert_eq!(made(&folder, "again", &["--seed", "1"]), other);
    // Three frames more of each of the two packets.
    let more = made(&folder, "more", &["--count", "4"]);
    assert_eq!(frames(&more[1]), frames(&usual[1]) + 6);
    assert!(
        usual[1].1.contains("\"schema\": \"a.xml\""),
        "{}",
        usual[1].1
    );
}

#[test]
fn a_change_in_one_packet_leaves_the_others_alone() {
    let folder = Folder::new();
    folder.write("a.xml", &good());
    folder.write("b.xml", &good());
    let before = made(&folder, "out", &[]);
    folder.write(
        "a.xml",
        &good().replace("<name>one</name>", "<name>three</name>"),
    );
    let after = made(&folder, "out", &[]);
    assert_eq!(after[0], before[0]);
    let of_beta = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.contains("Beta"));
        lines.map(ToOwned::to_owned).collect()
    };
    assert_eq!(of_beta(&after[1].1), of_beta(&before[1].1));
    assert!(!of_beta(&before[1].1).is_empty());
    assert_ne!(after[1], before[1]);
}

#[test]
fn what_is_not_ours_stays_and_what_is_goes_with_its_schema() {
    let folder = Folder::new();
    folder.write("a.xml", &good());
    folder.write("b.xml", &good());
    made(&folder, "out", &[]);
    let run = folder.run(&["vectors", "a.xml", "--out", "out"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(folder.names("out"), ["tp04.json"]);

    folder.write("out/mine.json", "{}\n");
    let before = folder.tree("out");
    let run = folder.run(&["vectors", "a.xml", "--out", "out", "--seed", "9"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("mine.json"), "{}", run.stderr);
    assert_eq!(folder.tree("out"), before);
}

#[test]
fn wrong_usage_and_broken_schemas_write_nothing() {
    let folder = Folder::new();
    folder.write("a.xml", &good());
    folder.write("b.xml", BROKEN);
    for (arguments, code) in [
        (&["vectors", "--out", "out"][..], 2),
        (&["vectors", "a.xml"], 2),
        (&["vectors", "a.xml", "--out", "out", "--seed", "-1"], 2),
        (&["vectors", "a.xml", "--out", "out", "--count", "many"], 2),
        (&["vectors", "a.xml", "--out", "out", "--count", "10001"], 2),
        (&["vectors", "a.xml", "--out", "a.xml"], 2),
        (&["vectors", "a.xml", "b.xml", "--out", "out"], 1),
    ] {
        let run = folder.run(arguments);
        assert_eq!(run.code, Some(code), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert!(!folder.path("out").exists());
}
