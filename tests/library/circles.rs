//! Modules of a folder use each other in one direction: none uses another that, over however many
//! steps, uses it. A module and those that it declares may use each other.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// Where crates begin. What begins in the same folder is one tree of modules.
const ROOTS: [&[&str]; 8] = [
    &["tp-codegen/src/lib.rs", "tp-codegen/src/main.rs"],
    &["tp-frames/src/lib.rs"],
    &["tp-net/src/lib.rs"],
    &["tp-game/src/lib.rs"],
    &["tp-cli/src/main.rs"],
    &["tests/src/lib.rs"],
    &["tests/client/main.rs"],
    &["tests/server/main.rs"],
];

/// Modules that are in circles today, and their folders. One that is in none any more has to go
/// from here.
const KNOWN: [(&str, &[&str]); 9] = [
    (
        "tp-frames/src/wire",
        &[
            "frame",
            "list",
            "packet",
            "parameters",
            "raw",
            "reader",
            "writer",
        ],
    ),
    ("tp-net/src", &["blocking", "polling"]),
    (
        "tp-net/src",
        &["error", "model", "options", "proto", "transport"],
    ),
    ("tp-net/src/model", &["refusal", "stand_in"]),
    (
        "tp-net/src/ops",
        &["admin", "descriptions", "ids", "link", "things"],
    ),
    (
        "tp-net/src/server",
        &[
            "caller",
            "connection",
            "dispatch",
            "handler",
            "id_lists",
            "item",
            "orders",
            "peer",
            "reply",
            "request",
            "worker",
        ],
    ),
    (
        "tp-net/src/transport",
        &[
            "dialer", "error", "http", "inbox", "layer", "layered", "tls",
        ],
    ),
    ("tp-game/src/defects", &["line", "replies", "requests"]),
    ("tests/src", &["protocol", "resolve"]),
];

/// Written by a program, whose order is another.
const GENERATED: &str = "generated";

/// The names that lead from the root of a crate to a module.
type Place = Vec<String>;

/// What a module says.
#[derive(Default)]
struct Module {
    file: PathBuf,
    /// What the names that `use` brings in stand for.
    imports: BTreeMap<String, Vec<String>>,
    /// Every path in it, with its line.
    paths: Vec<(Vec<String>, usize)>,
}

/// The modules of a crate, without those of its tests.
#[derive(Default)]
struct Crate(BTreeMap<Place, Module>);

impl Crate {
    fn read(roots: &[PathBuf]) -> Self {
        let mut modules = Self::default();
        for root in roots {
            modules.read_file(&Vec::new(), root, root.parent().unwrap());
        }
        modules
    }

    /// Reads the file of a module, whose own modules have their files in `folder`.
    fn read_file(&mut self, place: &Place, file: &Path, folder: &Path) {
        let text = std::fs::read_to_string(file).unwrap();
        self.read_module(place, file, folder, text.parse().unwrap());
    }

    fn read_module(&mut self, place: &Place, file: &Path, folder: &Path, tokens: TokenStream) {
        let module = self.0.entry(place.clone()).or_default();
        file.clone_into(&mut module.file);
        self.read_tokens(place, folder, tokens);
    }

    fn read_tokens(&mut self, place: &Place, folder: &Path, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut rest = &tokens[..];
        while let [token, behind @ ..] = rest {
            rest = match (&*word(token), behind) {
                ("#", [TokenTree::Group(attribute), item @ ..]) => {
                    match is_of_tests(&attribute.stream().to_string()) {
                        true => behind_item(item),
                        false => item,
                    }
                }
                ("mod", [TokenTree::Ident(name), body, behind @ ..]) => {
                    self.declared(place, folder, name, body);
                    behind
                }
                // Not the list of what a type captures.
                ("use", [first, ..]) if word(first) != "<" => {
                    let end = behind.iter().position(|token| word(token) == ";");
                    let (tree, behind) = behind.split_at(end.unwrap());
                    let module = self.0.get_mut(place).unwrap();
                    module.bring_in(&[], tree);
                    behind
                }
                // Code for elsewhere.
                ("quote", [sign, _, behind @ ..]) if word(sign) == "!" => behind,
                ("as", _) => behind,
                // A path from the names of all crates, or from a type.
                (":", [next, path @ ..]) if word(next) == ":" => names(path).1,
                _ => match token {
                    TokenTree::Group(group) => {
                        self.read_tokens(place, folder, group.stream());
                        behind
                    }
                    TokenTree::Ident(first) => {
                        let (path, behind) = names(rest);
                        let line = first.span().start().line;
                        self.0.get_mut(place).unwrap().paths.push((path, line));
                        behind
                    }
                    _ => behind,
                },
            };
        }
    }

    fn declared(&mut self, above: &Place, folder: &Path, name: &Ident, body: &TokenTree) {
        let name = name.to_string();
        let place = [&above[..], std::slice::from_ref(&name)].concat();
        let folder = folder.join(&name);
        let beside = folder.with_extension("rs");
        match body {
            _ if name == GENERATED => {}
            TokenTree::Group(body) => {
                let file = self.0[above].file.clone();
                self.read_module(&place, &file, &folder, body.stream());
            }
            _ if beside.exists() => self.read_file(&place, &beside, &folder),
            _ => self.read_file(&place, &folder.join("mod.rs"), &folder),
        }
    }

    /// The modules that `path` goes through in `from`: the one that it names, and where that one
    /// has the name from.
    fn targets(&self, from: &Place, path: &[String], steps: usize, targets: &mut Vec<Place>) {
        let mut at = from.clone();
        let mut path = path.iter();
        if let Some(first) = path.as_slice().first()
            && !["crate", "self", "super"].contains(&&**first)
            && !self.has(from, first)
        {
            return;
        }
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
                            self.targets(&at, &further, steps + 1, targets);
                        }
                        break;
                    }
                }
            }
        }
        targets.push(at);
    }

    /// Whether a path in `module` can begin with `name`.
    fn has(&self, module: &Place, name: &String) -> bool {
        let child = [&module[..], std::slice::from_ref(name)].concat();
        self.0.contains_key(&child) || self.0[module].imports.contains_key(name)
    }

    /// By folder: which of its modules uses which other, and where it says so.
    fn uses(&self) -> BTreeMap<Place, Uses> {
        let mut uses: BTreeMap<Place, Uses> = BTreeMap::new();
        for (place, module) in &self.0 {
            for (path, line) in &module.paths {
                let mut targets = Vec::new();
                self.targets(place, path, 0, &mut targets);
                for target in targets {
                    let both = place.iter().zip(&target);
                    let folder = both.take_while(|(one, other)| one == other).count();
                    // Where one is above the other, nothing is left of it.
                    if let (Some(user), Some(used)) = (place.get(folder), target.get(folder)) {
                        let uses = uses.entry(place[..folder].to_vec()).or_default();
                        let of_user = uses.entry(user.clone()).or_default();
                        let whence = || format!("{}:{line}", module.file.display());
                        of_user.entry(used.clone()).or_insert_with(whence);
                    }
                }
            }
        }
        uses
    }
}

impl Module {
    /// Reads what stands between `use` and `;`, or a part of it below `above`.
    fn bring_in(&mut self, above: &[String], tree: &[TokenTree]) {
        for tree in tree.split(|token| word(token) == ",") {
            let [first, ..] = tree else {
                continue;
            };
            let line = first.span().start().line;
            let (path, behind) = names(tree);
            let mut path = [above, &path].concat();
            if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
                path.pop();
            }
            let name = match behind {
                [TokenTree::Group(parts)] => {
                    let parts: Vec<_> = parts.stream().into_iter().collect();
                    self.bring_in(&path, &parts);
                    continue;
                }
                [_as, name] => Some(name.to_string()),
                // A `*` brings in no name that we know.
                [_, ..] => None,
                [] => path.last().cloned(),
            };
            self.paths.push((path.clone(), line));
            self.imports.extend(name.map(|name| (name, path)));
        }
    }
}

/// The names of the path that `tokens` begin with, and what is behind it.
fn names(mut tokens: &[TokenTree]) -> (Vec<String>, &[TokenTree]) {
    let mut names = Vec::new();
    while let [TokenTree::Ident(name), behind @ ..] = tokens {
        // `as` is no name of a path.
        if name == "as" {
            break;
        }
        names.push(name.to_string().trim_start_matches("r#").to_owned());
        tokens = behind;
        match behind {
            [one, two, behind @ ..] if [one, two].iter().all(|it| word(it) == ":") => {
                tokens = behind;
            }
            _ => break,
        }
    }
    (names, tokens)
}

/// A word or sign; nothing for what has parts.
fn word(token: &TokenTree) -> String {
    match token {
        TokenTree::Group(_) => String::new(),
        other => other.to_string(),
    }
}

/// Whether an attribute makes what follows a part of tests.
fn is_of_tests(attribute: &str) -> bool {
    attribute.starts_with("cfg") && attribute.contains("test")
}

/// What is behind the item that `tokens` begin with.
fn behind_item(tokens: &[TokenTree]) -> &[TokenTree] {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        other => word(other) == ";",
    };
    let end = tokens.iter().position(ends);
    end.map_or(&[], |end| &tokens[end + 1..])
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

/// By folder and modules that use each other: the shortest circle among them, in words.
fn circles(roots: &[PathBuf]) -> BTreeMap<(String, Vec<String>), String> {
    let mut found = BTreeMap::new();
    for (place, uses) in Crate::read(roots).uses() {
        let root = roots[0].parent().unwrap().to_owned();
        let folder = place.iter().fold(root, |folder, name| folder.join(name));
        let mut circles: Vec<_> = uses.keys().filter_map(|it| way(&uses, it, it)).collect();
        circles.sort_by_key(Vec::len);
        for circle in circles {
            let members = uses.keys().filter(|it| {
                way(&uses, it, circle[0]).is_some() && way(&uses, circle[0], it).is_some()
            });
            let key = (folder.display().to_string(), members.cloned().collect());
            found.entry(key).or_insert_with(|| {
                let mut text = format!("circle in {}:\n", folder.display());
                for step in circle.windows(2) {
                    let (user, used) = (step[0], step[1]);
                    writeln!(text, "  {}: {user} uses {used}", uses[user][used]).unwrap();
                }
                text
            });
        }
    }
    found
}

#[test]
fn modules_do_not_use_each_other_in_circles() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    std::env::set_current_dir(project).unwrap();
    let known = KNOWN.map(|(folder, modules)| {
        let modules = modules.iter().map(|name| (*name).to_owned());
        (folder.to_owned(), modules.collect::<Vec<_>>())
    });
    let mut text = String::new();
    let mut missing = BTreeSet::from(known);
    for roots in ROOTS {
        let roots: Vec<_> = roots.iter().map(PathBuf::from).collect();
        for (circle, told) in circles(&roots) {
            if !missing.remove(&circle) {
                writeln!(text, "{told}  all in circles there: {:?}", circle.1).unwrap();
            }
        }
    }
    for known in missing {
        writeln!(text, "no longer a circle, but in KNOWN: {known:?}").unwrap();
    }
    assert!(text.is_empty(), "{text}");
}

#[test]
fn every_way_to_use_a_module_counts() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let found = || -> Vec<Vec<String>> {
        let circles = circles(&[folder.path().join("lib.rs")]);
        circles.into_keys().map(|(_, modules)| modules).collect()
    };
    write("lib.rs", "mod a; mod b; mod c; pub use c::C;");
    write("a.rs", "use crate::b::{self as other, B};");
    write(
        "b/mod.rs",
        "mod d; pub use d::B; #[cfg(test)] mod tests { use crate::a; }",
    );
    write("b/d.rs", "/// As `crate::a::A`.\npub struct B;");
    write("c.rs", "fn f() -> &'static str { \"crate::a\" }");
    assert_eq!(found(), [[""; 0]; 0]);
    for back in [
        "use crate::a;",
        "type T = super::super::a::A;",
        "f!(crate::a::g())",
    ] {
        write("b/d.rs", back);
        assert_eq!(found(), [["a", "b"]], "{back}");
    }
    // By a name that the crate has from a module, and over a step more.
    write("b/d.rs", "use crate::C;");
    write("c.rs", "use crate::a::A;");
    assert_eq!(found(), [["a", "b", "c"]]);
    // Within a folder, too, and a module and its own may use each other.
    write("c.rs", "");
    write(
        "b/mod.rs",
        "mod d; mod e; use d::D; pub use e::E; struct B;",
    );
    write("b/e.rs", "");
    write("b/d.rs", "use super::{B, E};");
    assert_eq!(found(), [[""; 0]; 0]);
    write("b/e.rs", "use super::d;");
    assert_eq!(found(), [["d", "e"]]);
}
