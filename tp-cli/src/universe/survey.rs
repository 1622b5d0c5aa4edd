//! What a server tells a player: every object that the player can see.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tp_frames::{Packet, TpString};
use tp_net::blocking::Client;
use tp_net::mirror::Mirror;
use tp_net::model::{Object, ObjectKind};
use tp_net::{Error, game};

use crate::connection::visible;
use crate::output::Progress;

/// What there is.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) objects: BTreeMap<u32, Object>,
    /// The names of object types.
    pub(crate) kinds: HashMap<u32, TpString>,
}

impl Survey {
    /// Looks around with a client that is logged in.
    pub(crate) fn of(client: &mut Client) -> Result<Self, Error> {
        let version = client.version()?;
        let has_descs = game::GetObjectDesc::is_in(version);
        // The types before the objects: what is known then is not asked for again.
        let listed = match has_descs.then(|| client.all::<game::ObjectDesc>()) {
            Some(Err(Error::Refused(_))) | None => Vec::new(),
            Some(descs) => visible(descs?)?,
        };
        let objects = all_objects(client)?.into_iter();
        let objects: BTreeMap<u32, Object> = objects.map(|object| (object.id, object)).collect();
        let built_in = |object: &Object| Some((object.otype, Self::kind(object)?.into()));
        let mut kinds: HashMap<u32, TpString> = objects.values().filter_map(built_in).collect();
        let described = |desc: game::ObjectDesc| (desc.id, desc.name);
        kinds.extend(listed.into_iter().map(described));
        if has_descs {
            let types: BTreeSet<u32> = objects.values().map(|object| object.otype).collect();
            let unlisted: Vec<u32> = types
                .into_iter()
                .filter(|id| !kinds.contains_key(id))
                .collect();
            let unlisted = visible(client.object_descs(unlisted)?)?;
            kinds.extend(unlisted.into_iter().map(described));
        }
        Ok(Self { objects, kinds })
    }

    /// What a mirror shows.
    pub(crate) fn of_mirror(mirror: &Mirror) -> Self {
        let objects: BTreeMap<u32, Object> =
            mirror.objects().iter().map(|it| (it.id, it)).collect();
        let built_in = |object: &Object| Some((object.otype, Self::kind(object)?.into()));
        let mut kinds: HashMap<u32, TpString> = objects.values().filter_map(built_in).collect();
        let described = mirror.object_descs().iter();
        kinds.extend(described.map(|desc| (desc.id, desc.name.clone())));
        Self { objects, kinds }
    }

    /// An object and all that is in it, however deep.
    pub(crate) fn within(&self, id: u32) -> Vec<&Object> {
        let mut found = BTreeMap::new();
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            // Servers are known whose objects hold each other.
            if let Some(object) = self.objects.get(&id)
                && found.insert(id, object).is_none()
            {
                pending.extend(&object.contains);
            }
        }
        found.into_values().collect()
    }

    /// The name of the type of an object, if TP03 has it built in.
    pub(crate) fn kind(object: &Object) -> Option<&'static str> {
        Some(match object.kind.as_ref()? {
            ObjectKind::Universe { .. } => "Universe",
            ObjectKind::Galaxy => "Galaxy",
            ObjectKind::StarSystem => "Star system",
            ObjectKind::Planet { .. } => "Planet",
            ObjectKind::Fleet { .. } => "Fleet",
            ObjectKind::Wormhole { .. } => "Wormhole",
            _ => return None,
        })
    }
}

/// Objects that are asked for at a time.
const BATCH: usize = 500;

/// All objects that the player sees. Where there are many, a person sees how far that is.
fn all_objects(client: &mut Client) -> Result<Vec<Object>, Error> {
    let ids: Vec<u32> = client
        .object_ids(None)?
        .into_iter()
        .map(|it| it.id)
        .collect();
    let progress = Progress::new("objects", ids.len());
    let mut objects = Vec::with_capacity(ids.len().min(BATCH));
    for batch in ids.chunks(BATCH) {
        objects.extend(visible(client.objects(batch)?)?);
        progress.advance(batch.len());
    }
    Ok(objects)
}
