//! Edits of values, parameters, words and the protocol as a whole.

use super::{Edit, Maker, any_field, fresh, pick, pick_field, pick_tag, refer, subject};
use crate::diff::tree::{Tree, Way};
use crate::random::Random;

/// Edits of everything else.
pub(crate) const OTHERS: &[(&str, Maker)] = &[
    ("add a value", add_value),
    ("remove a value", remove_value),
    ("rename a value", rename_value),
    ("renumber a value", renumber_value),
    ("add a parameter set", add_set),
    ("remove a parameter set", remove_set),
    ("rename a parameter set", rename_set),
    ("add a parameter", add_parameter),
    ("remove a parameter", remove_parameter),
    ("rename a parameter", rename_parameter),
    ("renumber a parameter", renumber_parameter),
    ("put another parameter in its place", replace_parameter),
    ("change words", change_words),
    ("change a version note", change_since),
    ("change the version", change_version),
];

fn add_value(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_field(tree, random, &|one| one.tag == "enumeration")?;
    let mut tree = tree.clone();
    let (name, _) = fresh(random);
    let id = 65 + random.below(30);
    let value = Tree::new("value").with("name", &name);
    let value = value.with("id", &id.to_string());
    let values = &mut tree.at_mut(&way).child_mut("values")?.children;
    values.insert(random.below(values.len() + 1), value);
    Some(Edit::of_field(tree, "value-added", &way).of_value(&name))
}

/// The way of a value and that of its field.
fn pick_value(tree: &Tree, random: &mut Random) -> Option<(Way, Way)> {
    let way = pick_tag(tree, random, "value")?;
    let field = way[..way.len() - 2].to_vec();
    Some((way, field))
}

fn remove_value(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let (way, field) = pick_value(tree, random)?;
    let name = tree.at(&way).name().to_owned();
    let mut tree = tree.clone();
    let (last, above) = way.split_last()?;
    tree.at_mut(above).children.remove(*last);
    Some(Edit::of_field(tree, "value-removed", &field).of_value(&name))
}

fn rename_value(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let (way, field) = pick_value(tree, random)?;
    let (old, (new, _)) = (tree.at(&way).name().to_owned(), fresh(random));
    let mut tree = tree.clone();
    tree.at_mut(&way).rename(&new);
    let edit = Edit::of_field(tree, "value-renamed", &field).of_value(&new);
    Some(edit.renaming(&old, &new))
}

fn renumber_value(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let (way, field) = pick_value(tree, random)?;
    let name = tree.at(&way).name().to_owned();
    let mut tree = tree.clone();
    let id = (65 + random.below(30)).to_string();
    tree.at_mut(&way).set("id", Some(&id));
    Some(Edit::of_field(tree, "value-renumbered", &field).of_value(&name))
}

fn any_parameter(random: &mut Random) -> Tree {
    let (name, kind) = fresh(random);
    let mut structure = Tree::new("structure");
    for number in 0..random.below(4) {
        let field = any_field(random, &format!("{name}x{number}"));
        structure = structure.and(field);
    }
    Tree::new("parameter")
        .with("name", &name)
        .with("type", &kind.to_string())
        .and(Tree::new("usestruct").and(structure))
}

fn add_set(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let (name, _) = fresh(random);
    let set = Tree::new("parameterset").with("name", &name);
    let mut tree = tree.clone();
    tree.children.insert(0, set.and(any_parameter(random)));
    let subject = subject(&tree, &[0]);
    Some(Edit::new(tree, "set-added", subject))
}

fn remove_set(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "parameterset")?;
    let subject = subject(tree, &way);
    let mut tree = tree.clone();
    tree.children.remove(way[0]);
    Some(Edit::new(tree, "set-removed", subject))
}

fn rename_set(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "parameterset")?;
    let (old, (new, _)) = (tree.at(&way).name().to_owned(), fresh(random));
    let mut tree = tree.clone();
    tree.at_mut(&way).rename(&new);
    refer(&mut tree, &[("*", "ref")], &old, &new);
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "set-renamed", subject).renaming(&old, &new))
}

fn add_parameter(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let mut way = pick_tag(tree, random, "parameterset")?;
    let mut tree = tree.clone();
    let parameter = any_parameter(random);
    way.push(tree.at(&way).children.len());
    tree.at_mut(&way[..1]).children.push(parameter);
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "parameter-added", subject))
}

fn remove_parameter(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "parameter")?;
    let subject = subject(tree, &way);
    let mut tree = tree.clone();
    tree.at_mut(&way[..1]).children.remove(way[1]);
    Some(Edit::new(tree, "parameter-removed", subject))
}

fn rename_parameter(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "parameter")?;
    let (old, (new, _)) = (tree.at(&way).name().to_owned(), fresh(random));
    let mut tree = tree.clone();
    tree.at_mut(&way).rename(&new);
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "parameter-renamed", subject).renaming(&old, &new))
}

fn renumber_parameter(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "parameter")?;
    let mut tree = tree.clone();
    let kind = fresh(random).1.to_string();
    tree.at_mut(&way).set("type", Some(&kind));
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "parameter-renumbered", subject))
}

fn replace_parameter(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "parameter")?;
    let mut tree = tree.clone();
    let kind = tree.at(&way).get("type")?.to_owned();
    let (name, _) = fresh(random);
    let mut structure = Tree::new("structure");
    for number in 0..5 {
        let field = Tree::new("character").with("size", "7");
        structure = structure.and(field.and(Tree::saying("name", &format!("{name}x{number}"))));
    }
    *tree.at_mut(&way) = Tree::new("parameter")
        .with("name", &name)
        .with("type", &kind)
        .and(Tree::new("usestruct").and(structure));
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "parameter-replaced", subject))
}

/// What words can be about.
fn is_spoken_of(one: &Tree) -> bool {
    let declared = ["packet", "parameter", "parameterset"].contains(&one.tag.as_str());
    declared || one.is_field() || one.tag == "value"
}

fn of_anything(tree: Tree, kind: &'static str, way: &[usize]) -> Edit {
    let one = tree.at(way);
    if one.tag == "value" {
        let name = one.name().to_owned();
        let field = &way[..way.len() - 2];
        return Edit::of_field(tree, kind, field).of_value(&name);
    }
    if one.is_field() {
        return Edit::of_field(tree, kind, way);
    }
    let subject = subject(&tree, way);
    Edit::new(tree, kind, subject)
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
    Some(of_anything(tree, "words-changed", &way))
}

fn change_since(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| {
        is_spoken_of(one) && one.tag != "parameterset"
    })?;
    let mut tree = tree.clone();
    tree.at_mut(&way).set("since", Some("TP02"));
    Some(of_anything(tree, "since-changed", &way))
}

fn change_version(tree: &Tree, _: &mut Random) -> Option<Edit> {
    let mut tree = tree.clone();
    tree.set("version", Some("TP05"));
    Some(Edit::new(
        tree,
        "version-changed",
        "protocol TP05".to_owned(),
    ))
}
