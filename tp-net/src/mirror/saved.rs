//! Mirrors, saved and loaded.
//!
//! What is loaded is as untrusted as what a server sends: nothing in it is relied on but for what a
//! refresh then leaves out.

use std::sync::Arc;

use tp_frames::serde::de::Error as _;
use tp_frames::serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Mirror;
use super::picture::Picture;
use super::things::{Entry, Things};

/// What the form of saved mirrors is called; another form gets another number.
const FORMAT: &str = "tp-net mirror 1";

/// A saved mirror.
#[derive(Serialize)]
#[serde(crate = "tp_frames::serde")]
struct Saved<'a> {
    format: &'static str,
    picture: &'a Picture,
}

/// A mirror to be loaded. The format comes first, so that another one is told before anything else
/// is found to be wrong.
#[derive(Deserialize)]
#[serde(crate = "tp_frames::serde")]
struct Loaded {
    format: Format,
    picture: Picture,
}

struct Format;

impl<'de> Deserialize<'de> for Format {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match String::deserialize(from)?.as_str() {
            FORMAT => Ok(Self),
            _ => Err(D::Error::custom(
                "this is no mirror, or one of another version",
            )),
        }
    }
}

/// What the mirror shows is saved, not how it is refreshed.
impl Serialize for Mirror {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let saved = Saved {
            format: FORMAT,
            picture: &self.picture,
        };
        saved.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Mirror {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Loaded {
            format: Format,
            mut picture,
        } = Loaded::deserialize(from)?;
        picture.index();
        Ok(Self {
            picture: Arc::new(picture),
            ..Self::default()
        })
    }
}

/// The newest modification time, and each entry: its id, the modification time by which it was
/// listed, whether it is known to be so, and the thing.
impl<T: Serialize> Serialize for Things<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.newest(), Entries(self.entries())).serialize(to)
    }
}

struct Entries<'a, T>(&'a [Entry<T>]);

impl<T: Serialize> Serialize for Entries<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.0.iter().map(|entry| {
            let thing = entry.thing.as_deref();
            (entry.id, entry.modtime, entry.is_known, thing)
        }))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Things<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (newest, entries) = <(u64, Vec<Entry<T>>)>::deserialize(from)?;
        Ok(Self::from_entries(newest, entries))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entry<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (id, modtime, is_known, thing) = <(u32, u64, bool, Option<T>)>::deserialize(from)?;
        Ok(Self {
            id,
            modtime,
            is_known,
            thing: thing.map(Arc::new),
        })
    }
}
