//! Modules of a folder use each other in one direction: none uses another that, over however many
//! steps, uses it. A module and those that it declares may use each other.
//!
//! What counts is every `use`, and every path from `crate`, `super` or `self` in code, of modules
//! that are files and no tests.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Where crates begin.
const ROOTS: [&str; 16] = [
    "tp-codegen/src/lib.rs",
    "tp-codegen/src/main.rs",
    "tp-frames/src/lib.rs",
    "tp-net/src/lib.rs",
    "tp-store/src/lib.rs",
    "tp-game/src/lib.rs",
    "tp-bench/src/lib.rs",
    "tp-cli/src/main.rs",
    "tests/src/lib.rs",
    "tests/benches/main.rs",
    "tests/client/main.rs",
    "tests/server/main.rs",
    "tests/hostile/main.rs",
    "tests/soak/main.rs",
    "tests/simulation/src/lib.rs",
    "tests/simulation/src/main.rs",
];

/// Not read: tests, and what a program has written, whose order is another.
const LEFT_OUT: [&str; 2] = ["tests", "generated"];

/// The names that lead from the root of a crate to a module, or from a module to what it uses.
type Place = Vec<String>;

/// What a module says.
struct Module {
    file: PathBuf,
    /// What the names that `use` brings in stand for.
    imports: BTreeMap<String, Place>,
    /// Every path in it.
    paths: Vec<Place>,
}

/// The modules of a crate.
#[derive(Default)]
struct Crate(BTreeMap<Place, Module>);

impl Crate {
    /// Reads the file of a module, whose own modules have their files in `folder`.
    fn read(&mut self, place: &Place, file: &Path, folder: &Path) {
        let text = std::fs::read_to_string(file).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        let lines = code.lines().map(str::trim);
        let code: String = lines
            .filter(|line| !line.starts_with("//"))
            .flat_map(|line| [line, "\n"])
            .collect();
        let mut imports = BTreeMap::new();
        let mut paths: Vec<_> = code
            .split(|sign: char| !(sign.is_alphanumeric() || "_:".contains(sign)))
            .map(names)
            .filter(|path| {
                matches!(
                    path.first().map(String::as_str),
                    Some("crate" | "super" | "self")
                )
            })
            .collect();
        for statement in code.split(';') {
            let line = statement.lines().next_back().unwrap_or_default();
            if let Some((public, name)) = line.split_once("mod ")
                && (public.is_empty() || public.starts_with("pub"))
                && !LEFT_OUT.contains(&name)
                && !name.contains('{')
            {
                let folder = folder.join(name);
                let files = [folder.with_extension("rs"), folder.join("mod.rs")];
                let file = files.iter().find(|file| file.exists()).unwrap();
                self.read(&[&place[..], &[name.to_owned()]].concat(), file, &folder);
            }
            if let Some(start) = statement.rfind("use ") {
                let tree = &statement[start + 4..];
                for (name, path) in brought_in(tree) {
                    paths.push(path.clone());
                    imports.insert(name, path);
                }
            }
        }
        let file = file.to_owned();
        let module = Module {
            file,
            imports,
            paths,
        };
        self.0.insert(place.clone(), module);
    }

    /// The modules that `path` goes through in `from`: the one that it names, and where that one
    /// has the name from.
    fn targets(&self, from: &Place, path: &[String], steps: usize) -> Vec<Place> {
        let mut at = from.clone();
        let mut path = path.iter();
        let mut targets = Vec::new();
        while let Some(name) = path.next() {
            match &**name {
                "crate" => at.clear(),
                "self" => {}
                "super" => drop(at.pop()),
                _ => {
                    at.push(name.clone());
                    if !self.0.contains_key(&at) {
                        at.pop();
                        if let Some(import) = self.0[&at].imports.get(name)
                            && steps < 16
                        {
                            let further = [import, path.as_slice()].concat();
                            targets = self.targets(&at, &further, steps + 1);
                        }
                        break;
                    }
                }
            }
        }
        targets.push(at);
        targets
    }

    /// By folder: which of its modules uses which other, and where it says so.
    fn uses(&self) -> BTreeMap<Place, Uses> {
        let mut uses: BTreeMap<Place, Uses> = BTreeMap::new();
        for (place, module) in &self.0 {
            for path in &module.paths {
                for target in self.targets(place, path, 0) {
                    let both = place.iter().zip(&target);
                    let folder = both.take_while(|(one, other)| one == other).count();
                    // Where one is above the other, nothing is left of it.
                    if let (Some(user), Some(used)) = (place.get(folder), target.get(folder)) {
                        let uses = uses.entry(place[..folder].to_vec()).or_default();
                        let of_user = uses.entry(user.clone()).or_default();
                        let whence = || format!("{}: {}", module.file.display(), path.join("::"));
                        of_user.entry(used.clone()).or_insert_with(whence);
                    }
                }
            }
        }
        uses
    }
}

/// The names of a path.
fn names(path: &str) -> Place {
    let names = path.split("::").filter(|name| !name.is_empty());
    names.map(ToOwned::to_owned).collect()
}

/// The names that a `use` brings in, and their paths.
fn brought_in(tree: &str) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    let mut above = vec![String::new()];
    for part in tree.split_inclusive(['{', ',', '}']) {
        let step = part.trim_end_matches(['{', ',', '}']);
        let path = format!("{}{}", above.last().unwrap_or(&String::new()), step.trim());
        if part.ends_with('{') {
            above.push(path);
            continue;
        }
        if !step.trim().is_empty() {
            let (path, name) = path.split_once(" as ").unwrap_or((&path, ""));
            let mut path = names(path);
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            let name = if name.is_empty() {
                path.last().cloned()
            } else {
                Some(name.to_owned())
            };
            found.extend(name.map(|name| (name, path)));
        }
        if part.ends_with('}') {
            above.pop();
        }
    }
    found
}

/// What each module of a folder uses of the others, and where it says so.
type Uses = BTreeMap<String, BTreeMap<String, String>>;

/// The shortest way on which one module uses another.
fn way<'a>(uses: &'a Uses, from: &'a String, to: &String) -> Option<Vec<&'a String>> {
    let mut ways = VecDeque::from([vec![from]]);
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop_front() {
        let last = *way.last()?;
        for used in uses.get(last).into_iter().flat_map(BTreeMap::keys) {
            let longer = [&way[..], &[used]].concat();
            if used == to {
                return Some(longer);
            }
            if seen.insert(used) {
                ways.push_back(longer);
            }
        }
    }
    None
}

/// The shortest circle of each folder that has one, in words.
fn circles(root: &Path) -> Vec<String> {
    let folder = root.parent().unwrap();
    let mut modules = Crate::default();
    modules.read(&Vec::new(), root, folder);
    let mut found = Vec::new();
    for (place, uses) in modules.uses() {
        let circles = uses.keys().filter_map(|it| way(&uses, it, it));
        if let Some(circle) = circles.min_by_key(Vec::len) {
            let mut text = format!("circle in {}:\n", folder.join(place.join("/")).display());
            for step in circle.windows(2) {
                let (user, used) = (step[0], step[1]);
                writeln!(text, "  {user} uses {used}: {}", uses[user][used]).unwrap();
            }
            found.push(text);
        }
    }
    found
}

#[test]
fn modules_do_not_use_each_other_in_circles() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let found = ROOTS.map(|root| circles(&project.join(root)).concat());
    assert!(found.concat().is_empty(), "{}", found.concat());
}

#[test]
fn every_way_to_use_a_module_counts() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    // Who uses whom in the circles that there are.
    let found = || -> Vec<String> {
        let circles = circles(&folder.path().join("lib.rs")).concat();
        let steps = circles.lines().filter_map(|line| line.split_once(": "));
        steps
            .map(|(step, _)| step.trim().replace(" uses ", ">"))
            .collect()
    };
    write("lib.rs", "mod a;\nmod b;\nmod c;\npub use c::C;");
    write("a.rs", "use crate::b::{self as other, B};");
    write(
        "b/mod.rs",
        "mod d;\npub use d::B;\n#[cfg(test)]\nmod tests { use crate::a; }",
    );
    write("b/d.rs", "/// As `crate::a::A`.\npub struct B;");
    write("c.rs", "// As `crate::a`.");
    assert_eq!(found(), [""; 0]);
    for back in [
        "use crate::a;",
        "type T = super::super::a::A;",
        "f!(crate::a::g())",
    ] {
        write("b/d.rs", back);
        assert_eq!(found(), ["a>b", "b>a"], "{back}");
    }
    // By a name that the crate has from a module, and over a step more.
    write("b/d.rs", "use crate::C;");
    write("c.rs", "use crate::a::A;");
    assert_eq!(found(), ["a>b", "b>c", "c>a"]);
    // Within a folder, too, and a module and its own may use each other.
    write("c.rs", "");
    write(
        "b/mod.rs",
        "mod d;\nmod e;\nuse d::D;\npub use e::E;\nstruct B;",
    );
    write("b/e.rs", "");
    write("b/d.rs", "use super::{B, E};");
    assert_eq!(found(), [""; 0]);
    write("b/e.rs", "use super::d;");
    assert_eq!(found(), ["d>e", "e>d"]);
}
