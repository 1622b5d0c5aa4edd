//! Descriptions of object and order types: fetched when first needed, kept while they are true.

use std::collections::HashMap;

use tp_frames::Parameters;

use super::known_descriptions::KnownDescriptions;
use super::{GameItem, SessionHandle};
use crate::error::Error;
use crate::model::{Object, ObjectDesc, Order, OrderDesc};

/// Something that only a description can read.
pub(crate) trait Described: Sized {
    /// What describes it.
    type Desc: GameItem;

    /// Whose description is needed; `None` if all is decoded.
    fn undecoded(&self) -> Option<u32>;

    /// Reads it; returns `true` if it fits.
    fn read(&mut self, desc: &Self::Desc) -> bool;

    fn known(descriptions: &mut KnownDescriptions) -> &mut HashMap<u32, Self::Desc>;
}

impl Described for Object {
    type Desc = ObjectDesc;

    fn undecoded(&self) -> Option<u32> {
        matches!(self.parameters, Parameters::Bytes { .. }).then_some(self.otype)
    }

    fn read(&mut self, desc: &ObjectDesc) -> bool {
        self.decode_parameters(desc).is_ok()
    }

    fn known(descriptions: &mut KnownDescriptions) -> &mut HashMap<u32, ObjectDesc> {
        &mut descriptions.objects
    }
}

impl Described for Order {
    type Desc = OrderDesc;

    fn undecoded(&self) -> Option<u32> {
        matches!(self.parameters, Parameters::Bytes { .. }).then_some(self.otype)
    }

    fn read(&mut self, desc: &OrderDesc) -> bool {
        self.decode_parameters(desc).is_ok()
    }

    fn known(descriptions: &mut KnownDescriptions) -> &mut HashMap<u32, OrderDesc> {
        &mut descriptions.orders
    }
}

impl SessionHandle {
    /// Reads what can be read. A thing whose description the server does not have, or whose
    /// description does not fit, stays undecoded: it is worth more than nothing.
    ///
    /// # Errors
    ///
    /// The connection has ended before all descriptions came: what is undecoded then may be read
    /// when it is asked for again.
    async fn read<T: Described>(&self, things: &mut [Result<T, Error>]) -> Result<(), Error> {
        let learned = self.learn::<T>(wanted(things), false).await;
        // A description that does not fit may have changed since it was fetched.
        let misfits = self.read_known(things);
        learned?;
        if !misfits.is_empty() {
            self.learn::<T>(misfits, true).await?;
            self.read_known(things);
        }
        Ok(())
    }

    /// As [`read`](Self::read), where each thing may be an error of its own.
    pub(super) async fn read_each<T: Described>(&self, things: &mut [Result<T, Error>]) {
        let Err(error) = self.read(things).await else {
            return;
        };
        for thing in things {
            if thing.as_ref().is_ok_and(|it| it.undecoded().is_some()) {
                *thing = Err(error.clone());
            }
        }
    }

    /// As [`read`](Self::read), for one.
    pub(super) async fn read_one<T: Described>(&self, thing: T) -> Result<T, Error> {
        let mut things = [Ok(thing)];
        self.read(&mut things).await?;
        let [thing] = things;
        thing
    }

    /// As [`read_one`](Self::read_one), of the answer to what has changed something. That it has is
    /// to be known even if the answer cannot be read any more.
    pub(super) async fn read_done<T: Described>(&self, thing: T) -> Result<T, Error> {
        let mut things = [Ok(thing)];
        if let Err(error) = self.read(&mut things).await {
            tracing::debug!(%error, "an answer stays undecoded");
        }
        let [thing] = things;
        thing
    }

    /// Reads by the descriptions at hand; returns the types whose description did not fit.
    fn read_known<T: Described>(&self, things: &mut [Result<T, Error>]) -> Vec<u32> {
        let mut shared = self.lock();
        let known = T::known(&mut shared.descriptions);
        let mut misfits = Vec::new();
        for thing in things.iter_mut().flatten() {
            let Some(r#type) = thing.undecoded() else {
                continue;
            };
            let Some(desc) = known.get(&r#type) else {
                continue;
            };
            if !thing.read(desc) && !misfits.contains(&r#type) {
                misfits.push(r#type);
            }
        }
        misfits
    }

    /// Fetches descriptions that are not known, or all of them if `again`; getting them makes them
    /// known.
    async fn learn<T: Described>(&self, mut types: Vec<u32>, again: bool) -> Result<(), Error> {
        if !again {
            let mut shared = self.lock();
            let known = T::known(&mut shared.descriptions);
            types.retain(|r#type| !known.contains_key(r#type));
        }
        if types.is_empty() {
            return Ok(());
        }
        let descs = match self.as_step().get::<T::Desc>(types.clone()).await {
            Ok(descs) => descs,
            Err(error) if was_cut(&error) => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "no descriptions");
                return Ok(());
            }
        };
        for (r#type, desc) in types.into_iter().zip(descs) {
            match desc {
                Err(error) if was_cut(&error) => return Err(error),
                Err(error) => tracing::debug!(r#type, %error, "no description"),
                Ok(_) => {}
            }
        }
        Ok(())
    }
}

/// Whether nobody knows what the server would have answered: the connection has ended, and there may
/// be another one by now.
fn was_cut(error: &Error) -> bool {
    error.is_disconnected() || error.is_fate_unknown()
}

/// The types whose descriptions are needed, each once.
fn wanted<T: Described>(things: &[Result<T, Error>]) -> Vec<u32> {
    let mut types: Vec<u32> = things.iter().flatten().filter_map(T::undecoded).collect();
    types.sort_unstable();
    types.dedup();
    types
}
