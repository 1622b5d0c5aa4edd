//! The objects of a picture, decoded as they are looked at.

use std::fmt;

use super::picture::Picture;
use super::things::{self, Things};
use crate::game;
use crate::model::Object;

/// The objects that the player sees.
///
/// A mirror holds objects as they came, which takes much less memory than their parameters
/// decoded; each one that is looked at is made of that.
///
/// ```
/// use tp_net::{Options, blocking::Client, mirror::Mirror};
///
/// # let game = tp_game::serve("127.0.0.1:0")?;
/// # let address = game.local_addr();
/// # let mut client = Client::connect(address, Options::default())?;
/// # client.login("guest", "guest")?;
/// let mut mirror = Mirror::new();
/// client.refresh(&mut mirror)?;
/// let nearest = mirror
///     .objects()
///     .iter()
///     .filter_map(|object| Some((object.position?, object.name)))
///     .min_by_key(|(position, _)| position.x.unsigned_abs());
/// println!("{nearest:?}");
/// # game.shutdown();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Objects<'a> {
    picture: &'a Picture,
}

impl<'a> Objects<'a> {
    pub(super) fn of(picture: &'a Picture) -> Self {
        Self { picture }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.things().len()
    }

    /// Returns `true` if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.things().is_empty()
    }

    /// The one with this id; `None` if the player sees none.
    #[must_use]
    pub fn get(&self, id: u32) -> Option<Object> {
        self.things().get(id).map(|frame| self.decode(frame))
    }

    /// The one with this name; that with the lowest id if several have it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<Object> {
        self.things().named(name).map(|frame| self.decode(frame))
    }

    /// Each, by rising ids.
    #[must_use]
    pub fn iter(&self) -> ObjectIter<'a> {
        ObjectIter {
            objects: *self,
            frames: self.things().iter(),
        }
    }

    /// The objects as they came, for whoever wants to look at very many.
    #[must_use]
    pub fn frames(&self) -> &'a Things<game::Object> {
        self.things()
    }

    fn things(&self) -> &'a Things<game::Object> {
        &self.picture.objects
    }

    fn decode(&self, frame: &game::Object) -> Object {
        self.picture.decode_object(frame)
    }
}

impl<'a> IntoIterator for Objects<'a> {
    type Item = Object;
    type IntoIter = ObjectIter<'a>;

    fn into_iter(self) -> ObjectIter<'a> {
        self.iter()
    }
}

impl fmt::Debug for Objects<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// Each of the [`Objects`], by rising ids.
#[derive(Debug, Clone)]
pub struct ObjectIter<'a> {
    objects: Objects<'a>,
    frames: things::Iter<'a, game::Object>,
}

impl Iterator for ObjectIter<'_> {
    type Item = Object;

    fn next(&mut self) -> Option<Object> {
        self.frames.next().map(|frame| self.objects.decode(frame))
    }
}

impl std::iter::FusedIterator for ObjectIter<'_> {}
