//! The requests of a mix, made once and asked again and again.

use bytes::BytesMut;
use tp_frames::{EncodeError, Packet, Semi32, Semi64, Version, game};

use crate::mix::{Ask, Mix};

/// So many different lists of ids are asked for by the requests of one kind, one after the other.
pub(crate) const WINDOWS: usize = 16;

/// A request, in both ways in which it is asked.
#[derive(Debug)]
pub(crate) struct Template {
    pub(crate) ask: Ask,
    /// Of the objects that it asks for.
    pub(crate) ids: Vec<u32>,
    /// The whole frame; its sequence number is to be filled in.
    pub(crate) frame: Vec<u8>,
}

/// What is asked, in which order.
#[derive(Debug)]
pub(crate) struct Asking {
    templates: Vec<Template>,
    /// Places in `templates`.
    order: Vec<usize>,
}

impl Asking {
    /// The requests of a mix, of these objects as far as it asks for some.
    pub(crate) fn new(mix: &Mix, objects: &[u32], version: Version) -> Result<Self, EncodeError> {
        let mut templates = Vec::new();
        let mut places = Vec::new();
        for (ask, _) in mix.parts() {
            let first = templates.len();
            for ids in windows(*ask, objects) {
                let frame = frame(*ask, &ids, version)?;
                let ask = *ask;
                templates.push(Template { ask, ids, frame });
            }
            places.push((first..templates.len()).cycle());
        }
        let round = mix.round();
        let rounds = round
            .iter()
            .cycle()
            .take(round.len().saturating_mul(WINDOWS));
        let order = rounds
            .filter_map(|part| places.get_mut(*part)?.next())
            .collect();
        Ok(Self { templates, order })
    }

    /// The request that is asked as this one, counted from 0.
    pub(crate) fn template(&self, number: usize) -> Option<&Template> {
        let place = number.checked_rem(self.order.len())?;
        self.templates.get(*self.order.get(place)?)
    }
}

/// The ids that requests of a kind ask for, one request after the other.
fn windows(ask: Ask, objects: &[u32]) -> Vec<Vec<u32>> {
    let Ask::Objects(number) = ask else {
        return vec![Vec::new()];
    };
    let number = number as usize;
    let mut ids = objects.iter().copied().cycle();
    let windows = objects.len().div_ceil(number.max(1)).clamp(1, WINDOWS);
    let window = |_| ids.by_ref().take(number).collect();
    (0..windows).map(window).collect()
}

fn frame(ask: Ask, ids: &[u32], version: Version) -> Result<Vec<u8>, EncodeError> {
    let mut out = BytesMut::new();
    match ask {
        Ask::Ping => game::Ping {}.encode_frame(version, 0, &mut out)?,
        Ask::Turn => game::GetTimeRemaining {}.encode_frame(version, 0, &mut out)?,
        Ask::Objects(_) => {
            let ids = ids.to_vec();
            game::GetObjectsByID { ids }.encode_frame(version, 0, &mut out)?;
        }
        Ask::Ids(number) => first_ids(number).encode_frame(version, 0, &mut out)?,
    }
    Ok(out.to_vec())
}

/// The first so many ids of a list that is begun by this.
pub(crate) fn first_ids(number: u32) -> game::GetObjectIDs {
    game::GetObjectIDs {
        key: Semi32::NONE,
        start: 0,
        amount: Some(number).into(),
        from: Semi64::NONE,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn objects_are_asked_for_one_window_after_the_other() {
        let mix = Mix::from(Ask::Objects(2)).and(Ask::Ping, 1);
        let asking = Asking::new(&mix, &[1, 2, 3], game::TP04).unwrap();
        let ids = |number| asking.template(number).unwrap().ids.clone();
        assert_eq!(ids(0), [1, 2]);
        assert_eq!(asking.template(1).unwrap().ask, Ask::Ping);
        assert_eq!(ids(2), [3, 1]);
        assert_eq!(ids(4), [1, 2]);
        assert_eq!(ids(2 * 16), [1, 2], "it begins anew");
    }
}
