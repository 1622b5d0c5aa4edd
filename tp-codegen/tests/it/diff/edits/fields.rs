//! Edits of fields.

use super::{Edit, Maker, any_field, fresh, pick_field, place};
use crate::diff::tree::{Tree, Way};
use crate::random::Random;

/// Edits of fields.
pub(crate) const FIELDS: &[(&str, Maker)] = &[
    ("add a field", add_field),
    ("add an optional field", add_optional),
    ("remove a field", remove_field),
    ("rename a field", rename_field),
    ("move a field", move_field),
    ("change a size", change_size),
    ("change a sign", change_sign),
    ("change a type", change_type),
    ("change a style", change_style),
    ("change optional", change_optional),
    ("change readonly", change_readonly),
    ("change max", change_max),
    ("change a mark", change_mark),
    ("change what parameters are chosen by", change_typefield),
    ("change the way through a description", change_path),
];

fn pick_structure(tree: &Tree, random: &mut Random) -> Option<Way> {
    let header = tree.find(&|one| one.name() == "Header").pop();
    let mut ways = tree.find(&|one| one.tag == "structure");
    ways.retain(|way| {
        !header
            .as_ref()
            .is_some_and(|header| way.starts_with(header))
    });
    random.pick(&ways).cloned()
}

fn add_field(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let mut way = pick_structure(tree, random)?;
    let mut tree = tree.clone();
    let (name, _) = fresh(random);
    let field = any_field(random, &name);
    let structure = tree.at_mut(&way);
    let at = random.below(structure.children.len() + 1);
    structure.children.insert(at, field);
    way.push(at);
    Some(Edit::of_field(tree, "field-added", &way))
}

fn add_optional(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let mut way = pick_structure(tree, random)?;
    let mut tree = tree.clone();
    let (name, _) = fresh(random);
    let field = any_field(random, &name).with("optional", "yes");
    let structure = tree.at_mut(&way);
    let at = structure.children.len() - random.below(2).min(structure.children.len());
    structure.children.insert(at, field);
    way.push(at);
    Some(Edit::of_field(tree, "field-added", &way))
}

fn remove_field(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_field(tree, random, &|_| true)?;
    let (subject, path) = place(tree, &way);
    let mut tree = tree.clone();
    let (last, above) = way.split_last()?;
    tree.at_mut(above).children.remove(*last);
    let mut edit = Edit::new(tree, "field-removed", subject);
    edit.fields = vec![path];
    Some(edit)
}

fn rename_field(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_field(tree, random, &|_| true)?;
    let (old, (new, _)) = (tree.at(&way).name().to_owned(), fresh(random));
    // What is referred to by name is renamed by other means: only names that are unique.
    let of_name = tree.find(&|one| one.is_field() && one.name() == old);
    let mut tree = tree.clone();
    tree.at_mut(&way).rename(&new);
    let mut referred = false;
    let unique = of_name.len() == 1;
    tree.every(&mut |one| {
        let texts = one.tag == "typefield" && one.text.trim() == old;
        let names = ["getlist", "getfield"].contains(&one.tag.as_str()) && one.name() == old;
        let ids = one.get("idfield") == Some(&old);
        let types = one.get("typefield") == Some(&old);
        referred |= texts || names || ids || types;
        if !unique {
            return;
        }
        if texts {
            one.text = new.clone();
        }
        if names {
            one.set("name", Some(&new));
        }
        if ids {
            one.set("idfield", Some(&new));
        }
        if types {
            one.set("typefield", Some(&new));
        }
    });
    if referred && !unique {
        return None;
    }
    Some(Edit::of_field(tree, "field-renamed", &way).renaming(&old, &new))
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
    // Neighbours that change places may both be said to have moved.
    let (low, high) = (to.min(*last), to.max(*last));
    let mut fields = Vec::new();
    let mut subject = String::new();
    for at in if high - low == 1 { low..=high } else { to..=to } {
        let mut way = above.to_vec();
        way.push(at);
        let (of, path) = place(&tree, &way);
        subject = of;
        fields.push(path);
    }
    let mut edit = Edit::new(tree, "field-moved", subject);
    edit.fields = fields;
    Some(edit)
}

fn change_attribute(
    tree: &Tree,
    random: &mut Random,
    kind: &'static str,
    is: &dyn Fn(&Tree) -> bool,
    change: &dyn Fn(&mut Tree, &mut Random) -> Option<()>,
) -> Option<Edit> {
    let way = pick_field(tree, random, is)?;
    let mut changed = tree.clone();
    change(changed.at_mut(&way), random)?;
    (changed != *tree).then(|| Edit::of_field(changed, kind, &way))
}

fn change_size(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let sized = |one: &Tree| ["integer", "enumeration", "character"].contains(&one.tag.as_str());
    change_attribute(tree, random, "type-changed", &sized, &|field, random| {
        let character = field.tag == "character";
        let default = if character { "1" } else { "32" };
        let now = field.get("size").unwrap_or(default).to_owned();
        let new = if character {
            ["1", "2", "9"][random.below(3)]
        } else {
            ["8", "32", "64"][random.below(3)]
        };
        if now == new {
            return None;
        }
        field.set("size", Some(new));
        Some(())
    })
}

fn change_sign(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let signed = |one: &Tree| ["integer", "enumeration"].contains(&one.tag.as_str());
    change_attribute(tree, random, "type-changed", &signed, &|field, random| {
        let new = ["signed", "unsigned", "semisigned"][random.below(3)];
        if field.get("type") == Some(new) {
            return None;
        }
        field.set("type", Some(new));
        Some(())
    })
}

fn change_type(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let any = |one: &Tree| one.tag != "useparameters" && one.tag != "descparameter";
    change_attribute(tree, random, "type-changed", &any, &|field, random| {
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

fn change_style(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let any = |one: &Tree| one.tag == "enumeration";
    change_attribute(tree, random, "type-changed", &any, &|field, random| {
        let new = ["list", "single", "mask"][random.below(3)];
        if field.get("style") == Some(new) {
            return None;
        }
        field.set("style", Some(new));
        Some(())
    })
}

fn change_optional(tree: &Tree, random: &mut Random) -> Option<Edit> {
    change_attribute(tree, random, "optional-changed", &|_| true, &|field, _| {
        let new = field.get("optional").is_none().then_some("yes");
        field.set("optional", new);
        Some(())
    })
}

fn change_readonly(tree: &Tree, random: &mut Random) -> Option<Edit> {
    change_attribute(tree, random, "readonly-changed", &|_| true, &|field, _| {
        let new = field.get("readonly").is_none().then_some("yes");
        field.set("readonly", new);
        Some(())
    })
}

fn change_max(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let bounded = |one: &Tree| ["string", "list"].contains(&one.tag.as_str());
    change_attribute(tree, random, "max-changed", &bounded, &|field, random| {
        let new = [None, Some("2"), Some("6")][random.below(3)];
        field.set("max", new);
        Some(())
    })
}

fn change_mark(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let marked = |one: &Tree| ["string", "integer"].contains(&one.tag.as_str());
    change_attribute(tree, random, "mark-changed", &marked, &|field, _| {
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
    (changed != *tree).then(|| Edit::of_field(changed, "parameters-changed", &way))
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
    (changed != *tree).then(|| Edit::of_field(changed, "parameters-changed", &way))
}
