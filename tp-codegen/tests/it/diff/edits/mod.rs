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
    /// A change of the declaration, field or value at `way` in its tree.
    fn at(tree: Tree, kind: &'static str, way: &[usize]) -> Self {
        let one = tree.at(way);
        let value = (one.tag == "value").then(|| one.name().to_owned());
        let field = match value {
            Some(_) => Some(&way[..way.len() - 2]),
            None => one.is_field().then_some(way),
        };
        let (subject, fields) = match field {
            Some(field) => {
                let (subject, path) = place(&tree, field);
                (subject, vec![path])
            }
            None => (subject(&tree, way), Vec::new()),
        };
        Self {
            tree,
            kind,
            subject,
            fields,
            value,
            renamed: Renamed::default(),
        }
    }

    /// What is at `way` was taken out.
    fn removing(tree: &Tree, kind: &'static str, way: &[usize]) -> Option<Self> {
        let mut edit = Self::at(tree.clone(), kind, way);
        let (last, above) = way.split_last()?;
        edit.tree.at_mut(above).children.remove(*last);
        Some(edit)
    }

    /// What is at `way` has another name, also where these attributes of these elements refer to it;
    /// "" is the text of an element.
    fn renaming(
        tree: &Tree,
        random: &mut Random,
        kind: &'static str,
        way: &[usize],
        references: &[(&str, &str)],
    ) -> Self {
        let (old, (new, _)) = (tree.at(way).name().to_owned(), fresh(random));
        let mut tree = tree.clone();
        tree.at_mut(way).rename(&new);
        tree.every(&mut |one| {
            for (tag, attribute) in references {
                let of_it = one.tag == *tag || *tag == "*";
                if of_it && attribute.is_empty() && one.text.trim() == old {
                    one.text.clone_from(&new);
                } else if of_it && one.get(attribute) == Some(&old) {
                    one.set(attribute, Some(&new));
                }
            }
        });
        let mut edit = Self::at(tree, kind, way);
        edit.renamed.0.push((old, new));
        edit
    }

    /// What is at `way` has another attribute, or none.
    fn setting(
        tree: &Tree,
        kind: &'static str,
        way: &[usize],
        attribute: &str,
        value: Option<&str>,
    ) -> Option<Self> {
        let mut changed = tree.clone();
        changed.at_mut(way).set(attribute, value);
        (changed != *tree).then(|| Self::at(changed, kind, way))
    }

    /// Something new is the `at`th child of what is at `above`.
    fn adding(tree: &Tree, kind: &'static str, above: &[usize], at: usize, child: Tree) -> Self {
        let mut tree = tree.clone();
        tree.at_mut(above).children.insert(at, child);
        Self::at(tree, kind, &[above, &[at]].concat())
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

/// What is not the header's.
fn pick_outside(tree: &Tree, random: &mut Random, is: &dyn Fn(&Tree) -> bool) -> Option<Way> {
    let header = tree.find(&|one| one.name() == "Header").pop();
    let mut ways = tree.find(is);
    ways.retain(|way| {
        !header
            .as_ref()
            .is_some_and(|header| way.starts_with(header))
    });
    random.pick(&ways).cloned()
}

fn pick_field(tree: &Tree, random: &mut Random, is: &dyn Fn(&Tree) -> bool) -> Option<Way> {
    pick_outside(tree, random, &|one| one.is_field() && is(one))
}

fn subject(tree: &Tree, way: &[usize]) -> String {
    let one = tree.at(way);
    match one.tag.as_str() {
        "packet" => match one.get("id") {
            Some(id) => format!("packet {} ({id})", one.name()),
            None => format!("packet {}", one.name()),
        },
        "protocol" => format!("protocol {}", one.get("version").unwrap()),
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

/// Any fields, their names beginning with `name`.
fn any_structure(random: &mut Random, name: &str, count: usize) -> Tree {
    let fields = (0..count).map(|number| any_field(random, &format!("{name}x{number}")));
    fields.fold(Tree::new("structure"), Tree::and)
}

/// Fields that nothing else has the like of.
fn odd_structure(name: &str, count: usize) -> Tree {
    let field = |number| {
        let name = Tree::saying("name", &format!("{name}x{number}"));
        Tree::new("character").with("size", "7").and(name)
    };
    (0..count)
        .map(field)
        .fold(Tree::new("structure"), Tree::and)
}
