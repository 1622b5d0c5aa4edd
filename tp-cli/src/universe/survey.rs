//! What a server tells a player: its features, and every object the player can see.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use tp_frames::{Packet, TpString, Version};
use tp_net::blocking::Client;
use tp_net::model::{Features, Object, ObjectKind};
use tp_net::{Error, game};

use crate::place::{Place, Trouble};

/// What there is.
pub(crate) struct Survey {
    /// What the server said of itself.
    pub(crate) greeting: TpString,
    pub(crate) version: Version,
    pub(crate) features: Features,
    pub(crate) objects: BTreeMap<u32, Object>,
    /// The names of object types.
    pub(crate) kinds: HashMap<u32, TpString>,
}

/// Connects, logs in, and looks around.
pub(crate) fn survey(place: &Place) -> Result<Survey, Trouble> {
    let mut client = Client::connect(&place.url, place.options()).map_err(Trouble::Connecting)?;
    client
        .login(&*place.user, &*place.password)
        .map_err(Trouble::LoggingIn)?;
    let survey = look_around(&mut client).map_err(Trouble::Asking)?;
    client.disconnect();
    Ok(survey)
}

fn look_around(client: &mut Client) -> Result<Survey, Error> {
    let version = client.version()?;
    let features = client.features()?;
    let has_descs = game::GetObjectDesc::is_in(version);
    // The types before the objects: what is known then is not asked for again.
    let listed = match has_descs.then(|| client.all::<game::ObjectDesc>()) {
        Some(Err(Error::Refused(_))) | None => Vec::new(),
        Some(descs) => visible(descs?)?,
    };
    let objects = visible(client.all_objects()?)?.into_iter();
    let objects: BTreeMap<u32, Object> = objects.map(|object| (object.id, object)).collect();
    let mut kinds: HashMap<u32, TpString> = objects.values().filter_map(built_in).collect();
    let described = |desc: game::ObjectDesc| (desc.id, desc.name);
    kinds.extend(listed.into_iter().map(described));
    if has_descs {
        let types: BTreeSet<u32> = objects.values().map(|object| object.otype).collect();
        let unlisted: Vec<u32> = { types.into_iter() }
            .filter(|id| !kinds.contains_key(id))
            .collect();
        kinds.extend(
            visible(client.object_descs(unlisted)?)?
                .into_iter()
                .map(described),
        );
    }
    Ok(Survey {
        greeting: client.greeting(),
        version,
        features,
        objects,
        kinds,
    })
}

/// The name of one of the object types that TP03 has built in.
fn built_in(object: &Object) -> Option<(u32, TpString)> {
    let name = match object.kind.as_ref()? {
        ObjectKind::Universe { .. } => "Universe",
        ObjectKind::Galaxy => "Galaxy",
        ObjectKind::StarSystem => "Star system",
        ObjectKind::Planet { .. } => "Planet",
        ObjectKind::Fleet { .. } => "Fleet",
        ObjectKind::Wormhole { .. } => "Wormhole",
        _ => return None,
    };
    Some((object.otype, name.into()))
}

/// The answers that came. What the player may not see is left out; a lost connection is told.
fn visible<T>(answers: Vec<Result<T, Error>>) -> Result<Vec<T>, Error> {
    answers
        .into_iter()
        .filter(|answer| !matches!(answer, Err(Error::Refused(_) | Error::Malformed(_))))
        .collect()
}
