//! Edits of packets.

use super::{
    Edit, Maker, any_structure, fresh, is_frame, is_packet, odd_structure, pick, pick_tag,
};
use crate::diff::tree::{Tree, Way};
use crate::random::Random;

/// Edits of packets.
pub(crate) const PACKETS: &[(&str, Maker)] = &[
    ("add a packet", add_packet),
    ("remove a packet", |tree, random| {
        Edit::removing(tree, "packet-removed", &pick(tree, random, &is_packet)?)
    }),
    ("rename a packet", rename_packet),
    ("move a packet to another id", |tree, random| {
        let way = pick(tree, random, &is_frame)?;
        let id = fresh(random).1.to_string();
        Edit::setting(tree, "packet-moved", &way, "id", Some(&id))
    }),
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
    let at = 1 + tree.find(&is_packet).first()?.first()?;
    let count = 1 + random.below(3);
    let packet = Tree::new("packet")
        .with("name", &name)
        .with("base", base)
        .with("id", &id.to_string())
        .and(any_structure(random, &name, count));
    Some(Edit::adding(tree, "packet-added", &[], at, packet))
}

fn rename_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_packet)?;
    let references = &[
        ("packet", "base"),
        ("reply", "packet"),
        ("typeframe", "name"),
    ];
    let kind = "packet-renamed";
    Some(Edit::renaming(tree, random, kind, &way, references))
}

fn replace_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| {
        is_frame(one) && one.child("structure").is_some()
    })?;
    let (name, _) = fresh(random);
    let mut tree = tree.clone();
    let packet = tree.at_mut(&way);
    *packet = Tree::new("packet")
        .with("name", &name)
        .with("base", "Header")
        .with("id", packet.get("id")?)
        .and(odd_structure(&name, 9));
    Some(Edit::at(tree, "packet-replaced", &way))
}

fn change_role(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_packet)?;
    let id = fresh(random).1.to_string();
    let id = tree.at(&way).get("id").is_none().then_some(&*id);
    Edit::setting(tree, "packet-moved", &way, "id", id)
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
    Some(Edit::at(tree, "direction-changed", &way))
}

fn rebase_packet(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| {
        is_packet(one) && one.get("base").is_some()
    })?;
    let other = pick(tree, random, &is_packet)?;
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
    if follow(way.clone())? != follow(other.clone())? {
        return None;
    }
    let base = tree.at(&other).name();
    Edit::setting(tree, "base-changed", &way, "base", Some(base))
}

fn add_reply(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &|one| one.child("reply").is_some())?;
    let other = pick(tree, random, &is_frame)?;
    let reply = Tree::new("reply")
        .with("packet", tree.at(&other).name())
        .with("sequence", ["never", "maybe", "always"][random.below(3)]);
    let mut tree = tree.clone();
    tree.at_mut(&way).children.push(reply);
    Some(Edit::at(tree, "reply-added", &way))
}

fn remove_reply(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick_tag(tree, random, "reply")?;
    let mut tree = tree.clone();
    tree.at_mut(&way[..1]).children.remove(way[1]);
    Some(Edit::at(tree, "reply-removed", &way[..1]))
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
    Some(Edit::at(tree, "reply-changed", &way[..1]))
}

fn add_failtype(tree: &Tree, random: &mut Random) -> Option<Edit> {
    let way = pick(tree, random, &is_packet)?;
    let mut tree = tree.clone();
    let fail = Tree::new("failtype").with("type", "99");
    tree.at_mut(&way).children.push(fail);
    Some(Edit::at(tree, "failtypes-changed", &way))
}
