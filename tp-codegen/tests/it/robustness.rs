//! No text makes the compiler panic: whatever is done to a schema, it compiles or is told what is
//! wrong, at a place that exists.

use std::fs;

use tp_codegen::{Source, compile};

use crate::expected;
use crate::random::Random;

/// Looks for what should not be said in a schema that compiles.
fn lint(bytes: &[u8]) {
    let report = crate::lint::lint(str::from_utf8(bytes).unwrap());
    let text = report.text(false);
    for one in report.findings() {
        let place = format!("s.xml:{}:{}\n", one.primary.line, one.primary.column);
        assert!(text.contains(&place), "{place}{text}");
        assert_ne!(one.category.to_string(), "schema", "{text}");
    }
}

/// Compiles and checks what comes out. Says whether it compiled.
fn check(bytes: impl AsRef<[u8]>) -> bool {
    let bytes = bytes.as_ref();
    let shown = || String::from_utf8_lossy(bytes).into_owned();
    let found = match Source::new("s.xml", bytes).and_then(|source| compile(&source)) {
        Ok(_) => return true,
        Err(found) => found,
    };
    assert!(found.iter().next().is_some());
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    // A carriage return ends a line, unless a line feed behind it does.
    let text = text.replace("\r\n", " \n").replace('\r', "\n");
    let lines: Vec<usize> = text.split('\n').map(|line| line.chars().count()).collect();
    let rendered = found.to_string();
    for one in &found {
        let length = lines
            .get(one.primary.line - 1)
            .unwrap_or_else(|| panic!("{rendered}\n{}", shown()));
        assert!(
            (1..=length + 1).contains(&one.primary.column),
            "{rendered}\n{}",
            shown()
        );
        let place = format!("s.xml:{}:{}\n", one.primary.line, one.primary.column);
        assert!(rendered.contains(&place), "{place}{rendered}\n{}", shown());
        assert!(!one.message.is_empty());
        let primary = &one.primary;
        assert!((primary.line, primary.column) <= (primary.end_line, primary.end_column));
    }
    false
}

/// How far apart the places are at which something is done to a schema: every byte of those that
/// compile, fewer of the many that do not.
fn step(good: bool) -> usize {
    if good { 1 } else { 5 }
}

/// Small schemas that between them use the whole dialect, and broken ones.
fn seeds() -> Vec<Vec<u8>> {
    let schemas = expected::schemas(&["accepted", "diagnostics/cases"]);
    schemas
        .into_iter()
        .map(|path| fs::read(path).unwrap())
        .collect()
}

#[test]
fn a_schema_cut_off_anywhere_is_refused_or_whole() {
    for seed in seeds() {
        let good = check(&seed);
        for length in (0..seed.len()).step_by(step(good)) {
            let compiled = check(&seed[..length]);
            let rest = String::from_utf8_lossy(&seed[length..]);
            let whole = good && !rest.contains('>');
            assert!(
                !compiled || !good || !rest.contains("</protocol>"),
                "cut at {length}: {rest}"
            );
            assert!(compiled || !whole, "cut at {length}: {rest}");
        }
    }
}

#[test]
fn a_schema_without_one_byte_is_survived() {
    for seed in seeds() {
        for index in (0..seed.len()).step_by(step(check(&seed)) * 3) {
            let mut bytes = seed.clone();
            bytes.remove(index);
            check(&bytes);
        }
    }
}

#[test]
fn bytes_changed_at_random_are_survived() {
    // Bytes that mean something to XML or to the dialect come up more often than others.
    let telling = b"<>/\"'=&;!?-[]x0 \t\r\n\0\xFF\xEFpaUs_:.";
    let mut random = Random::new(0x7470_6672_616D_6573);
    for seed in seeds() {
        for _ in 0..100 {
            let mut bytes = seed.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len() + 1);
                let length = random.below(12).min(bytes.len() - at);
                let piece = bytes[at..at + length].to_vec();
                match random.below(5) {
                    0 => drop(bytes.drain(at..at + length)),
                    1 => drop(bytes.splice(at..at, piece)),
                    2 => {
                        let to = random.below(bytes.len() + 1);
                        drop(bytes.splice(to..to, piece));
                    }
                    3 => bytes.insert(at, telling[random.below(telling.len())]),
                    _ => {
                        if let Some(byte) = bytes.get_mut(at) {
                            *byte = telling[random.below(telling.len())];
                        }
                    }
                }
            }
            if check(&bytes) {
                lint(&bytes);
            }
        }
    }
}

/// Swaps, repeats and drops whole tags and values: most results are well-formed, so that what
/// comes after the XML reader is reached.
#[test]
fn words_changed_at_random_are_survived() {
    let mut random = Random::new(0x5363_6865_6D61_7321);
    let seeds: Vec<String> = seeds()
        .into_iter()
        .filter_map(|seed| String::from_utf8(seed).ok())
        .collect();
    let words: Vec<String> = seeds
        .iter()
        .flat_map(|seed| seed.split(['"', '<', '>', ' ', '\n', '/', '=']))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    for seed in &seeds {
        for _ in 0..100 {
            let mut text = seed.clone();
            for _ in 0..=random.below(3) {
                let marks: Vec<(usize, usize)> = text
                    .match_indices(['"', '>'])
                    .map(|(at, _)| at + 1)
                    .filter_map(|at| {
                        let length = text[at..].find(['"', '<'])?;
                        Some((at, at + length))
                    })
                    .collect();
                if marks.is_empty() {
                    break;
                }
                let (start, end) = marks[random.below(marks.len())];
                match random.below(3) {
                    0 => text.replace_range(start..end, &words[random.below(words.len())]),
                    1 => {
                        let (from, to) = marks[random.below(marks.len())];
                        let word = text[from..to].to_owned();
                        text.replace_range(start..end, &word);
                    }
                    _ => {
                        // A whole line once more, or not at all.
                        let lines: Vec<&str> = text.lines().collect();
                        let line = random.below(lines.len());
                        let mut lines: Vec<String> = lines.into_iter().map(str::to_owned).collect();
                        if random.below(2) == 0 {
                            let copy = lines[line].clone();
                            lines.insert(line, copy);
                        } else {
                            lines.remove(line);
                        }
                        text = lines.join("\n");
                    }
                }
            }
            if check(&text) {
                lint(text.as_bytes());
            }
        }
    }
}

/// A schema with that in it.
fn protocol(inside: &str) -> String {
    format!("<protocol version='TP04'>\n{inside}</protocol>")
}

/// Takes seconds; it took minutes when every name was compared with every other.
#[test]
fn many_names_that_are_almost_the_same_are_survived() {
    const COUNT: usize = 3_000;
    let letter = |number: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[number % 26]);
    let name = |number: usize| {
        let letters: String = [number / 676, number / 26, number]
            .map(letter)
            .into_iter()
            .collect();
        format!("Packet{letters}end")
    };
    let packet = |number| {
        let name = name(number);
        format!("<packet name='{name}'><note>A {name}s {name}d.</note></packet>\n")
    };
    let schema = protocol(&(0..COUNT).map(packet).collect::<String>());
    let report = crate::lint::lint(&schema);
    let similar = |rule| report.findings().filter(|one| one.rule == rule).count();
    // Every word but the first of a kind is almost another.
    assert_eq!(similar("similar-names"), COUNT - 1);
    assert_eq!(similar("missing-prose"), COUNT);

    let packet = |number| format!("<packet name='{0}' base='{0}s'/>", name(number));
    let schema = protocol(&(0..COUNT).map(packet).collect::<String>());
    let source = Source::new("s.xml", schema).unwrap();
    let found = compile(&source).unwrap_err();
    assert_eq!(found.iter().count(), COUNT);
    // What most likely was meant is guessed for some of them, since it takes time.
    assert_eq!(found.iter().filter(|one| one.help.is_some()).count(), 100);
}

#[test]
fn huge_and_hostile_schemas_are_survived() {
    let deep = "<group><name>a</name><structure>".repeat(100_000);
    check(format!(
        "<protocol version='TP04'><packet name='P'><structure>{deep}"
    ));
    let packets = |count: usize, base: fn(usize) -> usize| -> String {
        let packet = |i| format!("<packet name='P{i}' base='P{}'/>", base(i));
        (0..count).map(packet).collect()
    };
    assert!(!check(protocol(&packets(4_000, |i| i + 1))));
    assert!(!check(protocol(&packets(2_000, |i| (i + 1) % 2_000))));
    assert!(!check(protocol(&"<packet name='P' id='1'/>\n".repeat(500))));
    let long = "x".repeat(200_000);
    assert!(!check(format!("<protocol version='{long}' {long}=''/>")));
    let field = |i| format!("<string><name>f{i}</name></string>");
    let fields: String = (0..2_000).map(field).collect();
    let packet = format!("<packet name='P'><structure>{fields}</structure></packet>");
    assert!(check(protocol(&packet)));
}
