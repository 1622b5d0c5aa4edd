//! Changes that a maintainer might make, at random places.

mod fields;
mod others;
mod packets;

use crate::diff::exchange::Renamed;
use crate::diff::tree::{self, Tree, Way};
use crate::random::Random;

/// A change and how it has to be reported.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    pub(crate) tree: Tree,
    /// The kind, as in JSON.
    pub(crate) kind: &'static str,
    /// The declaration, as in text: any of these.
    pub(crate) subject: String,
    /// The field, any of these; none for the declaration itself.
    pub(crate) fields: Vec<String>,
    pub(crate) value: Option<String>,
    pub(crate) renamed: Renamed,
}

pub(crate) use fields::FIELDS;
pub(crate) use others::OTHERS;
pub(crate) use packets::PACKETS;

/// Makes an edit; nothing if it happens on a place where it makes no sense.
pub(crate) type Maker = fn(&Tree, &mut Random) -> Option<Edit>;

impl Edit {
    fn new(tree: Tree, kind: &'static str, subject: String) -> Self {
        Self {
            tree,
            kind,
            subject,
            fields: Vec::new(),
            value: None,
            renamed: Renamed::default(),
        }
    }

    /// A change of the field at `way` in its tree.
    fn of_field(tree: Tree, kind: &'static str, way: &[usize]) -> Self {
        let (subject, path) = place(&tree, way);
        let mut edit = Self::new(tree, kind, subject);
        edit.fields = vec![path];
        edit
    }

    fn of_value(mut self, value: &str) -> Self {
        self.value = Some(value.to_owned());
        self
    }

    fn renaming(mut self, old: &str, new: &str) -> Self {
        self.renamed.0.push((old.to_owned(), new.to_owned()));
        self
    }
}

/// A name and a number that nothing else has.
fn fresh(random: &mut Random) -> (String, u32) {
    let number = u32::try_from(random.below(90_000)).unwrap() + 1_000;
    (format!("fresh{number}"), number)
}

fn is_packet(tree: &Tree) -> bool {
    tree.tag == "packet" && tree.name() != "Header"
}

fn is_frame(tree: &Tree) -> bool {
    is_packet(tree) && tree.get("id").is_some()
}

fn pick(tree: &Tree, random: &mut Random, is: &dyn Fn(&Tree) -> bool) -> Option<Way> {
    random.pick(&tree.find(is)).cloned()
}

fn pick_tag(tree: &Tree, random: &mut Random, tag: &str) -> Option<Way> {
    pick(tree, random, &|one| one.tag == tag)
}

/// A field that is not the header's.
fn pick_field(tree: &Tree, random: &mut Random, is: &dyn Fn(&Tree) -> bool) -> Option<Way> {
    let header = tree.find(&|one| one.name() == "Header").pop();
    let mut ways = tree.find(&|one| one.is_field() && is(one));
    ways.retain(|way| {
        !header
            .as_ref()
            .is_some_and(|header| way.starts_with(header))
    });
    random.pick(&ways).cloned()
}

fn subject(tree: &Tree, way: &[usize]) -> String {
    let one = tree.at(way);
    match one.tag.as_str() {
        "packet" => match one.get("id") {
            Some(id) => format!("packet {} ({id})", one.name()),
            None => format!("packet {}", one.name()),
        },
        "parameterset" => format!("parameter set {}", one.name()),
        "parameter" => {
            let set = tree.at(&way[..1]).name();
            let kind = one.get("type").unwrap();
            format!("parameter {} ({set} {kind})", one.name())
        }
        other => panic!("{other} is no declaration"),
    }
}

/// The declaration and the path of a field.
fn place(root: &Tree, way: &[usize]) -> (String, String) {
    let mut path = String::new();
    let mut declaration = Vec::new();
    for length in 1..=way.len() {
        let one = root.at(&way[..length]);
        match one.tag.as_str() {
            "packet" | "parameter" | "parameterset" => declaration = way[..length].to_vec(),
            "descstruct" => path += "descstruct.",
            tag if tree::FIELDS.contains(&tag) => {
                path += one.name();
                if length < way.len() {
                    path += if tag == "list" { "[]." } else { "." };
                }
            }
            _ => {}
        }
    }
    let path = path.trim_end_matches(['.', '[', ']']).to_owned();
    (subject(root, &declaration), path)
}

/// Any field called `name`.
fn any_field(random: &mut Random, name: &str) -> Tree {
    let named = |tag: &str| Tree::new(tag).and(Tree::saying("name", name));
    let field = match random.below(7) {
        0 => named("string"),
        1 => named("integer").with("type", "signed").with("size", "64"),
        2 => named("integer").with("type", "unsigned").with("size", "8"),
        3 => named("character").with("size", "3"),
        4 => {
            let value = Tree::new("value").with("id", "1").with("name", "One");
            named("enumeration")
                .with("type", "unsigned")
                .with("style", "list")
                .and(Tree::new("values").and(value))
        }
        5 => {
            let inner = Tree::new("string").and(Tree::saying("name", "inner"));
            named("list").and(Tree::new("structure").and(inner))
        }
        _ => {
            let inner = Tree::new("integer").with("type", "semisigned");
            let inner = inner.and(Tree::saying("name", "inner"));
            named("group").and(Tree::new("structure").and(inner))
        }
    };
    if random.one_in(4) {
        field.with("readonly", "yes")
    } else {
        field
    }
}

fn any_packet(random: &mut Random, base: &str, name: &str, id: &str) -> Tree {
    let mut structure = Tree::new("structure");
    for number in 0..=random.below(3) {
        structure = structure.and(any_field(random, &format!("{name}x{number}")));
    }
    Tree::new("packet")
        .with("name", name)
        .with("base", base)
        .with("id", id)
        .and(structure)
}

/// Renames whatever refers to the old name.
fn refer(tree: &mut Tree, attributes: &[(&str, &str)], old: &str, new: &str) {
    tree.every(&mut |one| {
        for (tag, attribute) in attributes {
            if (one.tag == *tag || *tag == "*") && one.get(attribute) == Some(old) {
                one.set(attribute, Some(new));
            }
        }
    });
}
