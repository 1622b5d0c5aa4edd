//! Schemas that were edited at random, merged with what they were before. More cases:
//! `FAMILY_CASES=1000`; 150 is the default, of which every tenth becomes Rust, since that takes
//! long.

use tp_codegen::emit::{self, RustOptions};
use tp_codegen::family::Family;
use tp_codegen::model::Model;
use tp_codegen::{Source, compile};

use crate::diff::edits::{Edit, FIELDS, OTHERS, PACKETS};
use crate::diff::tree::Tree;
use crate::random::Random;

const SAMPLE: &str = include_str!("../diff/sample.xml");

/// The model of a schema as version `number`, if it is valid.
fn version(tree: &Tree, number: usize) -> Option<Model> {
    let mut tree = tree.clone();
    tree.set("version", Some(&format!("TP{number:02}")));
    compile(&Source::new("sample.xml", tree.write()).unwrap()).ok()
}

/// The schema after some edits, of which each makes a valid one.
fn edited(tree: &Tree, often: usize, random: &mut Random) -> Tree {
    let all = [PACKETS, FIELDS, OTHERS].concat();
    let mut tree = tree.clone();
    let mut made = 0;
    while made < often {
        let (_, edit) = random.pick(&all).unwrap();
        let Some(Edit { tree: after, .. }) = edit(&tree, random) else {
            continue;
        };
        if version(&after, 4).is_some() {
            tree = after;
            made += 1;
        }
    }
    tree
}

#[test]
fn merging_never_panics_and_becomes_rust() {
    let cases = std::env::var("FAMILY_CASES").ok();
    let cases: u64 = cases.map_or(150, |cases| cases.parse().unwrap());
    let sample = Tree::parse(SAMPLE);
    let (mut merged, mut refused) = (0, 0);
    for seed in 1..=cases {
        let random = &mut Random::new(seed);
        let often = 1 + random.below(4);
        let newer = edited(&sample, often, random);
        let mut trees = vec![sample.clone(), newer];
        if random.one_in(3) {
            let newest = edited(&trees[1], often, random);
            trees.push(newest);
        }
        let models = trees.iter().zip(3..);
        let models: Vec<Model> = models
            .map(|(tree, at)| version(tree, at).unwrap())
            .collect();
        let family = Family::merge("sample", models.clone(), &[]);
        let again = Family::merge("sample", models.clone(), &[]);
        assert_eq!(family, again, "seed {seed}");
        let Ok(family) = family else {
            refused += 1;
            continue;
        };
        merged += 1;
        assert_eq!(family.versions.len(), models.len());
        check(&family, &models, seed);
        if merged % 10 == 1 {
            let files = emit::rust(&family, &RustOptions::default());
            assert!(files.is_ok(), "seed {seed}: {}", files.unwrap_err());
        }
    }
    assert!(merged > refused, "{merged} merged, {refused} refused");
}

/// Each version finds in the family what it has itself: every frame, and as many bytes at least.
fn check(family: &Family, models: &[Model], seed: u64) {
    assert_eq!(family.page(), family.page());
    for (version, model) in family.versions.iter().zip(models) {
        for packet in model.packets.iter().filter(|packet| packet.id.is_some()) {
            let merged = family.model.packets.iter().find(|merged| {
                let of = family.versions_of(merged).any(|one| one == version);
                of && merged.id == packet.id
            });
            let about = format!("seed {seed}: {} {}", packet.name, version.name);
            let merged = merged.unwrap_or_else(|| panic!("{about} is not there"));
            assert!(merged.size.min <= packet.size.min, "{about}");
            let sizes = family.sizes(merged);
            let size = sizes.iter().find(|(since, _)| version.number >= *since);
            assert_eq!(
                size.map(|(_, size)| size.min),
                Some(packet.size.min),
                "{about}"
            );
        }
    }
}
