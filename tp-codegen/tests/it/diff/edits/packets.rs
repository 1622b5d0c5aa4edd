//! Edits of packets.

use super::{Edit, Maker, any_packet, fresh, is_frame, is_packet, pick, pick_tag, refer, subject};
use crate::diff::tree::{Tree, Way};
use crate::random::Random;

/// Edits of packets.
pub(crate) const PACKETS: &[(&str, Maker)] = &[
    ("add a packet", add_packet),
    ("remove a packet", remove_packet),
    ("rename a packet", rename_packet),
    ("move a packet to another id", move_packet),
    ("put another packet in its place", replace_packet),
    ("make a frame a base, or a base a frame", change_role),
    ("turn a packet round", turn_packet),
    ("build a packet on another base", rebase_packet),
    ("add a reply", add_reply),
    ("remove a reply", remove_reply),
    ("change a reply", change_reply),
    ("add a failtype", add_failtype),
];

fn add_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let (name, id) = fresh(random);
    let base = ["Request", "Response", "Header"][random.below(3)];
    let mut tree = tree.clone();
    let at = 1 + tree.find(&is_packet).first()?.first()?;
    let id = id.to_string();
    tree.children
        .insert(at, any_packet(random, base, &name, &id));
    let subject = subject(&tree, &[at]);
    Some(Edit::new(tree, "packet-added", subject))
}

fn remove_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_packet)?;
    let subject = subject(tree, &way);
    let mut tree = tree.clone();
    tree.children.remove(way[0]);
    Some(Edit::new(tree, "packet-removed", subject))
}

fn rename_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_packet)?;
    let (old, (new, _)) = (tree.at(&way).name().to_owned(), fresh(random));
    let mut tree = tree.clone();
    tree.at_mut(&way).rename(&new);
    refer(
        &mut tree,
        &[
            ("packet", "base"),
            ("reply", "packet"),
            ("typeframe", "name"),
        ],
        &old,
        &new,
    );
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "packet-renamed", subject).renaming(&old, &new))
}

fn move_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_frame)?;
    let mut tree = tree.clone();
    let id = fresh(random).1.to_string();
    tree.at_mut(&way).set("id", Some(&id));
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "packet-moved", subject))
}

fn replace_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| {
        is_frame(one) && one.child("structure").is_some()
    })?;
    let old = tree.at(&way);
    let id = old.get("id")?.to_owned();
    let (name, _) = fresh(random);
    let mut tree = tree.clone();
    let mut packet = Tree::new("packet")
        .with("name", &name)
        .with("base", "Header");
    packet.set("id", Some(&id));
    let mut structure = Tree::new("structure");
    for number in 0..9 {
        let field = Tree::new("character").with("size", "7");
        structure = structure.and(field.and(Tree::saying("name", &format!("{name}x{number}"))));
    }
    *tree.at_mut(&way) = packet.and(structure);
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "packet-replaced", subject))
}

fn change_role(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_packet)?;
    let mut tree = tree.clone();
    let packet = tree.at_mut(&way);
    match packet.get("id") {
        Some(_) => packet.set("id", None),
        None => packet.set("id", Some(&fresh(random).1.to_string())),
    }
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "packet-moved", subject))
}

fn turn_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| {
        is_packet(one) && one.child("direction").is_some()
    })?;
    let mut tree = tree.clone();
    let direction = tree.at_mut(&way).child_mut("direction")?;
    let new = ["server", "client", "any"][random.below(3)];
    if direction.text.trim() == new {
        return None;
    }
    direction.text = new.to_owned();
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "direction-changed", subject))
}

fn rebase_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| {
        is_packet(one) && one.get("base").is_some()
    })?;
    let other = pick(tree, random, &is_packet)?;
    let base = tree.at(&other).name().to_owned();
    if tree.at(&way).get("base") == Some(&base) {
        return None;
    }
    // One change at a time: the direction stays.
    let follow = |way: Way| -> Option<String> {
        let mut way = way;
        for _ in 0..40 {
            let packet = tree.at(&way);
            if let Some(direction) = packet.child("direction") {
                return Some(direction.text.clone());
            }
            let base = packet.get("base")?.to_owned();
            way = tree
                .find(&|one| one.tag == "packet" && one.name() == base)
                .pop()?;
        }
        None
    };
    if follow(way.clone())? != follow(other)? {
        return None;
    }
    let mut tree = tree.clone();
    tree.at_mut(&way).set("base", Some(&base));
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "base-changed", subject))
}

fn add_reply(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| one.child("reply").is_some())?;
    let reply = pick(tree, random, &is_frame)?;
    let reply = tree.at(&reply).name().to_owned();
    let sequence = ["never", "maybe", "always"][random.below(3)];
    let mut tree = tree.clone();
    let packet = tree.at_mut(&way);
    packet.children.push(
        Tree::new("reply")
            .with("packet", &reply)
            .with("sequence", sequence),
    );
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "reply-added", subject))
}

fn remove_reply(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "reply")?;
    let mut tree = tree.clone();
    tree.at_mut(&way[..1]).children.remove(way[1]);
    let subject = subject(&tree, &way[..1]);
    Some(Edit::new(tree, "reply-removed", subject))
}

fn change_reply(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "reply")?;
    let mut tree = tree.clone();
    let reply = tree.at_mut(&way);
    if random.one_in(3) {
        let silent = reply.get("silent").is_none().then_some("possible");
        reply.set("silent", silent);
    } else {
        let sequence = ["never", "maybe", "always"][random.below(3)];
        if reply.get("sequence") == Some(sequence) {
            return None;
        }
        reply.set("sequence", Some(sequence));
    }
    let subject = subject(&tree, &way[..1]);
    Some(Edit::new(tree, "reply-changed", subject))
}

fn add_failtype(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_packet)?;
    let mut tree = tree.clone();
    let fail = Tree::new("failtype").with("type", "99");
    tree.at_mut(&way).children.push(fail);
    let subject = subject(&tree, &way);
    Some(Edit::new(tree, "failtypes-changed", subject))
}
