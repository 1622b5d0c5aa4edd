//! Edits of values, parameters, words and the protocol as a whole.

use super::{Edit, Maker, any_structure, fresh, odd_structure, pick, pick_field, pick_tag};
use crate::diff::tree::Tree;
use crate::random::Random;

/// Edits of everything else.
pub(crate) const OTHERS: &[(&str, Maker)] = &[
    ("add a value", add_value),
    ("remove a value", |tree, random| {
        Edit::removing(tree, "value-removed", &pick_tag(tree, random, "value")?)
    }),
    ("rename a value", |tree, random| {
        let way = pick_tag(tree, random, "value")?;
        Some(Edit::renaming(tree, random, "value-renamed", &way, &[]))
    }),
    ("renumber a value", |tree, random| {
        let way = pick_tag(tree, random, "value")?;
        let id = (65 + random.below(30)).to_string();
        Edit::setting(tree, "value-renumbered", &way, "id", Some(&id))
    }),
    ("add a parameter set", |tree, random| {
        let set = Tree::new("parameterset").with("name", &fresh(random).0);
        let set = set.and(any_parameter(random));
        Some(Edit::adding(tree, "set-added", &[], 0, set))
    }),
    ("remove a parameter set", |tree, random| {
        Edit::removing(
            tree,
            "set-removed",
            &pick_tag(tree, random, "parameterset")?,
        )
    }),
    ("rename a parameter set", |tree, random| {
        let way = pick_tag(tree, random, "parameterset")?;
        let (kind, references) = ("set-renamed", &[("*", "ref")]);
        Some(Edit::renaming(tree, random, kind, &way, references))
    }),
    ("add a parameter", |tree, random| {
        let way = pick_tag(tree, random, "parameterset")?;
        let (at, parameter) = (tree.at(&way).children.len(), any_parameter(random));
        Some(Edit::adding(tree, "parameter-added", &way, at, parameter))
    }),
    ("remove a parameter", |tree, random| {
        Edit::removing(
            tree,
            "parameter-removed",
            &pick_tag(tree, random, "parameter")?,
        )
    }),
    ("rename a parameter", |tree, random| {
        let way = pick_tag(tree, random, "parameter")?;
        Some(Edit::renaming(tree, random, "parameter-renamed", &way, &[]))
    }),
    ("renumber a parameter", |tree, random| {
        let way = pick_tag(tree, random, "parameter")?;
        let kind = fresh(random).1.to_string();
        Edit::setting(tree, "parameter-renumbered", &way, "type", Some(&kind))
    }),
    ("put another parameter in its place", replace_parameter),
    ("change words", change_words),
    ("change a version note", |tree, random| {
        let way = pick(tree, random, &|one| {
            is_spoken_of(one) && one.tag != "parameterset"
        })?;
        Edit::setting(tree, "since-changed", &way, "since", Some("TP02"))
    }),
    ("change the version", |tree, _| {
        Edit::setting(tree, "version-changed", &[], "version", Some("TP05"))
    }),
];

fn add_value(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let mut way = pick_field(tree, random, &|one| one.tag == "enumeration")?;
    let children = &tree.at(&way).children;
    way.push(children.iter().position(|one| one.tag == "values")?);
    let (name, _) = fresh(random);
    let id = 65 + random.below(30);
    let value = Tree::new("value").with("name", &name);
    let value = value.with("id", &id.to_string());
    let at = random.below(tree.at(&way).children.len() + 1);
    Some(Edit::adding(tree, "value-added", &way, at, value))
}

fn any_parameter(random: &mut Random) -> Tree {
    let (name, kind) = fresh(random);
    let count = random.below(4);
    parameter(
        &name,
        &kind.to_string(),
        any_structure(random, &name, count),
    )
}

fn parameter(name: &str, kind: &str, structure: Tree) -> Tree {
    Tree::new("parameter")
        .with("name", name)
        .with("type", kind)
        .and(Tree::new("usestruct").and(structure))
}

fn replace_parameter(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "parameter")?;
    let mut tree = tree.clone();
    let one = tree.at_mut(&way);
    let (name, _) = fresh(random);
    *one = parameter(&name, one.get("type")?, odd_structure(&name, 5));
    Some(Edit::at(tree, "parameter-replaced", &way))
}

/// What words can be about.
fn is_spoken_of(one: &Tree) -> bool {
    let declared = ["packet", "parameter", "parameterset"].contains(&one.tag.as_str());
    declared || one.is_field() || one.tag == "value"
}

fn change_words(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_spoken_of)?;
    let mut tree = tree.clone();
    let one = tree.at_mut(&way);
    if one.tag == "value" {
        one.text += " More.";
    } else {
        let tag = ["longname", "description"][random.below(2)];
        match one.child_mut(tag) {
            Some(words) => words.text += " more",
            None => one.children.push(Tree::saying(tag, "Words.")),
        }
    }
    Some(Edit::at(tree, "words-changed", &way))
}
