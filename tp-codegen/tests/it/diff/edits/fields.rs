//! Edits of fields.

use super::{Edit, Maker, any_field, fresh, pick_field, pick_outside};
use crate::diff::tree::{self, Tree};
use crate::random::Random;

/// Edits of fields.
pub(crate) const FIELDS: &[(&str, Maker)] = &[
    ("add a field", add_field),
    ("add an optional field", add_optional),
    ("remove a field", |tree, random| {
        Edit::removing(tree, "field-removed", &pick_field(tree, random, &|_| true)?)
    }),
    ("rename a field", rename_field),
    ("move a field", move_field),
    ("change a size", change_size),
    ("change a sign", |tree, random| {
        let signs = ["signed", "unsigned", "semisigned"].map(Some);
        let tags = &["integer", "enumeration"];
        vary(tree, random, tags, "type", &signs)
    }),
    ("change a type", change_type),
    ("change a style", |tree, random| {
        let styles = ["list", "single", "mask"].map(Some);
        vary(tree, random, &["enumeration"], "style", &styles)
    }),
    ("change optional", |tree, random| {
        let yes = &[None, Some("yes")];
        vary(tree, random, tree::FIELDS, "optional", yes)
    }),
    ("change readonly", |tree, random| {
        let yes = &[None, Some("yes")];
        vary(tree, random, tree::FIELDS, "readonly", yes)
    }),
    ("change max", |tree, random| {
        let bounds = &[None, Some("2"), Some("6")];
        vary(tree, random, &["string", "list"], "max", bounds)
    }),
    ("change a mark", change_mark),
    ("change what parameters are chosen by", change_typefield),
    ("change the way through a description", change_path),
];

fn add_field(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_outside(tree, random, &|one| one.tag == "structure")?;
    let (name, _) = fresh(random);
    let field = any_field(random, &name);
    let at = random.below(tree.at(&way).children.len() + 1);
    Some(Edit::adding(tree, "field-added", &way, at, field))
}

fn add_optional(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_outside(tree, random, &|one| one.tag == "structure")?;
    let (name, _) = fresh(random);
    let field = any_field(random, &name).with("optional", "yes");
    let count = tree.at(&way).children.len();
    let at = count - random.below(2).min(count);
    Some(Edit::adding(tree, "field-added", &way, at, field))
}

fn rename_field(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_field(tree, random, &|_| true)?;
    let references = &[
        ("typefield", ""),
        ("getlist", "name"),
        ("getfield", "name"),
        ("*", "idfield"),
        ("*", "typefield"),
    ];
    let edit = Edit::renaming(tree, random, "field-renamed", &way, references);
    let old = tree.at(&way).name();
    let mut but_for_itself = edit.tree.clone();
    but_for_itself.at_mut(&way).rename(old);
    // What is referred to by name is renamed by other means: only names that are unique.
    let of_name = tree.find(&|one| one.is_field() && one.name() == old);
    (of_name.len() == 1 || but_for_itself == *tree).then_some(edit)
}

fn move_field(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_field(tree, random, &|_| true)?;
    let (last, above) = way.split_last()?;
    let mut tree = tree.clone();
    let siblings = &mut tree.at_mut(above).children;
    let to = random.below(siblings.len());
    if to == *last || !siblings[to].is_field() {
        return None;
    }
    let field = siblings.remove(*last);
    siblings.insert(to, field);
    let moved = |at: usize| Edit::at(tree.clone(), "field-moved", &[above, &[at]].concat());
    let mut edit = moved(to);
    if to.abs_diff(*last) == 1 {
        // Neighbours that change places may both be said to have moved.
        edit.fields.extend(moved(*last).fields);
    }
    Some(edit)
}

/// Gives an attribute of one of these elements another of these values.
fn vary(
    tree: &Tree,
    random: &mut Random,
    tags: &[&str],
    attribute: &str,
    values: &[Option<&str>],
) -> Option<Edit> {
    let kind = match attribute {
        "optional" => "optional-changed",
        "readonly" => "readonly-changed",
        "max" => "max-changed",
        _ => "type-changed",
    };
    let way = pick_field(tree, random, &|one| tags.contains(&&*one.tag))?;
    Edit::setting(tree, kind, &way, attribute, *random.pick(values)?)
}

fn change_field(
    tree: &Tree,
    random: &mut Random,
    kind: &'static str,
    is: &dyn Fn(&Tree) -> bool,
    change: &dyn Fn(&mut Tree, &mut Random) -> Option<()>,
) -> Option<Edit> {
    let way = pick_field(tree, random, is)?;
    let mut changed = tree.clone();
    change(changed.at_mut(&way), random)?;
    (changed != *tree).then(|| Edit::at(changed, kind, &way))
}

fn change_size(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let sized = |one: &Tree| ["integer", "enumeration", "character"].contains(&one.tag.as_str());
    change_field(tree, random, "type-changed", &sized, &|field, random| {
        let (default, sizes) = match field.tag.as_str() {
            "character" => ("1", ["1", "2", "9"]),
            _ => ("32", ["8", "32", "64"]),
        };
        let new = sizes[random.below(3)];
        let same = field.get("size").unwrap_or(default) == new;
        field.set("size", Some(new));
        (!same).then_some(())
    })
}

fn change_type(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let any = |one: &Tree| one.tag != "useparameters" && one.tag != "descparameter";
    change_field(tree, random, "type-changed", &any, &|field, random| {
        let mut new = any_field(random, field.name());
        if new.tag == field.tag {
            return None;
        }
        for flag in ["readonly", "optional", "since"] {
            let value = field.get(flag).map(str::to_owned);
            new.set(flag, value.as_deref());
        }
        for words in ["longname", "description"] {
            new.children.extend(field.child(words).cloned());
        }
        *field = new;
        Some(())
    })
}

fn change_mark(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let marked = |one: &Tree| ["string", "integer"].contains(&one.tag.as_str());
    change_field(tree, random, "mark-changed", &marked, &|field, _| {
        if field.tag == "string" {
            let formatted = field.get("type") == Some("formatted");
            field.set("type", (!formatted).then_some("formatted"));
        } else if field.child("subtype").is_some() {
            field.children.retain(|child| child.tag != "subtype");
        } else {
            field.children.push(Tree::new("subtype"));
        }
        Some(())
    })
}

fn change_typefield(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_field(tree, random, &|one| one.tag == "useparameters")?;
    let (last, above) = way.split_last()?;
    let siblings = &tree.at(above).children[..*last];
    let numbers: Vec<&Tree> = siblings.iter().filter(|one| one.tag == "integer").collect();
    let new = random.pick(&numbers)?.name().to_owned();
    let mut changed = tree.clone();
    changed.at_mut(&way).child_mut("typefield")?.text = new;
    (changed != *tree).then(|| Edit::at(changed, "parameters-changed", &way))
}

fn change_path(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_field(tree, random, &|one| one.child("typeframe").is_some())?;
    let mut changed = tree.clone();
    let frame = changed.at_mut(&way).child_mut("typeframe")?;
    if random.one_in(2) {
        frame.set("idfield", Some("number"));
    } else {
        frame.every(&mut |one| {
            if one.tag == "getfield" {
                one.set("name", Some("kind"));
            }
        });
    }
    (changed != *tree).then(|| Edit::at(changed, "parameters-changed", &way))
}
